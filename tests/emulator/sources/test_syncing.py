"""A shop is synced the whole way, whatever strikes the worker, and no shop sees another's data."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from emulator.places import change_document, document_of, estate_of, likeness
from emulator.pricing.shops import history_of, put
from emulator.workers import Killed, Works, raise_killed
from kindred import clients, jobs, paths, settings
from kindred.errors import Conflict, NotFound, Unavailable
from kindred.jobs import lifecycle
from kindred.jobs.states import Job, Status
from kindred.jobs.store import job_fields
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.sources import kinds
from kindred.sources import service as sources_service
from kindred.sources.shops import connections, keeping, service
from kindred.sources.shops.feeder import ShopFeeder
from kindred.sources.shops.platform import Connection, Credentials, Page, Stream, Window
from kindred.sources.shops.records import Record
from shops.made_up import (
    CUSTOMERS,
    NOON,
    ORDERS,
    MadeUp,
    filled,
    order,
    refused,
    throttled,
)


def connect(works: Works, uid: str = "merchant", id_: str = "s1", **fields: Any) -> Source:
    """The document of a shop that was just connected; tests share a bucket, and no merchant."""
    source = Source(f"{uid}-{uuid.uuid4().hex[:8]}", "shopify", id_)
    document = {
        "kind": "shopify",
        "label": "Shop",
        "shop": id_,
        "zone": "Europe/Berlin",
        "currency": "EUR",
        "connection": {"state": "connected"},
        "refresh": {"when": "changed", "percent": 0},
        "next_sync_at": works.clock(),
        **job_fields(Job(status=Status.READY, updated_at=works.clock())),
        **fields,
    }
    clients.firestore().document(source.document).set(document)
    return source


@pytest.fixture
def shops(works: Works, monkeypatch: pytest.MonkeyPatch) -> dict[str, MadeUp]:
    """Made-up shops by the ids of their sources, all of one platform, on the workers' clock."""
    works.clock.now = NOON
    known: dict[str, MadeUp] = {}
    feeder = ShopFeeder(
        Mall(known),
        clock=works.clock,
        sleep=lambda seconds: works.clock.forward(seconds=seconds),
    )
    monkeypatch.setitem(kinds.FEEDERS, "shopify", lambda: feeder)

    def fresh(source: Source, *_: Any, **__: Any) -> Connection:
        return Connection("shopify", source.id, Credentials("key", {}), currency="EUR")

    monkeypatch.setattr(connections, "fresh", fresh)
    return known


class Mall(MadeUp):
    """Every shop of a platform that has several; a shop may lack streams."""

    def __init__(self, shops: dict[str, MadeUp]) -> None:
        super().__init__(lambda: NOON)
        self._shops = shops

    def fetch(
        self, connection: Connection, client: Any, stream: Stream, window: Window, token: str | None
    ) -> Page:
        return self._shop(connection, stream).fetch(connection, client, stream, window, token)

    def count(
        self, connection: Connection, client: Any, stream: Stream, window: Window
    ) -> int | None:
        return self._shop(connection, stream).count(connection, client, stream, window)

    def read(
        self, connection: Connection, client: Any, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        return self._shop(connection, stream).read(connection, client, stream, object_id)

    def _shop(self, connection: Connection, stream: Stream) -> MadeUp:
        shop = self._shops[connection.shop]
        if stream not in shop.streams:
            raise NotFound("This shop has no such thing.", code="shop-lacks")
        return shop


def small_shop(works: Works, **options: Any) -> MadeUp:
    return filled(works.clock, **{"orders": 24, "page_size": 20, **options})


def synced(works: Works, source: Source, why: Any = "connected", **options: Any) -> dict[str, Any]:
    assert service.start_sync(source, now=works.clock(), why=why, **options)
    return works.until_idle(source)


def stored(source: Source, table: str) -> list[dict[str, Any]]:
    """The rows of a canonical table."""
    run = document_of(source)["tables_run"]
    blob = clients.bucket().blob(source.private_file(f"{run}/{table}.parquet"))
    return pq.read_table(io.BytesIO(blob.download_as_bytes())).to_pylist()


def test_a_shop_is_synced_from_its_first_page_to_its_segments(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    document = synced(works, source)
    assert document["status"] == "ready", document["error"]
    assert document["current_run"]
    assert document["customer_count"] == 7
    assert {name: one["state"] for name, one in document["streams"].items()} == dict.fromkeys(
        ("customers", "products", "orders", "reviews"), "ready"
    )
    assert document["streams"]["orders"]["count"] == 24
    assert document["streams"]["orders"]["oldest"] == NOON - timedelta(days=90)
    assert document["synced_at"] >= NOON
    assert document["next_sync_at"] == NOON + timedelta(hours=1)
    assert {row["platform_order_id"] for row in stored(source, "orders")} == {
        f"o{number}" for number in range(24)
    }


def test_a_shop_without_customers_is_connected_and_calm_until_the_first_one_comes(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    for name in ("customers", "orders", "reviews"):
        shops["s1"].shop[name].clear()
    document = synced(works, source)
    assert (document["status"], document["error"]) == ("ready", None)
    assert document["current_run"] is None
    assert [notice["code"] for notice in document["notices"]] == ["nothing-to-segment"]
    works.clock.forward(hours=1)
    works.sweep()
    assert works.until_idle(source)["status"] == "ready"
    shops["s1"].put("orders", order(1, works.clock()))
    works.clock.forward(hours=1)
    works.sweep()
    document = works.until_idle(source)
    assert document["status"] == "ready", document["error"]
    assert document["customer_count"] == 1
    assert "nothing-to-segment" not in {notice["code"] for notice in document["notices"]}


def test_an_unchanged_second_sync_writes_nothing_but_where_it_is(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    first = synced(works, source)
    before = estate_of(source)
    shops["s1"].asked.clear()
    works.clock.forward(hours=1)
    works.sweep()
    second = works.until_idle(source)
    assert second["status"] == "ready"
    after = estate_of(source)
    assert after.files == before.files
    assert (second["current_run"], second["tables_run"]) == (
        first["current_run"],
        first["tables_run"],
    )
    changed = {path for path, one in after.documents.items() if one != before.documents.get(path)}
    assert changed <= {source.document, source.sync_cursors}
    assert all(window.start is not None for _, window, _ in shops["s1"].asked)
    assert second["synced_at"] > first["synced_at"]


def test_a_shop_is_synced_every_hour_and_only_then(works: Works, shops: dict[str, MadeUp]) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    works.sweep()
    works.until_idle(source)
    asked = len(shops["s1"].asked)
    works.clock.forward(minutes=30)
    works.sweep()
    assert len(shops["s1"].asked) == asked
    assert not works.tasks.waiting
    shops["s1"].put("orders", order(50, works.clock()))
    works.clock.forward(minutes=31)
    works.sweep()
    works.until_idle(source)
    assert "o50" in {row["platform_order_id"] for row in stored(source, "orders")}


def test_who_syncs_all_shops_again_and_again_takes_no_more_than_a_share_of_the_workers(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    first = connect(works)
    sources = [first, *(replace(first, id=f"s{n}") for n in range(2, 8))]
    for source in sources:
        clients.firestore().document(source.document).set(document_of(first))
        shops[source.id] = small_shop(works)
    refusals = [
        refusal(keeping.sync_source, source, streams=None, full=True, now=works.clock())
        for _ in range(2)
        for source in sources
    ]
    most = settings.SYNCS_PER_SWEEP
    others = ["too-many-syncs"] * (7 - most)
    assert refusals == [*[""] * most, *others, *["job-active"] * most, *others]
    assert [function for function, _ in works.tasks.waiting] == ["processShop"] * most
    for source in sources[:most]:
        works.until_idle(source)
    works.sweep()
    assert works.until_idle(sources[-1])["current_run"], "its turn comes by itself"


def test_a_sync_that_waits_for_its_shop_keeps_no_other_from_its_turn(
    works: Works, shops: dict[str, MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SYNCS_PER_SWEEP", 1)
    first = connect(works)
    second = replace(first, id="s2")
    clients.firestore().document(second.document).set(document_of(first))
    shops |= {"s1": small_shop(works), "s2": small_shop(works)}
    shops["s1"].faults = {at: throttled(900) for at in range(4)}
    assert service.start_sync(first, now=works.clock(), why="asked")
    with pytest.raises(Conflict):
        service.start_sync(second, now=works.clock(), why="asked")
    works.attempt()
    assert document_of(first)["lease"]["not_before"] > works.clock()
    assert service.start_sync(second, now=works.clock(), why="asked")


def refusal(call: Any, *args: Any, **kwargs: Any) -> str:
    try:
        call(*args, **kwargs)
    except Conflict as err:
        return err.code
    return ""


def test_a_shop_that_is_let_go_is_asked_no_more(works: Works, shops: dict[str, MadeUp]) -> None:
    source = connect(works, connection={"state": "revoked"})
    works.sweep()
    assert not works.tasks.waiting
    assert document_of(source)["next_sync_at"] is None


def test_segments_wait_for_the_merchants_setting_and_the_data_dont(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    first = synced(works, source)
    change_document(source, refresh={"when": "nightly"})
    shops["s1"].put("orders", order(50, works.clock()))
    works.clock.forward(hours=1)
    second = synced(works, source, "scheduled")
    assert second["current_run"] == first["current_run"]
    works.clock.forward(hours=15)
    third = synced(works, source, "scheduled")
    assert third["current_run"] > first["current_run"]
    assert "o50" in {row["platform_order_id"] for row in stored(source, "orders")}


def test_a_wait_that_the_shop_asks_for_is_a_task_that_comes_later(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works)
    shops["s1"].faults = {at: throttled(600) for at in range(4)}
    assert service.start_sync(source, now=works.clock(), why="asked")
    works.attempt()
    waiting = document_of(source)
    assert waiting["lease"]["holder"] is None
    assert waiting["lease"]["not_before"] == works.clock() + timedelta(seconds=600)
    with pytest.raises(Unavailable) as early:  # a queue that knows no delay
        works.attempt()
    assert early.value.code == "job-early"
    works.clock.forward(minutes=6)
    works.sweep()
    assert document_of(source)["attempt"] == 1, "nobody takes it for lost"
    assert works.until_idle(source)["status"] == "ready"


def test_a_sync_that_waits_can_be_cancelled(works: Works, shops: dict[str, MadeUp]) -> None:
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works)
    shops["s1"].faults = {0: throttled(600)}
    assert service.start_sync(source, now=works.clock(), why="asked")
    works.attempt()
    assert jobs.request_cancel(source, now=works.clock()) is Status.CANCELLED
    works.clock.forward(hours=1)
    assert works.until_idle(source)["status"] == "cancelled"
    document = synced(works, source, "asked")
    assert document["status"] == "ready"
    assert len(stored(source, "orders")) == 24


def test_a_sync_is_cancelled_between_two_pages(works: Works, shops: dict[str, MadeUp]) -> None:
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works, page_size=2)
    shops["s1"].faults = {
        4: lambda: (jobs.request_cancel(source, now=works.clock()), works.clock.forward(seconds=5))
    }
    service.start_sync(source, now=works.clock(), why="asked")
    document = works.until_idle(source)
    assert document["status"] == "cancelled"
    assert len(shops["s1"].asked) < 10
    works.clock.forward(minutes=1)
    assert synced(works, source, "asked")["status"] == "ready"
    assert len(stored(source, "orders")) == 24


def test_one_stream_that_fails_is_told_and_the_others_make_segments(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works)
    shops["s1"].counted = lambda stream, count: count + (stream.name == "reviews")
    shops["s1"].gone = {"products"}
    document = synced(works, source)
    assert document["status"] == "ready"
    states = {name: one["state"] for name, one in document["streams"].items()}
    assert states == {
        "customers": "ready",
        "products": "none",
        "orders": "ready",
        "reviews": "failed",
    }
    assert document["streams"]["reviews"]["error"]["code"] == "counts-differ"
    assert document["streams"]["products"]["error"]["message"] == "This shop has no such thing."
    assert document["notices"][0]["code"] == "stream-failed"


def test_access_that_ended_fails_the_job_and_says_so_of_the_connection(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works)
    shops["s1"].faults = {2: refused}
    document = synced(works, source)
    assert (document["status"], document["error"]["code"]) == ("failed", "access-ended")
    assert document["connection"]["state"] == "expired"
    works.clock.forward(hours=2)
    works.sweep()
    assert document_of(source)["next_sync_at"] is None


def test_a_customer_who_must_be_forgotten_is_in_no_file_after_the_next_sync(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works, refresh={"when": "nightly"})
    shops["s1"] = small_shop(works)
    synced(works, source)
    assert any(b"c3@example.com" in rows_of(file) for file in estate_of(source).files.values())
    client = clients.firestore()
    for id_ in ("c3", "c4"):
        place = {"kind": source.kind, "id": source.id}
        quote = {"source": place, "customer_id": id_, "product_id": "p", "created_at": NOON}
        put(paths.price_quote_path(source.uid, f"q-{id_}"), quote)
        pricing_store.opt_out(source, id_, opted_out=True)
    client.document(f"{source.redactions}/x").set({"customer_id": "c3", "at": works.clock()})
    client.document(f"{source.hooks}/redact-x").set(
        {"stream": "customers", "object_id": "c3", "what": "redact_customer", "at": works.clock()}
    )
    works.clock.forward(hours=1)
    document = synced(works, source, "hook")
    assert document["status"] == "ready", document["error"]
    assert list(client.collection(source.hooks).stream()) == []
    assert "c3" not in {row["platform_customer_id"] for row in stored(source, "customers")}
    assert set(history_of(source)) == {"q-c4"}
    opted_out = [one.to_dict() for one in client.collection(source.price_opt_outs).stream()]
    assert sum(len(shelf["customers"]) for shelf in opted_out if shelf) == 1
    for _ in range(2):  # the first sweep begins a sync, the second tidies
        works.clock.forward(minutes=20)
        works.sweep()
        works.until_idle(source)
    left = estate_of(source)
    assert any("/shop/" in name for name in left.files)
    assert not [name for name, file in left.files.items() if b"c3@example.com" in rows_of(file)]
    assert not [one for one in left.documents.values() if "c3@example.com" in str(one)]
    naming = [path for path, one in left.documents.items() if "'c3'" in str(one)]
    assert naming == [f"{source.redactions}/x"], "so that they stay gone"


def rows_of(file: bytes) -> bytes:
    if not file.startswith(b"PAR1"):
        return file
    return repr(pq.read_table(io.BytesIO(file)).to_pylist()).encode()


def test_many_parts_become_one_and_the_tables_stay(
    works: Works, shops: dict[str, MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.sources.shops.feeder.COMPACT_AT", 12)
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works, page_size=2)
    synced(works, source)
    parts = [name for name in estate_of(source).files if "/shop/orders/" in name]
    assert len(parts) == 1
    assert "base-" in parts[0]
    shops["s1"].put("orders", order(1, works.clock(), eur=99))
    works.clock.forward(hours=1)
    synced(works, source, "scheduled")
    rows = {row["platform_order_id"]: row for row in stored(source, "orders")}
    assert len(rows) == 24
    assert rows["o1"]["amount"] == 99


def test_a_source_deleted_while_it_is_synced_leaves_nothing(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    source = connect(works)
    shops["s1"] = small_shop(works, page_size=2)
    shops["s1"].faults = {
        5: lambda: (
            sources_service.delete_source(source, now=works.clock()),
            works.clock.forward(seconds=5),
        )
    }
    service.start_sync(source, now=works.clock(), why="connected")
    assert works.until_idle(source) == {}
    assert estate_of(source).places == set()


def test_a_worker_that_was_overtaken_moves_no_cursor(
    works: Works, shops: dict[str, MadeUp]
) -> None:
    """It slept longer than its lease; another has compacted what it still counts on."""
    source = connect(works, generate_segments=False)
    shops["s1"] = small_shop(works, page_size=2)
    ticket = service.start_sync(source, now=works.clock(), why="connected")
    assert ticket is not None

    def overtake() -> None:
        works.clock.forward(minutes=5)
        works.until_idle(source)

    shops["s1"].faults = {3: overtake}
    works.attempt()
    document = document_of(source)
    assert document["status"] == "ready"
    assert len(stored(source, "orders")) == 24


@pytest.mark.parametrize("afterwards", [False, True])
def test_a_sync_struck_at_any_write_leaves_what_an_undisturbed_one_does(
    works: Works, shops: dict[str, MadeUp], monkeypatch: pytest.MonkeyPatch, afterwards: bool
) -> None:
    """Two syncs, and webhooks, are killed so in tests/unit; here it is a first one with its job."""
    monkeypatch.setattr(lifecycle, "new_run_id", lambda now: f"r{now:%Y%m%dt%H%M%S}abcdef")
    monkeypatch.setattr("kindred.sources.shops.feeder.COMPACT_AT", 2)

    def first_sync(nth: int | None) -> Source:
        works.clock.now = NOON
        works.tasks.waiting.clear()
        works.tasks.seen.clear()
        source = connect(works, generate_segments=False)
        shops["s1"] = small_shop(works, orders=6, streams=(CUSTOMERS, ORDERS))
        works.writes.revive()
        if nth is not None:
            works.writes.plan(nth, raise_killed, afterwards=afterwards)
        try:
            service.start_sync(source, now=works.clock(), why="scheduled")
        except Killed:
            works.writes.revive()
            works.sweep()
        works.until_idle(source)
        return source

    undisturbed = first_sync(None)
    count = works.writes.count
    assert count > 12
    expected = likeness(estate_of(undisturbed), undisturbed)
    for nth in range(1, count + 1):
        source = first_sync(nth)
        assert document_of(source)["status"] == "ready", f"write {nth} of {count}"
        assert likeness(estate_of(source), source) == expected, f"write {nth} of {count}"
