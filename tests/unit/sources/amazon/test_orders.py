"""What Amazon's orders become: goods without tax, a buyer without an address."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.amazon import orders
from kindred.sources.shops.http import AnswerUnusable

D = Decimal
DE = "A1PA6795UKMFR9"


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "EUR"}


def part(kind: str, amount: str, **divided: str) -> dict[str, Any]:
    rows = [{"subtype": name, "value": euros(value)} for name, value in divided.items()]
    return {"type": kind, "subtotal": euros(amount), "detailedBreakdowns": rows}


def an_item(total: str = "20.00", *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "orderItemId": "1",
        "quantityOrdered": 2,
        "product": {
            "asin": "B000000001", "title": "Lamp", "sellerSku": "LAMP-1",
            "price": {"unitPrice": euros("10.00")},
        },
        "proceeds": {
            "proceedsTotal": euros(total),
            "breakdowns": list(parts) or [part("ITEM", "20.00")],
        },
        **more,
    }  # fmt: skip


def an_order(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "orderId": "302-1234567-7654321",
        "createdTime": "2026-03-01T10:00:00Z",
        "lastUpdatedTime": "2026-03-02T11:30:00.250Z",
        "salesChannel": {
            "channelName": "AMAZON", "marketplaceId": DE, "marketplaceName": "Amazon.de",
        },
        "buyer": {"buyerEmail": "abc123@marketplace.amazon.de", "buyerName": "Jane Doe"},
        "proceeds": {"grandTotal": euros("23.80")},
        "fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": list(items) or [an_item()],
        **more,
    }  # fmt: skip


def the_record(order: dict[str, Any]) -> orders.OrderRecord:
    made = orders.record(order)
    assert made is not None
    return made


def test_an_order_is_told_with_its_lines_and_times() -> None:
    made = the_record(an_order())
    assert (made.id, made.number, made.state, made.status) == (
        "302-1234567-7654321", "302-1234567-7654321", "placed", "SHIPPED",
    )  # fmt: skip
    assert made.ordered_at is not None
    assert made.ordered_at.isoformat() == "2026-03-01T10:00:00+00:00"
    assert made.updated_at.isoformat() == "2026-03-02T11:30:00.250000+00:00"
    assert (made.currency, made.total, made.channel) == ("EUR", D("23.80"), "Amazon.de")
    (line,) = made.lines
    assert (line.id, line.quantity, line.amount, line.product_id, line.name) == (
        "1", D(2), D("20.00"), "LAMP-1", "Lamp",
    )  # fmt: skip


def test_a_buyer_is_a_fingerprint_and_nothing_that_could_be_written_to() -> None:
    made = the_record(an_order())
    again = the_record(an_order(buyer={"buyerEmail": " ABC123@marketplace.amazon.de"}))
    assert made.person.customer_id == again.person.customer_id
    assert made.person.customer_id is not None
    assert made.person.customer_id.startswith("amazon-")
    assert (made.person.email, made.person.name, made.person.phone) == (None, None, None)
    assert "abc123" not in repr(made)
    assert "Jane" not in repr(made)


@pytest.mark.parametrize("buyer", [None, {}, {"buyerEmail": ""}, {"buyerEmail": "hidden"}])
def test_an_order_that_names_no_buyer_has_none(buyer: Any) -> None:
    assert the_record(an_order(buyer=buyer)).person.customer_id is None


@pytest.mark.parametrize(
    ("total", "parts", "goods", "tax", "shipping"),
    [
        # As in Amazon's example: goods 39.99 and tax 10.00 make 49.99.
        ("49.99", [part("ITEM", "39.99"), part("TAX", "10.00")], "39.99", "10.00", "0"),
        # The total is that of the goods: the tax is in them.
        ("119.00", [part("ITEM", "119.00"), part("TAX", "19.00")], "100.00", "19.00", "0"),
        # A discount of either sign is taken off; one that is off already isn't again.
        ("18.00", [part("ITEM", "20.00"), part("DISCOUNT", "-2.00")], "18.00", None, "0"),
        ("18.00", [part("ITEM", "20.00"), part("DISCOUNT", "2.00")], "18.00", None, "0"),
        ("20.00", [part("ITEM", "20.00"), part("DISCOUNT", "-2.00")], "20.00", None, "0"),
        # Postage isn't goods, and a discount on it is none on goods.
        ("20.00", [part("ITEM", "20.00"), part("SHIPPING", "5.00"),
                   part("DISCOUNT", "-5.00", SHIPPING="-5.00")], "20.00", None, "0.00"),
        # Tax in everything, divided by Amazon, and not divided.
        ("121.00", [part("ITEM", "110.00"), part("SHIPPING", "11.00"),
                    part("TAX", "11.00", ITEM="10.00", SHIPPING="1.00")], "100.00", "10.00",
         "10.00"),
        ("121.00", [part("ITEM", "110.00"), part("SHIPPING", "11.00"), part("TAX", "11.00")],
         "100.00", "10.00", "10.00"),
        # Nothing fits: as Amazon's examples are.
        ("1.00", [part("ITEM", "20.00"), part("TAX", "3.00")], "20.00", "3.00", "0"),
    ],
)  # fmt: skip
def test_goods_are_without_tax_and_after_discounts(
    total: str, parts: list[dict[str, Any]], goods: str, tax: str | None, shipping: str
) -> None:
    said = orders.line_money(an_item(total, *parts), "EUR")
    assert (said.goods, said.tax, said.shipping) == (
        D(goods), None if tax is None else D(tax), D(shipping),
    )  # fmt: skip


@given(
    goods=st.integers(1, 10**9), ship=st.integers(0, 10**6), tax=st.integers(1, 10**8),
    off=st.integers(0, 10**6), holds=st.booleans(),
)  # fmt: skip
def test_no_cent_is_lost_whichever_way_the_tax_is_told(
    goods: int, ship: int, tax: int, off: int, holds: bool
) -> None:
    def cents(value: int) -> str:
        return str(D(value).scaleb(-2))

    off = min(off, goods - 1)
    total = goods + ship - off + (0 if holds else tax)
    parts = [part("ITEM", cents(goods)), part("SHIPPING", cents(ship)), part("TAX", cents(tax))]
    if off:
        parts.append(part("DISCOUNT", cents(-off), ITEM=cents(-off)))
    said = orders.line_money(an_item(cents(total), *parts), "EUR")
    ship_tax = D(tax).scaleb(-2) - (said.tax or 0)
    assert said.goods + said.shipping + (said.tax or 0) + ship_tax == D(total).scaleb(-2) or (
        not holds and said.goods + said.shipping == D(goods + ship - off).scaleb(-2)
    )


def test_prices_that_hold_an_untold_tax_are_noticed() -> None:
    assert orders.holds_tax(an_order())
    taxed = an_item("23.80", part("ITEM", "20.00"), part("TAX", "3.80"))
    assert not orders.holds_tax(an_order(taxed))
    american = {"channelName": "AMAZON", "marketplaceId": "ATVPDKIKX0DER"}
    assert not orders.holds_tax(an_order(salesChannel=american))


def test_a_cancelled_order_is_cancelled_and_an_unpaid_one_a_draft() -> None:
    for status, state in (
        ("CANCELLED", "cancelled"), ("PENDING", "draft"), ("PENDING_AVAILABILITY", "draft"),
        ("UNSHIPPED", "placed"), ("PARTIALLY_SHIPPED", "placed"),
    ):  # fmt: skip
        made = the_record(an_order(fulfillment={"fulfillmentStatus": status}))
        assert made.state == state


def test_an_unpaid_order_without_sums_is_read() -> None:
    item = an_item()
    del item["proceeds"]
    del item["product"]["price"]
    made = the_record(an_order(item, fulfillment={"fulfillmentStatus": "PENDING"}, proceeds=None))
    assert (made.lines[0].amount, made.currency, made.total) == (D(0), "EUR", None)


def test_a_cancelled_item_is_no_line() -> None:
    gone = an_item(
        orderItemId="2", cancellation={"cancellationExecution": {"cancelledBy": "BUYER"}}
    )
    none = an_item(orderItemId="3", quantityOrdered=0)
    made = the_record(an_order(an_item(), gone, none))
    assert [line.id for line in made.lines] == ["1"]


@pytest.mark.parametrize(
    ("told", "pieces"),
    [
        ({"quantityFulfilled": 1, "quantityUnfulfilled": 0}, ["1"]),
        ({"quantityFulfilled": 2, "quantityUnfulfilled": 0}, ["2"]),  # as in Amazon's own example
        ({"quantityFulfilled": 0, "quantityUnfulfilled": 0}, []),
        ({"quantityFulfilled": 0, "quantityUnfulfilled": 2}, []),
        ({}, []),
    ],
)
def test_of_an_item_of_which_pieces_were_cancelled_what_was_sent_is_sold(
    told: dict[str, int], pieces: list[str]
) -> None:
    """Sums are what the seller receives, so they aren't divided."""
    cancelled = {"cancellationExecution": {"cancelledBy": "BUYER"}}
    made = the_record(an_order(an_item(cancellation=cancelled, fulfillment=told)))
    assert [(line.quantity, line.amount) for line in made.lines] == [
        (D(one), D("20.00")) for one in pieces
    ]


def test_what_amazon_only_sends_for_another_shop_is_no_sale_here() -> None:
    assert orders.record(an_order(salesChannel={"channelName": "NON_AMAZON"})) is None
    replaced = [{"orderId": "x", "associationType": "REPLACEMENT_ORIGINAL_ID"}]
    assert orders.record(an_order(associatedOrders=replaced)) is None


@pytest.mark.parametrize("name", ["orderId", "createdTime", "lastUpdatedTime"])
@pytest.mark.parametrize("value", [None, "", "yesterday", 5, []])
def test_an_order_without_what_amazon_promises_is_refused_aloud(name: str, value: Any) -> None:
    if (name, value) == ("orderId", "yesterday"):
        return
    order = copy.deepcopy(an_order())
    order[name] = value
    if name != "orderId" and value == 5:
        order[name] = "5"
    with pytest.raises(AnswerUnusable):
        orders.record(order)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1,50", "", True])
def test_a_sum_that_is_no_number_is_refused_aloud(amount: Any) -> None:
    item = an_item("1.00", {"type": "ITEM", "subtotal": {"amount": amount, "currencyCode": "EUR"}})
    with pytest.raises(AnswerUnusable):
        orders.record(an_order(item))
