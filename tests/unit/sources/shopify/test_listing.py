"""What a merchant's shop holds arrives whole, once, and by the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from kindred.errors import InvalidInput
from kindred.sources.shopify.listing import search_of
from kindred.sources.shops.platform import Window
from kindred.sources.shops.records import (
    CartRecord,
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    RefundRecord,
)
from shops.shopify.connected import ConnectedShop
from shops.shopify.made_up_shop import stamp

Open = Callable[..., ConnectedShop]
STREAMS = ("customers", "orders", "products", "abandoned")


def test_every_order_arrives_once_with_all_its_lines(shop: ConnectedShop) -> None:
    orders = shop.records("orders", OrderRecord)
    assert [o.id for o in sorted(orders, key=lambda o: int(o.id))] == [
        o["id"].rsplit("/", 1)[1] for o in shop.made_up.orders
    ]
    lines = {o["id"].rsplit("/", 1)[1]: len(o["lineItems"]) for o in shop.made_up.orders}
    assert max(lines.values()) == 12  # more than a page of them
    assert {o.id: len(o.lines) for o in orders} == lines


def test_every_refund_arrives_with_all_its_lines(shop: ConnectedShop) -> None:
    long = next(o for o in shop.made_up.orders if len(o["lineItems"]) == 12 and not o["refunds"])
    shop.made_up.add_refund(long, lines=12)
    refunds = shop.records("orders", RefundRecord)
    expected = {
        r["id"].rsplit("/", 1)[1]: len(r["refundLineItems"])
        for o in shop.made_up.orders
        for r in o["refunds"]
    }
    assert {r.id: len(r.lines) for r in refunds} == expected
    assert 12 in expected.values()


def test_an_order_with_more_refunds_than_are_read_at_once_has_them_all(
    shop: ConnectedShop,
) -> None:
    order = next(o for o in shop.made_up.orders if not o["refunds"])
    for _ in range(23):
        shop.made_up.add_refund(order, lines=0, more=Decimal(1))
    refunds = shop.records("orders", RefundRecord)
    of_order = [r for r in refunds if r.order_id == order["id"].rsplit("/", 1)[1]]
    assert sum(r.other for r in of_order) == 23


def test_customers_products_and_checkouts_arrive_whole(shop: ConnectedShop) -> None:
    assert len(shop.records("customers", CustomerRecord)) == len(shop.made_up.customers)
    variants = {v["id"].rsplit("/", 1)[1] for p in shop.made_up.products for v in p["variants"]}
    assert {r.id for r in shop.records("products", ProductRecord)} == variants
    carts = shop.records("abandoned", CartRecord)
    assert {c.id: len(c.product_ids) for c in carts} == {
        c["id"].rsplit("/", 1)[1]: len({line["variant"]["id"] for line in c["lineItems"]})
        for c in shop.made_up.checkouts
    }


@pytest.mark.parametrize("name", STREAMS)
def test_pages_hold_as_many_objects_as_shopify_counts(name: str, shop: ConnectedShop) -> None:
    window = shop.window()
    counted = shop.platform.count(shop.connection, shop.client, shop.stream(name), window)
    assert sum(page.objects for page in shop.pages(name, window)) == counted > 0


@pytest.mark.parametrize("name", STREAMS)
def test_windows_that_touch_hold_every_object_once(name: str, shop: ConnectedShop) -> None:
    edges = [shop.server.clock - timedelta(days=days) for days in (800, 301, 40, 12, 0)]
    edges[2] += timedelta(microseconds=400_000)  # Shopify knows whole seconds
    found = [
        record.id
        for start, end in pairwise(edges)
        for page in shop.pages(name, Window(start, end))
        for record in page.records
    ]
    everything = [r.id for page in shop.pages(name) for r in page.records]
    assert sorted(found) == sorted(everything)


def test_an_hour_without_changes_asks_for_nothing_but_that_hour(shop: ConnectedShop) -> None:
    quiet = Window(shop.server.clock + timedelta(hours=1), shop.server.clock + timedelta(hours=2))
    for name in STREAMS:
        (page,) = shop.pages(name, quiet)
        assert (page.objects, page.records, page.next) == (0, [], None)


def test_an_order_that_was_edited_arrives_again(shop: ConnectedShop) -> None:
    since = shop.server.clock
    shop.server.forward(600)
    oldest = shop.made_up.orders[0]
    shop.made_up.touch(oldest, since + timedelta(minutes=5), displayFinancialStatus="VOIDED")
    window = Window(since, shop.server.clock)
    (order,) = shop.records("orders", OrderRecord, window)
    assert (order.id, order.status) == (oldest["id"].rsplit("/", 1)[1], "VOIDED")


def test_an_order_that_changes_while_pages_are_read_comes_with_the_next_window(
    shop: ConnectedShop,
) -> None:
    window = shop.window()
    first = shop.page("orders", window)
    moved = shop.made_up.orders[60]
    shop.made_up.touch(moved, window.end + timedelta(seconds=30))
    seen = {r.id for r in first.records if isinstance(r, OrderRecord)}
    token = first.next
    while token is not None:
        page = shop.patient_page("orders", window, token)
        seen |= {r.id for r in page.records if isinstance(r, OrderRecord)}
        token = page.next
    later = Window(window.end, window.end + timedelta(hours=1))
    seen |= {r.id for r in shop.records("orders", OrderRecord, later)}
    assert len(seen) == len(shop.made_up.orders)


def test_the_same_token_gives_the_same_page(shop: ConnectedShop) -> None:
    first = shop.page("orders", shop.window())
    again = [shop.patient_page("orders", shop.window(), first.next) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0].records != first.records


def test_test_orders_and_cancelled_ones_say_so(open_shop: Open) -> None:
    states = {o.state for o in open_shop(60).records("orders", OrderRecord)}
    assert states == {"placed", "test", "cancelled"}


def test_draft_orders_are_no_orders(shop: ConnectedShop) -> None:
    before = len(shop.records("orders", OrderRecord))
    shop.server.admin.drafts["d"] = {"id": "gid://shopify/DraftOrder/1", "tags": []}
    assert len(shop.records("orders", OrderRecord)) == before


def test_one_object_is_read_as_it_is_now(shop: ConnectedShop) -> None:
    def read(name: str, number: str) -> list[object]:
        stream = shop.stream(name)
        return list(shop.platform.read(shop.connection, shop.client, stream, number))

    refunded = next(o for o in shop.made_up.orders if o["refunds"])
    number = refunded["id"].rsplit("/", 1)[1]
    kinds = [type(record) for record in read("orders", number)]
    assert kinds == [OrderRecord, *[RefundRecord] * len(refunded["refunds"])]
    many = next(p for p in shop.made_up.products if len(p["variants"]) == 7)
    assert len(read("products", many["id"].rsplit("/", 1)[1])) == 7
    assert len(read("customers", "1000")) == len(read("abandoned", "30000")) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("customers", CustomerRecord), ("orders", OrderRecord), ("abandoned", CartRecord)],
)
def test_an_object_that_is_gone_is_a_deleted_record(
    name: str, kind: type, shop: ConnectedShop
) -> None:
    stream = shop.stream(name)
    (record,) = shop.platform.read(shop.connection, shop.client, stream, "99999999")
    assert type(record) is kind
    assert record.is_deleted
    assert record.updated_at == shop.server.clock


def test_an_order_too_old_to_be_read_isnt_taken_for_deleted(shop: ConnectedShop) -> None:
    shop.server.admin.scopes.discard("read_all_orders")
    stream = shop.stream("orders")
    oldest = shop.made_up.orders[0]["id"].rsplit("/", 1)[1]
    assert shop.platform.read(shop.connection, shop.client, stream, oldest) == ()
    newest = shop.made_up.orders.pop(-2)["id"].rsplit("/", 1)[1]
    (gone,) = shop.platform.read(shop.connection, shop.client, stream, newest)
    assert gone.is_deleted


@pytest.mark.parametrize("number", ["", "x", "1 OR 1", "gid://shopify/Order/1", "²"])
def test_what_is_no_number_of_an_object_is_never_asked_for(
    number: str, shop: ConnectedShop
) -> None:
    with pytest.raises(InvalidInput):
        shop.platform.read(shop.connection, shop.client, shop.stream("orders"), number)
    assert shop.server.requests == []


def test_a_window_is_written_in_utc_to_the_second() -> None:
    start = datetime.fromisoformat("2026-10-01T02:00:00.9+02:00")
    end = datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert search_of(Window(start, end)) == (
        "updated_at:>='2026-10-01T00:00:00Z' updated_at:<'2026-10-01T01:00:00Z'"
    )
    assert stamp(start) == "2026-10-01T00:00:00Z"


@pytest.mark.parametrize("token", ["", "{}", "[]", '{"after": 1}', "x" * 5])
def test_a_token_that_isnt_one_is_refused(token: str, shop: ConnectedShop) -> None:
    with pytest.raises(InvalidInput):
        shop.page("orders", shop.window(), token)
