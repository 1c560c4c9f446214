"""Money that went back, from the seller's ledger: Amazon's orders don't tell of it.

A transaction that Amazon holds back is listed as deferred and, once let go, again with the id of
the deferred one, which is how both are one refund here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from kindred.sources.amazon import values
from kindred.sources.shops.records import RefundedLine, RefundRecord

_NOTHING: Final = Decimal(0)
_Part = Literal["goods", "tax", "shipping", "fee", "other"]


def record(
    transaction: Mapping[str, Any], places: Collection[str], currency: str
) -> RefundRecord | None:
    """A refund in one of the marketplaces ``places``; None for every other transaction.

    Raises `AnswerUnusable` for what can't be read.
    """
    if values.text(transaction.get("transactionType")) != "Refund":
        return None
    total = transaction.get("totalAmount")
    if _place(transaction) not in places or values.currency(total) != currency:
        return None
    related = _related(transaction)
    order_id = related.get("ORDER_ID")
    if order_id is None:
        return None
    posted = values.moment(transaction.get("postedDate"))
    divided = [(item, _sums(item)) for item in transaction.get("items") or ()]
    known = [(item, sums) for item, sums in divided if sums.get("goods")]
    shipping = sum((sums.get("shipping", _NOTHING) for _, sums in divided), _NOTHING)
    deferred = related.get("DEFERRED_TRANSACTION_ID")
    return RefundRecord(
        id=deferred or values.needed(transaction, "transactionId"),
        updated_at=posted,
        order_id=order_id,
        refunded_at=posted,
        currency=currency,
        state="pending" if transaction.get("transactionStatus") == "DEFERRED" else "done",
        lines=tuple(_line(item, sums) for item, sums in known),
        # Where nothing is divided, what the seller's balance lost is all that is known.
        other=_NOTHING if known or shipping else abs(values.amount(total) or _NOTHING),
        shipping=shipping or None,
        reason=values.text(transaction.get("description")),
    )


def _line(item: Mapping[str, Any], sums: Mapping[_Part, Decimal]) -> RefundedLine:
    return RefundedLine(
        line_id=None,  # the ledger knows products, not lines of orders
        quantity=_quantity(item),
        amount=sums["goods"],
        tax=sums.get("tax"),
    )


def _quantity(item: Mapping[str, Any]) -> Decimal:
    for context in item.get("contexts") or ():
        if isinstance(context, dict) and context.get("quantityShipped") is not None:
            return abs(values.number(context["quantityShipped"]))
    return Decimal(1)


def _sums(item: Mapping[str, Any]) -> dict[_Part, Decimal]:
    """What went back for an item, by what it was for, positive; fees that came back are left out.

    A reversed discount lessens the goods. Sums have the seller's sign: what goes back is negative.
    """
    found: dict[_Part, Decimal] = {}
    for part, value in _leaves(item.get("breakdowns"), ""):
        found[part] = found.get(part, _NOTHING) - value
    return found


def _leaves(rows: Any, above: str) -> Iterator[tuple[_Part, Decimal]]:
    for row in rows or ():
        if not isinstance(row, dict):
            continue
        name = f"{above}/{row.get('breakdownType')}".lower().replace(" ", "")
        if row.get("breakdowns"):
            yield from _leaves(row["breakdowns"], name)
        elif (value := values.amount(row.get("breakdownAmount"))) is not None:
            yield _part(name), value


def _part(name: str) -> _Part:
    """What a breakdown is about, by its names from the outermost in."""
    words: tuple[tuple[str, _Part], ...] = (
        ("fee", "fee"), ("commission", "fee"), ("withheld", "fee"), ("facilitator", "fee"),
        ("tax", "tax"), ("shipping", "shipping"), ("promo", "goods"), ("productcharges", "goods"),
        ("princip", "goods"),
    )  # fmt: skip
    return next((part for word, part in words if word in name), "other")


def _place(transaction: Mapping[str, Any]) -> str | None:
    for name in ("marketplaceDetails", "sellingPartnerMetadata"):
        found = values.text((transaction.get(name) or {}).get("marketplaceId"))
        if found:
            return found
    return None


def _related(transaction: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(row.get("relatedIdentifierName")): str(row.get("relatedIdentifierValue"))
        for row in transaction.get("relatedIdentifiers") or ()
        if isinstance(row, dict) and row.get("relatedIdentifierValue")
    }
