"""Keys of segments, which persist from run to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table
from scipy.optimize import linear_sum_assignment

from kindred.segments.clustering.model import Model
from kindred.segments.clustering.nearest_group import assign_groups
from kindred.segments.segmentation import NO_ORDERS
from kindred.segments.shop import Shop

SAME_SEGMENT = 1 / 3  # Jaccard similarity from which a refitted group keeps an earlier key
MOST_SHARED = 1_000  # pairs of an earlier segment and a group of now


def give_keys(
    shop: Shop,
    model: Model,
    stability: list[float],
    previous: Model | None,
    before: Table | None,
) -> Model:
    """Keys for the groups: the earlier ones where most of the customers are the same.

    ``before``: ``customer_id, segment_key, frequency`` of the run that ``previous`` comes from. New
    keys are numbered by what a group's customers have spent.
    """
    count = model.grouping.count
    placed = shop.engine.keep("segment_coordinates", model.space.coordinates(shop.buyers))
    assigned = assign_groups(placed, model.grouping, model.space.names)
    keys: list[str | None] = [None] * count
    if before is not None:
        shared = shop.engine.fetch(_shared(before, assigned), most=MOST_SHARED)
        if len(shared):
            keys = match_keys(shared, count)
    spent = _spent(shop, assigned, count)
    next_key = previous.next_key if previous else 1
    for group in sorted(range(count), key=lambda g: (-spent.get(g, 0.0), g)):
        if keys[group] is None:
            keys[group], next_key = f"s{next_key:02}", next_key + 1
    given = tuple(str(key) for key in keys)
    names: Mapping[str, str] = previous.names if previous else {}
    archetypes: Mapping[str, str | None] = previous.archetypes if previous else {}
    return replace(
        model,
        keys=given,
        next_key=next_key,
        names={key: name for key, name in names.items() if key in given},
        archetypes={key: archetype for key, archetype in archetypes.items() if key in given},
        stability=dict(zip(given, stability, strict=True)),
    )


def _spent(shop: Shop, assigned: Table, groups: int) -> dict[int, float]:
    joined = assigned.join(shop.buyers.select("customer_id", "monetary"), "customer_id")
    money = joined.group_by("group").aggregate(total=_.monetary.sum().round(2))
    frame = shop.engine.fetch(money, most=groups)
    return dict(zip(frame["group"].tolist(), frame["total"].tolist(), strict=True))


def _shared(before: Table, assigned: Table) -> Table:
    """``segment_key, group, customers``: how many of an earlier segment are in which group now."""
    earlier = before.filter(_.segment_key != NO_ORDERS).select("customer_id", "segment_key")
    return (
        earlier.left_join(assigned.select("customer_id", "group"), "customer_id")
        .group_by("segment_key", "group")
        .aggregate(customers=_.count())
    )


def match_keys(shared: pd.DataFrame, groups: int) -> list[str | None]:
    """The earlier key of each new group: the pairing that keeps most customers where they were.

    ``shared``: ``segment_key, group, customers``, the latter in both; ``group`` is missing for
    customers who are in none. None for a group that shares less than a third with its partner: that
    is a new segment.
    """
    keys = sorted(shared["segment_key"].unique())
    number = {key: i for i, key in enumerate(keys)}
    both = np.zeros((groups, len(keys)))
    for pair in shared.dropna(subset="group").to_dict("records"):
        both[int(pair["group"]), number[pair["segment_key"]]] = pair["customers"]
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    jaccard = both / np.maximum(either, 1)
    rows, columns = linear_sum_assignment(-jaccard)
    matched: list[str | None] = [None] * groups
    for row, column in zip(rows, columns, strict=True):
        if jaccard[row, column] >= SAME_SEGMENT:
            matched[int(row)] = str(keys[int(column)])
    return matched
