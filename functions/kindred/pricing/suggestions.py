"""Which price the evidence supports, or why none; and a suggestion as a draft. Pure.

Demand follows price with a constant elasticity inside what was seen. A suggestion has to be better
than today's price at the bad end of the elasticity's 90 % interval: for a lower price the end that
reacts least, for a higher one that which reacts most. Segments only get lower prices; a higher one
is the public price of everybody. Money is whole minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kindred.pricing.limits import Bounds
from kindred.pricing.payloads import (
    Arm,
    Effect,
    Place,
    PriceTest,
    Product,
    Rule,
    Schedule,
    Scope,
    Who,
)

if TYPE_CHECKING:
    from kindred.pricing.elasticity.estimates import Estimate

Why = Literal[
    "better-at-both-ends", "not-identifiable", "uncertain", "cost-unknown", "interval-too-wide",
    "nothing-better", "price-never-seen", "paused", "tax-unknown",
]  # fmt: skip
#: Prices that are tried between the bounds.
_STEPS: Final = 60
_DRAWS: Final = 4000
#: Of the margin: a change for less isn't worth its trouble.
_WORTH: Final = 0.01
#: Of the public price: what a test compares where nothing else is known.
_TEST_PERCENT: Final = 10.0


@dataclass(frozen=True)
class Suggestion:
    """A price, and what it is expected to change in the margin of a week of today's demand.

    ``margin`` is of 100 pieces sold at today's price; ``low`` and ``high`` its 90 % interval;
    ``now`` the same at today's price.
    """

    price: int
    now: int
    margin: int
    low: int
    high: int


@dataclass(frozen=True)
class Advice:
    suggestion: Suggestion | None
    why: Why


def advise(
    product: Product,
    estimate: Estimate,
    bounds: Bounds,
    *,
    seen: tuple[int, int] | None,
    for_everybody: bool,
    seed: int,
) -> Advice:
    """The price between ``bounds``, inside the prices ``seen``, that is better at the bad end.

    ``seen`` are on the footing of the product's own price (`as_asked`); None: that isn't known.
    """
    if product.status != "active":
        return Advice(None, "paused")
    if estimate.elasticity is None or estimate.low is None or estimate.high is None:
        return Advice(None, "not-identifiable")
    if estimate.verdict != "identified":
        return Advice(None, "uncertain")
    if product.cost is None or product.base_price <= 0:
        return Advice(None, "cost-unknown")
    if seen is None:
        return Advice(None, "tax-unknown")
    today = product.base_price
    most = bounds.high if for_everybody else min(bounds.high, today)
    low, high = max(bounds.low, seen[0]), min(most, seen[1])
    if low > high:
        return Advice(None, "price-never-seen")
    ends = (estimate.low, estimate.high)
    tried = {round(low + (high - low) * step / _STEPS) for step in range(_STEPS + 1)} - {today}
    now = margin_of(today, product.cost, today, 0)
    gains = {price: _at_bad_end(price, product.cost, today, ends) - now for price in sorted(tried)}
    best = max(gains, key=lambda price: gains[price], default=None)
    if best is None or gains[best] <= _WORTH * abs(now):
        middle = max(
            (margin_of(price, product.cost, today, estimate.elasticity) for price in tried),
            default=now,
        )
        wide = middle > now * (1 + _WORTH)
        return Advice(None, "interval-too-wide" if wide else "nothing-better")
    return Advice(_suggestion(best, product.cost, today, estimate, seed), "better-at-both-ends")


def as_asked(
    paid: tuple[int, int], product: Product, tax_share: float | None
) -> tuple[int, int] | None:
    """Prices that were paid, without tax as order lines have them, as the product asks for them.

    ``tax_share`` is the tax as a share of them. None: the product's price includes tax, and no
    line tells how much that is.
    """
    if not product.tax_included:
        return paid
    if tax_share is None:
        return None
    return round(paid[0] * (1 + tax_share)), round(paid[1] * (1 + tax_share))


def margin_of(price: int, cost: int, today: int, elasticity: float) -> float:
    """The margin of what 100 pieces at today's price become at ``price``."""
    return float((price - cost) * 100 * (price / today) ** elasticity)


def _at_bad_end(price: int, cost: int, today: int, ends: tuple[float, float]) -> float:
    return min(margin_of(price, cost, today, end) for end in ends)


def _suggestion(price: int, cost: int, today: int, estimate: Estimate, seed: int) -> Suggestion:
    """With the margin's interval, by drawing elasticities from theirs."""
    import numpy as np

    assert estimate.elasticity is not None  # asked before
    random = np.random.default_rng(seed)
    drawn = random.normal(estimate.elasticity, estimate.error, _DRAWS)
    margins = (price - cost) * 100 * (price / today) ** drawn
    low, high = np.quantile(margins, [0.05, 0.95])
    return Suggestion(
        price,
        round(margin_of(today, cost, today, 0)),
        round(float(margins.mean())),
        round(float(low)),
        round(float(high)),
    )


def draft_rule(
    product_id: str, product: Product, suggestion: Suggestion, segment: str | None
) -> Rule:
    """The suggestion as a rule that isn't active: somebody has to switch it on.

    Up is no rule but a new public price, for everybody: see `draft_test`.
    """
    off = product.base_price - suggestion.price
    if off <= 0:
        raise ValueError("a higher price is a new public price, not a rule")
    return Rule(
        name=f"Suggested: {product.name}"[:200],
        source=product.source,
        effect=Effect(kind="discount", amount=off),
        scope=Scope(products=(product_id,)),
        who=Who(segments=(segment,)) if segment else Who(),
        schedule=Schedule(),
        active=False,
    )


def draft_test(
    product_id: str, product: Product, suggestion: Suggestion | None, *, seed: str
) -> PriceTest:
    """Today's price beside the suggested one, or 10 % less where none is: a draft, nothing runs."""
    effect = Effect(kind="discount", percent=_TEST_PERCENT)
    if suggestion is not None:
        effect = Effect(kind="fixed", price=suggestion.price)
    return PriceTest(
        name=f"Test: {product.name}"[:200],
        source=Place(kind=product.source.kind, id=product.source.id),
        products=(product_id,),
        arms=(Arm(id="control"), Arm(id="suggested", effect=effect)),
        seed=seed,
        status="draft",
    )
