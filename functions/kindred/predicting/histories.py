"""What a prediction needs of a customer: how many purchases, how long ago the last, since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.predicting.purchases import Floats, Integers, PurchaseBatches, Purchases

WEEK = 7.0  # days


@dataclass(frozen=True)
class Histories:
    """One entry per customer who had bought by ``end`` (days); times in weeks.

    ``repeats`` x, ``last`` t_x and ``age`` T as in Fader, Hardie and Lee (2005); ``mean_amount``
    over the repeat purchases, NaN without any; ``customer`` is the number in `Purchases`.

    These are the whole shop's: six numbers per customer in plain vectors, whereas its purchases are
    only ever read in batches. Simulated futures take one stream of random numbers through all
    customers, and sums of floating point numbers depend on how they are grouped; by batches, the
    last digits of every result would follow the size of a batch.
    """

    end: float
    customer: Integers
    repeats: Floats
    last: Floats
    age: Floats
    mean_amount: Floats
    first_amount: Floats

    def __len__(self) -> int:
        return len(self.customer)

    def pick(self, chosen: NDArray[Any] | slice) -> Histories:
        """The same of some customers."""
        return Histories(
            self.end,
            self.customer[chosen],
            self.repeats[chosen],
            self.last[chosen],
            self.age[chosen],
            self.mean_amount[chosen],
            self.first_amount[chosen],
        )


def histories_at(purchases: PurchaseBatches, end: float) -> Histories:
    """What was known at the end of day ``end``."""
    return histories_and_outcome(purchases, end, end)[0]


def histories_and_outcome(
    purchases: PurchaseBatches, end: float, until: float
) -> tuple[Histories, Floats]:
    """What was known at the end of day ``end``, and how many purchases followed it.

    They count up to and with day ``until``, one entry per customer of the histories.
    """
    return histories_and_spend(purchases, end, until)[:2]


def histories_and_spend(
    purchases: PurchaseBatches, end: float, until: float
) -> tuple[Histories, Floats, Floats]:
    """As `histories_and_outcome`, and what those purchases brought."""
    parts = [_of_batch(batch, end, until) for batch in purchases.batches()]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Histories(end, *columns[:-2]), columns[-2], columns[-1]


def _of_batch(batch: Purchases, end: float, until: float) -> tuple[NDArray[Any], ...]:
    """Columns of `Histories` after ``end``, the purchases that followed, and their money."""
    offset = int(batch.customer[0])
    number = batch.customer - offset
    size = int(number[-1]) + 1
    seen = batch.day <= end
    who, day, amount = number[seen], batch.day[seen], batch.amount[seen]
    count = np.bincount(who, minlength=size)
    present = np.flatnonzero(count)
    starts = np.searchsorted(who, present)
    ends = np.searchsorted(who, present, side="right") - 1
    first, last = day[starts], day[ends]
    repeats = (count[present] - 1).astype(float)
    total = np.bincount(who, weights=amount, minlength=size)[present]
    mean_amount = np.where(repeats > 0, (total - amount[starts]) / np.maximum(repeats, 1), np.nan)
    after = ~seen & (batch.day <= until)
    followed = np.bincount(number[after], minlength=size)
    spent = np.bincount(number[after], weights=batch.amount[after], minlength=size)
    return (
        present + offset,
        repeats,
        (last - first) / WEEK,
        (end - first) / WEEK,
        mean_amount,
        amount[starts],
        followed[present].astype(float),
        spent[present],
    )


def grouped(histories: Histories) -> tuple[Histories, Floats]:
    """One of each kind of customers with equal repeats, last and age, and how many there are."""
    table = np.column_stack([histories.repeats, histories.last, histories.age])
    _rows, first, counts = np.unique(table, axis=0, return_index=True, return_counts=True)
    return histories.pick(first), counts.astype(float)
