"""WooCommerce as a platform: what its shops list, and how each list becomes records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from kindred import addresses
from kindred.errors import InvalidInput
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.platform import (
    Connection,
    Credentials,
    Delivery,
    Hook,
    Lacking,
    Page,
    Probe,
    Stream,
    Subscription,
    Window,
)
from kindred.sources.shops.records import (
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    Record,
    ReviewRecord,
)
from kindred.sources.woocommerce import authorizing, catalogue, hooks, mapping, paging, probing
from kindred.sources.woocommerce.asking import OPERATION, Asking, utc_now

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_DAY: Final = timedelta(days=1)
#: The site sets limits, and most are small ones: at first two requests a second, a few at once.
_CAPACITY: Final = 5
_PER_SECOND: Final = 2


class WooCommerce:
    """Keeps `kindred.sources.shops.platform.Platform`."""

    kind: str = "woocommerce"
    streams: tuple[Stream, ...] = (
        # Deleting for good tells nobody, so all are compared now and then.
        Stream("orders", "updated", full_every=30 * _DAY),
        # A customer's changes can't be asked for: a list of all, every night, finds them.
        Stream("customers", "created", full_every=_DAY),
        # A variation that changes doesn't always change its product.
        Stream("products", "updated", full_every=7 * _DAY),
        Stream("abandoned", "updated"),
        # Approving a review, or editing it, leaves its only time as it was.
        Stream("reviews", "created", full_every=_DAY),
    )

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return bool(
            authorizing.KEY.fullmatch(given.get("consumer_key", "").strip())
            or authorizing.SECRET.fullmatch(given.get("consumer_secret", "").strip())
        )

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        shop = base_url(shop_url, local=local)
        keys = authorizing.credentials(
            given.get("consumer_key"),
            given.get("consumer_secret"),
            is_plain=shop.startswith("http://"),
        )
        return shop, keys, {}

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        return None  # keys are good until they are revoked

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        client.paces.learn(OPERATION, capacity=_CAPACITY, per_second=_PER_SECOND)
        return probing.probe(self._asking(connection, client))

    def fetch(
        self, connection: Connection, client: Client, stream: Stream, window: Window,
        token: str | None,
    ) -> Page:  # fmt: skip
        asking = self._asking(connection, client)
        path, params = _asked(stream, window)
        if stream.cursor == "updated":
            listed = paging.by_time(asking, path, params, window, token)
        else:
            until = window.start if stream.name == "customers" else None
            listed = paging.from_end(asking, path, params, token, until=until)
        records: list[Record] = []
        for given in listed.objects:
            if stream.name != "customers" or _is_within(given, window):
                records += _records(asking, connection, stream, given)
        return Page(records, listed.next, len(listed.objects), listed.total)

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        asking = self._asking(connection, client)
        path, params = _asked(stream, window)
        if stream.cursor == "updated":
            return paging.count_by_time(asking, path, params, window)
        if stream.name == "customers" and window.start:
            return None  # a shop can't be asked for the customers of a time
        return paging.how_many(asking, path, params)

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        asking = self._asking(connection, client)
        path, _ = _asked(stream, Window(None, self._clock()))
        if not (object_id.isascii() and object_id.isdigit()):
            raise InvalidInput("That isn't an id of WooCommerce.", code="no-such-object")
        found = asking.object_of(f"{path}/{object_id}")
        if not found:
            return _gone(stream, object_id, self._clock())
        given = Fields.read(found, f"{path} {object_id}")
        if stream.name == "products" and given.text("type") == "variation":
            # A webhook may name a variation; what it is called and in is said by its product.
            parent = given.id("parent_id")
            return self.read(connection, client, stream, parent) if parent else ()
        if stream.name == "abandoned" and not mapping.is_draft(given):
            return [mapping.no_cart(given, _zone(connection))]
        return _records(asking, connection, stream, given)

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        return hooks.read(delivery, secrets)

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        return hooks.subscribe(self._asking(connection, client), url, secret)

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        hooks.unsubscribe(self._asking(connection, client), url)

    def _asking(self, connection: Connection, client: Client) -> Asking:
        return Asking(connection, client, clock=self._clock)


def base_url(shop_url: str | None, *, local: bool) -> str:
    """Where the site is: scheme, host, port and folder. Without a scheme it is https.

    Plain http is for shops that have nothing else: their requests are signed. Raises
    `InvalidInput`.
    """
    typed = (shop_url or "").strip()
    if typed and "://" not in typed:
        typed = f"https://{typed}"
    is_plain = typed.lower().startswith("http://")
    checked = f"https://{typed[7:]}" if is_plain and not local else typed
    checked = checked.split("#", 1)[0].split("?", 1)[0]
    if is_plain and not local:
        checked = checked.replace(":80/", "/").removesuffix(":80")
    try:
        found = addresses.parse_url(checked, local=local)
    except InvalidInput:
        raise InvalidInput(
            "That address can't be a shop's." if typed else "The shop's address is missing.",
            code="shop-address-refused",
            hint="Give the address of its front page, such as https://shop.example.com.",
        ) from None
    scheme = "http" if is_plain else "https"
    # Without a port, parse_url says what goes with the scheme that it was shown.
    usual = {80, 443} if is_plain and not local else {443 if scheme == "https" else 80}
    port = "" if found.port in usual else f":{found.port}"
    folder = found.path.rstrip("/")
    for known in ("/wp-json", "/wp-admin", "/wp-login.php", "/index.php"):
        folder = folder.split(known, 1)[0]
    return f"{scheme}://{found.host}{port}{folder}"


def _asked(stream: Stream, window: Window) -> tuple[str, dict[str, str]]:
    """Path and parameters of a stream's list, without those of pages."""
    match stream.name:
        case "orders":
            return "orders", {"status": "any"}
        case "abandoned":
            return "orders", {"status": mapping.DRAFT}
        case "products":
            return "products", {"status": "any"}
        case "customers":
            return "customers", {"role": "all"}
        case "reviews":
            # Times with their zone: the shop makes its own of them.
            limits = {"before": paging.wire_time(window.end + timedelta(seconds=1)) + "Z"}
            if window.start:
                limits["after"] = paging.wire_time(window.start - timedelta(seconds=1)) + "Z"
            return "products/reviews", {"status": "approved", **limits}
    raise Lacking(
        f"WooCommerce has no {stream.name}.", code="stream-missing", hint="Choose another stream."
    )


def _is_within(given: Fields, window: Window) -> bool:
    """Whether a customer is new; of all of them, when all are listed."""
    made = mapping.made_at(given)
    return window.start is None or made is None or window.start <= made < window.end


def _records(
    asking: Asking, connection: Connection, stream: Stream, given: Fields
) -> Sequence[Record]:
    zone = _zone(connection)
    match stream.name:
        case "orders":
            return _order(asking, given, zone)
        case "abandoned":
            return [mapping.cart_of(given, zone)]
        case "products":
            variations: Sequence[Fields] = ()
            if given.has("variations"):
                variations = paging.whole(asking, f"products/{given.needed_id()}/variations")
            return catalogue.products_of(given, variations, connection.currency, zone)
        case "customers":
            is_one = catalogue.is_customer(given)
            return [catalogue.customer_of(given, zone)] if is_one else ()
        case _:
            return [catalogue.review_of(given, zone)]


def _order(asking: Asking, given: Fields, zone: tzinfo) -> Sequence[Record]:
    """An order with its refunds. A draft is a cart, and comes with those."""
    if mapping.is_draft(given):
        return ()
    records: list[Record] = [mapping.order_of(given, zone)]
    if mapping.was_cart(given):
        records.append(mapping.no_cart(given, zone))
    if given.has("refunds") and not records[0].is_deleted:
        refunds = paging.whole(asking, f"orders/{given.needed_id()}/refunds")
        records += mapping.refunds_of(given, refunds, zone)
    return records


def _gone(stream: Stream, object_id: str, now: datetime) -> Sequence[Record]:
    match stream.name:
        case "orders":
            return [OrderRecord(id=object_id, updated_at=now, is_deleted=True)]
        case "customers":
            return [CustomerRecord(id=object_id, updated_at=now, is_deleted=True)]
        case "products":
            return [ProductRecord(id=object_id, updated_at=now, is_deleted=True)]
        case "reviews":
            return [ReviewRecord(id=object_id, updated_at=now, is_deleted=True)]
    # A shop removes drafts after a day. That doesn't mean that the cart wasn't left.
    return ()


def _zone(connection: Connection) -> tzinfo:
    return ZoneInfo(connection.zone) if connection.zone else UTC
