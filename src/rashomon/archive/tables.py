"""Tables of articles and stories, and of what ``rashomon scale`` keeps of them: their columns and rows.

The same columns stand in an archive's exports and in what ``rashomon scale`` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rashomon import tables
from rashomon.data.plover import QUAD_NAMES
from rashomon.group import Features, Kept
from rashomon.store import Party, StoryEntry, StoryEvent
from rashomon.tables import Columns, Row
from rashomon.types import Article, Published, Span

COLUMNS: dict[str, Columns] = {
    "articles": {
        "id": "string",
        "story": "string",
        "outlet": "string",
        "title": "string",
        "published": "string",
        "published_inferred": "bool",
        "author": "string",
        "url": "string",
        "language": "string",
        "modified": "string",
        "credits": "list",
        "actors": "list",
        "places": "list",
        "gathered": "string",
        "revision": "int",
        "text": "string",
        "paragraphs": "ranges",
        "headings": "ranges",
        "furniture": "ranges",
    },
    "stories": {
        "id": "string",
        "title": "string",
        "start": "string",
        "end": "string",
        "changed": "string",
        "articles": "int",
        "independent": "int",
        "differences": "int",
        "teaser": "string",
        "outlets": "list",
        "actors": "list",
        "places": "list",
    },
    "quotes": tables.COLUMNS["quotes"],
    # The columns of POLECAT, in its order, and after them what it does not have.
    "plover": {
        "Event ID": "string",
        "Event Date": "string",
        "Event Type": "string",
        "Event Mode": "string",
        "Intensity": "float",
        "Quad Code": "string",
        "Contexts": "list",
        "Actor Name": "string",
        "Actor Country": "string",
        "Actor COW": "string",
        "Primary Actor Sector": "string",
        "Actor Sectors": "string",
        "Actor Title": "string",
        "Actor Name Raw": "string",
        "Wikipedia Actor ID": "string",
        "Recipient Name": "string",
        "Recipient Country": "string",
        "Recipient COW": "string",
        "Primary Recipient Sector": "string",
        "Recipient Sectors": "string",
        "Recipient Title": "string",
        "Recipient Name Raw": "string",
        "Wikipedia Recipient ID": "string",
        "Placename": "string",
        "City": "string",
        "District": "string",
        "Province": "string",
        "Country": "string",
        "Latitude": "float",
        "Longitude": "float",
        "GeoNames ID": "string",
        "Raw Placename": "string",
        "Feature Type": "string",
        "Source": "string",
        "Publication Date": "string",
        "Story People": "string",
        "Story Organizations": "string",
        "Story Locations": "string",
        "Language": "string",
        "Version": "string",
        "Headline": "string",
        "Event Text": "string",
        "Story ID": "string",
        "URL": "string",
        "Article ID": "string",
        "Start": "int",
        "End": "int",
        "Told Date": "string",
        "Status": "string",
        "Articles": "int",
        "Independent": "int",
    },
    # What rashomon scale works out beside these. "data" is what an archive keeps (zlib, MessagePack).
    "annotations": {
        "id": "string",
        "version": "string",
        "actors": "list",
        "places": "list",
        "data": "binary",
    },
    "features": {
        "id": "string",
        "day": "float",
        "words": "binary",
        "counts": "binary",
        "vector": "binary",
    },
    "groups": {
        "article": "string",
        "story": "string",
        "day": "float",
        "file": "string",
        "row": "int",
    },
    "window": {
        "id": "string",
        "day": "float",
        "words": "binary",
        "counts": "binary",
        "vector": "binary",
        "story": "string",
        "weights": "binary",
    },
    "comparisons": {
        "story": "string",
        "version": "string",
        "lineage": "binary",
        "comparison": "binary",
    },
}
_PLAIN = ("id", "outlet", "title", "author", "url", "language", "modified", "text")
_PARTS = ("paragraphs", "headings", "furniture")


def article_row(article: Article) -> Row:
    """An article as a row of the table ``articles``, without what an archive knows of it."""
    row: Row = dict.fromkeys(COLUMNS["articles"])
    row |= {name: getattr(article, name) for name in _PLAIN}
    if article.published is not None:
        row |= {"published": article.published.value, "published_inferred": article.published.inferred}
    for part in _PARTS:
        row[part] = [{"start": span.start, "end": span.end} for span in getattr(article, part)]
    return row | {"credits": list(article.credits), "actors": [], "places": [], "revision": 1}


def article_of(row: Row) -> Article:
    """The article of a row of the table ``articles``, the same that :func:`article_row` was given."""
    text, id = row["text"], row["id"]

    def spans(part: str) -> tuple[Span, ...]:
        return tuple(Span(id, at["start"], at["end"], text[at["start"] : at["end"]]) for at in row[part])

    value = row["published"]
    return Article(
        published=None if value is None else Published(value=value, inferred=bool(row["published_inferred"])),
        credits=tuple(row["credits"]),
        paragraphs=spans("paragraphs"),
        headings=spans("headings"),
        furniture=spans("furniture"),
        **{name: row[name] for name in _PLAIN},
    )


def features_row(features: Features) -> Row:
    """An article's features as a row of the table ``features``."""
    return {name: getattr(features, name) for name in COLUMNS["features"]}


def features_from(row: Row) -> Features:
    """The features of a row of the table ``features``, or of ``window``."""
    return Features(**{name: row[name] for name in COLUMNS["features"]})


def window_row(kept: Kept) -> Row:
    """What grouping remembers of an article as a row of the table ``window``."""
    return features_row(kept.features) | {"story": kept.story, "weights": kept.weights}


def kept_from(row: Row) -> Kept:
    """What grouping remembers, of a row of the table ``window``."""
    return Kept(features=features_from(row), story=row["story"], weights=row["weights"])


def event_row(event: StoryEvent, article: Article) -> Row:
    """An event as a row of ``plover``, with the passage of an article that tells of it.

    What is not known is empty; the days of an event without a date are those of its report, as POLECAT has it, and
    ``Told Date`` is empty then. Several actors stand in one row, ``;`` between them.
    """
    row: Row = dict.fromkeys(COLUMNS["plover"])
    span = next(account for account in event.accounts if account.article == article.id).spans[0]
    return (
        row
        | _party_cells("Actor", event.actors)
        | _party_cells("Recipient", event.recipients)
        | {
            "Event ID": event.id,
            "Event Date": event.first,
            "Event Type": event.type,
            "Event Mode": event.mode,
            "Quad Code": QUAD_NAMES[event.quad].upper(),
            "Contexts": list(event.context),
            "Placename": event.place,
            "Country": event.place_country,
            "Source": article.outlet,
            "Publication Date": article.published.value[:10] if article.published else None,
            "Language": article.language,
            "Headline": article.title,
            "Event Text": span.text,
            "Story ID": event.story,
            "URL": article.url,
            "Article ID": article.id,
            "Start": span.start,
            "End": span.end,
            "Told Date": event.date,
            "Status": event.status,
            "Articles": len(event.accounts),
            "Independent": event.independent,
        }
    )


def _party_cells(role: str, parties: Sequence[Party]) -> Row:
    """The cells of one side of an event; of what is not known of a party nothing stands there."""

    def told(values: Iterable[str | None]) -> str | None:
        return "; ".join(dict.fromkeys(value for value in values if value)) or None

    sectors = told(party.sector for party in parties)
    return {
        f"{role} Name": told(party.name for party in parties),
        f"{role} Country": told(party.country for party in parties),
        f"Primary {role} Sector": sectors.partition(";")[0] if sectors else None,
        f"{role} Sectors": sectors,
    }


def story_row(entry: StoryEntry) -> Row:
    """A story as a row of the table ``stories``."""
    row: Row = msgspec.to_builtins(entry)
    return {name: row[name] for name in COLUMNS["stories"]}


def story_of(row: Row) -> StoryEntry:
    """The story of a row of the table ``stories``."""
    return msgspec.convert(row, StoryEntry)
