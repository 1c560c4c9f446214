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
from kindred.segments.charts.fuzzy import fuzzy_chart
from kindred.segments.charts.movement import draw_movement
from kindred.segments.charts.prediction import prediction_chart
from kindred.segments.charts.shop_charts import draw_charts
from kindred.segments.clustering.fitting import Fitted, fit_model
from kindred.segments.clustering.model import load_model
from kindred.segments.clustering.placement import Placement, place_customers
from kindred.segments.customer_table import customer_table
from kindred.segments.fuzzy.axes import AXES
from kindred.segments.fuzzy.shades import shade_customers
from kindred.segments.naming.descriptions import describe_segments
from kindred.segments.next_steps import find_next_steps
from kindred.segments.rules.rule_book import RuleBook, settle_rules
from kindred.segments.segmentation import Segmentation
from kindred.segments.shop import Shop
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine import Engine

LEAST_HISTORY = 56  # days of orders, below which nothing is said about the next twelve months
ALGORITHMS = ("auto", "kmeans", "dbscan")


@dataclass(frozen=True)
class SegmentOptions:
    """What a merchant may set; everything has a default that follows from the data."""

    algorithm: str = "auto"  # auto | kmeans | dbscan
    as_of: date | None = None  # the day after the last order
    names: Mapping[str, str] = field(default_factory=dict)  # segment_key -> the merchant's name
    fixed: tuple[str, ...] = ()  # segment_keys whose place must not move any more
    rules: RuleBook = field(default_factory=RuleBook)


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
    _check_algorithm(options.algorithm)
    on_stage("features", 0.0)
    shop = Shop(tables, engine, as_of=options.as_of, texts=customer_texts)
    on_stage("features", 1.0)
    on_stage("clustering", 0.0)
    earlier = load_model(previous)
    before = engine.read(previous_customers) if earlier and previous_customers else None
    fitted = fit_model(
        shop, earlier, before=before, algorithm=options.algorithm, fixed=options.fixed
    )
    on_stage("clustering", 0.4)
    placement = place_customers(shop, fitted.model, before=None if fitted.fresh else before)
    steps = find_next_steps(shop, fitted.model, placement)
    on_stage("clustering", 0.6)
    prediction = _predict(shop, out_dir)
    on_stage("clustering", 0.8)
    rules = settle_rules(engine, shop.features, options.rules)
    table = customer_table(shop, placement, prediction, steps, rules)
    customers, charts = _write_customers(shop, table, out_dir)
    result = _describe(shop, options, customers, fitted, placement, prediction)
    if fitted.model is not None and earlier is not None and before is not None:
        now = {segment.segment_key: segment.name for segment in result.segments}
        names = {**earlier.names, **options.names, **now}
        after = engine.read(customers)
        charts["movement"] = draw_movement(engine, before, after, names, regrouped=fitted.fresh)
    on_stage("clustering", 1.0)
    return replace(result, charts={**result.charts, **charts}, notices=fitted.notices)


def _check_algorithm(algorithm: str) -> None:
    if algorithm not in ALGORITHMS:
        raise OptionRefused(
            f"There is no algorithm {algorithm!r}.", hint=f"One of {', '.join(ALGORITHMS)}."
        )


def _predict(shop: Shop, folder: Path) -> Prediction | None:
    if shop.orders is None or not shop.support.orders:  # files of totals have no purchase days
        return None
    first, last = shop.totals["first_order"], shop.totals["last_order"]
    if (date.fromisoformat(last) - date.fromisoformat(first)).days < LEAST_HISTORY:
        return None
    return predict_customers(shop.engine, shop.orders, shop.as_of, folder)


def _write_customers(shop: Shop, table: Table, out_dir: Path) -> tuple[Path, dict[str, Any]]:
    """The customers' file, with each customer's fuzzy labels; and the chart of these."""
    customers = shop.engine.keep("segment_customers", table)
    scratch = out_dir / "shades.parquet"
    shades = shade_customers(shop.engine, customers, scratch)
    charts = {"fuzzy": fuzzy_chart(shop.engine, shades)} if shop.buyer_count else {}
    labels = shades.select("customer_id", *(f"fuzzy_{axis.name}" for axis in AXES))
    customers = customers.left_join(labels, "customer_id").drop("customer_id_right")
    path = out_dir / "customers.parquet"
    shop.engine.write(customers.order_by("segment_key", "rank"), path)
    scratch.unlink()
    return path, charts


def _describe(
    shop: Shop,
    options: SegmentOptions,
    path: Path,
    fitted: Fitted,
    placement: Placement,
    prediction: Prediction | None,
) -> Segmentation:
    """Names, reasons, figures and charts of the customers in the file at ``path``."""
    customers = shop.engine.read(path)
    segments, model = describe_segments(
        shop, customers, placement, fitted.model, prediction, options.names
    )
    charts = draw_charts(shop, customers, placement, segments)
    figures = segment_figures.shop_figures(prediction, shop.currency)
    if figures:
        charts["prediction"] = prediction_chart(figures)
    return Segmentation(
        segments=segments,
        customers=path,
        totals=shop.totals,
        as_of=shop.as_of.isoformat(),
        choice=model.choice if model else {"algorithm": "none", "segments": 1},
        charts=charts,
        model=model.as_dict() if model else {},
    )
