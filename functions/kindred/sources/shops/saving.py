"""What is written when a shop is connected: all that is kept of it, in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, paths
from kindred.errors import Conflict
from kindred.jobs.states import Job, Status
from kindred.jobs.store import job_fields
from kindred.paths import Source
from kindred.sources.shops import connections
from kindred.sources.shops.platform import Connection, Platform, Probe, Stream

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def shown_capabilities(probe: Probe) -> dict[str, dict[str, str]]:
    """What a shop gives, as its document and the reply say it."""
    return {
        name: {"state": one.state, "reason": one.reason, "instead": one.instead}
        for name, one in probe.capabilities.items()
    }


def initial_fields(
    platform: Platform,
    opened: Connection,
    probe: Probe,
    label: str | None,
    *,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """What a connected shop's document says of it, besides its job."""
    return {
        "kind": opened.kind,
        "shop": opened.shop,
        "name": probe.name,
        "zone": opened.zone,
        "currency": opened.currency,
        "capabilities": shown_capabilities(probe),
        "streams": {one.name: _shown_stream(one, probe) for one in platform.streams},
        "connection": connections.shown_state("connected", now),
        "hooks": {"state": "none", "checked_at": None, "error": None},
        "hooks_due_at": now,
        "next_sync_at": now,
        "connected_by": by,
        **({"label": label} if label is not None else {}),
    }


def _shown_stream(stream: Stream, probe: Probe) -> dict[str, Any]:
    capability = next(
        (one for name, one in probe.capabilities.items() if name == stream.name), None
    )
    is_none = capability is not None and capability.state == "none"
    return {
        "state": "none" if is_none else "waiting",
        "high_water": None,
        "oldest": probe.oldest.get(stream.name),
        "count": None,
        "expected": None,
        "error": None,
    }


#: Of a new source alone: what its merchant has decided since stays.
_NEW: Final[Mapping[str, Any]] = {
    "generate_segments": True,
    "options": {},
    "refresh": {"when": "changed", "percent": 5},
    "synced_at": None,
}
#: What syncs have found out, which a new connection to the same shop doesn't undo, and the clock by
#: which stored parts have their times: two clocks in one table would move orders to other days.
_KEPT: Final = ("streams", "zone")


def save(
    source: Source,
    fields: Mapping[str, Any],
    beside: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime,
) -> None:
    """Make the source of a shop, or open again the one that is there and can't be asked."""

    def work(transaction: Transaction) -> None:
        database = clients.firestore()
        reference = database.document(source.document)
        mark = database.document(paths.erased_account_path(source.uid))
        there = reference.get(transaction=transaction).to_dict()
        if mark.get(transaction=transaction).exists:
            raise Conflict("This account is being deleted.", code="account-deleted")
        if there is None:
            job = job_fields(Job(status=Status.READY, updated_at=now))
            named = {"label": fields["name"], "created_at": now}
            transaction.create(reference, {**named, **job, **_NEW, **fields})
        else:
            _check_can_reconnect(there)
            again = {name: value for name, value in fields.items() if name not in _KEPT}
            transaction.update(reference, again)
        for path, document in beside.items():
            transaction.set(database.document(path), dict(document))

    clients.transact(work)


def _check_can_reconnect(there: Mapping[str, Any]) -> None:
    if there.get("status") == Status.DELETING.value:
        raise Conflict(
            "This shop's data are being deleted.",
            code="source-deleting",
            hint="Connect it again in a few minutes.",
        )
    if (there.get("connection") or {}).get("state") == "connected":
        raise Conflict(
            "This shop is connected already.",
            code="already-connected",
            hint="To give it new keys, rotate its credentials.",
        )
