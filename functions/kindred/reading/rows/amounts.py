"""What the money columns of an order file mean, found by adding them up.

A file may give a price per piece, a line's total, an order's total on its first line or repeated on
each, before or after discount, with tax and shipping inside or beside. Names alone don't tell, sums
do: the explanation that most orders agree with is taken, and goods (after discount, without tax and
shipping) follow from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kindred.reading.rows.amount_evidence import (
    ROUNDED_PRICE,
    explain,
    explain_orders,
    find_levels,
    is_line_total,
    is_rate,
    line_price_sql,
    rate_sql,
)
from kindred.reading.rows.amount_model import MONEY_ROLES, NO_MODEL, AmountModel, Level

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

# Figures chosen by hand: with them, the orders and the money of all exports that
# `scripts/measure-reading mapping` and `tests/slow/reading` read agree to the cent.
#: The share of orders that an explanation has to be right for.
_AGREE: Final = 0.75
#: The share of orders whose total is price times quantity, for the total to be taken as it is.
_ALWAYS: Final = 0.95
#: An explanation of prices by another total has to be better by so much to be taken instead.
_BETTER: Final = 0.05


def decide_amounts(
    engine: DuckDB,
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
    present: list[str] = [role for role in MONEY_ROLES if role in roles]
    levels = find_levels(engine, parsed, present) if present else {}
    rate = "discount" in roles and (discount_is_share or is_rate(engine, parsed))
    if rate:
        present.remove("discount")
    price = line_price_sql(engine, parsed, roles, line_price)
    if "amount" in roles and levels["amount"] == "line":
        return _from_line_amount(engine, parsed, present, levels, price, rate)
    if price:
        return _from_price(engine, parsed, present, levels, price, rate)
    return _from_totals(engine, parsed, present, levels, rate)


def _extras(present: list[str]) -> list[str]:
    return [role for role in ("discount", "tax", "shipping") if role in present]


def _from_line_amount(
    engine: DuckDB,
    parsed: str,
    present: list[str],
    levels: dict[str, Level],
    price: str | None,
    rate: bool,
) -> AmountModel:
    """The file has a total per line: what is in it?"""
    extras = _extras(present)
    if price and extras:
        used, share = explain(engine, parsed, price, "amount", extras, levels)
        if share >= _AGREE:
            less = [role for role in ("tax", "shipping") if used.get(role)]
            if used.get("discount") is False:
                less.append("discount")
            return AmountModel("v_amount", "amount", levels, tuple(less), None, rate)
    for reference in ("order_total", "subtotal"):
        if reference in present and extras:
            used, share = explain(engine, parsed, "v_amount", reference, extras, levels)
            if share >= _AGREE:
                less = ["discount"] if used.get("discount") else []
                if reference == "order_total" and used.get("tax") is False:
                    less.append("tax")
                if reference == "order_total" and used.get("shipping") is False:
                    less.append("shipping")
                return AmountModel("v_amount", "amount", levels, tuple(less), None, rate)
    return AmountModel("v_amount", "amount", levels, (), None, rate)


def _from_price(
    engine: DuckDB,
    parsed: str,
    present: list[str],
    levels: dict[str, Level],
    price: str,
    rate: bool,
) -> AmountModel:
    """The file has prices: is the discount off already, is tax inside?"""
    extras = _extras(present)
    shown = next((role for role in ("subtotal", "amount", "order_total") if role in present), None)
    base = f"CAST({price} * (1 - {rate_sql()}) AS DECIMAL(20, 4))" if rate else price
    if not extras and not rate and shown and is_line_total(engine, parsed, base, shown, levels):
        return AmountModel(f"v_{shown}", shown, levels)
    slack = ROUNDED_PRICE if price != "v_unit_price" else "0"
    best: tuple[dict[str, bool], float, str] | None = None
    for reference in ("order_total", "amount", "subtotal"):
        if reference in present:
            used, share = explain(engine, parsed, base, reference, extras, levels, slack)
            if share >= _AGREE and (best is None or share > best[1] + _BETTER):
                best = (used, share, reference)
    if best is None:
        return AmountModel(
            base, shown, levels, tuple(r for r in extras if r == "discount"), None, rate
        )
    used, share, reference = best
    taken = [role for role in ("tax", "shipping") if used.get(role)]
    if reference != "subtotal" and used.get("tax") is False:
        taken.append("tax")
    own = [reference, *taken]
    if share >= _ALWAYS and not rate and all(levels[role] == "line" for role in own):
        # A price is rounded, the line's own amount isn't.
        off = () if used.get("discount") is not False else ("discount",)
        return AmountModel(f"v_{reference}", shown, levels, (*taken, *off), None, rate)
    less = [] if used.get("discount") is False else ["discount"] if "discount" in extras else []
    if reference != "subtotal" and used.get("tax") is False:
        less.append("tax")
    return AmountModel(base, shown, levels, tuple(less), None, rate)


def _from_totals(
    engine: DuckDB, parsed: str, present: list[str], levels: dict[str, Level], rate: bool
) -> AmountModel:
    """The file has totals only, per line or per order."""
    extras = _extras(present)
    goods = next((role for role in ("subtotal", "amount", "order_total") if role in present), None)
    if goods is None:
        return replace(NO_MODEL, levels=levels)
    less: list[str] = []
    grand = "order_total" if "order_total" in present else "amount"
    if goods != grand and grand in present and extras:
        used, share = explain(engine, parsed, f"v_{goods}", grand, extras, levels)
        if levels[goods] == "repeated":
            used, share = explain_orders(engine, parsed, goods, grand, extras, levels)
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
