"""What each segment is called, what it is like, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ibis.expr.types import Table

from kindred.predicting import predictions, segment_figures
from kindred.predicting.predictions import Prediction
from kindred.segments.clustering.model import Model
from kindred.segments.clustering.placement import Placement
from kindred.segments.features.customers import FEATURES
from kindred.segments.features.moods import MOODS, emotion_labels, emotion_means, personality_means
from kindred.segments.naming import measures
from kindred.segments.naming.archetypes import axes_of
from kindred.segments.naming.gates import Metrics
from kindred.segments.naming.matching import Match, match_archetypes
from kindred.segments.naming.personalities import set_apart
from kindred.segments.naming.reasons import find_reasons
from kindred.segments.segmentation import MOST_SEGMENTS, NO_ORDERS, Reason, Segment
from kindred.segments.shop import Shop

NO_ORDERS_NAME = "No Orders Yet"
#: Columns of customers that a segment is described by.
COLUMNS = (*FEATURES, "sentiment", *MOODS, *predictions.COLUMNS)


def describe_segments(
    shop: Shop,
    customers: Table,
    placement: Placement,
    model: Model | None,
    prediction: Prediction | None,
    own_names: Mapping[str, str],
) -> tuple[tuple[Segment, ...], Model | None]:
    """Every segment with its name, figures and reasons; and the model, which keeps the names."""
    measured = shop.engine.fetch(measures.measure(customers, COLUMNS), most=MOST_SEGMENTS)
    measured = measured.sort_values("segment_key").set_index("segment_key")
    rows = {str(key): {str(k): v for k, v in row.items()} for key, row in measured.iterrows()}
    metrics = {key: measures.metrics_of(row, COLUMNS) for key, row in rows.items()}
    typical = _typical(shop, customers)
    effects = _effects(shop, placement, model)
    matches, model = _named(effects, metrics, typical, model)
    reasons = find_reasons(
        effects.effect,
        metrics,
        typical,
        currency=shop.currency,
        name_axes={key: axes_of(match.archetype) for key, match in matches.items()},
    )
    emotions, personality = _emotions(shop, placement), _personality(shop, placement)
    revenue = float(measured["revenue"].sum())
    segments = []
    for key, row in rows.items():
        common: dict[str, Any] = {
            "segment_key": key,
            "evidence": "behaviour+text" if key in emotions else "behaviour",
            **_size(row, shop.customer_count, revenue),
            "metrics": metrics[key],
            "emotions": emotions.get(key),
            "personality": personality.get(key),
        }
        if key == NO_ORDERS or model is None:
            segments.append(_without_orders(common))
            continue
        common["name"] = own_names.get(key, matches[key].name)
        common |= {**_match(matches[key]), "reasons": reasons[key]}
        common |= _figures(row, prediction, shop.currency)
        stability = round(model.stability[key], 4) if key in model.stability else None
        segments.append(Segment(**common, stability=stability))
    segments.sort(key=lambda s: (s.segment_key == NO_ORDERS, -s.revenue_share, s.segment_key))
    return tuple(segments), model


def _size(row: Mapping[str, Any], customers: int, revenue: float) -> dict[str, Any]:
    """How large a segment is, of all ``customers`` and all ``revenue``."""
    count = int(row["customer_count"])
    return {
        "customer_count": count,
        "share": count / customers,
        "revenue_share": round(float(row["revenue"]) / revenue, 9) if revenue else 0.0,
    }


def _figures(
    row: Mapping[str, Any], prediction: Prediction | None, currency: str | None
) -> dict[str, Any]:
    """RFM means, and what is predicted."""
    return {
        "rfm": {score: round(float(row[score]), 3) for score in "rfm"},
        "churn": segment_figures.churn_of(row, prediction),
        "ltv": segment_figures.value_of(row, prediction, currency),
    }


def _typical(shop: Shop, customers: Table) -> Metrics:
    """The figures of all customers with orders."""
    frame = shop.engine.fetch(measures.measure_all(customers, COLUMNS), most=1)
    row = {str(name): value for name, value in frame.iloc[0].items()} if len(frame) else None
    return measures.metrics_of(row, COLUMNS) if row else {}


def _match(match: Match) -> dict[str, Any]:
    """What a segment was matched to, and what came next."""
    runner = match.runner_up
    return {
        "archetype": match.archetype,
        "fit": round(match.fit, 4),
        "runner_up": {"archetype": runner[0], "fit": round(runner[1], 4)} if runner else None,
    }


def _effects(shop: Shop, placement: Placement, model: Model | None) -> measures.Effects:
    if model is None or placement.coordinates is None:
        return measures.Effects({}, {})
    axes = model.space.axes
    joined = placement.coordinates.join(
        placement.everyone.select("customer_id", "segment_key"), "customer_id"
    )
    sums = shop.engine.fetch(measures.moments(joined, model.space.names), most=MOST_SEGMENTS)
    sums = sums.sort_values("segment_key").reset_index(drop=True)
    return measures.effects_from(sums, model.space.names, [axis.weight for axis in axes])


def _named(
    effects: measures.Effects,
    metrics: Mapping[str, Metrics],
    typical: Metrics,
    model: Model | None,
) -> tuple[dict[str, Match], Model | None]:
    """A name for every segment; an earlier name stays with its key."""
    if model is None:
        return {}, None
    keys = sorted(effects.profile)
    fresh = match_archetypes(
        [effects.profile[key] for key in keys],
        figures=[metrics[key] for key in keys],
        shop=typical,
        continuum=model.is_continuum,
        earlier={i: model.archetypes[k] for i, k in enumerate(keys) if k in model.archetypes},
        names={i: model.names[k] for i, k in enumerate(keys) if k in model.names},
    )
    matches = dict(zip(keys, fresh, strict=True))
    names = {**model.names, **{key: match.name for key, match in matches.items()}}
    archetypes = {**model.archetypes, **{key: match.archetype for key, match in matches.items()}}
    return matches, replace(model, names=names, archetypes=archetypes)


def _emotions(shop: Shop, placement: Placement) -> dict[str, dict[str, float]]:
    if shop.texts is None:
        return {}
    membership = placement.everyone.select("customer_id", "segment_key")
    means = shop.engine.fetch(emotion_means(shop.texts, membership), most=MOST_SEGMENTS)
    labels = emotion_labels(shop.texts)
    return {
        row["segment_key"]: {label: round(float(row[label]), 4) for label in labels}
        for row in means.to_dict("records")
    }


def _personality(shop: Shop, placement: Placement) -> dict[str, dict[str, Any]]:
    if shop.texts is None:
        return {}
    membership = placement.everyone.select("customer_id", "segment_key")
    means = shop.engine.fetch(personality_means(shop.texts, membership), most=MOST_SEGMENTS)
    return set_apart(means.sort_values("segment_key").to_dict("records"))


def _without_orders(common: Mapping[str, Any]) -> Segment:
    return Segment(
        **common,
        name=NO_ORDERS_NAME,
        archetype=None,
        fit=1.0,
        rfm={},
        reasons=(
            Reason(
                "frequency", "lower", -1.0, "No order that counts: none yet, or all were cancelled."
            ),
        ),
    )
