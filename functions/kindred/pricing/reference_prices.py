"""Which former price may be struck through, and the lowest that everybody was asked. Pure.

A reduction is announced against the lowest public price of the days before it and against nothing
higher (Directive 98/6/EC art. 6a, C-330/23). What everybody was asked is logged with every change
(`asked_prices`); before that log, and since the last change, sales for everybody count as public
prices of their days. Where the law has such a rule and the prices of those days aren't known,
nothing is announced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from kindred.pricing.jurisdictions import LowestPrice
from kindred.pricing.limits import aware, shifted
from kindred.pricing.payloads import Product, PublicPrice, Rule
from kindred.pricing.rules import began, is_sale, sale_price
from kindred.pricing.schedules import zone_of

USUAL_DAYS: Final = 30
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """A price that everybody was asked, from a moment to another; None: still."""

    price: int
    since: datetime
    until: datetime | None = None

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether it was asked at any time of [start, end)."""
        return self.since < end and (self.until is None or self.until > start)


@dataclass(frozen=True)
class Asked:
    """What a quote asks, and why that is what it is."""

    price: int
    everybody: int  # what a stranger pays now
    personal: bool
    sales: tuple[Rule, ...] = ()  # for everybody, that were applied
    by_market: bool = False  # stock or competitors moved it


@dataclass(frozen=True)
class Former:
    """What may be said of former prices beside a quote."""

    reference: int | None  # may be struck through; None: announce no reduction
    lowest: int  # that everybody was asked in the last 30 days (or as many as the law says), or is


def former_prices(
    asked: Asked, product: Product, rules: Iterable[Rule], now: datetime, law: LowestPrice | None
) -> Former:
    """``rules`` are the active ones about the product, whether they hold now or not."""
    days = timedelta(days=law.days if law else USUAL_DAYS)
    public = product.base_price
    spans, log = public_spans(product, now), logged_spans(product, now)
    own = [rule for rule in asked.sales if _is_whole(rule) and not asked.personal]
    sales = [(rule, span) for rule in rules if (span := _sale_span(rule, product, now))]
    others = [span for rule, span in sales if rule not in own]
    past = [*log, *_not_logged([*spans, *others], log)]
    everything = [*past, *_not_logged([span for _, span in sales], log)]
    lowest = min(asked.everybody, _lowest(everything, now - days, now, public))
    reduced_at = now if asked.personal else _reduced_at(asked, public, spans, now, law)
    if reduced_at is None:
        return Former(None, lowest)
    if asked.sales and not asked.personal:
        reduced_at = _applied(reduced_at, log, asked.everybody, public, law)
    start = shifted(reduced_at, -days)
    if law and spans[0].since > start:
        return Former(None, lowest)
    prior = _lowest(past, start, reduced_at, public)
    if asked.price < public:  # it may have been cut while the sale went on
        prior = min(prior, _lowest(spans, reduced_at, now, public))
    reference = min(prior, asked.everybody) if asked.personal else prior
    return Former(reference if reference > asked.price else None, lowest)


def same_until(
    product: Product,
    rules: Iterable[Rule],
    now: datetime,
    law: LowestPrice | None,
    before: datetime,
) -> datetime:
    """Until when, ``before`` at most, the clock alone changes nothing about former prices.

    A price begins, ends, or leaves the days that count. A log that goes on grows with the clock.
    """
    days = timedelta(days=law.days if law else USUAL_DAYS)
    ends = [aware(one.since, now) for one in (*product.public_prices, *product.asked_prices)]
    if product.asked_until:
        ends.append(aware(product.asked_until, now))
        if ends[-1] > now:
            return now
    for rule in rules:
        if is_sale(rule, product.base_price, product.currency):
            ends += [at for at in (began(rule), _last_moment(rule)) if at]
    edges = [shifted(at, by) for at in ends for by in (timedelta(), days)]
    # Of spans some include their ends, and a log ends a moment later.
    moments = (shifted(at, _MOMENT * n) for at in edges for n in (0, 1, 2))
    return min((at for at in moments if now < at < before), default=before)


def logged_spans(product: Product, now: datetime) -> list[Span]:
    """What everybody was asked, as far as it was logged; none after the last change."""
    if product.asked_until is None or not product.asked_prices:
        return []
    until = min(aware(product.asked_until, now), now)
    told = sorted(product.asked_prices, key=lambda one: (aware(one.since, now), one.price))
    told = _comparable([one for one in told if aware(one.since, now) <= until], product)
    steps = [(aware(one.since, now), one.price) for one in told]
    if not steps:
        return []
    ends = [*(since for since, _ in steps[1:]), until + _MOMENT]  # the last change's own moment
    return [Span(price, since, end) for (since, price), end in zip(steps, ends, strict=True)]


def _not_logged(spans: Iterable[Span], log: Sequence[Span]) -> Iterator[Span]:
    """The parts of spans that lie before a log began, or after it ended."""
    if not log:
        yield from spans
        return
    begin, end = log[0].since, log[-1].until
    for span in spans:
        if span.since < begin:
            yield Span(span.price, span.since, min(span.until or begin, begin))
        if end is not None and (span.until is None or span.until > end):
            yield Span(span.price, max(span.since, end), span.until)


def _applied(
    since: datetime, log: Sequence[Span], everybody: int, public: int, law: LowestPrice | None
) -> datetime:
    """When a sale was really applied: a rule may have been switched on after its first day.

    The last stretch of the log without a break below the public price; of one price, or, where the
    law lets reductions grow, without a rise.
    """
    grows = law is not None and law.progressive
    later = everybody
    applied = log[-1].until if log else None
    for span in reversed(log):
        if span.price >= public or (span.price < later if grows else span.price != later):
            break
        applied, later = span.since, span.price
    return since if applied is None else max(since, applied)


def public_spans(product: Product, now: datetime) -> list[Span]:
    """Public prices one after the other; the last is the base price, as of when it came.

    Prices of the future are ignored; of two of one moment, the one that is written last counts.
    """
    known: dict[datetime, PublicPrice] = {}
    for public in product.public_prices:
        since = aware(public.since, now)
        if since <= now:
            known[since] = public
    told = _comparable([one for _, one in sorted(known.items())], product)
    steps = [(aware(one.since, now), one.price) for one in told]
    if not steps or steps[-1][1] != product.base_price:
        steps.append((now, product.base_price))
    spans = [Span(price, since, until) for (since, price), (until, _) in pairwise(steps)]
    return [*spans, Span(steps[-1][1], steps[-1][0])]


def _comparable(told: list[PublicPrice], product: Product) -> list[PublicPrice]:
    """What came after the last amount in another currency, or of another footing as to tax."""
    others = [i for i, one in enumerate(told) if not product.is_comparable(one)]
    return told[others[-1] + 1 :] if others else told


def _lowest(spans: Iterable[Span], start: datetime, end: datetime, otherwise: int) -> int:
    return min((span.price for span in spans if span.meets(start, end)), default=otherwise)


def _sale_span(rule: Rule, product: Product, now: datetime) -> Span | None:
    """The days of a sale as a price that everybody was asked; hours and weekdays are left aside."""
    if not is_sale(rule, product.base_price, product.currency):
        return None
    start = began(rule) or datetime.min.replace(tzinfo=UTC)
    if start > now:
        return None
    price = sale_price(rule, product.base_price, product.currency)
    return Span(price, start, _ended(rule, now))


def _ended(rule: Rule, now: datetime) -> datetime | None:
    """The midnight after a rule's last day, where that is past."""
    end = _last_moment(rule)
    return None if end is None or now < end else end


def _last_moment(rule: Rule) -> datetime | None:
    """The midnight after a rule's last day, in its zone."""
    zone, last = zone_of(rule.schedule.zone), rule.schedule.ends
    if last is None or zone is None or last == date.max:
        return None
    return datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)


def _is_whole(rule: Rule) -> bool:
    """Whether a rule has run without a break since a first day that is known."""
    schedule = rule.schedule
    hours = schedule.from_hour is not None or schedule.to_hour is not None
    return began(rule) is not None and not hours and not schedule.weekdays


def _reduced_at(
    asked: Asked, public: int, spans: Sequence[Span], now: datetime, law: LowestPrice | None
) -> datetime | None:
    """When a price for everybody became lower than before; None where there is no such moment.

    That is the first day of a sale, or when the public price went down lately. What stock and
    competitors do comes and goes, so it isn't announced.
    """
    progressive = law is not None and law.progressive
    if asked.price >= public:
        steps = _steps_down(spans, now, timedelta(days=law.days if law else USUAL_DAYS))
        return None if not steps or asked.price > public else steps[0 if progressive else -1]
    starts = [began(rule) for rule in asked.sales if _is_whole(rule)]
    known = [start for start in starts if start]
    if asked.by_market or not known or len(known) < len(asked.sales):
        return None
    return min(known) if progressive or len(known) == 1 else None


def _steps_down(spans: Sequence[Span], now: datetime, days: timedelta) -> list[datetime]:
    """When the public price went down, step by step, the last within ``days``, to today's.

    A rise, or steps further apart than that, begin something new.
    """
    steps: list[datetime] = []
    for before, after in reversed(list(pairwise(spans))):
        later = steps[0] if steps else now
        if after.price >= before.price or after.since < shifted(later, -days):
            break
        steps.insert(0, after.since)
    return steps
