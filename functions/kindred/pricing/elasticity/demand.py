"""Willingness to pay, purchase power and price sensitivity, from what was learnt. Pure.

All are told within what was seen: prices between the 5th and the 95th percentile of the weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kindred.pricing.elasticity.estimates import Estimate, ShopWide

if TYPE_CHECKING:
    import pandas as pd

#: Spend of an order against the shop's from which a segment's power is called high, or low.
_HIGH: Final = 1.25
_LOW: Final = 0.8

Level = Literal["high", "usual", "low"]


@dataclass(frozen=True)
class SeenPrices:
    """The range in which a product's price moved, and the usual one, in the currency's units."""

    low: float
    usual: float
    high: float


def seen_prices(products: pd.DataFrame) -> dict[str, SeenPrices]:
    """By product, from the weeks of a panel."""
    import numpy as np

    grouped = products.groupby("product_id")["price"]
    found = grouped.quantile(np.array([0.05, 0.5, 0.95])).unstack()
    return {str(row[0]): SeenPrices(*(float(p) for p in row[1:])) for row in found.itertuples()}


@dataclass(frozen=True)
class WillingnessToPay:
    """The highest price at which the expected margin doesn't fall, inside the seen prices.

    ``low`` and ``high`` are the same at the ends of the elasticity's interval; ``clipped``: the
    true one may lie outside of what was ever asked.
    """

    price: float
    low: float
    high: float
    clipped: bool


def willingness_to_pay(
    estimate: Estimate, seen: SeenPrices, cost: float | None
) -> WillingnessToPay | None:
    """None, unknown: without a cost, without an interval below zero, or without any movement.

    The margin (price - cost) x price^e is highest at cost x e / (1 + e) where e is below -1, and
    never falls above that.
    """
    e, least, most = estimate.elasticity, estimate.low, estimate.high
    if cost is None or cost <= 0 or e is None or least is None or most is None:
        return None
    if most >= 0 or seen.high <= seen.low:
        return None
    best = [cost * one / (1 + one) if one < -1 else float("inf") for one in (e, least, most)]
    inside = [min(max(one, seen.low), seen.high) for one in best]
    return WillingnessToPay(inside[0], inside[1], inside[2], clipped=inside[0] != best[0])


@dataclass(frozen=True)
class PurchasePower:
    """What a segment spends on an order against the shop's mean, and how dear what it buys is.

    ``position`` is the mean place of its products between the shop's cheapest (0) and dearest (1).
    """

    level: Level
    of_shop: float
    position: float
    orders: int


@dataclass(frozen=True)
class Sensitivity:
    """A segment's pooled elasticity beside the shop's; ``level`` is told by its whole interval."""

    level: Level
    elasticity: float
    low: float
    high: float
    products: int


def purchase_powers(segments: pd.DataFrame) -> dict[str, PurchasePower]:
    """By segment key, from a panel's segments."""
    if not len(segments):
        return {}
    shop = float(segments["spend"].sum() / segments["orders"].sum())
    found = {}
    for row in segments.to_dict("records"):
        of_shop = float(row["spend_per_order"]) / shop
        level: Level = "high" if of_shop >= _HIGH else "low" if of_shop <= _LOW else "usual"
        found[str(row["segment_key"])] = PurchasePower(
            level, of_shop, float(row["position"]), int(row["orders"])
        )
    return found


def sensitivities(shop: ShopWide, segments: Mapping[str, ShopWide]) -> dict[str, Sensitivity]:
    """By segment key; only of segments of whom anything was learnt."""
    found = {}
    for key, one in segments.items():
        if one.elasticity is None or one.low is None or one.high is None:
            continue
        level: Level = "usual"
        if shop.elasticity is not None and one.high < shop.elasticity:
            level = "high"
        elif shop.elasticity is not None and one.low > shop.elasticity:
            level = "low"
        found[key] = Sensitivity(level, one.elasticity, one.low, one.high, one.products)
    return found
