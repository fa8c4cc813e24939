"""Reports that somebody brings along, compared once: addresses, pasted texts, articles of the archive. None is kept."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from rashomon import show, stages
from rashomon.errors import InputError, TooFewArticles, UnknownItem
from rashomon.jobs import Progress
from rashomon.read import read, read_text
from rashomon.types import Article, Comparison
from rashomon.web.answer import HTML, JSON, Asked, tagged, wanted
from rashomon.web.comparing import Comparing, Working
from rashomon.web.site import Site, TheSite

MOST = 10
"""Reports that are compared together."""
_REMEMBERED = 64  # comparisons that are asked for again without being worked out again
_PATIENCE = 0.4
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_ARTICLE = re.compile(r"article (\S+)")

Several = Annotated[list[str] | None, QueryParameter(max_items=MOST)]
Text = Annotated[str, msgspec.Meta(max_length=500_000)]
Outlet = Annotated[str, msgspec.Meta(max_length=200)]

Reports: Any = msgspec.defstruct(
    "Reports",
    [(f"{name}{n}", kind, "") for n in range(1, MOST + 1) for name, kind in (("report", Text), ("outlet", Outlet))],
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    namespace={
        "__doc__": "Two to ten reports. Each is an address (`https://…`), `article ID` for one of the archive, or its"
        " text; `outlet1` to `outlet10` say whose a text is."
    },
)

Given = tuple[tuple[str, str], ...]
"""Reports as they were given, each with its outlet."""


class Pasted:
    """Comparisons of what was brought along, made one after the other and remembered for a while."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._comparing = Comparing(self._compare)
        self._given: OrderedDict[str, Given] = OrderedDict()
        self._made: OrderedDict[str, Comparison] = OrderedDict()

    def take(self, given: Given) -> str:
        """A name under which these reports are compared."""
        key = hashlib.blake2b(msgspec.json.encode(given), digest_size=12).hexdigest()
        self._given[key] = given
        while len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)
        return key

    async def compared(self, key: str) -> Comparison | Working:
        """The comparison of what has this name, or how far it is.

        Raises:
            RashomonError: it is not remembered, or cannot be read or compared.
        """
        if key in self._made:
            return self._made[key]
        if key not in self._given:
            raise UnknownItem("these reports are not remembered any more: give them again", input=key)
        work = self._comparing.begin(key)
        if not await work.wait(_PATIENCE):
            return work.state
        if work.error is not None:
            self._comparing.done_with(work)
            raise work.error
        return self._made[key]

    def _compare(self, key: str, progress: Progress) -> None:
        articles = [self._read(text, outlet) for text, outlet in self._given[key]]
        different = {a.id: a for a in articles}
        if len(different) < 2:
            raise TooFewArticles("these are one report: give another one")
        self._made[key] = stages.compare(list(different.values()), anyway=True, progress=progress, problems=[])
        while len(self._made) > _REMEMBERED:
            self._made.popitem(last=False)

    def _read(self, text: str, outlet: str) -> Article:
        kept = _ARTICLE.fullmatch(text)
        if kept:
            return self._site.archive.article(kept[1]).article
        if not _ADDRESS.fullmatch(text):
            return read_text(text, **({"outlet": outlet} if outlet else {}))
        articles, problems = read([text], outlet=outlet or None)
        if not articles:
            raise problems[0].error if problems else InputError("no report was found there", input=text)
        return articles[0]


Held = NamedDependency[Pasted]


@get("/compare", include_in_schema=False)
async def ask(request: Asked, site: TheSite, article: Several = None, address: Several = None) -> Response[bytes]:
    """The page to paste reports into, with those that are ticked or brought along by the bookmark."""
    given = [*(f"article {id}" for id in article or ()), *(address or ())][:MOST]
    titles = {f"article {id}": (await run_sync(site.archive.article, id)).brief for id in (article or ())[:MOST]}
    body = site.page("compare.html.j2", here="/compare", given=given, titles=titles, most=MOST, origin=_origin(request))
    return tagged(request, body.encode(), HTML)


@post("/compare", status_code=200, include_in_schema=False)
async def compare(pasted: Held, data: JSONBody[Reports]) -> Response[Any]:
    """Compare two to ten reports that are addresses or texts. A program gets the comparison, or 202 and where it is."""
    pairs = ((getattr(data, f"report{n}").strip(), getattr(data, f"outlet{n}").strip()) for n in range(1, MOST + 1))
    given = tuple((text, outlet) for text, outlet in pairs if text)
    if len(given) < 2:
        raise TooFewArticles("needs at least two reports: give an address or a text for each")
    key = pasted.take(given)
    return Response(content=None, status_code=303, headers={"location": f"/compare/{key}"})


@get("/compare/{key:str}", include_in_schema=False)
async def compared(request: Asked, site: TheSite, pasted: Held, key: FromPath[str]) -> Response[Any]:
    """The comparison of reports that were given to `/compare`; it is remembered for a while."""
    found = await pasted.compared(key)
    page = wanted(request) == HTML
    if isinstance(found, Working):
        headers = {"cache-control": "no-store", "retry-after": "2"}
        shown = site.page("pasted.html.j2", working=found).encode() if page else msgspec.json.encode(found)
        return Response(content=shown, media_type=HTML if page else JSON, status_code=202, headers=headers)
    if not page:
        return tagged(request, await run_sync(msgspec.json.encode, found), JSON)
    body = await run_sync(show.page, found)
    return tagged(request, body.encode(), HTML, headers={"content-security-policy": show.policy()})


def _origin(request: Asked) -> str:
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}"
