"""A connected seller: asks the made-up Amazon as a sync would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from kindred.sources.amazon.platform import Amazon
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Connection, Page, Stream, Window
from kindred.sources.shops.records import Record
from shops.amazon import shop as made_up
from shops.loopback import Loopback, Noted


@dataclass
class Seller:
    """What a sync holds of a connected shop, and the shop itself."""

    shop: made_up.Shop
    server: Loopback
    paces: Noted
    client: Client
    connection: Connection
    amazon: Amazon

    def renewed(self) -> Seller:
        new = self.amazon.renew(self.connection, self.client, now=self.shop.now)
        if new is not None:
            self.connection = replace(self.connection, credentials=new)
        return self

    def probed(self) -> Seller:
        probe = self.amazon.probe(self.connection, self.client, now=self.shop.now)
        self.connection = replace(
            self.connection, options=probe.options, currency=probe.currency, zone=probe.zone
        )
        return self

    def stream(self, name: str) -> Stream:
        return next(one for one in self.amazon.streams if one.name == name)

    def window(self, days: float | None = None) -> Window:
        end = self.shop.now - timedelta(minutes=3)
        return Window(None if days is None else end - timedelta(days=days), end)

    def pages(self, name: str, window: Window | None = None) -> list[Page]:
        found: list[Page] = []
        token: str | None = None
        while True:
            page = self.amazon.fetch(
                self.connection, self.client, self.stream(name), window or self.window(), token
            )
            found.append(page)
            token = page.next
            if token is None:
                return found

    def records(self, name: str, window: Window | None = None) -> list[Record]:
        return [record for page in self.pages(name, window) for record in page.records]


def connected(shop: made_up.Shop, server: Loopback, **given: str) -> Seller:
    amazon, paces = Amazon(), Noted()
    keys = {
        "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
        "refresh_token": made_up.REFRESH, "seller_id": made_up.SELLER,
        "marketplaces": "DE FR", "base": server.base,
    }  # fmt: skip
    name, credentials, options = amazon.accept(None, keys | given, local=True)
    connection = Connection("amazon", name, credentials, options=options)
    return Seller(shop, server, paces, Client(paces, local=True), connection, amazon)
