"""What a customer does, as numbers: table expressions over the canonical tables.

Each feature is one line of :func:`customer_features` or of a function it calls. What a file can't
support (no discounts, no times of day, one row per customer …) is NULL, never zero.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.segments.features.orders import PER_ORDER, Support, if_supported, order_table
from kindred.segments.features.rhythm import order_gaps, spending_trend

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
_EVIDENCE = ("gap_count", "gap_sd_days", "category_lines", "product_lines")


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
            order_gaps(by_order),
            spending_trend(by_order),
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
        refund_share=if_supported(support.refunds, (refunded / sold.nullif(0)).clip(0, 1)),
    )


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
