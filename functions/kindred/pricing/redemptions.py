"""What became of a quote: which outcome may follow which. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kindred.errors import Conflict

State = Literal["bought", "not_bought", "refunded"]


@dataclass(frozen=True)
class Outcome:
    """What became of a quote: how many were bought, and how many of them came back."""

    state: State
    quantity: int  # bought
    at: datetime
    refunded: int = 0
    learned: bool = False  # from order lines, not told by the shop

    def as_fields(self) -> dict[str, Any]:
        """As the quote's document has it."""
        return {
            "state": self.state,
            "quantity": self.quantity,
            "refunded": self.refunded,
            "at": self.at,
            "learned": self.learned,
        }


def follow(before: Outcome | None, told: State, quantity: int, *, at: datetime) -> Outcome | None:
    """The outcome after what is told now; None if it says nothing new.

    ``quantity`` is of all pieces: those bought, or all that have come back so far. Raises
    `Conflict` for what can't be true after what is known already. What was learned from order
    lines yields to what the shop says.
    """
    known = None if before is None or before.learned else before
    if told == "refunded":
        return _refunded(before, quantity, at)
    if known is None:
        return Outcome(told, quantity if told == "bought" else 0, at)
    if told == "not_bought":
        if known.state == "not_bought":
            return None
        raise Conflict("This quote was bought already.", code="already-bought")
    if known.state == "not_bought":
        return Outcome("bought", quantity, at)
    if known.quantity != quantity:
        raise Conflict(
            f"This quote was bought already, {known.quantity} of it.",
            code="already-bought",
            hint="Ask for a new quote; one is redeemed once.",
        )
    return None


def learned(before: Outcome | None, found: Outcome) -> Outcome | None:
    """The outcome after what order lines tell; None if they say nothing new.

    A table may hold a part of the orders, so that what is known never shrinks: a quote that wasn't
    bought may turn out to be, one that was stays so. What a shop has told itself stands, but for
    pieces that came back since.
    """
    if before is None:
        return found
    pieces = max(before.quantity, found.quantity) if before.learned else before.quantity
    back = min(pieces, max(before.refunded, found.refunded))
    if (pieces, back) == (before.quantity, before.refunded):
        return None
    return Outcome("refunded" if back else "bought", pieces, found.at, back, before.learned)


def _refunded(before: Outcome | None, quantity: int, at: datetime) -> Outcome | None:
    if before is None or before.state == "not_bought":
        raise Conflict(
            "This quote wasn't bought, so nothing of it can come back.", code="not-bought"
        )
    if quantity > before.quantity:
        raise Conflict(
            f"Only {before.quantity} were bought; no more can come back.", code="over-refunded"
        )
    if quantity <= before.refunded:
        return None
    return Outcome("refunded", before.quantity, at, quantity)


def read_outcome(fields: Any) -> Outcome | None:
    """The outcome in a quote's document; None if there is none yet."""
    if not isinstance(fields, dict) or "state" not in fields:
        return None
    return Outcome(
        fields["state"],
        int(fields["quantity"]),
        fields["at"],
        int(fields.get("refunded", 0)),
        bool(fields.get("learned", False)),
    )
