"""How much more, or less, a shop sells than the counting models expect, and how far that may drift.

Counting models rest on the assumption that customers leave as they always have; a Poisson
regression that learned the shop's pace in the last window rests on that pace going on. They err in
opposite ways, and each errs badly in some shops. So each has a weight by how it would have done at
earlier moments of the shop's own past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kindred.predicting.purchases import Floats
from kindred.predicting.regressions import fit_poisson

PACE: Final = "pace"  # the regression; all other sources of a total count
#: How far (log) real shops wander from any model between one window and the next: what is believed
#: until the shop's own windows tell, and as how many of them it counts.
USUAL_DRIFT: Final = 0.25
USUAL_AMOUNT_DRIFT: Final = 0.1
USUAL_COUNTS_AS: Final = 2.0
OVERLAP: Final = 0.5  # of one moment's window with the next: what it tells is told half already
LEVELS: Final = (0.4, 2.5)  # the level stays within


@dataclass(frozen=True)
class PastError:
    """How totals foreseen at an earlier moment compare with what came: logarithms of ratios."""

    of_totals: Mapping[str, float]  # by source
    noise: float  # standard error that chance alone makes
    amount: float  # of an order's mean amount, against that until then
    amount_noise: float


@dataclass(frozen=True)
class Level:
    """The factor on what is expected, and how far its logarithm may err."""

    factor: float
    error: float
    amount_error: float  # of an order's amount


def pace_goes_on(before: Floats, bought: Floats, now: Floats, weeks: float, window: float) -> float:
    """Purchases within ``weeks`` in all if the pace of the last ``window`` (weeks) goes on.

    ``before`` are customers' features at its start, ``bought`` what they did in it, ``now`` are
    features at its end.
    """
    return float(fit_poisson(before, bought).expected(now).sum()) * weeks / window


def count_noise(bought: Floats) -> float:
    """Standard error of the logarithm of a sum of purchases, one number of them per customer."""
    spread = bought.var() / max(float(bought.mean()), 1e-9)  # above 1: more than Poisson noise
    return float(np.sqrt(max(spread, 1.0) / max(float(bought.sum()), 1.0)))


def level_of(
    totals: Mapping[str, float], expected: float, noise: float, past: Sequence[PastError]
) -> Level:
    """Weigh the ``totals`` by source; ``expected`` is what the factor will multiply.

    Counting sources share half of the weight beforehand and the pace has the other half, less as
    it is learned from few purchases (``noise``, the standard error of its logarithm). The
    likelihood of their past errors, as normal with the usual drift and noise, does the rest.
    """
    if not totals:
        return Level(1.0, USUAL_DRIFT, USUAL_AMOUNT_DRIFT)
    weights = _weights(totals, noise, past)
    logs = {name: float(np.log(total + 1)) for name, total in totals.items()}
    apart = sum(weights[name] * logs[name] for name in totals) - float(np.log(expected + 1))
    missed = [
        (sum(weights[name] * error for name, error in one.of_totals.items()), one.noise)
        for one in past
    ]
    drift = _drift(USUAL_DRIFT, missed)
    return Level(
        float(np.clip(np.exp(apart), *LEVELS)),
        float(np.hypot(weights.get(PACE, 0.0) * noise, drift)),
        _drift(USUAL_AMOUNT_DRIFT, [(one.amount, one.amount_noise) for one in past]),
    )


def _weights(
    totals: Mapping[str, float], noise: float, past: Sequence[PastError]
) -> dict[str, float]:
    counting = max(1, sum(name != PACE for name in totals))
    noisy = float(np.log1p((noise / USUAL_DRIFT) ** 2))
    logs = {name: -noisy if name == PACE else float(-np.log(counting)) for name in totals}
    share = _independent(past) / max(len(past), 1)
    for one in past:
        for name in totals:
            error = one.of_totals.get(name, 0.0)
            logs[name] -= share * error**2 / (2 * (USUAL_DRIFT**2 + one.noise**2))
    highest = max(logs.values())
    weights = {name: float(np.exp(value - highest)) for name, value in logs.items()}
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


def _drift(usual: float, missed: Sequence[tuple[float, float]]) -> float:
    """Root mean square of errors beyond their noise, with the usual drift as some of them."""
    squares = [max(error**2 - noise**2, 0.0) for error, noise in missed]
    count = _independent(missed)
    seen = count * float(np.mean(squares)) if squares else 0.0
    return float(np.sqrt((USUAL_COUNTS_AS * usual**2 + seen) / (USUAL_COUNTS_AS + count)))


def _independent(moments: Sequence[object]) -> float:
    """As how many moments they count, as their windows overlap."""
    return 1 + (len(moments) - 1) * OVERLAP if moments else 0.0
