"""WARC and Parquet files, written here record by record, whole and damaged. Places and outlets are invented."""

from __future__ import annotations

import datetime
import gzip
import zlib
from pathlib import Path
from typing import Any

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import ONE, TWO, sorted_out

from rashomon.errors import InvalidRecord, MissingPart, UnreadableInput
from rashomon.read import Problem, read, read_fetched, stream
from rashomon.types import Article, Published


def page(number: int) -> bytes:
    body = "".join(f"<p>{p}</p>" for p in (f"On day {number} the bridge was still closed.", *ONE.split("\n\n"), TWO))
    return f'<html lang="en"><head><title>Day {number}</title></head><body><article>{body}</article></html>'.encode()


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    fields = {"Content-Type": "text/html; charset=utf-8", **{k.replace("_", "-"): v for k, v in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def record(content: bytes, url: str | None = "https://velm.example/1", kind: str = "response", **fields: str) -> bytes:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
        "WARC-Date": "2099-01-01T00:00:00Z",
        **({"WARC-Target-URI": url} if url else {}),
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(content)),
        **{k.replace("_", "-"): v for k, v in fields.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + content + b"\r\n\r\n"


def crawl(*numbers: int) -> list[bytes]:
    """As Common Crawl News lays it out: what the file is, then request and response for each page."""
    info = record(b"software: invented\r\n", None, "warcinfo", Content_Type="application/warc-fields")
    found = [info]
    for n in numbers:
        url = f"https://velm.example/{n}"
        found += [record(b"GET / HTTP/1.1\r\n\r\n", url, "request"), record(answer(page(n)), url)]
    return found


def packed(records: list[bytes]) -> bytes:
    return b"".join(gzip.compress(r, mtime=0) for r in records)


def of_file(path: Path, data: bytes, **options: Any) -> tuple[list[Article], list[Problem]]:
    path.write_bytes(data)
    return sorted_out(stream([str(path)], **options))


def days(articles: list[Article]) -> list[str | None]:
    return [a.title and a.title.removeprefix("Day ") for a in articles]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "A.WARC.GZ"])
def test_a_crawl(tmp_path: Path, name: str) -> None:
    data = packed(crawl(1, 2, 3)) if name.casefold().endswith("gz") else b"".join(crawl(1, 2, 3))
    articles, problems = of_file(tmp_path / name, data)
    assert days(articles) == ["1", "2", "3"] and not problems
    first = articles[0]
    assert (first.url, first.outlet, first.published) == ("https://velm.example/1", "velm.example", None)
    assert first.id == read_fetched(page(1), "http://www.velm.example/1#top").id
    assert sorted_out(stream([str(tmp_path)]))[0] == articles
    assert [a.text for a in read([str(tmp_path / name)])[0]] == [a.text for a in articles]


def test_only_pages_that_were_found_are_read(tmp_path: Path) -> None:
    data = [
        record(answer(page(1), "404 Not Found")),
        record(answer(page(2), "301 Moved", Location="/x")),
        record(answer(b"\x89PNG", Content_Type="image/png")),
        record(answer(b"{}", Content_Type="application/json")),
        record(b"93.184.216.34", "dns:velm.example", Content_Type="text/dns"),
        record(page(3), kind="resource", Content_Type="text/html"),
        record(b"", kind="revisit"),
        record(answer(page(4)), "https://velm.example/4"),
        record(answer(ONE.encode(), Content_Type="Text/Plain"), "<https://velm.example/5>"),
    ]
    articles, problems = of_file(tmp_path / "a.warc", b"".join(data))
    assert [a.url for a in articles] == ["https://velm.example/4", "https://velm.example/5"] and not problems
    assert articles[1].text == ONE


def chunked(body: bytes) -> bytes:
    pieces = [body[i : i + 100] for i in range(0, len(body), 100)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(page(7)), {"Content_Encoding": "gzip"}),
        (brotli.compress(page(7)), {"Content_Encoding": "br"}),
        (zlib.compress(page(7)), {"Content_Encoding": "deflate"}),
        (chunked(page(7)), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(page(7))), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        # Many crawlers undo the codings and keep the headers, under their own names or another.
        (page(7), {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}),
        (page(7), {"Content_Encoding": "br"}),
        (page(7), {"X_Crawler_Content_Encoding": "gzip"}),
        (page(7).decode().replace("Velm", "Žatec").encode("cp1250"), {"Content_Type": "text/html; charset=cp1250"}),
    ],
)
def test_codings(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    articles, problems = of_file(tmp_path / "a.warc", record(answer(body, **headers)) + record(answer(page(8))))
    assert days(articles) == ["7", "8"] and not problems
    assert "Content_Type" not in headers or "Žatec" in articles[0].text


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (record(answer(page(7)), None), "record 4: names no address"),
        (record(b"nonsense"), "record 4 (https://velm.example/1): holds no HTTP response"),
        (record(answer(page(7)[:60])), "record 4 (https://velm.example/1): no article was found in the page"),
        (
            record(answer(gzip.compress(page(7))[:-90], Content_Encoding="gzip")),
            "breaks off within its compressed data",
        ),
        (record(answer(b"\x1f\x8bjunk" * 9, Content_Encoding="gzip")), "is not compressed as its server says (gzip)"),
        (record(answer(gzip.compress(b"<p>" * 10**6), Content_Encoding="gzip")), "is larger than 0.1 MB"),
        (record(answer(b"<p>" * 10**5)), "is larger than 0.1 MB"),
        (record(answer(b"%PDF-1.7")), "is a PDF document"),
    ],
)
def test_a_bad_record_costs_itself_only(tmp_path: Path, bad: bytes, said: str) -> None:
    before, after = crawl(1), record(answer(page(2)), "https://velm.example/2")
    for name, data in (("a.warc", b"".join([*before, bad, after])), ("a.warc.gz", packed([*before, bad, after]))):
        articles, problems = of_file(tmp_path / name, data, max_bytes=100_000)
        assert days(articles) == ["1", "2"]
        assert [p.input for p in problems] == [str(tmp_path / name)] and said in problems[0].message
        assert problems[0].message.startswith("record 4")


def test_after_a_damaged_place_the_next_record_is_found(tmp_path: Path) -> None:
    records = crawl(1, 2, 3)
    wrong_length = records[4].replace(b"Content-Length: ", b"Content-Length: 1")
    plain = b"".join([*records[:4], wrong_length, *records[5:]])
    articles, problems = of_file(tmp_path / "a.warc", plain)
    assert days(articles)[0] == "1" and days(articles)[-1] == "3"
    assert "is damaged after record" in problems[-1].message
    members = [gzip.compress(r, mtime=0) for r in records]
    members[4] = members[4][:50] + b"\0\0\0\0" + members[4][54:]
    articles, problems = of_file(tmp_path / "b.warc.gz", b"".join(members))
    assert days(articles) == ["1", "3"]
    assert len(problems) == 1 and "the reading goes on at byte" in problems[0].message


def test_a_file_that_is_cut_off_costs_its_last_record(tmp_path: Path) -> None:
    records = crawl(1, 2)
    for name, data in (("a.warc", b"".join(records)[:-200]), ("a.warc.gz", packed(records)[:-60])):
        articles, problems = of_file(tmp_path / name, data)
        assert days(articles) == ["1"] and len(problems) == 1
        assert problems[0].message.startswith("record 5 (https://velm.example/2)")


@pytest.mark.parametrize("left", [4, 12, 30])
def test_a_file_that_is_cut_off_in_the_opening_of_a_record_says_so(tmp_path: Path, left: int) -> None:
    records = crawl(1, 2, 3)
    whole, cut = records[:-1], records[-1]
    plain, zipped = b"".join([*whole, cut[:left]]), packed(whole) + packed([cut])[:left]
    for name, data in (("a.warc", plain), ("a.warc.gz", zipped)):
        articles, problems = of_file(tmp_path / name, data)
        assert days(articles) == ["1", "2"]
        assert len(problems) == 1 and any(f"record {n}" in problems[0].message for n in (len(whole), len(records)))


def test_a_record_without_a_page_that_is_cut_off_is_told(tmp_path: Path) -> None:
    records = [*crawl(1), record(b"x" * 4000, kind="resource")]
    for name, data in (("a.warc", b"".join(records)[:-200]), ("a.warc.gz", packed(records)[:-20])):
        articles, problems = of_file(tmp_path / name, data)
        assert days(articles) == ["1"] and "breaks off in record" in problems[0].message and len(problems) == 1


@pytest.mark.parametrize("data", [b"", b"hello", b"<html>" * 50, gzip.compress(b"hello", mtime=0), b"\x1f\x8b\x08"])
def test_what_is_no_warc_file(tmp_path: Path, data: bytes) -> None:
    articles, problems = of_file(tmp_path / "a.warc.gz", data)
    assert not articles and len(problems) == 1 and isinstance(problems[0].error, UnreadableInput)


PLAIN, PACKED = b"".join(crawl(1, 2)), packed(crawl(1, 2))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([PLAIN, PACKED]),
    st.lists(st.tuples(st.integers(0, 10**4), st.binary(max_size=4), st.integers(0, 60)), min_size=1, max_size=4),
)
def test_any_damage_ends_in_articles_and_problems(
    tmp_path: Path, data: bytes, edits: list[tuple[int, bytes, int]]
) -> None:
    for place, put, cut in edits:
        at = place % (len(data) + 1)
        data = data[:at] + put + data[at + cut :]
    articles, problems = of_file(tmp_path / "a.warc", data)
    assert all(p.message.isprintable() and p.input.endswith("a.warc") for p in problems)
    for article in articles:
        assert all(s.text == article.text[s.start : s.end] for s in article.paragraphs)


def table(path: Path, columns: dict[str, Any], **options: Any) -> str:
    pq.write_table(pa.table(columns), path, **options)
    return str(path)


def test_rows_are_records(tmp_path: Path) -> None:
    noon = datetime.datetime(2031, 5, 17, 12, tzinfo=datetime.UTC)
    path = table(
        tmp_path / "a.parquet",
        {
            "Text": [ONE, TWO, None, "Hallo."],
            "headline": ["Old bridge closed", None, "x", "y"],
            "publisher": pa.array(["Velm Courier", "Aure Post", "Aure Post", None]).dictionary_encode(),
            "published": pa.array([noon, noon, noon, None], pa.timestamp("ns", tz="Europe/Berlin")),
            "date_modified": [datetime.date(2031, 5, 18), None, None, None],
            "author": [["Ida Korn", "Per Lund"], [], None, None],
            "id": [1, 2, 3, 4],
            "language": ["en", None, None, "de"],
            "embedding": [[0.5] * 4] * 4,
            "path": ["/etc/hostname"] * 4,
        },
    )
    articles, problems = sorted_out(stream([path]))
    first, second = articles
    assert (first.text, first.title, first.outlet) == (ONE, "Old bridge closed", "Velm Courier")
    assert first.published == Published(value="2031-05-17T14:00:00+02:00")
    assert (first.modified, first.author, second.author) == ("2031-05-18", "Ida Korn, Per Lund", None)
    assert [(p.input, p.message.split(":")[0]) for p in problems] == [(path, "row 3"), (path, "row 4")]
    assert "it has no text" in problems[0].message and "German" in problems[1].message
    assert len({a.id for a in articles}) == 2 and sorted_out(stream([str(tmp_path)]))[0] == articles


def test_rows_come_one_by_one_over_all_row_groups(tmp_path: Path) -> None:
    texts = [f"{ONE} Number {n}." for n in range(100)]
    path = table(tmp_path / "a.parquet", {"text": texts}, row_group_size=30)
    found = stream([path])
    assert isinstance(next(found), Article)
    articles, problems = sorted_out(found)
    assert [a.text for a in articles] == texts[1:] and not problems


def test_texts_as_bytes_and_texts_that_are_too_long(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", {"body": [ONE.encode(), b"\0\1", b"x" * 2000, TWO.encode("utf-16")]})
    articles, problems = sorted_out(stream([path], max_bytes=1000))
    assert [a.text for a in articles] == [ONE, TWO]
    assert [p.message.split(":")[0] for p in problems] == ["row 2", "row 3"]


def test_a_damaged_row_group_costs_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table(
        path, {"text": [f"{ONE} {n}" for n in range(30)]}, row_group_size=10, compression="NONE", use_dictionary=False
    )
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + 8] = b"\xff" * 8
    articles, problems = of_file(path, bytes(data))
    assert len(articles) == 20 and len(problems) == 1 and "cannot be read after row 10" in problems[0].message


@pytest.mark.parametrize("data", [b"", b"PAR1", b"hello" * 10, b"PAR1" + b"x" * 50 + b"\1\0\0\0PAR1"])
def test_what_is_no_parquet_file(tmp_path: Path, data: bytes) -> None:
    articles, problems = of_file(tmp_path / "a.parquet", data)
    assert not articles and "is no Parquet file, or is damaged" in problems[0].message


def test_a_table_without_texts_says_what_it_has(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", {"title": ["x"], "words": [5]})
    _, problems = sorted_out(stream([path]))
    assert isinstance(problems[0].error, InvalidRecord)
    assert "name it 'text' or 'articleBody' (its columns are: title, words)" in problems[0].message
    _, problems = sorted_out(stream([table(tmp_path / "b.parquet", {"text": pa.array([], pa.string())})]))
    assert "has no rows" in problems[0].message


@pytest.mark.parametrize(
    ("library", "name", "extra"), [("fastwarc.warc", "a.warc", "archive"), ("pyarrow.parquet", "a.parquet", "parquet")]
)
def test_a_missing_library_is_a_problem_of_its_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, name: str, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b.txt").write_text(ONE)
    articles, problems = sorted_out(stream([str(tmp_path)]))
    assert [a.text for a in articles] == [ONE]
    assert isinstance(problems[0].error, MissingPart) and f"pip install 'rashomon[{extra}]'" in problems[0].message


def test_rows_without_a_text_are_one_problem(tmp_path: Path) -> None:
    report = "The mayor of Velm said on Monday that the old bridge was closed until May."
    texts = pa.array([None] * 200_000 + [report] + [None] * 40, pa.string())
    pq.write_table(pa.table({"text": texts, "title": ["Bridge"] * len(texts)}), tmp_path / "a.parquet")
    articles, problems = read([str(tmp_path / "a.parquet")])
    assert [a.text for a in articles] == [report]
    assert problems[0].message.startswith("rows 1 to 200000: they have no text; give")
    assert len(problems) < 40
