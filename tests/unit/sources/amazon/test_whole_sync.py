"""An Amazon seller synced as a shop is, at Amazon's own pace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from shops.amazon import shop as made_up
from shops.amazon.seller import connected
from shops.kept import Time
from shops.loopback import Loopback
from shops.whole_sync import WholeSync


@pytest.fixture
def shop() -> made_up.Shop:
    return made_up.Shop()


@pytest.fixture
def syncs(shop: made_up.Shop) -> Iterator[WholeSync]:
    with Loopback(shop.answer) as server:
        seller = connected(shop, server)

        def at(now: object) -> None:
            shop.now = now  # type: ignore[assignment]

        yield WholeSync(seller.amazon, seller.connection, at, Time(now=made_up.NOW))


def test_a_first_sync_brings_two_years_within_the_hour(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    state = syncs.sync()
    assert syncs.time.now - made_up.NOW < timedelta(hours=1)
    assert {name: cursor.error for name, cursor in state.cursors.items()} == dict.fromkeys(
        ("orders", "products", "returns")
    )
    assert set(syncs.latest("orders")) == {order["orderId"] for order in shop.orders}
    assert set(syncs.latest("products")) == {item["sku"] for item in shop.listings}
    assert len(syncs.latest("refunds")) == len(shop.transactions)


def test_an_unchanged_second_sync_writes_nothing_and_a_changed_order_arrives(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    first = syncs.sync()
    syncs.time.forward(hours=1)
    assert syncs.sync().stored == first.stored
    syncs.time.forward(days=8)  # everything is listed again
    assert syncs.sync().stored == first.stored
    syncs.time.forward(hours=1)
    order = shop.orders[0]
    order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
    order["lastUpdatedTime"] = made_up.iso(syncs.time.now - timedelta(minutes=20))
    shop.listings.pop(7)
    syncs.time.forward(days=8)
    syncs.sync()
    assert getattr(syncs.latest("orders")[order["orderId"]], "state") == "cancelled"  # noqa: B009
    assert [r.id for r in syncs.latest("products").values() if r.is_deleted] == ["SKU-007"]


def test_a_role_that_is_withdrawn_stops_its_stream_alone(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    shop.roles -= {"finances"}
    state = syncs.sync()
    assert state.cursor("returns").none_at is not None
    assert (state.cursor("returns").error or {})["code"] == "amazon-role-missing"
    assert state.cursor("orders").error is None
    assert len(syncs.latest("orders")) == 250


def test_amazons_refusals_delay_a_sync_and_lose_nothing(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    shop.refuse_next = 3
    syncs.sync()
    assert len(syncs.latest("orders")) == 250
