"""Columns that only their values tell apart, and such as have no name at all."""

from __future__ import annotations

import pytest
from reading_files import ORDERS, as_csv, lines, plain_title

LISTED = float(sum(order.list_total for order in ORDERS))


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("with_order", [True, False])
def test_price_quantity_order_and_customer_are_told_without_names(read_text, total, with_order):
    columns = {
        "order": "oid", "sku": "sku", "what": plain_title, "pieces": "qty", "when": "mdyt",
        "price": "price", "total": "list", "who": "cnum.0", "where": "country",
    }  # fmt: skip
    left_out = {"total"} if not total else set()
    left_out |= {"order"} if not with_order else set()
    rows = lines("", **{name: make for name, make in columns.items() if name not in left_out})
    reading = read_text(as_csv(rows))
    assert reading.totals["orders"] == len(ORDERS)
    assert reading.totals["customers"] == len({order.customer.id for order in ORDERS})
    assert reading.totals["net"] == pytest.approx(LISTED)
    assert [notice["code"] for notice in reading.notices] == ["no-header"]


@pytest.mark.parametrize("number", ["rowno", "oid"])
def test_a_row_number_without_a_name_is_no_quantity(read_text, number):
    rows = lines(
        "", no=number, who="cid", when="iso", what=plain_title, pieces="qty", price="price"
    )
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(LISTED)


def test_an_amount_without_a_name_is_no_price(read_text):
    rows = lines("", order="oid", who="cid", when="iso", pieces="qty", what=plain_title, sum="list")
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(LISTED)


def test_of_two_currencies_one_is_taken_and_said(read_text):
    rows = lines("order_id", "customer_id", "date", "amount_usd", "amount_eur",
                 a="lineid", b="cid", c="iso", d="list", e="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.totals["net"] == pytest.approx(LISTED)
    assert reading.totals["currency"] == "USD"
    assert [notice["code"] for notice in reading.notices] == ["currency-columns"]
    assert "amount_eur" in reading.notices[0]["message"]


@pytest.mark.parametrize("made", ["ydm", "ydmd"])
def test_a_day_in_front_of_the_month_is_seen(read_text, made):
    rows = lines("order_id", "customer_id", "date", "amount", a="oid", b="cid", c=made, d="list")
    reading = read_text(as_csv(rows))
    assert reading.report["rows_rejected"] == 0
    assert reading.detected["date_order"] == "ydm"
    assert reading.totals["first_order"][:10] == f"{ORDERS[0].when:%Y-%m-%d}"
    assert reading.totals["last_order"][:10] == f"{ORDERS[-1].when:%Y-%m-%d}"


def test_what_is_left_to_pay_isnt_what_was_paid(read_text):
    rows = lines("Order", "Customer", "Date", "Item", "Paid", "Subtotal", "Tax", "Total",
                 a="oid", b="cid", c="iso", d="sku", e="0", f="goods", g="ltax",
                 h="ltotal")  # fmt: skip
    goods = float(sum(order.goods for order in ORDERS))
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(goods)


def test_a_lines_total_knows_of_discounts_without_a_column(read_text):
    rows = lines("Order", "Customer", "Date", "Item", "Qty", "Price", "Total",
                 a="oid", b="cid", c="iso", d="sku", e="qty", f="price", g="goods")  # fmt: skip
    goods = float(sum(order.goods for order in ORDERS))
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(goods)


def test_a_price_that_grows_with_the_quantity_of_its_category_is_the_lines(read_text):
    kinds = {"Shirts": "20.00", "Hats": "10.50", "Shoes": "50.25", "Books": "5.15"}
    rows = [["invoice_no", "customer_id", "category", "quantity", "price", "invoice_date"]]
    net = 0.0
    for i in range(40):
        kind, quantity = list(kinds)[i % 4], 1 + i // 4 % 5
        price = float(kinds[kind]) * quantity
        net += price
        rows.append(
            [f"I{i}", f"C{i % 9}", kind, str(quantity), f"{price:.2f}", f"{13 + i % 9}/3/2022"]
        )
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(net)


def test_of_two_statuses_the_one_that_takes_orders_back_counts(read_text):
    rows = lines("Order", "Customer", "Date", "Amount", "Order status", "Payment status",
                 a="lineid", b="cid", c="iso", d="list", e="unfulfilled", f="status")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["status"]["column"] == "Payment status"
    assert reading.report["rows_cancelled"] > 0


def test_where_the_till_stands_is_no_customers_city(read_text):
    rows = lines("Order", "Customer", "Date", "Amount", "Location",
                 a="lineid", b="cid", c="iso", d="list", e="store")  # fmt: skip
    assert "city" not in read_text(as_csv(rows)).detected["mapping"]


def test_names_that_nobody_knows_are_no_names(read_text):
    rows = lines("Tilausnro", "Asiakasnro", "Pvm", "Tuote", "Kpl", "Hinta", "Yht",
                 a="oid", b="cid", c="iso", d=plain_title, e="qty", f="price",
                 g="list")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.totals["net"] == pytest.approx(LISTED)
    assert reading.totals["orders"] == len(ORDERS)
    assert [notice["code"] for notice in reading.notices] == ["unknown-header"]


@pytest.mark.parametrize("header", ["", "Unnamed: 0"])
@pytest.mark.parametrize(("start", "step", "doubled"), [(0, 1, 5), (7, 3, 0)])
def test_a_number_in_front_makes_no_line_another(read_text, header, start, step, doubled):
    rows = lines("Order", "Customer", "Date", "SKU", "Amount",
                 a="oid", b="cid", c="iso", d="sku", e="list")  # fmt: skip
    rows += rows[-5:]
    numbered = [[start + step * i, *row] for i, row in enumerate(rows[1:])]
    reading = read_text(as_csv([[header, *rows[0]], *numbered]))
    assert reading.report["duplicate_rows"] == doubled
