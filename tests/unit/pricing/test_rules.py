"""Which rules are applied, in which order, and what each does to a price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from kindred.pricing.effects import apply
from kindred.pricing.payloads import Place
from kindred.pricing.rules import Choice, Chooser, choose
from price_builders import make_inputs, make_product, make_rule, make_shopper

MINE = {"segments": ["s01"]}
PERSONAL = Chooser(personal=True, premiums=False)


def chosen(choice: Choice) -> list[str]:
    return [rule_id for rule_id, _ in (*choice.personal, *choice.everybody)]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("stackable", ["b", "c", "a"]),  # personal ones first; within them by priority
        ("first", ["b"]),
        ("lowest", ["a"]),
        ("highest", ["c"]),
    ],
)
def test_a_group_takes_what_its_mode_says(mode: str, expected: list[str]) -> None:
    group = {"group": {"name": "g", "mode": mode}}
    rules = {
        "a": make_rule(percent=30.0, **group),
        "b": make_rule(percent=20.0, who=MINE, priority=5, **group),
        "c": make_rule(percent=10.0, who=MINE, **group),
    }
    for order in (rules, dict(reversed(rules.items()))):
        assert chosen(choose(make_inputs(rules=order), PERSONAL)) == expected


def test_ties_are_broken_by_priority_and_then_by_id() -> None:
    rules = {name: make_rule(percent=10.0) for name in ("b", "a", "c")}
    assert chosen(choose(make_inputs(rules=rules), PERSONAL)) == ["a"]
    rules["c"] = make_rule(percent=10.0, priority=1)
    assert chosen(choose(make_inputs(rules=rules), PERSONAL)) == ["c"]


def test_groups_follow_each_other_by_name() -> None:
    rules = {
        "a": make_rule(percent=10.0, group={"name": "z"}),
        "b": make_rule(percent=10.0, group={"name": "y"}),
    }
    assert chosen(choose(make_inputs(rules=rules), PERSONAL)) == ["b", "a"]


def test_a_group_compares_what_evidence_makes_of_a_range() -> None:
    rules = {
        "wide": make_rule(percent={"low": 5.0, "high": 40.0}, who=MINE),
        "sale": make_rule(percent=20.0),
    }
    inputs = make_inputs(rules=rules)
    assert chosen(choose(inputs, PERSONAL)) == ["sale"]
    assert chosen(choose(inputs, Chooser(True, False, evidence=1.0))) == ["wide"]


@pytest.mark.parametrize(("mode", "expected"), [("lowest", "charming"), ("highest", "plain")])
def test_a_group_compares_prices_as_they_would_be_asked(mode: str, expected: str) -> None:
    """5 % off 16.00 are 15.20, asked as 14.99; 6 % are 15.04."""
    group = {"group": {"name": "g", "mode": mode}}
    rules = {
        "charming": make_rule(percent=5.0, charm=99, **group),
        "plain": make_rule(percent=6.0, **group),
    }
    inputs = make_inputs(product=make_product(base_price=1_600), rules=rules)
    assert chosen(choose(inputs, PERSONAL)) == [expected]


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({}, True),
        ({"active": False}, False),
        ({"source": Place(kind="csv", id="other")}, False),
        ({"scope": {"products": ["p1"]}}, True),
        ({"scope": {"products": ["sku-1"]}}, True),  # as order lines have it
        ({"scope": {"products": ["p2"]}}, False),
        ({"scope": {"categories": ["shoes"]}}, True),
        ({"scope": {"categories": ["hats"], "products": ["p1"]}}, True),
        ({"scope": {"categories": ["hats"]}}, False),
        ({"schedule": {"starts": "2026-12-01"}}, False),
        ({"who": {"segments": ["s02"]}}, False),
    ],
)
def test_for_what_a_rule_holds(fields: dict[str, Any], holds: bool) -> None:
    product = make_product(product_id="sku-1", category="shoes")
    inputs = make_inputs(product=product, rules=[make_rule(percent=10.0, **fields)])
    assert chosen(choose(inputs, PERSONAL)) == (["rule0"] if holds else [])


def test_a_rule_that_can_never_hold_is_reported_with_its_name() -> None:
    rules = [
        make_rule(name="Night", percent=1.0, schedule={"zone": "No/Zone", "from_hour": 1}),
        make_rule(name="Lately", percent=1.0,
                  who={"definition": {"orders": {"days": 9, "is": ">", "value": 1}}}),
        make_rule(kind="premium", name="Dear", percent=1.0, who=MINE),
    ]  # fmt: skip
    said = choose(make_inputs(rules=rules), PERSONAL).left_out
    assert [part.split("”")[0] for part in said] == ["“Night", "“Lately", "“Dear"]
    assert ["time zone" in said[0], "orders" in said[1], "isn't allowed" in said[2]] == [True] * 3


def test_a_premium_for_some_is_left_out_until_premiums_are_allowed() -> None:
    rules = {
        "dear": make_rule(kind="premium", percent=10.0, who=MINE),
        "fixed": make_rule(kind="fixed", price=12_000, who=MINE, group={"name": "g"}),
        "all": make_rule(kind="premium", percent=10.0, group={"name": "h"}),
    }
    inputs = make_inputs(rules=rules)
    assert chosen(choose(inputs, PERSONAL)) == ["all"]
    allowed = Chooser(personal=True, premiums=True)
    assert chosen(choose(inputs, allowed)) == ["dear", "fixed", "all"]
    anxious = make_inputs(rules=rules, shopper=make_shopper(archetype="impulsive"))
    assert chosen(choose(anxious, allowed)) == ["all"]


@pytest.mark.parametrize(
    ("effect", "price", "expected"),
    [
        ({"percent": 25.0}, "8000", "6000"),
        ({"percent": {"low": 10.0, "high": 30.0}}, "8000", "6400"),  # half way: 20 %
        ({"kind": "premium", "percent": {"low": 10.0, "high": 30.0}}, "8000", "8800"),
        ({"amount": 500}, "8000", "7500"),
        ({"amount": 9_000}, "8000", "0"),
        ({"kind": "premium", "amount": 500}, "8000", "8500"),
        ({"kind": "fixed", "price": 7_000}, "8000", "7000"),
        ({"kind": "fixed", "price": 9_000}, "8000", "8000"),  # takes no lower price away
        ({"kind": "fixed", "price": 12_000}, "8000", "10000"),  # 2000 more, as for everybody
    ],
)
def test_what_an_effect_makes_of_a_price(effect: dict[str, Any], price: str, expected: str) -> None:
    rule = make_rule(**effect)
    assert apply(rule.effect, Decimal(price), 10_000, 0.5) == Decimal(expected)
