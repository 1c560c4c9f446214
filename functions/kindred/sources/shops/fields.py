"""Reads single fields of what a shop answers: exact, bounded, and refused where they are nonsense.

A field that is missing or empty is None. One that is there and can't be read stops the sync: an
order that was quietly left out would be money that nobody misses.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.records import Record

R = TypeVar("R", bound=Record)

MAX_NAME: Final = 300
MAX_TEXT: Final = 20_000
_TOO_LARGE: Final = Decimal(10) ** 12
_TAGS: Final = re.compile(r"<[^<>]{0,500}>")
_BREAKS: Final = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,100}>", re.IGNORECASE)


@dataclass(frozen=True)
class Fields:
    """The fields of one JSON object; ``what`` names it in errors, such as ``order 13``."""

    of: Mapping[str, Any]
    what: str

    @classmethod
    def read(cls, value: Any, what: str) -> Fields:
        """Raises `AnswerUnusable` where ``value`` is no object."""
        if not isinstance(value, Mapping):
            raise _unreadable(what, "its contents")
        return cls(value, what)

    def has(self, name: str) -> bool:
        """Whether there is anything in it; 0 and false are something."""
        return self.of.get(name) not in (None, "", [], {})

    def text(self, name: str, limit: int = MAX_NAME) -> str | None:
        """Trimmed and cut at ``limit``; a number as it is written."""
        value = self.of.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        return str(value).replace("\x00", "").strip()[:limit].strip() or None

    def prose(self, name: str, limit: int = MAX_TEXT) -> str | None:
        """Text out of HTML: without tags, with its entities read."""
        found = self.text(name, 2 * limit)
        if found is None:
            return None
        plain = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", found)))
        return "\n".join(filter(None, (" ".join(line.split()) for line in plain.splitlines())))[
            :limit
        ] or None  # fmt: skip

    def label(self, name: str) -> str | None:
        """A name as people read it, on one line: shops store them with entities."""
        found = self.prose(name, MAX_NAME)
        return " ".join(found.split()) if found else None

    def id(self, name: str) -> str | None:
        """An id as text; 0 stands for none."""
        found = self.text(name, 100)
        return None if found in (None, "0") else found

    def needed_id(self, name: str = "id") -> str:
        found = self.id(name)
        if found is None:
            raise _unreadable(self.what, name)
        return found

    def number(self, name: str) -> Decimal | None:
        """An exact figure; raises `AnswerUnusable` for what is none, or larger than any shop's."""
        value = self.of.get(name)
        if value is None or value == "" or isinstance(value, bool):
            return None
        try:
            found = Decimal(str(value).strip())
        except InvalidOperation:
            raise _unreadable(self.what, name) from None
        if not found.is_finite() or abs(found) >= _TOO_LARGE:
            raise _unreadable(self.what, name)
        return found

    def amount(self, name: str) -> Decimal:
        """A figure; nothing is 0."""
        return self.number(name) or Decimal(0)

    def time(self, name: str, zone: tzinfo = UTC) -> datetime | None:
        """A moment in UTC; ``zone`` is what a time without one is in."""
        value = self.of.get(name)
        if value in (None, "", "0000-00-00 00:00:00", "0000-00-00T00:00:00"):
            return None
        try:
            found = datetime.fromisoformat(str(value))
            known = found if found.tzinfo else found.replace(tzinfo=zone)
            return known.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _unreadable(self.what, name) from None

    def url(self, name: str) -> str | None:
        """A web address; anything else, such as ``javascript:``, is none."""
        found = self.text(name, 2_000)
        return found if found and re.match(r"https?://[^\s<>\"']+\Z", found) else None

    def part(self, name: str) -> Fields:
        """An object inside; an empty one where there is none (PHP writes those as lists)."""
        value = self.of.get(name)
        return Fields(value if isinstance(value, Mapping) else {}, self.what)

    def parts(self, name: str) -> Sequence[Fields]:
        """The objects of a list inside."""
        value = self.of.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise _unreadable(self.what, name)
        return [Fields.read(part, self.what) for part in value]

    def country(self, name: str) -> str | None:
        found = (self.text(name) or "").upper()
        return found if re.fullmatch(r"[A-Z]{2}", found) else None


def records(rows: Iterable[Any], made: Callable[[Any], R | None], whose: str) -> list[R]:
    """What objects say; `AnswerUnusable` where one has another shape than its platform promises.

    ``whose``: the platform's name.
    """
    with promised_shape(whose):
        return [record for record in map(made, rows) if record is not None]


@contextmanager
def promised_shape(whose: str) -> Iterator[None]:
    """Reading of an answer that may have any shape: raises `AnswerUnusable` where it is odd."""
    try:
        yield
    except (AttributeError, TypeError, KeyError):
        raise AnswerUnusable(f"{whose}'s answer has another shape than it promises.") from None


def _unreadable(what: str, field: str) -> AnswerUnusable:
    return AnswerUnusable(
        f"The shop's answer can't be read: {field} of {what}.",
        code="shop-field-unreadable",
        hint="Open it in the shop and save it again; a plugin may have changed its fields.",
    )
