"""What an effect makes of a price. Exact: nothing is rounded here. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from kindred.pricing.limits import aware
from kindred.pricing.payloads import Effect, Product, Settings
from kindred.pricing.rounding import less, more


def apply(effect: Effect, price: Decimal, public: int, evidence: float = 0.0) -> Decimal:
    """``price`` after an effect. ``evidence`` (0 to 1) is how far up its range a discount goes.

    A fixed price below the public one takes nobody's lower price away; one above it asks as much
    more as it asks of everybody else. A premium stays at the low end of its range.
    """
    if effect.price is not None:
        fixed = Decimal(effect.price)
        return min(price, fixed) if fixed <= public else price + (fixed - public)
    if effect.amount is not None:
        change = Decimal(effect.amount)
        return price + change if effect.kind == "premium" else max(price - change, Decimal(0))
    percents = effect.range
    if percents is None:
        return price
    if effect.kind == "premium":
        return more(price, percents.low)
    if not evidence:
        return less(price, percents.low)
    low, high = Decimal(str(percents.low)), Decimal(str(percents.high))
    return less(price, low + (high - low) * Decimal(str(evidence)))


def is_raise(effect: Effect, public: int) -> bool:
    """Whether an effect asks for more than the public price."""
    return effect.kind == "premium" or (effect.price is not None and effect.price > public)


def has_range(effect: Effect) -> bool:
    """Whether evidence can move a discount."""
    percents = effect.range
    return effect.kind == "discount" and percents is not None and percents.low < percents.high


def stock_band(product: Product, settings: Settings) -> str | None:
    """``low`` or ``high`` where the stock moves the price, else None. Low comes first."""
    stock, effect = product.stock, settings.stock
    if stock is None:
        return None
    if stock <= effect.low_at and effect.raise_percent:
        return "low"
    if effect.high_at is not None and stock >= effect.high_at and effect.discount_percent:
        return "high"
    return None


def after_stock(price: Decimal, product: Product, settings: Settings) -> Decimal:
    """More where little is left, less where much is: the same for everybody."""
    match stock_band(product, settings):
        case "low":
            return more(price, settings.stock.raise_percent)
        case "high":
            return less(price, settings.stock.discount_percent)
    return price


def lowest_competitor(product: Product, settings: Settings, now: datetime) -> int | None:
    """The lowest price of others that was seen lately; prices of 0 and of the future are wrong."""
    oldest = now - timedelta(days=settings.competitor.fresh_days)
    fresh = [
        seen.price
        for seen in product.competitors
        if seen.price > 0 and oldest <= aware(seen.seen_at, now) <= now
    ]
    return min(fresh, default=None)


def after_competitor(price: Decimal, lowest: int | None, settings: Settings) -> Decimal:
    """Down to the lowest price of others, as far as the merchant goes; never up."""
    if lowest is None or not settings.competitor.match:
        return price
    reach = less(price, settings.competitor.most_percent)
    return min(price, max(Decimal(lowest), reach))
