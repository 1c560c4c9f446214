"""Orders as numbers: which columns of the order table hold anything, and one row per sale.

What a file can't support is NULL, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import FloatingValue, Table

NIGHT_FROM, NIGHT_TO = 21, 6  # hours of the shop's own clock
SATURDAY = 5
#: Features that are means over a customer's orders; ``<name>_var`` holds their spread between the
#: orders of one customer, from which `clustering.space` learns how far a few orders can be trusted.
PER_ORDER = (
    "order_size",
    "discount_share",
    "weekend_share",
    "night_share",
    "price_position",
    "order_units",
)


@dataclass(frozen=True)
class Support:
    """Which columns of the order table hold anything."""

    orders: bool = False
    discounts: bool = False
    categories: bool = False
    products: bool = False
    prices: bool = False
    quantities: bool = False
    times: bool = False
    refunds: bool = False

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Support:
        """From the one row of :func:`support_of`."""
        several = {"categories", "products"}  # one value everywhere tells nothing
        return cls(**{k: (int(v or 0) > (1 if k in several else 0)) for k, v in row.items()})


def support_of(orders: Table) -> Table:
    """One row that counts what the order table holds, for :meth:`Support.from_row`."""
    sales = _.kind == "sale"
    return orders.filter(_.customer_id.notnull()).aggregate(
        orders=sales.sum(),
        discounts=(_.discount > 0).sum(),
        categories=_.category.nunique(),
        products=_.product_id.nunique(),
        prices=(sales & line_price(orders).notnull()).sum(),
        quantities=(sales & (_.quantity > 1)).sum(),
        times=(_.has_time & sales).sum(),
        refunds=(_.kind != "sale").sum(),
    )


def line_price(lines: Table) -> FloatingValue:
    """Price of one unit: as given, else the amount over the quantity."""
    given = lines.unit_price.cast("float64")
    made = lines.amount.cast("float64") / lines.quantity.nullif(0)
    return ibis.coalesce(given, made).abs()


def order_table(orders: Table, support: Support) -> Table:
    """One row per sale: when, how much, how many, at what discount, at what price position.

    ``price_position`` is the mean percentile of the order's unit prices within their category: 0
    the cheapest there is, 1 the dearest.
    """
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale")
    sales = sales.mutate(price=line_price(sales))
    same_kind = ibis.window(
        group_by=sales.category.fill_null("") if support.categories else None,
        order_by=sales.price,
    )
    sales = sales.mutate(
        position=ibis.ifelse(
            sales.price.notnull(),
            (ibis.percent_rank().over(same_kind) + ibis.cume_dist().over(same_kind)) / 2,
            None,
        )
    )
    goods, discount = _.amount.sum().cast("float64"), _.discount.sum().cast("float64")
    made = sales.group_by("customer_id", "order_id").aggregate(
        ordered_at=_.ordered_at.min(),
        timed=_.has_time.any(),
        goods=goods,
        discount_share=if_supported(
            support.discounts, (discount.fill_null(0) / (goods + discount).nullif(0)).clip(0, 1)
        ),
        units=if_supported(support.quantities, _.quantity.sum()),
        price_position=if_supported(support.prices, _.position.mean()),
    )
    hour = made.ordered_at.hour()
    return made.mutate(
        ordered_on=made.ordered_at.date(),
        order_size=(_.goods.clip(lower=0) + 1).ln(),
        order_units=(_.units.clip(lower=0) + 1).ln(),
        weekend_share=(made.ordered_at.day_of_week.index() >= SATURDAY).cast("float64"),
        night_share=ibis.ifelse(
            made.timed, ((hour >= NIGHT_FROM) | (hour < NIGHT_TO)).cast("float64"), None
        ),
    )


def if_supported(supported: bool, value: Any) -> Any:
    return value if supported else ibis.null("float64")
