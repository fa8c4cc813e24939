"""Markdown, as clippers and extractors write it, to the blocks that it stands for (CommonMark 0.31).

Marks, addresses and pictures are no part of the blocks; tables and code are left out, as in pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rashomon.read.layout import Block, Unit, laid_out, units

if TYPE_CHECKING:
    from markdown_it.token import Token

# Marks that plain text hardly has; two kinds of them show that a text is Markdown.
_SIGNS = (
    re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE),
    re.compile(r"\[[^\]\n]{1,300}\]\((?:https?://|/|#|mailto:)[^\s)]{0,2000}\)"),
    re.compile(r"!\[[^\]\n]{0,300}\]\("),
    re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,300}\*\*(?![\w*])"),
    re.compile(r"^>[ \t]+\S", re.MULTILINE),
)
_MARK = re.compile(r"[*_]+|[\[\]`<~|]")
_MOST_MARKS = 200
_BREAK = "\n"
# What CommonMark does not know and clippers write: notes and links within a collection.
_NOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
_WITHIN = re.compile(r"\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>|<!--(?:(?!-->).){0,1000}-->", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*$")


def looks_like_markdown(text: str) -> bool:
    """Whether a text has two kinds of marks that occur in Markdown and hardly elsewhere."""
    return sum(sign.search(text) is not None for sign in _SIGNS) >= 2


def parts(text: str, *, markdown: bool = False) -> tuple[str, list[Unit]]:
    """A text and its parts: of Markdown (known to be such, or looking so) as it reads, of plain text as it stands.

    A text is plain where a paragraph has more marks than anybody writes: the time they take grows with their square.
    """
    too_many = any(len(_MARK.findall(part)) > _MOST_MARKS for part in re.split(r"\n\s*\n", text))
    if too_many or not (markdown or looks_like_markdown(text)):
        return text, units(text)
    return laid_out(blocks(text))


def blocks(text: str) -> list[Block]:
    """The paragraphs, items and headings of a Markdown text, in order."""
    found = [(words, heading) for words, heading in _blocks(text) if words.strip()]
    lines = [line.strip() for words, _ in found for line in words.split(_BREAK)[:-1]]
    # A line break within a paragraph is a blank, but where all stand between sentences, lines are meant as paragraphs.
    if all(_SENTENCE_END.search(line) for line in lines):
        found = [(line, heading) for words, heading in found for line in words.split(_BREAK)]
    return [(" ".join(words.split()), heading) for words, heading in found if words.strip()]


def _blocks(text: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    kept, heading = True, False
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type in ("table_open", "table_close"):
            kept = token.type == "table_close"
        elif token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type == "inline" and kept:
            yield _words(token.children or ()), heading
        elif token.type == "html_block" and kept:
            yield _TAG.sub(" ", token.content), False


def _words(tokens: Sequence[Token]) -> str:
    """What the tokens of a block read like."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(_BREAK)
        elif token.type in ("text", "code_inline") and token.content not in _automatic(tokens):
            parts.append(token.content)
    return _WITHIN.sub(r"\1", _NOTE.sub("", "".join(parts)))


def _automatic(tokens: Sequence[Token]) -> frozenset[str]:
    """The addresses that stand in a block as links to themselves."""
    return frozenset(str(t.attrs.get("href")) for t in tokens if t.type == "link_open" and t.markup == "autolink")
