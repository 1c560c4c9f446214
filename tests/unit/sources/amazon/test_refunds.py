"""What the seller's ledger says of money that went back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kindred.sources.amazon import refunds

D = Decimal
DE = "A1PA6795UKMFR9"


def money(amount: object) -> dict[str, Any]:
    return {"currencyAmount": amount, "currencyCode": "EUR"}


def leaf(name: str, amount: object, *inner: dict[str, Any]) -> dict[str, Any]:
    return {"breakdownType": name, "breakdownAmount": money(amount), "breakdowns": list(inner)}


def a_transaction(**more: Any) -> dict[str, Any]:
    breakdowns = [
        leaf("Product Charges", "-20.00", leaf("Principle", "-20.00")),
        leaf("Tax", "-4.80", leaf("OurPriceTax", "-3.80"), leaf("ShippingTax", "-1.00")),
        leaf("Shipping", "-5.00", leaf("ShippingPrincipal", "-5.00")),
        leaf("Promotion Rebates", "2.00"),
        leaf("Amazon Fees", "3.10", leaf("Commission", "3.10")),
    ]
    return {
        "transactionType": "Refund",
        "transactionId": "t-1",
        "transactionStatus": "RELEASED",
        "description": "Refund Order",
        "postedDate": "2026-03-05T10:00:00Z",
        "totalAmount": money("-24.70"),
        "relatedIdentifiers": [
            {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": "302-1-1"}
        ],
        "marketplaceDetails": {"marketplaceId": DE},
        "items": [
            {
                "breakdowns": breakdowns,
                "contexts": [{"contextType": "ProductContext", "quantityShipped": 2}],
            }
        ],
        **more,
    }


def test_goods_tax_and_postage_are_told_apart_and_fees_are_the_sellers_own() -> None:
    made = refunds.record(a_transaction(), [DE], "EUR")
    assert made is not None
    (line,) = made.lines
    assert (line.amount, line.tax, line.quantity) == (D("18.00"), D("4.80"), D(2))
    assert (made.shipping, made.other, made.order_id, made.state) == (
        D("5.00"), D(0), "302-1-1", "done",
    )  # fmt: skip


def test_a_refund_that_amazon_holds_back_counts_once_it_is_let_go() -> None:
    held = refunds.record(a_transaction(transactionStatus="DEFERRED"), [DE], "EUR")
    let_go = refunds.record(
        a_transaction(
            transactionId="t-2",
            relatedIdentifiers=[
                {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": "302-1-1"},
                {
                    "relatedIdentifierName": "DEFERRED_TRANSACTION_ID",
                    "relatedIdentifierValue": "t-1",
                },
            ],
        ),
        [DE],
        "EUR",
    )
    assert held is not None
    assert let_go is not None
    assert (held.id, held.state) == ("t-1", "pending")
    assert (let_go.id, let_go.state) == ("t-1", "done")


def test_what_amazon_doesnt_divide_is_the_whole_sum() -> None:
    made = refunds.record(a_transaction(items=[{"breakdowns": None}]), [DE], "EUR")
    assert made is not None
    assert (made.lines, made.other) == ((), D("24.70"))


def test_other_transactions_places_and_currencies_are_no_refunds_here() -> None:
    assert refunds.record(a_transaction(transactionType="Shipment"), [DE], "EUR") is None
    assert refunds.record(a_transaction(), ["A1F83G8C2ARO7P"], "EUR") is None
    assert refunds.record(a_transaction(), [DE], "GBP") is None
    assert refunds.record(a_transaction(relatedIdentifiers=[]), [DE], "EUR") is None
