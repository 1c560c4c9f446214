"""What tells one order from another: its number alone, or with a day, a customer, a till.

An order has one customer and one day. Where numbers start again, by day, by customer or by till,
one number has several of them; what has to stand beside it is found by the whole file. A few dirty
rows, an order past midnight and money that went back later under the same number decide nothing.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred.reading.columns.fields import IDENTITY
from kindred.reading.rows.expressions import refunded
from kindred.reading.rows.parsing import (
    KEY_CUSTOMER,
    KEY_DAY,
    identity_options,
    key_part_sql,
    order_number,
    stages,
)
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.queries import one, parquet
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

# Chosen by hand; a file whose numbers start again is far above, dirty rows are far below.
#: Shares of the numbers of several lines, and how many at least, that show that numbers start
#: again: by customers and days at once, by customers alone, by days alone.
_BOTH: Final = ((0.2, 2), (0.02, 20))
_CUSTOMERS: Final = ((0.2, 2),)
_DAYS: Final = ((0.5, 2),)
#: The share of several-line orders that a key may leave with two customers or days.
_DIRTY: Final = 0.02
#: More orders than by customer and day: then a column cuts orders apart.
_CUT: Final = 1.02
#: Orders for each value that a column of tills or shops has at least.
_ORDERS_PER_TILL: Final = 4
#: Lines of an order may be so far apart: a night is longer than an order past midnight takes.
_ONE_ORDER: Final = "INTERVAL 12 HOUR"
_MONEY: Final = ("v_quantity", "v_unit_price", "v_amount", "v_subtotal", "v_order_total")


def find_key_parts(
    plan: Plan, relation: str, engine: DuckDB, base: Tables | None
) -> tuple[str, ...]:
    """What an order's number needs beside it (`parsing.key_part_sql`); empty where it is enough.

    A file that is added to an earlier version with such numbers is read as that was.
    """
    if not plan.mapping.has("order_id"):
        return ()
    if base and base.orders and (parts := _earlier_parts(base.orders, engine)):
        return parts
    if not _may_restart(plan, relation, engine):
        return ()
    columns = tuple(f"c{c}" for c in (*plan.attributes, *_places(plan)))
    _take_sales(plan, relation, columns, engine)
    if not _restarts(engine):
        return ()
    finest = (KEY_CUSTOMER, KEY_DAY)
    orders, _, _ = _coherence(engine, finest)
    tills = tuple(c for c in columns if _is_of_tills(engine, c, orders))
    singles = [(KEY_DAY,), *((c,) for c in tills), (KEY_CUSTOMER,)]
    pairs = [pair for pair in combinations((KEY_DAY, *tills), 2) if pair[0] == KEY_DAY]
    for candidates in (singles, pairs):
        fits = [c for c in candidates if _holds(engine, c, orders)]
        if fits:
            return min(fits, key=lambda c: _coherence(engine, c)[2])
    return finest


def _earlier_parts(orders: Path, engine: DuckDB) -> tuple[str, ...]:
    """What stands behind the numbers of earlier orders: their customer, their day."""
    tests = {
        KEY_CUSTOMER: "contains(order_id, ' ' || customer_id)",
        KEY_DAY: "suffix(order_id, strftime(ordered_at, ' %Y-%m-%d'))",
    }
    row = one(
        engine,
        f"SELECT {', '.join(f'coalesce(bool_and({test}), false)' for test in tests.values())}"
        f" FROM {parquet(orders)} WHERE customer_id IS NOT NULL",
    )
    return tuple(part for part, holds in zip(tests, row, strict=True) if holds)


def key_names(plan: Plan) -> list[str]:
    """The headers of the columns that tell an order, for `detected`."""
    who = next((role for role in IDENTITY if plan.mapping.has(role)), "")
    names = {KEY_DAY: plan.header("order_date"), KEY_CUSTOMER: plan.header(who)}
    if not plan.mapping.has("order_id"):
        return [name for name in (names[KEY_CUSTOMER], names[KEY_DAY]) if name]
    of_parts = (names.get(part) or plan.mapping.names[int(part[1:])] for part in plan.key_parts)
    return [plan.header("order_id"), *of_parts]


def _places(plan: Plan) -> tuple[int, ...]:
    """Columns of a place: tills and shops are named by them too."""
    return tuple(c for role in ("city", "country") if (c := plan.mapping.column(role)) is not None)


def _may_restart(plan: Plan, relation: str, engine: DuckDB) -> bool:
    """Whether some number has two customers or dates as they are written: cheap, and rarely so."""
    order = plan.column("order_id")
    who = next((c for role in IDENTITY if (c := plan.column(role))), None)
    tests = " OR ".join(f"min({c}) <> max({c})" for c in (who, plan.column("order_date")) if c)
    row = one(
        engine,
        f"SELECT count(*) FROM (SELECT 1 FROM {relation} WHERE trim({order}) <> ''"
        f" GROUP BY {order} HAVING {tests or 'false'} LIMIT 2)",
    )
    return bool(row[0] > 1)


def _take_sales(plan: Plan, relation: str, columns: tuple[str, ...], engine: DuckDB) -> None:
    """Fill ``key_lines``: sold lines, with their number and each part that a key may have."""
    back = refunded("t_status") if plan.mapping.has("status") else "false"
    parts = ", ".join(
        f"{key_part_sql(part)} AS part_{part}" for part in (KEY_CUSTOMER, KEY_DAY, *columns)
    )
    engine.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE key_lines AS
        SELECT {order_number(plan)} AS number, {identity_options(plan)[0]} AS who, ordered_at,
            {parts}
        FROM ({stages(plan, relation)["people"]})
        WHERE number IS NOT NULL AND NOT is_duplicate AND NOT ({back})
            AND coalesce(least({", ".join(_MONEY)}), 0) >= 0""")


_SEVERAL_PEOPLE: Final = "coalesce(min(who) <> max(who), false)"
_SEVERAL_DAYS: Final = f"coalesce(max(ordered_at) - min(ordered_at) >= {_ONE_ORDER}, false)"


def _restarts(engine: DuckDB) -> bool:
    """Whether the numbers alone have several customers or days."""
    several, both, people, days = one(
        engine,
        f"""SELECT count(*), count(*) FILTER (people AND days), count(*) FILTER (people),
            count(*) FILTER (days)
        FROM (SELECT {_SEVERAL_PEOPLE} AS people, {_SEVERAL_DAYS} AS days
            FROM key_lines GROUP BY number HAVING count(*) > 1)""",
    )
    return any(
        found >= least and found >= share * several
        for found, limits in ((both, _BOTH), (people, _CUSTOMERS), (days, _DAYS))
        for share, least in limits
    )


def _coherence(engine: DuckDB, parts: tuple[str, ...]) -> tuple[int, int, int]:
    """Orders by a key whose customer is known, those of several lines, those of two customers or
    days."""
    by = ", ".join(("number", *(f"part_{part}" for part in parts)))
    orders, several, torn = one(
        engine,
        f"""SELECT count(*) FILTER (known), count(*) FILTER (n > 1),
            count(*) FILTER (people OR days)
        FROM (SELECT count(who) > 0 AS known, count(*) AS n, {_SEVERAL_PEOPLE} AS people,
                {_SEVERAL_DAYS} AS days
            FROM key_lines GROUP BY {by})""",
    )
    return int(orders), int(several), int(torn)


def _holds(engine: DuckDB, parts: tuple[str, ...], most: int) -> bool:
    orders, several, torn = _coherence(engine, parts)
    return torn <= _DIRTY * several and orders <= _CUT * most


def _is_of_tills(engine: DuckDB, column: str, orders: int) -> bool:
    """Whether a column has few values, each on many lines, and one at least on every line."""
    kinds, blanks = one(
        engine,
        f"SELECT count(DISTINCT part_{column}), count(*) FILTER (part_{column} IS NULL)"
        " FROM key_lines",
    )
    return not blanks and 2 <= kinds <= orders / _ORDERS_PER_TILL
