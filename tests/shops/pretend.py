"""A platform that exists in this process alone, to connect to: its keys, tokens and webhooks.

It says who it is and tells of changes, and has nothing to fetch.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kindred.errors import InvalidInput, NotAllowed, Unavailable
from kindred.sources.shops.authorizing import refused
from kindred.sources.shops.platform import (
    Capability,
    Connection,
    Credentials,
    Delivery,
    Hook,
    Page,
    Probe,
    Stream,
    Subscription,
    Window,
)

#: In every key and token here, so that a test can look for what got out.
MARK = "pretended-secret"


@dataclass
class Shop:
    """One shop: what opens it, and what it was asked to tell."""

    name: str
    key: str
    refresh: str = f"{MARK}-refresh-0"
    former: str = ""  # the refresh token before, good until the new pair is used
    token: str = ""
    renewals: int = 0
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)  # of subscriptions, by address
    is_down: bool = False
    has_put_us_out: bool = False
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, url: str, told: Mapping[str, Any], *, secret: str | None = None) -> Delivery:
        """A webhook as this shop would send it to an address."""
        body = json.dumps(told, indent=3).encode()  # odd spaces: the very bytes count
        made = hmac.new((secret or self.secrets[url]).encode(), body, hashlib.sha256).hexdigest()
        return Delivery("POST", url, {"x-signature": made}, body)


class Pretend:
    """Keeps `Platform` and, for shops that are asked to agree, `Authorizes`."""

    kind = "flipkart"
    streams = (Stream("orders", "updated"), Stream("customers", "updated"))

    def __init__(self) -> None:
        self.shops: dict[str, Shop] = {}
        self.zone = "Europe/Berlin"

    def open(self, name: str = "tea.example.com") -> Shop:
        """A new shop, at an address."""
        self.shops[name] = Shop(name, f"{MARK}-key-of-{name}")
        return self.shops[name]

    def keys(self, name: str = "tea.example.com") -> dict[str, str]:
        return {"app_key": self.shops[name].key}

    # Platform ------------------------------------------------------------------------------

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return "app_key" in given

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        if not shop_url or not given.get("app_key"):
            raise InvalidInput("The key is missing.", code="credentials-incomplete")
        return shop_url.removeprefix("https://"), Credentials("key", dict(given)), {"region": "x"}

    def renew(self, connection: Connection, client: Any, *, now: datetime) -> Credentials | None:
        credentials = connection.credentials
        if credentials.mode != "tokens":
            return None
        if credentials.expires_at and credentials.expires_at - now > timedelta(minutes=5):
            return None
        client.paces.take("token")
        shop = self._reach(connection)
        with shop.lock:
            if credentials.values["refresh"] not in (shop.refresh, shop.former):
                raise InvalidInput("The shop has ended our access.", code="access-ended")
            shop.renewals += 1
            shop.former, shop.refresh = shop.refresh, f"{MARK}-refresh-{shop.renewals}"
            shop.token = f"{MARK}-token-{shop.renewals}"
            values = {"refresh": shop.refresh, "token": shop.token}
        return Credentials("tokens", values, now + timedelta(hours=1))

    def probe(self, connection: Connection, client: Any, *, now: datetime) -> Probe:
        shop = self._reach(connection)
        if not self._opens(shop, connection.credentials):
            raise InvalidInput("These keys don't open it.", code="keys-refused", hint="Look again.")
        return Probe(
            name=shop.name.partition(".")[0].title(),
            currency="EUR",
            zone=self.zone,
            capabilities={
                "orders": Capability("full"),
                "customers": Capability("none", "not in its interface", "Import a CSV."),
                "webhooks": Capability("full"),
            },
        )

    def fetch(
        self, connection: Connection, client: Any, stream: Stream, window: Window, token: str | None
    ) -> Page:
        return Page((), None, 0, 0)

    def count(self, connection: Connection, client: Any, stream: Stream, window: Window) -> int:
        return 0

    def read(
        self, connection: Connection, client: Any, stream: Stream, object_id: str
    ) -> Sequence[Any]:
        return ()

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        sent = delivery.headers.get("x-signature", "")
        made = [hmac.new(s.encode(), delivery.body, hashlib.sha256).hexdigest() for s in secrets]
        if sent not in made:
            raise NotAllowed("Not signed by this shop.", code="signature-wrong")
        told = json.loads(delivery.body)
        return Hook(**{"id": None, **told})

    def subscribe(
        self, connection: Connection, client: Any, url: str, secret: str
    ) -> Sequence[Subscription]:
        shop = self._reach(connection)
        made = Subscription(f"w{len(shop.asked)}", "all", url, is_active=True)
        shop.secrets[url] = secret
        return [shop.subscriptions.setdefault(url, made)]

    def unsubscribe(self, connection: Connection, client: Any, url: str) -> None:
        self._reach(connection).subscriptions.pop(url, None)

    # Authorizes ----------------------------------------------------------------------------

    def wants(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return given.get("mode") == "agree"

    def authorize_url(
        self, shop_url: str | None, given: Mapping[str, str], *, state: str, callback: str,
        return_url: str, local: bool,
    ) -> str:  # fmt: skip
        return f"{shop_url}/agree?state={state}"

    def state_of(self, answer: Delivery) -> str | None:
        found: str | None = json.loads(answer.body or b"{}").get("state")
        return found

    def exchange(
        self, shop_url: str | None, given: Mapping[str, str], answer: Delivery, client: Any,
        *, state: str, now: datetime, local: bool,
    ) -> tuple[str, Credentials, Mapping[str, str]]:  # fmt: skip
        if json.loads(answer.body).get("agreed") is not True:
            raise refused()
        name = str(shop_url).removeprefix("https://")
        return name, Credentials("key", {"app_key": self.shops[name].key}), {"region": "y"}

    def _reach(self, connection: Connection) -> Shop:
        shop = self.shops[connection.shop]
        shop.asked.append(connection.credentials.mode)
        if shop.is_down:
            raise Unavailable("The shop didn't answer.", code="shop-unreachable")
        if shop.has_put_us_out:
            raise InvalidInput("The shop has ended our access.", code="access-ended")
        return shop

    def _opens(self, shop: Shop, credentials: Credentials) -> bool:
        if credentials.mode == "tokens":
            return credentials.values.get("token") == shop.token
        return credentials.values.get("app_key") == shop.key
