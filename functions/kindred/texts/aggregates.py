"""From scores of texts to what is known of a customer: means, spread, evidence."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HALF_LIFE_DAYS: Final = 180.0  # a text this much older weighs half
LEAST_WEIGHT: Final = 1e-6
#: Numbers of texts and of words at which each counts half as evidence. Set by hand, so that one
#: short review has about 0.2 and ten of them 0.8.
_TEXTS_HALF: Final = 1.0
_WORDS_HALF: Final = 20.0


def decay(age_days: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much is left of a text's weight at this age; NaN without one."""
    left: NDArray[np.float64] = 0.5 ** (np.maximum(age_days, 0.0) / HALF_LIFE_DAYS)
    return left


def recency_weights(
    age_days: NDArray[np.float64], undated: float | None = None
) -> NDArray[np.float64]:
    """Weight of texts by age. One without a date weighs ``undated``.

    None: as the average dated one here, or 1.
    """
    weights = decay(age_days)
    dated = ~np.isnan(weights)
    if undated is None:
        undated = weights[dated].mean() if dated.any() else 1.0
    weights[~dated] = undated
    # Years-old text still counts: means divide by the sum, which must not vanish.
    lasting: NDArray[np.float64] = np.maximum(weights, LEAST_WEIGHT)
    return lasting


def weighted_means(
    values: NDArray[np.float64], weights: NDArray[np.float64], owner: NDArray[np.int64], owners: int
) -> NDArray[np.float64]:
    """Means of the rows of ``values`` by ``owner`` (0 … ``owners`` - 1); every owner has a row."""
    total = np.zeros((owners, values.shape[1]))
    np.add.at(total, owner, values * weights[:, None])
    means: NDArray[np.float64] = total / np.bincount(owner, weights, owners)[:, None]
    return means


def evidence_of(texts: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.float64]:
    """0-1: how much weight a customer's words deserve; one short review about .2, ten about .8."""
    by_texts: NDArray[np.float64] = texts / (texts + _TEXTS_HALF)
    by_words: NDArray[np.float64] = words / (words + _WORDS_HALF)
    return by_texts * by_words
