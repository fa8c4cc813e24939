"""Read what the alignment model learns from: pairs of sentences, with what is known of each.

``training/alignment.py prepare GOLD OUT`` writes them to OUT, what trains reads them from there. They are:

- the annotated stories of the part ``train`` (``evals/accounts/stories``): every pair of sentences that passages of one
  point or finding join, and of the others the more the likelier the logistic model (``rashomon.compare.matching``)
  holds them;
- sentence pairs that readers labelled (``GOLD/pairs``, ``evals/accounts/pairs.jsonl``), but for stories of other parts;
- spans of summaries that tell one content unit (QA-Align's fusion data) and neighbours of these in a topic that do not;
- word alignments (MultiMWA's MTRef and Wiki, RTE-2, Edinburgh).
"""

from __future__ import annotations

import csv
import json
import pickle
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rashomon_evals.annotations import Annotation, Passage, read_annotations, read_stories

from rashomon.annotate import annotate
from rashomon.compare.matching import Matcher
from rashomon.compare.predicates import statement
from rashomon.compare.story import cast
from rashomon.encode import alignment as runtime
from rashomon.errors import InvalidRecord
from rashomon.types import Annotations

ANNOTATED = Path(__file__).resolve().parents[1] / "evals" / "accounts"
KINDS = list(runtime.KINDS)
CLASSES = {"omission": "omission-within"}

Mask = np.ndarray[Any, np.dtype[np.int8]]
Chances = np.ndarray[Any, np.dtype[np.float32]]
Side = tuple[str, int, int]
"""A text, and the first and last word (exclusive) of a sentence of it."""


class Example(NamedTuple):
    """A pair of sentences with what is known of it; masks are of the left's and the right's words."""

    source: str
    part: str
    group: str
    left: Side
    right: Side
    same: bool | None = None
    prior: float = 0.0
    links: tuple[tuple[Mask, Mask], ...] = ()
    kinds: tuple[int, ...] | None = None
    marks: tuple[Mask, Mask] | None = None
    answers: Mask | None = None
    """Of each pair of words: 1 sure, 2 possible, 0 none."""
    judged: Judgement | None = None


class Judgement(NamedTuple):
    """What a teacher says of a pair: the chances of *same* and of each kind, and of each word to tell it, to differ."""

    same: float
    kinds: Chances
    told: Chances
    marks: Chances


class Prepared(NamedTuple):
    texts: dict[str, runtime.Text]
    examples: list[Example]


def side(text: runtime.Text, name: str, start: int, end: int) -> Side:
    """The words that the characters ``[start, end)`` touch, as many of them as are read."""
    first, last = text.within(start, end)
    return name, first, min(last, first + runtime.LONGEST)


def mask(text: runtime.Text, where: Side, spans: Iterable[Sequence[int]]) -> Mask:
    """Which words of a side lie in spans of characters."""
    found = np.zeros(where[2] - where[1], dtype=np.int8)
    for start, end in spans:
        first, last = text.within(start, end)
        found[max(first - where[1], 0) : max(last - where[1], 0)] = 1
    return found


class Reader:
    """Reads gold data into examples; a text is read once."""

    def __init__(self, gold: Path, annotated: Mapping[str, Annotations]) -> None:
        self.gold, self.annotated = gold, annotated
        self.texts: dict[str, runtime.Text] = {}
        self.examples: list[Example] = []

    def text(self, article: str) -> runtime.Text:
        if article not in self.texts:
            one = self.annotated[article]
            sentences = [(s.start, s.end) for s in one.sentences]
            self.texts[article] = runtime.read_text(one.article.text, sentences)
        return self.texts[article]

    def add(self, example: Example) -> None:
        if min(s[2] - s[1] for s in (example.left, example.right)) > 1:
            self.examples.append(example)

    def story(self, gold: Annotation) -> None:
        """All pairs of sentences that were joined, and of the others those that may be drawn."""
        chance = random.Random(gold.story)
        order = [text.id for text in gold.articles if text.id in self.annotated]
        accounts = cast([self.annotated[article] for article in order]).accounts
        sentences = [(a.article.id, s) for a in accounts for s in a.annotated.sentences]
        told = [statement(a, (s,)) for a in accounts for s in a.annotated.sentences]
        likely = Matcher(told).probabilities(slice(0, len(told))) if told else np.zeros((0, 0))
        joined = self.joined(gold, [(a, s.start, s.end) for a, s in sentences])
        for i, (one, left) in enumerate(sentences):
            for j in range(i + 1, len(sentences)):
                other, right = sentences[j]
                marked = joined.get((i, j))
                if one == other or (marked is None and likely[i, j] < 0.05 and chance.random() >= 0.03):
                    continue
                a, b = self.text(one), self.text(other)
                sides = side(a, one, left.start, left.end), side(b, other, right.start, right.end)
                self.add(self.pair(gold, *sides, float(likely[i, j]), marked))

    def joined(
        self, gold: Annotation, sentences: Sequence[tuple[str, int, int]]
    ) -> dict[tuple[int, int], list[tuple[Passage, Passage, int | None, tuple[Passage, ...]]]]:
        """By two sentences the passages of one point (no kind) or finding (its kind, its marks) that lie in them."""
        found: dict[tuple[int, int], list[tuple[Passage, Passage, int | None, tuple[Passage, ...]]]] = defaultdict(list)
        marked = [(p.passages, None, ()) for p in gold.points]
        marked += [(f.passages, KINDS.index(f.nonconflict or f.kind), f.marks) for f in gold.findings]
        for passages, kind, marks in marked:
            places = [(n, p) for p in passages for n, s in enumerate(sentences) if lies(p, s)]
            for i, one in places:
                for j, other in places:
                    if i < j and one.article != other.article:
                        found[i, j].append((one, other, kind, marks))
        return found

    def pair(self, gold: Annotation, left: Side, right: Side, prior: float, marked: Any) -> Example:
        example = Example("stories", gold.part, gold.story, left, right, marked is not None, prior)
        if marked is None:
            return example
        a, b = self.texts[left[0]], self.texts[right[0]]

        def both(one: Iterable[Passage], other: Iterable[Passage]) -> tuple[Mask, Mask]:
            spans = ([(p.start, p.end) for p in ps if p.article == s[0]] for ps, s in ((one, left), (other, right)))
            return mask(a, left, next(spans)), mask(b, right, next(spans))

        points = [m for m in marked if m[2] is None] or marked
        marks = [mark for m in marked for mark in m[3]]
        return example._replace(
            links=tuple(both([one], [other]) for one, other, _, _ in points),
            kinds=tuple(sorted({m[2] for m in marked if m[2] is not None})) or (0,),
            marks=both(marks, marks),
        )

    def labelled(self, path: Path, parts: Mapping[str, str]) -> None:
        """Pairs that readers labelled."""
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            (one, *left), (other, *right) = row["a"], row["b"]
            if one not in self.annotated or other not in self.annotated:
                continue
            a, b = self.text(one), self.text(other)
            sides = side(a, one, *left), side(b, other, *right)
            part = parts.get(row["story"], "train")
            example = Example("pairs", part, row["story"], *sides, row["same"])
            if row["same"]:
                kind = KINDS.index(CLASSES.get(row["kind"], row["kind"]))
                told = mask(a, sides[0], [row["told_a"]]), mask(b, sides[1], [row["told_b"]])
                marks = ([row[m]] if row.get(m) else [] for m in ("mark_a", "mark_b"))
                both = mask(a, sides[0], next(marks)), mask(b, sides[1], next(marks))
                example = example._replace(links=(told,), kinds=(kind,), marks=both)
            self.add(example)

    def single(self, name: str, text: str) -> Side:
        """A text of one sentence."""
        self.texts[name] = runtime.read_text(text, [(0, len(text))])
        return side(self.texts[name], name, 0, len(text))

    def fusion(self, path: Path) -> None:
        """Spans of one content unit, and for each the two of other units in its topic that share most words with it."""
        topics: dict[str, list[tuple[str, Side, Mask]]] = defaultdict(list)
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                text = " ".join(row["text"].split())
                parts = [" ".join(p.split()) for p in row["text_spans"].split("...")]
                spans = [(text.index(p), text.index(p) + len(p)) for p in parts if p and p in text]
                if spans and len(text) > 20:
                    at = self.single(f"{path.stem}{number}", text)
                    topics[row["topic"]].append((row["abs_scu_id"], at, mask(self.texts[at[0]], at, spans)))
        for topic, told in topics.items():
            for i, (unit, left, own) in enumerate(told):
                apart: list[tuple[int, int]] = []
                for j, (other, right, theirs) in enumerate(told):
                    words = (set(self.texts[s[0]].stems) for s in (left, right))
                    if unit == other and i < j:
                        self.add(Example("fusion", "train", topic, left, right, True, links=((own, theirs),)))
                    elif unit != other and i < j:
                        apart.append((-len(next(words) & next(words)), j))
                for _, j in sorted(apart)[:2]:
                    self.add(Example("fusion", "train", topic, left, told[j][1], False))

    def aligned(self, name: str, part: str, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Word alignments: two tokenised sentences, the sure pairs of tokens and the possible ones."""
        for number, (one, other, sure, possible) in enumerate(rows):
            names = f"{name}{number}a", f"{name}{number}b"
            places = []
            sides = []
            for key, words in zip(names, (one, other), strict=True):
                text, ends = detokenised(words.split(" "))
                sides.append(self.single(key, text))
                places.append([self.texts[key].within(*end) for end in ends])
            if min(s[2] for s in sides) < 2 or max(len(self.texts[s[0]].forms) for s in sides) > runtime.LONGEST:
                continue
            answers = np.zeros((sides[0][2], sides[1][2]), dtype=np.int8)
            for pairs, value in ((possible, 2), (sure, 1)):
                for i, j in (map(int, pair.split("-")) for pair in pairs.split()):
                    if i < len(places[0]) and j < len(places[1]):
                        answers[slice(*places[0][i]), slice(*places[1][j])] = value
            self.add(Example("words", part, name, sides[0], sides[1], answers=answers))


def lies(passage: Passage, sentence: tuple[str, int, int]) -> bool:
    """Whether half of a passage lies in a sentence, or half of the sentence in it."""
    article, start, end = sentence
    common = min(passage.end, end) - max(passage.start, start)
    return article == passage.article and common > 0 and 2 * common >= min(passage.end - passage.start, end - start)


def detokenised(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens joined by blanks, and where each stands."""
    marks = {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")"}
    text, ends = "", []
    for word in (marks.get(w, w) for w in words):
        ends.append((len(text), len(text) + len(word)))
        text += f"{word} "
    return text.rstrip(), ends


def alignments(folder: Path) -> Iterator[tuple[str, str, list[tuple[str, str, str, str]]]]:
    for name, part in (("mtref-train", "train"), ("wiki-train", "train"), ("mtref-dev", "tune")):
        lines = (folder / "mwa" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        yield name, part, [(c[1], c[3], c[7], c[8]) for c in (line.split("\t") for line in lines)]
    for name, part in (("rte2-align/dev", "train"), ("edinburgh/train", "train"), ("rte2-align/test", "tune")):
        rows = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        yield name, part, [(r["source"], r["target"], r["sureAlign"], r["possibleAlign"]) for r in rows]


def prepare(gold: Path, out: Path) -> None:
    stories = gold / "stories" / "stories.jsonl"
    kept = list(read_annotations(ANNOTATED / "stories").values())
    own = [gold / "pairs" / "pairs.jsonl", ANNOTATED / "pairs.jsonl"]
    named = {json.loads(line)["story"] for path in own for line in path.read_text(encoding="utf-8").splitlines()}
    flat = []
    for story in sorted(named | {a.story for a in kept}):
        try:
            flat += read_stories(stories, {story})[story]
        except InvalidRecord as error:
            print(f"left out: {error}")
    annotated = {one.article.id: one for one in annotate(flat, annotators="accurate", problems=[])}
    reader = Reader(gold, annotated)
    for annotation in kept:
        reader.story(annotation)
    for path in own:
        # Pairs of what is fitted on now were learnt from before it was annotated.
        reader.labelled(path, {a.story: a.part for a in kept if a.part != "fit"})
    reader.fusion(gold / "align" / "fusion" / "train.csv")
    for name, part, rows in alignments(gold / "align"):
        reader.aligned(name, part, rows)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "examples.pickle").open("wb") as file:
        pickle.dump(Prepared(reader.texts, reader.examples), file)
    for key in sorted({(e.source, e.part, e.same) for e in reader.examples}, key=str):
        print(*key, sum((e.source, e.part, e.same) == key for e in reader.examples))


def read(out: Path) -> Prepared:
    with (out / "examples.pickle").open("rb") as file:
        prepared: Prepared = pickle.load(file)
    return prepared


def size(example: Example) -> int:
    return sum(s[2] - s[1] for s in (example.left, example.right))
