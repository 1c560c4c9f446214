"""Twenty shops of five merchants and four platforms at once, through the real functions.

Amazon isn't among them: it allows so few requests that a first sync takes a quarter of an hour.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from emulator.merchants import DONE, HANG_SECONDS, Person, sign_up
from emulator.places import document_of, estate_of
from kindred.paths import Source
from shops.flipkart import shop as flipkart
from shops.loopback import Loopback
from shops.magento import server as magento
from shops.serving import running
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer
from shops.woocommerce import server as woo
from shops.woocommerce.shop import Shop

pytestmark = pytest.mark.usefixtures("behind_the_doors")


@dataclass
class Served:
    """A shop on this machine: what a merchant types in, and what has to arrive."""

    wish: dict[str, Any]
    mark: str  # in every order of this shop, and of no other
    orders: set[str]


class LiveFlipkart(flipkart.Shop):
    """Whose clock goes."""

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @now.setter
    def now(self, at: datetime) -> None:
        """It can't be set."""


def a_shopify(stack: ExitStack, orders: int, mark: str) -> Served:
    made = MadeUpShop(orders, seed=orders)
    for order in made.orders:
        order["name"] = f"{mark}{order['name']}"
    server = stack.enter_context(ShopifyServer(made))
    server.is_live_clock = True
    keys = {"access_token": server.token, "client_secret": server.client_secret}
    ids = {order["id"].rsplit("/", 1)[1] for order in made.orders}
    return Served({"platform": "shopify", "shop_url": server.url, "credentials": keys}, mark, ids)


def a_woocommerce(stack: ExitStack, orders: int, mark: str) -> Served:
    made = Shop(orders, drafts=0, products=4, reviews=2, seed=orders)
    made.changed |= {
        ("orders", number): {"number": f"{mark}{number}"} for number in made.ids("orders")
    }
    address = stack.enter_context(running(woo.Site(made)))
    keys = {"consumer_key": woo.KEY, "consumer_secret": woo.SECRET}
    ids = {str(number) for number in made.ids("orders")}
    return Served({"platform": "woocommerce", "shop_url": address, "credentials": keys}, mark, ids)


def a_magento(stack: ExitStack, orders: int, mark: str) -> Served:
    made = magento.Site(orders, products=4, seed=orders)
    made.changed |= {
        ("orders", number): {"increment_id": f"{mark}{number}"} for number in range(1, orders + 1)
    }
    address = stack.enter_context(running(made))
    keys = {"access_token": magento.TOKEN}
    ids = {str(number) for number in range(1, orders + 1)}
    return Served({"platform": "magento", "shop_url": address, "credentials": keys}, mark, ids)


def a_flipkart(stack: ExitStack, orders: int, mark: str) -> Served:
    made = LiveFlipkart(orders, listings=4, seed=orders)
    items = [item for shipment in made.shipments for item in shipment["orderItems"]]
    for item in items:
        item["orderId"] = f"{mark}{item['orderId']}"
    server = stack.enter_context(Loopback(made.answer))
    made.base = server.base
    keys = {"app_id": flipkart.APP, "app_secret": flipkart.SECRET, "base": server.base}
    return Served(
        {"platform": "flipkart", "credentials": keys}, mark, {item["orderId"] for item in items}
    )


@pytest.fixture
def served() -> Iterator[list[Served]]:
    """Twenty shops, of 10 to 29 orders, so that no two are as large."""
    makers = (a_shopify, a_woocommerce, a_magento, a_flipkart)
    with ExitStack() as stack:
        yield [makers[n % 4](stack, 10 + n, f"OF{n:02}X") for n in range(20)]


def test_twenty_shops_are_connected_and_synced_at_once_and_see_nothing_of_each_other(
    served: list[Served],
) -> None:
    people = [sign_up(f"owner{n}") for n in range(5)]
    owners = [people[n // 4] for n in range(20)]

    def connected(owner: Person, shop: Served) -> Source:
        made = owner.call("connect_ecommerce", **shop.wish)["source"]
        return Source(owner.uid, made["kind"], made["id"])

    with ThreadPoolExecutor(20) as pool:
        sources = list(pool.map(connected, owners, served))
    for source in sources:
        wait_until_done(source)
    for source, shop in zip(sources, served, strict=True):
        document = document_of(source)
        assert document["status"] == "ready", (source.kind, document["error"])
        states = {name: one["state"] for name, one in document["streams"].items()}
        assert set(states.values()) <= {"ready", "partial"}, (source.kind, states)
        assert document["streams"]["orders"]["count"] == len(shop.orders)
        told = "\n".join(everything_of(source))
        assert shop.mark in told
        assert [one.mark for one in served if one.mark in told] == [shop.mark]
        assert orders_of(source, document) <= shop.orders
    for owner in people:
        theirs = {one.document for one in sources if owner.get(one.document).status_code == 200}
        assert theirs == {one.document for one in sources if one.uid == owner.uid}


def wait_until_done(source: Source) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while document_of(source).get("status") not in DONE:
        assert time.monotonic() < deadline, document_of(source)
        time.sleep(0.2)


def everything_of(source: Source) -> Iterator[str]:
    """What documents and files say, tables row by row."""
    estate = estate_of(source)
    yield from (repr(document) for document in estate.documents.values())
    for file in estate.files.values():
        is_table = file.startswith(b"PAR1")
        yield repr(pq.read_table(io.BytesIO(file)).to_pylist() if is_table else file)


def orders_of(source: Source, document: dict[str, Any]) -> set[str]:
    """The orders of its canonical table."""
    run = document["tables_run"]
    files = estate_of(source).files
    (name,) = [one for one in files if one.endswith(f"{run}/orders.parquet")]
    rows = pq.read_table(io.BytesIO(files[name])).to_pylist()
    return {row["platform_order_id"] for row in rows}
