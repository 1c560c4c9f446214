"""Callables and tasks of webhooks: guard, one call, typed reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from firebase_functions import tasks_fn

from kindred import edge, jobs, settings
from kindred.webhooks import payloads, sending, service, store
from kindred.webhooks.deliveries import Answer, Delivery, Endpoint, Wanted

_WEBHOOKS = store.FirestoreWebhooks()


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.SaveWebhook)
def save_webhook(caller: edge.Caller, request: payloads.SaveWebhook) -> dict[str, Any]:
    """Have a server told of events; the reply to a new one holds its secret, once."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    endpoint, secret = service.save_webhook(
        owner_uid,
        Wanted(
            request.url,
            tuple(dict.fromkeys(request.events)),
            request.active,
            local=settings.ON_EMULATOR,
        ),
        webhook_id=request.webhook_id,
        by=caller.uid,
        webhooks=_WEBHOOKS,
        now=jobs.utc_now(),
    )
    return {"webhook_id": endpoint.id, **({"secret": secret} if secret else {})}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.WebhookRequest)
def delete_webhook(caller: edge.Caller, request: payloads.WebhookRequest) -> dict[str, Any]:
    """Tell a server nothing more, and forget what it was told."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    service.delete_webhook(owner_uid, request.webhook_id, webhooks=_WEBHOOKS)
    return {"status": "deleted"}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.ListWebhooks)
def list_webhooks(caller: edge.Caller, request: payloads.ListWebhooks) -> dict[str, Any]:
    """The servers that are told, and the newest deliveries of one; no secrets."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    now = jobs.utc_now()
    reply: dict[str, Any] = {"webhooks": [_shown(e, now) for e in _WEBHOOKS.endpoints(owner_uid)]}
    if request.webhook_id is not None:
        found = _WEBHOOKS.deliveries(owner_uid, request.webhook_id, request.state)
        reply["deliveries"] = [_shown_delivery(delivery) for delivery in found]
    return reply


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.WebhookRequest)
def rotate_webhook_secret(caller: edge.Caller, request: payloads.WebhookRequest) -> dict[str, Any]:
    """A new secret, told once; for a day messages are signed with both."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    now = jobs.utc_now()
    endpoint, secret = service.rotate_secret(
        owner_uid, request.webhook_id, webhooks=_WEBHOOKS, now=now
    )
    return {"secret": secret, "rotating_until": _shown(endpoint, now)["rotating_until"]}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.WebhookRequest)
def test_webhook(caller: edge.Caller, request: payloads.WebhookRequest) -> dict[str, Any]:
    """Send a server an event that says nothing; what became of it is among its deliveries."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    delivery_id = service.test_webhook(
        owner_uid, request.webhook_id, webhooks=_WEBHOOKS, now=jobs.utc_now()
    )
    return {"delivery_id": delivery_id}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.ReplayWebhook)
def replay_webhook(caller: edge.Caller, request: payloads.ReplayWebhook) -> dict[str, Any]:
    """Tell a server once more, under the same id, what a delivery holds."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    service.replay_webhook(
        owner_uid,
        request.webhook_id,
        request.delivery_id,
        webhooks=_WEBHOOKS,
        now=jobs.utc_now(),
    )
    return {"status": "queued"}


@tasks_fn.on_task_dispatched(**settings.NOTIFIER)
@edge.task_function(payloads.AnnounceEvent)
def announceEvent(task: payloads.AnnounceEvent) -> None:  # noqa: N802 - a queue takes no underscore
    """Queue an event for each endpoint that wants it."""
    service.announce(
        task.uid, task.event, task.data, event_id=task.event_id, webhooks=_WEBHOOKS, now=task.at
    )


@tasks_fn.on_task_dispatched(**settings.NOTIFIER)
@edge.task_function(payloads.DeliverWebhook)
def deliverWebhook(task: payloads.DeliverWebhook) -> None:  # noqa: N802 - a queue takes no underscore
    """One try at telling one endpoint of one event."""
    service.deliver(
        task.uid,
        task.webhook_id,
        task.delivery_id,
        round_=task.round,
        attempt=task.attempt,
        waited=task.waited,
        webhooks=_WEBHOOKS,
        send=_send,
        clock=jobs.utc_now,
    )


def _send(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    # On the emulators nothing real can be reached, and receivers are on the same machine.
    return sending.send(url, body, headers, local=settings.ON_EMULATOR)


def _shown(endpoint: Endpoint, now: datetime) -> dict[str, Any]:
    ends = [s.until for s in endpoint.secrets if s.until and now < s.until]
    return {
        "webhook_id": endpoint.id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "state": endpoint.state,
        "reason": endpoint.reason,
        "failing_since": _moment(endpoint.failing_since),
        "rotating_until": _moment(max(ends, default=None)),
        "created_at": _moment(endpoint.created_at),
    }


def _shown_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "event_id": delivery.event_id,
        "event": delivery.event,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "next_try": _moment(delivery.due),
        "created_at": _moment(delivery.created_at),
        "delivered_at": _moment(delivery.delivered_at),
        "body": delivery.body,
        "body_hash": delivery.body_hash,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
