"""Ways in which a WooCommerce shop goes wrong, each by what the merchant would see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.errors import InvalidInput, KindredError, NotFound, Unavailable
from kindred.sources.shops.http import Answer, AnswerUnusable, Client, PageTooLarge, Throttled
from kindred.sources.shops.paces import Paced
from kindred.sources.shops.platform import Credentials, Window
from kindred.sources.shops.records import CartRecord, OrderRecord, ProductRecord, RefundRecord
from kindred.sources.woocommerce.platform import WooCommerce
from shops.woocommerce import server
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import LAST, Shop
from unit.sources.woocommerce.asked_shops import ALL, NOW, Unpaced, asked, connection


def placed(shop: Shop) -> set[str]:
    return {str(number) for number in shop.ids("orders") if not shop.is_draft(number)}


def test_no_order_is_lost_and_the_count_agrees_with_the_shop() -> None:
    with asked(Site(Shop(orders=730))) as shop:
        pages = list(shop.pages("orders"))
        counted = shop.count("orders")
    found = [one.id for page in pages for one in page.records if isinstance(one, OrderRecord)]
    assert sorted(found) == sorted(placed(shop.shop))
    assert sum(page.objects for page in pages) == pages[-1].total == counted == 733


def test_an_order_edited_while_pages_are_read_comes_in_the_next_window() -> None:
    with asked(Site(Shop(orders=300))) as shop:
        first = shop.fetch("orders")
        read, unread = (shop.shop.ids("orders")[place] for place in (5, 250))
        shop.shop.change("orders", read, NOW + timedelta(minutes=1), status="completed")
        shop.shop.change("orders", unread, NOW + timedelta(minutes=1), status="completed")
        pages = [first]
        while pages[-1].next:
            pages.append(shop.fetch("orders", ALL, pages[-1].next))
        later = shop.records("orders", Window(NOW, NOW + timedelta(hours=1)), OrderRecord)
    found = {one.id for page in pages for one in page.records if isinstance(one, OrderRecord)}
    assert placed(shop.shop) - found == {str(unread)}
    assert {one.id for one in later} == {str(read), str(unread)}
    assert sum(page.objects for page in pages) == pages[-1].total


def test_thousands_of_orders_changed_in_one_second_are_all_read() -> None:
    """An import, or an edit of many: no page ends where the time changes."""
    with asked(Site(Shop(orders=450))) as shop:
        at = datetime(2026, 11, 21, 3, tzinfo=UTC)
        for number in shop.shop.ids("orders")[:360]:
            shop.shop.change("orders", number, at)
        pages = list(shop.pages("orders"))
        later = shop.records("orders", Window(at, NOW), OrderRecord)
    found = [one.id for page in pages for one in page.records if isinstance(one, OrderRecord)]
    assert sorted(found) == sorted(placed(shop.shop))
    assert sum(page.objects for page in pages) == 453
    assert len(later) == 360


def test_a_shop_far_from_greenwich_loses_no_hour_of_orders() -> None:
    """Without ``dates_are_gmt`` the shop reads the window as its own local time."""
    with asked(Site(Shop(orders=400, zone="Pacific/Auckland"))) as shop:
        middle = datetime(2025, 6, 1, tzinfo=UTC)
        before = shop.records("orders", Window(None, middle), OrderRecord)
        after = shop.records("orders", Window(middle, NOW), OrderRecord)
    assert {one.id for one in [*before, *after]} == placed(shop.shop)
    assert all(one.updated_at < middle for one in before)
    assert all(one.updated_at >= middle for one in after)


def test_a_shop_too_old_to_look_at_dates_is_noticed_and_named() -> None:
    with asked(Site(Shop(orders=50))) as shop:
        shop.shop.ids = lambda kind, **_: Shop.ids(shop.shop, kind)  # type: ignore[method-assign]
        with pytest.raises(AnswerUnusable) as failed:
            list(shop.pages("orders", Window(NOW - timedelta(hours=1), NOW)))
    assert failed.value.code == "shop-ignores-dates"
    with asked(Site(Shop(orders=5), version="5.7.2")) as shop, pytest.raises(InvalidInput) as old:
        shop.platform.probe(shop.connection, shop.client, now=NOW)
    assert old.value.code == "woocommerce-too-old"


def test_a_wrong_key_and_right_keys_over_plain_http_get_both_hints() -> None:
    messages = []
    with asked(Site(Shop(orders=5)), https=True) as shop:
        wrong = Credentials("basic", {"consumer_key": KEY[:-1] + "0", "consumer_secret": SECRET})
        bad = connection("https://shop.example.com")
        bad = type(bad)(bad.kind, bad.shop, wrong, bad.zone, bad.currency, {})
        with pytest.raises(InvalidInput) as refused:
            shop.platform.probe(bad, shop.client, now=NOW)
        messages.append(refused.value)
        # The proxy doesn't say that it was asked over https.
        served = shop.client.address  # type: ignore[attr-defined]
        plain = PlainProxy(Unpaced(), local=True, address=served)
        with pytest.raises(InvalidInput) as unseen:
            shop.platform.probe(connection("https://shop.example.com"), plain, now=NOW)
        messages.append(unseen.value)
    for error in messages:
        assert error.code == "access-ended"
        assert "revoked" in error.hint
        assert "plain http" in error.hint
        assert "Authorization" in error.hint
        assert SECRET not in error.message + error.hint
        assert KEY not in error.message + error.hint


class PlainProxy(Client):
    """A proxy that ends TLS and forgets to say so."""

    def __init__(self, paces: Unpaced, *, local: bool, address: str) -> None:
        super().__init__(paces, local)
        object.__setattr__(self, "address", address)

    def ask(self, method: str, url: str, **given: object) -> object:  # type: ignore[override]
        behind = self.address + url.removeprefix("https://shop.example.com")  # type: ignore[attr-defined]
        return super().ask(method, behind, **given)  # type: ignore[arg-type]


def test_a_host_that_drops_the_authorization_header_is_asked_with_keys_in_the_query() -> None:
    with asked(Site(Shop(orders=5), drops_authorization=True), https=True) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
        assert probe.options["keys"] == "query"
        before = len(shop.site.asked)
        known = connection("https://shop.example.com", **probe.options)
        shop.platform.count(known, shop.client, WooCommerce.streams[0], ALL)
    assert len(shop.site.asked) == before + 1  # not first in vain


def test_keys_never_go_into_the_query_over_plain_http() -> None:
    with asked(Site(Shop(orders=5)), keys="query") as shop:
        shop.count("orders")
    assert all("consumer_secret" not in one.params for one in shop.site.asked)


def test_a_site_without_pretty_permalinks_is_read_all_the_same() -> None:
    with asked(Site(Shop(orders=30), permalinks=False), path="route") as shop:
        found = shop.records("orders", kind=OrderRecord)
    assert len(found) == 30


@pytest.mark.parametrize("status", [500, 200])
def test_a_server_short_of_memory_is_asked_for_less_until_it_can(status: int) -> None:
    site = Site(Shop(orders=120))
    site.faults.append(server.out_of_memory("/orders", 25, status=status))
    with asked(site) as shop:
        found = shop.records("orders", kind=OrderRecord)
    assert {one.id for one in found} == placed(shop.shop)
    sizes = [one.params["per_page"] for one in site.asked if one.path.endswith("/orders")]
    assert sizes.count("100") == 1  # the size that went is kept
    site.faults[:] = [server.out_of_memory("/orders", 5, status=status)]
    with asked(site) as shop, pytest.raises(Unavailable) as failed:
        shop.fetch("orders")
    assert failed.value.code in ("shop-overstrained", "shop-failing")


def test_a_slow_list_of_customers_comes_in_smaller_pages_without_a_gap() -> None:
    site = Site(Shop(orders=400))
    site.faults.append(server.out_of_memory("/customers", 10))
    with asked(site) as shop:
        found = shop.records("customers")
    assert {one.id for one in found} == {str(number) for number in range(3, 135)}


class Impatient(Client):
    """Waits for an answer for a moment only."""

    def ask(self, method: str, url: str, **given: Any) -> Answer:
        return super().ask(method, url, **{**given, "read_seconds": 0.5})


def test_a_shop_too_slow_for_a_large_page_is_read_in_smaller_ones() -> None:
    site = Site(Shop(orders=60))
    site.faults.append(server.slow("/orders", 25, seconds=1.5))
    with asked(site) as shop:
        shop.client = Impatient(Unpaced(), local=True)
        found = shop.records("orders", kind=OrderRecord)
    assert {one.id for one in found} == placed(shop.shop)
    sizes = [one.params["per_page"] for one in site.asked if one.path.endswith("/orders")]
    assert sizes.count("100") == 1


def test_a_maintenance_page_with_status_200_is_no_empty_shop() -> None:
    site = Site(Shop(orders=5))
    site.faults.append(server.html_at_200("/orders"))
    with asked(site) as shop, pytest.raises(AnswerUnusable) as failed:
        shop.fetch("orders")
    assert "Just a moment" in failed.value.message


def test_a_site_that_prints_php_warnings_is_told_so() -> None:
    site = Site(Shop(orders=5))
    site.faults.append(server.php_warning("/orders"))
    with asked(site) as shop, pytest.raises(AnswerUnusable) as failed:
        shop.fetch("orders")
    assert failed.value.code == "shop-prints-warnings"
    assert "WP_DEBUG_DISPLAY" in failed.value.hint


def test_a_busy_shop_is_left_alone_for_as_long_as_it_says() -> None:
    site = Site(Shop(orders=5))
    site.faults.append(server.busy("/orders", 77))
    with asked(site) as shop:
        with pytest.raises(PageTooLarge) as failed:
            shop.fetch("orders")
        assert getattr(failed.value.reason, "seconds", None) == 77
        assert shop.client.paces.refused == [77]  # type: ignore[attr-defined]
        assert shop.fetch("orders", token=failed.value.token).objects == 8


@pytest.mark.parametrize("stream", ["orders", "customers"])
def test_a_page_that_was_too_much_is_asked_for_in_smaller_ones_at_the_next_try(stream: str) -> None:
    """Also by id from the end, and after a failure at every size."""
    site = Site(Shop(orders=150))
    with asked(site) as shop:
        site.faults[:] = [server.limited(f"/{stream}", 25, 40)]
        with pytest.raises(PageTooLarge) as failed:
            shop.fetch(stream)
        assert failed.value.token.split(".")[1] == "25"
        page = shop.fetch(stream, token=failed.value.token)
        assert 0 < page.objects <= 25
        site.faults[:] = [server.limited(f"/{stream}", 0, 40)]
        with pytest.raises(Throttled):  # it means how often: pages get no smaller
            shop.fetch(stream, token=page.next)
        site.faults[:] = [server.out_of_memory(f"/{stream}", 5)]
        with pytest.raises(PageTooLarge) as again:
            shop.fetch(stream, token=page.next)
        site.faults.clear()
        smaller = shop.fetch(stream, token=again.value.token)
        assert again.value.token.split(".")[1] == "10"
        assert 0 < smaller.objects <= 10


def test_what_we_ourselves_wait_for_makes_no_page_smaller() -> None:
    with asked(Site(Shop(orders=5))) as shop:

        def wait(operation: str, cost: float = 1) -> None:
            raise Paced(60)

        shop.client.paces.take = wait  # type: ignore[method-assign]
        with pytest.raises(Paced):
            shop.fetch("orders")


def test_a_draft_of_the_checkout_is_a_left_cart_and_no_order() -> None:
    with asked(Site(Shop(orders=20, drafts=4))) as shop:
        orders = shop.records("orders", kind=OrderRecord)
        carts = shop.records("abandoned", kind=CartRecord)
    assert not {one.id for one in orders} & {one.id for one in carts}
    assert len(carts) == 4
    assert all(one.person.email and one.value for one in carts)


def test_a_cart_that_became_an_order_is_left_no_longer() -> None:
    with asked(Site(Shop(orders=3, drafts=2))) as shop:
        number = 9_000_001
        before = {one.id for one in shop.records("abandoned")}
        shop.shop.change("orders", number, NOW, status="processing")
        window = Window(NOW - timedelta(minutes=10), NOW + timedelta(minutes=1))
        after = shop.records("orders", window)
        read = shop.read("abandoned", number)
    assert str(number) in before
    assert [type(one) for one in after] == [OrderRecord, CartRecord]
    assert after[1].id == str(number)
    assert after[1].is_deleted
    assert read[0].is_deleted


def test_a_draft_that_the_shop_has_cleaned_up_stays_a_left_cart() -> None:
    with asked(Site(Shop(orders=3, drafts=2))) as shop:
        shop.shop.delete("orders", 9_000_000)
        assert shop.read("abandoned", 9_000_000) == ()


def test_an_edited_customer_is_found_by_the_nightly_list_since_the_shop_cant_say() -> None:
    with asked(Site(Shop(orders=90))) as shop:
        shop.shop.change("customers", 5, NOW, first_name="Renamed")
        new = shop.records("customers", Window(NOW - timedelta(hours=1), NOW))
        everybody = shop.records("customers")
    assert [one.id for one in new] == []
    (found,) = [one for one in everybody if one.id == "5"]
    assert found.person.name.startswith("Renamed")
    assert found.updated_at == NOW
    by_name = {stream.name: stream for stream in WooCommerce.streams}
    assert by_name["customers"].full_every == timedelta(days=1)


def test_new_customers_are_found_without_reading_all_of_them() -> None:
    with asked(Site(Shop(orders=3_000))) as shop:
        since = LAST - timedelta(days=20)
        found = shop.records("customers", Window(since, NOW))
        asked_for = len(shop.site.asked)
        assert shop.count("customers", Window(since, NOW)) is None
    expected = {
        str(number)
        for number in shop.shop.ids("customers")
        if shop.shop.created("customers", number) >= since.timestamp()
    }
    assert {one.id for one in found} == expected
    assert expected
    assert asked_for == 3  # how many there are, the newest, and the page that has no new ones


def test_customers_deleted_while_all_are_listed_hide_nobody_else() -> None:
    with asked(Site(Shop(orders=900))) as shop:
        first = shop.fetch("customers")
        shop.shop.delete("customers", 10)
        shop.shop.delete("customers", 290)
        pages = [first]
        while pages[-1].next:
            pages.append(shop.fetch("customers", ALL, pages[-1].next))
    found = {one.id for page in pages for one in page.records}
    staying = {str(number) for number in shop.shop.ids("customers")} - {"2"}
    assert staying <= found


def test_a_changed_variation_is_read_with_its_product() -> None:
    with asked(Site(Shop(products=12))) as shop:
        found = shop.records("products", kind=ProductRecord)
        by_variation = shop.read("products", 10_002)
        lines = [line for one in shop.records("orders", kind=OrderRecord) for line in one.lines]
    ids = {one.id for one in found}
    assert {line.product_id for line in lines} <= ids
    assert [one.id for one in by_variation] == ["100", "10001", "10002"]
    assert "&amp;" not in str([one.name for one in found])


def test_every_refund_is_in_the_ledger_with_its_line() -> None:
    with asked(Site(Shop(orders=400))) as shop:
        records = shop.records("orders")
    orders = {one.id: one for one in records if isinstance(one, OrderRecord)}
    refunds = [one for one in records if isinstance(one, RefundRecord)]
    assert refunds
    for one in refunds:
        (back,) = one.lines
        first = orders[one.order_id].lines[0]
        assert (back.line_id, back.amount, back.tax) == (first.id, first.amount, first.tax)
        assert one.other == Decimal(0)
    told = {one["id"] for number in shop.shop.ids("orders") for one in shop.shop.refunds(number)}
    assert {one.id for one in refunds} == {str(number) for number in told}


def test_a_review_waiting_for_approval_isnt_shown() -> None:
    with asked(Site(Shop(reviews=40))) as shop:
        found = shop.records("reviews")
    assert len(found) == 36
    assert all(one.is_shown and one.person.email and one.text for one in found)


def test_reviews_of_a_window_are_those_written_in_it() -> None:
    with asked(Site(Shop(reviews=200, zone="Asia/Kolkata"))) as shop:
        middle = datetime(2025, 5, 5, 5, tzinfo=UTC)
        earlier = shop.records("reviews", Window(None, middle))
        later = shop.records("reviews", Window(middle, NOW))
        assert shop.count("reviews", Window(middle, NOW)) == len(later)
    assert len(earlier) + len(later) == 180
    assert all(one.said_at < middle + timedelta(seconds=1) for one in earlier)


def test_what_is_gone_is_a_deleted_record_and_a_theme_s_404_page_isnt() -> None:
    site = Site(Shop(orders=5))
    with asked(site) as shop:
        for stream in ("orders", "customers", "products", "reviews"):
            (gone,) = shop.read(stream, 777)
            assert gone.is_deleted
        site.permalinks = False
        with pytest.raises(AnswerUnusable):
            shop.read("orders", 1_000_001)


def test_a_plugin_that_hides_reviews_leaves_the_other_streams_alone() -> None:
    site = Site(Shop(orders=5), missing=frozenset({"products/reviews"}))
    with asked(site) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
        with pytest.raises(NotFound) as missing:
            shop.fetch("reviews")
        assert shop.fetch("products").objects
    assert missing.value.code == "stream-missing"
    assert probe.capabilities["reviews"].state == "none"
    assert probe.capabilities["products"].state == "full"


def test_a_list_that_holds_more_than_it_shows_fails_loudly() -> None:
    site = Site(Shop(orders=5))
    site.faults.append(
        lambda one: (200, {"X-WP-Total": "5000"}, b"[]") if one.path.endswith("/orders") else None
    )
    with asked(site) as shop, pytest.raises(KindredError, match="says that there are more"):
        shop.fetch("orders")


def test_ids_that_are_none_are_refused_before_the_shop_is_asked() -> None:
    with asked(Site(Shop(orders=5))) as shop:
        for number in ("../settings", "1?x=1", "", "²"):
            with pytest.raises(InvalidInput):
                shop.read("orders", number)
    assert shop.site.asked == []


def test_a_draft_that_was_never_edited_has_no_time_and_stops_no_list() -> None:
    """WordPress keeps no time of a new draft: airbyte PR 17777, rows without a cursor."""
    shop = Shop(orders=5)
    number = shop.ids("products")[0]
    nothing = {"date_created_gmt": None, "date_modified_gmt": None}
    shop.changed["products", number] = {**nothing, "status": "draft"}
    with asked(Site(shop)) as opened:
        found = {one.id: one for one in opened.records("products")}
    assert set(found) >= {str(one) for one in shop.ids("products")}
    assert not found[str(number)].is_active
