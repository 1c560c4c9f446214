"""A shop's feeder with the real merging: what it brings, when it has nothing new, when it waits."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from kindred import jobs, settings
from kindred.engine import open_engine
from kindred.errors import Conflict, InvalidInput
from kindred.jobs.states import Job, Lease, Status
from kindred.paths import Source
from kindred.sources.feeders import Feed, HandOn, Unchanged
from kindred.sources.shops import connections, feeder, store
from kindred.sources.shops.cursors import OpenWindow, State
from kindred.sources.shops.feeder import ShopFeeder
from kindred.sources.shops.paces import Bucket
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.ports import Asked
from shops.kept import Kept, Time
from shops.made_up import (
    CONNECTION,
    NOON,
    MadeUp,
    customer,
    filled,
    order,
    product,
    refused,
    throttled,
    token_refused,
)

SOURCE = Source("merchant", "shopify", "s1")


@dataclass
class Drawer(Kept):
    """The store of one source in memory, with parts as the files they are."""

    folder: Path = Path()
    buckets: dict[str, Bucket] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    bases: dict[tuple[str, int], Path] = field(default_factory=dict)
    redacted: frozenset[str] = frozenset()
    seen_at: datetime = NOON

    def load(self) -> tuple[State, dict[str, Bucket]]:
        return self.state, dict(self.buckets)

    def finish(
        self, state: State, buckets: Mapping[str, Bucket], fields: Mapping[str, Any]
    ) -> None:
        self.save(state)
        self.buckets, self.shown = dict(buckets), {**self.shown, **fields}

    def fetch_parts(self, base: int) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for (table, name), records in self.parts.items():
            if int(name.split("-")[1]) >= base:
                path = self.folder / f"{table}-{name}.parquet"
                write_part(records, table, path, zone="UTC", seen_at=self.seen_at)
                found.setdefault(table, []).append(path)
        for (table, number), path in self.bases.items():
            if number == base:
                found.setdefault(table, []).append(path)
        return found

    def put_base(self, number: int, files: Mapping[str, Path]) -> None:
        for table, path in files.items():
            kept = self.folder / f"base-{table}-{number}.parquet"
            shutil.copy(path, kept)
            self.bases[table, number] = kept

    def tidy(self, state: State) -> None:
        for key in [one for one in self.parts if int(one[1].split("-")[1]) < state.base]:
            del self.parts[key]


@dataclass
class Desk:
    """One connected shop, its drawer, and what each of its jobs came to."""

    shop: MadeUp
    time: Time
    drawer: Drawer
    folder: Path
    document: dict[str, Any]
    runs: int = 0

    def job(self, asked: Asked | None, **options: Any) -> Feed | HandOn | Unchanged:
        """One job, as many tasks as it takes; its result is written as a pipeline does."""
        self.runs += 1
        run_id = jobs.new_run_id(self.time.now)
        handed: Mapping[str, Any] = store.asked_fields(asked) if asked else {}
        for part in range(30):
            result = self.task(run_id, handed, part)
            if not isinstance(result, HandOn):
                break
            self.time.now += result.delay
            handed = result.handed
        if isinstance(result, Feed):
            self.document |= {
                "tables_key": result.tables_key,
                "tables_run": run_id,
                "report": dict(result.report),
                "notices": list(result.notices),
            }
        return result

    def task(self, run_id: str, handed: Mapping[str, Any], part: int) -> Feed | HandOn | Unchanged:
        lease = Lease(run_id, "me", part=part, handed=handed)
        claim = jobs.Claim(
            SOURCE, run_id, "me", Job(Status.RUNNING, lease=lease), dict(self.document)
        )
        folder = self.folder / f"{self.runs}-{part}"
        folder.mkdir()
        own = ShopFeeder(self.shop, clock=self.time, sleep=self.time.sleep)
        with open_engine(folder) as engine:
            return own.feed(claim, folder, engine=engine, on_stage=lambda stage, done: None)

    def asked(self, why: Any = "scheduled", **options: Any) -> Asked:
        return Asked("", self.time.now, why, **options)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    time = Time()
    (tmp_path / "parts").mkdir()
    drawer = Drawer(folder=tmp_path / "parts", seen_at=time.now)
    document = {
        "kind": "shopify",
        "zone": "Europe/Berlin",
        "currency": "EUR",
        "connection": {"state": "connected"},
        "refresh": {"when": "changed", "percent": 5},
    }
    monkeypatch.setattr(store, "SourceStore", lambda *_, **__: drawer)
    monkeypatch.setattr(store, "list_redacted", lambda source: drawer.redacted)
    monkeypatch.setattr(store, "note_counts", lambda *_: None)
    monkeypatch.setattr(connections, "fresh", lambda *_, **__: CONNECTION)
    shop = filled(time, orders=40)
    return Desk(shop, time, drawer, tmp_path, document)


def rows(feed: Feed | HandOn | Unchanged, table: str) -> list[dict[str, Any]]:
    assert isinstance(feed, Feed)
    return pq.read_table(getattr(feed.tables, table)).to_pylist()


def test_a_first_sync_brings_the_shops_tables(desk: Desk) -> None:
    feed = desk.job(desk.asked("connected"))
    assert {row["platform_order_id"] for row in rows(feed, "orders")} == {
        f"o{number}" for number in range(40)
    }
    assert len(rows(feed, "customers")) == 7
    assert len(rows(feed, "products")) == 3
    assert isinstance(feed, Feed)
    assert feed.report["rows_read"] == feed.report["rows_accepted"] + feed.report["rows_rejected"]
    assert desk.drawer.shown["synced_at"] == desk.time.now


def test_a_sync_that_brings_nothing_makes_nothing(desk: Desk) -> None:
    desk.job(desk.asked("connected"))
    desk.time.forward(hours=1)
    assert isinstance(desk.job(desk.asked()), Unchanged)
    assert isinstance(desk.job(desk.asked("asked")), Unchanged)


def test_a_shop_without_anything_is_ready_without_tables(desk: Desk) -> None:
    desk.shop.shop.clear()
    assert isinstance(desk.job(desk.asked("connected")), Unchanged)


def test_a_shop_with_products_alone_says_so_and_its_first_order_does_not_wait(desk: Desk) -> None:
    desk.shop.shop["customers"].clear()
    desk.shop.shop["orders"].clear()
    desk.shop.shop["reviews"].clear()
    for number in range(200):
        desk.shop.put("products", product(number, desk.time.now - timedelta(days=1)))
    feed = desk.job(desk.asked("connected"))
    assert rows(feed, "customers") == []
    assert isinstance(feed, Feed)
    assert [notice["code"] for notice in feed.notices] == ["nothing-to-segment"]
    desk.time.forward(hours=1)
    assert isinstance(desk.job(desk.asked()), Unchanged)
    desk.shop.put("orders", order(1, desk.time.now))
    desk.time.forward(hours=1)
    feed = desk.job(desk.asked())
    assert len(rows(feed, "customers")) == 1
    assert isinstance(feed, Feed)
    assert [notice["code"] for notice in feed.notices] == []


def test_few_changes_wait_for_more_and_who_asks_does_not(desk: Desk) -> None:
    desk.job(desk.asked("connected"))
    desk.shop.put("orders", order(60, desk.time.now))
    desk.time.forward(hours=1)
    assert isinstance(desk.job(desk.asked()), Unchanged)
    for number in range(61, 64):
        desk.shop.put("orders", order(number, desk.time.now))
    desk.time.forward(hours=1)
    assert len(rows(desk.job(desk.asked()), "orders")) == 44
    desk.shop.put("orders", order(70, desk.time.now))
    desk.time.forward(hours=1)
    assert len(rows(desk.job(desk.asked("asked")), "orders")) == 45


def test_who_has_to_be_forgotten_is_out_of_the_next_tables_and_of_all_parts(desk: Desk) -> None:
    desk.document["refresh"] = {"when": "nightly"}
    desk.job(desk.asked("connected"))
    desk.drawer.redacted = frozenset({"c3"})
    desk.time.forward(hours=1)
    feed = desk.job(desk.asked("hook"))
    assert "c3" not in {row["platform_customer_id"] for row in rows(feed, "customers")}
    assert desk.drawer.parts == {}
    for path in desk.drawer.bases.values():
        assert "c3@example.com" not in repr(pq.read_table(path).to_pylist())
    desk.time.forward(hours=1)
    assert isinstance(desk.job(desk.asked()), Unchanged)


def with_an_open_window(desk: Desk) -> None:
    """The orders that were read last are of a window that isn't read to its end."""
    names = [name for _, name in desk.drawer.parts if name.startswith("orders-")]
    number = int(max(names).split("-")[1])
    window = OpenWindow(number, None, desk.time.now, page_token="more", page=1)
    cursor = replace(desk.drawer.state.cursor("orders"), open=window)
    desk.drawer.save(desk.drawer.state.with_cursor("orders", cursor))


def test_who_is_named_in_a_window_that_is_read_on_goes_once_it_ends(desk: Desk) -> None:
    desk.job(desk.asked("connected"))
    with_an_open_window(desk)
    desk.drawer.redacted = frozenset({"c3"})
    desk.time.forward(hours=1)
    assert isinstance(desk.job(desk.asked("hook")), Feed)
    assert desk.drawer.parts != {}
    assert desk.drawer.state.base_redacted == ""
    cursor = replace(desk.drawer.state.cursor("orders"), open=None)
    desk.drawer.save(desk.drawer.state.with_cursor("orders", cursor))
    assert isinstance(desk.job(desk.asked("hook")), Feed)
    assert desk.drawer.parts == {}
    assert desk.drawer.state.base_redacted == feeder.redacted_digest({"c3"})
    assert isinstance(desk.job(desk.asked("hook")), Unchanged)


def test_who_has_to_go_from_a_shop_that_was_let_go_is_in_no_part(desk: Desk) -> None:
    desk.job(desk.asked("connected"))
    with_an_open_window(desk)
    desk.document["connection"] = {"state": "revoked"}
    desk.drawer.redacted = frozenset({"c3"})
    feed = desk.job(desk.asked("hook", for_tables=True))
    assert "c3" not in {row["platform_customer_id"] for row in rows(feed, "customers")}
    assert desk.drawer.parts == {}
    assert desk.drawer.state.cursor("orders").open is None
    assert desk.drawer.state.base_redacted == feeder.redacted_digest({"c3"})


def test_many_parts_become_one_file_a_table_and_later_ones_count(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "COMPACT_AT", 5)
    before = rows(desk.job(desk.asked("connected")), "orders")
    assert desk.drawer.parts == {}
    desk.shop.put("orders", order(5, desk.time.now, eur=77))
    desk.shop.remove("customers", "c6")
    desk.shop.put("customers", customer(5, desk.time.now, "Renamed"))
    desk.time.forward(hours=7)
    feed = desk.job(desk.asked("asked"))
    after = {row["platform_order_id"]: row for row in rows(feed, "orders")}
    assert len(after) == len(before)
    assert after["o5"]["amount"] == 77
    names = {row["platform_customer_id"]: row["name"] for row in rows(feed, "customers")}
    assert names["c5"] == "Renamed"


def test_a_long_wait_is_a_later_tasks(desk: Desk) -> None:
    desk.shop.faults = {at: throttled(300) for at in range(4)}
    first = desk.task("r20260301t120000abcdef", store.asked_fields(desk.asked("connected")), 0)
    assert isinstance(first, HandOn)
    assert first.delay == timedelta(seconds=300)
    assert store.parse_asked(first.handed, "r") == store.parse_asked(
        store.asked_fields(desk.asked("connected")), "r"
    )


def test_tables_of_a_large_shop_have_a_task_of_their_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SYNC_SECONDS", 60)
    desk.time.step = timedelta(seconds=1)
    results = []
    original = desk.task

    def task(*args: Any) -> Any:
        results.append(original(*args))
        return results[-1]

    desk.task = task  # type: ignore[method-assign]
    feed = desk.job(desk.asked("connected"))
    assert len(rows(feed, "orders")) == 40
    assert [type(one) for one in results[:-1]] == [HandOn] * (len(results) - 1)
    assert len(results) > 1


def test_one_stream_that_fails_is_a_notice_and_all_that_fail_are_an_error(desk: Desk) -> None:
    desk.shop.counted = lambda stream, count: count + (stream.name == "orders")
    feed = desk.job(desk.asked("connected"))
    assert isinstance(feed, Feed)
    assert feed.notices[0]["code"] == "stream-failed"
    assert "Orders may be missing" in feed.notices[0]["message"]
    desk.shop.counted = lambda stream, count: count + 1
    desk.time.forward(hours=8)
    with pytest.raises(InvalidInput) as failed:
        desk.job(desk.asked(full=True))
    assert failed.value.code == "counts-differ"


def test_a_token_that_is_refused_before_its_end_is_renewed_once_by_a_task(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []
    opened: list[object] = []
    monkeypatch.setattr(
        connections, "end_token", lambda source, credentials, **_: ended.append(credentials)
    )
    monkeypatch.setattr(
        connections, "fresh", lambda *_, **__: opened.append(len(ended)) or CONNECTION
    )
    desk.shop.faults = dict.fromkeys(range(2), token_refused)  # of two streams
    asked = store.asked_fields(desk.asked("connected"))
    assert isinstance(desk.task("r20260301t120000abcdef", asked, 0), HandOn)
    assert (ended, opened) == ([CONNECTION.credentials], [0, 1])
    assert len(rows(desk.job(desk.asked("connected")), "orders")) == 40


def test_access_that_ended_is_said_of_the_connection(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(connections, "note_state", lambda source, state, **_: told.append(state))
    desk.shop.faults = {0: refused}
    with pytest.raises(InvalidInput):
        desk.job(desk.asked())
    assert told == ["expired"]


def test_segments_are_made_again_of_what_a_shop_told_that_was_let_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.job(desk.asked("connected"))

    def gone(*_: Any, **__: Any) -> Any:
        raise Conflict("This shop isn't connected any more.", code="not-connected")

    monkeypatch.setattr(connections, "fresh", gone)
    desk.document["connection"] = {"state": "revoked"}
    assert len(rows(desk.job(None), "orders")) == 40
    desk.time.forward(hours=1)
    with pytest.raises(Conflict):
        desk.job(desk.asked())


def test_a_shop_that_lets_us_see_nothing_fails_and_says_why(desk: Desk) -> None:
    desk.shop.gone = {stream.name for stream in desk.shop.streams}
    with pytest.raises(InvalidInput) as failed:
        desk.job(desk.asked("connected"))
    assert failed.value.code == "shop-lacks"


def test_a_customer_who_is_redacted_while_tables_are_made_is_left_out_of_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key names the list that the tables were made with, so that the next sync makes others."""
    fetch = desk.drawer.fetch_parts

    def meanwhile(base: int) -> dict[str, list[Path]]:
        desk.drawer.redacted = frozenset({"c1"})
        return fetch(base)

    monkeypatch.setattr(desk.drawer, "fetch_parts", meanwhile)
    first = desk.job(desk.asked("connected"))
    assert isinstance(first, Feed)
    before = rows(first, "customers")
    desk.time.forward(hours=1)
    assert len(rows(desk.job(desk.asked()), "customers")) < len(before)
