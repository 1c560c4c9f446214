"""Where a sync is: for each stream a cursor, all of them in one document that only servers read.

A cursor is moved by one write after what it has passed is durable. So whoever reads it goes on
where the last one stopped, and nothing is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any, Final

from kindred.sources.shops.platform import Page, StreamName, Window
from kindred.sources.shops.records import TABLES, Record

#: Goes up when the document's fields change; a document of another version is begun anew.
SCHEMA_VERSION: Final = 1
#: Records at a window's end that are remembered, so that they aren't stored again by the next one.
_MOST_RECENT: Final = 2_000
_TABLE_OF: Final = {kind: table for table, kind in TABLES.items()}
#: When an object came to be, as far as its record says.
_MADE: Final = ("ordered_at", "refunded_at", "said_at", "left_at", "created_at")


@dataclass(frozen=True)
class OpenWindow:
    """A window of which some pages are durable."""

    number: int  # its own, in the order of opening; parts are named by it
    window_start: datetime | None
    window_end: datetime
    page_token: str | None = None  # of the page to be asked for next
    page: int = 0  # how many are durable
    objects: int = 0  # that those held
    expected: int | None = None  # as the platform said before the first page
    said: int | None = None  # as it said last
    page_hash: str | None = None  # of the last page
    is_read: bool = False  # no page is left; what is left is to compare the counts
    is_again: bool = False  # read a second time, since the first didn't agree
    recent: tuple[str, ...] = ()  # digests of records near its end

    @property
    def window(self) -> Window:
        return Window(self.window_start, self.window_end)

    @property
    def key(self) -> str:
        """The window in the name of a part: number, start, end."""
        start = f"{self.window_start:%Y%m%dT%H%M%S}" if self.window_start else "beginning"
        return f"{self.number:06}-{start}-{self.window_end:%Y%m%dT%H%M%S}"


@dataclass(frozen=True)
class Listing:
    """Everything of a stream being listed again, in one window or several."""

    number: int  # of its first window: what has a lower one is older
    began_at: datetime
    water: datetime | None = None  # up to where its windows are durable


@dataclass(frozen=True)
class Cursor:
    """Where one stream is."""

    high_water: datetime | None = None  # everything before is durable
    open: OpenWindow | None = None
    listing: Listing | None = None
    full_at: datetime | None = None  # when the last whole listing began
    full_number: int = 0  # and its number
    oldest: datetime | None = None  # of what has come
    recent: tuple[str, ...] = ()  # digests of records near the last window's end
    tries: int = 0  # that brought nothing, in a row
    failed_run: str | None = None  # the job in which it was given up
    error: Mapping[str, str] | None = None
    run: str | None = None  # the job that asked last
    done: int = 0  # objects of windows that it has closed
    none_at: datetime | None = None  # when the shop said that it has no such thing

    def failed(self, run_id: str, error: Mapping[str, str], *, keep_window: bool) -> Cursor:
        """Given up for this job. A window that may go on by itself is kept for the next one."""
        kept = self if keep_window else replace(self, open=None, listing=None)
        return replace(kept, failed_run=run_id, error=dict(error), tries=0)


@dataclass(frozen=True)
class State:
    """All that is known between the tasks of syncing one source."""

    cursors: Mapping[StreamName, Cursor] = field(default_factory=dict)
    number: int = 1  # of the next window
    base: int = 0  # windows with lower numbers are in the compacted parts
    stored: int = 0  # parts that were ever stored: what tables follow from
    changed: int = 0  # records in them
    heard: tuple[str, ...] = ()  # deliveries read last, whose documents may still be there
    named_run: str | None = None  # the job that reads what it is to read by id
    named_done: int = 0  # how much of it that job has read
    base_redacted: str = ""  # whose data the compacted parts lack, as a digest

    def cursor(self, name: StreamName) -> Cursor:
        return self.cursors.get(name, Cursor())

    def with_cursor(self, name: StreamName, cursor: Cursor) -> State:
        return replace(self, cursors={**self.cursors, name: cursor})


def table_of(record: Record) -> str:
    """The table of parts that a record belongs to."""
    return _TABLE_OF[type(record)]


def digest(record: Record) -> str:
    """What a record says, in 16 letters: the same again, the same digest."""
    said = json.dumps([table_of(record), asdict(record)], default=str, sort_keys=True)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def page_digest(digests: Sequence[str]) -> str | None:
    """What a page says; None for one without a record, which may come twice."""
    return hashlib.sha256("".join(digests).encode()).hexdigest() if digests else None


def turned(
    window: OpenWindow, page: Page, digests: Sequence[str], recent: Sequence[str]
) -> OpenWindow:
    """The window after one more page is durable."""
    return replace(
        window,
        page_token=page.next,
        page=window.page + 1,
        objects=window.objects + page.objects,
        expected=page.total if window.page == 0 and window.expected is None else window.expected,
        said=page.total if page.total is not None else window.said,
        page_hash=page_digest(digests),
        is_read=page.next is None,
        recent=tuple(dict.fromkeys([*window.recent, *recent]))[:_MOST_RECENT],
    )


def oldest_of(records: Sequence[Record]) -> datetime | None:
    """When the oldest of some objects came to be."""
    times = [
        next((at for name in _MADE if (at := getattr(one, name, None)) is not None), None)
        for one in records
    ]
    return min((at for at in times if at is not None), default=None)


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [at for at in (one, other) if at is not None]
    return min(known, default=None)


def state_fields(state: State) -> dict[str, Any]:
    """As its document has it. Digests are one text, which is cheaper than a list."""
    return {**asdict(state), "schema_version": SCHEMA_VERSION} | {
        "cursors": {name: _cursor_fields(one) for name, one in state.cursors.items()},
        "heard": list(state.heard),
    }


def parse_state(fields: Mapping[str, Any] | None) -> State:
    """What `state_fields` made; a first sync's where there is none of this version."""
    if not fields or fields.get("schema_version") != SCHEMA_VERSION:
        return State()
    plain = {name: fields[name] for name in _fields_of(State) if name in fields}
    cursors = {name: _parse_cursor(one) for name, one in (fields.get("cursors") or {}).items()}
    return State(**{**plain, "cursors": cursors, "heard": tuple(fields.get("heard") or ())})


def _cursor_fields(cursor: Cursor) -> dict[str, Any]:
    fields = {**asdict(cursor), "recent": " ".join(cursor.recent)}
    if cursor.open is not None:
        fields["open"] = {**fields["open"], "recent": " ".join(cursor.open.recent)}
    return fields


def _parse_cursor(fields: Mapping[str, Any]) -> Cursor:
    plain = {name: fields[name] for name in _fields_of(Cursor) if name in fields}
    plain["recent"] = tuple(str(fields.get("recent") or "").split())
    if opened := fields.get("open"):
        own = {name: opened[name] for name in _fields_of(OpenWindow) if name in opened}
        plain["open"] = OpenWindow(**{**own, "recent": tuple(str(own.get("recent", "")).split())})
    if listing := fields.get("listing"):
        plain["listing"] = Listing(**listing)
    return Cursor(**plain)


def _fields_of(kind: type[State] | type[Cursor] | type[OpenWindow]) -> list[str]:
    return [one.name for one in fields_of(kind)]
