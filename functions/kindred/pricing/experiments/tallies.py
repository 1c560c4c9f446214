"""What the arms of a price test brought, customer by customer. Pure.

Memory grows with customers, not with quotes. A customer is one unit, however many quotes and orders
there are: they aren't independent of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kindred.pricing.experiments import statistics
from kindred.pricing.experiments.statistics import Moments, PairSums
from kindred.pricing.given import Given


@dataclass(frozen=True)
class ArmTotals:
    """One arm. Means are per customer who was quoted; money in minor units, net of refunds."""

    id: str
    customers: int
    quotes: int
    orders: int  # quotes that were bought
    buyers: int  # customers who bought
    open: int  # quotes of which nothing was told yet; they count as not bought
    revenue_total: int
    largest_share: float  # of the arm's revenue, by its best customer
    conversion: Moments  # share of customers who bought
    revenue: Moments
    margin: Moments | None  # None: something was sold at an unknown cost
    refunds: Moments  # pieces that came back, of those bought
    returned: int = 0  # customers of whose pieces some came back


class _Customer:
    """A customer within one arm."""

    __slots__ = ("back", "costs_known", "margin", "open", "orders", "pieces", "quotes", "revenue")

    def __init__(self) -> None:
        self.quotes = self.orders = self.open = self.pieces = self.back = 0
        self.revenue = self.margin = 0
        self.costs_known = True

    def add(self, quote: Given) -> None:
        self.quotes += 1
        self.orders += quote.is_bought
        self.open += quote.state is None
        self.pieces += quote.quantity
        self.back += quote.refunded
        self.revenue += quote.revenue
        margin = quote.margin
        self.margin += margin or 0
        self.costs_known &= margin is not None


class TestTally:
    """Quotes of one test, added up one by one, in any order."""

    __test__ = False  # no test of ours, whatever its name starts with

    def __init__(self, test_id: str, arms: Sequence[str], *, adaptive: bool = False) -> None:
        """``adaptive``: customers move between arms by design, and count in each of them."""
        self._names = {f"{test_id}:{arm}": arm for arm in arms}
        self._adaptive = adaptive
        self._arms: dict[str, dict[str, _Customer]] = {arm: {} for arm in arms}
        self._currencies: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.other_currency = 0  # quotes left out

    @property
    def currency(self) -> str | None:
        return next(iter(self._currencies), None)

    def add(self, quote: Given) -> None:
        """Count a quote if it is of this test; the first one says in which currency."""
        arm = self._names.get(quote.arm or "")
        if arm is None:
            return
        self._currencies[quote.currency] += 1
        if quote.currency != self.currency:
            self.other_currency += 1
            return
        self._arms[arm].setdefault(quote.customer_id, _Customer()).add(quote)
        self.first = min(self.first or quote.created_at, quote.created_at)
        self.last = max(self.last or quote.created_at, quote.created_at)

    def moved(self) -> frozenset[str]:
        """Customers who saw several arms: in a test whose weights stay there should be none."""
        seen = Counter(customer for arm in self._arms.values() for customer in arm)
        return frozenset(customer for customer, arms in seen.items() if arms > 1)

    def totals(self) -> dict[str, ArmTotals]:
        """By arm; customers who moved belong to none, unless they move by design."""
        left_out = frozenset[str]() if self._adaptive else self.moved()
        return {
            arm: _totals(arm, [one for id_, one in customers.items() if id_ not in left_out])
            for arm, customers in self._arms.items()
        }


def _totals(arm: str, customers: list[_Customer]) -> ArmTotals:
    n = len(customers)
    buyers = sum(one.orders > 0 for one in customers)
    total = sum(one.revenue for one in customers)
    best = max((one.revenue for one in customers), default=0)
    costs_known = all(one.costs_known for one in customers)
    pairs = PairSums(
        n,
        sum(one.back for one in customers),
        sum(one.pieces for one in customers),
        sum(one.back**2 for one in customers),
        sum(one.pieces**2 for one in customers),
        sum(one.back * one.pieces for one in customers),
    )
    return ArmTotals(
        id=arm,
        customers=n,
        quotes=sum(one.quotes for one in customers),
        orders=sum(one.orders for one in customers),
        buyers=buyers,
        open=sum(one.open for one in customers),
        revenue_total=total,
        largest_share=best / total if total > 0 else 0.0,
        conversion=statistics.proportion(buyers, n),
        revenue=_mean([one.revenue for one in customers]),
        margin=_mean([one.margin for one in customers]) if costs_known else None,
        refunds=statistics.ratio(pairs),
        returned=sum(one.back > 0 for one in customers),
    )


def _mean(values: Sequence[int]) -> Moments:
    return statistics.mean(len(values), sum(values), sum(value * value for value in values))
