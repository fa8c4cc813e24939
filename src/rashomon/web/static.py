"""The style sheets, scripts and the icon, under names that change when they do."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from rashomon import show

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str]]:
    """Every file by its name, with its media type: those of the views and those of the server."""
    found = {name: text.encode() for name, text in show.assets().items()}
    found |= {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.is_file()}
    return {name: (data, _TYPES[Path(name).suffix]) for name, data in found.items()}


def versioned(name: str) -> str:
    """The address of a file with its digest, so that a browser may keep what it has for as long as it likes."""
    return f"/static/{name}?v={version(name)}"


@lru_cache(maxsize=16)
def version(name: str) -> str:
    """The digest of a file, as it stands in its address."""
    return hashlib.sha256(files()[name][0]).hexdigest()[:12]
