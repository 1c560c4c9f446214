"""What became of a file's rows: the counts that a merchant is shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kindred.money import figure
from kindred.reading.rows.checks import HEADER_ROW, TOTAL_ROW
from kindred.reading.rows.queries import one, parquet
from kindred.reading.types import CutFile, Interpretation
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Ids of cancellations in the tills that count them beside the orders: C536379.
_CANCEL_ID = "regexp_matches(order_id, '^[Cc][0-9]')"


def report_of(
    rows: str,
    by_code: Counter[str],
    merged: int,
    file: CutFile,
    meaning: Interpretation,
    tables: Tables,
    engine: DuckDB,
) -> dict[str, Any]:
    """The report of typed rows (SQL): read = accepted + rejected, and what stands in them.

    ``by_code``: rejected rows by their code; ``merged``: spellings of customers that were merged.
    """
    counted = _count(rows, engine)
    rejected = sum(by_code.values())
    no_data = counted["total_rows"] + counted["header_rows"]
    read = counted["rows"] - no_data + sum(file.raw.rejected_by_code.values())
    records = file.records
    titles = (file.dialect.header_line or file.dialect.first_data_line) - 1
    return {
        "rows_read": read,
        "rows_accepted": read - rejected,
        "rows_rejected": rejected,
        "rejected_by_code": dict(sorted(by_code.items())),
        "rows_without_customer": counted["anonymous"],
        "rows_cancelled": counted["cancelled"],
        "rows_refunded": counted["refunded"],
        "duplicate_rows": counted["duplicates"],
        "duplicates_merged": merged,
        "first_order": None,
        "last_order": None,
        "currency": tables.currency,
        "shape": meaning.shape,
        "left_out": {
            "title_lines": titles,
            "header_lines": records.head_lines - titles,
            "continued_lines": records.continued_lines,
            "blank_lines": records.blank_lines,
            "repeated_headers": records.repeated_headers + counted["header_rows"],
            "total_rows": counted["total_rows"],
        },
        "without_customer": _without_customer(tables, engine),
    }


def _count(rows: str, engine: DuckDB) -> dict[str, int]:
    counts = {
        "rows": "count(*)",
        "total_rows": f"count(*) FILTER (code = '{TOTAL_ROW}')",
        "header_rows": f"count(*) FILTER (code = '{HEADER_ROW}')",
        "anonymous": "count(*) FILTER (code IS NULL AND customer_id IS NULL)",
        "cancelled": "count(*) FILTER (code IS NULL"
        f" AND (is_cancelled OR is_negative AND {_CANCEL_ID}))",
        "refunded": "count(*) FILTER (code IS NULL AND NOT is_cancelled"
        f" AND (is_negative AND NOT {_CANCEL_ID} OR is_refunded OR coalesce(refund, 0) > 0))",
        "duplicates": "count(*) FILTER (code IS NULL AND is_duplicate)",
    }
    row = one(engine, f"SELECT {', '.join(counts.values())} FROM {rows}")
    return {name: int(count) for name, count in zip(counts, row, strict=True)}


def _without_customer(tables: Tables, engine: DuckDB) -> dict[str, Any]:
    """What lines hold that name nobody."""
    if tables.orders is None:
        return {"rows": 0, "orders": 0, "net": 0.0}
    rows, count, net = one(
        engine,
        f"""SELECT count(*), count(DISTINCT order_id) FILTER (kind = 'sale'), sum(amount)
        FROM {parquet(tables.orders)} WHERE customer_id IS NULL""",
    )
    return {"rows": int(rows), "orders": int(count), "net": figure(net, tables.currency)}
