"""Export the alignment model for onnxruntime, with weights of eight bits.

    python training/alignment_export.py OUT MODEL     # -> MODEL/{lower,upper,differences}.onnx

What is exported are the weights of ``training/alignment.py`` and ``training/differences.py``.

Rounding is that of ``training/attribution_export.py``: by output column and by row, so that no word's result hangs on
what else is computed with it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import alignment
import attribution_export
import differences
import onnx
import torch
from alignment_network import HIDDEN, Lower, Model
from onnx import helper
from torch import Tensor, nn

from rashomon.encode import windows as reading


class LowerGraph(nn.Module):
    def __init__(self, lower: Lower) -> None:
        super().__init__()
        self.lower = lower

    def forward(self, pieces: Tensor, features: Tensor, first: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        vectors = self.lower(pieces[None], features[None], None)[0][first]
        units, weights = self.lower.late(vectors[None])
        return vectors, units[0], weights[0]


class UpperGraph(nn.Module):
    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor, features: Tensor, sides: Tensor) -> tuple[Tensor, ...]:
        units, weights = self.model.lower.late(vectors)
        late = self.model.late(units, weights, features[..., 1], sides)
        same, told, _, link, answers, _ = self.model.upper(vectors, units, features, sides, None)
        return same + late, told, link, answers


class DifferencesGraph(nn.Module):
    def __init__(self, model: Model, reader: differences.Differ) -> None:
        super().__init__()
        self.lower, self.reader = model.lower, reader

    def forward(self, vectors: Tensor, features: Tensor, sides: Tensor) -> tuple[Tensor, Tensor]:
        units, _ = self.lower.late(vectors)
        marks, kinds = self.reader(vectors, units, features, sides, None)
        return marks, kinds


def export(out: Path, into: Path) -> None:
    model = Model()
    steps = alignment.resume(out, torch.device("cpu"), model)
    model.eval()
    positions = model.lower.encoder.positions
    positions.weight = nn.Parameter(positions.weight[: reading.LONGEST_PIECES].clone())
    likeness = " ".join(repr(float(x)) for x in model.likeness.detach())
    into.mkdir(parents=True, exist_ok=True)
    reader = differences.read(out, model)
    graphs = {
        "lower": lower_graph(model),
        "upper": graph_of_pairs(UpperGraph(model), ["same", "told", "link", "answers"]),
        "differences": graph_of_pairs(DifferencesGraph(model, reader), ["marks", "kinds"]),
    }
    for name, graph in graphs.items():
        rounded = attribution_export.Rounding(graph).rounded()
        helper.set_model_props(rounded, {"likeness": likeness, "steps": str(steps)})
        onnx.save(rounded, into / f"{name}.onnx")


def lower_graph(model: Model) -> onnx.ModelProto:
    pieces = torch.export.Dim("pieces_n", min=4, max=reading.LONGEST_PIECES)
    words = torch.export.Dim("words_n", min=2, max=512)
    inputs = (torch.arange(19), torch.ones(19, 3, dtype=torch.long), torch.arange(15))
    return attribution_export.exported(
        LowerGraph(model.lower),
        inputs,
        ({0: pieces}, {0: pieces}, {0: words}),
        ["pieces", "features", "first"],
        ["vectors", "units", "weights"],
    )


def graph_of_pairs(network: nn.Module, outputs: list[str]) -> onnx.ModelProto:
    pairs, words = torch.export.Dim("pairs_n", min=1, max=256), torch.export.Dim("words_n", min=2, max=512)
    sides = torch.tensor([[1] * 7 + [2] * 8] * 3)
    inputs = (torch.randn(3, 15, HIDDEN), torch.ones(3, 15, 2, dtype=torch.long), sides)
    both = {0: pairs, 1: words}
    return attribution_export.exported(
        network,
        inputs,
        (both, both, both),
        ["vectors", "features", "sides"],
        outputs,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("model", type=Path)
    given = parser.parse_args()
    export(given.out, given.model)


if __name__ == "__main__":
    main()
