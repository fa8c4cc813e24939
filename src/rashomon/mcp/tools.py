"""The tools: for each a record of its arguments, the record of its answer, and what it asks the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from rashomon.archive import Archive
from rashomon.archive.answers import Hit, Page, RelationsAnswer, Revision, Stats, Stretch
from rashomon.data.plover import QUAD
from rashomon.errors import RashomonError
from rashomon.mcp.condensed import SECTIONS, Condensed, Excerpt, Section, StoryInLittle, condensed, excerpt
from rashomon.mcp.condensed import story_in_little as little
from rashomon.store import Judgement, Said, StoryEntry, StoryEvent, Trouble
from rashomon.types import StoryOrder

INSTRUCTIONS = """\
Rashomon holds news reports by several outlets, grouped into stories: who reports what, in whose words, and where the
reports differ. It never says who is right, and neither should you on its authority.

Every passage in an answer is a span: {"article": id, "start": n, "end": n, "text": "..."}, characters start to end of
that article, verbatim. When you use one, cite article, start and end with it and never change a word inside it: no
paraphrase between quotation marks, no words added or left out without a sign. Titles of findings and reasons are the
program's own words, not the outlets'. An account that is silent on a point does not deny it. Accounts with the same
text count once: give the number of independent accounts, not of articles.

Begin with stories or search; then story and compare; article gives the full text, range by range."""
_SPANS = " Passages are verbatim spans: cite article, start and end, and never change words inside them."
_OLDER = (
    " earlier says which older article of the archive has the same words inside quotation marks, and how many days"
    " before; predates: that was before the first report of this story, so that the words were not said of its event."
)

Limit = Annotated[int, Meta(ge=1, le=100, description="How many to list.")]
Offset = Annotated[int, Meta(ge=0, description="How many to skip before the first.")]
Day = Annotated[str | None, Meta(description="An ISO date, as 2017-02-16; since and until are both inclusive.")]
Outlet = Annotated[str | None, Meta(description="Of this outlet only; its whole name.")]
Words = Annotated[
    str | None, Meta(description='Words in any of their forms, "a phrase", -without, begin*; all must be there.')
]
_Revision = Annotated[int, Meta(ge=1)]
StoryId = Annotated[str, Meta(description="A story's id, or that of an article in it.")]
ArticleId = Annotated[str, Meta(description="An article's id.")]


class _Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a tool takes. The names are those of the archive's method."""


class Stories(_Arguments, frozen=True, kw_only=True):
    words: Words = None
    since: Day = None
    until: Day = None
    outlet: Outlet = None
    actor: Annotated[str | None, Meta(description="That names this person, organisation or country.")] = None
    place: Annotated[str | None, Meta(description="That names this place or country.")] = None
    independent: Annotated[int, Meta(ge=0, description="Of so many independent accounts at least.")] = 0
    order: Annotated[StoryOrder, Meta(description="Which come first: changed last, newest, or with most.")] = "changed"
    limit: Limit = 10
    offset: Offset = 0


class Story(_Arguments, frozen=True, kw_only=True):
    story: StoryId


class Compare(_Arguments, frozen=True, kw_only=True):
    story: StoryId
    sections: Annotated[
        tuple[Section, ...],
        Meta(
            description="points: who says, differs, denies or is silent on what; findings: each difference with its"
            " passages; utterances: what was said, and who quotes it in which words; alone: what only one account"
            " reports, and what it leaves out."
        ),
    ] = SECTIONS[:3]
    limit: Annotated[int, Meta(ge=1, le=50, description="How many of each section, the weightiest first.")] = 8
    offset: Offset = 0


class Article(_Arguments, frozen=True, kw_only=True):
    article: ArticleId
    revision: Annotated[_Revision | None, Meta(description="Another revision than the current one.")] = None
    start: Annotated[int, Meta(ge=0, description="The first character wanted.")] = 0
    length: Annotated[int, Meta(ge=200, le=20000, description="How many characters at most.")] = 6000


class Diff(_Arguments, frozen=True, kw_only=True):
    article: ArticleId
    old: Annotated[_Revision | None, Meta(description="The earlier revision; the last but one if not given.")] = None
    new: Annotated[_Revision | None, Meta(description="The later revision; the last if not given.")] = None


class Search(_Arguments, frozen=True, kw_only=True):
    words: Annotated[str, Meta(description='Words in any of their forms, "a phrase", -without, begin*.')]
    speaker: Annotated[
        str | None, Meta(description="Words of a speaker's name: search only what that speaker is said to have said.")
    ] = None
    outlet: Outlet = None
    since: Day = None
    until: Day = None
    limit: Limit = 10
    offset: Offset = 0


class Quotes(_Arguments, frozen=True, kw_only=True):
    speaker: Annotated[str | None, Meta(description="Words of the speaker's name, as Lavrov or Sergei Lavrov.")] = None
    words: Words = None
    story: Annotated[str | None, Meta(description="In this story only.")] = None
    article: Annotated[str | None, Meta(description="In this article only.")] = None
    outlet: Outlet = None
    since: Day = None
    until: Day = None
    limit: Limit = 20
    offset: Offset = 0


_Who = Annotated[
    str,
    Meta(description="Words of a name, as Lavrov; or a country's name or code, which stands for all who are of it."),
]
_Independent = Annotated[int, Meta(ge=0, description="Told by so many independent accounts at least.")]


class Events(_Arguments, frozen=True, kw_only=True):
    type: Annotated[str | None, Meta(description="A PLOVER type: " + ", ".join(sorted(QUAD)))] = None
    actor: _Who | None = None
    recipient: _Who | None = None
    country: Annotated[str | None, Meta(description="A party's country: its name or ISO alpha-3 code.")] = None
    sector: Annotated[str | None, Meta(description="A party's PLOVER sector, as GOV or MIL.")] = None
    story: Annotated[str | None, Meta(description="In this story only.")] = None
    since: Day = None
    until: Day = None
    independent: _Independent = 0
    limit: Limit = 20
    offset: Offset = 0


class Relations(_Arguments, frozen=True, kw_only=True):
    one: _Who
    other: _Who
    by: Annotated[Stretch, Meta(description="What to count by.")] = "month"
    since: Day = None
    until: Day = None
    limit: Annotated[int, Meta(ge=1, le=100, description="How many of the events to list.")] = 10
    offset: Offset = 0


class Errors(_Arguments, frozen=True, kw_only=True):
    kind: Annotated[str | None, Meta(description="Of this kind only, as FetchError.")] = None
    limit: Limit = 20
    offset: Offset = 0


class Judgements(_Arguments, frozen=True, kw_only=True):
    naming: Annotated[str | None, Meta(description="About this article or story only.")] = None
    limit: Limit = 20
    offset: Offset = 0


class Nothing(_Arguments, frozen=True, kw_only=True):
    pass


class Problems(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with an archive, a line each."""

    problems: tuple[str, ...]


class Tool(NamedTuple):
    """A verb of the archive as a tool: ``ask`` is called with a ``takes`` and answers with a ``gives``."""

    name: str
    title: str
    description: str
    takes: type[_Arguments]
    gives: Any
    ask: Callable[[Archive, Any], msgspec.Struct]

    def answer(self, archive: Archive, arguments: dict[str, Any]) -> msgspec.Struct:
        """What the archive answers.

        Raises:
            RashomonError: the arguments are not of the form that the tool takes, or the archive's own.
        """
        try:
            taken = msgspec.convert(arguments, self.takes)
        except msgspec.ValidationError as error:
            raise RashomonError(f"wrong arguments: {error}", input=self.name) from error
        return self.ask(archive, taken)


def _plain(verb: str) -> Callable[[Archive, Any], Any]:
    """Asks the method of this name with the arguments as they are."""
    return lambda archive, taken: getattr(archive, verb)(**msgspec.structs.asdict(taken))


def _compare(archive: Archive, taken: Compare) -> Condensed:
    story = archive.told(taken.story).story.id
    comparison = archive.compare(story)
    return condensed(comparison, story, sections=taken.sections, limit=taken.limit, offset=taken.offset)


def _article(archive: Archive, taken: Article) -> Excerpt:
    return excerpt(archive.article(taken.article, revision=taken.revision), taken.start, taken.length)


TOOLS: tuple[Tool, ...] = (
    Tool(
        "stories",
        "List stories",
        "List the stories in the archive, those changed last first, with the number of reports and of independent"
        " accounts of each. Titles are outlets' headlines.",
        Stories,
        Page[StoryEntry],
        _plain("stories"),
    ),
    Tool(
        "story",
        "Show a story",
        "Show one story: its reports (outlet, headline, date, address), the number of independent accounts, and which"
        " reports have text in common; older lists the quotations that stood in an older article before."
        + _OLDER
        + _SPANS,
        Story,
        StoryInLittle,
        lambda archive, taken: little(archive.story(taken.story)),
    ),
    Tool(
        "compare",
        "Compare the reports of a story",
        "Show where the reports of one story agree, differ and are silent, who is quoted in which words, and each"
        " difference with the passages that show it. The first call for a story may take some seconds." + _SPANS,
        Compare,
        Condensed,
        _compare,
    ),
    Tool(
        "search",
        "Search the reports",
        "Search the full text of all reports; with a speaker, only what that speaker is said to have said." + _SPANS,
        Search,
        Page[Hit],
        _plain("search"),
    ),
    Tool(
        "quotes",
        "Find quotations",
        "List what somebody is said to have said, latest first: quoted (direct), paraphrased (indirect) or both"
        " (mixed), with the outlet that reports it. Only direct content and quoted parts stand in quotation marks in"
        " the report; the rest is the outlet's wording." + _OLDER + _SPANS,
        Quotes,
        Page[Said],
        _plain("quotes"),
    ),
    Tool(
        "events",
        "List events",
        "List who did what to whom, in PLOVER's codes, the latest first: each event once, however many reports of its"
        " story have it. accounts say which report tells of it with which status (done, reported, planned, denied) and"
        " in which words; an event without a date has the days of its first report. Programs coded them: read the"
        " passages before you rely on one." + _SPANS,
        Events,
        Page[StoryEvent],
        _plain("events"),
    ),
    Tool(
        "relations",
        "Show relations over time",
        "Count what came to pass between two persons, bodies or countries by day, week or month: verbal and material"
        " cooperation and conflict, who did it to whom, and the events themselves, the latest first. Counts depend on"
        " what the archive's outlets report." + _SPANS,
        Relations,
        RelationsAnswer,
        _plain("relations"),
    ),
    Tool(
        "article",
        "Read an article",
        "Read an article's text from one character to another, with its outlet, headline, date and address. next says"
        " where to go on; older lists the quotations there that stood in an older article before." + _OLDER + _SPANS,
        Article,
        Excerpt,
        _article,
    ),
    Tool(
        "diff",
        "See how an article was changed",
        "Show how an outlet changed an article after publishing it: the words taken out and put in, with their places"
        " in either revision. Never change words inside them when you cite them.",
        Diff,
        Revision,
        _plain("diff"),
    ),
    Tool(
        "judgements",
        "List people's judgements",
        "List what people judged: whether two articles report one event, and which findings are none.",
        Judgements,
        Page[Judgement],
        _plain("judgements"),
    ),
    Tool(
        "stats",
        "Count what the archive holds",
        "Count the articles, stories, outlets, quotations and events in the archive, and say what days it spans.",
        Nothing,
        Stats,
        _plain("stats"),
    ),
    Tool(
        "errors",
        "List what could not be read",
        "List what could not be read or analysed, and why: what the archive may lack.",
        Errors,
        Page[Trouble],
        _plain("errors"),
    ),
    Tool(
        "check",
        "Look for damage",
        "Look for damage in the archive. This may take minutes on a large one.",
        Nothing,
        Problems,
        lambda archive, _: Problems(problems=tuple(archive.check(mend=False))),
    ),
)


def schema(record: Any) -> dict[str, Any]:
    """The JSON Schema of a record, an object at its root as the protocol wants it."""
    (root,), definitions = msgspec.json.schema_components([record], ref_template="#/$defs/{name}")
    name = root["$ref"].rpartition("/")[2]
    described = dict(definitions.pop(name))
    described.pop("title", None)
    return {**described, "$defs": definitions} if definitions else described
