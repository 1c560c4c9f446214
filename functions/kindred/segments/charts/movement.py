"""Who moved from segment to segment since the last run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.charts.chart import chart
from kindred.segments.segmentation import MOST_SEGMENTS

TITLE = "Who moved since the last run"
MOST_FLOWS = 60  # of customers from one segment to another, in the chart


def draw_movement(
    engine: Engine, before: Table, after: Table, names: Mapping[str, str], *, regrouped: bool
) -> dict[str, Any]:
    """The chart from the customers of two runs; ``names``: of the segments of both, by key.

    ``regrouped``: the groups were learned afresh, so that customers may be in another one without
    having done anything.
    """
    moved = engine.fetch(customers_moved(before, after), most=MOST_SEGMENTS**2)
    return movement_chart(movement(moved, names), regrouped=regrouped)


def customers_moved(before: Table, after: Table) -> Table:
    """``before, after, customers, ordered``: who is in which segment now and was in which.

    ``before``, ``after``: ``customer_id, segment_key, frequency``. NULL stands for customers of one
    run only; ``ordered`` counts those with a new order.
    """
    earlier = before.select("customer_id", before=_.segment_key, orders_before=_.frequency)
    now = after.select("customer_id", after=_.segment_key, orders_after=_.frequency)
    return (
        earlier.outer_join(now, "customer_id")
        .group_by("before", "after")
        .aggregate(customers=_.count(), ordered=(_.orders_after > _.orders_before).sum())
    )


def movement(counted: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Any]:
    """Who moved from where to where since the last run, and why; from :func:`customers_moved`.

    Why: customers with a new order moved by what they did, others because time passed.
    """
    came, went = counted["before"].isna(), counted["after"].isna()
    both = counted[~came & ~went]
    moved = both[both["before"] != both["after"]]
    flows = moved.sort_values(["customers", "before", "after"], ascending=[False, True, True])
    return {
        "stayed": int(both["customers"].sum()) - int(moved["customers"].sum()),
        "moved": int(moved["customers"].sum()),
        "arrived": int(counted.loc[came, "customers"].sum()),
        "left": int(counted.loc[went, "customers"].sum()),
        "ordered": int(both["ordered"].sum()),
        "flows": [
            {
                "from": row["before"],
                "from_name": names.get(row["before"], row["before"]),
                "to": row["after"],
                "to_name": names.get(row["after"], row["after"]),
                "customers": int(row["customers"]),
                "after_an_order": int(row["ordered"]),
                "by_time_alone": int(row["customers"]) - int(row["ordered"]),
            }
            for row in flows.head(MOST_FLOWS).to_dict("records")
        ],
    }


def movement_chart(moved: Mapping[str, Any], *, regrouped: bool = False) -> dict[str, Any]:
    """On the same orders, another grouping is the method's doing: nobody is said to have moved."""
    total = moved["moved"] + moved["stayed"]
    flows = moved["flows"]
    if regrouped and not (moved["ordered"] or moved["arrived"] or moved["left"]):
        takeaway = (
            "The groups were formed anew from the same orders, so nobody moved. "
            f"{moved['moved']:,} of {total:,} customers are in another group by the method alone."
        )
        return chart(TITLE, takeaway, {**moved, "stayed": total, "moved": 0, "flows": []})
    takeaway = f"{moved['moved']:,} of {total:,} customers moved; {moved['arrived']:,} are new."
    if flows:
        takeaway += (
            f" Most: {flows[0]['customers']:,} from {flows[0]['from_name']} to "
            f"{flows[0]['to_name']}."
        )
    if regrouped:
        takeaway += " The groups were formed anew, which moves some customers by itself."
    return chart(TITLE, takeaway, dict(moved))
