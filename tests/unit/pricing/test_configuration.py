"""Documents of prices as values: what is wrong is left out and told, what is another's ignored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.paths import Source
from kindred.pricing.asking import (
    ask,
    check_drafts,
    counts_quotes,
    follows_from,
    looks_back,
    shopper_of,
)
from kindred.pricing.configuration import (
    MOST_RULES,
    Configuration,
    Problem,
    Results,
    Segment,
    configure,
    read_product,
)
from kindred.pricing.opt_outs import SHELVES, hash_of
from kindred.pricing.payloads import Context, Product, Rule, Settings

SOURCE = Source("merchant", "csv", "up1")
PLACE = {"kind": "csv", "id": "up1"}
RULE = {"name": "R", "source": PLACE, "effect": {"kind": "discount", "percent": 10}}
PRODUCT = {"name": "Tea", "source": PLACE, "currency": "EUR", "base_price": 100}


def made(
    rules: dict[str, dict[str, Any]] | None = None, settings: dict[str, Any] | None = None
) -> Configuration:
    return configure(SOURCE, settings, (rules or {}).items(), ())


def test_rules_of_another_source_and_inactive_ones_do_not_count() -> None:
    other = {**RULE, "source": {"kind": "shopify", "id": "up1"}}
    found = made({"a": RULE, "b": other, "c": {**RULE, "active": False}})
    assert (set(found.rules), found.problems) == ({"a"}, ())


def test_what_is_wrong_is_told_by_document_and_field_and_never_by_value() -> None:
    secret = "ann@example.com"
    found = made({"a": RULE, "b": {**RULE, "priority": secret}, "c": {secret: 1}})
    assert set(found.rules) == {"a"}
    assert [one.document for one in found.problems] == ["pricing_rules/b", "pricing_rules/c"]
    assert "priority" in found.problems[0].message
    assert secret not in str(found.problems)


@pytest.mark.parametrize(
    "definition",
    [
        {"all": b"\xff"},
        {"all": object()},
        {"all": float("nan")},
        {"any": [{"trait": "rfm_group", "is": "in", "value": ["x" * 100] * 60}]},
    ],
)
def test_a_definition_is_short_and_made_of_plain_values(definition: dict[str, Any]) -> None:
    found = made({"a": RULE, "b": {**RULE, "who": {"definition": definition}}})
    assert set(found.rules) == {"a"}
    assert "definition" in found.problems[0].message
    assert found.version


def test_settings_that_are_wrong_switch_everything_off() -> None:
    assert made().settings == Settings()
    found = made(settings={"floor": "low"})
    assert found.settings.kill
    assert found.problems[0].document == "settings/pricing"


def test_too_many_rules_are_told() -> None:
    found = made({f"r{n}": RULE for n in range(MOST_RULES + 1)})
    assert len(found.rules) == MOST_RULES
    assert len(found.problems) == 1


@given(st.dictionaries(st.text(max_size=8), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)))  # fmt: skip
def test_whatever_a_document_holds_it_is_a_value_or_a_problem(fields: dict[str, Any]) -> None:
    assert isinstance(read_product("p1", {**PRODUCT, **fields}), Product | Problem)
    assert len(made({"a": {**RULE, **fields}}).rules) <= 1
    made(settings=fields)


def test_a_version_is_that_of_what_is_said() -> None:
    rules = {"a": RULE, "b": {**RULE, "name": "S"}}
    assert made(rules).version == made(dict(reversed(rules.items()))).version
    versions = {
        made(rules).version,
        made({"a": RULE}).version,
        made({"b": RULE}).version,
        made({"a": {**RULE, "name": "S"}}).version,
        made(rules, {"kill": True}).version,
    }
    assert len(versions) == 5


def test_a_quote_holds_while_stock_moves_and_not_when_its_price_does() -> None:
    product = Product.model_validate(PRODUCT)
    now = follows_from(made(), product)
    assert follows_from(made(), product.model_copy(update={"stock": 3.0})) == now
    assert follows_from(made(), product.model_copy(update={"base_price": 99})) != now
    assert follows_from(made({"a": RULE}), product) != now


def test_a_draft_takes_the_place_of_a_saved_rule() -> None:
    draft = Rule.model_validate({**RULE, "name": "Draft"})
    off = draft.model_copy(update={"active": False})
    assert made({"a": RULE}).with_drafts({"a": draft}).rules["a"].name == "Draft"
    assert made({"a": RULE}).with_drafts({"a": off}).rules == {}
    elsewhere = Rule.model_validate({**RULE, "source": {"kind": "csv", "id": "other"}})
    with pytest.raises(InvalidInput):
        check_drafts(SOURCE, {"a": elsewhere})


def test_a_customer_is_who_the_index_says() -> None:
    results = Results("r1", 1, {"r1-s01": Segment("s01", "Regulars", "loyal")})
    found = configure(SOURCE, None, (), (), results=results)
    asked = ask(SOURCE, "ann", "tea", None, found)
    known = shopper_of(found, asked, {"segment_id": "r1-s01", "churn": 0.2, "page_id": "p"})
    assert (known.segment_key, known.segment_name, known.archetype) == ("s01", "Regulars", "loyal")
    assert known.columns == {"churn": 0.2}
    assert not shopper_of(found, asked, {}).is_known
    assert not shopper_of(made(), asked, {"segment_id": "r1-s01"}).is_known


def test_an_opt_out_is_one_customers_of_one_source() -> None:
    hash_ = hash_of(SOURCE, "ann")
    found = configure(SOURCE, None, (), (), opted_out=[hash_])
    assert ask(SOURCE, "ann", "tea", None, found).context.opted_out
    assert not ask(SOURCE, "ben", "tea", None, found).context.opted_out
    asked = ask(SOURCE, "ben", "tea", Context(country="US", opted_out=True), found)
    assert (asked.context.country, asked.context.opted_out) == ("US", True)
    assert hash_ == hash_of(Source("merchant", "csv", "its-next-version"), "ann")
    assert hash_ != hash_of(Source("merchant", "shopify", "up1"), "ann")
    assert hash_ != hash_of(Source("rival", "csv", "up1"), "ann")
    assert hash_[0] in SHELVES


@pytest.mark.parametrize(
    ("settings", "looked_up", "counted"),
    [
        ({}, False, False),
        ({"step": 0}, True, False),
        ({"cooldown": 3}, True, False),
        ({"quotes_per_day": 1}, True, True),
        ({"quotes_per_day": 9}, True, True),
    ],
)
def test_earlier_quotes_are_looked_up_and_counted_only_where_a_limit_needs_them(
    settings: dict[str, Any], looked_up: bool, counted: bool
) -> None:
    chosen = Settings(**settings)
    assert (looks_back(chosen), counts_quotes(chosen)) == (looked_up, counted)
