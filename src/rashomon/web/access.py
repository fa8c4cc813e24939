"""Who may ask: names that the server answers to, the token, and where a form may come from."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

from rashomon.errors import RashomonError

COOKIE = "rashomon"
_MONTH = 30 * 24 * 3600
# A guess takes a request; sixteen letters of any alphabet are more guesses than anybody has requests.
_SHORTEST_TOKEN = 16
# What browsers call requests that no other site had a part in.
_OUR_OWN = frozenset({"same-origin", "none"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[(?P<literal>[0-9a-f:.]+)\]|(?P<name>[^\[\]:/?#@\s]+))(?::\d{0,5})?")


class Access(NamedTuple):
    """The rules. ``hosts`` are the names that a request may be for (``None``: any), ``token`` what it must bring.

    A browser on this machine reaches a server on the loopback for any site that it shows: such a site would have to
    be of a name that leads here (DNS rebinding), so only the loopback's own names are answered. With a token the name
    does not matter, for the cookie belongs to the name.
    """

    hosts: frozenset[str] | None = _LOOPBACK
    token: str | None = None

    def answers_to(self, host: str) -> bool:
        """Whether a ``Host`` header is one of ours."""
        return self.hosts is None or _name(host) in self.hosts

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request brings the token, or the cookie that stands for it."""
        if self.token is None:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.knows(given.strip()):
            return True
        return _same(_cookie(headers.get("cookie", "")), self._pass())

    def knows(self, given: str) -> bool:
        """Whether this is the token."""
        return self.token is not None and _same(given, self.token)

    def cookie(self, *, secure: bool) -> str:
        """The ``Set-Cookie`` header for somebody who has shown the token. It cannot be turned back into the token."""
        rest = f"Path=/; HttpOnly; SameSite=Strict; Max-Age={_MONTH}"
        return f"{COOKIE}={self._pass()}; {rest}{'; Secure' if secure else ''}"

    def shows_to(self, headers: Mapping[str, str]) -> bool:
        """Whether one of our pages, somebody at a browser or a program asks, and not the page of another site.

        A link from anywhere may lead here; what would be loaded into a page of another site, even unseen, is refused,
        so that none can have comparisons worked out.
        """
        ours = headers.get("sec-fetch-site", "none") in _OUR_OWN
        return ours or headers.get("sec-fetch-mode") == "navigate"

    def takes_from(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from one of our own pages, or from no page at all.

        Browsers say so in ``Sec-Fetch-Site`` where the connection is trusted (this machine, HTTPS), and in ``Origin``.
        Our pages ask for no referrer, for which browsers write the origin as ``null``; where nothing better is said,
        the cookie, which no other site can send, vouches for it.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in _OUR_OWN
        if origin in (None, "null"):
            return origin is None or self.token is not None
        return origin.partition("://")[2].lower() == headers.get("host", "").lower()

    def _pass(self) -> str:
        return hmac.new((self.token or "").encode(), b"rashomon cookie 1", hashlib.sha256).hexdigest()


def rules(host: str, token: str | None) -> Access:
    """The rules for a server that listens at ``host``; one that others can reach gets a token if none is given.

    Raises:
        RashomonError: the token is too short to keep anybody out.
    """
    local = _is_loopback(host)
    if token is None and not local:
        token = secrets.token_urlsafe(32)
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise RashomonError(f"the token is too short; give at least {_SHORTEST_TOKEN} characters, or none")
    return Access(_LOOPBACK | {host.lower()} if local else None, token)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name(host: str) -> str:
    """The name in a ``Host`` header, without port and brackets; empty where it is no such header (RFC 9110, 7.2)."""
    found = _HOST.fullmatch(host.strip().lower())
    return (found["literal"] or found["name"]) if found else ""


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _same(one: str, other: str) -> bool:
    """Compared in a time that does not tell how much is the same."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
