"""What is fuzzed: each target takes bytes and raises only where the program has a fault.

An error that tells a person what is wrong with the input is right. One that says "please report it" is a fault, and so
is any other exception, a span that is not its slice, and a claim without words.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import rashomon
from rashomon.annotate import annotate
from rashomon.errors import RashomonError
from rashomon.read import opml, read, read_html, read_text, stream
from rashomon.read.feeds import article as article_of
from rashomon.read.feeds import parse
from rashomon.read.inputs import Problem
from rashomon.types import Annotations, Annotators, Article, Span

Target = Callable[[bytes], None]

ANNOTATORS: Annotators = "fast"
"""Those of the targets that annotate."""


class Fuzzed(NamedTuple):
    """A target, and what its inputs are made of."""

    check: Target
    pieces: tuple[bytes, ...]


class FaultError(AssertionError):
    """The program has a fault."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@contextmanager
def _only_told() -> Iterator[None]:
    try:
        yield
    except RashomonError as error:
        if "please report it" in str(error):
            raise FaultError(str(error)) from error


def _sound(articles: Iterable[Article | Problem]) -> None:
    for one in articles:
        if isinstance(one, Problem):
            if "please report it" in one.message:
                raise FaultError(one.message) from one.error
        else:
            _slices(one.text, (*one.paragraphs, *one.headings, *one.furniture))


def _slices(text: str, spans: Iterable[Span]) -> None:
    for span in spans:
        if not (0 <= span.start < span.end and text[span.start : span.end] == span.text):
            raise FaultError(f"{span} is no slice of its article")


def page(data: bytes) -> None:
    """An HTML page."""
    with _only_told():
        _sound([read_html(data)])


def plain(data: bytes) -> None:
    """A plain text."""
    with _only_told():
        _sound([read_text(_text(data))])


def feed(data: bytes) -> None:
    """A feed, and the articles in it."""
    with _only_told():
        document = parse(data, "https://velm.example/feed")
        _sound([found for entry in document.entries if (found := article_of(entry, document.title))])


def subscriptions(data: bytes) -> None:
    """A list of feeds."""
    with _only_told():
        opml.parse(data)


def standard_input(data: bytes) -> None:
    """Whatever comes by standard input."""
    _sound(stream(["-"], stdin=io.BytesIO(data)))


def _file(suffix: str) -> Target:
    def check(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"a{suffix}"
            file.write_bytes(data)
            _sound(stream([str(file)]))
            articles, problems = read([str(file)])
            _sound([*articles, *problems])

    check.__doc__ = f"A file that ends in {suffix}."
    return check


def _annotated(text: str) -> Annotations:
    return next(iter(annotate([Article(id="a", text=text)], annotators=ANNOTATORS)))


def annotation(data: bytes) -> None:
    """The annotators, on a text."""
    text = _text(data)
    with _only_told():
        found = _annotated(text)
        spans = [m.span for m in found.mentions] + [t.span for t in found.times]
        _slices(text, [*spans, *(s for q in found.quotes for s in (*q.content, *q.quoted))])
        for claim in found.claims:
            _slices(text, claim.spans)
            if not any(c.isalnum() for span in claim.spans for c in span.text):
                raise FaultError(f"{claim} has no words")


def comparison(data: bytes) -> None:
    """The comparison of two texts, which a line of three equals signs parts."""
    one, _, other = _text(data).partition("\n===\n")
    with _only_told():
        compared = rashomon.compare(
            [Article(id=name, text=text, outlet=name) for name, text in (("a", one), ("b", other))],
            anyway=True,
            annotators=ANNOTATORS,
        )
        texts = {article.id: article.text for article in compared.articles}
        for finding in compared.findings:
            for span in finding.spans:
                _slices(texts[span.article], [span])


_WORDS = (
    "The ", "mayor ", "of ", "Ambley ", "Anna Brandt ", "said ", "that ", "“", "” ", '"', "'", ", ", ". ", "\n\n",
    "\n", "on Thursday ", "last week ", "in 2031 ", "3 million ", "according to ", "who ", "which ", "not ",
    "deny ", "alleged", "Mr. ", "Sellen ", "the board ", "(", ") ", "– ", ": ", "; ", "... ", "⯯", "😀", "\u200b",
    "\xad", "é", "́", "http://velm.example/a ", "10:30 ", "$5 ", "5% ", "— said ", "told ", "reporters ", "after ",
    "because ", "3-4 ", "U.S. ", "’s ", "«", "» ", "Q: ", "A: ",
)  # fmt: skip
_PROSE = tuple(word.encode() for word in _WORDS)
_MARKUP = (
    "<p>", "</p>", "<article>", "</article>", "<html>", "<body>", "<head>", "<title>", "</title>", "<br>",
    '<div class="teaser">', "</div>", "<q>", "</q>", '<script type="application/ld+json">', "</script>",
    '{"@type":"NewsArticle","headline":"a"}', '<meta property="og:title" content="', '">', '<time datetime="',
    "2031-03-04T10:00:00Z", "&#xD83D;", "&#55357;", "&amp;", "&#0;", "&#x110000;", "&bogus;", "<!--", "-->",
    "<![CDATA[", "]]>", '<a href="', '<base href="', "<table><tr><td>", "<svg/>", "<template>", "<noscript>",
    "\x00", "\x85",
)  # fmt: skip
_PAGE = (*(tag.encode() for tag in _MARKUP), *_PROSE)
_XML = (
    '<rss version="2.0">', "<channel>", "<item>", "</item>", "</channel>", "</rss>",
    '<feed xmlns="http://www.w3.org/2005/Atom">', "<entry>", "</entry>", "</feed>", "<title>", "</title>",
    "<link>", "</link>", '<link href="', '"/>', "http://velm.example/1", '<guid isPermaLink="true">', "</guid>",
    "<pubDate>", "Mon, 03 Mar 2031 10:00:00 GMT", "</pubDate>", "<content:encoded>", "</content:encoded>",
    "<description>", "</description>", "<opml>", "<body>", '<outline text="', '" xmlUrl="', "</opml>",
    '<?xml version="1.0" encoding="latin-1"?>', '<!DOCTYPE a [<!ENTITY x "y">]>', "&x;", "&#xD83D;&#xDE00;",
    "<rdf:RDF>", "<![CDATA[", "]]>", "<dc:date>", 'xml:base="',
    '{"version": "https://jsonfeed.org/version/1", "items": [',
)  # fmt: skip
_FEED = (*(tag.encode() for tag in _XML), *_PROSE)
_JSON = (
    "{", "}", "[", "]", '"text": "', '", ', '"title": ', '"published": "2031-03-04"', "null", "true", "1e999",
    "-0", '"\\ud83d"', '"@graph": [', '"@type": "NewsArticle"', '"articleBody": "', '"articles": [',
    '"paragraphs": [{"start": 0, "end": 5}]', '"path": "a.txt"', "\n", ", ", ": ",
    '"author": [{"name": "Ida Korn"}]', "---\n", "outlet: Velm Post\n",
)  # fmt: skip
_RECORDS = (*(part.encode() for part in _JSON), *_PROSE)
_WARC = (
    b"WARC/1.0\r\n",
    b"WARC-Type: response\r\n",
    b"WARC-Target-URI: http://velm.example/1\r\n",
    b"Content-Length: 400\r\n",
    b"Content-Type: application/http; msgtype=response\r\n",
    b"\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: br\r\n",
    b"ffff\r\n",
    b"\x1f\x8b\x08\x00",
    *_PAGE,
)
_PARQUET = (b"PAR1", b"\x15\x04\x19", b"\x00\x00\x00\x10", b"text", b"parquet", *_PROSE)

TARGETS: Mapping[str, Fuzzed] = {
    "page": Fuzzed(page, _PAGE),
    "plain": Fuzzed(plain, (*_PROSE, *_RECORDS)),
    "feed": Fuzzed(feed, _FEED),
    "subscriptions": Fuzzed(subscriptions, _FEED),
    "standard_input": Fuzzed(standard_input, (*_RECORDS, *_PAGE)),
    "lines": Fuzzed(_file(".jsonl"), _RECORDS),
    "packed": Fuzzed(_file(".txt.gz"), (b"\x1f\x8b\x08\x00", *_PROSE)),
    "warc": Fuzzed(_file(".warc"), _WARC),
    "parquet": Fuzzed(_file(".parquet"), _PARQUET),
    "annotation": Fuzzed(annotation, _PROSE),
    "comparison": Fuzzed(comparison, (b"\n===\n", *_PROSE)),
}
"""By name; an input that once made a target fail is kept in ``tests/crashes/NAME``."""
