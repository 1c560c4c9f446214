"""Quotes that are worked out once for all customers who are alike to a product's price. Pure.

Of what is known of a customer a price asks little: the segment, a few of its names, what moves a
discount, and which definitions fit. Whoever has all of that in common is quoted the same, so only
the window and the id are each one's own. Where more counts (a price test, earlier quotes) nothing
is shared.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kindred.pricing.jurisdictions import law_for
from kindred.pricing.payloads import Evidence, Product, Rule
from kindred.pricing.quotes import Earlier, Quote, QuoteInputs, Shopper
from kindred.pricing.quoting import quote
from kindred.pricing.reference_prices import same_until
from kindred.pricing.rules import in_scope
from kindred.pricing.shoppers import fits, history_share, mood_share, what_it_lacks
from kindred.pricing.validity import first_change, tests_of, whole_window
from kindred.remembered import Remembered, of_the_same

#: As long as what quotes follow from is remembered; kept with it, as places in memory are compared.
_AGE: Final = timedelta(seconds=60)
_NOTHING: Final = Earlier()


@dataclass(frozen=True)
class Worked:
    """A quote, as it was worked out for the first of those who are alike."""

    inputs: QuoteInputs
    quote: Quote
    same_until: datetime  # till then it would be worked out as it was
    change: datetime | None = None  # the next one by the clock, which ends windows early

    def valid_until(self, shopper: Shopper, now: datetime) -> datetime:
        """When the window of one of them ends."""
        end = whole_window(shopper, self.inputs.settings, now).end
        return end if self.change is None else min(end, self.change)


_worked: Remembered[Hashable, Worked] = Remembered(2_000, _AGE)


def forget() -> None:
    """Forget all that was worked out."""
    _worked.forget()


def work_out(inputs: QuoteInputs) -> Worked:
    """The quote that follows from ``inputs``, but for its window, which is each customer's own."""
    product, id_ = inputs.product, inputs.product_id
    if inputs.earlier != _NOTHING or tests_of(inputs.tests, product, id_):
        one = quote(inputs)
        return Worked(inputs, one, inputs.now, one.valid_until)
    particular = _particular(inputs.rules, product, id_)
    key = (
        id(product), id_, id(inputs.rules), id(inputs.tests), id(inputs.settings),
        inputs.context.country, inputs.context.opted_out,
        _traits(inputs.shopper, inputs.settings.evidence),
        tuple([_fit(rule, inputs.shopper) for rule in particular]),
    )  # fmt: skip
    found = _worked.get(key, inputs.now)
    if found is None or inputs.now >= found.same_until:
        found = _worked.put(key, _work_out(inputs), inputs.now)
    return found


def _work_out(inputs: QuoteInputs) -> Worked:
    now, product = inputs.now, inputs.product
    law = law_for(inputs.context, inputs.settings, now)
    # As far as a window may reach that begins when this is forgotten.
    change = first_change(
        inputs, law, now + _AGE + timedelta(minutes=inputs.settings.valid_minutes)
    )
    rules = [rule for _, rule in in_scope(inputs.rules, product, inputs.product_id)]
    before = min(now + _AGE, change) if change else now + _AGE
    until = same_until(product, rules, now, law.lowest_price, before)
    return Worked(inputs, quote(inputs), until, change)


@of_the_same(2_000)
def _particular(rules: Mapping[str, Rule], product: Product, product_id: str) -> tuple[Rule, ...]:
    """Rules about a product that ask for more of a customer than their segment."""
    about = [rule for _, rule in in_scope(rules, product, product_id)]
    return tuple(rule for rule in about if rule.who.rfm_groups or rule.who.definition is not None)


@of_the_same(256)  # a batch asks for one customer's many times
def _traits(shopper: Shopper, evidence: Evidence) -> Hashable:
    """What a price asks of every customer."""
    return (
        shopper.run_id, shopper.segment_key, shopper.archetype, shopper.consent,
        shopper.opted_out, history_share(shopper, evidence), mood_share(shopper, evidence),
    )  # fmt: skip


def _fit(rule: Rule, shopper: Shopper) -> Hashable:
    return fits(rule.who, shopper), what_it_lacks(rule.who, shopper)
