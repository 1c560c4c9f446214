"""Use cases of the price history: learn from orders what became of quotes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.history import store
from kindred.pricing.history.learning import LOOKED_AGAIN, OpenQuote, learn


def learn_outcomes(source: Source, orders: Path, *, now: datetime) -> int:
    """Keep which quotes of a source order lines show as bought, or not, or sent back; how many.

    ``orders`` are the source's own, or those of a later version of it. Looked at are open quotes,
    and what was quoted in the last 60 days. Doing it twice changes nothing.
    """
    quotes = _quotes(source, now)
    if not quotes:
        return 0
    lines = store.read_lines(orders, {quote.customer_id for quote in quotes})
    reaches = store.last_ordered(orders)
    zone = pricing_store.load_configuration(source).settings.zone
    learned = learn(quotes, lines, reaches=reaches, zone=zone, now=now)
    return store.save_learned(source.uid, learned)


def _quotes(source: Source, now: datetime) -> list[OpenQuote]:
    first = store.oldest_open(source)
    opened = store.list_quotes(source, first) if first else []
    lately = now - LOOKED_AGAIN
    if first is not None and first <= lately:
        return opened
    return [*store.list_settled(source, lately, first), *opened]
