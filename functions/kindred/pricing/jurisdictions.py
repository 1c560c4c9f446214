"""What the law of a place says about personal prices, from a moment on: rows of data. Pure.

An engineer's reading, not advice. `jurisdictions.json` beside this module has the rows, each with
its first (and last) day there and its source; a law's first day is a row, not a release. A country
of the context and the merchant's own both count, and the stricter of them holds. A place without a
row is unknown; the country alone, where its states have rows, is as strict as all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from kindred.pricing.payloads import Context, Day, Settings, Word
from kindred.pricing.quotes import Disclosure
from kindred.pricing.schedules import zone_of
from kindred.remembered import of_the_same
from kindred.wire import Payload

UNKNOWN = "unknown"
EU = "EU"
Whom = Literal["nobody", "food", "everybody"]


class Blocks(Payload):
    """Whom a law forbids prices from personal data, and raises by them."""

    personal_prices: Whom
    personal_raises: Whom


class Text(Payload):
    """What has to stand next to a price: wherever it is personal, or only where it was raised."""

    id: Word
    version: Word
    when: Literal["personal", "raise"]
    prescribed: bool  # whether the law says these very words
    text: str


class LowestPrice(Payload):
    """From which days the lowest price counts, and whether reductions may grow step by step."""

    days: int = Field(ge=1, le=365)
    progressive: bool


class Row(Payload):
    """A law of one place, for as long as it holds."""

    jurisdiction: Word
    first_day: Day = Field(alias="from")
    last_day: Day | None = Field(alias="until")
    zone: Word
    blocks: Blocks
    disclosure: Text | None
    lowest_price: LowestPrice | None
    source: str

    def holds(self, now: datetime) -> bool:
        """Whether ``now`` is one of its days, there."""
        return self.first_moment <= now and (self.end is None or now < self.end)

    @cached_property
    def first_moment(self) -> datetime:
        return self._midnight(self.first_day)

    @cached_property
    def end(self) -> datetime | None:
        """The midnight after its last day."""
        return self._midnight(self.last_day + timedelta(days=1)) if self.last_day else None

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), zone_of(self.zone) or UTC).astimezone(UTC)


class Table(Payload):
    """The whole of what is known."""

    version: Word
    eu_members: tuple[Word, ...] = Field(strict=False)
    rows: tuple[Row, ...] = Field(strict=False)


@dataclass(frozen=True)
class Law:
    """What holds for a quote, the strictest of all rows that apply."""

    jurisdictions: tuple[str, ...]  # whose rows hold now, the shopper's first
    is_known: bool
    blocks_prices: bool
    blocks_raises: bool
    texts: tuple[tuple[str, Text], ...]  # by jurisdiction, the most demanding first
    lowest_price: LowestPrice | None
    changes_at: datetime | None  # the next moment at which any of this may change


@of_the_same(64)  # a batch asks for the same a hundred times
def law_for(context: Context, settings: Settings, now: datetime) -> Law:
    """The law for a shopper who is where ``context`` says, and a merchant who is where settings do.

    Both count; where neither is known, or has no row, the row of the unknown does.
    """
    places = [place for place in (context.country, settings.jurisdiction) if place]
    rows = [row for place in places for row in _rows_of(place)]
    held = [row for row in rows if row.holds(now)]
    is_known = bool(places) and all(
        any(row.holds(now) for row in _rows_of(place)) for place in places
    )
    if not is_known:
        held += [row for row in table().rows if row.jurisdiction == UNKNOWN]
    return Law(
        jurisdictions=tuple(dict.fromkeys(row.jurisdiction for row in held)),
        is_known=is_known,
        blocks_prices=any(_is_blocked(row.blocks.personal_prices, settings) for row in held),
        blocks_raises=any(_is_blocked(row.blocks.personal_raises, settings) for row in held),
        texts=_texts(held),
        lowest_price=_strictest(held),
        changes_at=_next_change(rows, now),
    )


def laws_of(country: str | None) -> tuple[str, ...]:
    """The places whose rows a shopper's country has; of a country without, the unknown one."""
    if country is None:
        return ()
    return tuple(sorted({row.jurisdiction for row in _rows_of(country)})) or (UNKNOWN,)


def is_switched_on(country: str | None, settings: Settings) -> bool:
    """Whether premiums are on where a shopper is; where that isn't said, at the merchant's.

    A place is switched on by its own code or its country's. The union's stands for those of its
    members that have no row of their own.
    """
    listed = settings.premiums.jurisdictions
    if listed is None:
        listed = (settings.jurisdiction,) if settings.jurisdiction else ()
    place = country or settings.jurisdiction
    if place is None:
        return False
    codes = {code.upper() for code in listed}
    place = place.upper()
    own = {place, place.split("-")[0]}
    if own & codes:
        return True
    has_row = any(row.jurisdiction in own for row in table().rows)
    return EU in codes and not has_row and bool(own & set(table().eu_members))


def disclosure_for(law: Law, *, raised: bool) -> Disclosure | None:
    """What has to stand next to a personal price, or None where nothing has to."""
    for place, text in law.texts:
        if text.when == "personal" or raised:
            return Disclosure(text.id, text.version, text.text, place)
    return None


@cache
def table() -> Table:
    """The rows, read once."""
    path = Path(__file__).with_name("jurisdictions.json")
    return Table.model_validate(json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1024)
def _rows_of(place: str) -> tuple[Row, ...]:
    """Every row about a place, whenever it holds: its own, its country's, its union's.

    A country without rows has those of all its states.
    """
    place = place.upper()
    country = place.split("-")[0]
    names = {place, country, EU} if country in table().eu_members else {place, country}
    own = tuple(row for row in table().rows if row.jurisdiction in names)
    if own:
        return own
    return tuple(row for row in table().rows if row.jurisdiction.startswith(f"{place}-"))


def _is_blocked(whom: Whom, settings: Settings) -> bool:
    return whom == "everybody" or (whom == "food" and settings.sells_food)


def _texts(held: Iterable[Row]) -> tuple[tuple[str, Text], ...]:
    """Words that a law prescribes come first, our own general ones last."""
    found = [(row.jurisdiction, row.disclosure) for row in held if row.disclosure]
    return tuple(sorted(found, key=lambda named: (not named[1].prescribed, named[0] == UNKNOWN)))


def _strictest(held: Iterable[Row]) -> LowestPrice | None:
    """The longest window; reductions may grow only where every own law lets them.

    A member state's row says what became of the union's option, so it comes before the union's.
    """
    rows = list(held)
    states = [row for row in rows if row.jurisdiction in table().eu_members]
    found = [
        row.lowest_price
        for row in rows
        if row.lowest_price and not (states and row.jurisdiction == EU)
    ]
    if not found:
        return None
    return LowestPrice(
        days=max(one.days for one in found), progressive=all(one.progressive for one in found)
    )


def _next_change(rows: Iterable[Row], now: datetime) -> datetime | None:
    moments = [at for row in rows for at in (row.first_moment, row.end) if at and at > now]
    return min(moments, default=None)
