"""The axes of fuzzy archetypes, as data.

On each axis a customer belongs to `low`, `middle` and `high` by degrees that sum to 1, measured
against the shop's own customers. Where nothing is known, the customer belongs to `untold`.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("low", "middle", "high", "untold")
UNTOLD = KINDS.index("untold")


@dataclass(frozen=True)
class FuzzyAxis:
    """An axis, the features it is read from (the first that the file has), and its labels."""

    name: str
    features: tuple[str, ...]
    labels: tuple[str, str, str]
    falling: bool = False  # more of the feature means less of the axis

    @property
    def words(self) -> tuple[str, ...]:
        """A word for each of KINDS."""
        return (*self.labels, KINDS[UNTOLD])


AXES = (
    FuzzyAxis("frequency", ("frequency",), ("seldom", "sometimes", "often")),
    FuzzyAxis("value", ("monetary",), ("small", "medium", "big")),
    FuzzyAxis(
        "exploration", ("category_variety", "category_breadth"), ("focused", "varied", "exploring")
    ),
    FuzzyAxis(
        "price_sensitivity",
        ("discount_share", "price_position"),
        ("full-price", "mixed", "bargain"),
    ),
    FuzzyAxis("cadence", ("gap_mean_days",), ("slow", "steady", "quick"), falling=True),
    FuzzyAxis("maturity", ("tenure_days",), ("new", "settled", "long-standing")),
    FuzzyAxis("repurchase", ("product_repetition",), ("ever-new", "partly-same", "same-again")),
    FuzzyAxis("returns", ("refund_share",), ("keeps", "returns-some", "returns-much")),
)
#: Features that fall while their axis rises, whatever else the axis is read from: who buys what is
#: dear minds prices little.
FALLING_FEATURES = frozenset({"price_position"})
#: Every column of customers that an axis may be read from.
FEATURES = tuple(sorted({feature for axis in AXES for feature in axis.features}))
