"""How much of a report is read out of a page: thirty invented pages of different make, each with its text.

Usage: python evals/pages.py [--each]

The pages are in evals/pages. Two measures, in percent, means over the pages. *Words*: F1 of runs of four words, as in
the benchmark of Scrapinghub (https://github.com/scrapinghub/article-extraction-benchmark). *Paragraphs*: F1 of whole
paragraphs, each word for word and neither cut nor run together. Lines that are the headline or a cross-head count for
neither. Beside ours stands trafilatura alone, with the settings by which it is called here and with its own, its lines
taken for paragraphs.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

import trafilatura
from lxml import html

from rashomon.errors import InputError
from rashomon.read import read_html

PAGES = Path(__file__).parent / "pages"
_RUN = 4  # words

T = TypeVar("T", bound=Hashable)
Reader = Callable[[str], list[str]]


def main() -> None:
    """Print the table, and with ``--each`` a line for every page."""
    parser = argparse.ArgumentParser(description="How much of a report is read out of a page.")
    parser.add_argument("--each", action="store_true", help="print every page, too")
    each = parser.parse_args().each
    readers: dict[str, Reader] = {"rashomon": ours, "trafilatura (fast)": _theirs, "trafilatura": _theirs_whole}
    found = {name: scores(read) for name, read in readers.items()}
    if each:
        for number, path in enumerate(sorted(PAGES.glob("*.html"))):
            print(path.stem, *("{:6.1f}{:6.1f}".format(*pairs[number]) for pairs in found.values()))
    print(f"{'':20}{'words':>8}{'paragraphs':>12}")
    for name, pairs in found.items():
        words, paragraphs = means(pairs)
        print(f"{name:20}{words:8.1f}{paragraphs:12.1f}")


def scores(read: Reader) -> list[tuple[float, float]]:
    """F1 of runs of words and of paragraphs, in percent, for each of the pages."""
    return [_scores(path, read) for path in sorted(PAGES.glob("*.html"))]


def means(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The means of either column."""
    words, paragraphs = zip(*pairs, strict=True)
    return sum(words) / len(words), sum(paragraphs) / len(paragraphs)


def ours(markup: str) -> list[str]:
    """The paragraphs that Rashomon reads."""
    try:
        return [paragraph.text for paragraph in read_html(markup).paragraphs]
    except InputError:
        return []


def _theirs(markup: str, *, fast: bool = True) -> list[str]:
    text = trafilatura.extract(markup, fast=fast, include_comments=False, include_tables=False) or ""
    return [re.sub(r"^[-•] ", "", line.strip()) for line in text.split("\n") if line.strip()]


def _theirs_whole(markup: str) -> list[str]:
    return _theirs(markup, fast=False)


def _scores(path: Path, read: Reader) -> tuple[float, float]:
    """F1 of runs of words and of paragraphs, in percent."""
    markup = path.read_text("utf-8")
    headings = {
        _folded(e.text_content()) for e in html.fromstring(markup.encode()).iter("h1", "h2", "h3", "h4", "title")
    }
    right = path.with_suffix(".txt").read_text("utf-8").split("\n\n")
    given = [line for line in read(markup) if _folded(line) not in headings]
    return _f1(_runs(right), _runs(given)), _f1(Counter(map(_folded, right)), Counter(map(_folded, given)))


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _runs(lines: Sequence[str]) -> Counter[tuple[str, ...]]:
    """The runs of words of a text, with their numbers."""
    words = _folded(" ".join(lines)).split()
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def _f1(right: Counter[T], given: Counter[T]) -> float:
    both = sum((right & given).values())
    return 200 * both / (right.total() + given.total()) if both else 0.0


if __name__ == "__main__":
    main()
