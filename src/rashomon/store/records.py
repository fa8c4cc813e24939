"""What an archive keeps, and what can be asked of it, as plain records. No I/O.

Times are ISO 8601 in UTC to the second, ``2017-02-16T14:05:00Z``, so that their order as text is their order in time.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import msgspec

from rashomon.types import ActorKind, Article, EventStatus, Quote, Span, StoryOrder

Verdict = Literal["same", "different", "unsure"]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An article as the archive has it: one revision of it, the current one unless it was asked for by its number.

    ``digest`` is of title and text and tells a revision from the same again. ``day`` is when it was published in days
    since 1970 (when it was gathered, where that is unknown). ``annotated`` names what annotated this revision;
    ``None`` is not yet. ``actors`` and ``places`` are names that the annotations found, most mentioned first.
    ``number`` is its place in the order of arrival, given by the store.
    """

    id: str
    article: Article
    digest: str
    gathered: str
    day: float
    revision: int = 1
    story: str | None = None
    annotated: str | None = None
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    number: int = 0


class StoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A story in the list of stories. ``start`` and ``end`` are the first and the last day of its reports (ISO dates).

    ``changed`` is when the last article came to it or left it. ``independent`` counts accounts that are not copies.
    ``stale`` says that articles came or left since the rest was worked out. ``differences`` is how many its comparison
    found, ``None`` before there is one; ``teaser`` is the first of them in a line.
    """

    id: str
    title: str = ""
    start: str | None = None
    end: str | None = None
    changed: str = ""
    articles: int = 0
    independent: int = 0
    outlets: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    stale: bool = False
    differences: int | None = None
    teaser: str = ""


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest article that quotes the same words: at least eight in a row, inside quotation marks there and here.

    ``days`` is how many earlier it was published; 0 is earlier on the same day, in another story. ``words`` are where
    they stand here and ``passage`` where they stand there, each as far as its quotation marks reach. ``predates``: it
    is of another story and of a day before the first report of the one that the words are used in now, so that they
    are older than its event.
    """

    article: str
    outlet: str | None = None
    published: str | None = None
    story: str | None = None
    days: int = 0
    predates: bool = False
    words: Span
    passage: Span


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """An attribution found in an article: what somebody is said to have said there.

    ``id`` is unique in the archive. ``speaker`` is the name by which the article knows the speaker. The spans of
    ``quote`` are of the article's current revision; ``story``, ``outlet`` and ``published`` are the article's (given
    by the store; what is put there is ignored). ``earlier`` is worked out for an answer, and never kept.
    """

    id: str
    article: str
    quote: Quote
    speaker: str | None = None
    story: str | None = None
    outlet: str | None = None
    published: str | None = None
    earlier: Earlier | None = None


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes part in an event, by the fullest name that the reports of its story have.

    ``country`` is an ISO 3166-1 alpha-3 code, ``sector`` a PLOVER one; ``None`` for unknown.
    """

    name: str
    kind: ActorKind
    country: str | None = None
    sector: str | None = None


class EventAccount(msgspec.Struct, frozen=True, kw_only=True):
    """How one article tells of an event: the status that it has there, and the passages."""

    article: str
    outlet: str | None = None
    published: str | None = None
    status: EventStatus
    spans: tuple[Span, ...]


class StoryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a story tells of, once, however many of its reports do: a PLOVER record with its evidence.

    ``id`` is unique in the archive. ``type``, ``mode``, ``context``, ``status`` and ``date`` are as of
    :class:`rashomon.types.Event`; ``quad`` is the type's quad class, 1 to 4. ``first`` and ``last`` are the days
    between which it lies: of its date, or, where the reports tell none, the day of the first of them (``None``: that
    is not known either). ``place`` and ``voice`` are names. ``independent`` counts the accounts that are not copies.
    """

    id: str
    story: str
    type: str
    quad: int
    mode: str | None = None
    context: tuple[str, ...] = ()
    actors: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    date: str | None = None
    first: str | None = None
    last: str | None = None
    place: str | None = None
    place_country: str | None = None
    status: EventStatus = "reported"
    voice: tuple[str, ...] = ()
    independent: int = 1
    accounts: tuple[EventAccount, ...] = ()


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read or analysed. The same trouble with the same input is kept once, and counted."""

    input: str
    kind: str
    message: str
    first: str
    last: str
    times: int = 1


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word on two articles, or on a finding of a story's comparison (``different``: it is no finding).

    None is ever overwritten: the last on a pair counts. ``number`` is given by the store.
    """

    about: Literal["articles", "finding"] = "articles"
    one: str
    other: str
    verdict: Verdict
    given: str
    by: str | None = None
    note: str | None = None
    number: int = 0


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that is followed, and how its last visit went. ``due`` is when it is to be visited next.

    ``interval`` is its own rhythm in seconds. ``gone`` feeds are not visited any more.
    """

    url: str
    title: str | None = None
    etag: str | None = None
    modified: str | None = None
    checked: str | None = None
    due: str | None = None
    interval: float = 1800.0
    failures: int = 0
    gone: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An address that was read before, so that five feeds that name it fetch it once; ``article`` is what it gave.

    ``etag`` and ``modified`` are for asking whether it changed; ``attempts`` counts failures in a row.
    """

    url: str
    read: str
    article: str | None = None
    etag: str | None = None
    modified: str | None = None
    attempts: int = 0


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that only the one who put them there can read, on a shelf of their own: features, annotations, caches.

    ``place`` orders the shelf.
    """

    shelf: str
    key: str
    data: bytes
    place: int = 0


Record = Stored | StoryEntry | Said | StoryEvent | Trouble | Judgement | Feed | Seen | Blob
R = TypeVar("R", bound=Record)


class Query(msgspec.Struct, Generic[R], frozen=True, kw_only=True):
    """A question to a store. ``limit`` is the most records wanted, ``offset`` how many to pass over."""

    limit: int | None = None
    offset: int = 0


class Articles(Query[Stored], frozen=True, kw_only=True):
    """Articles by arrival; with ``words``, those that match, best first.

    ``words`` are what a person types: words (their forms match, too), ``"a phrase"``, ``-without``, ``begin*``. All
    must match, in title or text. Nothing typed is an error; where only ``-without`` is asked, nothing is found.
    ``since`` and ``until`` are days since 1970, of ``day``, both inclusive. ``outlet`` is a whole name, in any case.
    ``pending`` finds those not annotated by what it names. ``beyond`` finds those whose ``number`` is greater,
    ``begins`` those whose id begins so.
    """

    words: str | None = None
    story: str | None = None
    outlet: str | None = None
    since: float | None = None
    until: float | None = None
    pending: str | None = None
    beyond: int = 0
    begins: str | None = None


class Revisions(Query[Stored], frozen=True, kw_only=True):
    """All revisions of an article, oldest first, the current one last."""

    article: str


class Stories(Query[StoryEntry], frozen=True, kw_only=True):
    """Stories in an ``order``, then newest change first, those that ended last, then by id.

    ``since`` and ``until`` are ISO dates; a story matches if its time overlaps. ``outlet`` is a whole name in any case,
    ``actor`` and ``place`` are words that stand in such names. ``independent`` is the least number of independent
    accounts. ``stale`` finds those to be worked out anew; ``words`` those with an article that matches (as in
    :class:`Articles`).
    """

    since: str | None = None
    until: str | None = None
    outlet: str | None = None
    actor: str | None = None
    place: str | None = None
    independent: int = 0
    stale: bool | None = None
    words: str | None = None
    order: StoryOrder = "changed"


class Sayings(Query[Said], frozen=True, kw_only=True):
    """Attributions, by the day of their article (newest first), then by id.

    ``speaker`` holds words of the speaker's name, all of which must stand in it, in any case; ``words`` search the
    content (as in :class:`Articles`). ``choices`` find those whose content has all words of
    one of them, which are single words (:func:`rashomon.store.terms.indexed`); these come oldest first.
    """

    speaker: str | None = None
    words: str | None = None
    choices: tuple[tuple[str, ...], ...] | None = None
    article: str | None = None
    story: str | None = None
    outlet: str | None = None
    since: float | None = None
    until: float | None = None


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a question is about: those who bear all words of ``name``, are of the ``country`` and in the ``sector``."""

    name: str | None = None
    country: str | None = None
    sector: str | None = None


class Events(Query[StoryEvent], frozen=True, kw_only=True):
    """Events of stories, the latest first (``first``), then by the number of independent accounts, then by id.

    ``actor`` and ``recipient`` are those of that role, ``party`` is one of either. ``between`` finds what one of two
    does to the other, or both do together where that makes no difference. ``since`` and ``until`` are ISO dates; an
    event matches if its days overlap. ``independent`` is the least number of independent accounts.
    """

    story: str | None = None
    type: str | None = None
    actor: Who | None = None
    recipient: Who | None = None
    party: Who | None = None
    between: tuple[Who, Who] | None = None
    since: str | None = None
    until: str | None = None
    independent: int = 0


class Troubles(Query[Trouble], frozen=True, kw_only=True):
    """Troubles, the latest first (``last``, then ``input``, ``kind``, ``message``)."""

    kind: str | None = None


class Judgements(Query[Judgement], frozen=True, kw_only=True):
    """Judgements in the order in which they were given; those that name ``naming`` on either side."""

    about: Literal["articles", "finding"] | None = None
    naming: str | None = None


class Feeds(Query[Feed], frozen=True, kw_only=True):
    """Feeds by URL; those due at ``due`` or before (or never visited), and not gone."""

    due: str | None = None


class Shelf(Query[Blob], frozen=True, kw_only=True):
    """All blobs of a shelf, by place and key."""

    shelf: str


# A record's key: what ``get`` and ``drop`` take. Of a blob, ``(shelf, key)``; of an article, its id.
Key = str | tuple[str, str]
