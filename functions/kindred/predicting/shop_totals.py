"""Does the interval of a shop's totals hold what came? One shop tells little, many drawn ones do.

Customers of a real shop, drawn again and again, make real shops of any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.predicting import gamma_gamma
from kindred.predicting.fitted_shop import fit_shop
from kindred.predicting.histories import WEEK, histories_and_spend
from kindred.predicting.predictions import AMOUNT_PRIOR_STRENGTH, SEED
from kindred.predicting.purchases import PurchaseBatches, Purchases
from kindred.predicting.value import Interval, predict_totals

DRAWN_SIZES: Final = (50, 200, 1_000)  # customers
DRAWN_SHOPS: Final = 40  # of each size: a share of 80 % is good to about 6 points


@dataclass(frozen=True)
class ShopTotals:
    """Orders and money of the time that was hidden: predicted, and what they were."""

    orders: Interval
    value: Interval
    orders_then: float
    value_then: float
    grade: str


@dataclass(frozen=True)
class Coverage:
    """Over shops of one size: how often intervals held the truth, and the mean of errors."""

    customers: int
    shops: int
    orders: float
    value: float
    total_error: float
    grades: dict[str, int]


def totals_of(purchases: PurchaseBatches, end: float) -> ShopTotals:
    """Learn up to and with day ``end``, and predict what all customers do until the last day."""
    last = purchases.last_day
    weeks = (last - end) / WEEK
    _, bought, spent = histories_and_spend(purchases, end, last)
    with threadpool_limits(limits=1):
        shop = fit_shop(purchases, end, weeks)
        amounts = gamma_gamma.fit(
            shop.histories.repeats, shop.histories.mean_amount, strength=AMOUNT_PRIOR_STRENGTH
        )
        orders, value = predict_totals(shop, amounts, weeks, np.random.default_rng(SEED))
    grade, _ = shop.grade()
    return ShopTotals(orders, value, float(bought.sum()), float(spent.sum()), grade)


def coverage(
    purchases: PurchaseBatches, end: float, customers: int, shops: int = DRAWN_SHOPS
) -> Coverage | None:
    """Draw so many ``shops`` of ``customers``; None if the file has fewer than twice as many."""
    everybody = _Drawn.all_of(purchases, end)
    if len(everybody.starts) < 2 * customers:
        return None
    rng = np.random.default_rng(SEED)
    tried = [
        totals_of(everybody.draw(rng.choice(len(everybody.starts), customers, replace=False)), end)
        for _ in range(shops)
    ]
    held = np.array(
        [(one.orders.holds(one.orders_then), one.value.holds(one.value_then)) for one in tried]
    )
    errors = [one.orders.value / max(one.orders_then, 1.0) - 1 for one in tried]
    return Coverage(
        customers,
        shops,
        orders=float(held[:, 0].mean()),
        value=float(held[:, 1].mean()),
        total_error=float(np.mean(errors)),
        grades=dict(Counter(one.grade for one in tried)),
    )


@dataclass(frozen=True)
class _Drawn:
    """`PurchaseBatches` of some customers, in memory."""

    purchases: Purchases
    starts: np.ndarray  # of each customer who had bought by the end of what is learned from
    lengths: np.ndarray
    first_day: date
    last_day: float

    @classmethod
    def all_of(cls, purchases: PurchaseBatches, end: float) -> _Drawn:
        parts = list(purchases.batches())
        joined = Purchases(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("customer", "day", "amount")
            )
        )
        _, starts, lengths = np.unique(joined.customer, return_index=True, return_counts=True)
        known = joined.day[starts] <= end
        return cls(joined, starts[known], lengths[known], purchases.first_day, purchases.last_day)

    def draw(self, chosen: np.ndarray) -> _Drawn:
        starts, lengths = self.starts[chosen], self.lengths[chosen]
        rows = np.concatenate(
            [np.arange(at, at + many) for at, many in zip(starts, lengths, strict=True)]
        )
        who = np.repeat(np.arange(len(chosen)), lengths)
        purchases = Purchases(who, self.purchases.day[rows], self.purchases.amount[rows])
        at = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return _Drawn(purchases, at, lengths, self.first_day, self.last_day)

    def batches(self) -> Iterator[Purchases]:
        yield self.purchases
