"""What the same customers buy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.segments.charts.chart import chart
from kindred.segments.shop import Shop

AFFINITY_PRODUCTS = 40
AFFINITY_PAIRS = 25
#: A pair needs so many customers who bought both, and so large a share of all.
FEWEST_BOTH, LEAST_SHARE_BOTH = 3, 0.002
AFFINITY_LETTERS = 200  # a column of descriptions may have been taken for names


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
    frame: pd.DataFrame, customers: int, titles: Mapping[str, str], what: str
) -> dict[str, Any]:
    """Lift: how many times as often as by chance two things are bought by the same customer."""
    if frame.empty:
        return chart("Bought by the same customers", "No two are bought together.", {"pairs": []})
    frame = frame.assign(
        lift=frame["both"] * customers / (frame["a_customers"] * frame["b_customers"])
    )
    frame = frame[frame["both"] >= max(FEWEST_BOTH, LEAST_SHARE_BOTH * customers)]
    frame = frame.sort_values(["lift", "both", "a", "b"], ascending=[False, False, True, True])
    pairs = [
        {
            "a": titles.get(row["a"], row["a"])[:AFFINITY_LETTERS],
            "b": titles.get(row["b"], row["b"])[:AFFINITY_LETTERS],
            "customers": int(row["both"]),
            "lift": round(float(row["lift"]), 2),
        }
        for row in frame.head(AFFINITY_PAIRS).to_dict("records")
    ]
    if not pairs:
        return chart("Bought by the same customers", "No two are bought together.", {"pairs": []})
    first = pairs[0]
    return chart(
        "Bought by the same customers",
        f"{first['a']} and {first['b']}: {first['lift']:.1f} times as often as by chance.",
        {"pairs": pairs, "of": what},
    )


def draw_affinity(shop: Shop, orders: Table) -> dict[str, Any]:
    """Of products where the file has them, else of categories."""
    column = "product_id" if shop.support.products else "category"
    pairs = shop.engine.fetch(affinity_pairs(orders, column), most=AFFINITY_PRODUCTS**2)
    titles: dict[str, str] = {}
    if column == "product_id" and len(pairs):
        wanted = sorted({*pairs["a"], *pairs["b"]})
        named = shop.engine.fetch(
            orders.filter(_.product_id.isin(wanted), _.product_name.notnull())
            .group_by("product_id")
            .aggregate(name=_.product_name.min()),
            most=len(wanted),
        )
        titles = dict(zip(named["product_id"], named["name"], strict=True))
    return affinity_chart(pairs, shop.buyer_count, titles, column.split("_")[0])
