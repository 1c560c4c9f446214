"""What a price test makes of a quote. Pure.

An arm with an effect takes the place of everything that would have moved the public price; the
control has everything as usual; the holdout pays what a stranger pays. An arm follows from the
customer's id, so it is a personal price: it is disclosed, and while premiums aren't allowed an arm
that asks for more stays at the public price.
"""

from __future__ import annotations

from dataclasses import dataclass

from kindred.pricing.effects import is_raise
from kindred.pricing.experiments.assignment import assign
from kindred.pricing.payloads import Effect
from kindred.pricing.quotes import QuoteInputs
from kindred.pricing.validity import running_tests


@dataclass(frozen=True)
class Drawn:
    """The arm that a customer got, with the chance of it."""

    label: str  # `{testId}:{armId}`, or `{testId}:holdout`
    name: str  # of the test
    effect: Effect | None
    propensity: float
    is_holdout: bool
    is_refused: bool = False  # it asks for more than is allowed


def draw(inputs: QuoteInputs, *, premiums: bool) -> Drawn | None:
    """The arm of the customer in the first running test of the product; None without a test."""
    running = running_tests(inputs)
    if not running:
        return None
    test_id, test = running[0]
    given = assign(test, inputs.shopper.customer_id)
    if given.arm is None:
        return Drawn(f"{test_id}:holdout", test.name, None, given.propensity, is_holdout=True)
    effect = given.arm.effect
    refused = effect is not None and is_raise(effect, inputs.product.base_price) and not premiums
    label = f"{test_id}:{given.arm.id}"
    return Drawn(label, test.name, effect, given.propensity, is_holdout=False, is_refused=refused)
