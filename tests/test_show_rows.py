"""Rows of the matrix: the words that head them, and the words in their cells. The bundled story is fiction."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

import rashomon
from rashomon.show import page, report
from rashomon.show.outline import Outline
from rashomon.show.pieces import Row
from rashomon.spans import lies_in

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
    assert cells(row(outline, "parliament that the government")) == {
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
            assert not text[span.start - 1 : span.start].isalnum() and text[span.start] not in "-'’", span


def test_a_short_clause_heads_its_row_whole(outline: Outline) -> None:
    whole = 0
    for one in outline.rows:
        claims = [c for c in outline.comparison.claims if c.id in one.point.claims]
        own = {span for c in claims for span in c.spans}
        whole += one.gist[0] in own and not one.differs
        for cell in one.cells:
            if cell.value is not None:
                assert not any(s.article == cell.value.article and s.text == cell.value.text for s in one.gist)
    assert whole > 3


def test_a_heading_has_both_marks_of_a_quotation(outline: Outline) -> None:
    for one in outline.rows:
        for span in one.gist:
            text = outline.account(span.article).article.text
            assert not (span.text.count("“") > span.text.count("”") and text[span.end : span.end + 1] == "”"), span


def test_passages_that_may_tell_a_point_are_set_apart_from_those_that_do(outline: Outline) -> None:
    possible = [(one, cell, telling) for one in outline.rows for cell in one.cells for telling in cell.possible]
    assert possible
    silent = 0
    for one, cell, telling in possible:
        assert telling.possible and telling in one.point.tellings and telling not in cell.tellings
        assert not any(lies_in(span, telling.passage) for span in cell.spans)
        if cell.stance == "silent":
            silent += 1
            assert cell.nearest is not None and lies_in(telling.passage, cell.nearest)
    console = Console(file=io.StringIO(), width=4000)
    report(outline.comparison, console, full=True)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    told = sum(bool(cell.possible) for one in outline.matters for cell in one.cells)
    assert told and text.count("Perhaps also in ") == told
    perhaps = sum(c.stance == "silent" and bool(c.possible) for one in outline.shared for c in one.cells)
    assert silent and perhaps and page(outline.comparison).count(">perhaps</a></td>") == perhaps
    assert "– perhaps" in text
    shown = sum(len(cell.possible) for one in outline.matters for cell in one.cells)
    assert page(outline.comparison).count('class="perhaps"') == shown


def test_what_is_looked_up_comes_before_what_is_about_as_likely_as_not(outline: Outline) -> None:
    findings = outline.comparison.findings
    sure = [n for n, finding in enumerate(findings) if finding.confidence is None and finding.weight > 0.3]
    likely = [n for n, finding in enumerate(findings) if finding.confidence is not None and finding.weight < 0.5]
    assert sure and all(n < m for n in sure for m in likely)
