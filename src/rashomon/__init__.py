"""Rashomon: one event, every telling.

>>> import rashomon
>>> articles, problems = rashomon.read(["story/"])          # doctest: +SKIP
>>> comparison = rashomon.compare(articles)                 # doctest: +SKIP

``read`` makes articles of files, folders, pages and streams; ``compare`` compares the reports of one event and returns
a :class:`rashomon.types.Comparison`, the record that ``rashomon compare --json`` prints; ``report`` and ``page`` show
it. All records are in :mod:`rashomon.types`, all errors in :mod:`rashomon.errors`.
"""

from rashomon.errors import RashomonError
from rashomon.read import Problem, read, read_html, read_text
from rashomon.show import page, report
from rashomon.stages import compare
from rashomon.types import Article, Comparison, Finding, Point, Quote, Span, Utterance

__all__ = [
    "Article",
    "Comparison",
    "Finding",
    "Point",
    "Problem",
    "Quote",
    "RashomonError",
    "Span",
    "Utterance",
    "compare",
    "page",
    "read",
    "read_html",
    "read_text",
    "report",
]
