"""One row per customer with every column that people see."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.predicting import predictions
from kindred.predicting.predictions import Prediction
from kindred.segments import (
    dimensions,
    feelings,
    rfm,
    rulebook,
    space,
)
from kindred.segments.definitions import LONGEST_WORD
from kindred.segments.features import FEATURES
from kindred.segments.placing import Placement
from kindred.segments.rulebook import RuleBook
from kindred.segments.shop import Shop


def rules_of(shop: Shop, rules: RuleBook, *, own: bool) -> RuleBook:
    """The rule book, with spending thresholds of the merchant's ``own`` if asked for."""
    if not own or not shop.buyer_count:
        return rules
    return rulebook.with_own_thresholds(
        rules, shop.engine.row(rulebook.own_thresholds(shop.features))
    )


def customer_table(
    shop: Shop,
    placement: Placement,
    foreseen: Prediction | None,
    steps: Table | None,
    rules: RuleBook,
) -> Table:
    """One row per customer with every column that people see, ranked within the segment."""
    table = placement.everyone.join(rfm.rfm_scores(shop.features), "customer_id")
    table = table.join(shop.features, "customer_id")
    if foreseen is None:
        table = table.mutate(**{name: ibis.null("float64") for name in predictions.COLUMNS})
    else:
        table = table.left_join(foreseen.customers, "customer_id").drop("customer_id_right")
    for part in _sides(shop, steps, rules):
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
        **{mood: space.steady_round(table[mood], 4) for mood in feelings.MOODS},
        x=_.x,
        y=_.y,
    )


def _sides(shop: Shop, steps: Table | None, rules: RuleBook) -> list[Table]:
    """What is joined to every customer beside the segment: rules, groups, next steps."""
    orders = shop.orders if shop.support.orders else None
    nobody = shop.features.filter(ibis.literal(False)).select("customer_id")
    absent = ibis.null("string")
    return [
        rulebook.apply_rules(shop.features, orders, rules, as_of=shop.as_of),
        dimensions.feeling_groups(shop.features)
        if shop.texts is not None
        else nobody.mutate(emotion_group=absent),
        dimensions.personality_groups(shop.texts)
        if shop.texts is not None
        else nobody.mutate(personality_group=absent),
        steps if steps is not None else nobody.mutate(next_step=absent, next_segment=absent),
    ]
