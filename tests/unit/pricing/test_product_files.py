"""Files of products: columns by name, money to the minor unit, one bad row at a time."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.pricing.catalogue.listing import MOST, Listing, minor_of
from kindred.pricing.catalogue.product_files import RowError, read_products
from kindred.pricing.payloads import Product


def read(text: str, currency: str | None = "EUR") -> tuple[list[Listing], list[RowError]]:
    return read_products(text, currency=currency, tax_included=True)


def test_columns_are_told_by_their_names_in_any_order_and_dialect() -> None:
    text = "\ufeffTitle;List price;SKU;Cost per item;Type\nTea;19,99;A 1;8;Drinks\n\nMate;5;B;;\n"
    listings, errors = read(text)
    assert errors == []
    assert listings == [
        Listing("A 1", "Tea", "EUR", 1999, "Drinks", True, 800),
        Listing("B", "Mate", "EUR", 500),
    ]


def test_a_bad_row_is_told_with_its_line_and_spoils_no_other() -> None:
    text = (
        "id,price,currency,stock,tax_included\n"
        "A,1.999,EUR,,\n"
        "B,199,JPY,3,no\n"
        "C,cheap,EUR,,\n"
        ",5,EUR,,\n"
        "D,5,XXQ,,\n"
        "E,5,EUR,many,\n"
        "F,5,EUR,,perhaps\n"
        "B,1,EUR,,\n"
        "G,5,EUR,,\n"
    )
    listings, errors = read(text, None)
    assert [(one.product_id, one.base_price) for one in listings] == [("B", 199), ("G", 500)]
    assert (listings[0].stock, listings[0].tax_included) == (3, False)
    assert [error.line for error in errors] == [2, 4, 5, 6, 7, 8, 9]
    assert "2 decimals" in errors[0].message
    assert "twice" in errors[-1].message


@pytest.mark.parametrize("text", ["", "name,cost\nTea,1\n", "price\n5\n", "a\x00b,price\n"])
def test_a_file_without_ids_or_prices_says_which_column_it_lacks(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.code == "no-column"
    assert refused.value.hint


@pytest.mark.parametrize("text", ["x" * 200_000, f"id,price\n{'x' * 200_000},1\n"])
def test_what_no_reader_of_csv_takes_is_refused(text: str) -> None:
    others = csv.field_size_limit(131_072)  # the whole process has one; a function starts with this
    try:
        with pytest.raises(InvalidInput) as refused:
            read(text)
    finally:
        csv.field_size_limit(others)
    assert refused.value.code == "file-unusable"


def test_a_file_of_too_many_products_is_refused() -> None:
    rows = "".join(f"p{n},1\n" for n in range(MOST + 1))
    with pytest.raises(InvalidInput) as refused:
        read(f"id,price\n{rows}")
    assert refused.value.code == "too-many-products"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("14.99", "EUR", 1499),
        ("14,99", "EUR", 1499),
        ("0", "EUR", 0),
        ("1500", "JPY", 1500),
        ("1500.5", "JPY", None),
        ("1.234", "KWD", 1234),
        ("14.9900", "EUR", 1499),
        ("1.234,50", "EUR", None),
        ("1,290", "EUR", None),  # a thousand or one?
        ("1.000", "EUR", None),
        ("20,000", "JPY", None),
        ("1,290", "KWD", None),
        ("-1", "EUR", None),
        ("1e3", "EUR", None),
        ("٣", "EUR", None),
        ("", "EUR", None),
        ("9" * 12, "EUR", None),
    ],
)
def test_money_is_whole_minor_units_of_its_currency(
    text: str, currency: str, minor: int | None
) -> None:
    assert minor_of(text, currency) == minor


@given(st.lists(st.lists(st.text(max_size=300), min_size=5, max_size=5), max_size=8))
def test_whatever_stands_in_a_file_ends_in_products_that_documents_take(
    rows: list[list[str]],
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([["id", "name", "price", "category", "stock"], *rows])
    try:
        listings, errors = read(text.getvalue())
    except InvalidInput:
        return
    assert len(listings) + len(errors) <= len(rows)
    for one in listings:
        place = {"kind": "csv", "id": "up1"}
        Product.model_validate({**one.as_fields(), "source": place})
