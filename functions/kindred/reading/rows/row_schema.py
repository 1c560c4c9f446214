"""What the queries of reading pass to each other: the columns that each stage adds to a row.

A stage selects from the one before. ``c0``, ``c1`` … are the file's own cells, ``t_<role>`` the
text and ``v_<role>`` the value of a role (`plan.TEXT_ROLES`, `plan.VALUE_ROLES`); a role that the
file doesn't have is NULL. A test compares this with what the queries give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kindred.reading.rows.plan import TEXT_ROLES, VALUE_ROLES, value_type
from kindred.tables import MONEY, Column

_TEXT, _YES, _TIME, _LINE = "VARCHAR", "BOOLEAN", "TIMESTAMP", "BIGINT"

_CELLS: Final = {
    "line": Column(_LINE, "1-based", "line of the raw file"),
    **{f"t_{role}": Column(_TEXT, "", f"text of {role}, trimmed") for role in TEXT_ROLES},
    "raw_customer": Column(_TEXT, "", "who bought, as the cell has it"),
    "attributes": Column(_TEXT, "JSON", "columns without a role"),
    "sign_currency": Column(_TEXT, "ISO 4217", "currency whose sign stands beside an amount"),
    "is_duplicate": Column(_YES, "", "the line stands in the file before, equal in every cell"),
}
_VALUES: Final = {
    **{
        f"v_{role}": Column(value_type(role), "as given", f"value of {role}")
        for role in VALUE_ROLES
    },
    "ordered_at": Column(_TIME, "shop's clock", "date of the order, with its time if it is known"),
    "at_event_time": Column(_TIME, "shop's clock", "when the event happened"),
    "at_first_order": Column(_TIME, "shop's clock", "the customer's first order, as given"),
    "at_last_order": Column(_TIME, "shop's clock", "the customer's last order, as given"),
}
_PEOPLE: Final = {"customer_id": Column(_TEXT, "", "who bought: the id, or what stands for it")}
_KEYED: Final = {
    "k": Column(_TEXT, "", "the order that a row belongs to: its id, or customer and time"),
    "t_product": Column(_TEXT, "", "product id, or else its name; NULL on rows that sum up"),
}
_COUNTED: Final = {
    "counts": Column(_YES, "", "false: a duplicate, or a row that sums up its order"),
}
_GOODS: Final = {
    "goods": Column(MONEY, "currency", "money of the line after discount, without tax, shipping"),
}
#: The last stage keeps these alone: one row per record of the file.
TYPED: Final = {
    "line": Column(_LINE, "1-based", "line of the raw file"),
    "customer_id": Column(_TEXT, "", "canonical id; NULL where the row names nobody"),
    "raw_customer": Column(_TEXT, "", "who bought, as the cell has it"),
    "name": Column(_TEXT, "", "full name, or first and last name"),
    "email": Column(_TEXT, "", "in lower case"),
    "phone": Column(_TEXT, "", "as given"),
    "city": Column(_TEXT, "", "as given"),
    "country": Column(_TEXT, "", "as given"),
    "consent": Column(_YES, "", "to marketing"),
    "order_id": Column(_TEXT, "", "`k`"),
    "ordered_at": Column(_TIME, "shop's clock", "date of the order, with its time if it is known"),
    "has_time": Column(_YES, "", "whether the file has times of day"),
    "is_cancelled": Column(_YES, "", "nothing was paid in the end"),
    "is_refunded": Column(_YES, "", "all was paid back"),
    "is_negative": Column(_YES, "", "the row itself is money that went back"),
    "is_duplicate": Column(_YES, "", "as above"),
    "counts": Column(_YES, "", "as above"),
    "amount": Column(MONEY, "currency", "`goods`, negative where money went back"),
    "quantity": Column("DOUBLE", "pieces", "as given"),
    "unit_price": Column(MONEY, "currency", "as given"),
    "discount": Column(MONEY, "currency", "as given, positive"),
    "refund": Column(MONEY, "currency", "what of the goods was paid back"),
    "given_amount": Column(MONEY, "currency", "the amount column: totals of a file of customers"),
    "tax": Column(MONEY, "currency", "the line's tax, or its share of the order's"),
    "shipping": Column(MONEY, "currency", "as tax"),
    "status": Column(_TEXT, "", "what became of the order, in the file's word"),
    "product_id": Column(_TEXT, "", "the product's id or SKU"),
    "product_name": Column(_TEXT, "", "what it is called"),
    "category": Column(_TEXT, "", "the product's category"),
    "attributes": Column(_TEXT, "JSON", "columns without a role"),
    "title": Column(_TEXT, "", "headline of a review"),
    "text": Column(_TEXT, "", "what was written"),
    "rating": Column("DOUBLE", "as given", "stars or points"),
    "event_type": Column(_TEXT, "", "what happened, in lower case"),
    "event_at": Column(_TIME, "shop's clock", "when"),
    "first_order": Column(_TIME, "shop's clock", "as given"),
    "last_order": Column(_TIME, "shop's clock", "as given"),
    "orders_count": Column("BIGINT", "orders", "as given"),
    "currency": Column(_TEXT, "ISO 4217", "of all money of the row"),
    "code": Column(_TEXT, "", "why it can't be used; `#total`, `#header`: no data; NULL: it can"),
    "reason": Column(_TEXT, "", "the same, for people"),
}

#: What each stage adds, in order. ``words`` replaces texts that say that there is nothing.
PARSED_STAGES: Final[Mapping[str, Mapping[str, Column]]] = {
    "cells": _CELLS,
    "words": {},
    "values": _VALUES,
    "people": _PEOPLE,
    "keyed": _KEYED,
    "counted": _COUNTED,
}
#: `goods.goods_sql` adds it; where goods are an order's, also the parts of its sum.
VALUED: Final = _GOODS
SHARED_GOODS: Final = {
    "weight": Column(MONEY, "currency or pieces", "the line's own money, or its quantity"),
    "target": Column(MONEY, "currency", "goods of the whole order"),
    "weight_sum": Column("DECIMAL(38, 4)", "as weight", "of the lines that count"),
    "line_count": Column("BIGINT", "lines", "of the order, that count"),
    "first_line": Column(_LINE, "1-based", "of the order; takes what rounding leaves"),
    "part": Column(MONEY, "currency", "the line's rounded share"),
}


def columns_after(stage: str, cells: int) -> dict[str, str]:
    """Types of all columns of a stage, of a file with so many columns."""
    columns = {f"c{place}": _TEXT for place in range(cells)}
    for name, added in PARSED_STAGES.items():
        columns |= {column: about.type for column, about in added.items()}
        if name == stage:
            break
    return columns
