"""Shopify's refunds as records: a ledger of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final, Literal

from kindred.sources.shopify.values import ZERO, decimal, money, number_of, sum_of, time_of
from kindred.sources.shops.money import UNIT, split
from kindred.sources.shops.records import RefundedLine, RefundRecord

#: Shopify counts these as money that is on its way, not gone.
_PENDING: Final = frozenset({"PENDING", "AWAITING_RESPONSE", "UNKNOWN"})


def refund_record(node: Mapping[str, Any]) -> RefundRecord:
    """Money that went back. What Shopify calls a discrepancy changes what the lines say.

    A discrepancy is the calculated refund less the one made: negative where more was given back
    (so it is ``other``), positive where less was, which lines share by what they came to.
    """
    order = node.get("order") or {}
    with_tax = bool(order.get("taxesIncluded"))
    lines = [
        _refunded_line(line, with_tax)
        for line in node["refundLineItems"]["nodes"]
        if not (line.get("lineItem") or {}).get("isGiftCard")
    ]
    adjustments = node["orderAdjustments"]["nodes"]
    other = -sum(
        (
            money(a.get("amountSet")) or ZERO
            for a in adjustments
            if a.get("reason") != "PENDING_REFUND_DISCREPANCY"
        ),
        ZERO,
    )
    shipping = _refunded_shipping(node["refundShippingLines"]["nodes"], with_tax)
    if other < 0:
        (lines, shipping), other = _less(lines, shipping, -other), ZERO
    reasons = [str(a["reason"]).lower() for a in adjustments if a.get("reason")]
    return RefundRecord(
        id=number_of(node.get("id")),
        updated_at=time_of(node.get("updatedAt")),
        order_id=number_of(order.get("id")),
        refunded_at=time_of(node.get("processedAt") or node.get("createdAt")),
        currency=order.get("currencyCode"),
        state=_refund_state(node["transactions"]["nodes"]),
        lines=tuple(lines),
        other=other,
        shipping=shipping.net,
        reason=reasons[0] if reasons else None,
        note=node.get("note") or None,
    )


def _refunded_line(node: Mapping[str, Any], with_tax: bool) -> RefundedLine:
    tax = money(node.get("totalTaxSet")) or ZERO
    amount = (money(node.get("subtotalSet")) or ZERO) - (tax if with_tax else ZERO)
    item = node.get("lineItem") or {}
    return RefundedLine(
        line_id=number_of(item["id"]) if item.get("id") else None,
        quantity=decimal(node.get("quantity")) or ZERO,
        amount=amount,
        tax=tax,
    )


def _less(
    lines: Sequence[RefundedLine], shipping: _Shipping, kept: Decimal
) -> tuple[list[RefundedLine], _Shipping]:
    """Both with ``kept`` taken off, which is money and so has tax in it: first off the lines."""
    weights = [max(line.amount + (line.tax or ZERO), ZERO) for line in lines]
    of_lines = min(kept, sum(weights, ZERO))
    shared = []
    for line, share, gross in zip(lines, split(of_lines, weights), weights, strict=True):
        net = (share * line.amount / gross).quantize(UNIT, ROUND_HALF_EVEN) if gross else ZERO
        tax = None if line.tax is None else line.tax - (share - net)
        shared.append(replace(line, amount=line.amount - net, tax=tax))
    return shared, shipping.less(kept - of_lines)


def _refund_state(
    transactions: Sequence[Mapping[str, Any]],
) -> Literal["done", "pending", "failed"]:
    """Goods taken out of an order without money are done too: there is no transaction."""
    states = {transaction.get("status") for transaction in transactions}
    if states & _PENDING:
        return "pending"
    return "done" if not states or "SUCCESS" in states else "failed"


@dataclass(frozen=True)
class _Shipping:
    """Shipping that went back, without tax, and ``gross`` as money."""

    net: Decimal = ZERO
    gross: Decimal = ZERO

    def less(self, kept: Decimal) -> _Shipping:
        left = max(self.gross - kept, ZERO)
        if not kept or not self.gross:
            return self
        return _Shipping((self.net * left / self.gross).quantize(UNIT, ROUND_HALF_EVEN), left)


def _refunded_shipping(nodes: Sequence[Mapping[str, Any]], with_tax: bool) -> _Shipping:
    told, tax = sum_of(nodes, "subtotalAmountSet"), sum_of(nodes, "taxAmountSet")
    return _Shipping(told - tax, told) if with_tax else _Shipping(told, told + tax)
