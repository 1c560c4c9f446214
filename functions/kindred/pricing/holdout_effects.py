"""What personal and tested prices brought, beside customers whom no price is changed for. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kindred.pricing.experiments import statistics
from kindred.pricing.experiments.sequential import always_valid
from kindred.pricing.experiments.statistics import Effect, Moments
from kindred.pricing.given import HOLDOUT, Given

#: A side with fewer customers or buyers is not enough data.
ENOUGH_CUSTOMERS: Final = 50
ENOUGH_BUYERS: Final = 30
#: Whom no segment is known of.
UNKNOWN: Final = "unknown"
ALPHA: Final = 0.05


@dataclass(frozen=True)
class HoldoutEffect:
    """What personal and tested prices brought per customer above the holdout. Minor units.

    The interval holds for all segments together and however often it is looked at, which is what
    happens to analytics. ``total``: the same for all customers. None: not enough data.
    """

    segment: str
    customers: int
    holdout_customers: int
    per_customer: float | None
    low: float | None
    high: float | None
    total: float | None


#: When a customer's first quote of a test was, in the holdout?, in which segment.
Began = tuple[datetime, bool, str]


def _began(quote: Given) -> Began:
    return quote.created_at, quote.arm_id == HOLDOUT, quote.segment_key or UNKNOWN


@dataclass
class _Tested:
    """A customer within one test.

    The segment is that of the first quote: who buys for a price may come into another segment, and
    comparing those would be comparing the price's own doing.
    """

    began: Began
    revenue: int = 0
    orders: int = 0

    def add(self, quote: Given) -> None:
        self.began = min(self.began, _began(quote))
        self.revenue += quote.revenue
        self.orders += quote.is_bought


Side = list[_Tested]


class HoldoutTally:
    """Quotes of all tests, added up one by one, in any order; memory grows with customers."""

    def __init__(self) -> None:
        self._tests: dict[str, dict[str, _Tested]] = defaultdict(dict)

    def add(self, quote: Given) -> None:
        """Count a quote that was given in a test; others are no evidence: nobody was drawn."""
        if quote.test_id is not None:
            customers = self._tests[quote.test_id]
            customers.setdefault(quote.customer_id, _Tested(_began(quote))).add(quote)

    def effects(self) -> Iterable[HoldoutEffect]:
        """By segment: each test compared within itself, then pooled by its customers.

        Tests differ in products and in the size of their holdouts, so that comparing all customers
        with all of the holdouts would take a difference between tests for one of prices.
        """
        sides = self._sides()
        pooled = {segment: _pooled(tests) for segment, tests in sorted(sides.items())}
        told = sum(effect is not None for effect in pooled.values())
        for segment, effect in pooled.items():
            given, held = (sum(len(pair[i]) for pair in sides[segment]) for i in (0, 1))
            if effect is None:
                yield HoldoutEffect(segment, given, held, None, None, None, None)
                continue
            one = always_valid(effect, alpha=ALPHA / told)
            total = one.estimate * given
            yield HoldoutEffect(segment, given, held, one.estimate, one.low, one.high, total)

    def _sides(self) -> dict[str, list[tuple[Side, Side]]]:
        """By segment and test, customers with a price of their own and those of the holdout."""
        sides: dict[str, list[tuple[Side, Side]]] = defaultdict(list)
        for _, customers in sorted(self._tests.items()):
            found: dict[str, tuple[Side, Side]] = defaultdict(lambda: ([], []))
            for _, one in sorted(customers.items()):
                _, in_holdout, segment = one.began
                found[segment][in_holdout].append(one)
            for segment, pair in found.items():
                sides[segment].append(pair)
        return sides


def _pooled(tests: Sequence[tuple[Side, Side]]) -> Effect | None:
    """The mean of the tests' differences, by their customers; None: not enough data in any."""
    parts = []
    for given, held in tests:
        if _is_enough(given) and _is_enough(held):
            effect = statistics.difference(_revenue(held), _revenue(given))
            if effect is not None:
                parts.append(effect)
    whole = sum(part.n for part in parts)
    if not whole:
        return None
    estimate = sum(part.n * part.estimate for part in parts) / whole
    error = math.sqrt(sum((part.n * part.error) ** 2 for part in parts)) / whole
    return Effect(estimate, error, math.inf, whole)


def _is_enough(side: Side) -> bool:
    buyers = sum(one.orders > 0 for one in side)
    return len(side) >= ENOUGH_CUSTOMERS and buyers >= ENOUGH_BUYERS


def _revenue(side: Side) -> Moments:
    values = [one.revenue for one in side]
    return statistics.mean(len(values), sum(values), sum(value * value for value in values))
