"""What platforms tell of a shop, in one shape: records, each of one object and one moment of it.

A platform's folder makes them of what it receives; `parts` writes them as Parquet; `merging` makes
the canonical tables of them. Ids are the platform's own, as text. Times know their zone. Money is
exact, in the record's ``currency``. What a platform doesn't say is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Record:
    """One object of a shop as it was at ``updated_at``; of two with one id the later one counts."""

    id: str
    updated_at: datetime
    is_deleted: bool = False  # it is gone, or must be: the rest of the record is empty


@dataclass(frozen=True)
class Person:
    """Who bought or wrote, as far as the object itself says."""

    customer_id: str | None = None  # the platform's; None for guests
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    city: str | None = None
    country: str | None = None  # ISO 3166-1, two letters


@dataclass(frozen=True, kw_only=True)
class CustomerRecord(Record):
    person: Person = Person()
    created_at: datetime | None = None
    consent: bool | None = None  # to marketing by mail
    attributes: Mapping[str, str] = field(default_factory=dict)  # tags, groups, language …


@dataclass(frozen=True, kw_only=True)
class AliasRecord(Record):
    """Two customers are one: ``id`` is who is no more, ``kept_id`` who goes on. Can be undone."""

    kept_id: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of an order: goods only. ``amount``: after discounts, without tax."""

    id: str
    quantity: Decimal
    amount: Decimal
    tax: Decimal | None = None
    discount: Decimal | None = None  # what was taken off, positive
    unit_price: Decimal | None = None  # before discounts, without tax
    product_id: str | None = None
    sku: str | None = None
    name: str | None = None
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderRecord(Record):
    ordered_at: datetime | None = None
    currency: str | None = None  # the shop's own, not the buyer's
    person: Person = Person()
    lines: tuple[Line, ...] = ()
    #: draft: not an order yet; test: never one; cancelled: no money is left.
    state: Literal["placed", "draft", "test", "cancelled"] = "placed"
    number: str | None = None  # as the merchant knows it
    status: str | None = None  # in the platform's own word
    channel: str | None = None
    shipping: Decimal | None = None  # without tax
    total: Decimal | None = None  # all that was asked for, to check the lines by


@dataclass(frozen=True)
class RefundedLine:
    """Goods that were taken back, all figures positive; ``line_id`` as in the order."""

    line_id: str | None
    quantity: Decimal
    amount: Decimal  # without tax
    tax: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RefundRecord(Record):
    """Money that went back for an order: a ledger of its own."""

    order_id: str = ""
    refunded_at: datetime | None = None
    currency: str | None = None
    #: Only what is done counts: pending money is still the shop's.
    state: Literal["done", "pending", "failed"] = "done"
    lines: tuple[RefundedLine, ...] = ()
    #: What went back for no line in particular, goods only and without tax, positive.
    other: Decimal = Decimal(0)
    shipping: Decimal | None = None
    reason: str | None = None
    note: str | None = field(default=None, repr=False)  # in the buyer's words


@dataclass(frozen=True, kw_only=True)
class ProductRecord(Record):
    """What can be bought: one record for each variant that has an id of its own in order lines."""

    name: str | None = None
    category: str | None = None
    price: Decimal | None = None
    cost: Decimal | None = None
    stock: Decimal | None = None
    currency: str | None = None
    sku: str | None = None
    image: str | None = None
    url: str | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class ReviewRecord(Record):
    said_at: datetime | None = None
    person: Person = Person()
    product_id: str | None = None
    title: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    rating: Decimal | None = None
    is_shown: bool = True  # spam and what waits for approval don't count


@dataclass(frozen=True, kw_only=True)
class CartRecord(Record):
    """A cart or checkout that was left; one that became an order is no longer one."""

    left_at: datetime | None = None
    person: Person = Person()
    currency: str | None = None
    value: Decimal | None = None
    product_ids: tuple[str, ...] = ()
    url: str | None = field(default=None, repr=False)  # where the buyer can go on
    is_recovered: bool = False


#: A table of parts for each kind of record, by the name of its folder.
TABLES: Mapping[str, type[Record]] = {
    "customers": CustomerRecord,
    "aliases": AliasRecord,
    "orders": OrderRecord,
    "refunds": RefundRecord,
    "products": ProductRecord,
    "reviews": ReviewRecord,
    "carts": CartRecord,
}
