"""From what a person names (files, directories, manifests, URLs, ``-``) to articles and a list of what went wrong."""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from rashomon.errors import DuplicateInput, InputError, InvalidRecord, MissingInput, RashomonError, UnreadableInput
from rashomon.read.credits import same_name
from rashomon.read.decode import clean, decode
from rashomon.read.draft import Draft
from rashomon.read.fetch import fetch
from rashomon.read.metadata import Metadata, from_fields, iso_date, merge
from rashomon.read.page import looks_like_html, read_page
from rashomon.read.plain import read_plain
from rashomon.read.records import Record, is_manifest_line, looks_like_json, read_record, records
from rashomon.types import Article, Published

MAX_BYTES = 10_000_000
MANIFEST = "manifest.jsonl"
_TEXT_SUFFIXES = (".txt", ".text", ".md")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
_ID_LENGTH = 12


@dataclass(frozen=True)
class Problem:
    """One input that could not be read: what a person named, one clear line, and the error itself."""

    input: str
    message: str
    error: RashomonError


@dataclass(frozen=True)
class _Settings:
    options: Metadata
    max_bytes: int
    allow_private: bool
    stdin: BinaryIO | None


def read(
    inputs: Sequence[str],
    *,
    outlet: str | None = None,
    published: str | None = None,
    url: str | None = None,
    language: str | None = None,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    stdin: BinaryIO | None = None,
) -> tuple[list[Article], list[Problem]]:
    """Read articles from files, directories, manifests, ``-`` (standard input) and ``http(s)`` URLs.

    Metadata comes from, in this order: the options given here; a manifest's line; front matter or a JSON record's
    fields; what an HTML page states about itself; what the text itself shows (marked as inferred where it is a
    date); for the outlet, the host of the URL. What none of them says stays ``None``.

    A bad input becomes a ``Problem`` and never stops the others. The same text twice is kept once and reported, unless
    two named outlets printed it: then it is a reprint, of interest in itself.
    ``max_bytes`` limits each file, page and line; ``allow_private`` allows URLs on private networks.

    Raises:
        InvalidRecord: the option ``published`` is no date (that is no input's fault).
    """
    date = Published(value=iso_date(published, "published", "option")) if published else None
    options = Metadata(outlet=outlet, published=date, url=url, language=language)
    settings = _Settings(options, max_bytes, allow_private, stdin)
    drafts: list[Draft] = []
    problems: list[Problem] = []
    kept: dict[str, list[Draft]] = {}
    for name in map(str, inputs):
        for outcome in _outcomes(name, settings):
            new = _unless_kept(outcome, kept) if isinstance(outcome, Draft) else outcome
            if isinstance(new, Draft):
                drafts.append(new)
            else:
                new.input = _shown(new.input or name)
                problems.append(Problem(new.input, _one_line(new.message), new))
    return _with_ids(drafts), problems


def _unless_kept(draft: Draft, kept: dict[str, list[Draft]]) -> Draft | DuplicateInput:
    """The draft, now among the ``kept`` (by digest of the text), or an error if that article is among them already."""
    alike = kept.setdefault(draft.digest(), [])
    first = next((other for other in alike if _is_same_article(draft, other)), None)
    if first is not None:
        return _duplicate(draft, first)
    alike.append(draft)
    return draft


def _is_same_article(a: Draft, b: Draft) -> bool:
    """Whether two drafts of one text are one article: no two different outlets are named."""
    return None in (a.metadata.outlet, b.metadata.outlet) or same_name(a.metadata.outlet, b.metadata.outlet)


def _duplicate(again: Draft, first: Draft) -> DuplicateInput:
    where = f"{again.where}: " if again.where else ""
    if again.input != first.input:
        other = _shown(first.input) + (f" ({first.where})" if first.where else "")
    elif again.where != first.where:
        other = first.where
    else:
        return DuplicateInput(f"{where}was given before; it is kept once", input=again.input)
    return DuplicateInput(f"{where}has the same text as {other}; it is kept once", input=again.input)


def read_text(text: str, **metadata: str) -> Article:
    """The article in a pasted text; ``metadata`` are fields of ``Article`` (``outlet="…"``, ``published="…"``).

    Raises:
        InputError: empty, not text, no paragraph in it, not English, or a date that is none.
    """
    return _alone(read_plain("text", text, from_fields(metadata, "read_text"), Metadata()))


def read_html(markup: str | bytes, **metadata: str) -> Article:
    """The article in an HTML page; ``metadata`` as for ``read_text``, and stronger than what the page says.

    Raises:
        InputError: no article in the page, not English, or a date that is none.
    """
    text = decode(markup) if isinstance(markup, bytes) else markup
    return _alone(read_page("page", text, from_fields(metadata, "read_html"), Metadata()))


def _alone(draft: Draft) -> Article:
    return draft.article(draft.metadata.id or draft.digest()[:_ID_LENGTH])


def _outcomes(name: str, settings: _Settings) -> Iterator[Draft | InputError]:
    """All that one input holds, errors in their places, each with the input it is about."""
    try:
        for outcome in _opened(name, settings):
            if isinstance(outcome, InputError) and outcome.input is None:
                outcome.input = _shown(name)
            yield outcome
    except InputError as error:
        error.input = error.input or _shown(name)
        yield error
    except OSError as error:
        yield UnreadableInput(f"cannot be read: {error.strerror or type(error).__name__}", input=_shown(name))


def _opened(name: str, settings: _Settings) -> Iterator[Draft | InputError]:
    if name == "-":
        stream = settings.stdin if settings.stdin is not None else sys.stdin.buffer
        data = stream.read(settings.max_bytes + 1)
        yield from _documents("-", _within(data, settings), settings, Metadata(), suffix="")
    elif re.match(r"https?://", name, re.IGNORECASE):
        page = fetch(name, max_bytes=settings.max_bytes, allow_private=settings.allow_private)
        found = Metadata(url=page.url, id=_stem_of_url(page.url))
        yield from _documents(name, page.data, settings, Metadata(), suffix="", found=found, charset=page.charset)
    elif re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", name):
        raise MissingInput("is no http or https address and no file")
    else:
        yield from _file_or_directory(name, settings)


def _file_or_directory(name: str, settings: _Settings) -> Iterator[Draft | InputError]:
    path = Path(name)
    if not name or "\0" in name:
        raise MissingInput("is no name of a file")
    try:
        is_directory = path.is_dir()
        there = path.exists() or path.is_symlink()
    except OSError as error:
        raise MissingInput(f"cannot be looked up: {error.strerror}") from error
    if not there:
        raise MissingInput("there is no such file or directory")
    if is_directory:
        yield from _directory(path, settings)
    else:
        yield from _file(path, settings, Metadata())


def _directory(path: Path, settings: _Settings) -> Iterator[Draft | InputError]:
    """A directory's manifest if it has one, else its files with a suffix that is read, by name; not its folders."""
    manifest = path / MANIFEST
    if manifest.is_file():
        yield from _outcomes_of(manifest, settings, Metadata())
        return
    readable = (*_TEXT_SUFFIXES, *_HTML_SUFFIXES, *_JSON_SUFFIXES)
    names = sorted(p for p in path.iterdir() if p.suffix.casefold() in readable and not p.name.startswith("."))
    files = [p for p in names if not p.is_dir()]
    if not files:
        raise MissingInput(f"holds no article: no {MANIFEST} and no file that ends in {', '.join(readable)}")
    for file in files:
        yield from _outcomes_of(file, settings, Metadata())


def _outcomes_of(path: Path, settings: _Settings, manifest: Metadata) -> Iterator[Draft | InputError]:
    """As ``_file``, with the errors as outcomes, so that the files after it are read."""
    shown = _shown(str(path))
    try:
        for outcome in _file(path, settings, manifest):
            if isinstance(outcome, InputError):
                outcome.input = outcome.input or shown
            yield outcome
    except InputError as error:
        error.input = error.input or shown
        yield error
    except OSError as error:
        yield UnreadableInput(f"cannot be read: {error.strerror or type(error).__name__}", input=shown)


def _file(path: Path, settings: _Settings, manifest: Metadata) -> Iterator[Draft | InputError]:
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise UnreadableInput("is no regular file")
    suffix = path.suffix.casefold()
    name = str(path)
    if suffix in (".jsonl", ".ndjson"):
        yield from _lines(path, settings, manifest)
        return
    with path.open("rb") as stream:
        data = _within(stream.read(settings.max_bytes + 1), settings)
    found = Metadata(id=_printable(path.stem) or None)
    yield from _documents(name, data, settings, manifest, suffix=suffix, found=found, base=path.parent)


def _within(data: bytes, settings: _Settings) -> bytes:
    if len(data) > settings.max_bytes:
        raise UnreadableInput(f"is larger than {settings.max_bytes / 1e6:g} MB; no article is; give the article alone")
    return data


def _lines(path: Path, settings: _Settings, manifest: Metadata) -> Iterator[Draft | InputError]:
    """A JSON Lines file, line by line, for such files may be large where no line is."""
    number, empty = 0, True
    with path.open("rb") as stream:
        while line := stream.readline(settings.max_bytes + 1):
            number += 1
            if len(line) > settings.max_bytes:
                raise UnreadableInput(f"line {number}: is larger than {settings.max_bytes / 1e6:g} MB")
            if not line.strip():
                continue
            empty = False
            yield from _line(path, number, line, settings, manifest)
    if empty:
        raise UnreadableInput("is empty")


def _line(
    path: Path, number: int, line: bytes, settings: _Settings, manifest: Metadata
) -> Iterator[Draft | InputError]:
    try:
        found = list(records(decode(line)))
    except InputError as error:
        yield type(error)(f"line {number}: {error.message}", input=_shown(str(path)))
        return
    for record in found:
        if isinstance(record, InvalidRecord):
            yield InvalidRecord(f"line {number}: {record.message}", input=_shown(str(path)))
        else:
            placed = Record(f"line {number}", record.fields)
            yield from _record(str(path), placed, settings, manifest, base=path.parent, default=Metadata())


def _record(
    name: str, record: Record, settings: _Settings, manifest: Metadata, *, base: Path | None, default: Metadata
) -> Iterator[Draft | InputError]:
    """The article of a record, or of the file that a manifest's line names."""
    try:
        if is_manifest_line(record):
            if base is None:
                raise InvalidRecord(f"{record.where}: names a file, which only a manifest in a file can do")
            line = from_fields(record.fields, record.where)
            yield from _outcomes_of(_listed(record, base), settings, merge(line, manifest))
        else:
            draft = read_record(name, record, merge(settings.options, manifest), default)
            yield draft._replace(where=record.where)
    except InputError as error:
        error.input = _shown(name)
        yield error


def _listed(record: Record, base: Path) -> Path:
    """The file that a manifest's line names, inside the manifest's own directory.

    Raises:
        InvalidRecord: the path leads out of that directory, to itself a manifest, or nowhere.
    """
    given = str(record.fields["path"])
    path = base / given
    try:
        inside = path.resolve().is_relative_to(base.resolve())
        there = inside and path.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, there = True, False
    if not inside:
        raise InvalidRecord(f"{record.where}: the path {given!r} leads out of the manifest's directory")
    if not there:
        raise InvalidRecord(f"{record.where}: there is no file {given!r} beside the manifest")
    if path.suffix.casefold() in (".jsonl", ".ndjson"):
        raise InvalidRecord(f"{record.where}: the path {given!r} names another manifest; list the articles themselves")
    return path


def _documents(
    name: str,
    data: bytes,
    settings: _Settings,
    manifest: Metadata,
    *,
    suffix: str,
    found: Metadata | None = None,
    charset: str | None = None,
    base: Path | None = None,
) -> Iterator[Draft | InputError]:
    """What the bytes of one file, page or stream hold, told by the content first and by the suffix in doubt."""
    text = decode(data, charset)
    stated, default = merge(settings.options, manifest), found or Metadata()
    if suffix in _JSON_SUFFIXES or looks_like_json(text):
        found_records = list(records(clean(text)))
        if suffix in _JSON_SUFFIXES or _is_json(text) or not all(isinstance(r, InvalidRecord) for r in found_records):
            # The file's name can stand for one article only.
            fallback = default if len(found_records) == 1 else Metadata()
            for record in found_records:
                if isinstance(record, InvalidRecord):
                    yield record
                else:
                    yield from _record(name, record, settings, manifest, base=base, default=fallback)
            return
    if suffix in _HTML_SUFFIXES or looks_like_html(text):
        yield read_page(name, text, stated, default)
    else:
        yield read_plain(name, text, stated, default)


def _is_json(text: str) -> bool:
    """Whether a text without a telling suffix is meant as JSON: it opens with an object's first key."""
    return bool(re.match(r"\s*\[\s*\]\s*$|\s*\[?\s*\{\s*\"[^\"\n]{1,60}\"\s*:", text))


def _with_ids(drafts: Sequence[Draft]) -> list[Article]:
    """The articles under unique ids: the stated one, else the file's name, else a digest of URL or text.

    Where several would share an id, each gets the start of its text's digest behind it, so that ids do not depend on
    the order of the inputs.
    """
    wanted = [draft.metadata.id or _digest_id(draft) for draft in drafts]
    articles = []
    for draft, id in zip(drafts, wanted, strict=True):
        unique = f"{id}-{draft.digest()[:_ID_LENGTH]}" if wanted.count(id) > 1 else id
        articles.append(draft.article(unique))
    return articles


def _digest_id(draft: Draft) -> str:
    return draft.digest()[:_ID_LENGTH]


def _stem_of_url(url: str) -> str | None:
    """The last part of a URL's path without its suffix; ``None`` for a bare host."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return _printable(Path(last).stem)[:60] or None


def _printable(name: str) -> str:
    """A file's name as an id: undecodable bytes and control characters replaced."""
    return "".join(c if c.isprintable() else "_" for c in name.encode("utf-8", "replace").decode("utf-8")).strip()


def _shown(name: str) -> str:
    return _printable(name)[:300] or repr(name)


def _one_line(message: str) -> str:
    return _printable(" ".join(message.split()))


__all__ = ["MAX_BYTES", "Problem", "read", "read_html", "read_text"]
