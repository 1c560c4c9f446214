"""How the columns that matter are written: one look at every value of each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kindred.reading.columns.fields import BY_NAME
from kindred.reading.columns.matching import ColumnMap
from kindred.reading.values import dates, numbers
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

NUMERIC_KINDS = ("money", "count", "rating")


@dataclass(frozen=True)
class Formats:
    """Per column: its number format, its date format; ``decimal`` is the file's, where it shows."""

    numbers: Mapping[int, numbers.NumberFormat]
    dates: Mapping[int, dates.DateFormat]
    decimal: str
    date_order: str | None
    date_decided: bool
    decimal_open: str | None = None  # a value whose mark nothing in the file tells


def numeric_columns(mapping: ColumnMap) -> list[int]:
    return sorted(
        {
            c
            for role, g in mapping.guesses.items()
            if BY_NAME[role].kind in NUMERIC_KINDS
            for c in g.columns
        }
    )


def date_columns(mapping: ColumnMap) -> list[int]:
    return sorted(
        {
            c
            for role, g in mapping.guesses.items()
            if BY_NAME[role].kind == "date"
            for c in g.columns
        }
    )


def detect_formats(
    engine: Backend,
    relation: str,
    mapping: ColumnMap,
    *,
    date_order: str = "auto",
    usual_order: str | None = None,
    base: Tables | None = None,
    usual_decimal: str = ".",
) -> Formats:
    """The formats of all mapped number and date columns.

    What the values leave open is read as in ``base``, the earlier version, if there is one, or as
    the platform (``usual_order``) or the header (``Date (MM/DD/YYYY)``) or the delimiter
    (``usual_decimal``: where the comma is the decimal mark, semicolons delimit) say.
    """
    earlier = _earlier(engine, base)
    seen = {column: _shapes(engine, relation, column) for column in numeric_columns(mapping)}
    votes = {column: numbers.decimal_votes(shapes) for column, shapes in seen.items()}
    dot = sum(v[0] for v in votes.values())
    comma = sum(v[1] for v in votes.values())
    usual_decimal = str(earlier.get("decimal") or usual_decimal)
    decimal = usual_decimal if dot == comma else "," if comma > dot else "."
    unsure = (text for shapes in seen.values() for text, _ in shapes if numbers.leaves_open(text))
    found = {column: numbers.choose(*vote, default=decimal) for column, vote in votes.items()}
    by_column: dict[int, dates.DateFormat] = {}
    usual = earlier.get("date_order") or usual_order
    for column in date_columns(mapping):
        rows = engine.con.execute(dates.shapes_sql(f"c{column}", relation)).fetchall()
        shapes = [dates.Shape(*row) for row in rows]
        told = _order_in_header(mapping.names[column]) or usual
        fmt = dates.detect(shapes, wanted=date_order, hint=told)
        if fmt and told and not fmt.decided and fmt.order == told:
            fmt = replace(fmt, decided=True)
        if fmt:
            by_column[column] = fmt
    by_column = _agree(engine, relation, by_column, date_order)
    main = next(
        (c for r in _MAIN_DATES if (c := mapping.column(r)) is not None and c in by_column), None
    )
    chosen = by_column[main] if main is not None else None
    return Formats(
        found,
        by_column,
        decimal,
        chosen.order if chosen else None,
        chosen.decided if chosen else True,
        next(unsure, None) if dot == comma and not earlier else None,
    )


_MAIN_DATES = ("order_date", "event_time", "last_order", "first_order")


def _earlier(engine: Backend, base: Tables | None) -> dict[str, str | None]:
    """How the earlier version was read, from the mark that reading leaves in its tables."""
    if base is None:
        return {}
    row = engine.con.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'kindred'",
        [str(base.orders or base.customers)],
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _order_in_header(name: str) -> str | None:
    """``Date (MM/DD/YYYY)`` says its order itself."""
    for pattern, order in ((r"mm?\W?dd?\W?yy", "mdy"), (r"dd?\W?mm?\W?(?:yy|aa|jj)", "dmy")):
        if re.search(pattern, name.lower()):
            return order
    return None


def _agree(
    engine: Backend, relation: str, found: dict[int, dates.DateFormat], wanted: str
) -> dict[int, dates.DateFormat]:
    """A column that leaves the order open takes that of a column that decides it."""
    decided = {f.order for f in found.values() if f.decided and f.order in ("dmy", "mdy")}
    if len(decided) != 1 or wanted != "auto":
        return found
    order = decided.pop()
    agreed = dict(found)
    for column, fmt in found.items():
        if not fmt.decided and fmt.order != order:
            rows = engine.con.execute(dates.shapes_sql(f"c{column}", relation)).fetchall()
            again = dates.detect([dates.Shape(*row) for row in rows], wanted=str(order))
            agreed[column] = again or fmt
        elif not fmt.decided:
            agreed[column] = replace(fmt, decided=True)
    return agreed


def _shapes(engine: Backend, relation: str, column: int) -> list[tuple[str, int]]:
    name = f"c{column}"
    rows = engine.con.execute(
        f"SELECT min(v), sum(n)::BIGINT AS times FROM (SELECT trim({name}) AS v, count(*) AS n"
        f" FROM {relation} WHERE {name} IS NOT NULL GROUP BY 1)"
        " GROUP BY translate(v, '123456789', '000000000') ORDER BY times DESC, 1 LIMIT 3000"
    ).fetchall()
    return [(str(value), int(times)) for value, times in rows if value]
