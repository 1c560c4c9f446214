"""Origins: the web pages that may use a key, by scheme, host and port. Pure."""

from __future__ import annotations

import re
from typing import Final

from kindred.errors import InvalidInput

#: As browsers send it: small letters, names in Punycode, no port where it is the scheme's own.
_ORIGIN: Final = re.compile(
    r"(?:https://(?P<host>(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*|\[[0-9a-f:.]{2,45}\])"
    r"|http://(?:localhost|127\.0\.0\.1))(?::(?P<port>[1-9][0-9]{0,4}))?\Z"
)
MAX_LENGTH: Final = 300


def check_origin(text: str) -> str:
    """``text`` if it is an origin just as a browser sends it, else `InvalidInput`."""
    if not is_origin(text):
        raise InvalidInput(
            "One of the origins isn't one that a browser sends.",
            code="invalid-origin",
            hint="Write https://shop.example or https://shop.example:8443, in small letters,"
            " without a path; http:// only for localhost.",
        )
    return text


def is_origin(text: str) -> bool:
    """Whether a browser sends this as the origin of a page that could have a key."""
    found = _ORIGIN.match(text) if len(text) <= MAX_LENGTH else None
    if found is None or len(found["host"] or "") > 253:
        return False
    own = "443" if text.startswith("https") else "80"
    port = found["port"]
    return port is None or (port != own and int(port) <= 65_535)
