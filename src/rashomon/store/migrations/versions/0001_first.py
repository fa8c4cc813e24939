"""The first released schema."""

from alembic import op

revision = "0001"
down_revision = None

_TYPES = {
    "sqlite": {
        "text": "TEXT",
        "integer": "INTEGER",
        "bytes": "BLOB",
        "real": "DOUBLE",
        "without_rowid": " WITHOUT ROWID",
    },
    "postgresql": {
        "text": 'TEXT COLLATE "C"',
        "integer": "BIGINT",
        "bytes": "BYTEA",
        "real": "DOUBLE PRECISION",
        "without_rowid": "",
    },
}

_TABLES = """
CREATE TABLE articles (
    number {integer} NOT NULL,
    id {text} NOT NULL,
    revision {integer} NOT NULL,
    digest {text} NOT NULL,
    gathered {text} NOT NULL,
    day {real} NOT NULL,
    story {text},
    annotated {text},
    outlet {text},
    published {text},
    names {bytes} NOT NULL,
    seal {bytes} NOT NULL,
    outlet_key {text},
    PRIMARY KEY (number),
    UNIQUE (id)
);
CREATE INDEX articles_by_annotated ON articles (annotated, number);
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_outlet ON articles (outlet_key, number);
CREATE INDEX articles_by_story ON articles (story, number);
CREATE TABLE blobs (
    shelf {text} NOT NULL,
    key {text} NOT NULL,
    place {integer} NOT NULL,
    data {bytes} NOT NULL,
    PRIMARY KEY (shelf, key)
);
CREATE INDEX blobs_by_place ON blobs (shelf, place, key);
CREATE TABLE counters (
    name {text} NOT NULL,
    value {integer} NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE documents (
    number {integer} NOT NULL,
    title {text},
    text {text} NOT NULL,
    rest {bytes} NOT NULL,
    PRIMARY KEY (number)
);
CREATE TABLE facets (
    kind {text} NOT NULL,
    name {text} NOT NULL,
    story {text} NOT NULL,
    PRIMARY KEY (kind, name, story)
){without_rowid};
CREATE INDEX facets_by_story ON facets (story);
CREATE TABLE feeds (
    key {bytes} NOT NULL,
    url {text} NOT NULL,
    title {text},
    etag {text},
    modified {text},
    checked {text},
    due {text},
    interval {real} NOT NULL,
    failures {integer} NOT NULL,
    gone BOOLEAN NOT NULL,
    PRIMARY KEY (key)
);
CREATE TABLE judgements (
    number {integer} NOT NULL,
    about {text} NOT NULL,
    one {text} NOT NULL,
    other {text} NOT NULL,
    verdict {text} NOT NULL,
    given {text} NOT NULL,
    by {text},
    note {text},
    PRIMARY KEY (number)
);
CREATE INDEX judgements_by_one ON judgements (one);
CREATE INDEX judgements_by_other ON judgements (other);
CREATE TABLE revisions (
    id {text} NOT NULL,
    revision {integer} NOT NULL,
    digest {text} NOT NULL,
    gathered {text} NOT NULL,
    day {real} NOT NULL,
    story {text},
    annotated {text},
    outlet {text},
    published {text},
    names {bytes} NOT NULL,
    seal {bytes} NOT NULL,
    title {text},
    text {text} NOT NULL,
    rest {bytes} NOT NULL,
    PRIMARY KEY (id, revision)
);
CREATE TABLE sayings (
    number {integer} NOT NULL,
    id {text} NOT NULL,
    article {text} NOT NULL,
    speaker {text},
    content {text} NOT NULL,
    quote {bytes} NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (id)
);
CREATE INDEX sayings_by_article ON sayings (article);
CREATE TABLE seen (
    key {bytes} NOT NULL,
    url {text} NOT NULL,
    read {text} NOT NULL,
    article {text},
    etag {text},
    modified {text},
    attempts {integer} NOT NULL,
    PRIMARY KEY (key)
);
CREATE TABLE speakers (
    word {text} NOT NULL,
    saying {integer} NOT NULL,
    PRIMARY KEY (word, saying)
){without_rowid};
CREATE INDEX speakers_by_saying ON speakers (saying);
CREATE TABLE stories (
    id {text} NOT NULL,
    title {text} NOT NULL,
    first_day {text},
    last_day {text},
    changed {text} NOT NULL,
    articles {integer} NOT NULL,
    independent {integer} NOT NULL,
    names {bytes} NOT NULL,
    stale BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX stories_by_change ON stories (changed);
CREATE INDEX stories_by_stale ON stories (stale, changed);
CREATE TABLE troubles (
    key {bytes} NOT NULL,
    input_key {bytes} NOT NULL,
    input {text} NOT NULL,
    kind {text} NOT NULL,
    message {text} NOT NULL,
    first {text} NOT NULL,
    last {text} NOT NULL,
    times {integer} NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX troubles_by_input ON troubles (input_key);
CREATE INDEX troubles_by_last ON troubles (last);
"""

_FULL_TEXT = {
    # The first is "RSMN" in the file's header.
    "sqlite": """
PRAGMA application_id = 1381190990;
CREATE VIRTUAL TABLE documents_fts USING fts5(
    title, text, content='documents', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE sayings_fts USING fts5(
    content, content='sayings', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
ANALYZE;
""",
    # Vectors are kept as they are, not compressed: ranking reads one for every match.
    # Porter's stems and no stop words: what SQLite's index does, so that both find the same.
    "postgresql": """
CREATE TEXT SEARCH DICTIONARY rashomon_stems (TEMPLATE = snowball, Language = porter);
CREATE TEXT SEARCH CONFIGURATION rashomon (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION rashomon ALTER MAPPING FOR asciiword, word, numword WITH rashomon_stems;
CREATE TABLE documents_words (number BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE TABLE sayings_words (number BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL);
ALTER TABLE documents_words ALTER words SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);
ALTER TABLE sayings_words ALTER words SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);
CREATE INDEX documents_words_by_word ON documents_words USING gin (words) WITH (gin_pending_list_limit = 1024);
CREATE INDEX sayings_words_by_word ON sayings_words USING gin (words) WITH (gin_pending_list_limit = 1024);
""",
}

# What ANALYZE would say of a large archive: rows, and rows to one value of each column. SQLite, which measures only if
# it is told to, plans by it from the first article on, and always in the same way.
_MEASURES = {
    ("articles", "sqlite_autoindex_articles_1"): "1000000 1",
    ("articles", "articles_by_story"): "1000000 10 1",
    ("articles", "articles_by_outlet"): "1000000 2000 1",
    ("articles", "articles_by_day"): "1000000 1",
    ("articles", "articles_by_annotated"): "1000000 500000 1",
    ("documents", None): "1000000",
    ("revisions", "sqlite_autoindex_revisions_1"): "50000 2 1",
    ("sayings", "sqlite_autoindex_sayings_1"): "3000000 1",
    ("sayings", "sayings_by_article"): "3000000 3",
    ("speakers", "speakers"): "6000000 60 1",
    ("speakers", "speakers_by_saying"): "6000000 2",
    ("stories", "sqlite_autoindex_stories_1"): "100000 1",
    ("stories", "stories_by_change"): "100000 2",
    ("stories", "stories_by_stale"): "100000 50000 1",
    ("facets", "facets"): "2000000 600000 20 1",
    ("facets", "facets_by_story"): "2000000 20",
    ("blobs", "sqlite_autoindex_blobs_1"): "4000000 1000000 1",
    ("blobs", "blobs_by_place"): "4000000 1000000 10 1",
    ("judgements", "judgements_by_one"): "10000 2",
    ("judgements", "judgements_by_other"): "10000 2",
    ("troubles", "sqlite_autoindex_troubles_1"): "10000 1",
    ("troubles", "troubles_by_input"): "10000 2",
    ("troubles", "troubles_by_last"): "10000 1",
}


def upgrade() -> None:
    """Make the tables and the full-text indexes."""
    connection = op.get_bind()
    engine = connection.dialect.name
    for statement in (_TABLES.format(**_TYPES[engine]) + _FULL_TEXT[engine]).split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    if engine == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        rows = [(*index, measured) for index, measured in _MEASURES.items()]
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
