"""Train the alignment model of ``rashomon.encode.alignment``.

    python training/alignment.py prepare GOLD OUT             # -> OUT/examples.pickle
    python training/alignment.py train OUT [--threads 2]      # resumes from OUT/checkpoint.pt
    python training/alignment.py eval OUT                     # on the stories of the part tune

GOLD holds ``stories/stories.jsonl``, ``pairs/pairs.jsonl`` and ``align/``. The environment is the one that
``training/attribution.py`` names; ``training/alignment_export.py`` follows. What is learnt from is in
``training/alignment_data.py``, which reads it; the networks are in ``training/alignment_network.py``.

The seed and the number of steps decide what a step draws and how fast it learns, so that a run that was cut off and
resumed ends as one that was not, on the same machine. Two cores take about 40 minutes; a GPU is used if there is one.
"""

from __future__ import annotations

import argparse
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
from alignment_data import KINDS, Example, Prepared, Side, prepare, read, size
from alignment_network import HIDDEN, Model
from torch import Tensor, nn
from torch.nn import functional

from rashomon.encode import alignment as runtime
from rashomon.encode.windows import Window, windows

SEED = 20261129
RATE, NEW_RATE, WARM_UP, EPOCHS = 2e-4, 6e-4, 0.06, 3
STEP_PAIRS = 128  # pairs of one story in a step; of labelled pairs about so many from several stories
FEW_PAIRS = 40
STEP_WORDS = 1536  # words that are read together
BEFORE = 0.4  # how often a labelled sentence is read with the one before it
# How often a pair of an annotated story that nobody marked is drawn, by what the logistic model makes of it.
DRAWN = ((0.3, 0.3), (0.15, 0.18), (0.05, 0.075), (0.0, 0.0045))
ALIGNED_SHARE = 0.6  # the share of the word alignments that an epoch draws
WEIGHTS = {"same": 1.0, "late": 0.5, "told": 0.5, "link": 0.5, "mark": 0.5, "kind": 0.6, "align": 1.0}


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
    """Some examples of a batch, in the outputs: those of the upper network, and the logits of late interaction."""

    numbers: list[int]
    sides: Tensor
    outputs: tuple[Tensor, ...]
    late: Tensor


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
    main()
