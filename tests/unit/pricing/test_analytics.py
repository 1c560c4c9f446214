"""What prices did is told by currency and by customer, and only with enough data."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.analytics import (
    MOST_POINTS,
    Analytics,
    analyse,
    wilson,
)
from kindred.pricing.given import Given
from kindred.pricing.holdout_effects import ENOUGH_BUYERS

START = datetime(2026, 5, 4, tzinfo=UTC)


def quote(customer: str, **other: Any) -> Given:
    fields: dict[str, Any] = {
        "product_id": "tea", "price": 900, "base_price": 1000, "currency": "EUR",
        "created_at": START, "segment_key": "s01", **other,
    }  # fmt: skip
    return Given(customer_id=customer, **fields)


BOUGHT: dict[str, Any] = {"state": "bought", "quantity": 1}
NOT: dict[str, Any] = {"state": "not_bought"}


def only(quotes: list[Given]) -> Analytics:
    (found,) = analyse(quotes)
    return found


def arms(
    test: str, given: int, bought: int, held: int, held_bought: int, **other: Any
) -> list[Given]:
    rows = [
        quote(f"{test}{i}", arm=f"{test}:less", **(BOUGHT if i < bought else NOT), **other)
        for i in range(given)
    ]
    return rows + [
        quote(
            f"{test}h{i}",
            arm=f"{test}:holdout",
            **{**other, "price": 1000},
            **(BOUGHT if i < held_bought else NOT),
        )
        for i in range(held)
    ]


def test_nothing_is_told_of_no_quotes() -> None:
    assert analyse([]) == ()


def test_currencies_are_never_added_up() -> None:
    found = analyse([quote("ann", **BOUGHT), quote("bob", currency="JPY", price=5, **BOUGHT)])
    assert [(one.currency, one.revenue) for one in found] == [("EUR", 900), ("JPY", 5)]


def test_the_effect_is_that_of_customers_beside_the_holdout() -> None:
    found = only(arms("t1", 1000, 500, 500, 100)).effects
    assert [(one.segment, one.customers, one.holdout_customers) for one in found] == [
        ("s01", 1000, 500)
    ]
    effect = found[0]
    assert effect.per_customer == pytest.approx(450 - 200)
    assert effect.low is not None
    assert effect.high is not None
    assert 0 < effect.low < 250 < effect.high
    assert effect.total == pytest.approx(250_000)


def test_tests_are_compared_within_themselves() -> None:
    """A dear product with a large holdout beside a cheap one without an effect: nothing differs in
    either, so nothing may differ in both together."""
    dear = arms("t1", 100, 50, 900, 450, price=1000, base_price=1000)
    cheap = arms("t2", 900, 450, 100, 50, price=1000, product_id="cup")
    cheap = [
        Given(**{**vars(one), "price": 10, "base_price": 10}) if one.product_id == "cup" else one
        for one in cheap
    ]
    effect = only(dear + cheap).effects[0]
    assert effect.per_customer == pytest.approx(0)


def test_a_small_side_is_not_enough_data() -> None:
    for rows in (
        arms("t1", 1000, 500, 49, 40),
        arms("t1", 1000, 500, 500, ENOUGH_BUYERS - 1),
        arms("t1", 1000, 500, 0, 0),
    ):
        effect = only(rows).effects[0]
        assert (effect.per_customer, effect.low, effect.high, effect.total) == (None,) * 4


def test_quotes_outside_tests_are_no_evidence_against_the_holdout() -> None:
    rows = arms("t1", 100, 50, 100, 50)
    more = [quote(f"x{i}", **BOUGHT) for i in range(500)]
    assert only(rows + more).effects == only(rows).effects


def test_a_customer_belongs_to_the_segment_of_the_first_quote() -> None:
    """Who buys for a price and comes into another segment for it is that price's doing."""
    rows = arms("t1", 200, 100, 200, 100)
    later = START + timedelta(days=9)
    moved = [
        quote(f"t1{i}", arm="t1:less", segment_key="s02", created_at=later) for i in range(100)
    ]
    assert only(moved + rows).effects == only(rows).effects


def test_the_more_segments_are_told_the_wider_their_intervals() -> None:
    one = only(arms("t1", 200, 100, 200, 100)).effects[0]
    both = only(arms("t1", 200, 100, 200, 100) + arms("t2", 200, 90, 200, 90, segment_key="s02"))
    assert one.low is not None
    assert both.effects[0].low is not None
    assert both.effects[0].low < one.low


def test_the_interval_of_the_effect_holds_the_truth_as_often_as_it_says() -> None:
    chance = random.Random(4)
    held = 0
    for _ in range(200):
        rows = []
        for i in range(400):
            in_holdout = i < 150
            quotes = chance.randint(1, 3)
            eager = chance.random()
            for _ in range(quotes):
                buys = chance.random() < eager * (0.5 if in_holdout else 0.7)
                side = "holdout" if in_holdout else "less"
                rows.append(
                    quote(f"c{i}", arm=f"t1:{side}", price=1000, **(BOUGHT if buys else NOT))
                )
        effect = only(rows).effects[0]
        assert effect.low is not None
        assert effect.high is not None
        held += effect.low <= 2 * 0.5 * 0.2 * 1000 <= effect.high
    assert held >= 190


def test_a_customer_counts_once_at_a_price() -> None:
    rows = [
        quote("ann", **NOT),
        quote("ann", **BOUGHT),
        quote("bob", **NOT),
        quote("bob", price=800),
    ]
    points = only(rows).points
    assert [(p.price, p.conversion.count, p.conversion.n) for p in points] == [
        (800, 0, 1),
        (900, 1, 2),
    ]
    assert not points[0].conversion.enough


def test_of_many_prices_the_most_asked_are_shown() -> None:
    rows = [quote(f"c{i}", price=i) for i in range(MOST_POINTS + 5)]
    rows += [quote("ann", price=MOST_POINTS + 4)]
    found = only(rows)
    assert found.points_left_out == 5
    assert found.points[-1].price == MOST_POINTS + 4


def test_acceptance_is_of_known_outcomes_and_its_interval_one_of_customers() -> None:
    rows = [quote(f"c{i}", **(BOUGHT if i < 50 else NOT)) for i in range(100)]
    alone = only([*rows, *(quote(f"x{i}") for i in range(40))]).segments[0].acceptance
    assert (alone.n, alone.count, alone.value, alone.enough) == (100, 50, 0.5, True)
    thrice = only(rows * 3).segments[0].acceptance
    assert (thrice.low, thrice.high) == (alone.low, alone.high)


def test_acceptance_of_all_or_none_is_still_uncertain() -> None:
    found = only([quote(f"c{i}", **BOUGHT) for i in range(20)]).segments[0].acceptance
    assert (found.value, found.high, found.enough) == (1.0, 1.0, False)
    assert found.low < 0.9


def test_variation_is_between_prices_of_a_segment() -> None:
    rows = [quote("ann", price=1000), quote("bob", price=800), quote("cid", segment_key=None)]
    known, unknown = only(rows).segments
    assert (known.mean_of_base, known.lowest_of_base, known.highest_of_base) == (0.9, 0.8, 1.0)
    assert known.variation == pytest.approx(0.1 / 0.9)
    assert (unknown.segment, unknown.variation) == ("unknown", 0)


def test_limits_save_what_they_changed_of_what_was_sold_and_kept() -> None:
    rows = [
        quote("ann", limited=50, state="bought", quantity=3),
        quote("bob", limited=50, state="refunded", quantity=3, refunded=1),
        quote("cid", limited=70, **NOT),
        quote("dan", limited=-20, **BOUGHT),
        quote("eve", **BOUGHT),
    ]
    found = only(rows).limited
    assert (found.orders, found.raised, found.lowered) == (3, 250, 20)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_in_its_interval(count: int, more: int) -> None:
    found = wilson(count, count + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(
    st.lists(
        st.builds(
            quote,
            st.sampled_from(["ann", "bob", "cid"]),
            price=st.integers(0, 3000),
            base_price=st.integers(0, 3000),
            segment_key=st.sampled_from([None, "s01", "s02"]),
            arm=st.sampled_from([None, "t1:less", "t1:holdout", "odd"]),
            state=st.sampled_from([None, "bought", "not_bought"]),
            quantity=st.integers(0, 3),
            limited=st.integers(-5, 5),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_any_quotes_in_any_order_tell_the_same(quotes: list[Given], chance: Any) -> None:
    found = analyse(quotes)
    shuffled = list(quotes)
    chance.shuffle(shuffled)
    again = analyse(shuffled)
    for one, other in zip(found, again, strict=True):
        assert (one.quotes, one.orders, one.revenue) == (other.quotes, other.orders, other.revenue)
        assert one.effects == other.effects
        assert one.points == other.points
        assert one.limited == other.limited
