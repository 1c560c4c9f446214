"""Axes and groups of a run: learned afresh, or the earlier ones while they still fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from ibis.expr.types import Table
from threadpoolctl import threadpool_limits

from kindred.segments.clustering.axes import AXES, TEXT_AXES
from kindred.segments.clustering.choice import FEWEST, choose_grouping, sizes_for
from kindred.segments.clustering.dbscan import CUSTOMERS_PER_SEGMENT
from kindred.segments.clustering.grouping import Points, count_distinct, mean_distance, refine
from kindred.segments.clustering.model import Model
from kindred.segments.clustering.segment_keys import give_keys
from kindred.segments.clustering.space import Space, fit_space
from kindred.segments.clustering.stability import segment_stability
from kindred.segments.clustering.structure import even_weights
from kindred.segments.shop import Shop

#: Mean distance to the prototypes, over that at fitting, above which groups are fitted again.
MOST_DRIFT = 1.3
FITTED_ON = 20_000  # customers that axes and groups are learned from
CONTINUUM = {
    "code": "continuum",
    "message": "These customers don't fall into groups of their own: with their features shuffled "
    "against each other, groups come back as well. The segments are cut through a continuum, and "
    "named by behaviour alone.",
}


@dataclass(frozen=True)
class Fitted:
    """A model; whether it was learned afresh; and notices for the merchant."""

    model: Model | None
    fresh: bool = False
    notices: tuple[dict[str, str], ...] = ()


def fit_model(
    shop: Shop,
    previous: Model | None,
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
    kinds = (*AXES, *(TEXT_AXES if shop.texts is not None else ()))
    space = fit_space(sample, kinds)
    still_fits = previous and _still_fits(previous, space, algorithm)
    if previous and (fixed or still_fits):
        return Fitted(_follow_drift(shop, previous, sample, fixed))
    reserved = int(shop.customer_count > shop.buyer_count)
    earlier = previous.grouping.count if previous else None
    model, stability = _fit_afresh(shop, space, sample, algorithm, reserved, earlier)
    model = give_keys(shop, model, stability, previous, before)
    notices = _few_customers(shop.buyer_count, model.grouping.count + reserved)
    if model.is_continuum:
        notices += (CONTINUUM,)
    return Fitted(model, True, notices)


def _fit_afresh(
    shop: Shop,
    space: Space,
    sample: pd.DataFrame,
    algorithm: str,
    reserved: int,
    earlier: int | None,
) -> tuple[Model, list[float]]:
    """A model that has no keys yet, and how stable its groups are.

    ``reserved`` segments exist beside the groups (customers without an order). ``earlier``: how
    many groups the last run had.
    """
    points = shop.coordinates_of(space, sample)
    sizes = sizes_for(shop.buyer_count, count_distinct(points), reserved=reserved)
    choice = choose_grouping(points, sizes, algorithm, weights=even_weights(space), earlier=earlier)
    grouping = choice.taken.grouping
    model = Model(
        space=space,
        grouping=grouping,
        keys=tuple("" for _g in range(grouping.count)),
        names={},
        archetypes={},
        algorithm=choice.taken.algorithm,
        asked=algorithm,
        distance=mean_distance(points, grouping),
        choice=choice.as_dict(),
        directions=_directions(points),
        stability={},
        as_of=shop.as_of.isoformat(),
    )
    return model, segment_stability(points, grouping, choice.votes)


def _still_fits(previous: Model, space: Space, algorithm: str) -> bool:
    same_axes = set(previous.space.names) == set(space.names)
    return same_axes and previous.asked == algorithm


def _follow_drift(
    shop: Shop, previous: Model, sample: pd.DataFrame, fixed: Collection[str]
) -> Model:
    """The earlier model, its groups moved along if customers have drifted away from them."""
    points = shop.coordinates_of(previous.space, sample)
    distance = mean_distance(points, previous.grouping)
    if distance <= MOST_DRIFT * previous.distance:
        return replace(previous, as_of=shop.as_of.isoformat())
    with threadpool_limits(limits=1):
        grouping = refine(points, previous.grouping)
    is_fixed = np.isin(np.array(previous.keys)[previous.grouping.groups], list(fixed))
    centres = np.where(is_fixed[:, None], previous.grouping.centres, grouping.centres)
    grouping = replace(grouping, centres=centres)
    stability = segment_stability(points, grouping)
    return replace(
        previous,
        grouping=grouping,
        distance=mean_distance(points, grouping),
        stability=dict(zip(previous.keys, stability, strict=True)),
        as_of=shop.as_of.isoformat(),
    )


def _directions(points: Points) -> Points:
    """The two directions of greatest spread, their signs fixed."""
    centred = points - points.mean(axis=0)
    directions = np.zeros((2, points.shape[1]))
    for index, vector in enumerate(np.linalg.svd(centred, full_matrices=False)[2][:2]):
        directions[index] = vector * np.sign(vector[np.argmax(np.abs(vector))])
    return np.round(directions, 6)  # as they are stored


def _few_customers(buyers: int, segments: int) -> tuple[dict[str, str], ...]:
    if segments >= FEWEST:
        return ()
    return (
        {
            "code": "few-customers",
            "message": f"Only {buyers} customers with orders: they form {segments} "
            f"group{'s' if segments != 1 else ''}. For six or more, at least "
            f"{FEWEST * CUSTOMERS_PER_SEGMENT} who differ are needed.",
        },
    )
