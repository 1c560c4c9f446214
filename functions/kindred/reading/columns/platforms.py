# ruff: noqa: E501
"""What the values can't tell about the exports of particular platforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap, Guess

#: Confidence, 0 to 1, of what a platform's own headers mean: only what the merchant said is surer.
_BY_PLATFORM: Final = 0.99


@dataclass(frozen=True)
class Platform:
    """An export that its headers give away, and what they mean there."""

    name: str
    signature: tuple[str, ...]  # all of them are present
    fields: tuple[tuple[str, str], ...] = ()  # role, header
    date_order: str | None = None  # of its numeric dates: dmy, mdy or ymd
    line_price: bool = False  # the price column is the line's, not the piece's
    currency: str | None = None  # of a platform that sells in one country


PLATFORMS: tuple[Platform, ...] = (
    Platform(
        "Shopify orders",
        ("Financial Status", "Lineitem quantity", "Lineitem price"),
        (("order_id", "Name"), ("name", "Billing Name"), ("order_date", "Created at"),
         ("status", "Financial Status"), ("cancelled_at", "Cancelled at"), ("discount", "Discount Amount")),
    ),
    Platform("WooCommerce orders", ("order_number", "order_date", "order_total", "billing_first_name", "line_item_1")),
    Platform("WooCommerce orders", ("Order Number", "Order Status", "First Name (Billing)", "Item Name", "Item Cost")),
    Platform("Amazon orders", ("amazon-order-id", "item-price", "quantity"), (("order_date", "purchase-date"), ("status", "order-status")), line_price=True),
    Platform("Amazon orders", ("order-id", "item-price", "quantity-purchased"), (("order_date", "purchase-date"),), line_price=True),
    Platform("Flipkart orders", ("Order State", "FSN", "SKU"), (("order_id", "Order Id"), ("status", "Order State")), currency="INR"),
    Platform("Flipkart orders", ("ORDER ITEM ID", "Order State", "Selling Price Per Item"), (("order_id", "Order Id"), ("status", "Order State")), currency="INR"),
    Platform("Meesho orders", ("Sub Order No", "Reason for Credit Entry"), (("status", "Reason for Credit Entry"),), currency="INR"),
    Platform("Etsy order items", ("Sale Date", "Item Name", "Listing ID", "Order ID"), (("order_id", "Order ID"),), "mdy"),
    Platform("Etsy orders", ("Sale Date", "Order ID", "Order Value"), (("order_id", "Order ID"),), "mdy"),
    Platform("PayPal", ("Gross", "Fee", "Net", "From Email Address", "Transaction ID"), (("amount", "Gross"), ("email", "From Email Address"), ("order_id", "Transaction ID"))),
    Platform("PayPal", ("Brutto", "Gebühr", "Netto", "Absender E-Mail-Adresse", "Transaktionscode"), (("amount", "Brutto"), ("email", "Absender E-Mail-Adresse"), ("order_id", "Transaktionscode"))),
    Platform("Square items", ("Net Sales", "Gross Sales", "Transaction ID"), (("order_id", "Transaction ID"), ("amount", "Net Sales"), ("subtotal", "Gross Sales"), ("status", "Event Type"))),
    Platform("eBay orders", ("Sales Record Number", "Order Number", "Sold For"), (("order_id", "Order Number"), ("unit_price", "Sold For"), ("order_date", "Sale Date"))),
    Platform("Judge.me reviews", ("body", "rating", "reviewer_email"), (("review_text", "body"), ("review_title", "title"))),
)  # fmt: skip


def recognise_platform(names: Sequence[str]) -> Platform | None:
    """The first platform whose signature the headers hold, or None."""
    present = {headers.key(name) for name in names}
    for platform in PLATFORMS:
        if all(headers.key(name) in present for name in platform.signature):
            return platform
    return None


def apply_platform(platform: Platform, mapping: ColumnMap) -> ColumnMap:
    """The mapping with the platform's own meanings; what the merchant gave stays."""
    places = {headers.key(name): i for i, name in reversed(list(enumerate(mapping.names)))}
    for role, wanted in platform.fields:
        if role in mapping.given:
            continue
        place = places.get(headers.key(wanted))
        if place is None:
            continue
        for other, guess in list(mapping.guesses.items()):
            if other != role and place in guess.columns and other not in mapping.given:
                mapping = mapping.without(other)
        mapping = mapping.with_(role, Guess((place,), _BY_PLATFORM))
    return mapping
