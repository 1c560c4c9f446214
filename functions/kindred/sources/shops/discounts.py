"""What a platform lets Kindred do to a price: planned, shown, confirmed, done, undone.

A `Platform` brings data and nothing else; this is a class of its own in the same folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, Protocol

from kindred.errors import InvalidInput
from kindred.sources.shops.platform import Connection

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client


@dataclass(frozen=True)
class Discount:
    """What a merchant wants to give: ``percent`` or ``amount`` off, to whom, on what, until when.

    ``id`` is the caller's: a repetition with it makes no second discount.
    """

    id: str
    title: str
    customer_ids: Sequence[str]  # the platform's
    percent: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    product_ids: Sequence[str] = ()  # empty: everything
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    emails: Mapping[str, str] = field(default_factory=dict, repr=False)  # by customer


@dataclass(frozen=True)
class Step:
    """One thing that will be done in the shop, in words a merchant understands."""

    what: str
    operation: str
    arguments: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class Plan:
    """All that a discount will do in a shop; nothing has been done yet."""

    discount: Discount
    way: Literal["segment", "codes", "draft_order", "coupons"]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Done:
    """What was made, by the platform's ids, for `undo`; ``codes`` by customer.

    What is one customer's has the customer's id after a slash (``code/17``); what has no slash is
    the whole discount's.
    """

    discount_id: str
    made: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict, repr=False)


def unnamed(kind: str, id_: str) -> str:
    """The name in `Done` of what was made for somebody who had to be forgotten."""
    return f"{kind}/~{hashlib.sha256(id_.encode()).hexdigest()[:12]}"


class Discounts(Protocol):
    """What one platform can do."""

    def plan(self, connection: Connection, discount: Discount, way: str) -> Plan:
        """What would be done; asks nobody. Raises `InvalidInput` for what the shop can't."""
        ...

    def apply(
        self, connection: Connection, client: Client, plan: Plan, before: Mapping[str, str]
    ) -> Done:
        """Do it. Again with the same plan: finds what is there already.

        ``before``: what is the whole discount's and was made for others of its customers; it isn't
        looked for, since a shop's search knows of it only later.
        """
        ...

    def marks(self, discount: Discount, way: str) -> Mapping[str, str]:
        """By what the shop will know each customer's, where that isn't the customer; asks nobody.

        Kept before anything is made, so that `find` needs nobody's id.
        """
        ...

    def find(
        self,
        connection: Connection,
        client: Client,
        discount: Discount,
        way: str,
        strays: Collection[str] = (),
    ) -> Done:
        """What there is of it, for `undo`, where `apply` was cut off and nobody noted what it made.

        It may name what was never made, which is fine to undo. ``strays``: marks of those whose ids
        were forgotten meanwhile; what is theirs is named without them.
        """
        ...

    def undo(self, connection: Connection, client: Client, done: Done) -> None:
        """Take it back; what is gone already is fine."""
        ...


def _shopify() -> Discounts:
    from kindred.sources.shopify.discounts import ShopifyDiscounts

    return ShopifyDiscounts()


def _woocommerce() -> Discounts:
    from kindred.sources.woocommerce.discounts import WooCommerceDiscounts

    return WooCommerceDiscounts()


#: A platform's discounts are imported when the first one is asked for.
DISCOUNTS: Final[dict[str, Callable[[], Discounts]]] = {
    "shopify": _shopify,
    "woocommerce": _woocommerce,
}


def discounts_of(kind: str) -> Discounts:
    """The discounts of a kind of source; raises `InvalidInput` for platforms that have none."""
    make = DISCOUNTS.get(kind)
    if make is None:
        raise InvalidInput(
            "This platform lets us give no discounts.",
            code="no-discounts",
            hint="Make it in the shop's own admin.",
        )
    return make()
