"""Where every customer belongs."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.segments.clustering.model import Model
from kindred.segments.clustering.nearest_group import (
    assign_groups,
    hold_groups,
    key_of_group,
    place_on_map,
)
from kindred.segments.segmentation import NO_ORDERS
from kindred.segments.shop import Shop


@dataclass(frozen=True)
class Placement:
    """``everyone``: ``customer_id, segment_key, x, y, distance``. ``coordinates``: of buyers."""

    everyone: Table
    coordinates: Table | None


def place_customers(shop: Shop, model: Model | None, *, before: Table | None) -> Placement:
    """Everyone's segment and place on the map.

    ``before``: ``customer_id, segment_key, frequency`` of the run that the model's groups come
    from. Its customers stay where they were if they have no new order and that isn't far off.
    """
    nobody = shop.features.filter(_.frequency == 0).select(
        "customer_id",
        segment_key=ibis.literal(NO_ORDERS),
        x=ibis.null("float64"),
        y=ibis.null("float64"),
        distance=ibis.null("float64"),
    )
    if model is None:
        return Placement(shop.engine.keep("segment_placed", nobody), None)
    names = model.space.names
    coordinates = shop.engine.keep("segment_coordinates", model.space.coordinates(shop.buyers))
    assigned = assign_groups(coordinates, model.grouping, names)
    if before is not None:
        assigned = hold_groups(assigned, _unchanged(shop, model, before))
    placed = (
        assigned.mutate(segment_key=key_of_group(assigned, model.keys))
        .join(place_on_map(coordinates, model.directions, names), "customer_id")
        .select("customer_id", "segment_key", "x", "y", "distance")
    )
    return Placement(shop.engine.keep("segment_placed", placed.union(nobody)), coordinates)


def _unchanged(shop: Shop, model: Model, before: Table) -> Table:
    """Customers with as many orders as last time, and the group they were in."""
    group = ibis.cases(*((before.segment_key == key, g) for g, key in enumerate(model.keys)))
    earlier = before.select("customer_id", old_group=group, orders=before.frequency)
    now = shop.buyers.select("customer_id", "frequency")
    return (
        earlier.filter(_.old_group.notnull())
        .join(now, "customer_id")
        .filter(_.orders == _.frequency)
        .select("customer_id", "old_group")
    )
