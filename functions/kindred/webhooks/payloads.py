"""What crosses the wire in this room. `owner_uid` names the merchant; none: the caller's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from kindred.addresses import MAX_URL
from kindred.wire import Payload

Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Event = Literal["price.changed"]


def _moment(value: object) -> object:
    """A moment as JSON has it; nothing else becomes one."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:  # its text repeats what was sent
        raise ValueError("a moment is written as ISO 8601 has it") from None


class SaveWebhook(Payload):
    """A new endpoint; with ``webhook_id``, what one becomes."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL)]
    events: Annotated[list[Event], Field(min_length=1, max_length=20)]
    webhook_id: Id | None = None
    active: bool = True
    owner_uid: Id | None = None


class WebhookRequest(Payload):
    webhook_id: Id
    owner_uid: Id | None = None


class ListWebhooks(Payload):
    """All endpoints; with ``webhook_id``, that one's newest deliveries too."""

    webhook_id: Id | None = None
    state: Literal["pending", "delivered", "dead"] | None = None
    owner_uid: Id | None = None


class ReplayWebhook(Payload):
    webhook_id: Id
    delivery_id: Id
    owner_uid: Id | None = None


class AnnounceEvent(Payload):
    """The task by which other rooms tell of what happened at ``at``."""

    uid: Id
    event: Event
    event_id: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    at: Annotated[AwareDatetime, BeforeValidator(_moment)]
    data: dict[str, Any]


class DeliverWebhook(Payload):
    """The task that makes one try at a delivery."""

    uid: Id
    webhook_id: Id
    delivery_id: Id
    round: Annotated[int, Field(ge=1)]
    attempt: Annotated[int, Field(ge=1)]
    waited: Annotated[int, Field(ge=0)] = 0
