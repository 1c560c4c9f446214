"""For how long a customer has to stay away before it tells anything: the horizon of churn."""

from __future__ import annotations

from typing import Final

import numpy as np

from kindred.predicting.purchases import Integers, PurchaseBatches

#: Four of five gaps between purchases end within the horizon.
SHARE_OF_GAPS: Final = 0.8
FEWEST_GAPS: Final = 10  # with fewer, the default is as good
DEFAULT_DAYS: Final = 90.0
SHORTEST_DAYS: Final = 14.0
LONGEST_DAYS: Final = 365.0
LONGEST_SHARE: Final = 3  # at most this part of the shop's history: a third


def horizon_of(purchases: PurchaseBatches, end: float) -> float:
    """Days within which four of five gaps between purchases of this shop end.

    At least two weeks, at most a year and a third of the shop's history up to day ``end``.
    """
    counts = _gap_counts(purchases, end)
    usual = _quantile(counts, SHARE_OF_GAPS) if counts.sum() >= FEWEST_GAPS else DEFAULT_DAYS
    longest = max(SHORTEST_DAYS, end / LONGEST_SHARE)
    return float(np.clip(np.round(usual), SHORTEST_DAYS, min(LONGEST_DAYS, longest)))


def _gap_counts(purchases: PurchaseBatches, end: float) -> Integers:
    """How many gaps between two purchases of a customer last 0, 1, 2 … days."""
    counts = np.zeros(int(max(purchases.last_day, 0.0)) + 1, dtype=np.int64)
    for batch in purchases.batches():
        seen = batch.day <= end
        same_customer = np.diff(batch.customer[seen]) == 0
        gaps = np.diff(batch.day[seen])[same_customer]
        counts += np.bincount(gaps.astype(np.int64), minlength=len(counts))
    return counts


def _quantile(counts: Integers, share: float) -> float:
    """As `numpy.quantile` of the values 0, 1, 2 …, each as often as ``counts`` says."""
    position = (counts.sum() - 1) * share
    below = int(position)
    lower, upper = np.searchsorted(np.cumsum(counts), [below, below + 1], side="right")
    return float(lower + (upper - lower) * (position - below))
