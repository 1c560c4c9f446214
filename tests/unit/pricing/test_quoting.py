"""A quote: step by step, down only, explained, and at the public price where in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kindred.errors import InvalidInput
from kindred.pricing.payloads import Context, PreviewPrices, Settings
from kindred.pricing.quotes import STEPS, Earlier, Quote, Shopper
from kindred.pricing.quoting import quote, quote_id
from kindred.wire import parse
from price_builders import (
    NOW,
    SOURCE,
    make_inputs,
    make_product,
    make_rule,
    make_shopper,
    make_test,
)

MINE = {"segments": ["s01"]}
APART = {"group": {"name": "apart", "mode": "stackable"}}
ALLOWED = {"premiums": {"enabled": True, "by": "Ada"}, "jurisdiction": "DE", "ceiling": 150.0}


def settings(**fields: Any) -> Settings:
    return Settings.model_validate({"floor": 0.0, **fields})


def effects(given: Quote) -> dict[str, int]:
    return {factor.name: factor.effect for factor in given.factors if factor.effect}


def said(given: Quote) -> str:
    return " ".join(factor.reason for factor in given.factors)


def test_every_step_is_shown_in_order_and_each_begins_where_the_last_ended() -> None:
    given = quote(
        make_inputs(
            product=make_product(stock=500.0, competitors=[
                {"name": "B", "price": 6_000, "url": "https://b.example", "seen_at": NOW}]),
            settings=settings(
                stock={"high_at": 100.0, "discount_percent": 5.0},
                competitor={"match": True, "most_percent": 10.0},
            ),
            rules=[
                make_rule(percent={"low": 10.0, "high": 30.0}, who=MINE),
                make_rule(percent=5.0, charm=99, **APART),
            ],
            shopper=make_shopper(columns={"churn": 0.9, "frequency": 3, "mood": "anger"}),
        )
    )  # fmt: skip
    assert tuple(factor.name for factor in given.factors) == STEPS
    assert effects(given) == {
        "segment_rule": -1_000,  # 10 %
        "purchase_history": -1_000,  # half of the range more
        "emotional_state": -500,  # and a quarter
        "stock": -375,
        "competitor": -712,  # 71.25 less 10 %: the half is shown as what it is rounded to
        "season": -321,
        "rounding": -93,
    }
    assert given.price == 5_999
    assert given.categories == ("mood", "purchase_history", "segment")
    assert given.rule_ids == ("rule0", "rule1")


def test_evidence_never_passes_the_high_end() -> None:
    eager = make_shopper(columns={"churn": 1.0, "frequency": 99, "mood": "grief"})
    given = quote(
        make_inputs(rules=[make_rule(percent={"low": 0.0, "high": 20.0}, who=MINE)], shopper=eager)
    )
    assert given.price == 8_000


def test_a_sale_for_everybody_may_raise_up_to_the_ceiling_and_is_not_personal() -> None:
    rules = [make_rule(kind="premium", percent=50.0)]
    given = quote(make_inputs(rules=rules, settings=settings(ceiling=120.0)))
    assert (given.price, given.limits_hit) == (12_000, ("ceiling",))
    assert not given.personalized
    assert given.disclosure is None
    assert given.raised_by is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"settings": settings(kill=True)}, "switched off"),
        ({"settings": settings(killed_sources=[SOURCE])}, "this source"),
        ({"product": make_product(status="paused")}, "paused"),
        ({"product": make_product(cost=1, cost_at=NOW - timedelta(days=400))}, "cost is older"),
    ],
)
def test_a_switch_or_a_stale_cost_leaves_the_bare_public_price(
    fields: dict[str, Any], word: str
) -> None:
    rules = [make_rule(percent=10.0), make_rule(percent=10.0, who=MINE, **APART)]
    given = quote(make_inputs(rules=rules, **fields))
    assert (given.price, given.rule_ids, given.personalized) == (10_000, (), False)
    assert word in given.factors[0].reason


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"shopper": Shopper("c9")}, "isn't known"),
        ({"shopper": make_shopper(opted_out=True)}, "asked for public prices"),
        ({"context": Context(opted_out=True)}, "asked for public prices"),
        ({"shopper": make_shopper(columns={"consent": False})}, "withdrawn"),
        ({"settings": settings(needs_consent=True)}, "hasn't agreed"),
        ({"context": Context(country="US-CT")}, "US-CT"),
    ],
)
def test_without_personal_data_only_what_is_equal_for_everybody_counts(
    fields: dict[str, Any], word: str
) -> None:
    rules = [make_rule(percent=10.0), make_rule(percent=50.0, who=MINE, **APART)]
    test = make_test({"kind": "discount", "percent": 40.0}, {"kind": "discount", "percent": 40.0})
    given = quote(make_inputs(rules=rules, tests={"t": test}, **fields))
    assert (given.price, given.arm, given.personalized) == (9_000, None, False)
    assert given.disclosure is None
    assert word in said(given)


def test_consent_that_was_given_is_enough() -> None:
    agreed = make_shopper(columns={"consent": True})
    rules = [make_rule(percent=10.0, who=MINE)]
    given = quote(make_inputs(rules=rules, shopper=agreed, settings=settings(needs_consent=True)))
    assert given.price == 9_000


def test_a_premium_takes_a_name_a_known_law_and_none_that_blocks_it() -> None:
    rules = [make_rule(kind="premium", percent=10.0, who=MINE)]
    given = quote(make_inputs(rules=rules, settings=settings(**ALLOWED)))
    assert (given.price, given.raised_by, given.personalized) == (11_000, "Ada", True)
    assert given.disclosure is not None
    for change in (
        {"premiums": {"enabled": False, "by": "Ada"}},
        {"premiums": {"enabled": True}},
        {"premiums": {"enabled": True, "by": "  "}},
        {"jurisdiction": None},
        {"jurisdiction": "BR"},
        {"jurisdiction": "US-NY"},
    ):
        refused = quote(make_inputs(rules=rules, settings=settings(**{**ALLOWED, **change})))
        assert (refused.price, refused.raised_by) == (10_000, None), change
        assert "isn't allowed" in said(refused)
    elsewhere = make_inputs(
        rules=rules, settings=settings(**ALLOWED), context=Context(country="US-NY")
    )
    assert quote(elsewhere).price == 10_000  # the stricter of both places


@pytest.mark.parametrize(
    ("listed", "own", "shopper", "raised"),
    [
        (None, "DE", None, True),  # without a list, where the merchant is
        (None, "DE", "DE-BY", True),
        (None, "DE", "PL", False),
        (None, "PT", "ES", False),  # the union's row is no place of theirs
        (["DE", "PL"], "DE", "PL", True),
        (["PL"], "DE", "PL", True),
        (["PL"], "DE", "DE", False),
        (["PL"], "DE", None, False),
        ([], "DE", None, False),
        (["EU"], "DE", "ES", True),  # a member without a row of its own
        (["EU"], "DE", "PL", False),  # Poland has one
        (["ES"], "DE", "ES", True),
        (["US-NY"], "US-NY", None, False),  # the table blocks it
        (["BR"], "DE", "BR", False),  # nothing is known of it
    ],
)
def test_premiums_are_switched_on_place_by_place(
    listed: list[str] | None, own: str, shopper: str | None, raised: bool
) -> None:
    premiums = {"enabled": True, "by": "Ada", "jurisdictions": listed}
    given = quote(
        make_inputs(
            rules=[make_rule(kind="premium", percent=10.0, who=MINE)],
            settings=settings(**{**ALLOWED, "premiums": premiums, "jurisdiction": own}),
            context=Context(country=shopper),
        )
    )
    assert (given.price > 10_000, given.raised_by) == (raised, "Ada" if raised else None)


def test_where_premiums_are_switched_on_in_one_member_of_the_union_another_has_another_id() -> None:
    premiums = {"enabled": True, "by": "Ada", "jurisdictions": ["ES"]}
    inputs = make_inputs(settings=settings(**{**ALLOWED, "premiums": premiums}))
    spain, portugal = (replace(inputs, context=Context(country=one)) for one in ("ES", "PT"))
    assert quote_id(spain) != quote_id(portugal)


def test_nobody_pays_more_than_a_stranger_for_what_is_known_of_them() -> None:
    """A rule of one's own, exclusive, in place of a better sale for everybody."""
    rules = [make_rule(percent=5.0, who=MINE, exclusive=True), make_rule(percent=20.0)]
    given = quote(make_inputs(rules=rules))
    assert (given.price, given.limits_hit) == (8_000, ("everybody",))
    kept = make_inputs(rules=[make_rule(percent=20.0)], earlier=Earlier(price=10_000),
                       settings=settings(step=5.0))  # fmt: skip
    assert quote(kept).price == 8_000


def test_beside_a_premium_nothing_else_raises_a_price() -> None:
    """A sale of 20 % and a premium of 1 %: 80.80, whatever shuts out the sale or held before."""
    sale = make_rule(percent=20.0, group={"name": "a", "mode": "highest"}, priority=1)
    premium = make_rule(kind="premium", percent=1.0, who=MINE, **APART)
    lapsing = {"definition": {"trait": "churn", "is": "<", "value": 0.5}}
    dearer = make_rule(percent=5.0, who=lapsing, group={"name": "a", "mode": "highest"})
    given = quote(make_inputs(rules=[sale, premium, dearer], settings=settings(**ALLOWED)))
    assert (given.price, given.limits_hit, given.raised_by) == (8_080, ("premium",), "Ada")
    stepping = settings(**ALLOWED, step=5.0)
    before = Earlier(price=20_000)
    held = quote(make_inputs(rules=[sale, premium], settings=stepping, earlier=before))
    assert (held.price, held.limits_hit[-1]) == (8_080, "premium")
    tested = make_test(premium.effect, premium.effect)
    arm = quote(make_inputs(tests={"t1": tested}, settings=stepping, earlier=before))
    assert (arm.price, arm.limits_hit[-1]) == (10_100, "premium")


def test_evidence_that_chooses_another_rule_costs_nobody_a_cent() -> None:
    """With a mood, the range wins its group: 79.98 to 79.99, but without the other's charm."""
    rules = [
        make_rule(percent={"low": 19.0, "high": 23.09}, who=MINE),
        make_rule(percent=20.0, charm=99, who=MINE),
        make_rule(percent=1.0, **APART),
    ]
    calm = quote(make_inputs(rules=rules))
    angry = quote(make_inputs(rules=rules, shopper=make_shopper(columns={"mood": "anger"})))
    assert (calm.price, calm.rule_ids) == (7_899, ("rule1", "rule2"))
    assert (angry.price, angry.rule_ids) == (7_899, ("rule0", "rule2"))
    assert angry.limits_hit == ("evidence",)


def test_a_price_moves_by_one_step_and_says_that_it_rests_on_the_last_quote() -> None:
    inputs = make_inputs(
        rules=[make_rule(percent=50.0, who=MINE)],
        earlier=Earlier(price=9_999),
        settings=settings(step=10.0),
    )
    given = quote(inputs)
    assert given.price == 9_000  # 89.991 would be more than a step away
    assert given.limits_hit == ("step",)
    assert "earlier_quotes" in given.categories


def test_a_public_price_below_cost_stands_and_is_reported() -> None:
    product = make_product(cost=12_000)
    given = quote(make_inputs(product=product, rules=[make_rule(percent=10.0, who=MINE)]))
    assert given.price == 10_000
    assert set(given.limits_hit) == {"margin", "cost_above_price"}


def test_charm_that_would_break_the_floor_is_given_up() -> None:
    inputs = make_inputs(
        product=make_product(base_price=2_000),
        settings=settings(floor=75.0),
        rules=[make_rule(percent=25.0, charm=99)],
    )
    given = quote(inputs)
    assert effects(given) == {"season": -500, "rounding": -1, "limits_after_rounding": 1}
    assert given.price == 1_500


# Price tests -------------------------------------------------------------------------------


def test_an_arm_takes_the_place_of_everything_else_and_is_disclosed() -> None:
    arm = {"kind": "discount", "percent": 30.0, "charm": 95}
    given = quote(
        make_inputs(rules=[make_rule(percent=10.0, who=MINE)], tests={"t": make_test(arm, arm)})
    )
    assert given.price == 6_995
    assert given.arm in ("t:arm0", "t:arm1")
    assert given.propensity == 0.5
    assert given.rule_ids == ()
    assert given.categories == ("customer_id",)
    assert given.disclosure is not None
    assert "Left out" in said(given)


def test_the_control_pays_as_usual_and_the_holdout_as_a_stranger() -> None:
    rules = [make_rule(percent=10.0), make_rule(percent=20.0, who=MINE, **APART)]
    control = quote(make_inputs(rules=rules, tests={"t": make_test(None, None)}))
    assert (control.price, control.arm) == (7_200, control.arm)
    assert (control.arm or "").startswith("t:arm")
    holdout = next(
        given
        for i in range(200)
        if (given := quote(make_inputs(
            rules=rules, tests={"t": make_test(None, None, holdout=0.5)},
            shopper=make_shopper(customer_id=f"c{i}"),
        ))).arm == "t:holdout"
    )  # fmt: skip
    assert (holdout.price, holdout.propensity, holdout.personalized) == (9_000, 0.5, False)


def test_an_arm_that_asks_for_more_stays_at_the_public_price_until_that_is_allowed() -> None:
    more = {"kind": "premium", "percent": 10.0}
    inputs = make_inputs(tests={"t": make_test(more, more)}, settings=settings(ceiling=150.0))
    given = quote(inputs)
    assert (given.price, given.raised_by) == (10_000, None)
    assert "more than is allowed" in said(given)
    allowed = quote(replace(inputs, settings=settings(**ALLOWED)))
    assert (allowed.price, allowed.raised_by) == (11_000, "Ada")


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "stopped"},
        {"products": ["p2"]},
        {"source": {"kind": "csv", "id": "other"}},
        {"starts": NOW + timedelta(seconds=1)},
        {"ends": NOW},
    ],
)
def test_a_test_of_another_time_product_or_source_is_none(fields: dict[str, Any]) -> None:
    arm = {"kind": "discount", "percent": 30.0}
    given = quote(make_inputs(tests={"t": make_test(arm, arm, **fields)}))
    assert (given.price, given.arm) == (10_000, None)


# What documents may hold -------------------------------------------------------------------

LAST, FIRST = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


def competitor(moment: datetime) -> dict[str, Any]:
    return {"name": "B", "price": 1, "url": "https://b.example", "seen_at": moment}


@pytest.mark.parametrize(
    "fields",
    [
        {"product": make_product(base_price=0)},
        {"product": make_product(base_price=0, cost=10**12)},
        {"product": make_product(base_price=10**12)},
        {"product": make_product(currency="XXX")},
        {"product": make_product(competitors=[competitor(LAST), competitor(FIRST)])},
        {"product": make_product(competitors=[competitor(NOW.replace(tzinfo=None))])},
        {"product": make_product(cost=1, cost_at=LAST)},
        {"product": make_product(cost=1, cost_at=FIRST)},
        {"product": make_product(public_prices=[
            {"price": i, "since": NOW + timedelta(days=i)} for i in range(400)])},
        {"product": make_product(public_prices=[{"price": 1, "since": FIRST}] * 400)},
        {"settings": settings(zone="No/Zone", jurisdiction="../etc", valid_minutes=10_080)},
        {"rules": [make_rule(percent=1.0, schedule={"zone": "No/Zone", "from_hour": 3})]},
        {"rules": [make_rule(percent=1.0, schedule={"starts": "0001-01-01"})]},
        {"rules": [make_rule(percent=1.0, schedule={
            "starts": "0001-01-01", "ends": "0001-01-01", "zone": "Pacific/Auckland"})]},
        {"rules": [make_rule(percent=1.0, schedule={"ends": "9999-12-31", "zone": "Asia/Tokyo"})]},
        {"rules": [make_rule(kind="premium", percent=100.0, group={"name": "g", "mode":
            "stackable"}) for _ in range(200)], "settings": settings(ceiling=1000.0)},
        {"rules": [make_rule(kind="premium", amount=10**12)]},
        {"rules": [make_rule(percent=5e-324, who=MINE)]},
        {"rules": [make_rule(percent=1.0, who={"definition": {"not": {"not": "x" * 9}}})]},
        {"shopper": make_shopper(customer_id="\x00" * 256, columns={"churn": "x", "consent": 3})},
        {"shopper": make_shopper(customer_id="🜛", columns={"frequency": 10**400})},
        {"earlier": Earlier(price=10**18, changed_at=FIRST, new_today=10**9)},
        {"tests": {"t": make_test(None, {"kind": "fixed", "price": 10**12},
                                  starts=FIRST, ends=LAST)}},
    ],
)  # fmt: skip
def test_what_is_strange_but_allowed_gets_a_price_all_the_same(fields: dict[str, Any]) -> None:
    given = quote(make_inputs(**fields))
    assert 0 <= given.price <= 10 * given.base_price
    assert given.valid_until > NOW
    assert quote_id(make_inputs(**fields)) == quote_id(make_inputs(**fields))
    assert all(abs(factor.result) <= 10**15 for factor in given.factors)
    deep: Any = {"trait": "frequency", "is": ">", "value": 1}
    for _ in range(5_000):
        deep = {"not": deep}
    nested = make_rule(percent=1.0, who=MINE)
    object.__setattr__(nested.who, "definition", deep)  # deeper than a document may be
    assert quote(make_inputs(**{**fields, "rules": [nested]})).base_price == given.base_price


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "1970-01-01"])
def test_a_moment_that_some_zone_has_no_date_for_is_refused(at: str) -> None:
    asked = {"source": SOURCE.model_dump(), "product_id": "p1"}
    with pytest.raises(InvalidInput):
        parse(PreviewPrices, {**asked, "at": at})
    rules = [make_rule(percent=10.0, schedule={"from_hour": 3, "zone": "Pacific/Kiritimati"})]
    for edge in ("1970-01-02T00:00:00Z", "2999-01-01T00:00:00-00:00"):
        moment = parse(PreviewPrices, {**asked, "at": edge}).at
        assert moment is not None
        assert quote(make_inputs(now=moment, rules=rules)).price in (9_000, 10_000)
