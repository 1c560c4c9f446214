"""The canonical tables: what every source is read into, whatever its file or shop looked like.

A source writes them as Parquet; everything after reads only them. Money is exact decimals in the
source's one ``currency``; a refund has a negative ``amount`` and a cancelled line none, so that
sums are net. Times are naive, in the shop's own clock. A column that a source can't fill is NULL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Goes up with every change of a column. Stored tables of another version are read again.
SCHEMA_VERSION: Final = 2

#: Finer than a minor unit: the price of one piece (0.0125) and a line's share of the shipping often
#: are. `totals` rounds sums to the minor unit once; rounding every line would lose money.
MONEY: Final = "DECIMAL(20, 4)"


@dataclass(frozen=True)
class Column:
    """One column: its type as DuckDB names it, what its values count, and what they say."""

    type: str
    unit: str
    meaning: str


def _text(meaning: str, unit: str = "") -> Column:
    return Column("VARCHAR", unit, meaning)


def _money(meaning: str) -> Column:
    return Column(MONEY, "currency", meaning)


def _time(meaning: str) -> Column:
    return Column("TIMESTAMP", "shop's clock", meaning)


def _score(meaning: str, unit: str = "0 to 1") -> Column:
    return Column("DOUBLE", unit, meaning)


_LINE: Final = Column("BIGINT", "1-based", "line of the raw file, as an editor counts")
_CUSTOMER: Final = _text("canonical id; NULL where the row names nobody")
_ATTRIBUTES: Final = _text("unknown columns of the file", "JSON")

#: One row per accepted order line (or per order, where the file has one row per order).
ORDERS: Final[Mapping[str, Column]] = {
    "line": _LINE,
    "customer_id": _CUSTOMER,
    "order_id": _text("never NULL: the source's own, or made from customer and time"),
    "ordered_at": _time("when it was ordered"),
    "has_time": Column("BOOLEAN", "", "false: `ordered_at` is a date at midnight"),
    "kind": _text("`sale`, `refund` or `cancelled` (no money left: amount 0)"),
    "amount": _money("goods of this line after discount, without tax and shipping; signed"),
    "quantity": Column("DOUBLE", "pieces", "how many; negative where they came back"),
    "unit_price": _money("price of one piece, as given"),
    "discount": _money("what was taken off; positive"),
    "product_id": _text("the product's id or SKU"),
    "product_name": _text("what it is called"),
    "category": _text("the product's category"),
    "attributes": _ATTRIBUTES,
    "tax": _money("tax of this line, signed as `amount`; its share where it is the order's"),
    "shipping": _money("as `tax`: this line's own, or its share of the order's by `amount`"),
    "status": _text("what became of the order, in the source's own word"),
    "channel": _text("where it was ordered: shop, app, marketplace, till"),
    "platform_order_id": _text("the order's id in its platform; NULL for files"),
    "platform_customer_id": _text("the customer's id in its platform; NULL for files"),
    "platform_product_id": _text("the product's id in its platform; NULL for files"),
}

#: One row per customer, also of those without an order.
CUSTOMERS: Final[Mapping[str, Column]] = {
    "customer_id": _text("canonical id"),
    "name": _text("full name"),
    "email": _text("in lower case"),
    "phone": _text("as given"),
    "city": _text("as given"),
    "country": _text("as given"),
    "consent": Column("BOOLEAN", "", "to marketing; NULL where the source doesn't say"),
    "given_orders": Column("BIGINT", "orders", "as a file of customers says; NULL with `orders`"),
    "given_net": _money("as a file of customers says; NULL with `orders`"),
    "given_first_order": _time("as a file of customers says"),
    "given_last_order": _time("as a file of customers says"),
    "attributes": _ATTRIBUTES,
    "platform_customer_id": _text("the customer's id in its platform; NULL for files"),
}

#: One row per product that is sold or was. Files of orders bring none: what a line was sold for is
#: no price of a list.
PRODUCTS: Final[Mapping[str, Column]] = {
    "product_id": _text("canonical id, as in `orders`"),
    "name": _text("what it is called"),
    "category": _text("its category"),
    "price": _money("what one piece costs in the shop"),
    "cost": _money("what one piece costs the merchant"),
    "stock": Column("DOUBLE", "pieces", "how many are left"),
    "currency": _text("of `price` and `cost`", "ISO 4217"),
    "image": _text("where its picture lies", "URL"),
    "url": _text("where its page lies", "URL"),
    "platform_product_id": _text("the product's id in its platform"),
}

#: One row per review or message.
TEXTS: Final[Mapping[str, Column]] = {
    "line": _LINE,
    "customer_id": _CUSTOMER,
    "said_at": _time("NULL where unknown"),
    "title": _text("its headline"),
    "text": _text("what was written"),
    "rating": Column("DOUBLE", "as given", "stars or points"),
    "product_id": _text("what it is about"),
}

#: One row per event (visits, carts, mails opened …); purchases are orders as well.
EVENTS: Final[Mapping[str, Column]] = {
    "line": _LINE,
    "customer_id": _CUSTOMER,
    "event_type": _text("what happened, in lower case"),
    "event_at": _time("when it happened"),
    "product_id": _text("with which product"),
    "value": _money("money that the event names"),
    "session_id": _text("the visit that it belongs to"),
    "properties": _text("what else is known of it", "JSON"),
}

#: The tables that a source may bring, by the names of their files.
SCHEMA: Final[Mapping[str, Mapping[str, Column]]] = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "texts": TEXTS,
    "events": EVENTS,
    "products": PRODUCTS,
}

TRAITS: Final = (
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "neuroticism",
)
#: How a trait is told: its value and the interval around it.
_PARTS: Final = {
    "": "NULL below the least evidence",
    "_low": "lower end of its interval",
    "_high": "upper end of its interval",
}

#: What `texts` makes of a customer's words: one row per customer who wrote any.
#: Plus one ``emotion_<label>`` DOUBLE (0-1) per label of the model in use.
CUSTOMER_TEXTS: Final[Mapping[str, Column]] = {
    "customer_id": _text("canonical id"),
    "texts": Column("BIGINT", "texts", "how many were scored"),
    "words": Column("BIGINT", "words", "in all of them"),
    "evidence": _score("how much weight these words deserve"),
    "sentiment": _score("mean over texts; 1 is positive", "-1 to 1"),
    "sentiment_spread": _score("standard deviation; NULL for a single text", "of sentiment"),
    **{f"{trait}{part}": _score(said) for trait in TRAITS for part, said in _PARTS.items()},
}


@dataclass(frozen=True)
class Tables:
    """Where the canonical tables of one source lie. Missing ones are None, never empty files."""

    customers: Path
    orders: Path | None = None
    texts: Path | None = None
    events: Path | None = None
    products: Path | None = None
    currency: str | None = None
