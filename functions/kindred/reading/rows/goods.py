"""What a line's goods cost, after discount, without tax and shipping, by the file's own model."""

from __future__ import annotations

from typing import Final

from kindred.reading.rows.amount_model import AmountModel, order_value
from kindred.tables import MONEY

#: Over all lines of a line's order that count, and over those up to the line.
_ORDER: Final = " FILTER (counts) OVER (PARTITION BY k)"
_UP_TO: Final = " FILTER (counts) OVER (PARTITION BY k ORDER BY line ROWS UNBOUNDED PRECEDING)"


def goods_sql(model: AmountModel, source: str) -> str:
    """``source`` with a column ``goods``.

    ``source`` has ``k``, ``line``, ``counts`` (false for duplicates and summary rows) and the
    parsed ``v_`` columns.
    """
    base = _of_line(model)
    if not model.per_order:
        return f"(SELECT *, {base} AS goods FROM {source})"
    # What is left for the first line after the others have their rounded parts makes the sum exact.
    return f"""(
        SELECT *, CASE WHEN NOT counts THEN 0 WHEN line = first_line
            THEN target - coalesce(
                sum(part) FILTER (counts AND line <> first_line) OVER (PARTITION BY k), 0)
            ELSE part END AS goods
        FROM (SELECT *, CAST(CASE WHEN weight_sum = 0 THEN target / line_count
                ELSE coalesce(weight, 0) * (target / weight_sum) END AS {MONEY}) AS part
            FROM (SELECT *, {base} AS weight, CAST({_of_order(model, base)} AS {MONEY}) AS target,
                    coalesce(sum({base}){_ORDER}, 0) AS weight_sum, count(*){_ORDER} AS line_count,
                    min(line){_ORDER} AS first_line
                FROM {source})))"""


def _of_line(model: AmountModel) -> str:
    """The SQL of a line's own money less what is taken off each line."""
    less = "".join(
        f" - coalesce({'abs(v_discount)' if role == 'discount' else f'v_{role}'}, 0)"
        for role in model.less
        if model.levels.get(role, "line") == "line" and model.order_value is None
    )
    if not less:
        return model.base
    # What is taken off a returned line comes back with it.
    size = f"abs({model.base}){less}"
    sign = f"CASE WHEN coalesce(v_quantity, 0) < 0 OR ({model.base}) < 0 THEN -1 ELSE 1 END"
    return f"CAST(({size}) * ({sign}) AS {MONEY})"


def _of_order(model: AmountModel, base: str) -> str:
    """The SQL of what an order's goods cost in all."""
    if model.order_value:
        less = "".join(f" - {order_value(r, model.levels, _ORDER)}" for r in model.less)
        repeated = model.levels[model.order_value] == "repeated"
        return f"({'max' if repeated else 'sum'}(v_{model.order_value}){_ORDER}{less})"
    less = "".join(
        f" - {order_value(role, model.levels, _ORDER)}"
        for role in model.less
        if model.levels.get(role, "line") != "line"
    )
    return f"(sum({base}){_ORDER}{less})"


def line_share_sql(model: AmountModel, role: str) -> str:
    """A line's part of the tax or the shipping, from rows that have ``goods``.

    What is the order's is spread over its lines by their goods, so that the parts add up to it: a
    line's part is the difference between what falls to the lines up to it and to those before.
    """
    if model.levels.get(role, "line") == "line":
        return f"v_{role}"
    goods, goods_so_far = (f"coalesce(sum(abs(goods)){over}, 0)" for over in (_ORDER, _UP_TO))
    lines, lines_so_far = (f"count(*){over}" for over in (_ORDER, _UP_TO))
    own = "coalesce(abs(goods), 0)"
    reached = (
        f"CASE WHEN {goods} > 0 THEN {goods_so_far} / {goods} ELSE {lines_so_far} / {lines} END"
    )
    before = (
        f"CASE WHEN {goods} > 0 THEN ({goods_so_far} - {own}) / {goods}"
        f" ELSE ({lines_so_far} - 1) / {lines} END"
    )
    whole = order_value(role, model.levels, _ORDER)
    return (
        f"CASE WHEN counts AND count(v_{role}){_ORDER} > 0 THEN"
        f" CAST({whole} * ({reached}) AS {MONEY}) - CAST({whole} * ({before}) AS {MONEY}) END"
    )
