"""One row per customer with every column that people see."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerColumn, Table

from kindred.predicting import predictions
from kindred.predicting.predictions import Prediction
from kindred.segments.clustering.placement import Placement
from kindred.segments.clustering.space import steady_round
from kindred.segments.definitions.conditions import LONGEST_WORD
from kindred.segments.features.customers import FEATURES
from kindred.segments.features.moods import MOODS
from kindred.segments.rules.mood_groups import feeling_groups, personality_groups
from kindred.segments.rules.rfm import rfm_scores
from kindred.segments.rules.rule_book import RuleBook, apply_rules
from kindred.segments.shop import Shop


def customer_table(
    shop: Shop,
    placement: Placement,
    prediction: Prediction | None,
    steps: Table | None,
    rules: RuleBook,
) -> Table:
    """One row per customer with every column that people see, ranked within the segment."""
    table = placement.everyone.join(rfm_scores(shop.features), "customer_id")
    table = table.join(shop.features, "customer_id")
    if prediction is None:
        table = table.mutate(**{name: ibis.null("float64") for name in predictions.COLUMNS})
    else:
        table = _joined(table, prediction.customers)
    for part in _groups(shop, steps, rules):
        table = _joined(table, part)
    return _columns(table.mutate(rank=_rank()))


def _joined(table: Table, part: Table) -> Table:
    return table.left_join(part, "customer_id").drop("customer_id_right")


def _rank() -> IntegerColumn:
    """From the best customer of a segment, 0, to the last."""
    best_first = ibis.window(
        group_by="segment_key",
        order_by=[
            ibis.desc("monetary"),
            ibis.desc("frequency"),
            ibis.asc("recency_days"),
            "customer_id",
        ],
    )
    return ibis.row_number().over(best_first)


def _columns(table: Table) -> Table:
    rounded = {name: steady_round(table[name].cast("float64"), 4) for name in FEATURES}
    rounded["frequency"] = table.frequency
    return table.select(
        "customer_id",
        "segment_key",
        "rank",
        "r",
        "f",
        "m",
        "rfm_group",
        **rounded,
        # No page may pass a document's 1 MiB, and a definition has to be able to name it.
        dominant_category=_.dominant_category.left(LONGEST_WORD),
        first_order=_.first_on,
        last_order=_.last_on,
        **{name: table[name] for name in predictions.COLUMNS},
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
        **{mood: steady_round(table[mood], 4) for mood in MOODS},
        x=_.x,
        y=_.y,
    )


def _groups(shop: Shop, steps: Table | None, rules: RuleBook) -> list[Table]:
    """What is joined to every customer beside the segment: rules, groups, next steps."""
    orders = shop.orders if shop.support.orders else None
    nobody = shop.features.filter(ibis.literal(False)).select("customer_id")
    absent = ibis.null("string")
    return [
        apply_rules(shop.features, orders, rules, as_of=shop.as_of),
        feeling_groups(shop.features)
        if shop.texts is not None
        else nobody.mutate(emotion_group=absent),
        personality_groups(shop.texts)
        if shop.texts is not None
        else nobody.mutate(personality_group=absent),
        steps if steps is not None else nobody.mutate(next_step=absent, next_segment=absent),
    ]
