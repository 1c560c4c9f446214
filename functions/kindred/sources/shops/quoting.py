"""What may be quoted of a shop's answer: never keys, never addresses of customers.

Firewalls show the request that they stop, with the keys in its query; half a JSON document is half
a list of customers. So of a body only the title of a web page is quoted, and the messages that a
platform writes for people, both without what looks like a key or an e-mail address.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TITLE: Final = re.compile(rb"<title[^<>]{0,200}>([^<]{1,2000})</title", re.IGNORECASE)
_LOOKED_AT: Final = 20_000  # bytes of a page that has its title at its head
_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_AT: Final = ("@", "%40")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{20,}")
_LEFT_OUT: Final = "…"


def without_secrets(text: str, most: int) -> str:
    """``text`` in one line of at most ``most`` characters, without long tokens and addresses."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    kept = (_LEFT_OUT if any(at in word for at in _AT) else word for word in words)
    return _KEY.sub(_LEFT_OUT, " ".join(kept))[:most]


def title(body: bytes) -> str:
    """The title of a web page; empty where it has none."""
    found = _TITLE.search(body[:_LOOKED_AT])
    return without_secrets(html.unescape(found[1].decode("utf-8", "replace")), 80) if found else ""


def content_type(header: str) -> str:
    """The media type that a header names; empty for none, or for what is no media type."""
    found = _TYPE.fullmatch(header.split(";")[0].strip().lower())
    return without_secrets(found[0], 60) if found else ""
