"""Names and reasons never contradict the numbers beside them."""

from __future__ import annotations

import pytest
from kindred.segments.naming.archetypes import ARCHETYPES, BY_ID
from kindred.segments.naming.matching import LEAST_FIT, NEAR_BEST, fit_of, match_archetypes
from kindred.segments.naming.personalities import set_apart
from kindred.segments.naming.reasons import find_reasons
from kindred.tables import TRAITS

Metrics = dict[str, dict[str, float]]
NO_FEELING = {"desire": 0.0, "worry": 0.0, "devotion": 0.0, "curiosity": 0.0, "anger": 0.0}
WORDS_OF_FEELING = ("Emotional", "Anxious", "Confident", "Curious", "Frustrated")


def profile(**axes: float) -> dict[str, float]:
    everything = {"recency": 0.0, "frequency": 0.0, "order_value": 0.0, "tenure": 0.0,
                  "cadence": 0.0, "burstiness": 0.0, "discounts": 0.0, "price_position": 0.0,
                  "refunds": 0.0, "nights": 0.0, "variety": 0.0, "overdue": 0.0,
                  "repetition": 0.0}  # fmt: skip
    return {**everything, **axes}


def figures(**values: float | tuple[float, float]) -> Metrics:
    """Mean and median of features; one number is both."""
    pairs = {k: v if isinstance(v, tuple) else (v, v) for k, v in values.items()}
    return {k: {"mean": mean, "median": median} for k, (mean, median) in pairs.items()}


SHOP = figures(gap_mean_days=80.0, tenure_days=400.0, recency_days=150.0)


def named(axes: dict[str, float], **values: float | tuple[float, float]):
    usual = {"frequency": 3.0, "gap_mean_days": 70.0, "burstiness": -0.2, "recency_days": 150.0}
    usual |= {"tenure_days": 120.0, "overdue": 2.0, "category_variety": 0.8, "night_share": 0.5}
    return match_archetypes([axes], figures=[figures(**{**usual, **values})], shop=SHOP)[0]


def test_the_six_archetypes_and_four_more_are_in_the_table():
    ids = [archetype.id for archetype in ARCHETYPES]
    assert {
        "impulsive-emotional", "price-sensitive-anxious", "brand-loyal-confident",
        "curious-browsers", "luxury-seekers", "frustrated-at-risk",
    } <= set(ids)  # fmt: skip
    assert len(ids) == len(set(ids)) >= 10
    assert len({archetype.name for archetype in ARCHETYPES}) == len(ids)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ({"price_position": 1.6, "order_value": 1.2, "discounts": -0.5}, "luxury-seekers"),
        ({"frequency": 1.2, "burstiness": -1, "recency": -0.7, "repetition": 0.6}, "brand-loyal"),
        ({"frequency": 1.2, "burstiness": -1, "recency": -0.7, "devotion": 0.9},
         "brand-loyal-confident"),
        ({"refunds": 1.5, "recency": 1, "overdue": 1}, "frustrated-at-risk"),
        ({"anger": 1.5, "sentiment": -1.2, "recency": 0.7, "overdue": 0.4}, "frustrated-at-risk"),
        ({"recency": 1.5, "frequency": -0.8, "tenure": 0.6}, "dormant"),
        ({"tenure": -1.4, "recency": -1, "frequency": -0.6}, "new-arrivals"),
        ({"burstiness": 1.2, "nights": 1.3}, "impulsive"),
        ({"burstiness": 1.2, "nights": 1.3, "desire": 1.0}, "impulsive-emotional"),
        ({"discounts": 1.4, "worry": 1.0}, "price-sensitive-anxious"),
        ({"variety": 1.4, "frequency": -0.5, "curiosity": 1.0}, "curious-browsers"),
    ],
)  # fmt: skip
def test_a_clear_profile_finds_its_archetype(axes, expected):
    found = named(profile(**axes))
    assert found.archetype == expected
    assert found.fit >= LEAST_FIT


@pytest.mark.parametrize(
    "axes",
    [
        {"burstiness": 1.2, "nights": 1.3},
        {"discounts": 1.6, "price_position": -1, "order_value": -1},
        {"frequency": 1.2, "burstiness": -1, "recency": -0.7, "repetition": 0.6},
        {"variety": 1.4, "frequency": -0.7, "repetition": -0.6},
        {"overdue": 1.4, "recency": 1.2},
    ],
)
@pytest.mark.parametrize("felt", [{}, NO_FEELING], ids=["no word read", "words without it"])
def test_a_feeling_is_claimed_from_words_only(axes, felt):
    found = named({**profile(**axes), **felt})
    assert found.archetype is not None
    assert not any(word in found.name for word in WORDS_OF_FEELING)


def test_who_is_only_overdue_is_at_risk_and_not_frustrated():
    assert named(profile(overdue=1.4, recency=1.0)).name == "At-Risk Customers"


@pytest.mark.parametrize(
    ("gap", "loyal"), [(70.0, True), (97.0, False), ((97.0, 70.0), False), ((70.0, 97.0), False)]
)
def test_the_loyal_have_a_rhythm_no_slower_than_the_shops(gap, loyal):
    axes = profile(frequency=1.2, burstiness=-1, recency=-0.7, repetition=0.6)
    assert ("Loyal" in named(axes, gap_mean_days=gap).name) == loyal


@pytest.mark.parametrize(
    ("frequency", "order_value", "luxury"), [(1.2, 0.5, False), (1.2, 1.2, True), (2.5, 0.5, True)]
)
def test_luxury_is_ordered_again_or_at_a_clearly_high_value(frequency, order_value, luxury):
    axes = profile(price_position=1.8, order_value=order_value, discounts=-1)
    found = named(axes, frequency=frequency, price_position=0.8)
    assert (found.archetype == "luxury-seekers") == luxury


def test_luxury_is_dear_and_not_only_dearer():
    dear = profile(price_position=2, order_value=2)
    assert named(dear, price_position=0.54).name != "Luxury Seekers"
    assert named(dear, price_position=0.8).name == "Luxury Seekers"


def test_no_name_is_given_that_another_fits_far_better():
    """Two alike: only one can be dormant, and the other isn't called what fits it far worse."""
    axes = profile(recency=1.3, frequency=-0.6, tenure=0.5, order_value=0.6)
    for found in match_archetypes([axes, axes], figures=[figures(recency_days=400.0)] * 2):
        best = max(fit_of(axes, archetype, figures(recency_days=400.0)) for archetype in ARCHETYPES)
        assert found.archetype is None or found.fit >= best - NEAR_BEST
        assert found.runner_up is None or found.fit >= found.runner_up[1] - NEAR_BEST


@pytest.mark.parametrize("days", [13.0, 45.0])
def test_nobody_is_dormant_after_some_days(days):
    axes = profile(recency=1.5, frequency=-0.8, tenure=0.6)
    assert named(axes, recency_days=days).archetype != "dormant"


def test_what_fits_nothing_is_named_by_its_behaviour():
    found = named(profile(cadence=-0.3))
    assert found.archetype is None
    assert found.name == "Quick-Paced Buyers"


def test_one_time_buyers_ordered_once():
    seldom = profile(frequency=-1.4)
    assert named(seldom, frequency=1.0).archetype == "one-time"
    assert named(seldom, frequency=3.5).archetype != "one-time"


def test_names_are_distinct_even_for_equal_profiles():
    same = [profile(frequency=0.2, cadence=-0.3)] * 9
    found = match_archetypes(same, figures=[figures(frequency=3.0)] * 9)
    assert len({match.name for match in found}) == 9


def test_a_name_that_speaks_of_weekends_needs_orders_on_weekends():
    leaning = profile(weekends=1.5)
    assert named(leaning, weekend_share=0.14).name != "Weekend Shoppers"
    assert named(leaning, weekend_share=0.55).name == "Weekend Shoppers"


def test_names_that_segments_had_stay_with_them():
    luxury, loyal = profile(price_position=2, order_value=2), profile(frequency=2, burstiness=-1)
    found = match_archetypes(
        [luxury, loyal],
        figures=[figures(frequency=3.0), figures(frequency=9.0)],
        earlier={0: "brand-loyal-confident"},
        names={0: "My Best People"},
    )
    assert found[0].name == "My Best People"
    assert found[0].archetype == "brand-loyal-confident"
    assert found[1].archetype != "brand-loyal-confident"


def reasons_of(effects: dict[str, float], here: Metrics, shop: Metrics, **kwargs):
    axes = {"s": kwargs.pop("name_axes", {})}
    found = find_reasons({"s": effects}, {"s": here}, shop, currency="EUR", name_axes=axes)
    return found["s"]


def test_what_the_name_says_comes_first_among_the_reasons():
    found = reasons_of(
        {"units": 0.6, "frequency": 3.0},
        figures(units_per_order=9.0, frequency=5.0),
        figures(units_per_order=2.0, frequency=1.0),
        name_axes={"units": 1.2},
    )
    assert [reason.feature for reason in found] == ["units_per_order", "frequency"]
    assert found[1].text == "Ordered 5 times; all customers: once"


@pytest.mark.parametrize(
    ("axis", "effect", "feature", "here", "shop"),
    [
        ("order_value", -0.4, "average_order_value", 81.64, 82.31),
        ("recency", 0.4, "recency_days", 497.0, 472.0),
        ("price_position", -0.3, "price_position", 0.49, 0.53),
        ("overdue", -2.0, "overdue", 0.81, 0.83),  # equal as shown
        ("order_value", -1.5, "average_order_value", (30.0, 30.0), (20.0, 30.0)),
        ("sentiment", 0.4, "sentiment", 0.42, 0.36),
        ("trend", 0.4, "spending_trend", 0.10, 0.02),
    ],
)
def test_a_difference_that_the_figures_hardly_show_is_no_reason(axis, effect, feature, here, shop):
    assert reasons_of({axis: effect}, figures(**{feature: here}), figures(**{feature: shop})) == ()


@pytest.mark.parametrize(
    ("axis", "effect", "feature", "here", "shop", "text"),
    [
        # Deviation over mean of the gaps: 67 % is more even than chance, 113 % less.
        ("burstiness", 0.8, "burstiness", -0.2, -0.5,
         "The time between orders varies by 67%; all customers: 33%"),
        ("burstiness", 0.8, "burstiness", 0.06, -0.5,
         "Irregular, several orders close together and then a long break: the time between "
         "orders varies by 113%; all customers: 33%"),
        ("burstiness", -0.8, "burstiness", 0.06, 0.3,
         "The time between orders varies by only 113%; all customers: 186%"),
        ("sentiment", -0.8, "sentiment", 0.1, 0.5,
         "Sentiment of their texts +0.10, from -1 to 1; all customers: +0.50"),
        ("sentiment", 0.8, "sentiment", -0.05, -0.5,
         "Sentiment of their texts -0.05, from -1 to 1; all customers: -0.50"),
        ("overdue", -0.8, "overdue", 3.0, 6.0,
         "No order for only 3.0 times the usual time between orders; all customers: 6.0 times"),
        ("discounts", -0.8, "discount_share", 0.2, 0.4,
         "Discounts take only 20% off the list price; all customers: 40%"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_segment_by_itself_is_borne_out_by_its_own_figure(
    axis, effect, feature, here, shop, text
):
    (found,) = reasons_of({axis: effect}, figures(**{feature: here}), figures(**{feature: shop}))
    assert found.text == text


def test_mean_and_median_of_a_feature_are_not_mixed_across_segments():
    """The median shows the first segment's difference, only the mean those of the others."""
    found = find_reasons(
        {"a": {"frequency": 1.0}, "b": {"frequency": -0.6}, "c": {"frequency": -0.8}},
        {
            "a": figures(frequency=(6.0, 5.0)),
            "b": figures(frequency=(1.1, 1.0)),
            "c": figures(frequency=(1.0, 1.0)),
        },
        figures(frequency=(2.4, 1.0)),
        currency=None,
    )
    assert [reasons[0].text for reasons in found.values() if reasons] == [
        "Ordered 6 times; all customers: 2.4 times, on average",
        "Ordered only 1.1 times; all customers: 2.4 times, on average",
        "Ordered only once; all customers: 2.4 times, on average",
    ]


def test_no_two_segments_have_the_same_first_reason():
    shop = figures(frequency=5.0, recency_days=200.0, average_order_value=50.0)
    here = {
        "a": figures(frequency=1.0, recency_days=400.0, average_order_value=50.0),
        "b": figures(frequency=1.0, recency_days=90.0, average_order_value=20.0),
        "c": figures(frequency=1.0, recency_days=420.0, average_order_value=90.0),
    }
    effects = {
        "a": {"frequency": -1.5, "recency": 1.0},
        "b": {"frequency": -1.5, "recency": -0.9, "order_value": -0.5},
        "c": {"frequency": -1.5, "recency": 1.1, "order_value": 0.8},
    }
    found = find_reasons(effects, here, shop, currency=None)
    firsts = [(reasons[0].feature, reasons[0].direction) for reasons in found.values()]
    assert len(set(firsts)) == 3
    assert {key: len(reasons) for key, reasons in found.items()} == {"a": 2, "b": 3, "c": 3}


def test_where_kinds_of_reasons_are_too_few_the_first_sentences_differ_at_least():
    found = find_reasons(
        {"a": {"frequency": 1.0}, "b": {"frequency": 1.5}, "c": {"frequency": 1.0}},
        {"a": figures(frequency=5.0), "b": figures(frequency=9.0), "c": figures(frequency=5.0)},
        figures(frequency=2.0),
        currency=None,
    )
    firsts = [reasons[0].text for reasons in found.values() if reasons]
    assert len(firsts) == len(set(firsts)) == 2


def test_every_archetype_names_axes_that_its_needs_are_measured_on():
    for archetype in BY_ID.values():
        named_axes = {axis for axes in archetype.needs for axis in axes.split("|")}
        assert named_axes <= set(archetype.axes), archetype.id


def test_a_personality_is_shown_where_its_interval_excludes_the_shops_mean():
    def row(key: str, mean: float, width: float) -> dict[str, object]:
        bounds = {"": mean, "_low": mean - width, "_high": mean + width}
        others = {f"{t}{part}": 0.5 + w for t in TRAITS[1:] for part, w in
                  (("", 0.0), ("_low", -0.4), ("_high", 0.4))}  # fmt: skip
        mine = {f"{TRAITS[0]}{part}": value for part, value in bounds.items()}
        return {"segment_key": key, "customers": 10, "words": 2_000, **mine, **others}

    found = set_apart([row("a", 0.9, 0.2), row("b", 0.45, 0.4), row("c", 0.45, 0.1)])
    assert set(found) == {"a", "c"}
    assert set(found["a"]) == {TRAITS[0], "words", "customers"}
    assert set_apart([row("a", 0.57, 0.4), row("b", 0.45, 0.4)]) == {}
