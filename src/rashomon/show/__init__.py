"""A comparison as a person reads it: a terminal report and pages. All need only the records.

The page of a story is the same whether it stands alone in a file or on a server: :class:`Links` makes the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rashomon.show.links import Links, Older

if TYPE_CHECKING:
    from jinja2 import Environment
    from rich.console import Console

    from rashomon.types import Actor, Article, Comparison, Quote, Span

__all__ = ["Links", "Older", "anchor", "article_page", "assets", "environment", "page", "report", "utterance_page"]


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


def framed(comparison: Comparison) -> str:
    """The page in a frame of its own, for a notebook: neither acts on the other."""
    from html import escape

    # Scripts of the page may run, but as nobody's: without ``allow-same-origin`` they reach nothing of the notebook.
    style = "width: 100%; height: 45em; border: 1px solid #8888"
    document = escape(page(comparison))
    return (
        f'<iframe title="rashomon" sandbox="allow-scripts allow-popups" style="{style}" srcdoc="{document}"></iframe>'
    )


def articles_page(comparison: Comparison, links: Links) -> str:
    """The articles of a story in full, one after the other; with a script any two beside each other, aligned."""
    from rashomon.show.pages import articles

    return articles(comparison, links)


def utterance_page(comparison: Comparison, id: str, links: Links) -> str:
    """The critical apparatus of one act of speech: base text, who has which words, what is otherwise, what is dropped.

    Raises:
        UnknownItem: the comparison has no utterance of this id.
    """
    from rashomon.show.pages import utterance

    return utterance(comparison, id, links)


def article_page(
    article: Article,
    links: Links,
    *,
    comparison: Comparison | None = None,
    actors: Sequence[Actor] = (),
    quotes: Sequence[Quote] = (),
    passages: Sequence[Span] = (),
    revision: int = 1,
    revisions: Sequence[tuple[int, str, str]] = (),
    edits: Sequence[tuple[tuple[int, int], tuple[int, int], str, str]] = (),
) -> str:
    """An article in full, with layers that can be taken away, its place in its story, and its revisions.

    ``comparison`` is that of its story (``links.story`` its address), if it has one. Where that holds this very text,
    all that was read off it is taken from there; ``actors`` and ``quotes`` are for a text that was not compared. An
    actor that is not among ``actors`` is shown by its id. Every span of these has an anchor on the page
    (:func:`anchor`), and so has each of ``passages``: sentences that a search found, for example.

    ``revision`` is the number of the one shown. ``revisions`` holds number, time of reading (ISO 8601) and address of
    each; ``edits`` what the one before had otherwise: its place in the old and in this text, old and new words.
    """
    from rashomon.show.pages import article as write

    return write(
        article,
        links,
        comparison,
        actors=actors,
        quotes=quotes,
        passages=passages,
        revision=revision,
        revisions=revisions,
        edits=edits,
    )


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


def policy() -> str:
    """The content security policy of a page that stands alone, for a server that gives it out."""
    from rashomon.show import frame

    return frame.policy(None)


def assets() -> dict[str, str]:
    """The style sheet (``page.css``) and the script (``page.js``) that the frame links to, by file name.

    The frame asks for them as ``{links.assets}page.css?v=…`` with a digest, so that they may be cached for good.
    """
    from rashomon.show import frame

    return frame.assets()
