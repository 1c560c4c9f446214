"""Whether prices differ between groups of customers more than chance explains. Pure.

The customer is the unit: the mean of their reductions, each as a share of the public price, so that
who looks at dearer products isn't taken for who pays more. A group's mean is compared with everyone
else's by Welch's test and by the permutation test's normal approximation, and the larger p counts:
Welch's alone takes ten customers without a reduction, of whom few anywhere have one, for certain.
Holm's correction, over all groups of all attributes and currencies of a report, holds the chance of
any false flag at 5 %: whoever names more attributes must not find more by chance.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from kindred.pricing.experiments import statistics
from kindred.pricing.experiments.distributions import normal_tail, t_quantile, t_tails
from kindred.pricing.experiments.statistics import Moments
from kindred.pricing.given import Given

#: Groups of fewer customers aren't shown: their mean would tell what one of them pays.
LEAST_CUSTOMERS: Final = 10
#: A difference in mean reduction below one point of the public price isn't flagged.
LEAST_DIFFERENCE: Final = 0.01
ALPHA: Final = 0.05
#: Of numbers, groups of about equal size are made, at most so many.
BANDS: Final = 4
#: Of text; an attribute with more values tells customers apart, not groups.
MOST_GROUPS: Final = 50
TEST: Final = (
    "each group's mean reduction against everyone else's, customers as units: the larger p of "
    "Welch's t-test and the permutation test, Holm's correction over all groups of all attributes, "
    "p < .05 and at least one point of the public price"
)

Value = str | float | bool | None
Key = TypeVar("Key")


@dataclass(frozen=True)
class Group:
    """Customers who have a value in common; None where they are too few to be shown."""

    value: str
    customers: int | None
    mean_price: float | None  # minor units
    mean_reduction: float | None  # share of the public price; negative: dearer
    difference: float | None  # from everyone else's mean reduction
    low: float | None  # its 95 % interval, before the correction
    high: float | None
    p: float | None  # corrected
    flagged: bool


@dataclass(frozen=True)
class Attribute:
    """The groups of one attribute in one currency; ``too_many``: it tells customers apart."""

    name: str
    currency: str
    groups: tuple[Group, ...]
    too_many: bool = False


@dataclass
class _Sums:
    """A customer's quotes within a group."""

    quotes: int = 0
    price: float = 0.0
    reduction: float = 0.0

    def add(self, quote: Given) -> None:
        self.quotes += 1
        self.price += quote.price
        self.reduction += 1 - quote.price / quote.base_price


Customers = dict[str, _Sums]
#: How a group's mean reduction differs, that difference's interval, and the p-value by itself.
Tested = tuple[float, float, float, float]


def report(
    quotes: Iterable[Given], named: Mapping[str, Mapping[str, Value]] | None = None
) -> tuple[Attribute, ...]:
    """By segment, country, and each attribute of ``named``: its values by customer id."""
    banded = {name: banding(values) for name, values in (named or {}).items()}
    readers: dict[str, Callable[[Given], str | None]] = {
        "segment": lambda quote: quote.segment_key,
        "country": lambda quote: quote.country,
    }
    for name, values in banded.items():
        readers[name] = lambda quote, values=values: values.get(quote.customer_id)  # type: ignore[misc]
    sums: dict[tuple[str, str], dict[str, Customers]] = defaultdict(lambda: defaultdict(dict))
    for quote in quotes:
        if quote.base_price <= 0:
            continue
        for name, value_of in readers.items():
            value = value_of(quote)
            if value is not None:
                customers = sums[name, quote.currency][value]
                customers.setdefault(quote.customer_id, _Sums()).add(quote)
    looked_at = {key: _shown(groups) for key, groups in sorted(sums.items())}
    tested = {
        (key, value): _test(value, shown) for key, shown in looked_at.items() for value in shown
    }
    corrected = holm({one: test[-1] for one, test in tested.items() if test is not None})
    return tuple(
        _attribute(
            *key,
            sums[key],
            {value: (tested[key, value], corrected.get((key, value))) for value in shown},
        )
        for key, shown in looked_at.items()
    )


def banding(values: Mapping[str, Value]) -> dict[str, str]:
    """Each customer's group: a text as it is, numbers in bands of about equal size."""
    numbers = {
        customer: float(value)
        for customer, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }
    texts = {c: str(v) for c, v in values.items() if isinstance(v, str | bool)}
    ordered = sorted(numbers.values())
    if len(set(ordered)) <= BANDS:
        return texts | {customer: f"{value:g}" for customer, value in numbers.items()}
    cuts = sorted({ordered[len(ordered) * part // BANDS] for part in range(1, BANDS)})
    return texts | {customer: _band(value, cuts) for customer, value in numbers.items()}


def _band(value: float, cuts: Sequence[float]) -> str:
    if value < cuts[0]:
        return f"below {cuts[0]:g}"
    if value >= cuts[-1]:
        return f"from {cuts[-1]:g}"
    low, high = next((a, b) for a, b in itertools.pairwise(cuts) if a <= value < b)
    return f"{low:g} to {high:g}"


def _shown(groups: Mapping[str, Customers]) -> dict[str, Customers]:
    """Groups that are large enough; none of an attribute that tells customers apart."""
    if len(groups) > MOST_GROUPS:
        return {}
    return {v: c for v, c in sorted(groups.items()) if len(c) >= LEAST_CUSTOMERS}


def _attribute(
    name: str,
    currency: str,
    groups: Mapping[str, Customers],
    tested: Mapping[str, tuple[Tested | None, float | None]],
) -> Attribute:
    if len(groups) > MOST_GROUPS:
        return Attribute(name, currency, (), too_many=True)
    told = []
    for value, customers in sorted(groups.items()):
        if value not in tested:
            told.append(Group(value, None, None, None, None, None, None, None, flagged=False))
            continue
        test, p = tested[value]
        difference, low, high = test[:3] if test else (None, None, None)
        flagged = p is not None and p < ALPHA and abs(difference or 0) >= LEAST_DIFFERENCE
        n, means = len(customers), list(customers.values())
        price = sum(one.price / one.quotes for one in means) / n
        reduction = sum(one.reduction / one.quotes for one in means) / n
        told.append(Group(value, n, price, reduction, difference, low, high, p, flagged))
    return Attribute(name, currency, tuple(told))


def _test(value: str, shown: Mapping[str, Customers]) -> Tested | None:
    """How a group's mean reduction differs from the others' that are shown: estimate, interval, p.

    Hidden groups aren't among the others: from the difference they could be worked out.
    """
    mine = _moments([shown[value]])
    others = _moments([customers for name, customers in shown.items() if name != value])
    if others.n < LEAST_CUSTOMERS:
        return None
    estimate = mine.mean - others.mean
    if mine.variance <= 0 and others.variance <= 0:  # two prices, and no chance about them
        return estimate, estimate, estimate, float(abs(estimate) < 1e-12)
    parts = [(side.variance / side.n, side.n - 1) for side in (mine, others)]
    error = math.sqrt(sum(part for part, _ in parts))
    degrees = error**4 / sum(part**2 / n for part, n in parts)
    half = t_quantile(ALPHA, degrees) * error
    welch = t_tails(estimate / error, degrees)
    return estimate, estimate - half, estimate + half, max(welch, _permuted(mine, others))


def _permuted(mine: Moments, others: Moments) -> float:
    """How likely a random group of this size differs as much: the normal approximation."""
    n = mine.n + others.n
    between = mine.n * others.n / n * (mine.mean - others.mean) ** 2
    spread = (mine.variance * (mine.n - 1) + others.variance * (others.n - 1) + between) / (n - 1)
    error = math.sqrt(spread * (1 / mine.n + 1 / others.n))
    return 2 * normal_tail(abs(mine.mean - others.mean) / error)


def _moments(groups: Iterable[Customers]) -> Moments:
    values = [one.reduction / one.quotes for customers in groups for one in customers.values()]
    n, mean = len(values), sum(values) / len(values) if values else 0.0
    around = sum((value - mean) ** 2 for value in values)
    return statistics.Moments(n, mean, around / (n - 1) if n > 1 and around > 1e-20 else 0.0)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Each p-value corrected for all that were looked at."""
    corrected: dict[Key, float] = {}
    worst = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, p * (len(p_values) - rank)))
        corrected[name] = worst
    return corrected
