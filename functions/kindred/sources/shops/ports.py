"""What one sync is for, and where it keeps what comes: the port that `syncing` speaks to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from kindred.sources.shops.cursors import State
    from kindred.sources.shops.platform import StreamName
    from kindred.sources.shops.records import Record

Why = Literal["asked", "scheduled", "hook", "connected"]


@dataclass(frozen=True)
class Asked:
    """What one sync, a job, is for. ``streams`` None: all that the platform has."""

    run_id: str
    began_at: datetime
    why: Why
    streams: Sequence[StreamName] | None = None
    objects: Sequence[tuple[StreamName, str]] = ()
    full: bool = False  # everything is listed again
    for_tables: bool = False  # tables are wanted, whether anything has changed or not

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for it, who has perhaps just put something right."""
        return self.why in ("asked", "connected")


@dataclass(frozen=True)
class Named:
    """An object that a webhook named: it is read again by its id, unless it has to be forgotten."""

    stream: StreamName
    object_id: str
    merged_into: str | None = None
    delivery_id: str | None = None  # whose document goes once it has been read
    is_redacted: bool = False


@dataclass(frozen=True)
class Known:
    """An object that the shop has shown: in which window, and what it said."""

    number: int
    table: str
    id: str
    digest: str
    updated_at: datetime | None = None  # as its record had it


class Store(Protocol):
    """Where parts and cursors are kept. What a method has done is durable when it returns."""

    def save(self, state: State) -> None:
        """The state, in one write.

        Raises `SourceGone` without the source's document, `LeaseLost` where somebody else has
        saved since it was loaded.
        """
        ...

    def put_part(self, table: str, name: str, records: Sequence[Record]) -> None:
        """One part, by a name that a repetition writes again."""
        ...

    def put_known(self, name: str, known: Sequence[Known]) -> None:
        """Which objects one page has shown, by a name as above that begins with the stream's."""
        ...

    def list_known(self, stream: StreamName) -> Iterable[Known]:
        """All that is known of a stream, lower numbers first."""
        ...

    def list_named(self) -> Sequence[Named]:
        """Objects that webhooks have named since."""
        ...

    def forget_named(self, named: Sequence[Named]) -> None:
        """Those have been read."""
        ...
