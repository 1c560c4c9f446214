"""What was learned of a shop at one moment: served and evaluated alike.

`predictions` and `holdout` both ask here for chances and orders, so that a table of accuracy can't
tell of anything but what customers get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kindred.predicting.backtest import backtest
from kindred.predicting.churn import USUAL, ChurnModels, fit_churn_models
from kindred.predicting.histories import Histories, histories_at
from kindred.predicting.model_choice import best_candidate, grade_of
from kindred.predicting.purchases import Floats, PurchaseBatches


@dataclass(frozen=True)
class FittedShop:
    """Models of one moment, and the candidate that the shop's own past chose."""

    histories: Histories
    models: ChurnModels
    candidates: Mapping[str, Floats]  # chances by candidate, before the level
    backtested: Mapping[str, Mapping[str, float]]
    chosen: str

    def chance_to_buy(self, name: str) -> Floats:
        """P(buys within the horizon) by one candidate, at the shop's level."""
        return self.models.at_level(self.candidates[name])

    def expected_orders(self, name: str, weeks: float) -> Floats:
        """Each customer's orders within ``weeks`` if ``name`` is used, at the shop's level."""
        factor = self.models.expectation_factor(self.histories, self.candidates[name])
        expected = self.models.counting.expected_purchases(self.histories, weeks)
        return np.asarray(expected * factor * self.models.level)

    def grade(self) -> tuple[str, str | None]:
        """How far the chosen candidate can be trusted, and why no further."""
        accuracy = self.backtested.get(self.chosen)
        return grade_of(accuracy, self.histories, self.models.level_error)


def fit_shop(purchases: PurchaseBatches, end: float, weeks: float) -> FittedShop:
    """Learn from all that happened up to and with day ``end``, for a horizon of ``weeks``."""
    tried = backtest(purchases, end, weeks)
    backtested = tried.accuracies
    histories = histories_at(purchases, end)
    models = fit_churn_models(purchases, histories, weeks).with_past(tried.past)
    candidates = models.chances(histories)
    chosen = best_candidate(backtested)
    return FittedShop(
        histories, models, candidates, backtested, chosen if chosen in candidates else USUAL
    )
