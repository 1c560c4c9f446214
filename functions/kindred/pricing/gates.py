"""What keeps a quote at the public price, or a customer's own data out of it. Pure.

A sentence each: it is shown among the factors.
"""

from __future__ import annotations

from kindred.pricing.jurisdictions import Law, is_switched_on
from kindred.pricing.limits import cost_is_stale
from kindred.pricing.payloads import Context, Settings
from kindred.pricing.quotes import QuoteInputs


def why_public(inputs: QuoteInputs) -> str | None:
    """Why nothing at all moves the price: the switch, a paused product, a cost too old."""
    product, settings = inputs.product, inputs.settings
    if settings.kill:
        return "Pricing is switched off: everybody pays the public price."
    if product.source in settings.killed_sources:
        return "Pricing is switched off for this source: everybody pays the public price."
    if product.status == "paused":
        return "This product is paused: everybody pays the public price."
    if cost_is_stale(product, settings, inputs.now):
        return f"The cost is older than {settings.cost_days} days: the public price stands."
    return None


def why_impersonal(inputs: QuoteInputs, law: Law) -> str | None:
    """Why nothing that is known of the customer is used; what is equal for everybody still is."""
    shopper = inputs.shopper
    if inputs.context.opted_out or shopper.opted_out:
        return "This customer asked for public prices."
    if shopper.consent is False:
        return "This customer's consent was withdrawn."
    if not shopper.is_known:
        return "This customer isn't known here, or there are no results yet."
    if inputs.settings.needs_consent and shopper.consent is not True:
        return "This customer hasn't agreed to personal prices."
    if law.blocks_prices:
        return f"The law doesn't allow personal prices here ({', '.join(law.jurisdictions)})."
    return None


def may_raise(inputs: QuoteInputs, law: Law) -> bool:
    """Whether a segment may be asked for more than others: on, there, by somebody, and lawful."""
    return why_no_premium(inputs.settings, inputs.context, law) is None


def why_no_premium(settings: Settings, context: Context, law: Law) -> str | None:
    """What keeps premiums from being asked of a shopper, as a part of a sentence."""
    premiums = settings.premiums
    if not premiums.enabled:
        return "premiums are switched off"
    if not (premiums.by and premiums.by.strip()):
        return "nobody answers for premiums by name"
    if not law.is_known:
        return "the law of the place isn't known"
    if law.blocks_raises:
        return f"the law doesn't allow premiums there ({', '.join(law.jurisdictions)})"
    if not is_switched_on(context.country, settings):
        return "premiums aren't switched on for the place"
    return None
