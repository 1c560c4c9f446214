"""The cheapest change that would bring a customer into a better segment.

Each change is tried on every customer's features and placed like the real ones; changes come in
the order of what they ask of the customer. A segment of much newer customers is no step ahead:
nobody becomes new again.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.customers.next_steps import CHANGES, WITHIN_DAYS, Change
from kindred.segments.clustering.model import Model
from kindred.segments.clustering.nearest_group import assign_groups, key_of_group
from kindred.segments.clustering.placement import Placement
from kindred.segments.segmentation import MOST_SEGMENTS
from kindred.segments.shop import Shop

#: A better segment's mean tenure, over the customer's own, at least.
LEAST_TENURE = 0.5


def find_next_steps(shop: Shop, model: Model | None, placement: Placement) -> Table | None:
    """``customer_id, next_step, next_segment``; None where there is nowhere else to go."""
    if model is None or model.grouping.count < 2:
        return None
    changed = shop.engine.keep("segment_changed", changed_features(shop.buyers))
    placed = shop.engine.keep("segment_changed_coordinates", model.space.coordinates(changed))
    assigned = assign_groups(placed, model.grouping, model.space.names)
    assigned = assigned.mutate(segment_key=key_of_group(assigned, model.keys))
    now = placement.everyone.select("customer_id", "segment_key").join(
        shop.buyers.select("customer_id", "tenure_days", "monetary"), "customer_id"
    )
    places = shop.engine.fetch(
        now.group_by("segment_key")
        .aggregate(each=_.monetary.mean().round(4), tenure=_.tenure_days.mean())
        .order_by("each", "segment_key"),
        most=MOST_SEGMENTS,
    )
    return shop.engine.keep("segment_next_steps", cheapest_changes(assigned, now, places))


def changed_features(features: Table) -> Table:
    """Everyone's features after each change: the id gets the number of the change in front."""
    tables = [_after(features, number, change) for number, change in enumerate(CHANGES)]
    return ibis.union(*tables)


def cheapest_changes(assigned: Table, now: Table, places: pd.DataFrame) -> Table:
    """``customer_id, next_step, next_segment``: NULL where no change leads to a better segment.

    ``assigned``: ``customer_id`` with the number in front, ``segment_key``. ``now``: the real
    ``customer_id, segment_key, tenure_days``. ``places``: the segments from the worst to the best,
    as ``segment_key, tenure`` (the mean of its customers, in days).
    """
    worth = {str(key): rank for rank, key in enumerate(places["segment_key"])}
    tenure = dict(zip(worth, places["tenure"].fillna(0.0), strict=True))
    tried = assigned.select(
        number=assigned.customer_id.substr(0, 1).cast("int64"),
        customer_id=assigned.customer_id.substr(1),
        reached=assigned.segment_key,
    )
    joined = tried.join(now, "customer_id")
    better = joined.filter(
        _of(joined.reached, worth) > _of(joined.segment_key, worth),
        _of(joined.reached, tenure) >= LEAST_TENURE * joined.tenure_days.fill_null(0),
    )
    first = better.group_by("customer_id").aggregate(
        number=_.number.min(), next_segment=_.reached.argmin(_.number)
    )
    step = ibis.cases(
        *((first.number == i, change.code) for i, change in enumerate(CHANGES)), else_=None
    )
    return first.select("customer_id", next_step=step, next_segment=first.next_segment)


def _after(features: Table, number: int, change: Change) -> Table:
    """An order at the end of the time allowed; `change.orders` of them, evenly spread before it."""
    gaps = features.gap_count.fill_null(0)
    waited = features.recency_days.fill_null(0) + WITHIN_DAYS
    gap = (features.gap_mean_days.fill_null(0) * gaps + waited) / (gaps + change.orders)
    orders = features.frequency + change.orders
    size = (
        features.order_size * features.frequency
        + (features.order_size.exp() * change.bigger).ln() * change.orders
    ) / orders
    return features.mutate(
        customer_id=ibis.literal(str(number)) + features.customer_id,
        recency_days=ibis.literal(0.0),
        frequency=orders,
        tenure_days=features.tenure_days + WITHIN_DAYS,
        gap_count=gaps + change.orders,
        gap_mean_days=gap,
        overdue=1 / (gap + 1),
        order_size=size,
    )


def _of(key: ibis.expr.types.StringValue, figures: Mapping[str, float]) -> ibis.expr.types.Value:
    return ibis.cases(*((key == name, figure) for name, figure in figures.items()), else_=-1)
