"""The changes that may bring a customer into a better segment, and how each is told."""

from __future__ import annotations

from dataclasses import dataclass

WITHIN_DAYS = 20


@dataclass(frozen=True)
class Change:
    code: str
    orders: int
    bigger: float  # orders times as big, from now on
    text: str  # `{segment}` is where it leads


#: Cheapest first.
CHANGES = (
    Change("one-order", 1, 1.0,
           f"One more order within {WITHIN_DAYS} days moves this customer to {{segment}}."),
    Change("bigger-order", 1, 1.5,
           f"One more order within {WITHIN_DAYS} days, half as large again as usual, moves this "
           "customer to {segment}."),
    Change("two-orders", 2, 1.0,
           f"Two more orders within {WITHIN_DAYS} days move this customer to {{segment}}."),
    Change("three-orders", 3, 1.0,
           f"Three more orders within {WITHIN_DAYS} days move this customer to {{segment}}."),
)  # fmt: skip
BY_CODE = {change.code: change for change in CHANGES}
