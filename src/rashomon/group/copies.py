"""Which of the given articles print the same text, and how many independent accounts are left.

Word shingles held in common are found by a shared index, grown into maximal matches, and chained over small edits
(after Schleimer, Wilkerson and Aiken, *Winnowing*, SIGMOD 2003, and the seed-and-chain method of sequence alignment).
Speech inside quotation marks is no evidence: many outlets quote the same words. Neither are headings or furniture.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from rashomon.data import table
from rashomon.data.wording import NUMERALS
from rashomon.spans import merged
from rashomon.types import Article, CopyKind, Edge, Lineage, Passage, Span
from rashomon.unseen import CLASS, seen

_Ints = npt.NDArray[np.int64]
_Hashes = npt.NDArray[np.uint64]

# Lengths in words. A shingle of 5 seldom recurs by chance; a gap of 8 bridges a changed phrase, not a sentence.
_SHINGLE = 5
_GAP = 8
# Evidence in words outside quotation marks, set on same-story articles by different hands, which share stock
# phrases, titles and background sentences of up to some 25 words: see the accuracy page for the figures.
_LONG = 30
_SECOND = 20
# Shares of a text's own words: a duplicate nearly all of both, a reprint more than half of the shorter.
_DUPLICATE = 0.8
_REPRINT = 0.5
_TOO_SHORT = 12
# So many numbers that differ, and a name, make one form of two events; an updated report changes fewer.
_FIGURES = 2

_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{CLASS}]+(?=[^\W_]))*")
_FIGURE = re.compile(r"\d[\d.,:]*\d|[^\W_]+")
_BLOCK_BREAK = re.compile(r"\S")
# Speech runs over line breaks where it is closed or goes on with a new opening mark, otherwise to the line's end.
_SPEECH = re.compile(
    "|".join(
        (
            r"“[^“”]*(?:”|(?=\n\s*“))|“[^”\n]*",
            r'"(?=\S)[^"]*(?<=\S)"(?!\w)|"[^"\n]*',
            r"«[^«»]*»",
            r"``(?:(?!''|``).)*",
            r"(?<!\w)‘(?:[^’\n]|’(?=\w))*’(?!\w)",
            r"(?<!\w)'(?=\w)(?:[^'\n]|'(?=\w))*'(?!\w)",
        )
    )
)
# An embedded post is speech without marks: its signature, and at most this many characters of its line before it.
_SIGNATURE = re.compile(r"[—–-] ?[^\n()—–]{1,60} \(@\w{1,20}\)")
_POST = 300


class _Text:
    """An article as numbered words: offsets, whether each is the outlet's own (not quoted), and its block.

    A block is a run of paragraphs with nothing but white space between; a word number of its own stands between
    blocks, so that no passage runs over furniture or a heading.
    """

    def __init__(self, article: Article, vocabulary: dict[str, int]) -> None:
        self.article = article
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        own: list[bool] = []
        at = 0
        speech = _speech(article.text)
        for paragraph in _paragraphs(article):
            if ids and _BLOCK_BREAK.search(article.text, at, paragraph.start):
                ids.append(vocabulary.setdefault(f"\n{len(vocabulary)}", len(vocabulary)))
                starts.append(at)
                ends.append(at)
                own.append(False)
            at = paragraph.end
            for start, end, quoted in _words(article, paragraph, speech):
                word = seen(article.text[start:end]).casefold()
                ids.append(vocabulary.setdefault(word, len(vocabulary)))
                starts.append(start)
                ends.append(end)
                own.append(not quoted)
        self.starts: _Ints = np.array(starts, dtype=np.int64)
        self.ends: _Ints = np.array(ends, dtype=np.int64)
        self.block: _Ints = np.cumsum(self.starts == self.ends)
        # own_before[i] is the number of the outlet's own words before word i.
        self.own_before: _Ints = np.concatenate(([0], np.cumsum(np.array(own, dtype=np.int64))))
        self.hashes, self.first = _shingles(np.array(ids, dtype=np.uint64))

    @property
    def own_words(self) -> int:
        """The number of words outside quotation marks."""
        return int(self.own_before[-1])

    def own_in(self, start: int, end: int) -> int:
        """The number of words outside quotation marks among words ``[start, end)``."""
        return int(self.own_before[end] - self.own_before[start])

    def span(self, start: int, end: int) -> Span:
        return self.article.span(int(self.starts[start]), int(self.ends[end - 1]))


class _Match:
    """Words ``[a, a_end)`` of one text that are ``[b, b_end)`` of the other; ``own`` of them are evidence."""

    __slots__ = ("a", "a_end", "b", "b_end", "own")

    def __init__(self, a: int, a_end: int, b: int, b_end: int, own: int) -> None:
        self.a, self.a_end, self.b, self.b_end, self.own = a, a_end, b, b_end, own


def lineage(articles: Sequence[Article]) -> Lineage:
    """Find near-duplicates, reprints and long passages in common among ``articles``, in any order.

    Edges run from the text's likely origin to its copy: from an agency's own article, else from the earlier, else
    from the one that credits an agency, else from the longer; where nothing tells, the order of the ids decides.
    ``groups`` are the independent accounts: articles joined by duplicates and reprints count as one, a mere passage in
    common does not join.
    """
    vocabulary: dict[str, int] = {}
    texts = [_Text(a, vocabulary) for a in sorted(articles, key=lambda a: a.id)]
    _keep_shared(texts)
    edges = []
    for one, two in combinations(texts, 2):
        matches = _matches(one, two)
        kind = _kind(one, two, matches)
        if kind is not None and not (kind != "passage" and _is_form(one.article, two.article)):
            edges.append(_edge(one, two, kind, matches))
    edges.sort(key=lambda e: (e.source, e.target))
    groups = _groups([t.article.id for t in texts], edges)
    return Lineage(edges=tuple(edges), independent=len(groups), groups=groups)


def _paragraphs(article: Article) -> tuple[Span, ...]:
    """The paragraphs to be read; an article whose reader marked nothing at all is read whole."""
    if article.paragraphs or article.headings or article.furniture:
        return article.paragraphs
    return (article.span(0, len(article.text)),)


def _words(article: Article, paragraph: Span, speech: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """The words of a paragraph: start, end, and whether the word is speech. ``speech`` is sorted and disjoint."""
    at = bisect_right(speech, (paragraph.start, paragraph.start)) - 1
    for match in _WORD.finditer(article.text, paragraph.start, paragraph.end):
        while at + 1 < len(speech) and speech[at + 1][0] <= match.start():
            at += 1
        yield match.start(), match.end(), at >= 0 and match.start() < speech[at][1]


def _speech(text: str) -> tuple[tuple[int, int], ...]:
    """Where the text prints somebody's words: inside quotation marks and in embedded posts; sorted and disjoint."""
    found = [m.span() for m in _SPEECH.finditer(text)]
    for match in _SIGNATURE.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        found.append((max(line, match.start() - _POST), match.end()))
    return merged(found)


def _shingles(ids: _Hashes) -> tuple[_Hashes, _Ints]:
    """The distinct shingles of a text as sorted 64-bit hashes, and the first place of each."""
    count = len(ids) - _SHINGLE + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(_SHINGLE):
        # Multiply and xor-shift as in splitmix64; the ids are exact, so only the shingle itself is hashed.
        hashes = (hashes ^ (ids[offset : offset + count] + np.uint64(1))) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    distinct, first = np.unique(hashes, return_index=True)
    return distinct, first.astype(np.int64)


def _keep_shared(texts: Sequence[_Text]) -> None:
    """Drop from every text the shingles that no other text has: what is left is small unless there are copies."""
    if not texts:
        return
    values, counts = np.unique(np.concatenate([t.hashes for t in texts]), return_counts=True)
    shared = values[counts > 1]
    for text in texts:
        keep = np.isin(text.hashes, shared, assume_unique=True)
        text.hashes, text.first = text.hashes[keep], text.first[keep]


def _matches(one: _Text, two: _Text) -> list[_Match]:
    """The passages that two texts have in common, in the order of the first, small edits bridged."""
    _, i, j = np.intersect1d(one.hashes, two.hashes, assume_unique=True, return_indices=True)
    if not len(i):
        return []
    a, b = one.first[i], two.first[j]
    order = np.lexsort((a, a - b))
    a, b = a[order], b[order]
    # A new maximal match begins where the diagonal changes or the run of shingles is broken.
    begins = np.flatnonzero(np.concatenate(([True], (np.diff(a - b) != 0) | (np.diff(a) != 1))))
    lasts = np.concatenate((begins[1:], [len(a)])) - 1
    exact = []
    for x, y in zip(begins.tolist(), lasts.tolist(), strict=True):
        a0, a1, b0, b1 = int(a[x]), int(a[y]) + _SHINGLE, int(b[x]), int(b[y]) + _SHINGLE
        exact.append(_Match(a0, a1, b0, b1, min(one.own_in(a0, a1), two.own_in(b0, b1))))
    exact.sort(key=lambda m: (m.a, m.b))
    return _chain(one, two, exact)


def _chain(one: _Text, two: _Text, exact: Sequence[_Match]) -> list[_Match]:
    """Join exact matches that follow each other in both texts with at most a small edit between.

    Several chains stay open at once, so that a stray match elsewhere in the second text does not break one.
    """
    done: list[_Match] = []
    live: list[_Match] = []
    for match in exact:
        done += [m for m in live if match.a - m.a_end > _GAP]
        live = [m for m in live if match.a - m.a_end <= _GAP]
        for chain in live:
            near = -_SHINGLE < match.a - chain.a_end <= _GAP and -_SHINGLE < match.b - chain.b_end <= _GAP
            same_block = (
                one.block[chain.a_end - 1] == one.block[match.a] and two.block[chain.b_end - 1] == two.block[match.b]
            )
            if near and same_block and match.a_end > chain.a_end and match.b_end > chain.b_end:
                a, b = max(match.a, chain.a_end), max(match.b, chain.b_end)
                chain.own += min(one.own_in(a, match.a_end), two.own_in(b, match.b_end))
                chain.a_end, chain.b_end = match.a_end, match.b_end
                break
        else:
            live.append(_Match(match.a, match.a_end, match.b, match.b_end, match.own))
    return sorted(done + live, key=lambda m: (m.a, m.b))


def _kind(one: _Text, two: _Text, matches: Sequence[_Match]) -> CopyKind | None:
    """What the passages in common make of two texts: a duplicate, a reprint, a passage in common, or nothing."""
    shorter, longer = sorted((one.own_words, two.own_words))
    total = min(_covered(one, [(m.a, m.a_end) for m in matches]), _covered(two, [(m.b, m.b_end) for m in matches]))
    total = min(total, sum(m.own for m in matches))
    if total < _TOO_SHORT:
        return None
    if total >= _DUPLICATE * longer:
        return "duplicate"
    same_outlet = one.article.outlet is not None and one.article.outlet == two.article.outlet
    if same_outlet and total <= _REPRINT * shorter:
        return None  # an outlet's own background, captions and notices come back in all its reports
    if total > _REPRINT * shorter and total >= _LONG:
        return "reprint"
    longest = sorted((m.own for m in matches), reverse=True)
    if longest[0] < _LONG and (len(longest) < 2 or longest[1] < _SECOND):
        return None
    return "passage"


def _is_form(one: Article, two: Article) -> bool:
    """Whether two texts are one form filled in for two events, as of an earthquake: other numbers and other names."""
    here, there = ([m.group() for p in _paragraphs(a) for m in _FIGURE.finditer(p.text)] for a in (one, two))
    figures = names = others = 0
    for tag, a, a_end, b, b_end in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if tag != "replace" or a_end - a != b_end - b:
            others += max(a_end - a, b_end - b) * (tag != "equal")
            continue
        for left, right in zip(here[a:a_end], there[b:b_end], strict=True):
            counted = [w[0].isdigit() or w.lower() in NUMERALS for w in (left, right)]
            named = left[0].isupper() and right[0].isupper() and left.lower() != right.lower()
            figures, names, others = figures + all(counted), names + named, others + (not all(counted) and not named)
    return figures >= _FIGURES and names > 0 and figures + names > others


def _covered(text: _Text, stretches: Sequence[tuple[int, int]]) -> int:
    """The number of a text's own words in the union of the stretches."""
    total = at = 0
    for start, end in sorted(stretches):
        total += text.own_in(max(start, at), max(end, at))
        at = max(at, end)
    return total


def _edge(one: _Text, two: _Text, kind: CopyKind, matches: Sequence[_Match]) -> Edge:
    agency = _agency(one.article, two.article)
    forward = _is_origin(one, two, agency)
    source, target = (one, two) if forward else (two, one)
    passages = []
    for m in matches:
        # Shorter ones are stock phrases, or speech that both quote.
        if m.own >= _TOO_SHORT:
            here, there = one.span(m.a, m.a_end), two.span(m.b, m.b_end)
            passages.append(Passage(source=here, copy=there) if forward else Passage(source=there, copy=here))
    passages.sort(key=lambda p: (p.source.start, p.copy.start))
    return Edge(source=source.article.id, target=target.article.id, kind=kind, agency=agency, passages=tuple(passages))


@lru_cache(maxsize=1)
def _agencies() -> dict[str, str]:
    """Canonical names of agencies by the words of every name they go by."""
    return {_folded(form): name for name, forms in table("agencies.tsv") for form in forms.split("|")}


def _folded(name: str) -> str:
    return " ".join(w.casefold() for w in _WORD.findall(name)).removeprefix("the ")


def _agency_key(name: str) -> str:
    """One key for the names of an agency: "AP", "(AP)" and "The Associated Press" are the same."""
    return _agencies().get(_folded(name), _folded(name))


def _agency(one: Article, two: Article) -> str | None:
    """The agency whose text both print: credited by both, or by one while the other is that agency itself."""
    keys = [{_agency_key(c): c for c in sorted(a.credits)} for a in (one, two)]
    for keyed, other in ((keys[0], two), (keys[1], one)):
        own = _agency_key(other.outlet) if other.outlet else None
        if own is not None and own in keyed:
            return keyed[own]
    both = sorted(keys[0].keys() & keys[1].keys())
    return keys[0][both[0]] if len(both) == 1 else None


def _is_origin(one: _Text, two: _Text, agency: str | None) -> bool:
    """Whether ``one`` is the likelier origin: the agency itself, the earlier, what credits an agency, the longer.

    Where nothing tells, the first by id.
    """
    if agency is not None:
        own = [_agency_key(t.article.outlet or "") == _agency_key(agency) for t in (one, two)]
        if own[0] != own[1]:
            return own[0]
    for read in (_moment, _day):
        first, second = read(one.article), read(two.article)
        if first is not None and second is not None and first != second:
            return first < second
    if bool(one.article.credits) != bool(two.article.credits):
        return bool(one.article.credits)
    if one.own_words != two.own_words:
        return one.own_words > two.own_words
    return one.article.id < two.article.id


def _moment(article: Article) -> float | None:
    """Seconds since the epoch of publication, if it is known to the minute with its offset from UTC."""
    return _read_time(article, lambda v: t.timestamp() if (t := datetime.fromisoformat(v)).tzinfo else None)


def _day(article: Article) -> float | None:
    """The day of publication as a number, if it is known and not inferred."""
    return _read_time(article, lambda v: float(date.fromisoformat(v[:10]).toordinal()))


def _read_time(article: Article, read: Callable[[str], float | None]) -> float | None:
    if article.published is None or article.published.inferred:
        return None
    try:
        return read(article.published.value)
    except ValueError:
        return None


def _groups(ids: Sequence[str], edges: Sequence[Edge]) -> tuple[tuple[str, ...], ...]:
    """Connected components over duplicates and reprints, each sorted, in the order of their first ids."""
    parent = {i: i for i in ids}

    def root(i: str) -> str:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for edge in edges:
        if edge.kind != "passage":
            low, high = sorted((root(edge.source), root(edge.target)))
            parent[high] = low
    found: dict[str, list[str]] = {}
    for i in sorted(ids):
        found.setdefault(root(i), []).append(i)
    return tuple(tuple(group) for _, group in sorted(found.items()))
