"""Comparing: the annotated articles of one story to points, utterances and findings.

The names load what they need when they are first used, so that importing the package itself costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rashomon.compare.story import Cast, cast, compare

__all__ = ["Cast", "cast", "compare"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rashomon.compare import story

    return getattr(story, name)
