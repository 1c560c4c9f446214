"""A product as it is imported, before it has a document. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kindred.money import minor_digits

#: Products of one import; a file with more is refused, order lines give those sold most.
MOST = 2_000
#: As large as money in documents may be.
_MOST_MINOR = 10**12
_PRICE = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,4})?")
#: A thousand as some write it, and one as others do.
_EITHER = re.compile(r"[0-9]+[.,][0-9]{3}")


@dataclass(frozen=True)
class Listing:
    """What an import knows of a product; money in minor units."""

    product_id: str  # as order lines have it
    name: str
    currency: str
    base_price: int
    category: str | None = None
    tax_included: bool = True
    cost: int | None = None
    stock: float | None = None

    def as_fields(self) -> dict[str, Any]:
        """As the product's document has it; what isn't known is left out."""
        known = {
            "product_id": self.product_id,
            "name": self.name,
            "currency": self.currency,
            "base_price": self.base_price,
            "category": self.category,
            "tax_included": self.tax_included,
            "cost": self.cost,
            "stock": self.stock,
        }
        return {name: value for name, value in known.items() if value is not None}


def minor_of(text: str, currency: str) -> int | None:
    """``14.99`` or ``14,99`` in minor units; None if it is no such amount of the currency.

    ``1,290`` may be a thousand and more or hardly one: only ``1.290`` of a currency with three
    decimals is taken for the latter.
    """
    digits = minor_digits(currency)
    if not _PRICE.fullmatch(text) or (_EITHER.fullmatch(text) and (digits < 3 or "," in text)):
        return None
    scaled = Decimal(text.replace(",", ".")).scaleb(digits)
    if scaled != scaled.to_integral_value() or scaled > _MOST_MINOR:
        return None
    return int(scaled)
