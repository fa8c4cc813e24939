"""What the reader offers: articles from inputs that a person names, all at once or one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from rashomon.errors import DuplicateInput, InputError, InvalidRecord, RashomonError
from rashomon.read.contents import Outcome, Settings, article_in, contents, guarded, printable, shown
from rashomon.read.credits import same_name
from rashomon.read.decode import decode
from rashomon.read.draft import Draft
from rashomon.read.metadata import Metadata, from_fields, iso_date, merge
from rashomon.read.page import read_page
from rashomon.read.plain import read_plain
from rashomon.read.records import read_record, record_of
from rashomon.types import Article, Published

if TYPE_CHECKING:
    import pandas
    import pyarrow

MAX_BYTES = 10_000_000
Reports: TypeAlias = "Iterable[Article | str | Mapping[str, object]] | pandas.DataFrame | pyarrow.Table"
"""What Python holds of reports: see :func:`taken`."""
_ID_LENGTH = 12
_LONGEST_NAME = 1000  # characters; no text of so few is a report


@dataclass(frozen=True)
class Problem:
    """One input that could not be read: what a person named, one clear line, and the error itself."""

    input: str
    message: str
    error: RashomonError


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
    settings = Settings(_options(outlet, published, url, language), max_bytes, allow_private, stdin)
    drafts: list[Draft] = []
    problems: list[Problem] = []
    kept: dict[str, list[Draft]] = {}
    for name, outcome in _outcomes(inputs, settings):
        new = _unless_kept(outcome, kept) if isinstance(outcome, Draft) else outcome
        if isinstance(new, Draft):
            drafts.append(new)
        else:
            problems.append(_problem(name, new))
    return _with_ids(drafts), problems


def stream(
    inputs: Sequence[str],
    *,
    outlet: str | None = None,
    published: str | None = None,
    url: str | None = None,
    language: str | None = None,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[Article | Problem]:
    """As ``read``, but one article after another, for inputs of any size: nothing is read before it is asked for.

    The order is fixed: that of the inputs; within a folder by name, with its sub-folders in their places; within a file
    its own. A folder may hold compressed files as well. Hidden files and folders are passed over.

    An article's id depends on the article alone: on its address, else on the id that it states and its outlet, else
    on its text and its outlet. The same article twice comes twice, with the same id.

    Raises:
        InvalidRecord: the option ``published`` is no date; at once, not when the first article is asked for.
    """
    settings = Settings(_options(outlet, published, url, language), max_bytes, allow_private, stdin, bulk=True)
    return (
        outcome.article(outcome.identity()) if isinstance(outcome, Draft) else _problem(name, outcome)
        for name, outcome in _outcomes(inputs, settings)
    )


def taken(given: Reports) -> list[Article]:
    """The articles among what Python holds: articles, texts, records with the fields of JSON ones, or a table of these.

    A table is a data frame of pandas or polars, or a table of pyarrow; one of its columns has the articles' texts.

    Raises:
        InputError: one is no article in English, or has a text that came before; the message says which.
    """
    kind, items = _items(given)
    kept: dict[str, list[Draft]] = {}
    made = [
        item if isinstance(item, Article) else _taken(item, f"{kind} {number}", kept)
        for number, item in enumerate(items, 1)
    ]
    settled = iter(_with_ids([draft for draft in made if isinstance(draft, Draft)]))
    return [one if isinstance(one, Article) else next(settled) for one in made]


def _items(given: Reports) -> tuple[str, Iterable[Article | str | Mapping[str, object]]]:
    """What to call an item of these, and the items."""
    if isinstance(given, str | bytes | Mapping):
        raise InvalidRecord("is one text, and several are compared; give a list", input="articles")
    table: Any = given
    for listed in ("to_pylist", "to_dicts"):  # pyarrow, polars
        if hasattr(table, listed):
            return "row", getattr(table, listed)()
    if hasattr(table, "to_dict"):  # pandas, whose empty cells are of several kinds
        return "row", table.astype(object).where(table.notna(), None).to_dict("records")
    return "article", given


def _taken(item: str | Mapping[str, object], where: str, kept: dict[str, list[Draft]]) -> Draft:
    try:
        with guarded(where):
            draft = _unless_kept(_read_item(item, where), kept)
    except RashomonError as error:
        raise error.about(error.input or where) from error
    if isinstance(draft, DuplicateInput):
        raise draft
    return draft


def _read_item(item: str | Mapping[str, object], where: str) -> Draft:
    if isinstance(item, Mapping):
        record = record_of("record", item, MAX_BYTES)
        if isinstance(record, InputError):
            raise record
        return read_record(where, record, Metadata(), Metadata())
    if not isinstance(item, str):
        raise InvalidRecord(f"is no article, text or record but a Python {type(item).__name__}")
    if _names_a_file(item):
        raise InvalidRecord("is the name of a file; rashomon.read reads files")
    return read_plain(where, item, Metadata(), Metadata())


def _names_a_file(text: str) -> bool:
    try:
        return len(text) < _LONGEST_NAME and Path(text).exists()
    except (OSError, ValueError):
        return False


def _options(outlet: str | None, published: str | None, url: str | None, language: str | None) -> Metadata:
    date = Published(value=iso_date(published, "published", "option")) if published else None
    return Metadata(outlet=outlet, published=date, url=url, language=language)


def _outcomes(inputs: Iterable[str], settings: Settings) -> Iterator[tuple[str, Outcome]]:
    for name in map(str, inputs):
        for outcome in contents(name, settings):
            yield name, outcome


def _problem(name: str, error: RashomonError) -> Problem:
    input = shown(error.input or name)
    return Problem(input, printable(" ".join(error.message.split())), error.about(input))


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
        other = shown(first.input) + (f" ({first.where})" if first.where else "")
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
    with guarded("text"):
        return _alone(read_plain("text", text, from_fields(metadata, "read_text"), Metadata()))


def read_html(markup: str | bytes, **metadata: str) -> Article:
    """The article in an HTML page; ``metadata`` as for ``read_text``, and stronger than what the page says.

    Raises:
        InputError: no article in the page, not English, or a date that is none.
    """
    with guarded("page"):
        text = decode(markup) if isinstance(markup, bytes) else markup
        return _alone(read_page("page", text, from_fields(metadata, "read_html"), Metadata()))


def read_fetched(
    data: bytes,
    url: str,
    *,
    charset: str | None = None,
    stated: Metadata | None = None,
    default: Metadata | None = None,
) -> Article:
    """The article in what an address answered (a page or plain text), under the id that ``stream`` would give it.

    ``url`` is the address after redirects, ``charset`` the one that the server declared. ``stated`` beats what the page
    says of itself, which beats ``default`` (what a feed says of it).

    Raises:
        InputError: no article there, or not English.
    """
    with guarded(url):
        known = merge(Metadata(url=url), default or Metadata())
        draft = article_in(url, decode(data, charset), stated or Metadata(), known)
        return draft.article(draft.identity())


def _alone(draft: Draft) -> Article:
    return draft.article(draft.metadata.id or _digest_id(draft))


def _with_ids(drafts: Sequence[Draft]) -> list[Article]:
    """The articles under unique ids: the stated one, else the file's name, else a digest of URL or text.

    Where several would share an id, each gets the start of its text's digest behind it, so that ids do not depend on
    the order of the inputs.
    """
    wanted = [draft.metadata.id or draft.called or _digest_id(draft) for draft in drafts]
    articles = []
    for draft, id in zip(drafts, wanted, strict=True):
        unique = f"{id}-{draft.digest()[:_ID_LENGTH]}" if wanted.count(id) > 1 else id
        articles.append(draft.article(unique))
    return articles


def _digest_id(draft: Draft) -> str:
    return draft.digest()[:_ID_LENGTH]


__all__ = ["MAX_BYTES", "Problem", "Reports", "read", "read_fetched", "read_html", "read_text", "stream", "taken"]
