"""An answer as what was asked for: a page, the record as JSON, or a feed; with a tag that tells whether it changed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from rashomon.archive.answers import Page

T = TypeVar("T")
Asked = Request[None, None, State]

JSON = "application/json"
HTML = "text/html"
ATOM = "application/atom+xml"
# Where the scope of a request says which suffix was taken off its path.
SUFFIX = "rashomon.suffix"
# What the same address may answer differently by.
VARY = "Accept, Cookie, Authorization"
_ANYTHING = ("*/*", "text/*", "application/*")
_encoder = msgspec.json.Encoder()


class NotOfferedError(HTTPException):
    """The answer cannot be had as what was asked for."""

    status_code = 406


def media_types(accept: str) -> list[str]:
    """The media types of an ``Accept`` header, the most wanted first; without those that are not wanted at all."""
    found: list[tuple[float, str]] = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [p.partition("=")[2] for p in parameters if p.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        if name and weight > 0:
            found.append((weight, name))
    return [name for _, name in sorted(found, key=lambda pair: -pair[0])]


def wanted(request: Asked, offered: tuple[str, ...] = (JSON, HTML)) -> str:
    """Which of the offered kinds a request asks for; the first of them where it does not care. Browsers ask for HTML.

    Raises:
        NotOfferedError: none of them.
    """
    names = media_types(request.headers.get("accept", "")) or ["*/*"]
    for name in names:
        if name in offered:
            return name
        if name in _ANYTHING:
            return next((kind for kind in offered if name == "*/*" or kind.startswith(name[:-1])), offered[0])
    raise NotOfferedError(detail=f"this can be had as {', '.join(offered)}")


def answer(
    request: Asked,
    record: T,
    page: Callable[[], str] | None = None,
    *,
    feed: Callable[[], bytes] | None = None,
    links: Mapping[str, str] | None = None,
) -> Response[T]:
    """The record, or what shows it, as the request wants it. ``links`` are relations and addresses (RFC 8288)."""
    offered = [JSON] + [HTML] * (page is not None) + [ATOM] * (feed is not None)
    kind = wanted(request, tuple(offered))
    if page is not None and kind == HTML:
        body = page().encode()
    elif feed is not None and kind == ATOM:
        body = feed()
    else:
        body = _encoder.encode(record)
    headers = {"link": ", ".join(f'<{to}>; rel="{name}"' for name, to in links.items())} if links else {}
    return cast(Response[T], tagged(request, body, kind, headers=headers))


def tagged(request: Asked, body: bytes, kind: str, *, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """A body with its strong entity tag, or the word that it has not changed (RFC 9110, 8.8.3 and 13.1.2)."""
    tag = tag_of(body, kind)
    told = {"etag": tag, "vary": VARY, "cache-control": "private, no-cache", **(headers or {})}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(content=None, status_code=304, headers=told)
    return Response(content=body, media_type=kind, headers=told)


def tag_of(body: bytes, kind: str) -> str:
    """A tag that is the same for the same bytes only."""
    digest = hashlib.blake2b(body, digest_size=15, person=kind.encode()[:16]).digest()
    return f'"{base64.urlsafe_b64encode(digest).decode()}"'


def _has(header: str, tag: str) -> bool:
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in tags or "*" in tags


def page_links(request: Asked, page: Page[Any], limit: int) -> dict[str, str]:
    """The addresses of the parts of a list before and after this one."""
    links = {}
    if page.offset + len(page.items) < page.total and page.items:
        links["next"] = address(request, offset=page.offset + limit, limit=limit)
    if page.offset > 0:
        links["prev"] = address(request, offset=max(page.offset - limit, 0), limit=limit)
    return links


def address(request: Asked, path: str | None = None, **changes: object) -> str:
    """The address of this request, or its query at another path; ``None`` takes a parameter of the query away."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    pairs += [(name, str(value)) for name, value in changes.items() if value is not None]
    if path is None:
        path = quote(request.scope["path"]) + suffix(request)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def suffix(request: Asked) -> str:
    """What was taken off the end of the request's path: ``.json``, ``.atom``, or nothing."""
    return str(cast(dict[str, object], request.scope).get(SUFFIX, ""))


def moved(request: Asked, to: str) -> Response[Any]:
    """Where something is now. Not for good: stories may split again."""
    path, mark, query = to.partition("?")
    return Response(content=None, status_code=307, headers={"location": f"{path}{suffix(request)}{mark}{query}"})
