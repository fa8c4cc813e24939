"""Train the alignment model of ``rashomon.encode.alignment``.

    python training/alignment.py prepare GOLD OUT             # -> OUT/examples.pickle
    python training/alignment.py train OUT [--threads 2]      # resumes from OUT/checkpoint.pt
    python training/alignment.py eval OUT                     # on the stories of the part tune

GOLD holds ``stories/stories.jsonl``, ``pairs/pairs.jsonl`` and ``align/``. The environment is the one that
``training/attribution.py`` names; ``training/alignment_export.py`` follows. What is learnt from:

- the annotated stories of the part ``train`` (``evals/accounts/stories``): every pair of sentences that passages of one
  point or finding join, and of the others the more the likelier the logistic model (``rashomon.compare.matching``)
  holds them;
- sentence pairs that readers labelled (``GOLD/pairs``, ``evals/accounts/pairs.jsonl``), but for stories of other parts;
- spans of summaries that tell one content unit (QA-Align's fusion data) and neighbours of these in a topic that do not;
- word alignments (MultiMWA's MTRef and Wiki, RTE-2, Edinburgh).

The seed and the number of steps decide what a step draws and how fast it learns, so that a run that was cut off and
resumed ends as one that was not, on the same machine. Two cores take about 40 minutes; a GPU is used if there is one.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import pickle
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import attribution
import numpy as np
import torch
from rashomon_evals.annotations import Annotation, Passage, read_annotations, read_stories
from torch import Tensor, nn
from torch.nn import functional

from rashomon.annotate import annotate
from rashomon.compare.matching import Matcher
from rashomon.compare.predicates import statement
from rashomon.compare.story import cast
from rashomon.encode import alignment as runtime
from rashomon.encode.windows import SHAPES, Window, windows
from rashomon.errors import InvalidRecord
from rashomon.types import Annotations

SEED = 20261129
ANNOTATED = Path(__file__).resolve().parents[1] / "evals" / "accounts"
HIDDEN, HEADS, LOWER, UPPER = attribution.HIDDEN, attribution.HEADS, 3, 3
UNITS, POINTERS = 96, 128  # widths of the projections of late interaction, and of those that pair words
SHARPNESS = 10.0  # of the softmax over the cosines of a word with those of the other sentence
KINDS = list(runtime.KINDS)
RATE, NEW_RATE, WARM_UP, EPOCHS = 2e-4, 6e-4, 0.06, 3
STEP_PAIRS = 128  # pairs of one story in a step; of labelled pairs about so many from several stories
FEW_PAIRS = 40
STEP_WORDS = 1536  # words that are read together
BEFORE = 0.4  # how often a labelled sentence is read with the one before it
# How often a pair of an annotated story that nobody marked is drawn, by what the logistic model makes of it.
DRAWN = ((0.3, 0.3), (0.15, 0.18), (0.05, 0.075), (0.0, 0.0045))
ALIGNED_SHARE = 0.6  # the share of the word alignments that an epoch draws
WEIGHTS = {"same": 1.0, "late": 0.5, "told": 0.5, "link": 0.5, "mark": 0.5, "kind": 0.6, "align": 1.0}
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


# --- data


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
        reader.labelled(path, {a.story: a.part for a in kept})
    reader.fusion(gold / "align" / "fusion" / "train.csv")
    for name, part, rows in alignments(gold / "align"):
        reader.aligned(name, part, rows)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "examples.pickle").open("wb") as file:
        pickle.dump(Prepared(reader.texts, reader.examples), file)
    for key in sorted({(e.source, e.part, e.same) for e in reader.examples}, key=str):
        print(*key, sum((e.source, e.part, e.same) == key for e in reader.examples))


# --- networks


class Lower(nn.Module):
    """The first layers of MiniLM-L6 over a window, and the projections and weights of late interaction."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = attribution.Encoder()
        self.unit, self.weight = nn.Linear(HIDDEN, UNITS), nn.Linear(HIDDEN, 1)

    def forward(self, pieces: Tensor, features: Tensor, kept: Tensor | None) -> Tensor:
        out: Tensor = self.encoder(pieces, features, kept)
        return out

    def late(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Unit projections and weights of words."""
        units = functional.normalize(self.unit(vectors).float(), dim=-1)
        return units, functional.softplus(self.weight(vectors)[..., 0].float())


class Upper(nn.Module):
    """The last layers of MiniLM-L6 over the words of two sentences, and what is read off them."""

    def __init__(self) -> None:
        super().__init__()
        self.side, self.match, self.rarity = (nn.Embedding(n, HIDDEN) for n in (3, 4 * len(SHAPES), 5))
        self.first = nn.Parameter(torch.zeros(HIDDEN))
        self.across = nn.Linear(3 * HIDDEN + 1, HIDDEN)
        self.layers = nn.ModuleList(attribution.Layer(HIDDEN, HEADS, 4 * HIDDEN, before=False) for _ in range(UPPER))
        self.same = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.told, self.mark = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 1)
        self.pointers = nn.ModuleList(nn.Linear(HIDDEN, POINTERS) for _ in range(4))
        # Of link and answers: an intercept, and how much the cosine of late interaction counts.
        self.pointer_bias = nn.Parameter(torch.tensor([[-1.0, 1.0], [-5.0, 8.0]]))
        self.kind = nn.Sequential(nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, len(KINDS)))
        for table in (self.side, self.match, self.rarity):
            nn.init.normal_(table.weight, std=0.02)
        nn.init.normal_(self.across.weight, std=0.01)

    def mixed(self, vectors: Tensor, cosines: Tensor, features: Tensor, sides: Tensor, kept: Tensor | None) -> Tensor:
        """A vector of the pair and then of each word.

        Each word is told, too, what the words of the other sentence that are near it come to (as in ESIM, Chen et al.
        2017): the layers of an encoder of single sentences need many steps to learn to look across.
        """
        words = vectors + self.side(sides) + self.match(features[..., 0]) + self.rarity(features[..., 1])
        other = (sides[:, :, None] * sides[:, None, :]) == 2
        near = torch.where(other, SHARPNESS * cosines, torch.full_like(cosines, -1e4)).softmax(dim=-1)
        answer = near.to(vectors.dtype) @ vectors
        best = (near * cosines).sum(dim=-1, keepdim=True).to(vectors.dtype)
        words = words + self.across(torch.cat([answer, (vectors - answer).abs(), vectors * answer, best], dim=-1))
        first = (self.first + self.side.weight[0]).expand(words.shape[0], 1, HIDDEN)
        x = torch.cat([first, words], dim=1)
        if torch.is_autocast_enabled(x.device.type):
            x = x.bfloat16()
        for layer in self.layers:
            x = layer(x, kept)
        return x

    def forward(
        self, vectors: Tensor, units: Tensor, features: Tensor, sides: Tensor, kept: Tensor | None
    ) -> tuple[Tensor, ...]:
        """Logits: same, told, marks, link, answers, kinds; marks and kinds only help the others to be learnt."""
        cosines = units @ units.transpose(1, 2)
        x = self.mixed(vectors, cosines, features, sides, kept)
        first, x = x[:, 0], x[:, 1:]
        told, mark = self.told(x)[..., 0].float(), self.mark(x)[..., 0].float()
        own, theirs, asks, answers = (pointer(x) for pointer in self.pointers)
        scale = 1.0 / math.sqrt(POINTERS)
        (link_bias, link_factor), (answer_bias, answer_factor) = self.pointer_bias
        link = (own @ theirs.transpose(1, 2)).float() * scale + link_bias + link_factor * cosines
        answers = (asks @ answers.transpose(1, 2)).float() * scale + answer_bias + answer_factor * cosines
        weight = torch.sigmoid(mark) + 1e-4
        sums = [(weight * (sides == s))[..., None] for s in (1, 2)]
        means = [(w * x.float()).sum(1) / w.sum(1) for w in sums]
        kind = self.kind(torch.cat([first.float(), *means], dim=-1)).float()
        return self.same(first)[:, 0].float(), told, mark, link, answers, kind


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lower, self.upper = Lower(), Upper()
        self.likeness = nn.Parameter(torch.tensor([4.0, 0.7, -5.0]))
        self.lower.encoder.load_minilm()
        layers = self.lower.encoder.layers
        for number in range(UPPER):
            self.upper.layers[number].load_state_dict(layers[LOWER + number].state_dict())
        self.lower.encoder.layers = layers[:LOWER]
        del self.lower.encoder.cue_hidden, self.lower.encoder.cue_out

    def late(self, units: Tensor, weights: Tensor, rare: Tensor, sides: Tensor) -> Tensor:
        """The logits of late interaction, as :func:`rashomon.encode.alignment.likeness` works them out."""
        weights = weights * (rare > 0) * (sides > 0) + 1e-6
        across = (sides[:, :, None] * sides[:, None, :]) == 2
        best = torch.where(across, units @ units.transpose(1, 2), torch.tensor(-1.0, device=units.device)).amax(2)
        halves = [weights * (sides == s) for s in (1, 2)]
        means = [(half * best).sum(1) / (half.sum(1) + 0.5) for half in halves]
        shared = torch.log1p(sum((half * functional.relu(best - runtime._NEAR)).sum(1) for half in halves))
        factor, of_shared, intercept = self.likeness
        most, least = torch.maximum(*means), torch.minimum(*means)
        return factor * most + factor / 2 * least + of_shared * shared + intercept


# --- steps


class Pool:
    """The windows that a batch needs, each encoded once, and where in them the words of a side stand."""

    def __init__(
        self, texts: Mapping[str, runtime.Text], known: dict[Any, Window], chance: random.Random | None
    ) -> None:
        self.texts, self.known, self.chance = texts, known, chance
        self.windows: list[Window] = []
        self.places: dict[Any, int] = {}

    def words(self, example: Example, where: Side) -> list[tuple[int, int]]:
        """For each word of a side its window and its first piece in that."""
        name, start, end = where
        if self.chance is not None and example.source not in {"stories", "judged"}:
            before = int(self.chance.random() < BEFORE)
            return [self._place((name, "sentence", n, before), word) for n, word in self._sentences(name, start, end)]
        return [self._place((name, "window", n), word) for n, word in self._windows(name, start, end)]

    def _sentences(self, name: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        ranges = self.texts[name].words.paragraphs
        numbers = [n for n, (a, b) in enumerate(ranges) if a < end and start < b]
        yield from ((n, word) for n in numbers for word in range(max(start, ranges[n][0]), min(end, ranges[n][1])))

    def _windows(self, name: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        key = (name, "all")
        if key not in self.known:
            self.known[key] = tuple(windows(self.texts[name].words))
        for number, window in enumerate(self.known[key]):
            self.known[name, "window", number] = window
            yield from ((number, word) for word in range(max(start, window.words[0]), min(end, window.words[1])))

    def _place(self, key: tuple[Any, ...], word: int) -> tuple[int, int]:
        if key not in self.known:
            ranges = self.texts[key[0]].words.paragraphs
            words = self.texts[key[0]].words._replace(paragraphs=ranges[max(0, key[2] - key[3]) : key[2] + 1])
            self.known[key] = next(iter(windows(words, 10**6)))
        window = self.known[key]
        if key not in self.places:
            self.places[key] = len(self.windows)
            self.windows.append(window)
        return self.places[key], int(window.first[word - window.words[0]])

    def encode(self, model: Model, device: torch.device) -> tuple[Tensor, list[int]]:
        """All pieces' vectors ``(pieces, 384)``, and where each window's begin."""
        order = sorted(range(len(self.windows)), key=lambda n: len(self.windows[n].pieces))
        starts, flat, base = [0] * len(order), [], 0
        for group in in_groups(order, lambda n: len(self.windows[n].pieces), 4096):
            chosen = [self.windows[n] for n in group]
            lengths = torch.tensor([len(w.pieces) for w in chosen], device=device)
            pieces = attribution.padded([w.pieces for w in chosen]).to(device)
            features = attribution.padded([w.features for w in chosen]).to(device)
            kept = torch.arange(pieces.shape[1], device=device) < lengths[:, None]
            vectors = model.lower(pieces, features, kept[:, None, None, :])
            for row, number in enumerate(group):
                starts[number] = base + row * pieces.shape[1]
            base += vectors.shape[0] * vectors.shape[1]
            flat.append(vectors.reshape(-1, HIDDEN))
        return torch.cat(flat), starts


def in_groups(order: Sequence[int], length: Any, limit: int) -> Iterator[list[int]]:
    """Consecutive numbers, so many that as many as there are, each as long as the longest, stay within a limit."""
    group: list[int] = []
    for number in order:
        if group and (len(group) + 1) * length(number) > limit:
            yield group
            group = []
        group.append(number)
    if group:
        yield group


class Part(NamedTuple):
    """Some examples of a batch, in the model's outputs: those of :class:`Upper`, and the logits of late interaction."""

    numbers: list[int]
    sides: Tensor
    outputs: tuple[Tensor, ...]
    late: Tensor


def size(example: Example) -> int:
    return sum(s[2] - s[1] for s in (example.left, example.right))


def words_of(prepared: Prepared, example: Example) -> tuple[Any, Any]:
    """What the upper network is told of the words of a pair: ``(words, 2)``, and which side each is of, 1 or 2."""
    a, b = prepared.texts[example.left[0]], prepared.texts[example.right[0]]
    left, right = example.left[1:], example.right[1:]
    both = runtime.features_of(a, left, b, right), runtime.features_of(b, right, a, left)
    return np.concatenate(both), np.repeat([1, 2], [left[1] - left[0], right[1] - right[0]])


def run(
    model: Model,
    prepared: Prepared,
    examples: Sequence[Example],
    device: torch.device,
    known: dict[Any, Window],
    chance: random.Random | None,
) -> Iterator[Part]:
    """The model's outputs for a batch, of like lengths together. With ``chance``, as in training."""
    pool = Pool(prepared.texts, known, chance)
    places = [(pool.words(e, e.left), pool.words(e, e.right)) for e in examples]
    flat, starts = pool.encode(model, device)
    for numbers in in_groups(
        sorted(range(len(examples)), key=lambda n: size(examples[n])), lambda n: size(examples[n]), STEP_WORDS
    ):
        chosen = [examples[n] for n in numbers]
        index, features, sides = [], [], []
        for n, e in zip(numbers, chosen, strict=True):
            index.append(np.array([starts[w] + at for part in places[n] for w, at in part]))
            of_words, of_sides = words_of(prepared, e)
            features.append(of_words)
            sides.append(of_sides)
        side_of = attribution.padded(sides).to(device)
        told = attribution.padded(features).to(device)
        vectors = flat[attribution.padded(index).to(device)]
        kept = functional.pad(side_of > 0, (1, 0), value=True)[:, None, None, :]
        units, weights = model.lower.late(vectors)
        late = model.late(units, weights, told[..., 1], side_of)
        same, *others = model.upper(vectors, units, told, side_of, kept)
        yield Part(numbers, side_of, (same + late, *others), late)


def targets(example: Example, width: int) -> dict[str, Any]:
    """What a pair's logits should be, filled up to ``width`` words."""
    cut, end = example.left[2] - example.left[1], size(example)
    told, marks = (np.zeros(width, dtype=np.float32) for _ in range(2))
    link = np.zeros((width, width), dtype=np.float32)
    for own, theirs in example.links:
        told[:end] = np.maximum(told[:end], np.concatenate([own, theirs]))
        link[:cut, cut:end] = np.maximum(link[:cut, cut:end], np.outer(own, theirs))
    if example.marks is not None:
        marks[:end] = np.concatenate(example.marks)
    answers = np.full((width, width), 2, dtype=np.float32)
    if example.answers is not None:
        answers[:cut, cut:end] = example.answers
    kinds = np.zeros(len(KINDS), dtype=np.float32)
    kinds[list(example.kinds or ())] = 1.0
    if example.judged is not None:
        told[:end], marks[:end], kinds = example.judged.told, example.judged.marks, example.judged.kinds
    return {"told": told, "marks": marks, "link": link, "answers": answers, "kinds": kinds}


def surprise(logits: Tensor, wanted: Tensor, factor: float | Tensor = 1.0) -> Tensor:
    """Binary cross-entropy of each logit; what is wanted counts ``factor`` times."""
    weight = torch.as_tensor(factor, device=logits.device)
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none", pos_weight=weight)


def losses(part: Part, examples: Sequence[Example]) -> dict[str, tuple[Tensor, Tensor]]:
    """Summed losses and what to divide them by."""
    device = part.sides.device
    wanted = [targets(e, part.sides.shape[1]) for e in examples]
    told, marks, link, answers, kinds = (
        torch.from_numpy(np.stack([w[name] for w in wanted])).to(device)
        for name in ("told", "marks", "link", "answers", "kinds")
    )

    def flags(which: Iterable[float]) -> Tensor:
        return torch.tensor([float(flag) for flag in which], device=device)

    known, same = (
        flags(e.same is not None for e in examples),
        flags(e.judged.same if e.judged else bool(e.same) for e in examples),
    )
    # What a teacher judged is soft already, and counts as far as the pair tells one matter.
    soft = flags(e.judged is not None for e in examples)
    hard = same * (1.0 - soft)
    kind_known = mark_known = flags(e.judged.same if e.judged else e.kinds is not None for e in examples)
    same_, told_, marks_, link_, answers_, kinds_ = part.outputs
    words = (part.sides > 0).float()
    across = ((part.sides == 1)[:, :, None] & (part.sides == 2)[:, None, :]).float()
    found = {
        "same": ((surprise(same_, same) * known).sum(), known.sum()),
        "late": ((surprise(part.late, same) * known).sum(), known.sum()),
        "told": (((surprise(told_, told) * words).sum(1) / words.sum(1) * same).sum(), same.sum()),
        "link": (((surprise(link_, link) * across).sum((1, 2)) / across.sum((1, 2)) * hard).sum(), hard.sum()),
        "mark": (
            ((surprise(marks_, marks, (4.0 - 3.0 * soft)[:, None]) * words).sum(1) / words.sum(1) * mark_known).sum(),
            mark_known.sum(),
        ),
        "kind": (
            (surprise(kinds_, kinds, (3.0 - 2.0 * soft)[:, None]).mean(1) * 4.0 * kind_known).sum(),
            kind_known.sum(),
        ),
    }
    aligned = flags(e.answers is not None for e in examples)
    sure = ((answers != 2.0) & (across > 0)).float() * surprise(answers_, (answers == 1.0).float(), 5.0)
    found["align"] = (((0.15 * sure).sum((1, 2)) / (part.sides == 1).sum(1) * aligned).sum(), aligned.sum())
    return found


def batches(examples: Sequence[Example], epoch: int) -> list[list[Example]]:
    """The batches of an epoch, in an order of its own."""
    chance = random.Random(f"{SEED} {epoch}")
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        share = 1.0
        if example.source == "stories" and not example.same:
            share = next(s for least, s in DRAWN if example.prior >= least)
        elif example.source == "words":
            share = ALIGNED_SHARE
        if chance.random() < share:
            groups[example.source, "" if example.source == "words" else example.group].append(example)
    found: list[list[Example]] = []
    for (source, _), own in groups.items():
        chance.shuffle(own)
        if source == "words":
            own.sort(key=lambda e: size(e) // 6)
        step = STEP_PAIRS // 4 if source == "words" else STEP_PAIRS
        found += [own[at : at + step] for at in range(0, len(own), step)]
    chance.shuffle(found)
    merged: list[list[Example]] = []
    few: list[Example] = []
    for batch in found:
        if batch[0].source == "words" or len(batch) >= FEW_PAIRS:
            merged.append(batch)
            continue
        few = few + batch
        if len(few) >= FEW_PAIRS:
            merged.append(few)
            few = []
    merged += [few] if few else []
    chance.shuffle(merged)
    return merged


def groups(model: Model) -> list[dict[str, Any]]:
    """What is new learns faster than what MiniLM brings; biases and norms do not decay."""
    brought = {id(p) for part in (model.lower.encoder, model.upper.layers) for p in part.parameters()}
    found: dict[tuple[bool, bool], list[Any]] = defaultdict(list)
    for parameter in model.parameters():
        found[id(parameter) in brought, parameter.ndim > 1].append(parameter)
    return [
        {"params": own, "rate": RATE if old else NEW_RATE, "weight_decay": 0.01 if decays else 0.0}
        for (old, decays), own in found.items()
    ]


def train(out: Path, threads: int, epochs: int, start: Path | None) -> None:
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    prepared = read(out)
    learnt = [e for e in prepared.examples if e.part == "train"]
    torch.manual_seed(SEED)
    model = Model().to(device)
    if start is not None:
        model.load_state_dict(torch.load(start, map_location=device, weights_only=True)["model"])
        with (out / "judged.pickle").open("rb") as file:
            learnt += pickle.load(file)
    optimiser = torch.optim.AdamW(groups(model), lr=RATE)
    done = resume(out, device, model, optimiser)
    drawn = [batch for epoch in range(epochs) for batch in batches(learnt, epoch)]
    known: dict[Any, Window] = {}
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    began = time.monotonic()
    for step in range(done, len(drawn)):
        for group in optimiser.param_groups:
            group["lr"] = (
                (0.5 if start else 1.0)
                * group["rate"]
                * min(1.0, (step + 1) / (WARM_UP * len(drawn)))
                * max(0.02, 1 - step / len(drawn))
            )
        torch.manual_seed(SEED + step)
        loss = one_step(model, prepared, drawn[step], device, known, random.Random(f"{SEED} {step}"), sums)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % 25 == 0 or step + 1 == len(drawn):
            spent = (time.monotonic() - began) / (step + 1 - done)
            told = " ".join(f"{name} {total / max(of, 1):.3f}" for name, (total, of) in sums.items())
            left = spent * (len(drawn) - step - 1) / 60
            print(f"step {step + 1}/{len(drawn)} {told} {spent:.2f} s/step, {left:.0f} minutes left", flush=True)
            sums.clear()
        if (step + 1) % 100 == 0 or step + 1 == len(drawn):
            kept = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            torch.save(kept, out / "checkpoint.new")
            (out / "checkpoint.new").replace(out / "checkpoint.pt")


def one_step(
    model: Model,
    prepared: Prepared,
    batch: Sequence[Example],
    device: torch.device,
    known: dict[Any, Window],
    chance: random.Random,
    sums: dict[str, list[float]],
) -> Tensor:
    model.train()
    totals: dict[str, tuple[Tensor, Tensor]] = {}
    with torch.autocast(device.type, torch.bfloat16):
        parts = list(run(model, prepared, batch, device, known, chance))
    for part in parts:
        for name, (loss, of) in losses(part, [batch[n] for n in part.numbers]).items():
            before = totals.get(name)
            totals[name] = (loss, of) if before is None else (before[0] + loss, before[1] + of)
    for name, (loss, of) in totals.items():
        sums[name][0] += loss.item()
        sums[name][1] += of.item()
    return sum(WEIGHTS[name] * loss / of.clamp(min=1.0) for name, (loss, of) in totals.items())


def read(out: Path) -> Prepared:
    with (out / "examples.pickle").open("rb") as file:
        prepared: Prepared = pickle.load(file)
    return prepared


def resume(out: Path, device: torch.device, model: Model, optimiser: torch.optim.Optimizer | None = None) -> int:
    """Take up the last checkpoint; the number of steps done."""
    path = out / "checkpoint.pt"
    if not path.exists():
        return 0
    kept = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(kept["model"])
    if optimiser is not None:
        optimiser.load_state_dict(kept["optimiser"])
    return int(kept["step"])


@torch.no_grad()
def evaluate(out: Path, threads: int, part: str) -> None:
    """Average precision of *same* over the pairs of annotated stories, and F1 of the words that answer each other."""
    torch.set_num_threads(threads)
    device = torch.device("cpu")
    prepared, model = read(out), Model()
    print("steps", resume(out, device, model))
    model.eval()
    known: dict[Any, Window] = {}
    for source in ("stories", "words"):
        asked = [e for e in prepared.examples if e.part == part and e.source == source and (e.same or e.prior >= 0.1)]
        asked = asked or [e for e in prepared.examples if e.part == part and e.source == source][:400]
        logits, late, hits = np.zeros(len(asked)), np.zeros(len(asked)), np.zeros(3)
        by_group: dict[str, list[int]] = defaultdict(list)
        for number, example in enumerate(asked):
            by_group[example.group].append(number)
        for numbers in by_group.values():
            for result in run(model, prepared, [asked[n] for n in numbers], device, known, None):
                for row, n in enumerate(result.numbers):
                    logits[numbers[n]], late[numbers[n]] = result.outputs[0][row], result.late[row]
                    hits += answered(asked[numbers[n]], result.outputs[4][row].numpy())
        if source == "stories":
            same = np.array([bool(e.same) for e in asked])
            for name, scores in (("upper", logits), ("late", late), ("logistic", np.array([e.prior for e in asked]))):
                print(f"{name}: average precision {100 * average_precision(same, scores):.1f} of {same.sum()}")
        else:
            print(f"answers: F1 {100 * 2 * hits[0] / max(1, 2 * hits[0] + hits[1] + hits[2]):.1f}")


def answered(example: Example, logits: Any) -> Any:
    """Pairs of words found, wrong and missed; possible ones are neither."""
    if example.answers is None:
        return np.zeros(3)
    cut, end = example.left[2] - example.left[1], size(example)
    given, gold = logits[:cut, cut:end] > 0, example.answers
    return np.array([(given & (gold == 1)).sum(), (given & (gold == 0)).sum(), (~given & (gold == 1)).sum()])


def average_precision(same: Any, scores: Any) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = same[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / max(1, hits.sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    first = commands.add_parser("prepare")
    first.add_argument("gold", type=Path)
    first.add_argument("out", type=Path)
    second = commands.add_parser("train")
    second.add_argument("out", type=Path)
    second.add_argument("--threads", type=int, default=2)
    second.add_argument("--epochs", type=int, default=EPOCHS)
    second.add_argument("--start", type=Path, help="weights to go on from, with what the teacher judged")
    third = commands.add_parser("eval")
    third.add_argument("out", type=Path)
    third.add_argument("--threads", type=int, default=2)
    third.add_argument("--part", default="tune")
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(given.gold, given.out)
    elif given.command == "train":
        train(given.out, given.threads, given.epochs, given.start)
    else:
        evaluate(given.out, given.threads, given.part)


if __name__ == "__main__":
    # What is pickled names its classes by their module, which other commands import.
    import alignment

    alignment.main()
