"""A picture of customers in which near means alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.segments.charts.chart import chart
from kindred.segments.clustering.placement import Placement
from kindred.segments.shop import Shop

MAP_CUSTOMERS = 5_000
MAP_ID_BYTES = 600_000  # a document holds 1 MiB, and ids may be 256 bytes each


def draw_map(
    shop: Shop, customers: Table, placement: Placement, names: Mapping[str, str]
) -> dict[str, Any]:
    """The map of a run; ``names`` are those of the segments."""
    sample = shop.engine.fetch(
        customers.filter(_.x.notnull())
        .order_by(_.customer_id.hexdigest("md5"))
        .limit(MAP_CUSTOMERS)
        .select("customer_id", "segment_key", "x", "y"),
        most=MAP_CUSTOMERS,
    ).sort_values("customer_id")
    return map_chart(sample, names, _share_shown(shop, placement, sample))


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


def _share_shown(shop: Shop, placement: Placement, sample: pd.DataFrame) -> float:
    """The share of all spread between customers that is left on the map."""
    coordinates = placement.coordinates
    if coordinates is None:
        return 1.0
    axes = [name for name in coordinates.columns if name != "customer_id"]
    if not axes:
        return 1.0
    drawn = float(sample[["x", "y"]].var(ddof=0).sum())
    spreads = {name: coordinates[name].var(how="pop") for name in axes}
    total = float(np.sum(list(shop.engine.row(coordinates.aggregate(**spreads)).values())))
    return min(1.0, drawn / total) if total > 0 else 1.0
