"""What a whole listing of a stream tells: which of its objects are new, and which are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kindred.sources.shops.cursors import Listing, digest, table_of
from kindred.sources.shops.ports import Known
from kindred.sources.shops.records import TABLES, Record

if TYPE_CHECKING:
    from datetime import datetime

    from kindred.sources.shops.platform import Stream

#: What an object says that is gone.
_NOTHING: Final = ""


def is_listed(stream: Stream) -> bool:
    """Whether everything of a stream is listed again some time, so that what was shown is kept."""
    return stream.cursor == "full" or stream.full_every is not None


def shown(number: int, records: Sequence[Record]) -> list[Known]:
    """What a page said; of what is deleted, too, so that it isn't stored again each time."""
    return [Known(number, table_of(one), one.id, digest(one), one.updated_at) for one in records]


def noted(number: int, records: Sequence[Record]) -> list[Known]:
    """The same, with those that are gone: they say nothing, so that what comes back is new."""
    withdrawn = [
        Known(number, table_of(one), one.id, _NOTHING, one.updated_at)
        for one in records
        if one.is_deleted
    ]
    return [*shown(number, records), *withdrawn]


def as_old_as_shown(records: Sequence[Record], known: Iterable[Known]) -> list[Record]:
    """Deleted records as old as what was shown last of their objects.

    Of a stream that tells of no change, what comes back has the time that it had.
    """
    last = {key_of(one): one.updated_at for one in records if one.is_deleted}
    told: dict[int, datetime] = {}
    for one in known:
        if (key := key_of(one)) in last and one.updated_at is not None:
            told[key] = max(told.get(key, one.updated_at), one.updated_at)
    return [
        replace(one, updated_at=told.get(key_of(one), one.updated_at)) if one.is_deleted else one
        for one in records
    ]


def key_of(one: Record | Known) -> int:
    """An object in 8 bytes: a set of millions has to fit beside everything else."""
    table = one.table if isinstance(one, Known) else table_of(one)
    said = hashlib.blake2b(f"{table}/{one.id}".encode(), digest_size=8).digest()
    return int.from_bytes(said, "big")


def told_before(known: Iterable[Known], listing: Listing, since: int) -> Mapping[int, str]:
    """What was shown before a listing: objects by `key_of`, with the digest of what they said.

    ``since``: the number of the listing before. What that one didn't show was gone by then, and has
    to be stored again where it comes back.
    """
    return {key_of(one): one.digest for one in known if since <= one.number < listing.number}


def gone(
    known: Iterable[Known], again: Iterable[Known], listing: Listing, since: int
) -> list[Record]:
    """Deleted records of what was shown before a listing and isn't in it.

    ``since``: the number of the listing before, which has said what was gone by then.

    They are as old as what was shown last, so that an object that comes back counts again, though
    it has no younger time of change: of two as old, what was seen later counts. ``known`` and
    ``again`` are the same objects, read twice so that one set is enough.
    """
    listed = {key_of(one) for one in known if one.number >= listing.number}
    missing: dict[tuple[str, str], datetime] = {}
    for one in again:
        if since <= one.number < listing.number and key_of(one) not in listed:
            place, shown_at = (one.table, one.id), one.updated_at or listing.began_at
            if one.digest == _NOTHING:  # its deletion is stored already
                missing.pop(place, None)
                continue
            missing[place] = max(missing.get(place, shown_at), shown_at)
    return [
        TABLES[table](id=id_, updated_at=shown_at, is_deleted=True)
        for (table, id_), shown_at in sorted(missing.items())
    ]
