"""How long a quote holds, and that it has one id wherever it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kindred.paths import check_id
from kindred.pricing.payloads import Context, Settings
from kindred.pricing.quotes import Earlier
from kindred.pricing.quoting import quote
from kindred.pricing.validity import quote_id, window
from price_builders import NOW, make_inputs, make_product, make_rule, make_shopper, make_test

TICK = timedelta(microseconds=1)
SOON = NOW + timedelta(minutes=5)
BERLIN_TODAY = {"ends": "2026-11-29", "zone": "Europe/Berlin"}


def test_windows_follow_each_other_without_a_gap() -> None:
    inputs = make_inputs()
    first = window(inputs)
    assert first.start <= NOW < first.end
    assert first.end - first.start == timedelta(minutes=60)
    assert window(replace(inputs, now=first.end - TICK)) == first
    assert window(replace(inputs, now=first.end)).start == first.end


def test_prices_of_a_shop_do_not_all_expire_at_once() -> None:
    ends = {window(make_inputs(shopper=make_shopper(customer_id=f"c{i}"))).end for i in range(200)}
    assert len(ends) > 150


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        (
            {"rules": [make_rule(percent=1.0, schedule=BERLIN_TODAY)]},
            datetime(2026, 11, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        ),
        (
            {"rules": [make_rule(percent=1.0, schedule={"from_hour": 14, "to_hour": 15})]},
            NOW + timedelta(hours=2),
        ),
        ({"tests": {"t": make_test(None, None, ends=SOON)}}, SOON),
        ({"tests": {"t": make_test(None, None, starts=SOON)}}, SOON),
        (
            {"product": make_product(cost=1, cost_at=NOW - timedelta(days=364, hours=23))},
            NOW + timedelta(hours=1) + TICK,
        ),
        (
            {"product": make_product(competitors=[{"name": "B", "price": 1, "url": "https://b.example",
                                                   "seen_at": NOW - timedelta(days=6, hours=23)}])},
            NOW + timedelta(hours=1) + TICK,
        ),
        (
            {"context": Context(country="US-CT"), "now": datetime(2026, 10, 1, 3, 59, tzinfo=UTC)},
            datetime(2026, 10, 1, 4, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_a_quote_ends_where_something_changes_by_the_clock(
    fields: dict[str, Any], moment: datetime
) -> None:
    # A window of a week that ends on a Thursday cuts none of these short.
    inputs = make_inputs(**{"settings": Settings(floor=0.0, valid_minutes=10_080), **fields})
    assert quote(inputs).valid_until == moment
    assert quote_id(inputs) != quote_id(replace(inputs, now=moment))


def test_a_rule_about_other_products_changes_no_window_and_no_id() -> None:
    other = make_rule(percent=1.0, scope={"products": ["p2"]}, schedule={"ends": "2026-11-29"})
    inputs = make_inputs(settings=Settings(valid_minutes=10_080))
    with_other = replace(inputs, rules={"other": other})
    assert window(with_other) == window(inputs)
    assert quote_id(with_other) == quote_id(inputs)


def test_an_id_is_the_same_whatever_the_order_and_the_moment_in_its_window() -> None:
    rules = {"a": make_rule(percent=1.0), "b": make_rule(percent=2.0)}
    inputs = make_inputs(rules=rules)
    turned = make_inputs(rules=dict(reversed(rules.items())), now=window(inputs).start)
    assert quote_id(inputs) == quote_id(turned)
    assert check_id(quote_id(inputs)) == quote_id(inputs)


@pytest.mark.parametrize(
    "change",
    [
        {"product_id": "p2"},
        {"product": make_product(base_price=9_999)},
        {"rules": {"a": make_rule(percent=2.0)}},
        {"settings": Settings(floor=1.0)},
        {"shopper": make_shopper(customer_id="c2")},
        {"shopper": make_shopper(run_id="r2")},
        {"shopper": make_shopper(opted_out=True)},
        {"context": Context(country="DE")},
        {"tests": {"t": make_test(None, None)}},
    ],
)
def test_whatever_a_quote_follows_from_is_in_its_id(change: dict[str, Any]) -> None:
    inputs = make_inputs(rules={"a": make_rule(percent=1.0)})
    assert quote_id(inputs) != quote_id(replace(inputs, **change))


def test_stock_that_moves_no_price_and_earlier_quotes_are_not_in_an_id() -> None:
    inputs = make_inputs(product=make_product(stock=40.0))
    assert quote_id(inputs) == quote_id(replace(inputs, product=make_product(stock=41.0)))
    assert quote_id(inputs) == quote_id(replace(inputs, earlier=Earlier(price=1)))
    scarce = replace(
        inputs, settings=Settings.model_validate({"stock": {"low_at": 40.0, "raise_percent": 5.0}})
    )
    assert quote_id(scarce) != quote_id(replace(scarce, product=make_product(stock=41.0)))


def test_a_cool_down_that_ends_within_a_window_holds_to_its_end() -> None:
    inputs = make_inputs(
        rules=[make_rule(percent=20.0, who={"segments": ["s01"]})],
        settings=Settings(floor=0.0, cooldown=1, valid_minutes=600),
    )
    held = window(inputs)
    earlier = Earlier(price=9_000, changed_at=held.start - timedelta(minutes=30))
    prices = {
        quote(replace(inputs, earlier=earlier, now=held.start + timedelta(hours=i))).price
        for i in range(10)
    }
    assert prices == {9_000}
    assert quote(replace(inputs, earlier=earlier, now=held.end)).price == 8_000
