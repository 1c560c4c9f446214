"""An order's lines, and a refund's, with exact money: what is the whole order's is divided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from kindred.sources.shops.money import exact, split
from kindred.sources.shops.records import OrderRecord, RefundRecord

#: How far lines may come to more than the order's total before that is said: roundings of a shop.
_SLACK: Final = Decimal("0.05")
_NOTHING: Final = Decimal(0)


def order_lines(order: OrderRecord) -> tuple[list[dict[str, Any]], bool]:
    """An order's lines with their share of the shipping, and whether they exceed its total.

    Raises `money.UnusableAmount`.
    """
    lines: list[dict[str, Any]] = [
        {
            "place": place,
            "line_id": line.id,
            "quantity": float(exact(line.quantity)),
            "amount": exact(line.amount),
            "tax": _exact(line.tax),
            "discount": None if line.discount is None else abs(exact(line.discount)),
            "unit_price": _exact(line.unit_price),
            "product_id": line.product_id,
            "sku": line.sku,
            "name": line.name,
            "category": line.category,
        }
        for place, line in enumerate(order.lines, 1)
    ]
    shipping = _exact(order.shipping)
    _divide(shipping, lines)
    total = _exact(order.total)
    asked = sum((line["amount"] + (line["tax"] or 0) for line in lines), shipping or _NOTHING)
    return lines, total is not None and asked > total + _SLACK


def refund_lines(refund: RefundRecord) -> list[dict[str, Any]]:
    """What went back, negative, line by line; what belongs to no line is a line of its own.

    Raises `money.UnusableAmount`.
    """
    lines = [
        {
            "line_id": line.line_id,
            "quantity": -float(exact(line.quantity)),
            "amount": -exact(line.amount),
            "tax": None if line.tax is None else -exact(line.tax),
        }
        for line in refund.lines
    ]
    other, shipping = exact(refund.other), _exact(refund.shipping)
    if other or (shipping and not lines):
        lines.append({"line_id": None, "quantity": None, "amount": -other, "tax": None})
    for place, line in enumerate(lines, 1):
        line["place"] = place
    _divide(None if shipping is None else -shipping, lines)
    return lines


def _divide(shipping: Decimal | None, lines: list[dict[str, Any]]) -> None:
    """By amount, each line its share of the shipping."""
    if shipping is None:
        shares: list[Decimal | None] = [None] * len(lines)
    else:
        shares = [*split(shipping, [abs(line["amount"]) for line in lines])]
    for line, share in zip(lines, shares, strict=True):
        line["shipping"] = share


def _exact(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else exact(amount)
