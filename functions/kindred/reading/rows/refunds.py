"""What of a line's goods was paid back, where the file gives refunded amounts.

A refund of the whole total gives back all the goods, whatever tax and shipping it holds. A refund
of a part holds the tax of that part where the file shows it: total = goods + tax + shipping, and
whole refunds are of what was paid, not of the goods alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kindred.reading.rows.amount_model import AmountModel, order_value
from kindred.reading.rows.goods import goods_sql
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.queries import one
from kindred.tables import MONEY

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Over all lines of a line's order that count.
_ORDER: Final = " FILTER (counts) OVER (PARTITION BY k)"
_CENT: Final = "0.011"


def find_refunds_with_tax(plan: Plan, engine: DuckDB) -> bool:
    """Whether refunds of a part hold tax, by the orders in the table ``order_sample``."""
    if not plan.mapping.has("refund", "tax", "order_total"):
        return False
    levels = plan.model.levels
    back, tax = order_value("refund", levels), order_value("tax", levels)
    orders = f"""
        SELECT {back} AS back, sum(goods) AS goods, sum(goods) + {tax} AS taxed,
            {order_value("order_total", levels)} AS total
        FROM {goods_sql(plan.model, "order_sample")} WHERE counts GROUP BY k
        HAVING back > 0 AND {tax} > 0 AND {_adds_up(plan, "")}"""
    of_paid, of_goods, of_parts = one(
        engine,
        f"""SELECT count(*) FILTER (abs(back - total) <= {_CENT} OR abs(back - taxed) <= {_CENT}),
            count(*) FILTER (abs(back - goods) <= {_CENT}),
            count(*) FILTER (back < goods - {_CENT})
        FROM ({orders})""",
    )
    return bool(of_parts and of_paid >= of_goods)


def _adds_up(plan: Plan, over: str) -> str:
    """Whether an order's total is its goods with tax and shipping."""
    levels = plan.model.levels
    beside = " + ".join(
        order_value(role, levels, over) for role in ("tax", "shipping") if plan.mapping.has(role)
    )
    total = order_value("order_total", levels, over)
    return f"abs(sum(goods){over} + {beside} - {total}) <= {_CENT} * count(*){over}"


def refund_sql(plan: Plan) -> str:
    """The SQL of it, from rows that have ``goods``; NULL where nothing was paid back."""
    if not plan.mapping.has("refund"):
        return f"NULL::{MONEY}"
    model = plan.model
    if model.levels.get("refund", "line") == "line" and not model.per_order:
        return _of_line(plan)
    return _of_order(plan, model)


def _of_line(plan: Plan) -> str:
    whole = "abs(v_refund) >= v_order_total" if plan.mapping.has("order_total") else "false"
    back = f"abs(v_refund){_without_tax(plan)}"
    return (
        f"CASE WHEN v_refund IS NULL OR v_refund = 0 THEN NULL WHEN {whole} THEN goods"
        f" ELSE CAST(least({back}, abs(goods)) AS {MONEY}) END"
    )


def _of_order(plan: Plan, model: AmountModel) -> str:
    back = order_value("refund", model.levels, _ORDER)
    goods = f"sum(goods){_ORDER}"
    whole = "false"
    if plan.mapping.has("order_total"):
        total = order_value("order_total", model.levels, _ORDER)
        whole = f"({back} >= {total} - 0.01 AND {total} > 0)"
    of_goods = f"({back}{_without_tax(plan)})"
    share = f"CASE WHEN {whole} OR {of_goods} >= {goods} THEN 1 ELSE {of_goods} / {goods} END"
    return (
        f"CASE WHEN {back} = 0 OR coalesce({goods}, 0) <= 0 THEN NULL"
        f" ELSE CAST(goods * ({share}) AS {MONEY}) END"
    )


def _without_tax(plan: Plan) -> str:
    """Times the goods' share of goods and tax, where refunds hold tax."""
    if not plan.refunds_with_tax:
        return ""
    goods = f"sum(goods){_ORDER}"
    taxed = f"({goods} + {order_value('tax', plan.model.levels, _ORDER)})"
    adds_up = f"{taxed} > 0 AND {_adds_up(plan, _ORDER)}"
    return f" * CASE WHEN {adds_up} THEN {goods} / {taxed} ELSE 1 END"
