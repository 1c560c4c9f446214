"""Which quotes were bought, and what of them came back, as far as order lines tell. Pure.

A line is put down to the last quote that its customer had for its product when it was ordered, or
to none where that one had ended for too long. A refund is put down to the quote of the order that
it names, else to the customer's last purchase of the product before it. Times of lines are the
shop's own clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kindred.pricing.redemptions import Outcome

#: An order may be placed with a price that a shop has kept in a cart.
GRACE: Final = timedelta(days=3)
#: For so long what was learned of a quote is looked at again: orders arrive late, goods come back.
LOOKED_AGAIN: Final = timedelta(days=60)


@dataclass(frozen=True)
class OpenQuote:
    """A quote, and whether what became of it is known."""

    id: str
    customer_id: str
    product_id: str  # as order lines have it
    created_at: datetime
    valid_until: datetime
    is_open: bool
    is_learned: bool = False  # what is known was learned from order lines
    bought: int = 0  # pieces, as far as is known


@dataclass(frozen=True)
class Line:
    """Pieces of a product that a customer ordered, or sent back (``is_refund``)."""

    customer_id: str
    product_id: str
    ordered_at: datetime  # naive, in the shop's clock
    has_time: bool
    quantity: float  # positive
    order_id: str | None = None
    amount: float | None = None  # of all pieces; positive
    is_refund: bool = False


@dataclass(frozen=True)
class _Purchase:
    """Pieces that were bought, by which quote; None: by none that is looked at."""

    at: datetime
    quote_id: str | None
    order_id: str | None
    pieces: float
    amount: float | None


def learn(
    quotes: Iterable[OpenQuote],
    lines: Iterable[Line],
    *,
    reaches: datetime | None,
    zone: str,
    now: datetime,
) -> dict[str, Outcome]:
    """What became of quotes, by their ids, as these lines alone tell it.

    Bought, with what came back; or not bought where an open quote's source has orders, the last of
    which was at ``reaches``, beyond the time in which it could have been. Of what the shop has told
    itself only refunds are learned. `redemptions.learned` puts it together with what is known.
    """
    clock = _zone(zone)
    by_pair: dict[tuple[str, str], list[OpenQuote]] = defaultdict(list)
    for quote in sorted(quotes, key=lambda one: one.created_at):
        by_pair[quote.customer_id, quote.product_id].append(quote)
    of_pair: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda one: one.ordered_at):
        of_pair[line.customer_id, line.product_id].append(line)
    learned: dict[str, Outcome] = {}
    for pair, given in by_pair.items():
        own = of_pair.get(pair, [])
        sold = [_purchase(given, line, clock) for line in own if not line.is_refund]
        bought = _added((one.quote_id, one.pieces) for one in sold)
        known = [_known(quote, clock) for quote in given if quote.bought]
        back = _added(_returned(line, sold, known) for line in own if line.is_refund)
        for quote in given:
            made = _outcome(quote, bought.get(quote.id), back.get(quote.id, 0.0), now)
            if made is not None:
                learned[quote.id] = made
            elif quote.is_open and reaches is not None and reaches > _last_chance(quote, clock):
                learned[quote.id] = Outcome("not_bought", 0, now, learned=True)
    return learned


def _outcome(quote: OpenQuote, sold: float | None, back: float, now: datetime) -> Outcome | None:
    """A quote that was bought, and what of it came back; None where these lines don't tell so."""
    told = not (quote.is_open or quote.is_learned)
    # A part of a piece, half a kilogram say, was bought too.
    pieces = max(1, round(sold)) if sold is not None and not told else quote.bought
    returned = min(pieces, int(back + 0.5))
    if not pieces or (not returned and (told or sold is None)):
        return None
    bought = Outcome("bought", pieces, now, learned=True)
    return replace(bought, state="refunded", refunded=returned) if returned else bought


def _purchase(given: Sequence[OpenQuote], line: Line, clock: ZoneInfo) -> _Purchase:
    quote = _asked_before(given, line, clock)
    id_ = quote.id if quote else None
    return _Purchase(line.ordered_at, id_, line.order_id, line.quantity, line.amount)


def _known(quote: OpenQuote, clock: ZoneInfo) -> _Purchase:
    """A purchase that is known already; its line may be in no table any more."""
    at = _on(clock, quote.created_at)
    return _Purchase(at, quote.id, None, float(quote.bought), None)


def _returned(
    line: Line, sold: Sequence[_Purchase], known: Sequence[_Purchase]
) -> tuple[str | None, float]:
    """Of which quote pieces came back, and how many. Money alone is no piece."""
    same = [one for one in sold if one.order_id is not None and one.order_id == line.order_id]
    if not same:
        end = line.ordered_at if line.has_time else line.ordered_at + timedelta(days=1)
        before = [one for one in (*known, *sold) if one.at <= end]
        same = [max(before, key=lambda one: (one.at, one.quote_id is not None))] if before else []
    if not same:
        return None, 0.0
    of_quote = next((one for one in same if one.quote_id is not None), same[0])
    paid = sum(one.amount or 0.0 for one in same)
    if line.amount is None or not paid or any(one.amount is None for one in same):
        return of_quote.quote_id, line.quantity
    pieces = sum(one.pieces for one in same)
    return of_quote.quote_id, min(line.quantity, pieces * line.amount / paid)


def _added(parts: Iterable[tuple[str | None, float]]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for id_, pieces in parts:
        if id_ is not None:
            sums[id_] += pieces
    return sums


def _asked_before(given: Sequence[OpenQuote], line: Line, clock: ZoneInfo) -> OpenQuote | None:
    """The last quote before a line, if it still held or had ended lately."""
    before = None
    for quote in given:
        # Many shops write times by the minute.
        asked_at = _on(clock, quote.created_at).replace(second=0, microsecond=0)
        if not line.has_time:  # it may have been any time of that day
            asked_at = asked_at.replace(hour=0, minute=0)
        if asked_at > line.ordered_at:
            break
        before = quote
    return before if before and line.ordered_at <= _last_chance(before, clock) else None


def _last_chance(quote: OpenQuote, clock: ZoneInfo) -> datetime:
    return _on(clock, quote.valid_until) + GRACE


def _on(clock: ZoneInfo, moment: datetime) -> datetime:
    """A moment as the shop's clock shows it."""
    return moment.astimezone(clock).replace(tzinfo=None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
