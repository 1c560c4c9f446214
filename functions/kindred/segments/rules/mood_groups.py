"""Customers grouped by what stands out in what they wrote: their mood, their personality."""

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
    written = features.filter(_.text_evidence > 0)
    scaled = {mood: _scaled(written, mood) for mood in MOODS}
    return written.select("customer_id", emotion_group=_outstanding(scaled, MOOD_GROUPS))


def personality_groups(texts: Table) -> Table:
    """``customer_id, personality_group`` of those with words enough; by their outstanding trait."""
    profiled = texts.filter(texts[TRAITS[0]].notnull())
    scaled: dict[str, ibis.expr.types.FloatingValue] = {}
    names: dict[str, str] = {}
    for trait in TRAITS:
        up = _scaled(profiled, trait)
        scaled |= {f"{trait}+": up, f"{trait}-": -up}
        names |= {f"{trait}+": TRAIT_GROUPS[trait][0], f"{trait}-": TRAIT_GROUPS[trait][1]}
    return profiled.select("customer_id", personality_group=_outstanding(scaled, names))


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
