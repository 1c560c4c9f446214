"""The same customers grouped by one side of them: how they buy, what they feel, how they are."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from kindred.segments.features.moods import MOODS
from kindred.tables import TRAITS

OUTSTANDING = 0.5  # standard deviations above the shop's mean from which a mood names a group

MOOD_GROUPS: Mapping[str, str] = {
    "desire": "Excited",
    "worry": "Worried",
    "devotion": "Devoted",
    "curiosity": "Curious",
    "pride": "Proud",
    "anger": "Annoyed",
}
CALM_GROUP = "Even-tempered"
TRAIT_GROUPS: Mapping[str, tuple[str, str]] = {
    "openness": ("Open", "Conventional"),
    "conscientiousness": ("Conscientious", "Easy-going"),
    "extraversion": ("Outgoing", "Reserved"),
    "agreeableness": ("Agreeable", "Critical"),
    "neuroticism": ("Sensitive", "Composed"),
}


def feeling_groups(features: Table) -> Table:
    """``customer_id, emotion_group`` of those who wrote something; by their outstanding mood."""
    told = features.filter(_.text_evidence > 0)
    scaled = {mood: _scaled(told, mood) for mood in MOODS}
    return told.select("customer_id", emotion_group=_outstanding(scaled, MOOD_GROUPS))


def personality_groups(texts: Table) -> Table:
    """``customer_id, personality_group`` of those with words enough; by their outstanding trait."""
    told = texts.filter(texts[TRAITS[0]].notnull())
    scaled: dict[str, ibis.expr.types.FloatingValue] = {}
    names: dict[str, str] = {}
    for trait in TRAITS:
        up = _scaled(told, trait)
        scaled |= {f"{trait}+": up, f"{trait}-": -up}
        names |= {f"{trait}+": TRAIT_GROUPS[trait][0], f"{trait}-": TRAIT_GROUPS[trait][1]}
    return told.select("customer_id", personality_group=_outstanding(scaled, names))


def _scaled(table: Table, column: str) -> ibis.expr.types.FloatingValue:
    everyone = ibis.window()
    value = table[column]
    spread = value.std(how="pop").over(everyone).nullif(0)
    return ((value - value.mean().over(everyone)) / spread).fill_null(0.0).round(6)


def _outstanding(
    scaled: Mapping[str, ibis.expr.types.FloatingValue], names: Mapping[str, str]
) -> StringValue:
    most = ibis.greatest(*scaled.values())
    return ibis.cases(
        (most < OUTSTANDING, CALM_GROUP),
        *((value >= most, names[name]) for name, value in scaled.items()),
        else_=CALM_GROUP,
    )
