"""Possible futures of a shop: how far orders and value may lie from what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting.churn import ChurnModels
from kindred.predicting.gamma_gamma import GammaGamma
from kindred.predicting.histories import Histories
from kindred.predicting.purchases import Floats

LOW: Final = 0.1  # an 80 % interval
HIGH: Final = 0.9
#: Futures are simulated for shops of up to so many customers; fewer for larger ones.
MOST_FUTURES: Final = 200
MOST_FUTURES_UP_TO: Final = 5_000
FEWEST_FUTURES: Final = 60


class RunningInterval:
    """Both quantiles of each customer over ``count`` futures that are added one by one.

    It keeps only the smallest and the largest numbers that the two quantiles are made of, about a
    fifth of all; the result is what `numpy.quantile` makes of all of them.
    """

    def __init__(self, count: int, customers: int) -> None:
        self._low_at, self._high_at = ((count - 1) * share for share in (LOW, HIGH))
        smallest, largest = int(self._low_at) + 2, count - int(self._high_at)
        self._smallest = np.full((smallest, customers), np.inf, dtype=np.float32)
        self._largest = np.full((largest, customers), -np.inf, dtype=np.float32)

    def add(self, future: NDArray[np.float32]) -> None:
        """One number per customer."""
        _insert(self._smallest, future, here=np.minimum, further=np.maximum)
        _insert(self._largest, future, here=np.maximum, further=np.minimum)

    def of(self, customers: slice) -> tuple[Floats, Floats]:
        """The low and the high quantile of some customers."""
        low, high = self._smallest[-2:, customers], self._largest[:-3:-1, customers]
        return (
            np.quantile(low, [self._low_at % 1], axis=0)[0],
            np.quantile(high, [self._high_at % 1], axis=0)[0],
        )


def _insert(
    ranked: NDArray[np.float32], new: NDArray[np.float32], *, here: np.ufunc, further: np.ufunc
) -> None:
    """Put each customer's ``new`` number in its place; what was last in rank drops out.

    Of two numbers ``here`` is the one that belongs into a rank, and ``further`` the other.
    """
    for rank in ranked:
        rest = further(rank, new)
        here(rank, new, out=rank)
        new = rest


@dataclass(frozen=True)
class SimulatedFutures:
    """Orders and value by customer, and the shop's totals in each future."""

    orders: RunningInterval
    value: RunningInterval
    total_orders: Floats
    total_value: Floats


def simulate_futures(
    models: ChurnModels,
    amounts: GammaGamma,
    histories: Histories,
    factor: Floats,
    weeks: float,
    rng: np.random.Generator,
) -> SimulatedFutures:
    """Futures of so many ``weeks`` under parameters that are about as likely as the best ones.

    ``factor`` is the churn models' `expectation_factor`. One future at a time, through all
    customers: another order would draw other random numbers.
    """
    size = len(histories)
    count = int(
        np.clip(MOST_FUTURES * MOST_FUTURES_UP_TO / max(size, 1), FEWEST_FUTURES, MOST_FUTURES)
    )
    orders, value = RunningInterval(count, size), RunningInterval(count, size)
    totals = np.empty((2, count))
    for future, (theta, modified) in enumerate(models.counting.draw_parameters(count, rng)):
        pace = models.level * float(np.exp(rng.normal(0, models.level_error)))
        bought = btyd.simulate_purchases(
            theta, histories, weeks, modified, rng, alive_factor=factor, pace_factor=pace
        )
        spent = amounts.draw_parameters(rng).simulate_amounts(
            histories.repeats, histories.mean_amount, bought, rng
        ) * np.exp(rng.normal(0, models.order_level.amount_error))
        for at, (interval, drawn) in enumerate(((orders, bought), (value, spent))):
            small = drawn.astype(np.float32)
            interval.add(small)
            totals[at, future] = small.sum(dtype=float)
    return SimulatedFutures(orders, value, totals[0], totals[1])
