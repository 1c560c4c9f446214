"""Sums, times and texts as Amazon writes them, checked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from kindred.sources.shops.http import AnswerUnusable

_LONGEST: Final = 40  # characters of a sum or a time


def amount(value: object) -> Decimal | None:
    """The sum in ``{amount, currencyCode}`` or ``{currencyAmount, currencyCode}``; exact."""
    if not isinstance(value, dict):
        return None
    found = value.get("amount", value.get("currencyAmount"))
    return None if found is None else number(found)


def currency(value: object) -> str | None:
    """The currency of a sum."""
    code = value.get("currencyCode") if isinstance(value, dict) else None
    return code if isinstance(code, str) and len(code) == 3 and code.isalpha() else None


def number(value: object) -> Decimal:
    """A number, exact; `AnswerUnusable` for what is none."""
    try:
        found = Decimal(str(value)[:_LONGEST])
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise AnswerUnusable("Amazon wrote a sum that is no number.")
    return found


def moment(value: object) -> datetime:
    """A time, in UTC; `AnswerUnusable` for what is none."""
    try:
        found = datetime.fromisoformat(str(value)[:_LONGEST])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise AnswerUnusable("Amazon wrote a time that is none.") from None


def text(value: object) -> str | None:
    """A text with something in it; None otherwise."""
    return value.strip() or None if isinstance(value, str) else None


def needed(found: object, name: str) -> str:
    """The text under ``name``, which Amazon promises; `AnswerUnusable` where it isn't there."""
    value = text(found.get(name)) if isinstance(found, dict) else None
    if value is None:
        raise AnswerUnusable(f"Amazon left {name} out.")
    return value


def iso(at: datetime) -> str:
    """A time as Amazon reads it: UTC, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
