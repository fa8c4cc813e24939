"""Export the attribution model for onnxruntime, with weights of eight bits.

    python training/attribution_export.py OUT     # OUT/checkpoint.pt -> OUT/model/{encoder,reader}.onnx

Weights are rounded by output column, the table of word pieces by row, and the numbers that go into a product by row,
which is by word piece: unlike the usual dynamic quantisation, whose scale is one for all numbers of a batch, no word's
result hangs on what else is computed with it, and the loss is smaller. Sums of products are whole numbers, so exact.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import attribution
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

from rashomon.encode import windows as reading

WEIGHT_LIMIT = 63
"""The largest rounded weight. With 127, sums would overflow on x86 processors without VNNI; PolNeAR shows no loss."""


class EncoderGraph(nn.Module):
    def __init__(self, encoder: attribution.Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pieces: Tensor, features: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        vectors = self.encoder(pieces[None], features[None], None)[0][first]
        return vectors, self.encoder.cue_scores(vectors[None])[0]


class ReaderGraph(nn.Module):
    def __init__(self, reader: attribution.Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, vectors: Tensor, cues: Tensor, distance: Tensor, sentences: Tensor, marks: Tensor) -> Tensor:
        each = vectors[None].expand(cues.shape[0], -1, -1)
        return self.reader(each, cues, distance, sentences, marks, None)


def export(out: Path) -> None:
    model, step = attribution.load(out, torch.device("cpu"))
    model.eval()
    # A window has at most so many pieces; MiniLM's table of positions is longer.
    model.encoder.positions.weight = nn.Parameter(model.encoder.positions.weight[: reading.LONGEST_PIECES].clone())
    folder = out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    field = " ".join(repr(float(x)) for x in model.reader.field().detach().flatten())
    for name, graph in (("encoder", encoder_graph(model)), ("reader", reader_graph(model))):
        helper.set_model_props(graph, {"field": field, "steps": str(step)})
        onnx.save(graph, folder / f"{name}.float.onnx")
        rounded = Rounding(graph).rounded()
        helper.set_model_props(rounded, {"field": field, "steps": str(step)})
        onnx.save(rounded, folder / f"{name}.onnx")


def encoder_graph(model: attribution.Model) -> Any:
    pieces, words = (
        torch.export.Dim("pieces_n", min=4, max=reading.LONGEST_PIECES),
        torch.export.Dim("words_n", min=2, max=512),
    )
    inputs = (torch.arange(19), torch.ones(19, 3, dtype=torch.long), torch.arange(15))
    return exported(
        EncoderGraph(model.encoder),
        inputs,
        ({0: pieces}, {0: pieces}, {0: words}),
        ["pieces", "features", "first"],
        ["vectors", "cue_scores"],
    )


def reader_graph(model: attribution.Model) -> Any:
    cues, words = torch.export.Dim("cues_n", min=1, max=256), torch.export.Dim("words_n", min=2, max=512)
    # Three tensors, not one three times: the exporter would take it for one input.
    tables = [torch.full((3, 15), number) for number in (1, 2, 3)]
    inputs = (torch.randn(15, attribution.HIDDEN), torch.tensor([[1, 2]] * 3), *tables)
    both = {0: cues, 1: words}
    return exported(
        ReaderGraph(model.reader),
        inputs,
        ({0: words}, {0: cues}, both, both, both),
        ["vectors", "cues", "distance", "sentences", "marks"],
        ["roles"],
    )


def exported(graph: nn.Module, inputs: Any, dynamic: Any, names: list[str], outputs: list[str]) -> Any:
    program = torch.onnx.export(
        graph.eval(),
        inputs,
        dynamo=True,
        dynamic_shapes=dynamic,
        input_names=names,
        output_names=outputs,
        opset_version=20,
        verbose=False,
    )
    assert program is not None
    return program.model_proto


class Rounding:
    """Replaces products with constant matrices, and the table of word pieces, by their rounded forms."""

    def __init__(self, model: Any) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.graph = self.model.graph
        self.constants = {i.name: numpy_helper.to_array(i) for i in self.graph.initializer}
        self.nodes: list[Any] = []
        self.added: list[Any] = []
        self.rows: dict[str, tuple[str, str, str]] = {}

    def rounded(self) -> Any:
        self.constant("eps", np.array(1e-8, dtype=np.float32))
        self.constant("levels", np.array(255.0, dtype=np.float32))
        self.constant("last", np.array([-1], dtype=np.int64))
        for node in self.graph.node:
            weight = self.constants.get(node.input[1]) if node.op_type == "MatMul" else None
            table = self.constants.get(node.input[0]) if node.op_type == "Gather" else None
            if weight is not None and weight.ndim == 2:
                self.product(node, weight)
            elif table is not None and table.ndim == 2 and len(table) > 10000:
                self.look_up(node, table)
            else:
                self.nodes.append(node)
        used = {name for node in self.nodes for name in node.input}
        kept = [i for i in [*self.graph.initializer, *self.added] if i.name in used]
        del self.graph.node[:], self.graph.initializer[:], self.graph.value_info[:]
        self.graph.node.extend(self.nodes)
        self.graph.initializer.extend(kept)
        onnx.checker.check_model(self.model)
        return self.model

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.added.append(numpy_helper.from_array(value, name))
        return name

    def add(self, operation: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))
        return output

    def row(self, name: str) -> tuple[str, str, str]:
        """The rows of a matrix as whole numbers from 0 to 255, with their step and least value."""
        if name not in self.rows:
            least = self.add("ReduceMin", [name, "last"], f"{name}_least", keepdims=1)
            most = self.add("ReduceMax", [name, "last"], f"{name}_most", keepdims=1)
            wide = self.add("Sub", [most, least], f"{name}_wide")
            step = self.add("Div", [self.add("Max", [wide, "eps"], f"{name}_some"), "levels"], f"{name}_step")
            shifted = self.add("Sub", [name, least], f"{name}_shifted")
            whole = self.add("Round", [self.add("Div", [shifted, step], f"{name}_scaled")], f"{name}_whole")
            small = self.add("Cast", [whole], f"{name}_small", to=onnx.TensorProto.UINT8)
            self.rows[name] = (small, step, least)
        return self.rows[name]

    def product(self, node: Any, weight: NDArray[np.float32]) -> None:
        """x W = step (whole W') scale + least sum(W' scale), for W' the rounded weights and x = step whole + least."""
        out = node.output[0]
        small, step, least = self.row(node.input[0])
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / WEIGHT_LIMIT
        whole = np.clip(np.round(weight / scale), -WEIGHT_LIMIT, WEIGHT_LIMIT)
        sums = (whole * scale).sum(axis=0)
        self.constant(f"{out}_weight", whole.astype(np.int8))
        self.constant(f"{out}_scale", scale.astype(np.float32))
        self.constant(f"{out}_sums", sums.astype(np.float32))
        total = self.add("MatMulInteger", [small, f"{out}_weight"], f"{out}_total")
        number = self.add("Cast", [total], f"{out}_number", to=onnx.TensorProto.FLOAT)
        by_row = self.add("Mul", [number, step], f"{out}_by_row")
        by_column = self.add("Mul", [by_row, f"{out}_scale"], f"{out}_by_column")
        shift = self.add("Mul", [least, f"{out}_sums"], f"{out}_shift")
        self.add("Add", [by_column, shift], out)

    def look_up(self, node: Any, table: NDArray[np.float32]) -> None:
        out = node.output[0]
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
        self.constant(f"{out}_table", np.round(table / scale).astype(np.int8))
        self.constant(f"{out}_scale", scale.astype(np.float32))
        whole = self.add("Gather", [f"{out}_table", node.input[1]], f"{out}_whole")
        number = self.add("Cast", [whole], f"{out}_number", to=onnx.TensorProto.FLOAT)
        self.add("Mul", [number, self.add("Gather", [f"{out}_scale", node.input[1]], f"{out}_by")], out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    export(parser.parse_args().out)


if __name__ == "__main__":
    main()
