"""What a discount in a Shopify shop would be, step by step; nobody is asked.

All that is made carries a tag that follows from the discount's id, or a code that does: doing it
again finds it. What a buyer reads is the merchant's title alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from kindred.errors import InvalidInput
from kindred.sources.shopify import values
from kindred.sources.shops.discount_words import off_words, on_words
from kindred.sources.shops.discounts import Discount, Step
from kindred.sources.shops.platform import Connection

_HUNDRED: Final = Decimal(100)
_MAX_CUSTOMERS: Final = 5_000


def tag_of(discount: Discount) -> str:
    """What marks all that belongs to a discount; the same for the same id."""
    return f"kindred-{_digest(discount.id)[:16].lower()}"


def code_of(discount: Discount, customer: str) -> str:
    """A customer's code: the same each time, and no use to anybody else."""
    return f"K{_digest(f'{discount.id} {customer}')[:12]}"


def _digest(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def check(connection: Connection, discount: Discount) -> None:
    def refuse(what: str, hint: str) -> InvalidInput:
        return InvalidInput(what, code="discount-unusable", hint=hint)

    if not discount.id or not discount.title.strip() or len(discount.title) > 255:
        raise refuse("A discount needs a title.", "Give one of at most 255 letters.")
    if not discount.customer_ids:
        raise refuse("Nobody would get this discount.", "Choose at least one customer.")
    if len(discount.customer_ids) > _MAX_CUSTOMERS:
        raise refuse("That is for too many at once.", f"Choose at most {_MAX_CUSTOMERS}.")
    for number in (*discount.customer_ids, *discount.product_ids):
        if not (number.isascii() and number.isdigit()):
            raise refuse("That isn't an id of this shop.", "Guests without an account have none.")
    if (discount.percent is None) == (discount.amount is None):
        raise refuse("Give a percentage or an amount.", "One of the two, not both.")
    if discount.percent is not None and not 0 < discount.percent <= _HUNDRED:
        raise refuse("That percentage isn't between 0 and 100.", "Give 15 for 15 % off.")
    if discount.amount is not None and not discount.amount > 0:
        raise refuse("The amount has to be above 0.", "Give what is taken off.")
    if discount.amount is not None and discount.currency not in (None, connection.currency):
        raise refuse(
            f"The shop's currency is {connection.currency}.", "Give the amount in that currency."
        )
    starts, ends = discount.starts_at, discount.ends_at
    if any(at is not None and at.tzinfo is None for at in (starts, ends)):
        raise refuse("A time needs its zone.", "Give it with its zone.")
    if starts is not None and ends is not None and ends <= starts:
        raise refuse("The discount ends before it starts.", "Choose a later end.")


def segment_steps(discount: Discount) -> Iterable[Step]:
    tag, many = tag_of(discount), len(discount.customer_ids)
    yield Step(
        f"Tag {many} customer{'s' * (many != 1)} with {tag}",
        "tagsAdd",
        {"customers": list(discount.customer_ids), "tag": tag},
    )
    yield Step(
        f"Make the segment “{segment_name(discount)}” of who has that tag",
        "segmentCreate",
        {"name": segment_name(discount), "query": segment_query(discount)},
    )
    yield Step(
        f"Make the automatic discount “{discount.title}” for it: "
        f"{off_words(discount)}{on_words(discount)}",
        "discountAutomaticBasicCreate",
        terms_of(discount, None),
    )


def code_steps(discount: Discount) -> Iterable[Step]:
    for customer in discount.customer_ids:
        code = code_of(discount, customer)
        yield Step(
            f"Make the code {code}, good once and for one customer: "
            f"{off_words(discount)}{on_words(discount)}",
            "discountCodeBasicCreate",
            {"customer": customer, **code_terms(discount, customer, None)},
        )


def draft_steps(discount: Discount) -> Iterable[Step]:
    if not discount.product_ids:
        raise InvalidInput(
            "A draft order needs to say which products it is for.",
            code="discount-unusable",
            hint="Choose at least one product.",
        )
    for customer in discount.customer_ids:
        yield Step(
            f"Make a draft order for one customer with {len(discount.product_ids)} product(s), "
            f"each {off_words(discount)}",
            "draftOrderCreate",
            {"customer": customer, "products": list(discount.product_ids)},
        )


def segment_name(discount: Discount) -> str:
    return f"{discount.title} ({tag_of(discount)})"


def segment_query(discount: Discount) -> str:
    return f"customer_tags CONTAINS '{tag_of(discount)}'"


def terms_of(discount: Discount, at: datetime | None) -> dict[str, Any]:
    """What a discount of either kind says. ``at``: now, where no start was given."""
    value: dict[str, Any]
    if discount.percent is not None:
        value = {"percentage": float(discount.percent / _HUNDRED)}
    else:
        value = {"discountAmount": {"amount": str(discount.amount), "appliesOnEachItem": False}}
    variants = [values.gid_of("ProductVariant", number) for number in discount.product_ids]
    what = {"products": {"productVariantsToAdd": variants}} if variants else {"all": True}
    terms: dict[str, Any] = {
        "title": discount.title,
        "tags": [tag_of(discount)],
        "customerGets": {"value": value, "items": what},
    }
    if (starts := discount.starts_at or at) is not None:
        terms["startsAt"] = _time(starts)
    if discount.ends_at is not None:
        terms["endsAt"] = _time(discount.ends_at)
    return terms


def code_terms(discount: Discount, customer: str, at: datetime | None) -> dict[str, Any]:
    return {
        **terms_of(discount, at),
        "code": code_of(discount, customer),
        "context": {"customers": {"add": [values.gid_of("Customer", customer)]}},
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
