"""The archive itself: what could not be read, how much there is, and what this server is."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from rashomon.archive.answers import Page, Stats
from rashomon.store import Trouble
from rashomon.web import addresses, static
from rashomon.web.answer import HTML, JSON, Asked, answer, page_links, tagged
from rashomon.web.asking import Parts
from rashomon.web.problems import READING
from rashomon.web.site import Site, TheSite

# Litestar names a generic record with the modules of its parameters: Page_rashomon.store.records.Said_.
_GENERIC = re.compile(r"\b([A-Z]\w*?)_(?:\w+\.)+(\w+?)_(?=\W)")
_YEAR = "public, max-age=31536000, immutable"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What answers here. ``comparison`` is the schema of comparison documents."""

    rashomon: str
    comparison: str
    openapi: str = "/openapi.json"


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """The token, and the page that was asked for without it."""

    token: str = ""
    next: str = "/"


@get("/errors", operation_id="errors", sync_to_thread=True, responses=READING)
def errors(
    request: Asked,
    site: TheSite,
    part: Parts,
    kind: Annotated[str | None, QueryParameter(max_length=100, description="The name of an error.")] = None,
) -> Response[Page[Trouble]]:
    """What could not be read or analysed, and why; the latest first."""
    found = site.archive.errors(kind=kind, limit=part.limit, offset=part.offset)
    links = page_links(request, found, part.limit)
    return answer(
        request,
        found,
        lambda: site.page("errors.html.j2", here="/errors", found=found, kind=kind, parts=links),
        links=links,
    )


@get("/stats", operation_id="stats", sync_to_thread=True, responses=READING)
def stats(request: Asked, site: TheSite) -> Response[Stats]:
    """Counts of what the archive holds."""
    found = site.archive.stats()
    return answer(request, found, lambda: site.page("stats.html.j2", here="/stats", stats=found))


@get("/about", operation_id="about", sync_to_thread=True, responses=READING)
def about(request: Asked, site: TheSite) -> Response[About]:
    """What this server is."""
    found = About(rashomon=version("rashomon"), comparison="rashomon.comparison/2")
    return answer(request, found, lambda: site.page("about.html.j2", here="/about", about=found))


@get("/login", include_in_schema=False)
async def login(
    request: Asked, site: TheSite, token: FromQuery[str] = "", next: FromQuery[str] = "/"
) -> Response[bytes]:
    """The page that asks for the token; an address with the token in it is as good."""
    return _entered(request, site, Login(token=token, next=next))


@post("/login", sync_to_thread=True, include_in_schema=False)
def log_in(request: Asked, site: TheSite, data: JSONBody[Login]) -> Response[bytes]:
    """Give the browser what stands for the token, if this is it."""
    return _entered(request, site, data)


@get("/static/{name:str}", sync_to_thread=False, include_in_schema=False)
def file(request: Asked, name: FromPath[str], v: FromQuery[str] = "") -> Response[bytes]:
    """A style sheet, script or picture."""
    found = static.files().get(name)
    if found is None:
        return Response(content=b"", status_code=404, media_type="text/plain")
    body, kind = found
    headers = {"cache-control": _YEAR, "vary": "Accept-Encoding"} if v == static.version(name) else {}
    return tagged(request, body, kind, headers=headers)


@get("/favicon.ico", status_code=204, sync_to_thread=False, include_in_schema=False)
def favicon() -> Response[None]:
    """Pages bring their icon with them; what asks for this one is told that there is none, without an error."""
    return Response(content=None, status_code=204)


@get("/openapi.json", sync_to_thread=True, include_in_schema=False)
def openapi(request: Asked) -> Response[bytes]:
    """The API as an OpenAPI document."""
    described = json.dumps(request.app.openapi_schema.to_schema())
    return tagged(request, _GENERIC.sub(r"\1Of\2", described).encode(), JSON)


def _entered(request: Asked, site: Site, data: Login) -> Response[bytes]:
    # Only a path of ours: a name could follow two slashes, and browsers take a backslash for a slash.
    inside = data.next.startswith("/") and not data.next.startswith(("//", "/\\"))
    to = data.next if inside and data.next.isprintable() and data.next.isascii() else "/"
    if site.access.token is None or site.access.knows(data.token):
        headers = {"location": to, "cache-control": "no-store"}
        if site.access.token is not None:
            headers["set-cookie"] = site.access.cookie(secure=request.url.scheme == "https")
        return Response(content=b"", status_code=303, headers=headers)
    body = site.page("login.html.j2", links=addresses.links(entered=False), next=to, wrong=bool(data.token)).encode()
    status = 403 if data.token else 200
    return Response(content=body, media_type=HTML, status_code=status, headers={"cache-control": "no-store"})
