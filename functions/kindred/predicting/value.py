"""How many orders a customer will place, and what they will bring, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kindred.predicting.fitted_shop import FittedShop
from kindred.predicting.gamma_gamma import GammaGamma
from kindred.predicting.histories import WEEK
from kindred.predicting.purchases import Floats
from kindred.predicting.simulated_futures import HIGH, LOW, SimulatedFutures, simulate_futures

YEAR: Final = 365.25 / WEEK  # weeks
YEARS: Final = (1, 3, 5)


@dataclass(frozen=True)
class Interval:
    """A number and its 80 % interval."""

    value: float
    low: float
    high: float

    def holds(self, truth: float) -> bool:
        return self.low <= truth <= self.high

    def as_dict(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}


@dataclass(frozen=True)
class OrdersAndValue:
    """Expected orders by number of years and expected spend of an order, one entry per customer."""

    orders: Mapping[int, Floats]
    amount: Floats
    futures: SimulatedFutures

    def total_orders(self) -> Interval:
        """Of all customers, within 12 months."""
        return _interval(float(self.orders[1].sum()), self.futures.total_orders)

    def total_value(self) -> Interval:
        return _interval(float((self.orders[1] * self.amount).sum()), self.futures.total_value)

    def columns(self, customers: slice) -> dict[str, Floats]:
        """``orders_12m`` and ``value`` (12 months) with bounds; ``value_3y``, ``value_5y``."""
        orders = {years: expected[customers] for years, expected in self.orders.items()}
        amount = self.amount[customers]
        return {
            **_with_bounds("orders_12m", orders[1], self.futures.orders.of(customers)),
            **_with_bounds("value", orders[1] * amount, self.futures.value.of(customers)),
            "value_3y": orders[3] * amount,
            "value_5y": orders[5] * amount,
        }


def _with_bounds(name: str, value: Floats, bounds: tuple[Floats, Floats]) -> dict[str, Floats]:
    low, high = bounds
    return {
        name: value,
        f"{name}_low": np.minimum(low, value),
        f"{name}_high": np.maximum(high, value),
    }


def predict_value(
    shop: FittedShop, amounts: GammaGamma, rng: np.random.Generator
) -> OrdersAndValue:
    """Orders and value within a year and more, by the candidate that was chosen."""
    histories = shop.histories
    factor = shop.models.expectation_factor(histories, shop.candidates[shop.chosen])
    return OrdersAndValue(
        {years: shop.expected_orders(shop.chosen, YEAR * years) for years in YEARS},
        amounts.expected_amount(histories.repeats, histories.mean_amount),
        simulate_futures(shop.models, amounts, histories, factor, YEAR, rng),
    )


def predict_totals(
    shop: FittedShop, amounts: GammaGamma, weeks: float, rng: np.random.Generator
) -> tuple[Interval, Interval]:
    """Orders of all customers within ``weeks``, and their money."""
    histories = shop.histories
    factor = shop.models.expectation_factor(histories, shop.candidates[shop.chosen])
    orders = shop.expected_orders(shop.chosen, weeks)
    amount = amounts.expected_amount(histories.repeats, histories.mean_amount)
    futures = simulate_futures(shop.models, amounts, histories, factor, weeks, rng)
    return (
        _interval(float(orders.sum()), futures.total_orders),
        _interval(float((orders * amount).sum()), futures.total_value),
    )


def _interval(value: float, drawn: Floats) -> Interval:
    low, high = (float(bound) for bound in np.quantile(drawn, [LOW, HIGH]))
    return Interval(value, min(low, value), max(high, value))
