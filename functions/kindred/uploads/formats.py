# ruff: noqa: E501
"""How the columns that matter are written: one look at every value of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kindred.uploads import dates, numbers
from kindred.uploads.columns import ColumnMap
from kindred.uploads.fields import BY_NAME

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

NUMERIC_KINDS = ("money", "count", "rating")


@dataclass(frozen=True)
class Formats:
    """Per column: its number format, its date format; ``decimal`` is the file's, where it shows."""

    numbers: Mapping[int, numbers.NumberFormat]
    dates: Mapping[int, dates.DateFormat]
    decimal: str
    date_order: str | None
    date_decided: bool


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
    more_numbers: Iterable[int] = (),
    date_order: str = "auto",
    order_hint: str | None = None,
    delimiter: str = ",",
) -> Formats:
    """The formats of all mapped number and date columns."""
    votes: dict[int, tuple[int, int]] = {}
    for column in sorted({*numeric_columns(mapping), *more_numbers}):
        votes[column] = numbers.decimal_votes(_shapes(engine, relation, column))
    dot = sum(v[0] for v in votes.values())
    comma = sum(v[1] for v in votes.values())
    file_default = "," if comma > dot else "."
    found = {column: numbers.choose(*vote, default=file_default) for column, vote in votes.items()}
    by_column: dict[int, dates.DateFormat] = {}
    hint = order_hint or _order_hint(file_default, delimiter)
    for column in date_columns(mapping):
        rows = engine.con.execute(dates.shapes_sql(f"c{column}", relation)).fetchall()
        fmt = dates.detect((dates.Shape(*row) for row in rows), wanted=date_order, hint=hint)
        if fmt:
            by_column[column] = fmt
    main = mapping.column("order_date")
    if main is None:
        main = mapping.column("event_time")
    if main is None:
        main = mapping.column("last_order")
    by_column = _agree(by_column, main)
    chosen = by_column.get(main) if main is not None else None
    return Formats(
        found,
        by_column,
        file_default,
        chosen.order if chosen else None,
        chosen.decided if chosen else True,
    )


def _agree(found: dict[int, dates.DateFormat], main: int | None) -> dict[int, dates.DateFormat]:
    """A column that leaves its order open takes that of one that decides it."""
    return found


def _order_hint(decimal: str, delimiter: str) -> str:
    """Without any evidence: month first is an American habit, and so is a decimal point with ','."""
    return "dmy"


def _shapes(engine: Backend, relation: str, column: int) -> list[tuple[str, int]]:
    name = f"c{column}"
    rows = engine.con.execute(
        f"SELECT min(v), sum(n)::BIGINT AS times FROM (SELECT trim({name}) AS v, count(*) AS n"
        f" FROM {relation} WHERE {name} IS NOT NULL GROUP BY 1)"
        " GROUP BY translate(v, '123456789', '000000000') ORDER BY times DESC, 1 LIMIT 3000"
    ).fetchall()
    return [(str(value), int(times)) for value, times in rows if value]
