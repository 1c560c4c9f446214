"""What a discount will do in a shop, and what taking it back will, in words. Pure.

No customer and no code is named: every member reads these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kindred.sources.shops.discounts import Discount, Plan

_UNDO: Final[Mapping[str, str]] = {
    "segment": "The automatic discount and the segment are deleted, and the tag is taken back.",
    "codes": "The codes are deleted. Orders that were placed with them stay as they are.",
    "draft_order": "The draft orders are deleted. One that was paid is an order, and stays.",
    "coupons": "The coupons are deleted. Orders that were placed with them stay as they are.",
}


def say_plan(plan: Plan) -> tuple[str, ...]:
    """The steps of a plan, those of single customers as one."""
    discount, many = plan.discount, len(plan.steps)
    off = f"{off_words(discount)}{on_words(discount)}"
    match plan.way:
        case "segment":
            return tuple(f"{step.what}." for step in plan.steps)
        case "codes":
            return (f"Make {_many(many, 'code')}, each good once and for one customer: {off}.",)
        case "draft_order":
            drafts = _many(many, "draft order")
            return (f"Make {drafts}, one for each customer, at lowered prices: {off}.",)
        case "coupons":
            coupons = _many(many, "coupon")
            return (f"Make {coupons}, each good once and for one e-mail address: {off}.",)


def say_undo(way: str) -> str:
    """What taking it back will do."""
    return _UNDO[way]


def off_words(discount: Discount) -> str:
    """How much is taken off."""
    if discount.percent is not None:
        return f"{discount.percent.normalize():f} % off"
    return f"{discount.amount} {discount.currency or ''}".strip() + " off"


def on_words(discount: Discount) -> str:
    """On what, as it follows how much."""
    many = len(discount.product_ids)
    return f" on {_many(many, 'product')}" if many else " everything"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
