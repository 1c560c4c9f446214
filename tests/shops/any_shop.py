"""Made-up shops of all platforms, asked by the real code over HTTP: what tests of any shop share.

    with opened("woocommerce", orders=120) as shop:
        shop.syncs.sync()

Between the real client and the shop stands a `Watch`: it counts requests, lets something happen
before one of them, gives another answer in the place of the right one, or changes what came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from kindred.sources.magento.platform import Magento
from kindred.sources.shopify.platform import Shopify
from kindred.sources.shops.http import Answer, Client
from kindred.sources.shops.platform import Connection, Credentials
from kindred.sources.shops.records import Record
from kindred.sources.woocommerce.platform import WooCommerce
from shops.amazon import seller as amazon_seller
from shops.amazon import shop as amazon_shop
from shops.flipkart import seller as flipkart_seller
from shops.flipkart import shop as flipkart_shop
from shops.kept import Kept, Time
from shops.loopback import Loopback, Reply, Request
from shops.made_up import content
from shops.magento import server as magento_server
from shops.serving import running
from shops.shopify.made_up_shop import MadeUpShop, stamp
from shops.shopify.server import ShopifyServer
from shops.whole_sync import WholeSync
from shops.woocommerce import server as woo_server
from shops.woocommerce.shop import Shop

__all__ = ["KINDS", "AnyShop", "Watch", "opened"]

KINDS = ("shopify", "woocommerce", "magento", "amazon", "flipkart")
#: After all that WooCommerce's and Magento's made-up shops have seen.
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class Watch:
    """Stands between the client and a shop."""

    #: The shop's clock is set, then this is told the number of each request, from 0.
    before: Callable[[int], None] = lambda _number: None
    #: Another answer in the place of the right one, where it gives one.
    instead: Callable[[int, str], Reply | None] = lambda _number, _path: None
    #: What is made of an answer that came.
    twist: Callable[[str, Answer], Answer] = lambda _path, answer: answer
    paths: list[str] = field(default_factory=list)
    #: What was answered instead, so that its requests can be looked at.
    diverted: list[Request] = field(default_factory=list)
    trouble: Loopback | None = None
    reply: Reply = field(default_factory=lambda: Reply(500, b""))

    def serve(self, request: Request) -> Reply:
        self.diverted.append(request)
        return self.reply


@dataclass(frozen=True)
class WatchedClient(Client):
    """The real client; what a `Watch` gives instead is served, too, so that it is read as ever."""

    watch: Watch = field(default_factory=Watch)
    set_clock: Callable[[], None] = lambda: None

    def ask(self, method: str, url: str, **given: Any) -> Answer:
        watch, path = self.watch, urlsplit(url).path
        number = len(watch.paths)
        watch.paths.append(path)
        watch.before(number)
        self.set_clock()
        reply = watch.instead(number, path)
        if reply is None:
            return watch.twist(path, super().ask(method, url, **given))
        watch.reply = reply
        assert watch.trouble is not None
        parts = urlsplit(url)
        elsewhere = url.replace(f"{parts.scheme}://{parts.netloc}", watch.trouble.base, 1)
        return super().ask(method, elsewhere, **given)


@dataclass
class AnyShop:
    """A served shop of some platform, connected."""

    kind: str
    syncs: WholeSync
    watch: Watch
    #: Ids of the orders that the shop has.
    orders: Callable[[], set[str]]
    #: Somebody cancels an order, at a moment.
    cancel: Callable[[str, datetime], None]
    #: Somebody deletes a product for good, which nothing tells of; its id.
    forget_product: Callable[[], str]

    @property
    def time(self) -> Time:
        return self.syncs.time

    def held(self) -> dict[tuple[str, str], Record]:
        """What Kindred has of the shop: of each object its latest moment."""
        return content(self.syncs.kept.parts)

    def held_orders(self) -> dict[str, Any]:
        return {id_: record for (table, id_), record in self.held().items() if table == "orders"}

    def cancelled(self) -> set[str]:
        """Orders that are cancelled, as far as Kindred knows."""
        return {id_ for id_, one in self.held_orders().items() if one.state == "cancelled"}

    def errors(self) -> dict[str, Any]:
        cursors = self.syncs.kept.state.cursors.items()
        return {name: cursor.error for name, cursor in cursors if cursor.error}

    def begun_anew(self) -> dict[tuple[str, str], Record]:
        """What a first sync brings of the shop as it is now."""
        self.time.forward(minutes=1)  # its budget of requests is full again
        fresh = replace(self.syncs, kept=Kept(), runs=0)
        fresh.sync()
        return content(fresh.kept.parts)


@contextmanager
def opened(kind: str, orders: int = 60, **options: Any) -> Iterator[AnyShop]:
    """A shop of so many orders; ``options`` are the platform's made-up shop's own."""
    watch = Watch()
    with Loopback(watch.serve) as trouble:
        watch.trouble = trouble
        with _OPENERS[kind](watch, orders, **options) as shop:
            yield shop


def _syncs(
    platform: Any, connection: Connection, at: Callable[[datetime], None], now: datetime,
    watch: Watch,
) -> WholeSync:  # fmt: skip
    time = Time(now)

    def client_of(paces: Any) -> Client:
        return WatchedClient(paces, local=True, watch=watch, set_clock=lambda: at(time.now))

    return WholeSync(platform, connection, at, time, client_of=client_of)


@contextmanager
def _shopify(watch: Watch, orders: int, **options: Any) -> Iterator[AnyShop]:
    scopes_less = options.pop("without_scopes", ())
    with ShopifyServer(MadeUpShop(orders, **options)) as server:
        server.admin.scopes.difference_update(scopes_less)
        made = server.shop
        values = {"access_token": server.token, "client_secret": server.client_secret}
        keys = Credentials("access_token", values)
        connection = Connection("shopify", server.url, keys, made.zone, made.currency)

        def cancel(id_: str, at: datetime) -> None:
            order = made.by_id(f"gid://shopify/Order/{id_}")
            assert order is not None
            made.touch(order, at, cancelledAt=stamp(at))

        def at(now: datetime) -> None:
            server.clock = now

        yield AnyShop(
            "shopify", _syncs(Shopify(), connection, at, server.clock, watch), watch,
            lambda: {order["id"].rsplit("/", 1)[1] for order in made.orders}, cancel,
            lambda: str(made.products.pop()["variants"][0]["id"].rsplit("/", 1)[1]),
        )  # fmt: skip


@contextmanager
def _woocommerce(watch: Watch, orders: int, **options: Any) -> Iterator[AnyShop]:
    made = Shop(orders, **options)

    def forget_product() -> str:
        number = made.ids("products")[0]
        records = made.variations(number) or [{"id": number}]
        made.delete("products", number)
        return str(records[0]["id"])

    with running(woo_server.Site(made)) as address:
        values = {"consumer_key": woo_server.KEY, "consumer_secret": woo_server.SECRET}
        keys = Credentials("oauth1", values)
        connection = Connection("woocommerce", address, keys, made.zone, made.currency)
        yield AnyShop(
            "woocommerce",
            _syncs(WooCommerce(), connection, lambda _now: None, NOW, watch),
            watch,
            lambda: {str(number) for number in made.ids("orders") if not made.is_draft(number)},
            lambda id_, at: made.change("orders", int(id_), at, status="cancelled"),
            forget_product,
        )


@contextmanager
def _magento(watch: Watch, orders: int, **options: Any) -> Iterator[AnyShop]:
    made = magento_server.Site(orders, **options)

    def forget_product() -> str:
        made.gone.add(("products", 5))
        return "5"

    with running(made) as address:
        keys = Credentials("token", {"access_token": magento_server.TOKEN})
        connection = Connection("magento", address, keys, made.zone, made.currency)
        yield AnyShop(
            "magento",
            _syncs(Magento(), connection, lambda _now: None, NOW, watch),
            watch,
            lambda: {str(n) for n in range(1, orders + 1) if made.one("orders", n) is not None},
            lambda id_, at: made.change("orders", int(id_), at, state="canceled"),
            forget_product,
        )


@contextmanager
def _amazon(watch: Watch, orders: int, **options: Any) -> Iterator[AnyShop]:
    made = amazon_shop.Shop(orders, **options)
    with Loopback(made.answer) as server:
        seller = amazon_seller.connected(made, server)

        def cancel(id_: str, at: datetime) -> None:
            order = next(one for one in made.orders if one["orderId"] == id_)
            order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
            order["lastUpdatedTime"] = amazon_shop.iso(at)

        def at(now: datetime) -> None:
            made.now = now

        yield AnyShop(
            "amazon", _syncs(seller.amazon, seller.connection, at, made.now, watch), watch,
            lambda: {order["orderId"] for order in made.orders}, cancel,
            lambda: str(made.listings.pop()["sku"]),
        )  # fmt: skip


@contextmanager
def _flipkart(watch: Watch, orders: int, **options: Any) -> Iterator[AnyShop]:
    made = flipkart_shop.Shop(orders, **options)
    with Loopback(made.answer) as server:
        seller = flipkart_seller.connected(made, server)

        def cancel(id_: str, at: datetime) -> None:
            for shipment in made.shipments:
                if shipment["orderItems"][0]["orderId"] == id_:
                    shipment["orderItems"][0]["status"] = "CANCELLED"
                    shipment["updatedAt"] = flipkart_shop.iso(at)

        def at(now: datetime) -> None:
            made.now = now

        yield AnyShop(
            "flipkart", _syncs(seller.flipkart, seller.connection, at, made.now, watch), watch,
            lambda: {item["orderId"] for one in made.shipments for item in one["orderItems"]},
            cancel, lambda: made.listings.popitem()[0],
        )  # fmt: skip


_OPENERS: dict[str, Callable[..., Any]] = {
    "shopify": _shopify,
    "woocommerce": _woocommerce,
    "magento": _magento,
    "amazon": _amazon,
    "flipkart": _flipkart,
}
