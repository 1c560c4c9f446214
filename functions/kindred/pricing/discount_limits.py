"""Whether a discount in a shop keeps to what its merchant decided about prices. Pure.

A shop's own discount passes by quotes, so what holds a quote has to hold before it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kindred.paths import Source
from kindred.pricing.jurisdictions import law_for
from kindred.pricing.limits import bounds
from kindred.pricing.payloads import Context, Product, Settings
from kindred.pricing.rounding import at_least, less


@dataclass(frozen=True)
class Reduction:
    """What is taken off: a percentage of each price, or an amount (minor units) of an order."""

    percent: Decimal | None = None
    amount: int | None = None

    def of(self, price: int) -> int:
        """The least that a price may become, in whole minor units."""
        if self.percent is not None:
            return at_least(less(Decimal(price), self.percent))
        return price - (self.amount or 0)


def why_none(source: Source, settings: Settings, now: datetime) -> str | None:
    """Why nobody of a source may get a price of their own; None: somebody may."""
    if settings.kill:
        return "Pricing is switched off: everybody pays the public price."
    if any((one.kind, one.id) == (source.kind, source.id) for one in settings.killed_sources):
        return "Pricing is switched off for this source: everybody pays the public price."
    law = law_for(Context(), settings, now)
    if law.blocks_prices:
        return f"The law doesn't allow personal prices here ({', '.join(law.jurisdictions)})."
    return None


def why_too_much(
    reduction: Reduction,
    products: Iterable[Product],
    settings: Settings,
    now: datetime,
) -> str | None:
    """Which limit a reduction would break; ``products``: all those that it is known to be on.

    A product without a document has no limit but the floor, of which a percentage is known without
    its price.
    """
    most = Decimal(100) - Decimal(str(settings.floor))
    if reduction.percent is not None and reduction.percent > most:
        return f"Your limits allow at most {most.normalize():f} % off."
    below = [product for product in products if _is_below(reduction, product, settings, now)]
    if not below:
        return None
    others = f" and {len(below) - 1} more" if len(below) > 1 else ""
    return f"“{below[0].name}”{others} would cost less than your limits allow."


def _is_below(reduction: Reduction, product: Product, settings: Settings, now: datetime) -> bool:
    least = bounds(product, settings, now, may_raise=False).low
    if product.status == "paused":
        least = product.base_price
    return reduction.of(product.base_price) < least
