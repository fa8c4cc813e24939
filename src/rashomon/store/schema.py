"""The tables of an archive, the same on every engine but for the full-text indexes, which each engine has its own way.

The newest is ``HEAD``; how an older archive comes to it is in ``migrations``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql

HEAD = "0003"

# Text is ordered by code point everywhere; a database's own collation would order it differently on each server.
_Text = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
# SQLite has one integer, and only INTEGER is the row's own number.
_Integer = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()


def _article_columns() -> list[Column[object]]:
    """What is kept of each revision of an article besides its document."""
    return [
        Column("digest", _Text, nullable=False),
        Column("gathered", _Text, nullable=False),
        Column("day", Double, nullable=False),
        Column("story", _Text),
        Column("annotated", _Text),
        Column("outlet", _Text),
        Column("published", _Text),
        Column("names", LargeBinary, nullable=False),
        Column("seal", LargeBinary, nullable=False),
    ]


# The current revisions, in rows small enough to be scanned; what is long is in ``documents``, under the same number.
articles = Table(
    "articles",
    metadata,
    Column("number", _Integer, primary_key=True, autoincrement=False),
    Column("id", _Text, nullable=False, unique=True),
    Column("revision", _Integer, nullable=False),
    *_article_columns(),
    Column("outlet_key", _Text),
    Index("articles_by_story", "story", "number"),
    Index("articles_by_outlet", "outlet_key", "number"),
    Index("articles_by_day", "day"),
    Index("articles_by_annotated", "annotated", "number"),
)

# ``rest`` is the article less its title and text; ``seal`` (there) tells whether a document has changed.
documents = Table(
    "documents",
    metadata,
    Column("number", _Integer, primary_key=True, autoincrement=False),
    Column("title", _Text),
    Column("text", _Text, nullable=False),
    Column("rest", LargeBinary, nullable=False),
)

# Superseded revisions, whole. They are not searched.
revisions = Table(
    "revisions",
    metadata,
    Column("id", _Text, primary_key=True),
    Column("revision", _Integer, primary_key=True, autoincrement=False),
    *_article_columns(),
    Column("title", _Text),
    Column("text", _Text, nullable=False),
    Column("rest", LargeBinary, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    Column("id", _Text, primary_key=True),
    Column("title", _Text, nullable=False),
    Column("first_day", _Text),
    Column("last_day", _Text),
    Column("changed", _Text, nullable=False),
    Column("articles", _Integer, nullable=False),
    Column("independent", _Integer, nullable=False),
    Column("names", LargeBinary, nullable=False),
    Column("stale", Boolean(create_constraint=False), nullable=False),
    Column("differences", _Integer),
    Column("teaser", _Text, nullable=False, server_default=""),
    Index("stories_by_change", "changed"),
    Index("stories_by_stale", "stale", "changed"),
)

# The outlets, actors and places of stories, folded.
facets = Table(
    "facets",
    metadata,
    Column("kind", _Text, primary_key=True),
    Column("name", _Text, primary_key=True),
    Column("story", _Text, primary_key=True),
    Index("facets_by_story", "story"),
    sqlite_with_rowid=False,
)

sayings = Table(
    "sayings",
    metadata,
    Column("number", _Integer, primary_key=True, autoincrement=False),
    Column("id", _Text, nullable=False, unique=True),
    Column("article", _Text, nullable=False),
    Column("speaker", _Text),
    Column("content", _Text, nullable=False),
    Column("quote", LargeBinary, nullable=False),
    Index("sayings_by_article", "article"),
)

# The words of the speakers' names, folded and not stemmed: Peters is not Peter.
speakers = Table(
    "speakers",
    metadata,
    Column("word", _Text, primary_key=True),
    Column("saying", _Integer, primary_key=True, autoincrement=False),
    Index("speakers_by_saying", "saying"),
    sqlite_with_rowid=False,
)

# What stories tell of, each once. ``event`` is the whole record; days are "" where none is known.
events = Table(
    "events",
    metadata,
    Column("number", _Integer, primary_key=True, autoincrement=False),
    Column("id", _Text, nullable=False, unique=True),
    Column("story", _Text, nullable=False),
    Column("type", _Text, nullable=False),
    Column("first_day", _Text, nullable=False),
    Column("last_day", _Text, nullable=False),
    Column("independent", _Integer, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Index("events_by_story", "story"),
    Index("events_by_day", "first_day"),
)

# By what the parties of events are found: the words of their names, folded, their countries and sectors. ``party``
# counts those of one event, so that two words can be asked of one name.
parties = Table(
    "parties",
    metadata,
    Column("kind", _Text, primary_key=True),
    Column("value", _Text, primary_key=True),
    Column("event", _Integer, primary_key=True, autoincrement=False),
    Column("party", _Integer, primary_key=True, autoincrement=False),
    Column("role", _Text, nullable=False),
    Index("parties_by_event", "event"),
    sqlite_with_rowid=False,
)

# Keys that come from outside can be longer than an index takes: these tables have a hash of it for their key.
troubles = Table(
    "troubles",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("input_key", LargeBinary, nullable=False),
    Column("input", _Text, nullable=False),
    Column("kind", _Text, nullable=False),
    Column("message", _Text, nullable=False),
    Column("first", _Text, nullable=False),
    Column("last", _Text, nullable=False),
    Column("times", _Integer, nullable=False),
    Index("troubles_by_input", "input_key"),
    Index("troubles_by_last", "last"),
)

judgements = Table(
    "judgements",
    metadata,
    Column("number", _Integer, primary_key=True, autoincrement=False),
    Column("about", _Text, nullable=False),
    Column("one", _Text, nullable=False),
    Column("other", _Text, nullable=False),
    Column("verdict", _Text, nullable=False),
    Column("given", _Text, nullable=False),
    Column("by", _Text),
    Column("note", _Text),
    Index("judgements_by_one", "one"),
    Index("judgements_by_other", "other"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("url", _Text, nullable=False),
    Column("title", _Text),
    Column("etag", _Text),
    Column("modified", _Text),
    Column("checked", _Text),
    Column("due", _Text),
    Column("interval", Double, nullable=False),
    Column("failures", _Integer, nullable=False),
    Column("gone", Boolean(create_constraint=False), nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("url", _Text, nullable=False),
    Column("read", _Text, nullable=False),
    Column("article", _Text),
    Column("etag", _Text),
    Column("modified", _Text),
    Column("attempts", _Integer, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("shelf", _Text, primary_key=True),
    Column("key", _Text, primary_key=True),
    Column("place", _Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("blobs_by_place", "shelf", "place", "key"),
)

# The last number given in each order (of arrival of articles, of judgements). Kept, so that none is given twice.
counters = Table(
    "counters",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("value", _Integer, nullable=False),
)
