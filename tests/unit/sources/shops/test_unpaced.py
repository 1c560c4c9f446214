"""A merchant who connects a shop that is busy waits a moment, or is told for how long."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from kindred.sources.shops import connecting, unpaced
from kindred.sources.shops.http import Throttled
from kindred.sources.shops.platform import Connection, Credentials, Probe
from kindred.sources.shops.unpaced import Unpaced
from shops.pretend import Pretend

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Busy(Pretend):
    """A platform whose probe is refused for so many seconds, one after the other."""

    def __init__(self, *refusals: float) -> None:
        super().__init__()
        self.refusals = list(refusals)
        self.open()

    def probe(self, connection: Connection, client: Any, *, now: datetime) -> Probe:
        if self.refusals:
            client.paces.refuse("graphql", self.refusals.pop(0))
        return super().probe(connection, client, now=now)

    def prove(self) -> Probe:
        opened = Connection(self.kind, "tea.example.com", Credentials("key", self.keys()))
        return connecting.prove(self, opened, connecting.client(), NOW)[1]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(unpaced.time, "sleep", seconds.append)
    return seconds


@pytest.mark.parametrize("seconds", [0, 0.5, 3])
def test_a_short_wait_is_waited_out(slept: list[float], seconds: float) -> None:
    assert Busy(seconds).prove().currency == "EUR"
    assert slept == [seconds]


def test_a_long_wait_is_told_at_once(slept: list[float]) -> None:
    with pytest.raises(Throttled) as told:
        Busy(41.2).prove()
    assert (told.value.code, told.value.hint) == ("shop-throttled", "Try again in 42 seconds.")
    assert slept == []


def test_who_is_refused_again_after_a_short_wait_is_told(slept: list[float]) -> None:
    with pytest.raises(Throttled) as told:
        Busy(2, 0.2).prove()
    assert told.value.hint == "Try again in 1 second."
    assert slept == [2]


def test_a_refusal_without_a_time_is_half_a_minute() -> None:
    with pytest.raises(Throttled) as told:
        unpaced.wait_once(lambda: Unpaced().refuse("rest"))
    assert told.value.hint == "Try again in 30 seconds."


def test_a_sync_that_is_throttled_still_goes_on_by_itself() -> None:
    assert Throttled(5).hint == "The sync goes on by itself."


def test_what_goes_on_where_it_was_waits_as_often_as_its_time_allows(slept: list[float]) -> None:
    waits = iter([1, 2, 1])

    def ask() -> str:
        for seconds in waits:
            raise Throttled(seconds)
        return "done"

    assert unpaced.wait_until(ask, time.monotonic() + 60) == "done"
    assert slept == [1, 2, 1]
    with pytest.raises(Throttled):
        unpaced.wait_until(lambda: Unpaced().refuse("rest", 90), time.monotonic() + 60)
    assert slept == [1, 2, 1]
