"""Lines on a terminal: wrapped, never wider than it, with nothing in them that acts on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rashomon.show.words import visible

T = TypeVar("T")

# Stands for a space at which no line is broken, until the line is printed: a code point that is no character.
GLUE = "\ufdd0"
# Columns. Prose wider than this is hard to read.
_MEASURE = 104
_NARROWEST = 20
_SPACES = re.compile(r"[ \t\r\n]+")
# For outputs that are not Unicode: the program's own signs in ASCII.
_ASCII = str.maketrans(
    {"“": '"', "”": '"', "…": "...", "│": "|", "─": "-", "¶": "par. ", "·": "-", "–": "-", "—": "-", "’": "'"}
    | {"●": "+", "≠": "#", "×": "x", "›": ">"}
)


class Lines:
    """Writes wrapped lines to a console, never wider than it, never with markup or control characters."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.count = 0
        self.room = max(console.width, _NARROWEST)
        self.width = min(self.room, _MEASURE)
        self.plain = console.color_system is None or console.no_color
        self._ascii = not console.encoding.startswith("utf")

    def line(self, text: Text) -> None:
        """One line, as it is."""
        self.count += 1
        text.rstrip()
        text.plain = text.plain.replace(GLUE, " ")
        if self._ascii:
            encoding = self._console.encoding
            text = Text(text.plain.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding))
        self._console.print(text, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def blank(self) -> None:
        self.line(Text())

    def apart(self, things: Iterable[T]) -> Iterator[T]:
        """Each thing in its turn, with a blank line between two."""
        for number, thing in enumerate(things):
            if number:
                self.blank()
            yield thing

    def wrap(self, text: Text, width: int) -> list[Text]:
        """The text in lines of at most ``width`` columns."""
        return list(text.wrap(self._console, max(width, 8))) or [Text()]

    def put(self, text: Text | str, indent: int = 0, *, first: Text | str | None = None, style: str = "") -> None:
        """A paragraph, wrapped, with a hanging indent and something to stand in it on the first line."""
        body = Text(text, style) if isinstance(text, str) else text
        head = Text(first) if isinstance(first, str) else first or Text()
        if head and indent > self.width // 2:
            self.line(head)
            head, indent = Text(), 4
        for line in self.wrap(body, self.width - indent):
            head.append(" " * (indent - cell_len(head.plain)))
            self.line(Text.assemble(head, line))
            head = Text()

    def bar(self, text: Text, width: int) -> list[Text]:
        """A passage behind a bar: the sign that these are an account's own words."""
        return [Text.assemble(("│ ", "dim"), line) for line in self.wrap(text, width - 2)]

    def heading(self, title: str) -> None:
        self.blank()
        self.blank()
        self.put(Text(title, "bold"))
        self.line(Text("─" * min(cell_len(title), self.width), "dim"))


def folded(text: str) -> str:
    """Text on one line: runs of white space become one space, nothing in it acts."""
    return _SPACES.sub(" ", visible(text))
