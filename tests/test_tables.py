"""Tables of a comparison: their rows, data frames, exports; what a notebook shows; what Python holds compared."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest

import rashomon
from rashomon import tables
from rashomon.archive import open_archive
from rashomon.errors import DuplicateInput, InputError, InvalidRecord, MissingPart, RashomonError, TooFewArticles
from rashomon.types import Comparison, Span, Table

ROOT = Path(__file__).resolve().parents[1]
HARBOUR = Path(rashomon.__file__).parent / "demo" / "harbour"
NAMES: tuple[Table, ...] = get_args(Table)
FERRY = (
    "The ferry Alma ran aground off Ambley on Monday with 40 people on board.\n\n"
    'Captain Jona Reed said: "We saw the rocks too late to turn the ship."\n\n'
    "Nobody was hurt, the harbour office of Ambley said."
)
OTHER = (
    "The ferry Alma ran aground off Ambley on Monday with 48 people on board.\n\n"
    'Captain Jona Reed told reporters: "We saw the rocks too late to turn the boat."\n\n'
    "Two passengers were hurt, the harbour office of Ambley said."
)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    articles, _ = rashomon.read([str(page) for page in sorted(HARBOUR.glob("*.html"))])
    return rashomon.compare(articles, annotators="fast")


def _rows(comparison: Comparison, table: Table) -> list[dict[str, Any]]:
    return list(tables.rows(comparison, table))


@pytest.mark.parametrize("table", NAMES)
def test_every_row_has_the_columns_of_its_table(comparison: Comparison, table: Table) -> None:
    rows = _rows(comparison, table)
    assert rows and all(set(row) == set(tables.COLUMNS[table]) for row in rows)


@pytest.mark.parametrize("table", ["findings", "points", "tellings", "events"])
def test_passages_stand_where_their_row_says(comparison: Comparison, table: Table) -> None:
    texts = {article.id: article.text for article in comparison.articles}
    cited = [Span(row["article"], row["start"], row["end"], row["passage"]) for row in _rows(comparison, table)]
    for span in cited:
        first, *_, last = span.text.split(" … ")[:1] + span.text.split(" … ")[-1:]
        whole = texts[span.article][span.start : span.end]
        assert whole.startswith(first) and whole.endswith(last)


def test_no_account_and_no_finding_is_lost(comparison: Comparison) -> None:
    sides = [(f.id, side.article, side.reading) for f in comparison.findings for side in f.sides]
    assert [(r["finding"], r["article"], r["words"]) for r in _rows(comparison, "findings")] == sides
    told = [(p.id, telling.article) for p in comparison.points for telling in p.tellings]
    assert [(r["point"], r["article"]) for r in _rows(comparison, "tellings")] == told
    for row in _rows(comparison, "points"):
        named = sorted(row["says"] + row["differs"] + row["denies"] + row["silent"])
        assert named == sorted(article.id for article in comparison.articles)
    assert {r["speaker"] for r in _rows(comparison, "voices")} <= {actor.name for actor in comparison.actors}


@pytest.mark.parametrize("table", NAMES)
def test_frames_have_the_same_rows(comparison: Comparison, table: Table) -> None:
    pytest.importorskip("pandas")
    rows = _rows(comparison, table)
    arrow, frame = comparison.to_arrow(table), comparison.to_pandas(table)
    assert arrow.column_names == list(frame.columns) == list(tables.COLUMNS[table])
    assert [dict(sorted(row.items())) for row in arrow.to_pylist()] == [dict(sorted(row.items())) for row in rows]
    known = frame.astype(object).where(frame.notna(), None).to_dict("records")
    assert known == [{name: row[name] for name in tables.COLUMNS[table]} for row in rows]


@pytest.mark.parametrize(("package", "method"), [("pandas", "to_pandas"), ("pyarrow", "to_arrow")])
def test_a_missing_package_says_what_to_install(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch, package: str, method: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPart, match=rf'{package}: pip install "rashomon\[(pandas|parquet)\]"'):
        getattr(comparison, method)("points")


def test_a_table_that_there_is_not(comparison: Comparison) -> None:
    with pytest.raises(RashomonError, match="sentences: no such table; there are: findings, points"):
        _rows(comparison, "sentences")  # type: ignore[arg-type]


def test_a_spreadsheet_runs_no_formula_of_an_article() -> None:
    texts = [text.replace("The ferry", '=HYPERLINK("x") The ferry', 1) for text in (FERRY, OTHER)]
    made = tables.spreadsheet(rashomon.compare(texts, annotators="fast"))
    table = list(csv.DictReader(io.StringIO(made)))
    assert list(table[0]) == list(tables.COLUMNS["findings"])
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert [row for row in table if row["passage"].startswith("'=HYPERLINK")]


def test_an_archive_exports_the_rows_that_its_comparisons_have(own_archive: Path) -> None:
    with open_archive(str(own_archive)) as archive:
        compared: tuple[Table, ...] = ("findings", "events")
        for table in compared:
            out = io.BytesIO()
            number = archive.export(table, out, format="csv")
            rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
            assert list(rows[0]) == list(tables.COLUMNS[table]) and len(rows) == number
            for story in archive.stories().items:
                own = tables.rows(archive.compare(story.id), table, story.id) if story.articles > 1 else ()
                exported = [(row["article"], row["passage"]) for row in rows if row["story"] == story.id]
                assert [(row["article"], row["passage"]) for row in own] == exported
        columns = io.BytesIO()
        assert archive.export("tellings", columns, format="parquet") > 0
        columns.seek(0)
        assert all(row["story"] for row in tables.read_parquet(columns))


def test_a_notebook_shows_the_report_in_a_frame_that_reaches_nothing(comparison: Comparison) -> None:
    shown = re.fullmatch(r'<iframe ([^>]*) srcdoc="([^"]*)"></iframe>', comparison._repr_html_(), re.S)
    assert shown and unescape(shown[2]) == rashomon.page(comparison)
    assert "sandbox=" in shown[1] and "allow-same-origin" not in shown[1]


def test_texts_records_and_frames_are_compared_alike() -> None:
    pandas = pytest.importorskip("pandas")
    records = [
        {"text": FERRY, "outlet": "Ambley Post", "published": "2031-03-04"},
        {"text": OTHER, "outlet": "Velm Courier", "published": None},
    ]
    frame = pandas.DataFrame(records)
    dated = frame.assign(published=pandas.to_datetime(frame["published"]))
    made = [rashomon.compare(given, annotators="fast") for given in (records, frame, dated)]
    assert made[0].articles == made[1].articles
    for one in made:
        assert [(a.outlet, a.text) for a in one.articles] == [("Ambley Post", FERRY), ("Velm Courier", OTHER)]
        first, second = (a.published for a in one.articles)
        assert first is not None and first.value[:10] == "2031-03-04" and second is None
    plain = rashomon.compare(iter([FERRY, OTHER]), annotators="fast")
    assert {f.kind for f in plain.findings} == {f.kind for f in made[0].findings} >= {"number"}


@pytest.mark.parametrize(
    ("given", "kind", "told"),
    [
        ([FERRY, ""], InputError, "article 2"),
        ([FERRY, {"outlet": "Velm Courier"}], InvalidRecord, "article 2: record: it has no text"),
        ([FERRY, OTHER, FERRY], DuplicateInput, "article 3: has the same text as article 1"),
        ([FERRY, 7], InvalidRecord, "article 2: is no article, text or record but a Python int"),
        ([FERRY, __file__], InvalidRecord, "article 2: is the name of a file; rashomon.read"),
        (FERRY, InvalidRecord, "give a list"),
        ([FERRY], TooFewArticles, "at least two"),
    ],
)
def test_what_cannot_be_compared_is_named(given: Any, kind: type[RashomonError], told: str) -> None:
    with pytest.raises(kind, match=re.escape(told)):
        rashomon.compare(given)


def test_a_row_without_a_text_is_named() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([{"text": FERRY, "outlet": "A"}, {"text": None, "outlet": "B"}])
    with pytest.raises(InvalidRecord, match=r"row 2: record: it has no text"):
        rashomon.compare(frame)


@pytest.mark.parametrize("notebook", sorted((ROOT / "examples").glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_run_and_are_kept_without_output(notebook: Path) -> None:
    pytest.importorskip("pandas")
    cells = [c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert cells and not [c for c in cells if c["outputs"] or c["execution_count"] is not None]
    names: dict[str, object] = {}
    shown = [_run("".join(cell["source"]), names) for cell in cells]
    assert sum(hasattr(value, "_repr_html_") for value in shown) > 3


def _run(code: str, names: dict[str, object]) -> object:
    """What the last line of a cell gives, if it is an expression."""
    *before, last = ast.parse(code).body
    final = last if isinstance(last, ast.Expr) else None
    exec(compile(ast.Module(before if final else [*before, last], []), "cell", "exec"), names)
    return eval(compile(ast.Expression(final.value), "cell", "eval"), names) if final else None
