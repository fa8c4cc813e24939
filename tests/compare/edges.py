"""The form of a case that lies a little on one side of a threshold of the comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Edge(NamedTuple):
    """A case on one side of a threshold (``module.NAME``), what reads it, and how it must read.

    ``reached`` is the side on which the program does something: puts on one point, tells of a difference, links.
    """

    threshold: str
    side: str
    read: Callable[[], object]
    expected: object
