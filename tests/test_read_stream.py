"""Streams of articles: folders with sub-folders, compressed lines, ids that depend on the article alone.

The places, people and outlets are invented.
"""

from __future__ import annotations

import gzip
import io
import json
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import ONE, TWO, sorted_out, write

from rashomon.errors import InvalidRecord, MissingInput, UnreadableInput
from rashomon.read import Problem, canonical_url, read, read_fetched, stream
from rashomon.read.metadata import Metadata
from rashomon.types import Article

THREE = "A ferry will cross the river at Velm every hour until the bridge is open again, its owner told the council."


def lines(*records: Mapping[str, object]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def page(text: str, canonical: str | None = None) -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{p}</p>" for p in (*text.split("\n\n"), THREE))
    return f'<html lang="en"><head><title>The bridge at Velm</title>{link}</head><body><article>{body}</article></html>'


def test_a_folder_is_read_with_its_subfolders_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path / "b" / "deep" / "2.txt", TWO)
    write(tmp_path / "c.txt", THREE)
    write(tmp_path / "a.txt", ONE)
    write(tmp_path / "b" / "1.jsonl.gz", gzip.compress(lines({"text": ONE + " It rained on."})))
    write(tmp_path / ".git" / "x.txt", "Hidden.")
    write(tmp_path / "b" / ".y.txt", "Hidden.")
    write(tmp_path / "picture.png", b"\x89PNG\0")
    (tmp_path / "around").symlink_to(tmp_path)
    (tmp_path / "empty").mkdir()
    articles, problems = sorted_out(stream([str(tmp_path)]))
    assert [a.text[:8] for a in articles] == [t[:8] for t in (ONE, ONE, TWO, THREE)] and not problems
    assert articles == sorted_out(stream([str(tmp_path)]))[0]
    assert [a.id for a in read([str(tmp_path)])[0]] == ["a", "c"], "a story's folder is read without its sub-folders"


def test_a_subfolder_with_a_manifest_is_read_by_it(tmp_path: Path) -> None:
    write(tmp_path / "sub" / "a.txt", ONE)
    write(tmp_path / "sub" / "not-listed.txt", TWO)
    write(tmp_path / "sub" / "manifest.jsonl", '{"path": "a.txt", "outlet": "Velm Courier"}')
    write(tmp_path / "z.txt", THREE)
    articles, problems = sorted_out(stream([str(tmp_path)]))
    assert [a.outlet for a in articles] == ["Velm Courier", None] and not problems


def test_a_folder_without_articles(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    _, problems = sorted_out(stream([str(tmp_path), str(tmp_path / "nowhere")]))
    assert [type(p.error) for p in problems] == [MissingInput, MissingInput]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    write(path, lines({"id": "a", "text": ONE}, {"id": "b", "text": TWO}) + b'{"text": "' + b"x" * 200_000)
    later = tmp_path / "later.txt"
    found = stream([str(path), str(later)])
    first = next(found)
    write(later, THREE)
    assert isinstance(first, Article) and first.text == ONE
    articles, problems = sorted_out(found)
    assert [a.text for a in articles] == [TWO, THREE]
    assert len(problems) == 1 and problems[0].message.startswith("line 3: is not valid JSON")


def test_bad_records_name_their_lines_and_cost_nothing_else(tmp_path: Path) -> None:
    bad = [b"{\n", b'{"title": "x"}\n', b"\xff\xfe\xfa\n", b"[5]\n", b'{"text": "' + b"x" * 5000 + b'"}\n']
    data = b"".join(lines({"id": str(i), "text": ONE}) + line for i, line in enumerate(bad))
    path = write(tmp_path / "a.ndjson", data + lines({"id": "last", "text": TWO}))
    articles, problems = sorted_out(stream([path], max_bytes=1000))
    assert [a.text for a in articles] == [ONE] * len(bad) + [TWO]
    assert [p.message.split(":")[0] for p in problems] == ["line 2", "line 4", "line 6", "line 8", "line 10"]
    assert all(p.input == path for p in problems)


@pytest.mark.parametrize("cut", [30, 400])
def test_a_damaged_file_costs_no_more_than_its_rest(tmp_path: Path, cut: int) -> None:
    records = [{"id": str(n), "text": f"{ONE} The {n} of them said so. {n * 7919:x}"} for n in range(50)]
    packed = gzip.compress(lines(*records))
    broken = write(tmp_path / "a.jsonl.gz", packed[:cut])
    no_gzip = write(tmp_path / "b.jsonl.gz", lines(*records))
    after = write(tmp_path / "c.txt.gz", gzip.compress(TWO.encode()))
    articles, problems = sorted_out(stream([broken, no_gzip, after]))
    assert articles[-1].text == TWO
    assert [p.input for p in problems][-2:] == [broken, no_gzip]
    assert "the compressed data is damaged or cut off" in problems[-2].message
    assert isinstance(problems[-1].error, UnreadableInput)


def test_what_a_compressed_file_unpacks_to_is_limited(tmp_path: Path) -> None:
    bomb = write(tmp_path / "a.txt.gz", gzip.compress(b"The bridge is shut. " * 1_000_000))
    _, problems = sorted_out(stream([bomb]))
    assert "is larger than 10 MB" in problems[0].message
    endless = write(tmp_path / "a.jsonl.gz", gzip.compress(b"x" * 30_000_000 + b"\n" + lines({"text": ONE})))
    articles, problems = sorted_out(stream([endless]))
    assert [a.text for a in articles] == [ONE] and "line 1: is larger than 10 MB" in problems[0].message


def test_standard_input_may_be_more_than_one_document_may(tmp_path: Path) -> None:
    records = [{"id": str(n), "text": f"{ONE} Number {n}."} for n in range(40)]
    data = lines(*records[:20]) + b"{bad}\n" + lines(*records[20:])
    assert len(data) > 2000
    articles, problems = sorted_out(stream(["-"], max_bytes=2000, stdin=io.BytesIO(b"\xef\xbb\xbf" + data)))
    assert len({a.id for a in articles}) == 40 and [p.message.split(":")[0] for p in problems] == ["line 21"]
    _, problems = sorted_out(stream(["-"], max_bytes=2000, stdin=io.BytesIO(b"The bridge is shut. " * 200)))
    assert "is larger than 0.002 MB" in problems[0].message


def test_an_option_that_is_no_date_is_refused_at_once() -> None:
    with pytest.raises(InvalidRecord, match="option: 'published' is 'soon'"):
        stream([], published="soon")


def only(found: Iterator[Article | Problem]) -> Article:
    articles, problems = sorted_out(found)
    assert len(articles) == 1 and not problems
    return articles[0]


def of_record(**fields: object) -> Article:
    return only(stream(["-"], stdin=io.BytesIO(json.dumps({"text": ONE, **fields}).encode())))


def test_an_id_depends_on_the_address_then_the_stated_id_then_the_text() -> None:
    by_url = of_record(url="https://velm.example/bridge?id=4&utm_source=feed", outlet="Velm Courier", id="x")
    assert len(by_url.id) == 16 and by_url.id[0] == "a" and set(by_url.id[1:]) <= set(string.hexdigits.lower())
    assert of_record(url="http://www.velm.example/bridge?id=4#top", text=TWO).id == by_url.id
    assert of_record(url="https://velm.example/bridge?id=5").id != by_url.id
    by_id = of_record(id="x", outlet="Velm Courier")
    assert of_record(id="x", outlet="Velm Courier", text=TWO).id == by_id.id
    assert len({by_id.id, of_record(id="y", outlet="Velm Courier").id, of_record(id="x", outlet="Aure Post").id}) == 3
    by_text = of_record(outlet="Velm Courier")
    assert of_record(outlet="Velm Courier", title="Another title").id == by_text.id
    assert len({by_text.id, of_record(outlet="Aure Post").id, of_record(outlet="Velm Courier", text=TWO).id}) == 3
    # A site's address tells none of its articles from another.
    assert of_record(url="https://velm.example/", text=TWO).id != of_record(url="https://velm.example/").id


def test_an_id_depends_on_nothing_else(tmp_path: Path) -> None:
    names = [
        write(tmp_path / "x.txt", ONE),
        write(tmp_path / "y.html", page(TWO)),
        write(tmp_path / "deep" / "x.txt", THREE),
        write(tmp_path / "z.txt", f"---\nid: 7\n---\n{ONE} It rained on."),
    ]
    forwards = sorted_out(stream(names))[0]
    backwards = sorted_out(stream(names[::-1]))[0]
    moved = write(tmp_path / "other" / "name.txt", ONE)
    assert forwards == backwards[::-1] and len({a.id for a in forwards}) == 4
    assert only(stream([moved])).id == forwards[0].id
    assert all(span.article == a.id for a in forwards for span in (*a.paragraphs, *a.headings, *a.furniture))


def test_the_same_article_twice_comes_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ONE)
    first, again = sorted_out(stream([path, path]))[0]
    assert first == again


def test_an_id_in_a_manifest_is_one_articles_only(tmp_path: Path) -> None:
    write(tmp_path / "list.json", json.dumps([{"text": ONE}, {"text": TWO}]))
    write(tmp_path / "one.json", json.dumps([{"text": ONE}]))
    listed = '{"path": "list.json", "id": "x", "outlet": "Velm Courier"}\n{"path": "one.json", "id": "x"}'
    write(tmp_path / "manifest.jsonl", listed)
    articles, problems = sorted_out(stream([str(tmp_path)]))
    assert len({a.id for a in articles}) == 3 and not problems
    assert [a.outlet for a in articles] == ["Velm Courier", "Velm Courier", None]


def test_a_page_that_was_fetched_may_correct_its_address_within_its_site() -> None:
    def fetched(canonical: str | None, url: str = "https://m.velm.example/bridge?x=1") -> Article:
        return read_fetched(page(ONE, canonical).encode(), url)

    assert fetched("https://www.velm.example/bridge").url == "https://www.velm.example/bridge"
    for useless in (None, "https://velm.example/", "https://aure.example/bridge", "https://["):
        assert fetched(useless).url == "https://m.velm.example/bridge?x=1"
        assert fetched(useless).outlet == "m.velm.example"
    assert fetched("https://velm.example/bridge").id == of_record(url="http://velm.example/bridge").id


def test_what_a_feed_says_is_weaker_than_what_the_page_says() -> None:
    feeds = Metadata(title="Of the feed", outlet="Feed", author="Ida Korn")
    article = read_fetched(page(ONE).encode(), "https://velm.example/bridge", default=feeds)
    assert (article.title, article.outlet, article.author) == ("The bridge at Velm", "Feed", "Ida Korn")
    stated = Metadata(outlet="Option")
    assert read_fetched(page(ONE).encode(), "https://velm.example/a", stated=stated, default=feeds).outlet == "Option"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://User:pw@WWW.Velm.Example:80/a%7eb/?utm_source=x&b=2&a=1#top", "https://velm.example/a~b?a=1&b=2"),
        ("https://velm.example:443", "https://velm.example/"),
        ("https://velm.example:8443/x/", "https://velm.example:8443/x"),
        ("https://velm.example/?fbclid=1&gclid=2&UTM_Medium=3&mc_cid=4", "https://velm.example/"),
        ("https://velm.example/a?p=&q", "https://velm.example/a?p=&q"),
        ("https://münster.example/ö", "https://xn--mnster-3ya.example/%C3%B6"),
        ("https://velm.example/50%/%%3431%c3%a4", "https://velm.example/50%25/%25431%C3%A4"),
        ("http://[::1]:8080/a", "https://[::1]:8080/a"),
        ("http://www.localhost/a", "https://www.localhost/a"),
        (" /relative/path ", "/relative/path"),
        ("mailto:ida@velm.example", "mailto:ida@velm.example"),
        ("http://[", "http://["),
        ("", ""),
    ],
)
def test_canonical_addresses(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


PIECES = st.text(alphabet="aAzZ09%/.:?&=+#@[]~-_;\\ éß", max_size=8)
ADDRESSES = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp"]),
        st.one_of(PIECES, st.sampled_from(["www.velm.example", "Velm.Example", "www.www.velm.example."])),
        st.sampled_from(["", ":80", ":443", ":0443", ":8080", ":x"]),
        PIECES,
        st.lists(st.one_of(PIECES, st.sampled_from(["utm_source=x", "fbclid=y"])), max_size=4).map("&".join),
        PIECES,
    ),
)


@given(ADDRESSES)
def test_a_canonical_address_is_its_own(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.permutations(["a=1", "b=2", "utm_campaign=z", "c"]), st.sampled_from(["http", "HTTPS"]), PIECES)
def test_what_does_not_tell_pages_apart_does_not_count(query: list[str], scheme: str, fragment: str) -> None:
    url = f"{scheme}://www.Velm.example/bridge?{'&'.join(query)}#{fragment}"
    assert canonical_url(url) == "https://velm.example/bridge?a=1&b=2&c"
