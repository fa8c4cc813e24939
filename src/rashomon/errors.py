"""Everything that can go wrong, as one tree.

::

    RashomonError                   one clear line for a person; carries the input it is about
    ├── InputError                  an input cannot be read (exit code 2)
    │   ├── MissingInput            no such file, or a directory without articles
    │   ├── UnreadableInput         binary, empty, too large, wrong encoding, no article in the page
    │   ├── InvalidRecord           a JSON record or manifest line lacks what it needs; names the line
    │   ├── DuplicateInput          the same text was read before; it is kept once (exit code 1)
    │   ├── UnsupportedLanguage     the text is not in a language that can be analysed
    │   └── FetchError              a URL failed, was refused or is not text; asking again does not help
    │       └── TryLater            no answer in time, or a busy or broken server: asking again later may help
    ├── AnalysisError               an article defeated an annotator: a fault of the program; the others go on
    ├── MissingPart                 an optional library or model is not installed; says what to install
    ├── JudgeError                  a model that was brought along cannot be asked: address, key or name
    ├── StoreError                  an archive cannot be read or written: full disk, no archive, server gone
    │   └── ArchiveBusy             another process is writing to it and did not stop in time
    ├── UnknownItem                 the archive has no story, article or feed of this name (exit code 1)
    └── ComparisonError             the inputs were read but cannot be compared (exit code 1)
        ├── TooFewArticles          fewer than two different articles are left
        └── DifferentEvents         the articles plainly report different events

Each error knows the input it speaks of (a path, a URL, ``-``), so that a batch can record it and go on.
"""

from __future__ import annotations

from copy import copy
from typing import Self


class RashomonError(Exception):
    """An error with a message for a person: what is wrong with which input, and what to do."""

    exit_code = 2

    def __init__(self, message: str, *, input: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.input = input

    def about(self, input: str | None, *, more: str = "") -> Self:
        """The same error of another input, with more in its message; this one stays as it is."""
        error = copy(self)
        error.input, error.message = input, self.message + more
        return error

    def __str__(self) -> str:
        return f"{self.input}: {self.message}" if self.input is not None else self.message


def missing(error: ImportError) -> MissingPart:
    """What a package is to a person that was there when this program was installed, and is not now."""
    name = (error.name or "").partition(".")[0] or str(error)
    again = "install what this program needs again with: pip install --force-reinstall rashomon"
    return MissingPart(f"the package {name!r} is not installed, or not whole; {again}")


def told(error: Exception) -> str:
    """An exception that is none of ours, in one short line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:120].rstrip(": ")


def own_words(error: Exception) -> str:
    """What an exception says itself, in one short line; of one that says nothing its kind."""
    return " ".join(str(error).split())[:120] or type(error).__name__


class InputError(RashomonError):
    """An input cannot be read."""


class MissingInput(InputError):
    """There is no such file, or the directory holds no article."""


class UnreadableInput(InputError):
    """The input is there but holds no text that can be read as an article."""


class InvalidRecord(InputError):
    """A JSON record or manifest line is not of the form it must have."""


class DuplicateInput(InputError):
    """The input holds the same text as one read before it; the article is kept once."""

    # It was read; where nothing else was, there is nothing to compare.
    exit_code = 1


class UnsupportedLanguage(InputError):
    """The text is in a language for which no analysis is available."""


class FetchError(InputError):
    """A URL could not be fetched. ``status`` is the HTTP status of the answer, where that was the reason."""

    def __init__(self, message: str, *, input: str | None = None, status: int | None = None) -> None:
        super().__init__(message, input=input)
        self.status = status


class TryLater(FetchError):
    """A URL could not be fetched now; later it may be. ``retry_after``: not before so many seconds, where known."""

    def __init__(
        self, message: str, *, input: str | None = None, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, input=input, status=status)
        self.retry_after = retry_after


class AnalysisError(RashomonError):
    """An annotator failed on an article. The cause is a fault of the program, not of the article."""

    exit_code = 1


class SentenceCut(AnalysisError):
    """A note on an article that was annotated all the same: a sentence of it had no end and was cut."""


class MissingPart(RashomonError):
    """An optional part (library, model, browser) is not installed."""


class JudgeError(RashomonError):
    """The server of a model that is to judge cannot be asked: its address, the key or the model's name is wrong."""


class StoreError(RashomonError):
    """An archive cannot be read or written; what was kept in it before is still there."""


class ArchiveBusy(StoreError):
    """Another process is writing to the archive and did not stop in time."""


class UnknownItem(RashomonError):
    """The archive holds nothing of this name."""

    exit_code = 1


class ComparisonError(RashomonError):
    """The inputs were read, but there is nothing to compare."""

    exit_code = 1


class TooFewArticles(ComparisonError):
    """Fewer than two different articles are left."""


class DifferentEvents(ComparisonError):
    """The articles plainly report different events."""
