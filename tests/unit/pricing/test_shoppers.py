"""Whom a rule is for, and what a customer's own evidence moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.payloads import Evidence, Who
from kindred.pricing.quotes import Shopper
from kindred.pricing.shoppers import (
    fits,
    history_share,
    kinds_of_data,
    may_raise_for,
    mood_share,
    what_it_lacks,
)
from kindred.segments.definitions.membership import is_member
from kindred.segments.definitions.parsing import parse_definition
from price_builders import make_shopper

OFTEN = {"trait": "frequency", "is": ">=", "value": 3}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({}, True),
        ({"segments": ["s01"]}, True),
        ({"segments": ["s02"]}, False),
        ({"archetypes": ["luxury"]}, True),
        ({"rfm_groups": ["Loyal"]}, True),
        ({"rfm_groups": ["Dormant"]}, False),
        ({"segments": ["s02"], "rfm_groups": ["Loyal"]}, True),  # any of the lists
        ({"definition": OFTEN}, True),
        ({"definition": {"not": OFTEN}}, False),
        ({"definition": {"all": [OFTEN, {"segment": ["s01"]}]}}, True),
        ({"definition": {"any": [{"segment": ["s09"]}, OFTEN]}}, True),
        ({"definition": {"trait": "mood", "is": "==", "value": "anger"}}, False),
        ({"definition": {}}, False),  # there, and can't be read: nobody, not everybody
        ({"definition": {"trait": "nothing"}}, False),
        ({"definition": {"not": {"orders": {"days": 9, "is": ">", "value": 1}}}}, False),
        ({"definition": {"not": {"trait": "worry", "is": ">", "value": 0}}}, False),
    ],
)
def test_who_fits(who: dict[str, Any], expected: bool) -> None:
    shopper = make_shopper(archetype="luxury")
    assert fits(Who.model_validate(who), shopper) is expected


def test_who_is_not_known_fits_only_what_is_for_everybody() -> None:
    stranger = Shopper("c9", columns={"rfm_group": "Loyal", "frequency": 9})
    assert fits(Who(), stranger)
    assert not fits(Who(rfm_groups=("Loyal",)), stranger)
    assert not fits(Who(definition=OFTEN), stranger)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (OFTEN, None),
        ({"trait": "nothing"}, "can't be read"),
        ({"events": {"type": "cart", "days": 7, "is": ">=", "value": 1}}, "orders or events"),
        ({"any": [OFTEN, {"trait": "overdue", "is": ">", "value": 1}]}, "needs overdue"),
        ({"trait": "value", "is": ">", "value": 1}, "this source doesn't have"),
    ],
)
def test_a_definition_says_what_it_lacks(definition: dict[str, Any], expected: str | None) -> None:
    lack = what_it_lacks(Who(definition=definition), make_shopper())
    assert lack is None if expected is None else expected in (lack or "")


leaves = st.one_of(
    st.builds(
        lambda c, i, v: {"trait": c, "is": i, "value": v},
        st.sampled_from(["frequency", "churn"]),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.integers(0, 5),
    ),
    st.builds(
        lambda i, v: {"trait": "mood", "is": i, "value": v},
        st.sampled_from(["==", "!="]),
        st.sampled_from(["joy", "anger"]),
    ),
    st.just({"trait": "rfm_group", "is": "in", "value": ["Loyal", "Active"]}),
    st.just({"segment": ["s01"]}),
    st.builds(lambda s: {"random": {"seed": "a", "share": s}}, st.floats(0, 1)),
)
definitions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


@given(
    definitions,
    st.fixed_dictionaries({
        "frequency": st.one_of(st.none(), st.integers(0, 5)),
        "churn": st.one_of(st.none(), st.floats(0, 1)),
        "mood": st.sampled_from([None, "joy", "anger"]),
        "rfm_group": st.sampled_from(["Loyal", "Dormant"]),
    }),
    st.text(min_size=1, max_size=5),
)  # fmt: skip
def test_definitions_are_answered_as_segments_answer_them(
    definition: dict[str, Any], columns: dict[str, Any], customer_id: str
) -> None:
    shopper = make_shopper(customer_id=customer_id, columns=columns)
    row = {"customer_id": customer_id, "segment_key": "s01", **columns}
    expected = is_member(parse_definition(definition), row, as_of=date(2026, 11, 29))
    assert fits(Who(definition=definition), shopper) is expected


def test_evidence_moves_a_discount_and_never_past_its_range() -> None:
    lapsing = make_shopper(columns={"churn": 0.9, "frequency": 40, "mood": "anger"})
    both = Evidence()
    assert history_share(lapsing, both) == 0.75
    assert mood_share(lapsing, both) == 0.25
    assert history_share(lapsing, Evidence(purchase_history=False)) == 0
    assert mood_share(lapsing, Evidence(emotional_state=False)) == 0


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"churn": None, "frequency": None, "mood": None},
        {"churn": float("nan"), "frequency": float("nan"), "mood": 3},
        {"churn": "high", "frequency": True, "mood": ["anger"]},
        {"churn": 0.59, "frequency": 9, "mood": "joy"},
    ],
)
def test_what_is_not_known_moves_nothing(columns: dict[str, Any]) -> None:
    shopper = make_shopper(columns=columns)
    assert history_share(shopper, Evidence()) == mood_share(shopper, Evidence()) == 0


@pytest.mark.parametrize(
    ("who", "archetype", "expected"),
    [
        ({"segments": ["s01"]}, None, True),
        ({"segments": ["s01"]}, "price-sensitive-anxious", False),
        ({"segments": ["s01"]}, "Impulsive Buyers", False),  # by its name, too
        ({"segments": ["s01"]}, "at-risk", False),
        ({"segments": ["s01"]}, "Dormant Customers", False),
        ({"segments": ["s01"]}, "new-arrivals", True),
        ({"archetypes": ["luxury"]}, None, False),
        ({"rfm_groups": ["Champions"]}, None, True),
        ({"rfm_groups": ["Champions", "At risk"]}, None, False),
        ({"definition": {"trait": "monetary", "is": ">", "value": 9}}, None, True),
        ({"definition": {"prediction": "churn", "is": "<", "value": 0.2}}, None, False),
        ({"definition": {"not": {"trait": "mood", "is": "==", "value": "joy"}}}, None, False),
        ({"definition": {"recency": {"is": ">", "days": 90}}}, None, False),
        ({"definition": {"trait": "nothing"}}, None, False),
    ],
)
def test_a_premium_never_rests_on_churn_feelings_or_temperament(
    who: dict[str, Any], archetype: str | None, expected: bool
) -> None:
    shopper = make_shopper(archetype=archetype)
    assert may_raise_for(Who.model_validate(who), shopper) is expected


def test_the_kinds_of_data_behind_a_rule_are_named() -> None:
    definition = {"all": [OFTEN, {"trait": "mood", "is": "==", "value": "joy"},
                          {"random": {"seed": "a", "share": 0.5}}]}  # fmt: skip
    who = Who(segments=("s01",), archetypes=("luxury",), definition=definition)
    assert kinds_of_data(who) == {"segment", "archetype", "purchase_history", "mood", "customer_id"}
    assert kinds_of_data(Who()) == frozenset()
