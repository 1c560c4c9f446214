"""Which rules hold for a product, a customer and a moment, and which of them are applied. Pure.

The order is the same everywhere: the highest priority first, then the rule's id. Rules of a group
are compared by what they make of the public price, as it would be asked, with its charming digits,
whichever step of a quote they belong to, so that a customer's own
rule and a sale for everybody in one group don't add up unless the group says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from kindred.pricing.effects import apply, is_raise
from kindred.pricing.payloads import Product, Rule
from kindred.pricing.quotes import QuoteInputs
from kindred.pricing.rounding import charmed, nearest
from kindred.pricing.schedules import holds, is_always, zone_of
from kindred.pricing.shoppers import fits, is_for_everybody, may_raise_for, what_it_lacks
from kindred.remembered import of_the_same

Named = tuple[str, Rule]


#: Rules that are left out, and are told in a quote; a reply has to stay small.
_TOLD: Final = 10


@dataclass(frozen=True)
class Choice:
    """The rules that are applied, step by step, and why others are not."""

    personal: tuple[Named, ...] = ()
    everybody: tuple[Named, ...] = ()
    left_out: tuple[str, ...] = ()  # sentences


@dataclass(frozen=True)
class Chooser:
    """What a choice follows from, beside the quote's inputs."""

    personal: bool  # whether rules for some are asked at all
    premiums: bool  # whether they may ask for more than the public price
    reductions: bool = True  # whether they may ask for less
    evidence: float = 0.0  # how far up its range a discount goes


def choose(inputs: QuoteInputs, chooser: Chooser) -> Choice:
    """The rules that a quote applies."""
    held, left_out = _held(inputs, chooser)
    exclusive = next((named for named in held if named[1].exclusive), None)
    held = [exclusive] if exclusive else held
    chosen = _of_groups(held, inputs.product, chooser.evidence)
    return Choice(
        tuple(named for named in chosen if not is_for_everybody(named[1].who)),
        tuple(named for named in chosen if is_for_everybody(named[1].who)),
        tuple(left_out[:_TOLD]),
    )


@of_the_same(1_000)
def in_scope(rules: Mapping[str, Rule], product: Product, product_id: str) -> tuple[Named, ...]:
    """Active rules of the product's source that are about it, in the order that decides ties."""
    about = [
        (rule_id, rule)
        for rule_id, rule in rules.items()
        if rule.active
        and (rule.source.kind, rule.source.id) == (product.source.kind, product.source.id)
        and _covers(rule, product, product_id)
    ]
    return tuple(sorted(about, key=lambda named: (-named[1].priority, named[0])))


def run(rules: tuple[Named, ...], price: Decimal, public: int, evidence: float = 0.0) -> Decimal:
    """``price`` after each rule, each on the result of the one before."""
    for _, rule in rules:
        price = apply(rule.effect, price, public, evidence)
    return price


def charm_of(rules: tuple[Named, ...]) -> int | None:
    """The last digits that the last of the rules asks for."""
    return next(
        (rule.effect.charm for _, rule in reversed(rules) if rule.effect.charm is not None), None
    )


def _held(inputs: QuoteInputs, chooser: Chooser) -> tuple[list[Named], list[str]]:
    held: list[Named] = []
    left_out: list[str] = []
    for named in in_scope(inputs.rules, inputs.product, inputs.product_id):
        why = _why_not(named[1], inputs, chooser)
        if why is None:
            held.append(named)
        elif why:
            left_out.append(f"“{named[1].name}” is left out: {why}.")
    return held, left_out


def _why_not(rule: Rule, inputs: QuoteInputs, chooser: Chooser) -> str | None:
    """None: the rule holds. A sentence: what keeps it from ever holding. Empty: just not now."""
    if not is_always(rule.schedule):
        if zone_of(rule.schedule.zone) is None:
            return "its time zone doesn't exist"
        if not holds(rule.schedule, inputs.now):
            return ""
    if is_for_everybody(rule.who):
        return None
    if not chooser.personal:
        return ""
    if not fits(rule.who, inputs.shopper):
        return what_it_lacks(rule.who, inputs.shopper) or ""
    if not is_raise(rule.effect, inputs.product.base_price):
        return None if chooser.reductions else ""
    if not chooser.premiums:
        return "it asks some customers for more than others, which isn't allowed here"
    if not may_raise_for(rule.who, inputs.shopper):
        return "a premium never rests on churn, feelings or temperament"
    return None


def _covers(rule: Rule, product: Product, product_id: str) -> bool:
    scope = rule.scope
    if not (scope.products or scope.categories):
        return True
    return (
        product_id in scope.products
        or product.product_id in scope.products
        or product.category in scope.categories
    )


def _of_groups(held: list[Named], product: Product, evidence: float) -> list[Named]:
    """What each group takes, groups by name; a group's mode is that of its first rule."""
    groups: dict[str, list[Named]] = {}
    for named in held:
        groups.setdefault(named[1].group.name, []).append(named)
    chosen: list[Named] = []
    for name in sorted(groups):
        chosen += _of_group(groups[name], product, evidence)
    return chosen


def _of_group(rules: list[Named], product: Product, evidence: float) -> list[Named]:
    def price(named: Named) -> tuple[int, Decimal]:
        """As it would be asked; of two that are asked alike, what they are before rounding."""
        public, effect = product.base_price, named[1].effect
        exact = apply(effect, Decimal(public), public, evidence)
        return charmed(nearest(exact), effect.charm, product.currency), exact

    match rules[0][1].group.mode:
        case "stackable":
            return rules
        case "first":
            return rules[:1]
        case "lowest":
            return [min(rules, key=price)]
        case "highest":
            return [max(rules, key=price)]


def sale_price(rule: Rule, public: int, currency: str) -> int:
    """What everybody is asked by one rule alone."""
    exact = apply(rule.effect, Decimal(public), public)
    return charmed(nearest(exact), rule.effect.charm, currency)


def is_sale(rule: Rule, public: int, currency: str) -> bool:
    """Whether a rule lowers everybody's price."""
    return is_for_everybody(rule.who) and sale_price(rule, public, currency) < public


def began(rule: Rule) -> datetime | None:
    """When the days of a rule began, in its zone; None where it has no first day."""
    zone = zone_of(rule.schedule.zone)
    if rule.schedule.starts is None or zone is None:
        return None
    return datetime.combine(rule.schedule.starts, datetime.min.time(), zone)
