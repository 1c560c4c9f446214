"""Starts the syncs of connected shops, and says which shops can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kindred import documents
from kindred.errors import Conflict, NotFound
from kindred.paths import PLATFORMS, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kindred.jobs import Ticket
    from kindred.sources.shops.platform import StreamName
    from kindred.sources.shops.ports import Why


def check_shop(source: Source) -> None:
    """Raise `NotFound` for a source that isn't a shop."""
    if source.kind not in PLATFORMS:
        raise NotFound("That source isn't a connected shop.", code="no-shop")


def check_connected(source: Source) -> Mapping[str, Any]:
    """The fields of a source that can be asked; raises `SourceGone` and `Conflict`."""
    fields = documents.get_source(source)
    state = (fields.get("connection") or {}).get("state")
    if fields.get("status") == "deleting" or state != "connected":
        raise Conflict(
            "This shop isn't connected any more.",
            code="not-connected",
            hint="Connect it again to go on.",
        )
    return fields


def start_sync(
    source: Source,
    now: datetime,
    why: Why,
    *,
    streams: Sequence[StreamName] | None = None,
    full: bool = False,
) -> Ticket | None:
    """Have a sync started; None while another job of the source runs."""
    from kindred.sources.shops import service

    return service.start_sync(source, now=now, why=why, streams=streams, full=full)
