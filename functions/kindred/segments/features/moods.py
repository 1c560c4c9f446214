"""What customers wrote, as columns beside what they did: moods, sentiment, evidence."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping

import ibis
from ibis import _
from ibis.expr.types import Table

from kindred.tables import TRAITS

#: Moods that segments are told apart by: each the sum of the emotions that belong to it.
MOODS: Mapping[str, tuple[str, ...]] = {
    "desire": ("excitement", "desire", "joy"),
    "worry": ("nervousness", "fear", "confusion"),
    "devotion": ("love", "admiration", "gratitude", "approval"),
    "curiosity": ("curiosity", "surprise", "realization"),
    "pride": ("pride",),
    "anger": ("annoyance", "anger", "disappointment", "disgust"),
}
EMOTION = "emotion_"
CALM = 0.15  # below this no emotion is called dominant


def emotion_labels(texts: Table) -> list[str]:
    return [column.removeprefix(EMOTION) for column in texts.columns if column.startswith(EMOTION)]


def join_moods(features: Table, texts: Table | None) -> Table:
    """Features with ``text_evidence, sentiment, mood`` and the MOODS; NULL without words."""
    if texts is None:
        names = ("text_evidence", "sentiment", *MOODS)
        return features.mutate(
            **{name: ibis.null("float64") for name in names}, mood=ibis.null("string")
        )
    labels = emotion_labels(texts)
    moods = {}
    for mood, parts in MOODS.items():
        felt = [texts[EMOTION + label] for label in parts if label in labels]
        moods[mood] = functools.reduce(operator.add, felt) if felt else ibis.null("float64")
    written = texts.select(
        "customer_id",
        text_evidence=_.evidence,
        sentiment=_.sentiment,
        mood=_dominant(texts, [label for label in labels if label != "neutral"]),
        **moods,
    )
    return features.left_join(written, "customer_id").drop("customer_id_right")


def emotion_means(texts: Table, membership: Table) -> Table:
    """``segment_key`` and the mean of each emotion, weighted by evidence."""
    joined = texts.join(membership, "customer_id").filter(_.evidence > 0)
    labels = emotion_labels(texts)
    means = {
        label: (joined[EMOTION + label] * joined.evidence).sum() / joined.evidence.sum()
        for label in labels
    }
    return joined.group_by("segment_key").aggregate(**means)


def personality_means(texts: Table, membership: Table) -> Table:
    """``segment_key, customers, words`` and the means of each trait and its bounds.

    Of customers who wrote enough for a profile.
    """
    joined = texts.join(membership, "customer_id").filter(_[TRAITS[0]].notnull())
    means = {
        f"{trait}{part}": joined[f"{trait}{part}"].mean()
        for trait in TRAITS
        for part in ("", "_low", "_high")
    }
    return joined.group_by("segment_key").aggregate(
        customers=_.count(), words=_.words.sum(), **means
    )


def _dominant(texts: Table, labels: list[str]) -> ibis.expr.types.StringValue:
    if not labels:
        return ibis.null("string")
    most = ibis.greatest(*(texts[EMOTION + label] for label in labels))
    branches = [((texts[EMOTION + label] >= most) & (most >= CALM), label) for label in labels]
    return ibis.cases(*branches, else_=None)
