"""All that is decided about a file before its rows are read, and its roles by what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.formats import Formats
from kindred.reading.limits import Limits
from kindred.reading.rows.amount_model import MONEY_ROLES, AmountModel
from kindred.reading.values.numbers import NumberFormat
from kindred.tables import MONEY

#: Roles that belong to the order, not to its lines: an export may give them on the first line only.
ORDER_LEVEL: Final = (
    "customer_id", "email", "phone", "name", "first_name", "last_name", "order_date", "order_time",
    "currency", "status", "city", "country", "consent", "cancelled_at",
)  # fmt: skip
NUMBER_ROLES: Final = ("quantity", "unit_price", *MONEY_ROLES)
#: Roles whose cells are read as text first, each into a column ``t_<role>``.
TEXT_ROLES: Final = (
    *ORDER_LEVEL, "order_id", "product_id", "product_name", "category", *NUMBER_ROLES,
    "review_title", "review_text", "rating", "event_type", "event_time",
    "orders_count", "first_order", "last_order", "cancelled", "returned",
)  # fmt: skip
#: Roles whose texts are read as numbers, each into a column ``v_<role>``.
VALUE_ROLES: Final = (*NUMBER_ROLES, "rating", "orders_count")
#: Decimals that are kept of a price until it is multiplied by the pieces; money has 4.
PRICE_DIGITS: Final = 6


def value_type(role: str) -> str:
    """The SQL type of a role's value."""
    return f"DECIMAL(20, {PRICE_DIGITS})" if role == "unit_price" else MONEY


@dataclass(frozen=True)
class Plan:
    """All that was decided about a file before its rows are read."""

    mapping: ColumnMap
    formats: Formats
    limits: Limits
    model: AmountModel
    currency: str | None = None
    sign_columns: tuple[int, ...] = ()  # money columns whose cells name a currency
    fill_down: bool = False
    sub_orders: bool = False
    key_parts: tuple[str, ...] = ()  # what an order's number needs beside it (`order_key`)
    summary_rows: bool = False
    refunds_with_tax: bool = False  # refunds of a part of an order hold its tax
    duplicates: bool = False  # the table `duplicate_lines` names lines to leave out
    attributes: tuple[int, ...] = ()
    line_price: bool = False
    other_party: tuple[int, str] | None = None  # column of the other e-mail, and the shop's own
    keep_equal_rows: bool = False
    needs_order: bool = True  # date and money are required

    def column(self, role: str) -> str | None:
        """The column of a role, as SQL names it."""
        place = self.mapping.column(role)
        return None if place is None else f"c{place}"

    def header(self, role: str) -> str:
        """The header of a role's column; empty where it has none."""
        place = self.mapping.column(role)
        return "" if place is None else self.mapping.names[place]

    def number_format(self, role: str) -> NumberFormat:
        place = self.mapping.column(role)
        return self.format_of(-1 if place is None else place)

    def format_of(self, column: int) -> NumberFormat:
        """How the numbers of a column are written."""
        return self.formats.numbers.get(column, NumberFormat(self.formats.decimal))

    @property
    def has_times(self) -> bool:
        """Whether orders have a time of day."""
        place = self.mapping.column("order_date")
        fmt = self.formats.dates.get(place) if place is not None else None
        return self.mapping.has("order_time") or bool(fmt and fmt.has_time)
