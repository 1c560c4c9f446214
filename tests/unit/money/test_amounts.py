"""Money is whole minor units of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.money import Money, minor_digits

currencies = st.sampled_from(["EUR", "USD", "LKR", "JPY", "KWD", "CLF"])
minors = st.integers(-(10**15), 10**15)


@given(minors, currencies)
def test_an_amount_comes_back_as_it_was(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money


@given(st.lists(minors), currencies)
def test_sums_are_exact_in_whatever_order(values: list[int], currency: str) -> None:
    def total(minors: list[int]) -> Money:
        result = Money(0, currency)
        for minor in minors:
            result = result + Money(minor, currency)
        return result

    assert total(values) == total(values[::-1]) == Money(sum(values), currency)
    assert total(values) - total(values) == Money(0, currency)


@given(st.decimals(-(10**9), 10**9, places=6), currencies)
def test_rounding_is_off_by_at_most_half_a_minor_unit(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-minor_digits(currency))
    assert abs(Money.of(amount, currency).amount - amount) <= unit / 2


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0.005", "EUR", 0),
        ("0.015", "EUR", 2),
        ("-0.015", "EUR", -2),
        ("1.5", "JPY", 2),
        ("2.5", "JPY", 2),
        ("1.2345", "KWD", 1234),
        (7, "EUR", 700),
    ],
)
def test_halves_go_to_the_even_unit(amount: str, currency: str, minor: int) -> None:
    assert Money.of(amount, currency) == Money(minor, currency)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(InvalidInput) as refused:
        Money(1, "EUR") + Money(1, "USD")
    assert refused.value.code == "mixed-currencies"
    with pytest.raises(InvalidInput):
        Money(1, "EUR") - Money(1, "USD")


def test_money_reads_as_people_write_it() -> None:
    assert str(Money(1234567, "EUR")) == "12,345.67 EUR"
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
    assert str(Money(5000, "JPY")) == "5,000 JPY"


def test_an_unknown_currency_has_hundredths() -> None:
    assert minor_digits(None) == minor_digits("XYZ") == 2
