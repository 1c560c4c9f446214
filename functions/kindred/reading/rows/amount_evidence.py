"""What an order file's own rows show of its money columns: where they are given, what adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

from kindred.reading.columns.fields import TOTALS
from kindred.reading.rows.amount_model import Level, order_value

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

# Figures chosen by hand: with them, the orders and the money of all exports that
# `scripts/measure-reading mapping` and `tests/slow/reading` read agree to the cent.
_ENOUGH: Final = 3  # orders that have an extra, for them to say what it is
#: What rounding makes of an order's sum: a cent a line, and half a thousandth of the total.
_ROUNDING: Final = "0.011 * n + 0.0005"
_CENT: Final = 0.011  # a cent, and what is lost where prices have more decimals
#: What a line's price times quantity is off by, where the price is rounded to a cent.
ROUNDED_PRICE: Final = "0.005 * abs(coalesce(v_quantity, 1))"
#: Products bought in several quantities, and the share of them whose price rises with the quantity:
#: then the price column holds the price of the whole line.
_LINE_PRICE_PRODUCTS, _RISING = 3, 0.8
#: Shares of orders of several lines whose value stands on the first, or is the same on each.
_ON_FIRST, _ON_EACH = 0.9, 0.95
#: Orders, and kinds of values, without which equal values on each line may be chance.
_REPEATED_ORDERS, _REPEATED_KINDS = 3, 2
#: Discounts that are shares: so few kinds of them, in so many rows, or with the sign of a percent.
_RATE_KINDS, _RATE_ROWS, _RATE_SIGNS = 20, 5, 0.5
#: Totals that equal price times quantity on more than half the lines, and hardly ever exceed it.
_EQUAL_LINES, _NOT_ABOVE = 0.5, 0.95
_LINE_PRICE: Final = "CAST(v_unit_price AS DECIMAL(20, 4))"
_LINE_COST: Final = "CAST(CAST(v_quantity AS DECIMAL(18, 4)) * v_unit_price AS DECIMAL(20, 4))"


def line_price_sql(
    engine: DuckDB, parsed: str, roles: frozenset[str], line_price: bool
) -> str | None:
    """The SQL of what a line costs by its price and quantity."""
    if "unit_price" not in roles:
        return None
    if "quantity" not in roles or line_price:
        return _LINE_PRICE
    # A price that grows with the quantity of the same product is the price of the whole line.
    # From the least to the highest quantity; half way, in the logarithm, parts it from a price
    # that stays, since either goes up and down with discounts.
    row = engine.con.execute(f"""
        SELECT count(*), count(*) FILTER ((of_most / of_least) ** 2 > most / least)
        FROM (SELECT min(q) AS least, max(q) AS most, arg_min(price, q) AS of_least,
                arg_max(price, q) AS of_most
            FROM (SELECT coalesce(t_product, t_category) AS kind,
                    CAST(v_quantity AS DOUBLE) AS q, median(CAST(v_unit_price AS DOUBLE)) AS price
                FROM {parsed} WHERE v_quantity > 0 AND v_unit_price > 0 GROUP BY ALL)
            WHERE kind IS NOT NULL GROUP BY kind HAVING count(*) > 1)""").fetchone()
    products, rising = row
    is_line_price = products >= _LINE_PRICE_PRODUCTS and rising >= _RISING * products
    return _LINE_PRICE if is_line_price else _LINE_COST


def find_levels(engine: DuckDB, parsed: str, roles: list[str]) -> dict[str, Level]:
    """Where each role is given: on every line, on the first of an order, or repeated."""
    stats = ", ".join(
        f"count(*) FILTER (n > 1 AND f_{r}) AS m_{r}, count(*) FILTER (n > 1 AND f_{r} AND"
        f" c_{r} = 1) AS first_{r}, count(*) FILTER (n > 1 AND f_{r} AND c_{r} = n AND"
        f" lo_{r} = hi_{r}) AS same_{r}, count(DISTINCT hi_{r}) AS kinds_{r}"
        for r in roles
    )
    orders = ", ".join(
        f"count(*) FILTER (coalesce(v_{r}, 0) <> 0) AS c_{r}, min(v_{r}) AS lo_{r},"
        f" max(v_{r}) AS hi_{r}, bool_or(coalesce(v_{r}, 0) <> 0) AS f_{r}"
        for r in roles
    )
    row = engine.con.execute(
        f"SELECT {stats} FROM (SELECT count(*) AS n, {orders} FROM {parsed}"
        " WHERE k IS NOT NULL GROUP BY k)"
    ).fetchone()
    levels: dict[str, Level] = {}
    for place, role in enumerate(roles):
        several, first, same, kinds = (int(v) for v in row[place * 4 : place * 4 + 4])
        enough = _REPEATED_ORDERS if role in TOTALS else 1
        if several and first >= _ON_FIRST * several:
            levels[role] = "first"
        elif several >= enough and same >= _ON_EACH * several and kinds > _REPEATED_KINDS:
            levels[role] = "repeated"
        else:
            levels[role] = "line"
    return levels


def is_rate(engine: DuckDB, parsed: str) -> bool:
    """Whether the discount column holds shares (0.2, 20 %) rather than money."""
    row = engine.con.execute(f"""
        SELECT count(*) FILTER (v_discount <> 0),
            count(*) FILTER (abs(v_discount) > 1 OR v_discount < 0),
            count(*) FILTER (contains(t_discount, '%')), count(DISTINCT v_discount),
            count(*) FILTER (abs(v_discount) NOT IN (0, 1))
        FROM {parsed}""").fetchone()
    filled, above, percent, kinds, parts = (int(v) for v in row)
    return bool(filled) and (
        percent > _RATE_SIGNS * filled
        or (above == 0 and parts > 0 and filled >= _RATE_ROWS and kinds <= _RATE_KINDS)
    )


def rate_sql() -> str:
    """The discount's share of the price, 0 to 1."""
    return (
        "CASE WHEN contains(t_discount, '%') OR abs(v_discount) > 1"
        " THEN abs(coalesce(v_discount, 0)) / 100 ELSE abs(coalesce(v_discount, 0)) END"
    )


def is_line_total(
    engine: DuckDB, parsed: str, base: str, role: str, levels: Mapping[str, Level]
) -> bool:
    """Whether a total is that of each line, less what was taken off without a column of its own."""
    row = engine.con.execute(f"""
        SELECT count(*), count(*) FILTER (abs(off) <= {_CENT}),
            count(*) FILTER (off >= -{_CENT})
        FROM (SELECT {base} - v_{role} AS off FROM {parsed})
        WHERE off IS NOT NULL""").fetchone()
    lines, equal, within = (int(v) for v in row)
    fits = equal > _EQUAL_LINES * lines and within >= _NOT_ABOVE * lines
    return bool(levels[role] == "line" and fits)


def explain(
    engine: DuckDB,
    parsed: str,
    base: str,
    reference: str,
    extras: list[str],
    levels: Mapping[str, Level],
    slack: str = "0",
) -> tuple[dict[str, bool], float]:
    """Which of ``extras`` lie between an order's ``base`` and its ``reference``, and how sure.

    A discount counts as subtracted, tax and shipping as added. ``slack`` is the SQL of what a
    line's ``base`` may be off by.
    """
    choices = list(product((True, False), repeat=len(extras)))
    orders, agreeing = _agreements(engine, parsed, base, reference, extras, levels, choices, slack)
    if not orders[0]:
        return {}, 0.0
    shares = [[n / max(1, total) for n in row] for total, row in zip(orders, agreeing, strict=True)]
    # An extra that few orders have is told by those orders, not by the many without it.
    weighed = [place for place, total in enumerate(orders) if place == 0 or total >= _ENOUGH]
    least = [min(shares[place][i] for place in weighed) for i in range(len(choices))]
    best = max(range(len(choices)), key=lambda i: (least[i], shares[0][i], -i))
    used = dict(zip(extras, choices[best], strict=True))
    for place, role in enumerate(extras, 1):
        if not orders[place] or (place not in weighed and not shares[place][best]):
            used.pop(role)  # nothing to tell: the column is all zero, or its few orders are odd
    return used, least[best]


def explain_orders(
    engine: DuckDB,
    parsed: str,
    goods: str,
    grand: str,
    extras: list[str],
    levels: Mapping[str, Level],
) -> tuple[dict[str, bool], float]:
    """As :func:`explain`, with a base that is repeated on every line of its order."""
    first = f"CASE WHEN line = first_line THEN v_{goods} END"
    source = f"(SELECT *, min(line) OVER (PARTITION BY k) AS first_line FROM {parsed})"
    return explain(engine, source, first, grand, extras, levels)


def _agreements(
    engine: DuckDB,
    parsed: str,
    base: str,
    reference: str,
    extras: list[str],
    levels: Mapping[str, Level],
    choices: Sequence[tuple[bool, ...]],
    slack: str,
) -> tuple[list[int], list[list[int]]]:
    """How many orders there are, in all and with each extra, and how many agree by each choice."""
    values = ", ".join(f"{order_value(r, levels)} AS o_{r}" for r in [*extras, reference])
    tests = []
    for choice in choices:
        terms = "".join(
            f" {'-' if role == 'discount' else '+'} o_{role}"
            for role, used in zip(extras, choice, strict=True)
            if used
        )
        tests.append(f"abs(b{terms} - o_{reference}) <= {_ROUNDING} * abs(o_{reference}) + s")
    groups = ["true", *(f"o_{role} <> 0" for role in extras)]
    counts = ", ".join(
        f"count(*) FILTER ({group}), "
        + ", ".join(f"count(*) FILTER ({group} AND {test})" for test in tests)
        for group in groups
    )
    row = engine.con.execute(f"""
        SELECT {counts}
        FROM (SELECT count(*) AS n, sum({base}) AS b, sum({slack}) AS s, {values} FROM {parsed}
            WHERE k IS NOT NULL GROUP BY k)
        WHERE b IS NOT NULL AND o_{reference} <> 0""").fetchone()
    size = 1 + len(choices)
    parts = [[int(n) for n in row[at * size : (at + 1) * size]] for at in range(len(groups))]
    return [part[0] for part in parts], [part[1:] for part in parts]
