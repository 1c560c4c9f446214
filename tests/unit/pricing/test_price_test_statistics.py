"""The statistics of price tests agree with other implementations, to five decimals.

Expected figures are those of GrowthBook's public tests of its engine, and of scipy.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.experiments import statistics
from kindred.pricing.experiments.bayesian import believe
from kindred.pricing.experiments.distributions import (
    chi_square_tail,
    normal_tail,
    t_quantile,
    t_tails,
)
from kindred.pricing.experiments.frequentist import t_test
from kindred.pricing.experiments.sample_ratio import check_ratio
from kindred.pricing.experiments.sequential import always_valid
from kindred.pricing.experiments.statistics import (
    Effect,
    Moments,
    PairSums,
    difference,
    lift,
    mean,
    proportion,
    ratio,
    scaled_difference,
)

CONTROL, ARM = proportion(600, 10_000), proportion(680, 10_000)
SPENT = mean(3407, 1396.87, 52377.9767), mean(3461, 2422.7, 134698.29)
FEWER = mean(3000, 1396.87, 52377.9767), SPENT[1]
SHARES = proportion(1396, 3000), proportion(2422, 3461)


def five(*values: float) -> tuple[float, ...]:
    return tuple(round(value, 5) for value in values)


def relative(pair: tuple[Moments, Moments]) -> Effect:
    found = lift(*pair)
    assert found is not None
    return found


def absolute(pair: tuple[Moments, Moments]) -> Effect:
    found = difference(*pair)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("effect", "estimate", "error", "low", "high", "p"),
    [
        (relative((CONTROL, ARM)), 0.13333, None, 0.01294, 0.25373, 0.02996),
        (relative(SPENT), 0.70732, 0.37879, -0.03526, 1.44989, 0.06191),
        (absolute(SPENT), 0.29, 0.12478, 0.04538, 0.53462, 0.02016),
        (
            relative((proportion(14, 28), proportion(16, 30))),
            0.06667, 0.2717, -0.47767, 0.61101, 0.80707,
        ),
    ],
)  # fmt: skip
def test_the_t_test_agrees(
    effect: Effect, estimate: float, error: float | None, low: float, high: float, p: float
) -> None:
    found = t_test(effect)
    assert five(found.estimate, found.low, found.high, found.p) == (estimate, low, high, p)
    if error is not None:
        assert five(effect.error) == (error,)


@pytest.mark.parametrize(
    ("effect", "settings", "low", "high", "p"),
    [
        (relative((CONTROL, ARM)), {}, -0.05874, 0.32541, 0.58289),
        (relative(FEWER), {"tuning": 1000}, -0.55844, 1.56516, 1.0),
        (relative(SHARES), {}, 0.40098, 0.60675, 0.0),
    ],
)
def test_the_confidence_sequence_agrees(
    effect: Effect, settings: dict[str, Any], low: float, high: float, p: float
) -> None:
    found = always_valid(effect, **settings)
    assert five(found.low, found.high) == (low, high)
    assert round(found.p, 5) == p


def test_a_confidence_sequence_is_tightest_near_what_it_is_tuned_to() -> None:
    effect = relative(FEWER)
    widths = {
        tuning: always_valid(effect, tuning=tuning).high - effect.estimate
        for tuning in (10, 6_461, 10_000)
    }
    assert widths[6_461] < widths[10_000] < widths[10]


@pytest.mark.parametrize(
    ("effect", "chance", "risk_of_control", "risk", "low", "high"),
    [
        (relative((CONTROL, ARM)), 0.98503, None, 0.00033, 0.01294, 0.25373),
        (
            relative((proportion(49, 100), proportion(51, 100))),
            0.60918, 0.0814, 0.04058, -0.24779, 0.32943,
        ),
        (
            relative((mean(10, 100, 1002.25), mean(10, 105, 1111.5))),
            0.91923, 0.05131, 0.00131, -0.02, 0.12,
        ),
    ],
)  # fmt: skip
def test_the_bayesian_reading_agrees(
    effect: Effect,
    chance: float,
    risk_of_control: float | None,
    risk: float,
    low: float,
    high: float,
) -> None:
    found = believe(effect)
    assert five(found.chance, found.risk) == (chance, risk)
    assert found.low == pytest.approx(low, abs=6e-5)
    assert found.high == pytest.approx(high, abs=6e-5)
    if risk_of_control is not None:
        assert five(found.risk_of_control) == (risk_of_control,)


def test_the_sample_ratio_agrees() -> None:
    assert five(check_ratio([5000, 5200], [1, 1]).p) == (0.04767,)
    assert not check_ratio([5000, 5200], [1, 1]).alarm
    assert check_ratio([5000, 5600], [1, 1]).alarm
    assert not check_ratio([5000, 10_100], [1, 2]).alarm
    assert check_ratio([0, 0], [1, 1]).p == 1
    assert check_ratio([0, 9], [1, 1]).p == 1  # too few to tell
    assert check_ratio([0, 100], [1, 1]).alarm


def test_a_share_of_no_one_and_a_mean_of_one_are_no_effect() -> None:
    for other in (proportion(0, 0), proportion(0, 100), proportion(100, 100), mean(1, 5, 25)):
        assert lift(CONTROL, other) is None
        assert difference(other, CONTROL) is None
    assert lift(mean(50, 0, 100), mean(50, 10, 100)) is None  # of nothing, no share


def test_less_of_a_loss_is_a_rise() -> None:
    found = lift(mean(100, -1000, 20_000), mean(100, -500, 20_000))
    assert found is not None
    assert found.estimate == pytest.approx(0.5)


def test_a_difference_in_shares_is_certain_where_the_difference_is() -> None:
    plain, shares = difference(*SPENT), scaled_difference(*SPENT)
    assert plain
    assert shares
    assert shares.estimate == pytest.approx(0.29 / 0.41, abs=1e-5)
    assert t_test(shares).p == pytest.approx(t_test(plain).p)
    assert scaled_difference(mean(50, 0, 100), mean(50, 10, 100)) is None
    loss, gain = mean(50, -100, 400), mean(50, 100, 400)
    rise = scaled_difference(loss, gain)
    assert rise
    assert rise.estimate == pytest.approx(2)


@given(st.floats(-30, 30), st.floats(1, 1e8))
def test_students_t_is_scipys(t: float, degrees: float) -> None:
    from scipy.stats import t as student

    assert t_tails(t, degrees) == pytest.approx(2 * student.sf(abs(t), degrees), abs=1e-8)


@given(st.floats(1e-7, 0.9), st.floats(1, 1e8))
def test_quantiles_of_t_are_scipys(tails: float, degrees: float) -> None:
    from scipy.stats import t as student

    assert t_quantile(tails, degrees) == pytest.approx(student.isf(tails / 2, degrees), rel=1e-7)


@given(st.floats(0, 500), st.integers(1, 12))
def test_the_chi_square_is_scipys(value: float, degrees: int) -> None:
    from scipy.stats import chi2

    expected = pytest.approx(chi2.sf(value, degrees), abs=1e-12)
    assert chi_square_tail(value, degrees) == expected


@given(st.floats(-38, 38))
def test_the_normal_tail_is_scipys(z: float) -> None:
    from scipy.stats import norm

    assert normal_tail(z) == pytest.approx(norm.sf(z), rel=1e-9, abs=1e-300)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=3, max_size=60, unique=True)
)
def test_the_variance_of_a_ratio_is_that_of_its_linear_part(rows: list[tuple[int, int]]) -> None:
    """Each customer's share in the ratio, as the delta method has it, computed one by one."""
    n = len(rows)
    top, bottom = sum(a for a, _ in rows), sum(b for _, b in rows)
    found = ratio(
        PairSums(
            n, top, bottom,
            sum(a * a for a, _ in rows), sum(b * b for _, b in rows), sum(a * b for a, b in rows),
        )
    )  # fmt: skip
    share = top / bottom
    parts = [(a - share * b) / (bottom / n) for a, b in rows]
    assert found.mean == pytest.approx(share)
    assert found.variance == pytest.approx(sum(x * x for x in parts) / (n - 1), abs=1e-9)


@given(st.floats(-5, 5), st.floats(0.01, 3), st.integers(100, 10**7))
def test_the_three_readings_of_an_effect_fit_together(
    estimate: float, error: float, n: int
) -> None:
    effect = Effect(estimate, error, n - 2, n)
    once, always, belief = t_test(effect), always_valid(effect), believe(effect)
    assert always.low <= once.low <= estimate <= once.high <= always.high
    assert (always.p < 0.05) == (always.low > 0 or always.high < 0)
    assert once.p <= always.p + 1e-12
    assert belief.risk_of_control - belief.risk == pytest.approx(estimate, abs=1e-9)
    assert 0 <= belief.chance <= 1
    assert math.isfinite(always.high)


def test_sums_of_one_value_have_no_negative_variance() -> None:
    assert statistics.mean(3, 0.3, 0.03).variance >= 0
