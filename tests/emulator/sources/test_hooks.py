"""What platforms tell is believed if it is signed, written down once, and led to one sync."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from emulator.places import document_of, estate_of
from emulator.sources.shops_of_tests import NOW, PUBLIC, World, send, world
from emulator.workers import Killed, Works, Writes, raise_killed
from kindred import clients
from kindred.errors import Conflict, Unavailable
from kindred.paths import Source
from kindred.sources.shops import connections, hooks, privacy, serving_hooks, tending
from kindred.sources.shops.http import Throttled
from kindred.sources.shops.platform import Delivery
from shops.pretend import Shop

__all__ = ["world"]

UID = "merchant"
CHANGED = {"id": "d1", "what": "changed", "stream": "orders", "object_id": "77"}


@pytest.fixture
def source(world: World) -> Source:
    return world.source(UID)


@pytest.fixture
def tell(world: World, source: Source) -> Callable[..., int]:
    """Have the shop tell something at its address; the status of our answer."""
    shop = shop_of(world)
    (address,) = shop.subscriptions

    def deliver(minutes: float = 0, **told: Any) -> int:
        now = NOW + timedelta(minutes=minutes)
        return send(shop.deliver(address, told), now=now).status_code

    return deliver


def shop_of(world: World) -> Shop:
    return world.platform.shops["tea.example.com"]


def noted(source: Source) -> list[dict[str, Any]]:
    found = clients.firestore().collection(source.hooks).stream()
    return [one.to_dict() or {} for one in found]


def queued(world: World, what: str) -> int:
    return sum(name == "tendShop" and task["what"] == what for name, task in world.tasks.waiting)


def test_what_a_shop_tells_is_written_down_by_one_write_beside_the_task(
    world: World, source: Source, tell: Callable[..., int], writes: Writes
) -> None:
    writes.count = 0
    assert tell(**CHANGED) == 200
    assert writes.count == 2, "the note, and the task"
    (note,) = noted(source)
    assert (note["stream"], note["object_id"], note["what"]) == ("orders", "77", "changed")
    assert (note["at"], note["received_at"]) == (NOW, NOW)
    assert queued(world, "sync") == 1


def test_a_delivery_that_comes_twice_is_written_down_once(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    assert [tell(**CHANGED) for _ in range(3)] == [200, 200, 200]
    unnamed = {**CHANGED, "id": None, "object_id": "78"}
    assert [tell(**unnamed) for _ in range(2)] == [200, 200]
    assert sorted(note["object_id"] for note in noted(source)) == ["77", "78"]


def test_many_that_come_within_a_minute_are_one_sync(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    for number in range(30):
        assert tell(**{**CHANGED, "id": f"d{number}", "object_id": str(number)}) == 200
    assert len(noted(source)) == 30
    assert queued(world, "sync") == 1
    tell(minutes=1, **{**CHANGED, "id": "later"})
    assert queued(world, "sync") == 2
    tending.tend(source, "sync", now=NOW)
    assert world.syncs.started[1:] == [(source.id, "hook")]


def test_a_delivery_whose_worker_was_killed_is_sent_again_and_queued(
    world: World, source: Source, tell: Callable[..., int], writes: Writes
) -> None:
    writes.plan(2, raise_killed)
    with pytest.raises(Killed):
        tell(**CHANGED)
    writes.revive()
    assert queued(world, "sync") == 0
    assert tell(**CHANGED) == 200
    assert (len(noted(source)), queued(world, "sync")) == (1, 1)


def test_who_has_no_address_or_no_signature_learns_nothing_and_changes_nothing(
    world: World, source: Source, writes: Writes
) -> None:
    shop = shop_of(world)
    (address,) = shop.subscriptions
    right = shop.deliver(address, CHANGED)
    place, token = address.rsplit("/", 1)
    ids, uid, secret = token.split(".")
    writes.count = 0
    nobody = [
        f"{place}/{ids}.{uid}.{secret[::-1]}",
        f"{place}/{ids}.rival.{secret}",
        f"{place}/s0.{uid}.{secret}",
        f"{place}/{secret}",
        f"{PUBLIC}/hooks/shopify/{token}",
        f"{PUBLIC}/hooks/csv/{token}",
        f"{PUBLIC}/hooks/flipkart/",
        f"{PUBLIC}/hooks",
        f"{PUBLIC}/hooks/flipkart/{token}/more",
        f"{PUBLIC}/hooks/flipkart/..%2F{token}",
    ]
    for url in nobody:
        answer = send(Delivery("POST", url, right.headers, right.body))
        assert (answer.status_code, answer.data) == (404, b""), url
    spaced = json.dumps(json.loads(right.body)).encode()  # the same, in other bytes
    for body, headers in ((spaced, right.headers), (right.body, {}), (b"", right.headers)):
        answer = send(Delivery("POST", address, headers, body))
        assert (answer.status_code, answer.data) == (401, b"")
    assert writes.count == 0
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert send(right, method="GET").status_code == 405
    assert send(right).status_code == 200


def test_a_body_that_is_too_long_is_not_read(world: World, source: Source) -> None:
    (address,) = shop_of(world).subscriptions
    long = Delivery("POST", address, {}, b"x" * (serving_hooks.MAX_BYTES + 1))
    assert send(long).status_code == 413


def test_a_store_that_does_not_answer_has_the_delivery_sent_again(
    world: World, source: Source, tell: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("away")

    monkeypatch.setattr("kindred.documents.get", away)
    assert tell(**CHANGED) == 503


# What ends, and what has to go -------------------------------------------------------------


def test_a_shop_that_removed_us_is_let_go_without_asking_it(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    clients.firestore().document(source.document).update({"current_run": "r1"})
    shop = shop_of(world)
    shop.has_put_us_out = True
    asked = len(shop.asked)
    assert tell(what="uninstalled") == 200
    assert len(shop.asked) == asked, "no living token is needed"
    document = document_of(source)
    assert (document["connection"]["state"], document["status"]) == ("uninstalled", "ready")
    assert document["current_run"] == "r1", "what was fetched stays"
    assert document["hooks_due_at"] == NOW + timedelta(days=1), "for its seals alone"
    with pytest.raises(Conflict) as refused:
        connections.load(source)
    assert refused.value.code == "not-connected"
    assert source.credentials not in estate_of(source).documents
    assert tell(what="uninstalled") == 200
    tending.tend(source, "sync", now=NOW)
    assert len(world.syncs.started) == 1


def test_a_shop_that_removed_us_can_still_have_its_data_erased(
    world: World, source: Source, tell: Callable[..., int], works: Works
) -> None:
    tell(what="uninstalled")
    assert tell(minutes=60 * 48, what="redact_shop") == 200
    works.until_idle(source)
    assert estate_of(source).places == set()
    assert tell(minutes=60 * 49, what="redact_shop") == 404


def test_a_customer_who_has_to_go_is_written_down_until_they_are_gone(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    for _ in range(2):
        assert tell(what="redact_customer", stream="customers", object_id="42") == 200
    assert tell(what="redact_customer", stream="customers", object_id=None) == 200
    assert privacy.redacted(source) == {"42"}
    assert [note["what"] for note in noted(source)] == ["redact_customer"]
    assert queued(world, "sync") == 1


def test_a_customer_who_asks_is_answered_with_where_their_data_lie(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    def table(name: str, **columns: list[Any]) -> None:
        file = io.BytesIO()
        pq.write_table(pa.table(columns), file)
        place = clients.bucket().blob(source.private_file(f"r1/{name}.parquet"))
        place.upload_from_string(file.getvalue())

    table("customers", customer_id=["c1", "c2"], platform_customer_id=["42", "43"])
    table("orders", customer_id=["c1", "c2", "c1"], amount=[1, 2, 3])
    table("texts", customer_id=["c2"], text=["fine"])
    clients.firestore().document(source.document).update({"tables_run": "r1"})
    assert tell(what="data_request", stream="customers", object_id="42") == 200
    assert tell(what="data_request", stream="customers", object_id="42") == 200
    assert tell(what="data_request", stream="customers", object_id="99") == 200
    assert queued(world, "requests") == 1
    tending.tend(source, "requests", now=NOW)
    found = clients.firestore().collection(source.data_requests).stream()
    answers = {one.to_dict()["customer_id"]: one.to_dict() for one in found}
    assert answers["42"]["state"] == answers["99"]["state"] == "answered"
    assert answers["42"]["due_at"] == NOW + timedelta(days=30)
    assert answers["42"]["found"] == [
        {"what": "customers", "rows": 1, "customer_ids": ["c1"]},
        {"what": "orders", "rows": 2, "customer_ids": ["c1"]},
    ]
    assert answers["99"]["found"] == []


# Looking after -----------------------------------------------------------------------------


def test_a_subscription_that_was_lost_is_made_again_and_the_gap_is_synced(
    world: World, source: Source
) -> None:
    shop = shop_of(world)
    tending.tend(source, "hooks", now=NOW)
    assert world.syncs.started == [(source.id, "connected")], "nothing was lost"
    shop.subscriptions.clear()
    tending.tend(source, "hooks", now=NOW)
    assert len(shop.subscriptions) == 1
    assert world.syncs.started[1:] == [(source.id, "hook")]
    assert document_of(source)["hooks"]["state"] == "active"


def test_a_shop_that_lets_nobody_register_is_looked_at_again(world: World, source: Source) -> None:
    shop = shop_of(world)
    shop.is_down = True
    with pytest.raises(Unavailable):
        tending.tend(source, "hooks", now=NOW)
    shop.is_down = False
    tending.tend(source, "hooks", now=NOW)
    document = document_of(source)
    assert document["hooks"] == {**document["hooks"], "state": "active", "error": None}
    assert document["hooks_due_at"] > document["hooks"]["checked_at"]


def test_a_shop_that_lets_us_register_later_says_when_we_try_again(
    world: World, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttle(*_: Any) -> Any:
        raise Throttled(900)

    monkeypatch.setattr(world.platform, "subscribe", throttle)
    tending.tend(source, "hooks", now=NOW)
    document = document_of(source)
    assert document["hooks"]["error"]["code"] == "shop-throttled"
    assert "in an hour" in document["hooks"]["error"]["hint"], "no sync would do it"
    assert timedelta() < document["hooks_due_at"] - document["hooks"]["checked_at"]
    assert document["hooks_due_at"] - document["hooks"]["checked_at"] <= hooks.CHECK_AGAIN


def test_the_sweep_has_every_shop_that_is_due_looked_after(world: World) -> None:
    world.platform.open("coffee.example.com")
    one, other = world.source(UID), world.source("rival", "coffee.example.com")
    assert tending.tend_all(now=NOW) == 0
    due = NOW + timedelta(days=3650)
    assert {source.id for source in hooks.list_due(due)} >= {one.id, other.id}
    connections.end(one, "revoked", now=NOW)
    assert one not in hooks.list_due(NOW + timedelta(hours=23))
    assert tending.tend_all(now=due) == 2
    assert queued(world, "hooks") == 2


def test_a_sync_that_cannot_start_yet_is_tried_again(
    world: World, source: Source, tell: Callable[..., int]
) -> None:
    tending.tend(source, "sync", now=NOW)
    assert len(world.syncs.started) == 1, "nothing was told"
    tell(**CHANGED)
    world.syncs.is_busy = True
    with pytest.raises(Unavailable):
        tending.tend(source, "sync", now=NOW)


def test_nothing_is_done_for_a_shop_that_is_gone(world: World, source: Source) -> None:
    gone = Source(UID, "flipkart", "gone")
    for what in ("sync", "hooks", "requests"):
        tending.tend(gone, what, now=NOW)
    assert estate_of(gone).places == set()
