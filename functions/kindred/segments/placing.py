"""Where every customer belongs, and what would bring them somewhere better."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.segments import assigning, nudging, persistence
from kindred.segments.shop import Shop

NO_ORDERS = "no-orders"
MOST_SEGMENTS = 100  # of one run; there are ten or so


@dataclass(frozen=True)
class Placement:
    """``everyone``: ``customer_id, segment_key, x, y, distance``. ``coordinates``: of buyers."""

    everyone: Table
    coordinates: Table | None


def place_customers(
    shop: Shop, model: persistence.Model | None, *, before: Table | None
) -> Placement:
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
        return Placement(shop.keep("segment_placed", nobody), None)
    names = model.space.names
    coordinates = shop.keep("segment_coordinates", model.space.coordinates(shop.buyers))
    assigned = assigning.assign_groups(coordinates, model.grouping, names)
    if before is not None:
        assigned = assigning.hold_groups(assigned, _unchanged(shop, model, before))
    key = ibis.cases(
        *((assigned.group == g, key) for g, key in enumerate(model.keys)), else_=model.keys[0]
    )
    placed = (
        assigned.mutate(segment_key=key)
        .join(assigning.project(coordinates, model.directions, names), "customer_id")
        .select("customer_id", "segment_key", "x", "y", "distance")
    )
    return Placement(shop.keep("segment_placed", placed.union(nobody)), coordinates)


def next_steps(shop: Shop, model: persistence.Model | None, placement: Placement) -> Table | None:
    """The cheapest change that brings each customer into a better segment."""
    if model is None or model.grouping.count < 2:
        return None
    changed = shop.keep("segment_changed", nudging.changed_features(shop.buyers))
    placed = shop.keep("segment_changed_coordinates", model.space.coordinates(changed))
    assigned = assigning.assign_groups(placed, model.grouping, model.space.names)
    key = ibis.cases(
        *((assigned.group == g, key) for g, key in enumerate(model.keys)), else_=model.keys[0]
    )
    now = placement.everyone.select("customer_id", "segment_key")
    money = shop.engine.fetch(
        now.join(shop.buyers.select("customer_id", "monetary"), "customer_id")
        .group_by("segment_key")
        .aggregate(each=_.monetary.mean().round(4))
        .order_by("each", "segment_key"),
        most=MOST_SEGMENTS,
    )
    worth = {str(found): rank for rank, found in enumerate(money["segment_key"])}
    return shop.keep(
        "segment_nudges",
        nudging.cheapest(assigned.mutate(segment_key=key), now, worth),
    )


def _unchanged(shop: Shop, model: persistence.Model, before: Table) -> Table:
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
