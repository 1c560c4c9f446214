"""A customer gets one arm for ever; customers spread evenly, in each test anew."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.experiments.assignment import assign, fnv1a32, unit_interval
from kindred.pricing.experiments.distributions import chi_square_tail
from kindred.pricing.experiments.sample_ratio import check_ratio
from kindred.pricing.payloads import Arm, Effect, Place, PriceTest

CUSTOMERS = [f"customer-{number}@example.com" for number in range(20_000)]


def price_test(seed: str = "spring", *, holdout: float = 0.1, **other: Any) -> PriceTest:
    arms = (Arm(id="control"), Arm(id="less", effect=Effect(kind="discount", percent=10.0)))
    fields = {"products": ("tea",), "arms": arms, **other}
    place = Place(kind="csv", id="up1")
    return PriceTest(name="Spring", source=place, seed=seed, holdout=holdout, **fields)


def share_of(test: PriceTest) -> Counter[str]:
    found = Counter()
    for customer in CUSTOMERS:
        arm = assign(test, customer).arm
        found[arm.id if arm else "holdout"] += 1
    return found


@pytest.mark.parametrize(
    ("seed", "value", "expected"),
    [
        ("seed", "a", 0.0505),
        ("seed", "b", 0.2696),
        ("foo", "ab", 0.2575),
        ("foo", "def", 0.2019),
        ("89123klj", "8952klfjas09ujkasdf", 0.124),
        ("90850943850283058242805", "123", 0.7516),
        ("()**(%$##$%#$#", '___)((*":&', 0.0128),
    ],
)
def test_the_hash_is_that_of_growthbooks_specification(
    seed: str, value: str, expected: float
) -> None:
    """Version 2, from the cases that are published for makers of SDKs."""
    assert unit_interval(seed, value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)],
)
def test_fnv_is_the_published_one(text: str, expected: int) -> None:
    assert fnv1a32(text) == expected


def test_customers_spread_as_the_weights_say() -> None:
    for seed in ("spring", "summer", "autumn", "winter"):
        found = share_of(price_test(seed))
        counts = [found["holdout"], found["control"], found["less"]]
        assert not check_ratio(counts, [0.1, 0.45, 0.45]).alarm
    uneven = (Arm(id="control", weight=3), Arm(id="less", weight=1))
    found = share_of(price_test(holdout=0, arms=uneven))
    assert found["holdout"] == 0
    assert not check_ratio([found["control"], found["less"]], [3, 1]).alarm


def test_points_are_even_in_every_twentieth() -> None:
    for seed in ("one", "two", "three"):
        counts = Counter(int(unit_interval(seed, customer) * 20) for customer in CUSTOMERS)
        assert not check_ratio([counts[part] for part in range(20)], [1] * 20).alarm


@pytest.mark.parametrize(
    ("a", "b"), [("s1", "s2"), ("test", "test-2"), ("spring", "spring:holdout"), ("2026", "2027")]
)
def test_two_tests_are_independent(a: str, b: str) -> None:
    """Whom one test gives an arm is no other's: a five by five table shows no dependence."""
    cells = Counter(
        (int(unit_interval(a, customer) * 5), int(unit_interval(b, customer) * 5))
        for customer in CUSTOMERS
    )
    rows = [sum(cells[i, j] for j in range(5)) for i in range(5)]
    columns = [sum(cells[i, j] for i in range(5)) for j in range(5)]
    value = sum(
        (cells[i, j] - rows[i] * columns[j] / len(CUSTOMERS)) ** 2
        / (rows[i] * columns[j] / len(CUSTOMERS))
        for i, j in product(range(5), range(5))
    )  # fmt: skip
    assert chi_square_tail(value, 16) > 0.001


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), st.floats(0, 0.9))
def test_a_customer_gets_the_same_arm_always_with_the_chance_that_is_told(
    seed: str, customer: str, holdout: float
) -> None:
    test = price_test(seed[:128], holdout=holdout)
    first = assign(test, customer)
    assert assign(test, customer) == first
    assert first.propensity == pytest.approx(holdout if first.arm is None else (1 - holdout) / 2)


@given(st.text(min_size=1, max_size=40), st.lists(st.floats(0.01, 100), min_size=2, max_size=10))
def test_any_weights_give_everyone_an_arm(customer: str, weights: list[float]) -> None:
    arms = tuple(Arm(id=f"a{i}", weight=weight) for i, weight in enumerate(weights))
    found = assign(price_test(holdout=0, arms=arms), customer)
    assert found.arm in arms
    assert 0 < found.propensity <= 1


def test_more_customers_in_the_holdout_leave_the_others_where_they_were() -> None:
    """Otherwise who changes the holdout would mix the arms."""
    little, much = price_test(holdout=0.1), price_test(holdout=0.3)
    for customer in CUSTOMERS[:2_000]:
        if (arm := assign(much, customer).arm) is not None:
            assert assign(little, customer).arm == arm
