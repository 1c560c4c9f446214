"""From canonical tables to named, explained segments: the one flow of this room.

Everything is deterministic: constant seeds, customers in order of their ids, and nothing depends on
where the tables lie or on how many threads there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.errors import Conflict, OptionRefused
from kindred.insights.histories import Purchases, purchase_days
from kindred.insights.predicting import Prediction, predict
from kindred.segments import (
    archetypes,
    assigning,
    charts,
    clustering,
    dimensions,
    feelings,
    foreseeing,
    fuzzy,
    measuring,
    nudging,
    persistence,
    reasons,
    rfm,
    rulebook,
    space,
)
from kindred.segments.features import FEATURES, Support, customer_features, support_of
from kindred.segments.rulebook import RuleBook
from kindred.segments.segmentation import Reason, Segment, Segmentation
from kindred.tables import Tables

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

ALGORITHMS = ("auto", "kmeans", "dbscan")
FITTED_ON = 20_000  # customers that axes and groups are learned from
NO_ORDERS = "no-orders"
NO_ORDERS_NAME = "No Orders Yet"


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
    engine: Backend,
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
    run = _Run(tables, options, engine, customer_texts)
    on_stage("features", 1.0)
    on_stage("clustering", 0.0)
    model, notices = run.fit(persistence.load_model(previous))
    on_stage("clustering", 0.4)
    run.place(model)
    on_stage("clustering", 0.6)
    run.nudge(model)
    run.foresee()
    on_stage("clustering", 0.8)
    result = run.describe(model, out_dir, notices)
    on_stage("clustering", 1.0)
    return result


class _Run:
    """The tables of one call, made one after the other on the engine."""

    def __init__(
        self, tables: Tables, options: SegmentOptions, engine: Backend, texts: Path | None
    ) -> None:
        self.options, self.engine, self.currency = options, engine, tables.currency
        self.customers = engine.read_parquet(tables.customers)
        all_orders = engine.read_parquet(tables.orders) if tables.orders else None
        self.texts = engine.read_parquet(texts) if texts else None
        events = engine.read_parquet(tables.events) if tables.events else None
        if engine.execute(self.customers.count()) == 0:
            raise Conflict(
                "No customer is known in this file, so there is nobody to segment.",
                code="no-customers",
                hint="Check which column holds the customer's id, e-mail or phone.",
            )
        self.totals = _totals(engine, self.customers, all_orders, self.currency)
        self.as_of = options.as_of or _day_after(self.totals["last_order"])
        self.orders = None
        self.support = Support()
        if all_orders is not None:
            self.orders = all_orders.filter(_.ordered_at < ibis.literal(self.as_of))
            counted = engine.execute(support_of(self.orders)).iloc[0].to_dict()
            self.support = Support.from_row(counted)
        found = customer_features(
            self.customers, self.orders, events, as_of=self.as_of, support=self.support
        )
        found = feelings.join_feelings(found, self.texts)
        self.features = _keep(engine, "segment_features", found)
        self.buyers = self.features.filter(_.frequency > 0)
        self.buyer_count = int(engine.execute(self.buyers.count()))
        self.customer_count = int(engine.execute(self.features.count()))

    def fit(
        self, previous: persistence.Model | None
    ) -> tuple[persistence.Model | None, list[dict[str, str]]]:
        """Axes and groups: the earlier ones while they still fit, else learned afresh."""
        if self.buyer_count == 0:
            return None, []
        sample = self._sample(FITTED_ON)
        kinds = (*space.AXES, *(space.TEXT_AXES if self.texts is not None else ()))
        fresh = space.fit_space(sample, kinds)
        if previous and self._still_fits(previous, fresh):
            return self._aged(previous, sample), []
        points = self._coordinates_of(fresh, sample)
        reserved = int(self.customer_count > self.buyer_count)
        distinct = clustering.count_distinct(points)
        sizes = clustering.sizes_for(self.buyer_count, distinct, reserved=reserved)
        choice = clustering.choose_grouping(points, sizes, self.options.algorithm)
        grouping = choice.taken.grouping
        model = persistence.Model(
            space=fresh,
            grouping=grouping,
            keys=tuple("" for _g in range(grouping.count)),
            names={},
            archetypes={},
            algorithm=choice.taken.algorithm,
            asked=self.options.algorithm,
            distance=clustering.mean_distance(points, grouping),
            choice=choice.as_dict(),
            directions=_directions(points),
            stability={},
            as_of=self.as_of.isoformat(),
        )
        stability = clustering.segment_stability(points, grouping)
        model = self._keyed(model, stability, previous)
        return model, _few(self.buyer_count, grouping.count + reserved)

    def _still_fits(self, previous: persistence.Model, fresh: space.Space) -> bool:
        if self.options.fixed:
            return True
        same_axes = set(previous.space.names) == set(fresh.names)
        return same_axes and previous.asked == self.options.algorithm

    def _aged(self, previous: persistence.Model, sample: pd.DataFrame) -> persistence.Model:
        """The earlier model, its groups moved along if customers have drifted away from them."""
        points = self._coordinates_of(previous.space, sample)
        distance = clustering.mean_distance(points, previous.grouping)
        if distance <= persistence.AGED * previous.distance:
            return replace(previous, as_of=self.as_of.isoformat())
        grouping = clustering.refit_from(points, previous.grouping)
        held = np.isin(np.array(previous.keys)[previous.grouping.groups], self.options.fixed)
        centres = np.where(held[:, None], previous.grouping.centres, grouping.centres)
        grouping = replace(grouping, centres=centres)
        stability = clustering.segment_stability(points, grouping)
        return replace(
            previous,
            grouping=grouping,
            distance=clustering.mean_distance(points, grouping),
            stability=dict(zip(previous.keys, stability, strict=True)),
            as_of=self.as_of.isoformat(),
        )

    def _keyed(
        self,
        model: persistence.Model,
        stability: list[float],
        previous: persistence.Model | None,
    ) -> persistence.Model:
        """Keys for the groups: the earlier ones where most of the customers are the same."""
        placed = _keep(self.engine, "segment_coordinates", model.space.coordinates(self.buyers))
        assigned = assigning.assign_groups(placed, model.grouping, model.space.names)
        groups: pd.DataFrame = self.engine.execute(
            assigned.join(self.buyers.select("customer_id", "monetary"), "customer_id")
            .select("customer_id", "group", "monetary")
            .order_by("customer_id")
        )
        matched: list[str | None] = [None] * model.grouping.count
        next_key = 1
        names: Mapping[str, str] = {}
        known: Mapping[str, str | None] = {}
        if previous:
            next_key, names, known = previous.next_key, previous.names, previous.archetypes
            before = persistence.remembered(previous)
            before = before[before["segment_key"] != NO_ORDERS]
            if len(before):
                matched = persistence.match_keys(before, groups, model.grouping.count)
        money = groups.groupby("group")["monetary"].sum()
        for group in sorted(
            range(model.grouping.count), key=lambda g: (-round(money.get(g, 0.0), 2), g)
        ):
            if matched[group] is None:
                matched[group], next_key = f"s{next_key:02}", next_key + 1
        keys = tuple(str(key) for key in matched)
        return replace(
            model,
            keys=keys,
            next_key=next_key,
            names={key: name for key, name in names.items() if key in keys},
            archetypes={key: one for key, one in known.items() if key in keys},
            stability=dict(zip(keys, stability, strict=True)),
            members=previous.members if previous else {},
        )

    def place(self, model: persistence.Model | None) -> None:
        """Everyone's segment and place on the map, as the table ``self.placed``."""
        nobody = self.features.filter(_.frequency == 0).select(
            "customer_id",
            segment_key=ibis.literal(NO_ORDERS),
            x=ibis.null("float64"),
            y=ibis.null("float64"),
            distance=ibis.null("float64"),
        )
        if model is None:
            self.placed = _keep(self.engine, "segment_placed", nobody)
            return
        names = model.space.names
        self.coordinates = _keep(
            self.engine, "segment_coordinates", model.space.coordinates(self.buyers)
        )
        assigned = assigning.assign_groups(self.coordinates, model.grouping, names)
        if model.members:
            assigned = assigning.hold_groups(assigned, self._unchanged(model))
        key = ibis.cases(
            *((assigned.group == g, key) for g, key in enumerate(model.keys)), else_=model.keys[0]
        )
        placed = (
            assigned.mutate(segment_key=key)
            .join(assigning.project(self.coordinates, model.directions, names), "customer_id")
            .select("customer_id", "segment_key", "x", "y", "distance")
        )
        self.placed = _keep(self.engine, "segment_placed", placed.union(nobody))

    def nudge(self, model: persistence.Model | None) -> None:
        """The cheapest change that brings each customer into a better segment: ``self.nudges``."""
        self.nudges = None
        if model is None or model.grouping.count < 2:
            return
        changed = _keep(self.engine, "segment_changed", nudging.changed_features(self.buyers))
        placed = _keep(self.engine, "segment_changed_coordinates", model.space.coordinates(changed))
        assigned = assigning.assign_groups(placed, model.grouping, model.space.names)
        key = ibis.cases(
            *((assigned.group == g, key) for g, key in enumerate(model.keys)), else_=model.keys[0]
        )
        now = self.placed.select("customer_id", "segment_key")
        money = self.engine.execute(
            now.join(self.buyers.select("customer_id", "monetary"), "customer_id")
            .group_by("segment_key")
            .aggregate(each=_.monetary.mean().round(4))
            .order_by("each", "segment_key")
        )
        worth = {str(found): rank for rank, found in enumerate(money["segment_key"])}
        self.nudges = _keep(
            self.engine,
            "segment_nudges",
            nudging.cheapest(assigned.mutate(segment_key=key), now, worth),
        )

    def _unchanged(self, model: persistence.Model) -> Table:
        """Customers with as many orders as last time, and the group they were in."""
        before = persistence.remembered(model)
        number = {key: group for group, key in enumerate(model.keys)}
        before = before[before["segment_key"].isin(number.keys())]
        frame = pd.DataFrame(
            {
                "customer_id": before["customer_id"].astype(str),
                "old_group": before["segment_key"].map(number).astype("int64"),
                "orders": before["frequency"].astype("int64"),
            }
        )
        held = _keep(self.engine, "segment_before", frame)
        now = self.buyers.select("customer_id", "frequency")
        return (
            held.join(now, "customer_id")
            .filter(_.orders == _.frequency)
            .select("customer_id", "old_group")
        )

    def foresee(self) -> None:
        """Who buys again and what they are worth, as ``self.foreseen``; None for too little past.

        Learned from buyers' purchase days; files of totals have none.
        """
        self.foreseen: Prediction | None = None
        if self.orders is None or not self.support.orders:
            return
        days: pd.DataFrame = self.engine.execute(purchase_days(self.orders))
        if not foreseeing.can_be_foreseen(days):
            return
        self.foreseen = predict(Purchases.from_frame(days), self.as_of)

    def describe(
        self,
        model: persistence.Model | None,
        out_dir: Path,
        notices: list[dict[str, str]],
    ) -> Segmentation:
        """Names, reasons, figures, charts, and the customers' file."""
        customers = _keep(self.engine, "segment_customers", self._customers())
        path = out_dir / "customers.parquet"
        shades = self._shades(customers)
        customers = customers.left_join(shades, "customer_id").drop("customer_id_right")
        self.engine.to_parquet(customers.order_by("segment_key", "rank"), path)
        customers = self.engine.read_parquet(path)
        segments, model = self._segments(customers, model)
        members: pd.DataFrame = self.engine.execute(
            customers.select("customer_id", "segment_key", "frequency").order_by("customer_id")
        )
        names = {segment.segment_key: segment.name for segment in segments}
        drawn = self._charts(customers, segments, names)
        if model is not None and model.members:
            earlier = persistence.remembered(model)
            moved = persistence.movement(earlier, members, {**model.names, **names})
            drawn["movement"] = charts.movement_chart(moved)
        stored: dict[str, Any] = {}
        if model is not None:
            stored = replace(model, members=persistence.members_of(members)).as_dict()
        return Segmentation(
            segments=segments,
            customers=path,
            totals=self.totals,
            as_of=self.as_of.isoformat(),
            choice=model.choice if model else {"algorithm": "none", "segments": 1},
            charts=drawn,
            prediction=self._prediction(),
            model=stored,
            notices=tuple(notices),
        )

    def _customers(self) -> Table:
        """One row per customer with every column that people see, ranked within the segment."""
        table = self.placed.join(rfm.rfm_scores(self.features), "customer_id")
        table = table.join(self.features, "customer_id")
        if self.foreseen is None:
            table = table.mutate(**{name: ibis.null("float64") for name in foreseeing.COLUMNS})
        else:
            told = _keep(self.engine, "segment_foreseen", foreseeing.columns_of(self.foreseen))
            table = table.left_join(told, "customer_id").drop("customer_id_right")
        for part in self._sides():
            table = table.left_join(part, "customer_id").drop("customer_id_right")
        best = ibis.window(
            group_by="segment_key",
            order_by=[
                ibis.desc("monetary"),
                ibis.desc("frequency"),
                ibis.asc("recency_days"),
                "customer_id",
            ],
        )
        rounded = {name: space.steady_round(table[name].cast("float64"), 4) for name in FEATURES}
        rounded["frequency"] = table.frequency
        return table.mutate(rank=ibis.row_number().over(best)).select(
            "customer_id",
            "segment_key",
            "rank",
            "r",
            "f",
            "m",
            "rfm_group",
            **rounded,
            dominant_category=_.dominant_category,
            first_order=_.first_on,
            last_order=_.last_on,
            **{name: table[name] for name in foreseeing.COLUMNS},
            rule_purchase_frequency=_.rule_purchase_frequency,
            rule_spending=_.rule_spending,
            rule_category=_.rule_category,
            emotion_group=_.emotion_group,
            personality_group=_.personality_group,
            next_step=_.next_step,
            next_segment=_.next_segment,
            consent=_.consent,
            mood=_.mood,
            sentiment=_.sentiment,
            **{mood: space.steady_round(table[mood], 4) for mood in feelings.MOODS},
            x=_.x,
            y=_.y,
        )

    def _shades(self, customers: Table) -> Table:
        """``customer_id`` and the level 1 label of each fuzzy axis, as ``fuzzy_<axis>``."""
        wanted = sorted({feature for axis in fuzzy.AXES for feature in axis.features})
        buyers = customers.filter(_.frequency > 0).select(
            "customer_id", "monetary", *(name for name in wanted if name != "monetary")
        )
        frame: pd.DataFrame = self.engine.execute(buyers.order_by("customer_id"))
        held = fuzzy.memberships(frame) if len(frame) else None
        value = frame["monetary"].to_numpy(dtype=float)
        self.fuzzy_chart = charts.fuzzy_chart(held, value) if held else None
        columns: dict[str, Any] = {
            f"fuzzy_{axis.name}": held.labels(axis.name) if held else [] for axis in fuzzy.AXES
        }
        shades = pd.DataFrame({"customer_id": frame["customer_id"].astype(str), **columns})
        return _keep(self.engine, "segment_shades", shades.astype("str"))

    def _sides(self) -> list[Table]:
        """What is joined to every customer beside the segment: rules, groups, next steps."""
        rules = self.options.rules
        if self.options.own_rules and self.buyer_count:
            own = self.engine.execute(rulebook.own_thresholds(self.features)).iloc[0]
            rules = rulebook.with_own_thresholds(rules, own.to_dict())
        orders = self.orders if self.support.orders else None
        nobody = self.features.filter(ibis.literal(False)).select("customer_id")
        absent = ibis.null("string")
        return [
            rulebook.apply_rules(self.features, orders, rules, as_of=self.as_of),
            dimensions.feeling_groups(self.features)
            if self.texts is not None
            else nobody.mutate(emotion_group=absent),
            dimensions.personality_groups(self.texts)
            if self.texts is not None
            else nobody.mutate(personality_group=absent),
            self.nudges
            if self.nudges is not None
            else nobody.mutate(next_step=absent, next_segment=absent),
        ]

    def _segments(
        self, customers: Table, model: persistence.Model | None
    ) -> tuple[tuple[Segment, ...], persistence.Model | None]:
        columns = [*FEATURES, "sentiment", *feelings.MOODS, *foreseeing.COLUMNS]
        found: pd.DataFrame = self.engine.execute(measuring.measure(customers, columns))
        found = found.sort_values("segment_key").set_index("segment_key")
        everyone = self.engine.execute(measuring.measure_all(customers, columns))
        shop = measuring.metrics_of(everyone.iloc[0], columns) if len(everyone) else {}
        revenue = float(found["revenue"].sum())
        effects = self._effects(model)
        matches, model = self._named(effects, found["frequency__mean"], model)
        emotions = self._emotions()
        personality = self._personality()
        segments = []
        for key, row in found.iterrows():
            key = str(key)
            metrics = measuring.metrics_of(row, columns)
            count = int(row["customer_count"])
            common: dict[str, Any] = {
                "segment_key": key,
                "evidence": "behaviour+text" if key in emotions else "behaviour",
                "customer_count": count,
                "share": count / self.customer_count,
                "revenue_share": round(float(row["revenue"]) / revenue, 9) if revenue else 0.0,
                "metrics": metrics,
                "emotions": emotions.get(key),
                "personality": personality.get(key),
            }
            if key == NO_ORDERS or model is None:
                segments.append(_without_orders(common))
                continue
            match = matches[key]
            runner = match.runner_up
            segments.append(
                Segment(
                    **common,
                    name=self.options.names.get(key, match.name),
                    archetype=match.archetype,
                    fit=round(match.fit, 4),
                    rfm={score: round(float(row[score]), 3) for score in "rfm"},
                    reasons=reasons.explain(
                        effects.effect[key], metrics, shop, currency=self.currency
                    ),
                    runner_up=(
                        {"archetype": runner[0], "fit": round(runner[1], 4)} if runner else None
                    ),
                    churn=foreseeing.churn_of({str(k): v for k, v in row.items()}, self.foreseen),
                    ltv=foreseeing.worth_of(
                        {str(k): v for k, v in row.items()}, self.foreseen, self.currency
                    ),
                    stability=round(model.stability[key], 4) if key in model.stability else None,
                )
            )
        segments.sort(key=lambda s: (s.segment_key == NO_ORDERS, -s.revenue_share, s.segment_key))
        return tuple(segments), model

    def _effects(self, model: persistence.Model | None) -> measuring.Effects:
        if model is None:
            return measuring.Effects({}, {})
        axes = model.space.axes
        joined = self.coordinates.join(
            self.placed.select("customer_id", "segment_key"), "customer_id"
        )
        sums = self.engine.execute(measuring.moments(joined, model.space.names))
        sums = sums.sort_values("segment_key").reset_index(drop=True)
        return measuring.effects_from(sums, model.space.names, [axis.weight for axis in axes])

    def _named(
        self,
        effects: measuring.Effects,
        orders: pd.Series[float],
        model: persistence.Model | None,
    ) -> tuple[dict[str, archetypes.Match], persistence.Model | None]:
        """A name for every segment; an earlier name stays with its key."""
        if model is None:
            return {}, None
        keys = sorted(effects.profile)
        heard = self.texts is not None
        fresh = archetypes.match_archetypes(
            [effects.profile[key] for key in keys],
            heard=heard,
            orders=[float(orders[key]) for key in keys],
            kept={i: model.archetypes[k] for i, k in enumerate(keys) if k in model.archetypes},
            names={i: model.names[k] for i, k in enumerate(keys) if k in model.names},
        )
        matches = dict(zip(keys, fresh, strict=True))
        names = {**model.names, **{key: match.name for key, match in matches.items()}}
        known = {**model.archetypes, **{key: match.archetype for key, match in matches.items()}}
        return matches, replace(model, names=names, archetypes=known)

    def _emotions(self) -> dict[str, dict[str, float]]:
        if self.texts is None:
            return {}
        found = self.engine.execute(
            feelings.emotion_means(self.texts, self.placed.select("customer_id", "segment_key"))
        )
        labels = [c for c in found.columns if c not in ("segment_key", "told", "said", "words")]
        return {
            row["segment_key"]: {label: round(float(row[label]), 4) for label in labels}
            for row in found.to_dict("records")
        }

    def _personality(self) -> dict[str, dict[str, Any]]:
        from kindred.tables import TRAITS

        if self.texts is None:
            return {}
        found = self.engine.execute(
            feelings.personality_means(self.texts, self.placed.select("customer_id", "segment_key"))
        )
        return {
            row["segment_key"]: {
                **{
                    trait: {
                        "mean": round(float(row[trait]), 4),
                        "low": round(float(row[f"{trait}_low"]), 4),
                        "high": round(float(row[f"{trait}_high"]), 4),
                    }
                    for trait in TRAITS
                },
                "words": int(row["words"]),
                "customers": int(row["told"]),
            }
            for row in found.to_dict("records")
        }

    def _charts(
        self, customers: Table, segments: tuple[Segment, ...], names: Mapping[str, str]
    ) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        execute = self.engine.execute
        if self.buyer_count:
            some = execute(
                customers.filter(_.x.notnull())
                .order_by(_.customer_id.hexdigest("md5"))
                .limit(charts.MAP_CUSTOMERS)
                .select("customer_id", "segment_key", "x", "y")
            ).sort_values("customer_id")
            drawn["map"] = charts.map_chart(some, names, self._shown(some))
        drawn["value"] = charts.value_chart(
            pd.DataFrame(
                {
                    "segment_key": s.segment_key,
                    "name": s.name,
                    "customer_count": s.customer_count,
                    "share": s.share,
                    "revenue_share": s.revenue_share,
                }
                for s in segments
            )
        )
        foreseen = self._prediction()
        if foreseen:
            drawn["prediction"] = charts.prediction_chart(foreseen)
        if self.fuzzy_chart:
            drawn["fuzzy"] = self.fuzzy_chart
        drawn["dimensions"] = charts.dimensions_chart(
            {
                side: execute(charts.sizes_by(customers, column))
                for side, column in charts.SIDES.items()
            }
        )
        if self.orders is None or not self.support.orders:
            return drawn
        membership = customers.select("customer_id", "segment_key")
        by_month = execute(charts.orders_by_month(self.orders, membership))
        drawn["orders_by_time"] = charts.time_chart(by_month, names)
        if self.support.times:
            by_hour = execute(charts.orders_by_hour(self.orders))
            drawn["orders_by_hour"] = charts.hour_chart(by_hour)
        if self.support.products or self.support.categories:
            drawn["affinity"] = self._affinity()
        return drawn

    def _prediction(self) -> dict[str, Any] | None:
        if self.foreseen is None:
            return None
        return {
            **self.foreseen.report,
            "grade": self.foreseen.grade,
            "orders_12m": self.foreseen.orders.as_dict(),
            "value_12m": self.foreseen.value.as_dict(),
            "currency": self.currency,
        }

    def _shown(self, some: pd.DataFrame) -> float:
        axes = [name for name in self.coordinates.columns if name != "customer_id"]
        if not axes:
            return 1.0
        drawn = float(some[["x", "y"]].var(ddof=0).sum())
        spreads = {name: self.coordinates[name].var(how="pop") for name in axes}
        total = float(self.engine.execute(self.coordinates.aggregate(**spreads)).iloc[0].sum())
        return min(1.0, drawn / total) if total > 0 else 1.0

    def _affinity(self) -> dict[str, Any]:
        assert self.orders is not None
        column = "product_id" if self.support.products else "category"
        found = self.engine.execute(charts.affinity_pairs(self.orders, column))
        titles: dict[str, str] = {}
        if column == "product_id" and len(found):
            wanted = sorted({*found["a"], *found["b"]})
            named = self.engine.execute(
                self.orders.filter(_.product_id.isin(wanted), _.product_name.notnull())
                .group_by("product_id")
                .aggregate(name=_.product_name.min())
            )
            titles = dict(zip(named["product_id"], named["name"], strict=True))
        return charts.affinity_chart(found, self.buyer_count, titles, column.split("_")[0])

    def _sample(self, most: int) -> pd.DataFrame:
        """A seeded sample of buyers in order of their ids; everyone, if they are few."""
        buyers = self.buyers
        if self.buyer_count > most:
            buyers = buyers.order_by(buyers.customer_id.hexdigest("md5")).limit(most)
        frame: pd.DataFrame = self.engine.execute(buyers.order_by("customer_id"))
        self._sample_ids = frame["customer_id"]
        return frame

    def _coordinates_of(self, axes: space.Space, sample: pd.DataFrame) -> clustering.Points:
        placed = axes.coordinates(self.buyers)
        if len(sample) < self.buyer_count:
            ids = _keep(self.engine, "segment_sample", sample[["customer_id"]])
            placed = placed.semi_join(ids, "customer_id")
        frame = self.engine.execute(placed.order_by("customer_id"))
        points: clustering.Points = frame[axes.names].to_numpy(dtype=float)
        return points


def _keep(engine: Backend, name: str, made: Table | pd.DataFrame) -> Table:
    """A table of the engine under ``name``, in place of an earlier one."""
    if isinstance(made, pd.DataFrame):
        engine.con.register("segment_frame", made)
        query = "SELECT * FROM segment_frame"
    else:
        query = engine.compile(made)
    engine.con.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
    if isinstance(made, pd.DataFrame):
        engine.con.unregister("segment_frame")
    return engine.table(name)


def _totals(
    engine: Backend, customers: Table, orders: Table | None, currency: str | None
) -> dict[str, Any]:
    """What the file holds of known customers; money of goods, without tax and shipping."""
    count = int(engine.execute(customers.count()))
    if orders is None:
        row = engine.execute(
            customers.aggregate(
                orders=_.given_orders.sum(),
                gross=_.given_net.sum().cast("float64"),
                first=_.given_first_order.min(),
                last=_.given_last_order.max(),
            )
        ).iloc[0]
        refunds = 0.0
    else:
        known = orders.filter(_.customer_id.notnull())
        sale = known.kind == "sale"
        row = engine.execute(
            known.aggregate(
                orders=known.order_id.nunique(where=sale),
                gross=known.amount.sum(where=sale).cast("float64"),
                refunds=(-known.amount.sum(where=known.kind == "refund")).cast("float64"),
                first=known.ordered_at.min(where=sale),
                last=known.ordered_at.max(where=sale),
            )
        ).iloc[0]
        refunds = _number(row["refunds"])
    gross = _number(row["gross"])
    return {
        "customers": count,
        "orders": int(_number(row["orders"])),
        "gross": round(gross, 2),
        "refunds": round(refunds, 2),
        "net": round(gross - refunds, 2),
        "first_order": None if pd.isna(row["first"]) else row["first"].date().isoformat(),
        "last_order": None if pd.isna(row["last"]) else row["last"].date().isoformat(),
        "currency": currency,
    }


def _number(value: Any) -> float:
    return 0.0 if pd.isna(value) else float(value)


def _day_after(last_order: str | None) -> date:
    """The default as-of; a file without any date counts from a day that never changes."""
    if last_order is None:
        return date(2000, 1, 1)
    return date.fromisoformat(last_order) + timedelta(days=1)


def _directions(points: clustering.Points) -> clustering.Points:
    """The two directions of greatest spread, their signs fixed."""
    centred = points - points.mean(axis=0)
    found = np.zeros((2, points.shape[1]))
    for index, vector in enumerate(np.linalg.svd(centred, full_matrices=False)[2][:2]):
        found[index] = vector * np.sign(vector[np.argmax(np.abs(vector))])
    return np.round(found, 6)  # as they are stored


def _few(buyers: int, segments: int) -> list[dict[str, str]]:
    if segments >= clustering.FEWEST:
        return []
    return [
        {
            "code": "few-customers",
            "message": f"{buyers} customers with orders carry {segments} segment"
            f"{'s' if segments != 1 else ''}; six or more need about "
            f"{clustering.FEWEST * clustering.CUSTOMERS_PER_SEGMENT} who differ.",
        }
    ]


def _without_orders(common: Mapping[str, Any]) -> Segment:
    return Segment(
        **common,
        name=NO_ORDERS_NAME,
        archetype=None,
        fit=1.0,
        rfm={},
        reasons=(
            Reason(
                "frequency", "lower", -1.0, "No order that counts: none yet, or all were cancelled."
            ),
        ),
    )
