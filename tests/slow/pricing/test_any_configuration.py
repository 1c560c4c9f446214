"""Whatever the documents say, a quote keeps its promises: 100,000 of them are looked at.

The oracle below is written anew, in whole numbers and fractions, and shares no code with what it
looks at: limits, laws and the reasons that keep personal data out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from kindred.pricing.payloads import Evidence
from kindred.pricing.quotes import STEPS, Earlier, Quote, QuoteInputs, Shopper
from kindred.pricing.quoting import quote, quote_id
from random_quotes import Shops

CONFIGURATIONS = 100_000
BATCHES = 10
CT_AND_MD = datetime(2026, 10, 1, 4, tzinfo=UTC)  # midnight there
READ_ABOUT = {"US-NY", "US-CT", "US-MD", "US", "DE", "PL", "ES", "IN"}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_quote_keeps_its_promises(batch: int) -> None:
    shops = Shops(seed=batch)
    seen: Counter[str] = Counter()
    for _ in range(CONFIGURATIONS // BATCHES):
        inputs = shops.inputs()
        given = quote(inputs)
        stranger = quote(replace(inputs, shopper=Shopper("stranger")))
        for broken in (
            broken_limits(inputs, given),
            broken_premiums(inputs, given, stranger),
            broken_evidence(inputs, given),
            broken_disclosure(inputs, given, stranger),
            broken_chain(given),
            broken_former_prices(given, stranger),
            broken_window(shops, inputs, given),
        ):
            assert broken is None, (broken, inputs, given)
        count(seen, inputs, given, stranger)
    for what in ("personal", "raised", "disclosed", "limited", "arms", "floor", "announced"):
        assert seen[what] > 5, (what, seen)


def broken_limits(inputs: QuoteInputs, given: Quote) -> str | None:
    """Below floor, cost or margin, or above the ceiling, where the public price itself isn't."""
    public, settings = given.base_price, inputs.settings
    if given.price > public and given.price * 100 > public * as_fraction(settings.ceiling):
        return "above the ceiling"
    if given.price >= public:
        return None
    if given.price * 100 < public * as_fraction(settings.floor):
        return "below the floor"
    cost = inputs.product.cost
    if cost is None:
        return None
    margin = as_fraction(settings.floor_margin)
    if cost and (given.price - cost) * 100 < margin * given.price:
        return "below cost or margin"
    moment = inputs.product.cost_at
    if moment is not None and inputs.now - moment > timedelta(days=settings.cost_days):
        return "lowered on a stale cost"
    return None


def broken_premiums(inputs: QuoteInputs, given: Quote, stranger: Quote) -> str | None:
    """More than a stranger pays, without all that a premium takes."""
    if keeps_data_out(inputs) and given.price != stranger.price:
        return "a price of its own for whom nothing personal counts"
    if given.price <= stranger.price:
        return None
    premiums = inputs.settings.premiums
    if not (premiums.enabled and premiums.by) or given.raised_by != premiums.by:
        return "raised while premiums are off"
    places = {inputs.context.country, inputs.settings.jurisdiction} - {None}
    if not places or not places <= READ_ABOUT:
        return "raised where the law is unknown"
    place = inputs.context.country or inputs.settings.jurisdiction
    listed = premiums.jurisdictions
    if listed is None and place != inputs.settings.jurisdiction:
        return "raised away from the merchant's own place"
    if listed is not None and {"ES": "EU"}.get(str(place), place) not in listed:
        return "raised where premiums aren't switched on"
    if places & {"US-NY", "US"}:
        return "raised where that is blocked"
    food = inputs.settings.sells_food and "US-MD" in places
    if inputs.now >= CT_AND_MD and ("US-CT" in places or food):
        return "raised after the law's first day"
    raising = [
        rule
        for rule_id, rule in inputs.rules.items()
        if rule_id in given.rule_ids and rule.effect.kind != "discount"
        if not rule.who.is_everybody or rule.who.definition is not None
    ]
    if given.arm is None and not raising:
        return "raised without a premium"
    if given.rule_ids and inputs.shopper.archetype in ("impulsive-emotional", "at-risk"):
        return "raised on temperament or churn"
    for rule in raising:
        asked = f"{rule.who.archetypes} {rule.who.rfm_groups} {rule.who.definition}"
        if any(word in asked for word in ("churn", "mood", "impulsive", "At risk")):
            return "raised on churn, feelings or temperament"
    return more_than_the_premium(inputs, given, stranger)


def more_than_the_premium(inputs: QuoteInputs, given: Quote, stranger: Quote) -> str | None:
    """More than without the rules that lower some prices, and without an earlier quote."""
    public = inputs.product.base_price
    kept = {
        rule_id: rule
        for rule_id, rule in inputs.rules.items()
        if (rule.who.is_everybody and rule.who.definition is None)
        or rule.effect.kind == "premium"
        or (rule.effect.price or 0) > public
    }
    alone = quote(replace(inputs, rules=kept, earlier=Earlier())).price
    return "raised by more than the premium" if given.price > max(alone, stranger.price) else None


def broken_former_prices(given: Quote, stranger: Quote) -> str | None:
    """A lowest price of one's own, or one that is above what everybody pays now."""
    if given.lowest_30d != stranger.lowest_30d:
        return "two lowest prices"
    if given.lowest_30d is None or given.lowest_30d > stranger.price:
        return "a lowest price above what everybody pays"
    if given.reference_price is not None and given.reference_price <= given.price:
        return "a reduction that is none"
    return None


def broken_evidence(inputs: QuoteInputs, given: Quote) -> str | None:
    """More than the same customer pays whose purchases and words aren't looked at."""
    if inputs.shopper.columns["churn"] != 0.9 and inputs.shopper.columns["mood"] != "anger":
        return None
    unseen = Evidence(purchase_history=False, emotional_state=False)
    without = replace(inputs, settings=inputs.settings.model_copy(update={"evidence": unseen}))
    return "raised by evidence" if given.price > quote(without).price else None


def broken_disclosure(inputs: QuoteInputs, given: Quote, stranger: Quote) -> str | None:
    if given.price != stranger.price and not given.personalized:
        return "a personal price that doesn't say so"
    if given.personalized != bool(given.disclosure and given.categories):
        return "a personal price without its disclosure, or the other way round"
    if given.disclosure and "US-NY" in (inputs.context.country, inputs.settings.jurisdiction):
        return None if "ALGORITHM" in given.disclosure.text else "not the text of New York"
    return None


def broken_chain(given: Quote) -> str | None:
    """Each step's base is the last one's result, the last result is the price."""
    at = given.base_price
    for factor in given.factors:
        if factor.base != at or factor.base + factor.effect != factor.result or not factor.reason:
            return f"the chain breaks at {factor.name}"
        at = factor.result
    if at != given.price:
        return "the chain ends elsewhere"
    if given.reference_price is not None and given.reference_price <= given.price:
        return "a reduction from no higher price"
    names = tuple(factor.name for factor in given.factors)
    return None if names in (STEPS, STEPS[:1]) else "steps are missing"


def broken_window(shops: Shops, inputs: QuoteInputs, given: Quote) -> str | None:
    """The same inputs, at any time until `valid_until`, have the same price and the same id."""
    left = given.valid_until - inputs.now
    if not timedelta(0) < left <= timedelta(minutes=inputs.settings.valid_minutes):
        return "a window of the wrong length"
    last = given.valid_until - timedelta(microseconds=1)
    at = shops.one(last, inputs.now + left * shops.chance.random())
    later = replace(inputs, now=at)
    again = quote(later)
    if (again.price, again.valid_until) != (given.price, given.valid_until):
        return f"another price at {at}"
    if quote_id(later) != quote_id(inputs):
        return f"another id at {at}"
    return None


def keeps_data_out(inputs: QuoteInputs) -> bool:
    """Whether nothing that is known of the customer may count."""
    settings, shopper = inputs.settings, inputs.shopper
    agreed = shopper.columns.get("consent")
    places = {inputs.context.country, settings.jurisdiction}
    return (
        settings.kill
        or inputs.product.source in settings.killed_sources
        or inputs.product.status == "paused"
        or inputs.context.opted_out
        or shopper.opted_out
        or agreed is False
        or shopper.segment_key is None
        or (settings.needs_consent and agreed is not True)
        or (inputs.now >= CT_AND_MD and bool(places & {"US-CT", "US"}))
    )


def as_fraction(percent: float) -> Fraction:
    """The percentage as it is written."""
    return Fraction(str(percent))


def count(seen: Counter[str], inputs: QuoteInputs, given: Quote, stranger: Quote) -> None:
    """What came up, so that the promises weren't kept by having nothing to do."""
    seen["personal"] += given.price < stranger.price
    seen["raised"] += given.price > stranger.price
    seen["disclosed"] += given.disclosure is not None
    seen["limited"] += bool(given.limits_hit)
    seen["arms"] += given.arm is not None
    seen["floor"] += "floor" in given.limits_hit
    seen["announced"] += given.reference_price is not None
