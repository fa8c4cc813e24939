"""A comparison as a person reads it: a terminal report and pages. All need only the records.

The page of a story is the same whether it stands alone in a file or on a server: :class:`Links` makes the difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rashomon.show.links import Links

if TYPE_CHECKING:
    from jinja2 import Environment
    from rich.console import Console

    from rashomon.types import Comparison, Span

__all__ = ["Links", "anchor", "assets", "environment", "page", "report"]


def report(comparison: Comparison, console: Console, *, full: bool = False) -> None:
    """Print a comparison on a terminal, or plainly where the console is a pipe, a file or has no colour.

    Of moderate length unless ``full``; what is cut is counted. Passages stand behind a bar or in “ ”, every one
    followed by its place. No character of an article acts on the terminal.
    """
    from rashomon.show.terminal import write_report

    write_report(comparison, console, full=full)


def page(comparison: Comparison, *, links: Links | None = None) -> str:
    """A comparison as HTML: no script needed, every passage a link to its place in its article.

    Without ``links`` it is one file that needs no network, the articles in full at its end. With them it is the page
    of a story on a server: every passage leads to the page of its article.
    """
    from rashomon.show.pages import story

    return story(comparison, links)


def anchor(span: Span) -> str:
    """The fragment identifier of a passage on the page of its article: ``links.article(id) + "#" + anchor(span)``."""
    from rashomon.show import drawing

    return drawing.anchor(span)


def environment(templates: Path | None = None) -> Environment:
    """The Jinja environment of the pages, for other pages to extend ``frame.html.j2``; one a folder, and kept.

    What a template writes is escaped, and characters that would act (controls, bidirectional overrides) are shown by
    their number. ``templates`` is a folder with further templates. The frame has the blocks ``title``, ``meta``,
    ``head``, ``kind`` (the body's class), ``start`` (the id that the skip link leads to), ``header``, ``contents``,
    ``main`` and ``footer``, and reads ``links`` (:class:`Links`) and ``here`` (the address of this page in the
    navigation). Beside Jinja's own there are the filter ``date_words`` and the function ``number_of(3, "account")``.
    """
    from rashomon.show import frame

    return frame.environment(templates)


def assets() -> dict[str, str]:
    """The style sheet (``page.css``) and the script (``page.js``) that the frame links to, by file name.

    The frame asks for them as ``{links.assets}page.css?v=…`` with a digest, so that they may be cached for good.
    """
    from rashomon.show import frame

    return frame.assets()
