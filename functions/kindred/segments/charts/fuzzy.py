"""The fuzzy archetypes that lead a shop."""

from __future__ import annotations

from typing import Any

from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.segments.charts.chart import chart
from kindred.segments.fuzzy.axes import AXES
from kindred.segments.fuzzy.degrees import LEVELS
from kindred.segments.fuzzy.shades import MEASURES, leading_archetypes

FUZZY_SHOWN = 10


def fuzzy_chart(engine: Engine, shades: Table) -> dict[str, Any]:
    """Leading fuzzy archetypes of every level, by total value, mean value and members."""
    levels = {
        str(level): {
            by: leading_archetypes(engine, shades, level=level, by=by, most=FUZZY_SHOWN)
            for by in MEASURES
        }
        for level in LEVELS
    }
    first = levels["1"]["members"][0]
    labels = [label for label in first["archetype"].values() if label != "untold"]
    return chart(
        "Shades of customers",
        f"The commonest kind: {', '.join(labels)}, with {first['members']:,} customers.",
        {"axes": [axis.name for axis in AXES], "levels": levels},
    )
