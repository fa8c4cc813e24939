"""Articles and what is said in them: one article, its revisions, a speaker, search and quotes."""

from __future__ import annotations

import dataclasses

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from rashomon import show
from rashomon.archive.answers import ArticleAnswer, Hit, Page, Revision
from rashomon.spans import overlap
from rashomon.store import Said
from rashomon.types import Article, Comparison, Span, Utterance
from rashomon.web import addresses, feeds
from rashomon.web.answer import Asked, address, answer, moved, page_links
from rashomon.web.asking import Id, Name, Number, Parts, Place, Since, Speaker, Until, Words
from rashomon.web.problems import READING
from rashomon.web.reading import changes, older_words, said_in
from rashomon.web.site import Site, TheSite

# Quotes of one article that its page shows where the article was not compared.
_MOST_QUOTES = 500
# Stories whose findings a feed tells.
_FEED_STORIES = 20


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is said to have said in one story. ``utterances`` collate it, where the story was compared."""

    story: str | None
    title: str
    said: tuple[Said, ...]
    utterances: tuple[Utterance, ...] = ()


class SpeakerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All that somebody is said to have said, latest first, by story; ``total`` and ``offset`` count statements."""

    speaker: str
    stories: tuple[Spoken, ...]
    total: int
    offset: int = 0

    @property
    def items(self) -> tuple[Said, ...]:
        """The statements of this part, as other lists have theirs."""
        return tuple(one for spoken in self.stories for one in spoken.said)


@get("/articles/{article:str}", operation_id="article", sync_to_thread=True, responses=READING)
def article(
    request: Asked, site: TheSite, article: FromPath[str], revision: Number = None, at: Place = None
) -> Response[ArticleAnswer]:
    """An article, its current revision or another."""
    found = site.archive.article(article, revision=revision)
    if found.article.id != article:
        return moved(request, addresses.article(found.article.id, revision))
    return answer(request, found, lambda: _read(site, found, at))


@get("/articles/{article:str}/diff", operation_id="diff", sync_to_thread=True, responses=READING)
def diff(
    request: Asked, site: TheSite, article: FromPath[str], old: Number = None, new: Number = None
) -> Response[Revision]:
    """How a revision of an article became a later one; the last two where none are named."""
    found = site.archive.diff(article, old=old, new=new)

    def page() -> str:
        before = site.archive.article(article, revision=found.old).article
        after = site.archive.article(article, revision=found.new)
        return site.page(
            "diff.html.j2", diff=found, pieces=changes(before.text, found), brief=after.brief, revisions=after.revisions
        )

    return answer(request, found, page)


@get("/speakers/{name:str}", operation_id="speaker", sync_to_thread=True, responses=READING)
def speaker(request: Asked, site: TheSite, name: FromPath[str], part: Parts) -> Response[SpeakerAnswer]:
    """All that somebody is said to have said, by story, with the variant readings of stories that were compared."""
    said = site.archive.quotes(name, limit=part.limit, offset=part.offset)
    found = SpeakerAnswer(speaker=name, stories=_by_story(site, said.items), total=said.total, offset=said.offset)
    links = page_links(request, said, part.limit)
    return answer(
        request, found, lambda: site.page("speaker.html.j2", here="/quotes", found=found, parts=links), links=links
    )


@get("/search", operation_id="search", sync_to_thread=True, responses=READING)
def search(
    request: Asked,
    site: TheSite,
    part: Parts,
    words: Words = None,
    speaker: Speaker = None,
    outlet: Name = None,
    since: Since = None,
    until: Until = None,
) -> Response[Page[Hit]]:
    """Articles with these words, best first; with a speaker, those in which that speaker says them.

    As an Atom feed (`.atom`): the findings of the stories that the words lead to.
    """
    asked = {"speaker": speaker, "outlet": outlet, "since": since, "until": until}
    found: Page[Hit] = Page(items=(), total=0)
    if words is not None:
        found = site.archive.search(words, **asked, limit=part.limit, offset=part.offset)
    links = page_links(request, found, part.limit)

    def page() -> str:
        feed = address(request, "/search.atom", limit=None, offset=None)
        return site.page(
            "search.html.j2", here="/search", found=found, asked={"words": words, **asked}, parts=links, feed=feed
        )

    def feed() -> bytes:
        stories = site.archive.stories(words=words, outlet=outlet, since=since, until=until, limit=_FEED_STORIES).items
        return feeds.of_findings(request, words or "", [(one, site.comparison(one.id)) for one in stories])

    return answer(request, found, page, feed=feed, links=links)


@get("/quotes", operation_id="quotes", sync_to_thread=True, responses=READING)
def quotes(
    request: Asked,
    site: TheSite,
    part: Parts,
    speaker: Speaker = None,
    words: Words = None,
    story: Id = None,
    article: Id = None,
    outlet: Name = None,
    since: Since = None,
    until: Until = None,
) -> Response[Page[Said]]:
    """What speakers are said to have said, latest first."""
    asked = {"words": words, "story": story, "article": article, "outlet": outlet, "since": since, "until": until}
    found = site.archive.quotes(speaker, **asked, limit=part.limit, offset=part.offset)
    links = page_links(request, found, part.limit)
    return answer(
        request,
        found,
        lambda: site.page(
            "quotes.html.j2", here="/quotes", found=found, asked={"speaker": speaker, **asked}, parts=links
        ),
        links=links,
    )


def _read(site: Site, found: ArticleAnswer, at: str | None) -> str:
    """The page of an article, with what its story's comparison knows of it, or else with its own quotes."""
    article, story, revision = found.article, found.brief.story, found.brief.revision
    current = revision == len(found.revisions)
    compared = site.comparison(story) if story else None
    actors, quotes = said_in(site.archive.quotes(article=article.id, limit=_MOST_QUOTES).items if current else ())
    before = site.archive.diff(article.id, old=revision - 1, new=revision).edits if revision > 1 else ()
    return show.article_page(
        article,
        dataclasses.replace(addresses.links(story), older=older_words(found.older)),
        comparison=compared,
        actors=actors,
        quotes=quotes,
        passages=_passages(article, at),
        revision=revision,
        revisions=[
            (number, gathered, addresses.article(article.id, number if number < len(found.revisions) else None))
            for number, gathered in enumerate(found.revisions, 1)
        ],
        edits=[(edit.old, edit.new, edit.old_text, edit.new_text) for edit in before],
    )


def _passages(article: Article, at: str | None) -> tuple[Span, ...]:
    """The passage that a search found, if there is such a place in the text."""
    start, end = map(int, at.split("-")) if at else (0, 0)
    return (article.span(start, end),) if start < end <= len(article.text) else ()


def _by_story(site: Site, said: tuple[Said, ...]) -> tuple[Spoken, ...]:
    """Statements by story, in the order in which the stories first come."""
    together: dict[str | None, list[Said]] = {}
    for one in said:
        together.setdefault(one.story, []).append(one)
    return tuple(_spoken(site, story, tuple(own)) for story, own in together.items())


def _spoken(site: Site, story: str | None, said: tuple[Said, ...]) -> Spoken:
    if story is None:
        return Spoken(story=None, title="", said=said)
    compared = site.comparison(story)
    title = site.archive.told(story).story.title
    return Spoken(story=story, title=title, said=said, utterances=_carrying(compared, said) if compared else ())


def _carrying(compared: Comparison, said: tuple[Said, ...]) -> tuple[Utterance, ...]:
    """The utterances of a comparison that these statements quote or paraphrase, if accounts part over their words."""
    spans = [span for one in said for span in one.quote.content]
    found = []
    for utterance in compared.utterances:
        carried = [utterance.base, *(f.span for f in utterance.fragments), *(p.span for p in utterance.paraphrases)]
        if utterance.variants and any(overlap(one, other) for one in spans for other in carried):
            found.append(utterance)
    return tuple(found)
