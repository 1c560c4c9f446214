# ruff: noqa: E501
"""From checked rows to the canonical Parquet tables, the rejects file and the report's counts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.tables import CUSTOMERS, ORDERS
from kindred.uploads.currencies import minor_digits
from kindred.uploads.ordersql import q
from kindred.uploads.rawtable import RawTable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MAX_REJECT_TEXT = 10_000


def copy(engine: Backend, query: str, path: Path) -> None:
    engine.con.execute(f"COPY ({query}) TO {q(path)} (FORMAT parquet)")


def one(engine: Backend, query: str) -> tuple[Any, ...]:
    row = engine.con.execute(query).fetchone()
    return tuple(row) if row else ()


def casts(columns: Mapping[str, str]) -> str:
    return ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())


def write_orders(engine: Backend, rows: str, path: Path) -> None:
    """Order lines from judged rows: a refunded sale is a sale and a refund."""
    kind = (
        "CASE WHEN is_cancelled AND NOT is_negative THEN 'cancelled'"
        " WHEN is_negative THEN 'refund' ELSE 'sale' END"
    )
    base = f"""
        SELECT * REPLACE (CASE WHEN kind = 'cancelled' THEN 0 ELSE amount END AS amount)
        FROM (SELECT *, {kind} AS kind FROM {rows})"""
    back = """
        SELECT * REPLACE ('refund' AS kind, -least(amount, coalesce(refunded_now, amount)) AS amount,
            -abs(quantity) AS quantity)
        FROM base WHERE kind = 'sale' AND amount > 0 AND refunded_now > 0"""
    copy(
        engine,
        f"WITH base AS ({base}) SELECT {casts(ORDERS)} FROM (SELECT * FROM base UNION ALL {back})"
        " ORDER BY line, kind DESC",
        path,
    )


def write_customers(engine: Backend, rows: str, path: Path, *, keep_last: bool) -> None:
    """One row per customer: the last word on each attribute, or the last row's only."""
    texts = ("name", "email", "phone", "city", "country", "consent", "attributes")
    if keep_last:
        picked = ", ".join(f"arg_max_null({c}, line) AS {c}" for c in texts)
    else:
        picked = ", ".join(f"arg_max({c}, line) AS {c}" for c in texts)
    copy(
        engine,
        f"""SELECT {casts(CUSTOMERS)} FROM (
            SELECT customer_id, {picked}, NULL AS given_orders, NULL AS given_net,
                NULL AS given_first_order, NULL AS given_last_order
            FROM (SELECT * REPLACE (NULL AS attributes) FROM {rows} WHERE customer_id IS NOT NULL) GROUP BY customer_id
        ) ORDER BY customer_id""",
        path,
    )


def money(value: Any, currency: str | None) -> float:
    """A JSON number, rounded to the currency's minor unit."""
    digits = minor_digits(currency)
    exact = Decimal(str(value or 0)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(exact)


def order_totals(engine: Backend, orders: Path, currency: str | None) -> dict[str, Any]:
    """Totals over the order lines of known customers."""
    source = f"read_parquet({q(orders)})"
    row = one(
        engine,
        f"""SELECT count(DISTINCT customer_id), count(DISTINCT order_id) FILTER (kind = 'sale'),
            sum(amount) FILTER (amount > 0), -sum(amount) FILTER (amount < 0), sum(amount),
            min(ordered_at) FILTER (kind = 'sale'), max(ordered_at) FILTER (kind = 'sale')
        FROM {source} WHERE customer_id IS NOT NULL""",
    )
    return {
        "customers": int(row[0]),
        "orders": int(row[1]),
        "gross": money(row[2], currency),
        "refunds": money(row[3], currency),
        "net": money(row[4], currency),
        "first_order": iso(row[5]),
        "last_order": iso(row[6]),
        "currency": currency,
    }


def iso(value: Any) -> str | None:
    """ISO 8601: a date where the time is midnight, else with the time."""
    if value is None:
        return None
    text = str(value.isoformat())
    return text[:10] if text.endswith("T00:00:00") else text[:19]


def write_rejects(engine: Backend, raw: RawTable, judged: str | None, path: Path) -> Counter[str]:
    """The rejects CSV: line, code, reason, the original columns, and the line as it stood."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["line", "code", "reason", *raw.names, "original_text"])
        for line, code, reason, cells, text in _rejected(engine, raw, judged):
            counts[code] += 1
            padded = [*map(_harmless, cells), *[""] * (len(raw.names) - len(cells))]
            writer.writerow([line, code, reason, *padded, _harmless(text[:MAX_REJECT_TEXT])])
    if not counts:
        path.unlink()
    return counts


def _rejected(engine: Backend, raw: RawTable, judged: str | None) -> Any:
    with raw.rejected.open(encoding="utf-8") as file:
        for row in file:
            yield json.loads(row)
    if judged is None:
        return
    columns = ", ".join(f"r.{c}" for c in raw.columns)
    found = engine.con.execute(
        f"SELECT j.line, j.code, j.reason, {columns} FROM {judged} j JOIN {raw.relation} r"
        " ON r.line = j.line WHERE j.code IS NOT NULL ORDER BY j.line"
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


def skipped(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def names_of(names: Sequence[str]) -> list[str]:
    return [name[:100] for name in names]
