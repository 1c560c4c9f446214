"""A quote from all that it follows from: the same inputs, the same quote. Pure.

The price for a stranger is worked out first, from what is equal for everybody. What is known of a
customer may then lower it; it is never above, but where a premium is allowed and applied.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kindred.pricing.arms import draw
from kindred.pricing.effects import is_raise
from kindred.pricing.gates import may_raise, why_impersonal, why_public
from kindred.pricing.jurisdictions import Law, disclosure_for, law_for
from kindred.pricing.quotes import Earlier, Quote, QuoteInputs
from kindred.pricing.reference_prices import Asked, former_prices
from kindred.pricing.rules import Choice, Chooser, choose, in_scope
from kindred.pricing.shoppers import history_share, kinds_of_data, mood_share
from kindred.pricing.steps import Plan, Walk, walk
from kindred.pricing.validity import Window, quote_id, window

__all__ = ["quote", "quote_id"]

#: Steps that follow from what is known of a customer, and the kind of data that each is about.
_PERSONAL = {
    "purchase_history": "purchase_history",
    "emotional_state": "mood",
    "experiment": "customer_id",
}
_BY_EARLIER = frozenset({"step", "cooldown", "quotes_per_day"})


def quote(inputs: QuoteInputs) -> Quote:
    """The price of a product for a customer at a moment, with every step to it."""
    law = law_for(inputs.context, inputs.settings, inputs.now)
    held = window(inputs, law)
    stopped = why_public(inputs)
    if stopped:
        way = Walk(Decimal(inputs.product.base_price))
        way.to("public_price", way.exact, stopped)
        plan = Plan(Choice(), held, stopped)
        return _quote(inputs, law, plan, way, everybody=way, sales=Choice())
    why = why_impersonal(inputs, law)
    stranger = _plan_for_strangers(inputs, held, why or "What everybody pays.")
    everybody = walk(inputs, stranger)
    plan = stranger if why else _plan_for_one(inputs, law, stranger, everybody.price)
    way = walk(inputs, plan) if plan is not stranger else everybody
    return _quote(inputs, law, plan, way, everybody=everybody, sales=stranger.choice)


def _plan_for_strangers(inputs: QuoteInputs, held: Window, why: str) -> Plan:
    """What is equal for everybody, and nothing else."""
    return Plan(choose(inputs, Chooser(personal=False, premiums=False)), held, why)


def _plan_for_one(inputs: QuoteInputs, law: Law, stranger: Plan, everybody: int) -> Plan:
    """What is known of the customer, and at most what everybody pays unless a premium applies."""
    premiums = may_raise(inputs, law)
    drawn = draw(inputs, premiums=premiums)
    if drawn and drawn.is_holdout:
        why = "In the holdout of a price test: nothing is personal."
        return replace(stranger, drawn=drawn, why_impersonal=why)
    plan = Plan(choose(inputs, Chooser(personal=True, premiums=premiums)), stranger.window)
    plan = _within(inputs, replace(plan, drawn=drawn), everybody)
    history = history_share(inputs.shopper, inputs.settings.evidence)
    mood = mood_share(inputs.shopper, inputs.settings.evidence)
    if not (history or mood) or plan.replaced_by:
        return plan
    # Evidence may choose another rule of a group, whose price is rounded or matched otherwise.
    without = walk(inputs, plan).price
    chooser = Chooser(personal=True, premiums=premiums, evidence=history + mood)
    moved = replace(plan, choice=choose(inputs, chooser), history=history, mood=mood, at_most={})
    moved = _within(inputs, moved, everybody)
    return replace(moved, at_most={**moved.at_most, "evidence": without})


def _within(inputs: QuoteInputs, plan: Plan, everybody: int) -> Plan:
    """At most what everybody pays, or what a premium that is allowed makes of that by itself.

    A rule that lowers some prices may shut out a sale, and a last quote may hold a price up: beside
    a premium that would be a raise which rests on something else.
    """
    if not _asks_more(inputs, plan):
        return replace(plan, at_most={"everybody": everybody})
    alone = Chooser(personal=True, premiums=True, reductions=False)
    by_itself = plan if plan.replaced_by else replace(plan, choice=choose(inputs, alone))
    most = walk(replace(inputs, earlier=Earlier()), by_itself).price
    return replace(plan, at_most={"premium": max(everybody, most)})


def _asks_more(inputs: QuoteInputs, plan: Plan) -> bool:
    """Whether a premium that is allowed is part of a plan."""
    public = inputs.product.base_price
    if plan.drawn and plan.drawn.effect:
        return is_raise(plan.drawn.effect, public) and not plan.drawn.is_refused
    return any(is_raise(rule.effect, public) for _, rule in plan.choice.personal)


def _quote(
    inputs: QuoteInputs, law: Law, plan: Plan, way: Walk, *, everybody: Walk, sales: Choice
) -> Quote:
    product, settings = inputs.product, inputs.settings
    kinds = _kinds(plan, way, everybody)
    personal = bool(kinds)
    raised = way.price > everybody.price
    former = former_prices(
        Asked(
            way.price,
            everybody.price,
            personal and way.price != everybody.price,
            tuple(rule for _, rule in sales.everybody),
            by_market=everybody.moved("stock", "competitor"),
        ),
        product,
        [rule for _, rule in in_scope(inputs.rules, product, inputs.product_id)],
        inputs.now,
        law.lowest_price,
    )
    applied = () if plan.replaced_by else (*plan.choice.personal, *plan.choice.everybody)
    return Quote(
        product_id=inputs.product_id,
        price=way.price,
        base_price=product.base_price,
        reference_price=former.reference,
        lowest_30d=former.lowest,
        currency=product.currency,
        tax_included=product.tax_included,
        factors=tuple(way.factors),
        rule_ids=tuple(rule_id for rule_id, _ in applied),
        limits_hit=tuple(way.hit),
        valid_until=plan.window.end,
        arm=plan.drawn.label if plan.drawn else None,
        propensity=plan.drawn.propensity if plan.drawn else None,
        personalized=personal,
        disclosure=disclosure_for(law, raised=raised) if personal else None,
        categories=tuple(sorted(kinds)),
        raised_by=settings.premiums.by if raised else None,
        impersonal=plan.why_impersonal is not None,
    )


def _kinds(plan: Plan, way: Walk, everybody: Walk) -> set[str]:
    """The kinds of personal data that moved the price, on whatever step; empty: none did."""
    if plan.why_impersonal:
        return set()
    kinds = {kind for step, kind in _PERSONAL.items() if way.moved(step)}
    if way.moved("segment_rule") or (way.price != everybody.price and not kinds):
        kinds.add("segment")
        kinds.update(*(kinds_of_data(rule.who) for _, rule in plan.choice.personal))
    if _BY_EARLIER & set(way.hit):
        kinds.add("earlier_quotes")
    return kinds
