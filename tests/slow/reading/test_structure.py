"""What rows tell of columns whose headers say nothing, or too little, or the wrong thing."""

from __future__ import annotations

import pytest
import reading_corpus as corpus
from kindred.errors import MappingNeeded
from reading_files import ORDERS, as_csv, lines

GOODS = float(sum(order.goods for order in ORDERS))


def mapped(reading, role):
    return reading.detected["mapping"].get(role, {}).get("column")


def test_what_has_one_date_and_one_customer_is_the_order(read_text):
    rows = lines("Rcpt", "Dt", "Email", "Item", "Paid", a="oid", b="day", c="email", d="title",
                 e="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "order_id") == "Rcpt"
    assert reading.totals["orders"] == len(ORDERS)
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_an_order_number_that_has_several_days_gives_way_to_one_that_has_one(read_text):
    rows = lines("Document No.", "Customer ID", "Date", "No.", "Description", "Amount",
                 a="oid", b="cid", c="day", d="sku", e="title", f="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "order_id") == "Document No."
    assert mapped(reading, "product_id") == "No."


def test_a_name_of_which_one_customer_has_many_is_what_was_bought(read_text):
    rows = lines("Receipt number", "Date", "Name", "Customer email", "Price", a="oid", b="day",
                 c="title", d="email", e="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "product_name") == "Name"
    assert mapped(reading, "name") is None


def test_names_of_people_one_to_an_address_are_whose_it_is(read_text):
    rows = lines("Order", "Date", "E-mail", "Attendee", "Amount", a="oid", b="day", c="email",
                 d="name", e="goods")  # fmt: skip
    assert mapped(read_text(as_csv(rows)), "name") == "Attendee"


def test_what_several_people_share_is_no_customer(read_text):
    rows = lines("Order ID", "Date", "Buyer Name", "Customer Depot", "Amount", a="oid", b="day",
                 c="name", d="city", e="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "customer_id") != "Customer Depot"
    assert reading.totals["customers"] == len({order.customer.id for order in ORDERS})


def test_an_id_of_each_line_is_no_product_where_another_comes_again(read_text):
    rows = lines("item_nr", "order_nr", "customer_code", "date", "partner_sku", "title_en",
                 "amount", a="lineid", b="oid", c="cid", d="day", e="sku", f="title",
                 g="goods")  # fmt: skip
    assert mapped(read_text(as_csv(rows)), "product_id") == "partner_sku"


def test_who_bought_is_asked_where_a_number_alone_might_say_so(read_text):
    rows = lines("Rcpt", "Dt", "Card", "Goods", "Paid", a="oid", b="day", c="cnum", d="title",
                 e="goods")  # fmt: skip
    with pytest.raises(MappingNeeded) as asked:
        read_text(as_csv(rows))
    assert asked.value.detected["mapping"]["customer_id"]["column"] == "Card"


def test_pieces_and_price_are_what_makes_the_lines_money(read_text):
    rows = lines("Order", "Date", "Cliente", "Uds.", "PVP", "Total línea", a="oid", b="day",
                 c="cid", d="qty", e="unitnet", f="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert (mapped(reading, "quantity"), mapped(reading, "unit_price")) == ("Uds.", "PVP")
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_the_lines_money_comes_before_the_orders(read_text):
    rows = lines("orderID", "buyerID", "createdDate", "orderSumTotal", "quantity", "unitPrice",
                 "lineItemPriceLines", a="oid", b="cid", c="day", d="ototal", e="qty", f="price",
                 g="goods")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "amount") == "lineItemPriceLines"
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_a_coupon_that_nobody_named_is_taken_off(read_text):
    rows = lines("order_id", "buyer", "date", "quantity", "original price", "coupon cost",
                 "post coupon price", "buyer paid", a="oid", b="cid", c="day", d="qty", e="price",
                 f="ldisc", g="goods", h="ltotal")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert mapped(reading, "amount") == "post coupon price"
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_a_price_that_rises_with_the_quantity_is_the_lines(read_text):
    """Discounts blur it: the same product costs less per piece on some days."""
    rows = lines("Order ID", "Customer", "Date", "Product", "Quantity", "Selling Price",
                 a="oid", b="cid", c="day", d="title", e="qty", f="goods")  # fmt: skip
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(GOODS)


def test_a_price_of_each_stays_one_whatever_the_discounts(read_text):
    def each(_o: corpus.Order, line: corpus.Line, _i: int) -> object:
        return line.goods / line.quantity

    rows = lines("Order ID", "Customer", "Date", "Product", "Quantity", "Selling Price",
                 a="oid", b="cid", c="day", d="title", e="qty", f=each)  # fmt: skip
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(GOODS, rel=0.001)


def test_the_only_money_is_what_was_paid(read_text):
    rows = lines("Deal ID", "Contact Email", "Close Date", "Deal Value", a="lineid", b="email",
                 c="day", d="goods")  # fmt: skip
    assert mapped(read_text(as_csv(rows)), "amount") == "Deal Value"


def test_a_gift_is_no_misspelt_tax(read_text):
    rows = lines("Order", "Email", "Date", "Gift Amount", a="lineid", b="email", c="day",
                 d="goods")  # fmt: skip
    assert mapped(read_text(as_csv(rows)), "tax") is None


def test_what_the_merchant_said_stays_whatever_the_rows_say(read_text):
    rows = lines("Order ID", "Date", "Buyer Name", "Customer Depot", "Amount", a="oid", b="day",
                 c="name", d="city", e="goods")  # fmt: skip
    reading = read_text(as_csv(rows), column_mapping={"customer_id": "Customer Depot"})
    assert mapped(reading, "customer_id") == "Customer Depot"
