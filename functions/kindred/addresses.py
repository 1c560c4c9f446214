"""Where a message may go: to a server on the public internet, and never to one inside.

A URL is checked as text when it is saved; what its name means is checked each time that something
is sent, by `is_public`, since names change their meaning.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from kindred.errors import InvalidInput

MAX_URL: Final = 2000
#: Names alone, so that no number, in whatever notation, is taken for one; a last label with only
#: digits would be an address. Userinfo, backslashes, spaces and a closing dot fit nowhere.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})"
_TARGET = r"(?P<target>[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?"  # no '#', no '\', nothing unprintable
_PUBLIC_URL = re.compile(
    rf"(?P<scheme>https)://(?P<host>{_NAME})(?::(?P<port>[0-9]{{1,5}}))?{_TARGET}\Z", re.ASCII
)
_LOCAL_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_NAME}|localhost|127(?:\.[0-9]{{1,3}}){{3}})"
    rf"(?::(?P<port>[0-9]{{1,5}}))?{_TARGET}\Z",
    re.ASCII,
)
#: What a name may not end with: it can mean nothing on the internet, or what is inside.
_INSIDE: Final = frozenset(
    {"local", "localhost", "internal", "intranet", "lan", "home", "corp", "arpa", "test", "onion"}
)
#: The whole of what is routed in IPv6, and what in it is no server's own address: addresses of
#: tests and documents, and those that carry one of IPv4 (Teredo, 6to4).
_ROUTED = ipaddress.IPv6Network("2000::/3")
_NOT_ROUTED = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_ODD = tuple(ipaddress.IPv4Network(net) for net in ("0.0.0.0/8", "100.64.0.0/10", "192.88.99.0/24"))


@dataclass(frozen=True)
class Target:
    """A URL in its parts: ``path`` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str


def parse_url(url: str, *, local: bool = False) -> Target:
    """A URL that messages may be sent to, or `InvalidInput`.

    ``local``: also http, and this very machine, for emulators and tests.
    """
    lowered = _lower_start(url)
    found = (_LOCAL_URL if local else _PUBLIC_URL).match(lowered)
    if found is None or len(url) > MAX_URL:
        raise _refused()
    port = int(found["port"] or (443 if found["scheme"] == "https" else 80))
    inside = found["host"].rsplit(".", 1)[-1] in _INSIDE
    # Below 1024 lie mail, consoles and the like, which speak no HTTP.
    lowest = 1 if local else 1024
    if (inside and not local) or not (port == 443 or lowest <= port <= 65535):
        raise _refused()
    target = found["target"] or "/"
    path = target if target.startswith("/") else f"/{target}"
    return Target(found["scheme"], found["host"], port, path)


def is_public(address: str, *, local: bool = False) -> bool:
    """Whether an IP address is one of the public internet; ``local``: or this machine's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if local and found.is_loopback:
        return True
    if isinstance(found, ipaddress.IPv6Address):
        # Addresses that stand for one of IPv4 (::ffff:0:0/96, 64:ff9b::/96, ::/96) lie outside.
        return found in _ROUTED and not any(found in net for net in _NOT_ROUTED)
    return found.is_global and not found.is_multicast and not any(found in net for net in _ODD)


def _lower_start(url: str) -> str:
    """The URL with scheme and host in small letters; the rest is the receiver's own."""
    head, slashes, rest = url.partition("://")
    end = re.search(r"[/?#]", rest)
    host = rest[: end.start()] if end else rest
    return f"{head.lower()}{slashes}{host.lower()}{rest[len(host) :]}"


def _refused() -> InvalidInput:
    return InvalidInput(
        "That URL can't be told anything.",
        code="webhook-url-refused",
        hint="Use https:// and the public name of a server, on port 443 or one from 1024 on, "
        "without a user name.",
    )
