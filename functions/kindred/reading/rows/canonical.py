"""From judged rows to the canonical Parquet tables, the rejects file and the report's counts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.money import figure
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.rows.expressions import q
from kindred.reading.values.words import PURCHASE_EVENTS
from kindred.tables import CUSTOMERS, EVENTS, MONEY, ORDERS, TEXTS, Column, Tables
from kindred.totals import Totals, totals_of

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

MAX_REJECT_TEXT = 10_000
REJECT_COLUMNS = ("line", "code", "reason")
REJECT_TEXT = "original_text"


def copy(engine: Backend, query: str, path: Path) -> None:
    engine.con.execute(f"COPY ({query}) TO {q(path)} (FORMAT parquet)")


def parquet(path: Path) -> str:
    return f"read_parquet({q(path)})"


def one(engine: Backend, query: str) -> tuple[Any, ...]:
    row = engine.con.execute(query).fetchone()
    return tuple(row) if row else ()


#: Columns that no file fills: a platform's own ids, and what only a connected shop knows.
_NOT_IN_FILES: Final = frozenset(
    {
        "channel",
        "session_id",
        "platform_order_id",
        "platform_customer_id",
        "platform_product_id",
    }
)


def casts(columns: Mapping[str, Column]) -> str:
    """The columns of a canonical table, each with its type."""
    return ", ".join(
        f"CAST({'NULL' if name in _NOT_IN_FILES else name} AS {column.type}) AS {name}"
        for name, column in columns.items()
    )


def orders_sql(rows: str) -> str:
    """Order lines from judged rows; a sale that was paid back is a sale and a refund."""
    kind = (
        "CASE WHEN is_cancelled AND NOT is_negative THEN 'cancelled'"
        " WHEN is_negative THEN 'refund' ELSE 'sale' END"
    )
    nothing_left = ", ".join(
        f"CASE WHEN kind = 'cancelled' AND {name} IS NOT NULL THEN 0 ELSE {name} END AS {name}"
        for name in ("tax", "shipping")
    )
    base = f"""
        SELECT * REPLACE (CASE WHEN kind = 'cancelled' THEN 0 ELSE amount END AS amount,
            {nothing_left})
        FROM (SELECT *, {kind} AS kind FROM {rows})"""
    given_back = ", ".join(
        f"CAST(-{name} * (least(amount, back) / amount) AS {MONEY}) AS {name}"
        for name in ("tax", "shipping")
    )
    back = f"""
        SELECT * REPLACE ('refund' AS kind, -least(amount, back) AS amount,
            -abs(quantity) AS quantity, {given_back})
        FROM (SELECT *, CASE WHEN refund > 0 THEN refund WHEN is_refunded THEN amount END AS back
            FROM base WHERE kind = 'sale' AND amount > 0) WHERE back > 0"""
    return f"""WITH base AS ({base})
        SELECT {casts(ORDERS)} FROM (
            SELECT * FROM base UNION ALL SELECT * EXCLUDE (back) FROM ({back}))"""


def customers_sql(rows: str, *, keep_last: bool) -> str:
    """One row per customer: the last word on each attribute, or only what its last row says."""
    picked = []
    for column in ("name", "email", "phone", "city", "country", "consent", "attributes"):
        last = f"arg_max_null({column}, line)" if keep_last else f"arg_max({column}, line)"
        picked.append(f"{last} AS {column}")
    for column, source in (
        ("given_orders", "orders_count"),
        ("given_net", "given_amount"),
    ):
        total = f"arg_max({source}, line)" if keep_last else f"sum({source})"
        picked.append(f"{total} AS {column}")
    if keep_last:
        picked.append("arg_max(first_order, line) AS given_first_order")
        picked.append("arg_max(last_order, line) AS given_last_order")
    else:
        picked.append("min(first_order) AS given_first_order")
        picked.append("max(last_order) AS given_last_order")
    return f"""SELECT {casts(CUSTOMERS)} FROM (
        SELECT customer_id, {", ".join(picked)} FROM {rows}
        WHERE customer_id IS NOT NULL GROUP BY customer_id)"""


def texts_sql(rows: str) -> str:
    return f"""SELECT {casts(TEXTS)} FROM (
        SELECT *, coalesce(event_at, ordered_at) AS said_at FROM {rows}
        WHERE text IS NOT NULL OR title IS NOT NULL)"""


def events_sql(rows: str) -> str:
    return f"""SELECT {casts(EVENTS)} FROM (
        SELECT *, amount AS value, attributes AS properties FROM {rows}
        WHERE event_type IS NOT NULL)"""


def is_purchase() -> str:
    words = ", ".join(q(word) for word in sorted(PURCHASE_EVENTS))
    return f"replace(replace(event_type, ' ', '_'), '-', '_') IN ({words})"


def totals(engine: Backend, tables: Tables) -> dict[str, Any]:
    """What the tables add up to; only customers who ordered are counted where there are orders."""
    customers = engine.read(tables.customers)
    orders = engine.read(tables.orders) if tables.orders else None
    found = Totals.from_row(engine.row(totals_of(customers, orders)), tables.currency)
    return {
        "customers": found.buyers,
        "orders": found.orders,
        **found.figures(),
        "first_order": iso(found.first_order),
        "last_order": iso(found.last_order),
        "currency": found.currency,
    }


def customer_totals(engine: Backend, tables: Tables) -> Iterator[dict[str, Any]]:
    """``{customer_id, orders, net, first_order, last_order}`` of every customer, by id.

    Counted as `kindred.totals` counts, so that the sums agree.
    """
    if tables.orders:
        query = f"""SELECT c.customer_id, coalesce(o.orders, 0), o.net, o.first, o.last
            FROM {parquet(tables.customers)} c LEFT JOIN (
                SELECT customer_id, count(DISTINCT order_id) FILTER (kind = 'sale') AS orders,
                    sum(amount) AS net, min(ordered_at) FILTER (kind = 'sale') AS first,
                    max(ordered_at) FILTER (kind = 'sale') AS last
                FROM {parquet(tables.orders)} GROUP BY customer_id) o USING (customer_id)"""
    else:
        query = f"""SELECT customer_id, coalesce(given_orders, 0), given_net,
            coalesce(given_first_order, given_last_order), given_last_order
            FROM {parquet(tables.customers)}"""
    found = engine.con.execute(f"{query} ORDER BY customer_id")
    while rows := found.fetchmany(10_000):
        for customer_id, count, net, first, last in rows:
            yield {
                "customer_id": customer_id,
                "orders": int(count),
                "net": figure(net, tables.currency),
                "first_order": iso(first),
                "last_order": iso(last),
            }


def iso(value: Any) -> str | None:
    """ISO 8601: a date where the time is midnight, else with the time."""
    if value is None:
        return None
    text = str(value.isoformat())
    return text[:10] if text.endswith("T00:00:00") else text[:19]


def write_rejects(
    engine: Backend, raw: RawTable, judged: str, path: Path
) -> tuple[Counter[str], Path | None]:
    """The rejects CSV: line, code, reason, the original columns, and the line as it stood."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*REJECT_COLUMNS, *raw.names, REJECT_TEXT])
        for line, code, reason, cells, text in _rejected(engine, raw, judged):
            counts[code] += 1
            padded = [*map(_harmless, cells), *[""] * (len(raw.names) - len(cells))]
            writer.writerow([line, code, reason, *padded, _harmless(text[:MAX_REJECT_TEXT])])
    if not counts:
        path.unlink()
        return counts, None
    return counts, path


def _rejected(
    engine: Backend, raw: RawTable, judged: str
) -> Iterator[tuple[int, str, str, list[str], str]]:
    with raw.rejected.open(encoding="utf-8") as file:
        for row in file:
            line, code, reason, cells, text = json.loads(row)
            yield line, code, reason, cells[raw.lead :], text
    columns = ", ".join(f"r.{c}" for c in raw.columns)
    found = engine.con.execute(
        f"SELECT j.line, j.code, j.reason, {columns} FROM (SELECT line, code, reason FROM {judged}"
        f" WHERE code IS NOT NULL AND code NOT LIKE '#%') j"
        f" JOIN {raw.relation} r ON r.line = j.line"
        " ORDER BY j.line"
    )
    while rows := found.fetchmany(5000):
        for line, code, reason, *cells in rows:
            yield line, code, reason, ["" if c is None else c for c in cells], ""


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet won't run: formulas get an apostrophe in front."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_plain_number(cell):
        return "'" + cell
    return cell


def _is_plain_number(cell: str) -> bool:
    return all(c.isdigit() or c in "+-.,() " for c in cell)
