"""The log of what everybody was asked for a product, written before a change is forgotten. Pure.

A change of a rule, of settings or of the product says what held before it. So each change closes
the time since the last one with the prices that were asked then, schedules, groups and limits as
they were, and opens the next. Since the last change everything is as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kindred.pricing.effects import stock_band
from kindred.pricing.gates import why_public
from kindred.pricing.limits import aware, shifted
from kindred.pricing.payloads import Product, PublicPrice, Rule, Settings
from kindred.pricing.public_prices import shortened
from kindred.pricing.quotes import QuoteInputs, Shopper
from kindred.pricing.reference_prices import public_spans
from kindred.pricing.rules import Chooser, choose, in_scope
from kindred.pricing.schedules import next_change
from kindred.pricing.steps import Plan, walk
from kindred.pricing.validity import Window

#: So far back the first entry of a log reaches: laws look at 30 days before a reduction.
FIRST: Final = timedelta(days=61)
_KEPT: Final = timedelta(days=400)
#: Moments of one stretch of time that are looked at, the last ones.
_MOST_MOMENTS: Final = 400
_STRETCH: Final = timedelta(days=2)
_MOMENT: Final = timedelta(microseconds=1)
_NOBODY: Final = Shopper("")

#: Fields of a product, and of settings, that say nothing of what everybody is asked.
OF_NO_MATTER: Final = frozenset({"name", "public_prices", "asked_prices", "asked_until"})
SETTINGS_THAT_MATTER: Final = (
    "kill", "killed_sources", "floor_margin", "floor", "ceiling", "cost_days", "stock",
    "competitor",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What the price that everybody is asked follows from, at one time."""

    product: Product
    rules: Mapping[str, Rule]
    settings: Settings


def is_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether documents of a product differ in more than its name and what servers write."""
    names = (before.keys() | after.keys()) - OF_NO_MATTER
    return any(before.get(name) != after.get(name) for name in names)


def moves(was: Product, is_: Product, settings: Settings) -> bool:
    """Whether a change may move what everybody is asked: a piece less on stock doesn't."""
    return _matter(was, settings) != _matter(is_, settings)


def _matter(product: Product, settings: Settings) -> tuple[object, ...]:
    fields = product.model_dump(exclude={*OF_NO_MATTER, "stock", "competitors"})
    others = product.competitors if settings.competitor.match else ()
    return fields, stock_band(product, settings), others


def after_change(
    product_id: str, before: Asking, after: Asking, at: datetime
) -> tuple[tuple[PublicPrice, ...], datetime] | None:
    """The log once ``before`` became ``after``, and until when it is whole; None if it is already.

    ``after.product`` has the log so far. Doing it twice changes nothing.
    """
    product = after.product
    log, until = product.asked_prices, product.asked_until
    if until is not None and aware(until, at) >= at:
        return None
    start = aware(until, at) if until is not None else _first(before.product, at)
    past = asked_between(product_id, before, start, at) if start < at else []
    now = PublicPrice(price=price_now(product_id, after, at), since=at, footing=product.footing)
    return _kept([*log, *past, now], at), at


def asked_between(
    product_id: str, asking: Asking, start: datetime, end: datetime
) -> list[PublicPrice]:
    """What everybody was asked in [start, end), from when on, as schedules and clocks moved it."""
    spans = public_spans(asking.product, end)
    found: list[PublicPrice] = []
    for at in _moments(product_id, asking, start, end):
        public = next((span.price for span in reversed(spans) if span.since <= at), None)
        then = asking
        if public is not None and public != asking.product.base_price:
            product = asking.product.model_copy(update={"base_price": public})
            then = Asking(product, asking.rules, asking.settings)
        price = price_now(product_id, then, at)
        if not found or found[-1].price != price:
            found.append(PublicPrice(price=price, since=at, footing=asking.product.footing))
    return found


def price_now(product_id: str, asking: Asking, at: datetime) -> int:
    """What everybody is asked at a moment: what a stranger pays, by whichever rules and limits."""
    inputs = QuoteInputs(product_id, asking.product, asking.rules, asking.settings, _NOBODY, at)
    if why_public(inputs):
        return asking.product.base_price
    choice = choose(inputs, Chooser(personal=False, premiums=False))
    return walk(inputs, Plan(choice, Window(at, at), "What everybody pays.")).price


def _first(product: Product, at: datetime) -> datetime:
    """From when on a log can be made up: the public prices before it have to be known."""
    spans = public_spans(product, at)
    return max(at - FIRST, spans[0].since) if spans else at


def _moments(product_id: str, asking: Asking, start: datetime, end: datetime) -> Sequence[datetime]:
    found = {start, *(at for at in _changes(product_id, asking, start, end) if start < at < end)}
    return sorted(found)[-_MOST_MOMENTS:]


def _changes(product_id: str, asking: Asking, start: datetime, end: datetime) -> Iterator[datetime]:
    product, settings = asking.product, asking.settings
    yield from (aware(one.since, end) for one in product.public_prices)
    for _, rule in in_scope(asking.rules, product, product_id):
        at, found = start, 0
        while at < end and found < _MOST_MOMENTS:
            until = min(at + _STRETCH, end)
            change = next_change(rule.schedule, at, until + _MOMENT)  # its end is one, too
            if change is not None:
                yield change
                found += 1
            at = change or until
    if product.cost_at is not None:
        yield shifted(aware(product.cost_at, end), timedelta(days=settings.cost_days) + _MOMENT)
    for seen in product.competitors:
        at = aware(seen.seen_at, end)
        yield at
        yield shifted(at, timedelta(days=settings.competitor.fresh_days) + _MOMENT)


def _kept(log: Sequence[PublicPrice], at: datetime) -> tuple[PublicPrice, ...]:
    """Without repetitions, and without what is older than 400 days."""
    ordered = sorted(log, key=lambda one: aware(one.since, at).astimezone(UTC))
    told = [
        one
        for i, one in enumerate(ordered)
        if i == 0 or (one.price, one.footing) != (ordered[i - 1].price, ordered[i - 1].footing)
    ]
    begin = at - _KEPT
    in_force = [one for one in told if aware(one.since, at) <= begin][-1:]
    return tuple(shortened([*in_force, *(one for one in told if aware(one.since, at) > begin)]))
