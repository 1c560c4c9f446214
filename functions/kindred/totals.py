"""What a shop's canonical tables add up to, the same for the report and for the segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kindred.money import figure

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True)
class Totals:
    """Goods without tax and shipping, of known customers; ``net`` is ``gross`` less ``refunds``.

    Sums are exact, and rounded to the currency's minor unit once they are figures.
    """

    customers: int  # in the table of customers, with or without an order
    buyers: int  # those with order lines; everybody where a file gives totals
    orders: int
    gross: Decimal
    refunds: Decimal
    net: Decimal
    first_order: datetime | None
    last_order: datetime | None
    currency: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any], currency: str | None) -> Totals:
        """From the one row of :func:`totals_of`; a null is None."""
        return cls(
            customers=row["customers"],
            buyers=row["buyers"],
            orders=int(row["orders"] or 0),
            gross=row["gross"] or Decimal(0),
            refunds=row["refunds"] or Decimal(0),
            net=row["net"] or Decimal(0),
            first_order=row["first_order"],
            last_order=row["last_order"],
            currency=currency,
        )

    def figures(self) -> dict[str, float]:
        """``gross``, ``refunds`` and ``net`` as JSON numbers."""
        return {
            "gross": figure(self.gross, self.currency),
            "refunds": figure(self.refunds, self.currency),
            "net": figure(self.net, self.currency),
        }


def totals_of(customers: Table, orders: Table | None) -> Table:
    """One row: what order lines add up to, or else what customers' own totals do."""
    return _of_order_lines(customers, orders) if orders is not None else _of_customers(customers)


def _of_order_lines(customers: Table, orders: Table) -> Table:
    lines = orders.filter(orders.customer_id.notnull())
    is_sale, is_refund = lines.kind == "sale", lines.kind == "refund"
    summed = lines.aggregate(
        buyers=lines.customer_id.nunique(),
        orders=lines.order_id.nunique(where=is_sale),
        gross=lines.amount.sum(where=is_sale),
        refunds=-lines.amount.sum(where=is_refund),
        net=lines.amount.sum(where=is_sale | is_refund),
        first_order=lines.ordered_at.min(where=is_sale),
        last_order=lines.ordered_at.max(where=is_sale),
    )
    return summed.mutate(customers=customers.count().as_scalar())


def _of_customers(customers: Table) -> Table:
    net = customers.given_net
    first = customers.given_first_order.coalesce(customers.given_last_order)
    return customers.aggregate(
        customers=customers.count(),
        buyers=customers.count(),
        orders=customers.given_orders.sum(),
        gross=net.sum(where=net > 0),
        refunds=-net.sum(where=net < 0),
        net=net.sum(),
        first_order=first.min(),
        last_order=customers.given_last_order.max(),
    )
