"""Who the customers of the sample shop are: how each kind buys, and how it writes.

Each temperament shares its way of buying with an ordinary look-alike that writes neutrally, so
that what customers write tells something that their orders alone don't.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Temperament(StrEnum):
    """What the truth file says of a customer."""

    IMPULSIVE_EMOTIONAL = "impulsive_emotional"
    PRICE_SENSITIVE_ANXIOUS = "price_sensitive_anxious"
    BRAND_LOYAL_CONFIDENT = "brand_loyal_confident"
    CURIOUS_BROWSER = "curious_browser"
    LUXURY_SEEKER = "luxury_seeker"
    FRUSTRATED_AT_RISK = "frustrated_at_risk"
    ORDINARY = "ordinary"


@dataclass(frozen=True)
class Buying:
    """A way of buying. Shares and rates are means; every customer varies around them."""

    orders_a_month: float
    lines_an_order: float
    tiers: tuple[float, float, float]  # how often basic, studio, atelier
    discounted: float  # share of lines bought at a reduced price
    late: float  # share of orders in the evening and at night
    bursts: float  # chance that an order is followed by another within days
    regularity: float  # 0 at any time, 1 like clockwork
    breadth: int  # categories a customer buys from
    returned: float  # share of lines sent back
    lapses: float  # chance to stop for good before the end
    newcomer: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of customer: its temperament, its share, its way of buying, its voice."""

    temperament: Temperament
    behaviour: str
    weight: int
    buying: Buying
    voice: str
    reviews: float  # chance that an order line is reviewed


LIVELY = Buying(0.32, 1.7, (0.34, 0.50, 0.16), 0.25, 0.70, 0.40, 0.05, 5, 0.11, 0.15)
BARGAIN = Buying(0.19, 1.5, (0.80, 0.19, 0.01), 0.78, 0.30, 0.05, 0.20, 4, 0.06, 0.20)
STEADY = Buying(0.40, 1.5, (0.12, 0.64, 0.24), 0.08, 0.25, 0.03, 0.80, 2, 0.02, 0.05)
OCCASIONAL = Buying(0.11, 1.1, (0.45, 0.45, 0.10), 0.30, 0.45, 0.05, 0.10, 8, 0.07, 0.30)
PREMIUM = Buying(0.17, 1.6, (0.01, 0.18, 0.81), 0.03, 0.35, 0.05, 0.40, 3, 0.04, 0.10)
LAPSING = Buying(0.30, 1.4, (0.38, 0.50, 0.12), 0.28, 0.40, 0.08, 0.25, 4, 0.16, 0.95)
NEW = Buying(0.80, 1.3, (0.40, 0.48, 0.12), 0.30, 0.42, 0.10, 0.10, 4, 0.05, 0.00, newcomer=True)

KINDS = (
    Kind(Temperament.IMPULSIVE_EMOTIONAL, "lively", 13, LIVELY, "elated", 0.30),
    Kind(Temperament.PRICE_SENSITIVE_ANXIOUS, "bargain", 14, BARGAIN, "anxious", 0.30),
    Kind(Temperament.BRAND_LOYAL_CONFIDENT, "steady", 12, STEADY, "assured", 0.24),
    Kind(Temperament.CURIOUS_BROWSER, "occasional", 12, OCCASIONAL, "curious", 0.42),
    Kind(Temperament.LUXURY_SEEKER, "premium", 7, PREMIUM, "refined", 0.30),
    Kind(Temperament.FRUSTRATED_AT_RISK, "lapsing", 11, LAPSING, "annoyed", 0.38),
    Kind(Temperament.ORDINARY, "lively", 7, LIVELY, "plain", 0.12),
    Kind(Temperament.ORDINARY, "bargain", 7, BARGAIN, "plain", 0.12),
    Kind(Temperament.ORDINARY, "steady", 9, STEADY, "plain", 0.10),
    Kind(Temperament.ORDINARY, "occasional", 8, OCCASIONAL, "plain", 0.15),
    Kind(Temperament.ORDINARY, "premium", 3, PREMIUM, "plain", 0.12),
    Kind(Temperament.ORDINARY, "lapsing", 8, LAPSING, "plain", 0.12),
    Kind(Temperament.ORDINARY, "new", 9, NEW, "plain", 0.15),
)
OWN_VOICE = 0.7  # how often a customer writes as its temperament has it; plainly otherwise
