"""Records as rows and back. Text is kept once: spans are kept as offsets wherever they obey the slice law. No I/O.

What no engine can keep in text, U+0000 (PostgreSQL) and lone surrogates (any UTF-8), is kept as U+FFFD, one for one, so
that offsets stay true; every other string comes back as it was.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec

from rashomon.errors import StoreError
from rashomon.store.records import Blob, Feed, Judgement, Key, R, Said, Seen, Stored, StoryEntry, StoryEvent, Trouble
from rashomon.store.terms import name_words
from rashomon.types import Article, Published, Quote, Span
from rashomon.unseen import put_back, seen, taken_out

T = TypeVar("T")
Row = dict[str, Any]
# A row as it is read; the keys are the names of its columns.
Columns = Mapping[Any, Any]

# Bytes (UTF-8) of a key, two of which and a number must go into one page of PostgreSQL's indexes (2,704).
LONGEST_KEY = 1000
# Code points of a name that are compared when records are looked for by it.
_LONGEST_NAME = 200

# What reading a row that is not as it was put raises.
DAMAGED = (ValueError, TypeError, LookupError, StopIteration, msgspec.MsgspecError)

_ODD = re.compile("[\x00\ud800-\udfff]")

# A span as its offsets, or whole where the text at them is another (or another article's).
_Spans = list[int | Span]
_Part = tuple[int, int] | Span


class _Rest(msgspec.Struct, array_like=True):
    """An article less its title, text and outlet. ``id`` and ``published`` where the columns do not say them.

    The columns have title and text as a reader sees them, so that they are found; ``title`` is what the article has
    where that is another, ``unseen`` what was taken out of its text.
    """

    id: str | None
    published: Published | None
    modified: str | None
    author: str | None
    url: str | None
    language: str | None
    credits: tuple[str, ...]
    paragraphs: _Spans
    headings: _Spans
    furniture: _Spans
    title: str | None = None
    unseen: list[tuple[int, str]] = []


class _Quote(msgspec.Struct, array_like=True):
    """A quote less the text of its content; spans within the content are offsets."""

    quote: Quote
    content: list[_Part]
    quoted: list[_Part]
    seal: bytes = b""


class _Event(msgspec.Struct, array_like=True):
    """An event, and the seal of its row."""

    event: StoryEvent
    seal: bytes


class _Names(msgspec.Struct, array_like=True):
    """Names of a row, and the seal of the whole row; empty where it was kept before there were seals."""

    outlets: tuple[str, ...]
    actors: tuple[str, ...]
    places: tuple[str, ...]
    seal: bytes = b""


# What data that is kept with its seal begins with; nothing that is packed or compressed begins so.
_SEALED = b"\0s1"
_SEAL = 8
_BEGIN = len(_SEALED) + _SEAL
_encode = msgspec.msgpack.Encoder().encode
_decode_rest = msgspec.msgpack.Decoder(_Rest).decode
_decode_quote = msgspec.msgpack.Decoder(_Quote).decode
_decode_event = msgspec.msgpack.Decoder(_Event).decode
# What was kept is sealed as it was kept: an older version's records lack fields that ours have.
_decode_plainly = msgspec.msgpack.Decoder().decode
_decode_names = msgspec.msgpack.Decoder(_Names).decode


def clean_text(text: str) -> str:
    """The text as an engine can keep it."""
    return _ODD.sub("\ufffd", text)


def clean(record: R) -> R:
    """The record as an engine can keep it: itself, unless it holds what none can."""
    if isinstance(record, Blob):
        shelf, key = clean_text(record.shelf), clean_text(record.key)
        return cast(R, msgspec.structs.replace(record, shelf=shelf, key=key))
    try:
        if b"\\u0000" not in msgspec.json.encode(record):
            return record
    except UnicodeEncodeError:
        pass
    return msgspec.convert(_cleaned(msgspec.to_builtins(record)), type(record))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_cleaned(one) for one in value]
    return value


def pair(key: Key) -> tuple[str, str]:
    """The shelf and the key of a blob."""
    if isinstance(key, str):
        raise TypeError(f"a blob's key is its shelf and its key, not {key!r}")
    return key


def clean_key(key: Key) -> Key:
    """The key as that of a record that was cleaned."""
    return clean_text(key) if isinstance(key, str) else (clean_text(key[0]), clean_text(key[1]))


def key(text: str) -> str:
    """The text, if it is short enough for a key.

    Raises:
        StoreError: it is not.
    """
    if len(text) * 4 > LONGEST_KEY and len(text.encode()) > LONGEST_KEY:
        raise StoreError(f"the name {text[:40]!r}… is too long: give one of at most {LONGEST_KEY} bytes")
    return text


def finite(value: float) -> float:
    """The number, which must be one: engines differ on what is none.

    Raises:
        StoreError: it is infinite or not a number.
    """
    if not math.isfinite(value):
        raise StoreError(f"{value} is no number that can be kept")
    return value


def number(key: Key) -> int:
    """The number that a key of digits says; -1, which no record has, for any other."""
    return int(key) if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 19 else -1


def hashed(*texts: str) -> bytes:
    """Sixteen bytes that stand for texts of any length (BLAKE2b); these do not meet by chance."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        raw = text.encode()
        digest.update(len(raw).to_bytes(8, "little") + raw)
    return digest.digest()


def sealing(*values: object) -> bytes:
    """Eight bytes (BLAKE2b) that tell whether any of these values has changed since."""
    return hashlib.blake2b(_encode(values), digest_size=_SEAL).digest()


def name_key(name: str | None) -> str | None:
    """A name as it is compared: in any case."""
    return None if name is None else name.casefold()[:_LONGEST_NAME]


# Articles


def article_row(stored: Stored) -> tuple[Row, Row]:
    """An article's own row, without its number, and its document's."""
    article = stored.article
    published = article.published
    rest = _Rest(
        id=None if article.id == stored.id else article.id,
        published=published if published is not None and published.inferred else None,
        modified=article.modified,
        author=article.author,
        url=article.url,
        language=article.language,
        credits=article.credits,
        paragraphs=_packed(article, article.paragraphs),
        headings=_packed(article, article.headings),
        furniture=_packed(article, article.furniture),
        title=article.title if article.title is not None and seen(article.title) != article.title else None,
        unseen=taken_out(article.text),
    )
    title = None if article.title is None else seen(article.title)
    document: Row = {"title": title, "text": seen(article.text), "rest": _encode(rest)}
    row = {
        "id": key(stored.id),
        "revision": stored.revision,
        "digest": stored.digest,
        "gathered": stored.gathered,
        "day": finite(stored.day),
        "story": None if stored.story is None else key(stored.story),
        "annotated": None if stored.annotated is None else key(stored.annotated),
        "outlet": article.outlet,
        "outlet_key": name_key(article.outlet),
        "published": None if published is None else published.value,
        "seal": seal(document),
    }
    names = _Names((), stored.actors, stored.places, sealing(*_article_values(row), stored.actors, stored.places))
    return row | {"names": _encode(names)}, document


def _article_values(row: Columns) -> list[object]:
    """What the seal of an article's row holds beside its names."""
    columns = ("id", "revision", "digest", "gathered", "day", "story", "annotated", "outlet", "published", "seal")
    return [row[column] for column in columns]


def check_article(row: Columns) -> None:
    """Nothing, if a row with the columns of an article and its document is as it was put.

    Raises:
        ValueError, TypeError, MsgspecError: it is not.
    """
    stored(row)
    names = _decode_names(row["names"])
    if seal(row) != row["seal"]:
        raise ValueError("the document is not the one that was put")
    if names.seal not in (b"", sealing(*_article_values(row), names.actors, names.places)):
        raise ValueError("what is kept beside the document is not what was put")


def seal(document: Columns) -> bytes:
    """What tells a document from another."""
    digest = hashlib.blake2b(document["rest"], digest_size=16)
    digest.update(b"-" if document["title"] is None else b"+" + document["title"].encode() + b"\0")
    digest.update(document["text"].encode())
    return digest.digest()


def stored(row: Columns) -> Stored:
    """The article of a row that holds the columns of both."""
    rest = _decode_rest(row["rest"])
    text, id = put_back(row["text"], rest.unseen), row["id"] if rest.id is None else rest.id
    published = rest.published
    if published is None and row["published"] is not None:
        published = Published(value=row["published"])
    names = _decode_names(row["names"])
    article = Article(
        id=id,
        outlet=row["outlet"],
        title=row["title"] if rest.title is None else rest.title,
        published=published,
        modified=rest.modified,
        author=rest.author,
        url=rest.url,
        language=rest.language,
        text=text,
        paragraphs=_unpacked(id, text, rest.paragraphs),
        headings=_unpacked(id, text, rest.headings),
        furniture=_unpacked(id, text, rest.furniture),
        credits=rest.credits,
    )
    return Stored(
        id=row["id"],
        article=article,
        digest=row["digest"],
        gathered=row["gathered"],
        day=row["day"],
        revision=row["revision"],
        story=row["story"],
        annotated=row["annotated"],
        actors=names.actors,
        places=names.places,
        number=row["number"],
    )


def _packed(article: Article, spans: Sequence[Span]) -> _Spans:
    text, id = article.text, article.id
    if all(s.article == id and 0 <= s.start <= s.end and text[s.start : s.end] == s.text for s in spans):
        return [offset for s in spans for offset in (s.start, s.end)]
    return list(spans)


def _unpacked(id: str, text: str, spans: _Spans) -> tuple[Span, ...]:
    if spans and isinstance(spans[0], Span):
        return tuple(span for span in spans if isinstance(span, Span))
    offsets = cast(list[int], spans)
    pairs = zip(offsets[::2], offsets[1::2], strict=True)
    return tuple(Span(id, start, end, text[start:end]) for start, end in pairs)


# Attributions


def said_row(said: Said) -> Row:
    """An attribution's row, without its number."""
    quote, content = said.quote, said.quote.content
    # The parts lie in ``content`` one after the other, so only those as long as their offsets say can be cut out again.
    # In a column that is searched nothing stands that is not seen.
    plain = all(s.article == said.article and s.end - s.start == len(s.text) == len(seen(s.text)) for s in content)
    packed = _Quote(
        quote=msgspec.structs.replace(quote, content=(), quoted=()),
        content=[(s.start, s.end) for s in content] if plain else list(content),
        quoted=[_within(content, s) if plain else s for s in quote.quoted],
    )
    row: Row = {
        "id": key(said.id),
        "article": key(said.article),
        "speaker": said.speaker,
        "content": "\n".join(seen(s.text) for s in content),
    }
    packed.seal = _quote_seal(packed.quote, packed.content, packed.quoted, row)
    return row | {"quote": _encode(packed)}


def _quote_seal(quote: object, content: object, quoted: object, row: Columns) -> bytes:
    values = [row[column] for column in ("id", "article", "speaker", "content")]
    return sealing(quote, content, quoted, *values)


def check_said(row: Columns) -> None:
    """Nothing, if the row of an attribution is as it was put.

    Raises:
        ValueError, TypeError, StopIteration, MsgspecError: it is not.
    """
    said(row)
    quote, content, quoted, *seal = _decode_plainly(row["quote"])
    if seal not in ([], [b""], [_quote_seal(quote, content, quoted, row)]):
        raise ValueError("the attribution is not the one that was put")


def _within(content: Sequence[Span], span: Span) -> _Part:
    """The offsets of a span if the first part of the content that it can lie in has its text there."""
    for part in content:
        if part.start <= span.start <= span.end <= part.end:
            whole = Span(part.article, span.start, span.end, part.text[span.start - part.start : span.end - part.start])
            return (span.start, span.end) if whole == span else span
    return span


def said(row: Columns) -> Said:
    """The attribution of a row that holds its columns and ``story``, ``outlet`` and ``published`` of its article."""
    packed = _decode_quote(row["quote"])
    content: list[Span] = []
    at = 0
    for part in packed.content:
        if not isinstance(part, Span):
            start, end = part
            part = Span(row["article"], start, end, row["content"][at : at + end - start])
            at += end - start + 1
        content.append(part)
    quoted = [part if isinstance(part, Span) else _cut(content, *part) for part in packed.quoted]
    return Said(
        id=row["id"],
        article=row["article"],
        quote=msgspec.structs.replace(packed.quote, content=tuple(content), quoted=tuple(quoted)),
        speaker=row["speaker"],
        story=row["story"],
        outlet=row["outlet"],
        published=row["published"],
    )


def _cut(content: Iterable[Span], start: int, end: int) -> Span:
    part = next(s for s in content if s.start <= start <= end <= s.end)
    return Span(part.article, start, end, part.text[start - part.start : end - part.start])


# Stories


def story_row(entry: StoryEntry) -> Row:
    """A story's row."""
    row: Row = {
        "id": key(entry.id),
        "title": entry.title,
        "first_day": entry.start,
        "last_day": entry.end,
        "changed": entry.changed,
        "articles": entry.articles,
        "independent": entry.independent,
        "stale": entry.stale,
        "differences": entry.differences,
        "teaser": entry.teaser,
    }
    names = (entry.outlets, entry.actors, entry.places)
    return row | {"names": _encode(_Names(*names, sealing(*_story_values(row), *names)))}


def _story_values(row: Columns) -> list[object]:
    """What the seal of a story's row holds beside its names."""
    columns = ("id", "title", "first_day", "last_day", "changed", "articles", "independent")
    return [*(row[column] for column in columns), bool(row["stale"]), row["differences"], row["teaser"]]


def check_story(row: Columns) -> None:
    """Nothing, if the row of a story is as it was put.

    Raises:
        ValueError, TypeError, MsgspecError: it is not.
    """
    names = _decode_names(row["names"])
    told = sealing(*_story_values(row), names.outlets, names.actors, names.places)
    if names.seal not in (b"", told):
        raise ValueError("the story is not the one that was put")


def same_names(one: bytes, other: bytes | None) -> bool:
    """Whether two rows of stories have the same names."""
    if other is None:
        return False
    try:
        a, b = _decode_names(one), _decode_names(other)
    except (msgspec.MsgspecError, ValueError):
        return False
    return (a.outlets, a.actors, a.places) == (b.outlets, b.actors, b.places)


def facet_rows(entry: StoryEntry) -> list[Row]:
    """By what a story is found: the whole names of outlets, the words of the names of actors and places."""
    found = {
        "outlet": map(name_key, entry.outlets),
        "actor": (word for name in entry.actors for word in name_words(name)),
        "place": (word for name in entry.places for word in name_words(name)),
    }
    return [
        {"kind": kind, "name": name, "story": entry.id}
        for kind, names in found.items()
        for name in dict.fromkeys(names)
    ]


def story(row: Columns) -> StoryEntry:
    """The story of a row."""
    names = _decode_names(row["names"])
    return StoryEntry(
        id=row["id"],
        title=row["title"],
        start=row["first_day"],
        end=row["last_day"],
        changed=row["changed"],
        articles=row["articles"],
        independent=row["independent"],
        outlets=names.outlets,
        actors=names.actors,
        places=names.places,
        stale=row["stale"],
        differences=row["differences"],
        teaser=row["teaser"],
    )


# Events


def event_row(event: StoryEvent) -> Row:
    """An event's row, without its number."""
    row: Row = {
        "id": key(event.id),
        "story": key(event.story),
        "type": event.type,
        "first_day": event.first or "",
        "last_day": event.last or "",
        "independent": event.independent,
    }
    return row | {"event": _encode(_Event(event, _event_seal(event, row)))}


def _event_seal(event: object, row: Columns) -> bytes:
    columns = ("id", "story", "type", "first_day", "last_day", "independent")
    return sealing(event, *(row[column] for column in columns))


def check_event(row: Columns) -> None:
    """Nothing, if the row of an event is as it was put.

    Raises:
        ValueError, MsgspecError: it is not.
    """
    event, *_ = _decode_plainly(row["event"])
    if _decode_event(row["event"]).seal != _event_seal(event, row):
        raise ValueError("the event is not the one that was put")


def party_rows(event: StoryEvent) -> list[Row]:
    """By what the parties of an event are found."""
    roles = (*(("actor", one) for one in event.actors), *(("recipient", one) for one in event.recipients))
    return [
        {"kind": kind, "value": value, "party": number, "role": role}
        for number, (role, party) in enumerate(roles)
        for kind, values in (
            ("word", name_words(party.name)),
            ("country", [party.country]),
            ("sector", [party.sector]),
        )
        for value in values
        if value is not None
    ]


def event(row: Columns) -> StoryEvent:
    """The event of a row."""
    return _decode_event(row["event"]).event


# The rest, whose fields are their columns


def plain_row(record: Trouble | Judgement | Feed | Seen | Blob) -> Row:
    """The row of a record whose columns are named as its fields are."""
    row = msgspec.structs.asdict(record)
    match record:
        case Trouble():
            row["key"] = hashed(record.input, record.kind, record.message)
            row["input_key"] = hashed(record.input)
        case Feed():
            row["key"] = hashed(record.url)
            finite(record.interval)
        case Seen():
            row["key"] = hashed(record.url)
        case Judgement():
            key(record.one), key(record.other)
        case Blob():
            key(record.shelf), key(record.key)
            row["data"] = _SEALED + sealing(record.shelf, record.key, record.place, record.data) + record.data
    return row


def plain(kind: type[R], row: Columns) -> R:
    """The record of a row whose columns are named as its fields are. A blob that is damaged has no data."""
    fields = {field: row[field] for field in kind.__struct_fields__}
    if kind is Blob:
        fields["data"] = _unsealed(row)
    return kind(**fields)


def _unsealed(row: Columns) -> bytes:
    data: bytes = row["data"]
    if not data.startswith(_SEALED):
        return data  # kept before there were seals
    told, data = data[len(_SEALED) : _BEGIN], data[_BEGIN:]
    return data if told == sealing(row["shelf"], row["key"], row["place"], data) else b""


def check_blob(row: Columns) -> None:
    """Nothing, if a blob's row is as it was put.

    Raises:
        ValueError: it is not.
    """
    told, data = row["data"][len(_SEALED) : _BEGIN], row["data"][_BEGIN:]
    if row["data"].startswith(_SEALED) and told != sealing(row["shelf"], row["key"], row["place"], data):
        raise ValueError("the blob is not the one that was put")


def read(make: Callable[[Columns], T], row: Columns) -> T:
    """What a row makes.

    Raises:
        StoreError: the row is damaged.
    """
    try:
        return make(row)
    except DAMAGED as error:
        name = next(
            (str(row[name])[:80] for name in ("id", "url", "input", "key", "number") if name in row), "a record"
        )
        raise StoreError(f"{name}: what is kept of it is damaged; rashomon check says what can be mended") from error
