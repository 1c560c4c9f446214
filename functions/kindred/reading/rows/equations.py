"""Which sums and products a file's money columns hold to, counted over all its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from kindred.reading.columns.arithmetic import Equation
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.fields import TOTALS
from kindred.reading.rows.plan import Plan
from kindred.reading.values import numbers

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

_CENT: Final = 0.011  # a cent, and what is lost where prices have more decimals
#: The share of rows that an equation has to hold on, to be worth telling.
_TOLD: Final = 0.5
_SHOWN_NAME: Final = 60  # characters of a column's name
#: What may stand between goods and a total, and its sign.
_EXTRAS: Final = (("discount", -1), ("tax", 1), ("shipping", 1))


def equations_of(plan: Plan, relation: str, engine: DuckDB) -> list[dict[str, Any]]:
    """``{equation, rows, of}``: what adds up, on how many rows, of those that have its figures.

    The equations that told columns apart come first; of several for one total, the one that holds
    on most rows is told.
    """
    groups = [*([e] for e in plan.mapping.equations), *_candidates(plan.mapping)]
    every = [equation for group in groups for equation in group]
    if not every:
        return []
    counts = engine.con.execute(
        f"SELECT {', '.join(_count_sql(plan, e) for e in every)} FROM {relation}"
    ).fetchone()
    held = {e: (counts[2 * i], counts[2 * i + 1]) for i, e in enumerate(every)}
    told: dict[str, dict[str, Any]] = {}
    for group in groups:
        best = max(group, key=lambda e: (held[e][0] / max(1, held[e][1]), len(e.terms)))
        rows, of = held[best]
        if of and rows >= _TOLD * of:
            text = _text(best, plan.mapping.names)
            told.setdefault(text, {"equation": text, "rows": rows, "of": of})
    return list(told.values())


def _candidates(mapping: ColumnMap) -> Iterator[list[Equation]]:
    """What the fields that were found may hold to, in groups of which one is told."""
    totals = [c for role in TOTALS if (c := mapping.column(role)) is not None]
    price, quantity = mapping.column("unit_price"), mapping.column("quantity")
    if price is not None and quantity is not None and totals:
        yield [Equation((price, quantity), total) for total in totals]
    extras = [(c, sign) for role, sign in _EXTRAS if (c := mapping.column(role)) is not None]
    sums = [
        Equation((goods, *(c for c, _ in more)), total, (1, *(sign for _, sign in more)))
        for goods in totals
        for total in totals
        if goods != total
        for size in range(1, len(extras) + 1)
        for more in combinations(extras, size)
    ]
    if sums:
        yield sums


def _count_sql(plan: Plan, equation: Equation) -> str:
    """How many rows an equation holds on, and how many have its figures."""
    total = _value(plan, equation.total)
    if equation.signs:
        parts = [
            f"{sign} * coalesce({_value(plan, c)}, 0)"
            for c, sign in zip(equation.terms, equation.signs, strict=True)
        ]
        side, has_all = " + ".join(parts), f"{_value(plan, equation.terms[0])} IS NOT NULL"
    else:
        factors = [_value(plan, c) for c in equation.terms]
        side = " * ".join(f"CAST({factor} AS DOUBLE)" for factor in factors)
        has_all = " AND ".join(f"{factor} IS NOT NULL" for factor in factors)
    known = f"{has_all} AND {total} IS NOT NULL"
    return (
        f"count(*) FILTER ({known} AND abs({side} - {total}) <= {_CENT}), count(*) FILTER ({known})"
    )


def _value(plan: Plan, column: int) -> str:
    return numbers.sql(f"c{column}", plan.format_of(column))


def _text(equation: Equation, names: Sequence[str]) -> str:
    """``Item subtotal - Fee = Net``"""
    shown = [names[c][:_SHOWN_NAME] for c in equation.terms]
    total = names[equation.total][:_SHOWN_NAME]
    if not equation.signs:
        return f"{' × '.join(shown)} = {total}"
    ordered = sorted(zip(equation.signs, shown, strict=True), key=lambda pair: -pair[0])
    text = "".join(f" {'+' if sign > 0 else '-'} {name}" for sign, name in ordered)
    return f"{text.removeprefix(' + ')} = {total}"
