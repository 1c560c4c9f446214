"""The way from the public price to a quote's, step by step, each shown. Pure.

Prices are exact until the step that rounds; what a step shows is rounded for people, so that each
step's base is the last one's result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from kindred.pricing.arms import Drawn
from kindred.pricing.effects import (
    after_competitor,
    after_stock,
    apply,
    has_range,
    lowest_competitor,
    stock_band,
)
from kindred.pricing.limits import bounds, hold, hold_to_earlier, is_sold_below_limits
from kindred.pricing.quotes import Factor, QuoteInputs, Step
from kindred.pricing.rounding import charmed, decimal_text, nearest
from kindred.pricing.rules import Choice, Named, charm_of, run
from kindred.pricing.validity import Window

#: No step shows more: what documents and browsers count exactly. Ceilings lie far below.
_MOST: Final = Decimal(10**15)
_BEFORE_TESTS: Final[tuple[Step, ...]] = (
    "segment_rule", "purchase_history", "emotional_state", "stock", "competitor", "season",
)  # fmt: skip
#: What each limit that was hit is called to people.
SAID: Final = {
    "floor": "Not below the floor.",
    "margin": "Not below what the cost and the margin ask for.",
    "ceiling": "Not above the ceiling.",
    "everybody": "Not above what everybody pays.",
    "premium": "Not above what the premium alone makes of what everybody pays.",
    "evidence": "Not above what it is without the purchase history and the mood.",
    "step": "Not further from the last quote than one step.",
    "cooldown": "As in the last quote: it changed lately.",
    "quotes_per_day": "As in the last quote: there were enough new ones today.",
    "cost_above_price": "The public price leaves less than the margin over the cost; it stands.",
}


@dataclass(frozen=True)
class Plan:
    """What a quote is made of, decided before the first step."""

    choice: Choice
    window: Window
    why_impersonal: str | None = None  # nothing known of the customer counts, and why
    history: float = 0.0  # how far up its range each moves a discount
    mood: float = 0.0
    drawn: Drawn | None = None
    at_most: Mapping[str, int] = field(default_factory=dict)  # prices it isn't above, by name

    @property
    def replaced_by(self) -> Drawn | None:
        """The arm that sets the price in place of everything else."""
        return self.drawn if self.drawn and self.drawn.effect else None


@dataclass
class Walk:
    """Where the price stands, and how it came there."""

    exact: Decimal
    factors: list[Factor] = field(default_factory=list)
    hit: list[str] = field(default_factory=list)

    def to(self, name: Step, exact: Decimal, reason: str) -> None:
        """Take a step and say why."""
        base = self.factors[-1].result if self.factors else nearest(self.exact)
        result = base
        if exact is not self.exact:  # most steps leave it as it is
            self.exact = min(exact, _MOST)
            result = nearest(self.exact)
        self.factors.append(Factor(name, base, result - base, result, reason))

    @property
    def price(self) -> int:
        return nearest(self.exact)

    def moved(self, *names: str) -> bool:
        """Whether any of these steps changed the price."""
        return any(factor.effect for factor in self.factors if factor.name in names)


def walk(inputs: QuoteInputs, plan: Plan) -> Walk:
    """All steps, from the public price to the last look at the limits."""
    public = inputs.product.base_price
    way = Walk(Decimal(public))
    way.to("public_price", way.exact, "What everybody is asked without any of the following.")
    if plan.replaced_by:
        _take_arm(way, inputs, plan, plan.replaced_by)
    else:
        _take_rules(way, inputs, plan)
        _take_market(way, inputs)
        sales = plan.choice.everybody
        way.to("season", run(sales, way.exact, public), _names(sales, "No rule for everybody"))
        way.to("experiment", way.exact, _about_test(plan))
    _limit(way, "limits", inputs, plan)
    _round(way, inputs, plan)
    _limit(way, "limits_after_rounding", inputs, plan)
    return way


def _take_rules(way: Walk, inputs: QuoteInputs, plan: Plan) -> None:
    """The steps that follow from what is known of the customer."""
    public, rules = inputs.product.base_price, plan.choice.personal
    none = plan.why_impersonal or "No rule for this customer"
    said = " ".join((_names(rules, none.rstrip(".")), *plan.choice.left_out))
    base = way.exact
    way.to("segment_rule", run(rules, base, public), said)
    within = any(has_range(rule.effect) for _, rule in rules)
    after = run(rules, base, public, plan.history)
    way.to("purchase_history", after, _moved(plan.history, "purchase history", within))
    after = run(rules, base, public, plan.history + plan.mood)
    way.to("emotional_state", after, _moved(plan.mood, "mood of what was written", within))


def _take_market(way: Walk, inputs: QuoteInputs) -> None:
    """Stock and competitors: the same for everybody."""
    product, settings = inputs.product, inputs.settings
    band = stock_band(product, settings)
    said = {"low": "Little is left.", "high": "Much is left."}.get(
        band or "", "No effect of stock."
    )
    way.to("stock", after_stock(way.exact, product, settings), said)
    lowest = lowest_competitor(product, settings, inputs.now)
    after = after_competitor(way.exact, lowest, settings)
    if lowest is None or not settings.competitor.match:
        said = "No fresh price of others is matched."
    elif after < way.exact:
        said = f"Others ask {decimal_text(lowest, product.currency)} {product.currency}."
    else:
        said = "No competitor asks less."
    way.to("competitor", after, said)


def _take_arm(way: Walk, inputs: QuoteInputs, plan: Plan, drawn: Drawn) -> None:
    """A price test sets the price; what would have moved it is left out, and said."""
    for name in _BEFORE_TESTS:
        way.to(name, way.exact, f"Left out: the price test “{drawn.name}” sets the price.")
    if drawn.effect is None or drawn.is_refused:
        said = "asks for more than is allowed here, so the public price stands."
        way.to("experiment", way.exact, f"This arm of the price test “{drawn.name}” {said}")
        return
    after = apply(drawn.effect, way.exact, inputs.product.base_price)
    way.to("experiment", after, f"An arm of the price test “{drawn.name}”.")


def _limit(way: Walk, name: Step, inputs: QuoteInputs, plan: Plan) -> None:
    """Near the last quote, then inside the limits, then at most what everybody pays."""
    product, settings = inputs.product, inputs.settings
    price, hit = way.exact, list[str]()
    if plan.why_impersonal is None:  # as of the window's start: what held then holds on
        held = hold_to_earlier(price, inputs.earlier, settings, plan.window.start)
        price, hit = held.price, [*held.hit]
    within = bounds(product, settings, inputs.now, may_raise=True)
    held = hold(price, product, settings, within)
    price, hit = held.price, [*hit, *held.hit]
    for limit, most in plan.at_most.items():
        if nearest(price) > most:
            price, hit = Decimal(most), [*hit, limit]
    if is_sold_below_limits(product, settings):
        hit.append("cost_above_price")
    way.hit += [one for one in hit if one not in way.hit]
    # No figures: the lower one tells the cost, and replies go to shop pages.
    way.to(name, price, " ".join(SAID[one] for one in hit) or "Inside the limits.")


def _round(way: Walk, inputs: QuoteInputs, plan: Plan) -> None:
    drawn, currency = plan.replaced_by, inputs.product.currency
    applied = drawn.effect.charm if drawn and drawn.effect and not drawn.is_refused else None
    charm = applied if drawn else charm_of((*plan.choice.personal, *plan.choice.everybody))
    price = charmed(way.price, charm, currency)
    said = "Half up, once, to the smallest unit of the currency."
    if charm is not None:
        said += f" Then down to a price that ends in {charm}."
    way.to("rounding", Decimal(price), said)


def _names(rules: tuple[Named, ...], none: str) -> str:
    return ", ".join(f"“{rule.name}”" for _, rule in rules) + "." if rules else f"{none}."


def _moved(share: float, what: str, within: bool) -> str:
    if not within:
        return "No reduction with a range to move in."
    if not share:
        return f"The {what} moves nothing."
    return f"The {what} moves the reduction {share:.0%} of its range."


def _about_test(plan: Plan) -> str:
    drawn = plan.drawn
    if drawn is None:
        return "No price test for this customer."
    if drawn.is_holdout:
        return f"In the holdout of the price test “{drawn.name}”: what everybody pays."
    return f"In the control of the price test “{drawn.name}”: the price is as usual."
