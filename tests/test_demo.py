"""The bundled stories: what was planted in one is found, and the one whose accounts agree leaves the program calm."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

import rashomon
from rashomon.show.outline import Outline
from rashomon.types import Article, Comparison, Finding, FindingKind, NonConflict, Span, Utterance, VariantKind

DEMO = Path(rashomon.__file__).parent / "demo"
HARBOUR = sorted((DEMO / "harbour").glob("*.html"))
BRIDGE = sorted((DEMO / "bridge").glob("*.html"))


class Planted(NamedTuple):
    """A row of the key: a difference, and for either side the passages (page, words) that show it."""

    kind: str
    kind_class: str
    sides: tuple[list[tuple[str, str]], list[tuple[str, str]]]

    def __str__(self) -> str:
        return f"{self.kind} {self.kind_class} {self.sides[1][0][0]}".replace("  ", " ")


def _key() -> list[Planted]:
    lines = (DEMO / "harbour" / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [
        Planted(row[0], row[1], (_passages(row[2]), _passages(row[3])))
        for row in rows
        if len(row) == 4 and row[0] in get_args(FindingKind)
    ]


def _passages(cell: str) -> list[tuple[str, str]]:
    return [(page, words) for page, _, words in (passage.strip().partition(": ") for passage in cell.split(" / "))]


KEY = _key()


@lru_cache(maxsize=2)
def _compared(pages: tuple[Path, ...]) -> tuple[dict[str, Article], Comparison]:
    """The articles by the stem of their page, and their comparison."""
    articles, problems = rashomon.read([str(page) for page in pages])
    assert not problems
    return dict(zip((page.stem for page in pages), articles, strict=True)), rashomon.compare(articles)


def _harbour() -> tuple[dict[str, Article], Comparison]:
    return _compared(tuple(HARBOUR))


def test_the_key_names_every_kind_of_finding_and_every_class() -> None:
    assert {row.kind for row in KEY} == set(get_args(FindingKind))
    assert {row.kind_class for row in KEY if row.kind == "not-a-conflict"} == set(get_args(NonConflict))
    variants = {row.kind_class for row in KEY if row.kind == "quote-wording"}
    assert {"content-word", "function-word"} <= variants <= set(get_args(VariantKind))


@pytest.mark.parametrize("page", [*HARBOUR, *BRIDGE], ids=lambda page: page.stem)
def test_every_page_says_that_it_is_fiction_where_a_reader_sees_it(page: Path) -> None:
    body = page.read_text(encoding="utf-8").partition("<body")[2].casefold() or page.read_text(encoding="utf-8")
    assert "fiction" in re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", body, flags=re.S).casefold()


@pytest.mark.parametrize("row", KEY, ids=str)
def test_the_planted_passages_are_in_what_is_read_of_the_pages(row: Planted) -> None:
    articles, _ = _harbour()
    for page, words in (passage for side in row.sides for passage in side):
        assert any(words in paragraph.text for paragraph in articles[page].paragraphs), (page, words)


@pytest.mark.parametrize("row", KEY, ids=str)
def test_each_planted_difference_is_found(row: Planted) -> None:
    articles, comparison = _harbour()
    if row.kind == "quote-wording" and row.kind_class != "content-word":
        # Marked in the apparatus as what it is; no finding need be made of it.
        found = any(_collates(articles, row, utterance) for utterance in comparison.utterances)
    else:
        found = any(_shows(articles, row, finding) for finding in comparison.findings)
    assert found, [f.reason for f in comparison.findings if f.kind == row.kind]


def _collates(articles: dict[str, Article], row: Planted, utterance: Utterance) -> bool:
    texts = [utterance.base, *(fragment.span for fragment in utterance.fragments)]
    variants = [span for variant in utterance.variants if variant.kind == row.kind_class for span in variant.spans]
    return all(_touches(articles, side, texts) for side in row.sides) and any(
        _touches(articles, side, variants) for side in row.sides
    )


def _shows(articles: dict[str, Article], row: Planted, finding: Finding) -> bool:
    if finding.kind != row.kind or (row.kind == "not-a-conflict" and finding.nonconflict != row.kind_class):
        return False
    passages = [side.passage for side in finding.sides]
    marks = [*finding.spans, *(mark for side in finding.sides for mark in side.marks)]
    return all(_touches(articles, side, passages) for side in row.sides) and any(
        _touches(articles, side, marks) for side in row.sides
    )


def _touches(articles: dict[str, Article], side: list[tuple[str, str]], spans: list[Span]) -> bool:
    """Whether some span lies on the words of some passage of that side."""
    return any(_overlaps(articles[page], words, span) for page, words in side for span in spans)


def _overlaps(article: Article, words: str, span: Span) -> bool:
    places = [match.start() for match in re.finditer(re.escape(words), article.text)]
    return span.article == article.id and any(span.start < at + len(words) and at < span.end for at in places)


def test_what_the_pages_say_of_themselves() -> None:
    articles, _ = _harbour()
    told = {p: (a.outlet, a.published and (a.published.value[:10], a.published.inferred)) for p, a in articles.items()}
    assert told == {
        "coast-and-country": ("Coast and Country Online", ("2024-03-15", True)),
        "halvik-daily": ("The Halvik Daily", ("2024-03-14", False)),
        "open-gangway": ("Open Gangway", None),
        "sellen-courier": ("The Sellen Courier", ("2024-03-15", False)),
        "the-lantern": ("The Lantern", ("2024-03-15", False)),
        "torren-observer": ("Torren Observer", ("2024-03-15", False)),
        "vtv-news": ("VTV News", ("2024-03-15", False)),
    }


def test_two_papers_that_print_one_agency_are_one_account() -> None:
    articles, comparison = _harbour()
    pair = {articles["halvik-daily"].id, articles["coast-and-country"].id}
    assert comparison.lineage.independent == len(HARBOUR) - 1
    assert pair in [set(group) for group in comparison.lineage.groups]
    assert {"NPA"} == {edge.agency for edge in comparison.lineage.edges if {edge.source, edge.target} == pair}


# Words of comments, polls, small ads, players, captions and notices, as they stand on the pages.
FURNITURE = (
    "Nobody threw anything",
    "Should the minister go",
    "Wanted: lobster pots",
    "No media available",
    "Police at the terminal gates in Port Sellen",
    "Solidarity from",
    "is fiction",
    "tide tables",
    "Psychic goat",
    "published without editing",
)


@pytest.mark.parametrize("words", FURNITURE)
def test_furniture_never_speaks(words: str) -> None:
    _, comparison = _harbour()
    spoken = [
        *(span for claim in comparison.claims for span in claim.spans),
        *(span for quote in comparison.quotes for span in quote.content),
        *(span for finding in comparison.findings for span in finding.spans),
    ]
    assert spoken
    assert not [span for span in spoken if words.casefold() in span.text.casefold()]


def test_accounts_that_agree_leave_the_program_calm() -> None:
    _, comparison = _compared(tuple(BRIDGE))
    loud = [f for f in comparison.findings if f.kind != "not-a-conflict" and f.weight >= 0.5]
    assert not loud, [(f.kind, f.reason) for f in loud]
    assert comparison.lineage.independent == len(BRIDGE)
    assert len(comparison.story.brief) >= 3


def test_what_one_account_alone_tells_is_no_frame_of_somebodys_words() -> None:
    """ "An aide to Aldous as saying" tells nothing; nor is what others report as his words told by one alone."""
    _, comparison = _harbour()
    shown = [row.point.label for silence in Outline(comparison).silences for row in silence.alone]
    assert shown
    cues = [quote.cue for quote in comparison.quotes if quote.cue is not None]
    speech = [
        f.span for u in comparison.utterances if len({f.span.article for f in u.fragments}) > 1 for f in u.fragments
    ]
    inside = [
        (label.text, other.text)
        for label in shown
        for other in (*cues, *speech)
        if label.article == other.article and label.start <= other.start < label.end
    ]
    assert inside == []
