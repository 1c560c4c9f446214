"""Money columns side by side, told by how they add up; and what further columns say of an order."""

from __future__ import annotations

import pytest
import reading_corpus as corpus
from reading_files import ORDERS, as_csv, lines, plain_title

GOODS = float(sum(order.goods for order in ORDERS))
KEPT = corpus.expected(ORDERS)["net"]


def test_the_goods_are_taken_where_the_total_with_tax_stands_beside_them(read_text):
    rows = lines("Order ID", "Customer", "Date", "Item Revenue", "Tax Amount", "Item Total",
                 a="oid", b="cid", c="iso", d="goods", e="ltax", f="ltotal")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["amount"]["column"] == "Item Revenue"
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_what_the_merchant_said_stays_whatever_adds_up(read_text):
    head = "order_id,customer_id,date,amount,boxes,pieces,total"
    rows = [
        f"O{i},C{i % 9},2024-03-{i % 28 + 1:02},{7 + i}.50,{i % 3 + 1},{i % 5 + 1},"
        f"{(7.5 + i) * (i % 3 + 1):.2f}"
        for i in range(40)
    ]
    reading = read_text("\n".join([head, *rows]), column_mapping={"quantity": "pieces"})
    assert reading.detected["mapping"]["quantity"]["column"] == "pieces"


def test_a_total_with_tax_alone_stays(read_text):
    rows = lines("Order ID", "Customer", "Date", "Margin", "Tax Amount", "Item Total",
                 a="oid", b="cid", c="iso", d="fee", e="ltax", f="ltotal")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["amount"]["column"] == "Item Total"


@pytest.mark.parametrize("net", ["net", "Net Total"])
def test_what_is_left_after_fees_isnt_what_the_customer_paid(read_text, net):
    rows = lines("order_id", "customer_id", "date", "gross", "fee", net,
                 a="lineid", b="cid", c="iso", d="ogoods", e="fee", f="goodsfee")  # fmt: skip
    firsts = {(row[1], row[2]): row for row in reversed(rows)}  # a row per order
    reading = read_text(as_csv(list(reversed(firsts.values()))))
    assert reading.detected["mapping"]["amount"]["column"] == "gross"
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_a_shipping_fee_on_top_is_no_fee_of_the_shop(read_text):
    def with_shipping(o: corpus.Order, _line: corpus.Line, _i: int) -> object:
        return o.goods + o.shipping

    rows = lines("order_id", "customer_id", "date", "amount", "Shipping Fee", "Order Amount",
                 a="lineid", b="cid", c="iso", d="ogoods", e="oship", f=with_shipping)  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["amount"]["column"] == "amount"


def test_an_amount_that_makes_the_total_with_the_quantity_is_a_price(read_text):
    rows = lines("Order ID", "Customer", "Date", "Total_Purchases", "Amount", "Total_Amount",
                 a="lineid", b="cid", c="iso", d="qty", e="price", f="list")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["amount"]["column"] == "Total_Amount"
    assert reading.detected["mapping"]["unit_price"]["column"] == "Amount"
    assert reading.totals["net"] == pytest.approx(float(sum(order.list_total for order in ORDERS)))


def test_a_refund_that_a_second_status_tells_counts(read_text):
    def back(o: corpus.Order, _line: corpus.Line, _i: int) -> str:
        return "Returned" if o.status == "refunded" else "Complete"

    rows = lines("Order", "Customer", "Date", "Amount", "Order status", "Return status",
                 a="lineid", b="cid", c="iso", d="goods", e="clst", f=back)  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.totals["net"] == pytest.approx(KEPT)


def test_a_title_that_was_bought_is_a_product(read_text):
    rows = lines("Order Date", "Order ID", "Title", "Email", "Item Total",
                 a="iso", b="oid", c=plain_title, d="email", e="goods")  # fmt: skip
    mapping = read_text(as_csv(rows)).detected["mapping"]
    assert mapping["product_name"]["column"] == "Title"
    assert "review_title" not in mapping


def test_orders_with_reviews_are_orders(read_text):
    rows = lines("order_id", "customer_id", "order_purchase_timestamp", "product_id", "price",
                 "review_score", "review_comment_message",
                 a="oid", b="cid", c="iso", d="sku", e="goods", f="stars", g="said")  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.report["shape"] == "order_lines"
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_quotes_after_a_blank_are_quotes_in_the_header_too(read_text):
    rows = lines("order_id", "customer_id", "date", "product", "amount",
                 a="oid", b="cid", c="iso", d=plain_title, e="goods")  # fmt: skip
    reading = read_text(as_csv(rows).replace('","', '", "'))
    assert reading.detected["columns"][:2] == ["order_id", "customer_id"]
    assert reading.totals["net"] == pytest.approx(GOODS)


def test_a_reference_of_each_order_is_no_product(read_text):
    rows = lines("ID", "Référence", "Client", "Total", "Date",
                 a="lineid", b="uuid", c="cid", d="goods", e="iso")  # fmt: skip
    for place, row in enumerate(rows[1:]):
        row[1] = f"REF{place * 7919:06}"
    assert "product_id" not in read_text(as_csv(rows)).detected["mapping"]


def test_whole_prices_that_grow_nearly_with_the_quantity_are_the_lines(read_text):
    def whole(_o: corpus.Order, line: corpus.Line, _i: int) -> int:
        return int(line.list_total)

    rows = lines("CUSTOMER_ID", "PRODUCT_ID", "TRANSACTION_DT", "AMOUNT", "SALES_PRICE",
                 a="cid", b="pnum", c="iso", d="qty", e=whole)  # fmt: skip
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["quantity"]["column"] == "AMOUNT"
    wanted = sum(int(line.list_total) for order in ORDERS for line in order.lines)
    assert reading.totals["net"] == pytest.approx(wanted)


def test_customers_go_by_an_id_without_a_word_for_them(read_text):
    rows = [["master_id", "last_order_date", "order_num_total", "customer_value_total"]]
    rows += [
        [f"m-{n:05}", f"2024-03-{1 + n % 28:02}", 1 + n % 5, f"{20 + n}.50"] for n in range(40)
    ]
    reading = read_text(as_csv(rows))
    assert reading.report["shape"] == "customers"
    assert reading.totals["customers"] == 40
