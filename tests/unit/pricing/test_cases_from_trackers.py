"""Prices that other engines got wrong, from their public trackers, as ours come out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kindred.pricing.payloads import Settings
from kindred.pricing.quoting import quote
from price_builders import NOW, make_inputs, make_product, make_rule, make_shopper

STACKED = {"group": {"name": "default", "mode": "stackable"}}
#: tracker, currency, public price, effects for everybody, price of one piece
PRICES: list[tuple[str, str, int, list[dict[str, Any]], int]] = [
    ("saleor#12040: 15.00 by rounding down", "EUR", 1_999, [{"percent": 25.0}], 1_499),
    ("24.99 plus 10.75 %", "USD", 2_499, [{"kind": "premium", "percent": 10.75}], 2_768),
    ("399.00 less 100 %", "EUR", 39_900, [{"percent": 100.0}], 0),
    ("Sylius#14522: 8.92 by cutting off", "EUR", 1_050, [{"percent": 15.0}], 893),
    ("vendure#1773: decimals of 10.5 % ignored", "EUR", 2_500, [{"percent": 10.5}], 2_238),
    ("lightspeed webstore#498: 2.47", "USD", 275, [{"percent": 10.0}], 248),
    ("woocommerce#22267: 0.01 was left of 41.625", "KWD", 41_625, [{"percent": 100.0}], 0),
    ("woocommerce#17536: half of 9.99", "GBP", 999, [{"percent": 50.0}], 500),
    ("zero decimals are not hundredths", "JPY", 1_980, [{"percent": 15.0}], 1_683),
    ("saleor#13831: half and half again", "USD", 10_000, [{"percent": 50.0}] * 2, 2_500),
    ("CraftingStore#267: of the sale", "EUR", 2_000, [{"percent": 25.0}, {"percent": 10.0}], 1_350),
    ("three in a row round once", "EUR", 999, [{"percent": 10.0}] * 3, 728),
    ("medusa#15532: never negative", "EUR", 500, [{"amount": 400}, {"amount": 400}], 0),
    ("1.15 less 50 %, a binary 57.49999", "EUR", 115, [{"percent": 50.0}], 58),
]  # fmt: skip


@pytest.mark.parametrize(("case", "currency", "public", "effects", "expected"), PRICES)
def test_a_price_comes_out_to_the_minor_unit(
    case: str, currency: str, public: int, effects: list[dict[str, Any]], expected: int
) -> None:
    given = quote(
        make_inputs(
            product=make_product(base_price=public, currency=currency),
            settings=Settings(floor=0.0, ceiling=200.0),
            rules=[make_rule(**effect, **STACKED) for effect in effects],
        )
    )
    assert given.price == expected, case


def test_forty_and_then_seventy_percent_off_ten_pieces_are_18_00() -> None:
    """saleor#17453: the second was taken of the undiscounted total, and the goods were free."""
    given = quote(
        make_inputs(
            product=make_product(base_price=1_000),
            rules=[
                make_rule(percent=40.0, **STACKED),
                make_rule(percent=70.0, who={"segments": ["s01"]}, **STACKED),
            ],
        )
    )
    assert 10 * given.price == 1_800
    bases = {factor.name: (factor.base, factor.result) for factor in given.factors}
    assert bases["segment_rule"] == (1_000, 300)
    assert bases["season"] == (300, 180)


def test_an_expired_rule_falls_to_the_next_and_never_to_0() -> None:
    rules = {
        "a": make_rule(kind="fixed", price=500, schedule={"ends": "2026-11-28"}, priority=9),
        "b": make_rule(percent=10.0),
    }
    assert quote(make_inputs(rules=rules)).price == 9_000
    assert quote(make_inputs(rules={"a": rules["a"]})).price == 10_000


def test_the_price_computed_twice_is_the_same() -> None:
    """woocommerce#18540: a hook that runs twice takes the discount of the discount."""
    inputs = make_inputs(rules=[make_rule(percent=25.0)])
    assert quote(inputs) == quote(inputs)


def test_a_sale_lasts_to_the_end_of_its_last_day_in_the_shop() -> None:
    """woocommerce#22186, #33186: it ended a day too soon, or never."""
    berlin = ZoneInfo("Europe/Berlin")
    rule = make_rule(percent=10.0, schedule={"ends": "2026-11-29", "zone": "Europe/Berlin"})

    def price(moment: datetime) -> int:
        return quote(make_inputs(rules=[rule], now=moment)).price

    assert price(datetime(2026, 11, 29, 23, 59, 59, 999_000, tzinfo=berlin)) == 9_000
    assert price(datetime(2026, 11, 30, tzinfo=berlin)) == 10_000


def test_a_customer_of_two_groups_gets_a_price_of_either() -> None:
    """medusa#11875, #13034: with two groups, neither price list was applied."""
    groups = {"segments": ["s01"], "rfm_groups": ["Loyal"]}
    rules = [
        make_rule(percent=10.0, who=groups),
        make_rule(percent=20.0, who={"segments": ["s01"]}),
    ]
    assert quote(make_inputs(rules=rules)).price == 8_000


def test_a_group_of_others_changes_nothing_for_a_customer() -> None:
    """medusa#4576: the price of group 2 was shown to group 1."""
    rules = [make_rule(percent=10.0, who={"segments": ["s01"]}),
             make_rule(percent=50.0, who={"segments": ["s02"]})]  # fmt: skip
    assert quote(make_inputs(rules=rules)).price == 9_000


def test_the_best_of_a_group_is_taken_and_not_the_sum() -> None:
    """saleor#14920, craftcms#1008: 20 % of the full price, beside a lasting sale of 10 %."""
    rules = [make_rule(percent=10.0), make_rule(percent=20.0, who={"segments": ["s01"]})]
    assert quote(make_inputs(rules=rules)).price == 8_000


def test_a_struck_price_differs_by_more_than_nothing() -> None:
    """shopware#17586: 50.00 struck through beside 50.00."""
    given = quote(
        make_inputs(
            product=make_product(base_price=5_000),
            rules=[make_rule(percent=0.005, schedule={"starts": "2026-11-28"})],
        )
    )
    assert given.price == 5_000
    assert given.reference_price is None


def test_a_minimum_price_holds_whatever_adds_up() -> None:
    """Sylius#13266: promotions go down to the minimum price, and no further."""
    given = quote(
        make_inputs(
            settings=Settings(floor=70.0),
            rules=[make_rule(percent=25.0, **STACKED), make_rule(percent=25.0, **STACKED)],
        )
    )
    assert given.price == 7_000
    assert given.limits_hit == ("floor",)


def test_an_exclusive_rule_stands_alone_whichever_comes_first() -> None:
    """Sylius#9593: the engine took one at first, and then another."""
    rules = {
        "a": make_rule(percent=40.0, group={"name": "a", "mode": "stackable"}),
        "b": make_rule(percent=20.0, exclusive=True, group={"name": "b", "mode": "stackable"}),
    }
    for given in (rules, dict(reversed(rules.items()))):
        quoted = quote(make_inputs(rules=given, shopper=make_shopper(), now=NOW))
        assert (quoted.price, quoted.rule_ids) == (8_000, ("b",))
