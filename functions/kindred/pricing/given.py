"""A quote that was given and what became of it, as far as statistics need it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: The arm's part of a quote's ``arm`` for customers whose prices a test leaves alone.
HOLDOUT: Final = "holdout"


@dataclass(frozen=True)
class Given:
    """A document of the price history. Money in minor units of ``currency``."""

    customer_id: str
    product_id: str
    price: int
    base_price: int
    currency: str
    created_at: datetime
    segment_key: str | None = None
    country: str | None = None
    arm: str | None = None  # `{testId}:{armId}`
    cost: int | None = None
    limited: int = 0  # what limits added to the price; negative: took off
    state: str | None = None  # of the outcome; None: nothing was told yet
    quantity: int = 0  # pieces bought
    refunded: int = 0  # of them, those that came back

    @property
    def is_bought(self) -> bool:
        return self.quantity > 0

    @property
    def kept(self) -> int:
        """Pieces that were bought and didn't come back."""
        return self.quantity - self.refunded

    @property
    def revenue(self) -> int:
        """What it brought, without what came back."""
        return self.price * self.kept

    @property
    def margin(self) -> int | None:
        """What is left of that over the cost; None where something was sold at an unknown cost."""
        if self.cost is None:
            return None if self.kept else 0
        return (self.price - self.cost) * self.kept

    @property
    def test_id(self) -> str | None:
        return self.arm.rpartition(":")[0] if self.arm else None

    @property
    def arm_id(self) -> str | None:
        return self.arm.rpartition(":")[2] if self.arm else None
