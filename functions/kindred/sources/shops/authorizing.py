"""Shops that are opened by a page of their own: what their platforms do, and whose answer it is.

Some platforms have the merchant agree in the shop itself: Kindred sends them there with a `state`,
and the platform brings it back with what opens the shop. A state is signed, names who began and
what, and ends after a quarter of an hour. That it works once is seen to where it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from kindred.errors import NotAllowed
from kindred.sources.shops.platform import Credentials, Delivery
from kindred.sources.shops.secrets import KeyRing

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

#: How long a merchant may take to agree.
LASTS: Final = timedelta(minutes=15)
_PURPOSE: Final = "authorization"
_STATE: Final = re.compile(
    r"(?P<id>[A-Za-z0-9_\-]{20,64})\.(?P<uid>(?!__)[A-Za-z0-9_\-]{1,128})\.(?P<until>[0-9]{10})"
    r"\.(?P<signature>[A-Za-z0-9_\-]{43})\Z"
)
_MAX_LENGTH: Final = 300


class Authorizes(Protocol):
    """What a platform does besides, whose shops are opened by a page of their own."""

    def wants(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        """Whether what a merchant gave opens nothing yet, but names a shop that can be asked."""
        ...

    def authorize_url(
        self, shop_url: str | None, given: Mapping[str, str], *, state: str, callback: str,
        return_url: str, local: bool,
    ) -> str:  # fmt: skip
        """Where the merchant agrees. Raises `InvalidInput` for what can't name a shop."""
        ...

    def state_of(self, answer: Delivery) -> str | None:
        """The state that an answer of this platform brings back; None: it brings none."""
        ...

    def exchange(
        self, shop_url: str | None, given: Mapping[str, str], answer: Delivery, client: Client,
        *, state: str, now: datetime, local: bool,
    ) -> tuple[str, Credentials, Mapping[str, str]]:  # fmt: skip
        """The shop, what opens it, and options, as of `Platform.accept`.

        Raises `NotAllowed` for an answer that isn't this shop's, `InvalidInput` for a refusal.
        """
        ...


@dataclass(frozen=True)
class State:
    """Which authorization an answer is for, and who began it with which merchant."""

    id: str
    uid: str  # the merchant's


def sign_state(state: State, keys: KeyRing, *, now: datetime) -> str:
    """The state as it travels: letters that any platform brings back unchanged."""
    text = f"{state.id}.{state.uid}.{int((now + LASTS).timestamp())}"
    return f"{text}.{keys.sign(text, _PURPOSE)}"


def read_state(text: str | None, keys: KeyRing, *, now: datetime) -> State:
    """The state that a text is; raises `NotAllowed`, the same for all that isn't one of ours."""
    found = _STATE.match(text) if text and len(text) <= _MAX_LENGTH else None
    if found is None or text is None:
        raise refused()
    if not keys.is_signed(text.rpartition(".")[0], found["signature"], _PURPOSE):
        raise refused()
    if now >= datetime.fromtimestamp(int(found["until"]), UTC):
        raise refused()
    return State(found["id"], found["uid"])


def refused() -> NotAllowed:
    """Of a state that isn't one, isn't ours, has ended or was used."""
    return NotAllowed(
        "This link to connect a shop has ended, or was used.",
        code="authorization-ended",
        hint="Begin again in Kindred: you have 15 minutes to agree in the shop.",
    )
