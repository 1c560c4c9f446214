"""What an order file says of tax, shipping and status stands in its canonical lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from kindred.tables import Tables

HEADER = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price,Tax,Shipping,Status"


def lines_of(tables: Tables, *columns: str) -> list[tuple[Any, ...]]:
    path: Path | None = tables.orders
    assert path is not None
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {', '.join(columns)} FROM read_parquet(?) ORDER BY line, kind DESC",
            [str(path)],
        ).fetchall()


def order_file(tax_of: Any, shipping_of: Any, orders: int = 12) -> str:
    """Two lines an order, of 30.00 and 10.00."""
    lines = [HEADER]
    for order in range(1, orders + 1):
        day = f"2024-01-{order:02}"
        for place, (product, price) in enumerate((("Coat", "30.00"), ("Hat", "10.00"))):
            tax, shipping = tax_of(order, place), shipping_of(order, place)
            lines.append(f"{order},C{order % 5},{day},{product},1,{price},{tax},{shipping},paid")
    return "\n".join(lines) + "\n"


def test_tax_of_each_line_stays_on_its_line(read_text):
    text = order_file(lambda o, p: ("5.70", "1.90")[p], lambda o, p: ("0.30", "0.10")[p])
    taxes = lines_of(read_text(text).tables, "tax", "shipping", "status")
    assert taxes[:2] == [
        (Decimal("5.7000"), Decimal("0.3000"), "paid"),
        (Decimal("1.9000"), Decimal("0.1000"), "paid"),
    ]


@pytest.mark.parametrize("repeated", [False, True])
def test_what_is_the_orders_is_shared_by_its_lines(read_text, repeated):
    text = order_file(
        lambda o, p: f"{o}.01" if p == 0 or repeated else "",
        lambda o, p: f"{4 + o % 7}.90" if p == 0 or repeated else "",
    )
    tables = read_text(text).tables
    rows = lines_of(tables, "CAST(order_id AS INT)", "tax", "shipping", "amount")
    for order in range(1, 13):
        of_order = [row for row in rows if row[0] == order]
        assert sum(row[1] for row in of_order) == Decimal(f"{order}.01")
        assert sum(row[2] for row in of_order) == Decimal(f"{4 + order % 7}.90")
        coat, hat = of_order
        assert abs(coat[1] - 3 * hat[1]) <= Decimal("0.0004")  # as the goods are


def test_money_that_goes_back_takes_its_tax_along(read_text):
    lines = [
        "1,C1,2024-01-01,Coat,1,30.00,6.00,3.00,paid",
        "2,C1,2024-01-02,Coat,1,30.00,6.00,3.00,refunded",
        "3,C2,2024-01-03,Coat,1,30.00,6.00,3.00,cancelled",
    ]
    tables = read_text("\n".join([HEADER, *lines]) + "\n").tables
    assert lines_of(tables, "kind", "tax", "shipping", "status") == [
        ("sale", 6, 3, "paid"),
        ("sale", 6, 3, "refunded"),
        ("refund", -6, -3, "refunded"),
        ("cancelled", 0, 0, "cancelled"),
    ]


def test_what_a_file_does_not_say_is_not_made_up(read_text):
    tables = read_text("Order ID,Customer ID,Order Date,Amount\n1,C1,2024-01-01,10.00\n").tables
    names = "tax", "shipping", "status", "channel", "platform_order_id", "platform_product_id"
    assert lines_of(tables, *names) == [(None,) * 6]


def test_money_in_another_currency_is_converted_as_a_whole(read_text):
    lines = [
        "1,C1,2024-01-01,Coat,1,30.00,6.00,3.00,paid,EUR",
        "2,C1,2024-01-02,Coat,1,30.00,6.00,3.00,paid,EUR",
        "3,C2,2024-01-03,Coat,1,30.00,6.00,3.00,paid,USD",
    ]
    text = "\n".join([HEADER + ",Currency", *lines]) + "\n"
    tables = read_text(text, rates={"USD": "0.5"}).tables
    assert lines_of(tables, "amount", "tax", "shipping")[-1] == (15, 3, Decimal("1.5"))
