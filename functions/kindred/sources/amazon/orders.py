"""Orders as records: goods without tax, and a buyer who is a fingerprint of a made-up address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from kindred import money
from kindred.sources.amazon import values
from kindred.sources.amazon.marketplaces import BY_ID
from kindred.sources.shops.records import Line, OrderRecord, Person

_STATES: Final[Mapping[str, Any]] = {
    "CANCELLED": "cancelled",
    # Amazon hasn't got the money's promise yet; sums are missing until it has.
    "PENDING": "draft",
    "PENDING_AVAILABILITY": "draft",
}
_NOT_GOODS: Final = ("SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER")
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class LineMoney:
    """What one item brought: ``goods`` and ``shipping`` after discounts and without tax.

    ``holds_tax``: Amazon told of no tax, so that the sums hold whatever tax the prices hold.
    """

    goods: Decimal
    shipping: Decimal
    tax: Decimal | None
    discount: Decimal | None
    unit_price: Decimal | None
    holds_tax: bool


def record(order: Mapping[str, Any]) -> OrderRecord | None:
    """An order; None for one that is no sale on Amazon.

    That is one from another shop that Amazon only sends (it is in that shop's own source), and one
    that replaces goods of an earlier order. Raises `AnswerUnusable` for what can't be read.
    """
    channel = order.get("salesChannel") or {}
    if channel.get("channelName") == "NON_AMAZON" or _replaces(order):
        return None
    order_id = values.needed(order, "orderId")
    status = values.text((order.get("fulfillment") or {}).get("fulfillmentStatus"))
    state = _STATES.get(status or "", "placed")
    total = (order.get("proceeds") or {}).get("grandTotal")
    code = _currency(order, channel)
    sums = [(item, line_money(item, code)) for item in order.get("orderItems") or ()]
    live = [(item, said) for item, said in sums if state != "placed" or not _is_cancelled(item)]
    return OrderRecord(
        id=order_id,
        updated_at=values.moment(order.get("lastUpdatedTime")),
        ordered_at=values.moment(order.get("createdTime")),
        currency=code,
        person=buyer(order.get("buyer")),
        lines=tuple(_line(item, said) for item, said in live),
        state=state,
        number=_number(order, order_id),
        status=status,
        channel=values.text(channel.get("marketplaceName")) or "Amazon",
        shipping=sum((said.shipping for _, said in live), _NOTHING),
        total=values.amount(total),
    )


def buyer(found: object) -> Person:
    """Who bought, as a fingerprint (SHA-256) of the relay address that Amazon made for them.

    The same buyer has the same address at this seller. It isn't kept: nobody may be written to for
    marketing, and what isn't there can't be. Nor are name and address of whoever gets the parcel.
    """
    address = values.text(found.get("buyerEmail")) if isinstance(found, dict) else None
    if address is None or "@" not in address:
        return Person()
    print_ = hashlib.sha256(address.strip().lower().encode()).hexdigest()
    return Person(customer_id=f"amazon-{print_[:32]}")


def line_money(item: Mapping[str, Any], currency: str | None) -> LineMoney:
    """The sums of one item, by whichever reading of its breakdown gives Amazon's own total.

    Amazon says neither whether goods are told with tax, nor whether a discount is still in them.
    The total decides; where none of the readings gives it, goods are without tax and the discount
    is still to be taken off, as in Amazon's examples.
    """
    proceeds = item.get("proceeds") or {}
    parts = {p.get("type"): p for p in proceeds.get("breakdowns") or () if isinstance(p, dict)}
    sums = {name: values.amount(part.get("subtotal")) or _NOTHING for name, part in parts.items()}
    quantity = _quantity(item)
    each = values.amount(((item.get("product") or {}).get("price") or {}).get("unitPrice"))
    total = values.amount(proceeds.get("proceedsTotal"))
    if "ITEM" not in sums:
        goods = each * quantity if each is not None else total or _NOTHING
        return LineMoney(goods, sums.get("SHIPPING", _NOTHING), None, None, each, "TAX" not in sums)
    goods, ship = sums["ITEM"], sums.get("SHIPPING", _NOTHING)
    tax = sums.get("TAX")
    off = abs(sums.get("DISCOUNT", _NOTHING))
    before = sum((sums.get(name, _NOTHING) for name in _NOT_GOODS), goods)
    takes_off, holds = _reading(total, before, tax or _NOTHING, off)
    off_goods, off_ship = _discounts(parts.get("DISCOUNT"), off)
    if takes_off:
        goods, ship = goods - off_goods, ship - off_ship
    goods_tax, ship_tax = _taxes(parts.get("TAX"), tax, goods, ship, currency)
    if holds:
        goods, ship = goods - (goods_tax or _NOTHING), ship - ship_tax
        each = None
    return LineMoney(goods, ship, goods_tax, off_goods or None, each, tax is None)


def holds_tax(order: Mapping[str, Any]) -> bool:
    """Whether an order's sums hold a tax that Amazon doesn't tell of."""
    place = BY_ID.get((order.get("salesChannel") or {}).get("marketplaceId") or "")
    lines = (line_money(item, None) for item in order.get("orderItems") or ())
    return place is not None and place.taxed and any(said.holds_tax for said in lines)


def _reading(
    total: Decimal | None, before: Decimal, tax: Decimal, off: Decimal
) -> tuple[bool, bool]:
    """Whether the discount is still in the goods, and whether the tax is."""
    for takes_off, holds in ((True, False), (True, True), (False, False), (False, True)):
        if total == before - (off if takes_off else 0) + (0 if holds else tax):
            return takes_off, holds
    return True, False


def _discounts(part: Any, off: Decimal) -> tuple[Decimal, Decimal]:
    """What was taken off goods and off shipping; all of it off goods where it isn't divided."""
    divided = dict(_divided(part))
    if not divided:
        return off, _NOTHING
    return abs(divided.get("ITEM", _NOTHING)), abs(divided.get("SHIPPING", _NOTHING))


def _taxes(
    part: Any, tax: Decimal | None, goods: Decimal, ship: Decimal, currency: str | None
) -> tuple[Decimal | None, Decimal]:
    """The tax on goods and on shipping: as it is divided, else at one rate on both."""
    if tax is None:
        return None, _NOTHING
    divided = dict(_divided(part))
    if divided:
        other = sum((divided.get(name, _NOTHING) for name in _NOT_GOODS), _NOTHING)
        return tax - other, divided.get("SHIPPING", _NOTHING)
    if goods + ship <= 0:
        return tax, _NOTHING
    unit = Decimal(1).scaleb(-money.minor_digits(currency))
    on_ship = (tax * ship / (goods + ship)).quantize(unit, ROUND_HALF_EVEN)
    return tax - on_ship, on_ship


def _divided(part: Any) -> Iterator[tuple[str, Decimal]]:
    for row in (part or {}).get("detailedBreakdowns") or ():
        if isinstance(row, dict) and (value := values.amount(row.get("value"))) is not None:
            yield str(row.get("subtype")), value


def _line(item: Mapping[str, Any], said: LineMoney) -> Line:
    product = item.get("product") or {}
    sku = values.text(product.get("sellerSku"))
    return Line(
        id=values.needed(item, "orderItemId"),
        quantity=_sold(item),
        amount=said.goods,
        tax=said.tax,
        discount=said.discount,
        unit_price=said.unit_price,
        product_id=sku or values.text(product.get("asin")),
        sku=sku,
        name=values.text(product.get("title")),
    )


def _quantity(item: Mapping[str, Any]) -> Decimal:
    return values.number(item.get("quantityOrdered", 0))


def _is_cancelled(item: Mapping[str, Any]) -> bool:
    """Whether nothing of an item was sold: of what was sent some pieces may have been cancelled."""
    execution = (item.get("cancellation") or {}).get("cancellationExecution")
    return _quantity(item) == 0 or (bool(execution) and not _sent(item))


def _sent(item: Mapping[str, Any]) -> Decimal:
    said = (item.get("fulfillment") or {}).get("quantityFulfilled")
    return _NOTHING if said is None else values.number(said)


def _sold(item: Mapping[str, Any]) -> Decimal:
    """How many pieces of an item of which not all are cancelled."""
    execution = (item.get("cancellation") or {}).get("cancellationExecution")
    ordered, sent = _quantity(item), _sent(item)
    return min(ordered, sent) if execution and sent else ordered


def _replaces(order: Mapping[str, Any]) -> bool:
    return any(
        isinstance(other, dict) and other.get("associationType") == "REPLACEMENT_ORIGINAL_ID"
        for other in order.get("associatedOrders") or ()
    )


def _number(order: Mapping[str, Any], order_id: str) -> str:
    for alias in order.get("orderAliases") or ():
        if isinstance(alias, dict) and alias.get("aliasType") == "SELLER_ORDER_ID":
            return values.text(alias.get("aliasId")) or order_id
    return order_id


def _currency(order: Mapping[str, Any], channel: Mapping[str, Any]) -> str | None:
    """That of the order's sums, else its marketplace's."""
    sums = [(order.get("proceeds") or {}).get("grandTotal")]
    sums += [(i.get("proceeds") or {}).get("proceedsTotal") for i in order.get("orderItems") or ()]
    found = next((code for value in sums if (code := values.currency(value))), None)
    place = BY_ID.get(channel.get("marketplaceId") or "")
    return found or (place.currency if place else None)
