"""Archetypes as data: the axes each is known by, and how a segment is matched to one.

A profile is where a segment stands on readable axes, in standard deviations from the shop's mean.
An archetype's fit is how far the profile goes its way on the axes that it names, 0-1. Axes that the
data don't have can't speak for it: an archetype is open only if its `needs` are met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from scipy.optimize import linear_sum_assignment

LEAST_FIT = 0.5
#: Feelings can't be seen in orders alone: without words an emotional archetype must fit better.
LEAST_FIT_UNHEARD = 0.62
LEAD = 0.2
CLEAR = 1.0  # standard deviations at which an axis has said all it can


@dataclass(frozen=True)
class Archetype:
    id: str
    name: str
    axes: Mapping[str, float]  # axis -> weight; the sign is the direction
    needs: Mapping[str, float] = field(default_factory=dict)  # axis -> least (or most) deviation
    feeling: bool = False  # its name claims an emotion
    lead: float = 0.0  # preferred by so much where fits are near: merchants look for it first
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
#: How an axis reads when a name has to be made of it: (higher, lower).
WORDS: Mapping[str, tuple[str, str]] = {
    "recency": ("Lapsing", "Recent"),
    "frequency": ("Frequent", "Infrequent"),
    "order_value": ("Big-Basket", "Small-Basket"),
    "tenure": ("Long-Standing", "Newer"),
    "cadence": ("Slow-Paced", "Quick-Paced"),
    "burstiness": ("Bursty", "Regular"),
    "overdue": ("Overdue", "On-Schedule"),
    "trend": ("Growing", "Shrinking"),
    "variety": ("Wide-Ranging", "Single-Category"),
    "repetition": ("Repeat-Product", "Ever-New-Product"),
    "price_position": ("Premium-Price", "Low-Price"),
    "discounts": ("Discount-Driven", "Full-Price"),
    "refunds": ("High-Return", "Low-Return"),
    "weekends": ("Weekend", "Weekday"),
    "nights": ("Night-Time", "Daytime"),
    "units": ("Multi-Unit", "Single-Unit"),
    "visits": ("Often-Visiting", "Rarely-Visiting"),
    "carts": ("Cart-Filling", "Cart-Shy"),
    "sentiment": ("Happy", "Unhappy"),
    "desire": ("Excited", "Calm"),
    "worry": ("Worried", "Unworried"),
    "devotion": ("Devoted", "Unattached"),
    "curiosity": ("Curious", "Incurious"),
    "pride": ("Proud", "Modest"),
    "anger": ("Annoyed", "Content"),
}

Profile = Mapping[str, float]


@dataclass(frozen=True)
class Match:
    """What a segment is called, and what nearly won."""

    name: str
    archetype: str | None
    fit: float
    runner_up: tuple[str, float] | None


def axes_of(archetype: str | None) -> Mapping[str, float]:
    """What an archetype is known by; nothing for a name that isn't one's."""
    return BY_ID[archetype].axes if archetype in BY_ID else {}


def fit_of(
    profile: Profile, archetype: Archetype, means: Mapping[str, float] = MappingProxyType({})
) -> float:
    """0-1: one half is 'leans that way', 1 is 'as far as its axes go'.

    The mean of the axes' deviations in the archetype's direction, each cut at one deviation either
    way, weighted, over the axes that the data have; less, the fewer of them there are, above all
    for names that claim a feeling. ``means``: the segment's features.
    """
    if not _meets(profile, archetype.needs):
        return 0.0
    if any(means.get(name, bound) < bound for name, bound in archetype.least.items()):
        return 0.0
    if any(means.get(name, bound) > bound for name, bound in archetype.most.items()):
        return 0.0
    told = {axis: weight for axis, weight in archetype.axes.items() if axis in profile}
    possible = sum(abs(weight) for weight in told.values())
    reached = sum(w * float(np.clip(profile[a] / CLEAR, -1, 1)) for a, w in told.items())
    heard = min(1.0, possible / _shown_by_orders(archetype))
    trusted = heard if archetype.feeling else float(np.sqrt(heard))
    return float(np.clip(0.2 + 0.8 * reached / possible, 0, 1)) * trusted


def match_archetypes(
    profiles: Sequence[Profile],
    *,
    heard: bool,
    means: Sequence[Mapping[str, float]],
    kept: Mapping[int, str | None] | None = None,
    names: Mapping[int, str] | None = None,
) -> list[Match]:
    """One name per segment, all different: the assignment with the greatest total fit.

    ``heard``: the profiles hold what customers said. What fits no archetype well enough is named
    by the behaviour it differs in most. ``means``: features per segment. ``kept`` and
    ``names`` are what segments were matched to and called before, by index: they stay.
    """
    kept, names = kept or {}, names or {}
    fits = np.array(
        [
            [fit_of(profile, archetype, mine) for archetype in ARCHETYPES]
            for profile, mine in zip(profiles, means, strict=True)
        ]
    )
    taken = _assigned(fits, heard=heard, kept=kept)
    unnamed = {i: p for i, p in enumerate(profiles) if i not in taken and i not in names}
    plain = _plain_names(unnamed, set(names.values()))
    matches = []
    for index in range(len(profiles)):
        mine = taken.get(index)
        others = [int(c) for c in np.argsort(-fits[index], kind="stable") if c != mine]
        best = others[0]
        runner = (ARCHETYPES[best].id, float(fits[index, best])) if fits[index, best] > 0 else None
        archetype = None if mine is None else ARCHETYPES[mine]
        name = names.get(index) or (archetype.name if archetype else plain[index])
        fit = fits[index].max() if mine is None else fits[index, mine]
        matches.append(Match(name, archetype.id if archetype else None, float(fit), runner))
    return matches


def _assigned(fits: np.ndarray, *, heard: bool, kept: Mapping[int, str | None]) -> dict[int, int]:
    """Segment -> archetype, by number; segments that fit none are left out."""
    number = {archetype.id: i for i, archetype in enumerate(ARCHETYPES)}
    taken = {i: number[a] for i, a in kept.items() if a in number}
    least = np.array([_least_fit(archetype, heard=heard) for archetype in ARCHETYPES])
    leads = np.array([archetype.lead for archetype in ARCHETYPES])
    worth = np.where(fits >= least, fits + leads, 0.0)
    free_rows = [i for i in range(len(fits)) if i not in kept]
    free_columns = [c for c in range(len(ARCHETYPES)) if c not in taken.values()]
    rows, columns = linear_sum_assignment(-worth[np.ix_(free_rows, free_columns)])
    for r, c in zip(rows, columns, strict=True):
        row, column = free_rows[r], free_columns[c]
        if worth[row, column] > 0:
            taken[row] = column
    return taken


def _least_fit(archetype: Archetype, *, heard: bool) -> float:
    return LEAST_FIT_UNHEARD if archetype.feeling and not heard else LEAST_FIT


def plain_name(profile: Profile, *, words: int = 2) -> str:
    """The axes a segment differs in most, as a name: 'Frequent Big-Basket Buyers'."""
    ordered = sorted(
        (axis for axis in profile if axis in WORDS), key=lambda a: (-abs(profile[a]), a)
    )
    chosen = [a for a in ordered[:words] if abs(profile[a]) >= 0.15]
    if not chosen:
        return "Typical Buyers"
    return " ".join(WORDS[a][0 if profile[a] > 0 else 1] for a in chosen) + " Buyers"


def _plain_names(profiles: Mapping[int, Profile], used: set[str]) -> dict[int, str]:
    """A plain name each, different from each other and from those in use."""
    names: dict[int, str] = {}
    for index, profile in profiles.items():
        words = 2
        name = plain_name(profile, words=words)
        while name in used and words < 5:
            words += 1
            name = plain_name(profile, words=words)
        number = 2
        base = name
        while name in used:
            name, number = f"{base} {number}", number + 1
        names[index] = name
        used = used | {name}
    return names


def _shown_by_orders(archetype: Archetype) -> float:
    """Weight of an archetype's axes that orders alone can show."""
    spoken = {"desire", "worry", "devotion", "curiosity", "pride", "anger", "sentiment", "visits"}
    return sum(abs(w) for a, w in archetype.axes.items() if a not in spoken)


def _meets(profile: Profile, needs: Mapping[str, float]) -> bool:
    """`a|b: x`: one of them is at least x (at most, where x is negative); absent axes can't be."""
    for axes, bound in needs.items():
        values = [profile[axis] for axis in axes.split("|") if axis in profile]
        if not values:
            return False
        if bound > 0 and max(values) < bound:
            return False
        if bound <= 0 and min(values) > bound:
            return False
    return True
