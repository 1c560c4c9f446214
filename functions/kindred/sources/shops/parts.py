"""Records as Parquet: one file for each table and page, one row for each object as it was.

Part files are only added to. Of several rows with one ``id`` the one with the greatest ``version``
counts: the later ``updated_at``, then the later ``seen_at``; where both are equal, that it is gone,
then whatever is greater as bytes, so that any order of the files gives the same.
What needs Python's exact decimals, its time zones or a hash is done here, a page at a time, so that
whoever reads parts needs none of them.

Over 300 lines, because each kind of record has its columns here, and they are read together.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kindred.errors import InvalidInput
from kindred.sources.shops import records as said
from kindred.sources.shops.identity import guest_id, plain_email, plain_phone
from kindred.sources.shops.ledger_lines import order_lines, refund_lines
from kindred.sources.shops.money import UnusableAmount, exact
from kindred.sources.shops.records import TABLES, Person, Record

if TYPE_CHECKING:
    from decimal import Decimal

    import pyarrow as pa

__all__ = ["PERSON", "TABLES", "write_part"]

#: Columns that say who somebody is, in every table that has persons. ``person_key`` is the
#: platform's id of a customer, else a guest's; NULL for nobody, and for whom was erased.
PERSON: Final = (
    "person_key", "customer_id", "email", "email_key", "phone", "phone_key", "name", "city",
    "country",
)  # fmt: skip
_LONGEST: Final = 20_000  # signs of a text; of a name or an id there are never so many
_UNPRINTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Row = dict[str, Any]


def write_part(
    records: Sequence[Record], table: str, path: Path, *, zone: str, seen_at: datetime
) -> int:
    """Write records of one table of `TABLES` into a new file; how many rows it has.

    ``zone``: the shop's clock, in which times are kept, naive (``updated_at`` and ``seen_at``
    are UTC). A record whose money can't be used is kept with the reason in ``fault``; it costs no
    other. Raises `InvalidInput` ``zone-unknown``; `ValueError` for a time without a zone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    clock = _clock(zone)
    rows = [_row(record, table, clock, seen_at) for record in records]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(table)), path, compression="zstd")
    return len(rows)


@cache
def schema_of(table: str) -> pa.Schema:
    """The columns of a table's parts."""
    import pyarrow as pa

    text, time, flag = pa.string(), pa.timestamp("us"), pa.bool_()
    money, pieces = pa.decimal128(20, 4), pa.float64()
    of_person = dict.fromkeys(PERSON, text)
    sums = {"quantity": pieces, "amount": money, "tax": money, "shipping": money}
    order_line = pa.struct(
        {"place": pa.int64(), "line_id": text, **sums, "discount": money, "unit_price": money,
         "product_key": text, "product_id": text, "sku": text, "name": text, "category": text}
    )  # fmt: skip
    refund_line = pa.struct({"place": pa.int64(), "line_id": text, **sums})
    columns = {
        "customers": {**of_person, "created_at": time, "consent": flag, "attributes": text},
        "aliases": {"kept_id": text},
        "orders": {
            **of_person, "ordered_at": time, "currency": text, "state": text, "status": text,
            "channel": text, "attributes": text, "is_over": flag, "lines": pa.list_(order_line),
        },
        "refunds": {
            "order_id": text, "refunded_at": time, "currency": text, "state": text,
            "reason": text, "note": text, "lines": pa.list_(refund_line),
        },
        "products": {
            "name": text, "category": text, "price": money, "cost": money, "stock": pieces,
            "currency": text, "sku": text, "image": text, "url": text, "is_active": flag,
        },
        "reviews": {
            **of_person, "said_at": time, "product_id": text, "title": text, "text": text,
            "rating": pieces, "is_shown": flag,
        },
        "carts": {
            **of_person, "left_at": time, "currency": text, "value": money, "product_id": text,
            "properties": text, "is_recovered": flag,
        },
    }[table]  # fmt: skip
    every = {"id": text, "version": text, "updated_at": time, "seen_at": time, "is_deleted": flag}
    return pa.schema({**every, "fault": text, **columns})


def _row(record: Record, table: str, clock: ZoneInfo, seen_at: datetime) -> Row:
    row: Row = {
        "id": _text(record.id) or "",
        "updated_at": _utc(record.updated_at),
        "seen_at": _utc(seen_at),
        "is_deleted": record.is_deleted,
        "fault": None,
    }
    if not record.is_deleted:
        try:
            row |= _ROWS[table](record, clock)
        except UnusableAmount:
            row["fault"] = "amount-unusable"
        if not row["id"]:
            row["fault"] = "without-id"
    return row | {"version": _version(row)}


def _version(row: Row) -> str:
    """Sorts as text like ``(updated_at, seen_at, is_deleted)``, then by everything else."""
    content = json.dumps(row, default=str, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    stamps = (row[name].strftime("%Y%m%d%H%M%S%f").zfill(20) for name in ("updated_at", "seen_at"))
    return "-".join((*stamps, str(int(row["is_deleted"])), digest))


def _customer(record: said.CustomerRecord, clock: ZoneInfo) -> Row:
    attributes = {_text(name): _text(value) for name, value in record.attributes.items()}
    return {
        **_person(record.person, None) | {"customer_id": _text(record.id)},
        "person_key": _text(record.id),
        "created_at": _local(record.created_at, clock),
        "consent": record.consent,
        "attributes": _json({k: v for k, v in attributes.items() if k and v}),
    }


def _alias(record: said.AliasRecord, clock: ZoneInfo) -> Row:
    return {"kept_id": _text(record.kept_id)}


def _order(record: said.OrderRecord, clock: ZoneInfo) -> Row:
    lines, is_over = order_lines(record)
    for line in lines:
        line |= {name: _text(line[name]) for name in ("line_id", "product_id", "sku", "name")}
        line["category"] = _text(line["category"])
        line["product_key"] = product_key(line["product_id"], line["sku"])
    number = _text(record.number)
    return {
        **_person(record.person, guest_id("order", record.id)),
        "ordered_at": _local(record.ordered_at, clock),
        "currency": _currency(record.currency),
        "state": record.state,
        "status": _text(record.status),
        "channel": _text(record.channel),
        "attributes": _json({"number": number} if number else {}),
        "is_over": is_over,
        "lines": lines,
    }


def _refund(record: said.RefundRecord, clock: ZoneInfo) -> Row:
    lines = refund_lines(record)
    for line in lines:
        line["line_id"] = _text(line["line_id"])
    return {
        "order_id": _text(record.order_id),
        "refunded_at": _local(record.refunded_at or record.updated_at, clock),
        "currency": _currency(record.currency),
        "state": record.state,
        "reason": _text(record.reason),
        "note": _text(record.note),
        "lines": lines,
    }


def _product(record: said.ProductRecord, clock: ZoneInfo) -> Row:
    words = ("name", "category", "sku", "image", "url")
    return {
        **{name: _text(getattr(record, name)) for name in words},
        "price": _money(record.price),
        "cost": _money(record.cost),
        "stock": _number(record.stock),
        "currency": _currency(record.currency),
        "is_active": record.is_active,
    }


def _review(record: said.ReviewRecord, clock: ZoneInfo) -> Row:
    return {
        **_person(record.person, None),
        "said_at": _local(record.said_at, clock),
        "product_id": _text(record.product_id),
        "title": _text(record.title),
        "text": _text(record.text),
        "rating": _number(record.rating),
        "is_shown": record.is_shown,
    }


def _cart(record: said.CartRecord, clock: ZoneInfo) -> Row:
    products = [found for one in record.product_ids if (found := _text(one))]
    known = {"product_ids": products, "url": _text(record.url)}
    return {
        **_person(record.person, None),
        "left_at": _local(record.left_at, clock),
        "currency": _currency(record.currency),
        "value": _money(record.value),
        "product_id": products[0] if len(set(products)) == 1 else None,
        "properties": _json({name: value for name, value in known.items() if value}),
        "is_recovered": record.is_recovered,
    }


_ROWS: Final[Mapping[str, Callable[[Any, ZoneInfo], Row]]] = {
    "customers": _customer,
    "aliases": _alias,
    "orders": _order,
    "refunds": _refund,
    "products": _product,
    "reviews": _review,
    "carts": _cart,
}


def product_key(product_id: str | None, sku: str | None) -> str | None:
    """What tells a line's product: the platform's id, else the merchant's own number."""
    if product_id:
        return f"id:{product_id}"
    return f"sku:{sku}" if sku else None


def _person(person: Person, fallback: str | None) -> Row:
    """Who somebody is; ``fallback`` is the key of a guest who left no address and no number."""
    email, phone = plain_email(person.email), plain_phone(person.phone)
    email_key = guest_id("email", email) if email else None
    phone_key = guest_id("phone", phone) if phone else None
    customer_id = _text(person.customer_id)
    return {
        "person_key": customer_id or email_key or phone_key or fallback,
        "customer_id": customer_id,
        "email": _text(email),
        "email_key": email_key,
        "phone": _text(person.phone),
        "phone_key": phone_key,
        "name": _text(person.name),
        "city": _text(person.city),
        "country": _text(person.country),
    }


def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as err:
        raise InvalidInput(
            "The shop's time zone isn't known.",
            code="zone-unknown",
            hint="Choose a zone such as Europe/Berlin in the shop's settings.",
        ) from err


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A time without a zone.")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _local(moment: datetime | None, clock: ZoneInfo) -> datetime | None:
    """On the shop's clock. In the hour that comes twice a year both are the same."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("A time without a zone.")
    return moment.astimezone(clock).replace(tzinfo=None, fold=0)


def _text(value: str | None) -> str | None:
    """What may stand in a table: no signs that aren't text, no blanks around; None for nothing."""
    if not value:
        return None
    plain = value.encode("utf-8", "replace").decode("utf-8")
    return _UNPRINTED.sub("", plain[:_LONGEST]).strip() or None


def _currency(code: str | None) -> str | None:
    return (_text(code) or "").upper() or None


def _money(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else exact(amount)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(exact(value))


def _json(values: Mapping[str, Any]) -> str | None:
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else None
