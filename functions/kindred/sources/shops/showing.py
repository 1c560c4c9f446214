"""What members see of a sync: how far it is, and stream by stream what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kindred.sources.shops.cursors import Cursor, State
from kindred.sources.shops.platform import Stream, StreamName
from kindred.sources.shops.ports import Asked


def share_done(state: State, streams: Sequence[Stream], asked: Asked) -> float:
    """How much of a sync is done, 0 to 1: objects that came, of those that the shop says it has.

    Over streams while one is read of which the shop says no count, or where no count is known.
    """
    came = total = ended = 0
    is_counted = True
    for stream in streams:
        cursor = state.cursor(stream.name)
        ended += is_ended(cursor, stream, asked)
        if cursor.run != asked.run_id:
            continue
        if cursor.open is None:
            came, total = came + cursor.done, total + cursor.done
        elif cursor.open.expected is not None:
            came += cursor.done + min(cursor.open.objects, cursor.open.expected)
            total += cursor.done + cursor.open.expected
        elif cursor.open.page:  # what it holds is known once its first page has come
            is_counted = False
    if total and is_counted:
        return came / total
    return ended / len(streams) if streams else 1.0


def is_ended(cursor: Cursor, stream: Stream, asked: Asked) -> bool:
    """Whether a sync has nothing more to do for a stream."""
    if cursor.failed_run == asked.run_id or cursor.none_at is not None:
        return True
    if cursor.open is not None or cursor.listing is not None:
        return False
    if stream.cursor == "full":
        return cursor.full_at is not None
    return cursor.high_water is not None and cursor.high_water >= asked.began_at - stream.lag


def shown_stream(
    cursor: Cursor,
    before: Mapping[str, Any],
    capability: Mapping[str, Any] | None,
    *,
    is_new: bool = False,
) -> dict[str, Any]:
    """A stream as the source's document has it; ``before``: as it had it until now.

    ``is_new``: no sync of the source has ended yet, so that no table says how much there is.
    """
    shown = {
        **dict.fromkeys(("count", "expected")),
        **before,
        "state": _state(cursor, capability),
        "high_water": cursor.high_water,
        "oldest": cursor.oldest or before.get("oldest"),
        "error": cursor.error,
    }
    if cursor.open is not None and cursor.high_water is None:  # the first time
        shown |= {"count": cursor.done + cursor.open.objects, "expected": None}
        if cursor.open.expected is not None:
            shown["expected"] = cursor.done + cursor.open.expected
    elif is_new and cursor.run is not None:  # in windows, one after another
        came = cursor.done + (cursor.open.objects if cursor.open else 0)
        shown["count"] = max(came, before.get("count") or 0)
    return shown


def shown_streams(
    state: State,
    before: Mapping[StreamName, Mapping[str, Any]],
    capabilities: Mapping[str, Mapping[str, Any]],
    *,
    is_new: bool = False,
) -> dict[StreamName, dict[str, Any]]:
    """All streams that have been asked for."""
    return {
        name: shown_stream(cursor, before.get(name) or {}, capabilities.get(name), is_new=is_new)
        for name, cursor in state.cursors.items()
    }


def _state(cursor: Cursor, capability: Mapping[str, Any] | None) -> str:
    if cursor.none_at is not None:
        return "none"
    if cursor.error is not None:
        return "failed"
    if cursor.open is not None or cursor.listing is not None:
        return "syncing"
    if cursor.high_water is None:
        return "waiting"
    return "partial" if (capability or {}).get("state") == "partial" else "ready"
