"""Rashomon: one event, every telling.

>>> import rashomon
>>> articles, problems = rashomon.read(["story/"])          # doctest: +SKIP
>>> comparison = rashomon.compare(articles)                 # doctest: +SKIP

``read`` makes articles of files, folders, pages and addresses; ``compare`` compares the reports of one event and
returns a :class:`rashomon.types.Comparison`, the record that ``rashomon compare --json`` prints; ``report`` and
``page`` show it. ``Judge`` is a model of your own that ``compare`` asks how passages differ. ``open_archive`` opens an
archive, which gathers news and groups them into stories. All records are in :mod:`rashomon.types`, all errors in
:mod:`rashomon.errors`.

``read`` and ``compare`` are packages, too, that can be called: ``rashomon.read.stream`` is there after every import.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rashomon import stages
from rashomon.errors import RashomonError
from rashomon.read import Problem, read_html, read_text
from rashomon.read import read as read_function
from rashomon.show import page, report
from rashomon.types import Article, Comparison, Finding, Point, Quote, Span, Utterance

if TYPE_CHECKING:
    from rashomon.archive import Archive, open_archive
    from rashomon.judge import Judge
    from rashomon.read import read
    from rashomon.stages import compare

    __version__: str

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
    "__version__",
    "compare",
    "open_archive",
    "page",
    "read",
    "read_html",
    "read_text",
    "report",
]

# What needs libraries that comparing does not, and where it is.
_LATER = {"Archive": "rashomon.archive", "Judge": "rashomon.judge", "open_archive": "rashomon.archive"}


def _callable(package: str, function: Callable[..., Any]) -> None:
    """Make a package callable as a function of its name, so that neither hides the other."""

    class Package(ModuleType):
        __call__ = staticmethod(function)
        __wrapped__ = staticmethod(function)  # for inspect.signature and help

        def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
            return import_module, (package,)

    import_module(package).__class__ = Package


_callable("rashomon.read", read_function)
_callable("rashomon.compare", stages.compare)


def __getattr__(name: str) -> Any:
    """The version, or a name whose libraries are loaded when it is first asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("rashomon")
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
