"""Groups that pay differently are flagged, few customers never shown, and chance rarely blamed."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.fairness import (
    LEAST_CUSTOMERS,
    MOST_GROUPS,
    Attribute,
    Group,
    banding,
    holm,
    report,
)
from kindred.pricing.given import Given

START = datetime(2026, 5, 4, tzinfo=UTC)


def quote(customer: str, price: int = 1000, **other: Any) -> Given:
    fields: dict[str, Any] = {
        "product_id": "tea", "base_price": 1000, "currency": "EUR", "created_at": START, **other,
    }  # fmt: skip
    return Given(customer_id=customer, price=price, **fields)


def group(country: str, n: int, price: float, spread: float = 20, seed: int = 0) -> list[Given]:
    chance = random.Random(f"{country}{seed}")
    return [
        quote(f"{country}{i}", round(chance.gauss(price, spread)), country=country)
        for i in range(n)
    ]


def by_value(quotes: list[Given], name: str = "country", **named: Any) -> dict[str, Group]:
    (found,) = [one for one in report(quotes, named) if one.name == name]
    return {one.value: one for one in found.groups}


def test_a_group_that_pays_more_is_flagged_with_its_interval() -> None:
    found = by_value(group("DE", 200, 1000) + group("FR", 200, 950) + group("IT", 200, 950))
    assert [value for value, one in found.items() if one.flagged] == ["DE", "FR", "IT"]
    assert found["DE"].mean_reduction == pytest.approx(0.0, abs=0.005)
    assert found["DE"].mean_price == pytest.approx(1000, abs=5)
    assert found["DE"].low is not None
    assert found["DE"].high is not None
    assert found["DE"].low < -0.05 < found["DE"].high < 0


def test_a_difference_below_one_point_is_no_matter() -> None:
    found = by_value(group("DE", 3000, 1000, 5) + group("FR", 3000, 995, 5))
    assert found["DE"].p is not None
    assert found["DE"].p < 1e-6
    assert not found["DE"].flagged


def test_equal_groups_are_rarely_flagged() -> None:
    flagged = 0
    for seed in range(200):
        rows = [
            one for country in ("DE", "FR", "IT", "ES") for one in group(country, 15, 950, 60, seed)
        ]
        flagged += any(one.flagged for one in by_value(rows).values())
    assert flagged <= 20  # 5 % of 200 is 10; more than 20 comes once in a thousand


def test_naming_many_attributes_finds_no_more_by_chance() -> None:
    """Twelve attributes that say nothing: each at 5 % by itself would flag in half of reports."""
    flagged = 0
    for seed in range(100):
        rows = group("DE", 80, 950, 60, seed)
        chance = random.Random(seed)
        named = {
            f"a{number}": {one.customer_id: chance.choice("xy") for one in rows}
            for number in range(12)
        }
        flagged += any(one.flagged for found in report(rows, named) for one in found.groups)
    assert flagged <= 13  # 5 % of 100 is 5; more than 13 comes once in a thousand


@pytest.mark.parametrize("share", [0.03, 0.1, 0.5, 0.9])
def test_rare_reductions_of_equal_groups_are_rarely_flagged(share: float) -> None:
    """Ten customers without a reduction are no news where few have one."""
    chance = random.Random(5)
    flagged = 0
    for _ in range(200):
        sizes = {"AT": 10, "BE": 10, "CH": 25, "DE": 300}
        rows = [
            quote(f"{country}{i}", 800 if chance.random() < share else 1000, country=country)
            for country, size in sizes.items()
            for i in range(size)
        ]
        flagged += any(one.flagged for one in by_value(rows).values())
    assert flagged <= 20


def test_a_customer_of_many_quotes_is_one() -> None:
    rows = group("DE", 20, 1000, 60) + group("FR", 20, 960, 60)
    once, often = by_value(rows), by_value(rows * 30)
    assert once["DE"].p == pytest.approx(often["DE"].p)
    assert often["DE"].customers == 20


def test_few_customers_are_not_shown_and_cannot_be_worked_out() -> None:
    rows = group("DE", 20, 1000) + group("FR", 20, 990)
    few = group("IT", LEAST_CUSTOMERS - 1, 100)
    with_few = by_value(rows + few)
    hidden = with_few.pop("IT")
    assert vars(hidden) == {
        **dict.fromkeys(vars(hidden)), "value": "IT", "flagged": False
    }  # fmt: skip
    assert with_few == by_value(rows)


def test_a_group_alone_has_nobody_to_be_compared_with() -> None:
    found = by_value(group("DE", 20, 1000) + group("FR", 3, 100))["DE"]
    assert (found.difference, found.p, found.flagged) == (None, None, False)


def test_two_fixed_prices_are_a_difference_without_chance() -> None:
    rows = [quote(f"a{i}", 1000, country="DE") for i in range(12)]
    rows += [quote(f"b{i}", 900, country="FR") for i in range(12)]
    assert by_value(rows)["DE"].flagged
    alike = [quote(f"a{i}", 900, country="DE") for i in range(12)]
    assert not by_value(alike + rows[12:])["DE"].flagged


def test_currencies_and_unknown_values_stay_apart() -> None:
    rows = group("DE", 12, 1000)
    rows += [quote("x", currency="USD", country="DE"), quote("y", segment_key="s01"), quote("z")]
    found = {(one.name, one.currency) for one in report(rows)}
    assert found == {("country", "EUR"), ("country", "USD"), ("segment", "EUR")}


def test_an_attribute_that_the_merchant_names_is_looked_at() -> None:
    rows = group("DE", 40, 1000, 5) + group("FR", 40, 950, 5)
    ages = {one.customer_id: 20.0 + i for i, one in enumerate(rows)}
    found = by_value(rows, "age", age=ages)
    assert list(found) == ["40 to 60", "60 to 80", "below 40", "from 80"]
    assert found["from 80"].mean_reduction == pytest.approx(0.05, abs=0.005)
    assert all(one.flagged for one in found.values())


def test_an_attribute_that_tells_customers_apart_is_not_told() -> None:
    rows = group("DE", MOST_GROUPS + 1, 1000)
    names = {one.customer_id: one.customer_id for one in rows}
    assert Attribute("name", "EUR", (), too_many=True) in report(rows, {"name": names})


def test_free_goods_have_no_reduction() -> None:
    assert report([quote("ann", 0, base_price=0, country="DE")]) == ()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_bands_hold_everybody_once(values: list[float]) -> None:
    found = banding({str(i): value for i, value in enumerate(values)})
    assert len(found) == len(values)
    assert len(set(found.values())) <= 4


def test_bands_leave_texts_and_odd_numbers_alone() -> None:
    assert banding({"a": "gold", "b": True, "c": None, "d": float("nan"), "e": 3}) == {
        "a": "gold", "b": "True", "e": "3"
    }  # fmt: skip


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_a_corrected_p_is_never_less_and_keeps_the_order(p_values: dict[str, float]) -> None:
    corrected = holm(p_values)
    assert all(p <= corrected[name] <= 1 for name, p in p_values.items())
    ordered = sorted(p_values, key=lambda name: p_values[name])
    assert [corrected[name] for name in ordered] == sorted(corrected.values())


def test_holms_correction_is_the_textbooks() -> None:
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert {name: round(p, 5) for name, p in found.items()} == {
        "d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06
    }  # fmt: skip
