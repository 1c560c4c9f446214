"""One shop that fails, or that nobody can read, keeps no other from its turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kindred import clients
from kindred.errors import Conflict, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources.shops import hooks, service, store, tending

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOPS = [Source("merchant", "shopify", f"s{number}") for number in range(4)]


class Snapshot:
    """A document that a query found, and what was written to it."""

    def __init__(self, id_: str, fields: dict[str, Any] | None, merchant: str | None) -> None:
        self.id = id_
        self._fields = fields
        self.written: list[dict[str, Any]] = []
        above = SimpleNamespace(id=merchant) if merchant else None
        self.reference = SimpleNamespace(
            parent=SimpleNamespace(parent=above), update=self.written.append
        )

    def to_dict(self) -> dict[str, Any] | None:
        return self._fields


class Query:
    """What any query finds."""

    def __init__(self, found: list[Snapshot]) -> None:
        self._found = found

    def _same(self, *_: object, **__: object) -> Query:
        return self

    collection_group = where = order_by = limit = _same

    def stream(self) -> list[Snapshot]:
        return self._found


def test_a_shop_that_nobody_can_read_ends_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Snapshot("s0", {"kind": "no kind/at all"}, "merchant"),
        Snapshot("s1", {"kind": "shopify"}, None),  # of nobody
        Snapshot("s2", {"kind": "shopify"}, "merchant"),
    ]
    monkeypatch.setattr(clients, "firestore", lambda: Query(found))
    assert hooks.list_due(NOW) == [SHOPS[2]]
    assert [one.written for one in found] == [[{"hooks_due_at": None}]] * 2 + [[]]
    assert list(store.list_unsynced(NOW)) == [SHOPS[2]]


def test_each_shop_goes_to_the_end_whatever_comes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    due: dict[str, datetime | None] = {}
    queued: list[Source] = []

    def postpone(source: Source, at: datetime | None) -> None:
        if source == SHOPS[0]:
            raise SourceGone
        due[source.id] = at

    def tend(source: Source, what: str, *, now: datetime) -> None:
        if source == SHOPS[1]:
            raise RuntimeError("the queue is gone")
        queued.append(source)

    monkeypatch.setattr(hooks, "list_due", lambda now: SHOPS)
    monkeypatch.setattr(hooks, "postpone", postpone)
    monkeypatch.setattr(hooks, "tend", tend)
    assert tending.tend_all(now=NOW) == 2
    assert queued == SHOPS[2:]
    assert due == {one.id: NOW + timedelta(hours=1) for one in SHOPS[1:]}


def test_a_shop_that_is_not_connected_is_looked_at_for_its_seals_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due: list[datetime | None] = []

    def refuse(source: Source) -> dict[str, Any]:
        raise Conflict("not connected", code="not-connected")

    monkeypatch.setattr(tending, "check_connected", refuse)
    monkeypatch.setattr(tending.documents, "get_source", refuse)
    monkeypatch.setattr(hooks, "postpone", lambda source, at: due.append(at))
    resealed: list[Source] = []
    monkeypatch.setattr(tending.connections, "keys", lambda: None)
    monkeypatch.setattr(tending.resealing, "reseal", lambda source, _: resealed.append(source))
    tending.tend(SHOPS[0], "hooks", now=NOW)
    tending.tend(SHOPS[0], "sync", now=NOW)
    assert due == [NOW + timedelta(days=1)]
    assert resealed == [SHOPS[0]]


def test_a_sync_that_cannot_start_is_due_later(monkeypatch: pytest.MonkeyPatch) -> None:
    due: dict[str, datetime | None] = {}
    raised = iter((SourceGone(), RuntimeError("no queue"), Unavailable("busy", code="busy")))

    def start(source: Source, **_: object) -> object:
        if source != SHOPS[3]:
            raise next(raised)
        return object()

    def plan(source: Source, at: datetime | None) -> None:
        due[source.id] = at
        raise SourceGone  # nor does this end anything

    monkeypatch.setattr(store, "list_unsynced", lambda now: iter(SHOPS))
    monkeypatch.setattr(service, "start_sync", start)
    monkeypatch.setattr(store, "plan_sync", plan)
    assert service.start_due(now=NOW) == 1
    assert due == {one.id: service.next_sync(NOW) for one in SHOPS[1:3]}


def test_a_merchant_with_many_shops_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Source("large", "shopify", f"l{number}") for number in range(12)]
    small = Source("small", "shopify", "s0")
    due = {source: NOW - timedelta(hours=1) for source in (*many, small)}
    started: list[list[Source]] = []

    def start(source: Source, *, now: datetime, why: str) -> object:
        started[-1].append(source)
        due[source] = service.next_sync(now)
        return object()

    def list_unsynced(now: datetime) -> list[Source]:
        return sorted((one for one in due if due[one] <= now), key=lambda one: due[one])

    monkeypatch.setattr(store, "list_unsynced", list_unsynced)
    monkeypatch.setattr(service, "start_sync", start)
    monkeypatch.setattr(store, "plan_sync", due.__setitem__)
    for number in range(3):
        started.append([])
        assert service.start_due(now=NOW + timedelta(minutes=10 * number)) == len(started[-1])
    assert started == [[*many[:5], small], many[5:10], many[10:]]


def test_what_was_put_off_lets_those_go_first_that_have_waited_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned: dict[Source, datetime | None] = {}
    many = [Source("large", "shopify", f"l{number}") for number in range(6)]
    monkeypatch.setattr(store, "list_unsynced", lambda now: iter(many))
    monkeypatch.setattr(service, "start_sync", lambda source, **_: object())
    monkeypatch.setattr(store, "plan_sync", planned.__setitem__)
    service.start_due(now=NOW)
    assert planned == {many[5]: NOW}
