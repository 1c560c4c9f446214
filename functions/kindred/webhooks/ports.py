"""What the use cases need of the world: documents, a queue, and somebody who sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from kindred.webhooks.deliveries import Answer, Delivery, Endpoint

T = TypeVar("T")


class Records(Protocol):
    """One merchant's documents within a transaction: first what is read, then what is written."""

    def endpoints(self) -> list[Endpoint]: ...
    def endpoint(self, webhook_id: str) -> Endpoint | None: ...
    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None: ...
    def put_endpoint(self, endpoint: Endpoint) -> None: ...
    def put_delivery(self, webhook_id: str, delivery: Delivery) -> None: ...


class Webhooks(Protocol):
    def transact(self, uid: str, work: Callable[[Records], T]) -> T: ...
    def endpoints(self, uid: str) -> list[Endpoint]: ...
    def deliveries(self, uid: str, webhook_id: str, state: str | None) -> list[Delivery]: ...
    def remove(self, uid: str, webhook_id: str) -> None: ...
    def enqueue(
        self,
        uid: str,
        webhook_id: str,
        delivery: Delivery,
        *,
        delay_seconds: int,
        again: str = "",
        waited: int = 0,
    ) -> None: ...
    def enqueue_event(
        self, uid: str, event: str, data: Mapping[str, Any], *, event_id: str, happened: datetime
    ) -> None: ...


#: Sends a body with headers to a URL; whatever happens is an answer.
Send = Callable[[str, bytes, Mapping[str, str]], Answer]
