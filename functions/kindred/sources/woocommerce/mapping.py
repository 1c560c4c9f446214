"""Orders of WooCommerce as records: orders, the ledger of their refunds, and carts.

A line's ``total`` is after discounts and without tax, whether prices are entered with tax or not
(``prices_include_tax`` changes what a buyer is shown, not this field).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

from kindred.sources.shops.fields import MAX_TEXT, Fields
from kindred.sources.shops.money import UNIT, split
from kindred.sources.shops.records import (
    CartRecord,
    Line,
    OrderRecord,
    Person,
    RefundedLine,
    RefundRecord,
)

DRAFT: Final = "checkout-draft"
_ZERO: Final = Decimal(0)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: As WooCommerce's own reports count (their setting for excluded statuses): what waits for its
#: first payment, failed or was cancelled is no sale. Statuses of plugins are sales.
_STATES: Final[dict[str, Literal["draft", "cancelled"]]] = {
    DRAFT: "draft",
    "auto-draft": "draft",
    "draft": "draft",
    "pending": "draft",
    "failed": "cancelled",
    "cancelled": "cancelled",
}


def changed_at(given: Fields, zone: tzinfo = UTC) -> datetime:
    """When an object last changed; long ago where it doesn't say, as drafts and imports don't.

    ``zone``: the shop's, for objects with its local time alone.
    """
    changed = given.time("date_modified_gmt") or given.time("date_modified", zone)
    return changed or made_at(given, zone) or _LONG_AGO


def made_at(given: Fields, zone: tzinfo = UTC) -> datetime | None:
    return given.time("date_created_gmt") or given.time("date_created", zone)


def person_of(billing: Fields, customer_id: str | None = None) -> Person:
    """Who is billed. Guests are nowhere else: a shop lists only customers with an account."""
    names = (billing.label("first_name"), billing.label("last_name"))
    return Person(
        customer_id=customer_id,
        email=billing.text("email"),
        phone=billing.text("phone", 40),
        name=" ".join(filter(None, names)) or None,
        city=billing.label("city"),
        country=billing.country("country"),
    )


def order_of(given: Fields, zone: tzinfo = UTC) -> OrderRecord:
    """An order. In the bin it is deleted."""
    order_id = given.needed_id()
    status = given.text("status", 40) or ""
    if status == "trash":
        return OrderRecord(id=order_id, updated_at=changed_at(given, zone), is_deleted=True)
    lines, charges = _lines_and_charges(given)
    return OrderRecord(
        id=order_id,
        updated_at=changed_at(given, zone),
        ordered_at=made_at(given, zone),
        currency=given.text("currency", 3),
        person=person_of(given.part("billing"), given.id("customer_id")),
        lines=tuple(lines),
        state=_STATES.get(status, "placed"),
        number=given.text("number", 60),
        status=status or None,
        channel=given.text("created_via", 60),
        shipping=given.amount("shipping_total") + charges,
        total=given.number("total"),
    )


def _lines_and_charges(given: Fields) -> tuple[list[Line], Decimal]:
    """The goods, and what was charged beside goods and shipping (payment, wrapping).

    A fee below zero is how shops and plugins give money off: it is a discount on the goods, taken
    from each line by its share.
    """
    lines = [_line(line) for line in given.parts("line_items")]
    fees = given.parts("fee_lines")
    off = [fee for fee in fees if fee.amount("total") < 0]
    if off and lines:
        weights = [line.amount for line in lines]
        goods = split(-sum((fee.amount("total") for fee in off), _ZERO), weights)
        taxes = split(-sum((fee.amount("total_tax") for fee in off), _ZERO), weights)
        lines = [
            replace(
                line,
                amount=line.amount - part,
                tax=None if line.tax is None else line.tax - tax,
                discount=(line.discount or _ZERO) + part,
            )
            for line, part, tax in zip(lines, goods, taxes, strict=True)
        ]
    return lines, sum((max(fee.amount("total"), _ZERO) for fee in fees), _ZERO)


def _line(given: Fields) -> Line:
    amount, before = given.amount("total"), given.number("subtotal")
    quantity = given.amount("quantity")
    unit_price = None
    if before is not None and quantity:
        unit_price = (before / quantity).quantize(UNIT, ROUND_HALF_EVEN)
    return Line(
        id=given.needed_id(),
        quantity=quantity,
        amount=amount,
        tax=given.number("total_tax"),
        discount=None if before is None else max(before - amount, _ZERO),
        unit_price=unit_price,
        product_id=given.id("variation_id") or given.id("product_id"),
        sku=given.text("sku", 100),
        name=given.label("name"),
    )


def cart_of(given: Fields, zone: tzinfo = UTC) -> CartRecord:
    """A draft of the block checkout: a cart whose buyer has typed in an address."""
    lines = [_line(line) for line in given.parts("line_items")]
    products = dict.fromkeys(line.product_id for line in lines if line.product_id)
    return CartRecord(
        id=given.needed_id(),
        updated_at=changed_at(given, zone),
        left_at=changed_at(given, zone),
        person=person_of(given.part("billing"), given.id("customer_id")),
        currency=given.text("currency", 3),
        value=given.number("total"),
        product_ids=tuple(products),
        url=given.url("payment_url"),
    )


def is_draft(given: Fields) -> bool:
    return given.text("status", 40) == DRAFT


def was_cart(given: Fields) -> bool:
    """Whether an order may have been a draft before, under the same id."""
    return given.text("created_via", 60) == "store-api" and not is_draft(given)


def no_cart(given: Fields, zone: tzinfo = UTC) -> CartRecord:
    """What became an order is a cart no longer."""
    return CartRecord(
        id=given.needed_id(), updated_at=changed_at(given, zone), is_deleted=True
    )  # fmt: skip


# Refunds -----------------------------------------------------------------------------------


@dataclass
class _Left:
    """What of an order hasn't gone back yet."""

    goods: Decimal
    shipping: Decimal
    total: Decimal


def refunds_of(
    order: Fields, refunds: Iterable[Fields], zone: tzinfo = UTC
) -> Sequence[RefundRecord]:
    """The ledger of an order's refunds. WooCommerce writes one when it is done, never before.

    Money that went back for no line is divided into goods, shipping and tax as what is left of the
    order is, so that a refund of all that is left takes exactly what is left of each.
    """
    record = order_of(order, zone)
    left = _Left(
        sum((line.amount for line in record.lines), _ZERO),
        record.shipping or _ZERO,
        record.total or _ZERO,
    )
    ordered = sorted(refunds, key=lambda one: (changed_at(one, zone), int(one.needed_id())))
    return [_refund(one, record, left, zone) for one in ordered]


def _refund(given: Fields, order: OrderRecord, left: _Left, zone: tzinfo) -> RefundRecord:
    lines = [_refunded_line(line) for line in given.parts("line_items")]
    lines = [line for line in lines if line.quantity or line.amount or line.tax]
    fees = given.parts("fee_lines")
    lines = _without_discount(lines, [fee for fee in fees if fee.amount("total") > 0])
    goods = sum((line.amount for line in lines), _ZERO)
    beside = [*given.parts("shipping_lines"), *(fee for fee in fees if fee.amount("total") <= 0)]
    shipping = -sum((part.amount("total") for part in beside), _ZERO)
    tax = sum((line.tax or _ZERO for line in lines), _ZERO)
    tax -= sum((part.amount("total_tax") for part in beside), _ZERO)
    amount = abs(given.amount("amount"))
    rest = max(amount - goods - shipping - tax, _ZERO)
    open_total = left.total - goods - shipping - tax
    other = _share(rest, left.goods - goods, open_total)
    more = min(_share(rest, left.shipping - shipping, open_total, nothing=_ZERO), rest - other)
    left.goods -= goods + other
    left.shipping -= shipping + more
    left.total -= amount
    made = made_at(given, zone)
    return RefundRecord(
        id=given.needed_id(),
        updated_at=changed_at(given, zone),
        order_id=order.id,
        refunded_at=made,
        currency=order.currency,
        lines=tuple(lines),
        other=other,
        shipping=shipping + more,
        reason=given.prose("reason", MAX_TEXT),
    )


def _without_discount(lines: list[RefundedLine], discounts: Sequence[Fields]) -> list[RefundedLine]:
    """What of lines went back: a fee below zero, which was a discount, is taken back with them."""
    weights = [line.amount for line in lines]
    goods = split(sum((fee.amount("total") for fee in discounts), _ZERO), weights)
    taxes = split(sum((fee.amount("total_tax") for fee in discounts), _ZERO), weights)
    return [
        replace(
            line,
            amount=line.amount - part,
            tax=None if line.tax is None else line.tax - tax,
        )
        for line, part, tax in zip(lines, goods, taxes, strict=True)
    ]


def _share(
    rest: Decimal, part: Decimal, whole: Decimal, *, nothing: Decimal | None = None
) -> Decimal:
    """The part of ``rest`` that is in proportion; all of it where nothing is left to go by."""
    if whole <= 0:
        return rest if nothing is None else nothing
    share = rest * max(part, _ZERO) / whole
    return min(share.quantize(UNIT, ROUND_HALF_EVEN), rest)


def _refunded_line(given: Fields) -> RefundedLine:
    """Figures of refunds are negative in a shop; the line of the order is named in its notes."""
    line_id = next(
        (
            note.id("value")
            for note in given.parts("meta_data")
            if note.text("key") == "_refunded_item_id"
        ),
        None,
    )
    tax = given.number("total_tax")
    return RefundedLine(
        line_id=line_id,
        quantity=abs(given.amount("quantity")),
        amount=-given.amount("total"),
        tax=None if tax is None else -tax,
    )
