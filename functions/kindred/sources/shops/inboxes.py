"""Platforms that tell of changes by a queue of the merchant's, instead of asking us by HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from kindred.sources.shops.platform import Connection, Hook


@dataclass(frozen=True)
class Heard:
    """What one look into a queue has brought. ``dropped``: how many messages, by why."""

    noted: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)


class Inbox(Protocol):
    """The queue of one platform's notices. Every notice is only a hint to read its object again."""

    def has_queue(self, connection: Connection) -> bool:
        """Whether the merchant gave a queue with this connection; asks nobody."""
        ...

    def hear(
        self,
        connection: Connection,
        note: Callable[[Sequence[Hook]], None],
        *,
        known_until: datetime | None,
    ) -> Heard:
        """Hand what waits in the queue to ``note``, and remove it once that has returned.

        What was told of before ``known_until`` has been read since, and is removed at once. Raises
        `InvalidInput` for a queue that has to be put right, `Unavailable` for what may pass.
        """
        ...


def _amazon() -> Inbox:
    from kindred.sources.amazon.notifications import Queue

    return Queue()


#: A platform's queue is imported when its first shop needs it.
INBOXES: Final[dict[str, Callable[[], Inbox]]] = {"amazon": _amazon}


def inbox_of(kind: str) -> Inbox | None:
    """The inbox of a kind of source; None for platforms that have none."""
    make = INBOXES.get(kind)
    return make() if make is not None else None
