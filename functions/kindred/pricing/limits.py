"""Between which prices a quote has to stay, and what holds it there. Pure.

A limit never raises anybody above the public price: where the cost is higher than that, the
public price stands. Cost and price are compared as they are given, on one footing: a product
whose price includes tax has a cost that includes it too (no rate of tax is known here).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kindred.pricing.payloads import Product, Settings
from kindred.pricing.quotes import Earlier
from kindred.pricing.rounding import at_least, at_most, nearest, share


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest price that may be asked, in minor units: low <= high."""

    low: int
    high: int


@dataclass(frozen=True)
class Held:
    """A price inside its limits, and the names of those that moved it."""

    price: Decimal
    hit: tuple[str, ...] = ()


def bounds(product: Product, settings: Settings, now: datetime, *, may_raise: bool) -> Bounds:
    """Where a price of ``product`` has to lie.

    ``may_raise``: for what is equal for everybody, or a premium that somebody answers for; else
    nothing is above the public price. A stale cost leaves only the public price.
    """
    public = product.base_price
    if cost_is_stale(product, settings, now):
        return Bounds(public, public)
    least = max(floor_of(product, settings), lowest_over_cost(product, settings) or 0)
    most = at_most(public * share(settings.ceiling)) if may_raise else public
    return Bounds(min(least, public), max(most, public))


def floor_of(product: Product, settings: Settings) -> int:
    """The merchant's floor: a percentage of the public price, rounded up."""
    return at_least(product.base_price * share(settings.floor))


def lowest_over_cost(product: Product, settings: Settings) -> int | None:
    """The lowest price of which the margin is left over the cost; None: no cost is known.

    A margin of 100 % is left by no price where there is a cost: the public price it is.
    """
    if product.cost is None:
        return None
    left = 1 - share(settings.floor_margin)
    if left <= 0:
        return product.base_price if product.cost else 0
    return at_least(product.cost / left)


def cost_is_stale(product: Product, settings: Settings, now: datetime) -> bool:
    """Whether the cost is too old to be relied on. One without a day is the merchant's word."""
    if product.cost is None or product.cost_at is None:
        return False
    return aware(product.cost_at, now) < now - timedelta(days=settings.cost_days)


def is_sold_below_limits(product: Product, settings: Settings) -> bool:
    """Whether the public price itself leaves less than the margin over the cost."""
    least = lowest_over_cost(product, settings)
    return least is not None and least > product.base_price


def hold(price: Decimal, product: Product, settings: Settings, within: Bounds) -> Held:
    """``price`` inside ``within``, and which limit it met."""
    if price < within.low:
        least = lowest_over_cost(product, settings)
        over_floor = least is not None and least > floor_of(product, settings)
        return Held(Decimal(within.low), ("margin" if over_floor else "floor",))
    if price > within.high:
        return Held(Decimal(within.high), ("ceiling",))
    return Held(price)


def hold_to_earlier(price: Decimal, earlier: Earlier, settings: Settings, now: datetime) -> Held:
    """``price`` as far as the last quotes of this customer for this product let it move."""
    if earlier.price is None or nearest(price) == earlier.price:
        return Held(price)
    former = Decimal(earlier.price)
    if _changed_lately(earlier, settings, now):
        return Held(former, ("cooldown",))
    if settings.quotes_per_day is not None and earlier.new_today >= settings.quotes_per_day:
        return Held(former, ("quotes_per_day",))
    if settings.step is None:
        return Held(price)
    reach = max(former * share(settings.step), Decimal(1))  # a small price moves, too
    held = min(max(price, Decimal(at_least(former - reach))), Decimal(at_most(former + reach)))
    return Held(held, ("step",)) if held != price else Held(price)


def aware(moment: datetime, like: datetime) -> datetime:
    """``moment`` with a zone: documents of some clients leave it out, and mean the same one."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=like.tzinfo)


def shifted(moment: datetime, by: timedelta) -> datetime:
    """``moment + by``, at most the ends of the calendar: documents may hold any year."""
    try:
        return moment + by
    except OverflowError:
        if by > timedelta(0):
            return datetime.max.replace(tzinfo=moment.tzinfo)
        return datetime.min.replace(tzinfo=moment.tzinfo)


def _changed_lately(earlier: Earlier, settings: Settings, now: datetime) -> bool:
    if earlier.changed_at is None or not settings.cooldown:
        return False
    return aware(earlier.changed_at, now) > now - timedelta(hours=settings.cooldown)
