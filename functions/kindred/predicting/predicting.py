"""Who will buy again, what customers are worth, and how far to trust it.

The candidates of `chances` compete on the shop's own past; the winner is then fitted on all of it.
Intervals come from simulated futures under parameters that are about as likely as the best ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting import chances, spending
from kindred.predicting.chances import Chances
from kindred.predicting.histories import (
    Floats,
    Histories,
    Purchases,
    histories_at,
    outcome,
)

SEED = 20_240_601
YEAR = 365.25 / 7  # weeks
FOLDS = 3
LOW, HIGH = 0.1, 0.9  # an 80 % interval
FUTURES = 200  # simulated, for shops of up to FUTURES_FOR customers; fewer for larger ones
FUTURES_FOR = 5_000
FEWEST_FUTURES = 60
DEFAULT_HORIZON_DAYS = 90.0
FEWEST_BUYERS = 10  # customers with a second order, below which nothing is predicted


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}


@dataclass(frozen=True)
class Prediction:
    """Per customer, and for the shop; ``customers`` is indexed by customer_id.

    Its columns: ``churn`` (no order within the horizon), ``orders`` (within 12 months), ``value``
    (12 months), each with ``_low`` and ``_high``, and ``value_3y``, ``value_5y``.
    """

    customers: pd.DataFrame
    horizon_days: int
    chosen: str
    grade: str
    orders: Interval  # of all customers, within 12 months
    value: Interval
    report: Mapping[str, Any]


def horizon_of(purchases: Purchases, end: float) -> float:
    """Days within which four of five gaps between orders of this shop end.

    At least two weeks, at most a year and a third of the shop's history.
    """
    seen = purchases.day <= end
    who, day = purchases.customer[seen], purchases.day[seen]
    gaps = np.diff(day)[np.diff(who) == 0]
    usual = float(np.quantile(gaps, 0.8)) if len(gaps) >= 10 else DEFAULT_HORIZON_DAYS
    longest = max(14.0, (end - float(day.min(initial=0.0))) / 3)
    return float(np.clip(np.round(usual), 14.0, min(365.0, longest)))


def predict(purchases: Purchases, as_of: Any, *, horizon_days: float | None = None) -> Prediction:
    """Predict every customer of ``purchases`` from what happened before ``as_of``."""
    with threadpool_limits(limits=1):  # the same sums whatever the machine, and no idle spinning
        return _predict(purchases, as_of, horizon_days)


def _predict(purchases: Purchases, as_of: Any, horizon_days: float | None) -> Prediction:
    end = purchases.day_of(as_of) - 1
    days = horizon_days or horizon_of(purchases, end)
    weeks = days / 7
    tried = backtest(purchases, end, weeks)
    chosen = chances.best_candidate(tried) if tried else chances.USUAL
    fitted = chances.learn(purchases, end, weeks)
    known = histories_at(purchases, end)
    found = fitted.of(known)
    chance = found.get(chosen, found[chances.USUAL])
    spent = spending.fit(known.repeats, known.mean_amount, strength=1.0)
    frame, orders, value = _futures(fitted, known, chance, spent)
    buys = fitted.lifted(chance)
    low, high = _spread(fitted, known, found, buys)
    frame.insert(0, "churn", 1 - buys)
    frame.insert(1, "churn_low", 1 - high)
    frame.insert(2, "churn_high", 1 - low)
    frame.index = pd.Index(purchases.ids[known.who], name="customer_id")
    return Prediction(
        frame,
        int(days),
        chosen,
        grade_of(tried.get(chosen), known),
        orders,
        value,
        {
            "horizon_days": int(days),
            "chosen": chosen,
            "candidates": [
                {"name": name, **{k: round(v, 4) for k, v in tried[name].items()}}
                for name in chances.CANDIDATES
                if name in tried
            ],
            "folds": FOLDS if tried else 0,
            "level": round(fitted.level, 4),
        },
    )


def backtest(purchases: Purchases, end: float, weeks: float) -> dict[str, dict[str, float]]:
    """Mean scores by candidate over up to three earlier moments; empty for too short a past.

    At each, everything is learned from what was known then, and compared with what came after.
    """
    span = end / 7
    weeks = min(weeks, span / 3)
    found: dict[str, list[dict[str, float]]] = {}
    for fold in range(FOLDS):
        then = end - 7 * weeks * (1 + fold / 2)
        if then < 7 * weeks or weeks < 1:
            break
        known = histories_at(purchases, then)
        happened = (outcome(purchases, known.who, then, then + 7 * weeks) > 0).astype(float)
        if len(known) < 30 or not 5 <= happened.sum() <= len(known) - 5:
            continue
        fitted = chances.learn(purchases, then, weeks)
        said = {name: fitted.lifted(chance) for name, chance in fitted.of(known).items()}
        usual = chances.log_losses(said[chances.USUAL], happened)
        for name, chance in said.items():
            lead = usual - chances.log_losses(chance, happened)
            error = float(lead.std() / np.sqrt(len(lead)))
            scored = {**chances.scores(chance, happened), "lead_error": error}
            found.setdefault(name, []).append(scored)
    most = max((len(results) for results in found.values()), default=0)
    return {
        name: {key: float(np.mean([r[key] for r in results])) for key in results[0]}
        for name, results in found.items()
        if len(results) == most
    }


def grade_of(scored: Mapping[str, float] | None, known: Histories) -> str:
    """'good', 'fair' or 'weak': what the backtest and the number of repeat buyers allow to say."""
    repeat = int((known.repeats > 0).sum())
    if scored is None or repeat < 50 or scored["auc"] < 0.6:
        return "weak"
    return "good" if scored["auc"] >= 0.72 and repeat >= 200 else "fair"


def expected_orders(fitted: Chances, known: Histories, chance: Floats, weeks: float) -> Floats:
    """Expected number of orders within ``weeks``, moved by what the backtest taught."""
    moved = fitted.likelier(known, chance)
    return np.asarray(fitted.counting.expected(known, weeks) * moved * fitted.level)


def _futures(
    fitted: Chances, known: Histories, chance: Floats, spent: spending.GammaGamma
) -> tuple[pd.DataFrame, Interval, Interval]:
    """Orders and value within a year from simulated futures, by customer and for the shop."""
    rng = np.random.default_rng(SEED)
    model, moved = fitted.counting, fitted.likelier(known, chance)
    each = spent.expected(known.repeats, known.mean_amount)
    size = len(known)
    count = int(np.clip(FUTURES * FUTURES_FOR / max(size, 1), FEWEST_FUTURES, FUTURES))
    orders = np.empty((count, size), dtype=np.float32)
    value = np.empty((count, size), dtype=np.float32)
    for turn, (theta, modified) in enumerate(model.draws(count, rng)):
        faster = fitted.level * float(np.exp(rng.normal(0, fitted.level_error)))
        bought = btyd.simulate(theta, known, YEAR, modified, rng, likelier=moved, faster=faster)
        orders[turn] = bought
        likely = spent.draw(rng)
        value[turn] = likely.simulate(known.repeats, known.mean_amount, bought, rng)
    expected = {y: expected_orders(fitted, known, chance, YEAR * y) for y in (1, 3, 5)}
    frame = pd.DataFrame({"orders": expected[1], "value": expected[1] * each})
    for name, drawn in (("orders", orders), ("value", value)):
        low, high = np.quantile(drawn, [LOW, HIGH], axis=0)
        frame[f"{name}_low"] = np.minimum(low, frame[name])
        frame[f"{name}_high"] = np.maximum(high, frame[name])
    frame["value_3y"], frame["value_5y"] = expected[3] * each, expected[5] * each
    return (
        frame,
        _interval(float(expected[1].sum()), orders.sum(axis=1, dtype=float)),
        _interval(float(frame["value"].sum()), value.sum(axis=1, dtype=float)),
    )


def _interval(value: float, drawn: Floats) -> Interval:
    low, high = (float(q) for q in np.quantile(drawn, [LOW, HIGH]))
    return Interval(value, min(low, value), max(high, value))


def _spread(
    fitted: Chances, known: Histories, found: Mapping[str, Floats], chance: Floats
) -> tuple[Floats, Floats]:
    """80 % bounds of the chance: likely parameters, and what the other candidates think."""
    rng = np.random.default_rng(SEED + 1)
    model = fitted.counting
    drawn: Sequence[Floats] = [
        btyd.buys(theta, known, fitted.weeks, modified) for theta, modified in model.draws(40, rng)
    ]
    logits = np.log(np.clip(drawn, 1e-4, 1 - 1e-4) / (1 - np.clip(drawn, 1e-4, 1 - 1e-4)))
    other = np.array([p for name, p in found.items() if name != "recency"])
    between = np.log(other / (1 - other)).std(axis=0)
    width = 1.2816 * np.sqrt(logits.var(axis=0) + between**2 + fitted.level_error**2)
    centre = np.log(np.clip(chance, 1e-4, 1 - 1e-4) / (1 - np.clip(chance, 1e-4, 1 - 1e-4)))
    return np.asarray(1 / (1 + np.exp(width - centre))), np.asarray(
        1 / (1 + np.exp(-width - centre))
    )
