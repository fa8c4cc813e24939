"""Where the words of a search stand in an article, and where two revisions of it differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from rashomon.archive.answers import Edit
from rashomon.rarity import stem
from rashomon.store.terms import terms
from rashomon.types import Article, Span
from rashomon.unseen import CLASS, seen

_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{CLASS}]+(?=[^\W_]))*")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…][\"”’')\]]*(?=\s|$)|(?=\n|$))")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 400
_MOST = 3


def passages(article: Article, words: str) -> tuple[Span, ...]:
    """The first sentences of the report that hold words of a search (as in :class:`rashomon.store.Articles`)."""
    wanted = _wanted(words)
    found: list[Span] = []
    for paragraph in article.paragraphs or (article.span(0, len(article.text)),):
        for match in _SENTENCE.finditer(paragraph.text):
            if any(_is_wanted(word.group(), wanted) for word in _WORD.finditer(match.group())):
                start = paragraph.start + match.start() + len(match.group()) - len(match.group().lstrip())
                found.append(article.span(start, min(paragraph.start + match.end(), start + _LONGEST)))
                if len(found) == _MOST:
                    return tuple(found)
    return tuple(found)


def marks(article: Article, found: Iterable[Span], words: str) -> tuple[Span, ...]:
    """The words of passages that a search is for."""
    wanted = _wanted(words)
    return tuple(
        article.span(passage.start + word.start(), passage.start + word.end())
        for passage in found
        for word in _WORD.finditer(passage.text)
        if _is_wanted(word.group(), wanted)
    )


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """The places where two texts differ, by words; lines are held against each other first, for texts may be long."""
    return tuple(_joined(old, new, _differences(old, new)))


def _wanted(words: str) -> list[tuple[str, bool]]:
    """The words asked for as stems, or as beginnings of words where a star says so."""
    found = []
    for term in terms(words):
        last = len(term.words) - 1
        for number, word in enumerate(term.words if not term.without else ()):
            begins = term.begins and number == last
            found.append((word.casefold() if begins else stem(word), begins))
    return found


def _is_wanted(word: str, wanted: Sequence[tuple[str, bool]]) -> bool:
    word = seen(word)
    return any(word.casefold().startswith(text) if begins else stem(word) == text for text, begins in wanted)


def _differences(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    """Ranges of both texts that differ, each as small as words allow."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        at, to = len("".join(before[:i1])), len("".join(after[:j1]))
        left, right = _TOKEN.findall("".join(before[i1:i2])), _TOKEN.findall("".join(after[j1:j2]))
        for inner, a1, a2, b1, b2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if inner != "equal":
                ends = (left[:a1], left[:a2], right[:b1], right[:b2])
                a, b, c, d = (len("".join(part)) for part in ends)
                yield at + a, at + b, to + c, to + d


def _joined(old: str, new: str, found: Iterator[tuple[int, int, int, int]]) -> Iterator[Edit]:
    """Differences with nothing but a space between them are one."""
    last: tuple[int, int, int, int] | None = None
    for one in found:
        if last is not None and one[0] - last[1] <= 1 and one[2] - last[3] <= 1:
            last = (last[0], one[1], last[2], one[3])
            continue
        if last is not None:
            yield _edit(old, new, last)
        last = one
    if last is not None:
        yield _edit(old, new, last)


def _edit(old: str, new: str, at: tuple[int, int, int, int]) -> Edit:
    a, b, c, d = at
    return Edit(old=(a, b), new=(c, d), old_text=old[a:b], new_text=new[c:d])
