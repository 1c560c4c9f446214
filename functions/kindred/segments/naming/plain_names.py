"""Names made of the axes that a segment differs in most."""

from __future__ import annotations

from collections.abc import Mapping

from kindred.segments.naming.gates import Profile

LEAST_DEVIATION = 0.15  # standard deviations from which an axis may be in a name
#: How an axis reads when a name has to be made of it: (higher, lower).
WORDS: Mapping[str, tuple[str, str]] = {
    "recency": ("Longer-Away", "Recent"),
    "frequency": ("Frequent", "Infrequent"),
    "order_value": ("Big-Basket", "Small-Basket"),
    "tenure": ("Long-Standing", "Newer"),
    "cadence": ("Slow-Paced", "Quick-Paced"),
    "burstiness": ("Uneven", "Even-Paced"),
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


def plain_name(profile: Profile, *, words: int = 2) -> str:
    """The axes a segment differs in most, as a name: 'Frequent Big-Basket Buyers'."""
    ordered = sorted(
        (axis for axis in profile if axis in WORDS), key=lambda a: (-abs(profile[a]), a)
    )
    chosen = [a for a in ordered[:words] if abs(profile[a]) >= LEAST_DEVIATION]
    if not chosen:
        return "Typical Buyers"
    return " ".join(WORDS[a][0 if profile[a] > 0 else 1] for a in chosen) + " Buyers"


def plain_names(profiles: Mapping[int, Profile], used: set[str]) -> dict[int, str]:
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
