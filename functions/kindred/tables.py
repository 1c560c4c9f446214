"""The canonical tables: what every source is read into, whatever its file or shop looked like.

Reading (``uploads``, later ``sources``) writes them as Parquet; everything after reads only them.
Money columns are exact decimals in the source's one ``currency``; a refund or a cancelled line has
a negative ``amount``, so that sums are net. Times are naive, in the shop's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MONEY = "DECIMAL(20, 4)"

#: Raised when the tables change; stored tables of another version are read again.
SCHEMA_VERSION = 2

#: One row per accepted order line (or per order, where the file has one row per order).
ORDERS: dict[str, str] = {
    "line": "BIGINT",  # line of the raw file, 1-based, as an editor counts
    "customer_id": "VARCHAR",  # canonical id; NULL: a row without a customer (counted apart)
    "order_id": "VARCHAR",  # never NULL: the file's own, or made from customer and time
    "ordered_at": "TIMESTAMP",
    "has_time": "BOOLEAN",  # false: ordered_at is a date at midnight
    "kind": "VARCHAR",  # 'sale' | 'refund' | 'cancelled' (no money left: amount 0)
    "amount": MONEY,  # goods of this line after discount, without tax and shipping; signed
    "quantity": "DOUBLE",  # NULL where the file has none
    "unit_price": MONEY,
    "discount": MONEY,  # positive; NULL where the file has none
    "product_id": "VARCHAR",
    "product_name": "VARCHAR",
    "category": "VARCHAR",
    "attributes": "VARCHAR",  # JSON of unknown columns, or NULL
}

#: One row per customer, also of those without an order.
CUSTOMERS: dict[str, str] = {
    "customer_id": "VARCHAR",
    "name": "VARCHAR",
    "email": "VARCHAR",
    "phone": "VARCHAR",
    "city": "VARCHAR",
    "country": "VARCHAR",
    "consent": "BOOLEAN",  # NULL: the file doesn't say
    # Totals as given by a file of one row per customer; NULL where there are order lines.
    "given_orders": "BIGINT",
    "given_net": MONEY,
    "given_first_order": "TIMESTAMP",
    "given_last_order": "TIMESTAMP",
    "attributes": "VARCHAR",
}

#: One row per review or message.
TEXTS: dict[str, str] = {
    "line": "BIGINT",
    "customer_id": "VARCHAR",
    "said_at": "TIMESTAMP",  # NULL where unknown
    "title": "VARCHAR",
    "text": "VARCHAR",
    "rating": "DOUBLE",
    "product_id": "VARCHAR",
}

#: One row per event of an event log (visits, carts, mails opened …); purchases are orders as well.
EVENTS: dict[str, str] = {
    "line": "BIGINT",
    "customer_id": "VARCHAR",
    "event_type": "VARCHAR",
    "event_at": "TIMESTAMP",
    "product_id": "VARCHAR",
}

TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")

#: What `texts` makes of a customer's words: one row per customer who wrote any.
#: Plus one ``emotion_<label>`` DOUBLE (0-1) per label of the model in use.
CUSTOMER_TEXTS: dict[str, str] = {
    "customer_id": "VARCHAR",
    "texts": "BIGINT",
    "words": "BIGINT",
    "evidence": "DOUBLE",  # 0-1: how much weight these words deserve
    "sentiment": "DOUBLE",  # -1 (negative) … 1 (positive)
    "sentiment_spread": "DOUBLE",  # standard deviation over their texts; NULL for a single one
    **{
        f"{trait}{part}": "DOUBLE"  # NULL below the evidence gate
        for trait in TRAITS
        for part in ("", "_low", "_high")
    },
}


@dataclass(frozen=True)
class Tables:
    """Where the canonical tables of one source lie. Missing ones are None, never empty files."""

    customers: Path
    orders: Path | None = None
    texts: Path | None = None
    events: Path | None = None
    currency: str | None = None
