"""A shop that isn't there, on a platform that isn't either, with every fault that shops have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from kindred.errors import InvalidInput, NotFound, Unavailable
from kindred.sources.shops.http import AnswerUnusable, Throttled
from kindred.sources.shops.platform import (
    Connection,
    Credentials,
    Delivery,
    Hook,
    Page,
    Probe,
    Stream,
    StreamName,
    Subscription,
    Window,
)
from kindred.sources.shops.records import (
    CustomerRecord,
    Line,
    OrderRecord,
    Person,
    ProductRecord,
    Record,
    ReviewRecord,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDERS = Stream("orders", "updated")
PRODUCTS = Stream("products", "updated", full_every=timedelta(days=1))
CUSTOMERS = Stream("customers", "full", full_every=timedelta(hours=6))
REVIEWS = Stream("reviews", "created", full_every=timedelta(days=7))

Fault = Callable[[], None]


@dataclass
class Thing:
    """An object as the shop has it. ``modified`` None: it has no such time, as old ones have."""

    record: Record
    created: datetime
    modified: datetime | None


def _as_it_is(_stream: Stream, value: Any) -> Any:
    return value


@dataclass
class MadeUp:
    """Keeps `Platform`. Lists by offset, so that whatever moves, moves the pages."""

    clock: Callable[[], datetime]
    streams: tuple[Stream, ...] = (CUSTOMERS, PRODUCTS, ORDERS, REVIEWS)
    kind: str = "shopify"
    page_size: int = 5
    says_counts: bool = True
    shop: dict[StreamName, dict[str, Thing]] = field(default_factory=dict)
    #: Called before the n-th page (from 0) that is asked for.
    faults: dict[int, Fault] = field(default_factory=dict)
    #: What a page is made into before it is given.
    twist: Callable[[Stream, Page], Page] = _as_it_is
    counted: Callable[[Stream, int], int] = _as_it_is
    asked: list[tuple[StreamName, Window, str | None]] = field(default_factory=list)
    gone: set[StreamName] = field(default_factory=set)

    # The shop ------------------------------------------------------------------------------

    def put(self, stream: StreamName, record: Record, *, created: datetime | None = None) -> None:
        """Make an object, or change it, at the record's time."""
        things = self.shop.setdefault(stream, {})
        made = things[record.id].created if record.id in things else created or record.updated_at
        things[record.id] = Thing(record, made, record.updated_at)

    def remove(self, stream: StreamName, id_: str) -> None:
        del self.shop[stream][id_]

    def forget_modified(self, stream: StreamName, id_: str) -> None:
        self.shop[stream][id_].modified = None

    # Platform ------------------------------------------------------------------------------

    def fetch(
        self, connection: Connection, client: Any, stream: Stream, window: Window, token: str | None
    ) -> Page:
        self.asked.append((stream.name, window, token))
        if fault := self.faults.pop(len(self.asked) - 1, None):
            fault()
        found = self._within(stream, window)
        start = int(token or 0)
        some = found[start : start + self.page_size]
        more = start + self.page_size < len(found)
        total = self.counted(stream, len(found)) if self.says_counts else None
        page = Page(
            [one.record for one in some],
            str(start + self.page_size) if more else None,
            len(some),
            total,
        )
        return self.twist(stream, page)

    def count(
        self, connection: Connection, client: Any, stream: Stream, window: Window
    ) -> int | None:
        return self.counted(stream, len(self._within(stream, window))) if self.says_counts else None

    def read(
        self, connection: Connection, client: Any, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        thing = self.shop.get(stream.name, {}).get(object_id)
        if thing is not None:
            return [thing.record]
        kind = {"customers": CustomerRecord, "orders": OrderRecord, "products": ProductRecord}
        return [kind[stream.name](id=object_id, updated_at=self.clock(), is_deleted=True)]

    def _within(self, stream: Stream, window: Window) -> list[Thing]:
        if stream.name in self.gone:
            raise NotFound("This shop has no such thing.", code="shop-lacks")
        now, things = self.clock(), self.shop.get(stream.name, {}).values()
        if stream.cursor == "full":
            return sorted(things, key=lambda one: one.record.id)

        def at(one: Thing) -> datetime | None:
            return one.modified if stream.cursor == "updated" else one.created

        found = [
            one
            for one in things
            if (
                window.start is None
                if at(one) is None
                else (window.start is None or window.start <= at(one))
                and at(one) < window.end
                and at(one) <= now
            )
        ]
        return sorted(found, key=lambda one: (at(one) or one.created, one.record.id))

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return bool(shop_url and shop_url.endswith(".made-up.test"))

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        return str(shop_url), Credentials("key", dict(given)), {}

    def renew(self, connection: Connection, client: Any, *, now: datetime) -> Credentials | None:
        return None

    def probe(self, connection: Connection, client: Any, *, now: datetime) -> Probe:
        return Probe("Made up", "EUR", "UTC", {})

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        return Hook(None, "ignored")

    def subscribe(
        self, connection: Connection, client: Any, url: str, secret: str
    ) -> Sequence[Subscription]:
        return ()

    def unsubscribe(self, connection: Connection, client: Any, url: str) -> None:
        return None


CONNECTION = Connection("shopify", "made-up.test", Credentials("key", {}), currency="EUR")


def throttled(seconds: float = 60) -> Fault:
    def fault() -> None:
        raise Throttled(seconds)

    return fault


def failing() -> None:
    raise Unavailable("The shop answered with 500.", code="shop-failing")


def token_refused() -> None:
    raise Unavailable("The shop's token has ended.", code="shop-token-ended")


def truncated() -> None:
    raise AnswerUnusable("The shop answered with half a JSON document.")


def refused() -> None:
    raise InvalidInput("The shop doesn't let us in any more.", code="access-ended")


def order(number: int, at: datetime, *, customer: int | None = None, eur: int = 20) -> OrderRecord:
    buyer = number % 7 if customer is None else customer
    return OrderRecord(
        id=f"o{number}",
        updated_at=at,
        ordered_at=at,
        currency="EUR",
        person=Person(f"c{buyer}", f"c{buyer}@example.com", name=f"Customer {buyer}"),
        lines=(Line("1", Decimal(1), Decimal(eur), product_id=f"p{number % 3}", name="Tea"),),
        total=Decimal(eur),
        status="paid",
    )


def customer(number: int, at: datetime, name: str | None = None) -> CustomerRecord:
    person = Person(f"c{number}", f"c{number}@example.com", name=name or f"Customer {number}")
    return CustomerRecord(id=f"c{number}", updated_at=at, person=person, created_at=at)


def product(number: int, at: datetime, price: int = 20) -> ProductRecord:
    return ProductRecord(
        id=f"p{number}", updated_at=at, name=f"Tea {number}", price=Decimal(price), currency="EUR"
    )


def review(number: int, at: datetime) -> ReviewRecord:
    return ReviewRecord(
        id=f"r{number}", updated_at=at, said_at=at, person=Person(email="c1@example.com"),
        product_id="p1", text="Good tea.", rating=Decimal(5),
    )  # fmt: skip


def filled(clock: Callable[[], datetime], *, orders: int = 23, **options: Any) -> MadeUp:
    """A shop with some months of business behind it."""
    made = MadeUp(clock, **options)
    start = clock() - timedelta(days=90)
    for number in range(7):
        made.put("customers", customer(number, start))
    for number in range(3):
        made.put("products", product(number, start))
    for number in range(orders):
        made.put(
            "orders", order(number, start + timedelta(hours=50 * 23 * number / max(orders, 1)))
        )
    for number in range(2):
        made.put("reviews", review(number, start + timedelta(days=number)))
    return made


def content(parts: Mapping[tuple[str, str], Sequence[Record]]) -> dict[tuple[str, str], Record]:
    """What all parts say of a shop: of each object its latest moment; what is gone is left out."""
    latest: dict[tuple[str, str], tuple[datetime, int, Record]] = {}
    for (table, name), records in parts.items():
        number = int(name.split("-")[1])
        for record in records:
            entry = (record.updated_at, number, record)
            before = latest.get((table, record.id))
            if before is None or entry[:2] >= before[:2]:
                latest[table, record.id] = entry
    return {key: record for key, (_, _, record) in latest.items() if not record.is_deleted}


def truth(shop: MadeUp) -> dict[tuple[str, str], Record]:
    """What the shop itself has."""
    return {
        (stream, one.record.id): one.record
        for stream, things in shop.shop.items()
        for one in things.values()
    }


def names_of(asked: Sequence[tuple[StreamName, Window, str | None]]) -> Counter[str]:
    return Counter(name for name, _, _ in asked)


def edited(record: Record, at: datetime, **fields: Any) -> Record:
    return replace(record, updated_at=at, **fields)
