"""Versions: what a new file changes in an earlier one, and both as one.

An order line that stands in the earlier version already is unchanged; one of the same order and
product with other values replaces it; anything else is new. Without order numbers, a line is the
same if customer, time, product, pieces and amounts are. So a corrected rejects file adds its
rows, and an export that overlaps with the last one doubles nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.reading.rows.queries import one, parquet
from kindred.reading.values.quoting import quoted
from kindred.tables import CUSTOMERS, Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: What makes two order lines the same where the file has no order numbers.
_LINE_KEY = (
    "customer_id, order_id, ordered_at, kind, amount, quantity, unit_price, product_id,"
    " product_name, category"
)
_CONTENT = {
    "orders": f"{_LINE_KEY}, discount, tax, shipping, status, channel",
    "texts": "customer_id, said_at, title, text, rating, product_id",
    "events": "customer_id, event_type, event_at, product_id",
    "customers": ", ".join(CUSTOMERS),
}
_ORDER_KEY = "order_id, coalesce(product_id, product_name, ''), kind = 'refund'"


def _keys(name: str, by_order: bool) -> str:
    """What makes two rows the same thing, perhaps with other values."""
    if name == "customers":
        return "customer_id"
    if name == "orders":
        return _ORDER_KEY if by_order else _LINE_KEY
    return _CONTENT[name]


def _numbered(path: Path, name: str, by_order: bool) -> str:
    """Rows with ``same`` (hash of all values) and ``thing`` (hash of the key), each with the number
    of its occurrence, so that two equal rows aren't one."""
    order = "customer_id" if name == "customers" else "line"
    return f"""(
        SELECT *, hash({_CONTENT[name]}, row_number() OVER (
                PARTITION BY hash({_CONTENT[name]}) ORDER BY {order})) AS same,
            hash({_keys(name, by_order)}, row_number() OVER (
                PARTITION BY hash({_keys(name, by_order)}) ORDER BY {order})) AS thing
        FROM {parquet(path)})"""


def _main(tables: Tables) -> str:
    """The table whose rows are a file's rows."""
    return next((n for n in ("orders", "texts", "events") if getattr(tables, n)), "customers")


def compare(
    engine: DuckDB, new: Tables, base: Tables | None, *, by_order: bool, rejected: int
) -> dict[str, Any]:
    """``{new, updated, unchanged, rejected}`` rows, and the customers that are new."""
    name = _main(new)
    path: Path = getattr(new, name)
    earlier: Path | None = getattr(base, name) if base else None
    total = int(one(engine, f"SELECT count(*) FROM {parquet(path)}")[0])
    counts: dict[str, Any] = {"new": total, "updated": 0, "unchanged": 0, "rejected": rejected}
    if base and earlier:
        unchanged, updated = one(
            engine,
            f"""WITH n AS {_numbered(path, name, by_order)},
                b AS {_numbered(earlier, name, by_order)}
            SELECT count(*) FILTER (same IN (SELECT same FROM b)),
                count(*) FILTER (same NOT IN (SELECT same FROM b) AND thing IN
                    (SELECT thing FROM b WHERE same NOT IN (SELECT same FROM n)))
            FROM n""",
        )
        counts |= {
            "unchanged": int(unchanged),
            "updated": int(updated),
            "new": total - int(unchanged) - int(updated),
        }
    known = f"SELECT customer_id FROM {parquet(base.customers)}" if base else "SELECT NULL LIMIT 0"
    counts["new_customers"] = int(
        one(
            engine,
            f"SELECT count(*) FROM {parquet(new.customers)} WHERE customer_id NOT IN ({known})",
        )[0]
    )
    return counts


def append(engine: DuckDB, new: Tables, base: Tables, *, by_order: bool, scratch: Path) -> Tables:
    """Both versions as one set of tables, in place of the new one's."""
    paths: dict[str, Path | None] = {}
    for name in ("orders", "texts", "events"):
        added: Path | None = getattr(new, name)
        earlier: Path | None = getattr(base, name)
        paths[name] = added or earlier
        if added and earlier:
            own = scratch / f"new-{name}.parquet"
            added.rename(own)
            _append_rows(engine, name, own, earlier, added, by_order)
    own = scratch / "new-customers.parquet"
    new.customers.rename(own)
    _append_customers(engine, own, base.customers, new.customers)
    return Tables(
        customers=new.customers,
        orders=paths["orders"],
        texts=paths["texts"],
        events=paths["events"],
        products=new.products or base.products,
        currency=new.currency or base.currency,
    )


def _append_rows(
    engine: DuckDB, name: str, own: Path, earlier: Path, target: Path, by_order: bool
) -> None:
    """Earlier rows but the replaced ones, then rows that are new, numbered after them."""
    order = "customer_id, line" if name == "orders" else "line"
    engine.con.execute(f"""COPY (
        WITH n AS {_numbered(own, name, by_order)}, b AS {_numbered(earlier, name, by_order)},
        last AS (SELECT coalesce(max(line), 0) AS top FROM b),
        added AS (SELECT * FROM n WHERE same NOT IN (SELECT same FROM b)),
        remaining AS (SELECT * FROM b WHERE NOT (thing IN (SELECT thing FROM added)
            AND same NOT IN (SELECT same FROM n)))
        SELECT * EXCLUDE (same, thing) FROM (
            SELECT * FROM remaining UNION ALL
            SELECT * REPLACE (line + (SELECT top FROM last) AS line) FROM added)
        ORDER BY {order}) TO {quoted(target)} (FORMAT parquet)""")


def _append_customers(engine: DuckDB, own: Path, earlier: Path, target: Path) -> None:
    """The newer word on each attribute counts; totals given by a file are the newer file's."""
    picked = ", ".join(f"coalesce(n.{column}, b.{column}) AS {column}" for column in CUSTOMERS)
    engine.con.execute(f"""COPY (
        SELECT {picked} FROM {parquet(earlier)} b
        FULL OUTER JOIN {parquet(own)} n ON n.customer_id = b.customer_id
        ORDER BY customer_id) TO {quoted(target)} (FORMAT parquet)""")
