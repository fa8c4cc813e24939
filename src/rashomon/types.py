"""All records. No I/O, no analysis.

Every record is frozen. Offsets are Unicode code points into ``Article.text``, ``[start, end)``. Identifiers are
strings, unique within the document that holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    import pandas
    import pyarrow

ActorKind = Literal["person", "organisation", "country", "place", "group"]
Annotators = Literal["fast", "accurate"]
DEFAULT_ANNOTATORS: Annotators = "accurate"
QuoteForm = Literal["direct", "indirect", "mixed"]
Polarity = Literal["affirmed", "negated"]
# The strength ladder, weakest first: what the telling commits itself to.
Strength = Literal["denied", "doubted", "alleged", "reported", "planned", "stated"]
FindingGroup = Literal["facts", "certainty", "wording"]
Stance = Literal["says", "differs", "denies", "silent"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
VariantKind = Literal[
    "spelling", "punctuation", "function-word", "content-word", "insertion", "omission", "translation"
]
FindingKind = Literal[
    "quote-wording",
    "quoted-paraphrased",
    "number",
    "date",
    "place",
    "name",
    "event-name",
    "term",
    "strength",
    "attribution",
    "addressee",
    "polarity",
    "cause",
    "omission-within",
    "not-a-conflict",
]
NonConflict = Literal["refinement", "update", "scope", "translation", "rounding"]
WordStatus = Literal["shared", "other", "alone"]
EventStatus = Literal["planned", "reported", "done", "denied"]
CopyKind = Literal["duplicate", "reprint", "passage"]
StoryOrder = Literal["changed", "newest", "independent", "differences"]
"""Stories by the last change, the last day of a report, the number of independent accounts, that of differences."""
Table = Literal["findings", "points", "tellings", "quotes", "events", "voices"]
"""What of a comparison there is a table of; its columns are ``rashomon.tables.COLUMNS``."""
TableFormat = Literal["jsonl", "csv", "parquet"]
Stage = Literal["read", "annotate", "features", "group", "compare", "events"]
"""What ``rashomon scale`` does, in this order."""
Runner = Literal["native", "ray"]
"""Where it does it: processes of this machine, or a Ray cluster."""


class Span(msgspec.Struct, frozen=True):
    """A range ``[start, end)`` of one article's text, with that text: ``text == article.text[start:end]``."""

    article: str
    start: int
    end: int
    text: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """When an article was published, as an ISO 8601 date or date and time; ``inferred`` if read off the text."""

    value: str
    inferred: bool = False


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One text published by one outlet. ``text`` is never edited after reading.

    ``paragraphs`` are the spans to be analysed, in order; ``headings`` are headlines and cross-heads (shown, never
    analysed as statements); ``furniture`` is what belongs to the page and not to the report. The three never overlap.
    ``credits`` are the names of agencies to which the article credits its text.
    """

    id: str
    outlet: str | None = None
    title: str | None = None
    published: Published | None = None
    modified: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    text: str
    paragraphs: tuple[Span, ...] = ()
    headings: tuple[Span, ...] = ()
    furniture: tuple[Span, ...] = ()
    credits: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The span ``[start, end)`` of this article's text."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span [{start}, {end}) is outside the text of {self.id} (length {len(self.text)})")
        return Span(self.id, start, end, self.text[start:end])


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A person, organisation, country, place or group that is named.

    ``country`` is an ISO 3166-1 alpha-3 code or ``None`` for unknown. ``roles`` are offices as the articles word them.
    ``sector`` is PLOVER's code for the part of society that office or name put the actor in, ``None`` for unknown.
    """

    id: str
    name: str
    kind: ActorKind
    country: str | None = None
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sector: str | None = None


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A span that names an actor. ``form`` says how."""

    span: Span
    actor: str
    form: Literal["name", "role", "metonym", "nationality", "pronoun", "nominal"] = "name"


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """One attribution: somebody is said to have said (thought, ordered, denied) something.

    ``content`` lies inside the quotation marks for a direct quote, without the marks. A mixed quote's ``content`` is
    the whole reported clause, its marked parts are ``quoted``. ``chain`` holds the speakers from the outermost
    reporter to the innermost speaker (``speaker`` is its last element). ``polarity`` is ``negated`` when what stands
    outside the marks negates the content. ``modality`` is the modal or hedge outside the marks, verbatim, if any.
    ``statement`` is false where nobody says, thinks or asks anything in so many words: a plan, an expectation of no
    one's, a mere topic. A comparison holds statements alone.
    """

    id: str
    form: QuoteForm
    content: tuple[Span, ...]
    quoted: tuple[Span, ...] = ()
    cue: Span | None = None
    speaker: str | None = None
    speaker_span: Span | None = None
    chain: tuple[str, ...] = ()
    polarity: Polarity = "affirmed"
    modality: Span | None = None
    addressee: str | None = None
    addressee_span: Span | None = None
    confidence: float = 1.0
    statement: bool = True


class TimeExpression(msgspec.Struct, frozen=True, kw_only=True):
    """A time expression and its TIMEX3 type and value (TimeML, ISO 8601); ``value`` is ``None`` when unresolved.

    ``anchor`` is the ISO date against which a relative expression was resolved.
    """

    span: Span
    type: TimexType
    value: str | None = None
    anchor: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom, when and where: a PLOVER record with its evidence.

    ``type`` is a PLOVER root code, ``mode`` and ``context`` are the manual's where the words tell them. ``actors`` and
    ``recipients`` are ids of actors, ``place`` too; ``date`` is ISO 8601 of any granularity. ``voice`` is whose word it
    is, as of a claim: empty for the narrator's own. Of a story's event, ``accounts`` has for each article that tells of
    it the status it has there.
    """

    id: str
    type: str
    mode: str | None = None
    context: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    date: str | None = None
    place: str | None = None
    status: EventStatus = "reported"
    voice: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    accounts: dict[str, EventStatus] = {}


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One proposition as one article makes it.

    ``voice`` holds the chain of speakers, outermost first; empty means the article's own narrator. ``quote`` is the
    attribution that the claim is the content of, if any.
    """

    id: str
    article: str
    spans: tuple[Span, ...]
    voice: tuple[str, ...] = ()
    polarity: Polarity = "affirmed"
    strength: Strength = "stated"
    quote: str | None = None


class Token(msgspec.Struct, frozen=True, array_like=True):
    """One token with its analysis: offsets, lemma, Universal POS, dependency label, head (an index into the tokens)."""

    start: int
    end: int
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    ent: str
    sentence: int


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was read off one article. Actor identifiers are local to the article until it is compared."""

    article: Article
    tokens: tuple[Token, ...] = ()
    sentences: tuple[Span, ...] = ()
    actors: tuple[Actor, ...] = ()
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()


class ToldWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word ``[start, end)`` of a telling's article and what the other tellings have for it.

    ``shared``: more accounts have it too, or an equivalent ("two", "2"), than have it otherwise; ``other``: other words
    answer it, or the same word on the other side of quotation marks or qualified ("exclusive use" for "use");
    ``alone``: nothing does. ``answers`` are the words of other tellings that answer it.
    """

    start: int
    end: int
    status: WordStatus
    answers: tuple[Span, ...] = ()


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """How one account tells a point: its passage, word by word.

    ``value`` are the words that tell this account from the others, where there are any. ``paragraph`` counts from 1.
    ``possible``: the passage may tell it; its claim is not counted to the point.
    """

    article: str
    passage: Span
    value: Span | None = None
    paragraph: int = 1
    words: tuple[ToldWord, ...] = ()
    possible: bool = False

    def is_common(self, word: ToldWord) -> bool:
        """Whether no account has another word for a word of this telling that others have, too."""
        start = self.passage.start
        own = self.passage.text[word.start - start : word.end - start].lower()
        return word.status != "alone" and all(answer.text.lower() == own for answer in word.answers)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One matter that the accounts speak to, labelled by a span of the account that words it most fully.

    ``confidence`` (0 to 1) is how sure it is that the claims of different accounts are on one matter: the mean over
    their pairs; 1 where only one account speaks. How often it is right is in ``docs/accuracy.md``. ``tellings`` are how
    the accounts tell it, where two or more do; ``nearest`` has of each account in which nothing was found on it the
    sentence that comes nearest.
    """

    id: str
    label: Span
    claims: tuple[str, ...]
    stances: dict[str, Stance]
    confidence: float = 1.0
    tellings: tuple[Telling, ...] = ()
    nearest: dict[str, Span] = {}


class Fragment(msgspec.Struct, frozen=True, kw_only=True):
    """A quoted passage and the place ``[start, end)`` of the base's text where it stands."""

    span: Span
    at: tuple[int, int]


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that departs from the base at ``at``; ``base`` or ``reading`` is empty for an insertion or omission."""

    at: tuple[int, int]
    base: str
    reading: str
    kind: VariantKind
    spans: tuple[Span, ...]


class Paraphrase(msgspec.Struct, frozen=True, kw_only=True):
    """An indirect rendering of the utterance, and the parts of the base (offsets into it) that it drops."""

    span: Span
    drops: tuple[tuple[int, int], ...] = ()
    adds: tuple[Span, ...] = ()


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """One act of speech as all accounts quote or paraphrase it, collated as a critical edition would.

    Offsets ``at`` count code points of ``base.text``.
    """

    id: str
    speaker: str | None
    base: Span
    fragments: tuple[Fragment, ...] = ()
    variants: tuple[Variant, ...] = ()
    paraphrases: tuple[Paraphrase, ...] = ()


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One account's side of a finding: the passage to show and, within it, the words that differ.

    ``reading`` says in the program's words how the account reads; sides with the same reading agree with each other.
    """

    article: str
    passage: Span
    marks: tuple[Span, ...] = ()
    reading: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, of a named kind, with the spans that show it.

    ``spans`` are the differing words on every side; ``sides`` put them in their passages. ``reason`` is the program's
    own wording. ``weight`` (0 to 1) orders findings by how much a reader would want to see them; ``confidence``
    (0 to 1) is how likely a careful reader would mark the difference, where a model was asked. ``group`` is what the
    kind belongs to, ``None`` where it is no conflict. ``nonconflict`` is
    set only for the kind ``not-a-conflict``.
    """

    id: str
    kind: FindingKind
    group: FindingGroup | None = None
    point: str | None = None
    utterance: str | None = None
    actor: str | None = None
    spans: tuple[Span, ...] = ()
    sides: tuple[Side, ...] = ()
    reason: str = ""
    weight: float = 0.5
    confidence: float | None = None
    nonconflict: NonConflict | None = None


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that two articles have in common: the same words but for small edits."""

    source: Span
    copy: Span


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One article takes text from another (``source`` set) or both print one agency's text (``agency`` set)."""

    source: str
    target: str
    kind: CopyKind
    agency: str | None = None
    passages: tuple[Passage, ...] = ()


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """Who copies whom. Each of ``groups`` is one independent account; ``independent`` is their number."""

    edges: tuple[Edge, ...] = ()
    independent: int
    groups: tuple[tuple[str, ...], ...]


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A date (ISO 8601, any granularity) and the claims and events that the accounts place there."""

    date: str
    claims: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What made the document: same input and same versions give the same output."""

    rashomon: str
    models: dict[str, str]
    data: dict[str, str]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that report one event, as a whole. ``brief`` lists point ids, most widely shared first."""

    title: str
    start: str | None = None
    end: str | None = None
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How an article opens: its headline, or its first paragraph."""

    article: str
    span: Span


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """How much an article lets somebody say: how many statements of how many words, and in which paragraph first."""

    actor: str
    article: str
    quotes: int
    words: int
    paragraph: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What needs no alignment. ``prominence`` has for points the paragraph, from 1, where each account tells them."""

    headlines: tuple[Opening, ...] = ()
    leads: tuple[Opening, ...] = ()
    voices: tuple[Voice, ...] = ()
    prominence: dict[str, dict[str, int]] = {}


class Opinion(msgspec.Struct, frozen=True):
    """What a model says of two passages: in what kind of thing they differ, and by which words of either."""

    kind: str
    marks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


class JudgeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a model that a person brought along said of the links between accounts.

    ``links`` counts those it could be asked about, ``asked`` those it was asked about; ``counted`` are answers of a
    kind of ours and in words of the two passages, ``refused`` others, ``unanswered`` questions without an answer in
    time: there stands what the program says itself. ``findings`` are the ids of those that rest on the model's word.
    """

    model: str
    links: int
    asked: int
    counted: int
    refused: int
    unanswered: int
    findings: tuple[str, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All of that for one story: the document that ``rashomon compare --json`` prints.

    ``judge`` is there only where a model was brought along.
    """

    schema: Literal["rashomon.comparison/2"] = "rashomon.comparison/2"
    versions: Versions
    story: Story
    articles: tuple[Article, ...]
    actors: tuple[Actor, ...] = ()
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    points: tuple[Point, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    findings: tuple[Finding, ...] = ()
    lineage: Lineage
    overview: Overview = msgspec.field(default_factory=Overview)
    timeline: tuple[TimelineEntry, ...] = ()
    judge: JudgeReport | msgspec.UnsetType = msgspec.UNSET

    def to_pandas(self, table: Table = "findings") -> pandas.DataFrame:
        """What was found as a data frame, in the columns of ``rashomon export`` (``rashomon.tables.COLUMNS``).

        Raises:
            MissingPart: pandas is not installed.
            RashomonError: there is no such table.
        """
        from rashomon import tables

        return tables.to_pandas(self, table)

    def to_arrow(self, table: Table = "findings") -> pyarrow.Table:
        """As :meth:`to_pandas`, as a ``pyarrow.Table``.

        Raises:
            MissingPart: pyarrow is not installed.
            RashomonError: there is no such table.
        """
        from rashomon import tables

        return tables.to_arrow(self, table)

    def _repr_html_(self) -> str:
        """The report, as a notebook shows it."""
        from rashomon.show import framed

        return framed(self)
