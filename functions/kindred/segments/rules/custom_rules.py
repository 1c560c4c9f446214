"""A merchant's own dimensions beside the rule book: rules as data, the first that fits counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.definitions.conditions import Definition
from kindred.segments.definitions.preview import select
from kindred.tables import Tables


@dataclass(frozen=True)
class OwnDimension:
    """``rules`` are values with the definition of who has them, in order."""

    name: str
    rules: tuple[tuple[str, Definition], ...]
    otherwise: str | None


def add_dimensions(
    customers: Path,
    dimensions: Sequence[OwnDimension],
    tables: Tables,
    *,
    as_of: date,
    engine: Engine,
) -> None:
    """Add a column ``rule_<name>`` for each dimension to a run's customers' file."""
    if not dimensions:
        return
    everyone = engine.read(customers)
    table = everyone
    for dimension in dimensions:
        placed = _first_fits(dimension, everyone, tables, as_of=as_of, engine=engine)
        table = table.left_join(placed, "customer_id").drop("customer_id_right")
        if dimension.otherwise is not None:
            name = f"rule_{dimension.name}"
            table = table.mutate(**{name: table[name].fill_null(dimension.otherwise)})
    written = customers.with_suffix(".with-own-rules")
    engine.write(table.order_by("segment_key", "rank"), written)
    written.replace(customers)


def _first_fits(
    dimension: OwnDimension, everyone: Table, tables: Tables, *, as_of: date, engine: Engine
) -> Table:
    """``customer_id, rule_<name>`` of those whom a rule fits."""
    fitting = [
        select(definition, everyone, tables, as_of=as_of, engine=engine).select(
            "customer_id", place=ibis.literal(place)
        )
        for place, (_value, definition) in enumerate(dimension.rules)
    ]
    together = fitting[0].union(*fitting[1:]) if len(fitting) > 1 else fitting[0]
    first = together.group_by("customer_id").aggregate(place=_.place.min())
    values = [(first.place == i, value) for i, (value, _definition) in enumerate(dimension.rules)]
    return first.select("customer_id", **{f"rule_{dimension.name}": ibis.cases(*values)})
