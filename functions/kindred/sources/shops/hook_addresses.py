"""The address that a platform is given for a shop's webhooks: which source, and a secret.

    {public address}/hooks/{platform}/{source id}.{merchant's uid}.{secret}

It names its source, so that looking it up is one read by key. The secret keeps strangers from
guessing at sources; what makes a delivery the platform's is its signature.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from kindred.errors import InvalidInput
from kindred.paths import PLATFORMS, Source

#: What stands in the place of a token for answers of shops that were asked to agree.
CALLBACK: Final = "callback"
_PATH: Final = re.compile(
    r"(?:/hooks)?/(?P<kind>[a-z]{1,20})/(?:(?P<callback>callback)|(?P<token>[A-Za-z0-9_\-.]{1,310}))\Z"
)
_TOKEN: Final = re.compile(
    r"(?P<id>[A-Za-z0-9_\-]{1,128})\.(?P<uid>[A-Za-z0-9_\-]{1,128})\.(?P<secret>[A-Za-z0-9_\-]{43})\Z"
)


@dataclass(frozen=True)
class HookToken:
    """Whose webhooks arrive at an address."""

    source: Source
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.source.id}.{self.source.uid}.{self.secret}"


@dataclass(frozen=True)
class Place:
    """What a path of ours is for: one source's webhooks, or (no token) the answers of shops."""

    kind: str
    token: HookToken | None


def parse_path(path: str) -> Place | None:
    """What a path is for; None for all that isn't one of ours."""
    found = _PATH.match(path)
    if found is None or found["kind"] not in PLATFORMS:
        return None
    if found["callback"]:
        return Place(found["kind"], None)
    token = _TOKEN.match(found["token"])
    if token is None:
        return None
    try:
        source = Source(token["uid"], found["kind"], token["id"])
    except InvalidInput:
        return None
    return Place(found["kind"], HookToken(source, token["secret"]))


def hook_url(public_url: str, token: HookToken) -> str:
    """The address of one source's webhooks."""
    return f"{public_url}/hooks/{token.source.kind}/{token}"


def callback_url(public_url: str, kind: str) -> str:
    """Where a platform sends who has agreed."""
    return f"{public_url}/hooks/{kind}/{CALLBACK}"
