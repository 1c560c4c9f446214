"""A connected seller: asks the made-up Flipkart as a sync would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from kindred.sources.flipkart.platform import Flipkart
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Connection, Page, Stream, Window
from kindred.sources.shops.records import Record
from shops.flipkart import shop as made_up
from shops.loopback import Loopback, Noted


@dataclass
class Seller:
    """What a sync holds of a connected shop, and the shop itself."""

    shop: made_up.Shop
    server: Loopback
    paces: Noted
    client: Client
    connection: Connection
    flipkart: Flipkart

    def renewed(self) -> Seller:
        new = self.flipkart.renew(self.connection, self.client, now=self.shop.now)
        if new is not None:
            self.connection = replace(self.connection, credentials=new)
        return self

    def stream(self, name: str) -> Stream:
        return next(one for one in self.flipkart.streams if one.name == name)

    def window(self, days: float | None = None) -> Window:
        end = self.shop.now - timedelta(minutes=3)
        return Window(None if days is None else end - timedelta(days=days), end)

    def pages(self, name: str, window: Window | None = None) -> list[Page]:
        found: list[Page] = []
        token: str | None = None
        while True:
            page = self.flipkart.fetch(
                self.connection, self.client, self.stream(name), window or self.window(), token
            )
            found.append(page)
            token = page.next
            if token is None:
                return found

    def records(self, name: str, window: Window | None = None) -> list[Record]:
        return [record for page in self.pages(name, window) for record in page.records]

    def read(self, name: str, object_id: str) -> list[Record]:
        return list(self.flipkart.read(self.connection, self.client, self.stream(name), object_id))


def connected(shop: made_up.Shop, server: Loopback, **given: str) -> Seller:
    shop.base = server.base
    flipkart, paces = Flipkart(), Noted()
    keys = {"app_id": made_up.APP, "app_secret": made_up.SECRET, "base": server.base}
    name, credentials, options = flipkart.accept(None, keys | given, local=True)
    connection = Connection(
        "flipkart", name, credentials, "Asia/Kolkata", currency="INR", options=options
    )
    return Seller(shop, server, paces, Client(paces, local=True), connection, flipkart)
