"""What the money columns of a file mean, once it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

#: Where a role is given: on every line, on the first line of an order, or repeated on each.
Level = Literal["line", "first", "repeated"]

MONEY_ROLES: Final = (
    "amount", "subtotal", "order_total", "discount", "tax", "shipping", "refund",
)  # fmt: skip


@dataclass(frozen=True)
class AmountModel:
    """``base`` is the SQL of a line's own money; ``levels`` say where each role is given.

    Goods are ``base`` less the roles in ``less``. With ``order_value`` set, the order's goods are
    that role's value less ``less``, spread over its lines by their ``base``.
    """

    base: str
    column: str | None  # the role that is shown as the file's amount
    levels: Mapping[str, Level] = field(default_factory=dict)
    less: tuple[str, ...] = ()
    order_value: str | None = None
    discount_is_rate: bool = False

    @property
    def per_order(self) -> bool:
        """Whether goods of a line depend on the other lines of its order."""
        return self.order_value is not None or any(
            self.levels.get(role, "line") != "line" for role in self.less
        )


NO_MODEL: Final = AmountModel("NULL::DECIMAL(20, 4)", None)


def order_value(role: str, levels: Mapping[str, Level], over: str = "") -> str:
    """The SQL of an order's value of a role, from its lines."""
    signed = f"abs(v_{role})" if role in ("discount", "refund") else f"v_{role}"
    if levels.get(role) == "repeated":
        return f"coalesce(max({signed}){over}, 0)"
    return f"coalesce(sum({signed}){over}, 0)"
