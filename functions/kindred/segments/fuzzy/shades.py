"""Every buyer's fuzzy labels and archetypes, and the archetypes that lead a shop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from kindred.engine import Engine
from kindred.engine.parquet import open_writer
from kindred.segments.fuzzy.axes import AXES, FEATURES
from kindred.segments.fuzzy.degrees import LEVELS, find_memberships, spell_archetype
from kindred.segments.fuzzy.knots import find_knots

BATCH = 50_000  # customers in memory at a time
FEWEST_MEMBERS = 5  # of an archetype that leads by mean value, where any has so many
MEASURES = ("total_value", "mean_value", "members")
_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("monetary", pa.float64()),
        *((f"fuzzy_{axis.name}", pa.string()) for axis in AXES),
        *((f"level_{level}", pa.int64()) for level in LEVELS),
    ]
)


def shade_customers(engine: Engine, customers: Table, path: Path) -> Table:
    """``customer_id, monetary, fuzzy_<axis> …, level_1, level_2, level_3`` of every buyer.

    ``customers`` has the columns of a run's customers' file. The result lies at ``path``.
    """
    columns = ["customer_id", "monetary", *(name for name in FEATURES if name != "monetary")]
    buyers = customers.filter(_.frequency > 0).select(*columns)
    knots = find_knots(engine, buyers)
    with open_writer(path, _SCHEMA) as write:
        for batch in engine.batches(buyers.order_by("customer_id"), BATCH):
            memberships = find_memberships(batch, knots)
            labels = {f"fuzzy_{axis.name}": memberships.labels(axis) for axis in AXES}
            archetypes = {f"level_{level}": memberships.archetypes(level) for level in LEVELS}
            write(batch[["customer_id", "monetary"]].assign(**labels, **archetypes))
    return engine.read(path)


def leading_archetypes(
    engine: Engine, shades: Table, *, level: int, by: str, most: int
) -> list[dict[str, Any]]:
    """The leading archetypes of a level by one of MEASURES.

    ``[{archetype: {axis: label}, members, total_value, mean_value}]``. By mean value, archetypes of
    fewer than five customers are left out, unless all are.
    """
    money = _.monetary.fill_null(0).cast("decimal(38, 4)")
    kinds = shades.group_by(code=shades[f"level_{level}"]).aggregate(
        members=_.count(), total=money.sum().cast("float64")
    )
    kinds = kinds.mutate(total_value=_.total, mean_value=_.total / _.members)
    if by == "mean_value" and (engine.value(kinds.members.max()) or 0) >= FEWEST_MEMBERS:
        kinds = kinds.filter(_.members >= FEWEST_MEMBERS)
    leading = engine.fetch(kinds.order_by(ibis.desc(by), "code").limit(most), most=most)
    codes = [int(code) for code in leading["code"]]
    totals = _totals(engine, shades, level, codes)
    return [
        {
            "archetype": spell_archetype(code, level),
            "members": int(members),
            "total_value": round(total, 2),
            "mean_value": round(total / int(members), 2),
        }
        for code, members, total in zip(codes, leading["members"], totals, strict=True)
    ]


def _totals(engine: Engine, shades: Table, level: int, codes: Sequence[int]) -> list[float]:
    """What the customers of each archetype spent, added up in the order of their ids.

    The engine adds up in any order. That is good enough for telling who leads, but the last digit
    of a mean between two cents would change from run to run.
    """
    sums = np.zeros(len(codes))
    place = {code: index for index, code in enumerate(codes)}
    theirs = shades.filter(shades[f"level_{level}"].isin(codes)).select(
        "customer_id", code=_[f"level_{level}"], value=_.monetary
    )
    for batch in engine.batches(theirs.order_by("customer_id"), BATCH):
        np.add.at(
            sums,
            batch["code"].map(place).to_numpy(dtype=np.int64),
            np.nan_to_num(batch["value"].to_numpy(dtype=float, na_value=np.nan)),
        )
    return [float(total) for total in sums]
