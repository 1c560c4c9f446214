"""What a merchant's own queue tells is written down before it leaves the queue, and then read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from emulator.places import change_document, document_of
from emulator.sources.shops_of_tests import NOW, World, world
from emulator.workers import Killed
from kindred import clients, jobs
from kindred.errors import InvalidInput, Unavailable
from kindred.paths import Source
from kindred.sources.shops import hooks, inboxes, keeping, tending
from kindred.sources.shops.inboxes import Heard
from kindred.sources.shops.platform import Connection, Hook

__all__ = ["world"]

READ_UNTIL = NOW - timedelta(hours=1)


@dataclass
class Box:
    """Keeps `inboxes.Inbox`: a queue in memory."""

    waiting: list[Hook] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    error: Exception | None = None
    killed: bool = False
    looks: list[datetime | None] = field(default_factory=list)

    def has_queue(self, connection: Connection) -> bool:
        return True

    def hear(
        self,
        connection: Connection,
        note: Callable[[Sequence[Hook]], None],
        *,
        known_until: datetime | None,
    ) -> Heard:
        self.looks.append(known_until)
        if self.error is not None:
            raise self.error
        note(self.waiting)
        if self.killed:
            raise Killed
        count = len(self.waiting)
        self.waiting = []
        return Heard(count, self.dropped)


@pytest.fixture
def box(world: World, monkeypatch: pytest.MonkeyPatch) -> Box:
    made = Box()
    monkeypatch.setitem(inboxes.INBOXES, world.platform.kind, lambda: made)
    return made


@pytest.fixture
def source(world: World, box: Box) -> Source:
    made: Source = world.source("merchant")
    change_document(made, **{"streams.orders.high_water": READ_UNTIL})
    return made


def changed(order: str) -> Hook:
    return Hook(id=f"n-{order}", what="changed", stream="orders", object_id=order, at=NOW)


def noted(source: Source) -> list[Any]:
    found = clients.firestore().collection(source.hooks).stream()
    return sorted((one.to_dict() or {})["object_id"] for one in found)


def syncs_queued(world: World) -> int:
    return sum(name == "tendShop" and one["what"] == "sync" for name, one in world.tasks.waiting)


def test_a_queue_is_looked_into_at_every_turn_of_the_sweep(
    world: World, box: Box, source: Source
) -> None:
    assert document_of(source)["hooks_due_at"] <= jobs.utc_now()  # as soon as it is connected
    asked = world.platform.shops["tea.example.com"].asked
    hooks.postpone(source, NOW)
    change_document(source, **{"hooks.checked_at": NOW - timedelta(hours=5, minutes=45)})
    before = len(asked)
    for minutes in (0, 10):
        now = NOW + timedelta(minutes=minutes)
        assert hooks.list_due(now) == [source]
        tending.tend(source, "hooks", now=now)
    assert (len(box.looks), len(asked)) == (2, before)
    tending.tend(source, "hooks", now=NOW + timedelta(minutes=20))
    assert (len(box.looks), len(asked)) == (3, before + 2)  # asked for its rights, too


def test_what_a_queue_tells_is_written_down_and_read_soon(
    world: World, box: Box, source: Source
) -> None:
    box.waiting = [changed("77"), changed("78")]
    tending.tend(source, "hooks", now=NOW)
    assert noted(source) == ["77", "78"]
    assert (syncs_queued(world), box.waiting) == (1, [])


def test_a_worker_killed_before_a_message_is_removed_writes_it_down_once(
    world: World, box: Box, source: Source
) -> None:
    box.waiting, box.killed = [changed("77")], True
    with pytest.raises(Killed):
        tending.tend(source, "hooks", now=NOW)
    assert len(box.waiting) == 1
    box.killed = False
    tending.tend(source, "hooks", now=NOW + timedelta(minutes=2))
    assert (noted(source), box.waiting) == (["77"], [])


def test_what_a_killed_worker_wrote_down_is_read_though_the_queue_is_empty(
    world: World, box: Box, source: Source
) -> None:
    hooks.note(source, changed("77"), now=NOW)
    tending.tend(source, "hooks", now=NOW)
    assert syncs_queued(world) == 1


@pytest.mark.parametrize(
    "error", [InvalidInput("No such queue.", code="queue-gone"), Unavailable("Later.", code="down")]
)
def test_a_queue_that_cannot_be_read_is_said_and_looked_into_in_an_hour(
    box: Box, source: Source, error: Any
) -> None:
    box.error = error
    tending.tend(source, "hooks", now=NOW)
    fields = document_of(source)
    assert (fields["hooks"]["state"], fields["hooks"]["error"]["code"]) == ("failing", error.code)
    assert fields["hooks_due_at"] == NOW + timedelta(hours=1)
    box.error = None
    tending.tend(source, "hooks", now=NOW + timedelta(hours=1))
    assert document_of(source)["hooks"]["state"] == "active"


def test_dropped_messages_are_counted_in_the_log_and_nothing_of_them_is_said(
    box: Box, source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    box.dropped = {"other-seller": 2}
    tending.tend(source, "hooks", now=NOW)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "notices" in line]
    assert lines == [
        {"severity": "INFO", "message": "notices_dropped", "kind": source.kind, "id": source.id,
         "why": "other-seller", "count": 2}
    ]  # fmt: skip


def test_what_is_older_than_all_that_was_read_need_not_be_read(box: Box, source: Source) -> None:
    tending.tend(source, "hooks", now=NOW)
    change_document(source, **{"streams.orders.high_water": None})  # the first sync goes on
    tending.tend(source, "hooks", now=NOW)
    assert box.looks == [READ_UNTIL - timedelta(minutes=10), NOW]


def test_the_queue_of_a_shop_that_was_let_go_is_left_alone(box: Box, source: Source) -> None:
    keeping.disconnect(source, erase=False, now=NOW)
    tending.tend(source, "hooks", now=NOW)
    assert box.looks == []
