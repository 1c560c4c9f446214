"""A price test read in three ways side by side, and whether it may be stopped. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from kindred.pricing.experiments.bayesian import Belief, believe
from kindred.pricing.experiments.frequentist import t_test
from kindred.pricing.experiments.guard_rails import GuardRail, guard_rails
from kindred.pricing.experiments.sample_ratio import SampleRatio, check_ratio
from kindred.pricing.experiments.sequential import always_valid
from kindred.pricing.experiments.statistics import Interval, Moments, lift, scaled_difference
from kindred.pricing.experiments.tallies import ArmTotals
from kindred.pricing.given import HOLDOUT
from kindred.pricing.payloads import PriceTest

Metric = Literal["conversion", "revenue", "margin"]
State = Literal[
    "uneven_split", "guard_rail_broken", "adaptive", "not_enough_data", "arm_wins", "control_wins",
    "no_difference", "undecided",
]  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = ("conversion", "revenue", "margin")
#: Below so many orders an arm, and one whole week, no reading is worth its name.
ENOUGH_ORDERS: Final = 300
#: And these from so many customers: a few who buy daily tell of themselves alone.
ENOUGH_BUYERS: Final = 100
ENOUGH_TIME: Final = timedelta(days=7)
ALPHA: Final = 0.05
#: A difference that certainly is smaller than this share isn't worth a longer test.
SMALL: Final = 0.02


@dataclass(frozen=True)
class Comparison:
    """An arm beside the control in one metric, in three ways; None: it can't be said.

    All as shares of the control's: `lift` of conversion, `scaled_difference` of money per customer.
    """

    metric: Metric
    base: float  # the control's own: a share, or minor units per customer
    t_test: Interval | None  # right if looked at once, at a set end
    sequential: Interval | None  # right at every look
    bayesian: Belief | None


@dataclass(frozen=True)
class ArmReading:
    """One arm beside the control."""

    arm: str
    comparisons: tuple[Comparison, ...]
    guard_rails: tuple[GuardRail, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether to stop. ``metric`` is what decides: margin where all costs are known."""

    state: State
    may_stop: bool
    metric: Metric
    arm: str | None  # the winner, or what breaks a guard rail
    orders_missing: int  # of the arm that has fewest
    buyers_missing: int
    days_missing: int


@dataclass(frozen=True)
class Reading:
    """A whole test."""

    control: str
    arms: tuple[ArmReading, ...]
    ratio: SampleRatio
    verdict: Verdict


def control_of(test: PriceTest) -> str:
    """The arm that the others are compared with: one without an effect, else the holdout."""
    return next((arm.id for arm in test.arms if arm.effect is None), HOLDOUT)


def arms_of(test: PriceTest) -> tuple[str, ...]:
    """The ids of all arms, the holdout's too where there is one."""
    ids = tuple(arm.id for arm in test.arms)
    return (*ids, HOLDOUT) if test.holdout > 0 else ids


def read(test: PriceTest, totals: Mapping[str, ArmTotals], running: timedelta) -> Reading:
    """Read a test that has been running so long, from what its arms brought."""
    control = control_of(test)
    others = [arm.id for arm in test.arms if arm.id != control]
    # Each arm is a chance to be wrong, so that they share the certainty (Bonferroni).
    alpha = ALPHA / max(1, len(others))
    arms = tuple(_beside(totals[control], totals[arm], alpha) for arm in others)
    ratio = _ratio(test, totals)
    compared = [totals[control], *(totals[arm] for arm in others)]
    verdict = _verdict(test, arms, ratio, compared, running)
    return Reading(control, arms, ratio, verdict)


def _beside(control: ArmTotals, arm: ArmTotals, alpha: float) -> ArmReading:
    comparisons = tuple(_compare(metric, control, arm, alpha) for metric in METRICS)
    return ArmReading(arm.id, comparisons, guard_rails(control, arm, alpha=alpha))


def _compare(metric: Metric, control: ArmTotals, arm: ArmTotals, alpha: float) -> Comparison:
    a, b = _moments(control, metric), _moments(arm, metric)
    compare = lift if metric == "conversion" else scaled_difference
    effect = compare(a, b) if a and b else None
    base = a.mean if a else 0.0
    if effect is None:
        return Comparison(metric, base, None, None, None)
    once, always = t_test(effect, alpha=alpha), always_valid(effect, alpha=alpha)
    return Comparison(metric, base, once, always, believe(effect, alpha=alpha))


def _moments(arm: ArmTotals, metric: Metric) -> Moments | None:
    return {"conversion": arm.conversion, "revenue": arm.revenue, "margin": arm.margin}[metric]


def _ratio(test: PriceTest, totals: Mapping[str, ArmTotals]) -> SampleRatio:
    """Whether the split is as it should be; of weights that move, nothing is to be expected."""
    if test.thompson:
        return SampleRatio(1.0, alarm=False)
    whole = sum(arm.weight for arm in test.arms)
    counts = [totals[arm.id].customers for arm in test.arms]
    weights = [(1 - test.holdout) * arm.weight / whole for arm in test.arms]
    if test.holdout > 0:
        counts, weights = [*counts, totals[HOLDOUT].customers], [*weights, test.holdout]
    return check_ratio(counts, weights)


def _verdict(
    test: PriceTest,
    arms: Sequence[ArmReading],
    ratio: SampleRatio,
    compared: Sequence[ArmTotals],
    running: timedelta,
) -> Verdict:
    metric: Metric = "revenue" if any(arm.margin is None for arm in compared) else "margin"
    orders_missing = max(0, ENOUGH_ORDERS - min(arm.orders for arm in compared))
    buyers_missing = max(0, ENOUGH_BUYERS - min(arm.buyers for arm in compared))
    days_missing = max(0, -((running - ENOUGH_TIME) // timedelta(days=1)))
    missing = (orders_missing, buyers_missing, days_missing)
    state, arm = _state(test, arms, ratio, metric, enough=not any(missing))
    may_stop = state not in ("undecided", "not_enough_data", "adaptive")
    return Verdict(state, may_stop, metric, arm, *missing)


def _state(
    test: PriceTest,
    arms: Sequence[ArmReading],
    ratio: SampleRatio,
    metric: Metric,
    *,
    enough: bool,
) -> tuple[State, str | None]:
    """The stop rule: what is broken first, then whether there is enough, then who wins."""
    if ratio.alarm:
        return "uneven_split", None
    for arm in arms:
        if any(rail.state == "broken" for rail in arm.guard_rails):
            return "guard_rail_broken", arm.arm
    if not enough:
        return "not_enough_data", None
    if test.thompson:
        return "adaptive", None
    decisive = [(arm.arm, _of(arm, metric)) for arm in arms]
    sequences = [(name, one.sequential) for name, one in decisive if one.sequential]
    wins = [(one.estimate, name) for name, one in sequences if one.low > 0]
    if wins:
        return "arm_wins", max(wins)[1]
    if len(sequences) < len(arms):
        return "undecided", None
    if all(one.high < 0 for _, one in sequences):
        return "control_wins", None
    if all(one.low > -SMALL and one.high < SMALL for _, one in sequences):
        return "no_difference", None
    return "undecided", None


def _of(arm: ArmReading, metric: Metric) -> Comparison:
    return next(one for one in arm.comparisons if one.metric == metric)
