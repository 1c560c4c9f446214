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

from ibis.expr.types import Table

from kindred.errors import OptionRefused
from kindred.predicting import segment_figures
from kindred.predicting.predictions import Prediction, predict_customers
from kindred.segments import charts, persistence
from kindred.segments.drawing import draw_charts
from kindred.segments.explaining import explain_segments
from kindred.segments.fitting import fit_model
from kindred.segments.fuzzy.axes import AXES
from kindred.segments.fuzzy.shades import shade_customers
from kindred.segments.listing import customer_table, rules_of
from kindred.segments.placing import MOST_SEGMENTS, Placement, next_steps, place_customers
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
    previous_customers: Path | None = None,
    on_stage: Callable[[str, float], None] = lambda stage, fraction: None,
) -> Segmentation:
    """Segment every customer of one source.

    ``previous`` is the `model` of the source's last run, ``previous_customers`` its customers'
    file: keys and names persist and, with the file, so do the places of customers without a new
    order. Raises `Conflict` ``no-customers`` when there is nobody to segment,
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
    earlier = persistence.load_model(previous)
    before = engine.read(previous_customers) if earlier and previous_customers else None
    fitted = fit_model(
        shop, earlier, before=before, algorithm=options.algorithm, fixed=options.fixed
    )
    on_stage("clustering", 0.4)
    placement = place_customers(shop, fitted.model, before=None if fitted.fresh else before)
    steps = next_steps(shop, fitted.model, placement)
    on_stage("clustering", 0.6)
    foreseen = None
    if shop.orders is not None and shop.support.orders:  # files of totals have no purchase days
        foreseen = predict_customers(shop.engine, shop.orders, shop.as_of, out_dir)
    on_stage("clustering", 0.8)
    result = _describe(shop, options, out_dir, fitted.model, placement, steps, foreseen, before)
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
    before: Table | None,
) -> Segmentation:
    """Names, reasons, figures, charts, and the customers' file."""
    rules = rules_of(shop, options.rules, own=options.own_rules)
    path, fuzzy_chart = _write_customers(
        shop, customer_table(shop, placement, foreseen, steps, rules), out_dir
    )
    customers = shop.engine.read(path)
    segments, model = explain_segments(shop, customers, placement, model, foreseen, options.names)
    drawn = draw_charts(shop, customers, placement, segments)
    prediction = segment_figures.shop_figures(foreseen, shop.currency)
    if prediction:
        drawn["prediction"] = charts.prediction_chart(prediction)
    if fuzzy_chart:
        drawn["fuzzy"] = fuzzy_chart
    if model is not None and before is not None:
        names = {**model.names, **{s.segment_key: s.name for s in segments}}
        moved = shop.engine.fetch(
            persistence.customers_moved(before, customers), most=MOST_SEGMENTS**2
        )
        drawn["movement"] = charts.movement_chart(persistence.movement(moved, names))
    return Segmentation(
        segments=segments,
        customers=path,
        totals=shop.totals,
        as_of=shop.as_of.isoformat(),
        choice=model.choice if model else {"algorithm": "none", "segments": 1},
        charts=drawn,
        model=model.as_dict() if model else {},
    )


def _write_customers(shop: Shop, table: Table, out_dir: Path) -> tuple[Path, dict[str, Any] | None]:
    customers = shop.keep("segment_customers", table)
    shades = shade_customers(shop.engine, customers, out_dir / "shades.parquet")
    chart = charts.fuzzy_chart(shop.engine, shades) if shop.buyer_count else None
    labels = shades.select("customer_id", *(f"fuzzy_{axis.name}" for axis in AXES))
    customers = customers.left_join(labels, "customer_id").drop("customer_id_right")
    path = out_dir / "customers.parquet"
    shop.engine.write(customers.order_by("segment_key", "rank"), path)
    return path, chart
