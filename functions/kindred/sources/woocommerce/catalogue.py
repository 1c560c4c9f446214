"""Customers, products with their variations, and reviews of WooCommerce as records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Final

from kindred.sources.shops.fields import Fields
from kindred.sources.shops.records import CustomerRecord, Person, ProductRecord, ReviewRecord
from kindred.sources.woocommerce.mapping import changed_at, made_at, person_of

#: Roles of people who work on the site. They are customers only once they have bought.
_STAFF: Final = frozenset({"administrator", "author", "contributor", "editor", "shop_manager"})


def is_customer(given: Fields) -> bool:
    return given.text("role", 60) not in _STAFF or given.of.get("is_paying_customer") is True


def customer_of(given: Fields, zone: tzinfo = UTC) -> CustomerRecord:
    """A customer with an account; the account's own name and address before the billed ones."""
    billed = person_of(given.part("billing"))
    names = (given.label("first_name"), given.label("last_name"))
    role = given.text("role", 60)
    return CustomerRecord(
        id=given.needed_id(),
        updated_at=changed_at(given, zone),
        person=Person(
            customer_id=given.needed_id(),
            email=given.text("email") or billed.email,
            phone=billed.phone,
            name=" ".join(filter(None, names)) or billed.name,
            city=billed.city,
            country=billed.country,
        ),
        created_at=made_at(given, zone),
        attributes={"role": role} if role else {},
    )


def products_of(
    given: Fields, variations: Iterable[Fields], currency: str | None, zone: tzinfo = UTC
) -> Sequence[ProductRecord]:
    """A product, and each of its variations, which have ids of their own in order lines."""
    if given.text("status", 40) == "trash":
        gone = ProductRecord(
            id=given.needed_id(), updated_at=changed_at(given, zone), is_deleted=True
        )
        return [gone]
    parent = _product(given, currency, zone)
    return [parent, *(_variation(one, given, parent, zone) for one in variations)]


def _product(given: Fields, currency: str | None, zone: tzinfo) -> ProductRecord:
    categories = given.parts("categories")
    images = given.parts("images")
    return ProductRecord(
        id=given.needed_id(),
        updated_at=changed_at(given, zone),
        name=given.label("name"),
        category=categories[0].label("name") if categories else None,
        price=given.number("price"),
        stock=given.number("stock_quantity"),
        currency=currency,
        sku=given.text("sku", 100),
        image=images[0].url("src") if images else None,
        url=given.url("permalink"),
        is_active=given.text("status", 40) == "publish",
    )


def _variation(given: Fields, of: Fields, parent: ProductRecord, zone: tzinfo) -> ProductRecord:
    options = [one.label("option") for one in given.parts("attributes")]
    name = " – ".join(filter(None, (parent.name, ", ".join(filter(None, options)))))
    return ProductRecord(
        id=given.needed_id(),
        # A parent that changes its name changes that of its variations.
        updated_at=max(changed_at(given, zone), changed_at(of, zone)),
        name=name or None,
        category=parent.category,
        price=given.number("price"),
        stock=given.number("stock_quantity"),
        currency=parent.currency,
        sku=given.text("sku", 100),
        image=given.part("image").url("src") or parent.image,
        url=given.url("permalink") or parent.url,
        is_active=parent.is_active and given.text("status", 40) == "publish",
    )


def review_of(given: Fields, zone: tzinfo = UTC) -> ReviewRecord:
    """A review. A shop knows its writer by address only; 0 stars are none."""
    rating = given.number("rating")
    return ReviewRecord(
        id=given.needed_id(),
        updated_at=changed_at(given, zone),
        said_at=made_at(given, zone),
        person=Person(email=given.text("reviewer_email"), name=given.label("reviewer")),
        product_id=given.id("product_id"),
        text=given.prose("review"),
        rating=rating or None,
        is_shown=given.text("status", 40) == "approved",
    )
