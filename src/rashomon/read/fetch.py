"""One page over HTTP(S), without letting an address lead anywhere it should not.

A page, or a redirect, may name an address inside the reader's own network (server-side request forgery). So each hop's
name is resolved here, every address it resolves to is checked, and the connection goes to the address that was checked
(a second look-up could answer otherwise: DNS rebinding). Proxies from the environment are not used, for they would
resolve the name themselves.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from typing import TYPE_CHECKING, NamedTuple

from rashomon.errors import FetchError

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
TOTAL_SECONDS = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)
_TEXTUAL = re.compile(r"text/|application/(?:xhtml\+xml|xml|(?:[\w.-]+\+)?json|x-ndjson|jsonl|json-seq)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
_HEADERS = {
    "user-agent": "rashomon (reads one page at its user's request)",
    "accept": "text/html, application/xhtml+xml, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1",
    # Uncompressed, so that the size limit is one on what is read.
    "accept-encoding": "identity",
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Fetched(NamedTuple):
    """What a URL gave: the address after redirects, the bytes, the charset that the server declares."""

    url: str
    data: bytes
    charset: str | None


def fetch(url: str, *, max_bytes: int, allow_private: bool = False, seconds: float = TOTAL_SECONDS) -> Fetched:
    """Fetch a page, following at most ``MAX_REDIRECTS`` redirects, each address checked.

    Raises:
        FetchError: refused address, HTTP error, time-out after ``seconds`` in all, more than ``max_bytes``, not text.
    """
    import httpx

    deadline = time.monotonic() + seconds
    try:
        target = httpx.URL(url)
        with httpx.Client(trust_env=False, follow_redirects=False, headers=_HEADERS) as client:
            for _ in range(MAX_REDIRECTS + 1):
                outcome = _hop(client, target, deadline, max_bytes, allow_private)
                if isinstance(outcome, Fetched):
                    return outcome
                target = outcome
    except httpx.TimeoutException as error:
        raise FetchError(f"gave no complete answer within {seconds:g} seconds; try again, or save the page") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(f"is not a valid address ({error})") from error
    except httpx.HTTPError as error:
        raise FetchError(f"could not be fetched ({_reason(error)}); check the address, or save the page") from error
    raise FetchError(f"redirects more than {MAX_REDIRECTS} times")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _hop(
    client: httpx.Client, target: httpx.URL, deadline: float, max_bytes: int, allow_private: bool
) -> Fetched | httpx.URL:
    """One request to a checked address: the page, or where it redirects to."""
    import httpx

    if target.scheme not in ("http", "https") or not target.host:
        raise FetchError(f"leads to {str(target)[:80]!r}; only http and https addresses are read")
    address = _checked_address(target, allow_private)
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpx.ReadTimeout("no time left")
    request = client.build_request(
        "GET",
        target.copy_with(host=address, username=None, password=None, fragment=None),
        headers={"host": target.netloc.decode("ascii").rpartition("@")[2]},
        extensions={"sni_hostname": target.raw_host.decode("ascii")},
        timeout=httpx.Timeout(min(left, 10.0)),
    )
    response = client.send(request, stream=True)
    try:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return target.join(response.headers["location"])
        if response.status_code != httpx.codes.OK:
            raise FetchError(f"answered with HTTP status {response.status_code} {response.reason_phrase}".rstrip())
        return _received(response, target, deadline, max_bytes)
    finally:
        response.close()


def _received(response: httpx.Response, target: httpx.URL, deadline: float, max_bytes: int) -> Fetched:
    import httpx

    kind = response.headers.get("content-type", "")
    if kind and not _TEXTUAL.match(kind.strip()):
        raise FetchError(f"is {kind.split(';')[0].strip()!r}, not a page of text")
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > max_bytes:
            raise FetchError(f"is larger than {max_bytes / 1e6:g} MB; no article's page is")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("no time left")
    charset = _CHARSET.search(kind)
    return Fetched(str(target), bytes(data), charset.group(1) if charset else None)


def _checked_address(target: httpx.URL, allow_private: bool) -> str:
    """The first address that the host's name stands for, after a look at all of them."""
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        infos = socket.getaddrinfo(target.raw_host.decode("ascii").strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"could not be fetched: there is no host {target.host!r}, or no network") from error
    addresses = [str(info[4][0]) for info in infos]
    refused = [a for a in addresses if not allow_private and not _is_public(a)]
    if refused or not addresses:
        raise FetchError(
            f"leads to {target.host!r}, a private or reserved address ({', '.join(refused[:1])}); that is not fetched"
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    """Whether an address is one of the public internet; one that embeds an IPv4 address counts as that."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return _is_public(str(embedded))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
