"""What dashboards draw and can't read from segments, as table expressions and JSON-able dicts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.fuzzy.axes import AXES
from kindred.segments.fuzzy.degrees import LEVELS
from kindred.segments.fuzzy.shades import MEASURES, leading_archetypes

MAP_CUSTOMERS = 5_000
MAP_ID_BYTES = 600_000  # a document holds 1 MiB, and ids may be 256 bytes each
AFFINITY_PRODUCTS = 40
AFFINITY_PAIRS = 25
AFFINITY_LETTERS = 200  # a column of descriptions may have been taken for names
FUZZY_SHOWN = 10
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def chart(title: str, takeaway: str, data: Any) -> dict[str, Any]:
    return {"title": title, "takeaway": takeaway, "data": data}


def map_chart(sample: pd.DataFrame, names: Mapping[str, str], shown: float) -> dict[str, Any]:
    """A 2-D picture of at most 5,000 customers: near each other means alike.

    ``sample``: ``customer_id, segment_key, x, y, monetary``; ``shown``: share of spread in the map.
    Fewer where their ids are so long that a document can't hold them.
    """
    written = sample["customer_id"].map(lambda i: len(json.dumps(i, ensure_ascii=False).encode()))
    sample = sample.iloc[:: max(1, -(-int(written.sum()) // MAP_ID_BYTES))]
    segments = [
        {
            "segment_key": key,
            "name": names[str(key)],
            "customer_ids": part["customer_id"].tolist(),
            "x": part["x"].tolist(),
            "y": part["y"].tolist(),
        }
        for key, part in sample.groupby("segment_key", sort=True)
    ]
    return chart(
        "Customers by likeness",
        f"Near each other means alike; two dimensions show {shown:.0%} of all differences.",
        {"segments": segments},
    )


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


def time_chart(found: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Any]:
    found = found.assign(month=found["month"].astype(str).str.slice(0, 7))
    months = sorted(found["month"].unique())
    series = []
    for key, part in found.groupby("segment_key", sort=True):
        by_month = part.set_index("month")
        series.append(
            {
                "segment_key": key,
                "name": names[str(key)],
                "orders": [int(by_month["orders"].get(m, 0)) for m in months],
                "revenue": [round(float(by_month["revenue"].get(m, 0.0)), 2) for m in months],
            }
        )
    totals = found.groupby("month")["orders"].sum()
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


def hour_chart(found: pd.DataFrame) -> dict[str, Any]:
    grid = np.zeros((7, 24), dtype=int)
    grid[found["weekday"].to_numpy(dtype=int), found["hour"].to_numpy(dtype=int)] = found["orders"]
    day, hour = (int(i) for i in np.unravel_index(int(grid.argmax()), grid.shape))
    return chart(
        "When orders come in",
        f"Most orders come on {WEEKDAYS[day]}s between {hour}:00 and {hour + 1}:00.",
        {"weekdays": list(WEEKDAYS), "hours": list(range(24)), "orders": grid.tolist()},
    )


def affinity_pairs(orders: Table, column: str) -> Table:
    """Pairs among the best-selling things: how many customers bought both, and each.

    ``a, b, both, a_customers, b_customers``
    """
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale", _[column].notnull())
    bought = sales.select("customer_id", thing=sales[column]).distinct()
    top = (
        bought.group_by("thing")
        .aggregate(customers=_.count())
        .order_by(ibis.desc("customers"), "thing")
        .limit(AFFINITY_PRODUCTS)
    )
    mine = bought.join(top, "thing")
    left = mine.select("customer_id", a=mine.thing, a_customers=mine.customers)
    right = mine.select("customer_id", b=mine.thing, b_customers=mine.customers).view()
    pairs = left.join(right, "customer_id").filter(_.a < _.b)
    return pairs.group_by("a", "b", "a_customers", "b_customers").aggregate(both=_.count())


def affinity_chart(
    found: pd.DataFrame, customers: int, titles: Mapping[str, str], what: str
) -> dict[str, Any]:
    """Lift: how many times as often as by chance two things are bought by the same customer."""
    if found.empty:
        return chart("Bought by the same customers", "No two are bought together.", {"pairs": []})
    found = found.assign(
        lift=found["both"] * customers / (found["a_customers"] * found["b_customers"])
    )
    found = found[found["both"] >= max(3, 0.002 * customers)]
    found = found.sort_values(["lift", "both", "a", "b"], ascending=[False, False, True, True])
    pairs = [
        {
            "a": titles.get(row["a"], row["a"])[:AFFINITY_LETTERS],
            "b": titles.get(row["b"], row["b"])[:AFFINITY_LETTERS],
            "customers": int(row["both"]),
            "lift": round(float(row["lift"]), 2),
        }
        for row in found.head(AFFINITY_PAIRS).to_dict("records")
    ]
    if not pairs:
        return chart("Bought by the same customers", "No two are bought together.", {"pairs": []})
    first = pairs[0]
    return chart(
        "Bought by the same customers",
        f"{first['a']} and {first['b']}: {first['lift']:.1f} times as often as by chance.",
        {"pairs": pairs, "of": what},
    )


def value_chart(segments: pd.DataFrame) -> dict[str, Any]:
    """``segment_key, name, customer_count, share, revenue_share`` per segment."""
    ordered = segments.sort_values("revenue_share", ascending=False)
    first = ordered.iloc[0]
    return chart(
        "Who brings the money",
        f"{first['name']}: {first['share']:.0%} of customers, {first['revenue_share']:.0%} of "
        "revenue.",
        {"segments": ordered.to_dict("records")},
    )


def movement_chart(moved: Mapping[str, Any]) -> dict[str, Any]:
    total = moved["moved"] + moved["stayed"]
    flows = moved["flows"]
    said = f"{moved['moved']:,} of {total:,} customers moved; {moved['arrived']:,} are new."
    if flows:
        said += (
            f" Most: {flows[0]['customers']:,} from {flows[0]['from_name']} to "
            f"{flows[0]['to_name']}."
        )
    return chart("Who moved since the last run", said, dict(moved))


#: Sides of customers, and the column that groups them by it.
SIDES = {
    "rfm": "rfm_group",
    "emotion": "emotion_group",
    "personality": "personality_group",
    "purchase_frequency": "rule_purchase_frequency",
    "spending": "rule_spending",
    "category": "rule_category",
}


def sizes_by(customers: Table, column: str) -> Table:
    """``name, customers, revenue`` of each value of a column, largest first."""
    return (
        customers.filter(customers[column].notnull())
        .group_by(name=customers[column])
        .aggregate(customers=_.count(), revenue=_.monetary.sum().round(2))
        .order_by(ibis.desc("customers"), "name")
    )


def dimensions_chart(found: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The same customers by one side of them at a time; sides without evidence are left out."""
    groups = {side: frame.to_dict("records") for side, frame in found.items() if len(frame)}
    first = groups["rfm"][0]
    return chart(
        "One side at a time",
        f"By recency, frequency and money most are {first['name']}: {first['customers']:,}.",
        groups,
    )


def fuzzy_chart(engine: Engine, shades: Table) -> dict[str, Any]:
    """Leading fuzzy archetypes of every level, by total value, mean value and members."""
    levels = {
        str(level): {
            by: leading_archetypes(engine, shades, level=level, by=by, most=FUZZY_SHOWN)
            for by in MEASURES
        }
        for level in LEVELS
    }
    first = levels["1"]["members"][0]
    labels = [label for label in first["archetype"].values() if label != "untold"]
    return chart(
        "Shades of customers",
        f"The commonest kind: {', '.join(labels)}, with {first['members']:,} customers.",
        {"axes": [axis.name for axis in AXES], "levels": levels},
    )


def prediction_chart(foreseen: Mapping[str, Any]) -> dict[str, Any]:
    """What is foreseen for the shop, and how the candidates did on its own past."""
    value, currency = foreseen["value_12m"], foreseen["currency"] or ""
    said = (
        f"In 12 months today's customers bring {value['value']:,.0f} {currency}".rstrip()
        + f", most likely between {value['low']:,.0f} and {value['high']:,.0f}."
    )
    return chart("What is to be expected", said, dict(foreseen))
