"""How well copies are found: articles of ``stories.jsonl`` edited as desks edit agency copy, found again or not.

The hard negatives are the other reports of the same event. Some of those truly print one agency's text, and no gold
label says which; the share of them that is linked is given as a figure to watch, not as an error.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import msgspec

from rashomon.errors import MissingInput
from rashomon.group.copies import lineage
from rashomon.score import Score, digest_of
from rashomon.types import Article

_EXCERPT_WORDS = 60
_SAMPLE = 300  # articles that are edited
_WORD = re.compile(r"[^\W_]+")


class _Row(msgspec.Struct):
    id: str
    story: str
    text: str
    outlet: str | None = None


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
    return "\n\n".join([f"FARAWAY, Friday (Staff and agencies) - {edited[0]}", *edited[1:]])


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Recall (per cent) of three kinds of copying, and the share of other pairs that are linked.

    ``path`` is a JSONL file of ``id``, ``story``, ``outlet``, ``text``, or a folder that holds one; ``progress`` is
    called with the number of measures done and their total. Raises :class:`~rashomon.errors.MissingInput` for a folder
    without one, or with several. ``light``: most paragraphs, one word in
    thirty changed; ``heavy``: half the paragraphs in another order, one word in ten changed; both must come out as
    duplicate or reprint. ``excerpt``: some 60 words of one article inside another on a different event.
    """
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        if len(files) != 1:
            raise MissingInput(f"holds {len(files)} *.jsonl files, and must hold one", input=str(path))
        path = files[0]
    decoder = msgspec.json.Decoder(_Row)
    rows = [decoder.decode(line) for line in path.read_bytes().splitlines() if line.strip()]
    rows = sorted({r.id: r for r in rows if len(_WORD.findall(r.text)) >= 2 * _EXCERPT_WORDS}.values(), key=_by_id)
    sample = rows[:: max(1, len(rows) // _SAMPLE)]
    measures: dict[str, Callable[[], float]] = {
        "light.recall": lambda: _recall(sample, keep=0.85, changed=0.03, reorder=False),
        "heavy.recall": lambda: _recall(sample, keep=0.5, changed=0.1, reorder=True),
        "excerpt.recall": lambda: _excerpts(sample),
        "other-story.linked": lambda: _unrelated(sample),
        "same-story.linked": lambda: _same_story(rows),
    }
    scores: dict[str, float] = {}
    for name, measure in measures.items():
        scores[name] = measure()
        if progress is not None:
            progress(len(scores), len(measures))
    return Score(task="copies", data=path.stem, digest=digest_of([path]), documents=len(rows), scores=scores)


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
