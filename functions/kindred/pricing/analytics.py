"""What prices did: against the holdout, by segment and by price point. Pure.

Quotes are added up one by one; memory grows with customers and price points, not with quotes. The
customer is the unit of every interval, since quotes of one customer aren't independent.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kindred.pricing.experiments import statistics
from kindred.pricing.experiments.distributions import NORMAL
from kindred.pricing.experiments.statistics import PairSums
from kindred.pricing.given import Given
from kindred.pricing.holdout_effects import (
    ENOUGH_CUSTOMERS,
    UNKNOWN,
    HoldoutEffect,
    HoldoutTally,
)

#: Told of a product; the rarest prices beyond are left out, and how many is told.
MOST_POINTS: Final = 50
_Z: Final = -NORMAL.inv_cdf(0.025)


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval; not enough data: no interval is worth its name."""

    n: int  # customers
    count: int  # of them
    value: float
    low: float
    high: float
    enough: bool


@dataclass(frozen=True)
class PricePoint:
    """How many customers bought at a price. What was seen, not what the price caused."""

    product_id: str
    price: int
    conversion: Share


@dataclass(frozen=True)
class SegmentPrices:
    """Prices of a segment beside public ones, and how they are accepted."""

    segment: str
    customers: int
    quotes: int
    mean_of_base: float  # 0.95: five percent below the public price
    variation: float  # standard deviation between quotes, as a share of that mean
    lowest_of_base: float
    highest_of_base: float
    acceptance: Share  # quotes that were bought, of those whose outcome is known


@dataclass(frozen=True)
class Limited:
    """What limits changed of what was sold and kept. Minor units."""

    orders: int  # bought quotes that a limit changed
    raised: int  # what prices were kept from falling by: margin that was saved
    lowered: int  # what prices were kept from rising by


@dataclass(frozen=True)
class Analytics:
    """All of one currency."""

    currency: str
    quotes: int
    customers: int
    orders: int
    revenue: int
    effects: tuple[HoldoutEffect, ...]
    points: tuple[PricePoint, ...]
    points_left_out: int
    segments: tuple[SegmentPrices, ...]
    limited: Limited


def analyse(quotes: Iterable[Given]) -> tuple[Analytics, ...]:
    """What quotes and their outcomes tell, by currency: sums of two currencies mean nothing."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for quote in quotes:
        tallies[quote.currency].add(quote)
    return tuple(tally.told(currency) for currency, tally in sorted(tallies.items()))


@dataclass
class _Acceptance:
    """A customer's quotes of a segment whose outcome is known, and those that were bought."""

    known: int = 0
    bought: int = 0


@dataclass
class _Spread:
    """Of prices as shares of public ones."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    def add(self, value: float) -> None:
        self.n += 1
        self.total += value
        self.squares += value * value
        self.low, self.high = min(self.low, value), max(self.high, value)


@dataclass
class _Tally:
    quotes: int = 0
    orders: int = 0
    revenue: int = 0
    customers: set[str] = field(default_factory=set)
    holdout: HoldoutTally = field(default_factory=HoldoutTally)
    points: dict[tuple[str, int], dict[str, bool]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    spreads: dict[str, _Spread] = field(default_factory=lambda: defaultdict(_Spread))
    accepted: dict[str, dict[str, _Acceptance]] = field(default_factory=lambda: defaultdict(dict))
    limited: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, quote: Given) -> None:
        segment = quote.segment_key or UNKNOWN
        self.quotes += 1
        self.orders += quote.is_bought
        self.revenue += quote.revenue
        self.customers.add(quote.customer_id)
        self.holdout.add(quote)
        at_price = self.points[quote.product_id, quote.price]
        at_price[quote.customer_id] = at_price.get(quote.customer_id, False) or quote.is_bought
        one = self.accepted[segment].setdefault(quote.customer_id, _Acceptance())
        one.known += quote.state is not None or quote.is_bought
        one.bought += quote.is_bought
        if quote.base_price > 0:
            self.spreads[segment].add(quote.price / quote.base_price)
        if quote.limited and quote.kept:
            self.limited[0] += 1
            self.limited[1 if quote.limited > 0 else 2] += abs(quote.limited) * quote.kept

    def told(self, currency: str) -> Analytics:
        points, left_out = _points(self.points)
        return Analytics(
            currency=currency,
            quotes=self.quotes,
            customers=len(self.customers),
            orders=self.orders,
            revenue=self.revenue,
            effects=tuple(self.holdout.effects()),
            points=points,
            points_left_out=left_out,
            segments=tuple(
                _segment(name, self.spreads[name], customers)
                for name, customers in sorted(self.accepted.items())
            ),
            limited=Limited(*self.limited),
        )


def _points(
    points: Mapping[tuple[str, int], Mapping[str, bool]],
) -> tuple[tuple[PricePoint, ...], int]:
    """The prices of each product that most customers were asked, cheapest first."""
    by_product: dict[str, list[PricePoint]] = defaultdict(list)
    for (product, price), customers in points.items():
        share = wilson(sum(customers.values()), len(customers))
        by_product[product].append(PricePoint(product, price, share))
    shown: list[PricePoint] = []
    left_out = 0
    for _, theirs in sorted(by_product.items()):
        most_asked = sorted(theirs, key=lambda point: (-point.conversion.n, point.price))
        left_out += max(0, len(theirs) - MOST_POINTS)
        shown += sorted(most_asked[:MOST_POINTS], key=lambda point: point.price)
    return tuple(shown), left_out


def wilson(count: int, n: int) -> Share:
    """A share of independent customers with Wilson's interval."""
    if n == 0:
        return Share(0, 0, 0.0, 0.0, 1.0, enough=False)
    share, z2 = count / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(n, count, share, min(low, share), max(high, share), n >= ENOUGH_CUSTOMERS)


def _segment(name: str, spread: _Spread, customers: Mapping[str, _Acceptance]) -> SegmentPrices:
    n = spread.n
    mean = spread.total / n if n else 1.0
    between = max(0.0, spread.squares / n - mean * mean) if n else 0.0
    return SegmentPrices(
        segment=name,
        customers=len(customers),
        quotes=n,
        mean_of_base=mean,
        variation=math.sqrt(between) / mean if mean else 0.0,
        lowest_of_base=spread.low if n else 1.0,
        highest_of_base=spread.high if n else 1.0,
        acceptance=_acceptance(customers.values()),
    )


def _acceptance(customers: Iterable[_Acceptance]) -> Share:
    """Of all known quotes, those that were bought; the interval is one of customers."""
    known = [one for one in customers if one.known]
    bought, told = sum(one.bought for one in known), sum(one.known for one in known)
    pairs = PairSums(
        len(known),
        bought,
        told,
        sum(one.bought**2 for one in known),
        sum(one.known**2 for one in known),
        sum(one.bought * one.known for one in known),
    )
    moments = statistics.ratio(pairs)
    share = bought / told if told else 0.0
    # Where all customers are alike, Wilson's interval still knows how few they are.
    plain = wilson(round(share * len(known)), len(known))
    half = _Z * math.sqrt(moments.variance / len(known)) if known else 0.0
    return Share(
        n=len(known),
        count=bought,
        value=share,
        low=max(0.0, min(share - half, plain.low)),
        high=min(1.0, max(share + half, plain.high)),
        enough=plain.enough,
    )
