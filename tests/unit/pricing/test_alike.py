"""A quote worked out once for customers who are alike is the one that each would get alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from kindred.pricing import alike
from kindred.pricing.payloads import Context, Product
from kindred.pricing.quotes import Earlier, Quote, QuoteInputs
from kindred.pricing.quoting import quote
from price_builders import NOW, make_inputs, make_product, make_rule, make_shopper, make_test
from random_quotes import Shops

MOMENT = timedelta(microseconds=1)
MINE = {"segments": ["s01"]}


@pytest.fixture(autouse=True)
def _nothing_worked_out() -> None:
    alike.forget()


def alone(inputs: QuoteInputs) -> Quote:
    return quote(inputs)


def shared(inputs: QuoteInputs) -> Quote:
    worked = alike.work_out(inputs)
    return replace(worked.quote, valid_until=worked.valid_until(inputs.shopper, inputs.now))


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_quoted_otherwise_than_alone(seed: int) -> None:
    shops, chance, took = Shops(seed), random.Random(seed), 0
    for _ in range(60):
        first = replace(shops.inputs(), earlier=Earlier())
        contexts = (first.context, first.context, Context(country="US-NY"))
        shoppers = (shops.shopper(), shops.shopper())
        for number, now in enumerate(moments(first, chance)):
            shopper = replace(chance.choice(shoppers), customer_id=f"c{number}")
            asked = replace(first, now=now, shopper=shopper, context=chance.choice(contexts))
            assert shared(asked) == alone(asked)
            took += alike.work_out(asked).inputs is not asked
    assert took > 200  # else the comparison says nothing


def moments(inputs: QuoteInputs, chance: random.Random) -> Iterator[datetime]:
    """In their order, close together around all that may change something by the clock."""
    product, settings = inputs.product, inputs.settings
    edges = [one.since for one in (*product.public_prices, *product.asked_prices)]
    edges += [at for at in (product.asked_until, product.cost_at) if at]
    edges += [one.seen_at for one in product.competitors]
    days = (0, 7, 30, 60, settings.cost_days)
    at = chance.choice([inputs.now, inputs.now, *edges]) + timedelta(days=chance.choice(days))
    at -= timedelta(seconds=chance.choice((0, 5, 50)))
    at = max(at, inputs.now - timedelta(days=20))
    for step in (0, 1e-6, 1e-6, 1e-6, 4, 1, 30, 14.999998, 1e-6, 1e-6, 1e-6, 3_600):
        at += timedelta(seconds=step)
        yield at


def test_customers_who_are_alike_share_one_quote() -> None:
    ann = make_inputs(rules=[make_rule(percent=10.0, who=MINE)])
    ben = replace(ann, shopper=make_shopper(customer_id="ben", columns={"monetary": 7.0}))
    assert alike.work_out(ben) is alike.work_out(ann)
    assert shared(ben) == alone(ben)


@pytest.mark.parametrize(
    "who",
    [{"rfm_groups": ["Loyal"]}, {"definition": {"trait": "frequency", "is": ">", "value": 3}}],
)
def test_a_rule_that_asks_for_more_tells_them_apart(who: dict[str, object]) -> None:
    ann = make_inputs(rules=[make_rule(percent=10.0, who=who)])
    columns = {"rfm_group": "At risk", "frequency": 4, "churn": 0.1}
    ben = replace(ann, shopper=make_shopper(customer_id="ben", columns=columns))
    assert shared(ann) == alone(ann)
    assert shared(ben) == alone(ben)
    assert shared(ben) != replace(alone(ann), valid_until=alone(ben).valid_until)


@pytest.mark.parametrize(
    "other",
    [
        {"segment_key": "s02"},
        {"archetype": "luxury"},
        {"run_id": "r2"},
        {"opted_out": True},
        {"columns": {"churn": 0.9}},
        {"columns": {"frequency": 10}},
        {"columns": {"mood": "anger"}},
        {"columns": {"consent": False}},
    ],
)
def test_one_thing_that_a_price_asks_tells_them_apart(other: dict[str, object]) -> None:
    rules = [
        make_rule(percent={"low": 10.0, "high": 30.0}, who=MINE),
        make_rule(percent=5.0, who={"archetypes": ["luxury"]}, group={"name": "apart"}),
    ]
    ann = make_inputs(rules=rules, shopper=make_shopper(columns={}))
    ben = replace(ann, shopper=replace(ann.shopper, **other))
    assert alike.work_out(ann) is not alike.work_out(ben)
    assert (shared(ann), shared(ben)) == (alone(ann), alone(ben))


def test_a_price_that_leaves_the_last_days_is_told_no_more() -> None:
    old = NOW - timedelta(days=30) + timedelta(seconds=10)
    prices = [{"price": 5_000, "since": old - timedelta(days=9)}, {"price": 10_000, "since": old}]
    product = Product.model_validate({**make_product().model_dump(), "public_prices": prices})
    ann = make_inputs(product=product)
    assert shared(ann) == alone(ann)
    for later in (10, 11):
        asked = replace(ann, now=NOW + timedelta(seconds=later))
        assert shared(asked) == alone(asked)
    assert shared(ann).lowest_30d == 5_000
    assert shared(asked).lowest_30d == 10_000


def test_earlier_quotes_and_price_tests_are_each_ones_own() -> None:
    ann = make_inputs(rules=[make_rule(percent=10.0, who=MINE)])
    held = replace(ann, earlier=Earlier(9_500, NOW))
    tested = replace(ann, tests={"t": make_test(None, None)})
    for own in (held, tested):
        assert alike.work_out(own) is not alike.work_out(own)
        assert shared(own) == alone(own)
