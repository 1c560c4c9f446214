"""Magento as a platform, against a made-up shop that answers as Magento 2.4 does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput, NotAllowed
from kindred.sources.magento import mapping
from kindred.sources.magento.platform import Magento
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import AnswerUnusable, Client, Throttled
from kindred.sources.shops.platform import Connection, Credentials, Delivery, Page, Platform, Window
from kindred.sources.shops.records import CartRecord, OrderRecord, RefundRecord
from shops.magento.server import TOKEN, Site
from shops.serving import running

D = Decimal
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ALL = Window(None, NOW)
STREAMS = {stream.name: stream for stream in Magento.streams}


@dataclass
class Unpaced:
    refused: list[float | None] = field(default_factory=list)

    def take(self, operation: str, cost: float = 1) -> None:
        """As fast as it goes."""

    def learn(self, operation: str, **_: Any) -> None:
        """Nothing to keep."""

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        self.refused.append(seconds)


@dataclass
class Asked:
    site: Site
    connection: Connection
    client: Client
    platform: Magento = field(default_factory=lambda: Magento(clock=lambda: NOW))

    def fetch(self, stream: str, window: Window = ALL, token: str | None = None) -> Page:
        return self.platform.fetch(self.connection, self.client, STREAMS[stream], window, token)

    def pages(self, stream: str, window: Window = ALL) -> list[Page]:
        pages = [self.fetch(stream, window)]
        while pages[-1].next:
            pages.append(self.fetch(stream, window, pages[-1].next))
        return pages

    def records(self, stream: str, window: Window = ALL) -> list[Any]:
        return [record for page in self.pages(stream, window) for record in page.records]

    def read(self, stream: str, number: int | str) -> Any:
        return self.platform.read(self.connection, self.client, STREAMS[stream], str(number))


@contextmanager
def asked(site: Site | None = None) -> Iterator[Asked]:
    site = site or Site()
    with running(site) as address:
        keys = Credentials("token", {"access_token": TOKEN})
        shop = Connection("magento", address, keys, "Europe/Berlin", "EUR")
        yield Asked(site, shop, Client(Unpaced(), local=True))


# Orders ------------------------------------------------------------------------------------


def item(**given: Any) -> dict[str, Any]:
    return {
        "item_id": 1, "product_id": 7, "product_type": "simple", "sku": "s", "name": "Shirt",
        "qty_ordered": 2, "base_row_total": "20.00", "base_discount_amount": 0,
        "base_tax_amount": "3.80", "base_discount_tax_compensation_amount": 0, **given,
    }  # fmt: skip


def order(*items: dict[str, Any], **given: Any) -> OrderRecord:
    made = {
        "entity_id": 3, "increment_id": "000000003", "state": "processing", "status": "packed",
        "created_at": "2026-07-01 10:00:00", "updated_at": "2026-07-02 10:00:00",
        "customer_id": None, "customer_email": "g@example.com", "base_currency_code": "EUR",
        "order_currency_code": "USD", "base_grand_total": "28.80", "grand_total": "31.00",
        "base_shipping_amount": "5.0000", "items": list(items) or [item()],
        "billing_address": {"firstname": "Gi", "lastname": "A", "city": "Rom", "country_id": "IT"},
        **given,
    }  # fmt: skip
    return mapping.order_of(Fields(made, "x"))


def test_an_order_is_in_the_shops_currency_and_its_times_in_utc() -> None:
    made = order()
    assert (made.id, made.number, made.currency) == ("3", "000000003", "EUR")
    assert made.ordered_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert made.total == D("28.80")
    assert made.person.customer_id is None
    assert (made.person.name, made.person.email) == ("Gi A", "g@example.com")
    only = made.lines[0]
    assert only.amount + (only.tax or 0) + (made.shipping or 0) == made.total


@pytest.mark.parametrize(
    ("state", "means"),
    [("new", "placed"), ("pending_payment", "draft"), ("canceled", "cancelled"),
     ("closed", "placed"), ("holded", "placed"), ("payment_review", "placed")],
)  # fmt: skip
def test_a_state_says_whether_it_is_a_sale(state: str, means: str) -> None:
    assert order(state=state).state == means


def test_a_discount_on_prices_with_tax_is_taken_without_its_tax() -> None:
    # 23.80 with tax, 10 % off: 2.38, of which 0.38 is tax.
    (only,) = order(
        item(base_discount_amount="2.38", base_discount_tax_compensation_amount="0.38",
             base_tax_amount="3.42")
    ).lines  # fmt: skip
    assert (only.amount, only.discount, only.tax) == (D("18.00"), D("2.00"), D("3.42"))
    assert only.unit_price == D(10)


def test_what_was_cancelled_of_a_line_is_no_sale() -> None:
    (left,) = order(item(qty_canceled="1.0000")).lines
    assert (left.quantity, left.amount, left.tax) == (D(1), D("10.0000"), D("1.9000"))
    assert left.unit_price == D(10)
    (none,) = order(item(qty_canceled=2)).lines
    assert (none.quantity, none.amount, none.tax) == (D(0), D(0), D(0))
    (all_of_it,) = order(item(qty_canceled=2), state="canceled").lines
    assert all_of_it.amount == D(20)


def test_a_configured_product_is_sold_once_as_the_variant_that_was_chosen() -> None:
    (only,) = order(
        item(product_type="configurable"),
        item(item_id=2, parent_item_id=1, product_id=8, base_row_total=0, base_tax_amount=0),
    ).lines
    assert (only.id, only.product_id, only.amount) == ("1", "8", D(20))


def test_a_bundle_is_sold_once_whether_it_or_its_parts_have_the_price() -> None:
    parts = [
        item(item_id=2, parent_item_id=1, base_row_total="12.00"),
        item(item_id=3, parent_item_id=1, base_row_total="8.00"),
    ]
    by_parts = order(item(product_type="bundle"), *parts)
    assert sum(line.amount for line in by_parts.lines) == D(20)
    assert [line.id for line in by_parts.lines] == ["2", "3"]
    free = [{**part, "base_row_total": 0} for part in parts]
    by_whole = order(item(product_type="bundle"), *free)
    assert [(line.id, line.product_id) for line in by_whole.lines] == [("1", "7")]


@pytest.mark.parametrize(
    "wrong", [{"base_grand_total": "a lot"}, {"updated_at": "soon"}, {"items": "none"}]
)
def test_an_order_that_cant_be_read_isnt_left_out_quietly(wrong: dict[str, Any]) -> None:
    with pytest.raises(AnswerUnusable, match="order 3"):
        order(**wrong)


# Refunds -----------------------------------------------------------------------------------


def memo(**given: Any) -> RefundRecord:
    made = {
        "entity_id": 9, "order_id": 3, "state": 2, "created_at": "2026-07-03 10:00:00",
        "updated_at": "2026-07-03 10:00:00", "base_currency_code": "EUR",
        "base_shipping_amount": "5.00", "base_adjustment_positive": 0,
        "base_adjustment_negative": 0, "comments": [],
        "items": [
            {"entity_id": 1, "order_item_id": 1, "qty": 1, "base_row_total": "10.00",
             "base_tax_amount": "1.90"},
            {"entity_id": 2, "order_item_id": 2, "qty": 1, "base_row_total": None,
             "base_tax_amount": None},
        ],
        **given,
    }  # fmt: skip
    return mapping.refund_of(Fields(made, "x"))


def test_a_credit_memo_is_a_refund_with_the_lines_that_it_is_for() -> None:
    made = memo()
    (only,) = made.lines
    assert (made.order_id, made.state, made.shipping, made.other) == ("3", "done", D(5), 0)
    assert (only.line_id, only.amount, only.tax) == ("1", D(10), D("1.90"))


@pytest.mark.parametrize(("state", "means"), [(1, "pending"), (2, "done"), (3, "failed")])
def test_only_a_credit_memo_that_was_paid_out_counts(state: int, means: str) -> None:
    assert memo(state=state).state == means


def test_an_adjustment_is_money_for_no_line_and_a_fee_is_kept_back_of_the_lines() -> None:
    assert memo(base_adjustment_positive="3.00").other == D(3)
    kept = memo(base_adjustment_negative="4.00")
    assert kept.other == 0
    assert kept.lines[0].amount == D(6)


def test_a_fee_on_shipping_that_goes_back_alone_is_kept_back_of_it() -> None:
    kept = memo(items=[], base_adjustment_negative="2.00")
    assert (kept.shipping, kept.other, kept.lines) == (D(3), 0, ())
    assert memo(items=[], base_adjustment_negative="7.00").shipping == 0


@pytest.mark.parametrize(
    ("told", "shipping"),
    [
        ({}, "5"),  # of an earlier version, which doesn't tell
        ({"base_discount_amount": "0.00"}, "5"),
        ({"base_discount_amount": "-5.00"}, "0"),  # shipping was free by a coupon
        ({"base_discount_amount": "-3.50"}, "1.50"),
        ({"base_shipping_amount": None, "base_discount_amount": "-5.00"}, None),
    ],
)
def test_shipping_that_a_coupon_paid_for_doesnt_go_back(
    told: dict[str, Any], shipping: str | None
) -> None:
    """The credit memo has it before its discount, and the discount in the sum of all."""
    assert memo(**told).shipping == (None if shipping is None else D(shipping))
    items = [{"entity_id": 1, "order_item_id": 1, "qty": 1, "base_row_total": "10.00",
              "base_discount_amount": "1.00"}]  # fmt: skip
    of_lines = memo(items=items, base_discount_amount="-1.00")
    assert (of_lines.shipping, of_lines.lines[0].amount) == (D(5), D(9))


@given(st.decimals(0, 500, places=2), st.decimals(0, 500, places=2))
def test_no_adjustment_changes_the_sum_of_goods_by_more_or_less(
    positive: Decimal, negative: Decimal
) -> None:
    made = memo(base_adjustment_positive=str(positive), base_adjustment_negative=str(negative))
    goods = sum((line.amount for line in made.lines), D(0)) + made.other
    assert goods == D(10) + positive - negative


# The shop ----------------------------------------------------------------------------------


def test_it_keeps_the_protocol() -> None:
    platform: Platform = Magento()
    assert platform.kind == "magento"
    with pytest.raises(NotAllowed):
        platform.verify(Delivery("POST", "https://k.example/h", {}, b"{}"), ["secret"])


def test_no_object_is_lost_and_counts_agree() -> None:
    with asked(Site(orders=330)) as shop:
        for stream, count in (("orders", 330), ("returns", 33), ("customers", 110),
                              ("products", 24), ("abandoned", 7)):  # fmt: skip
            pages = shop.pages(stream)
            assert sum(page.objects for page in pages) == count
            assert pages[-1].total == count
            ids = [one.id for page in pages for one in page.records]
            assert len(set(ids)) == len(ids)
        assert shop.platform.count(shop.connection, shop.client, STREAMS["orders"], ALL) == 330


def test_an_order_edited_while_pages_are_read_hides_no_other() -> None:
    with asked(Site(orders=330)) as shop:
        pages = [shop.fetch("orders")]
        for number in (2, 101, 325):
            shop.site.change("orders", number, NOW + timedelta(minutes=1), state="complete")
        while pages[-1].next:
            pages.append(shop.fetch("orders", ALL, pages[-1].next))
        later = shop.records("orders", Window(NOW, NOW + timedelta(hours=1)))
    found = {one.id for page in pages for one in page.records}
    assert {one.id for one in later} == {"2", "101", "325"}
    assert found | {"2", "101"} == {str(number) for number in range(1, 331)}


def test_a_page_after_the_last_isnt_read_twice() -> None:
    """Magento gives the last page again for every page after it."""
    with asked(Site(orders=150)) as shop:
        page = shop.fetch("orders", ALL, "7")
        assert page.objects == 0
        assert page.next == "6"
        for wrong in ("0", "-1", "x", "1e3", ""):
            with pytest.raises(InvalidInput):
                shop.fetch("orders", ALL, wrong)


def test_windows_meet_without_gap_and_without_overlap() -> None:
    middle = datetime(2025, 6, 1, 9, 30, tzinfo=UTC)
    with asked(Site(orders=200)) as shop:
        before = {one.id for one in shop.records("orders", Window(None, middle))}
        after = {one.id for one in shop.records("orders", Window(middle, NOW))}
    assert not before & after
    assert len(before | after) == 200


def test_what_comes_fits_together() -> None:
    with asked() as shop:
        orders = shop.records("orders")
        products = {one.id: one for one in shop.records("products")}
        refunds = shop.records("returns")
        customers = {one.id: one for one in shop.records("customers")}
        carts = shop.records("abandoned")
    lines = {line.id: line for one in orders for line in one.lines}
    assert all(line.product_id in products for line in lines.values())
    assert all(line.line_id in lines for one in refunds for line in one.lines)
    assert {one.state for one in refunds} == {"done", "pending"}
    bought = {one.person.customer_id for one in orders if one.person.customer_id}
    assert bought <= set(customers)
    assert {one.person.customer_id for one in orders} - bought == {None}
    assert {one.consent for one in customers.values()} == {True, False}
    assert {one.category for one in products.values()} == {"Shirts", "Sale & more"}
    assert products["13"].cost == D("4.2")
    assert products["1"].image == f"{shop.connection.shop}/media/catalog/product/s/h/shirt-1.jpg"
    live = [one for one in carts if not one.is_deleted]
    assert {one.id for one in carts if one.is_deleted} == {"2", "3"}
    assert {one.id for one in live} == {"1", "5", "6", "7"}  # nobody is known in the fourth
    assert all(isinstance(one, CartRecord) and one.value == D(25) for one in live)


def test_one_object_is_read_again_and_what_is_gone_is_deleted() -> None:
    with asked() as shop:
        (made,) = shop.read("orders", 5)
        assert made == next(one for one in shop.records("orders") if one.id == "5")
        assert shop.read("products", 3)[0].id == "3"
        for stream in STREAMS:
            (gone,) = shop.read(stream, 99_999)
            assert gone.is_deleted
        for wrong in ("../x", "", "1 or 1"):
            with pytest.raises(InvalidInput):
                shop.read("orders", wrong)


def test_the_probe_says_what_the_shop_gives() -> None:
    with asked() as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
    assert (probe.currency, probe.zone) == ("EUR", "Europe/Berlin")
    assert probe.oldest["orders"] == datetime(2024, 1, 1, 8, tzinfo=UTC)
    states = {name: one.state for name, one in probe.capabilities.items()}
    assert states == {
        "orders": "full", "customers": "full", "products": "full", "abandoned": "partial",
        "reviews": "none", "messages": "none", "browsing": "none", "webhooks": "none",
        "discounts": "none",
    }  # fmt: skip
    missing = [one for one in probe.capabilities.values() if one.state == "none"]
    assert all(one.reason and one.instead for one in missing)


def test_a_right_that_the_integration_lacks_is_named_and_the_rest_comes() -> None:
    with asked(Site(lacks=frozenset({"Magento_Customer::customer"}))) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
        with pytest.raises(NotAllowed, match="Magento_Customer::customer") as refused:
            shop.fetch("customers")
        assert shop.fetch("orders").objects
    assert refused.value.code == "shop-forbids"
    assert "Magento_Customer::customer" in probe.capabilities["customers"].reason


def test_a_shop_that_takes_no_tokens_alone_says_where_to_allow_them() -> None:
    with asked(Site(takes_tokens=False)) as shop, pytest.raises(InvalidInput) as refused:
        shop.platform.probe(shop.connection, shop.client, now=NOW)
    assert refused.value.code == "access-ended"
    assert "standalone Bearer tokens" in refused.value.hint
    assert TOKEN not in refused.value.message + refused.value.hint


def test_a_maintenance_page_is_no_empty_shop_and_a_busy_one_is_left_alone() -> None:
    with asked() as shop:
        shop.site.faults = [
            lambda _: (200, {"Content-Type": "text/html"}, b"<title>Back soon</title>")
        ]
        with pytest.raises(AnswerUnusable, match="Back soon"):
            shop.fetch("orders")
        shop.site.faults = [lambda _: (429, {"Retry-After": "9"}, b"")]
        with pytest.raises(Throttled):
            shop.fetch("orders")
        assert shop.client.paces.refused == [9]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "shop"),
    [
        ("shop.example.com", "https://shop.example.com"),
        ("https://shop.example.com/eu/rest/V1/orders", "https://shop.example.com/eu"),
        ("https://shop.example.com/index.php/admin?x=1", "https://shop.example.com"),
    ],
)
def test_an_address_is_taken_as_merchants_type_it(typed: str, shop: str) -> None:
    found, keys, _ = Magento().accept(typed, {"access_token": f" {TOKEN} "}, local=False)
    assert found == shop
    assert TOKEN not in repr(keys)


@pytest.mark.parametrize(
    ("typed", "token", "code"),
    [
        ("http://shop.example.com", TOKEN, "shop-address-refused"),  # the token would be readable
        ("https://10.0.0.1", TOKEN, "shop-address-refused"),
        ("http://127.0.0.1:8097", TOKEN, "shop-address-refused"),
        ("", TOKEN, "shop-address-refused"),
        ("https://shop.example.com", "short", "keys-unusable"),
        ("https://shop.example.com", "", "keys-unusable"),
    ],
)
def test_what_cant_be_right_is_refused_before_anybody_is_asked(
    typed: str, token: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        Magento().accept(typed, {"access_token": token}, local=False)
    assert refused.value.code == code
