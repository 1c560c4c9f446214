"""Customers and products of Magento as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kindred.sources.magento.mapping import changed_at, name_of
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.records import CustomerRecord, Person, ProductRecord


def customer_of(given: Fields) -> CustomerRecord:
    number = given.needed_id()
    given = Fields(given.of, f"customer {number}")
    addresses = given.parts("addresses")
    billing = next((one for one in addresses if one.of.get("default_billing") is True), None)
    address = billing or (addresses[0] if addresses else Fields({}, given.what))
    subscribed = given.part("extension_attributes").of.get("is_subscribed")
    group = given.text("group_id", 20)
    return CustomerRecord(
        id=number,
        updated_at=changed_at(given),
        person=Person(
            customer_id=number,
            email=given.text("email"),
            phone=address.text("telephone", 40),
            name=name_of(given),
            city=address.label("city"),
            country=address.country("country_id"),
        ),
        created_at=given.time("created_at"),
        consent=subscribed if isinstance(subscribed, bool) else None,
        attributes={"group": group} if group else {},
    )


def attributes_of(given: Fields) -> Mapping[str, Any]:
    """A product's own attributes, which Magento lists as pairs."""
    return {
        one.text("attribute_code", 100) or "": one.of.get("value")
        for one in given.parts("custom_attributes")
    }


def category_ids(given: Fields) -> list[str]:
    """Ids of a product's categories; the last one is the most special."""
    found = attributes_of(given).get("category_ids")
    ids = found if isinstance(found, list) else []
    return [str(one) for one in ids if str(one).isascii() and str(one).isdigit()]


def product_of(
    given: Fields, categories: Mapping[str, str], *, shop: str, currency: str | None
) -> ProductRecord:
    """A product; a variant is one of its own. ``categories``: their names by id."""
    number = given.needed_id()
    given = Fields(given.of, f"product {number}")
    more = Fields(attributes_of(given), given.what)
    names = [categories[one] for one in category_ids(given) if one in categories]
    key, image = more.text("url_key", 300), more.text("image", 500)
    stock = given.part("extension_attributes").part("stock_item")
    return ProductRecord(
        id=number,
        updated_at=changed_at(given),
        name=given.label("name"),
        category=names[-1] if names else None,
        price=given.number("price"),
        cost=more.number("cost"),
        stock=stock.number("qty"),
        currency=currency,
        sku=given.text("sku", 100),
        image=f"{shop}/media/catalog/product{image}" if image and image.startswith("/") else None,
        url=f"{shop}/{key}.html" if key else None,
        is_active=given.text("status", 2) == "1",
    )


def names_of(categories: Iterable[Fields]) -> Mapping[str, str]:
    return {
        one.needed_id(): name for one in categories if (name := one.label("name")) is not None
    }  # fmt: skip
