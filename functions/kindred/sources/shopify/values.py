"""Ids, times and sums as Shopify writes them, checked.

Ids are the numbers in its global ids, as webhooks have them. Money is the shop's (`shopMoney`),
never the buyer's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from kindred.sources.shops.http import AnswerUnusable

_GID: Final = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,20})(?:\?.*)?\Z")
ZERO: Final = Decimal(0)


def number_of(gid: object) -> str:
    """``123`` of ``gid://shopify/Order/123``. Raises `AnswerUnusable` for anything else."""
    found = _GID.match(gid) if isinstance(gid, str) else None
    if found is None:
        raise AnswerUnusable("Shopify sent an id that isn't one.", hint="We try again.")
    return found[1]


def gid_of(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}"


def time_of(value: object) -> datetime:
    """A time with its zone. Raises `AnswerUnusable` for none, or one without a zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise AnswerUnusable("Shopify sent a time that can't be read.", hint="We try again.")
    return at


def sum_of(nodes: Sequence[Mapping[str, Any]], field: str) -> Decimal:
    return sum((money(node.get(field)) or ZERO for node in nodes), ZERO)


def money(bag: Mapping[str, Any] | None) -> Decimal | None:
    return None if bag is None else decimal((bag.get("shopMoney") or {}).get("amount"))


def currency(bag: Mapping[str, Any] | None) -> str | None:
    return None if bag is None else (bag.get("shopMoney") or {}).get("currencyCode")


def decimal(value: object) -> Decimal | None:
    """An exact figure; None for none. Raises `AnswerUnusable` for what isn't one."""
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise AnswerUnusable("Shopify sent a figure that isn't one.", hint="We try again.")
    return number
