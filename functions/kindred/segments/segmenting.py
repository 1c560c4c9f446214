"""From canonical tables to named, explained segments: the one flow of this room.

Everything is deterministic: constant seeds, customers in order of their ids, and nothing depends on
where the tables lie or on how many threads there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from ibis.expr.types import Table

from kindred.errors import OptionRefused
from kindred.predicting.predicting import Prediction
from kindred.segments import charts, foreseeing, persistence
from kindred.segments.drawing import draw_charts
from kindred.segments.explaining import explain_segments
from kindred.segments.fitting import fit_model
from kindred.segments.listing import customer_table, rules_of, shades_of
from kindred.segments.placing import Placement, next_steps, place_customers
from kindred.segments.rulebook import RuleBook
from kindred.segments.segmentation import Segmentation
from kindred.segments.shop import Shop
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine import Engine

ALGORITHMS = ("auto", "kmeans", "dbscan")


@dataclass(frozen=True)
class SegmentOptions:
    """What a merchant may set; everything has a default that follows from the data."""

    algorithm: str = "auto"  # auto | kmeans | dbscan
    as_of: date | None = None  # the day after the last order
    names: Mapping[str, str] = field(default_factory=dict)  # segment_key -> the merchant's name
    fixed: tuple[str, ...] = ()  # segment_keys whose place must not move any more
    rules: RuleBook = field(default_factory=RuleBook)
    own_rules: bool = False  # spending thresholds from the merchant's own quantiles


def segment_customers(
    tables: Tables,
    options: SegmentOptions,
    out_dir: Path,
    *,
    engine: Engine,
    customer_texts: Path | None = None,
    previous: Mapping[str, Any] | None = None,
    on_stage: Callable[[str, float], None] = lambda stage, fraction: None,
) -> Segmentation:
    """Segment every customer of one source.

    ``previous`` is the `model` of the source's last run: keys, names and, for customers without a
    new order, places persist. Raises `Conflict` ``no-customers`` when there is nobody to segment,
    `OptionRefused` for an algorithm that doesn't exist.
    """
    if options.algorithm not in ALGORITHMS:
        raise OptionRefused(
            f"There is no algorithm {options.algorithm!r}.", hint=f"One of {', '.join(ALGORITHMS)}."
        )
    on_stage("features", 0.0)
    shop = Shop(tables, engine, as_of=options.as_of, texts=customer_texts)
    on_stage("features", 1.0)
    on_stage("clustering", 0.0)
    fitted = fit_model(
        shop, persistence.load_model(previous), algorithm=options.algorithm, fixed=options.fixed
    )
    on_stage("clustering", 0.4)
    placement = place_customers(shop, fitted.model, hold=not fitted.fresh)
    steps = next_steps(shop, fitted.model, placement)
    on_stage("clustering", 0.6)
    foreseen = foreseeing.foresee(shop)
    on_stage("clustering", 0.8)
    result = _describe(shop, options, out_dir, fitted.model, placement, steps, foreseen)
    on_stage("clustering", 1.0)
    return replace(result, notices=fitted.notices)


def _describe(
    shop: Shop,
    options: SegmentOptions,
    out_dir: Path,
    model: persistence.Model | None,
    placement: Placement,
    steps: Table | None,
    foreseen: Prediction | None,
) -> Segmentation:
    """Names, reasons, figures, charts, and the customers' file."""
    rules = rules_of(shop, options.rules, own=options.own_rules)
    path, fuzzy_chart = _write_customers(
        shop, customer_table(shop, placement, foreseen, steps, rules), out_dir
    )
    customers = shop.engine.read(path)
    segments, model = explain_segments(shop, customers, placement, model, foreseen, options.names)
    drawn = draw_charts(shop, customers, placement, segments)
    prediction = foreseeing.summary(foreseen, shop.currency)
    if prediction:
        drawn["prediction"] = charts.prediction_chart(prediction)
    if fuzzy_chart:
        drawn["fuzzy"] = fuzzy_chart
    members: pd.DataFrame = shop.run(
        customers.select("customer_id", "segment_key", "frequency").order_by("customer_id")
    )
    stored: dict[str, Any] = {}
    if model is not None:
        if model.members:
            names = {**model.names, **{s.segment_key: s.name for s in segments}}
            moved = persistence.movement(persistence.remembered(model), members, names)
            drawn["movement"] = charts.movement_chart(moved)
        stored = replace(model, members=persistence.members_of(members)).as_dict()
    return Segmentation(
        segments=segments,
        customers=path,
        totals=shop.totals,
        as_of=shop.as_of.isoformat(),
        choice=model.choice if model else {"algorithm": "none", "segments": 1},
        charts=drawn,
        model=stored,
    )


def _write_customers(shop: Shop, table: Table, out_dir: Path) -> tuple[Path, dict[str, Any] | None]:
    customers = shop.keep("segment_customers", table)
    shades, chart = shades_of(shop, customers)
    customers = customers.left_join(shades, "customer_id").drop("customer_id_right")
    path = out_dir / "customers.parquet"
    shop.engine.write(customers.order_by("segment_key", "rank"), path)
    return path, chart
