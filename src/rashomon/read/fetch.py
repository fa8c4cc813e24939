"""One page over HTTP(S), without letting an address lead anywhere it should not.

A page, or a redirect, may name an address inside the reader's own network (server-side request forgery). So the name
in each hop is resolved here, every address it resolves to is checked, and the connection goes to an address that was
checked (a second look-up could answer otherwise: DNS rebinding). Proxies from the environment are not used, for they
would resolve the name themselves. ``hop`` makes the connections, for feeds and their pages, too (``crawl``).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple

from rashomon.errors import FetchError, TryLater

MAX_REDIRECTS = 5
TOTAL_SECONDS = 30.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Beside what Python's registry calls private or reserved, which hangs on its version: addresses of IETF protocols, the
# old relays (RFC 7526), what cloud services answer at inside their own networks (192.0.0.192, 168.63.129.16,
# 100.100.100.200), site-local (RFC 3879), local NAT64 (RFC 8215), segment routing (RFC 9602), discard and
# documentation (RFC 9637).
_RESERVED = tuple(
    map(
        ipaddress.ip_network,
        "192.0.0.0/24 192.88.99.0/24 168.63.129.16/32 100.64.0.0/10 fec0::/10 64:ff9b:1::/48 5f00::/16 100::/64"
        " 2001:db8::/32 3fff::/20 ::/96".split(),
    )
)
_PORTS = (80, 443)
# A name with more addresses than this is served by any of the first.
_MOST_ADDRESSES = 4


class Fetched(NamedTuple):
    """What a URL gave: the address after redirects, the bytes, the charset that the server declares."""

    url: str
    data: bytes
    charset: str | None


def fetch(url: str, *, max_bytes: int, allow_private: bool = False, seconds: float = TOTAL_SECONDS) -> Fetched:
    """Fetch a page, following at most ``MAX_REDIRECTS`` redirects, each address checked.

    Raises:
        FetchError: refused address, HTTP error, more than ``max_bytes``, not text.
        TryLater: no connection, no answer within ``seconds`` in all, or a server that says so.
    """
    # Most runs fetch nothing, and the HTTP library takes a tenth of a second to import.
    from rashomon.read.hop import PAGE, Allowance, Want, Web, expect_page, follow

    allowance, want = Allowance(seconds), Want(max_bytes, PAGE, text_only=True)
    try:
        with Web(agent="rashomon (reads one page at its user's request)", allow_private=allow_private) as web:
            last, _ = follow(url, lambda target: web.get(target, allowance, want))
        expect_page(last)
    except TryLater as error:
        if error.status is not None:
            raise
        raise error.about(error.input, more="; check the address, or save the page") from error
    return Fetched(str(last.url), last.data, last.charset)


def checked_addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Addresses that the host's name stands for, after a look at all of them.

    Raises:
        FetchError: one of them is private or reserved, or the port is not one of the web.
        TryLater: there is none, as far as can be seen now.
    """
    try:
        infos = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, OverflowError) as error:
        raise TryLater(f"could not be fetched: there is no host {host!r}, or no network") from error
    addresses = [str(info[4][0]) for info in infos]
    refused = [a for a in addresses if not allow_private and not _is_public(a)]
    if refused or not addresses:
        raise FetchError(
            f"leads to {host!r}, a private or reserved address ({', '.join(refused[:1])}); that is not fetched"
        )
    if port not in _PORTS and not allow_private:
        raise FetchError(f"leads to port {port}, and pages of the public web are at 80 and 443; that is not fetched")
    return addresses[:_MOST_ADDRESSES]


def _is_public(address: str) -> bool:
    """Whether an address is one of the public internet; one that embeds an IPv4 address counts as that."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return _is_public(str(embedded))
    reserved = ip.is_multicast or ip.is_reserved or any(ip.version == r.version and ip in r for r in _RESERVED)
    return ip.is_global and not reserved
