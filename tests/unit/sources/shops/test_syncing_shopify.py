"""The engine of syncs, keeping to a served Shopify shop's own limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kindred.sources.shops.cursors import State
from kindred.sources.shops.http import Client
from kindred.sources.shops.paces import ShopPaces
from shops.kept import Kept, sync_wholly
from shops.made_up import content
from shops.shopify.connected import ConnectedShop, connect
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer


@pytest.fixture
def shop() -> Iterator[ConnectedShop]:
    with ShopifyServer(MadeUpShop(130)) as server:
        yield connect(server)


def synced(shop: ConnectedShop, kept: Kept, run: str) -> State:
    """A whole sync in the shop's own time, at the pace that it sets."""
    paces = ShopPaces(
        {}, clock=lambda: shop.server.clock, sleep=shop.server.forward, chance=lambda: 0.5
    )
    return sync_wholly(
        shop.platform,
        shop.connection,
        Client(paces, local=True),
        kept,
        run,
        clock=lambda: shop.server.clock,
        wait=shop.server.forward,
    )


def test_a_shopify_shop_comes_whole_and_an_unchanged_one_stores_nothing_more(
    shop: ConnectedShop,
) -> None:
    kept = Kept()
    state = synced(shop, kept, "r1")
    assert {name: one.error for name, one in state.cursors.items() if one.error} == {}
    found = content(kept.parts)
    assert len([id_ for table, id_ in found if table == "orders"]) == 130
    assert {"customers", "products"} <= {table for table, _ in found}
    stored = kept.state.stored
    shop.server.forward(3_600)
    synced(shop, kept, "r2")
    assert kept.state.stored == stored
