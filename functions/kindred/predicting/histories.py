"""What a prediction needs of a customer: how many orders, how long ago the last, since when.

Several orders of one day are one purchase, as in the papers that the models come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEK = 7.0


@dataclass(frozen=True)
class Purchases:
    """All purchase days of a shop: one entry per customer and day, sorted by both.

    ``customer`` counts from 0; ``day`` is days since the shop's first; ``amount`` what was spent.
    """

    ids: NDArray[np.object_]
    customer: NDArray[np.int64]
    day: Floats
    amount: Floats
    first_day: pd.Timestamp

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Purchases:
        """From ``customer_id, ordered_on, amount``, in any order and with repeated days."""
        if frame.duplicated(["customer_id", "ordered_on"]).any():
            by_day = frame.groupby(["customer_id", "ordered_on"], sort=False)["amount"].sum()
            frame = by_day.reset_index()
        customer, ids = pd.factorize(frame["customer_id"].to_numpy(dtype=object), sort=True)
        order = np.lexsort((frame["ordered_on"].to_numpy(), customer))
        frame, customer = frame.iloc[order], customer[order]
        days = pd.to_datetime(frame["ordered_on"])
        first = days.min()
        return cls(
            ids,
            customer.astype(np.int64),
            np.asarray((days - first).dt.days, dtype=np.float64),
            frame["amount"].to_numpy(dtype=float),
            first,
        )

    def day_of(self, when: Any) -> float:
        """A date as days since the shop's first."""
        return float((pd.Timestamp(when) - self.first_day).days)


@dataclass(frozen=True)
class Histories:
    """One entry per customer who had bought by ``end`` (days); times in weeks.

    ``repeats`` x, ``last`` t_x and ``age`` T as in Fader, Hardie and Lee (2005); ``mean_amount``
    over the repeat purchases; ``who`` is the customer's number in `Purchases`.
    """

    end: float
    who: NDArray[np.int64]
    repeats: Floats
    last: Floats
    age: Floats
    mean_amount: Floats
    first_amount: Floats
    recent: Mapping[int, Floats]  # purchases in the last so many weeks

    def __len__(self) -> int:
        return len(self.who)

    def pick(self, chosen: NDArray[Any]) -> Histories:
        """The same of some customers."""
        return Histories(
            self.end, self.who[chosen], self.repeats[chosen], self.last[chosen], self.age[chosen],
            self.mean_amount[chosen], self.first_amount[chosen],
            {weeks: counts[chosen] for weeks, counts in self.recent.items()},
        )  # fmt: skip


RECENT_WEEKS = (4, 13)


def histories_at(purchases: Purchases, end: float) -> Histories:
    """What was known at the end of day ``end``."""
    seen = purchases.day <= end
    who, day, amount = purchases.customer[seen], purchases.day[seen], purchases.amount[seen]
    count = np.bincount(who, minlength=len(purchases.ids))
    present = np.flatnonzero(count)
    starts = np.searchsorted(who, present)
    ends = np.searchsorted(who, present, side="right") - 1
    first, last = day[starts], day[ends]
    total = np.bincount(who, weights=amount, minlength=len(purchases.ids))[present]
    repeats = (count[present] - 1).astype(float)
    recent = {
        weeks: np.bincount(who[day > end - WEEK * weeks], minlength=len(purchases.ids))[
            present
        ].astype(float)
        for weeks in RECENT_WEEKS
    }
    return Histories(
        end=end,
        who=present,
        repeats=repeats,
        last=(last - first) / WEEK,
        age=(end - first) / WEEK,
        mean_amount=np.where(
            repeats > 0, (total - amount[starts]) / np.maximum(repeats, 1), np.nan
        ),
        first_amount=amount[starts],
        recent=recent,
    )


def outcome(purchases: Purchases, who: NDArray[np.int64], start: float, end: float) -> Floats:
    """How many purchases each customer made after day ``start``, up to and with day ``end``."""
    inside = (purchases.day > start) & (purchases.day <= end)
    counts = np.bincount(purchases.customer[inside], minlength=len(purchases.ids))
    return counts[who].astype(float)


def outcome_value(purchases: Purchases, who: NDArray[np.int64], start: float, end: float) -> Floats:
    """What each customer spent in the same time."""
    inside = (purchases.day > start) & (purchases.day <= end)
    spent = np.bincount(
        purchases.customer[inside], weights=purchases.amount[inside], minlength=len(purchases.ids)
    )
    return np.asarray(spent[who], dtype=float)


def purchase_days(orders: Table) -> Table:
    """``customer_id, ordered_on, amount`` of every day on which a known customer bought."""
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale")
    return (
        sales.mutate(ordered_on=_.ordered_at.date())
        .group_by("customer_id", "ordered_on")
        .aggregate(amount=_.amount.sum().cast("float64"))
    )
