"""Train the network that says how two sentences on one matter differ (``rashomon.encode.alignment.differ``).

    python training/differences.py contrasts OUT GOLD         # -> OUT/contrasts.pickle
    python training/differences.py train OUT [--epochs 3]     # -> OUT/differences.pt
    python training/differences.py eval OUT                   # on the stories of the part tune

OUT is the folder of ``training/alignment.py``. The network begins as the upper one trained there and reads the vectors
of the lower one, which stays as it is; so it learns in minutes, from what the other two see too seldom: the kinds of
difference and the words that differ of the labelled pairs that tell one matter and of the annotated stories of the
part *train*, and from contrasts made of those that do not differ, by one change to the right one: another number, day
or month, "not" put in, a statement made less sure.
"""

from __future__ import annotations

import argparse
import copy
import json
import pickle
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import alignment
import alignment_data
import attribution
import numpy as np
import torch
from alignment_data import KINDS, Example, Prepared
from alignment_network import HIDDEN, Model, Upper
from torch import Tensor, nn
from torch.nn import functional

from rashomon.encode import alignment as runtime

RATE, NEW_RATE, WARM_UP, EPOCHS = 1e-4, 5e-4, 0.06, 3
STEP_PAIRS = 48
OF_MARKS, OF_KINDS = 2.0, 0.5  # what the two losses weigh
OF_DIFFERING = 3.0  # what a word that differs weighs, where another weighs 1


class Differ(nn.Module):
    """The layers of the upper network with heads of their own."""

    def __init__(self, upper: Upper) -> None:
        super().__init__()
        self.upper = copy.deepcopy(upper)
        for name in ("same", "told", "mark", "pointers", "kind"):
            delattr(self.upper, name)
        del self.upper.pointer_bias
        self.mark = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.kind = nn.Sequential(
            attribution.Dropout(), nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, len(KINDS))
        )

    def forward(
        self, vectors: Tensor, units: Tensor, features: Tensor, sides: Tensor, kept: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Logits of the words that differ ``(n, L)`` and of the kinds ``(n, kinds)``."""
        x = self.upper.mixed(vectors, units @ units.transpose(1, 2), features, sides, kept)
        first, x = x[:, 0], x[:, 1:]
        marks = self.mark(x)[..., 0].float()
        weight = torch.sigmoid(marks).detach() + 1e-3
        # Products, not sums: how a sum over words is worked out hangs on how many pairs are read together.
        sums = [(weight * (sides == s))[:, None] for s in (1, 2)]
        means = [((w @ x.float()) / (w @ torch.ones_like(weight)[..., None]))[:, 0] for w in sums]
        return marks, self.kind(torch.cat([first.float(), *means], dim=-1)).float()


NUMBERS = "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April June July August September October November December".split()
NEGATED = "is are was were will would has have had can could should did does do".split()
WEAKENED = {"will": "may", "would": "might", "said": "claimed", "is": "may be", "was": "was allegedly"}
APART = 2500  # of the labelled pairs that do not tell one matter so many are learnt: they differ in no way to be shown


def contrasts(out: Path, gold: Path) -> None:
    """Change pairs that do not differ so that they do; the rest of the pair stays as its writers wrote it."""
    with (gold / "stories" / "stories.jsonl").open(encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    prepared, chance = alignment_data.read(out), random.Random(alignment.SEED)
    alike = [e for e in prepared.examples if e.part == "train" and e.same and e.kinds == (0,)]
    found: list[Example] = []
    made: dict[str, runtime.Text] = {}
    for example in alike:
        left, right = (
            texts[name][words.start[start] : words.end[end - 1]]
            for (name, start, end), words in ((s, prepared.texts[s[0]].words) for s in (example.left, example.right))
        )
        changes = list(changed(left, right, chance))
        chance.shuffle(changes)
        for kind, new, own, theirs in changes[:2]:
            name = f"contrast{len(found)}"
            made[name] = runtime.read_text(new, [(0, len(new))])
            side = alignment_data.side(made[name], name, 0, len(new))
            start = int(prepared.texts[example.left[0]].words.start[example.left[1]])
            marks = (
                alignment_data.mask(prepared.texts[example.left[0]], example.left, [(start + own[0], start + own[1])]),
                alignment_data.mask(made[name], side, [theirs]),
            )
            kinds = (KINDS.index(kind),)
            found.append(example._replace(source="contrasts", right=side, kinds=kinds, marks=marks, links=()))
    chance.shuffle(found)
    with (out / "contrasts.pickle").open("wb") as file:
        pickle.dump(Prepared(made, found), file)
    print(len(found), sorted(Counter(KINDS[e.kinds[0]] for e in found if e.kinds).items()))


def changed(
    left: str, right: str, chance: random.Random
) -> Iterator[tuple[str, str, tuple[int, int], tuple[int, int]]]:
    """Ways to make the right sentence differ from the left one: kind, new text, the words that differ on each side."""
    there = {m.group(): m.span() for m in reversed(list(re.finditer(r"[\w,.]*\w", left)))}
    for word in re.finditer(r"[\w,.]*\w", right):
        old = word.group()
        if old not in there:
            continue
        new = kind = ""
        if old.lower() in NUMBERS:
            kind, new = "number", chance.choice([n for n in NUMBERS if n != old.lower()])
        elif old.isdigit() and not 1900 < int(old) < 2100:
            kind, new = "number", str(max(1, int(old) + chance.choice([-3, -1, 1, 2, 5])))
        elif old in DAYS or old in MONTHS:
            kind, new = "date", chance.choice([d for d in (DAYS if old in DAYS else MONTHS) if d != old])
        elif old in NEGATED and chance.random() < 0.5:
            kind, new = "polarity", f"{old} not"
        elif old in WEAKENED:
            kind, new = "strength", WEAKENED[old]
        if new and new != old:
            text = right[: word.start()] + new + right[word.end() :]
            yield kind, text, there[old], (word.start(), word.start() + len(new))


class Pair(NamedTuple):
    """An example with what the lower network makes of it; rows are words of the left and the right sentence."""

    example: Example
    vectors: Tensor
    features: Tensor
    sides: Tensor


def apart(prepared: Prepared) -> list[Example]:
    """Labelled pairs that do not tell one matter."""
    found = [e for e in prepared.examples if e.source == "pairs" and e.same is False]
    random.Random(alignment.SEED).shuffle(found)
    return [e._replace(kinds=(0,)) for e in found[:APART]]


def read_by_editors(prepared: Prepared) -> list[Example]:
    """Candidates that readers judged: whether there is a difference to be shown, and of which kind it is."""
    found = []
    for row in map(json.loads, (alignment_data.ANNOTATED / "read_findings.jsonl").read_text("utf-8").splitlines()):
        if row["sample"] == "candidates" and len(row["sides"]) == 2 and row["fits"] in KINDS:
            sides = [alignment_data.side(prepared.texts[name], name, a, b) for name, a, b, *_ in row["sides"]]
            if min(end - start for _, start, end in sides) > 1:
                kinds = (KINDS.index(row["fits"]),)
                found.append(Example("read", "train", row["story"], *sides, same=row["same"], kinds=kinds))
    return found


@torch.no_grad()
def encoded(model: Model, prepared: Prepared, examples: Iterable[Example], part: str) -> list[Pair]:
    """The pairs of a part of which it is known how they differ."""
    of_text: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.part == part and example.kinds is not None:
            of_text[example.left[0]].append(example)
    found = []
    for some in of_text.values():
        pool = alignment.Pool(prepared.texts, {}, None)
        places = [[*pool.words(e, e.left), *pool.words(e, e.right)] for e in some]
        flat, starts = pool.encode(model, torch.device("cpu"))
        for example, own in zip(some, places, strict=True):
            where = torch.tensor([starts[window] + at for window, at in own])
            features, sides = alignment.words_of(prepared, example)
            found.append(Pair(example, flat[where].half(), torch.from_numpy(features), torch.from_numpy(sides)))
    return found


def outputs(model: Model, reader: Differ, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    """What the network says of pairs, and which of the words there are."""
    vectors, features, sides = (
        nn.utils.rnn.pad_sequence(list(of), batch_first=True)
        for of in ([p.vectors.float() for p in pairs], [p.features for p in pairs], [p.sides for p in pairs])
    )
    with torch.no_grad():
        units, _ = model.lower.late(vectors)
    kept = functional.pad(sides > 0, (1, 0), value=True)[:, None, None, :]
    marks, kinds = reader(vectors, units, features, sides, kept)
    return marks.float(), kinds.float(), (sides > 0).float()


def loss_of(marks: Tensor, kinds: Tensor, there: Tensor, pairs: Sequence[Pair]) -> Tensor:
    wanted = [alignment.targets(p.example, there.shape[1]) for p in pairs]
    differs, named = (torch.from_numpy(np.stack([w[name] for w in wanted])) for name in ("marks", "kinds"))
    marked = (differs.sum(1) > 0).float()
    of_words = (alignment.surprise(marks, differs, OF_DIFFERING) * there).sum(1) / there.sum(1)
    of_kinds = -(kinds.log_softmax(-1) * named / named.sum(1, keepdim=True)).sum(1)
    return OF_MARKS * (of_words * marked).sum() / marked.sum().clamp(min=1.0) + OF_KINDS * of_kinds.mean()


def batches(pairs: Sequence[Pair], chance: random.Random) -> list[list[Pair]]:
    """The batches of an epoch, of like lengths."""
    order = list(pairs)
    chance.shuffle(order)
    found = []
    for at in range(0, len(order), 16 * STEP_PAIRS):
        some = sorted(order[at : at + 16 * STEP_PAIRS], key=lambda p: len(p.sides))
        found += [some[n : n + STEP_PAIRS] for n in range(0, len(some), STEP_PAIRS)]
    chance.shuffle(found)
    return found


def some(examples: Iterable[Example], share: float) -> list[Example]:
    """The examples but for labelled pairs, of which those of a share of the stories, the same at each call."""
    return [e for e in examples if e.source != "pairs" or random.Random(e.group).random() < share]


def train(out: Path, threads: int, epochs: int, share: float) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(alignment.SEED)
    prepared, model = alignment_data.read(out), Model()
    alignment.resume(out, torch.device("cpu"), model)
    model.requires_grad_(False).eval()
    with (out / "contrasts.pickle").open("rb") as file:
        made: Prepared = pickle.load(file)
    prepared.texts.update(made.texts)
    learnt = some([*prepared.examples, *made.examples, *apart(prepared), *read_by_editors(prepared)], share)
    pairs = encoded(model, prepared, learnt, "train")
    held = encoded(model, prepared, prepared.examples, "tune")
    reader = Differ(model.upper).requires_grad_(True)
    heads = {id(p) for part in (reader.mark, reader.kind) for p in part.parameters()}
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in reader.parameters() if id(p) not in heads], "rate": RATE},
            {"params": [p for p in reader.parameters() if id(p) in heads], "rate": NEW_RATE},
        ],
        weight_decay=0.01,
    )
    drawn = [b for epoch in range(epochs) for b in batches(pairs, random.Random(f"{alignment.SEED} {epoch}"))]
    print(f"{len(pairs)} pairs, {len(drawn)} steps", flush=True)
    began = time.monotonic()
    for step, batch in enumerate(drawn):
        rate = min(1.0, (step + 1) / (WARM_UP * len(drawn))) * max(0.02, 1 - step / len(drawn))
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * rate
        reader.train()
        with torch.autocast("cpu", torch.bfloat16):
            said = outputs(model, reader, batch)
        loss = loss_of(*said, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % 100 == 0:
            spent = (time.monotonic() - began) / (step + 1)
            print(f"step {step + 1}/{len(drawn)} loss {loss.item():.3f} {spent:.2f} s/step", flush=True)
    torch.save(reader.state_dict(), out / "differences.pt")
    report(model, reader, held)


def read(out: Path, model: Model) -> Differ:
    """The trained network, whose lower layers are those of a model."""
    reader = Differ(model.upper)
    reader.load_state_dict(torch.load(out / "differences.pt", map_location="cpu", weights_only=True))
    return reader.eval()


@torch.no_grad()
def report(model: Model, reader: Differ, pairs: Sequence[Pair]) -> None:
    """Print how well it tells differences from none, kinds from each other, and the words that differ from others."""
    reader.eval()
    differs: list[tuple[float, float]] = []
    kinds_right, words, words_right = 0, [], 0
    for at in range(0, len(pairs), STEP_PAIRS):
        some = pairs[at : at + STEP_PAIRS]
        marks, kinds, _ = outputs(model, reader, some)
        for pair, own, named in zip(some, marks.numpy(), kinds.softmax(-1).numpy(), strict=True):
            example: Any = pair.example
            differs.append((float(example.kinds != (0,)), 1 - float(named[0])))
            if example.kinds == (0,):
                continue
            kinds_right += 1 + int(named[1:].argmax()) in example.kinds
            left, right = example.marks
            if left.any() and right.any():
                both = np.concatenate(example.marks).astype(float)
                words.append(alignment.average_precision(both, own[: len(both)]))
                sides = (left, own[: len(left)]), (right, own[len(left) : len(both)])
                words_right += all(gold[said.argmax()] for gold, said in sides)
    right, chances = np.array(differs).T
    told = alignment.average_precision(right, chances), kinds_right / right.sum(), np.mean(words)
    named = "differ or not, average precision", "kind", "words, average precision", "best word of both sides"
    print(f"{len(right)} pairs, {right.sum():.0f} differ")
    for name, share in zip(named, (*told, words_right / len(words)), strict=True):
        print(f"{name} {100 * share:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["contrasts", "train", "eval"])
    parser.add_argument("out", type=Path)
    parser.add_argument("gold", type=Path, nargs="?")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the stories of labelled pairs, for a learning curve"
    )
    given = parser.parse_args()
    if given.command == "contrasts":
        contrasts(given.out, given.gold)
        return
    if given.command == "train":
        train(given.out, given.threads, given.epochs, given.share)
        return
    torch.set_num_threads(given.threads)
    model = Model()
    alignment.resume(given.out, torch.device("cpu"), model)
    model.requires_grad_(False).eval()
    prepared = alignment_data.read(given.out)
    report(model, read(given.out, model), encoded(model, prepared, prepared.examples, "tune"))


if __name__ == "__main__":
    main()
