"""Axes and groups of a run: learned afresh, or the earlier ones while they still fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.segments import assigning, clustering, persistence, space
from kindred.segments.placing import NO_ORDERS
from kindred.segments.shop import Shop

MOST_SHARED = 1_000  # pairs of an earlier segment and a group of now
FITTED_ON = 20_000  # customers that axes and groups are learned from


@dataclass(frozen=True)
class Fitted:
    """A model; whether it was learned afresh; and what is to be said about it."""

    model: persistence.Model | None
    fresh: bool = False
    notices: tuple[dict[str, str], ...] = ()


def fit_model(
    shop: Shop,
    previous: persistence.Model | None,
    *,
    before: Table | None,
    algorithm: str,
    fixed: Collection[str],
) -> Fitted:
    """Axes and groups: the earlier ones while they still fit, else learned afresh.

    ``before``: ``customer_id, segment_key, frequency`` of the run that ``previous`` comes from.
    """
    if shop.buyer_count == 0:
        return Fitted(None)
    sample = shop.sample(FITTED_ON)
    kinds = (*space.AXES, *(space.TEXT_AXES if shop.texts is not None else ()))
    fresh = space.fit_space(sample, kinds)
    still_fits = previous and _still_fits(previous, fresh, algorithm)
    if previous and (fixed or still_fits):
        return Fitted(_aged(shop, previous, sample, fixed))
    points = shop.coordinates_of(fresh, sample)
    reserved = int(shop.customer_count > shop.buyer_count)
    distinct = clustering.count_distinct(points)
    sizes = clustering.sizes_for(shop.buyer_count, distinct, reserved=reserved)
    choice = clustering.choose_grouping(points, sizes, algorithm)
    grouping = choice.taken.grouping
    model = persistence.Model(
        space=fresh,
        grouping=grouping,
        keys=tuple("" for _g in range(grouping.count)),
        names={},
        archetypes={},
        algorithm=choice.taken.algorithm,
        asked=algorithm,
        distance=clustering.mean_distance(points, grouping),
        choice=choice.as_dict(),
        directions=_directions(points),
        stability={},
        as_of=shop.as_of.isoformat(),
    )
    stability = clustering.segment_stability(points, grouping)
    model = _keyed(shop, model, stability, previous, before)
    return Fitted(model, True, _few(shop.buyer_count, grouping.count + reserved))


def _still_fits(previous: persistence.Model, fresh: space.Space, algorithm: str) -> bool:
    same_axes = set(previous.space.names) == set(fresh.names)
    return same_axes and previous.asked == algorithm


def _aged(
    shop: Shop, previous: persistence.Model, sample: pd.DataFrame, fixed: Collection[str]
) -> persistence.Model:
    """The earlier model, its groups moved along if customers have drifted away from them."""
    points = shop.coordinates_of(previous.space, sample)
    distance = clustering.mean_distance(points, previous.grouping)
    if distance <= persistence.AGED * previous.distance:
        return replace(previous, as_of=shop.as_of.isoformat())
    grouping = clustering.refit_from(points, previous.grouping)
    held = np.isin(np.array(previous.keys)[previous.grouping.groups], list(fixed))
    centres = np.where(held[:, None], previous.grouping.centres, grouping.centres)
    grouping = replace(grouping, centres=centres)
    stability = clustering.segment_stability(points, grouping)
    return replace(
        previous,
        grouping=grouping,
        distance=clustering.mean_distance(points, grouping),
        stability=dict(zip(previous.keys, stability, strict=True)),
        as_of=shop.as_of.isoformat(),
    )


def _keyed(
    shop: Shop,
    model: persistence.Model,
    stability: list[float],
    previous: persistence.Model | None,
    before: Table | None,
) -> persistence.Model:
    """Keys for the groups: the earlier ones where most of the customers are the same."""
    placed = shop.keep("segment_coordinates", model.space.coordinates(shop.buyers))
    assigned = assigning.assign_groups(placed, model.grouping, model.space.names)
    joined = assigned.join(shop.buyers.select("customer_id", "monetary"), "customer_id")
    money = shop.engine.fetch(
        joined.group_by("group").aggregate(total=_.monetary.sum().round(2)),
        most=model.grouping.count,
    )
    spent = dict(zip(money["group"].tolist(), money["total"].tolist(), strict=True))
    matched: list[str | None] = [None] * model.grouping.count
    next_key = 1
    names: Mapping[str, str] = {}
    known: Mapping[str, str | None] = {}
    if previous:
        next_key, names, known = previous.next_key, previous.names, previous.archetypes
    if before is not None:
        shared = shop.engine.fetch(_shared(before, assigned), most=MOST_SHARED)
        if len(shared):
            matched = persistence.match_keys(shared, model.grouping.count)
    for group in sorted(range(model.grouping.count), key=lambda g: (-spent.get(g, 0.0), g)):
        if matched[group] is None:
            matched[group], next_key = f"s{next_key:02}", next_key + 1
    keys = tuple(str(key) for key in matched)
    return replace(
        model,
        keys=keys,
        next_key=next_key,
        names={key: name for key, name in names.items() if key in keys},
        archetypes={key: one for key, one in known.items() if key in keys},
        stability=dict(zip(keys, stability, strict=True)),
    )


def _shared(before: Table, assigned: Table) -> Table:
    """``segment_key, group, customers``: how many of an earlier segment are in which group now."""
    earlier = before.filter(_.segment_key != NO_ORDERS).select("customer_id", "segment_key")
    return (
        earlier.left_join(assigned.select("customer_id", "group"), "customer_id")
        .group_by("segment_key", "group")
        .aggregate(customers=_.count())
    )


def _directions(points: clustering.Points) -> clustering.Points:
    """The two directions of greatest spread, their signs fixed."""
    centred = points - points.mean(axis=0)
    found = np.zeros((2, points.shape[1]))
    for index, vector in enumerate(np.linalg.svd(centred, full_matrices=False)[2][:2]):
        found[index] = vector * np.sign(vector[np.argmax(np.abs(vector))])
    return np.round(found, 6)  # as they are stored


def _few(buyers: int, segments: int) -> tuple[dict[str, str], ...]:
    if segments >= clustering.FEWEST:
        return ()
    return (
        {
            "code": "few-customers",
            "message": f"{buyers} customers with orders carry {segments} segment"
            f"{'s' if segments != 1 else ''}; six or more need about "
            f"{clustering.FEWEST * clustering.CUSTOMERS_PER_SEGMENT} who differ.",
        },
    )
