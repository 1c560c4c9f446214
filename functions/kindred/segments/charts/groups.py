"""Segments by what they bring, and customers by one side of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.charts.chart import chart
from kindred.segments.segmentation import Segment


def value_chart(segments: Sequence[Segment]) -> dict[str, Any]:
    """Each segment's share of customers and of revenue."""
    shares = pd.DataFrame(
        {
            "segment_key": segment.segment_key,
            "name": segment.name,
            "customer_count": segment.customer_count,
            "share": segment.share,
            "revenue_share": segment.revenue_share,
        }
        for segment in segments
    )
    ordered = shares.sort_values("revenue_share", ascending=False)
    first = ordered.iloc[0]
    return chart(
        "Who brings the money",
        f"{first['name']}: {first['share']:.0%} of customers, {first['revenue_share']:.0%} of "
        "revenue.",
        {"segments": ordered.to_dict("records")},
    )


#: Sides of customers, and the column that groups them by it.
SIDES = {
    "rfm": "rfm_group",
    "emotion": "emotion_group",
    "personality": "personality_group",
    "purchase_frequency": "rule_purchase_frequency",
    "spending": "rule_spending",
    "category": "rule_category",
}


MOST_GROUPS = 1_000  # values of one column; rules and groups have a dozen at most


def draw_dimensions(engine: Engine, customers: Table) -> dict[str, Any]:
    """The chart from a run's customers."""
    sizes = {side: sizes_by(customers, column) for side, column in SIDES.items()}
    return dimensions_chart(
        {side: engine.fetch(size, most=MOST_GROUPS) for side, size in sizes.items()}
    )


def sizes_by(customers: Table, column: str) -> Table:
    """``name, customers, revenue`` of each value of a column, largest first."""
    return (
        customers.filter(customers[column].notnull())
        .group_by(name=customers[column])
        .aggregate(customers=_.count(), revenue=_.monetary.sum().round(2))
        .order_by(ibis.desc("customers"), "name")
    )


def dimensions_chart(sizes: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The same customers by one side of them at a time; sides without evidence are left out."""
    groups = {side: frame.to_dict("records") for side, frame in sizes.items() if len(frame)}
    first = groups["rfm"][0]
    return chart(
        "Customers by one criterion",
        f"By recency, frequency and money most are {first['name']}: {first['customers']:,}.",
        groups,
    )
