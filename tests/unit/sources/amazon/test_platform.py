"""A made-up seller, read over HTTP: named after what happens to the merchant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.errors import InvalidInput, NotAllowed, Unavailable
from kindred.sources.amazon import asking, marketplaces, probing
from kindred.sources.amazon.platform import Amazon
from kindred.sources.shops.http import AnswerUnusable, Throttled
from kindred.sources.shops.platform import Delivery, Window
from kindred.sources.shops.records import OrderRecord, ProductRecord, RefundRecord
from shops.amazon import shop as made_up
from shops.amazon.seller import Seller, connected
from shops.loopback import Loopback, Reply


def test_every_order_of_two_years_arrives_once_and_the_sums_are_amazons(seller: Seller) -> None:
    pages = seller.pages("orders")
    assert sum(page.objects for page in pages) == 250
    made = {r.id: r for page in pages for r in page.records if isinstance(r, OrderRecord)}
    assert len(made) == 250
    told = {order["orderId"]: order for order in seller.shop.orders}
    for order_id, record in made.items():
        assert record.total == Decimal(told[order_id]["proceeds"]["grandTotal"]["amount"])
        assert sum(line.amount + (line.tax or 0) for line in record.lines) == record.total
        assert record.currency == "EUR"
    states = [record.state for record in made.values()]
    assert {states.count(state) > 0 for state in ("placed", "cancelled", "draft")} == {True}


def test_the_same_page_is_the_same_records(seller: Seller) -> None:
    window = seller.window()
    assert seller.pages("orders", window) == seller.pages("orders", window)


def test_only_the_window_is_asked_for_and_in_utc_to_the_millisecond(seller: Seller) -> None:
    end = datetime(2026, 11, 20, 11, 0, 0, 123_456, tzinfo=UTC)
    seller.pages("orders", Window(end - timedelta(hours=1), end))
    query = seller.server.requests[-1].query
    assert query["lastUpdatedAfter"] == "2026-11-20T10:00:00.123Z"
    assert query["lastUpdatedBefore"] == "2026-11-20T11:00:00.123Z"
    assert not {"createdAfter", "createdBefore"} & set(query)


def test_an_end_that_amazon_calls_too_new_is_never_asked_for() -> None:
    for stream in Amazon.streams:
        assert stream.lag > timedelta(minutes=2)


def test_an_order_that_changes_arrives_with_the_next_window(seller: Seller) -> None:
    before = seller.records("orders")
    order = seller.shop.orders[3]
    order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
    order["lastUpdatedTime"] = made_up.iso(seller.shop.now - timedelta(minutes=30))
    (again,) = seller.records("orders", seller.window(days=0.05))
    assert isinstance(again, OrderRecord)
    (old,) = [record for record in before if record.id == again.id]
    assert again.updated_at > old.updated_at
    assert (again.id, again.state) == (order["orderId"], "cancelled")


def test_a_page_that_amazon_forgot_is_no_order_lost(seller: Seller) -> None:
    """A token lives a day: the stretch it was of begins anew, and is shorter."""
    seller.shop.orders = made_up.Shop(450).orders
    for n, order in enumerate(seller.shop.orders):
        order["createdTime"] = order["lastUpdatedTime"] = made_up.iso(
            seller.shop.now - timedelta(days=2, minutes=n)
        )
    window, found, token = seller.window(days=3), set(), None
    stream = seller.stream("orders")
    forgotten = 0
    while True:
        page = seller.amazon.fetch(seller.connection, seller.client, stream, window, token)
        found |= {record.id for record in page.records}
        token = page.next
        if token is None:
            break
        is_within = json.loads(token)["page"] is not None and forgotten < 2
        forgotten += is_within
        seller.shop.page_tokens_known = not is_within
    assert (forgotten, len(found)) == (2, 450)


def test_two_quiet_years_take_a_handful_of_requests_and_a_busy_day_its_pages(
    seller: Seller,
) -> None:
    seller.shop.orders = []
    assert len(seller.pages("orders")) < 20  # what Amazon lets us ask at once
    seller.shop.orders = made_up.Shop(2500).orders
    for n, order in enumerate(seller.shop.orders):  # a thousand a day
        order["createdTime"] = order["lastUpdatedTime"] = made_up.iso(
            seller.shop.now - timedelta(minutes=5) - timedelta(days=2.5) * (n / 2500)
        )
    pages = seller.pages("orders", seller.window(days=10))
    assert sum(page.objects for page in pages) == 2500
    assert len(pages) < 35


def test_the_same_page_again_is_noticed_and_doesnt_go_on_for_ever(seller: Seller) -> None:
    kept = seller.shop._search

    def again(query: Any) -> Reply:
        reply = kept(query)
        reply.body["pagination"] = {"nextToken": json.dumps({"start": 0})}
        return reply

    seller.shop._search = again  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable, match="same page"):
        seller.pages("orders")


def test_amazons_waiting_is_obeyed_and_nothing_is_lost(seller: Seller) -> None:
    seller.shop.refuse_next = 1
    with pytest.raises(Throttled) as found:
        seller.pages("orders")
    assert found.value.seconds == pytest.approx(1 / 0.0056)
    assert seller.paces.refused == [("searchOrders", pytest.approx(1 / 0.0056))]
    assert len(seller.records("orders")) == 250


def test_each_operation_has_a_bucket_and_learns_the_sellers_own_rate(seller: Seller) -> None:
    kept = seller.shop._search

    def faster(query: Any) -> Reply:
        return replace(kept(query), headers={"x-amzn-RateLimit-Limit": "0.5"})

    seller.pages("orders")
    assert seller.paces.learnt["searchOrders"] == (20, 0.0056)
    seller.shop._search = faster  # type: ignore[method-assign]
    seller.pages("orders")
    assert seller.paces.learnt["searchOrders"] == (20, 0.5)
    seller.pages("products")
    assert seller.paces.learnt["searchListingsItems"] == (5, 5)


@pytest.mark.parametrize("said", ["string", "", "-1", "nan", "inf", "99999"])
def test_a_rate_that_makes_no_sense_is_the_models(seller: Seller, said: str) -> None:
    kept = seller.shop._search

    def odd(query: Any) -> Reply:
        return replace(kept(query), headers={"x-amzn-RateLimit-Limit": said})

    seller.shop._search = odd  # type: ignore[method-assign]
    seller.pages("orders")
    assert seller.paces.learnt["searchOrders"] == (20, 0.0056)


def test_tokens_are_renewed_before_they_end_and_not_sooner(seller: Seller) -> None:
    assert seller.amazon.renew(seller.connection, seller.client, now=seller.shop.now) is None
    seller.shop.now += timedelta(minutes=56)
    new = seller.amazon.renew(seller.connection, seller.client, now=seller.shop.now)
    assert new is not None
    assert new.values["access_token"] != seller.connection.credentials.values["access_token"]
    assert new.values["refresh_token"] == made_up.REFRESH
    assert new.expires_at == seller.shop.now + timedelta(hours=1)
    assert "Atz" not in repr(new)


def test_a_token_that_ended_between_two_pages_is_no_lost_role(seller: Seller) -> None:
    seller.shop.now += timedelta(hours=2)
    with pytest.raises(Unavailable) as found:
        seller.pages("orders")
    assert found.value.code == "shop-token-ended"
    assert len(seller.renewed().records("orders")) == 250


def test_a_code_of_the_consent_page_is_exchanged_once_and_forgotten(shop: made_up.Shop) -> None:
    keys = {
        "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
        "spapi_oauth_code": "made-up-code", "selling_partner_id": made_up.SELLER,
        "region": "eu",
    }  # fmt: skip
    with Loopback(shop.answer) as server:
        seller = connected(shop, server)
        name, credentials, options = seller.amazon.accept(
            None, keys | {"base": server.base}, local=True
        )
        assert (name, credentials.mode) == (made_up.SELLER, "authorization_code")
        seller.connection = replace(
            seller.connection, shop=name, credentials=credentials, options=options
        )
        seller.renewed()
        values = seller.connection.credentials.values
        assert (values["refresh_token"], "code" in values) == (made_up.REFRESH, False)
        assert (
            seller.amazon.probe(seller.connection, seller.client, now=shop.now).shop
            == f"{made_up.SELLER}:EUR"
        )


@pytest.mark.parametrize("name", ["client_secret", "refresh_token"])
def test_an_authorisation_that_ended_says_to_connect_again(seller: Seller, name: str) -> None:
    values = seller.connection.credentials.values | {name: "Atzr|something-else-altogether"}
    values.pop("access_token")
    old = replace(seller.connection.credentials, values=values)
    with pytest.raises(InvalidInput) as found:
        seller.amazon.renew(
            replace(seller.connection, credentials=old), seller.client, now=seller.shop.now
        )
    assert found.value.code == "access-ended"
    assert "Atz" not in str(found.value.as_dict())


def test_connecting_says_what_will_come(seller: Seller) -> None:
    probe = seller.amazon.probe(seller.connection, seller.client, now=seller.shop.now)
    assert (probe.name, probe.currency, probe.zone) == ("Made Up", "EUR", "Europe/Berlin")
    assert probe.shop == f"{made_up.SELLER}:EUR"
    said = {name: one.state for name, one in probe.capabilities.items()}
    assert said == {
        "customers": "partial", "orders": "partial", "products": "full", "abandoned": "none",
        "reviews": "none", "messages": "none", "browsing": "none", "webhooks": "none",
        "discounts": "none",
    }  # fmt: skip
    for one in probe.capabilities.values():
        assert one.state == "full" or (one.reason and one.instead)
    assert set(probe.oldest.values()) == {seller.shop.now - timedelta(days=730)}


def test_two_years_are_told_as_two_years_and_in_japan_as_more(seller: Seller) -> None:
    hidden = seller.shop.orders[0]
    hidden["createdTime"] = made_up.iso(seller.shop.now - timedelta(days=800))
    assert hidden["orderId"] not in {record.id for record in seller.records("orders")}
    assert (
        "two years"
        in seller.probed()
        .amazon.probe(seller.connection, seller.client, now=seller.shop.now)
        .capabilities["orders"]
        .reason
    )
    japan = replace(
        seller.connection,
        options=dict(seller.connection.options) | {"marketplaces": "A1VC38T7YXB528"},
    )
    assert probing.oldest_order(japan, seller.shop.now) == datetime(2016, 1, 1, tzinfo=UTC)


def test_without_the_role_for_buyers_orders_come_and_say_why_nobody_bought(
    seller: Seller,
) -> None:
    seller.shop.roles = {"listings", "finances"}
    probe = seller.amazon.probe(seller.connection, seller.client, now=seller.shop.now)
    assert probe.capabilities["customers"].state == "none"
    assert "role" in probe.capabilities["customers"].reason
    seller.probed()
    made = seller.records("orders")
    assert len(made) == 250
    assert all(isinstance(r, OrderRecord) and r.person.customer_id is None for r in made)


def test_a_role_that_is_withdrawn_later_fails_aloud_and_doesnt_bring_empty_buyers(
    seller: Seller,
) -> None:
    seller.probed()
    seller.shop.roles = set()
    with pytest.raises(asking.RoleMissing) as found:
        seller.pages("orders")
    assert "role" in found.value.hint
    for name in ("products", "returns"):
        with pytest.raises(NotAllowed):  # that stream is none, and the others go on
            seller.pages(name)


def test_a_seller_whose_buyers_are_never_named_is_told_so(seller: Seller) -> None:
    for order in seller.shop.orders:
        order["buyer"] = {}
    probe = seller.amazon.probe(seller.connection, seller.client, now=seller.shop.now)
    assert probe.capabilities["customers"].state == "none"
    assert "the seller sends" in probe.capabilities["customers"].reason


def test_several_currencies_are_never_added(seller: Seller) -> None:
    with pytest.raises(InvalidInput) as found:
        connected(seller.shop, seller.server, marketplaces="DE, FR, UK")
    assert (found.value.code, "GBP: GB" in found.value.message) == ("amazon-currencies", True)
    seller.shop.markets = (made_up.GERMANY, made_up.BRITAIN)
    options = {n: v for n, v in seller.connection.options.items() if n != "marketplaces"}
    everywhere = replace(seller.connection, options=options)
    with pytest.raises(InvalidInput) as found:
        seller.amazon.probe(everywhere, seller.client, now=seller.shop.now)
    assert found.value.code == "amazon-currencies"


def test_of_several_currencies_one_is_chosen_by_its_name(seller: Seller) -> None:
    seller.shop.markets = (made_up.GERMANY, made_up.BRITAIN, made_up.FRANCE)
    pounds = connected(seller.shop, seller.server, marketplaces="", currency="gbp").renewed()
    probe = pounds.amazon.probe(pounds.connection, pounds.client, now=seller.shop.now)
    assert (probe.shop, probe.options["marketplaces"]) == (
        f"{made_up.SELLER}:GBP", made_up.BRITAIN,
    )  # fmt: skip
    kronor = connected(seller.shop, seller.server, marketplaces="", currency="SEK").renewed()
    with pytest.raises(InvalidInput) as found:
        kronor.probed()
    assert (found.value.message.count("SEK"), "EUR, GBP" in found.value.hint) == (1, True)


def test_new_keys_for_a_connected_shop_open_that_very_shop(seller: Seller) -> None:
    keys = {
        "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
        "refresh_token": made_up.REFRESH, "base": seller.server.base,
    }  # fmt: skip
    name, credentials, options = seller.amazon.accept(seller.connection.shop, keys, local=True)
    again = replace(seller.connection, shop=name, credentials=credentials, options=options)
    seller.connection = again
    probe = seller.renewed().amazon.probe(seller.connection, seller.client, now=seller.shop.now)
    assert probe.shop == f"{made_up.SELLER}:EUR"


def test_india_is_asked_on_europes_servers_in_rupees() -> None:
    name, _, options = Amazon().accept(
        "https://www.amazon.in",
        {
            "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
            "refresh_token": made_up.REFRESH, "seller_id": made_up.SELLER,
        },
        local=False,
    )  # fmt: skip
    assert (name, options["region"]) == (f"{made_up.SELLER}:INR", "eu")
    assert asking.HOSTS[options["region"]] == "https://sellingpartnerapi-eu.amazon.com"
    assert marketplaces.BY_ID[options["marketplaces"]].zone == "Asia/Kolkata"


def test_a_marketplace_that_isnt_the_sellers_is_named(seller: Seller) -> None:
    elsewhere = connected(seller.shop, seller.server, marketplaces="IT").renewed()
    with pytest.raises(InvalidInput) as found:
        elsewhere.probed()
    assert "IT" in found.value.message
    assert "DE, FR" in found.value.hint


def test_products_come_with_price_stock_and_what_is_for_sale(seller: Seller) -> None:
    pages = seller.pages("products")
    made = {r.id: r for page in pages for r in page.records if isinstance(r, ProductRecord)}
    assert len(made) == 45
    assert (pages[0].total, sum(page.objects for page in pages)) == (45, 45)
    assert (
        seller.amazon.count(
            seller.connection, seller.client, seller.stream("products"), seller.window()
        )
        == 45
    )
    one = made["SKU-007"]
    assert (one.name, one.price, one.stock, one.currency, one.category, one.is_active) == (
        "Thing 7", Decimal("10.07"), Decimal(7), "EUR", "Home lighting", True,
    )  # fmt: skip
    assert not made["SKU-005"].is_active
    sold = {line.product_id for r in seller.records("orders") if isinstance(r, OrderRecord)
            for line in r.lines}  # fmt: skip
    assert sold <= set(made)


@pytest.mark.parametrize("shown", [20, 21, 23, 40, 44])
def test_a_catalogue_longer_than_amazon_shows_arrives_whole(
    seller: Seller, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kindred.sources.amazon import listings

    monkeypatch.setattr(listings, "_MOST", shown)
    seller.shop.listings_shown = shown
    pages = seller.pages("products")
    assert sorted(r.id for page in pages for r in page.records) == [
        f"SKU-{n:03}" for n in range(45)
    ]
    assert sum(page.objects for page in pages) == 45


def test_a_listing_that_is_gone_is_a_deleted_record(seller: Seller) -> None:
    stream = seller.stream("products")
    (there,) = seller.amazon.read(seller.connection, seller.client, stream, "SKU-003")
    (gone,) = seller.amazon.read(seller.connection, seller.client, stream, "../SKU 003/é")
    assert (there.is_deleted, gone.is_deleted) == (False, True)
    assert seller.server.requests[-1].path.endswith("/..%2FSKU%20003%2F%C3%A9")
    with pytest.raises(InvalidInput):
        seller.amazon.read(seller.connection, seller.client, stream, "..")


def test_an_order_is_read_again_by_its_id_and_a_hidden_one_isnt_called_deleted(
    seller: Seller,
) -> None:
    stream = seller.stream("orders")
    (listed,) = [r for r in seller.records("orders") if r.id == "302-0000005-0000001"]
    assert seller.amazon.read(seller.connection, seller.client, stream, listed.id) == [listed]
    assert seller.amazon.read(seller.connection, seller.client, stream, "302-9-9") == ()


def test_money_that_went_back_is_a_ledger_of_its_own(seller: Seller) -> None:
    made = seller.records("returns", seller.window(days=720))
    assert len(made) == len(seller.shop.transactions) > 10
    orders = {r.id: r for r in seller.records("orders") if isinstance(r, OrderRecord)}
    for refund in made:
        assert isinstance(refund, RefundRecord)
        first = orders[refund.order_id].lines[0]
        assert [(line.amount, line.tax) for line in refund.lines] == [(first.amount, first.tax)]
        again = seller.amazon.read(
            seller.connection, seller.client, seller.stream("returns"), refund.order_id
        )
        assert refund in again


def test_without_the_role_for_finances_refunds_are_said_to_be_unknown(seller: Seller) -> None:
    seller.shop.roles = {"buyers", "listings"}
    probe = seller.amazon.probe(seller.connection, seller.client, now=seller.shop.now)
    assert "refunds are unknown" in probe.capabilities["orders"].reason


def test_the_fixed_hosts_cant_be_changed_but_for_tests(seller: Seller) -> None:
    keys = {
        "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
        "refresh_token": made_up.REFRESH, "seller_id": made_up.SELLER, "marketplaces": "DE",
    }  # fmt: skip
    with pytest.raises(InvalidInput):
        Amazon().accept(None, keys | {"base": "http://127.0.0.1:9"}, local=False)
    outside = replace(seller.client, local=False)
    assert asking.host(seller.connection, outside) == "https://sellingpartnerapi-eu.amazon.com"
    assert asking.token_host(seller.connection, outside) == "https://api.amazon.com"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("client_id", "abc", "amazon-client-id"),
        ("client_secret", "", "amazon-client-secret"),
        ("refresh_token", "Atza|an-access-token-instead", "amazon-refresh-token"),
        ("seller_id", "me", "amazon-seller-id"),
        ("marketplaces", "Atlantis", "amazon-marketplace-unknown"),
        ("marketplaces", "DE BR", "amazon-currencies"),
        ("marketplaces", "", "amazon-region-needed"),
        ("region", "na", "amazon-regions"),
        ("queue_url", "http://169.254.169.254/latest", "amazon-queue-unusable"),
        ("queue_url", "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
         "amazon-aws-access-key-id"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named(name: str, value: str, code: str) -> None:
    keys = {
        "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
        "refresh_token": made_up.REFRESH, "seller_id": made_up.SELLER, "marketplaces": "DE",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as found:
        Amazon().accept(None, keys | {name: value}, local=False)
    assert found.value.code == code
    assert found.value.hint
    assert made_up.SECRET not in str(found.value.as_dict())


def test_an_address_or_a_key_of_amazons_is_recognised_without_asking_anybody() -> None:
    amazon = Amazon()
    for url in ("https://www.amazon.de/shop", "sellercentral.amazon.com", "amazon.co.jp",
                "https://sellercentral-europe.amazon.com/home"):  # fmt: skip
        assert amazon.recognise(url, {})
    for url in ("https://amazon.example.com", "https://notamazon.de", None, "amazonaws.com"):
        assert not amazon.recognise(url, {})
    assert amazon.recognise(None, {"refresh_token": made_up.REFRESH})
    assert not amazon.recognise(None, {"consumer_key": "ck_123"})


def test_a_web_page_at_200_is_no_empty_list(seller: Seller) -> None:
    page = b"<html><body>We are sorry</body></html>"
    seller.shop._search = lambda _: Reply(200, page, {"Content-Type": "text/html"})  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable, match="text/html"):
        seller.pages("orders")


@pytest.mark.parametrize("body", [{}, [], {"orders": None}, {"orders": ["x"]}, {"orders": {}}])
def test_a_list_that_isnt_there_is_no_empty_list(seller: Seller, body: Any) -> None:
    seller.shop._search = lambda _: Reply(200, body)  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable):
        seller.pages("orders")


@pytest.mark.parametrize("name", ["salesChannel", "proceeds", "fulfillment", "orderItems"])
def test_an_order_of_another_shape_fails_aloud(seller: Seller, name: str) -> None:
    order = seller.shop.orders[0] | {name: "a text"}
    seller.shop._search = lambda _: Reply(200, {"orders": [order]})  # type: ignore[method-assign]
    with pytest.raises(AnswerUnusable):
        seller.records("orders")


@pytest.mark.parametrize("row", [{}, {"marketplace": "DE"}, {"marketplace": {"id": []}}])
def test_marketplaces_of_another_shape_connect_nothing(seller: Seller, row: Any) -> None:
    kept = seller.shop.answer
    with Loopback(
        lambda r: Reply(200, {"payload": [row]}) if "sellers" in r.path else kept(r)
    ) as s:
        other = connected(seller.shop, s).renewed()
        with pytest.raises((AnswerUnusable, InvalidInput)):
            other.probed()


def test_amazon_sends_no_webhooks(seller: Seller) -> None:
    with pytest.raises(NotAllowed):
        seller.amazon.verify(Delivery("POST", "https://x.example.com", {}, b"{}"), ["secret"])
    url = "https://x.example.com/hooks"
    assert seller.amazon.subscribe(seller.connection, seller.client, url, "secret") == ()
    seller.amazon.unsubscribe(seller.connection, seller.client, url)
    assert (
        seller.amazon.count(
            seller.connection, seller.client, seller.stream("orders"), seller.window()
        )
        is None
    )
