"""The axes that customers are compared on, as data.

Weights and pulls were set by hand. `scripts/evaluate-segments` and the simulated shops of
`tests/slow/segments` show how well groups that are known are found again with them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AxisKind:
    """What an axis is made of, before any data were seen."""

    name: str
    feature: str
    weight: float
    log: bool = False
    evidence: str | None = None  # column that counts what the feature rests on
    spread: str | None = None  # variance between the orders of one customer
    pull: float = 0.0  # how many pieces of evidence the shop's mean counts for, without `spread`
    derived: bool = False  # made of what other axes hold: time and number of orders


#: Order value rather than the total, which frequency and order value make together. What people
#: order, when and how has more weight than how recently and how often: that is said by nine axes,
#: which would outvote all others.
AXES = (
    AxisKind("recency", "recency_days", 0.6, log=True),
    AxisKind("frequency", "frequency", 0.6, log=True),
    AxisKind("order_value", "order_size", 0.5, evidence="frequency", spread="order_size_var"),
    AxisKind("tenure", "tenure_days", 0.6, log=True, derived=True),
    AxisKind(
        "cadence", "gap_mean_days", 0.3, log=True, evidence="gap_count", pull=1.0, derived=True
    ),
    AxisKind("burstiness", "burstiness", 0.9, evidence="gap_count", pull=3.0),
    AxisKind("overdue", "overdue", 0.3, log=True, evidence="gap_count", pull=2.0, derived=True),
    AxisKind("trend", "spending_trend", 0.3, evidence="frequency", pull=8.0, derived=True),
    AxisKind("variety", "category_variety", 1.0, evidence="category_lines", pull=4.0),
    AxisKind("repetition", "product_repetition", 0.5, evidence="product_lines", pull=4.0),
    AxisKind(
        "price_position", "price_position", 1.0, evidence="frequency", spread="price_position_var"
    ),
    AxisKind("discounts", "discount_share", 1.0, evidence="frequency", spread="discount_share_var"),
    AxisKind("refunds", "refund_share", 1.0, evidence="frequency", pull=3.0),
    AxisKind("weekends", "weekend_share", 0.7, evidence="frequency", spread="weekend_share_var"),
    AxisKind("nights", "night_share", 1.0, evidence="frequency", spread="night_share_var"),
    AxisKind("units", "order_units", 0.5, evidence="frequency", spread="order_units_var"),
    AxisKind("visits", "visits", 0.8, log=True),
    AxisKind("carts", "carts", 0.5, log=True),
)
#: Moods, from what customers wrote: weighted by how much they wrote.
TEXT_AXES = tuple(
    AxisKind(name, name, 1.2, evidence="text_evidence", pull=-1.0)
    for name in ("sentiment", "desire", "worry", "devotion", "curiosity", "pride", "anger")
)
