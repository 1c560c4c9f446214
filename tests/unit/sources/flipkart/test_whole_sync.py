"""A Flipkart seller synced as a shop is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from shops.flipkart import shop as made_up
from shops.flipkart.seller import connected
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

        yield WholeSync(seller.flipkart, seller.connection, at, Time(now=made_up.NOW))


def test_a_first_sync_brings_everything_and_an_unchanged_second_writes_nothing(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    first = syncs.sync()
    assert {name: cursor.error for name, cursor in first.cursors.items()} == dict.fromkeys(
        ("orders", "products", "returns")
    )
    orders = {i["orderId"] for s in shop.shipments for i in s["orderItems"]}
    assert set(syncs.latest("orders")) == orders
    assert set(syncs.latest("products")) == set(shop.listings)
    assert len(syncs.latest("refunds")) == len(shop.returns)
    for wait in (timedelta(hours=1), timedelta(days=2)):
        syncs.time.forward(seconds=wait.total_seconds())
        assert syncs.sync().stored == first.stored


def test_what_changes_arrives_and_a_listing_that_is_gone_is_gone(
    shop: made_up.Shop, syncs: WholeSync
) -> None:
    syncs.sync()
    syncs.time.forward(hours=1)
    shipment = shop.shipments[0]
    shipment["orderItems"][0]["status"] = "CANCELLED"
    shipment["updatedAt"] = made_up.iso(syncs.time.now - timedelta(minutes=20))
    shop.returns[0]["comments"] = "It was too small"
    shop.returns[0]["updatedDate"] = made_up.iso(syncs.time.now - timedelta(minutes=20))
    del shop.listings["SKU 003"]
    syncs.time.forward(days=2)
    syncs.sync()
    order = syncs.latest("orders")[shipment["orderItems"][0]["orderId"]]
    assert order.updated_at > made_up.NOW
    notes = [getattr(refund, "note") for refund in syncs.latest("refunds").values()]  # noqa: B009
    assert "It was too small" in notes
    assert [r.id for r in syncs.latest("products").values() if r.is_deleted] == ["SKU 003"]


def test_a_listing_that_comes_back_counts_again(shop: made_up.Shop, syncs: WholeSync) -> None:
    syncs.sync()
    listing = shop.listings.pop("SKU 003")
    syncs.time.forward(days=2)
    syncs.sync()
    assert syncs.latest("products")["SKU 003"].is_deleted
    shop.listings["SKU 003"] = listing
    syncs.time.forward(days=2)
    stored = syncs.sync().stored
    assert not syncs.latest("products")["SKU 003"].is_deleted
    syncs.time.forward(days=2)
    assert syncs.sync().stored == stored, "an unchanged listing writes nothing"
