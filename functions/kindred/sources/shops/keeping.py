"""What is done with a connected shop: new keys, a sync that is asked for, letting it go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from kindred import clients, documents, jobs, log, settings
from kindred.errors import Conflict, InvalidInput, KindredError, SourceGone
from kindred.jobs.states import Status
from kindred.paths import Source
from kindred.sources.shops import connections, hooks
from kindred.sources.shops.connecting import client, prove, source_of
from kindred.sources.shops.platform import Connection, StreamName
from kindred.sources.shops.platforms import platform_of
from kindred.sources.shops.saving import shown_capabilities
from kindred.sources.shops.starting import check_connected, start_sync
from kindred.sources.shops.unpaced import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kindred.jobs import Ticket

#: For all that is asked of a shop which is let go, while the merchant waits.
_GOODBYE_SECONDS: Final = 30.0


def rotate_credentials(
    source: Source, given: Mapping[str, str], *, now: datetime
) -> tuple[str, str]:
    """Put new keys in the place of a shop's; they have to open this very shop.

    ``(webhooks, hook_url)``: the hooks' state, and their address, which stays what it was.
    Works for a shop that is let go or has put us out, too: it is connected from then on.
    """
    fields = documents.get_source(source)
    if fields.get("status") == Status.DELETING.value:
        raise SourceGone
    platform, asking = platform_of(source.kind), client()
    address = str(fields["shop"])
    shop, credentials, options = platform.accept(address, given, local=settings.ON_EMULATOR)
    opened = Connection(source.kind, shop, credentials, options=options)
    opened, probe = prove(platform, opened, asking, now)
    if source_of(source.uid, source.kind, opened.shop) != source:
        raise InvalidInput(
            "These keys open another shop.",
            code="other-shop",
            hint="Connect that one as a source of its own.",
        )
    connections.store_credentials(source, opened.credentials, now=now, options=opened.options)
    entry = hooks.rotate(source, opened.credentials, opened.shop, now=now)
    capabilities = shown_capabilities(probe)
    clients.firestore().document(source.document).update(
        {"capabilities": capabilities, "next_sync_at": now}
    )
    hooks.register(source, platform, opened, asking, capabilities=capabilities)
    log.event("credentials_rotated", kind=source.kind, id=source.id)
    return str(documents.get_source(source)["hooks"]["state"]), entry.url


def sync_source(
    source: Source, *, streams: Sequence[StreamName] | None, full: bool, now: datetime
) -> Ticket:
    """Fetch what is new in a shop, or everything again; raises `Conflict` while a job runs."""
    check_connected(source)
    ticket = start_sync(source, now, "asked", streams=streams, full=full)
    if ticket is None:
        raise Conflict(
            "This source is being worked on.",
            code="job-active",
            hint="Wait until it is done, or cancel it.",
        )
    return ticket


def disconnect(source: Source, *, erase: bool, now: datetime) -> tuple[str, str]:
    """Let a shop go: forget what opens it at once, then take its webhooks back.

    ``(status, webhooks)``; webhooks are ``removed``, ``left`` where the shop didn't let us, or
    ``none``. What was fetched stays until the source is deleted, which ``erase`` does at once.
    """
    fields = documents.get_source(source)
    left = _load_for_goodbye(source, now)
    connections.end(source, "revoked", now=now)
    stopped = _stop_work(source, now)
    if erase and fields.get("status") != Status.DELETING.value:
        _delete(source, now)  # before the shop is asked, which may be slow or mean harm
    webhooks = "none"
    if left is not None:
        webhooks = "removed" if _say_goodbye(source, left, now) else "left"
    log.event("shop_disconnected", kind=source.kind, id=source.id, webhooks=webhooks, tasks=stopped)
    return "deleting" if erase else "disconnected", webhooks


def take_hooks_back(source: Source, *, now: datetime) -> None:
    """Take a shop's webhooks back before it is erased, where that can be; twice is as once.

    Goes on whatever the shop answers, and where nothing opens it any more.
    """
    left = _load_for_goodbye(source, now)
    if left is not None:
        done = _say_goodbye(source, left, now)
        log.event("hooks_taken_back", kind=source.kind, id=source.id, done=done)


@dataclass(frozen=True)
class _Goodbye:
    """What is needed to take webhooks back once nothing of it is stored any more."""

    connection: Connection
    entries: tuple[hooks.Entry, ...]


def _load_for_goodbye(source: Source, now: datetime) -> _Goodbye | None:
    try:
        connection = connections.load(source)
        entries = tuple(hooks.load_entries(source, now=now))
    except (Conflict, SourceGone):
        return None  # nothing opens it any more
    return _Goodbye(connection, entries) if entries else None


def _say_goodbye(source: Source, left: _Goodbye, now: datetime) -> bool:
    """Take webhooks back, as far as the shop lets us within a short time; whether it did."""
    platform = platform_of(source.kind)
    ends_at = time.monotonic() + _GOODBYE_SECONDS
    asking = client(ends_at=ends_at)
    connection = left.connection
    try:
        renewed = platform.renew(connection, asking, now=now)
        if renewed is not None:
            connection = replace(connection, credentials=renewed)
        for entry in left.entries:
            wait_until(partial(platform.unsubscribe, connection, asking, entry.url), ends_at)
        return True
    except KindredError as err:
        log.event("hooks_left_behind", kind=source.kind, code=err.code)
    except Exception as err:  # noqa: BLE001 - the merchant has let it go, whatever it answers
        log.failure("hooks_left_behind", err, kind=source.kind, id=source.id)
    return False


def _stop_work(source: Source, now: datetime) -> int:
    """Stop what is done or queued for a source; how many tasks were taken back."""
    with suppress(Conflict):  # nothing runs
        jobs.request_cancel(source, now=now)
    ending = f"-{source.id}"
    queues = ("processShop", "tendShop", "giveDiscount")
    return sum(clients.take_back(queue, ending) for queue in queues)


def _delete(source: Source, now: datetime) -> None:
    from kindred.sources import service as sources_service

    sources_service.delete_source(source, now=now)
