"""Two runs, or two sources, side by side: only their results are looked at, no data are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COMPARED = ("recency_days", "frequency", "monetary", "average_order_value", "churn", "value")


def compare_runs(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``{pairs, only_a, only_b}`` from two lists of segment documents.

    Segments are paired by key if both runs are of one source (`source` is equal), else by archetype
    and then by name. A pair tells sizes, shares and the means of a few metrics, and by how much `b`
    differs.
    """
    same_source = bool(a and b) and a[0].get("source") == b[0].get("source")
    ways = ("segment_key",) if same_source else ("archetype", "name")
    left, right = list(a), list(b)
    pairs = []
    for way in ways:
        known = {segment.get(way): segment for segment in right if segment.get(way)}
        for segment in list(left):
            other = known.pop(segment.get(way), None)
            if other is None:
                continue
            left.remove(segment)
            right.remove(other)
            pairs.append(_pair(segment, other))
    pairs.sort(key=lambda pair: (-pair["a"]["share"], pair["a"]["name"]))
    return {
        "paired_by": "segment_key" if same_source else "archetype",
        "pairs": pairs,
        "only_a": [_told(segment) for segment in left],
        "only_b": [_told(segment) for segment in right],
    }


def _pair(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    here, there = _told(a), _told(b)
    change = {
        name: round(there["metrics"][name] - here["metrics"][name], 6)
        for name in here["metrics"]
        if name in there["metrics"]
    }
    return {
        "a": here,
        "b": there,
        "customers_change": there["customer_count"] - here["customer_count"],
        "share_change": there["share"] - here["share"],
        "metrics_change": change,
    }


def _told(segment: Mapping[str, Any]) -> dict[str, Any]:
    metrics = segment.get("metrics") or {}
    return {
        "segment_key": segment["segment_key"],
        "name": segment["name"],
        "archetype": segment.get("archetype"),
        "customer_count": segment["customer_count"],
        "share": segment["share"],
        "revenue_share": segment["revenue_share"],
        "metrics": {name: metrics[name]["mean"] for name in COMPARED if name in metrics},
    }
