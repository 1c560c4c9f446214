"""The rule book, RFM, fuzzy archetypes, names: everything that is said of single customers."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table
from kindred.engine import Engine, open_engine
from kindred.segments.fuzzy.axes import AXES
from kindred.segments.fuzzy.degrees import LEVELS, find_memberships
from kindred.segments.fuzzy.knots import find_knots
from kindred.segments.fuzzy.shades import leading_archetypes, shade_customers
from kindred.segments.rules import rfm
from kindred.segments.rules.rule_book import (
    RuleBook,
    apply_rules,
    rule_book,
    settle_rules,
    whole_words,
)

AS_OF = date(2024, 7, 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


def rules_of(engine, days, *, rules=None, categories=(), net=20_000.0):
    """The three rules of a customer who ordered on these days (ISO)."""
    rules = rules or RuleBook()
    lines = [
        {
            "customer_id": "c", "order_id": f"o{i}", "kind": "sale", "amount": net / len(days),
            "ordered_at": datetime.fromisoformat(day),
            "category": categories[i % len(categories)] if categories else None,
        }
        for i, day in enumerate(days)
    ]  # fmt: skip
    features = pd.DataFrame(
        {
            "customer_id": ["c"],
            "frequency": [len(days)],
            "recency_days": [(AS_OF - max(date.fromisoformat(d) for d in days)).days * 1.0],
            "monetary": [net],
            "average_order_value": [net / len(days)],
        }
    )
    orders = pd.DataFrame(lines).astype({"category": "str"})
    if not categories:
        orders["category"] = pd.Series([None] * len(orders), dtype="str")
    made = apply_rules(
        engine.keep("rule_features", features),
        engine.keep("rule_orders", orders),
        rules,
        as_of=AS_OF,
    )
    row = engine.row(made)
    return row["rule_purchase_frequency"], row["rule_spending"], row["rule_category"]


LATE = ["2024-06-01", "2024-06-05", "2024-06-09", "2024-06-13", "2024-06-20"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2024-06-30"], "New"),
        (["2022-01-01"], "New"),  # one purchase, however long ago
        (LATE, "Loyal"),
        (LATE[:4], "Regular"),
        (["2023-01-01", "2024-03-01"], "Lapsed"),
        (["2022-12-20", "2023-12-20"], "Seasonal"),  # lapsed too, but the season explains it
        (["2022-12-20", "2023-12-20", "2023-06-01"], "Lapsed"),  # two thirds festive is not enough
        (["2024-04-02", "2024-04-03", "2024-04-05", "2024-04-08", "2024-04-10"], "Loyal"),
    ],
)
def test_the_first_rule_of_frequency_that_fits_counts(engine, days, expected):
    assert rules_of(engine, days)[0] == expected


def test_festive_periods_can_be_moved_and_run_over_the_new_year(engine):
    rules = RuleBook(festive=(((12, 24), (1, 6)),))
    assert rules_of(engine, ["2022-12-30", "2024-01-03"], rules=rules)[0] == "Seasonal"
    assert rules_of(engine, ["2022-12-20", "2023-12-20"], rules=rules)[0] == "Lapsed"


@pytest.mark.parametrize(
    ("net", "orders", "expected"),
    [
        (15_000.0, 1, "High"),
        (14_999.0, 1, "Medium"),
        (150_000.0, 20, "High"),
        (10_000.0, 2, "Low"),
        (10_001.0, 2, "Medium"),
    ],
)
def test_spending_in_rupees_is_judged_by_order_and_lifetime(engine, net, orders, expected):
    days = [f"2024-05-{d + 1:02}" for d in range(orders)]
    assert rules_of(engine, days, net=net, rules=rule_book({"own": False}))[1] == expected


def spenders(engine):
    """A hundred customers who spent 1 to 100 in one order each, and one who never bought."""
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(101)],
            "frequency": [0] + [1] * 100,
            "recency_days": 5.0,
            "monetary": np.arange(101.0),
            "average_order_value": np.arange(101.0),
        }
    )
    return engine.keep("spenders", frame)


def spending_of(engine, rules):
    features = spenders(engine)
    made = apply_rules(features, None, settle_rules(engine, features, rules), as_of=AS_OF)
    found = engine.fetch(made.order_by("customer_id"), most=101).rule_spending.tolist()
    assert pd.isna(found[0])
    return found[1:]


def test_spending_follows_the_shops_own_customers_unless_thresholds_are_given(engine):
    own = spending_of(engine, rule_book({}))
    assert own == ["Low"] * 40 + ["Medium"] * 50 + ["High"] * 10
    given = spending_of(engine, rule_book({"high_order": 50}))
    assert given == ["Low"] * 40 + ["Medium"] * 9 + ["High"] * 51
    assert set(spending_of(engine, rule_book({"own": False}))) == {"Low"}


def test_a_shop_without_a_buyer_has_no_thresholds_of_its_own(engine):
    nobody = spenders(engine).filter(ibis._.frequency == 0)
    rules = settle_rules(engine, nobody, rule_book({}))
    assert rules.high_order is None
    row = engine.row(apply_rules(nobody, None, rules, as_of=AS_OF))
    assert pd.isna(row["rule_spending"])


@pytest.mark.parametrize(
    ("category", "expected"),
    [("Dog food", "Pets"), ("Hotdogs", "Mixed"), ("Cats & DOG", "Pets"), ("C++ books", "Code")],
)
def test_audiences_are_found_by_words_of_the_merchants_own(engine, category, expected):
    audiences = {"Pets": whole_words(["dog", "Cats"]), "Code": whole_words(["c++"])}
    rules = rule_book({"audiences": audiences})
    assert rules_of(engine, ["2024-05-01"], categories=[category], rules=rules)[2] == expected


@pytest.mark.parametrize(
    ("categories", "expected"),
    [
        (["Women's Dresses"] * 7 + ["Home"] * 3, "Womens"),
        (["Women's Dresses"] * 6 + ["Home"] * 4, "Mixed"),  # no rule fits
        (["Men's Shoes"] * 7 + ["Kids"] * 3, "Mens"),
        (["Men's Shoes"] * 5 + ["Kids wear"] * 5, "Family"),
        (["Boys"] * 10, "Kids"),
        (["Garments"] * 10, "Mixed"),  # 'men' inside a word is not men
        ([], None),
    ],
)
def test_category_is_one_audience_or_family_or_mixed_or_unknown(engine, categories, expected):
    days = [f"2024-05-{d + 1:02}" for d in range(max(1, len(categories)))]
    found = rules_of(engine, days, categories=categories)[2]
    assert found == expected or (expected is None and pd.isna(found))


def test_equal_customers_have_equal_scores_and_scores_run_from_one_to_five(engine):
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(100)],
            "recency_days": np.repeat(np.arange(50.0), 2),
            "frequency": [1] * 60 + [2] * 20 + list(range(3, 23)),
            "monetary": np.arange(100.0),
        }
    )
    scores = rfm.rfm_scores(engine.keep("rfm_features", frame))
    scored = engine.fetch(scores.order_by("customer_id"), most=len(frame))
    scored = scored.merge(frame, on="customer_id")
    assert scored.groupby("frequency")["f"].nunique().max() == 1
    assert scored.groupby("recency_days")["r"].nunique().max() == 1
    assert sorted(scored["m"].unique()) == [1, 2, 3, 4, 5]
    assert (scored.loc[scored["frequency"] == 1, "f"] == 1).all()
    assert scored.loc[scored["recency_days"].idxmin(), "r"] == 5
    for row in scored.to_dict("records"):
        assert row["rfm_group"] == rfm.group_of(row["r"], row["f"], row["m"])
    assert {name for names in rfm.GRID.values() for name in names} | {rfm.PROSPECTS} == set(
        rfm.GROUPS
    )


def shades(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "frequency": rng.geometric(0.3, count),
            "monetary": rng.lognormal(4, 1, count),
            "category_variety": np.where(rng.random(count) < 0.4, np.nan, rng.random(count)),
            "discount_share": np.where(rng.random(count) < 0.5, 0, rng.random(count)),
            "gap_mean_days": rng.gamma(2, 20, count),
            "tenure_days": rng.uniform(0, 700, count),
            "product_repetition": rng.random(count) ** 4,
            "refund_share": np.where(rng.random(count) < 0.9, 0, rng.random(count)),
            "category_breadth": np.nan,
            "price_position": np.nan,
        }
    )


def test_memberships_of_every_customer_sum_to_one_on_each_of_eight_axes(engine):
    frame = shades(2_000)
    held = find_memberships(frame, find_knots(engine, engine.keep("shades", frame)))
    assert len(held.degrees) == 8
    for name, degrees in held.degrees.items():
        assert np.allclose(degrees.sum(axis=1), 1), name
        assert (degrees >= 0).all(), name
    labels = {axis.name: held.labels(axis) for axis in AXES}
    assert (labels["exploration"][frame["category_variety"].isna()] == "untold").all()
    assert (labels["returns"][frame["refund_share"] == 0] == "keeps").all()
    assert labels["value"][frame["monetary"].idxmax()] == "big"
    assert labels["cadence"][frame["gap_mean_days"].idxmin()] == "quick"


def test_knots_are_percentiles_of_those_who_are_known_and_of_those_above_the_commonest(engine):
    frame = shades(2_001)
    found = find_knots(engine, engine.keep("shades", frame))
    expected = np.quantile(frame["monetary"], [0.1, 0.5, 0.9])
    assert [found["value"].low, found["value"].middle, found["value"].high] == list(expected)
    known = frame["category_variety"].dropna()
    assert found["exploration"].middle == np.quantile(known, 0.5)
    above = frame.loc[frame["refund_share"] > 0, "refund_share"]
    assert found["returns"].low == 0
    assert [found["returns"].middle, found["returns"].high] == list(np.quantile(above, [0.4, 0.9]))


def test_of_what_a_file_does_not_hold_nothing_is_told(engine):
    frame = shades(50).assign(tenure_days=np.nan)
    knots = find_knots(engine, engine.keep("shades", frame))
    assert "maturity" not in knots
    held = find_memberships(frame, knots)
    maturity = next(axis for axis in AXES if axis.name == "maturity")
    assert set(held.labels(maturity)) == {"untold"}


def shaded(engine: Engine, frame: pd.DataFrame, folder: Path) -> Table:
    ids = [f"c{i:06}" for i in range(len(frame))]
    customers = engine.keep("shaded", frame.assign(customer_id=ids))
    return shade_customers(engine, customers, folder / "shades.parquet")


@pytest.mark.parametrize("level", LEVELS)
def test_top_archetypes_account_for_everyone(engine, tmp_path, level):
    frame = shades(500)
    made = shaded(engine, frame, tmp_path)
    everyone = leading_archetypes(engine, made, level=level, by="total_value", most=10**6)
    assert sum(int(one["members"]) for one in everyone) == 500
    assert sum(float(one["total_value"]) for one in everyone) == pytest.approx(
        frame["monetary"].sum(), abs=5
    )
    totals = [float(one["total_value"]) for one in everyone]
    assert totals == sorted(totals, reverse=True)
    assert set(everyone[0]["archetype"]) == {axis.name for axis in AXES}


def test_by_mean_value_an_archetype_needs_five_members_where_any_has_them(engine, tmp_path):
    made = shaded(engine, shades(5_000), tmp_path)
    leading = leading_archetypes(engine, made, level=1, by="mean_value", most=10)
    assert min(one["members"] for one in leading) >= 5
    few = shaded(engine, shades(4), tmp_path)
    assert leading_archetypes(engine, few, level=3, by="mean_value", most=10)


def test_customers_are_given_their_shades_all_at_once(engine, tmp_path):
    """Ten times the customers take no more calls: nothing goes through them one by one."""

    def calls(count: int) -> int:
        frame = shades(count)
        counted = 0

        def count_call(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        sys.setprofile(count_call)
        try:
            held = find_memberships(frame, find_knots(engine, engine.keep("shades", frame)))
            for level in LEVELS:
                assert len(held.archetypes(level)) == count
        finally:
            sys.setprofile(None)
        return counted

    assert calls(20_000) < 1.2 * calls(2_000)
