"""Shopify's objects as records; refunds are in `refunds`. Tax inside prices is taken off.

A gift card isn't goods: buying one is left out, or the money would count again when it is spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from kindred.sources.shopify.values import (
    ZERO,
    currency,
    decimal,
    money,
    number_of,
    sum_of,
    time_of,
)
from kindred.sources.shops.records import (
    CartRecord,
    CustomerRecord,
    Line,
    OrderRecord,
    Person,
    ProductRecord,
)


def customer_record(node: Mapping[str, Any]) -> CustomerRecord:
    mail = node.get("defaultEmailAddress") or {}
    address = node.get("defaultAddress") or {}
    state = mail.get("marketingState")
    attributes = {
        "tags": ", ".join(node.get("tags") or ()),
        "language": node.get("locale") or "",
        "account": str(node.get("state") or "").lower(),
    }
    return CustomerRecord(
        id=number_of(node.get("id")),
        updated_at=time_of(node.get("updatedAt")),
        created_at=time_of(node.get("createdAt")),
        person=Person(
            customer_id=number_of(node.get("id")),
            email=mail.get("emailAddress"),
            phone=(node.get("defaultPhoneNumber") or {}).get("phoneNumber"),
            name=_name(node) or address.get("name"),
            city=address.get("city"),
            country=address.get("countryCodeV2"),
        ),
        consent=None if state is None else state == "SUBSCRIBED",
        attributes={name: value for name, value in attributes.items() if value},
    )


def order_record(node: Mapping[str, Any]) -> OrderRecord:
    """An order with its lines; its refunds are records of their own."""
    with_tax = bool(node.get("taxesIncluded"))
    lines = node["lineItems"]["nodes"]
    cards = sum((_line(n, with_tax).amount for n in lines if n.get("isGiftCard")), ZERO)
    customer = node.get("customer") or {}
    address = node.get("displayAddress") or {}
    asked = money(node.get("totalPriceSet")) or ZERO
    for extra in ("totalTipReceivedSet", "originalTotalDutiesSet"):
        asked -= money(node.get(extra)) or ZERO
    return OrderRecord(
        id=number_of(node.get("id")),
        updated_at=time_of(node.get("updatedAt")),
        ordered_at=time_of(node.get("processedAt") or node.get("createdAt")),
        currency=node.get("currencyCode"),
        person=Person(
            customer_id=number_of(customer["id"]) if customer.get("id") else None,
            email=node.get("email"),
            phone=node.get("phone"),
            name=_name(customer) or address.get("name"),
            city=address.get("city"),
            country=address.get("countryCodeV2"),
        ),
        lines=tuple(_line(n, with_tax) for n in lines if not n.get("isGiftCard")),
        state=_order_state(node),
        number=node.get("name"),
        status=node.get("displayFinancialStatus"),
        channel=node.get("sourceName"),
        shipping=_shipping(node.get("shippingLine"), with_tax),
        total=asked - cards,
    )


def product_records(node: Mapping[str, Any], currency: str | None) -> list[ProductRecord]:
    """A record for each variant: that is what lines of orders name."""
    preview = (node.get("featuredMedia") or {}).get("preview") or {}
    product_changed = time_of(node.get("updatedAt"))
    records = []
    for variant in node["variants"]["nodes"]:
        title = variant.get("title")
        name = str(node.get("title") or "")
        cost = ((variant.get("inventoryItem") or {}).get("unitCost") or {}).get("amount")
        stock = variant.get("inventoryQuantity")
        records.append(
            ProductRecord(
                id=number_of(variant.get("id")),
                updated_at=max(product_changed, time_of(variant.get("updatedAt"))),
                # Shopify's name for the only variant of a product says nothing.
                name=name if title in (None, "Default Title") else f"{name} - {title}",
                category=_category(node),
                price=decimal(variant.get("price")),
                cost=decimal(cost),
                stock=decimal(stock),
                currency=currency,
                sku=variant.get("sku") or None,
                image=(preview.get("image") or {}).get("url"),
                url=node.get("onlineStoreUrl"),
                is_active=node.get("status") in ("ACTIVE", "UNLISTED"),
            )
        )
    return records


def cart_record(node: Mapping[str, Any]) -> CartRecord:
    """An abandoned checkout. Who it is, is known from its customer alone."""
    customer = node.get("customer") or {}
    address = node.get("billingAddress") or {}
    lines = node["lineItems"]["nodes"]
    variants = [number_of(n["variant"]["id"]) for n in lines if (n.get("variant") or {}).get("id")]
    return CartRecord(
        id=number_of(node.get("id")),
        updated_at=time_of(node.get("updatedAt")),
        left_at=time_of(node.get("createdAt")),
        person=Person(
            customer_id=number_of(customer["id"]) if customer.get("id") else None,
            email=(customer.get("defaultEmailAddress") or {}).get("emailAddress"),
            phone=(customer.get("defaultPhoneNumber") or {}).get("phoneNumber"),
            name=_name(customer) or address.get("name"),
            city=address.get("city"),
            country=address.get("countryCodeV2"),
        ),
        currency=currency(node.get("subtotalPriceSet")),
        value=money(node.get("subtotalPriceSet")),
        product_ids=tuple(dict.fromkeys(variants)),
        url=node.get("abandonedCheckoutUrl"),
        is_recovered=node.get("completedAt") is not None,
    )


def _order_state(node: Mapping[str, Any]) -> Literal["placed", "test", "cancelled"]:
    if node.get("test"):
        return "test"
    return "cancelled" if node.get("cancelledAt") else "placed"


def _line(node: Mapping[str, Any], with_tax: bool) -> Line:
    quantity = decimal(node.get("quantity")) or ZERO
    unit = money(node.get("originalUnitPriceSet")) or ZERO
    taxes = node.get("taxLines") or []
    tax = sum_of(taxes, "priceSet")
    discount = sum_of(node.get("discountAllocations") or [], "allocatedAmountSet")
    amount = unit * quantity - discount - (tax if with_tax else ZERO)
    product = node.get("product") or {}
    variant = node.get("variant") or {}
    return Line(
        id=number_of(node.get("id")),
        quantity=quantity,
        amount=amount,
        tax=tax,
        discount=discount,
        # With tax inside, its share in the price before discounts isn't told exactly.
        unit_price=None if with_tax and tax else unit,
        product_id=number_of(variant["id"]) if variant.get("id") else None,
        sku=node.get("sku") or None,
        name=node.get("name"),
        category=_category(product),
    )


def _shipping(node: Mapping[str, Any] | None, with_tax: bool) -> Decimal | None:
    if node is None:
        return None
    price = money(node.get("discountedPriceSet"))
    if price is None or not with_tax:
        return price
    return price - sum_of(node.get("taxLines") or [], "priceSet")


def _category(product: Mapping[str, Any]) -> str | None:
    return product.get("productType") or (product.get("category") or {}).get("name") or None


def _name(node: Mapping[str, Any]) -> str | None:
    parts = (node.get("firstName"), node.get("lastName"))
    return " ".join(part.strip() for part in parts if part and part.strip()) or None
