"""Columns that look like something else: whose e-mail, which total, how many or how much."""

from __future__ import annotations

import pytest

ORDERS = 24


def as_csv(rows: list[dict[str, object]]) -> str:
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def orders(**columns: object) -> list[dict[str, object]]:
    return [
        {
            "Order ID": 1000 + i,
            "Customer ID": f"C{i % 7}",
            "Order Date": f"2024-{1 + i % 9:02}-{13 + i % 15}",
            **{name: value(i) if callable(value) else value for name, value in columns.items()},
        }
        for i in range(ORDERS)
    ]


def payments() -> list[dict[str, object]]:
    return [
        {
            "Date": f"{13 + i % 15}/0{1 + i % 9}/2024",
            "Name": f"Buyer {'ABCDEFG'[i % 7]}",
            "Gross": "100.00",
            "Fee": "-3.00",
            "Net": "97.00",
            "From Email Address": f"buyer{i % 7}@example.com",
            "To Email Address": "shop@example.com",
            "Transaction ID": f"9XY{i}ABC",
        }
        for i in range(ORDERS)
    ]


def test_payments_are_those_of_who_paid_before_fees(read_text):
    reading = read_text(as_csv(payments()))
    assert reading.detected["platform"] == "PayPal"
    assert reading.totals["customers"] == 7
    assert reading.totals["net"] == ORDERS * 100


def test_money_that_goes_back_is_the_buyers_and_a_withdrawal_is_nobodys(read_text):
    rows = payments()
    rows[3] |= {"From Email Address": "Shop@example.com", "To Email Address": "buyer1@example.com"}
    rows[3]["Gross"] = "-100.00"
    rows[4] |= {"From Email Address": "shop@example.com", "To Email Address": "", "Gross": "-900"}
    reading = read_text(as_csv(rows))
    assert reading.totals["customers"] == 7
    assert reading.totals["net"] == (ORDERS - 3) * 100
    assert reading.report["without_customer"]["net"] == -900


def test_an_account_that_every_row_has_is_nobody(read_text):
    rows = orders(AccountCode="200", EmailAddress=lambda i: f"b{i % 5}@example.com", Amount="10.00")
    for row in rows:
        row.pop("Customer ID")
    assert read_text(as_csv(rows)).totals["customers"] == 5


def test_a_shop_may_have_one_customer(read_text):
    rows = orders(Amount="10.00")
    for row in rows:
        row["Customer ID"] = "77"
    assert read_text(as_csv(rows)).totals["customers"] == 1


def test_the_person_counts_where_ids_are_made_for_each_order(read_text):
    rows = orders(
        customer_id=lambda i: f"k{i}", customer_unique_id=lambda i: f"p{i % 6}", price=5.5
    )
    for row in rows:
        row.pop("Customer ID")
    assert read_text(as_csv(rows)).totals["customers"] == 6


@pytest.mark.parametrize("order_total", ["Order Total (inc tax)", "Order Total (ex tax)"])
def test_goods_are_without_tax_where_the_headers_say_so(read_text, order_total):
    total = "124.00" if "inc" in order_total else "105.00"
    columns = {
        "Subtotal (inc tax)": "119.00",
        "Subtotal (ex tax)": "100.00",
        "Tax Total": "19.00",
        "Shipping Cost": "5.00",
        order_total: total,
    }
    for left_out in ((), ("Subtotal (inc tax)",)):
        kept = {name: value for name, value in columns.items() if name not in left_out}
        assert read_text(as_csv(orders(**kept))).totals["net"] == ORDERS * 100


def test_a_tax_rate_isnt_money(read_text):
    rows = orders(**{"Unit Price": "100.00", "Quantity": 1, "VAT %": 19, "Total": "119.00"})
    reading = read_text(as_csv(rows))
    assert "tax" not in reading.detected["mapping"]
    assert reading.totals["net"] == ORDERS * 100


@pytest.mark.parametrize(
    ("header", "no", "yes", "gross"),
    [("Returned", "No", "Yes", 24), ("is_cancelled", "0", "1", 18), ("Returns", "", "1.0", 24)],
)
@pytest.mark.parametrize("also", [{}, {"Order Status": "shipped"}])
def test_yes_in_a_column_of_its_own_takes_an_order_back(read_text, header, no, yes, gross, also):
    rows = orders(Amount="10.00", **{header: lambda i: no if i % 4 else yes}, **also)
    reading = read_text(as_csv(rows))
    assert reading.totals["net"] == 18 * 10
    assert reading.totals["gross"] == gross * 10


def test_an_amount_of_a_few_beside_a_price_is_how_many(read_text):
    rows = orders(Product=lambda i: f"Item {i % 3}", Amount=lambda i: 1 + i % 3, Price="49.90")
    assert read_text(as_csv(rows)).totals["net"] == pytest.approx(48 * 49.9)


def test_a_long_number_is_no_date(read_text):
    rows = orders(increment_id=lambda i: f"0000{1000 + i}", grand_total="10.00")
    for row in rows:
        row["created_at"] = f"{row.pop('Order Date')} 10:00:00"
    reading = read_text(as_csv(rows))
    assert reading.detected["mapping"]["order_date"]["column"] == "created_at"


def test_rounded_ids_dont_make_one_order_of_many(read_text):
    rows = orders(Amount=lambda i: f"{i + 1}.00")
    for row in rows:
        row["Order ID"] = "4.50012E+11"
    reading = read_text(as_csv(rows))
    assert reading.totals["orders"] == ORDERS
    assert [notice["code"] for notice in reading.notices] == ["ids-rounded"]


@pytest.mark.parametrize("header", ["amount_cents", "Total (pence)"])
def test_money_in_hundredths_is_told_by_its_header(read_text, header):
    assert read_text(as_csv(orders(**{header: "1990"}))).totals["net"] == pytest.approx(24 * 19.9)


@pytest.mark.parametrize(
    ("header", "discount", "net"),
    [
        ("discount_percent", 10, 18),
        ("Discount", "-1.00", 19),
        ("Discount", "1.00", 19),
        ("Discount", "0.1", 18),
    ],
)
def test_a_discount_is_a_share_or_money(read_text, header, discount, net):
    rows = orders(Product="Mug", Quantity=2, Price="10.00", **{header: discount})
    assert read_text(as_csv(rows)).totals["net"] == ORDERS * net


def test_types_behind_names_are_no_part_of_them(read_text):
    reading = read_text(
        "order_id:int,customer:string,date:datetime,quantity:int32,price:float64\n"
        "1,ann,2024-01-02,3,9.50\n2,ben,2024-01-03,2,1.25\n"
    )
    assert reading.totals["net"] == 31.0
