"""Damage to an archive's file: check names it, what can be made anew is, and no foreign exception ever comes out."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from served import opened

from rashomon.errors import RashomonError
from rashomon.store import Articles, Feed, Feeds, Judgements, Revisions, Seen, packing

FLIPS = int(os.environ.get("FLIPS", "10"))
"""How many random bits are flipped, one after the other; docs/reliability.md tells of 150."""
TITLE = "Velm Harbour Post"
FEED = Feed(url="https://velm.example/f", title=TITLE, etag='"1"', due="2031-05-01T00:00:00Z")


@pytest.fixture
def file(own_town: Path) -> Path:
    """An archive with something in every table, all of it in one file."""
    with opened(own_town) as archive:
        stories = archive.stories(limit=50).items
        many = [story for story in stories if story.articles > 2]
        for story in many:
            archive.compare(story.id)
        one, other = (brief.id for brief in archive.story(many[0].id).articles[:2])
        archive.judge(one, other, "same", by="Ida", note="the same barge")
        archive.ingest([str(own_town.parent / "missing.txt")])
        with archive._store.writing():
            archive._store.put([FEED, Seen(url="https://velm.example/1", read="2031-05-01T00:00:00Z", article=one)])
        assert archive.check() == []
    with closing(sqlite3.connect(own_town)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return own_town


def everything(file: Path) -> list[Any]:
    """All that a reader can see of it."""
    with opened(file) as archive:
        stories = archive.stories(limit=99).items
        articles = list(archive._store.find(Articles()))
        return [
            [(s.id, s.title, s.articles, s.independent, s.outlets, s.actors, s.teaser) for s in stories],
            [(one.article, one.gathered, one.story) for one in articles],
            [[old.article for old in archive._store.find(Revisions(article=one.id))] for one in articles],
            [(said.id, said.speaker, said.quote) for said in archive.quotes(limit=500).items],
            [archive.compared(s.id) or archive.compare(s.id) for s in stories if s.articles > 2],
            [archive.story(s.id).lineage for s in stories],
            [[hit.article.id for hit in archive.search(word).items] for word in ("harbour", "bridge", "clock")],
            [[s.id for s in archive.stories(actor=word).items] for word in ("hallam", "korn")],
            [[said.id for said in archive.quotes(name).items] for name in ("hallam", "venn")],
            archive.events(limit=500).items,
            [[event.id for event in archive.events(actor=name).items] for name in ("hallam", "union")],
            list(archive._store.find(Feeds())),
            [(one.one, one.other, one.verdict, one.note) for one in archive._store.find(Judgements())],
            archive._store.get(Seen, ["https://velm.example/1"]),
            [(one.input, one.message) for one in archive.errors().items],
        ]


def changed(file: Path, sql: str) -> None:
    """Carry out a statement behind the archive's back; one that is the name of a shelf flips a bit in all it holds."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.create_function("flipped", 1, lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:])
        if " " not in sql:
            sql = f"UPDATE blobs SET data = flipped(data) WHERE shelf = '{sql}'"
        assert connection.execute(sql).rowcount


MENDED = {
    "an entry": ("UPDATE stories SET teaser = 'Another'", "what is kept of it is damaged"),
    "a day": ("UPDATE stories SET last_day = '2099-01-01'", "what is kept of it is damaged"),
    "a speaker": ("UPDATE sayings SET speaker = 'Otto Brill' WHERE number = 3", "attribution"),
    "names": ("DELETE FROM facets WHERE kind = 'actor' AND name = 'hallam'", "the names by which it is found"),
    "words": ("UPDATE speakers SET word = 'hallan' WHERE word = 'hallam'", "the speakers by which"),
    "an event": ("UPDATE events SET last_day = '2099-01-01'", "event"),
    "parties": ("UPDATE parties SET value = value || 'x' WHERE kind = 'word'", "the parties by which its events"),
    "annotations": ("annotations", "annotations of"),
    "comparisons": ("comparisons", "comparisons of"),
    "lineages": ("lineages", "lineages of"),
    "features": ("features", "features of"),
    "the window": ("window", "grouped anew"),
    "the index of words": ("UPDATE sayings_fts_data SET block = x'00ff' WHERE id > 10", "index of the sayings"),
}


@pytest.mark.parametrize(("sql", "said"), MENDED.values(), ids=MENDED)
def test_what_can_be_made_anew_is(file: Path, sql: str, said: str) -> None:
    before = everything(file)
    changed(file, sql)
    with opened(file) as archive:
        assert archive.check(mend=False)
        found = archive.check()
        assert any(said in line for line in found), found
        archive.ingest([])
        assert archive.check() == []
    # Grouped anew, articles may come into other stories, as if they had come in the order of their days.
    same = slice(2, 4) if any("grouped anew" in line for line in found) else slice(None)
    assert everything(file)[same] == before[same]


TOLD = {
    "an article's time": ("UPDATE articles SET gathered = '2030-01-01T00:00:00Z' WHERE number = 1", "article"),
    "an article's text": ("UPDATE documents SET text = replace(text, 'a', 'e') WHERE number = 1", "article"),
    "an older revision": ("UPDATE revisions SET title = 'Another'", "an older revision is damaged"),
    "a feed": ("UPDATE feeds SET title = 'Another'", "feeds: something in them is not as it was put"),
    "a judgement": ("UPDATE judgements SET note = 'another'", "judgements: something"),
    "an address": ("UPDATE seen SET read = '2030-01-01T00:00:00Z'", "seen: something"),
    "a trouble": ("UPDATE troubles SET times = 99", "troubles: something"),
    "settings": ("UPDATE alembic_version SET version_num = '0000'", "its schema is said to be '0000'"),
}


@pytest.mark.parametrize(("sql", "said"), TOLD.values(), ids=TOLD)
def test_what_cannot_is_named(file: Path, sql: str, said: str) -> None:
    changed(file, sql)
    try:
        with opened(file) as archive:
            found = archive.check()
    except RashomonError as error:
        found = [str(error)]
    assert any(said in line for line in found), found


def test_no_bit_flips_unseen(file: Path) -> None:
    """Random bits: each is told, or harmless; whatever is asked of the archive meanwhile is answered or told."""
    everything(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole, before, chance = file.read_bytes(), everything(file), random.Random(2031)
    told_of, harmless = 0, 0
    for _ in range(FLIPS):
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        flipped = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
        seen = next(_told(file, flipped, lambda: everything(file)))
        told = next(_told(file, flipped, lambda: _checked(file)))
        assert told or seen == before, (at, bit)
        told_of, harmless = told_of + bool(told), harmless + (not told)
    print(f"{FLIPS} bits of {len(whole)} bytes: {told_of} told, {harmless} harmless and untold, nothing else")


def _checked(file: Path) -> list[str]:
    with opened(file) as archive:
        return archive.check(mend=False)


def _told(file: Path, data: bytes, ask: Any) -> Iterator[Any]:
    """What is answered about a file of these bytes, or what is said instead."""
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(data)
    try:
        yield ask()
    except RashomonError as error:
        yield str(error)


def test_what_an_older_version_kept_with_fewer_fields_is_whole(file: Path) -> None:
    def older(kept: bytes, id: str, article: str, speaker: str | None, content: str) -> bytes:
        quote, spans, quoted, _ = msgspec.msgpack.decode(kept)
        del quote["statement"]
        parts = [quote, spans, quoted]
        return msgspec.msgpack.encode([*parts, packing.sealing(*parts, id, article, speaker, content)])

    with closing(sqlite3.connect(file)) as connection, connection:
        connection.create_function("older", 5, older)
        assert connection.execute("UPDATE sayings SET quote = older(quote, id, article, speaker, content)").rowcount
    with opened(file) as archive:
        assert archive.check() == []
        assert archive.quotes(limit=500).items[0].quote.statement
