"""Every customer's group as a table expression: the nearest prototype, at any size."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import FloatingValue, StringValue, Table

from kindred.segments.clustering.grouping import Grouping, Points
from kindred.segments.clustering.space import steady_round

#: A customer without a new order stays in their group unless the squared distance to another one is
#: less than this share of that to their own. Time moves everybody's recency, and time alone should
#: not give a shop other segments.
HOLD = 0.6


def assign_groups(coordinates: Table, grouping: Grouping, axes: Sequence[str]) -> Table:
    """``customer_id, group, distance`` and ``cost_<g>``: squared distance to each group.

    ``coordinates`` has one DOUBLE per axis, in the order of the grouping's columns.
    """
    own = sum((coordinates[axis] ** 2 for axis in axes), ibis.literal(0.0))
    costs = {}
    for group in range(grouping.count):
        centres = grouping.centres[grouping.groups == group]
        each = [own + _shift(coordinates, centre, axes) for centre in centres]
        costs[f"cost_{group}"] = ibis.least(*each) if len(each) > 1 else each[0]
    table = coordinates.select("customer_id", **costs)
    least = table[next(iter(costs))]
    if len(costs) > 1:
        least = ibis.least(*(table[name] for name in costs))
    table = table.mutate(nearest=least)
    branches = [(table[f"cost_{g}"] <= table.nearest, g) for g in range(grouping.count)]
    return table.mutate(
        group=ibis.cases(*branches, else_=0),
        distance=steady_round(table.nearest.clip(lower=0).sqrt(), 6),
    ).drop("nearest")


def key_of_group(assigned: Table, keys: Sequence[str]) -> StringValue:
    """The key of each customer's segment; ``keys`` are those of the groups, in their order."""
    return ibis.cases(
        *((assigned.group == group, key) for group, key in enumerate(keys)), else_=keys[0]
    )


def hold_groups(assigned: Table, before: Table) -> Table:
    """Leave those without a new order where they were, unless another group is far nearer.

    ``before``: ``customer_id, old_group`` of customers whose orders are the same as last time.
    """
    groups = sorted(
        int(column.removeprefix("cost_"))
        for column in assigned.columns
        if column.startswith("cost_")
    )
    joined = assigned.left_join(before, "customer_id").drop("customer_id_right")
    old_cost = ibis.cases(
        *((joined.old_group == g, joined[f"cost_{g}"]) for g in groups), else_=None
    )
    best = ibis.cases(*((joined.group == g, joined[f"cost_{g}"]) for g in groups), else_=None)
    stays = joined.old_group.notnull() & old_cost.notnull() & (best >= HOLD * old_cost)
    return joined.mutate(group=ibis.ifelse(stays, joined.old_group, joined.group)).drop("old_group")


def place_on_map(coordinates: Table, directions: Points, axes: Sequence[str]) -> Table:
    """``customer_id, x, y``: where a customer is on the map."""
    return coordinates.select(
        "customer_id",
        x=_weighted(coordinates, directions[0], axes),
        y=_weighted(coordinates, directions[1], axes),
    )


def _shift(coordinates: Table, centre: Points, axes: Sequence[str]) -> FloatingValue:
    constant = float((centre**2).sum())
    return sum(
        (coordinates[axis] * (-2 * float(value)) for axis, value in zip(axes, centre, strict=True)),
        ibis.literal(constant),
    )


def _weighted(coordinates: Table, weights: Points, axes: Sequence[str]) -> FloatingValue:
    total = sum(
        (coordinates[axis] * float(w) for axis, w in zip(axes, weights, strict=True)),
        ibis.literal(0.0),
    )
    return steady_round(total, 4)
