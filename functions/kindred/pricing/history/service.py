"""Use cases of the price history: learn from orders what became of quotes."""

from __future__ import annotations

from collections.abc import Collection
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


def knows_customers(source: Source) -> bool:
    """Whether anything is kept that names a source's customers."""
    return store.has_quotes(source) or pricing_store.has_opt_outs(source)


def forget_customers(source: Source, customer_ids: Collection[str]) -> int:
    """Remove what is kept of customers who have to be forgotten: quotes, opt-outs; how many quotes.

    Doing it twice changes nothing.
    """
    pricing_store.forget_opt_outs(source, customer_ids)
    return store.delete_quotes_of(source, customer_ids)


def _quotes(source: Source, now: datetime) -> list[OpenQuote]:
    first = store.oldest_open(source)
    opened = store.list_quotes(source, first) if first else []
    lately = now - LOOKED_AGAIN
    if first is not None and first <= lately:
        return opened
    return [*store.list_settled(source, lately, first), *opened]
