"""All parts of a shop into one base file per table, without what must not remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
from ibis import _

from kindred.sources.shops import people
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.records import TABLES
from kindred.sources.shops.winners import current_rows

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine
    from kindred.sources.shops.merging import ShopFacts


@dataclass(frozen=True)
class Current:
    """A shop as it is: one row per object in ``tables``, each in one of ``files``."""

    tables: Mapping[str, Table]
    files: Mapping[str, Path]
    aliases: people.Aliases


def compact(
    parts: Mapping[str, Sequence[Path]], folder: Path, *, engine: Engine, shop: ShopFacts
) -> Current:
    """Write a base file per table into ``folder``: the row that counts of every object.

    Whoever was redacted or deleted is named in none of them. Deleted objects stay as empty rows, so
    that an older row of theirs brings them back in no later merge.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = {name: _read(parts.get(name, ()), name, folder, engine) for name in TABLES}
    current = {
        name: current_rows(table, name, engine=engine) if parts.get(name) else table
        for name, table in rows.items()
    }
    aliases = people.keep_aliases(current["aliases"], shop.aliases_undone, engine=engine)
    with_persons = [rows[name] for name in ("customers", "orders", "reviews", "carts")]
    gone = people.keep_gone(
        current["customers"], aliases, shop.redacted, with_persons, engine=engine
    )
    if engine.value(gone.count()):
        current["customers"] = people.customers_without(current["customers"], gone)
        current["orders"] = people.without_persons(current["orders"], gone)
        for name in ("reviews", "carts"):
            current[name] = people.without_rows(current[name], gone)
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    engine.write(current["orders"], files["orders"])
    nobodys = engine.read(files["orders"]).filter(_.person_key.isnull()).select(owned=_.id)
    current["refunds"] = _without_words(current["refunds"], nobodys)
    for name in TABLES:
        if name != "orders":
            engine.write(current[name], files[name])
    return Current({name: engine.read(path) for name, path in files.items()}, files, aliases)


def _read(paths: Sequence[Path], table: str, folder: Path, engine: Engine) -> Table:
    """The rows of a table's files; none where there are no files."""
    if not paths:
        empty = folder / f"{table}-empty.parquet"
        write_part([], table, empty, zone="UTC", seen_at=datetime(1970, 1, 1, tzinfo=UTC))
        paths = [empty]
    return engine.read(list(paths))


def _without_words(refunds: Table, nobodys: Table) -> Table:
    """``refunds`` without what was said about those of an order that is nobody's any more."""
    unnamed = nobodys.mutate(is_nobodys=True)
    joined = refunds.left_join(unnamed, refunds.order_id == unnamed.owned)
    is_nobodys = joined.is_nobodys.fill_null(False)
    words = {
        name: is_nobodys.ifelse(ibis.null("string"), joined[name]) for name in ("reason", "note")
    }
    return joined.mutate(**words).select(*refunds.columns)
