"""How the numbers and dates of each mapped column are written: one look at every value of each.

``values`` knows the spellings; here each column gets the one that its values show, or else the one
that other columns, the header, the platform or the earlier version say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.fields import BY_NAME
from kindred.reading.values import dates, numbers
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

_NUMBER_KINDS: Final = ("money", "count", "rating")
_DATE_KINDS: Final = ("date",)
#: The file's order of day and month is that of the first of these that it has.
_MAIN_DATES: Final = ("order_date", "event_time", "last_order", "first_order")
#: ``Date (MM/DD/YYYY)``
_ORDERS_IN_HEADERS: Final = (
    (r"mm?\W?dd?\W?yy", "mdy"),
    (r"dd?\W?mm?\W?(?:yy|aa|jj)", "dmy"),
)
#: Spellings of a column's numbers, equal but for the digits, that are looked at; the most frequent.
_MOST_SPELLINGS: Final = 3000


@dataclass(frozen=True)
class Formats:
    """How the columns are written, by their places, and how the file is as a whole."""

    numbers: Mapping[int, numbers.NumberFormat]
    dates: Mapping[int, dates.DateFormat]
    decimal: str  # the file's decimal mark
    date_order: str | None  # dmy, mdy, ymd or ydm, of the main date column
    date_decided: bool  # whether the order is shown or said, not assumed
    decimal_open: str | None = None  # a number whose decimal mark nothing in the file shows


def detect_formats(
    engine: DuckDB,
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
    earlier = _earlier_formats(engine, base)
    usual_decimal = str(earlier.get("decimal") or usual_decimal)
    number_formats, decimal, open_number = _number_formats(engine, relation, mapping, usual_decimal)
    usual_order = earlier.get("date_order") or usual_order
    date_formats = _date_formats(engine, relation, mapping, date_order, usual_order)
    main = next((c for role in _MAIN_DATES if (c := mapping.column(role)) in date_formats), None)
    main_format = date_formats[main] if main is not None else None
    return Formats(
        number_formats,
        date_formats,
        decimal,
        main_format.order if main_format else None,
        main_format.decided if main_format else True,
        None if earlier else open_number,
    )


def _columns(mapping: ColumnMap, kinds: tuple[str, ...]) -> list[int]:
    """The columns of all roles of these kinds."""
    return sorted(
        {
            column
            for role, guess in mapping.guesses.items()
            if BY_NAME[role].kind in kinds
            for column in guess.columns
        }
    )


def _number_formats(
    engine: DuckDB, relation: str, mapping: ColumnMap, usual_decimal: str
) -> tuple[dict[int, numbers.NumberFormat], str, str | None]:
    """Formats by column, the file's decimal mark, and a number that leaves it open if all do."""
    spellings = {
        column: _number_spellings(engine, relation, column)
        for column in _columns(mapping, _NUMBER_KINDS)
    }
    votes = {column: numbers.decimal_votes(pairs) for column, pairs in spellings.items()}
    dot = sum(vote[0] for vote in votes.values())
    comma = sum(vote[1] for vote in votes.values())
    decimal = usual_decimal if dot == comma else "," if comma > dot else "."
    formats = {column: numbers.choose(*vote, default=decimal) for column, vote in votes.items()}
    if dot != comma:
        return formats, decimal, None
    open_numbers = (
        text for pairs in spellings.values() for text, _ in pairs if numbers.leaves_open(text)
    )
    return formats, decimal, next(open_numbers, None)


def _number_spellings(engine: DuckDB, relation: str, column: int) -> list[tuple[str, int]]:
    """``(number as written, times)``: one for all numbers that differ in their digits alone."""
    name = f"c{column}"
    rows = engine.con.execute(
        f"SELECT min(v), sum(n)::BIGINT AS times FROM (SELECT trim({name}) AS v, count(*) AS n"
        f" FROM {relation} WHERE {name} IS NOT NULL GROUP BY 1)"
        " GROUP BY translate(v, '123456789', '000000000') ORDER BY times DESC, 1"
        f" LIMIT {_MOST_SPELLINGS}"
    ).fetchall()
    return [(str(value), int(times)) for value, times in rows if value]


def _date_formats(
    engine: DuckDB, relation: str, mapping: ColumnMap, wanted: str, usual_order: str | None
) -> dict[int, dates.DateFormat]:
    """Formats by column, of those that hold dates."""
    formats: dict[int, dates.DateFormat] = {}
    for column in _columns(mapping, _DATE_KINDS):
        hint = _order_in_header(mapping.names[column]) or usual_order
        shapes = _date_shapes(engine, relation, column)
        date_format = dates.detect(shapes, wanted=wanted, hint=hint)
        if date_format and hint and not date_format.decided and date_format.order == hint:
            date_format = replace(date_format, decided=True)
        if date_format:
            formats[column] = date_format
    return _agree(engine, relation, formats, wanted)


def _date_shapes(engine: DuckDB, relation: str, column: int) -> list[dates.Shape]:
    rows = engine.con.execute(dates.shapes_sql(f"c{column}", relation)).fetchall()
    return [dates.Shape(*row) for row in rows]


def _earlier_formats(engine: DuckDB, base: Tables | None) -> dict[str, str | None]:
    """How the earlier version was read, from the mark that reading leaves in its tables."""
    if base is None:
        return {}
    row = engine.con.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'kindred'",
        [str(base.orders or base.customers)],
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _order_in_header(name: str) -> str | None:
    """The order of day and month that a header says itself, or None."""
    for pattern, order in _ORDERS_IN_HEADERS:
        if re.search(pattern, name.lower()):
            return order
    return None


def _agree(
    engine: DuckDB, relation: str, formats: dict[int, dates.DateFormat], wanted: str
) -> dict[int, dates.DateFormat]:
    """A column that leaves the order open takes that of a column that decides it."""
    decided = {f.order for f in formats.values() if f.decided and f.order in ("dmy", "mdy")}
    if len(decided) != 1 or wanted != "auto":
        return formats
    order = decided.pop()
    agreed = dict(formats)
    for column, date_format in formats.items():
        if not date_format.decided and date_format.order != order:
            shapes = _date_shapes(engine, relation, column)
            agreed[column] = dates.detect(shapes, wanted=str(order)) or date_format
        elif not date_format.decided:
            agreed[column] = replace(date_format, decided=True)
    return agreed
