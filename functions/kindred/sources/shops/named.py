"""Objects that webhooks named: each is read again by its id, once, whatever the webhook said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kindred.errors import Conflict, InvalidInput, NotAllowed, NotFound, SourceGone
from kindred.sources.shops.ports import Asked, Named
from kindred.sources.shops.records import AliasRecord, Record

if TYPE_CHECKING:
    from kindred.sources.shops.platform import Platform, Stream, StreamName

#: What is wrong with the connection itself, so that nothing else would fare better.
STOPS: Final = frozenset({"access-ended", "shop-redirects", "shop-address-refused"})
#: The shop refuses a token before its end, of which another can be had.
ENDED_EARLY: Final = "shop-token-ended"
#: A list, or an exported file, that can't be gone on with has to be begun anew.
LIST_ENDED: Final = frozenset({"page-ended", "shop-export-lost"})
#: Errors that are about this job (cancelled, taken over) or source (let go), not about the shop.
INTERRUPTIONS: Final = (Conflict, SourceGone)

Read = Callable[["Stream", str], Sequence[Record]]


@dataclass(frozen=True)
class Wanted:
    """One object that is to be read again, and what named it."""

    stream: StreamName
    object_id: str
    deliveries: tuple[Named, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether the shop is asked: of whoever has to be forgotten nothing is."""
        return not self.deliveries or not all(one.is_redacted for one in self.deliveries)


def by_object(deliveries: Sequence[Named]) -> list[Wanted]:
    """Each object once, however many deliveries named it; always in the same order."""
    found: dict[tuple[StreamName, str], list[Named]] = {}
    for one in deliveries:
        found.setdefault((one.stream, one.object_id), []).append(one)
    return [Wanted(*place, tuple(its)) for place, its in sorted(found.items())]


def read_wanted(
    platform: Platform, asked: Asked, wanted: Wanted, read: Read
) -> tuple[Stream, list[Record]] | None:
    """What the shop says now of an object; None where it isn't asked.

    What it can't load is left as it was. Raises `Unavailable` for what may pass.
    """
    stream = next((one for one in platform.streams if one.name == wanted.stream), None)
    if stream is None or not wanted.is_read:
        return None
    merged = [one.merged_into for one in wanted.deliveries if one.merged_into]
    kept_id = merged[-1] if merged else None
    return stream, _read_one(stream, wanted.object_id, kept_id, asked, read)


def _read_one(
    stream: Stream, object_id: str, kept_id: str | None, asked: Asked, read: Read
) -> list[Record]:
    try:
        found = list(read(stream, object_id))
    except INTERRUPTIONS:
        raise
    except (InvalidInput, NotFound, NotAllowed) as err:
        if err.code in STOPS:
            raise
        found = []
    if kept_id:
        found.append(AliasRecord(id=object_id, updated_at=asked.began_at, kept_id=kept_id))
    return found
