"""What a definition would select, how segments overlap, and who is like the members of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from ibis import _
from ibis.expr.types import Table

from kindred.segments.answering import members
from kindred.segments.definitions import Definition, parse_definition
from kindred.tables import Tables

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SAMPLE = 10
MOST_LOOKALIKES = 1_000
SHOWN = ("customer_id", "segment_key", "recency_days", "frequency", "monetary", "churn", "value")


def preview(
    document: Mapping[str, Any], customers: Path, tables: Tables, *, as_of: date, engine: Backend
) -> dict[str, Any]:
    """``{count, share, revenue_share, sample}`` of a definition on a run's customers' file.

    Raises `InvalidInput` for a definition that can't be read.
    """
    everyone = engine.read_parquet(customers)
    kept = select(parse_definition(document), everyone, tables, as_of=as_of, engine=engine)
    marked = everyone.left_join(
        kept.select(chosen_id=_.customer_id), everyone.customer_id == _.chosen_id
    )
    inside = marked.chosen_id.notnull()
    row = engine.execute(
        marked.aggregate(
            everyone=_.count(),
            count=inside.sum(),
            revenue=marked.monetary.sum(where=inside),
            total=marked.monetary.sum(),
        )
    ).iloc[0]
    best = kept.order_by(ibis.desc("monetary"), "customer_id").limit(SAMPLE).select(*SHOWN)
    count = int(row["count"])
    total = float(row["total"])
    return {
        "count": count,
        "share": count / int(row["everyone"]) if row["everyone"] else 0.0,
        "revenue_share": float(row["revenue"]) / total if count and total else 0.0,
        "sample": engine.execute(best).to_dict("records") if count else [],
    }


def select(
    definition: Definition, customers: Table, tables: Tables, *, as_of: date, engine: Backend
) -> Table:
    """The customers who fit, as an expression on the engine."""
    orders = engine.read_parquet(tables.orders) if tables.orders else None
    events = engine.read_parquet(tables.events) if tables.events else None
    return members(definition, customers, orders, events, as_of=as_of)


def overlap(
    named: Mapping[str, Definition],
    customers: Path,
    tables: Tables,
    *,
    as_of: date,
    engine: Backend,
) -> dict[str, Any]:
    """How many customers fit two definitions at once: ``{names, counts, jaccard}``, matrices."""
    everyone = engine.read_parquet(customers)
    marked = everyone.select("customer_id")
    for index, definition in enumerate(named.values()):
        kept = select(definition, everyone, tables, as_of=as_of, engine=engine)
        kept = kept.select("customer_id", **{f"in_{index}": ibis.literal(1)})
        marked = marked.left_join(kept, "customer_id").drop("customer_id_right")
    frame = engine.execute(marked)
    inside = frame[[f"in_{i}" for i in range(len(named))]].fillna(0).to_numpy(dtype=np.int64)
    counts = inside.T @ inside
    sizes = np.diag(counts)
    either = sizes[:, None] + sizes[None, :] - counts
    return {
        "names": list(named),
        "counts": counts.tolist(),
        "jaccard": np.round(counts / np.maximum(either, 1), 6).tolist(),
    }


def lookalikes(
    chosen: Sequence[str],
    coordinates: Table,
    *,
    engine: Backend,
    most: int = MOST_LOOKALIKES,
) -> list[dict[str, Any]]:
    """Customers outside ``chosen`` who are nearest to the middle of it, nearest first.

    ``coordinates``: ``customer_id`` and one DOUBLE per axis, as `Space.coordinates` makes them.
    ``[{customer_id, distance}]``.
    """
    axes = [name for name in coordinates.columns if name != "customer_id"]
    inside = coordinates.filter(_.customer_id.isin(list(chosen)))
    middle = engine.execute(inside.aggregate(**{axis: inside[axis].mean() for axis in axes}))
    if not len(middle) or middle.isna().all(axis=None):
        return []
    away = sum(
        ((coordinates[axis] - float(middle[axis].iloc[0])) ** 2 for axis in axes), ibis.literal(0.0)
    )
    outside = coordinates.select("customer_id", distance=away.sqrt().round(6)).filter(
        ~_.customer_id.isin(list(chosen))
    )
    nearest = engine.execute(outside.order_by("distance", "customer_id").limit(most))
    return [
        {"customer_id": str(row["customer_id"]), "distance": float(row["distance"])}
        for row in nearest.to_dict("records")
    ]
