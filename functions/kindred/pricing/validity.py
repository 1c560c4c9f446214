"""How long a quote holds, and its id: the same wherever the same is asked. Pure.

Time is cut into windows of `valid_minutes`, shifted for each customer, so that not all prices of a
shop expire at once. A window ends early where something that a price follows from changes with the
clock: a schedule, a test, a law, the age of a cost or of a competitor's price.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kindred.pricing.effects import stock_band
from kindred.pricing.jurisdictions import Law, is_switched_on, law_for, laws_of, table
from kindred.pricing.limits import aware, shifted
from kindred.pricing.payloads import Context, PriceTest, Product, Rule, Settings
from kindred.pricing.quotes import QuoteInputs, Shopper
from kindred.pricing.rules import in_scope
from kindred.pricing.schedules import next_change
from kindred.remembered import of_the_same
from kindred.wire import Payload

#: The stock counts by its band alone; an arm stays what it was, whatever the weights of the day.
_MAY_CHANGE: Mapping[type[Payload], set[str]] = {
    Product: {"stock"},
    PriceTest: {"weights", "weights_day"},
}
_MOMENT = timedelta(microseconds=1)
#: Part of every id: raised when quotes, or ids, come to be computed in another way.
VERSION = "3"


@dataclass(frozen=True)
class Window:
    """From when on, and until when, the same inputs give the same quote."""

    start: datetime
    end: datetime


def window(inputs: QuoteInputs, law: Law | None = None) -> Window:
    """The window that `now` lies in, cut short at the next change by the clock.

    ``law``: that of the inputs, where it is known already.
    """
    law = law or law_for(inputs.context, inputs.settings, inputs.now)
    whole = whole_window(inputs.shopper, inputs.settings, inputs.now)
    return Window(whole.start, first_change(inputs, law, whole.end) or whole.end)


def first_change(inputs: QuoteInputs, law: Law, before: datetime) -> datetime | None:
    """When something that the quote follows from changes next by the clock, if before then."""
    changes = (at for at in _changes(inputs, law, before) if inputs.now < at < before)
    return min(changes, default=None)


def quote_id(inputs: QuoteInputs, until: datetime | None = None) -> str:
    """The id of the quote that follows from ``inputs``: letters and digits, the same every time.

    `Earlier` is no part of it: what was quoted first in a window is the quote of that window.
    ``until``: the end of the window, where it is known already.
    """
    product, settings, end = inputs.product, inputs.settings, until or window(inputs).end
    parts = (
        VERSION,
        _of_product(product, inputs.product_id, inputs.rules, inputs.tests, settings),
        _of_context(inputs.context, settings),
        _of_customer(inputs.shopper),
        end.isoformat(),
    )
    return "q" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def running_tests(inputs: QuoteInputs) -> list[tuple[str, PriceTest]]:
    """Tests of the product that run now, the first by id first: that one counts."""
    return [
        (test_id, test)
        for test_id, test in tests_of(inputs.tests, inputs.product, inputs.product_id)
        if (test.starts is None or aware(test.starts, inputs.now) <= inputs.now)
        and (test.ends is None or inputs.now < aware(test.ends, inputs.now))
    ]


@of_the_same(2_000)
def tests_of(
    tests: Mapping[str, PriceTest], product: Product, product_id: str
) -> tuple[tuple[str, PriceTest], ...]:
    """Running tests about the product, whether or not it is their time."""
    names = {product_id, product.product_id}
    about = (
        (test_id, test)
        for test_id, test in tests.items()
        if test.status == "running"
        and test.source == product.source
        and not names.isdisjoint(test.products)
    )
    return tuple(sorted(about, key=lambda named: named[0]))


@of_the_same(64)  # a batch asks for one customer's many times
def whole_window(shopper: Shopper, settings: Settings, now: datetime) -> Window:
    """The customer's window that ``now`` lies in, whatever changes within it."""
    length = settings.valid_minutes * 60
    shift = int.from_bytes(_hash(shopper.customer_id)[:8], "big") % length
    seconds = int(now.timestamp())
    start = seconds - (seconds - shift) % length
    return Window(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(start + length, UTC))


def _changes(inputs: QuoteInputs, law: Law, until: datetime) -> Iterator[datetime]:
    """Moments at which something changes by the clock alone."""
    now, product, settings = inputs.now, inputs.product, inputs.settings
    for _, rule in in_scope(inputs.rules, product, inputs.product_id):
        change = next_change(rule.schedule, now, until)
        if change:
            yield change
    for _, test in tests_of(inputs.tests, product, inputs.product_id):
        yield from (aware(at, now) for at in (test.starts, test.ends) if at)
    if law.changes_at:
        yield law.changes_at
    if product.cost is not None and product.cost_at is not None:
        yield shifted(aware(product.cost_at, now), timedelta(days=settings.cost_days) + _MOMENT)
    for seen in product.competitors:
        at = aware(seen.seen_at, now)
        yield at
        yield shifted(at, timedelta(days=settings.competitor.fresh_days) + _MOMENT)


@of_the_same(2_000)
def _of_product(
    product: Product,
    product_id: str,
    rules: Mapping[str, Rule],
    tests: Mapping[str, PriceTest],
    settings: Settings,
) -> str:
    """What a quote follows from that is the same for every customer, as a hash."""
    return _hashed({
        "laws": table().version,
        "product_id": product_id,
        "product": _text(product),
        "stock": stock_band(product, settings),
        "rules": [
            (rule_id, _text(rule)) for rule_id, rule in in_scope(rules, product, product_id)
        ],
        # Without the weights of the day: what an arm was, it stays till a quote ends.
        "tests": [
            (test_id, _text(test)) for test_id, test in tests_of(tests, product, product_id)
        ],
        "settings": _text(settings),
    })  # fmt: skip


@of_the_same(256)
def _of_context(context: Context, settings: Settings) -> str:
    """A place without a law of its own is as any other: made-up ones make no new quotes."""
    return _hashed({
        "opted_out": context.opted_out,
        "laws": laws_of(context.country),
        "premiums": is_switched_on(context.country, settings),
    })  # fmt: skip


@of_the_same(256)
def _of_customer(shopper: Shopper) -> str:
    return _hashed([
        shopper.customer_id, shopper.run_id, shopper.segment_key, shopper.archetype,
        shopper.opted_out, dict(shopper.columns),
    ])  # fmt: skip


def _hashed(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@of_the_same(2_000)
def _text(document: Payload) -> str:
    """What a document says, as one text, without what may change while a quote holds."""
    says = document.model_dump(exclude=_MAY_CHANGE.get(type(document)))
    return json.dumps(says, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    """What JSON has no word for: moments and days as they are, anything else by its kind."""
    return value.isoformat() if isinstance(value, date) else type(value).__name__


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()
