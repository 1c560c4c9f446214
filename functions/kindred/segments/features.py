"""What a customer does, as numbers: table expressions over the canonical tables.

Each feature is one line of :func:`customer_features` or of a function it calls. What a file can't
support (no discounts, no times of day, one row per customer …) is NULL, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import FloatingValue, Table

NIGHT_FROM, NIGHT_TO = 21, 6  # hours of the shop's own clock
SATURDAY = 5

#: Every column of the feature table that describes behaviour, in the order people read them.
FEATURES = (
    "recency_days",
    "frequency",
    "monetary",
    "average_order_value",
    "tenure_days",
    "gap_mean_days",
    "gap_variation",
    "burstiness",
    "overdue",
    "spending_trend",
    "category_breadth",
    "category_variety",
    "price_position",
    "discount_share",
    "refund_share",
    "weekend_share",
    "night_share",
    "product_repetition",
    "units_per_order",
    "visits",
    "carts",
)
#: Features that are means over a customer's orders; ``<name>_var`` holds their spread between the
#: orders of one customer, from which `space` learns how far a few orders can be trusted.
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
        discount_share=_known(
            support.discounts, (discount.fill_null(0) / (goods + discount).nullif(0)).clip(0, 1)
        ),
        units=_known(support.quantities, _.quantity.sum()),
        price_position=_known(support.prices, _.position.mean()),
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


def customer_features(
    customers: Table,
    orders: Table | None,
    events: Table | None,
    *,
    as_of: date,
    support: Support,
) -> Table:
    """One row per customer, also of those who never ordered: FEATURES, and what they come from."""
    base = customers.select("customer_id", "consent")
    if orders is None or not support.orders:
        parts = [_given_totals(customers, as_of)]
    else:
        by_order = order_table(orders, support)
        parts = [
            _totals(by_order, as_of),
            _money(orders, support),
            _gaps(by_order),
            _trend(by_order),
            _variety(orders, "category", support.categories),
            _variety(orders, "product_id", support.products),
        ]
    if events is not None:
        parts.append(_visits(events))
    table = base
    for part in parts:
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    return _finished(table)


def _finished(table: Table) -> Table:
    """Derived features, absent ones as NULL columns, and counts that are zero when unseen."""
    present = set(table.columns)
    absent = {
        name: ibis.null("float64")
        for name in (*FEATURES, *PER_ORDER, *(f"{n}_var" for n in PER_ORDER), *_EVIDENCE)
        if name not in present
    }
    table = (
        table.mutate(dominant_category=ibis.null("string"))
        if ("dominant_category" not in present)
        else table
    )
    table = table.mutate(**absent)
    return table.mutate(
        frequency=_.frequency.fill_null(0).cast("int64"),
        monetary=_.monetary.fill_null(0),
        overdue=((_.recency_days + 1) / (_.gap_mean_days + 1)),
    )


_EVIDENCE = ("gap_count", "gap_sd_days", "category_lines", "product_lines")


def _known(supported: bool, value: Any) -> Any:
    return value if supported else ibis.null("float64")


def _totals(by_order: Table, as_of: date) -> Table:
    """How recent, how often, how much, and the means over a customer's orders."""
    today = ibis.literal(as_of)
    means = {name: by_order[name].mean() for name in PER_ORDER}
    spreads = {f"{name}_var": by_order[name].var(how="sample") for name in PER_ORDER}
    grouped = by_order.group_by("customer_id").aggregate(
        first_on=_.ordered_on.min(),
        last_on=_.ordered_on.max(),
        frequency=_.count(),
        gross=_.goods.sum(),
        average_order_value=_.goods.mean(),
        units_per_order=_.units.mean(),
        **means,
        **spreads,
    )
    return grouped.mutate(
        recency_days=today.delta(grouped.last_on, unit="day").cast("float64"),
        tenure_days=today.delta(grouped.first_on, unit="day").cast("float64"),
    )


def _given_totals(customers: Table, as_of: date) -> Table:
    """The same from a file that has one row per customer."""
    today = ibis.literal(as_of)
    net = customers.given_net.cast("float64")
    value = net / customers.given_orders.nullif(0)
    return customers.select(
        "customer_id",
        first_on=customers.given_first_order.date(),
        last_on=customers.given_last_order.date(),
        frequency=customers.given_orders,
        monetary=net,
        gross=net,
        average_order_value=value,
        order_size=(value.clip(lower=0) + 1).ln(),
        recency_days=today.delta(customers.given_last_order.date(), unit="day").cast("float64"),
        tenure_days=today.delta(customers.given_first_order.date(), unit="day").cast("float64"),
    ).filter(_.frequency.fill_null(0) > 0)


def _money(orders: Table, support: Support) -> Table:
    """What is left after refunds, exactly summed, and the share that went back."""
    known = orders.filter(_.customer_id.notnull())
    refunded = ibis.ifelse(known.kind == "refund", -known.amount, 0).sum().cast("float64")
    sold = ibis.ifelse(known.kind == "sale", known.amount, 0).sum().cast("float64")
    return known.group_by("customer_id").aggregate(
        monetary=_.amount.sum().cast("float64"),
        refund_share=_known(support.refunds, (refunded / sold.nullif(0)).clip(0, 1)),
    )


def _gaps(by_order: Table) -> Table:
    """Days between the days a customer ordered on: mean, spread, burstiness.

    ``burstiness`` is (s - m) / (s + m) of the gaps: -1 like clockwork, 0 at random, towards 1 in
    bursts (Goh and Barabási 2008).
    """
    days = by_order.select("customer_id", "ordered_on").distinct()
    turn = ibis.window(group_by="customer_id", order_by="ordered_on")
    gaps = days.mutate(before=_.ordered_on.lag().over(turn)).filter(_.before.notnull())
    gaps = gaps.mutate(gap=gaps.ordered_on.delta(gaps.before, unit="day").cast("float64"))
    made = gaps.group_by("customer_id").aggregate(
        gap_count=_.count().cast("float64"),
        gap_mean_days=_.gap.mean(),
        gap_sd_days=_.gap.std(how="sample"),
    )
    return made.mutate(
        gap_variation=_.gap_sd_days / _.gap_mean_days,
        burstiness=(_.gap_sd_days - _.gap_mean_days) / (_.gap_sd_days + _.gap_mean_days),
    )


def _trend(by_order: Table) -> Table:
    """Logarithm of the mean order of the later half over that of the earlier; from four orders."""
    mine = ibis.window(group_by="customer_id")
    turn = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    halves = by_order.mutate(
        later=ibis.row_number().over(turn) * 2 >= _.count().over(mine),
        of=_.count().over(mine),
    ).filter(_.of >= 4)
    later = halves.order_size.mean(where=halves.later)
    earlier = halves.order_size.mean(where=~halves.later)
    return halves.group_by("customer_id").aggregate(spending_trend=later - earlier)


def _variety(orders: Table, column: str, supported: bool) -> Table:
    """Breadth, and the chance that two purchases of a customer are of different kinds.

    The latter is Simpson's index without bias, so that it doesn't grow with the number of orders.
    For products its complement is the repetition.
    """
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale", _[column].notnull())
    if not supported:
        sales = sales.filter(ibis.literal(False))
    bought = sales.select("customer_id", "order_id", column).distinct()
    counts = bought.group_by("customer_id", column).aggregate(times=_.count())
    counts = counts.mutate(most=_.times.max().over(ibis.window(group_by="customer_id")))
    total = _.times.sum()
    made = counts.group_by("customer_id").aggregate(
        kinds=_.count(),
        bought=total.cast("float64"),
        alike=(_.times * (_.times - 1)).sum() / (total * (total - 1)).nullif(0),
        dominant=counts[column].min(where=counts.times == counts.most),
    )
    if column == "category":
        return made.select(
            "customer_id",
            category_breadth=_.kinds.cast("float64"),
            category_variety=1 - _.alike,
            category_lines=_.bought,
            dominant_category=_.dominant,
        )
    return made.select("customer_id", product_repetition=_.alike, product_lines=_.bought)


def _visits(events: Table) -> Table:
    """Days on which a customer looked around, and carts filled."""
    seen = events.filter(_.customer_id.notnull())
    return seen.group_by("customer_id").aggregate(
        visits=seen.event_at.date().nunique().cast("float64"),
        carts=seen.event_type.lower().contains("cart").sum().cast("float64"),
    )
