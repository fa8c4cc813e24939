"""The archive: gathers reports, groups them into stories, and answers questions about them.

The names load what they need when they are first used, so that importing the package itself costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rashomon.archive.archive import Archive, open_archive

__all__ = ["Archive", "open_archive"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rashomon.archive import archive

    return getattr(archive, name)
