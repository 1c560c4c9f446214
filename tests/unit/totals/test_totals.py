"""The report and the segments say the same of a shop's money, whatever its currency."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.engine import open_engine
from kindred.money import Money, minor_digits
from kindred.reading.rows.canonical import totals as totals_of_the_report
from kindred.segments.shop import Shop
from kindred.tables import CUSTOMERS, ORDERS, Tables
from kindred.totals import Totals
from reading_files import reader
from simulated_shops import write_table

CURRENCIES = st.sampled_from(["KWD", "JPY", "EUR"])
#: (customer, order, is a refund, minor units) of a line. The first is always a sale of somebody.
LINES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "ben", None]),
        st.integers(1, 5),
        st.booleans(),
        st.integers(0, 10**11),
    ),
    max_size=12,
)
MONEY = ("gross", "refunds", "net")
Lines = list[tuple[str | None, int, bool, int]]

some_shops = settings(derandomize=True, max_examples=40, deadline=None)


def write_shop(folder: Path, lines: Lines, currency: str) -> Tables:
    rows = [
        {
            "line": number,
            "customer_id": customer,
            "order_id": f"{order}",
            "ordered_at": datetime(2024, 1, order, 10),  # noqa: DTZ001
            "has_time": True,
            "kind": "refund" if is_refund else "sale",
            "amount": Money(-minor if is_refund else minor, currency).amount,
        }
        for number, (customer, order, is_refund, minor) in enumerate(lines, 2)
    ]
    people = sorted({row["customer_id"] for row in rows if row["customer_id"]})
    write_table(pd.DataFrame(rows), ORDERS, folder / "orders.parquet")
    write_table(pd.DataFrame({"customer_id": people}), CUSTOMERS, folder / "customers.parquet")
    return Tables(folder / "customers.parquet", folder / "orders.parquet", currency=currency)


def both_totals(tables: Tables, folder: Path) -> tuple[dict[str, object], dict[str, object]]:
    """Of the report and of the segments."""
    with open_engine(folder) as engine:
        report = totals_of_the_report(engine, tables)
        shop = Shop(tables, engine, as_of=date(2024, 2, 1), texts=None)
        return report, shop.totals


def minor(figure: object, currency: str) -> int:
    return int((Decimal(str(figure)).scaleb(minor_digits(currency))).to_integral_exact())


@given(LINES, CURRENCIES)
@some_shops
def test_totals_are_exact_and_the_same_everywhere(lines: Lines, currency: str) -> None:
    lines = [("ann", 1, False, 1), *lines]
    with tempfile.TemporaryDirectory() as name:
        report, segments = both_totals(write_shop(Path(name), lines, currency), Path(name))
    assert {n: report[n] for n in MONEY} == {n: segments[n] for n in MONEY}
    known = [(is_refund, amount) for customer, _, is_refund, amount in lines if customer]
    assert minor(report["gross"], currency) == sum(a for back, a in known if not back)
    assert minor(report["refunds"], currency) == sum(a for back, a in known if back)
    left = minor(report["gross"], currency) - minor(report["refunds"], currency)
    assert minor(report["net"], currency) == left
    assert report["orders"] == segments["orders"]


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=12), CURRENCIES)
@some_shops
def test_totals_that_a_file_gives_are_the_same_everywhere(given: list[int], currency: str) -> None:
    rows = [
        {
            "customer_id": f"c{number}",
            "given_orders": 2,
            "given_net": Money(amount, currency).amount,
            "given_last_order": datetime(2024, 1, 5),  # noqa: DTZ001
        }
        for number, amount in enumerate(given)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(pd.DataFrame(rows), CUSTOMERS, folder / "customers.parquet")
        tables = Tables(folder / "customers.parquet", currency=currency)
        report, segments = both_totals(tables, folder)
    assert report == segments
    assert minor(report["net"], currency) == sum(given)
    assert minor(report["gross"], currency) - minor(report["refunds"], currency) == sum(given)
    assert report["orders"] == 2 * len(given)


@pytest.mark.parametrize(
    ("currency", "prices", "net"),
    [
        ("KWD", ["1.255", "0.005", "10.001"], 11.261),
        ("JPY", ["1200", "5", "99"], 1304.0),
        ("EUR", ["1.25", "0.05", "10.01"], 11.31),
    ],
)
def test_a_file_has_one_net_in_whatever_currency(
    tmp_path: Path, currency: str, prices: list[str], net: float
) -> None:
    lines = [f"{n},C{n},2024-01-0{n},{price},{currency}" for n, price in enumerate(prices, 1)]
    text = "\n".join(["Order ID,Customer ID,Order Date,Amount,Currency", *lines])
    with reader(tmp_path) as read:
        reading = read(text + "\n")
    _, segments = both_totals(reading.tables, tmp_path)
    assert reading.totals["net"] == segments["net"] == net


def test_a_row_of_nothing_is_nothing() -> None:
    row = dict.fromkeys(("customers", "buyers", "orders"), 0) | dict.fromkeys(MONEY)
    totals = Totals.from_row({**row, "first_order": None, "last_order": None}, "EUR")
    assert totals.figures() == {"gross": 0.0, "refunds": 0.0, "net": 0.0}
    assert totals.first_order is None
