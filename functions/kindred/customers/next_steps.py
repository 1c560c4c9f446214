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
           f"One more order within {WITHIN_DAYS} days makes this one of the {{segment}}."),
    Change("bigger-order", 1, 1.5,
           f"One more order within {WITHIN_DAYS} days, half as big again as usual, makes this one "
           "of the {segment}."),
    Change("two-orders", 2, 1.0,
           f"Two more orders within {WITHIN_DAYS} days make this one of the {{segment}}."),
    Change("three-orders", 3, 1.0,
           f"Three more orders within {WITHIN_DAYS} days make this one of the {{segment}}."),
)  # fmt: skip
BY_CODE = {change.code: change for change in CHANGES}
