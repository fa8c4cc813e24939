"""A page's tree made plain before the report is looked for in it: every paragraph an element, every quotation marked.

Extractors look for ``p`` elements and judge all others by their class. Pages also make paragraphs of line breaks, of
nested ``div`` elements and of layout tables, mark quotations by ``q``, and keep text for browsers without scripts; and
what a class is called says little of whether the report stands in it.

A *run* is text with the elements amid it that make no block of their own. It is *prose* if it ends like a sentence or
has many words, and most of them stand outside links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rashomon.read.credits import page_pattern

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s samp small span"
    " strike strong sub sup time tt u var wbr".split()
)
_CONTAINERS = frozenset("div section article main body center td dd form blockquote".split())
_APART = frozenset("nav footer aside header figure figcaption script style template noscript iframe svg".split())
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*$")
_QUOTED = re.compile(r"[\"“„«‘']")
_WORD = re.compile(r"[^\W_]+")
_PROSE_WORDS = 15
# A layout table's cell holds a report, a data table's a few words.
_CELL_WORDS = 50
_LINE_WORDS = 8
_BOX_WORDS = 120
_SURELY_REPORT = 3  # paragraphs
# A report's page links to other reports too, in a list below it; a front page has little more than such links.
_MOST_TEASED = 5
_REPORT_WORDS = 80
_BOX = re.compile(
    r"pay-?wall|reg-?wall|(?<![a-z])(?:subscri\w*|newsletters?|sign-?ups?|meter(?:ed)?|registration|membership|donat\w+"
    r"|promo\w*|call-to-action|cta|(?:\w*-)?player|video-?js|vjs\w*|jw-?\w*|poll|survey|gate|offer|upsell)(?![a-z])",
    re.IGNORECASE,
)
# Names of elements for which extractors leave them out, though a report may stand in them.
_DOUBTFUL = re.compile(
    r"teaser|premium|paid|embed|overlay|blurred|obfuscated|expand|slide|widget|attachment|permission|viewport|bar|meta"
    r"|options|message-container",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(r"comment|related|footer|sidebar|author|bio|promo|recommend|most-|share|social|nav", re.I)


class _Run(NamedTuple):
    """Some of a block's nodes that follow each other, from the first to before the last, and their text."""

    start: int
    end: int
    text: str


def prepare(tree: Any) -> None:
    """Change the tree in place as the module says; what the page shows to a reader stays as it is."""
    _mark_quotations(tree)
    _open_noscript(tree)
    _drop_boxes(tree)
    _open_tables(tree)
    _lift_breaks(tree)
    _split_at_breaks(tree)
    _make_paragraphs(tree)
    _spare_report(tree)


def is_front_page(tree: Any) -> bool:
    """Whether the page lists articles and is none: many headings that are links, and no report of its own."""
    linked = {
        a.get("href")
        for heading in tree.iter("h2", "h3", "h4", "h5")
        for a in [*heading.iter("a"), *(p for p in heading.iterancestors("a"))]
        if a.get("href") and _count(heading.text_content()) >= 3
    }
    if len(linked) < _MOST_TEASED:
        return False
    groups: dict[Any, int] = {}
    for p in tree.iter("p"):
        if not any(ancestor.tag in ("a", *_APART) for ancestor in p.iterancestors()):
            groups[p.getparent()] = groups.get(p.getparent(), 0) + _count(p.text_content())
    return max(groups.values(), default=0) < _REPORT_WORDS


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _mark_quotations(tree: Any) -> None:
    """Put marks around what ``q`` elements quote, as browsers show it."""
    for q in reversed(list(tree.iter("q"))):  # the inner ones first, while the outer ones are what they are
        words = q.text_content()
        if words.strip() and not _QUOTED.match(words.strip()):
            inner = sum(1 for ancestor in q.iterancestors("q")) % 2
            opening, closing = ("‘", "’") if inner else ("“", "”")
            q.text = opening + (q.text or "").lstrip()
            if len(q):
                q[-1].tail = (q[-1].tail or "").rstrip() + closing
            else:
                q.text = q.text.rstrip() + closing
        q.tag = "span"


def _open_noscript(tree: Any) -> None:
    """What is shown where no script runs belongs to the page, unless it only asks for scripts."""
    for element in list(tree.iter("noscript")):
        paragraphs = [p for p in element.iter("p") if _count(p.text_content()) >= 5]
        if paragraphs and not re.search(r"javascript|browser|cookies", element.text_content(), re.IGNORECASE):
            element.tag = "div"


def _drop_boxes(tree: Any) -> None:
    """Take out players and what asks the reader to pay, subscribe or sign up: named so, and worded so."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "article", "main"):
            continue
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not _BOX.search(name):
            continue
        words = element.text_content()
        if _count(words) <= _BOX_WORDS and page_pattern("box").search(words) and not _tells(element):
            element.drop_tree()


def _tells(element: Any) -> bool:
    """Whether a paragraph in an element is prose that asks the reader for nothing."""
    texts = [p.text_content().strip() for p in element.iter("p")]
    return any(_count(t) >= _PROSE_WORDS and not page_pattern("box").search(t) for t in texts)


def _open_tables(tree: Any) -> None:
    """Tables that lay out the page become plain containers, those that hold data stay."""
    for cell in list(tree.iter("td")):
        if any(True for _ in cell.iter("table")) or _count(cell.text_content()) < _CELL_WORDS:
            continue
        for element in (cell, *cell.iterancestors("tr", "tbody", "table", "td")):
            element.tag = "div"


def _lift_breaks(tree: Any) -> None:
    """Inline elements that hold line breaks are opened, so that the breaks are the block's own."""
    for br in list(tree.iter("br")):
        while (parent := br.getparent()) is not None and parent.tag in _INLINE and parent.tag != "a":
            parent.drop_tag()


def _split_at_breaks(tree: Any) -> None:
    """Paragraphs with line breaks between sentences become as many paragraphs."""
    for p in list(tree.iter("p")):
        if next(p.iterchildren("br"), None) is None or p.getparent() is None:
            continue
        nodes = list(_nodes(p))
        runs = _runs(nodes)
        if len(runs) > 1 and all(_is_inline(n) or n.tag == "br" for n in nodes):
            for run in runs:
                p.addprevious(_paragraph(p, nodes[run.start : run.end]))
            for child in list(p):
                p.remove(child)
            p.text = None
            p.drop_tree()


def _nodes(block: Any) -> Iterator[Any]:
    """An element's texts and elements in order, without comments."""
    if block.text:
        yield block.text
    for child in block:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def _is_inline(node: Any) -> bool:
    return isinstance(node, str) or node.tag in _INLINE


def _runs(nodes: Sequence[Any]) -> list[_Run]:
    """The runs among a block's nodes. Two line breaks end a run, and so does one that stands between sentences."""
    found: list[_Run] = []
    start = at = 0
    while at < len(nodes):
        after = at + 1
        if _is_inline(nodes[at]) or (nodes[at].tag == "br" and not (after := _end_of_line(nodes, start, at))):
            at += 1
            continue
        found.append(_Run(start, at, _words(nodes[start:at])))
        start = at = after
    found.append(_Run(start, at, _words(nodes[start:at])))
    return [run for run in found if run.text.strip()]


def _end_of_line(nodes: Sequence[Any], start: int, at: int) -> int:
    """Where the next paragraph begins if the line break at ``at`` ends one, else 0."""
    after = at + 1
    breaks = 1
    while after < len(nodes) and (
        not nodes[after].strip() if isinstance(nodes[after], str) else nodes[after].tag == "br"
    ):
        breaks += not isinstance(nodes[after], str)
        after += 1
    if breaks > 1 or after == len(nodes):
        return after
    first = at
    while first > start and _is_inline(nodes[first - 1]):
        first -= 1
    last = after
    while last < len(nodes) and _is_inline(nodes[last]):
        last += 1
    return after if _are_sentences(_words(nodes[first:at]), _words(nodes[after:last])) else 0


def _are_sentences(line: str, following: str) -> bool:
    """Whether a line ends a sentence and the following one begins one, both of some length."""
    line, following = line.strip(), following.strip()
    if _count(line) < _LINE_WORDS or _count(following) < _LINE_WORDS:
        return False
    return bool(_SENTENCE_END.search(line)) and not following[:1].islower()


def _words(nodes: Sequence[Any]) -> str:
    """The text of nodes; a line break counts as a blank."""
    return "".join(n if isinstance(n, str) else " " if n.tag == "br" else n.text_content() for n in nodes)


def _paragraph(near: Any, nodes: Sequence[Any]) -> Any:
    """A new paragraph of these nodes, moved from where they are."""
    made = near.makeelement("p", {})
    for node in nodes:
        _append(made, node)
    return made


def _append(block: Any, node: Any) -> None:
    if not isinstance(node, str):
        node.tail = None
        block.append(node)
    elif len(block):
        block[-1].tail = (block[-1].tail or "") + node
    else:
        block.text = (block.text or "") + node


def _make_paragraphs(tree: Any) -> None:
    """Make a paragraph of prose that stands in a container as it is.

    So that no line of the page's margins becomes one, this is done where the page has most of its prose so, or where
    it stands among paragraphs.
    """
    loose: list[tuple[Any, list[Any], list[_Run]]] = []
    for block in list(tree.iter(*_CONTAINERS)):
        if not _is_apart(block):
            nodes = list(_nodes(block))
            prose = [run for run in _runs(nodes) if _is_prose(nodes, run)]
            if prose:
                loose.append((block, nodes, prose))
    there = sum(_count(p.text_content()) for p in tree.iter("p") if not _is_apart(p, "p"))
    most = sum(_count(run.text) for _, _, runs in loose for run in runs) > there
    for block, nodes, runs in loose:
        if most or _stands_among_paragraphs(block):
            _wrap(block, nodes, runs)


def _is_prose(nodes: Sequence[Any], run: _Run) -> bool:
    """Whether a run has a sentence's end or many words, not most of them in links."""
    words = _count(run.text)
    elements = (n for n in nodes[run.start : run.end] if not isinstance(n, str))
    linked = sum(_count(a.text_content()) for node in elements for a in node.iter("a"))
    return words > 1 and 2 * linked < words and (words >= _PROSE_WORDS or bool(_SENTENCE_END.search(run.text.rstrip())))


def _is_apart(element: Any, *others: str) -> bool:
    """Whether an element stands in one that is no part of the report, or in one of these ``others``."""
    return element.tag in _APART or next(element.iterancestors(*_APART, *others), None) is not None


def _stands_among_paragraphs(block: Any) -> bool:
    parent = block.getparent()
    own = any(_is_long(p) for p in block.iterchildren("p"))
    return own or (parent is not None and sum(_is_long(p) for p in parent.iterchildren("p")) >= 2)


def _is_long(p: Any) -> bool:
    return _count(p.text_content()) >= _PROSE_WORDS


def _wrap(block: Any, nodes: Sequence[Any], runs: Sequence[_Run]) -> None:
    """Rebuild a container's children with every one of these runs in a paragraph of its own."""
    for child in list(block):
        block.remove(child)
    block.text = None
    at = 0
    for run in runs:
        for node in nodes[at : run.start]:
            _append(block, node)
        _append(block, _paragraph(block, nodes[run.start : run.end]))
        at = run.end
    for node in nodes[at:]:
        _append(block, node)


def _spare_report(tree: Any) -> None:
    """Take the name from an element that an extractor would leave out for it, where the report stands in it."""
    for element in tree.iter("div", "section", "p", "span"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not _DOUBTFUL.search(name) or _OF_OTHERS.search(name) or _is_apart(element, "a"):
            continue
        prose = [p for p in (element.iter("p")) if _is_long(p)]
        if prose and _is_of_this_page(element, prose):
            for attribute in ("class", "id"):
                element.attrib.pop(attribute, None)


def _is_of_this_page(element: Any, prose: Sequence[Any]) -> bool:
    """Whether an element holds part of this page's report and not the beginning of another one, to which a heading or
    a line of its own would lead."""
    words = _count(element.text_content())
    linked = sum(_count(a.text_content()) for a in element.iter("a"))
    leads_away = any(_leads_away(a) for a in element.iter("a")) and len(prose) < _SURELY_REPORT
    return not leads_away and 4 * linked <= words and 2 * sum(_count(p.text_content()) for p in prose) >= words


def _leads_away(link: Any) -> bool:
    block = next((e for e in link.iterancestors() if e.tag not in _INLINE), None)
    if next(link.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is not None or block is None:
        return True
    return _count(block.text_content()) <= 2 * _count(link.text_content())
