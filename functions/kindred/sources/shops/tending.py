"""Looks after connected shops: what webhooks and the sweep have asked for, shop by shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, documents, log
from kindred.errors import Conflict, InvalidInput, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources.shops import connections, hooks, privacy, resealing
from kindred.sources.shops.connecting import client
from kindred.sources.shops.inboxes import inbox_of
from kindred.sources.shops.platforms import platform_of
from kindred.sources.shops.saving import shown_capabilities
from kindred.sources.shops.starting import check_connected, start_sync

if TYPE_CHECKING:
    from kindred.sources.shops.inboxes import Inbox
    from kindred.sources.shops.platform import Connection, Hook

#: What a queue tells of was read already if it is so much older than all that has been read.
_CLOCKS_DIFFER: Final = timedelta(minutes=10)


def tend(source: Source, what: str, *, now: datetime) -> None:
    """Do what a webhook or the sweep has asked for.

    For a shop that isn't connected nothing but what its customers may ask for.

    Raises `Unavailable` to be tried again.
    """
    try:
        if what == "requests":
            _answer_requests(source, now)
        elif what == "hooks":
            _check_hooks(source, now)
        else:
            _sync_pending(source, now)
    except (SourceGone, Conflict) as err:
        log.event("shop_not_tended", kind=source.kind, id=source.id, code=err.code)
        if what == "hooks" and err.code == "not-connected":
            resealing.reseal(source, connections.keys())  # it is still heard on privacy
            with suppress(SourceGone):
                hooks.postpone(source, now + connections.RESEAL_EVERY)


def _sync_pending(source: Source, now: datetime) -> None:
    """Have read what webhooks named; of a shop that isn't connected, have forgotten who has to be.

    The sweep has the latter done, too: it waits for no other task.
    """
    fields = documents.get_source(source)
    if not hooks.count_pending(source):
        return
    is_connected = (fields.get("connection") or {}).get("state") == "connected"
    if start_sync(source, now, "hook") is None and is_connected:
        raise Unavailable("Another job of this source runs.", code="job-active")


def _answer_requests(source: Source, now: datetime) -> None:
    if privacy.answer_requests(source, now=now):
        hooks.tend(source, "requests", now=now, later=True)


def _check_hooks(source: Source, now: datetime) -> None:
    """See that webhooks still arrive and what the shop still gives; sync what may be missed.

    Also answers what customers had asked before there were any tables. A shop with a queue is
    looked at each time that the sweep comes by: for what waits there, and only now and then for
    the rest.
    """
    _answer_requests(source, now)
    fields = check_connected(source)
    inbox = inbox_of(source.kind)
    opened = connections.load(source) if inbox is not None else None
    if inbox is None or opened is None or not inbox.has_queue(opened):
        _check_subscriptions(source, fields, now)
        return
    if _is_check_due(fields, now):
        _check_subscriptions(source, fields, now)
    _hear_queue(source, inbox, opened, fields, now)


def _is_check_due(fields: Mapping[str, Any], now: datetime) -> bool:
    shown = fields.get("hooks") or {}
    checked_at = shown.get("checked_at")
    is_recent = checked_at is not None and now - checked_at < hooks.CHECK_EVERY
    return shown.get("state") != "active" or not is_recent


def _hear_queue(
    source: Source, inbox: Inbox, opened: Connection, fields: Mapping[str, Any], now: datetime
) -> None:
    """Write down what waits in a shop's queue, and have it read.

    A message is removed once it is written down: whoever is killed before does it again. What was
    written down without a sync, by one who was killed in between, has its sync now.
    """
    water = ((fields.get("streams") or {}).get("orders") or {}).get("high_water")
    # Until the first sync is through, which may take days, what changes is in windows to come.
    known_until = water - _CLOCKS_DIFFER if water else now

    def note(told: Sequence[Hook]) -> None:
        for hook in told:
            hooks.note(source, hook, now=now)

    try:
        heard = inbox.hear(opened, note, known_until=known_until)
    except (InvalidInput, Unavailable) as err:
        hooks.show_failing(source, err, now=now)
        return
    finally:
        if hooks.count_pending(source):
            hooks.tend(source, "sync", now=now)
    for why, count in heard.dropped.items():
        log.event("notices_dropped", kind=source.kind, id=source.id, why=why, count=count)
    hooks.postpone(source, now)  # the sweep's next turn


def _check_subscriptions(source: Source, fields: Mapping[str, Any], now: datetime) -> None:
    capabilities = fields.get("capabilities") or {}
    platform, asking = platform_of(source.kind), client()
    opened = connections.fresh(source, platform, asking, now=now)
    try:
        probe = platform.probe(opened, asking, now=now)
    except InvalidInput as err:  # the next sync meets the same, and tells the merchant
        log.event("probe_refused", kind=source.kind, id=source.id, code=err.code)
    else:
        capabilities = shown_capabilities(probe)
        clients.firestore().document(source.document).update({"capabilities": capabilities})
    if hooks.register(source, platform, opened, asking, capabilities=capabilities):
        with suppress(Conflict):  # too many at once: it is planned
            start_sync(source, now, "hook")


def tend_all(*, now: datetime) -> int:
    """Queue the looking after of every shop whose subscriptions are due; how many were queued.

    Each is due again in an hour, whatever comes of it, so that none keeps others from their turn.
    """
    queued = 0
    for source in hooks.list_due(now):
        try:
            hooks.postpone(source, now + hooks.CHECK_AGAIN)
            hooks.tend(source, "hooks", now=now)
        except SourceGone:
            continue
        except Exception as err:  # noqa: BLE001 - the next shop is not to blame
            log.failure("shop_not_tended", err, kind=source.kind, id=source.id)
        else:
            queued += 1
    return queued
