"""Whether the files of a model are those that this version was made with, by their SHA-256.

They are hashed on a thread of their own while the model is loaded, which takes longer; so nobody waits for it. What
they must be is in ``data/digests.tsv``, which ``python -m training.digests`` writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from rashomon.data import table
from rashomon.errors import MissingPart


@contextmanager
def verified(model: Mapping[str, Path], *, package: str) -> Iterator[None]:
    """What is loaded inside, from the files of a ``model`` by their names in the table, is what it should be.

    A file that the table does not name (somebody's own model, another version) may be anything.

    Raises:
        MissingPart: a file is not there, or another one; the message says how to install ``package`` again.
    """
    with ThreadPoolExecutor(1) as thread:
        hashing = thread.submit(_strange, model)
        try:
            yield
        except Exception as error:
            # A damaged file may show as whatever a library makes of it.
            if strange := hashing.result():
                raise _refused(strange, package) from error
            raise
        if strange := hashing.result():
            raise _refused(strange, package)


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """The digests by the names of the files."""
    return dict(table("digests.tsv"))


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _strange(model: Mapping[str, Path]) -> str | None:
    """The first of the files that is not there or not what it should be."""
    for name, file in model.items():
        try:
            if known().get(name) not in (None, digest(file)):
                return f"{name} is not the file that this version was made with"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror or type(error).__name__})"
    return None


def _refused(strange: str, package: str) -> MissingPart:
    return MissingPart(f"the model {strange}; install it again with: pip install --force-reinstall {package}")
