"""Rashomon: one event, every telling.

>>> import rashomon
>>> articles, problems = rashomon.read(["story/"])          # doctest: +SKIP
>>> comparison = rashomon.compare(articles)                 # doctest: +SKIP

``read`` makes articles of files, folders, pages and streams; ``compare`` compares the reports of one event and returns
a :class:`rashomon.types.Comparison`, the record that ``rashomon compare --json`` prints; ``report`` and ``page`` show
it. ``Judge`` is a model of your own that ``compare`` asks how passages differ. ``open_archive`` opens an archive, which
gathers news and groups them into stories. All records are in
:mod:`rashomon.types`, all errors in :mod:`rashomon.errors`.
"""

from typing import TYPE_CHECKING, Any

from rashomon.errors import RashomonError
from rashomon.read import Problem, read, read_html, read_text
from rashomon.show import page, report
from rashomon.stages import compare
from rashomon.types import Article, Comparison, Finding, Point, Quote, Span, Utterance

if TYPE_CHECKING:
    from rashomon.archive import Archive, open_archive
    from rashomon.judge import Judge

__all__ = [
    "Archive",
    "Article",
    "Comparison",
    "Finding",
    "Judge",
    "Point",
    "Problem",
    "Quote",
    "RashomonError",
    "Span",
    "Utterance",
    "compare",
    "open_archive",
    "page",
    "read",
    "read_html",
    "read_text",
    "report",
]


_LATER = {"Archive": "rashomon.archive", "Judge": "rashomon.judge", "open_archive": "rashomon.archive"}


def __getattr__(name: str) -> Any:
    """What needs libraries that comparing does not: they are loaded when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
