"""A made-up shop as Kindred sees it: the platform, connected, and a pace that keeps count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kindred.sources.shopify.platform import Shopify
from kindred.sources.shops.http import Client, Throttled
from kindred.sources.shops.platform import Connection, Credentials, Page, Stream, Window
from kindred.sources.shops.records import Record
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer


@dataclass
class Counted:
    """A pace that remembers what it was told, and waits in the shop's own time."""

    wait: Callable[[float], None]
    taken: list[tuple[str, float]] = field(default_factory=list)
    learned: list[dict[str, float | None]] = field(default_factory=list)
    refused: list[float | None] = field(default_factory=list)

    owed: float = 0.0

    def take(self, operation: str, cost: float = 1) -> None:
        self.wait(self.owed)
        self.owed = 0.0
        self.taken.append((operation, cost))

    def learn(self, operation: str, **said: float | None) -> None:
        self.learned.append(said)

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        self.refused.append(seconds)
        self.owed = seconds or 1.0


@dataclass
class ConnectedShop:
    """What tests ask: the platform, connected to a made-up shop."""

    server: ShopifyServer
    platform: Shopify
    paces: Counted
    client: Client
    connection: Connection

    @property
    def made_up(self) -> MadeUpShop:
        return self.server.shop

    def stream(self, name: str) -> Stream:
        return next(s for s in self.platform.streams if s.name == name)

    def window(self, start: datetime | None = datetime(2020, 1, 1, tzinfo=UTC)) -> Window:
        return Window(start, self.server.clock)

    def page(self, name: str, window: Window, token: str | None = None) -> Page:
        return self.platform.fetch(self.connection, self.client, self.stream(name), window, token)

    def patient_page(self, name: str, window: Window, token: str | None = None) -> Page:
        """A page, waiting in the shop's time where it asks for that."""
        for _ in range(50):
            try:
                return self.page(name, window, token)
            except Throttled as wait:
                self.server.forward(wait.seconds)
        raise AssertionError("the shop never gave this page")

    def pages(self, name: str, window: Window | None = None) -> list[Page]:
        """All pages of a window."""
        found: list[Page] = []
        token: str | None = None
        while True:
            page = self.patient_page(name, window or self.window(), token)
            found.append(page)
            token = page.next
            if token is None:
                return found

    def records(self, name: str, kind: type[Record], window: Window | None = None) -> list[Any]:
        """A stream's records of one kind."""
        pages = self.pages(name, window)
        return [record for page in pages for record in page.records if type(record) is kind]


def connect(server: ShopifyServer) -> ConnectedShop:
    """By the token that doesn't end, with the secret that verifies webhooks."""
    paces = Counted(server.forward)
    values = {"access_token": server.token, "client_secret": server.client_secret}
    credentials = Credentials("access_token", values)
    connection = Connection("shopify", server.url, credentials, currency="EUR")
    return ConnectedShop(server, Shopify(), paces, Client(paces, local=True), connection)
