"""Customers who are like those that a definition selects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis
from ibis import _

from kindred.engine import Engine
from kindred.segments.clustering.axes import AxisKind
from kindred.segments.clustering.space import fit_space
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.definitions.preview import select
from kindred.tables import Tables

MOST_LOOKALIKES = 1_000
LEARNED_FROM = 5_000
#: What likeness is judged by: columns of the customers' file.
LIKENESS = (
    AxisKind("recency", "recency_days", 1.0, log=True),
    AxisKind("frequency", "frequency", 1.0, log=True),
    AxisKind("order_value", "average_order_value", 1.0, log=True),
    AxisKind("tenure", "tenure_days", 0.4, log=True),
    AxisKind("burstiness", "burstiness", 0.7),
    AxisKind("variety", "category_variety", 0.7),
    AxisKind("price_position", "price_position", 1.0),
    AxisKind("discounts", "discount_share", 1.0),
    AxisKind("refunds", "refund_share", 0.7),
    AxisKind("nights", "night_share", 0.7),
    AxisKind("sentiment", "sentiment", 0.5),
)


def lookalikes(
    document: Mapping[str, Any],
    customers: Path,
    tables: Tables,
    *,
    as_of: date,
    engine: Engine,
    most: int = MOST_LOOKALIKES,
) -> list[dict[str, Any]]:
    """Customers who don't fit a definition but are nearest to the middle of those who do.

    ``[{customer_id, distance}]``, nearest first; empty if nobody fits.
    """
    everyone = engine.read(customers).filter(_.frequency > 0)
    fitting = select(parse_definition(document), everyone, tables, as_of=as_of, engine=engine)
    sample = everyone.order_by(everyone.customer_id.hexdigest("md5")).limit(LEARNED_FROM)
    axes = fit_space(engine.fetch(sample.order_by("customer_id"), most=LEARNED_FROM), LIKENESS)
    placed = axes.coordinates(everyone)
    inside = placed.semi_join(fitting.select("customer_id"), "customer_id")
    middle = engine.row(inside.aggregate(**{name: inside[name].mean() for name in axes.names}))
    if not axes.names or None in middle.values():
        return []
    away = sum(
        ((placed[name] - float(middle[name])) ** 2 for name in axes.names),
        ibis.literal(0.0),
    )
    others = placed.mutate(distance=away.sqrt().round(6)).anti_join(
        fitting.select("customer_id"), "customer_id"
    )
    nearest = engine.fetch(
        others.select("customer_id", "distance").order_by("distance", "customer_id").limit(most),
        most=most,
    )
    return [
        {"customer_id": str(row["customer_id"]), "distance": float(row["distance"])}
        for row in nearest.to_dict("records")
    ]
