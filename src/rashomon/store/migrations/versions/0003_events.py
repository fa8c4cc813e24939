"""What stories tell of: events, and the parties by which they are found."""

from alembic import op

revision = "0003"
down_revision = "0002"

_TYPES = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "bytes": "BLOB", "without_rowid": " WITHOUT ROWID"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "integer": "BIGINT", "bytes": "BYTEA", "without_rowid": ""},
}

_TABLES = """
CREATE TABLE events (
    number {integer} NOT NULL,
    id {text} NOT NULL,
    story {text} NOT NULL,
    type {text} NOT NULL,
    first_day {text} NOT NULL,
    last_day {text} NOT NULL,
    independent {integer} NOT NULL,
    event {bytes} NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (id)
);
CREATE INDEX events_by_day ON events (first_day);
CREATE INDEX events_by_story ON events (story);
CREATE TABLE parties (
    kind {text} NOT NULL,
    value {text} NOT NULL,
    event {integer} NOT NULL,
    party {integer} NOT NULL,
    role {text} NOT NULL,
    PRIMARY KEY (kind, value, event, party)
){without_rowid};
CREATE INDEX parties_by_event ON parties (event);
"""

# As in the first schema: what SQLite plans searches by.
_MEASURES = {
    ("events", "sqlite_autoindex_events_1"): "1000000 1",
    ("events", "events_by_day"): "1000000 300",
    ("events", "events_by_story"): "1000000 10",
    ("parties", "parties"): "6000000 2000000 600 1 1",
    ("parties", "parties_by_event"): "6000000 6",
}


def upgrade() -> None:
    """Make the tables; they are filled when the archive is next worked on."""
    connection = op.get_bind()
    engine = connection.dialect.name
    for statement in _TABLES.format(**_TYPES[engine]).split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    if engine == "sqlite":
        rows = [(*index, measured) for index, measured in _MEASURES.items()]
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
