"""The history of a product's public price: what everybody was asked, from when on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kindred.pricing.payloads import PublicPrice

#: As many as a product may have.
MOST: Final = 400
_KEPT: Final = timedelta(days=400)


def after_change(
    history: Sequence[PublicPrice], price: int, at: datetime, footing: str | None = None
) -> tuple[PublicPrice, ...] | None:
    """The history once the public price is ``price``; None if it says so already.

    ``footing``: of the product; one that changed makes another price of the same amount.

    Older ones go after 400 days, but for the one that was in force when those days began.
    """
    ordered = sorted(history, key=lambda one: one.since)
    if ordered and ordered[-1].price == price and ordered[-1].footing in (None, footing):
        return None
    # An event may come late: a price never begins before the one that it follows.
    since = max(at, ordered[-1].since) if ordered else at
    longer = [*ordered, PublicPrice(price=price, since=since, footing=footing)]
    begin = since - _KEPT
    in_force = [one for one in longer if one.since <= begin][-1:]
    recent = [one for one in longer if one.since > begin]
    return tuple(shortened([*in_force, *recent]))


def shortened(history: list[PublicPrice]) -> list[PublicPrice]:
    """At most `MOST`: the oldest become one, the lowest of them, so that none is forgotten."""
    if len(history) <= MOST:
        return history
    oldest = history[: len(history) - MOST + 1]
    newest = [one for one in oldest if one.footing == oldest[-1].footing]
    lowest = min(newest, key=lambda one: one.price)
    return [lowest.model_copy(update={"since": oldest[0].since}), *history[len(oldest) :]]
