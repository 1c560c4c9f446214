"""Use cases of a connected shop's syncs: start one, and those that are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from kindred import documents, jobs, log, settings
from kindred.errors import Conflict, SourceGone
from kindred.jobs.store import parse_job
from kindred.paths import PLATFORMS, Source
from kindred.sources import tasks
from kindred.sources.shops import store
from kindred.sources.shops.platform import StreamName
from kindred.sources.shops.ports import Asked, Why


def start_sync(
    source: Source,
    *,
    now: datetime,
    why: Why,
    streams: Sequence[StreamName] | None = None,
    objects: Sequence[tuple[StreamName, str]] = (),
    full: bool = False,
) -> jobs.Ticket | None:
    """Have a shop asked what is new; None where it is being worked on, or nothing is to be done.

    Of a shop that isn't connected new tables are made alone, where a customer has to be forgotten.

    ``streams``: those alone, where given; for a webhook, only what webhooks have named. ``objects``
    are read again by their ids. ``full``: everything is listed again. Raises `SourceGone`, and
    `Conflict` ``too-many-syncs`` while as many of the merchant's shops are synced as may be; the
    sweep starts it then.
    """
    fields = documents.get_source(source)
    shop = store.parse_shop(source, fields)
    asked = Asked("", now, why, streams, objects, full)
    if not shop.is_connected:
        if not store.has_to_forget(shop, fields):
            store.plan_sync(source, None)
            return None
        asked, why = Asked("", now, "hook", for_tables=True), "scheduled"
    elif parse_job(fields).is_idle:
        _check_crowd(source, now)
    # A webhook's sync asks for no window: the hourly one stays due.
    due = {} if why == "hook" else {"next_sync_at": next_sync(now)}
    ticket = jobs.queue(
        source, expected=jobs.IDLE, now=now, fields=due, handed=store.asked_fields(asked)
    )
    if ticket is not None:
        tasks.enqueue(ticket)
    return ticket


def _check_crowd(source: Source, now: datetime) -> None:
    """Refuse one sync too many. A few that are asked for in the same second may get past."""
    most = settings.SYNCS_PER_SWEEP
    if store.count_syncing(source.uid, now) >= most:
        store.plan_sync(source, now)
        raise Conflict(
            f"{most} of your shops are being synced.",
            code="too-many-syncs",
            hint="This one's turn comes by itself, once another is done.",
        )


def next_sync(now: datetime) -> datetime:
    """When a shop is asked again that is asked now."""
    return now + timedelta(minutes=settings.SYNC_EVERY_MINUTES)


def start_due(*, now: datetime) -> int:
    """Start the syncs that are due; how many were started. None keeps another from it.

    Of one merchant only a few: the others wait behind all that are due now, for the next sweep.
    """
    started: Counter[str] = Counter()
    for source in store.list_unsynced(now):
        if source.kind not in PLATFORMS:
            continue
        if started[source.uid] >= settings.SYNCS_PER_SWEEP:
            _postpone(source, now)
            continue
        try:
            ticket = start_sync(source, now=now, why="scheduled")
            started[source.uid] += ticket is not None
        except (SourceGone, Conflict):
            continue
        except Exception as err:  # noqa: BLE001 - the next shop is not to blame
            log.failure("sync_not_started", err, kind=source.kind, id=source.id)
            _postpone(source, next_sync(now))
    return started.total()


def _postpone(source: Source, at: datetime) -> None:
    """Let others go first."""
    try:
        store.plan_sync(source, at)
    except Exception as err:  # noqa: BLE001 - the next shop is not to blame
        log.failure("sync_not_planned", err, kind=source.kind, id=source.id)
