"""What Flipkart's shipments and returns become."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.flipkart import asking, orders, returns, values
from kindred.sources.shops.http import AnswerUnusable, Client
from kindred.sources.shops.platform import Connection, Credentials
from kindred.sources.shops.records import RefundRecord
from shop_records import merge_told
from shops.loopback import Noted

D = Decimal


def an_item(quantity: int = 1, **prices: object) -> dict[str, Any]:
    said = {"sellingPrice": 295.0, "totalPrice": 295.0, "shippingCharge": 0.0} | prices
    return {
        "orderItemId": "11", "orderId": "OD1", "orderDate": "2026-04-06T18:15:57.000+05:30",
        "status": "APPROVED", "quantity": quantity, "sku": "LKA", "title": "Journal",
        "priceComponents": said,
    }  # fmt: skip


def a_shipment(
    *items: dict[str, Any], at: str = "2026-04-07T10:00:00.000+05:30", id_: str = "s1"
) -> dict[str, Any]:
    return {"shipmentId": id_, "updatedAt": at, "orderItems": list(items)}


def refund(row: dict[str, Any], *shipments: dict[str, Any]) -> RefundRecord:
    """What a return becomes, where these shipments are told of its item."""
    items: dict[str, list[orders.Part]] = {}
    for part in orders.parts_of(shipments):
        items.setdefault(part.item_id, []).append(part)
    return returns.record(row, items)


@pytest.mark.parametrize(
    ("item", "goods", "shipping"),
    [
        (an_item(), "295", "0"),
        # Prices of one piece, postage of one piece, of the parcel, and outside the total.
        (an_item(3, sellingPrice="100", shippingCharge="40", totalPrice="420"), "300", "120"),
        (an_item(3, sellingPrice="100", shippingCharge="40", totalPrice="340"), "300", "40"),
        (an_item(3, sellingPrice="100", shippingCharge="0", totalPrice="300"), "300", "0"),
        # A price of all pieces.
        (an_item(3, sellingPrice="300", shippingCharge="40", totalPrice="340"), "300", "40"),
        # Nothing fits: a price is of one piece.
        (an_item(2, sellingPrice="100", shippingCharge="7", totalPrice="1"), "200", "7"),
        (an_item(2, sellingPrice=None, shippingCharge="7", totalPrice="57"), "50", "7"),
        (an_item() | {"is_replacement": True}, "0", "0"),
    ],
)
def test_goods_are_told_from_postage_by_flipkarts_total(
    item: dict[str, Any], goods: str, shipping: str
) -> None:
    assert orders.money(item) == (D(goods), D(shipping))


def test_what_flipkart_takes_off_for_the_buyer_the_seller_still_gets() -> None:
    item = an_item(customerPrice="250", flipkartDiscount="45")
    assert orders.money(item) == (D("295"), D("0"))


def test_items_of_two_parcels_are_one_order_as_it_last_changed() -> None:
    one = a_shipment(an_item())
    two = a_shipment(an_item() | {"orderItemId": "12"}, at="2026-04-09T10:00:00.000+05:30")
    made = orders.record("OD1", [one, two])
    assert [line.id for line in made.lines] == ["11", "12"]
    assert made.updated_at.isoformat() == "2026-04-09T04:30:00+00:00"
    assert made.ordered_at is not None
    assert made.ordered_at.isoformat() == "2026-04-06T12:45:57+00:00"


def test_a_cancelled_item_is_no_line_and_an_order_of_them_is_cancelled() -> None:
    gone = an_item() | {"orderItemId": "12", "status": "CANCELLED"}
    made = orders.record("OD1", [a_shipment(an_item(), gone)])
    assert ([line.id for line in made.lines], made.state) == (["11"], "placed")
    made = orders.record("OD1", [a_shipment(gone)])
    assert (made.state, made.status) == ("cancelled", "CANCELLED")


def test_names_and_numbers_of_buyers_are_left_behind() -> None:
    buyer = {"firstName": "Asha", "lastName": "Rao", "contactNumber": "9876543210"}
    shipment = a_shipment(an_item() | {"buyerDetails": buyer}) | {"buyerDetails": buyer}
    assert "Asha" not in repr(orders.record("OD1", [shipment]))


def a_return(**more: Any) -> dict[str, Any]:
    return {
        "returnId": "R1", "orderItemId": "11", "orderId": "OD1", "quantity": 1,
        "createdDate": "2026-04-10T10:00:00+05:30", "updatedDate": "2026-04-12T10:00:00",
        "status": "RETURN_COMPLETED", "type": "customer_return", "reason": "SIZE",
        "comments": "Too small for me",
    } | more  # fmt: skip


@given(
    price=st.integers(1, 10**8), pieces=st.integers(1, 50), back=st.integers(1, 50),
)  # fmt: skip
def test_pieces_that_come_back_bring_back_their_share_and_all_of_them_all(
    price: int, pieces: int, back: int
) -> None:
    total = D(price).scaleb(-2)
    item = an_item(pieces, sellingPrice=str(total), totalPrice=str(total))
    made = refund(a_return(quantity=back), a_shipment(item))
    goods, _ = orders.money(item)
    (line,) = made.lines
    assert line.amount <= goods
    if back >= pieces:
        assert line.amount == goods
    else:
        assert abs(line.amount - goods * back / pieces) <= D("0.005")


def test_a_return_has_its_reason_and_counts_when_it_is_complete() -> None:
    made = refund(a_return(), a_shipment(an_item()))
    assert (made.id, made.state, made.reason, made.note) == (
        "R1/11", "done", "SIZE", "Too small for me",
    )  # fmt: skip
    assert made.refunded_at is not None
    assert made.refunded_at.isoformat() == "2026-04-12T04:30:00+00:00"  # no zone: India's
    for status, state in (("RETURN_CANCELLED", "failed"), ("rejected", "failed"),
                          ("in_transit", "pending"), (None, "pending")):  # fmt: skip
        assert refund(a_return(status=status), a_shipment(an_item())).state == state


def test_a_parcel_that_nobody_took_brings_its_postage_back() -> None:
    item = an_item(shippingCharge="40", totalPrice="335")
    courier = refund(a_return(type="courier_return"), a_shipment(item))
    customer = refund(a_return(), a_shipment(item))
    assert (courier.shipping, customer.shipping) == (D("40"), None)


def test_a_return_of_what_flipkart_shows_no_more_is_of_no_sum() -> None:
    made = refund(a_return())
    assert (made.lines[0].amount, made.order_id) == (D(0), "OD1")


# Orders of which a part is cancelled ---------------------------------------------------------

#: Two things of an order, 100 and 50: what becomes of each, and what the order comes to.
COMBINATIONS = [
    ("kept", "kept", "150"),
    ("kept", "cancelled", "100"),
    ("kept", "returned", "100"),
    ("kept", "cancelled and brought back", "100"),
    ("cancelled", "returned", "0"),
    ("returned", "returned", "0"),
    ("returned", "cancelled and brought back", "0"),
    ("cancelled", "cancelled", "0"),
    ("cancelled", "cancelled and brought back", "0"),
    ("cancelled and brought back", "cancelled and brought back", "0"),
]


def sum_of(shipments: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Decimal:
    """What an order comes to in the tables, with all its returns."""
    refunds = [refund(row, *shipments) for row in rows]
    tables = merge_told([[orders.record("OD1", shipments)], refunds], currency="INR")
    found = sum((row["amount"] for row in tables["orders"]), D(0))
    return found + sum((row["shipping"] or D(0) for row in tables["orders"]), D(0))


@pytest.mark.parametrize("is_one_shipment", [True, False], ids=["together", "apart"])
@pytest.mark.parametrize(("first", "second", "left"), COMBINATIONS)
def test_what_was_cancelled_and_what_came_back_is_subtracted_once(
    first: str, second: str, left: str, is_one_shipment: bool
) -> None:
    items, rows = [], []
    for item_id, price, fate in (("11", "100", first), ("12", "50", second)):
        item = an_item(sellingPrice=price, totalPrice=price) | {"orderItemId": item_id}
        item["status"] = "CANCELLED" if "cancelled" in fate else "DELIVERED"
        items.append(item)
        shipment = "s1" if is_one_shipment else f"s{item_id}"
        kind = "courier_return" if "cancelled" in fate else "customer_return"
        if fate not in ("kept", "cancelled"):
            rows.append(
                a_return(
                    returnId=f"R{item_id}", orderItemId=item_id, type=kind, shipmentId=shipment
                )
            )
    shipments = (
        [a_shipment(*items)]
        if is_one_shipment
        else [a_shipment(item, id_=f"s{item['orderItemId']}") for item in items]
    )
    assert sum_of(shipments, rows) == D(left)


@pytest.mark.parametrize(
    ("returned", "left"),
    [
        ([], "200"),
        ([{"quantity": 1, "shipmentId": "s1"}], "100"),
        ([{"quantity": 2, "shipmentId": "s1"}], "0"),
        ([{"quantity": 1, "shipmentId": "s2", "type": "courier_return"}], "200"),
        ([{"quantity": 1, "shipmentId": "s1"},
          {"quantity": 1, "shipmentId": "s2", "type": "courier_return"}], "100"),
        ([{"quantity": 1}], "100"),  # a return that doesn't say of which shipment
        ([{"quantity": 3}], "0"),
    ],
)  # fmt: skip
def test_pieces_of_one_item_that_were_cancelled_are_neither_sold_nor_taken_back(
    returned: list[dict[str, Any]], left: str
) -> None:
    def pieces(quantity: int, status: str) -> dict[str, Any]:
        said = {"sellingPrice": "100", "totalPrice": str(100 * quantity)}
        return an_item(quantity, **said) | {"status": status}

    kept = a_shipment(pieces(2, "DELIVERED"), id_="s1")
    gone = a_shipment(pieces(1, "CANCELLED"), id_="s2")
    rows = [a_return(**({"returnId": f"R{n}"} | more)) for n, more in enumerate(returned)]
    for shipments in ([kept, gone], [gone, kept]):
        made = orders.record("OD1", shipments)
        assert [(line.quantity, line.amount) for line in made.lines] == [(D(2), D(200))]
        assert sum_of(shipments, rows) == D(left)


def test_pieces_of_one_item_that_are_sent_apart_are_one_line() -> None:
    first = a_shipment(an_item(2, sellingPrice="100", totalPrice="200"), id_="s1")
    second = a_shipment(an_item(1, sellingPrice="100", totalPrice="100"), id_="s2")
    made = orders.record("OD1", [first, second, second])  # a page may tell a shipment twice
    assert [(line.id, line.quantity, line.amount) for line in made.lines] == [("11", D(3), D(300))]
    assert made.total == D(300)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1,50", True, [], {}])
def test_a_sum_that_is_no_number_is_refused_aloud(value: Any) -> None:
    with pytest.raises(AnswerUnusable):
        values.number(value)


@pytest.mark.parametrize("value", [None, "", "soon", 5, [], "2026-13-01"])
def test_a_time_that_is_none_is_refused_aloud(value: Any) -> None:
    with pytest.raises(AnswerUnusable):
        values.moment(value)


@given(url=st.text(max_size=60))
def test_a_next_page_is_flipkarts_own_or_refused(url: str) -> None:
    connection = Connection("flipkart", "app", Credentials("client_credentials", {}))
    client = Client(Noted())
    for said in (url, f"/v3/shipments/filter{url}", f"https://api.flipkart.net{url}"):
        try:
            path = asking.following(connection, client, said)
        except AnswerUnusable:
            continue
        assert path.split("?")[0] in ("/sellers/v3/shipments/filter", "/sellers/v2/returns")
        assert path.isprintable()
