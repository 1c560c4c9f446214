"""The ways in which connected shops have lost their data elsewhere, and what happens here.

The real code syncs made-up shops of every platform over HTTP. What stands for a way that isn't
here has its tests with its platform, or its part of the machine: docs/shops.md has the whole table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from kindred.sources.shops.http import Answer
from kindred.sources.shops.records import ProductRecord, Record
from shops.any_shop import KINDS, AnyShop, opened
from shops.loopback import Reply

HTML = Reply(
    200, b"<!doctype html><title>Back soon</title>", {"Content-Type": "text/html; charset=UTF-8"}
)
#: Orders of which a platform's lists have several pages.
SEVERAL_PAGES = {"shopify": 70, "woocommerce": 130, "magento": 130, "amazon": 130, "flipkart": 40}


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[AnyShop]:
    with opened(request.param, SEVERAL_PAGES[request.param]) as shop:
        yield shop


def synced(shop: AnyShop) -> AnyShop:
    """After its first sync, which was whole."""
    shop.syncs.sync()
    assert shop.errors() == {}
    assert set(shop.held_orders()) == shop.orders()
    return shop


# 1. Silent loss with success status ------------------------------------------------------------


def without_the_last(path: str, answer: Answer) -> Answer:
    """A list that is one short, beside a count that isn't."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    rows: Any = None
    if isinstance(body, list):
        rows = body
    elif "total_count" in body or "numberOfResults" in body:
        rows = body["items"]
    elif isinstance(body.get("data"), dict):
        found = [one["nodes"] for one in body["data"].values() if isinstance(one, dict)
                 and "nodes" in one]  # fmt: skip
        rows = found[0] if found else None
    if rows is None or len(rows) < 2:
        return answer
    rows.pop()
    return replace(answer, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("kind", "stream", "code"),
    [
        ("shopify", "orders", "counts-differ"),
        ("woocommerce", "orders", "counts-differ"),
        ("magento", "orders", "counts-differ"),
        ("amazon", "products", "shop-answer-unusable"),  # it counts no orders
    ],
)
def test_orders_that_the_shop_counts_and_keeps_back_are_never_called_complete(
    kind: str, stream: Any, code: str
) -> None:
    """airbyte#85372, #62499, #21173: some are missing, and it says success."""
    with opened(kind, SEVERAL_PAGES[kind]) as shop:
        shop.watch.twist = without_the_last
        state = shop.syncs.sync()
        error = state.cursor(stream).error
        assert error is not None
        assert error["code"] == code
        assert state.cursor(stream).high_water is None, "the next sync asks for all of it again"
        shop.watch.twist = lambda _path, answer: answer
        shop.time.forward(hours=1)
        synced(shop)


# 2. Cursor and filter on different fields ------------------------------------------------------


def test_an_old_order_that_is_edited_today_arrives_today(shop: AnyShop) -> None:
    """airbyte#13824, #77005, #28926, #66581: made long ago, so what is new leaves it out."""
    synced(shop)
    records = shop.held_orders()
    oldest = min(set(records) - shop.cancelled(), key=lambda id_: records[id_].ordered_at)
    shop.time.forward(hours=1)
    shop.cancel(oldest, shop.time.now)
    shop.time.forward(hours=1)
    shop.syncs.sync()
    assert oldest in shop.cancelled()
    assert shop.held() == shop.begun_anew()


# 3. A record changes while paging --------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_changed_while_paging_is_not_lost_nor_another_for_it(kind: str) -> None:
    """singer tap-shopify#25, #29, #166, #198: before whichever request it is changed."""
    with opened(kind, SEVERAL_PAGES[kind]) as shop:
        synced(shop)
        requests = len(shop.watch.paths)
    for nth in range(0, requests, max(requests // 6, 1)):
        with opened(kind, SEVERAL_PAGES[kind]) as shop:
            changed = sorted(shop.orders())[0]

            def change(
                number: int, shop: AnyShop = shop, nth: int = nth, id_: str = changed
            ) -> None:
                if number == nth:
                    shop.time.forward(minutes=1)
                    shop.cancel(id_, shop.time.now)

            shop.watch.before = change
            shop.syncs.sync()
            shop.time.forward(hours=1)
            shop.syncs.sync()
            assert shop.errors() == {}
            assert set(shop.held_orders()) == shop.orders(), f"request {nth} of {requests}"
            assert changed in shop.cancelled(), f"request {nth} of {requests}"


# 4. Time zones ---------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "magento"])
def test_a_shop_far_from_greenwich_loses_no_hour_of_orders(kind: str, zone: str) -> None:
    """woocommerce#28111, airbyte#47713: the window is read on the shop's own clock."""
    with opened(kind, 30, zone=zone) as shop:
        synced(shop)
        for id_ in sorted(shop.orders() - shop.cancelled())[:4]:
            shop.time.forward(minutes=20)
            shop.cancel(id_, shop.time.now)
            shop.time.forward(minutes=40)
            shop.syncs.sync()
            assert id_ in shop.cancelled(), "in the very next sync"
        assert shop.held() == shop.begun_anew()


# 5. "Now" is too new ---------------------------------------------------------------------------


def test_an_order_of_this_minute_costs_no_refusal_and_comes_with_the_next_sync(
    shop: AnyShop,
) -> None:
    """sp-api-docs#326, airbyte#52592: a window that ends now is refused, or closed too early."""
    synced(shop)
    id_ = sorted(shop.orders() - shop.cancelled())[0]
    shop.time.forward(hours=1)
    shop.cancel(id_, shop.time.now - timedelta(seconds=1))
    shop.syncs.sync()
    assert shop.errors() == {}
    shop.time.forward(hours=1)
    shop.syncs.sync()
    assert id_ in shop.cancelled()


# 6. A throttle that looks like success ---------------------------------------------------------

_COST = {
    "requestedQueryCost": 100,
    "actualQueryCost": None,
    "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 0, "restoreRate": 100.0},
}
_THROTTLES = {
    "shopify": Reply(
        200,
        {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": _COST},
        },
        {"X-Shopify-API-Version": "2026-10"},
    ),
    "woocommerce": Reply(503, b"", {"Retry-After": "20"}),
    "magento": Reply(429, {"message": "Too many requests."}),
    "amazon": Reply(429, {"errors": [{"code": "QuotaExceeded", "message": "Quota."}]}),
    "flipkart": Reply(429, {}, {"Retry-After": "7"}),
}


def test_a_throttle_that_looks_like_success_is_waited_out_and_loses_nothing(shop: AnyShop) -> None:
    """Shopify/cli#8317, BCApps#10417, airbyte#48882."""
    began = shop.time.now
    told: list[int] = []

    def throttle(number: int, _path: str) -> Reply | None:
        if number % 4 != 1 or len(told) == 4:
            return None
        told.append(number)
        return _THROTTLES[shop.kind]

    shop.watch.instead = throttle
    synced(shop)
    assert len(told) >= 2
    assert shop.time.now - began >= timedelta(seconds=len(told) - 1)


# 9. A history shorter than believed ------------------------------------------------------------


def test_an_app_that_sees_sixty_days_shows_its_oldest_day_and_is_never_complete() -> None:
    """ShopifySharp#260, shopify_python_api#370, airbyte#58668."""
    with opened("shopify", 60, without_scopes=("read_all_orders",)) as shop:
        connection = shop.syncs.connection
        probe = shop.syncs.platform.probe(connection, shop.syncs._asking, now=shop.time.now)
        assert probe.capabilities["orders"].state == "partial"
        assert probe.capabilities["orders"].reason
        state = shop.syncs.sync()
        oldest = state.cursor("orders").oldest
        assert oldest is not None
        assert shop.time.now - oldest <= timedelta(days=60)
        assert 0 < len(shop.held_orders()) < len(shop.orders())


def test_an_amazon_seller_sees_two_years_and_which_day_is_the_oldest() -> None:
    with opened("amazon", 60) as shop:
        probe = shop.syncs.platform.probe(
            shop.syncs.connection, shop.syncs._asking, now=shop.time.now
        )
        assert probe.capabilities["orders"].state == "partial"
        state = shop.syncs.sync()
        oldest = state.cursor("orders").oldest
        assert oldest is not None
        assert shop.time.now - oldest <= timedelta(days=731)


# 13. Hosts and firewalls -----------------------------------------------------------------------


def test_a_maintenance_page_at_200_takes_nothing_away(shop: AnyShop) -> None:
    """WooCommerce.NET#712, #810, woocommerce#18030: a web page is no empty list."""
    synced(shop)
    before = shop.held()
    shop.time.forward(days=8)  # when everything is listed again
    shop.watch.instead = lambda _number, _path: HTML
    shop.syncs.sync()
    assert shop.errors(), "it is said"
    assert shop.held() == before
    agents = {request.headers["user-agent"] for request in shop.watch.diverted}
    assert len(agents) == 1
    assert agents.pop().startswith("Kindred/")
    shop.watch.instead = lambda _number, _path: None
    shop.time.forward(hours=1)
    synced(shop)
    assert shop.held() == before


# 14. Slow or huge stores -----------------------------------------------------------------------


def test_a_shop_that_breaks_off_again_and_again_costs_time_and_no_order(shop: AnyShop) -> None:
    """woocommerce#11635, #11913: where it broke off it goes on."""
    broken: list[int] = []

    def break_off(number: int, _path: str) -> Reply | None:
        if number % 3 != 2 or len(broken) == 5:
            return None
        broken.append(number)
        return Reply(502, b"")

    shop.watch.instead = break_off
    synced(shop)
    assert len(broken) >= 3
    assert shop.held() == shop.begun_anew()


# A kill at every write -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "step"),
    [("shopify", 1), ("woocommerce", 1), ("magento", 4), ("amazon", 4), ("flipkart", 4)],
)
def test_a_sync_killed_at_any_write_ends_as_if_nothing_had_happened(kind: str, step: int) -> None:
    """A first sync, something that changes, a second one. Dead after a write is dead before the
    next one: what isn't stored is gone either way.
    """

    def end_of(kill_at: int | None) -> tuple[int, Any]:
        with opened(kind, 6) as shop:
            kept, began = shop.syncs.kept, shop.syncs.kept.writes
            kept.kill_at = kill_at and began + kill_at
            start = shop.time.now
            shop.syncs.sync()
            shop.cancel(sorted(shop.orders())[0], start + timedelta(hours=5))
            shop.time.now = start + timedelta(hours=6)  # however long the waits were
            state = shop.syncs.sync()
            waters = {name: cursor.high_water for name, cursor in state.cursors.items()}
            ended = (without_addresses(shop.held()), shop.errors(), waters, state.stored)
            return kept.writes - began, ended

    writes, expected = end_of(None)
    assert writes >= 10
    assert expected[1] == {}
    for nth in range(1, writes + 1, step):
        assert end_of(nth)[1] == expected, f"write {nth} of {writes}"


def without_addresses(held: dict[tuple[str, str], Record]) -> dict[tuple[str, str], Record]:
    """The same shop is served at another port each time."""
    return {
        key: replace(one, image=None, url=None) if isinstance(one, ProductRecord) else one
        for key, one in held.items()
    }
