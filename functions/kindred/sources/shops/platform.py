"""What a platform has to do for its shops to be a source: the one protocol of its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from kindred.errors import InvalidInput
from kindred.sources.shops.records import Record

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

StreamName = Literal["customers", "orders", "products", "abandoned", "reviews", "returns"]
#: What a merchant is told of a platform.
CapabilityName = Literal[
    "customers", "orders", "products", "abandoned", "reviews", "messages", "browsing",
    "webhooks", "discounts",
]  # fmt: skip


class Lacking(InvalidInput):
    """A shop hasn't got something, or what opens it doesn't reach so far; no other stream fails.

    So do `NotAllowed` and `NotFound` say. This one is for what is answered to the caller as a
    mistake in what was given, such as an app without a scope.
    """


@dataclass(frozen=True)
class Stream:
    """One kind of object that a platform lists, and how what is new among them is found.

    ``updated``: by time of change, in closed windows; ``created``: by time of creation, so that
    changes are found by ``full_every`` only; ``full``: the platform can only list everything.
    """

    name: StreamName
    cursor: Literal["updated", "created", "full"]
    lag: timedelta = timedelta(minutes=2)  # younger objects aren't asked for yet
    overlap: timedelta = timedelta(minutes=10)  # asked for again, since clocks differ
    longest: timedelta | None = None  # of a window; None: as long as it takes
    full_every: timedelta | None = None  # everything is listed again so often


@dataclass(frozen=True)
class Window:
    """A closed stretch of time, ``start`` <= t < ``end``. ``start`` None: from the beginning.

    Of a stream that can only be listed whole, ``end`` is when the listing began.
    """

    start: datetime | None
    end: datetime


@dataclass(frozen=True)
class Page:
    """Some of a window's records. ``next``: the token of the next page; None after the last.

    ``objects``: how many objects of the stream it held, before any was left out or divided, which
    is compared with what the platform says; ``total``: how many the platform says the window has.
    """

    records: Sequence[Record]
    next: str | None
    objects: int
    total: int | None = None


@dataclass(frozen=True)
class Credentials:
    """What opens a shop. ``values`` are secret, each by its name in the platform's own words."""

    mode: str  # which of the platform's ways to sign in
    values: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Connection:
    """A shop that can be asked: where it is, and what opens it."""

    kind: str
    shop: str  # as the platform names it: a host, a base URL, a seller's id
    credentials: Credentials
    zone: str = "UTC"  # IANA name of the shop's clock
    currency: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)  # region, marketplaces, API version …


@dataclass(frozen=True)
class Capability:
    """How much of one thing a shop gives; ``reason`` and ``instead`` unless all of it."""

    state: Literal["full", "partial", "none"]
    reason: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Probe:
    """What a shop said of itself when it was first asked."""

    name: str
    currency: str | None
    zone: str
    capabilities: Mapping[CapabilityName, Capability]
    shop: str | None = None  # its own name for itself, where that differs from the one given
    options: Mapping[str, str] = field(default_factory=dict)
    oldest: Mapping[StreamName, datetime] = field(default_factory=dict)  # readable, where known


@dataclass(frozen=True)
class Delivery:
    """A webhook as it arrived: header names in small letters, the body's very bytes."""

    method: str
    url: str  # the public address that the platform was given
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Hook:
    """What a verified webhook says has happened. The object itself is always read again."""

    id: str | None  # the same for a repeated delivery; None: nothing to tell by
    what: Literal[
        "ping", "changed", "deleted", "merged", "redact_customer", "redact_shop",
        "data_request", "uninstalled", "scopes_changed", "ignored",
    ]  # fmt: skip
    stream: StreamName | None = None
    object_id: str | None = None
    other_id: str | None = None  # of `merged`: who goes on
    at: datetime | None = None
    shop: str | None = None  # the shop it is about, where the platform says
    needs_shop: bool = False  # without one it counts for no shop


@dataclass(frozen=True)
class Subscription:
    """A webhook that the platform holds for us."""

    id: str
    topic: str
    url: str
    is_active: bool


class Platform(Protocol):
    """One platform. Stateless; never asks a host but the shop's own and the platform's.

    Errors: `InvalidInput` for what the merchant has to put right (with what to do), `Unavailable`
    (and `http.Throttled`) for what may pass, `NotAllowed` for a webhook that isn't the platform's.
    """

    kind: str
    streams: tuple[Stream, ...]

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        """Whether an address or the shape of keys is this platform's; asks nobody."""
        ...

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        """``(shop, credentials, options)`` of what a merchant typed in, checked for their shape.

        ``local``: addresses of this machine are allowed, for tests. Raises `InvalidInput` with
        what is missing or wrong.
        """
        ...

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        """New credentials where the present ones end within five minutes; None: they are good.

        Raises `InvalidInput` ``access-ended`` where the merchant has to connect again.
        """
        ...

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        """Ask the shop who it is and what it gives. Proves that the credentials open it."""
        ...

    def fetch(
        self, connection: Connection, client: Client, stream: Stream, window: Window,
        token: str | None,
    ) -> Page:  # fmt: skip
        """One page of a window; the same token gives the same page, as far as the shop does.

        Raises `http.PageTooLarge` where smaller pages are within the shop's means.
        """
        ...

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        """How many objects the platform says a window has; None where it doesn't say."""
        ...

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        """One object as it is now, with what belongs to it; a deleted record where it is gone."""
        ...

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        """What a webhook says; raises `NotAllowed` where no secret made its signature.

        ``secrets``: the present one, and the one before while rotating. Needs no living token.
        """
        ...

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        """Register what is missing at ``url``, enable what was disabled; what there is then.

        Nothing where the platform has no webhooks. Doing it again changes nothing.
        """
        ...

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        """Remove what `subscribe` registered; what is gone already is fine."""
        ...
