"""Shipments as orders: what a buyer ordered at once is one order, however it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kindred.sources.flipkart import values
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.records import Line, OrderRecord

_NOTHING = Decimal(0)


def order_ids(shipments: Iterable[Mapping[str, Any]]) -> list[str]:
    """The orders that shipments are of, each once, in their order."""
    found = (
        values.needed(i, "orderId") for s in shipments for i in values.objects(s, "orderItems")
    )
    return list(dict.fromkeys(found))


def record(order_id: str, shipments: Sequence[Mapping[str, Any]]) -> OrderRecord:
    """An order, of all its shipments; raises `AnswerUnusable` for what can't be read."""
    parts = [part for part in parts_of(shipments) if part.item.get("orderId") == order_id]
    if not parts:
        raise AnswerUnusable("Flipkart left an order's items out.")
    kept = [part for part in parts if not part.is_cancelled] or parts
    lines: dict[str, list[Part]] = {}
    for part in kept:
        lines.setdefault(part.item_id, []).append(part)
    return OrderRecord(
        id=order_id,
        updated_at=max(_changed(part.shipment, part.item) for part in parts),
        ordered_at=min(values.moment(part.item.get("orderDate")) for part in parts),
        currency=values.CURRENCY,
        lines=tuple(_line(item_id, some) for item_id, some in lines.items()),
        state="cancelled" if all(part.is_cancelled for part in parts) else "placed",
        number=order_id,
        status=_status(part.item for part in kept),
        channel="Flipkart",
        shipping=sum((money(part.item)[1] for part in kept), _NOTHING),
        total=sum((sum(money(part.item), _NOTHING) for part in kept), _NOTHING),
    )


@dataclass(frozen=True)
class Part:
    """What of an order's item is in one shipment: pieces that are sent apart, or were cancelled."""

    item_id: str
    shipment: Mapping[str, Any]
    item: Mapping[str, Any]

    @property
    def is_cancelled(self) -> bool:
        return self.item.get("status") == "CANCELLED"


def parts_of(shipments: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Every item of every shipment, once: as it was told last."""
    found: dict[tuple[str | None, str], Part] = {}
    for shipment in shipments:
        for item in values.objects(shipment, "orderItems"):
            item_id = values.needed(item, "orderItemId")
            place = values.text(shipment.get("shipmentId")), item_id
            found[place] = Part(item_id, shipment, item)
    return list(found.values())


def money(item: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """``(goods, shipping)`` of an order item, all its pieces together, with the tax they hold.

    Goods are at the seller's price: what Flipkart itself takes off for the buyer, the seller gets.
    Flipkart doesn't say whether its prices are for one piece; its total decides, where it can.
    What replaces an earlier item brings nothing.
    """
    if item.get("is_replacement") is True:
        return _NOTHING, _NOTHING
    said = item.get("priceComponents") or {}
    price = values.number(said.get("sellingPrice"))
    ship = values.number(said.get("shippingCharge")) or _NOTHING
    total = values.number(said.get("totalPrice"))
    pieces = quantity(item)
    if price is None:
        return max((total or _NOTHING) - ship, _NOTHING), ship
    for goods, sent in (
        (price * pieces, ship * pieces), (price * pieces, ship), (price, ship),
    ):  # fmt: skip
        if total in (goods + sent, goods):
            return goods, sent
    return price * pieces, ship


def quantity(item: Mapping[str, Any]) -> Decimal:
    """How many pieces; one where Flipkart doesn't say."""
    found = values.number(item.get("quantity"))
    return Decimal(1) if found is None else found


def _line(item_id: str, parts: Sequence[Part]) -> Line:
    first = parts[0].item
    sku = values.text(first.get("sku"))
    return Line(
        id=item_id,
        quantity=sum((quantity(part.item) for part in parts), _NOTHING),
        amount=sum((money(part.item)[0] for part in parts), _NOTHING),
        product_id=sku or values.text(first.get("listingId")),
        sku=sku,
        name=values.text(first.get("title")),
    )


def _changed(shipment: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    said = shipment.get("updatedAt") or item.get("cancellationDate") or item.get("orderDate")
    return values.moment(said)


def _status(items: Iterable[Mapping[str, Any]]) -> str | None:
    """Flipkart's word, where all items share one."""
    words = {values.text(item.get("status")) for item in items}
    return words.pop() if len(words) == 1 else "MIXED"
