"""Returns as refunds, with the reason and the words that the buyer gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final, Literal

from kindred.sources.flipkart import orders, values
from kindred.sources.flipkart.orders import Part
from kindred.sources.shops.records import RefundedLine, RefundRecord

_PAISA: Final = Decimal("0.01")
_NOTHING: Final = Decimal(0)


def record(row: Mapping[str, Any], items: Mapping[str, Sequence[Part]]) -> RefundRecord:
    """A returned item; ``items``: the parts of order items by their ids, which know what was paid.

    A return tells no sum: the item's price for as many pieces as came back. Pieces that were
    cancelled are in no order any more, so their coming back takes nothing away: a courier brings
    back what was cancelled on its way. An item that Flipkart doesn't show any more came back for
    an unknown sum, and counts as none. Raises `AnswerUnusable` for what can't be read.
    """
    item_id = values.needed(row, "orderItemId")
    told = items.get(item_id, ())
    sold = _sold(row, told)
    goods = sum((orders.money(part.item)[0] for part in sold), _NOTHING)
    ship = sum((orders.money(part.item)[1] for part in sold), _NOTHING)
    ordered = sum((orders.quantity(part.item) for part in sold), _NOTHING) or Decimal(1)
    said = values.number(row.get("quantity"))
    pieces = min(said, ordered) if said is not None else ordered
    whole = pieces == ordered
    part = goods if whole else (goods * pieces / ordered).quantize(_PAISA, ROUND_HALF_EVEN)
    created = values.moment(row.get("createdDate") or row.get("orderDate"))
    changed = values.moment(
        row.get("updatedDate") or row.get("createdDate") or row.get("orderDate")
    )
    # What a courier brings back was never the buyer's: postage comes back with it.
    undelivered = "courier" in (values.text(row.get("type")) or "").lower()
    return RefundRecord(
        id=f"{values.needed(row, 'returnId')}/{item_id}",
        updated_at=changed,
        order_id=values.text(row.get("orderId"))
        or values.needed(told[0].item if told else None, "orderId"),
        refunded_at=changed if _state(row) == "done" else created,
        currency=values.CURRENCY,
        state=_state(row),
        lines=(RefundedLine(line_id=item_id, quantity=pieces, amount=part),)
        if sold or not told
        else (),
        shipping=ship if undelivered and whole and ship else None,
        reason=_reason(row),
        note=values.text(row.get("comments")),
    )


def _sold(row: Mapping[str, Any], parts: Sequence[Part]) -> list[Part]:
    """What of an item was sold, of the returned shipment if that is known: not what is cancelled.

    Where nothing of the item is left, its whole order may be cancelled, of which refunds don't
    count anyway.
    """
    shipment = values.text(row.get("shipmentId"))
    of_it = [part for part in parts if values.text(part.shipment.get("shipmentId")) == shipment]
    return [part for part in of_it or parts if not part.is_cancelled]


def _state(row: Mapping[str, Any]) -> Literal["done", "pending", "failed"]:
    """Money is back once a return is complete; a cancelled or rejected one brings none."""
    word = (values.text(row.get("status")) or "").lower()
    if "cancel" in word or "reject" in word:
        return "failed"
    return "done" if "complete" in word else "pending"


def _reason(row: Mapping[str, Any]) -> str | None:
    said = (values.text(row.get("reason")), values.text(row.get("subReason")))
    return ": ".join(part for part in said if part) or None
