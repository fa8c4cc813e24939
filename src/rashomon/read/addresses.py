"""Addresses of articles: which two are one, and which of two statements about an article's address to believe."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

# Parameters that say how a reader came to the page, never which page it is: campaign tags and click identifiers.
_TRACKING = re.compile(
    r"(?:utm|mtm|hsa|vero)_\w+|at_(?:medium|campaign|custom\w*|format|link\w*|ptr_\w+|bbc_\w+)|mc_[ce]id"
    r"|ns_(?:mchannel|campaign|source|linkname|fee)|(?:pk|piwik)_(?:campaign|kwd|keyword|medium|content)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|epik|srsltid|_ga|_gl"
    r"|mkt_tok|_hsenc|_hsmi|smid|smtyp|ocid|ito|cmpid|cmp|ncid|xtor|traffic_source|__twitter_impression|guccounter",
    re.IGNORECASE,
)
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]+")
_DEFAULT_PORTS = (80, 443)


def canonical_url(url: str) -> str:
    """One spelling for all addresses of one page, to tell pages apart by; it is not meant for fetching.

    Scheme and host in lower case, no user, fragment, default port or closing slash; no parameters that only track; the
    query sorted; escapes as RFC 3986 (6.2.2) has them. http and https are one, and so is a host with and without
    ``www.`` What is no http or https address is returned as it is but for white space around it.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    query = sorted(p for p in map(_escaped, parts.query.split("&")) if p and not _tracks(p))
    path = _escaped(parts.path).rstrip("/") or "/"
    return f"https://{_host(parts)}{path}{'?' + '&'.join(query) if query else ''}"


def names_a_page(url: str | None) -> bool:
    """Whether an address leads to a page of a site, and not to the site as a whole, or nowhere."""
    parts = _split(url or "")
    return parts is not None and urlsplit(canonical_url(url or ""))[2:4] != ("/", "")


def of_page(stated: str | None, fetched: str) -> str:
    """The address of a page that was fetched: the one it states for itself, if that can be its own.

    Many pages state their site's front page, or a page of another site from which they took the text.
    """
    if stated is None:
        return fetched
    try:
        own = urljoin(fetched, stated.strip())
    except ValueError:
        return fetched
    if not names_a_page(own) or not _same_site(own, fetched):
        return fetched
    return own


def _split(url: str) -> SplitResult | None:
    """The parts of an http or https address with a host, as the web reads it (WHATWG URL); ``None`` for others."""
    try:
        parts = urlsplit(re.sub(r"[\t\n\r]", "", url.strip()).encode("utf-8", "replace").decode())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname and _bare_host(parts.hostname) else None


def _host(parts: SplitResult) -> str:
    host = _bare_host(parts.hostname or "")
    port = parts.port
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None or port in _DEFAULT_PORTS else f"{shown}:{port}"


def _bare_host(host: str) -> str:
    """The host in lower-case ASCII without ``www.`` (as long as a dot is left); empty where it is no host's name."""
    try:
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host):
        return ""
    while host.startswith("www.") and "." in host.removeprefix("www."):
        host = host.removeprefix("www.")
    return host


def _escaped(text: str) -> str:
    """Percent-encoding in its one normal form: nothing escaped needlessly, what must be in capitals."""
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = _ESCAPE.sub(_unescaped_if_harmless, text)
    return quote(text, safe="%/:?@!$&'()*+,;=~")


def _unescaped_if_harmless(match: re.Match[str]) -> str:
    character = chr(int(match.group(1), 16))
    return character if _UNRESERVED.fullmatch(character) else match.group().upper()


def _tracks(parameter: str) -> bool:
    return bool(_TRACKING.fullmatch(parameter.partition("=")[0]))


def _same_site(one: str, other: str) -> bool:
    a, b = (urlsplit(canonical_url(url)).hostname or "" for url in (one, other))
    return a == b or a.endswith("." + b) or b.endswith("." + a)
