"""Every chart that is measured on the shop and its segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ibis.expr.types import Table

from kindred.segments.charts.affinity import draw_affinity
from kindred.segments.charts.customer_map import draw_map
from kindred.segments.charts.groups import draw_dimensions, value_chart
from kindred.segments.charts.order_times import draw_hours, draw_months
from kindred.segments.clustering.placement import Placement
from kindred.segments.segmentation import Segment
from kindred.segments.shop import Shop


def draw_charts(
    shop: Shop, customers: Table, placement: Placement, segments: Sequence[Segment]
) -> dict[str, Any]:
    """By chart name; without those that the shop's data can't support."""
    drawn: dict[str, Any] = {}
    names = {segment.segment_key: segment.name for segment in segments}
    if shop.buyer_count:
        drawn["map"] = draw_map(shop, customers, placement, names)
    drawn["value"] = value_chart(segments)
    drawn["dimensions"] = draw_dimensions(shop.engine, customers)
    if shop.orders is None or not shop.support.orders:
        return drawn
    membership = customers.select("customer_id", "segment_key")
    drawn["orders_by_time"] = draw_months(shop.engine, shop.orders, membership, names)
    if shop.support.times:
        drawn["orders_by_hour"] = draw_hours(shop.engine, shop.orders)
    if shop.support.products or shop.support.categories:
        drawn["affinity"] = draw_affinity(shop, shop.orders)
    return drawn
