"""From scores of texts to what is known of a customer: means, spread, evidence."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HALF_LIFE_DAYS: Final = 180.0  # a text this much older weighs half
_TEXTS_HALF: Final = 1.0  # texts at which the number of texts counts half
_WORDS_HALF: Final = 20.0


def recency_weights(age_days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of texts by age; one without a date weighs as the average dated one, or 1."""
    weights = 0.5 ** (np.maximum(age_days, 0.0) / HALF_LIFE_DAYS)
    dated = ~np.isnan(weights)
    weights[~dated] = weights[dated].mean() if dated.any() else 1.0
    # Years-old text still counts: means divide by the sum, which must not vanish.
    kept: NDArray[np.float64] = np.maximum(weights, 1e-6)
    return kept


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
