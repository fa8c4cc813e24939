"""How well the annotators do against gold data. One module per task; each gives a :class:`Score`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec


class Score(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one task scored on one set of gold documents.

    ``scores`` maps a measure's name (``strict.f1``) to a figure from 0 to 100. ``digest`` is :func:`digest_of` the
    files that were read, so that a figure can be told to come from the same data as another. ``counts`` says of how
    many a share is, where they may be few: measure to (right, all).
    """

    task: str
    data: str
    digest: str
    documents: int
    scores: dict[str, float]
    counts: dict[str, tuple[int, int]] = {}


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 (hexadecimal) over the names and contents of files, whatever order they come in.

    Names are taken relative to the deepest folder that holds all the files, so that the digest does not depend on
    where the data lie.
    """
    paths = sorted({path.resolve() for path in files})
    folders = [path.parent for path in paths]
    root = next((f for f in [*folders[:1], *(folders[0].parents if folders else [])] if _holds(f, paths)), None)
    digest = hashlib.sha256()
    for path in paths:
        name = path.relative_to(root).as_posix() if root else path.as_posix()
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _holds(folder: Path, paths: list[Path]) -> bool:
    return all(path.is_relative_to(folder) for path in paths)
