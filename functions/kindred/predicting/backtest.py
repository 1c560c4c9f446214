"""How well each candidate would have predicted, at earlier moments of the shop's own past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kindred.predicting import gamma_gamma
from kindred.predicting.accuracy import accuracy_of, log_losses
from kindred.predicting.churn import USUAL, ChurnModels, fit_churn_models, has_both_kinds
from kindred.predicting.histories import WEEK, Histories, histories_and_spend
from kindred.predicting.order_level import PastError, count_noise
from kindred.predicting.purchases import Floats, PurchaseBatches

FOLDS: Final = 3  # earlier moments, half a horizon apart
FEWEST_CUSTOMERS: Final = 30  # at an earlier moment


@dataclass(frozen=True)
class Backtest:
    """Mean accuracy by candidate, and by how much totals were missed at each moment."""

    accuracies: Mapping[str, Mapping[str, float]]
    past: Sequence[PastError]


def backtest(purchases: PurchaseBatches, end: float, weeks: float) -> Backtest:
    """Up to three moments before ``end``; empty if none fits.

    At each, everything is learned from what was known then, and compared with what came after.
    Candidates that couldn't learn at one of the moments are left out.
    """
    weeks = min(weeks, end / WEEK / 3)
    by_candidate: dict[str, list[dict[str, float]]] = {}
    past = []
    for fold in range(FOLDS):
        then = end - WEEK * weeks * (1 + fold / 2)
        if then < WEEK * weeks or weeks < 1:
            break
        histories, bought, spent = histories_and_spend(purchases, then, then + WEEK * weeks)
        happened = (bought > 0).astype(float)
        if len(histories) < FEWEST_CUSTOMERS or not has_both_kinds(happened):
            continue
        models = fit_churn_models(purchases, histories, weeks)
        past.append(_past_error(models, histories, bought, spent))
        for name, accuracy in _accuracies(models, histories, happened).items():
            by_candidate.setdefault(name, []).append(accuracy)
    folds = max((len(accuracies) for accuracies in by_candidate.values()), default=0)
    means = {
        name: {key: float(np.mean([each[key] for each in accuracies])) for key in accuracies[0]}
        for name, accuracies in by_candidate.items()
        if len(accuracies) == folds
    }
    return Backtest(means, past)


def _past_error(
    models: ChurnModels, histories: Histories, bought: Floats, spent: Floats
) -> PastError:
    """Of totals by source, and of the amount that Gamma-Gamma expects of those who bought."""
    came = float(bought.sum())
    amounts = gamma_gamma.fit(histories.repeats, histories.mean_amount, strength=1.0)
    each = amounts.expected_amount(histories.repeats, histories.mean_amount)
    foreseen, brought = float((each * bought).sum()), float(spent.sum())
    has_money = foreseen > 0 and brought > 0
    apart = spent - each * bought
    return PastError(
        {name: float(np.log((total + 1) / (came + 1))) for name, total in models.totals.items()},
        count_noise(bought),
        float(np.log(foreseen / brought)) if has_money else 0.0,
        float(np.sqrt((apart**2).sum()) / brought) if has_money else 0.0,
    )


def _accuracies(
    models: ChurnModels, histories: Histories, happened: Floats
) -> dict[str, dict[str, float]]:
    """Each candidate's accuracy, with the standard error of its lead over the counting models."""
    chances = {name: models.at_level(chance) for name, chance in models.chances(histories).items()}
    usual = log_losses(chances[USUAL], happened)
    accuracies = {}
    for name, chance in chances.items():
        lead = usual - log_losses(chance, happened)
        error = float(lead.std() / np.sqrt(len(lead)))
        accuracies[name] = {**accuracy_of(chance, happened), "lead_error": error}
    return accuracies
