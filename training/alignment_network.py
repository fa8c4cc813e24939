"""The networks of the alignment model, as they are trained; ``training/alignment_export.py`` makes of them what is run.

The lower network reads each text once and gives a vector for each word, and late interaction (Khattab and Zaharia 2020)
scores two sentences by these; the upper one reads the words of two sentences together.
"""

from __future__ import annotations

import math

import attribution
import torch
from alignment_data import KINDS
from torch import Tensor, nn
from torch.nn import functional

from rashomon.encode import alignment as runtime
from rashomon.encode.windows import SHAPES

HIDDEN, HEADS, LOWER, UPPER = attribution.HIDDEN, attribution.HEADS, 3, 3
UNITS, POINTERS = 96, 128  # widths of the projections of late interaction, and of those that pair words
SHARPNESS = 10.0  # of the softmax over the cosines of a word with those of the other sentence


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
