"""The charts of a run: tables measured on the engine, drawn by `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.segments import charts
from kindred.segments.placing import Placement
from kindred.segments.segmentation import Segment
from kindred.segments.shop import Shop


def draw_charts(
    shop: Shop, customers: Table, placement: Placement, segments: Sequence[Segment]
) -> dict[str, Any]:
    """Every chart that comes from the shop and its segments."""
    drawn: dict[str, Any] = {}
    execute = shop.run
    names = {segment.segment_key: segment.name for segment in segments}
    if shop.buyer_count:
        some = execute(
            customers.filter(_.x.notnull())
            .order_by(_.customer_id.hexdigest("md5"))
            .limit(charts.MAP_CUSTOMERS)
            .select("customer_id", "segment_key", "x", "y")
        ).sort_values("customer_id")
        drawn["map"] = charts.map_chart(some, names, _shown(shop, placement, some))
    drawn["value"] = charts.value_chart(
        pd.DataFrame(
            {
                "segment_key": s.segment_key,
                "name": s.name,
                "customer_count": s.customer_count,
                "share": s.share,
                "revenue_share": s.revenue_share,
            }
            for s in segments
        )
    )
    drawn["dimensions"] = charts.dimensions_chart(
        {side: execute(charts.sizes_by(customers, column)) for side, column in charts.SIDES.items()}
    )
    if shop.orders is None or not shop.support.orders:
        return drawn
    membership = customers.select("customer_id", "segment_key")
    by_month = execute(charts.orders_by_month(shop.orders, membership))
    drawn["orders_by_time"] = charts.time_chart(by_month, names)
    if shop.support.times:
        by_hour = execute(charts.orders_by_hour(shop.orders))
        drawn["orders_by_hour"] = charts.hour_chart(by_hour)
    if shop.support.products or shop.support.categories:
        drawn["affinity"] = _affinity(shop, shop.orders)
    return drawn


def _shown(shop: Shop, placement: Placement, some: pd.DataFrame) -> float:
    coordinates = placement.coordinates
    if coordinates is None:
        return 1.0
    axes = [name for name in coordinates.columns if name != "customer_id"]
    if not axes:
        return 1.0
    drawn = float(some[["x", "y"]].var(ddof=0).sum())
    spreads = {name: coordinates[name].var(how="pop") for name in axes}
    total = float(shop.run(coordinates.aggregate(**spreads)).iloc[0].sum())
    return min(1.0, drawn / total) if total > 0 else 1.0


def _affinity(shop: Shop, orders: Table) -> dict[str, Any]:
    column = "product_id" if shop.support.products else "category"
    found = shop.run(charts.affinity_pairs(orders, column))
    titles: dict[str, str] = {}
    if column == "product_id" and len(found):
        wanted = sorted({*found["a"], *found["b"]})
        named = shop.run(
            orders.filter(_.product_id.isin(wanted), _.product_name.notnull())
            .group_by("product_id")
            .aggregate(name=_.product_name.min())
        )
        titles = dict(zip(named["product_id"], named["name"], strict=True))
    return charts.affinity_chart(found, shop.buyer_count, titles, column.split("_")[0])
