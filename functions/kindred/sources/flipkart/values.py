"""Sums, times and texts as Flipkart writes them, checked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from kindred.sources.shops.http import AnswerUnusable

ZONE: Final = "Asia/Kolkata"
CURRENCY: Final = "INR"
_LONGEST: Final = 40  # characters of a sum or a time


def number(value: object) -> Decimal | None:
    """A number, exact; None for nothing, `AnswerUnusable` for what is none."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value)[:_LONGEST])
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise AnswerUnusable("Flipkart wrote a sum that is no number.")
    return found


def moment(value: object) -> datetime:
    """A time, in UTC; one without a zone is India's. `AnswerUnusable` for what is none."""
    try:
        found = datetime.fromisoformat(str(value)[:_LONGEST])
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise AnswerUnusable("Flipkart wrote a time that is none.") from None


def text(value: object) -> str | None:
    """A text with something in it; None otherwise."""
    return value.strip() or None if isinstance(value, str) else None


def needed(found: object, name: str) -> str:
    """The text under ``name``, which Flipkart promises; `AnswerUnusable` where it isn't there."""
    value = text(found.get(name)) if isinstance(found, dict) else None
    if value is None:
        raise AnswerUnusable(f"Flipkart left {name} out.")
    return value


def objects(found: object, name: str) -> list[dict[str, Any]]:
    """The list of objects under ``name``; `AnswerUnusable` where it is anything else."""
    rows = found.get(name) if isinstance(found, dict) else None
    if isinstance(rows, dict):
        rows = [rows]  # the documentation of listings shows the only one without its list
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerUnusable(f"Flipkart's answer has no {name}.")
    return rows


def iso(at: datetime) -> str:
    """A time as Flipkart reads it: UTC, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
