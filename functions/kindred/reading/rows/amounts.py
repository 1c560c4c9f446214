"""What the money columns of an order file mean, found by adding them up.

A file may give a price per piece, a line's total, an order's total on its first line or repeated on
each, before or after discount, with tax and shipping inside or beside. Names alone don't tell, sums
do: the explanation that most orders agree with is taken, and goods (after discount, without tax and
shipping) follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from kindred.tables import MONEY

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

MONEY_ROLES = ("amount", "subtotal", "order_total", "discount", "tax", "shipping", "refund")
TOTALS = ("amount", "subtotal", "order_total")
_AGREE = 0.75
_ENOUGH = 3  # orders that have an extra, for them to say what it is
_QP = (
    "CAST(CAST(v_quantity AS DECIMAL(18, 4)) * CAST(v_unit_price AS DECIMAL(18, 4))"
    " AS DECIMAL(20, 4))"
)


@dataclass(frozen=True)
class AmountModel:
    """``base`` is the SQL of a line's own money; ``levels`` say where each role is given.

    Goods are ``base`` less the roles in ``less``. With ``order_value`` set, the order's goods are
    that role's value less ``less``, spread over its lines by their ``base``.
    """

    base: str
    column: str | None  # the role that is shown as the file's amount
    levels: Mapping[str, str] = field(default_factory=dict)  # role -> line | first | repeated
    less: tuple[str, ...] = ()
    order_value: str | None = None
    discount_is_rate: bool = False

    @property
    def per_order(self) -> bool:
        """Whether goods of a line depend on the other lines of its order."""
        return self.order_value is not None or any(
            self.levels.get(role, "line") != "line" for role in self.less
        )


def decide(
    engine: Backend,
    parsed: str,
    roles: frozenset[str],
    *,
    line_price: bool,
    discount_is_share: bool = False,
) -> AmountModel:
    """The model that explains ``parsed``: rows with ``k`` (order), ``line`` and ``v_<role>``.

    ``line_price``: the price column is known to hold the price of the whole line.
    ``discount_is_share``: the discount is known to be a share of the price.
    """
    present = [role for role in MONEY_ROLES if role in roles]
    levels = _levels(engine, parsed, present) if present else {}
    rate = "discount" in roles and (discount_is_share or _is_rate(engine, parsed))
    if rate:
        present.remove("discount")
    price = _price(engine, parsed, roles, line_price)
    if "amount" in roles and levels["amount"] == "line":
        return _from_line_amount(engine, parsed, present, levels, price, rate)
    if price:
        return _from_price(engine, parsed, present, levels, price, rate)
    return _from_totals(engine, parsed, present, levels, rate)


def _price(engine: Backend, parsed: str, roles: frozenset[str], line_price: bool) -> str | None:
    """The SQL of what a line costs by its price and quantity."""
    if "unit_price" not in roles:
        return None
    if "quantity" not in roles or line_price:
        return "v_unit_price"
    # A price that grows with the quantity of the same product is the price of the whole line.
    row = engine.con.execute(f"""
        SELECT count(*), count(*) FILTER (spread <= greatest(0.011, 0.06 * dear)),
            count(*) FILTER (each <= greatest(0.011, 0.06 * dear))
        FROM (SELECT max(v_unit_price) - min(v_unit_price) AS spread,
                max(v_unit_price / v_quantity) AS dear,
                max(v_unit_price / v_quantity) - min(v_unit_price / v_quantity) AS each
            FROM (SELECT *, coalesce(t_product, t_category) AS kind FROM {parsed})
            WHERE v_quantity > 0 AND v_unit_price > 0 AND kind IS NOT NULL
            GROUP BY kind HAVING count(DISTINCT v_quantity) > 1)""").fetchone()
    if row and row[0] >= 3 and row[2] >= 0.8 * row[0] and row[1] < 0.4 * row[0]:
        return "v_unit_price"
    return _QP


def _levels(engine: Backend, parsed: str, roles: list[str]) -> dict[str, str]:
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
    levels = {}
    for place, role in enumerate(roles):
        several, first, same, kinds = (int(v) for v in row[place * 4 : place * 4 + 4])
        if several and first >= 0.9 * several:
            levels[role] = "first"
        elif several >= (3 if role in TOTALS else 1) and same >= 0.95 * several and kinds > 2:
            levels[role] = "repeated"
        else:
            levels[role] = "line"
    return levels


def _is_rate(engine: Backend, parsed: str) -> bool:
    """Whether the discount column holds shares (0.2, 20 %) rather than money."""
    row = engine.con.execute(f"""
        SELECT count(*) FILTER (v_discount <> 0),
            count(*) FILTER (abs(v_discount) > 1 OR v_discount < 0),
            count(*) FILTER (contains(t_discount, '%')), count(DISTINCT v_discount),
            count(*) FILTER (abs(v_discount) NOT IN (0, 1))
        FROM {parsed}""").fetchone()
    filled, above, percent, kinds, parts = (int(v) for v in row)
    return bool(filled) and (
        percent > filled / 2 or (above == 0 and parts > 0 and filled >= 5 and kinds <= 20)
    )


def order_value(role: str, levels: Mapping[str, str], over: str = "") -> str:
    """The SQL of an order's value of a role, from its lines."""
    signed = f"abs(v_{role})" if role in ("discount", "refund") else f"v_{role}"
    if levels.get(role) == "repeated":
        return f"coalesce(max({signed}){over}, 0)"
    return f"coalesce(sum({signed}){over}, 0)"


def _explain(
    engine: Backend,
    parsed: str,
    base: str,
    reference: str,
    extras: list[str],
    levels: Mapping[str, str],
) -> tuple[dict[str, bool], float]:
    """Which of ``extras`` lie between an order's ``base`` and its ``reference``, and how sure.

    A discount counts as subtracted, tax and shipping as added.
    """
    combos = list(product((True, False), repeat=len(extras)))
    values = ", ".join(f"{order_value(r, levels)} AS o_{r}" for r in [*extras, reference])
    tests = []
    for combo in combos:
        terms = "".join(
            f" {'-' if role == 'discount' else '+'} o_{role}"
            for role, used in zip(extras, combo, strict=True)
            if used
        )
        tests.append(f"abs(b{terms} - o_{reference}) <= 0.011 * n + 0.0005 * abs(o_{reference})")
    # An extra that few orders have is told by those orders, not by the many without it.
    groups = ["true", *(f"o_{role} <> 0" for role in extras)]
    counts = ", ".join(
        f"count(*) FILTER ({group}), "
        + ", ".join(f"count(*) FILTER ({group} AND {test})" for test in tests)
        for group in groups
    )
    row = engine.con.execute(f"""
        SELECT {counts}
        FROM (SELECT count(*) AS n, sum({base}) AS b, {values} FROM {parsed}
            WHERE k IS NOT NULL GROUP BY k)
        WHERE b IS NOT NULL AND o_{reference} <> 0""").fetchone()
    size = 1 + len(combos)
    totals = [int(row[place * size]) for place in range(len(groups))]
    if not totals[0]:
        return {}, 0.0
    shares = [
        [int(row[place * size + 1 + i]) / max(1, total) for i in range(len(combos))]
        for place, total in enumerate(totals)
    ]
    weighed = [place for place, total in enumerate(totals) if place == 0 or total >= _ENOUGH]
    least = [min(shares[place][i] for place in weighed) for i in range(len(combos))]
    best = max(range(len(combos)), key=lambda i: (least[i], shares[0][i], -i))
    used = dict(zip(extras, combos[best], strict=True))
    for place, role in enumerate(extras, 1):
        if not totals[place] or (place not in weighed and not shares[place][best]):
            used.pop(role)  # nothing to tell: the column is all zero, or its few orders are odd
    return used, least[best]


def _extras(present: list[str]) -> list[str]:
    return [role for role in ("discount", "tax", "shipping") if role in present]


def _from_line_amount(
    engine: Backend,
    parsed: str,
    present: list[str],
    levels: dict[str, str],
    price: str | None,
    rate: bool,
) -> AmountModel:
    """The file has a total per line: what is in it?"""
    extras = _extras(present)
    if price and extras:
        used, share = _explain(engine, parsed, price, "amount", extras, levels)
        if share >= _AGREE:
            less = [role for role in ("tax", "shipping") if used.get(role)]
            if used.get("discount") is False:
                less.append("discount")
            return AmountModel("v_amount", "amount", levels, tuple(less), None, rate)
    for reference in ("order_total", "subtotal"):
        if reference in present and extras:
            used, share = _explain(engine, parsed, "v_amount", reference, extras, levels)
            if share >= _AGREE:
                less = ["discount"] if used.get("discount") else []
                if reference == "order_total" and used.get("tax") is False:
                    less.append("tax")
                if reference == "order_total" and used.get("shipping") is False:
                    less.append("shipping")
                return AmountModel("v_amount", "amount", levels, tuple(less), None, rate)
    return AmountModel("v_amount", "amount", levels, (), None, rate)


def _from_price(
    engine: Backend,
    parsed: str,
    present: list[str],
    levels: dict[str, str],
    price: str,
    rate: bool,
) -> AmountModel:
    """The file has prices: is the discount off already, is tax inside?"""
    extras = _extras(present)
    shown = next((role for role in ("subtotal", "amount", "order_total") if role in present), None)
    base = f"CAST({price} * (1 - {rate_sql()}) AS DECIMAL(20, 4))" if rate else price
    if not extras and not rate and shown and _is_line_total(engine, parsed, base, shown, levels):
        return AmountModel(f"v_{shown}", shown, levels)
    best: tuple[dict[str, bool], float, str] | None = None
    for reference in ("order_total", "amount", "subtotal"):
        if reference in present:
            used, share = _explain(engine, parsed, base, reference, extras, levels)
            if share >= _AGREE and (best is None or share > best[1] + 0.05):
                best = (used, share, reference)
    if best is None:
        return AmountModel(
            base, shown, levels, tuple(r for r in extras if r == "discount"), None, rate
        )
    used, _, reference = best
    less = [] if used.get("discount") is False else ["discount"] if "discount" in extras else []
    if reference != "subtotal" and used.get("tax") is False:
        less.append("tax")
    if reference != "subtotal" and used.get("shipping") is False and used.get("tax") is not None:
        pass  # free or separate shipping: prices of goods don't hold it
    return AmountModel(base, shown, levels, tuple(less), None, rate)


def _is_line_total(
    engine: Backend, parsed: str, base: str, role: str, levels: Mapping[str, str]
) -> bool:
    """Whether a total is that of each line, less what was taken off without a column of its own."""
    row = engine.con.execute(f"""
        SELECT count(*), count(*) FILTER (abs(off) <= 0.011), count(*) FILTER (off >= -0.011)
        FROM (SELECT {base} - v_{role} AS off FROM {parsed})
        WHERE off IS NOT NULL""").fetchone()
    lines, equal, within = (int(v) for v in row)
    return bool(levels[role] == "line" and equal > lines / 2 and within >= 0.95 * lines)


def rate_sql() -> str:
    """The discount's share of the price, 0 to 1."""
    return (
        "CASE WHEN contains(t_discount, '%') OR abs(v_discount) > 1"
        " THEN abs(coalesce(v_discount, 0)) / 100 ELSE abs(coalesce(v_discount, 0)) END"
    )


def _from_totals(
    engine: Backend, parsed: str, present: list[str], levels: dict[str, str], rate: bool
) -> AmountModel:
    """The file has totals only, per line or per order."""
    extras = _extras(present)
    goods = next((role for role in ("subtotal", "amount", "order_total") if role in present), None)
    if goods is None:
        return AmountModel("NULL::DECIMAL(20, 4)", None, levels)
    less: list[str] = []
    grand = "order_total" if "order_total" in present else "amount"
    if goods != grand and grand in present and extras:
        used, share = _explain(engine, parsed, f"v_{goods}", grand, extras, levels)
        if levels[goods] == "repeated":
            used, share = _explain_orders(engine, parsed, goods, grand, extras, levels)
        if share >= _AGREE:
            less += ["discount"] if used.get("discount") else []
            less += ["tax"] if used.get("tax") is False else []
        elif goods == "amount":
            goods = "order_total"
    if goods == "order_total":
        less = [role for role in ("tax", "shipping") if role in present]
    if levels[goods] == "line":
        return AmountModel(f"v_{goods}", goods, levels, tuple(less), None, rate)
    weight = "coalesce(v_quantity, 1)"
    return AmountModel(weight, goods, levels, tuple(less), goods, rate)


def _explain_orders(
    engine: Backend,
    parsed: str,
    goods: str,
    grand: str,
    extras: list[str],
    levels: Mapping[str, str],
) -> tuple[dict[str, bool], float]:
    """As :func:`_explain`, with a base that is repeated on every line of its order."""
    first = f"CASE WHEN line = first_line THEN v_{goods} END"
    source = f"(SELECT *, min(line) OVER (PARTITION BY k) AS first_line FROM {parsed})"
    return _explain(engine, source, first, grand, extras, levels)


def goods_sql(model: AmountModel, source: str) -> str:
    """``source`` with a column ``goods``, and ``refund_goods`` where refunds are told.

    ``source`` has ``k``, ``line``, ``counts`` (false for duplicates and summary rows) and the
    parsed ``v_`` columns.
    """
    line_less = "".join(
        f" - coalesce({'abs(v_discount)' if r == 'discount' else f'v_{r}'}, 0)"
        for r in model.less
        if model.levels.get(r, "line") == "line" and model.order_value is None
    )
    sign = "CASE WHEN coalesce(v_quantity, 0) < 0 OR ({base}) < 0 THEN -1 ELSE 1 END"
    base = model.base
    if line_less:
        # What is taken off a returned line comes back with it.
        size = f"abs({base}){line_less}"
        base = f"CAST(({size}) * ({sign.format(base=model.base)}) AS DECIMAL(20, 4))"
    if not model.per_order:
        return f"(SELECT *, {base} AS goods FROM {source})"
    over = " FILTER (counts) OVER (PARTITION BY k)"
    if model.order_value:
        less = "".join(f" - {order_value(r, model.levels, over)}" for r in model.less)
        target = (
            f"max(v_{model.order_value}){over}"
            if model.levels[model.order_value] == "repeated"
            else f"sum(v_{model.order_value}){over}"
        )
        target = f"({target}{less})"
    else:
        less = "".join(
            f" - {order_value(r, model.levels, over)}"
            for r in model.less
            if model.levels.get(r, "line") != "line"
        )
        target = f"(sum({base}){over}{less})"
    return f"""(
        SELECT *, CASE WHEN NOT counts THEN 0 WHEN line = first_line
            THEN target - coalesce(
                sum(part) FILTER (counts AND line <> first_line) OVER (PARTITION BY k), 0)
            ELSE part END AS goods
        FROM (SELECT *, CAST(CASE WHEN weight_sum = 0 THEN target / line_count
                ELSE coalesce(weight, 0) * (target / weight_sum) END AS DECIMAL(20, 4)) AS part
            FROM (SELECT *, {base} AS weight, CAST({target} AS DECIMAL(20, 4)) AS target,
                    coalesce(sum({base}){over}, 0) AS weight_sum, count(*){over} AS line_count,
                    min(line){over} AS first_line
                FROM {source})))"""


def line_share_sql(model: AmountModel, role: str) -> str:
    """A line's part of the tax or the shipping, from rows that have ``goods``.

    What is the order's is spread over its lines by their goods, so that the parts add up to it: a
    line's part is the difference between what falls to the lines up to it and to those before.
    """
    if model.levels.get(role, "line") == "line":
        return f"v_{role}"
    order = " FILTER (counts) OVER (PARTITION BY k)"
    up_to = " FILTER (counts) OVER (PARTITION BY k ORDER BY line ROWS UNBOUNDED PRECEDING)"
    goods, goods_so_far = (f"coalesce(sum(abs(goods)){over}, 0)" for over in (order, up_to))
    lines, lines_so_far = (f"count(*){over}" for over in (order, up_to))
    own = "coalesce(abs(goods), 0)"
    reached = (
        f"CASE WHEN {goods} > 0 THEN {goods_so_far} / {goods} ELSE {lines_so_far} / {lines} END"
    )
    before = (
        f"CASE WHEN {goods} > 0 THEN ({goods_so_far} - {own}) / {goods}"
        f" ELSE ({lines_so_far} - 1) / {lines} END"
    )
    whole = order_value(role, model.levels, order)
    return (
        f"CASE WHEN counts AND count(v_{role}){order} > 0 THEN"
        f" CAST({whole} * ({reached}) AS {MONEY}) - CAST({whole} * ({before}) AS {MONEY}) END"
    )
