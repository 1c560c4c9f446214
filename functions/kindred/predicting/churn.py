"""Will a customer buy again within the horizon: candidates that learn from the shop's own past.

Churn is one minus that chance. Plain recency and a logistic model learn on the window before the
one that is predicted; BG/NBD, MBG/NBD and Pareto/NBD come with their own formulas; blends average
logits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import expit, logit

from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting import pareto_nbd
from kindred.predicting.accuracy import LEAST_CHANCE, within_limits
from kindred.predicting.buy_till_you_die import Mixture
from kindred.predicting.histories import WEEK, Histories, histories_and_outcome
from kindred.predicting.order_level import (
    PACE,
    Level,
    PastError,
    count_noise,
    level_of,
    pace_goes_on,
)
from kindred.predicting.pareto_nbd import ParetoNBD
from kindred.predicting.purchases import Floats, PurchaseBatches
from kindred.predicting.regressions import LinearScore, fit_logistic

CANDIDATES: Final = (
    "recency", "bg-nbd", "mbg-nbd", "both-nbd", "pareto-nbd", "logistic", "both-nbd+logistic",
    "pareto-nbd+logistic",
)  # fmt: skip
USUAL: Final = "both-nbd"  # what is used until another is clearly better
PRIOR_STRENGTH: Final = 1.0  # of the prior on BG/NBD parameters
#: Customers: fits cost the same however large the shop is. The level is learned on everybody.
LEARNED_ON: Final = 4_000
FEWEST_LEARNED_ON: Final = 20  # customers below which nothing is learned from the last window
FEWEST_OF_A_KIND: Final = 5  # buyers and non-buyers that a regression needs
PARAMETER_DRAWS: Final = 40  # for the interval of a chance
TEN_PERCENT: Final = 1.2816  # standard deviations from the mean, of a normal distribution


@dataclass(frozen=True)
class ChurnModels:
    """Everything fitted on what was known at one moment, for one horizon."""

    weeks: float
    learned_weeks: float  # the horizon that recency and the logistic model learned on
    counting: Mixture
    pareto: ParetoNBD
    logistic: LinearScore | None
    recency: LinearScore | None
    totals: Mapping[str, float]  # purchases of all customers within ``weeks``, by source
    expected_total: float  # the same by ``counting``
    noise: float  # of the window learned from, see `order_level`
    order_level: Level

    @property
    def level(self) -> float:
        """How much more to expect than the counting models do."""
        return self.order_level.factor

    @property
    def level_error(self) -> float:
        """Of its logarithm."""
        return self.order_level.error

    def with_past(self, past: Sequence[PastError]) -> ChurnModels:
        """The same at the level that errors at earlier moments suggest."""
        level = level_of(self.totals, self.expected_total, self.noise, past)
        return replace(self, order_level=level)

    def chances(self, histories: Histories) -> dict[str, Floats]:
        """P(buys within the horizon) by candidate; those that couldn't learn are left out."""
        chances = {
            "bg-nbd": self.counting.bg.chance_to_buy(histories, self.weeks),
            "mbg-nbd": self.counting.mbg.chance_to_buy(histories, self.weeks),
            "both-nbd": self.counting.chance_to_buy(histories, self.weeks),
            "pareto-nbd": self.pareto.chance_to_buy(histories, self.weeks),
        }
        if self.recency is not None:
            score = self.recency.score(weeks_away(histories)) + self._longer(histories)
            chances["recency"] = expit(score)
        if self.logistic is not None:
            score = self.logistic.score(features_of(histories)) + self._longer(histories)
            chances["logistic"] = expit(score)
            for name in ("both-nbd", "pareto-nbd"):
                counted = logit(within_limits(chances[name]))
                chances[f"{name}+logistic"] = expit((counted + score) / 2)
        return {name: within_limits(chance) for name, chance in chances.items()}

    def at_level(self, chance: Floats) -> Floats:
        """The chance of buying when ``level`` times as much is bought: 1 - (1 - p)^level."""
        return np.asarray(1 - (1 - chance) ** self.level)

    def expectation_factor(self, histories: Histories, chance: Floats) -> Floats:
        """By how much ``chance`` moves each customer's expected purchases, the total unchanged.

        The square root, half of the way to its odds: the chance of any purchase tells less about
        how many there will be.
        """
        counted = self.counting.chance_to_buy(histories, self.weeks)
        factor = np.sqrt(np.clip(chance, LEAST_CHANCE, 1) / np.clip(counted, LEAST_CHANCE, 1))
        expected = self.counting.expected_purchases(histories, self.weeks)
        moved = max(float((factor * expected).sum()), 1e-12)
        return np.asarray(factor * (expected.sum() / moved))

    def _longer(self, histories: Histories) -> float:
        """What a longer horizon than the learned one adds, on average, by the counting models."""
        if self.learned_weeks >= self.weeks:
            return 0.0
        wanted, learned = (
            float(within_limits(self.counting.chance_to_buy(histories, weeks).mean()))
            for weeks in (self.weeks, self.learned_weeks)
        )
        return float(logit(wanted) - logit(learned))


def fit_churn_models(purchases: PurchaseBatches, histories: Histories, weeks: float) -> ChurnModels:
    """Fit every candidate on ``histories`` and the window before their end."""
    learned_from = histories.pick(sample_of(len(histories)))
    counting = Mixture(
        btyd.fit(learned_from, strength=PRIOR_STRENGTH),
        btyd.fit(learned_from, modified=True, strength=PRIOR_STRENGTH),
    )
    pareto = pareto_nbd.fit(learned_from, strength=PRIOR_STRENGTH)
    span = float(learned_from.age.max()) if len(learned_from) else 0.0
    window = min(weeks, span / 2)
    before, bought = histories_and_outcome(purchases, histories.end - WEEK * window, histories.end)
    logistic = recency = None
    totals: dict[str, float] = {}
    expected = 0.0
    if window >= 1 and len(before) >= FEWEST_LEARNED_ON:
        sample = sample_of(len(before))
        happened = (bought[sample] > 0).astype(float)
        if has_both_kinds(happened):
            logistic = fit_logistic(features_of(before.pick(sample)), happened)
            recency = fit_logistic(weeks_away(before.pick(sample)), happened)
        totals = {
            "bg-nbd": float(counting.bg.expected_purchases(histories, weeks).sum()),
            "mbg-nbd": float(counting.mbg.expected_purchases(histories, weeks).sum()),
            "pareto-nbd": float(pareto.expected_purchases(histories, weeks).sum()),
        }
        totals[PACE] = pace_goes_on(
            features_of(before), bought, features_of(histories), weeks, window
        )
        w = counting.weight
        expected = (1 - w) * totals["bg-nbd"] + w * totals["mbg-nbd"]
    noise = count_noise(bought)
    level = level_of(totals, expected, noise, [])
    return ChurnModels(
        weeks, window, counting, pareto, logistic, recency, totals, expected, noise, level
    )


def sample_of(customers: int) -> slice | np.ndarray:
    """Whom to learn from: at most so many customers, evenly spread over their ids."""
    if customers <= LEARNED_ON:
        return slice(None)
    return np.linspace(0, customers - 1, LEARNED_ON).astype(np.int64)


def has_both_kinds(happened: Floats) -> bool:
    """Whether there are enough buyers and enough others to learn what sets them apart."""
    return bool(FEWEST_OF_A_KIND <= happened.sum() <= len(happened) - FEWEST_OF_A_KIND)


def features_of(histories: Histories) -> Floats:
    """What regressions see: how many purchases, how long ago, since when, how much."""
    return np.column_stack(
        [
            np.log1p(histories.repeats),
            np.log1p(histories.age - histories.last),
            histories.repeats > 0,
            np.log1p(histories.age),
            np.log1p(np.clip(histories.first_amount, 0, None)),
            np.log1p(np.clip(np.nan_to_num(histories.mean_amount), 0, None)),
        ]
    ).astype(float)


def weeks_away(histories: Histories) -> Floats:
    """Recency alone: weeks since the last purchase, as a logarithm."""
    return np.log1p(histories.age - histories.last)[:, None]


def chance_interval(
    models: ChurnModels,
    parameters: list[tuple[Floats, bool]],
    histories: Histories,
    candidates: Mapping[str, Floats],
    chance: Floats,
) -> tuple[Floats, Floats]:
    """80 % bounds of ``chance``, each customer's.

    They come from likely ``parameters`` of the counting models, and from what the other
    ``candidates`` say.
    """
    drawn = within_limits(
        np.array(
            [btyd.chance_to_buy(theta, histories, models.weeks, modified)
             for theta, modified in parameters]
        )
    )  # fmt: skip
    others = np.array([other for name, other in candidates.items() if name != "recency"])
    apart = np.log(others / (1 - others)).std(axis=0)
    variance = np.log(drawn / (1 - drawn)).var(axis=0) + apart**2 + models.level_error**2
    reach = TEN_PERCENT * np.sqrt(variance)
    chance = within_limits(chance)
    middle = np.log(chance / (1 - chance))
    return np.asarray(1 / (1 + np.exp(reach - middle))), np.asarray(
        1 / (1 + np.exp(-reach - middle))
    )
