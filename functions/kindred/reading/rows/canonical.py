"""From typed rows to the canonical Parquet tables, and what they add up to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.money import figure
from kindred.reading.columns.shapes import EVENTS as EVENT_ROWS
from kindred.reading.columns.shapes import ORDER_LINES, REVIEWS
from kindred.reading.columns.shapes import ORDERS as ORDER_ROWS
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.queries import one, parquet
from kindred.reading.values.quoting import quoted
from kindred.reading.values.words import PURCHASE_EVENTS
from kindred.tables import CUSTOMERS, EVENTS, MONEY, ORDERS, TEXTS, Column, Tables
from kindred.totals import Totals, totals_of

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

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


def write_tables(
    rows: str,
    shape: str,
    plan: Plan,
    currency: str | None,
    out_dir: Path,
    engine: DuckDB,
    *,
    keep_last: bool,
) -> Tables:
    """Write the tables that a file of this shape brings, from typed rows that can be used.

    ``keep_last``: of several rows of a customer, only the last says who that is.
    """
    queries = _queries(rows, shape, plan, engine, keep_last)
    meta = json.dumps({"date_order": plan.formats.date_order, "decimal": plan.formats.decimal})
    paths = {name: out_dir / f"{name}.parquet" for name in queries}
    for name, query in queries.items():
        engine.con.execute(
            f"COPY ({query} ORDER BY {_SORTED_BY[name]}) TO {quoted(paths[name])}"
            f" (FORMAT parquet, KV_METADATA {{kindred: {quoted(meta)}}})"
        )
    return Tables(
        customers=paths["customers"],
        orders=paths.get("orders"),
        texts=paths.get("texts"),
        events=paths.get("events"),
        currency=currency,
    )


def _queries(rows: str, shape: str, plan: Plan, engine: DuckDB, keep_last: bool) -> dict[str, str]:
    """The query of each table that the file brings."""
    queries: dict[str, str] = {}
    people = f"(SELECT * REPLACE (NULL AS attributes, NULL AS given_amount) FROM {rows})"
    if shape in (ORDER_LINES, ORDER_ROWS):
        queries["orders"] = orders_sql(rows)
    elif shape == EVENT_ROWS:
        queries["events"] = events_sql(rows)
        bought = _purchases(rows, plan)
        if one(engine, f"SELECT count(*) FROM {bought}")[0]:
            queries["orders"] = orders_sql(bought)
    elif shape != REVIEWS:
        people = rows
    has_texts = f"SELECT count(*) FROM {rows} WHERE coalesce(text, title) IS NOT NULL"
    may_have_texts = shape == REVIEWS or plan.mapping.has("review_text")
    if may_have_texts and one(engine, has_texts)[0]:
        queries["texts"] = texts_sql(rows)
    queries["customers"] = customers_sql(people, keep_last=keep_last)
    return queries


#: By customer, so that one customer's orders are found without reading everyone's.
_SORTED_BY: Final = {
    "orders": "customer_id, line, kind DESC",
    "texts": "line",
    "events": "line",
    "customers": "customer_id",
}


def _purchases(rows: str, plan: Plan) -> str:
    """Events that are orders as well; each its own, unless the file says to which it belongs."""
    order = "order_id" if plan.mapping.has("order_id") else _EVENT_ORDER
    words = ", ".join(quoted(word) for word in sorted(PURCHASE_EVENTS))
    is_purchase = f"replace(replace(event_type, ' ', '_'), '-', '_') IN ({words})"
    return f"""(SELECT * REPLACE ({order} AS order_id, true AS has_time)
        FROM (SELECT * REPLACE (event_at AS ordered_at) FROM {rows}
            WHERE {is_purchase} AND amount IS NOT NULL))"""


_EVENT_ORDER: Final = (
    "concat(coalesce(customer_id, 'line ' || line), ' ', strftime(event_at, '%Y-%m-%dT%H:%M:%S'))"
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


def totals(engine: DuckDB, tables: Tables) -> dict[str, Any]:
    """What the tables add up to; only customers who ordered are counted where there are orders."""
    customers = engine.read(tables.customers)
    orders = engine.read(tables.orders) if tables.orders else None
    sums = Totals.from_row(engine.row(totals_of(customers, orders)), tables.currency)
    return {
        "customers": sums.buyers,
        "orders": sums.orders,
        **sums.figures(),
        "first_order": iso(sums.first_order),
        "last_order": iso(sums.last_order),
        "currency": sums.currency,
    }


def customer_totals(engine: DuckDB, tables: Tables) -> Iterator[dict[str, Any]]:
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
    result = engine.con.execute(f"{query} ORDER BY customer_id")
    while rows := result.fetchmany(10_000):
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
