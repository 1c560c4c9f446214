"""Use cases of webhooks: who wants to be told, telling them, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from kindred import log
from kindred.errors import InvalidInput, NotFound, Unavailable
from kindred.webhooks import deliveries, signing
from kindred.webhooks.deliveries import EVENTS, TEST_EVENT, Answer, Delivery, Endpoint, Wanted
from kindred.webhooks.ports import Records, Send, Webhooks

#: A try that is so late has lost its task.
_LATE: Final = timedelta(hours=1)


# Endpoints ---------------------------------------------------------------------------------


def save_webhook(
    uid: str, wanted: Wanted, *, webhook_id: str | None, by: str, webhooks: Webhooks, now: datetime
) -> tuple[Endpoint, str | None]:
    """Make an endpoint, or change one; a new one's secret, which is told this once.

    Saving an endpoint that was disabled sets it to work again.
    """
    secret = _new_secret()

    def work(records: Records) -> tuple[Endpoint, str | None]:
        if webhook_id is not None:
            changed = wanted.change(_endpoint(records, webhook_id))
            records.put_endpoint(changed)
            return changed, None
        deliveries.check_room_for_more(len(records.endpoints()))
        made = wanted.make(f"wh_{secrets.token_hex(10)}", secret, by=by, now=now)
        records.put_endpoint(made)
        return made, secret

    endpoint, told = webhooks.transact(uid, work)
    log.event("webhook_saved", webhook=endpoint.id, is_new=told is not None)
    return endpoint, told


def rotate_secret(
    uid: str, webhook_id: str, *, webhooks: Webhooks, now: datetime
) -> tuple[Endpoint, str]:
    """A new secret; messages carry signatures by both until the old one has ended."""
    secret = _new_secret()

    def work(records: Records) -> Endpoint:
        rotated = _endpoint(records, webhook_id).rotated(secret, now)
        records.put_endpoint(rotated)
        return rotated

    endpoint = webhooks.transact(uid, work)
    log.event("webhook_secret_rotated", webhook=webhook_id)
    return endpoint, secret


def delete_webhook(uid: str, webhook_id: str, *, webhooks: Webhooks) -> None:
    """Remove an endpoint with what it was told; one that isn't there is no error."""
    webhooks.remove(uid, webhook_id)
    log.event("webhook_deleted", webhook=webhook_id)


# Telling -----------------------------------------------------------------------------------


def announce(
    uid: str,
    event: str,
    data: Mapping[str, Any],
    *,
    event_id: str,
    webhooks: Webhooks,
    now: datetime,
) -> None:
    """Queue an event for each of the merchant's endpoints that wants it.

    The same ``event_id`` again changes nothing, but queues what a kill has left unqueued.
    """
    if event not in EVENTS:
        raise InvalidInput("There is no such event.", code="unknown-event")
    wanting = [e for e in webhooks.endpoints(uid) if e.is_active and event in e.events]
    delivery = deliveries.new_delivery(uid, event, data, event_id=event_id, happened=now)
    for endpoint in wanting:
        _queue(uid, endpoint.id, delivery, webhooks)


def announce_later(
    uid: str,
    event: str,
    data: Mapping[str, Any],
    *,
    event_id: str,
    webhooks: Webhooks,
    now: datetime,
) -> None:
    """Queue the announcement of an event if any endpoint wants it: from then on a kill loses none.

    The same ``event_id`` again changes nothing.
    """
    if any(e.is_active and event in e.events for e in webhooks.endpoints(uid)):
        webhooks.enqueue_event(uid, event, data, event_id=event_id, happened=now)


def test_webhook(uid: str, webhook_id: str, *, webhooks: Webhooks, now: datetime) -> str:
    """Send one endpoint a made-up event, at most one a minute; the delivery's id."""
    delivery = deliveries.new_delivery(
        uid,
        TEST_EVENT,
        {"webhook_id": webhook_id},
        event_id=f"{webhook_id}-{now:%Y%m%d%H%M}",
        happened=now,
    )
    webhooks.transact(uid, lambda records: _endpoint(records, webhook_id))
    _queue(uid, webhook_id, delivery, webhooks)
    return delivery.id


def replay_webhook(
    uid: str, webhook_id: str, delivery_id: str, *, webhooks: Webhooks, now: datetime
) -> None:
    """Tell an endpoint again what it was told, or what it never heard, under the same id."""

    def work(records: Records) -> Delivery:
        _endpoint(records, webhook_id)
        delivery = records.delivery(webhook_id, delivery_id)
        if delivery is None:
            raise NotFound("There is no such delivery.", code="no-delivery")
        again = deliveries.replayed(delivery, now)
        records.put_delivery(webhook_id, again)
        return again

    delivery = webhooks.transact(uid, work)
    webhooks.enqueue(uid, webhook_id, delivery, delay_seconds=0)
    log.event("webhook_replayed", webhook=webhook_id, delivery=delivery_id)


def deliver(
    uid: str,
    webhook_id: str,
    delivery_id: str,
    *,
    round_: int,
    attempt: int,
    webhooks: Webhooks,
    send: Send,
    clock: Callable[[], datetime],
    waited: int = 0,
) -> None:
    """One try at a delivery. Done twice, it sends once, but for a kill between answer and note.

    Where its endpoint is being told enough already, it waits for a place; ``waited``: how often it
    has, which is no try.
    """
    now = clock()

    def claim(records: Records) -> tuple[Endpoint, Delivery] | None:
        return _claim(records, webhook_id, delivery_id, round_, attempt, waited, now)

    claimed = webhooks.transact(uid, claim)
    if claimed is None:
        return
    endpoint, delivery = claimed
    if delivery.attempts < attempt and not deliveries.is_leased(delivery, now):
        pause = _pause(delivery, now)
        webhooks.enqueue(uid, webhook_id, delivery, delay_seconds=pause, waited=waited + 1)
        return
    if delivery.attempts < attempt:
        answer = _send(endpoint, delivery, send, clock())
        noted = webhooks.transact(
            uid, lambda records: _note(records, webhook_id, delivery, answer, clock())
        )
        if noted is None:
            return
        delivery = noted
        log.event(
            "webhook_tried",
            webhook=webhook_id,
            delivery=delivery_id,
            attempt=attempt,
            state=delivery.state,
            status=answer.status,
            error=answer.error,
        )
    if delivery.due is not None:
        pause = _pause(delivery, clock())
        webhooks.enqueue(uid, webhook_id, delivery, delay_seconds=pause)


def requeue_overdue(
    overdue: Iterable[tuple[str, str, Delivery]], *, webhooks: Webhooks, now: datetime
) -> int:
    """Queue again what has lost its task; how many there were."""
    count = 0
    for uid, webhook_id, delivery in overdue:
        if not deliveries.is_leased(delivery, now):
            webhooks.enqueue(
                uid, webhook_id, delivery, delay_seconds=0, again=now.strftime("%Y%m%d%H")
            )
            count += 1
    return count


def late(now: datetime) -> datetime:
    """Before when a try has to have been due, for its task to count as lost."""
    return now - _LATE


def _queue(uid: str, webhook_id: str, delivery: Delivery, webhooks: Webhooks) -> None:
    """Keep a delivery that isn't kept yet, then queue it if nobody has tried it."""

    def work(records: Records) -> Delivery | None:
        if records.endpoint(webhook_id) is None:
            return None
        kept = records.delivery(webhook_id, delivery.id)
        if kept is None:
            records.put_delivery(webhook_id, delivery)
        return kept or delivery

    kept = webhooks.transact(uid, work)
    if kept is not None and kept.state == "pending" and kept.attempts == 0:
        webhooks.enqueue(uid, webhook_id, kept, delay_seconds=0)


def _pause(delivery: Delivery, now: datetime) -> int:
    """Seconds until a delivery is due."""
    return max(0, round((delivery.due - now).total_seconds())) if delivery.due else 0


def _claim(
    records: Records,
    webhook_id: str,
    delivery_id: str,
    round_: int,
    attempt: int,
    waited: int,
    now: datetime,
) -> tuple[Endpoint, Delivery] | None:
    """Endpoint and delivery, leased if this try is to be made; None where nothing is to be done.

    Without a lease, and due later, where there is no place for it now.

    Raises `Unavailable` while somebody else makes it.
    """
    endpoint = records.endpoint(webhook_id)
    delivery = records.delivery(webhook_id, delivery_id)
    if endpoint is None or delivery is None:
        return None
    if delivery.state != "pending" or delivery.round != round_ or attempt > delivery.attempts + 1:
        return None
    if not endpoint.is_active:
        records.put_delivery(
            webhook_id, deliveries.not_sent(delivery, f"endpoint-{endpoint.state}")
        )
        return None
    if delivery.attempts >= attempt:
        return endpoint, delivery  # made before, by who didn't live to queue the next
    if deliveries.is_leased(delivery, now):
        raise Unavailable("This delivery is being tried.", code="delivery-leased")
    if endpoint.is_full(delivery_id, now):
        later = deliveries.waiting(delivery, waited, now)
        records.put_delivery(webhook_id, later)
        return endpoint, later
    leased = deliveries.claimed(delivery, now)
    records.put_endpoint(endpoint.taking(delivery_id, now))
    records.put_delivery(webhook_id, leased)
    return endpoint, leased


def _note(
    records: Records, webhook_id: str, tried: Delivery, answer: Answer, now: datetime
) -> Delivery | None:
    """Keep what became of a try; None if meanwhile it was somebody else's, or all is gone."""
    endpoint = records.endpoint(webhook_id)
    delivery = records.delivery(webhook_id, tried.id)
    if endpoint is None or delivery != tried:
        return None
    changed, noted = deliveries.after_try(endpoint, delivery, answer, now)
    records.put_endpoint(changed.freed(delivery.id))
    records.put_delivery(webhook_id, noted)
    return noted


def _send(endpoint: Endpoint, delivery: Delivery, send: Send, now: datetime) -> Answer:
    body = delivery.body.encode()
    signed = signing.headers(endpoint.signing_secrets(now), delivery.id, int(now.timestamp()), body)
    return send(endpoint.url, body, signed)


def _new_secret() -> str:
    return signing.to_secret(secrets.token_bytes(signing.KEY_BYTES))


def _endpoint(records: Records, webhook_id: str) -> Endpoint:
    endpoint = records.endpoint(webhook_id)
    if endpoint is None:
        raise NotFound("There is no such endpoint.", code="no-webhook")
    return endpoint
