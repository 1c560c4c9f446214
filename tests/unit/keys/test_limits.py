"""A key gets what it may have in a minute, however many instances serve it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import Unavailable
from kindred.keys.limits import BadKeys, Counter, Limit, seconds_left

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Shared:
    """The document that instances lease from, in memory; counts what it would cost."""

    def __init__(self) -> None:
        self.window = self.used = self.asked = self.writes = 0
        self.is_down = False
        self.lock = threading.Lock()

    def lease(self, uid: str, key_id: str, window: int, wanted: int, pool: int) -> int:
        with self.lock:
            self.asked += 1
            if self.is_down:
                raise Unavailable("down")
            if window > self.window:
                self.window, self.used = window, 0
            given = max(0, min(wanted, pool - self.used))
            self.used += given
            self.writes += given > 0
            return given


def test_a_quiet_shop_costs_no_write() -> None:
    shared = Shared()
    counter = Counter(Limit(30_000, 10), shared.lease)
    assert [counter.take("u", "k", 1, NOON) for _ in range(100)] == [0] * 100
    assert shared.asked == 0


def test_a_busy_shop_costs_a_write_for_a_thousand_prices() -> None:
    shared = Shared()
    counter = Counter(Limit(30_000, 10), shared.lease)
    given = sum(counter.take("u", "k", 1, NOON) == 0 for _ in range(40_000))
    assert 28_000 <= given <= 30_000
    assert shared.writes <= 20
    assert shared.asked <= 21  # once it is spent, nobody is asked


@given(
    per_minute=st.integers(1, 5_000),
    instances=st.integers(1, 5),
    asked=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100)), max_size=200),
)
def test_all_instances_together_never_give_more_than_the_limit(
    per_minute: int, instances: int, asked: list[tuple[int, int]]
) -> None:
    shared = Shared()
    limit = Limit(per_minute, instances)
    counters = [Counter(limit, shared.lease) for _ in range(instances)]
    given = 0
    for at, units in asked:
        if counters[at % instances].take("u", "k", units, NOON) == 0:
            given += units
    assert given <= per_minute


@given(per_minute=st.integers(1, 5_000), units=st.integers(1, 100))
def test_one_instance_alone_can_use_most_of_the_limit(per_minute: int, units: int) -> None:
    counter = Counter(Limit(per_minute, 10), Shared().lease)
    given = 0
    while counter.take("u", "k", units, NOON) == 0:
        given += units
    assert given + units > per_minute * 0.95 - 1


def test_whoever_is_over_it_is_told_when_to_come_back_and_may_then() -> None:
    shared = Shared()
    counter = Counter(Limit(10, 1), shared.lease)
    at = NOON + timedelta(seconds=45)
    assert [counter.take("u", "k", 1, at) for _ in range(11)] == [0] * 10 + [15]
    assert counter.take("u", "k", 1, at + timedelta(seconds=15)) == 0


def test_a_small_request_may_still_pass_where_a_large_one_does_not() -> None:
    counter = Counter(Limit(10, 1), Shared().lease)
    assert counter.take("u", "k", 8, NOON) == 0
    assert counter.take("u", "k", 3, NOON) == 60
    assert counter.take("u", "k", 2, NOON) == 0


def test_keys_do_not_use_up_each_others_limit() -> None:
    counter = Counter(Limit(1, 1), lambda *_: 1)
    assert counter.take("u", "a", 1, NOON) == 0
    assert counter.take("u", "b", 1, NOON) == 0
    assert counter.take("v", "a", 1, NOON) == 0


def test_while_nobody_counts_a_shop_goes_on_within_an_instances_part() -> None:
    shared = Shared()
    shared.is_down = True
    counter = Counter(Limit(1_000, 10), shared.lease)
    given = sum(counter.take("u", "k", 1, NOON) == 0 for _ in range(500))
    assert given == 100
    assert shared.asked == 1  # each further wait would be a shop page's
    shared.is_down = False
    later = NOON + timedelta(minutes=1)
    assert sum(counter.take("u", "k", 1, later) == 0 for _ in range(500)) == 500


def test_one_request_waits_for_a_lease_and_the_others_go_on() -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def lease(uid: str, key_id: str, window: int, wanted: int, pool: int) -> int:
        has_begun.set()
        assert may_end.wait(60)
        return wanted

    counter = Counter(Limit(30_000, 10), lease)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: [counter.take("u", "k", 1, NOON) for _ in range(120)])
        assert has_begun.wait(60)
        assert [counter.take("u", "k", 1, NOON) for _ in range(30)] == [0] * 30
        may_end.set()
        assert slow.result() == [0] * 120


def test_a_lease_that_breaks_holds_nobody_for_ever() -> None:
    def lease(*asked: object) -> int:
        raise RuntimeError("broken")

    counter = Counter(Limit(100, 10), lease)
    with pytest.raises(RuntimeError):
        counter.take("u", "k", 1, NOON)
    assert counter.take("u", "k", 1, NOON) == 0  # an instance's part, as if nobody could be asked


def test_a_clock_that_is_set_back_gives_nothing_twice() -> None:
    counter = Counter(Limit(10, 1), Shared().lease)
    assert counter.take("u", "k", 10, NOON) == 0
    assert counter.take("u", "k", 1, NOON - timedelta(minutes=5)) > 0


def test_many_threads_get_what_one_would() -> None:
    shared = Shared()
    counter = Counter(Limit(2_000, 1), shared.lease)
    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(lambda _: counter.take("u", "k", 1, NOON), range(3_000)))
    assert sum(one == 0 for one in took) == 2_000


@given(st.floats(0, 4e9))
def test_nobody_is_sent_away_for_longer_than_a_minute(at: float) -> None:
    assert 1 <= seconds_left(datetime.fromtimestamp(at, UTC)) <= 60


def test_bad_keys_are_counted_by_the_minute() -> None:
    bad = BadKeys(2)
    assert not bad.are_too_many(NOON)
    bad.count(NOON)
    bad.count(NOON)
    assert bad.are_too_many(NOON)
    assert not bad.are_too_many(NOON + timedelta(minutes=1))
