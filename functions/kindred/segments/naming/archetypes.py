"""Archetypes as data: the axes each is known by.

A segment can have an archetype only if the archetype's `needs` are met, on axes that the data have,
and its `gates`, by the figures that people see. Names that claim a feeling need words that show it.
`matching` pairs segments and archetypes. Weights and bounds were set by hand, on the samples
(`scripts/segment samples/fashion-shop.csv`) and the simulated shops of `tests/slow/segments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kindred.segments.naming.gates import Gate, axis, mean, than_shop

#: Added to the fit of an archetype that merchants look for first (taken off, where negative), so
#: that it wins where fits are near; half of it for its likeness without a feeling.
LEAD = 0.2
MONTH, HALF_YEAR = 30, 182  # days


#: Standard deviations above the shop's mean from which words read bear out a feeling.
FELT = 0.2


@dataclass(frozen=True)
class Archetype:
    """A kind of customers that merchants know by name."""

    id: str
    name: str
    axes: Mapping[str, float]  # axis -> weight; the sign is the direction
    needs: Mapping[str, float] = field(default_factory=dict)  # axis -> least (or most) deviation
    gates: tuple[Gate, ...] = ()
    lead: float = 0.0
    temperament: bool = False  # a kind of person, where others only say what was done
    says: str = ""  # one line for people


#: A pace that is known, no slower than the shop's, and of orders enough to speak of one.
AT_PACE = (
    (than_shop("gap_mean_days", most=1.0),),
    (mean("frequency", least=3.0),),
    (mean("burstiness", most=0.0),),
)

ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        "impulsive-emotional",
        "Impulsive Emotional Buyers",
        {"burstiness": 1.0, "nights": 0.9, "desire": 1.2, "variety": 0.3, "cadence": -0.3},
        needs={"burstiness|nights|desire": 0.5, "desire": FELT},
        lead=LEAD,
        temperament=True,
        says="buy in bursts, often at night, on a wave of feeling",
    ),
    Archetype(
        "impulsive",
        "Impulsive Buyers",
        {"burstiness": 1.0, "nights": 0.9, "variety": 0.3, "cadence": -0.3},
        needs={"burstiness|nights": 0.5},
        gates=((mean("burstiness", least=0.0), mean("night_share", least=0.4)),),
        lead=LEAD / 2,
        temperament=True,
        says="buy in bursts, often at night",
    ),
    Archetype(
        "price-sensitive-anxious",
        "Price-Sensitive Anxious Buyers",
        {"discounts": 1.4, "worry": 1.0, "price_position": -0.6, "order_value": -0.4},
        needs={"discounts|worry": 0.5, "worry": FELT},
        lead=LEAD,
        temperament=True,
        says="wait for discounts, buy cheap, and worry about it",
    ),
    Archetype(
        "price-sensitive",
        "Price-Sensitive Buyers",
        {"discounts": 1.4, "price_position": -0.6, "order_value": -0.4},
        needs={"discounts": 0.5},
        lead=LEAD / 2,
        temperament=True,
        says="wait for discounts and buy cheap",
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
        needs={"frequency": 0.4, "recency": 0.0, "devotion": FELT},
        gates=AT_PACE,
        lead=LEAD,
        temperament=True,
        says="come back regularly and know what they want",
    ),
    Archetype(
        "brand-loyal",
        "Brand-Loyal Buyers",
        {
            "frequency": 1.1,
            "burstiness": -0.8,
            "recency": -0.5,
            "repetition": 0.4,
            "discounts": -0.3,
            "tenure": 0.2,
        },
        needs={"frequency": 0.4, "recency": 0.0},
        gates=AT_PACE,
        lead=LEAD / 2,
        temperament=True,
        says="come back often and regularly",
    ),
    Archetype(
        "curious-browsers",
        "Curious Browsers",
        {"variety": 1.2, "visits": 1.0, "curiosity": 0.9, "frequency": -0.5, "repetition": -0.4},
        needs={"variety|visits|curiosity": 0.5, "curiosity": FELT},
        lead=LEAD,
        temperament=True,
        says="look at many things and buy few",
    ),
    Archetype(
        "variety-seekers",
        "Variety Seekers",
        {"variety": 1.2, "visits": 1.0, "frequency": -0.5, "repetition": -0.4},
        needs={"variety|visits": 0.5},
        gates=((mean("category_variety", least=0.5),),),
        lead=LEAD / 2,
        temperament=True,
        says="buy now this, now that",
    ),
    Archetype(
        "luxury-seekers",
        "Luxury Seekers",
        {"price_position": 1.3, "order_value": 1.0, "pride": 0.7, "discounts": -0.5},
        needs={"price_position|order_value": 0.6},
        gates=(
            (mean("price_position", least=0.6, unknown=True),),  # 0.5 is the middle of the list
            (mean("frequency", least=1.5), axis("order_value", least=1.0)),
        ),
        lead=LEAD,
        temperament=True,
        says="choose the dearest of its kind",
    ),
    Archetype(
        "frustrated-at-risk",
        "Frustrated/At-Risk Customers",
        {"refunds": 1.2, "anger": 1.1, "sentiment": -0.6, "recency": 0.7, "overdue": 0.7},
        needs={"refunds|anger": 0.4},
        lead=LEAD,
        temperament=True,
        says="send things back or complain, and stay away longer than they used to",
    ),
    Archetype(
        "at-risk",
        "At-Risk Customers",
        {"overdue": 1.2, "recency": 0.7},
        needs={"overdue": 0.4},
        gates=(
            (mean("overdue", least=1.0),),
            (mean("recency_days", least=MONTH),),
            (mean("frequency", least=1.5),),
        ),
        lead=LEAD / 2,
        says="stay away longer than they used to",
    ),
    Archetype(
        "new-arrivals",
        "New Arrivals",
        {"tenure": -1.2, "recency": -0.9, "frequency": -0.5},
        needs={"tenure": -0.5, "recency": -0.4},
        gates=((mean("tenure_days", most=HALF_YEAR),), (than_shop("tenure_days", most=0.6),)),
        says="ordered for the first time a short while ago",
    ),
    Archetype(
        "dormant",
        "Dormant Customers",
        {"recency": 1.3, "frequency": -0.6, "tenure": 0.5},
        needs={"recency": 0.6},
        gates=((mean("recency_days", least=2 * MONTH),),),
        says="have not ordered for a long time",
    ),
    Archetype(
        "one-time",
        "One-Time Buyers",
        {"frequency": -1.3, "recency": 0.2, "tenure": -0.1},
        needs={"frequency": -0.3},
        gates=((mean("frequency", most=1.5),),),
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
        gates=((mean("burstiness", most=0.0),), (mean("frequency", least=3.0),)),
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
        gates=((mean("spending_trend", least=0.0),),),
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
        gates=((mean("weekend_share", least=0.4),),),
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
