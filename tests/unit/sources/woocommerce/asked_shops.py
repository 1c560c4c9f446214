"""Shops that tests ask: over plain http as served, or as if a proxy spoke https for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kindred.sources.shops.http import Answer, Client
from kindred.sources.shops.platform import Connection, Credentials, Page, Window
from kindred.sources.woocommerce.platform import WooCommerce
from shops.serving import running
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import Shop

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = Window(None, NOW)
STREAMS = {stream.name: stream for stream in WooCommerce.streams}


@dataclass
class Unpaced:
    """No limits; notes what was refused."""

    refused: list[float | None] = field(default_factory=list)
    taken: int = 0

    def take(self, operation: str, cost: float = 1) -> None:
        self.taken += 1

    def learn(self, operation: str, **_: Any) -> None:
        """Nothing to keep."""

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        self.refused.append(seconds)


@dataclass(frozen=True)
class ThroughProxy(Client):
    """Asks ``https://shop.example.com`` at the served address, as a proxy with TLS does."""

    address: str = ""

    def ask(self, method: str, url: str, **given: Any) -> Answer:
        assert url.startswith("https://shop.example.com")
        behind = self.address + url.removeprefix("https://shop.example.com")
        given["headers"] = {**(given.get("headers") or {}), "X-Forwarded-Proto": "https"}
        return super().ask(method, behind, **given)


@dataclass
class Asked:
    """A served shop, and a connection to it."""

    site: Site
    client: Client
    connection: Connection
    platform: WooCommerce

    @property
    def shop(self) -> Shop:
        return self.site.shop

    def pages(self, stream: str, window: Window = ALL) -> Iterator[Page]:
        token = None
        while True:
            page = self.fetch(stream, window, token)
            yield page
            token = page.next
            if token is None:
                return

    def fetch(self, stream: str, window: Window = ALL, token: str | None = None) -> Page:
        return self.platform.fetch(self.connection, self.client, STREAMS[stream], window, token)

    def records(self, stream: str, window: Window = ALL, kind: type | None = None) -> list[Any]:
        found = [record for page in self.pages(stream, window) for record in page.records]
        return [record for record in found if kind is None or isinstance(record, kind)]

    def read(self, stream: str, number: int | str) -> Sequence[Any]:
        return self.platform.read(self.connection, self.client, STREAMS[stream], str(number))

    def count(self, stream: str, window: Window = ALL) -> int | None:
        return self.platform.count(self.connection, self.client, STREAMS[stream], window)


def connection(shop: str, **options: str) -> Connection:
    mode = "oauth1" if shop.startswith("http://") else "basic"
    keys = Credentials(mode, {"consumer_key": KEY, "consumer_secret": SECRET})
    return Connection("woocommerce", shop, keys, "Europe/Berlin", "EUR", options)


@contextmanager
def asked(site: Site | None = None, *, https: bool = False, **options: str) -> Iterator[Asked]:
    """A served shop, by signed requests over http or, through a proxy, by keys over https."""
    site = site or Site(Shop())
    with running(site) as address:
        client = (
            ThroughProxy(Unpaced(), local=True, address=address)
            if https
            else Client(Unpaced(), local=True)
        )
        if https:
            site.address = "https://shop.example.com"
        shop = "https://shop.example.com" if https else address
        yield Asked(site, client, connection(shop, **options), WooCommerce())
