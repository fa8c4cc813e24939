"""How well copies are found: articles of ``stories.jsonl`` edited as desks edit agency copy, found again or not.

``light.recall``, ``heavy.recall``
    Edited articles that come out as duplicate or reprint of their original. *Light*: most paragraphs, one word in
    thirty changed; *heavy*: half the paragraphs in another order, one word in ten changed.
``excerpt.recall``
    Some 60 words of one article inside another on a different event, of which any passage is found.
``passage.precision``, ``passage.recall``, ``passage.f1``
    Which characters were carried over (:class:`Scene`). A report of an event is printed with text of another report of
    it inside, edited lightly, heavily or a few whole paragraphs of it; precision is the share of the characters
    reported as shared that were carried over from the article they are said to be shared with, recall the share of
    those carried over that are reported, over all scenes together. The hard negatives are the rest of that report and
    every other report of the event. ``passage.KIND.recall`` is of one way of editing.
``other-story.linked``, ``same-story.linked``
    Pairs of articles, as they are, with any passage in common. Some of one event truly print one agency's text, and no
    gold label says which: a figure to watch, not an error.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import msgspec

from rashomon.errors import MissingInput
from rashomon.group.copies import lineage
from rashomon.types import Article
from rashomon_evals import Score, digest_of

_EXCERPT_WORDS = 60
_SAMPLE = 300  # articles that are edited
_WORD = re.compile(r"[^\W_]+")
_DATELINE = "FARAWAY, Friday (Staff and agencies) - "
# Two reports of an event with so many words in a row in common, speech included, truly copy: nobody told us which
# do, so these are not set against each other as negatives. What they share below that counts as shared by chance.
_SAME_HAND = 40


class _Row(msgspec.Struct):
    id: str
    story: str
    text: str
    outlet: str | None = None


class Scene(msgspec.Struct, frozen=True):
    """A report that prints text of another one, beside all reports of the event that it could come from.

    ``copy`` is a report by another hand than ``origin``, with the edited text of ``origin`` at ``carried``: characters
    ``[start, end)``. ``others`` are further reports of the event. ``kind`` is ``light``, ``heavy`` or ``excerpt``.
    """

    kind: str
    copy: Article
    origin: Article
    others: tuple[Article, ...]
    carried: tuple[int, int]


# What finds passages: given a copy and articles, the id of an article and the characters of the copy that it has, too.
Finder = Callable[[Article, Sequence[Article]], Iterable[tuple[str, int, int]]]


def wire_edit(text: str, *, seed: int, keep: float, changed: float, reorder: bool = False) -> str:
    """A text as another desk might print it: a dateline, paragraphs dropped, words changed, paragraphs moved.

    ``keep`` is the share of the paragraphs that are printed, the first ones before the last as desks cut from the
    bottom; ``changed`` the share of words that are replaced (by words of the same text). The same seed gives the same
    edit.
    """
    chance = random.Random(seed)
    paragraphs = [p for p in text.split("\n") if p.strip()]
    vocabulary = sorted(set(_WORD.findall(text))) or ["x"]
    kept = paragraphs[: max(1, round(keep * len(paragraphs)))]
    if reorder:
        chance.shuffle(kept)

    def replace(match: re.Match[str]) -> str:
        return chance.choice(vocabulary) if chance.random() < changed else match.group()

    edited = [_WORD.sub(replace, paragraph) for paragraph in kept]
    return "\n\n".join([f"{_DATELINE}{edited[0]}", *edited[1:]])


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """All measures (per cent), Rashomon's.

    ``path`` is a JSONL file of ``id``, ``story``, ``outlet``, ``text``, or a folder that holds one; ``progress`` is
    called with the number of measures done and their total. Raises :class:`~rashomon.errors.MissingInput` for a folder
    without one, or with several.
    """
    rows = _rows(path)
    sample = _sample(rows)
    measures: dict[str, Callable[[], dict[str, float]]] = {
        "light": lambda: {"light.recall": _recall(sample, keep=0.85, changed=0.03, reorder=False)},
        "heavy": lambda: {"heavy.recall": _recall(sample, keep=0.5, changed=0.1, reorder=True)},
        "excerpt": lambda: {"excerpt.recall": _excerpts(sample)},
        "passage": lambda: passages(_scenes(rows), reported),
        "other-story": lambda: {"other-story.linked": _unrelated(sample)},
        "same-story": lambda: {"same-story.linked": _same_story(rows)},
    }
    scores: dict[str, float] = {}
    for done, measure in enumerate(measures.values(), 1):
        scores |= measure()
        if progress is not None:
            progress(done, len(measures))
    file = jsonl_in(path)
    return Score(task="copies", data=file.stem, digest=digest_of([file]), documents=len(rows), scores=scores)


def scenes(path: Path) -> list[Scene]:
    """The scenes of ``passage.*``, three for each sampled article that has another report of its event beside it."""
    return _scenes(_rows(path))


def passages(given: Iterable[Scene], finder: Finder) -> dict[str, float]:
    """``passage.*`` of what a finder reports, in per cent of characters. One reported twice counts once an article."""
    right: dict[str, int] = defaultdict(int)
    carried: dict[str, int] = defaultdict(int)
    given_back = 0
    for scene in given:
        found: dict[str, set[int]] = defaultdict(set)
        for article, start, end in finder(scene.copy, [scene.origin, *scene.others]):
            found[article].update(range(start, end))
        right[scene.kind] += len(found[scene.origin.id].intersection(range(*scene.carried)))
        carried[scene.kind] += scene.carried[1] - scene.carried[0]
        given_back += sum(map(len, found.values()))
    hits, wanted = sum(right.values()), sum(carried.values())
    return {
        "passage.precision": _per_cent(hits, given_back),
        "passage.recall": _per_cent(hits, wanted),
        "passage.f1": _per_cent(2 * hits, given_back + wanted),
        **{f"passage.{kind}.recall": _per_cent(right[kind], carried[kind]) for kind in carried},
    }


def jsonl_in(path: Path) -> Path:
    """The file itself, or the one ``*.jsonl`` file of a folder."""
    if not path.is_dir():
        return path
    files = sorted(path.glob("*.jsonl"))
    if len(files) != 1:
        raise MissingInput(f"holds {len(files)} *.jsonl files; it must hold exactly one", input=str(path))
    return files[0]


def _rows(path: Path) -> list[_Row]:
    """The articles that are long enough to take an excerpt from, each once, by their ids."""
    rows = msgspec.json.Decoder(_Row).decode_lines(jsonl_in(path).read_bytes())
    return sorted({r.id: r for r in rows if len(_WORD.findall(r.text)) >= 2 * _EXCERPT_WORDS}.values(), key=_by_id)


def _sample(rows: Sequence[_Row]) -> Sequence[_Row]:
    return rows[:: max(1, len(rows) // _SAMPLE)]


def _scenes(rows: Sequence[_Row]) -> list[Scene]:
    runs = {row.id: _runs(row.text) for row in rows}
    stories: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        stories[row.story].append(row)
    found = []
    for seed, row in enumerate(_sample(rows)):
        chosen = [row]
        for other in stories[row.story]:
            if other is not row and all(runs[other.id].isdisjoint(runs[one.id]) for one in chosen):
                chosen.append(other)
        origin, *others = (Article(id=r.id, text=r.text) for r in chosen)
        if others:
            found += [_scene(kind, edited, origin, others) for kind, edited in _edits(row.text, seed).items()]
    return found


def _runs(text: str) -> set[int]:
    """Hashes of all runs of words that betray a common hand."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return {hash(tuple(words[i : i + _SAME_HAND])) for i in range(len(words) - _SAME_HAND + 1)}


def _edits(text: str, seed: int) -> dict[str, str]:
    """A text edited in each way; the excerpt is of whole paragraphs, from the middle on."""
    paragraphs = [p for p in text.split("\n") if p.strip()]
    first = last = len(paragraphs) // 2
    while last < len(paragraphs) and len(_WORD.findall(" ".join(paragraphs[first:last]))) < _EXCERPT_WORDS:
        last += 1
    return {
        "light": wire_edit(text, seed=seed, keep=0.85, changed=0.03),
        "heavy": wire_edit(text, seed=seed, keep=0.5, changed=0.1, reorder=True),
        "excerpt": "\n\n".join(paragraphs[first:last]),
    }


def _scene(kind: str, edited: str, origin: Article, reports: Sequence[Article]) -> Scene:
    """The first of the reports with the edited text in the middle, at the end of a line; the others are as they are."""
    host, *others = reports
    cut = host.text.find("\n", len(host.text) // 2) + 1
    start = cut + (len(_DATELINE) if edited.startswith(_DATELINE) else 0)
    copy = Article(id=f"{host.id}+{origin.id}", text=f"{host.text[:cut]}{edited}\n{host.text[cut:]}")
    return Scene(kind, copy, origin, tuple(others), (start, cut + len(edited)))


def reported(copy: Article, articles: Sequence[Article]) -> Iterable[tuple[str, int, int]]:
    """The passages that Rashomon holds for carried over, by the other article."""
    for edge in lineage([copy, *articles]).edges:
        for passage in edge.passages:
            if edge.target == copy.id:
                yield edge.source, passage.copy.start, passage.copy.end
            elif edge.source == copy.id:
                yield edge.target, passage.source.start, passage.source.end


def _by_id(row: _Row) -> str:
    return row.id


def _recall(sample: Sequence[_Row], *, keep: float, changed: float, reorder: bool) -> float:
    found = 0
    for seed, row in enumerate(sample):
        text = wire_edit(row.text, seed=seed, keep=keep, changed=changed, reorder=reorder)
        found += lineage([Article(id="a", text=row.text), Article(id="b", text=text)]).independent == 1
    return _per_cent(found, len(sample))


def _excerpts(sample: Sequence[_Row]) -> float:
    """How often a passage of one article is found, exactly or nearly, in the middle of the next."""
    found = tried = 0
    for row, host in pairwise(sample):
        if row.story == host.story:
            continue
        tried += 1
        # Without its quotation marks, so that the passage is evidence whatever it holds.
        plain = re.sub(r"[“”\"‘]", " ", row.text)
        words = list(_WORD.finditer(plain))
        middle, half = len(words) // 2, _EXCERPT_WORDS // 2
        excerpt = plain[words[middle - half].start() : words[middle + half - 1].end()]
        cut = host.text.find("\n", len(host.text) // 2) + 1
        text = f"{host.text[:cut]}{excerpt}\n{host.text[cut:]}"
        found += bool(lineage([Article(id="a", text=plain), Article(id="b", text=text)]).edges)
    return _per_cent(found, tried)


def _unrelated(sample: Sequence[_Row]) -> float:
    edges = lineage([Article(id=r.id, outlet=r.outlet, text=r.text) for r in sample]).edges
    stories = {r.id: r.story for r in sample}
    false = sum(stories[e.source] != stories[e.target] for e in edges)
    return _per_cent(false, sum(a.story != b.story for a, b in combinations(sample, 2)))


def _same_story(rows: Sequence[_Row]) -> float:
    stories: dict[str, list[_Row]] = {}
    for row in rows:
        stories.setdefault(row.story, []).append(row)
    linked = pairs = 0
    for members in stories.values():
        linked += len(lineage([Article(id=r.id, outlet=r.outlet, text=r.text) for r in members]).edges)
        pairs += len(members) * (len(members) - 1) // 2
    return _per_cent(linked, pairs)


def _per_cent(part: int, whole: int) -> float:
    return round(100 * part / whole, 3) if whole else 0.0
