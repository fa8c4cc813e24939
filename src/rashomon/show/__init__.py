"""A comparison as a person reads it: a terminal report and a self-contained page. Both need only the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from rashomon.types import Comparison

__all__ = ["page", "report"]


def report(comparison: Comparison, console: Console, *, full: bool = False) -> None:
    """Print a comparison on a terminal, or plainly where the console is a pipe, a file or has no colour.

    Of moderate length unless ``full``; what is cut is counted. Passages stand behind a bar or in “ ”, every one
    followed by its place. No character of an article acts on the terminal.
    """
    from rashomon.show.terminal import write_report

    write_report(comparison, console, full=full)


def page(comparison: Comparison) -> str:
    """A comparison as one HTML file: no network, no script needed, every passage a link to its place in its article."""
    from rashomon.show.markup import render

    return render(comparison)
