"""Archetypes as data: the axes each is known by.

A segment can have an archetype only if the archetype's `needs` are met, on axes that the data have.
`matching` pairs segments and archetypes. Weights and bounds were set by hand, on the samples
(`scripts/segment samples/fashion-shop.csv`) and the simulated shops of `tests/slow/segments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Added to the fit of an archetype that merchants look for first (taken off, where negative), so
#: that it wins where fits are near.
LEAD = 0.2


@dataclass(frozen=True)
class Archetype:
    """A kind of customers that merchants know by name."""

    id: str
    name: str
    axes: Mapping[str, float]  # axis -> weight; the sign is the direction
    needs: Mapping[str, float] = field(default_factory=dict)  # axis -> least (or most) deviation
    feeling: bool = False  # its name claims an emotion
    lead: float = 0.0
    # Bounds on the segment's own means, where the name speaks of them whatever the shop is like.
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    says: str = ""  # one line for people


ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        "impulsive-emotional",
        "Impulsive Emotional Buyers",
        {"burstiness": 1.0, "nights": 0.9, "desire": 1.2, "variety": 0.3, "cadence": -0.3},
        needs={"burstiness|nights|desire": 0.5},
        feeling=True,
        lead=LEAD,
        says="buy in bursts, often at night, on a wave of feeling",
    ),
    Archetype(
        "price-sensitive-anxious",
        "Price-Sensitive Anxious Buyers",
        {"discounts": 1.4, "worry": 1.0, "price_position": -0.6, "order_value": -0.4},
        needs={"discounts|worry": 0.5},
        feeling=True,
        lead=LEAD,
        says="wait for discounts, buy cheap, and worry about it",
    ),
    Archetype(
        "brand-loyal-confident",
        "Brand-Loyal Confident Buyers",
        {
            "frequency": 1.1,
            "burstiness": -0.8,
            "recency": -0.5,
            "devotion": 0.9,
            "repetition": 0.4,
            "discounts": -0.3,
            "tenure": 0.2,
        },
        needs={"frequency": 0.4, "recency": 0.0},
        lead=LEAD,
        says="come back regularly and know what they want",
    ),
    Archetype(
        "curious-browsers",
        "Curious Browsers",
        {"variety": 1.2, "visits": 1.0, "curiosity": 0.9, "frequency": -0.5, "repetition": -0.4},
        needs={"variety|visits|curiosity": 0.5},
        lead=LEAD,
        says="look at many things and buy few",
    ),
    Archetype(
        "luxury-seekers",
        "Luxury Seekers",
        {"price_position": 1.3, "order_value": 1.0, "pride": 0.7, "discounts": -0.5},
        needs={"price_position|order_value": 0.6},
        least={"price_position": 0.6},  # 0.5 is the middle of the price list
        lead=LEAD,
        says="choose the dearest of its kind",
    ),
    Archetype(
        "frustrated-at-risk",
        "Frustrated/At-Risk Customers",
        {"refunds": 1.2, "anger": 1.1, "sentiment": -0.6, "recency": 0.7, "overdue": 0.7},
        needs={"refunds|anger|overdue": 0.4},
        lead=LEAD,
        says="send things back, complain, or stay away longer than they used to",
    ),
    Archetype(
        "new-arrivals",
        "New Arrivals",
        {"tenure": -1.2, "recency": -0.9, "frequency": -0.5},
        needs={"tenure": -0.5, "recency": -0.4},
        says="ordered for the first time a short while ago",
    ),
    Archetype(
        "dormant",
        "Dormant Customers",
        {"recency": 1.3, "frequency": -0.6, "tenure": 0.5},
        needs={"recency": 0.6},
        says="have not ordered for a long time",
    ),
    Archetype(
        "one-time",
        "One-Time Buyers",
        {"frequency": -1.3, "recency": 0.2, "tenure": -0.1},
        needs={"frequency": -0.3},
        most={"frequency": 1.5},
        says="ordered once and, so far, not again",
    ),
    Archetype(
        "occasional",
        "Occasional Buyers",
        {"frequency": -1.0, "cadence": 0.6, "variety": -0.1},
        needs={"frequency": -0.4},
        says="order now and then",
    ),
    Archetype(
        "steady-regulars",
        "Steady Regulars",
        {"frequency": 0.7, "burstiness": -0.7, "tenure": 0.6, "recency": -0.4, "trend": 0.1},
        needs={"frequency": 0.2},
        says="order at an even pace, year in, year out",
    ),
    Archetype(
        "core-customers",
        "Core Customers",
        {"frequency": 1.2, "recency": -0.9, "overdue": -0.2},
        needs={"frequency": 0.7, "recency": -0.3},
        says="order more than most, and did so lately",
    ),
    Archetype(
        "bulk-buyers",
        "Bulk Buyers",
        {"units": 1.2, "order_value": 0.9, "frequency": 0.3},
        needs={"units": 0.8},
        says="take large quantities at a time, as resellers do",
    ),
    Archetype(
        "rising-stars",
        "Rising Stars",
        {"trend": 1.0, "frequency": 0.6, "recency": -0.6, "cadence": -0.4},
        needs={"trend": 0.3, "recency": -0.2},
        says="spend more with every order",
    ),
    Archetype(
        "habitual-repurchasers",
        "Habitual Repurchasers",
        {"repetition": 1.3, "variety": -0.8, "frequency": 0.2},
        needs={"repetition": 0.6},
        says="buy the same things again",
    ),
    Archetype(
        "weekend-shoppers",
        "Weekend Shoppers",
        {"weekends": 1.4},
        needs={"weekends": 0.9},
        least={"weekend_share": 0.4},
        lead=-LEAD,  # the day says less than what is bought, and how often
        says="order on Saturdays and Sundays",
    ),
    Archetype(
        "big-basket-occasionals",
        "Big-Basket Occasionals",
        {"order_value": 1.0, "frequency": -0.5, "cadence": 0.4},
        needs={"order_value": 0.5, "frequency": -0.1},
        says="come seldom and then buy much",
    ),
    Archetype(
        "small-basket-frequents",
        "Small-Basket Frequents",
        {"order_value": -0.9, "frequency": 0.8, "cadence": -0.5},
        needs={"order_value": -0.4, "frequency": 0.2},
        says="come often for little",
    ),
)
BY_ID = {archetype.id: archetype for archetype in ARCHETYPES}


def axes_of(archetype: str | None) -> Mapping[str, float]:
    """What an archetype is known by; nothing for a name that isn't one's."""
    return BY_ID[archetype].axes if archetype in BY_ID else {}
