"""What a segment definition is made of: conditions, nested in all, any and not."""

from __future__ import annotations

from dataclasses import dataclass

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")
#: Columns of customers that a merchant may ask for: numbers, then words.
NUMBERS = (
    "recency_days", "frequency", "monetary", "average_order_value", "tenure_days", "gap_mean_days",
    "gap_variation", "burstiness", "overdue", "spending_trend", "category_breadth",
    "category_variety", "price_position", "discount_share", "refund_share", "weekend_share",
    "night_share", "product_repetition", "units_per_order", "visits", "carts", "r", "f", "m",
    "churn", "orders_12m", "value", "value_3y", "value_5y", "sentiment", "desire", "worry",
    "devotion", "curiosity", "pride", "anger",
)  # fmt: skip
WORDS = (
    "rfm_group", "dominant_category", "mood", "rule_purchase_frequency", "rule_spending",
    "rule_category",
)  # fmt: skip
PREDICTIONS = ("churn", "orders_12m", "value", "value_3y", "value_5y")
LONGEST_WORD = 500


@dataclass(frozen=True)
class Trait:
    """A column of the customer against a value (or a list of values, for ``in``)."""

    column: str
    comparison: str
    value: float | str | tuple[float | str, ...]


@dataclass(frozen=True)
class OrdersIn:
    """How many orders, or how much money, in the last so many days."""

    days: int
    comparison: str
    value: float
    measure: str = "orders"  # orders | amount
    category: str | None = None
    product_id: str | None = None


@dataclass(frozen=True)
class EventsIn:
    """How many events of a type in the last so many days."""

    days: int
    event_type: str
    comparison: str
    value: float


@dataclass(frozen=True)
class InSegment:
    """Member of one of these segments, by key."""

    segment_keys: tuple[str, ...]


@dataclass(frozen=True)
class InBucket:
    """A random share of customers, the same every time: for holdouts."""

    seed: str
    share: float


@dataclass(frozen=True)
class All:
    parts: tuple[Definition, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Definition, ...]


@dataclass(frozen=True)
class Not:
    part: Definition


Definition = Trait | OrdersIn | EventsIn | InSegment | InBucket | All | AnyOf | Not


def tables_needed(definition: Definition) -> set[str]:
    """Which canonical tables, beside the customers, a definition asks."""
    match definition:
        case All(parts) | AnyOf(parts):
            return set().union(*(tables_needed(part) for part in parts))
        case Not(part):
            return tables_needed(part)
        case OrdersIn():
            return {"orders"}
        case EventsIn():
            return {"events"}
    return set()
