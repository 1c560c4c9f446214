"""What a segmentation is: the shape that scoring makes and publishing writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any


def default_as_of(last_order: str | None) -> date:
    """The day after the last order (an ISO date or time).

    A file without any date counts from a day that never changes.
    """
    if last_order is None:
        return date(2000, 1, 1)
    return date.fromisoformat(last_order[:10]) + timedelta(days=1)


#: The key of the segment of customers without an order.
NO_ORDERS = "no-orders"
MOST_SEGMENTS = 100  # rows that a table with one row per segment may have; there are ten or so


@dataclass(frozen=True)
class Reason:
    """Why a segment is what it is: one feature set against all customers."""

    feature: str
    direction: str  # 'higher' | 'lower'
    effect: float  # standardised mean difference (Cohen's d) against the other customers
    text: str  # plain words with numbers


@dataclass(frozen=True)
class Segment:
    """One segment, field by field the segment document of the data contract."""

    segment_key: str  # persists across runs
    name: str
    archetype: str | None
    fit: float  # 0-1
    evidence: str  # 'behaviour' | 'behaviour+text'
    customer_count: int
    share: float  # of customers, unrounded
    revenue_share: float
    metrics: Mapping[str, Mapping[str, float]]  # feature -> {mean, median}
    rfm: Mapping[str, float]  # means of r, f, m
    reasons: tuple[Reason, ...]
    emotions: Mapping[str, float] | None = None
    personality: Mapping[str, Any] | None = None
    churn: Mapping[str, Any] | None = None
    ltv: Mapping[str, Any] | None = None
    runner_up: Mapping[str, Any] | None = None
    stability: float | None = None


@dataclass(frozen=True)
class Segmentation:
    """A run's whole result.

    ``customers`` is a Parquet file, one row per customer, best first within a segment:
    ``customer_id, segment_key, rank, r, f, m, recency_days, frequency, monetary, …, churn, value,
    mood, consent`` (NULL where a file can't support a column).
    ``charts`` are JSON-able, by chart name. ``model`` is JSON-able: what the next run starts from
    (scaling, centres, keys, names), beside this run's ``customers``. ``totals`` as
    ``scripts/segment`` prints.
    """

    segments: tuple[Segment, ...]
    customers: Path
    totals: Mapping[str, Any]
    as_of: str
    choice: Mapping[str, Any]  # algorithm, k, candidates and why this one
    charts: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Mapping[str, str], ...] = ()
