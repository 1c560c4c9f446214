"""On which days customers bought, and for how much: what every prediction starts from.

Several orders of one day are one purchase, as in the papers that the models come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

import ibis
import numpy as np
from ibis import _
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BATCH_ROWS: Final = 200_000  # purchase days in memory at a time: 5 MB


@dataclass(frozen=True)
class Purchases:
    """Purchase days of some customers, all that each of them has: one entry per customer and day.

    Sorted by ``customer``, a number that follows the order of the ids, and ``day``, which counts
    from the shop's first; ``amount`` is what was spent.
    """

    customer: Integers
    day: Floats
    amount: Floats

    def __len__(self) -> int:
        return len(self.customer)

    def part(self, start: int, end: int | None = None) -> Purchases:
        return Purchases(self.customer[start:end], self.day[start:end], self.amount[start:end])


class PurchaseBatches(Protocol):
    """A shop's purchases in batches of whole customers, in order; read as often as need be."""

    @property
    def first_day(self) -> date: ...

    @property
    def last_day(self) -> float:
        """Counted from the first."""
        ...

    def batches(self) -> Iterator[Purchases]: ...


def day_of(purchases: PurchaseBatches, when: date) -> float:
    """``when`` as days since the shop's first."""
    return float((when - purchases.first_day).days)


def purchase_days(orders: Table) -> Table:
    """``customer_id, ordered_on, amount`` of every day on which a known customer bought."""
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale")
    return (
        sales.mutate(ordered_on=_.ordered_at.date())
        .group_by("customer_id", "ordered_on")
        .aggregate(amount=_.amount.sum().cast("float64"))
    )


@dataclass(frozen=True)
class StoredPurchases:
    """`PurchaseBatches` on the engine; made by `store_purchases`."""

    engine: Engine
    days: Table  # customer, day, amount
    customer_ids: Table  # customer, customer_id
    first_day: date
    last_day: float
    repeat_purchases: int
    batch_rows: int

    def batches(self) -> Iterator[Purchases]:
        ordered = self.days.order_by("customer", "day")
        frames = self.engine.batches(ordered, self.batch_rows)
        return whole_customers(
            Purchases(*(frame[name].to_numpy() for name in ("customer", "day", "amount")))
            for frame in frames
        )


def store_purchases(
    engine: Engine, orders: Table, batch_rows: int = BATCH_ROWS
) -> StoredPurchases | None:
    """The purchases in canonical ``orders``, kept on the engine; None if there is none."""
    days = engine.keep("purchase_days", purchase_days(orders))
    counted = engine.row(
        days.aggregate(
            purchases=_.count(),
            customers=_.customer_id.nunique(),
            first=_.ordered_on.min(),
            last=_.ordered_on.max(),
        )
    )
    if not counted["purchases"]:
        return None
    first_day: date = counted["first"]
    ids = days.select("customer_id").distinct()
    ids = ids.mutate(customer=ibis.row_number().over(order_by=ids.customer_id))
    customer_ids = engine.keep("purchase_customers", ids)
    numbered = days.join(customer_ids, "customer_id").select(
        "customer",
        day=days.ordered_on.delta(ibis.literal(first_day), unit="day").cast("float64"),
        amount=days.amount,
    )
    return StoredPurchases(
        engine,
        numbered,
        customer_ids,
        first_day,
        last_day=float((counted["last"] - first_day).days),
        repeat_purchases=counted["purchases"] - counted["customers"],
        batch_rows=batch_rows,
    )


def whole_customers(parts: Iterator[Purchases]) -> Iterator[Purchases]:
    """The same purchases in the same order, cut only between customers."""
    started: Purchases | None = None  # purchases of a customer who may have more in the next part
    for part in parts:
        joined = part if started is None else _joined(started, part)
        cut = int(np.searchsorted(joined.customer, joined.customer[-1]))
        started = joined.part(cut)
        if cut:
            yield joined.part(0, cut)
    if started is not None:
        yield started


def _joined(first: Purchases, then: Purchases) -> Purchases:
    def both(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(first, name), getattr(then, name)])

    return Purchases(both("customer"), both("day"), both("amount"))
