"""What a person types into a search box, as terms that a full-text index can be asked for. No I/O.

Nothing that is typed is an error: what holds no letter or digit is passed over, a quotation mark that is not closed
closes at the end.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from rashomon.unseen import seen

# Words past these numbers are not asked for; no person types them, and indexes have limits of their own.
_MOST_WORDS = 100
_LONGEST_WORD = 500

# Letters and digits with the combining marks upon them; so that a decomposed letter does not end its word.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_MARKS = re.compile("[\u0300-\u036f]+")
_LATIN_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_GAPS = re.compile(r"[\W_]+")
_RUN = re.compile(r"""([-−]*)(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))""")
_BEGINS = re.compile(r"\w[\u0300-\u036f]*\*[\W_]*$")


class Term(msgspec.Struct, frozen=True):
    """Words that must stand side by side: one, or those of a phrase or of a word with marks in it (``vice-president``).

    ``begins``: the last word needs only be how a word begins. ``without``: what matches is not wanted.
    """

    words: tuple[str, ...]
    begins: bool = False
    without: bool = False


def terms(typed: str) -> tuple[Term, ...]:
    """The terms that were typed, all of which must match; empty when nothing is asked for that an index could find.

    ``word``, ``"a phrase"``, ``-without`` (also before a phrase) and ``begin*``. Only exclusions ask for nothing.
    """
    found: list[Term] = []
    room = _MOST_WORDS
    for run in _RUN.finditer(unicodedata.normalize("NFC", seen(typed))):
        dashes, phrase, plain = run.groups()
        body = phrase if phrase is not None else plain
        words = tuple(word[:_LONGEST_WORD] for word in _WORD.findall(body))[:room]
        if words:
            room -= len(words)
            found.append(Term(words, begins=_BEGINS.search(body) is not None, without=bool(dashes)))
    return tuple(found) if any(not term.without for term in found) else ()


def fold(text: str) -> str:
    """The words of a text as an index compares them: small letters, Latin ones without diacritics, one space between.

    Does what SQLite's ``unicode61 remove_diacritics 2`` does, for engines that have nothing like it: it drops all
    combining marks, and the marks of composed letters only from Latin ones.
    """
    text = seen(text).lower()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", _MARKS.sub("", text).replace("ς", "σ"))
        text = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", decomposed))
    return _GAPS.sub(" ", text).strip()


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name, folded, each once; of a word, as much as an index takes."""
    return tuple(dict.fromkeys(indexed(name)))


def indexed(text: str) -> tuple[str, ...]:
    """The words of a text as an index has them but for their forms; of a word, as much as an index takes."""
    return tuple(word[:_LONGEST_WORD] for word in fold(text).split())
