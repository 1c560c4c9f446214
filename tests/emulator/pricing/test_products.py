"""Products and their public prices; outcomes that orders tell; the end of a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from emulator.places import Clock
from emulator.pricing.shops import RUN, add_product, add_rule, history_of, make_shop, put, read
from emulator.workers import Killed, Tasks, Writes, raise_broken, raise_killed
from kindred import clients, paths
from kindred.errors import Conflict, InvalidInput
from kindred.paths import Source
from kindred.pipeline import prices
from kindred.pricing import service, store
from kindred.pricing.catalogue import service as catalogue
from kindred.pricing.catalogue.payloads import ImportProducts
from kindred.pricing.former import service as former
from kindred.pricing.payloads import QuoteItem, RecordOutcome
from kindred.sources import store as sources_store
from kindred.webhooks import service as webhooks_service
from kindred.webhooks.deliveries import Wanted
from kindred.webhooks.payloads import AnnounceEvent
from kindred.webhooks.store import FirestoreWebhooks
from kindred.wire import parse

pytestmark = pytest.mark.usefixtures("quiet_place")


@pytest.fixture(autouse=True)
def fresh_instance() -> Iterator[None]:
    service.forget()
    yield
    service.forget()


@pytest.fixture
def shop(quiet_place: None) -> Source:
    return make_shop(tables_run=RUN, report={"currency": "EUR"})


def line(
    customer: str, product: str, day: datetime, price: str = "20.00", **more: Any
) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "product_id": product,
        "product_name": f"The {product}",
        "category": "Drinks",
        "ordered_at": day,
        "has_time": True,
        "kind": "sale",
        "quantity": 1.0,
        "unit_price": price,
        "amount": price,
        "discount": None,
        **more,
    }


def orders_file(folder: Path, lines: list[dict[str, Any]]) -> Path:
    """A canonical table `orders` with the columns that prices look at."""
    money = pa.decimal128(20, 4)
    schema = pa.schema(
        {
            "customer_id": pa.string(),
            "product_id": pa.string(),
            "product_name": pa.string(),
            "category": pa.string(),
            "ordered_at": pa.timestamp("us"),
            "has_time": pa.bool_(),
            "kind": pa.string(),
            "quantity": pa.float64(),
            "unit_price": money,
            "amount": money,
            "discount": money,
            "tax": money,
            "order_id": pa.string(),
        }
    )
    priced = {name for name in schema.names if schema.field(name).type == money}
    rows = [
        {name: Decimal(v) if v and name in priced else v for name, v in row.items()}
        for row in lines
    ]
    path = folder / "orders.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def store_orders(source: Source, path: Path) -> None:
    blob = clients.bucket().blob(source.private_file(f"{RUN}/orders.parquet"))
    blob.upload_from_filename(str(path))


def bring(source: Source, **fields: Any) -> dict[str, Any]:
    request = {"source": {"kind": source.kind, "id": source.id}, **fields}
    made = parse(ImportProducts, request)
    return catalogue.import_products(source, made, now=datetime(2026, 11, 1, tzinfo=UTC))


def product_of(source: Source, product_id: str) -> dict[str, Any]:
    return read(paths.product_path(source.uid, source.product_id(product_id)))


# Import ------------------------------------------------------------------------------------


def test_products_come_from_order_lines_at_the_median_of_their_last_prices(
    shop: Source, tmp_path: Path
) -> None:
    day = datetime(2026, 3, 1)  # noqa: DTZ001 - the shop's own clock
    long_ago = day - timedelta(days=200)
    lines = [
        *(line("ann", "tea", day - timedelta(days=n), "20.00") for n in range(3)),
        line("ben", "tea", day, "4.00"),  # a bargain
        *(line("cat", "tea", long_ago, "10.00") for _ in range(9)),
        line("ann", "mate", day, "13.50", unit_price=None, discount="1.50", quantity=2.0),
        line("ann", "gone", day, "1.00", kind="refund", quantity=-1.0),
    ]
    store_orders(shop, orders_file(tmp_path, lines))
    told = bring(shop)
    assert (told["created"], told["updated"], told["kept"]) == (2, 0, 0)
    tea, mate = product_of(shop, "tea"), product_of(shop, "mate")
    assert (tea["base_price"], tea["currency"], tea["name"]) == (2000, "EUR", "The tea")
    assert (mate["base_price"], mate["category"]) == (750, "Drinks")
    assert tea["source"] == {"kind": shop.kind, "id": shop.id}
    assert [one["price"] for one in tea["public_prices"]] == [2000]
    assert product_of(shop, "gone") == {}
    assert bring(shop)["kept"] == 2


def test_what_a_merchant_has_edited_stays_unless_asked_otherwise(
    shop: Source, tmp_path: Path
) -> None:
    file = "sku;name;price;cost\nA;Tea;19,99;8\nB;Mate;5;\n"
    assert bring(shop, csv=file, currency="EUR")["created"] == 2
    place = paths.product_path(shop.uid, shop.product_id("A"))
    clients.firestore().document(place).update({"base_price": 2500, "stock": 4})
    told = bring(shop, csv=file, currency="EUR")
    assert (told["created"], told["updated"], told["kept"]) == (0, 0, 2)
    assert product_of(shop, "A")["base_price"] == 2500
    assert bring(shop, csv=file, currency="EUR", overwrite=True)["updated"] == 2
    again = product_of(shop, "A")
    assert (again["base_price"], again["stock"], again["cost"]) == (1999, 4, 800)


def test_an_imported_product_has_a_price(shop: Source) -> None:
    bring(shop, csv="sku,price,currency\nA,19.99,EUR\n")
    item = QuoteItem(customer_id="ann", product_id="A")
    assert service.quote_price(shop, item, now=datetime.now(UTC))["price"] == "19.99"


def test_what_cannot_be_listed_says_why(shop: Source) -> None:
    with pytest.raises(Conflict) as refused:
        bring(shop)
    assert refused.value.code == "no-orders"
    with pytest.raises(InvalidInput):
        bring(make_shop(tables_run=RUN))


# The public price --------------------------------------------------------------------------


def test_a_new_public_price_is_noted_once(shop: Source, clock: Clock) -> None:
    add_product(shop)
    place = paths.product_path(shop.uid, "tea")
    for price in (2000, 2000, 1500, 1500, 2000):
        clients.firestore().document(place).update({"base_price": price})
        clock.forward(days=1)
        for _ in range(2):  # an event may come twice, and each write starts another
            prices.note_public_price(shop.uid, "tea", now=clock())
    assert [one["price"] for one in read(place)["public_prices"]] == [2000, 1500, 2000]
    clients.firestore().document(place).update({"base_price": 1999})
    told = [catalogue.note_public_price(shop.uid, "tea", now=clock()) for _ in range(2)]
    assert told[1] is None
    assert told[0] == {
        "product_id": "tea",
        "source": {"kind": shop.kind, "id": shop.id},
        "price": "19.99",
        "price_minor": 1999,
        "currency": "EUR",
        "tax_included": True,
    }
    prices.note_public_price(shop.uid, "none", now=clock())
    put(paths.product_path(shop.uid, "odd"), {"base_price": "cheap"})
    prices.note_public_price(shop.uid, "odd", now=clock())
    assert read(paths.product_path(shop.uid, "odd")) == {"base_price": "cheap"}


@pytest.fixture
def wanted(shop: Source, clock: Clock) -> None:
    """An endpoint that wants to hear of prices."""
    wanted = Wanted("https://shop.example.com/", ("price.changed",), active=True)
    webhooks_service.save_webhook(
        shop.uid, wanted, webhook_id=None, by=shop.uid, webhooks=FirestoreWebhooks(), now=clock()
    )


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2], ids=["the task", "the history"])
def test_no_kill_loses_the_news_of_a_price(
    shop: Source, clock: Clock, writes: Writes, tasks: Tasks, at: int, afterwards: bool
) -> None:
    add_product(shop)
    place = paths.product_path(shop.uid, "tea")
    writes.plan(at, raise_killed, afterwards=afterwards)
    with pytest.raises(Killed):
        prices.note_public_price(shop.uid, "tea", now=clock())
    writes.revive()
    # Nothing is noted of which nobody will hear; what isn't noted yet is by the next event.
    assert len(tasks.waiting) >= len(read(place).get("public_prices") or [])
    clock.forward(seconds=5)
    prices.note_public_price(shop.uid, "tea", now=clock())
    assert [one["price"] for one in read(place)["public_prices"]] == [2000]
    ((name, task),) = tasks.waiting
    assert (name, parse(AnnounceEvent, task).data["price"]) == ("announceEvent", "20.00")


@pytest.mark.usefixtures("wanted")
def test_a_queue_that_fails_keeps_no_price_unnoted(
    shop: Source, clock: Clock, writes: Writes, tasks: Tasks
) -> None:
    add_product(shop)
    writes.plan(1, raise_broken)
    prices.note_public_price(shop.uid, "tea", now=clock())
    assert read(paths.product_path(shop.uid, "tea"))["public_prices"][0]["price"] == 2000
    assert tasks.waiting == []


@pytest.mark.usefixtures("wanted")
def test_each_change_of_a_price_is_told_also_back_to_one_before(
    shop: Source, clock: Clock, tasks: Tasks
) -> None:
    add_product(shop)
    for price in (2000, 1500, 2000, 1500):
        reference = clients.firestore().document(paths.product_path(shop.uid, "tea"))
        reference.update({"base_price": price})
        clock.forward(days=1)
        for _ in range(2):
            prices.note_public_price(shop.uid, "tea", now=clock())
    told = [task["data"]["price"] for _, task in tasks.waiting]
    assert told == ["20.00", "15.00", "20.00", "15.00"]


def test_what_everybody_was_asked_is_logged_with_each_change(shop: Source, clock: Clock) -> None:
    since = clock() - timedelta(days=100)
    add_product(shop, public_prices=[{"price": 2000, "since": since}])
    add_product(shop, "mug", category="mugs")
    add_product(make_shop(shop.uid), "other")
    sale = {
        "name": "Sale", "source": {"kind": shop.kind, "id": shop.id},
        "effect": {"kind": "discount", "percent": 25}, "scope": {"products": ["tea"]},
    }  # fmt: skip
    place = paths.pricing_rule_path(shop.uid, "sale")
    put(place, sale)
    for _ in range(2):  # an event may come twice
        former.note_rule(shop.uid, "sale", None, sale, at=clock())
    clock.forward(days=3)
    clients.firestore().document(place).delete()
    assert former.note_rule(shop.uid, "sale", sale, None, at=clock()) == 1
    assert former.note_rule(shop.uid, "sale", {**sale, "who": {"segments": ["s01"]}}, None,
                            at=clock()) == 0  # fmt: skip
    tea = read(paths.product_path(shop.uid, "tea"))
    assert [one["price"] for one in tea["asked_prices"]] == [2000, 1500, 2000]
    assert tea["asked_until"] == clock()
    assert "asked_prices" not in read(paths.product_path(shop.uid, "mug"))

    clock.forward(days=1)
    store.forget()
    before, after = tea, {**tea, "base_price": 1800}
    assert former.note_product(shop.uid, "tea", before, after, at=clock())
    assert not former.note_product(shop.uid, "tea", after, {**after, "name": "Mate"}, at=clock())
    assert not former.note_product(shop.uid, "tea", None, after, at=clock())
    clock.forward(days=1)
    high = {"stock": {"high_at": 1, "discount_percent": 10}}
    put(paths.pricing_settings_path(shop.uid), high)
    assert former.note_settings(shop.uid, {}, {"jurisdiction": "DE"}, at=clock()) == 0
    assert former.note_settings(shop.uid, None, high, at=clock()) == 3


# Outcomes ----------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_orders_tell_what_became_of_quotes(shop: Source, clock: Clock, tmp_path: Path) -> None:
    add_product(shop, product_id="SKU 1")
    add_rule(shop)
    ids = {}
    for customer in ("ann", "ben", "cat"):
        item = QuoteItem(customer_id=customer, product_id="tea")
        ids[customer] = service.quote_price(shop, item, now=clock())["quote_id"]
    told = parse(RecordOutcome, {"quote_id": ids["cat"], "outcome": "not_bought"})
    service.record_outcome(shop.uid, told, now=clock())
    soon = clock().replace(tzinfo=None) + timedelta(minutes=1)
    lines = [
        line("ann", "SKU 1", soon, quantity=2.0),
        line("cat", "SKU 1", soon),
        line("dan", "SKU 2", soon + timedelta(days=9)),
    ]
    orders = orders_file(tmp_path, lines)
    for _ in range(2):  # doing it twice changes nothing
        prices.learn_outcomes(shop, orders, now=clock())
    kept = {id_: quote["outcome"] for id_, quote in history_of(shop).items()}
    assert (kept[ids["ann"]]["state"], kept[ids["ann"]]["quantity"]) == ("bought", 2)
    assert kept[ids["ben"]]["state"] == "not_bought"
    assert (kept[ids["cat"]]["state"], kept[ids["cat"]]["learned"]) == ("not_bought", False)


def test_a_later_upload_adds_late_orders_and_refunds(
    shop: Source, clock: Clock, tmp_path: Path
) -> None:
    add_product(shop, product_id="SKU 1")
    add_rule(shop)
    ids = {}
    for customer in ("ann", "ben", "cat"):
        item = QuoteItem(customer_id=customer, product_id="tea")
        ids[customer] = service.quote_price(shop, item, now=clock())["quote_id"]
    soon = clock().replace(tzinfo=None) + timedelta(minutes=1)
    first = [
        line("ann", "SKU 1", soon, quantity=2.0, order_id="o1"),
        line("dan", "SKU 2", soon + timedelta(days=9), order_id="o2"),
    ]
    prices.learn_outcomes(shop, orders_file(tmp_path, first), now=clock())
    assert _told(shop, ids) == {
        "ann": ("bought", 2, 0), "ben": ("not_bought", 0, 0), "cat": ("not_bought", 0, 0),
    }  # fmt: skip
    clock.forward(days=20)
    back = soon + timedelta(days=12)
    later = [
        line("ben", "SKU 1", soon, order_id="o3"),
        line("ann", "SKU 1", back, "-20.00", quantity=-1.0, kind="refund", order_id="o1"),
    ]
    version = make_shop(shop.uid, based_on={"upload_id": shop.id, "mode": "append"})
    for _ in range(2):  # doing it twice changes nothing
        prices.learn_outcomes(version, orders_file(tmp_path, later), now=clock())
        assert _told(shop, ids) == {
            "ann": ("refunded", 2, 1), "ben": ("bought", 1, 0), "cat": ("not_bought", 0, 0),
        }  # fmt: skip
    prices.learn_outcomes(make_shop(shop.uid), orders_file(tmp_path, first), now=clock())
    assert _told(shop, ids)["cat"][0] == "not_bought"


def _told(shop: Source, ids: dict[str, str]) -> dict[str, tuple[str, int, int]]:
    kept = {id_: quote["outcome"] for id_, quote in history_of(shop).items()}
    return {
        customer: (kept[id_]["state"], kept[id_]["quantity"], kept[id_]["refunded"])
        for customer, id_ in ids.items()
    }


# The end of a source -----------------------------------------------------------------------


def test_what_is_about_a_source_goes_with_it_and_nothing_else(shop: Source, clock: Clock) -> None:
    beside, rival = make_shop(shop.uid), make_shop()
    for source in (shop, beside, rival):
        own = f"{source.id}-tea"
        add_product(source, own)
        add_rule(source, f"{source.id}-rule")
        place = {"kind": source.kind, "id": source.id}
        put(paths.price_test_path(source.uid, f"{source.id}-test"), {"source": place})
        put(f"{source.price_models}/{RUN}-tea", {"run_id": RUN})
        service.opt_out_customer(source, "ann", opted_out=True)
        item = QuoteItem(customer_id="ann", product_id=own)
        assert service.quote_price(source, item, now=clock())["logged"]
    assert sources_store.erase_below(shop) > 0
    assert sources_store.erase_below(shop) == 0
    left = _owners(shop.uid)
    assert left == {name: [beside.id] for name in paths.OF_ONE_SOURCE}
    assert _owners(rival.uid) == {name: [rival.id] for name in paths.OF_ONE_SOURCE}
    for collection in (shop.price_models, shop.price_opt_outs):
        assert list(clients.firestore().collection(collection).stream()) == []
    assert list(clients.firestore().collection(beside.price_opt_outs).stream())


def _owners(uid: str) -> dict[str, list[str]]:
    """Whose documents a merchant's collections hold."""
    user = clients.firestore().document(paths.user_path(uid))
    return {
        name: [(one.to_dict() or {})["source"]["id"] for one in user.collection(name).stream()]
        for name in paths.OF_ONE_SOURCE
    }
