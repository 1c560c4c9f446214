"""Endpoints and what they are told: when a message is tried again, and when that ends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from kindred import addresses
from kindred.errors import Conflict, InvalidInput

#: What can be told. A type never changes the shape of its data.
EVENTS: Final = ("price.changed",)
TEST_EVENT: Final = "webhook.test"

MAX_ENDPOINTS: Final = 10  # of one merchant
MAX_BODY_BYTES: Final = 20_000  # as the specification advises
#: Seconds before each try: the specification's schedule, three days and a bit in all.
SCHEDULE: Final = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER: Final = 0.2  # at most so much longer, so that what failed at once isn't tried at once
_MAX_RETRY_AFTER: Final = 86_400
#: An endpoint that has failed for so long without a success in between is told nothing more.
GIVE_UP: Final = timedelta(days=5)
#: Longer than a try may take, its look-up of a name included.
LEASE: Final = timedelta(seconds=120)
#: Deliveries to one endpoint that are tried at once: ten slow endpoints of a merchant leave room
#: in the queue, which has fifty places, for everybody else's.
AT_ONCE: Final = 3
_WAIT_SECONDS: Final = (30, 60)  # of a delivery for which there was no place
KEPT: Final = timedelta(days=30)
#: How long the old secret signs beside the new one.
ROTATION: Final = timedelta(hours=24)
_MAX_SECRETS: Final = 3

EndpointState = Literal["active", "paused", "disabled"]
DeliveryState = Literal["pending", "delivered", "dead"]


@dataclass(frozen=True)
class Secret:
    """What messages are signed with; ``until`` is None for the newest."""

    value: str = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A delivery that an endpoint is being told, and until when that counts."""

    delivery_id: str
    until: datetime


@dataclass(frozen=True)
class Endpoint:
    """A merchant's server that wants to be told. Only servers see the document: it holds keys."""

    id: str
    url: str = field(repr=False)  # may carry a token
    events: tuple[str, ...]
    state: EndpointState
    secrets: tuple[Secret, ...] = field(repr=False)
    created_at: datetime
    created_by: str
    reason: str | None = None  # why it is disabled
    failing_since: datetime | None = None
    taken: tuple[Place, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    def signing_secrets(self, now: datetime) -> list[str]:
        """The secrets that hold now, the newest first."""
        return [s.value for s in self.secrets if s.until is None or now < s.until]

    def is_full(self, delivery_id: str, now: datetime) -> bool:
        """Whether so many others are being told that this delivery has to wait."""
        others = [p for p in self.taken if now < p.until and p.delivery_id != delivery_id]
        return len(others) >= AT_ONCE

    def taking(self, delivery_id: str, now: datetime) -> Endpoint:
        """The endpoint with a place for a delivery; who was killed loses theirs with the lease."""
        others = (p for p in self.freed(delivery_id).taken if now < p.until)
        return replace(self, taken=(*others, Place(delivery_id, now + LEASE)))

    def freed(self, delivery_id: str) -> Endpoint:
        """The endpoint without the place of a delivery."""
        return replace(self, taken=tuple(p for p in self.taken if p.delivery_id != delivery_id))

    def rotated(self, secret: str, now: datetime) -> Endpoint:
        """The endpoint with a new secret; the one before signs on for a day."""
        older = [replace(s, until=s.until or now + ROTATION) for s in self.secrets]
        kept = [s for s in older if s.until and now < s.until]
        return replace(self, secrets=(Secret(secret), *kept[: _MAX_SECRETS - 1]))


@dataclass(frozen=True)
class Wanted:
    """What a merchant says of an endpoint; `InvalidInput` for a URL that nothing is sent to."""

    url: str = field(repr=False)
    events: tuple[str, ...]
    active: bool
    local: bool = False  # also on this machine

    def __post_init__(self) -> None:
        addresses.parse_url(self.url, local=self.local)

    @property
    def state(self) -> EndpointState:
        return "active" if self.active else "paused"

    def make(self, webhook_id: str, secret: str, *, by: str, now: datetime) -> Endpoint:
        secrets = (Secret(secret),)
        return Endpoint(webhook_id, self.url, self.events, self.state, secrets, now, by)

    def change(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint as it is wanted now, with the secrets that it has and a clean record."""
        return replace(
            endpoint,
            url=self.url,
            events=self.events,
            state=self.state,
            reason=None,
            failing_since=None,
        )


@dataclass(frozen=True)
class Delivery:
    """One event for one endpoint. ``round`` counts replays, so that old tasks do nothing."""

    id: str
    event_id: str
    event: str
    body: str
    state: DeliveryState
    created_at: datetime
    expires_at: datetime
    round: int = 1
    attempts: int = 0
    due: datetime | None = None  # of the next try, while it is pending
    lease_until: datetime | None = None
    status: int | None = None  # of the last answer
    error: str | None = None  # in place of an answer, or why there was no try
    delivered_at: datetime | None = None

    @property
    def body_hash(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What became of one try: an HTTP status, or a word for why there was none."""

    status: int | None
    error: str | None = None
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The server wants to be told nothing any more."""
        return self.status == 410


def message_id(uid: str, event: str, event_id: str) -> str:
    """The same for an event however often it is announced or tried; safe in a path and a header."""
    digest = hashlib.sha256("\0".join((uid, event, event_id)).encode()).hexdigest()
    return f"msg_{digest[:40]}"


def new_delivery(
    uid: str, event: str, data: Mapping[str, Any], *, event_id: str, happened: datetime
) -> Delivery:
    """A delivery of an event that nobody has been told of; `InvalidInput` if it is too large."""
    content = {"type": event, "timestamp": happened.isoformat(), "data": dict(data)}
    try:
        body = json.dumps(content, separators=(",", ":"), allow_nan=False)
    except ValueError as err:  # NaN and its kin, which JSON lacks
        raise InvalidInput("This event is no JSON.", code="event-no-json") from err
    if len(body) > MAX_BODY_BYTES:
        raise InvalidInput("This event is too large to be told.", code="event-too-large")
    return Delivery(
        id=message_id(uid, event, event_id),
        event_id=event_id,
        event=event,
        body=body,
        state="pending",
        created_at=happened,
        expires_at=happened + KEPT,
        due=happened,
    )


def check_room_for_more(endpoints: int) -> None:
    """Raise `Conflict` where a merchant has as many endpoints as it may."""
    if endpoints >= MAX_ENDPOINTS:
        raise Conflict(
            f"{MAX_ENDPOINTS} endpoints are told already.",
            code="too-many-webhooks",
            hint="Delete one first.",
        )


def pause_seconds(delivery_id: str, attempts: int, retry_after: int = 0) -> int:
    """Before the try after ``attempts``: by the schedule, longer by a share that the id gives."""
    seed = hashlib.sha256(f"{delivery_id}/{attempts}".encode()).digest()
    jitter = 1 + _JITTER * seed[0] / 255
    return max(round(SCHEDULE[attempts] * jitter), min(max(retry_after, 0), _MAX_RETRY_AFTER))


def waiting(delivery: Delivery, waited: int, now: datetime) -> Delivery:
    """A delivery for which there was no place, due in a while that its id gives."""
    low, high = _WAIT_SECONDS
    seed = hashlib.sha256(f"{delivery.id}/wait/{waited}".encode()).digest()
    return replace(delivery, due=now + timedelta(seconds=low + (high - low) * seed[0] / 255))


def claimed(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery with a lease: whoever else has its task waits."""
    return replace(delivery, lease_until=now + LEASE)


def is_leased(delivery: Delivery, now: datetime) -> bool:
    return delivery.lease_until is not None and now < delivery.lease_until


def not_sent(delivery: Delivery, why: str) -> Delivery:
    """A delivery that is not tried: its endpoint is off. It can be replayed."""
    return replace(delivery, state="dead", error=why, due=None, lease_until=None)


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """A delivery from its start, under the id that it has."""
    if delivery.state == "pending":
        raise Conflict(
            "This delivery is still being tried.",
            code="delivery-pending",
            hint="Wait for its end.",
        )
    return replace(
        delivery,
        state="pending",
        round=delivery.round + 1,
        attempts=0,
        due=now,
        status=None,
        error=None,
        delivered_at=None,
        expires_at=now + KEPT,
    )


def after_try(
    endpoint: Endpoint, delivery: Delivery, answer: Answer, now: datetime
) -> tuple[Endpoint, Delivery]:
    """What a try makes of the delivery, and of the endpoint that answered or didn't."""
    attempts = delivery.attempts + 1
    tried = replace(
        delivery,
        attempts=attempts,
        status=answer.status,
        error=answer.error,
        due=None,
        lease_until=None,
    )
    if answer.is_success:
        return (
            replace(endpoint, failing_since=None),
            replace(tried, state="delivered", delivered_at=now),
        )
    endpoint = _after_failure(endpoint, answer, now)
    if attempts >= len(SCHEDULE) or not endpoint.is_active:
        return endpoint, replace(tried, state="dead")
    pause = pause_seconds(delivery.id, attempts, answer.retry_after)
    return endpoint, replace(tried, due=now + timedelta(seconds=pause))


def _after_failure(endpoint: Endpoint, answer: Answer, now: datetime) -> Endpoint:
    since = endpoint.failing_since or now
    if not endpoint.is_active:
        return replace(endpoint, failing_since=since)
    if answer.is_gone:
        return replace(endpoint, failing_since=since, state="disabled", reason="gone")
    if now - since >= GIVE_UP:
        return replace(endpoint, failing_since=since, state="disabled", reason="failing")
    return replace(endpoint, failing_since=since)
