"""Magento 2 as a platform: what its shops list, and how each list becomes records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from kindred import addresses
from kindred.errors import InvalidInput, NotAllowed, NotFound
from kindred.sources.magento import catalogue, mapping
from kindred.sources.magento.asking import OPERATION, PAGE, Asking, utc_now, within
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.platform import (
    Capability,
    CapabilityName,
    Connection,
    Credentials,
    Delivery,
    Hook,
    Lacking,
    Page,
    Probe,
    Stream,
    StreamName,
    Subscription,
    Window,
)
from kindred.sources.shops.records import (
    CartRecord,
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    Record,
    RefundRecord,
)

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_DAY: Final = timedelta(days=1)
_TOKEN: Final = re.compile(r"[0-9a-z]{32}")


@dataclass(frozen=True)
class _Kind:
    """How a stream is asked for, and what one of its objects is when it is gone."""

    list: str
    one: str
    gone: type[Record]
    id: str = "entity_id"  # what its list is sorted by


_KINDS: Final[Mapping[StreamName, _Kind]] = {
    "orders": _Kind("orders", "orders", OrderRecord),
    "returns": _Kind("creditmemos", "creditmemo", RefundRecord),
    "customers": _Kind("customers/search", "customers", CustomerRecord),
    "products": _Kind("products", "products", ProductRecord),
    "abandoned": _Kind("carts/search", "carts", CartRecord),
}
_CAPABILITIES: Final[Mapping[CapabilityName, Capability]] = {
    "reviews": Capability(
        "none", "Magento's REST interface has no reviews.", "Upload them as a CSV file."
    ),
    "messages": Capability("none", "Magento holds no messages.", "Connect a help desk."),
    "browsing": Capability(
        "none", "Magento doesn't tell who looked at what.", "Put Kindred's snippet into the shop."
    ),
    "webhooks": Capability(
        "none",
        "Magento Open Source sends none, and Adobe Commerce only with an app of Adobe's.",
        "The shop is asked every hour.",
    ),
    "discounts": Capability(
        "none", "Kindred makes no cart price rules.", "Export the segment and make a rule for it."
    ),
}
_CARTS: Final = Capability(
    "partial",
    "Only carts of customers who are signed in, or have typed in an address; their value is in "
    "the buyer's currency.",
)


class Magento:
    """Keeps `kindred.sources.shops.platform.Platform`."""

    kind: str = "magento"
    streams: tuple[Stream, ...] = (
        Stream("orders", "updated", full_every=30 * _DAY),
        Stream("returns", "updated"),
        # What was deleted is in no list any more.
        Stream("customers", "updated", full_every=7 * _DAY),
        Stream("products", "updated", full_every=7 * _DAY),
        Stream("abandoned", "updated"),
    )

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        """Its tokens have no shape of their own: an address of its interface tells."""
        return bool(re.search(r"/rest/(?:[a-z0-9_]+/)?V1\b", shop_url or ""))

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        """The token goes with every request as it is, so there is no way over plain http."""
        typed = (shop_url or "").strip()
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        typed = re.split(r"[?#]|/rest(?:/|$)|/index\.php", typed, maxsplit=1)[0].rstrip("/")
        try:
            addresses.parse_url(typed, local=local)
        except InvalidInput:
            raise InvalidInput(
                "That address can't be a shop's.",
                code="shop-address-refused",
                hint="Give its front page, with https, such as https://shop.example.com.",
            ) from None
        token = given.get("access_token", "").strip()
        if not _TOKEN.fullmatch(token):
            raise InvalidInput(
                "That access token can't be right.",
                code="keys-unusable",
                hint="Copy the Access Token, 32 letters and digits, from System, Integrations.",
            )
        return typed, Credentials("token", {"access_token": token}), {}

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        return None  # the token is good until it is revoked

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        client.paces.learn(OPERATION, capacity=5, per_second=2)
        asking = Asking(connection, client)
        orders, _ = asking.search("orders", (), "entity_id", size=1)
        oldest = orders[0].time("created_at") if orders else None
        stores = asking.get("store/storeConfigs")
        if not isinstance(stores, list) or not stores:
            raise InvalidInput(
                "That shop has no store.", code="no-magento", hint="Look at its address."
            )
        first = Fields.read(stores[0], "the store")
        capabilities: Mapping[CapabilityName, Capability] = {
            "orders": Capability("full"),
            "customers": _listed(asking, "customers", Capability("full")),
            "products": _listed(asking, "products", Capability("full")),
            "abandoned": _listed(asking, "abandoned", _CARTS),
            **_CAPABILITIES,
        }
        return Probe(
            name=connection.shop.partition("://")[2],
            currency=first.text("base_currency_code", 3),
            zone=_zone(first.text("timezone", 60)),
            capabilities=capabilities,
            oldest={"orders": oldest} if oldest else {},
        )

    def fetch(
        self, connection: Connection, client: Client, stream: Stream, window: Window,
        token: str | None,
    ) -> Page:  # fmt: skip
        """Pages from the last to the first: what changes meanwhile leaves the window, and shifts
        only what was read already."""
        asking = Asking(connection, client)
        kind = _kind(stream)
        page = _page_of(token)
        if page is None:
            total = self.count(connection, client, stream, window) or 0
            page = -(-total // PAGE)
            if not page:
                return Page((), None, 0, 0)
        found, total = asking.search(kind.list, within(window, "updated_at"), kind.id, page=page)
        if total <= (page - 1) * PAGE:
            found = ()  # the page is no more; the shop would give another one for it
        records = _records(asking, connection, stream, found)
        return Page(records, str(page - 1) if page > 1 else None, len(found), total)

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        kind = _kind(stream)
        filters = within(window, "updated_at")
        _, total = Asking(connection, client).search(kind.list, filters, kind.id, size=1)
        return total

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        if not (object_id.isascii() and object_id.isdigit()):
            raise InvalidInput("That isn't an id of Magento.", code="no-such-object")
        asking = Asking(connection, client)
        kind = _kind(stream)
        if stream.name == "products":  # which are asked for by their SKU, unless searched for
            listed, _ = asking.search(kind.list, [("entity_id", "eq", object_id)], kind.id, size=1)
            found: Sequence[Fields] = listed
        else:
            one = asking.one(f"{kind.one}/{object_id}")
            found = [Fields.read(one, f"{stream.name} {object_id}")] if one else ()
        if not found:
            return [kind.gone(id=object_id, updated_at=self._clock(), is_deleted=True)]
        return _records(asking, connection, stream, found)

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        raise NotAllowed(
            "Magento sends no webhooks.", code="hook-not-verified", hint="Remove what sends this."
        )

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        return ()

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        """There is nothing to remove."""


def _kind(stream: Stream) -> _Kind:
    try:
        return _KINDS[stream.name]
    except KeyError:
        raise Lacking(
            f"Magento has no {stream.name}.", code="stream-missing", hint="Choose another stream."
        ) from None


def _page_of(token: str | None) -> int | None:
    if token is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", token):
        raise InvalidInput("That page of a shop's list doesn't exist.", code="bad-page")
    return int(token)


def _records(
    asking: Asking, connection: Connection, stream: Stream, found: Sequence[Fields]
) -> Sequence[Record]:
    match stream.name:
        case "orders":
            return [mapping.order_of(one) for one in found]
        case "returns":
            return [mapping.refund_of(one) for one in found]
        case "customers":
            return [catalogue.customer_of(one) for one in found]
        case "abandoned":
            return [cart for one in found if (cart := mapping.cart_of(one)) is not None]
    names = _category_names(asking, found)
    return [
        catalogue.product_of(one, names, shop=connection.shop, currency=connection.currency)
        for one in found
    ]


def _category_names(asking: Asking, products: Sequence[Fields]) -> Mapping[str, str]:
    ids = sorted({one for product in products for one in catalogue.category_ids(product)}, key=int)
    names: dict[str, str] = {}
    for start in range(0, len(ids), PAGE):
        some = ",".join(ids[start : start + PAGE])
        found, _ = asking.search("categories/list", [("entity_id", "in", some)], "entity_id")
        names.update(catalogue.names_of(found))
    return names


def _listed(asking: Asking, name: StreamName, there: Capability) -> Capability:
    kind = _KINDS[name]
    try:
        asking.search(kind.list, (), kind.id, size=1)
    except (InvalidInput, NotAllowed, NotFound) as err:
        return Capability("none", err.message, err.hint)
    return there


def _zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
