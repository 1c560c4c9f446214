"""Will a customer buy again within the horizon: candidates that learn from the shop's own past.

Plain recency and a logistic model learn on a window before the one that is predicted; BG/NBD and
MBG/NBD come with their own formulas; blends average logits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting.buy_till_you_die import Mixture
from kindred.predicting.histories import Floats, Histories, Purchases, histories_at, outcome

CANDIDATES = ("recency", "bg-nbd", "mbg-nbd", "both-nbd", "logistic", "both-nbd+logistic")
USUAL = "both-nbd"  # what is used until another is clearly better
STRENGTH = 1.0  # of the prior on BG/NBD parameters
RIDGE = 3.0  # of the logistic weights, on standardised features
LEARNED_ON = 4_000  # customers
FEW = 1e-4
DRIFT = 0.04  # how far (log) a shop's pace wanders from any model within a year, at the least


@dataclass(frozen=True)
class Logistic:
    """A ridge logistic regression on standardised features."""

    centre: Floats
    scale: Floats
    weights: Floats  # the constant first

    def score(self, features: Floats) -> Floats:
        return np.asarray(
            self.weights[0] + (features - self.centre) / self.scale @ self.weights[1:]
        )


def fit_logistic(features: Floats, happened: Floats, *, ridge: float = RIDGE) -> Logistic:
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    table = np.column_stack([np.ones(len(features)), (features - centre) / scale])
    kept = np.full(table.shape[1], ridge)
    kept[0] = 0.05

    def cost(weights: Floats) -> tuple[float, Floats]:
        line = table @ weights
        missed = expit(line) - happened
        value = np.logaddexp(0, line).sum() - happened @ line + 0.5 * (kept * weights**2).sum()
        return float(value), table.T @ missed + kept * weights

    found = minimize(cost, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B")
    return Logistic(centre, scale, np.asarray(found.x))


@dataclass(frozen=True)
class PoissonRate:
    """A ridge Poisson regression on standardised features; never above what it has seen."""

    line: Logistic
    most: float

    def expected(self, features: Floats) -> Floats:
        return np.asarray(np.exp(np.minimum(self.line.score(features), self.most)))


def fit_poisson(features: Floats, counts: Floats) -> PoissonRate:
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    table = np.column_stack([np.ones(len(features)), (features - centre) / scale])
    kept = np.full(table.shape[1], RIDGE)
    kept[0] = 0.0

    def cost(weights: Floats) -> tuple[float, Floats]:
        line = np.clip(table @ weights, -20, 8)
        mean = np.exp(line)
        value = float(mean.sum() - counts @ line + 0.5 * (kept * weights**2).sum())
        return value, table.T @ (mean - counts) + kept * weights

    start = np.zeros(table.shape[1])
    start[0] = np.log(max(float(counts.mean()), 1e-3))
    found = minimize(cost, start, jac=True, method="L-BFGS-B")
    fitted = Logistic(centre, scale, np.asarray(found.x))
    return PoissonRate(fitted, float(fitted.score(features).max()))


def behaviour(known: Histories) -> Floats:
    """What the logistic model sees: how many, how long ago, since when, how much."""
    return np.column_stack(
        [
            np.log1p(known.repeats),
            np.log1p(known.age - known.last),
            known.repeats > 0,
            np.log1p(known.age),
            np.log1p(np.clip(known.first_amount, 0, None)),
            np.log1p(np.clip(np.nan_to_num(known.mean_amount), 0, None)),
        ]
    ).astype(float)


def silence(known: Histories) -> Floats:
    """Recency alone: weeks since the last purchase."""
    return np.log1p(known.age - known.last)[:, None]


@dataclass(frozen=True)
class Chances:
    """Everything fitted on what was known at ``end``, for one horizon."""

    end: float
    weeks: float
    learned_weeks: float  # the horizon that recency and the logistic model learned on
    counting: Mixture
    logistic: Logistic | None
    recency: Logistic | None
    level: float  # how much more to expect than the counting models do
    level_error: float  # of its logarithm

    def of(self, known: Histories) -> dict[str, Floats]:
        """P(buys within the horizon) by candidate; those that couldn't learn are left out."""
        found = {
            "bg-nbd": self.counting.bg.buys(known, self.weeks),
            "mbg-nbd": self.counting.mbg.buys(known, self.weeks),
            "both-nbd": self.counting.buys(known, self.weeks),
        }
        if self.recency is not None:
            found["recency"] = expit(self.recency.score(silence(known)) + self._longer(known))
        if self.logistic is not None:
            score = self.logistic.score(behaviour(known)) + self._longer(known)
            found["logistic"] = expit(score)
            own = logit(np.clip(found["both-nbd"], FEW, 1 - FEW))
            found["both-nbd+logistic"] = expit((own + score) / 2)
        return {name: np.clip(p, FEW, 1 - FEW) for name, p in found.items()}

    def lifted(self, chance: Floats) -> Floats:
        """The same at that level: 1 - (1 - p)^level."""
        return np.asarray(1 - (1 - chance) ** self.level)

    def likelier(self, known: Histories, chance: Floats) -> Floats:
        """By how much ``chance`` moves a customer's expectation: half of the way to its odds.

        Half, because the chance of any purchase tells less about how many there will be.
        """
        own = self.counting.buys(known, self.weeks)
        moved = np.sqrt(np.clip(chance, FEW, 1) / np.clip(own, FEW, 1))
        expected = self.counting.expected(known, self.weeks)
        return np.asarray(moved * (expected.sum() / max(float((moved * expected).sum()), 1e-12)))

    def _longer(self, known: Histories) -> float:
        """What a longer horizon than the learned one adds, on average, by the counting models."""
        if self.learned_weeks >= self.weeks:
            return 0.0
        means = [
            float(np.clip(self.counting.buys(known, w).mean(), FEW, 1 - FEW))
            for w in (self.weeks, self.learned_weeks)
        ]
        return float(logit(means[0]) - logit(means[1]))


def learn(purchases: Purchases, end: float, weeks: float) -> Chances:
    """Fit every candidate on what was known at the end of day ``end``."""
    known = _some(histories_at(purchases, end))
    counting = _count(known)
    span = float(known.age.max()) if len(known) else 0.0
    window = min(weeks, span / 2)
    before = _some(histories_at(purchases, end - 7 * window))
    logistic = recency = None
    level, error = 1.0, DRIFT
    if window >= 1 and len(before) >= 20:
        bought = outcome(purchases, before.who, end - 7 * window, end)
        happened = (bought > 0).astype(float)
        if 5 <= happened.sum() <= len(before) - 5:
            logistic = fit_logistic(behaviour(before), happened)
            recency = fit_logistic(silence(before), happened)
        level, error = _level(counting, known, weeks, before, bought, window)
    return Chances(end, weeks, window, counting, logistic, recency, level, error)


def _count(known: Histories) -> Mixture:
    return Mixture(
        btyd.fit(known, strength=STRENGTH), btyd.fit(known, modified=True, strength=STRENGTH)
    )


def _some(known: Histories) -> Histories:
    """At most so many customers, evenly spread over their ids."""
    if len(known) <= LEARNED_ON:
        return known
    return known.pick(np.linspace(0, len(known) - 1, LEARNED_ON).astype(np.int64))


def _level(
    counting: Mixture,
    known: Histories,
    weeks: float,
    before: Histories,
    bought: Floats,
    window: float,
) -> tuple[float, float]:
    """How much more (or less) to expect than the counting models do, and how sure that is.

    They rest on their assumptions; a Poisson regression that learned the shop's pace in the last
    window rests on that pace going on. They err in opposite ways, so the level lies halfway.
    """
    rate = fit_poisson(behaviour(before), bought)
    going_on = float(rate.expected(behaviour(known)).sum()) * weeks / window
    foreseen = float(counting.expected(known, weeks).sum())
    apart = float(np.log((going_on + 1) / (foreseen + 1)))
    spread = bought.var() / max(float(bought.mean()), 1e-9)  # above 1: more than Poisson noise
    noise = float(np.sqrt(max(spread, 1.0) / max(float(bought.sum()), 1.0)))
    # What chance can explain is no reason to move (positive-part James and Stein).
    kept = max(0.0, 1 - noise**2 / max(apart**2, 1e-12))
    level = (1 + np.exp(kept * apart)) / 2
    error = float(np.hypot(0.5 * kept * noise, DRIFT))
    return float(np.clip(level, 0.5, 2.0)), error


def scores(chance: Floats, happened: Floats) -> dict[str, float]:
    """AUC, Brier, log score (lower is better) and the slope of the reliability line."""
    p = np.clip(chance, FEW, 1 - FEW)
    return {
        "auc": area_under_curve(p, happened),
        "brier": float(np.mean((p - happened) ** 2)),
        "log_score": float(log_losses(p, happened).mean()),
        "reliability_slope": reliability_slope(p, happened),
        "calibration": float(p.mean() / max(happened.mean(), 1e-9)),
    }


def area_under_curve(chance: Floats, happened: Floats) -> float:
    """P(a buyer scores above a non-buyer), ties half; one half where there is only one kind."""
    from scipy.stats import rankdata

    yes = happened > 0
    n, m = int(yes.sum()), int((~yes).sum())
    if not n or not m:
        return 0.5
    return float((rankdata(chance)[yes].sum() - n * (n + 1) / 2) / (n * m))


def reliability_slope(chance: Floats, happened: Floats) -> float:
    """1: as sure as it should be; below: too sure. Slope of the logistic recalibration line."""
    line = logit(np.clip(chance, FEW, 1 - FEW))[:, None]
    fitted = fit_logistic(line, (happened > 0).astype(float), ridge=1e-6)
    return float(fitted.weights[1] / fitted.scale[0])


def log_losses(chance: Floats, happened: Floats) -> Floats:
    """Per customer; their mean is the log score."""
    p = np.clip(chance, FEW, 1 - FEW)
    return np.asarray(-np.where(happened > 0, np.log(p), np.log1p(-p)))


def best_candidate(found: Mapping[str, Mapping[str, float]]) -> str:
    """The lowest log score, if its lead over the counting models is more than chance.

    Recency is among the candidates, and the counting models are kept only where they are no worse
    than it: nothing worse than recency is ever used.
    """
    best = min(CANDIDATES, key=lambda name: found[name]["log_score"] if name in found else 1e9)
    usual = found.get(USUAL)
    if usual is None or best == USUAL:
        return best
    lead = usual["log_score"] - found[best]["log_score"]
    fair = "recency" not in found or usual["log_score"] <= found["recency"]["log_score"]
    return USUAL if fair and lead < found[best]["lead_error"] else best
