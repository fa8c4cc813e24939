"""Comparing in a process of its own: whoever serves pages meanwhile is not held up by it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rashomon.archive.archive import open_archive
from rashomon.errors import AnalysisError
from rashomon.jobs import Progress, Workers, note


class Apart:
    """Compares the stories of an archive, one at a time, in a process that keeps the models it has loaded."""

    def __init__(self, url: str, patience: float) -> None:
        """``url`` is the archive's, ``patience`` as :func:`open_archive` takes it. Close it at the end."""
        self._work = partial(_compared, url=url, patience=patience)
        self._workers = Workers(1, apart=True)

    def compare(self, story: str, progress: Progress) -> None:
        """Have a story compared; the archive keeps what it comes to.

        Raises:
            RashomonError: as :meth:`rashomon.archive.Archive.compare` does.
            AnalysisError: the process ended, twice.
        """
        self._workers.do(self._work, [story], _ended, progress)

    def warm(self) -> None:
        """Have the models loaded before somebody waits for them."""
        self._workers.do(_warmed, [""], _ended)

    def close(self) -> None:
        """End the process."""
        self._workers.close()


def _compared(stories: Sequence[str], *, url: str, patience: float) -> list[None]:
    with open_archive(url, patience=patience) as archive:
        for story in stories:
            archive.compare(story, progress=note)
    return [None for _ in stories]


def _warmed(things: Sequence[str]) -> list[None]:
    from rashomon.annotate import load

    load()
    return [None for _ in things]


def _ended(story: str) -> None:
    raise AnalysisError("cannot be compared: the process that did was ended (is there too little memory?)", input=story)
