"""The same person under several spellings is one customer, as the merchant chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kindred.reading.columns.fields import IDENTITY
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.queries import one
from kindred.reading.types import ReadOptions

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB


def merge_customers(rows: str, plan: Plan, options: ReadOptions, engine: DuckDB) -> tuple[str, int]:
    """Typed rows (SQL) with one id per person, and how many spellings or rows were merged."""
    has = plan.mapping.has
    if has("customer_id") and has("email"):
        rows = _with_one_id_per_email(rows, engine)
    if not any(has(role) for role in IDENTITY):
        return rows, 0
    spellings, people, named_rows = one(
        engine,
        f"""SELECT count(DISTINCT raw_customer), count(DISTINCT customer_id),
            count(*) FILTER (customer_id IS NOT NULL)
        FROM {rows}
        WHERE code IS NULL AND raw_customer IS NOT NULL AND customer_id IS NOT NULL""",
    )
    a_row_each = not plan.needs_order and plan.model.column == "amount"
    merged = int(named_rows - people) if a_row_each else max(0, int(spellings - people))
    if options.duplicate_customers == "reject" and merged:
        return _without_repeated(rows, "line" if a_row_each else "raw_customer"), 0
    return rows, merged


def _with_one_id_per_email(rows: str, engine: DuckDB) -> str:
    """Ids that share an e-mail become the first of them, an id that is an e-mail last."""
    engine.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE aliases AS
        WITH people AS (
            SELECT customer_id, arg_min(email, line) AS email, min(line) AS first
            FROM {rows} WHERE code IS NULL AND customer_id IS NOT NULL
                AND contains(email, '@') GROUP BY 1
        )
        SELECT customer_id AS alias, first_value(customer_id) OVER (
            PARTITION BY email ORDER BY contains(customer_id, '@'), first) AS owner
        FROM people QUALIFY alias <> owner""")
    if not one(engine, "SELECT count(*) FROM aliases")[0]:
        return rows
    return f"""(SELECT r.* REPLACE (coalesce(a.owner, r.customer_id) AS customer_id)
        FROM {rows} r LEFT JOIN aliases a ON a.alias = r.customer_id)"""


def _without_repeated(rows: str, spelling: str) -> str:
    """Rows of a customer who stood there before, under another ``spelling``, are rejected."""
    return f"""(
        SELECT * EXCLUDE (original) REPLACE (
            CASE WHEN code IS NULL AND {spelling} <> original
                THEN 'unique-error' ELSE code END AS code,
            CASE WHEN code IS NULL AND {spelling} <> original
                THEN 'The customer stands in an earlier row.' ELSE reason END AS reason)
        FROM (SELECT *, arg_min({spelling}, line) FILTER (code IS NULL AND customer_id IS NOT NULL)
            OVER (PARTITION BY customer_id) AS original FROM {rows}))"""
