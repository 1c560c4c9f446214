"""Prices that a reviewer worked out by hand, and a program got wrong once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from kindred.pricing.limits import hold_to_earlier
from kindred.pricing.payloads import Context, PublicPrice, Schedule, Settings
from kindred.pricing.quotes import Earlier
from kindred.pricing.quoting import quote, quote_id
from kindred.pricing.rounding import charmed
from price_builders import NOW, make_inputs, make_product, make_rule, make_shopper, make_test

YESTERDAY = NOW.date() - timedelta(days=1)


def since(days: int, price: int) -> PublicPrice:
    return PublicPrice(price=price, since=NOW - timedelta(days=days))


def test_a_cut_of_the_public_price_during_a_sale_is_what_is_struck_through() -> None:
    product = make_product(base_price=10_000, public_prices=[since(200, 20_000), since(10, 10_000)])
    sale = make_rule(percent=20, schedule=Schedule(starts=NOW.date() - timedelta(days=20)))
    one = quote(
        make_inputs(product=product, rules=[sale], settings=Settings(floor=0.0, jurisdiction="PL"))
    )
    assert one.price == 8_000
    assert one.reference_price is not None
    assert one.reference_price <= 10_000


@pytest.mark.parametrize(
    ("price", "charm", "currency", "right"),
    [(89, 0, "EUR", 89), (72, 0, "JPY", 72), (189, 0, "EUR", 100), (1530, 99, "JPY", 1499)],
)
def test_charming_digits_give_nothing_away(
    price: int, charm: int, currency: str, right: int
) -> None:
    assert charmed(price, charm, currency) == right


def test_a_price_that_is_the_same_when_rounded_is_not_held_to_the_last_one() -> None:
    settings = Settings(cooldown=24)
    earlier = Earlier(price=1333, changed_at=NOW)
    assert hold_to_earlier(Decimal("1333.33"), earlier, settings, NOW).hit == ()
    assert hold_to_earlier(Decimal(1200), earlier, settings, NOW).hit == ("cooldown",)


def test_a_small_price_moves_by_a_unit_at_least() -> None:
    held = hold_to_earlier(Decimal(500), Earlier(price=9), Settings(step=10.0), NOW)
    assert held.price == 10


def test_a_worse_rule_of_ones_own_hides_nobody_elses_sale() -> None:
    product = make_product(public_prices=[since(200, 10_000)])
    sale = make_rule(percent=20, schedule=Schedule(starts=YESTERDAY))
    own = make_rule(percent=10, who={"segments": ["s01"]}, exclusive=True, priority=5)
    settings = Settings(floor=0.0, jurisdiction="DE")
    given = make_inputs(product=product, rules=[sale, own], settings=settings)
    assert (quote(given).price, quote(given).reference_price) == (8_000, 10_000)


def test_a_range_is_exact_to_the_last_decimal() -> None:
    rule = make_rule(percent={"low": 0.0, "high": 0.1}, who={"segments": ["s01"]})
    shopper = {"rfm_group": "Loyal", "churn": 0.9, "frequency": 3, "mood": "anger"}
    given = make_inputs(
        product=make_product(base_price=2_000), rules=[rule], shopper=make_shopper(columns=shopper)
    )
    assert quote(given).price == 1_999  # 20.00 less .075 % is 19.985


def test_the_weights_of_a_new_day_change_no_quote_that_still_holds() -> None:
    arm = make_rule(percent=20).effect
    before = make_test(None, arm, thompson=True, weights=[1, 1], weights_day=date(2026, 11, 28))
    after = make_test(None, arm, thompson=True, weights=[0.05, 0.95], weights_day=NOW.date())
    ids = {quote_id(make_inputs(tests={"t": test})) for test in (before, after)}
    assert len(ids) == 1


def test_made_up_countries_make_no_new_quotes() -> None:
    ids = {
        quote_id(make_inputs(context=Context(country=place))) for place in ("AA", "ZZ-9Z9", "AC-1")
    }
    known = quote_id(make_inputs(context=Context(country="US-CT")))
    assert len(ids) == 1
    assert known not in ids
