"""Orders, credit memos and carts of Magento as records.

All money is in the base currency, which is the shop's: the fields that begin with ``base_``. The
others are in what the buyer was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

from kindred.sources.shops.fields import MAX_TEXT, Fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.money import UNIT, split
from kindred.sources.shops.records import (
    CartRecord,
    Line,
    OrderRecord,
    Person,
    RefundedLine,
    RefundRecord,
)

_ZERO: Final = Decimal(0)
#: States are Magento's own, statuses the merchant's. ``closed`` is refunded, ``holded`` waits.
_STATES: Final[dict[str, Literal["draft", "cancelled"]]] = {
    "pending_payment": "draft",
    "canceled": "cancelled",
}
#: Of a credit memo: open ones wait for the payment service.
_REFUNDS: Final[dict[str, Literal["done", "pending", "failed"]]] = {
    "1": "pending",
    "2": "done",
    "3": "failed",
}


def changed_at(given: Fields) -> datetime:
    found = given.time("updated_at") or given.time("created_at")
    if found is None:
        raise AnswerUnusable(
            f"The shop doesn't say when it changed {given.what}.", code="shop-field-unreadable"
        )
    return found


def name_of(given: Fields, prefix: str = "") -> str | None:
    names = (given.label(f"{prefix}firstname"), given.label(f"{prefix}lastname"))
    return " ".join(filter(None, names)) or None


def order_of(given: Fields) -> OrderRecord:
    number = given.needed_id("entity_id")
    given = Fields(given.of, f"order {number}")
    state = given.text("state", 40) or ""
    meaning: Literal["placed", "draft", "cancelled"] = _STATES.get(state, "placed")
    billing = given.part("billing_address")
    return OrderRecord(
        id=number,
        updated_at=changed_at(given),
        ordered_at=given.time("created_at"),
        currency=given.text("base_currency_code", 3),
        person=Person(
            customer_id=given.id("customer_id"),
            email=given.text("customer_email") or billing.text("email"),
            phone=billing.text("telephone", 40),
            name=name_of(given, "customer_") or name_of(billing),
            city=billing.label("city"),
            country=billing.country("country_id"),
        ),
        lines=tuple(_lines(given.parts("items"), meaning == "placed")),
        state=meaning,
        number=given.text("increment_id", 60),
        status=given.text("status", 60) or state or None,
        channel=given.text("store_name", 100),
        shipping=given.amount("base_shipping_amount")
        - given.amount("base_shipping_discount_amount")
        + given.amount("base_shipping_discount_tax_compensation_amnt"),
        total=given.number("base_grand_total"),
    )


def _lines(items: Sequence[Fields], is_sale: bool) -> list[Line]:
    """What was sold, once each: Magento lists a bundle or a configured product and its parts.

    The money is either at the whole (a configured product, a bundle with a price of its own) or at
    the parts (a bundle whose parts have prices), never rightly at both.
    """
    parts: dict[str, list[Fields]] = {}
    for item in items:
        if parent := item.id("parent_item_id"):
            parts.setdefault(parent, []).append(item)
    lines = []
    for item in items:
        if item.id("parent_item_id"):
            continue
        inside = parts.get(item.needed_id("item_id"), [])
        if any(part.amount("base_row_total") for part in inside):
            lines += [_line(part, part, is_sale) for part in inside]
        else:
            # The variant that was chosen is the part; its price stands at the whole.
            is_configured = item.text("product_type") == "configurable" and len(inside) == 1
            lines.append(_line(item, inside[0] if is_configured else item, is_sale))
    return lines


def _line(given: Fields, product: Fields, is_sale: bool) -> Line:
    """What is left of a line after cancellations, which change no row's total.

    ``base_row_total`` is before discounts and without tax. A discount on prices with tax has tax in
    it; the compensation is that part of it. An order that isn't a sale is told as it was.
    """
    ordered = given.amount("qty_ordered")
    left = max(ordered - given.amount("qty_canceled"), _ZERO) if is_sale else ordered
    share = left / ordered if ordered and left < ordered else Decimal(1)
    before = given.amount("base_row_total")
    compensation = given.amount("base_discount_tax_compensation_amount")
    discount = given.amount("base_discount_amount") - compensation
    tax = given.number("base_tax_amount")
    return Line(
        id=given.needed_id("item_id"),
        quantity=left,
        amount=_part(before - discount, share),
        tax=None if tax is None else _part(tax, share),
        discount=_part(discount, share),
        unit_price=(before / ordered).quantize(UNIT, ROUND_HALF_EVEN) if ordered else None,
        product_id=product.id("product_id"),
        sku=given.text("sku", 100),
        name=given.label("name"),
    )


def _part(amount: Decimal, share: Decimal) -> Decimal:
    return amount if share == 1 else (amount * share).quantize(UNIT, ROUND_HALF_EVEN)


def refund_of(given: Fields) -> RefundRecord:
    """A credit memo. What was kept back of it as a fee is taken from its lines by their share, or
    from the shipping where that alone went back.
    """
    number = given.needed_id("entity_id")
    given = Fields(given.of, f"credit memo {number}")
    lines = [_refunded(item) for item in given.parts("items")]
    lines = [line for line in lines if line.amount or (line.quantity and line.tax)]
    shipping = _refunded_shipping(given)
    other = given.amount("base_adjustment_positive") - given.amount("base_adjustment_negative")
    if other < 0 and lines:
        shares = split(-other, [line.amount for line in lines])
        lines = [
            replace(line, amount=line.amount - share)
            for line, share in zip(lines, shares, strict=True)
        ]
    elif other < 0 and shipping is not None:
        shipping = max(shipping + other, _ZERO)
    comments = [comment.prose("comment", MAX_TEXT) for comment in given.parts("comments")]
    return RefundRecord(
        id=number,
        updated_at=changed_at(given),
        order_id=given.needed_id("order_id"),
        refunded_at=given.time("created_at"),
        currency=given.text("base_currency_code", 3),
        state=_REFUNDS.get(given.text("state", 2) or "", "pending"),
        lines=tuple(lines),
        other=max(other, _ZERO),
        shipping=shipping,
        reason=next(filter(None, comments), None),
    )


def _refunded_shipping(given: Fields) -> Decimal | None:
    """Without its discount, which a credit memo tells only with that of all its lines.

    The sum of a credit memo's discount is below zero, those of its lines are above.
    """
    told = given.number("base_shipping_amount")
    off = given.number("base_discount_amount")
    if not told or off is None:
        return told
    of_lines = sum((item.amount("base_discount_amount") for item in given.parts("items")), _ZERO)
    discount = abs(off) - of_lines - given.amount("base_shipping_discount_tax_compensation_amnt")
    return max(told - max(discount, _ZERO), _ZERO)


def _refunded(given: Fields) -> RefundedLine:
    discount = given.amount("base_discount_amount")
    discount -= given.amount("base_discount_tax_compensation_amount")
    return RefundedLine(
        line_id=given.id("order_item_id"),
        quantity=given.amount("qty"),
        amount=given.amount("base_row_total") - discount,
        tax=given.number("base_tax_amount"),
    )


def cart_of(given: Fields) -> CartRecord | None:
    """A cart with somebody to write to; one that was ordered or emptied is gone; else None."""
    number = given.needed_id("id")
    given = Fields(given.of, f"cart {number}")
    changed = changed_at(given)
    if given.of.get("is_active") in (False, 0, "0") or not given.amount("items_count"):
        return CartRecord(id=number, updated_at=changed, is_deleted=True)
    customer, billing = given.part("customer"), given.part("billing_address")
    email = customer.text("email") or billing.text("email")
    if email is None:
        return None
    items = given.parts("items")
    currency = given.part("currency")
    return CartRecord(
        id=number,
        updated_at=changed,
        left_at=changed,
        person=Person(
            customer_id=customer.id("id"),
            email=email,
            phone=billing.text("telephone", 40),
            name=name_of(customer) or name_of(billing),
            city=billing.label("city"),
            country=billing.country("country_id"),
        ),
        # Prices of carts are in the buyer's currency alone.
        currency=currency.text("quote_currency_code", 3),
        value=sum((item.amount("price") * item.amount("qty") for item in items), _ZERO),
    )
