"""What each segment is called, what it is like, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from ibis.expr.types import Table

from kindred.predicting import predictions, segment_figures
from kindred.predicting.predictions import Prediction
from kindred.segments import archetypes, feelings, measuring, persistence, reasons
from kindred.segments.features import FEATURES
from kindred.segments.placing import NO_ORDERS, Placement
from kindred.segments.segmentation import Reason, Segment
from kindred.segments.shop import Shop
from kindred.tables import TRAITS

NO_ORDERS_NAME = "No Orders Yet"


def explain_segments(
    shop: Shop,
    customers: Table,
    placement: Placement,
    model: persistence.Model | None,
    foreseen: Prediction | None,
    own_names: Mapping[str, str],
) -> tuple[tuple[Segment, ...], persistence.Model | None]:
    """Every segment with its name, figures and reasons; and the model, which keeps the names."""
    columns = [*FEATURES, "sentiment", *feelings.MOODS, *predictions.COLUMNS]
    found: pd.DataFrame = shop.run(measuring.measure(customers, columns))
    found = found.sort_values("segment_key").set_index("segment_key")
    everyone = shop.run(measuring.measure_all(customers, columns))
    typical = measuring.metrics_of(everyone.iloc[0], columns) if len(everyone) else {}
    revenue = float(found["revenue"].sum())
    effects = _effects(shop, placement, model)
    means = {str(key): _means(measuring.metrics_of(row, columns)) for key, row in found.iterrows()}
    matches, model = _named(shop, effects, means, model)
    emotions = _emotions(shop, placement)
    personality = _personality(shop, placement)
    segments = []
    for key, row in found.iterrows():
        key = str(key)
        metrics = measuring.metrics_of(row, columns)
        count = int(row["customer_count"])
        common: dict[str, Any] = {
            "segment_key": key,
            "evidence": "behaviour+text" if key in emotions else "behaviour",
            "customer_count": count,
            "share": count / shop.customer_count,
            "revenue_share": round(float(row["revenue"]) / revenue, 9) if revenue else 0.0,
            "metrics": metrics,
            "emotions": emotions.get(key),
            "personality": personality.get(key),
        }
        if key == NO_ORDERS or model is None:
            segments.append(_without_orders(common))
            continue
        match = matches[key]
        runner = match.runner_up
        segments.append(
            Segment(
                **common,
                name=own_names.get(key, match.name),
                archetype=match.archetype,
                fit=round(match.fit, 4),
                rfm={score: round(float(row[score]), 3) for score in "rfm"},
                reasons=reasons.explain(
                    effects.effect[key],
                    metrics,
                    typical,
                    currency=shop.currency,
                    name_axes=archetypes.axes_of(match.archetype),
                ),
                runner_up=(
                    {"archetype": runner[0], "fit": round(runner[1], 4)} if runner else None
                ),
                churn=segment_figures.churn_of({str(k): v for k, v in row.items()}, foreseen),
                ltv=segment_figures.value_of(
                    {str(k): v for k, v in row.items()}, foreseen, shop.currency
                ),
                stability=round(model.stability[key], 4) if key in model.stability else None,
            )
        )
    segments.sort(key=lambda s: (s.segment_key == NO_ORDERS, -s.revenue_share, s.segment_key))
    return tuple(segments), model


def _effects(
    shop: Shop, placement: Placement, model: persistence.Model | None
) -> measuring.Effects:
    if model is None or placement.coordinates is None:
        return measuring.Effects({}, {})
    axes = model.space.axes
    joined = placement.coordinates.join(
        placement.everyone.select("customer_id", "segment_key"), "customer_id"
    )
    sums = shop.run(measuring.moments(joined, model.space.names))
    sums = sums.sort_values("segment_key").reset_index(drop=True)
    return measuring.effects_from(sums, model.space.names, [axis.weight for axis in axes])


def _means(metrics: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: told["mean"] for name, told in metrics.items()}


def _named(
    shop: Shop,
    effects: measuring.Effects,
    means: Mapping[str, Mapping[str, float]],
    model: persistence.Model | None,
) -> tuple[dict[str, archetypes.Match], persistence.Model | None]:
    """A name for every segment; an earlier name stays with its key."""
    if model is None:
        return {}, None
    keys = sorted(effects.profile)
    heard = shop.texts is not None
    fresh = archetypes.match_archetypes(
        [effects.profile[key] for key in keys],
        heard=heard,
        means=[means[key] for key in keys],
        kept={i: model.archetypes[k] for i, k in enumerate(keys) if k in model.archetypes},
        names={i: model.names[k] for i, k in enumerate(keys) if k in model.names},
    )
    matches = dict(zip(keys, fresh, strict=True))
    names = {**model.names, **{key: match.name for key, match in matches.items()}}
    known = {**model.archetypes, **{key: match.archetype for key, match in matches.items()}}
    return matches, replace(model, names=names, archetypes=known)


def _emotions(shop: Shop, placement: Placement) -> dict[str, dict[str, float]]:
    if shop.texts is None:
        return {}
    found = shop.run(
        feelings.emotion_means(shop.texts, placement.everyone.select("customer_id", "segment_key"))
    )
    labels = [c for c in found.columns if c not in ("segment_key", "told", "said", "words")]
    return {
        row["segment_key"]: {label: round(float(row[label]), 4) for label in labels}
        for row in found.to_dict("records")
    }


def _personality(shop: Shop, placement: Placement) -> dict[str, dict[str, Any]]:
    if shop.texts is None:
        return {}
    found = shop.run(
        feelings.personality_means(
            shop.texts, placement.everyone.select("customer_id", "segment_key")
        )
    )
    return {
        row["segment_key"]: {
            **{
                trait: {
                    "mean": round(float(row[trait]), 4),
                    "low": round(float(row[f"{trait}_low"]), 4),
                    "high": round(float(row[f"{trait}_high"]), 4),
                }
                for trait in TRAITS
            },
            "words": int(row["words"]),
            "customers": int(row["told"]),
        }
        for row in found.to_dict("records")
    }


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
