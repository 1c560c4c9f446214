"""What a segment's customers are like, where that sets them apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from kindred.tables import TRAITS


def set_apart(means: Sequence[Mapping[Hashable, Any]]) -> dict[str, dict[str, Any]]:
    """By segment, the traits whose interval excludes the shop's mean; and ``words, customers``.

    ``means``: rows of `personality_means`. An interval is the mean of those of the customers, since
    what the model doesn't know of one it doesn't know of many. Segments without such a trait are
    left out: being like all others is no information.
    """
    customers = sum(row["customers"] for row in means)
    shop = {trait: sum(row[trait] * row["customers"] for row in means) for trait in TRAITS}
    found = {}
    for row in means:
        traits = {
            trait: {
                "mean": round(float(row[trait]), 4),
                "low": round(float(row[f"{trait}_low"]), 4),
                "high": round(float(row[f"{trait}_high"]), 4),
            }
            for trait in TRAITS
            if not row[f"{trait}_low"] <= shop[trait] / customers <= row[f"{trait}_high"]
        }
        if traits:
            counts = {"words": int(row["words"]), "customers": int(row["customers"])}
            found[str(row["segment_key"])] = {**traits, **counts}
    return found
