"""Endpoints and deliveries in memory, a queue that is read by hand, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from kindred.webhooks.deliveries import Answer, Delivery, Endpoint
from kindred.webhooks.ports import Records

T = TypeVar("T")

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Killed(BaseException):
    """Ends a worker where it stands."""


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeWebhooks:
    """One transaction at a time; one that raises leaves nothing behind."""

    kept: dict[tuple[str, str], Endpoint] = field(default_factory=dict)
    told: dict[tuple[str, str, str], Delivery] = field(default_factory=dict)
    queue: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    queued: set[str] = field(default_factory=set)
    events: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    kill_before_queueing: bool = False

    def transact(self, uid: str, work: Callable[[Records], T]) -> T:
        before = dict(self.kept), dict(self.told)
        try:
            return work(_Records(self, uid))
        except BaseException:
            self.kept, self.told = before
            raise

    def endpoints(self, uid: str) -> list[Endpoint]:
        return [endpoint for (owner, _), endpoint in self.kept.items() if owner == uid]

    def deliveries(self, uid: str, webhook_id: str, state: str | None) -> list[Delivery]:
        mine = [
            d for (owner, hook, _), d in self.told.items() if (owner, hook) == (uid, webhook_id)
        ]
        return [delivery for delivery in mine if state in (None, delivery.state)]

    def remove(self, uid: str, webhook_id: str) -> None:
        self.kept.pop((uid, webhook_id), None)
        self.told = {key: d for key, d in self.told.items() if key[:2] != (uid, webhook_id)}

    def enqueue(
        self,
        uid: str,
        webhook_id: str,
        delivery: Delivery,
        *,
        delay_seconds: int,
        again: str = "",
        waited: int = 0,
    ) -> None:
        if self.kill_before_queueing:
            self.kill_before_queueing = False
            raise Killed
        attempt = delivery.attempts + 1
        name = f"{uid}/{webhook_id}/{delivery.id}/{delivery.round}/{attempt}/{again}/{waited}"
        if name in self.queued:
            return
        self.queued.add(name)
        task = {
            "uid": uid,
            "webhook_id": webhook_id,
            "delivery_id": delivery.id,
            "round_": delivery.round,
            "attempt": attempt,
            **({"waited": waited} if waited else {}),
        }
        self.queue.append((task, delay_seconds))

    def enqueue_event(
        self, uid: str, event: str, data: Mapping[str, Any], *, event_id: str, happened: datetime
    ) -> None:
        self.events.setdefault((uid, event, event_id), dict(data))

    def only(self) -> Delivery:
        (delivery,) = self.told.values()
        return delivery


@dataclass
class _Records:
    all: FakeWebhooks
    uid: str

    def endpoints(self) -> list[Endpoint]:
        return self.all.endpoints(self.uid)

    def endpoint(self, webhook_id: str) -> Endpoint | None:
        return self.all.kept.get((self.uid, webhook_id))

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        return self.all.told.get((self.uid, webhook_id, delivery_id))

    def put_endpoint(self, endpoint: Endpoint) -> None:
        self.all.kept[self.uid, endpoint.id] = endpoint

    def put_delivery(self, webhook_id: str, delivery: Delivery) -> None:
        self.all.told[self.uid, webhook_id, delivery.id] = delivery


@dataclass
class Receiver:
    """Answers what it is told to, in turn; the last answer for ever."""

    answers: list[Answer] = field(default_factory=lambda: [Answer(200)])
    heard: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    kill_after_hearing: bool = False

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.heard.append((url, body, dict(headers)))
        if self.kill_after_hearing:
            self.kill_after_hearing = False
            raise Killed
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
