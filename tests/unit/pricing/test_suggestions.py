"""A suggestion is better at the bad end of what is known, inside the limits, or there is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.elasticity.estimates import Z90, Estimate, Verdict
from kindred.pricing.limits import Bounds
from kindred.pricing.payloads import Place, PriceTest, Product, Rule
from kindred.pricing.suggestions import Advice, advise, as_asked, draft_rule, draft_test, margin_of
from kindred.wire import parse

SEED = 3


def product(**fields: Any) -> Product:
    place = Place(kind="csv", id="up1")
    return Product(
        **{"name": "Tea", "source": place, "currency": "EUR", "base_price": 2000, "cost": 800}
        | fields
    )


def estimate(low: float, high: float, verdict: Verdict = "identified") -> Estimate:
    return Estimate((low + high) / 2, low, high, verdict, "", 1000, 100, None)


def ask(found: Estimate, everybody: bool = False, **fields: Any) -> Advice:
    return advise(
        product(**fields), found, Bounds(1000, 3000 if everybody else 2000), seen=(900, 3500),
        for_everybody=everybody, seed=SEED,
    )  # fmt: skip


def test_customers_who_react_strongly_are_offered_less() -> None:
    given_ = ask(estimate(-4.2, -3.4)).suggestion
    assert given_ is not None
    assert 1000 <= given_.price < 2000
    assert given_.now < given_.low < given_.margin < given_.high


def test_customers_who_hardly_react_are_offered_nothing_but_the_public_price_may_rise() -> None:
    stiff = estimate(-1.3, -0.9)
    assert ask(stiff) == Advice(None, "nothing-better")
    raised = ask(stiff, everybody=True).suggestion
    assert raised is not None
    assert 2000 < raised.price <= 3000


@pytest.mark.parametrize(
    ("found", "fields", "why"),
    [
        (Estimate(None, None, None, "not identifiable", "", 9, 9, None), {}, "not-identifiable"),
        (estimate(-4.0, -3.0, "uncertain"), {}, "uncertain"),
        (estimate(-4.0, -3.0), {"cost": None}, "cost-unknown"),
        (estimate(-4.0, -3.0), {"status": "paused"}, "paused"),
        (estimate(-4.5, -1.2), {}, "interval-too-wide"),
        (estimate(-1.2, -0.4), {}, "nothing-better"),
    ],
)
def test_where_there_is_none_it_says_why(found: Estimate, fields: Any, why: str) -> None:
    assert ask(found, **fields) == Advice(None, why)


def test_a_price_that_was_never_seen_is_not_suggested() -> None:
    args = {"for_everybody": False, "seed": SEED}
    found = advise(product(), estimate(-4.2, -3.4), Bounds(1000, 1500), seen=(1800, 2100), **args)
    assert found == Advice(None, "price-never-seen")
    held = advise(product(), estimate(-4.2, -3.4), Bounds(1000, 2000), seen=(1800, 2100), **args)
    assert held.suggestion is not None
    assert held.suggestion.price >= 1800


def test_what_was_paid_without_tax_is_compared_with_prices_as_they_are_asked() -> None:
    paid = (1500, 1900)
    assert as_asked(paid, product(tax_included=False), 0.19) == paid
    assert as_asked(paid, product(tax_included=False), None) == paid
    assert as_asked(paid, product(), 0.2) == (1800, 2280)
    assert as_asked(paid, product(), None) is None
    args = {"for_everybody": False, "seed": SEED}
    limits = Bounds(1000, 2000)
    unknown = advise(product(), estimate(-4.2, -3.4), limits, seen=None, **args)
    assert unknown == Advice(None, "tax-unknown")
    taxed = advise(product(), estimate(-4.2, -3.4), limits, seen=(1800, 2280), **args)
    assert taxed.suggestion is not None
    assert taxed.suggestion.price >= 1800  # 1,500 was never asked of anybody


@given(
    base=st.integers(1, 10**7),
    cost=st.integers(0, 10**7),
    ends=st.tuples(st.floats(-6, 1), st.floats(-6, 1)).map(sorted),
    bounds=st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)).map(sorted),
    seen=st.tuples(st.integers(1, 10**7), st.integers(1, 10**7)).map(sorted),
    everybody=st.booleans(),
)
def test_whatever_is_given_the_price_is_in_every_bound_and_better_at_both_ends(
    base: int, cost: int, ends: list[float], bounds: list[int], seen: list[int], everybody: bool
) -> None:
    within = Bounds(*bounds)
    known = product(base_price=base, cost=cost)
    asked = {"seen": (seen[0], seen[1]), "for_everybody": everybody, "seed": SEED}
    found = advise(known, estimate(*ends), within, **asked)  # type: ignore[arg-type]
    assert found == advise(known, estimate(*ends), within, **asked)  # type: ignore[arg-type]
    if found.suggestion is None:
        return
    price = found.suggestion.price
    assert max(within.low, seen[0]) <= price <= min(within.high, seen[1])
    assert everybody or price < base
    for end in ends:
        assert margin_of(price, cost, base, end) > margin_of(base, cost, base, end)


def test_the_margins_interval_is_of_the_elasticitys() -> None:
    found = ask(estimate(-4.2, -3.4)).suggestion
    assert found is not None
    ends = [margin_of(found.price, 800, 2000, end) for end in (-4.2, -3.4)]
    assert (found.high, found.low) == pytest.approx(ends, rel=0.02)
    assert estimate(-4.2, -3.4).error == pytest.approx(0.4 / Z90)


def test_a_draft_is_what_merchants_write_and_nothing_of_it_is_live() -> None:
    given_ = ask(estimate(-4.2, -3.4)).suggestion
    assert given_ is not None
    rule = draft_rule("tea", product(), given_, "s02")
    assert not rule.active
    assert rule.who.segments == ("s02",)
    assert rule.effect.amount == 2000 - given_.price
    assert parse(Rule, rule.model_dump(mode="json")) == rule
    for suggestion in (given_, None):
        test = draft_test("tea", product(), suggestion, seed="s")
        assert test.status == "draft"
        assert parse(PriceTest, test.model_dump(mode="json")) == test


def test_a_higher_price_is_never_a_rule() -> None:
    raised = ask(estimate(-1.3, -0.9), everybody=True).suggestion
    assert raised is not None
    with pytest.raises(ValueError, match="public price"):
        draft_rule("tea", product(), raised, None)
