"""A shop is asked as often as it allows, and waits are spread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.shops.http import Throttled
from kindred.sources.shops.paces import (
    Bucket,
    Paced,
    ShopPaces,
    backoff,
    paces_fields,
    parse_paces,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def paces_of(time: Time, **buckets: Bucket) -> ShopPaces:
    return ShopPaces(buckets, clock=time, sleep=time.sleep, chance=lambda: 0.5)


def test_amazon_allows_twenty_requests_and_then_one_in_three_minutes() -> None:
    time = Time()
    bucket = Bucket(NOON, available=20, capacity=20, per_second=0.0056)
    paces = paces_of(time, searchOrders=bucket)
    for _ in range(20):
        paces.take("searchOrders")
    with pytest.raises(Paced) as wait:
        paces.take("searchOrders")
    assert wait.value.seconds == pytest.approx(1 / 0.0056)
    assert time.slept == []
    time.now += timedelta(seconds=wait.value.seconds)
    paces.take("searchOrders")


def test_a_short_wait_is_slept() -> None:
    time = Time()
    paces = paces_of(time, graphql=Bucket(NOON, available=0, capacity=1_000, per_second=100))
    paces.take("graphql", 400)
    assert time.slept == [4.0]


def test_a_request_that_costs_more_than_the_bucket_holds_is_asked_when_it_is_full() -> None:
    assert Bucket(NOON, available=10, capacity=10, per_second=1).wait(50, NOON) == 0


def test_what_the_platform_says_of_its_bucket_is_believed() -> None:
    time = Time()
    paces = paces_of(time)
    paces.learn("graphql", capacity=40, per_second=1, available=4)
    with pytest.raises(Throttled) as wait:
        paces.take("graphql", 30)
    assert wait.value.seconds == pytest.approx(26.0)


@pytest.mark.parametrize("nonsense", [0.0, -5.0, float("inf"), float("nan")])
def test_a_bucket_that_would_never_fill_is_not_believed(nonsense: float) -> None:
    time = Time()
    paces = paces_of(time)
    paces.learn("rest", capacity=nonsense, per_second=nonsense)
    assert paces.buckets["rest"].capacity > 0
    assert paces.buckets["rest"].per_second == 2.0


def test_refusals_in_a_row_close_the_shop_for_longer_each_time() -> None:
    bucket, closed = Bucket(NOON), []
    for _ in range(12):
        bucket = bucket.refused(NOON, None, 0.5)
        closed.append(bucket.wait(1, NOON))
    assert closed == sorted(closed)
    assert closed[0] < 3
    assert 600 < closed[-1] <= 900
    answered = bucket.learned(NOON, capacity=None, per_second=None, available=5)
    assert answered.wait(1, NOON) == 0
    assert answered.refused(NOON, None, 0.5).wait(1, NOON) < 3


def test_a_refusal_that_says_when_is_waited_for_as_long() -> None:
    assert Bucket(NOON).refused(NOON, 77, 0.1).wait(1, NOON) == 77


def test_operations_have_buckets_of_their_own() -> None:
    paces = paces_of(Time())
    paces.refuse("orders", 3_600)
    paces.take("products")
    with pytest.raises(Throttled):
        paces.take("orders")


def test_the_next_task_goes_on_with_what_the_last_one_left() -> None:
    time = Time()
    paces = paces_of(time)
    paces.learn("a/b.c", capacity=20, per_second=0.5, available=3)
    paces.refuse("orders", 99)
    assert parse_paces(paces_fields(paces.buckets)) == paces.buckets
    assert parse_paces(None) == {}


@given(tries=st.integers(1, 100), chance=st.floats(0, 1))
def test_a_backoff_grows_and_is_spread_over_its_second_half(tries: int, chance: float) -> None:
    wait = backoff(tries, chance)
    assert backoff(tries, 0) <= wait <= backoff(tries, 1) == min(900, 2.0**tries)
    assert backoff(tries, 0) == backoff(tries, 1) / 2


@given(
    capacity=st.floats(1, 1_000),
    rate=st.floats(0.01, 100),
    steps=st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), max_size=30),
)
def test_no_more_is_taken_than_the_platform_allows(
    capacity: float, rate: float, steps: list[tuple[float, float]]
) -> None:
    bucket, now, taken = Bucket(NOON, capacity, capacity, rate), NOON, 0.0
    for pause, cost in steps:
        now += timedelta(seconds=pause)
        cost = min(cost, capacity)
        now += timedelta(seconds=bucket.wait(cost, now) + 1e-5)
        bucket = bucket.taken(cost, now)
        taken += cost
    seconds = (now - NOON).total_seconds()
    assert taken <= capacity + rate * seconds + 1e-3
