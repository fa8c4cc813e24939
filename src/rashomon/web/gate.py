"""What every request passes on its way in, and every answer on its way out.

In: is it for us, may it ask, does it come from our own page, is it of a bearable size; then ``.json`` and ``.atom`` at
the end of a path become what is accepted, forms become JSON, and HEAD becomes GET. Out: the headers that keep a
browser from doing anything but show what stands on the page.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from rashomon.web import problems
from rashomon.web.access import Access
from rashomon.web.answer import ATOM, HTML, JSON, SUFFIX, media_types

# As in the ASGI specification, which has no types of its own.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 64 * 1024
MOST_PASTED = 4 * 1024 * 1024
"""Of whole reports, at the one address that takes some."""
FORM = "application/x-www-form-urlencoded"
_METHODS = frozenset({"GET", "OPTIONS", "POST"})
_SUFFIXES = {".json": JSON, ".atom": ATOM}
_SUFFIX = re.compile(r"(?<=[^/])\.(?:json|atom)$")
# Paths that are answered without a token: what the page that asks for it needs.
_OPEN = re.compile(r"/(?:login|static/.*|favicon\.ico)")
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


class _RefusedError(Exception):
    """A request goes no further. ``to`` is where a browser is sent instead."""

    def __init__(self, status: HTTPStatus, detail: str, *, to: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.to = status, detail, to


class Gate:
    """An ASGI application around another, which sees only requests that may be answered."""

    def __init__(self, app: Application, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] != "websocket":  # there are none here; to say nothing refuses it
                await self._app(scope, receive, send)
            return
        asked = dict(scope)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        send = _dressed(send, without_body=scope["method"] == "HEAD")
        try:
            self._pass(asked, headers)
            receive = await _taken(asked, headers, receive)
        except _RefusedError as refused:
            await _refuse(refused, send)
            return
        await self._app(asked, receive, send)

    def _pass(self, scope: Scope, headers: Mapping[str, str]) -> None:
        if not self._access.answers_to(headers.get("host", "")):
            raise _RefusedError(
                HTTPStatus.MISDIRECTED_REQUEST, "this server is not of that name; ask for localhost or 127.0.0.1"
            )
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        if scope["method"] not in _METHODS:
            raise _RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"ask with one of {', '.join(sorted(_METHODS))}, HEAD")
        _plain(scope)
        if not self._access.admits(headers) and not _OPEN.fullmatch(scope["path"]):
            detail = "needs the token that the server printed when it started, as Authorization: Bearer"
            wants_page = HTML in media_types(headers.get("accept", "")) and scope["method"] == "GET"
            there = f"/login?{urlencode({'next': _address(scope)})}" if wants_page else None
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, detail, to=there)
        own = self._access.shows_to if scope["method"] == "GET" else self._access.takes_from
        if not own(headers):
            raise _RefusedError(HTTPStatus.FORBIDDEN, "this came from a page of another site; nothing was done")


def _plain(scope: Scope) -> None:
    """Take the suffix off the path and empty fields of a form out of the query.

    Raises:
        _RefusedError: there is a character in them that no store can keep.
    """
    path = scope["path"]
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), errors="replace", max_num_fields=100_000)
    if "\0" in path or any("\0" in part for pair in pairs for part in pair):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "there is a character in the address that stands for nothing (NUL)")
    scope["query_string"] = urlencode(pairs).encode()
    found = _SUFFIX.search(path)
    scope[SUFFIX] = found.group() if found else ""
    if found and path != "/openapi.json":
        scope["path"] = path[: found.start()]
        accept = (b"accept", _SUFFIXES[found.group()].encode())
        scope["headers"] = [*((n, v) for n, v in scope["headers"] if n.lower() != b"accept"), accept]
    scope["raw_path"] = quote(scope["path"]).encode()


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode()
    return quote(scope["path"]) + (f"?{query}" if query else "")


async def _taken(scope: Scope, headers: Mapping[str, str], receive: Receive) -> Receive:
    """The body as JSON, whether it comes so or as a form, and not more of it than there can be sense in.

    Raises:
        _RefusedError: it is too long, or no text.
    """
    if scope["method"] in ("GET", "OPTIONS"):
        return receive
    most = MOST_PASTED if scope["path"] == "/compare" else MOST_BYTES
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "the request broke off")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {most} bytes are not taken here")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    body = _as_json(body, kind)
    told = {b"content-type": JSON.encode(), b"content-length": str(len(body)).encode()}
    scope["headers"] = [*((n, v) for n, v in scope["headers"] if n.lower() not in told), *told.items()]

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _as_json(body: bytes, kind: str) -> bytes:
    try:
        if kind == FORM:
            return msgspec.json.encode(dict(parse_qsl(body.decode(), errors="strict", max_num_fields=100)))
        body.decode()
    except ValueError:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "the body is not text in UTF-8, or no form") from None
    if kind != JSON:
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {JSON} or {FORM}")
    try:
        msgspec.json.decode(body)
    except RecursionError:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "the JSON is nested too deeply") from None
    except msgspec.DecodeError:
        pass  # told in detail by whoever is to take it
    return body


def _dressed(send: Send, *, without_body: bool) -> Send:
    """Sends with the headers that every answer has."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message["headers"]}
            more = [(n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in own]
            await send({**message, "headers": [*message["headers"], *more]})
        elif message["type"] == "http.response.body" and without_body:
            await send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})
        else:
            await send(message)

    return dressed


async def _refuse(refused: _RefusedError, send: Send) -> None:
    body = msgspec.json.encode(problems.problem(refused.status, refused.detail))
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", ", ".join(sorted({*_METHODS, "HEAD"})).encode()))
    if refused.to is not None:
        headers.append((b"location", refused.to.encode("latin-1")))
    elif refused.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Bearer realm="rashomon"'))
    status = HTTPStatus.SEE_OTHER if refused.to is not None else refused.status
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
