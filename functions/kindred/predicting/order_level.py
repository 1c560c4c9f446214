"""How much more, or less, a shop sells than the counting models expect.

They rest on the assumption that customers leave as they always have; a Poisson regression that
learned the shop's pace in the last window rests on that pace going on. They err in opposite ways,
so the level lies halfway.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kindred.predicting.purchases import Floats
from kindred.predicting.regressions import fit_poisson

DRIFT: Final = 0.04  # how far (log) a shop's pace wanders from any model within a year, at least
LEVELS: Final = (0.5, 2.0)  # the level stays within


def fit_level(
    before: Floats, bought: Floats, now: Floats, expected: float, weeks: float, window: float
) -> tuple[float, float]:
    """The factor on what is expected, and the standard error of its logarithm.

    ``before`` are customers' features at the start of the last ``window`` (weeks), in which they
    ``bought`` so often; ``now`` are features at its end, of customers whose purchases within
    ``weeks`` the counting models ``expected`` in all.
    """
    pace_goes_on = float(fit_poisson(before, bought).expected(now).sum()) * weeks / window
    apart = float(np.log((pace_goes_on + 1) / (expected + 1)))
    spread = bought.var() / max(float(bought.mean()), 1e-9)  # above 1: more than Poisson noise
    noise = float(np.sqrt(max(spread, 1.0) / max(float(bought.sum()), 1.0)))
    # What chance can explain is no reason to move (positive-part James and Stein).
    believed = max(0.0, 1 - noise**2 / max(apart**2, 1e-12))
    level = (1 + np.exp(believed * apart)) / 2
    error = float(np.hypot(0.5 * believed * noise, DRIFT))
    return float(np.clip(level, *LEVELS)), error
