"""Prices are exact until they become whole minor units, once, halves up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing import rounding

prices = st.integers(0, 10**13)
percents = st.floats(0, 100, allow_nan=False)


@pytest.mark.parametrize(
    ("exact", "expected"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999999999", 2), ("0", 0)]
)
def test_halves_go_up(exact: str, expected: int) -> None:
    assert rounding.nearest(Decimal(exact)) == expected


def test_a_percentage_is_what_was_written_not_its_binary_neighbour() -> None:
    assert rounding.less(Decimal(100_000), 0.1) == Decimal(99_900)
    assert rounding.more(Decimal(2_499), 10.75) == Decimal("2767.6425")


@given(prices, percents.map(lambda percent: round(percent, 9)))
def test_what_is_taken_off_and_left_make_the_whole(price: int, percent: float) -> None:
    whole = Decimal(price)
    assert rounding.less(whole, percent) + rounding.more(whole, percent) == 2 * whole


@given(prices)
def test_rounding_a_whole_price_changes_nothing(price: int) -> None:
    whole = Decimal(price)
    assert rounding.nearest(whole) == rounding.at_least(whole) == rounding.at_most(whole) == price


@pytest.mark.parametrize(
    ("price", "charm", "currency", "expected"),
    [
        (1_530, 99, "EUR", 1_499),
        (1_499, 99, "EUR", 1_499),
        (1_498, 99, "EUR", 1_399),
        (1_530, 0, "EUR", 1_500),
        (1_530, 90, "USD", 1_490),
        (1_530, 999, "EUR", 1_499),  # three digits where there are two: the last two
        (98, 99, "EUR", 98),  # nothing lower ends so
        (0, 0, "EUR", 0),
        (1_530, 99, "JPY", 1_499),  # yen have no smaller unit: 1,499 yen
        (1_530, 0, "JPY", 1_500),
        (15_300, 990, "KWD", 14_990),  # three places: 14.990
        (15_300, 99, "KWD", 15_099),
        (1_530, None, "EUR", 1_530),
    ],
)
def test_a_price_is_taken_down_to_digits_that_charm(
    price: int, charm: int | None, currency: str, expected: int
) -> None:
    assert rounding.charmed(price, charm, currency) == expected


@given(prices, st.integers(0, 999), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_charm_never_raises_and_is_settled_at_once(price: int, charm: int, currency: str) -> None:
    once = rounding.charmed(price, charm, currency)
    assert 0 <= once <= price
    assert rounding.charmed(once, charm, currency) == once


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [(1_499, "EUR", "14.99"), (0, "EUR", "0.00"), (1_499, "JPY", "1499"), (5, "KWD", "0.005"),
     (10**13, "USD", "100000000000.00")],
)  # fmt: skip
def test_a_price_is_spelled_with_the_places_of_its_currency(
    minor: int, currency: str, expected: str
) -> None:
    assert rounding.decimal_text(minor, currency) == expected
