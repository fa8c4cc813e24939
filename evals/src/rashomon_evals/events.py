"""PLOVER events against coded sentences: what is done (root and quad class), by whom and to whom.

Reads the tab-separated form of published codings: a sentence, the same with ``<s>`` and ``<t>`` around who does it and
whom it is done to, and the root code. As in work on these data (Parolin et al. 2022; Hu et al. 2024) both are given
when the type is asked for; ``source`` and ``target`` are sought in the bare sentence, and right where they have more
than half of all their words in common. Sentences that the model was trained on are left out.

The peers answer for the same sentences: ``dictionary`` looks the clause up in lists of verbs and nouns, as coders by
CAMEO's dictionaries do; ``neighbour`` gives the type of the training sentence whose embedding is nearest.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc, Token

from rashomon.annotate import _event_model as model
from rashomon.annotate._frames import Frame, frames, phrase
from rashomon.annotate.events import Coded, coded, names_of
from rashomon.annotate.pipeline import load
from rashomon.data.plover import DICTIONARY, MUTUAL, QUAD
from rashomon.encode.embedding import embed
from rashomon.errors import InvalidRecord
from rashomon_evals import Score, digest_of

_MARK = re.compile(r"</?[st]>")
_ALIKE = 0.5

Span = tuple[int, int]


class Gold(NamedTuple):
    """A coded sentence: its text, who does it and to whom (characters; ``None`` where nobody is marked), its type."""

    text: str
    source: Span | None
    target: Span | None
    type: str

    @property
    def digest(self) -> str:
        """What tells the sentence from others: twelve digits of its SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def read_gold(path: Path) -> list[Gold]:
    """The coded sentences of a file, or of all ``.tsv`` files of a folder.

    Raises:
        InvalidRecord: there is no such file, or a column is missing.
    """
    rows = []
    for file in files_of(path):
        with file.open(encoding="utf-8", newline="") as lines:
            rows += list(csv.DictReader(lines, delimiter="\t"))
    if not rows or not {"marked_sentence", "gold_root"} <= rows[0].keys():
        raise InvalidRecord("has no columns marked_sentence and gold_root in a .tsv file", input=str(path))
    return [unmarked(row["marked_sentence"], row["gold_root"]) for row in rows]


def files_of(path: Path) -> list[Path]:
    """The file itself, or those of the folder that have coded sentences."""
    return sorted(path.glob("*.tsv")) if path.is_dir() else [path]


def unmarked(marked: str, type: str) -> Gold:
    """A sentence with ``<s>`` and ``<t>`` around its parties, without the marks."""
    ends: dict[str, int] = {}
    at = 0
    text = ""
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        ends[mark.group()] = len(text)
    spans = [(ends[f"<{k}>"], ends[f"</{k}>"]) if f"</{k}>" in ends else None for k in "st"]
    return Gold(text + marked[at:], spans[0], spans[1], type)


def frame_of(doc: Doc, gold: Gold) -> Frame:
    """The frame of a sentence that tells of the two who are marked, with them as its parties."""
    source, target = (_root(doc, span) for span in (gold.source, gold.target))
    given = {t.i for span in (gold.source, gold.target) for t in _inside(doc, span)}
    own = {t.i for t in _inside(doc, gold.source)}, {t.i for t in _inside(doc, gold.target)}

    def fits(frame: Frame) -> int:
        return 2 * any(t.i in own[0] for t in frame.agents) + any(t.i in own[1] for t in frame.patients)

    found = list(frames(doc, lambda token: token.i in given or token.pos_ == "PROPN"))
    root = next(iter(doc.sents)).root
    whole = Frame(root, (), (), tuple(t for t in doc if not t.is_space), (root,))
    best = max(found, key=fits, default=whole)
    if not fits(best):
        best = whole
    agents, patients = (tuple(t for t in (one,) if t) for one in (source, target))
    return Frame(best.head, agents, patients, best.clause, best.steps, own)


def _inside(doc: Doc, span: Span | None) -> list[Token]:
    return [t for t in doc if span is not None and span[0] <= t.idx < span[1]]


def _root(doc: Doc, span: Span | None) -> Token | None:
    inside = _inside(doc, span)
    members = {t.i for t in inside}
    return next((t for t in inside if t.head.i not in members or t.head.i == t.i), None)


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score the model and the peers on the sentences that the model was not trained on."""
    weights = model.load()
    everything = read_gold(path)
    gold = [g for g in everything if g.digest not in weights.held]
    if not gold:
        raise InvalidRecord("the model was trained on all of these sentences", input=str(path))
    docs = list(load().pipe((g.text for g in gold), batch_size=64))
    readings = [model.read(frame_of(doc, one)) for doc, one in zip(docs, gold, strict=True)]
    wanted = [g.type for g in gold]
    scores = _types("", wanted, _likeliest(weights, readings))
    if progress is not None:
        progress(len(gold) // 2, len(gold))
    scores |= _parties(docs, gold)
    scores |= _types("peer.dictionary.", wanted, [_looked_up(doc, one) for doc, one in zip(docs, gold, strict=True)])
    seen = [g for g in everything if g.digest in weights.held]
    if seen:
        near = embed([g.text for g in gold]) @ embed([g.text for g in seen]).T
        scores |= _types("peer.neighbour.", wanted, [seen[int(i)].type for i in near.argmax(axis=1)])
    if progress is not None:
        progress(len(gold), len(gold))
    return Score(task="events", data=str(path), digest=digest_of(files_of(path)), documents=len(gold), scores=scores)


def _likeliest(weights: model.Weights, readings: Sequence[model.DeedText]) -> list[str]:
    """The likeliest type of each deed; that each is one is given."""
    chances = model.scores(weights, readings)
    chances[:, weights.types.index(model.NONE)] = -1
    return [weights.types[int(i)] for i in chances.argmax(axis=1)]


def _types(prefix: str, wanted: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    quads = [QUAD[t] for t in wanted], [QUAD.get(t, 0) for t in found]
    right = sum(a == b for a, b in zip(wanted, found, strict=True))
    return {
        f"{prefix}root.macro_f1": _macro(wanted, found),
        f"{prefix}root.accuracy": 100 * right / len(wanted),
        f"{prefix}quad.macro_f1": _macro(*quads),
    }


def _macro(wanted: Sequence[object], found: Sequence[object]) -> float:
    """The mean F1 of the types that are there."""
    figures = []
    for type in sorted(set(wanted), key=str):
        right = sum(a == b == type for a, b in zip(wanted, found, strict=True))
        figures.append(_f1(right, wanted.count(type), found.count(type)))
    return float(np.mean(figures))


def _f1(right: int, wanted: int, found: int) -> float:
    return 200 * right / (wanted + found) if wanted + found else 0.0


def _parties(docs: Sequence[Doc], gold: Sequence[Gold]) -> dict[str, float]:
    """F1 of who does it and to whom, of the surest event found in each bare sentence."""
    tallies = {"source": [0, 0, 0], "target": [0, 0, 0]}
    for doc, one in zip(docs, gold, strict=True):
        best = max(coded(doc), key=lambda c: c.verdict.chance, default=None)
        parties = _sides(best, names_of(doc)) if best else ((), ())
        for tally, heads, span in zip(tallies.values(), parties, (one.source, one.target), strict=True):
            own = {t.i for t in _inside(doc, span)}
            said = {t.i for head in heads for t in phrase(head)}
            tally[0] += bool(own and said) and len(own & said) > _ALIKE * len(own | said)
            tally[1] += bool(own)
            tally[2] += bool(said)
    return {f"{name}.f1": _f1(*tally) for name, tally in tallies.items()}


def _sides(best: Coded, names: Mapping[int, object]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """Who does it and to whom. Of two who do a thing together the gold has the second as the one it is done to."""
    agents, patients = best.frame.agents, best.frame.patients
    if best.verdict.type in MUTUAL and not any(p.i in names for p in patients):
        return agents[:1], agents[1:2]
    return agents, patients


def _looked_up(doc: Doc, gold: Gold) -> str:
    """The type of the first word between the parties, else anywhere, that is in the dictionary."""
    bounds = [end for span in (gold.source, gold.target) if span for end in span] or [0, len(gold.text)]
    between = [t for t in doc if min(bounds) <= t.idx < max(bounds)]
    return next((DICTIONARY[t.lemma_.lower()] for t in (*between, *doc) if t.lemma_.lower() in DICTIONARY), "")
