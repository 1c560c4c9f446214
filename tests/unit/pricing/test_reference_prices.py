"""What may be struck through: the lowest public price of the days before, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from kindred.pricing.payloads import Context, Settings
from kindred.pricing.quotes import Quote
from kindred.pricing.quoting import quote
from kindred.pricing.reference_prices import public_spans
from price_builders import NOW, make_inputs, make_product, make_rule

MINE = {"segments": ["s01"]}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def quoted(
    history: list[tuple[float, int]],
    *rules: Any,
    base: int = 10_000,
    country: str = "PL",
    **fields: Any,
) -> Quote:
    """A quote of a product whose public prices are given as (days ago, price)."""
    prices = [{"price": price, "since": ago(days)} for days, price in history]
    return quote(make_inputs(
        product=make_product(base_price=base, public_prices=prices, **fields),
        rules=list(rules), context=Context(country=country), settings=Settings(floor=0.0),
    ))  # fmt: skip


OFF = make_rule(percent=10.0, who=MINE)
SALE = make_rule(percent=10.0, schedule={"starts": "2026-11-27"})


def test_a_personal_reduction_is_announced_from_the_lowest_price_of_30_days() -> None:
    assert quoted([(60, 10_000)], OFF).reference_price == 10_000
    lower = quoted([(60, 10_000), (20, 9_500), (10, 10_000)], OFF)
    assert (lower.price, lower.reference_price, lower.lowest_30d) == (9_000, 9_500, 9_500)
    long_ago = quoted([(60, 9_500), (31, 10_000)], OFF)
    assert (long_ago.reference_price, long_ago.lowest_30d) == (10_000, 10_000)


def test_a_price_that_ended_within_the_window_counts() -> None:
    assert quoted([(60, 9_500), (29, 10_000)], OFF).reference_price == 9_500


def test_what_is_no_lower_than_before_is_no_reduction() -> None:
    given = quoted([(60, 10_000), (20, 8_000), (10, 10_000)], OFF)
    assert (given.price, given.reference_price, given.lowest_30d) == (9_000, None, 8_000)


def test_prices_that_are_not_known_for_all_of_the_window_announce_nothing() -> None:
    assert quoted([(29, 10_000)], OFF).reference_price is None
    assert quoted([], OFF).reference_price is None
    assert quoted([], OFF, country="IN").reference_price == 10_000  # no such rule was read there


def test_a_sale_is_announced_from_the_price_before_its_first_day() -> None:
    given = quoted([(60, 10_000)], SALE)
    assert (given.price, given.reference_price) == (9_000, 10_000)
    assert not given.personalized
    before = quoted([(60, 10_000), (20, 9_200), (10, 10_000)], SALE)
    assert before.reference_price == 9_200


def test_a_sale_without_a_first_day_or_with_hours_has_no_price_before_it() -> None:
    for schedule in ({}, {"starts": "2026-11-01", "from_hour": 8}, {"weekdays": [7]}):
        given = quoted([(60, 10_000)], make_rule(percent=10.0, schedule=schedule))
        assert (given.price, given.reference_price) == (9_000, None)


def test_a_sale_that_is_over_was_a_price_of_its_days() -> None:
    over = make_rule(percent=20.0, schedule={"starts": "2026-11-01", "ends": "2026-11-08"})
    assert quoted([(60, 10_000)], over, OFF).reference_price is None
    longer_ago = make_rule(percent=20.0, schedule={"starts": "2026-10-01", "ends": "2026-10-08"})
    assert quoted([(60, 10_000)], longer_ago, OFF).reference_price == 10_000
    to_come = make_rule(percent=20.0, schedule={"starts": "2026-12-01"})
    assert quoted([(60, 10_000)], to_come, OFF).reference_price == 10_000


def test_a_deeper_sale_follows_the_one_before_it() -> None:
    first = make_rule(percent=5.0, schedule={"starts": "2026-11-01"})
    given = quoted([(60, 10_000)], first, SALE)
    assert (given.price, given.reference_price) == (9_000, 9_500)


def test_on_top_of_a_sale_the_price_that_everybody_pays_is_struck() -> None:
    mine = make_rule(percent=10.0, who=MINE, group={"name": "z"})
    given = quoted([(60, 10_000)], SALE, mine)
    assert (given.price, given.reference_price) == (8_100, 9_000)


def test_what_stock_and_competitors_do_is_not_announced() -> None:
    others = [{"name": "B", "price": 9_000, "url": "https://b.example", "seen_at": NOW}]
    product = make_product(competitors=others, public_prices=[{"price": 10_000, "since": ago(60)}])
    settings = Settings.model_validate({"floor": 0.0, "competitor": {"match": True}})
    given = quote(make_inputs(product=product, settings=settings))
    assert (given.price, given.reference_price) == (9_000, None)


def test_a_public_price_that_went_down_is_announced_for_30_days() -> None:
    assert quoted([(60, 10_000), (5, 8_000)], base=8_000).reference_price == 10_000
    assert quoted([(90, 10_000), (31, 8_000)], base=8_000).reference_price is None
    up_and_down = quoted([(60, 8_000), (10, 10_000), (5, 8_000)], base=8_000)
    assert up_and_down.reference_price is None


@pytest.mark.parametrize("then", ["EUR without tax", "JPY"])
def test_a_price_with_tax_or_in_another_currency_is_no_former_price(then: str) -> None:
    """11900 with tax and 10000 without are no reduction, nor are 119 yen and 100 euros."""
    before = {"price": 11_900, "since": ago(60), "footing": then}
    now = {"price": 10_000, "since": ago(5), "footing": "EUR"}
    for prices in ([before], [before, now]):
        product = make_product(public_prices=prices, asked_prices=prices, asked_until=ago(0.1))
        given = quote(make_inputs(product=product, context=Context(country="PL")))
        assert (given.price, given.reference_price, given.lowest_30d) == (10_000, None, 10_000)
    back = [{**now, "price": 9_000, "since": ago(60)}, {**before, "since": ago(40)}, now]
    (span,) = public_spans(make_product(public_prices=back), NOW)
    assert (span.price, span.since) == (10_000, ago(5))


@pytest.mark.parametrize(("country", "expected"), [("DE", 10_000), ("PL", 9_000)])
def test_steps_of_one_reduction_go_back_to_the_price_before_the_first_where_the_law_lets_them(
    country: str, expected: int
) -> None:
    steps = [(90.0, 10_000), (20.0, 9_000), (5.0, 8_000)]
    assert quoted(steps, base=8_000, country=country).reference_price == expected
    apart = [(200.0, 12_000), (60.0, 9_000), (5.0, 8_000)]
    assert quoted(apart, base=8_000, country=country).reference_price == 9_000


def test_prices_of_the_future_are_no_prices_yet() -> None:
    product = make_product(public_prices=[
        {"price": 1, "since": ago(-1)}, {"price": 9_000, "since": ago(40)},
        {"price": 10_000, "since": ago(40)},
    ])  # fmt: skip
    spans = public_spans(product, NOW)
    assert [(span.price, span.until) for span in spans] == [(10_000, None)]


def test_a_base_price_that_the_history_does_not_have_is_as_of_now() -> None:
    spans = public_spans(make_product(public_prices=[{"price": 9_000, "since": ago(40)}]), NOW)
    assert [(span.price, span.since) for span in spans] == [(9_000, ago(40)), (10_000, NOW)]
