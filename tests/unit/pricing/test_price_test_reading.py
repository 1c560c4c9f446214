"""A price test is read by customers, told only with enough data, and stopped by one rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.experiments.bayesian import believe
from kindred.pricing.experiments.guard_rails import guard_rails
from kindred.pricing.experiments.reading import Reading, arms_of, control_of, read
from kindred.pricing.experiments.statistics import difference
from kindred.pricing.experiments.tallies import TestTally
from kindred.pricing.experiments.thompson import LEAST, chances, thompson_weights
from kindred.pricing.given import Given
from kindred.pricing.payloads import Arm, Effect, Place, PriceTest

START = datetime(2026, 5, 4, tzinfo=UTC)
CONTROL = Arm(id="control")
LESS = Arm(id="less", effect=Effect(kind="discount", percent=10.0))
LEAST_PRICE = Arm(id="least", effect=Effect(kind="discount", percent=20.0))
MONTH = timedelta(days=28)


def price_test(**other: Any) -> PriceTest:
    fields: dict[str, Any] = {"arms": (CONTROL, LESS), "holdout": 0.0, **other}
    place = Place(kind="csv", id="up1")
    return PriceTest(name="Spring", source=place, products=("tea",), seed="spring", **fields)


def quote(arm: str, customer: str, **other: Any) -> Given:
    fields: dict[str, Any] = {
        "product_id": "tea", "price": 1000, "base_price": 1000, "currency": "EUR",
        "created_at": START, "cost": 600, **other,
    }  # fmt: skip
    return Given(customer_id=customer, arm=f"t1:{arm}", **fields)


def bought(quantity: int = 1, refunded: int = 0) -> dict[str, Any]:
    state = "refunded" if refunded else "bought"
    return {"state": state, "quantity": quantity, "refunded": refunded}


def arm(name: str, n: int, buyers: int, **other: Any) -> Iterator[Given]:
    """``n`` customers with a quote each, the first of whom buy; prices differ a little."""
    for number in range(n):
        price = other.get("price", 1000) + number % 7
        extra = bought(other.get("quantity", 1), other.get("refunded", 0) if number % 2 else 0)
        fields = {**other, "price": price, **(extra if number < buyers else {"quantity": 0})}
        fields |= {} if number < buyers else {"refunded": 0, "state": "not_bought"}
        yield quote(name, f"{name}{number}", **fields)


def tally(*rows: Iterator[Given], test: PriceTest | None = None) -> TestTally:
    chosen = test or price_test()
    found = TestTally("t1", arms_of(chosen), adaptive=chosen.thompson)
    for part in rows:
        for row in part:
            found.add(row)
    return found


def reading(
    *rows: Iterator[Given], test: PriceTest | None = None, running: timedelta = MONTH
) -> Reading:
    chosen = test or price_test()
    return read(chosen, tally(*rows, test=chosen).totals(), running)


# What is counted ---------------------------------------------------------------------------


def test_a_customer_is_one_however_often_they_are_quoted() -> None:
    rows = [quote("control", "ann", **bought()) for _ in range(50)]
    rows += [quote("control", "bob", state="not_bought")]
    totals = tally(iter(rows)).totals()["control"]
    assert (totals.customers, totals.quotes, totals.orders, totals.buyers) == (2, 51, 50, 1)
    assert totals.conversion.mean == 0.5
    assert totals.revenue.mean == 25_000
    assert totals.margin is not None
    assert totals.margin.mean == 10_000
    assert totals.largest_share == 1


def test_what_came_back_is_no_revenue_whenever_it_came_back() -> None:
    late = quote("control", "ann", **bought(3, 2))
    totals = tally(iter([late])).totals()["control"]
    assert (totals.revenue.mean, totals.refunds.n) == (1000, 1)
    assert totals.orders == 1


def test_a_customer_who_saw_two_arms_belongs_to_none() -> None:
    rows = [quote("control", "ann"), quote("less", "ann"), quote("less", "bob")]
    found = tally(iter(rows))
    assert found.moved() == {"ann"}
    totals = found.totals()
    assert (totals["control"].customers, totals["less"].customers) == (0, 1)


def test_quotes_of_other_tests_and_in_other_money_are_left_out() -> None:
    rows = [quote("control", "ann"), quote("less", "bob", currency="USD")]
    stranger = Given("cid", "tea", 1, 1, "EUR", START, arm="t2:control")
    found = tally(iter([*rows, stranger]))
    assert found.currency == "EUR"
    assert found.other_currency == 1
    assert [arm.customers for arm in found.totals().values()] == [1, 0]


def test_margin_is_unknown_if_one_cost_is() -> None:
    rows = [quote("control", "ann", **bought()), quote("control", "bob", cost=None, **bought())]
    assert tally(iter(rows)).totals()["control"].margin is None
    rows[1] = quote("control", "bob", cost=None, state="not_bought")
    assert tally(iter(rows)).totals()["control"].margin is not None


@given(st.permutations(range(8)))
def test_quotes_may_come_in_any_order(order: list[int]) -> None:
    rows = [
        quote("control" if i % 2 else "less", f"c{i // 4 * 2 + i % 2}", price=1000 + i, **bought())
        for i in range(8)
    ]
    assert tally(iter([rows[i] for i in order])).totals() == tally(iter(rows)).totals()


# What is told ------------------------------------------------------------------------------


def test_the_control_is_the_arm_without_an_effect_else_the_holdout() -> None:
    assert control_of(price_test()) == "control"
    without = price_test(arms=(LESS, LEAST_PRICE), holdout=0.2)
    assert control_of(without) == "holdout"
    assert arms_of(without) == ("less", "least", "holdout")


def test_nothing_is_told_below_300_orders_an_arm() -> None:
    found = reading(arm("control", 6000, 299), arm("less", 6000, 400)).verdict
    assert (found.state, found.may_stop, found.orders_missing) == ("not_enough_data", False, 1)
    found = reading(arm("control", 6000, 300), arm("less", 6000, 420)).verdict
    assert found.state != "not_enough_data"


def test_many_orders_of_few_customers_are_not_enough() -> None:
    def few(name: str) -> Iterator[Given]:
        for number in range(4000):
            yield quote(name, f"{name}{number % 99}", price=1000 + number % 7, **bought())

    found = reading(few("control"), few("less")).verdict
    assert (found.state, found.orders_missing, found.buyers_missing) == ("not_enough_data", 0, 1)


@pytest.mark.parametrize(
    ("running", "missing"),
    [(timedelta(0), 7), (timedelta(days=6, hours=23), 1), (timedelta(days=7), 0)],
)
def test_nothing_is_told_before_a_whole_week(running: timedelta, missing: int) -> None:
    found = reading(arm("control", 6000, 300), arm("less", 6000, 500), running=running).verdict
    assert found.days_missing == missing
    assert (found.state == "not_enough_data") == bool(missing)


def test_an_arm_that_certainly_earns_more_wins() -> None:
    found = reading(arm("control", 8000, 800), arm("less", 8000, 1400))
    assert (found.verdict.state, found.verdict.arm) == ("arm_wins", "less")
    assert found.verdict.may_stop
    assert found.verdict.metric == "margin"
    sold, _, earned = found.arms[0].comparisons
    assert sold.t_test
    assert sold.t_test.estimate == pytest.approx(0.75)
    assert earned.sequential
    assert earned.sequential.low > 0
    assert earned.bayesian
    assert earned.bayesian.chance > 0.999


def test_more_sales_that_earn_less_break_the_guard_rail_of_the_margin() -> None:
    """The harm of a discount that a look at conversion alone calls a success."""
    found = reading(arm("control", 8000, 1200), arm("less", 8000, 1600, price=700))
    assert found.arms[0].comparisons[0].t_test
    assert found.arms[0].comparisons[0].t_test.low > 0
    assert (found.verdict.state, found.verdict.arm) == ("guard_rail_broken", "less")
    assert [rail.name for rail in found.arms[0].guard_rails if rail.state == "broken"] == ["margin"]


def test_harm_is_seen_before_there_is_enough_for_a_winner() -> None:
    found = reading(arm("control", 4000, 250), arm("less", 4000, 250, refunded=1))
    assert found.verdict.state == "guard_rail_broken"
    assert found.verdict.orders_missing == 50


def test_refunds_are_seen_where_the_control_has_none() -> None:
    def refunds(control: list[Given], arm_: list[Given]) -> tuple[str, float]:
        totals = tally(iter(control), iter(arm_)).totals()
        rails = guard_rails(totals["control"], totals["less"], alpha=0.05)
        (rail,) = (rail for rail in rails if rail.name == "refunds")
        assert rail.interval is not None
        return rail.state, rail.interval.estimate

    none = list(arm("control", 4000, 1000))
    many = list(arm("less", 4000, 1000, refunded=1))  # every second buyer
    few = [*arm("less", 4000, 1000)][3:] + [
        quote("less", f"back{i}", **bought(refunded=1)) for i in range(3)
    ]
    assert refunds(none, many) == ("broken", pytest.approx(0.5, abs=0.01))
    assert refunds(none, few)[0] == "holds"  # three of a thousand may be chance
    assert refunds(none, list(arm("less", 4000, 1000))) == ("holds", pytest.approx(0.0))
    better = refunds(list(arm("control", 4000, 1000, refunded=1)), list(arm("less", 4000, 1000)))
    assert better == ("holds", pytest.approx(-0.5, abs=0.01))


def test_few_orders_break_no_guard_rail() -> None:
    totals = tally(arm("control", 500, 99), arm("less", 500, 10)).totals()
    rails = guard_rails(totals["control"], totals["less"], alpha=0.05)
    assert {rail.state for rail in rails} == {"unknown"}


def test_an_uneven_split_comes_before_everything() -> None:
    found = reading(arm("control", 6000, 600), arm("less", 5000, 900)).verdict
    assert (found.state, found.arm, found.may_stop) == ("uneven_split", None, True)


def test_alike_arms_are_told_to_be_alike_once_that_is_certain() -> None:
    rows = [arm(name, 60_000, 59_000) for name in ("control", "less")]
    assert reading(*rows).verdict.state == "no_difference"
    rows = [arm(name, 4000, 400) for name in ("control", "less")]
    assert reading(*rows).verdict.state == "undecided"


def test_arms_share_the_certainty() -> None:
    three = price_test(arms=(CONTROL, LESS, LEAST_PRICE))
    two = reading(arm("control", 4000, 400), arm("less", 4000, 480))
    more = reading(
        arm("control", 4000, 400), arm("less", 4000, 480), arm("least", 4000, 400), test=three
    )
    narrow, wide = two.arms[0].comparisons[0].sequential, more.arms[0].comparisons[0].sequential
    assert narrow
    assert wide
    assert wide.low < narrow.low


@pytest.mark.parametrize("sold", [{}, {"control": 0}, {"less": 0}])
def test_no_orders_and_empty_arms_are_no_reason_to_fail(sold: dict[str, int]) -> None:
    rows = [arm(name, 100, count) for name, count in sold.items()]
    found = reading(*rows, test=price_test(thompson=True))
    assert found.verdict.state == "not_enough_data"
    assert all(one.t_test is None for one in found.arms[0].comparisons)


def test_one_empty_arm_is_an_uneven_split() -> None:
    assert reading(arm("control", 100, 9)).verdict.state == "uneven_split"


# Thompson sampling -------------------------------------------------------------------------


def weights_of(*rows: Iterator[Given]) -> tuple[float, ...]:
    totals = tally(*rows, test=price_test(thompson=True)).totals()
    return thompson_weights(list(totals.values()), [1.0, 3.0])


def test_weights_stay_until_every_arm_has_customers_and_buyers() -> None:
    assert weights_of(arm("control", 49, 20), arm("less", 500, 200)) == (1.0, 3.0)
    assert weights_of(arm("control", 500, 14), arm("less", 500, 200)) == (1.0, 3.0)
    assert weights_of(arm("control", 50, 15), arm("less", 50, 15)) != (1.0, 3.0)


def test_what_earns_more_gets_more_and_nothing_gets_none() -> None:
    weights = weights_of(arm("control", 500, 100), arm("less", 500, 200))
    assert weights == (pytest.approx(LEAST), pytest.approx(1 - LEAST))
    cheap = weights_of(arm("control", 500, 100), arm("less", 500, 130, price=700))
    assert cheap[0] > 0.9  # it sells more and earns less


def test_alike_arms_get_alike_shares() -> None:
    assert weights_of(arm("control", 500, 100), arm("less", 500, 100)) == pytest.approx((0.5, 0.5))


def test_the_chance_to_be_the_best_of_two_is_that_of_their_difference() -> None:
    totals = tally(arm("control", 500, 100), arm("less", 500, 110)).totals()
    a, b = totals["control"].margin, totals["less"].margin
    assert a
    assert b
    effect = difference(a, b)
    assert effect
    assert chances(list(totals.values()))[1] == pytest.approx(believe(effect).chance, abs=1e-6)


def test_arms_whose_customers_are_all_alike_are_told_apart_by_what_they_brought() -> None:
    def of(control: int, less: int) -> tuple[float, ...]:
        rows = [
            quote(name, f"{name}{number}", price=price, **bought())
            for name, price in (("control", control), ("less", less))
            for number in range(60)
        ]
        return chances(list(tally(iter(rows)).totals().values()))

    assert of(1000, 900)[0] > 0.99
    assert of(900, 1000)[1] > 0.99
    assert of(1000, 1000) == pytest.approx((0.5, 0.5))
    assert 0.5 < of(1000, 990)[0] < 0.9  # one customer more could turn it


def test_chances_of_many_arms_are_those_of_draws() -> None:
    arms = tuple(Arm(id=f"a{i}", effect=LESS.effect) for i in range(4))
    test = price_test(arms=arms, holdout=0.1)
    rows = [arm(f"a{i}", 400, 80 + 6 * i) for i in range(4)]
    found = tally(*rows, test=test).totals()
    totals = [found[f"a{i}"] for i in range(4)]
    chance = random.Random(1)
    wins = Counter[int]()
    for _ in range(20_000):
        drawn = [
            chance.gauss(one.margin.mean, (one.margin.variance / one.margin.n) ** 0.5)
            for one in totals
            if one.margin
        ]
        wins[drawn.index(max(drawn))] += 1
    assert chances(totals) == pytest.approx([wins[i] / 20_000 for i in range(4)], abs=0.015)


def test_adaptive_arms_have_no_winner() -> None:
    test = price_test(thompson=True)
    rows = [arm("control", 8000, 800), arm("less", 4000, 900)]
    assert reading(*rows, test=test).verdict.state == "adaptive"
