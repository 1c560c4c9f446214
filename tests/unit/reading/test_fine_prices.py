"""Prices finer than money is kept: multiplied as they stand, and only then rounded."""

from __future__ import annotations

import pytest

HEADER = "Order ID,Order Date,Customer ID,Product,Quantity,Unit Price"


@pytest.mark.parametrize(
    ("price", "pieces", "net"),
    [("0.01235", 1000, 247.0), ("1.23456", 5000, 123456.0), ("0.000125", 80000, 200.0)],
)
def test_the_price_of_a_line_is_rounded_once(read_text, price, pieces, net):
    rows = [f"{i},2024-03-{1 + i % 9:02},C{i % 7},Screws,{pieces},{price}" for i in range(20)]
    assert read_text("\n".join([HEADER, *rows])).totals["net"] == net


def test_decimal_commas_are_as_fine(read_text):
    rows = [f"{i};2024-03-0{1 + i % 9};C{i % 7};Screws;1000;0,01235" for i in range(20)]
    text = "\n".join([HEADER.replace(",", ";"), *rows])
    assert read_text(text).totals["net"] == 247.0
