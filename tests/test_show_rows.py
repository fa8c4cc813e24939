"""Rows of the matrix: the words that head them, and the words in their cells. The bundled story is fiction."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import rashomon
from rashomon.show.outline import Outline
from rashomon.show.pieces import Row

STORY = Path(rashomon.__file__).parent / "demo" / "harbour"


@pytest.fixture(scope="module")
def outline() -> Outline:
    return Outline(rashomon.compare(rashomon.read([str(STORY)])[0]))


def row(outline: Outline, words: str) -> Row:
    [found] = [row for row in outline.rows if words in " … ".join(span.text for span in row.gist)]
    return found


def cells(row: Row) -> set[str]:
    return {cell.value.text for cell in row.cells if cell.value is not None}


def test_cells_of_a_row_word_one_thing(outline: Outline) -> None:
    assert cells(row(outline, "lease was signed")) == {"March 4", "March 6"}
    assert cells(row(outline, "told parliament that the government")) == {
        "was considering suspending",
        "has suspended",
        "will suspend",
    }


def test_what_heads_a_row_is_cut_from_one_account(outline: Outline) -> None:
    for one in outline.rows:
        assert len({span.article for span in one.gist}) == 1
        ends = [(span.start, span.end) for span in one.gist]
        assert ends == sorted(ends) and all(b <= c for (_, b), (c, _) in pairwise(ends))
        for span in one.gist:
            assert outline.account(span.article).article.span(span.start, span.end) == span


def test_what_heads_a_row_has_none_of_the_words_in_its_cells(outline: Outline) -> None:
    for one in outline.rows:
        own = {cell.account.article.id: cell.value for cell in one.cells if cell.value is not None}
        label = one.point.label
        for span in one.gist:
            value = own.get(span.article)
            met = value is not None and span.start < value.end and value.start < span.end
            assert not met or (label.start <= span.start and span.end <= label.end), (span, value)


def test_a_sentence_is_told_once(outline: Outline) -> None:
    for one in outline.rows:
        told = [(t.article, t.passage.start, t.passage.end) for t in one.point.tellings]
        assert len(told) == len(set(told))


def test_a_cell_is_left_empty_rather_than_filled_with_a_small_word() -> None:
    said = "“We ask both sides to keep the harbour open and to calm {} at the quay,” Ida Korn told the council."
    texts = [said.format(words) for words in ("the crews", "crews")]
    outline = Outline(rashomon.compare(texts, anyway=True))
    differing = {m.text for f in outline.comparison.findings for side in f.sides for m in side.marks}
    assert "the" in differing
    assert "the" not in {text for one in outline.rows for text in cells(one)}


def test_what_heads_a_row_ends_with_a_whole_word(outline: Outline) -> None:
    for one in outline.rows:
        for span in one.gist:
            text = outline.account(span.article).article.text
            assert not (text[span.end : span.end + 1] == "-" and text[span.end + 1 : span.end + 2].isalnum()), span
