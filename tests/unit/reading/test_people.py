"""Who bought: ids, e-mails and names, one person under several spellings, lists of customers."""

from __future__ import annotations

import duckdb
import pytest

ORDERS = """Order ID,Customer ID,Email,Order Date,Amount
1, C1 ,Ann@Example.com,2024-01-01,10.00
2,C1,ann@example.com,2024-01-02,10.00
3,C9,ANN@example.com,2024-01-03,10.00
4,C2,ben@example.com,2024-01-04,10.00
5,0,ben@example.com,2024-01-05,10.00
"""


def test_one_person_under_several_spellings_is_one_customer(read_text):
    reading = read_text(ORDERS)
    assert reading.totals["customers"] == 2
    assert reading.totals["net"] == 50.0
    assert reading.report["duplicates_merged"] > 0


def test_duplicate_customers_are_rejected_if_the_merchant_says_so(read_text):
    reading = read_text(ORDERS, duplicate_customers="reject")
    assert set(reading.report["rejected_by_code"]) == {"unique-error"}
    assert reading.totals["net"] < 50.0


CUSTOMERS = """Email,First Name,Last Name,Total Orders,Total Spent,Last Order Date,Accepts Marketing
ann@example.com,Ann,Ash,2,30.00,2024-01-05,yes
Ann@Example.com ,Ann,Ashe,1,10.00,2024-02-05,no
ben@example.com,Ben,Birch,4,99.50,2024-03-01,yes
"""


@pytest.mark.parametrize(
    ("choice", "net", "name", "rejected"),
    [
        ("merge", 139.5, "Ann Ashe", 0),
        ("keep_last", 109.5, "Ann Ashe", 0),
        ("reject", 129.5, "Ann Ash", 1),
    ],
)
def test_a_list_of_customers_with_totals(read_text, choice, net, name, rejected):
    reading = read_text(CUSTOMERS, duplicate_customers=choice)
    assert reading.report["shape"] == "customers"
    assert reading.report["rows_rejected"] == rejected
    assert reading.totals["net"] == net
    assert reading.totals["customers"] == 2
    assert reading.tables.orders is None
    row = duckdb.sql(
        f"SELECT name, consent FROM '{reading.tables.customers}' WHERE email = 'ann@example.com'"
    ).fetchall()[0]

    assert row[0] == name


def test_without_an_id_the_email_is_the_customer(read_text):
    reading = read_text(
        "Order ID,E-mail,Order Date,Amount\n1,A@b.co,2024-01-01,5\n2,a@B.co,2024-01-02,5\n"
    )
    ids = duckdb.sql(f"SELECT customer_id FROM '{reading.tables.customers}'").fetchall()
    assert ids == [("a@b.co",)]


def test_ids_read_from_a_spreadsheet_lose_their_decimal(read_text):
    reading = read_text(
        "Order ID,Customer ID,Order Date,Amount\n1,17850.0,2024-01-01,5\n2,17850,2024-01-02,5\n"
    )
    ids = duckdb.sql(f"SELECT customer_id FROM '{reading.tables.customers}'").fetchall()
    assert ids == [("17850",)]


def test_reviews_become_texts(read_text):
    reading = read_text(
        "title,body,rating,review_date,reviewer_name,reviewer_email,product_id\n"
        'Nice,"Fits well, and I love the colour",5,2024-01-05 10:00:00 UTC,Ann,a@b.co,7\n'
        "Meh,Too small and the zip broke after a week,2,2024-01-06 10:00:00 UTC,Ben,b@b.co,7\n"
    )
    assert reading.report["shape"] == "reviews"
    assert reading.tables.texts is not None
    rows = duckdb.sql(
        f"SELECT customer_id, rating, title FROM '{reading.tables.texts}' ORDER BY line"
    )
    assert rows.fetchall() == [("a@b.co", 5.0, "Nice"), ("b@b.co", 2.0, "Meh")]


def test_purchases_of_an_event_log_are_orders(read_text):
    lines = ["event_time,event_type,product_id,price,user_id"]
    for i in range(40):
        kind = ("view", "cart", "purchase", "view")[i % 4]
        lines.append(
            f"2024-01-{1 + i % 28:02} 10:00:{i:02} UTC,{kind},P{i % 5},{i}.50,{500 + i % 6}"
        )
    reading = read_text("\n".join(lines) + "\n")
    assert reading.report["shape"] == "events"
    assert reading.totals["orders"] == 10
    assert reading.tables.events is not None
    assert duckdb.sql(f"SELECT count(*) FROM '{reading.tables.events}'").fetchall() == [(40,)]


@pytest.mark.parametrize("marked", ["'00120", '"=""00120"""', "'00123", '"=""00123"""'])
def test_the_mark_of_a_spreadsheet_for_text_is_no_part_of_an_id(read_text, marked):
    plain = marked.strip("'=\"")
    lines = [f"{cell},{n},2024-01-0{n},5.00" for n, cell in enumerate((marked, plain), 1)]
    reading = read_text("\n".join(["Customer ID,Order ID,Date,Total", *lines]) + "\n")
    found = duckdb.sql(f"SELECT customer_id FROM '{reading.tables.customers}'").fetchall()
    assert found == [(plain,)]
