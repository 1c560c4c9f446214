"""A made-up seller, read over HTTP: named after what happens to the merchant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.flipkart import asking
from kindred.sources.flipkart.platform import Flipkart
from kindred.sources.shops.http import AnswerUnusable, Throttled
from kindred.sources.shops.records import OrderRecord, Person, ProductRecord, RefundRecord
from shops.flipkart import document
from shops.flipkart import shop as made_up
from shops.flipkart.seller import Seller, connected
from shops.loopback import Loopback, Reply


def orders(seller: Seller) -> dict[str, OrderRecord]:
    return {r.id: r for r in seller.records("orders") if isinstance(r, OrderRecord)}


def test_every_shipment_arrives_and_those_of_one_order_are_one_order(seller: Seller) -> None:
    pages = seller.pages("orders")
    assert sum(page.objects for page in pages) == len(seller.shop.shipments)
    made = orders(seller)
    assert len(made) == 120
    for order_id, record in made.items():
        items = [
            item
            for shipment in seller.shop.shipments
            for item in shipment["orderItems"]
            if item["orderId"] == order_id
        ]
        live = [i for i in items if i["status"] != "CANCELLED"] or items
        assert [line.id for line in record.lines] == [item["orderItemId"] for item in live]
        assert record.total == sum(Decimal(i["priceComponents"]["totalPrice"]) for i in live)
        assert record.total == sum(line.amount for line in record.lines) + (record.shipping or 0)
        assert record.state == ("placed" if live[0]["status"] != "CANCELLED" else "cancelled")
        assert (record.currency, record.person) == ("INR", Person())


def test_all_three_lists_are_read_with_every_state_that_flipkart_has(seller: Seller) -> None:
    seller.pages("orders")
    asked = [r.json()["filter"] for r in seller.server.requests
             if r.method == "POST" and r.path.endswith("/filter")]  # fmt: skip
    assert [one["type"] for one in asked] == ["preDispatch", "postDispatch", "cancelled"]
    states = [state for one in asked for state in one["states"]]
    assert len(states) == len(set(states)) == 12
    assert len({tuple(one["modifiedDate"].items()) for one in asked}) == 1


def test_an_unchanged_shop_gives_the_same_again(seller: Seller) -> None:
    window = seller.window()
    for name in ("orders", "returns", "products"):
        assert seller.pages(name, window) == seller.pages(name, window)


def test_a_shipment_that_moves_on_while_being_listed_isnt_lost(seller: Seller) -> None:
    """From what waits to what was sent: it is in the later list, or in the next window."""
    moving = next(s for s in seller.shop.shipments if s["orderItems"][0]["status"] == "APPROVED")
    token: str | None = None
    found: list[Any] = []
    window = seller.window()
    while True:
        page = seller.flipkart.fetch(
            seller.connection, seller.client, seller.stream("orders"), window, token
        )
        found += page.records
        moving["orderItems"][0]["status"] = "SHIPPED"
        token = page.next
        if token is None:
            break
    order_id = moving["orderItems"][0]["orderId"]
    assert order_id in {record.id for record in found}
    moving["updatedAt"] = made_up.iso(seller.shop.now - timedelta(minutes=1))
    seller.shop.now += timedelta(hours=1)
    (again,) = seller.records("orders", seller.window(days=0.1))
    assert again.id == order_id


@pytest.mark.parametrize("absolute", [False, True])
def test_next_pages_are_followed_as_they_are_given(seller: Seller, absolute: bool) -> None:
    seller.shop.absolute = absolute
    assert len(orders(seller)) == 120


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/sellers/v3/shipments/filter?next_token=x",
        "//evil.example.com/v3/shipments/filter",
        "/oauth-service/oauth/token",
        "/v3/shipments/filter/../../labels",
        "http://127.0.0.1:1/v3/shipments/filter",
        "@evil.example.com/v3/shipments/filter",
        "/v3/shipments/filter?x=\r\nHost: evil",
    ],
)
def test_a_next_page_elsewhere_never_gets_our_token(seller: Seller, url: str) -> None:
    seller.shop.next_page = url
    with pytest.raises(AnswerUnusable):
        seller.pages("orders")
    assert {r.path for r in seller.server.requests} <= {
        "/oauth-service/oauth/token", "/sellers/v3/shipments/filter", "/sellers/v3/shipments",
    }  # fmt: skip


def test_the_same_page_again_is_noticed_and_doesnt_go_on_for_ever(seller: Seller) -> None:
    seller.shop.absolute = True
    kept = seller.shop._filter

    def again(request: Any) -> Reply:
        reply = kept(request)
        if request.method == "GET":
            query = "&".join(f"{k}={made_up.quote(v, safe='')}" for k, v in request.query.items())
            reply.body["nextPageUrl"] = f"/v3/shipments/filter?{query}"
            reply.body["hasMore"] = True
        return reply

    seller.shop._filter = again  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable, match="same page"):
        seller.pages("orders")


def test_returns_tell_why_and_in_the_buyers_words(seller: Seller) -> None:
    made = [r for r in seller.records("returns") if isinstance(r, RefundRecord)]
    assert len(made) == len(seller.shop.returns) > 5
    told = {row["returnId"]: row for row in seller.shop.returns}
    states = {"RETURN_COMPLETED": "done", "RETURN_CREATED": "pending", "RETURN_CANCELLED": "failed"}
    for refund in made:
        row = told[refund.id.split("/")[0]]
        assert (refund.state, refund.order_id) == (states[row["status"]], row["orderId"])
        assert refund.reason == "DEFECTIVE_PRODUCT: STOPPED_WORKING"
        assert refund.note == row["comments"]
        assert row["comments"] not in repr(refund)
        line = next(
            line for line in orders(seller)[refund.order_id].lines if line.id == row["orderItemId"]
        )
        assert refund.lines[0].line_id == line.id
        assert refund.lines[0].amount == (line.amount / line.quantity).quantize(Decimal("0.01"))
        break
    one = made[0]
    assert seller.read("returns", one.id) == [one]


def test_products_are_found_by_two_questions_and_the_filters_odd_name(seller: Seller) -> None:
    made = {r.id: r for r in seller.records("products") if isinstance(r, ProductRecord)}
    assert len(made) == 33
    one = made["SKU 007"]
    assert (one.price, one.stock, one.currency, one.is_active) == (
        Decimal(1007), Decimal(7), "INR", True,
    )  # fmt: skip
    assert not made["SKU 008"].is_active
    seller.shop.filter_name = "listing_status"  # as when Flipkart spells it right one day
    assert {r.id for r in seller.records("products")} == set(made)
    (gone,) = seller.read("products", "../SKU,1")
    assert gone.is_deleted
    assert seller.server.requests[-1].path.endswith("/v3/..%2FSKU%2C1")
    with pytest.raises(InvalidInput):
        seller.read("products", "..")
    sold = {line.product_id for record in orders(seller).values() for line in record.lines}
    assert sold <= set(made)


def test_flipkarts_waiting_is_obeyed_and_nothing_is_lost(seller: Seller) -> None:
    seller.shop.refuse_next = 1
    with pytest.raises(Throttled) as found:
        seller.pages("orders")
    assert (found.value.seconds, seller.paces.refused) == (7, [("rest", 7)])
    assert len(orders(seller)) == 120
    assert seller.paces.learnt == {"rest": (2, 2)}


def test_an_order_is_read_by_its_id_or_by_a_shipment_of_it(seller: Seller) -> None:
    listed = orders(seller)["OD0000004"]
    assert seller.read("orders", "OD0000004") == [listed]
    assert seller.read("orders", "shipment:shipment-00004-0") == [listed]
    assert seller.read("orders", "OD9999999") == []
    assert seller.read("orders", "shipment:nobody") == []


def test_a_token_of_sixty_days_is_asked_for_by_the_apps_keys(seller: Seller) -> None:
    assert seller.flipkart.renew(seller.connection, seller.client, now=seller.shop.now) is None
    values = seller.connection.credentials.values
    assert seller.connection.credentials.expires_at == seller.shop.now + timedelta(days=60)
    assert values["access_token"] not in repr(seller.connection)
    seller.shop.now += timedelta(days=61)
    with pytest.raises(Unavailable) as found:
        seller.pages("orders")
    assert found.value.code == "shop-token-ended"
    assert len(orders(seller.renewed())) == 120


def test_a_sellers_consent_is_a_code_once_and_a_refresh_token_after(shop: made_up.Shop) -> None:
    with Loopback(shop.answer) as server:
        seller = connected(
            shop, server, code=made_up.CODE, redirect_uri="https://app.example.com/back",
            seller_id="seller-1",
        ).renewed()  # fmt: skip
        values = seller.connection.credentials.values
        assert (seller.connection.shop, "code" in values) == ("seller-1", False)
        assert values["refresh_token"] == made_up.REFRESH
        shop.now += timedelta(days=61)
        assert len(orders(seller.renewed())) == 120
        lost = {name: value for name, value in values.items() if "token" not in name}
        old = replace(seller.connection.credentials, values=lost)
        with pytest.raises(InvalidInput) as found:
            seller.flipkart.renew(
                replace(seller.connection, credentials=old), seller.client, now=shop.now
            )
        assert found.value.code == "access-ended"


def test_keys_that_flipkart_refuses_say_to_connect_again(shop: made_up.Shop) -> None:
    with Loopback(shop.answer) as server:
        seller = connected(shop, server, app_secret="another-secret")
        with pytest.raises(InvalidInput) as found:
            seller.renewed()
        assert found.value.code == "access-ended"
        assert "another-secret" not in str(found.value.as_dict())


def test_connecting_says_what_will_come_and_that_nobody_is_named(seller: Seller) -> None:
    probe = seller.flipkart.probe(seller.connection, seller.client, now=seller.shop.now)
    assert (probe.currency, probe.zone) == ("INR", "Asia/Kolkata")
    assert {name: one.state for name, one in probe.capabilities.items()} == {
        "customers": "none", "orders": "partial", "products": "partial", "abandoned": "none",
        "reviews": "partial", "messages": "none", "browsing": "none", "webhooks": "partial",
        "discounts": "none",
    }  # fmt: skip
    assert all(one.reason and one.instead for one in probe.capabilities.values())
    assert "GST" in probe.capabilities["orders"].reason


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("app_id", "", "flipkart-keys"),
        ("app_id", "an id with spaces", "flipkart-keys"),
        ("app_secret", "", "flipkart-keys"),
        ("code", "abc", "flipkart-redirect"),
        ("base", "http://127.0.0.1:9", "invalid-input"),
    ],
)
def test_what_is_missing_or_wrong_is_named(name: str, value: str, code: str) -> None:
    keys = {"app_id": made_up.APP, "app_secret": made_up.SECRET}
    with pytest.raises(InvalidInput) as found:
        Flipkart().accept(None, keys | {name: value}, local=False)
    assert (found.value.code, bool(found.value.hint)) == (code, True)


def test_the_fixed_host_cant_be_changed_but_for_tests(seller: Seller) -> None:
    outside = replace(seller.client, local=False)
    assert asking.host(seller.connection, outside) == "https://api.flipkart.net"


def test_an_address_or_keys_of_flipkarts_are_recognised_without_asking_anybody() -> None:
    flipkart = Flipkart()
    for url in ("https://seller.flipkart.com", "flipkart.com", "https://api.flipkart.net/x"):
        assert flipkart.recognise(url, {})
    for url in ("https://flipkart.example.com", "notflipkart.com", None):
        assert not flipkart.recognise(url, {})
    assert flipkart.recognise(None, {"app_id": "x", "app_secret": "y"})


@pytest.mark.parametrize(
    "body",
    [[], {}, {"shipments": None}, {"shipments": ["x"]}, {"shipments": [{"orderItems": "x"}]},
     {"shipments": [{"orderItems": [{}]}]},
     {"shipments": [{"orderItems": [{"orderId": "OD1", "orderItemId": "1", "orderDate":
                                     "2026-01-01", "priceComponents": "x"}]}]}],
)  # fmt: skip
def test_a_list_that_isnt_there_is_no_empty_list(seller: Seller, body: Any) -> None:
    seller.shop._filter = lambda _: Reply(200, body)  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable):
        seller.pages("orders")


def test_a_web_page_at_200_is_no_empty_list(seller: Seller) -> None:
    page = Reply(200, b"<html>Maintenance</html>", {"Content-Type": "text/html"})
    seller.shop._filter = lambda _: page  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable, match="text/html"):
        seller.pages("orders")


@pytest.mark.skipif(
    document.path() is None, reason="KINDRED_SPECS names no folder with Flipkart's document"
)
def test_every_request_of_a_sync_is_one_that_flipkarts_document_has(shop: made_up.Shop) -> None:
    known = document.Document()
    wrong: list[str] = []

    def check(request: Any, reply: Reply) -> None:
        try:
            known.check(request, reply)
        except Exception as err:  # noqa: BLE001 — it is told where the test sees it
            wrong.append(f"{request.method} {request.path}: {err}")

    shop.check = check
    with Loopback(shop.answer) as server:
        seller = connected(shop, server).renewed()
        seller.flipkart.probe(seller.connection, seller.client, now=shop.now)
        for name in ("orders", "returns", "products"):
            seller.pages(name)
        seller.read("orders", "OD0000004")
        seller.read("orders", "shipment:shipment-00004-0")
        seller.read("returns", str(shop.returns[0]["returnId"]))
        seller.read("products", "SKU 001")
    assert wrong == []
    assert known.used == {
        "searchPreDispatchShipmentPost", "searchPreDispatchShipmentGet", "getReturns",
        "getShipmentDetailsByInternalId", "listingSearch", "getListings",
    }  # fmt: skip
