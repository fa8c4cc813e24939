"""An HTML page to an article: the report by trafilatura, the metadata from what the page states about itself.

Precedence among the page's statements: JSON-LD, then meta and link elements, then microdata and ``time`` elements, then
the visible byline. Only explicit statements count; nothing is estimated from addresses or copyright years.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from rashomon.errors import UnreadableInput
from rashomon.read import credits
from rashomon.read.addresses import names_a_page, of_page
from rashomon.read.decode import clean_markup
from rashomon.read.draft import Draft, compose
from rashomon.read.furniture import fold
from rashomon.read.layout import Block, laid_out
from rashomon.read.markup import is_front_page, prepare
from rashomon.read.metadata import Metadata, merge, parse_date
from rashomon.read.schema_org import article_nodes, lenient_metadata
from rashomon.types import Published

_META_NAMES: dict[str, tuple[str, ...]] = {
    "outlet": (
        "og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher", "citation_publisher",
    ),
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "parsely-title", "sailthru.title"),
    "published": (
        "article:published_time", "datepublished", "og:published_time", "dc.date.issued", "dcterms.issued",
        "dcterms.created", "dcterms.date", "dc.date", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate",
        "publish-date", "publish_date", "publication_date", "date",
    ),
    "modified": (
        "article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified", "lastmod",
    ),
    "author": (
        "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
    ),
    "url": ("og:url",),
    "language": ("content-language", "dc.language", "dcterms.language", "og:locale"),
}  # fmt: skip
_BYLINE_CLASS = re.compile(
    r"byline|author|dateline|timestamp|pub(?:lish(?:ed)?)?[-_]?(?:date|time)|article[-_]?(?:meta|info|date)"
    r"|post[-_]?meta|\b(?:meta|date|source|agency|credit|credits|provider|updated|published)\b",
    re.IGNORECASE,
)
_NOT_THE_REPORTS = ("figure", "figcaption", "nav", "footer", "aside")
_BLOCKS = ("p", "head", "quote", "item", "cell", "code")
_LONGEST_LINE = 200
_PRINTED = re.compile(r"^(?:print(?:able|er)?(?:[- ]friendly)?(?: version| view| page| edition)?)\s*[:|–—-]\s*", re.I)
# A page that shows less than this share of the report that its data state shows its beginning only, or nothing.
_SHOWN_SHARE = 0.7
_FRONT_PAGE = "is a front page or a list of articles, and holds none itself; give the pages of the articles"


def looks_like_html(text: str) -> bool:
    """Whether a text opens as an HTML document or is mostly made of HTML elements."""
    opening = re.sub(r"\A(?:\s|<\?xml[^>]*>|<!--.*?-->)+", "", text[:20_000], flags=re.DOTALL)
    if re.match(r"<(?:!doctype\s+html|html|head|body)\b", opening, re.IGNORECASE):
        return True
    return (
        opening.startswith("<") and len(re.findall(r"</(?:p|div|h\d|article|section|main)>", text[:200_000], re.I)) >= 2
    )


def read_page(input: str, markup: str, stated: Metadata, default: Metadata) -> Draft:
    """The article in an HTML page. ``stated`` beats what the page says, which beats ``default``.

    An address in ``default`` is the one that the page was fetched from: the page may correct it, but not by that of
    its site as a whole or of another site.

    Raises:
        UnreadableInput: the page holds no article, or cannot be parsed.
        UnsupportedLanguage: the article is not English.
    """
    markup = clean_markup(markup)
    tree = _tree(markup)
    if tree is None or is_front_page(tree):
        raise _no_article() if tree is None else UnreadableInput(_FRONT_PAGE)
    nodes = _json_ld(tree)
    on_page = _metadata(tree, nodes)
    if default.url is not None:
        on_page = msgspec.structs.replace(on_page, url=of_page(on_page.url, default.url))
    known = merge(stated, on_page, default)
    text, units = laid_out(_fuller(_blocks(markup, known.title), _stated_body(nodes, known.title)))
    if not units:
        raise _no_article()
    try:
        return compose(input, text, units, known, trusted_language=stated.language, credited=_credited(tree, known))
    except UnreadableInput as error:
        raise _no_article() from error


def _fuller(shown: list[Block], stated: list[Block]) -> list[Block]:
    """The blocks of the report that the page shows, unless those that its data state tell much more of it."""
    seen, told = (sum(words.count(" ") + 1 for words, _ in blocks) for blocks in (shown, stated))
    much_more = seen < _SHOWN_SHARE * told
    return stated if much_more or (len(shown) < 2 < len(stated) and seen < 2 * told) else shown


def _no_article() -> UnreadableInput:
    return UnreadableInput(
        "no article was found in the page; save the article's own page, or paste its text into a file"
    )


def _tree(markup: str) -> Any:
    """The page's tree (lxml); ``None`` where there is none.

    Raises:
        UnreadableInput: the parser gave up.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without an article is our error to report
    try:
        return trafilatura.load_html(markup)
    except Exception as error:  # whatever a parser trips over, the other inputs go on (law 7)
        raise _unparsed(error) from error


def _unparsed(error: Exception) -> UnreadableInput:
    return UnreadableInput(f"the page cannot be parsed ({type(error).__name__}); paste its text into a file")


def _blocks(markup: str, title: str | None) -> list[Block]:
    """The report's blocks as the page shows it, by trafilatura."""
    import trafilatura

    tree = _tree(markup)  # one of its own, because the extraction takes it apart
    try:
        prepare(tree)
        found = trafilatura.bare_extraction(
            tree, fast=True, with_metadata=False, include_comments=False, include_tables=False
        )
    except Exception as error:
        raise _unparsed(error) from error
    body = getattr(found, "body", None)
    return [] if body is None else list(_of_body(body, title))


def _of_body(body: Any, title: str | None) -> Iterator[Block]:
    """The blocks of trafilatura's elements; the title, if it comes first, is not part of the text."""
    top = fold(title) if title else None
    for element in body.iter(*_BLOCKS):
        if any(ancestor.tag in _BLOCKS for ancestor in element.iterancestors()):
            continue
        words = _text_of(element)
        if not words or (top is not None and fold(words) == top):
            continue
        if element.tag != "head":
            top = None
        yield words, element.tag == "head"


def _stated_body(nodes: Sequence[Mapping[str, object]], title: str | None) -> list[Block]:
    """The report as the page's data state it (``articleBody``), which is text or markup, at times written as text."""
    body = next((body for node in nodes if isinstance(body := node.get("articleBody"), str) and body.strip()), "")
    if re.search(r"&lt;/?(?:p|br|div)\b", body):
        body = html.unescape(body)
    if re.search(r"</?(?:p|br|div)\b[^<>]*>", body, re.IGNORECASE):
        return _blocks(f"<html><body><article>{clean_markup(body)}</article></body></html>", title)
    lines = re.split(r"\n\s*\n", clean_markup(html.unescape(body)).replace("\r", "\n"))
    if len(lines) == 1:
        lines = lines[0].split("\n")
    return [(words, False) for line in lines if (words := " ".join(line.split()))]


def _text_of(element: Any) -> str:
    for inner in element.iter("lb", *_BLOCKS):
        if inner is not element:
            inner.tail = " " + (inner.tail or "")
    return " ".join("".join(element.itertext()).split())


def _metadata(tree: Any, nodes: Sequence[Mapping[str, object]]) -> Metadata:
    title = _clean_title(tree)
    marked, told = _from_elements(tree), _from_byline(tree)
    if marked.author and told.author and all(fold(name) in fold(told.author) for name in marked.author.split(",")):
        marked = msgspec.structs.replace(marked, author=told.author)  # not all of its names need be links
    layers = [*(lenient_metadata(node) for node in nodes), _from_meta(tree), marked, told]
    known = merge(*layers, Metadata(title=title))
    own = next((layer.url for layer in layers if names_a_page(layer.url)), known.url)
    named = re.sub(_PRINTED, "", known.title) if known.title else None
    known = msgspec.structs.replace(known, url=own, title=named or known.title)
    # An identifier in the page is the publisher's (often an address), not a name to call the article by.
    known = msgspec.structs.replace(known, id=None)
    if known.author and re.match(r"https?://", known.author):
        known = msgspec.structs.replace(known, author=merge(*layers[1:]).author if layers[1:] else None)
    if known.title and known.outlet:
        known = msgspec.structs.replace(known, title=credits.without_outlet(known.title, known.outlet))
    return known


def _json_ld(tree: Any) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            raw = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", script.text_content())
            try:
                found += article_nodes(msgspec.json.decode(raw.encode()))
            except (msgspec.MsgspecError, RecursionError, UnicodeError):
                continue
    return found[:1]


def _from_meta(tree: Any) -> Metadata:
    content: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        value = " ".join((meta.get("content") or "").split())
        if name and value:
            content.setdefault(name.casefold(), value)
    fields: dict[str, str | None] = {
        field: next(
            (content[name] for name in names if name in content and not _is_address(field, content[name])), None
        )
        for field, names in _META_NAMES.items()
    }
    canonical = next(
        (link.get("href") for link in tree.iter("link") if (link.get("rel") or "").casefold() == "canonical"), None
    )
    if canonical and canonical.startswith("http") and (names_a_page(canonical) or not names_a_page(fields["url"])):
        fields["url"] = canonical.strip()
    author = re.sub(r"^(?:by|BY|By)\s+", "", fields["author"] or "") or None
    return Metadata(
        outlet=fields["outlet"],
        title=fields["title"],
        published=_published(fields["published"]),
        modified=parse_date(fields["modified"] or ""),
        author=author,
        url=fields["url"],
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or fields["language"],
    )


def _is_address(field: str, value: str) -> bool:
    return field in ("author", "outlet") and value.startswith(("http://", "https://", "@"))


def _published(value: str | None) -> Published | None:
    parsed = parse_date(value) if value else None
    return Published(value=parsed) if parsed else None


def _from_elements(tree: Any) -> Metadata:
    """Microdata and ``time`` elements: one marked as the publication date, else the first within the article's top."""

    def first(path: str, attribute: str) -> str | None:
        for element in tree.xpath(path):
            value = element.get(attribute) or element.get("content") or element.text_content()
            if parse_date(value):
                return str(value)
        return None

    published = first("//*[@itemprop='datePublished'] | //time[@pubdate]", "datetime") or first(
        "(//article//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)])[1]"
        " | (//main//header//time[@datetime])[1]",
        "datetime",
    )
    modified = first("//*[@itemprop='dateModified']", "datetime")
    authors = tree.xpath("//*[@itemprop='author' or @rel='author'][not(ancestor::aside or ancestor::footer)]")
    named = [(a, re.sub(r"^(?:[Bb]y|BY)\s+", "", " ".join(a.text_content().split()))) for a in authors]
    named = [(a, name) for a, name in named if 0 < len(name) <= 80]
    beside = [name for a, name in named if _block(a) is _block(named[0][0])]
    return Metadata(
        published=_published(published),
        modified=parse_date(modified) if modified else None,
        author=", ".join(dict.fromkeys(beside)) or None,
    )


def _block(element: Any) -> Any:
    """The block that an element stands in: of the authors that a page marks, those beside the first are this page's."""
    return next(element.iterancestors("div", "p", "ul", "ol", "header", "section", "article", "body"), None)


def _byline_lines(tree: Any) -> Iterator[str]:
    """The short visible texts of elements whose class says byline, date or credit, outside pictures and margins."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or not _BYLINE_CLASS.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        ):
            continue
        if any(ancestor.tag in _NOT_THE_REPORTS for ancestor in (element, *element.iterancestors())):
            continue
        words = " ".join(element.text_content().split())
        if 0 < len(words) <= _LONGEST_LINE:
            yield words


def _from_byline(tree: Any) -> Metadata:
    stamps: dict[str, str] = {}
    author = None
    for line in _byline_lines(tree):
        stamp = credits.published_on(line)
        if stamp:
            stamps.setdefault(stamp[1], stamp[0])
        author = author or credits.byline(line)
    value = stamps.get("published") or stamps.get("date") or stamps.get("updated")
    updated = stamps.get("updated")
    return Metadata(
        published=Published(value=value, inferred=True) if value else None,
        modified=updated if updated != value else None,
        author=author,
    )


def _credited(tree: Any, known: Metadata) -> list[str]:
    """Agencies that the byline, the author field or a credit line beside the article's text names."""
    names = credits.agencies_in(known.author or "")
    for line in _byline_lines(tree):
        if only := credits.agency_line(line):
            names += only
        elif (credits.byline(line) or credits.is_credit(line)) and not credits.is_of_picture(line):
            names += credits.agencies_in(line)
    return names


def _clean_title(tree: Any) -> str | None:
    for path in ("//article//h1", "//main//h1", "//h1", "//title"):
        found = [" ".join(e.text_content().split()) for e in tree.xpath(path)]
        if len(set(found)) == 1 and found[0]:
            return str(found[0])
    return None
