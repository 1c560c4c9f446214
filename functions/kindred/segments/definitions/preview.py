"""What a definition would select in a run, and how far definitions overlap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import numpy as np
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.definitions.conditions import Definition
from kindred.segments.definitions.membership import members
from kindred.segments.definitions.parsing import parse_definition
from kindred.tables import Tables

SAMPLE = 10
SHOWN = ("customer_id", "segment_key", "recency_days", "frequency", "monetary", "churn", "value")


def preview(
    document: Mapping[str, Any], customers: Path, tables: Tables, *, as_of: date, engine: Engine
) -> dict[str, Any]:
    """``{count, share, revenue_share, sample}`` of a definition on a run's customers' file.

    Raises `InvalidInput` for a definition that can't be read.
    """
    everyone = engine.read(customers)
    fitting = select(parse_definition(document), everyone, tables, as_of=as_of, engine=engine)
    chosen = fitting.select("customer_id", chosen=ibis.literal(True))
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
    best = fitting.order_by(ibis.desc("monetary"), "customer_id").limit(SAMPLE).select(*SHOWN)
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
        fitting = select(definition, everyone, tables, as_of=as_of, engine=engine)
        fitting = fitting.select("customer_id", **{f"in_{index}": ibis.literal(True)})
        marked = marked.left_join(fitting, "customer_id").drop("customer_id_right")
    inside = [marked[f"in_{index}"].fill_null(False) for index in range(len(named))]
    pairs = {
        f"{i}_{j}": (inside[i] & inside[j]).sum() for i in range(len(named)) for j in range(i + 1)
    }
    both = engine.row(marked.aggregate(**pairs))
    counts = np.zeros((len(named), len(named)), dtype=np.int64)
    for i in range(len(named)):
        for j in range(i + 1):
            counts[i, j] = counts[j, i] = both[f"{i}_{j}"] or 0
    sizes = np.diag(counts)
    either = sizes[:, None] + sizes[None, :] - counts
    return {
        "names": list(named),
        "counts": counts.tolist(),
        "jaccard": np.round(counts / np.maximum(either, 1), 6).tolist(),
    }
