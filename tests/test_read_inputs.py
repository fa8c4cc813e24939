"""Files, directories, manifests, records, streams: what is read, which metadata wins, and that nothing stops it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from parts import NO_SEEDS
from reading import ONE, TWO, write

from rashomon.errors import (
    DuplicateInput,
    InputError,
    InvalidRecord,
    MissingInput,
    TryLater,
    UnreadableInput,
    UnsupportedLanguage,
)
from rashomon.read import Problem, read, read_text
from rashomon.types import Article, Published

GERMAN = "Der Bürgermeister hat die Brücke gesperrt und will sie nicht öffnen. " * 5
NO_PAGE = "no article was found in the page"
SHARED = Path(__file__).resolve().parents[2] / "shared"


def only(outcome: tuple[list[Article], list[Problem]]) -> Article:
    articles, problems = outcome
    assert not problems and len(articles) == 1
    return articles[0]


def problem(outcome: tuple[list[Article], list[Problem]]) -> Problem:
    articles, problems = outcome
    assert not articles and len(problems) == 1
    return problems[0]


def stdin(data: str | bytes) -> tuple[list[Article], list[Problem]]:
    return read(["-"], stdin=io.BytesIO(data.encode() if isinstance(data, str) else data))


def test_a_text_file(tmp_path: Path) -> None:
    article = only(read([write(tmp_path / "velm.txt", ONE)], outlet="Velm Courier", published="2031-05-17"))
    assert (article.id, article.text, article.outlet) == ("velm", ONE, "Velm Courier")
    assert article.published == Published(value="2031-05-17") and article.language == "en"


def test_a_directory_is_read_by_name_and_without_its_other_files(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", TWO)
    write(tmp_path / "a.txt", ONE)
    write(tmp_path / "picture.png", b"\x89PNG\0")
    write(tmp_path / ".hidden.txt", "Hidden.")
    (tmp_path / "folder").mkdir()
    articles, problems = read([str(tmp_path)])
    assert [a.id for a in articles] == ["a", "b"] and not problems


def test_a_directory_with_a_manifest_is_read_by_it(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", f"---\noutlet: Front\ntitle: From the front\nauthor: Ida Korn\n---\n{ONE}")
    write(tmp_path / "not-listed.txt", TWO)
    line = {"path": "a.txt", "outlet": "Manifest", "title": "From the manifest", "published": "2031-05-17"}
    write(tmp_path / "manifest.jsonl", json.dumps(line) + "\n")
    article = only(read([str(tmp_path)], outlet="Option"))
    assert article.outlet == "Option"
    assert article.title == "From the manifest"
    assert article.author == "Ida Korn"
    assert only(read([str(tmp_path / "manifest.jsonl")])).outlet == "Manifest"


def test_the_manifest_beats_what_the_page_says(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><meta property="og:site_name" content="Page">'
        '<meta property="og:title" content="Of the page"></head><body><article>'
        + "".join(f"<p>{p}</p>" for p in (*ONE.split("\n\n"), TWO))
        + "</article></body></html>"
    )
    write(tmp_path / "a.html", page)
    write(tmp_path / "manifest.jsonl", '{"path": "a.html", "outlet": "Manifest"}')
    article = only(read([str(tmp_path)]))
    assert (article.outlet, article.title) == ("Manifest", "Of the page")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"path": "../outside.txt"}', "line 2: the path '../outside.txt' leads out of the manifest's directory"),
        ('{"path": "/etc/hostname"}', "leads out of the manifest's directory"),
        ('{"path": "nowhere.txt"}', "line 2: there is no file 'nowhere.txt'"),
        ('{"path": "manifest.jsonl"}', "names another manifest"),
        ('{"path": "a.txt", "published": "last week"}', "line 2: 'published' is 'last week'"),
        ('{"path": "a.txt", "outlet": 5}', "line 2: 'outlet' must be a string, not a number"),
        ('{"path": "a\\u0000.txt"}', "line 2: there is no file"),
        ('{"path": 5}', "line 2: it has no text"),
        ("{path: a.txt}", "line 2: is not valid JSON"),
        ("[1]", "line 2: article 1: is not a JSON object"),
        ("5", "line 2: is JSON, but neither an object nor a list"),
    ],
)
def test_a_bad_manifest_line_is_named_and_the_others_are_read(tmp_path: Path, line: str, said: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    write(tmp_path / "outside.txt", TWO)
    write(inside / "a.txt", ONE)
    manifest = write(inside / "manifest.jsonl", f'{{"path": "a.txt"}}\n{line}\n')
    articles, problems = read([str(inside)])
    assert [a.text for a in articles] == [ONE]
    assert len(problems) == 1 and problems[0].input == manifest
    assert said in problems[0].message and isinstance(problems[0].error, InvalidRecord)


def test_a_link_out_of_the_manifests_directory_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    write(tmp_path / "outside.txt", TWO)
    (inside / "link.txt").symlink_to(tmp_path / "outside.txt")
    write(inside / "manifest.jsonl", '{"path": "link.txt"}')
    assert "leads out" in problem(read([str(inside)])).message


OWN = {
    "id": "velm-1",
    "outlet": "Velm Courier",
    "title": "Old bridge closed",
    "published": "2031-05-17T08:30:00+02:00",
    "modified": "2031-05-18",
    "author": "Ida Korn",
    "url": "https://velm.example/a",
    "language": "en-GB",
    "text": ONE,
    "story": "ignored",
}
NEWS_ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Old bridge closed",
    "articleBody": ONE,
    "datePublished": "2031-05-17T08:30:00+02:00",
    "publisher": {"@type": "Organization", "name": "Velm Courier"},
    "author": [{"@type": "Person", "name": "Ida Korn"}],
    "inLanguage": "en-GB",
    "mainEntityOfPage": {"@id": "https://velm.example/a"},
}
GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#us", "name": "Velm Courier"},
        {"@type": "WebPage", "name": "A page"},
        {**NEWS_ARTICLE, "publisher": {"@id": "#us"}},
    ],
}


@pytest.mark.parametrize("record", [OWN, NEWS_ARTICLE, GRAPH, [OWN], {"articles": [OWN]}])
@pytest.mark.parametrize("name", ["a.json", "a.txt", "a", "-"])
def test_a_json_record(tmp_path: Path, record: object, name: str) -> None:
    data = json.dumps(record, indent=1)
    article = only(stdin(data) if name == "-" else read([write(tmp_path / name, data)]))
    assert (article.outlet, article.title, article.author) == ("Velm Courier", "Old bridge closed", "Ida Korn")
    assert article.published == Published(value="2031-05-17T08:30:00+02:00")
    assert (article.url, article.language, article.text) == ("https://velm.example/a", "en-GB", ONE)
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "-"])
def test_json_lines_with_bad_ones_among_them(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(OWN), '{"id": "no-text", "title": "x"}', "", '{"text": ', json.dumps({"id": "b", "text": TWO})]
    data = "\n".join(lines)
    articles, problems = stdin(data) if name == "-" else read([write(tmp_path / name, data)])
    assert [a.id for a in articles] == ["velm-1", "b"]
    assert [p.message.split(":")[0] for p in problems] == ["line 2", "line 4"]
    assert "it has no text; give the article's text as 'text' or 'articleBody'" in problems[0].message


def test_an_article_that_was_read_is_read_back_the_same() -> None:
    article = read_text(f"Old Bridge Closed In Velm\n\nVELM (AP) — {ONE}\n\nShare", id="a", published="2031-05-17")
    assert article.headings and article.furniture and article.credits
    assert only(stdin(msgspec.json.encode(article))) == article


def test_parts_that_do_not_fit_their_text_are_refused() -> None:
    record = {"text": ONE, "paragraphs": [{"start": 0, "end": 10_000}]}
    assert "outside the text" in problem(stdin(json.dumps(record))).message
    record = {"text": ONE, "paragraphs": [{"start": 0, "end": 9}, {"start": 5, "end": 12}]}
    assert "overlap" in problem(stdin(json.dumps(record))).message
    assert "malformed" in problem(stdin(json.dumps({"text": ONE, "paragraphs": [{"start": "x"}]}))).message


def test_a_record_with_markup_for_a_text() -> None:
    body = "".join(f"<p>{p}</p>" for p in (*ONE.split("\n\n"), *TWO.split("\n\n")))
    article = only(stdin(json.dumps({**OWN, "text": f"<div>{body}</div>"})))
    assert article.id == "velm-1" and article.paragraphs[0].text == ONE.partition("\n\n")[0]


@pytest.mark.parametrize("opening", ["[Editor's choice] ", '{"What a day!" they cried.} ', "{ or } ", "[1] "])
def test_text_that_opens_with_a_bracket_is_text(opening: str) -> None:
    assert only(stdin(opening + ONE)).text == opening + ONE


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b"", UnreadableInput, "is empty"),
        (b" \r\n\t ", UnreadableInput, "is empty"),
        (b"\xef\xbb\xbf", UnreadableInput, "is empty"),
        (b"%PDF-1.7 ...", UnreadableInput, "is a PDF document, not text"),
        (b"PK\x03\x04....", UnreadableInput, "office document"),
        (b"\x89PNG\r\n", UnreadableInput, "is an image"),
        (b"text\0text", UnreadableInput, "is binary, not text"),
        (b"The bridge\x07 is shut.", UnreadableInput, "control character U+0007 at character 10"),
        (b"\xff\xfet\x00e\xd8", UnreadableInput, "is not valid UTF-16"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", UnreadableInput, NO_PAGE),
        (b"<!DOCTYPE html>", UnreadableInput, NO_PAGE),
        (b'{"text": "a", ', InvalidRecord, "is not valid JSON"),
        (b'[{"a":' * 60_000, InvalidRecord, "is nested too deeply"),
        (b"[]", InvalidRecord, "the list is empty"),
        (b'{"text": ["a", 5]}', InvalidRecord, "'text' must be a string"),
        (b'{"text": "  "}', UnreadableInput, "article: is empty"),
        (b'{"path": "a.txt"}', InvalidRecord, "which only a manifest in a file can do"),
        (b'{"@graph": [{"@type": "WebPage"}]}', InvalidRecord, "holds no schema.org article"),
        (GERMAN.encode(), UnsupportedLanguage, "German"),
        (("市長は土曜日に古い橋を閉鎖したと発表した。" * 20).encode(), UnsupportedLanguage, "Japanese"),
    ],
)  # fmt: skip
def test_bad_content_is_one_clear_line(data: bytes, kind: type[InputError], said: str) -> None:
    found = problem(stdin(data))
    assert type(found.error) is kind and said in found.message
    assert found.input == "-" and "\n" not in found.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = "The café “Aure” in Velm was closed on Saturday – nobody knows why, said Tove Lindgrén."
    assert only(stdin(text.encode(encoding))).text == text


def test_the_charset_that_a_page_declares() -> None:
    page = (
        '<html><head><meta charset="windows-1250"></head><body><article><p>'
        + "</p><p>".join([*ONE.split("\n\n"), "Mayor Łucja Żuk said that the bridge would stay shut for a week."])
        + "</p></article></body></html>"
    )
    article = only(stdin(page.encode("windows-1250")))
    assert "Łucja Żuk" in article.text


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    dangling = tmp_path / "dangling.txt"
    dangling.symlink_to(tmp_path / "nothing")
    names = [
        str(tmp_path / "none.txt"),
        str(empty),
        str(loop),
        str(dangling),
        "/dev/zero",
        "",
        "a\0b",
        "ftp://velm.example/a",
    ]
    good = write(tmp_path / "good.txt", ONE)
    articles, problems = read([*names, good])
    assert [a.id for a in articles] == ["good"] and len(problems) == len(names)
    assert all(isinstance(p.error, InputError) and p.error.input == p.input and p.input.isprintable() for p in problems)
    said = [p.message for p in problems]
    assert said[0] == "there is no such file or directory"
    assert "holds no article" in said[1] and isinstance(problems[1].error, MissingInput)
    assert said[4] == "is no regular file"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a file that this user may not read")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    write(path, ONE)
    path.chmod(0)
    assert "Permission denied" in problem(read([str(path)])).message


def test_names_that_are_not_text(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/velm-\xff\n.txt"
    try:
        with open(name, "wb") as stream:  # noqa: PTH123  (a name of bytes)
            stream.write(ONE.encode())
    except OSError:
        pytest.skip("this file system takes no such names")
    article = only(read([os.fsdecode(name)]))
    assert article.id.isprintable() and article.id.encode()


def test_the_size_limit(tmp_path: Path) -> None:
    big = write(tmp_path / "big.html", "<html><body><p>" + "The bridge is shut. " * 1_000_000)
    assert "is larger than 10 MB" in problem(read([big])).message
    lines = write(
        tmp_path / "many.jsonl", json.dumps({"text": ONE, "pad": "x" * 2000}) + "\n" + json.dumps({"text": TWO})
    )
    articles, problems = read([lines], max_bytes=1000)
    assert not articles and "line 1: is larger than 0.001 MB" in problems[0].message


def test_the_same_text_is_kept_once(tmp_path: Path) -> None:
    first = write(tmp_path / "first.txt", ONE)
    again = write(tmp_path / "again.txt", ONE.replace("\n\n", "\r\n") + "\n")
    articles, problems = read([first, again, first])
    assert [a.id for a in articles] == ["first"]
    assert [p.message for p in problems] == [
        f"has the same text as {first}; it is kept once",
        "was given before; it is kept once",
    ]
    assert all(type(p.error) is DuplicateInput for p in problems)


def test_the_same_text_from_two_outlets_is_a_reprint_and_kept() -> None:
    records = [{"id": "a", "outlet": "Velm Courier", "text": ONE}, {"id": "b", "outlet": "Aure Post", "text": ONE}]
    articles, problems = stdin(json.dumps([*records, {**records[0], "outlet": "The Velm Courier"}]))
    assert [a.id for a in articles] == ["a", "b"]
    assert problems[0].message == "article 3: has the same text as article 1; it is kept once"


def test_ids_do_not_depend_on_the_order(tmp_path: Path) -> None:
    names = []
    for folder, text in (("x", ONE), ("y", TWO), ("z", ONE + " Not even a dog.")):
        (tmp_path / folder).mkdir()
        names.append(write(tmp_path / folder / ("page.txt" if folder != "z" else "other.txt"), text))
    forwards, _ = read(names)
    backwards, _ = read(names[::-1])
    assert {a.text: a.id for a in forwards} == {a.text: a.id for a in backwards}
    assert len({a.id for a in forwards}) == 3 and forwards[2].id == "other"
    assert all(span.article == a.id for a in forwards for span in a.paragraphs)


def test_an_option_that_is_no_date_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(InvalidRecord, match="option: 'published' is 'soon'"):
        read([], published="soon")


def test_another_language_is_skipped_by_what_the_manifest_says(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", ONE)
    write(tmp_path / "b.txt", TWO)
    write(tmp_path / "manifest.jsonl", '{"path": "a.txt", "language": "de"}\n{"path": "b.txt", "language": "en"}')
    articles, problems = read([str(tmp_path)])
    assert [a.id for a in articles] == ["b"]
    assert problems[0].message == "the text is in German (de); only English can be analysed"
    assert problems[0].input.endswith("a.txt")


def test_importing_the_reader_imports_no_heavy_library() -> None:
    heavy = ("trafilatura", "httpx", "py3langid", "lxml", "spacy")
    code = f"import rashomon.read, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SNIPPETS = st.sampled_from(
    [b"<html>", b"<p>", b"</p>", b"<!--", b"{", b'{"text":', b'"', b"}", b"[", b"]", b"\n", b"---\n", b"title: a\n",
     b"\xff\xfe", b"\xef\xbb\xbf", b"<?xml", b'<script type="application/ld+json">', b"</script>", b'{"@graph":[',
     b'{"path":"a"}', b"\0", b"The bridge is shut.", b'"@type":"NewsArticle"', b'"published":"x"', b"<article>",
     b"charset=utf-7", b"\\ud800"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(SNIPPETS, st.binary(max_size=20), st.text(max_size=20).map(str.encode)), max_size=12).map(
        b"".join
    )
)
@example(b'{"text": "\\ud800 is no character."}')
@example(b'<html><head><meta charset="\xff"></head>')
@example(b'{"text": "a", "published": {"value": 5}}')
@example(b'{"url": "http://[", "text": "The bridge is shut."}')
def test_any_bytes_are_articles_or_problems(data: bytes) -> None:
    """Law 7: whatever the bytes, a result; whatever the result, spans that are true and lines that can be printed."""
    articles, problems = stdin(data)
    assert articles or problems
    for found in problems:
        assert isinstance(found.error, InputError) and found.message and found.message.isprintable()
    for article in articles:
        msgspec.json.encode(article)
        assert article.paragraphs
        for span in (*article.paragraphs, *article.headings, *article.furniture):
            assert span.text == article.text[span.start : span.end] and span.article == article.id
    assert stdin(data)[0] == articles


@pytest.mark.skipif(not SHARED.is_dir(), reason=NO_SEEDS)
class TestOnRealArticles:
    """On the seeds and the development stories, which are referred to by offsets only."""

    def test_the_seeds(self) -> None:
        articles, problems = read([str(SHARED / "seeds" / "manifest.jsonl")])
        assert not problems and [a.id for a in articles] == ["000", "001"]
        plain, page = articles
        assert len(plain.paragraphs) == 12 and not plain.headings and not plain.furniture
        assert [(h.start, len(h.text)) for h in page.headings] == [(36, 70), (1539, 39), (3174, 20)]
        assert len(page.paragraphs) == 21 and len(page.furniture) == 15
        assert (page.paragraphs[0].start, page.paragraphs[-1].end) == (451, 4786)
        assert page.credits == ("Reuters", "AP", "AFP", "Interfax", "TASS")
        assert page.published == Published(value="2017-02-16")

    def test_all_stories(self) -> None:
        articles, problems = read([str(SHARED / "gold" / "stories" / "stories.jsonl")])
        assert len(articles) + len(problems) == 1079 and len(problems) <= 5
        for article in articles:
            parts = [article.paragraphs, article.headings, article.furniture]
            for span in (s for spans in parts for s in spans):
                assert span.text == article.text[span.start : span.end] == span.text.strip() != ""
            # These texts were extracted by others and have little furniture: most of each must be its paragraphs.
        kept = sum(len(s.text) for a in articles for s in a.paragraphs)
        assert kept > 0.96 * sum(len(a.text) for a in articles)


@pytest.mark.parametrize(
    "record",
    [
        {"text": ONE, "authors": ["Ida Korn"], "publish_date": "2031-05-17 08:00:00", "canonical_link": "https://velm.example/b"},
        {"maintext": ONE, "authors": ["Ida Korn"], "date_publish": "2031-05-17 08:00:00", "date_modify": "None",
         "source_domain": "velm.example", "url": "https://velm.example/b"},
        {"content": ONE, "author": "By Ida Korn", "publishedAt": "2031-05-17T08:00:00",
         "source": {"id": None, "name": "velm.example"}, "url": "https://velm.example/b"},
        {"text": ONE, "author": "Ida Korn", "date": "2031-05-17T08:00:00", "hostname": "velm.example",
         "source": "https://velm.example/b", "source-hostname": "velm.example"},
        {"body": ONE, "byline": {"original": "By Ida Korn"}, "pub_date": "2031-05-17T08:00:00",
         "source": "velm.example", "web_url": "https://velm.example/b", "headline": {"main": "The old bridge"}},
    ],
)  # fmt: skip
def test_records_in_the_shapes_that_other_programs_write(record: dict[str, object]) -> None:
    article = only(stdin(json.dumps(record)))
    assert (article.outlet, article.author, article.url) == ("velm.example", "Ida Korn", "https://velm.example/b")
    assert article.published == Published(value="2031-05-17T08:00:00") and article.text == ONE


def test_the_mark_of_a_text_that_was_cut_off_is_no_part_of_it_and_the_outlet_none_of_the_title() -> None:
    record = {"content": f"{ONE} The ferry… [+2317 chars]", "title": "Bridge shut - The Velm Courier",
              "source": {"id": None, "name": "Velm Courier"}}  # fmt: skip
    article = only(stdin(json.dumps({"status": "ok", "articles": [record]})))
    assert article.title == "Bridge shut" and article.outlet == "Velm Courier"
    assert article.paragraphs[-1].text.endswith("The ferry…") and article.furniture[-1].text == "[+2317 chars]"


def test_an_error_of_another_input_leaves_the_first_as_it_was() -> None:
    first = TryLater("gave no answer", input="a", retry_after=9.0)
    other = first.about("b", more="; save the page")
    assert (str(first), str(other)) == ("a: gave no answer", "b: gave no answer; save the page")
    assert isinstance(other, TryLater) and other.retry_after == 9.0
