"""What a definition would select, how segments overlap, and who is like the members of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from ibis import _
from ibis.expr.types import Table

from kindred.segments.answering import members
from kindred.segments.definitions import Definition, parse_definition
from kindred.segments.space import AxisKind, fit_space
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine import Engine

SAMPLE = 10
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
SHOWN = ("customer_id", "segment_key", "recency_days", "frequency", "monetary", "churn", "value")


def preview(
    document: Mapping[str, Any], customers: Path, tables: Tables, *, as_of: date, engine: Engine
) -> dict[str, Any]:
    """``{count, share, revenue_share, sample}`` of a definition on a run's customers' file.

    Raises `InvalidInput` for a definition that can't be read.
    """
    everyone = engine.read(customers)
    kept = select(parse_definition(document), everyone, tables, as_of=as_of, engine=engine)
    chosen = kept.select("customer_id", chosen=ibis.literal(True))
    marked = everyone.left_join(chosen, "customer_id")
    inside = marked.chosen.fill_null(False)
    row = engine.row(
        marked.aggregate(
            everyone=_.count(),
            count=inside.sum(),
            revenue=marked.monetary.sum(where=inside),
            total=marked.monetary.sum(),
        )
    )
    best = kept.order_by(ibis.desc("monetary"), "customer_id").limit(SAMPLE).select(*SHOWN)
    count = int(row["count"])
    total = float(row["total"])
    return {
        "count": count,
        "share": count / int(row["everyone"]) if row["everyone"] else 0.0,
        "revenue_share": float(row["revenue"]) / total if count and total else 0.0,
        "sample": engine.fetch(best, most=SAMPLE).to_dict("records") if count else [],
    }


def select(
    definition: Definition, customers: Table, tables: Tables, *, as_of: date, engine: Engine
) -> Table:
    """The customers who fit, as an expression on the engine."""
    orders = engine.read(tables.orders) if tables.orders else None
    events = engine.read(tables.events) if tables.events else None
    return members(definition, customers, orders, events, as_of=as_of)


def overlap(
    named: Mapping[str, Definition],
    customers: Path,
    tables: Tables,
    *,
    as_of: date,
    engine: Engine,
) -> dict[str, Any]:
    """How many customers fit two definitions at once: ``{names, counts, jaccard}``, matrices."""
    everyone = engine.read(customers)
    marked = everyone.select("customer_id")
    for index, definition in enumerate(named.values()):
        kept = select(definition, everyone, tables, as_of=as_of, engine=engine)
        kept = kept.select("customer_id", **{f"in_{index}": ibis.literal(True)})
        marked = marked.left_join(kept, "customer_id").drop("customer_id_right")
    inside = [marked[f"in_{index}"].fill_null(False) for index in range(len(named))]
    pairs = {
        f"{i}_{j}": (inside[i] & inside[j]).sum() for i in range(len(named)) for j in range(i + 1)
    }
    found = engine.row(marked.aggregate(**pairs))
    counts = np.zeros((len(named), len(named)), dtype=np.int64)
    for i in range(len(named)):
        for j in range(i + 1):
            counts[i, j] = counts[j, i] = found[f"{i}_{j}"] or 0
    sizes = np.diag(counts)
    either = sizes[:, None] + sizes[None, :] - counts
    return {
        "names": list(named),
        "counts": counts.tolist(),
        "jaccard": np.round(counts / np.maximum(either, 1), 6).tolist(),
    }


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
    kept = select(parse_definition(document), everyone, tables, as_of=as_of, engine=engine)
    sample = everyone.order_by(everyone.customer_id.hexdigest("md5")).limit(LEARNED_FROM)
    axes = fit_space(engine.fetch(sample.order_by("customer_id"), most=LEARNED_FROM), LIKENESS)
    placed = axes.coordinates(everyone)
    inside = placed.semi_join(kept.select("customer_id"), "customer_id")
    middle = engine.row(inside.aggregate(**{name: inside[name].mean() for name in axes.names}))
    if not axes.names or None in middle.values():
        return []
    away = sum(
        ((placed[name] - float(middle[name])) ** 2 for name in axes.names),
        ibis.literal(0.0),
    )
    found = placed.mutate(distance=away.sqrt().round(6)).anti_join(
        kept.select("customer_id"), "customer_id"
    )
    nearest = engine.fetch(
        found.select("customer_id", "distance").order_by("distance", "customer_id").limit(most),
        most=most,
    )
    return [
        {"customer_id": str(row["customer_id"]), "distance": float(row["distance"])}
        for row in nearest.to_dict("records")
    ]
