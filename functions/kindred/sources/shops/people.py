"""Whose a row is: merged customers, registered guests, and who must not be known any more.

A row's person has a key (`parts.PERSON`): the platform's id of a customer, else a guest's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from kindred.sources.shops.identity import Alias, resolve
from kindred.sources.shops.parts import PERSON

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

_BATCH: Final = 50_000
#: What is said of somebody, besides the keys.
_SAID: Final = ("name", "email", "phone", "city", "country")


@dataclass(frozen=True)
class Aliases:
    """Customers that are one. ``table``: ``{key, end}`` of those who go on as another."""

    table: Table
    ends: Mapping[str, str]
    ever: Table  # ``{key}`` of all who were merged, undone or not

    def end_of(self, rows: Table, column: str) -> Table:
        """``rows`` with ``end``: who ``column`` is in the end."""
        if not self.ends:
            return rows.mutate(end=rows[column])
        joined = rows.left_join(self.table, rows[column] == self.table.key).drop("key")
        return joined.mutate(end=_.end.coalesce(_[column]))


def keep_aliases(current: Table, undone: frozenset[str], *, engine: Engine) -> Aliases:
    """Who goes on as whom. Rows of ``current`` whose id is in ``undone`` don't count."""
    usable = current.filter(~_.is_deleted, _.kept_id.notnull(), _.fault.isnull())
    said = (
        Alias(*row)
        for frame in engine.batches(usable.select("id", "kept_id", "version"), _BATCH)
        for row in frame.itertuples(index=False)
        if row[0] not in undone
    )
    ends = resolve(said)
    table = _keep(engine, "aliases_resolved", {"key": list(ends), "end": list(ends.values())})
    return Aliases(table, ends, current.select(key=_.id))


def keep_gone(
    customers: Table,
    aliases: Aliases,
    redacted: frozenset[str],
    persons: Iterable[Table],
    *,
    engine: Engine,
) -> Table:
    """``{key, is_redacted}`` of whom nothing may remain.

    Who was redacted, under every id that became that customer, and as a guest of the same address
    or number in any row that there ever was (``persons``). And customers that the shop has
    deleted, unless it did so since they were merged into another.
    """
    family = redacted | {key for key, end in aliases.ends.items() if end in redacted}
    named = _keep(engine, "redacted_family", {"key": sorted(family)})
    keys = [named]
    for rows in persons if family else ():
        theirs = rows.semi_join(named, rows.customer_id == named.key)
        keys += [theirs.select(key=theirs[name]) for name in ("email_key", "phone_key")]
    erased = _all_of(keys).filter(_.key.notnull()).distinct()
    erased = engine.keep("redacted_keys", erased.mutate(is_redacted=True))
    deleted = customers.filter(_.is_deleted).select(key=_.id).anti_join(aliases.ever, "key")
    merged = aliases.table.semi_join(deleted, aliases.table.end == deleted.key).select("key")
    others = deleted.union(merged).distinct().anti_join(erased, "key")
    return engine.keep("gone", erased.union(others.mutate(is_redacted=False)))


def without_persons(rows: Table, gone: Table) -> Table:
    """``rows`` in which nobody is named who is ``gone``."""
    keys = gone.select("key", is_gone=True)
    joined = rows.left_join(keys, rows.person_key == keys.key)
    is_gone = joined.is_gone.fill_null(False)
    emptied = {name: is_gone.ifelse(ibis.null("string"), joined[name]) for name in PERSON}
    return joined.mutate(**emptied).select(*rows.columns)


def without_rows(rows: Table, gone: Table) -> Table:
    """``rows`` in which those of whoever is ``gone`` are deleted, with nothing in them."""
    keys = gone.select("key", is_gone=True)
    joined = rows.left_join(keys, rows.person_key == keys.key)
    return _deleted(joined, joined.is_gone.fill_null(False)).select(*rows.columns)


def customers_without(customers: Table, gone: Table) -> Table:
    """``customers`` in which whoever is ``gone`` has a deleted row, also those who had none.

    So a later sync that brings an old row of theirs brings nobody back.
    """
    keys = gone.select("key", is_gone=True)
    joined = customers.left_join(keys, customers.id == keys.key)
    emptied = _deleted(joined, joined.is_gone.fill_null(False)).select(*customers.columns)
    unknown = gone.filter(_.is_redacted).anti_join(customers, gone.key == customers.id)
    start = ibis.timestamp("1970-01-01 00:00:00")
    made = {name: ibis.null(kind) for name, kind in customers.schema().items()} | {
        "id": unknown.key,
        "version": ibis.literal("0"),
        "updated_at": start,
        "seen_at": start,
        "is_deleted": ibis.literal(True),
    }
    return emptied.union(unknown.select(**made).cast(dict(customers.schema().items())))


def keep_guests(
    customers: Table, aliases: Aliases, persons: Sequence[Table], *, engine: Engine
) -> Table:
    """``{guest, registered}``: which customer a guest is, by the address they have in common.

    Where several customers have one, the first of their ids. Customers without a row of their own
    (the shop doesn't list them) have the addresses of what they bought and wrote.
    """
    listed = customers.filter(~_.is_deleted).select("customer_id", "email_key")
    met = _all_of([rows.select("customer_id", "email_key") for rows in persons])
    unlisted = met.anti_join(customers, met.customer_id == customers.id)
    known = listed.union(unlisted).filter(_.customer_id.notnull(), _.email_key.notnull())
    known = aliases.end_of(known, "customer_id")
    return engine.keep(
        "guests", known.group_by(guest=_.email_key).aggregate(registered=_.end.min())
    )


def with_customer(rows: Table, aliases: Aliases, guests: Table) -> Table:
    """``rows`` with ``whose``, the canonical id; NULL for nobody."""
    found = aliases.end_of(rows, "person_key")
    found = found.left_join(guests, found.person_key == guests.guest)
    return found.mutate(whose=_.registered.coalesce(_.end)).drop("end", "guest", "registered")


def customer_rows(
    customers: Table, aliases: Aliases, met: Sequence[Table], *, engine: Engine
) -> Table:
    """The canonical customers but for the order of columns: one row per ``customer_id``.

    ``met``: who is in the other tables, ``{whose, at, id}`` and what is said of them. What the
    customer's own row says counts, else that of one who was merged, else what was said last.
    """
    listed = customers.filter(~_.is_deleted, _.fault.isnull(), _.person_key.notnull())
    listed = aliases.end_of(listed, "id")
    facts = ("consent", "attributes")
    own = listed.filter(_.id == _.end).select("end", *_SAID, *facts)
    own = engine.keep("customers_own", own)
    merged = listed.filter(_.id != _.end).anti_join(own, "end")
    merged = _first(merged, "end", [ibis.desc("version")]).select("end", *_SAID, *facts)
    listed = engine.keep("customers_listed", own.union(merged))
    seen = _all_of([rows.select("whose", "at", "id", *_SAID) for rows in met])
    seen = seen.filter(_.whose.notnull())
    seen = seen.anti_join(listed, seen.whose == listed.end)
    order = [ibis.desc("at", nulls_first=False), ibis.desc("id"), *(ibis.asc(c) for c in _SAID)]
    unlisted = _first(seen, "whose", order).select(end=_.whose, **{c: _[c] for c in _SAID})
    unlisted = unlisted.mutate(consent=ibis.null("boolean"), attributes=ibis.null("string"))
    return listed.union(unlisted.select(*listed.columns)).rename(customer_id="end")


def is_guest(customer_id: Any) -> Any:
    """Whether a canonical id is one that `identity.guest_id` made."""
    return customer_id.startswith("guest-")


def _first(rows: Table, key: str, order: list[Any]) -> Table:
    numbered = rows.mutate(place=ibis.row_number().over(group_by=key, order_by=order))
    return numbered.filter(_.place == 0).drop("place")


def _deleted(rows: Table, is_gone: Any) -> Table:
    kept = {"id", "version", "updated_at", "seen_at", "is_deleted", "key", "is_gone"}
    emptied = {
        name: is_gone.ifelse(ibis.null(kind), rows[name])
        for name, kind in rows.schema().items()
        if name not in kept
    }
    return rows.mutate(**emptied, is_deleted=is_gone | rows.is_deleted)


def _all_of(tables: Sequence[Table]) -> Table:
    return tables[0] if len(tables) == 1 else ibis.union(*tables)


def _keep(engine: Engine, name: str, columns: Mapping[str, list[str]]) -> Table:
    import pandas as pd

    frame = pd.DataFrame({key: pd.Series(words, dtype="str") for key, words in columns.items()})
    return engine.keep(name, frame).cast(dict.fromkeys(columns, "string"))
