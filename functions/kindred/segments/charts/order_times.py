"""When orders come in: by month and segment, by weekday and hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.charts.chart import chart

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


MOST_MONTHS = 100_000  # rows of month and segment: a thousand years of orders


def draw_months(
    engine: Engine, orders: Table, membership: Table, names: Mapping[str, str]
) -> dict[str, Any]:
    """Orders by month and segment; ``names`` are those of the segments."""
    return time_chart(engine.fetch(orders_by_month(orders, membership), most=MOST_MONTHS), names)


def draw_hours(engine: Engine, orders: Table) -> dict[str, Any]:
    """Orders by weekday and hour."""
    return hour_chart(engine.fetch(orders_by_hour(orders), most=7 * 24))


def orders_by_month(orders: Table, membership: Table) -> Table:
    """``month, segment_key, orders, revenue``."""
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale")
    joined = sales.join(membership, "customer_id")
    return (
        joined.mutate(month=_.ordered_at.truncate("M").date())
        .group_by("month", "segment_key")
        .aggregate(orders=_.order_id.nunique(), revenue=_.amount.sum().cast("float64"))
        .order_by("month", "segment_key")
    )


def time_chart(sales: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Any]:
    sales = sales.assign(month=sales["month"].astype(str).str.slice(0, 7))
    months = sorted(sales["month"].unique())
    series = []
    for key, part in sales.groupby("segment_key", sort=True):
        by_month = part.set_index("month")
        series.append(
            {
                "segment_key": key,
                "name": names[str(key)],
                "orders": [int(by_month["orders"].get(m, 0)) for m in months],
                "revenue": [round(float(by_month["revenue"].get(m, 0.0)), 2) for m in months],
            }
        )
    totals = sales.groupby("month")["orders"].sum()
    best = str(totals.idxmax())
    return chart(
        "Orders over time",
        f"The busiest month was {best}, with {int(totals.max()):,} orders.",
        {"months": months, "series": series},
    )


def orders_by_hour(orders: Table) -> Table:
    """``weekday`` (0 Monday) ``, hour, orders``, of orders whose time of day is known."""
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale", _.has_time)
    return (
        sales.group_by("customer_id", "order_id")
        .aggregate(at=_.ordered_at.min())
        .mutate(weekday=_.at.day_of_week.index(), hour=_.at.hour())
        .group_by("weekday", "hour")
        .aggregate(orders=_.count())
    )


def hour_chart(counts: pd.DataFrame) -> dict[str, Any]:
    grid = np.zeros((7, 24), dtype=int)
    days, hours = (counts[name].to_numpy(dtype=int) for name in ("weekday", "hour"))
    grid[days, hours] = counts["orders"]
    day, hour = (int(i) for i in np.unravel_index(int(grid.argmax()), grid.shape))
    return chart(
        "When orders come in",
        f"Most orders come on {WEEKDAYS[day]}s between {hour}:00 and {hour + 1}:00.",
        {"weekdays": list(WEEKDAYS), "hours": list(range(24)), "orders": grid.tolist()},
    )
