"""Refunds, taxes and coupons packed into a cell; refunds of a part of an order and their tax."""

from __future__ import annotations

import csv
import io

import pytest


def text(rows: list[dict[str, object]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def orders(count: int = 12, **more: object) -> list[dict[str, object]]:
    """Orders of two mugs at 10.00 and of three: 20.00 and 30.00 in turn."""
    return [
        {
            "order_id": 100 + i,
            "order_date": f"2025-02-{1 + i:02}",
            "status": "completed",
            "customer_email": f"p{i % 5}@example.com",
            "item": "Mug",
            "quantity": 2 + i % 2,
            "price": "10.00",
            **more,
        }
        for i in range(count)
    ]


NET = 6 * 20.0 + 6 * 30.0


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("refund_items", "amount:5.00|reason:broken|date:2025-03-01"),
        ("refund_items", "amount:2.00|reason:|date:2025-03-01;amount:3.00|reason:|date:2025-03-09"),
        ("Refunds", '[{"id": 3, "reason": "late, 2 days", "total": "-5.00"}]'),
        ("order refunds", '{"id": 31, "amount": 5.0, "money": {"amount": "5.00", "code": "EUR"}}'),
        ("Refund Details", "[{'id': 7, 'amount': 4.0}, {'id': 8, 'amount': 1.0}]"),
        ("Erstattungen", "Datum: 2025-03-01 | Betrag: 5,00 | Grund: zu spät"),
    ],
)
def test_packed_refunds_are_money_back(read_text, name, cell):
    rows = orders(**{name: ""})
    rows[0][name] = rows[3][name] = cell
    reading = read_text(text(rows))
    assert reading.totals["refunds"] == 10.0
    assert reading.totals["net"] == NET - 10


def test_packed_coupons_are_money_off(read_text):
    rows = orders(coupons="", order_total="")
    for i, row in enumerate(rows):
        off = 4 if i % 3 == 0 else 0
        row["coupons"] = f"code:SPRING25|amount:{off}.00|type:fixed" if off else ""
        row["order_total"] = f"{int(row['quantity']) * 10 - off}.00"
    assert read_text(text(rows)).totals["net"] == NET - 4 * 4


@pytest.mark.parametrize(
    "cell",
    [
        "rate_id:1|code:DE-MWST-1|total:{}|label:VAT|compound:",
        '[{{"title": "VAT", "price": "{}", "rate": 0.19}}]',
        "[{{'name': 'VAT', 'amount': {}, 'percent': 19}}]",
    ],
)
def test_packed_taxes_arent_the_goods(read_text, cell):
    rows = orders(tax_lines="", order_total="")
    for row in rows:
        goods = int(row.pop("quantity")) * 10
        del row["price"]
        row["tax_lines"] = cell.format(f"{goods * 0.2:.2f}")
        row["order_total"] = f"{goods * 1.2:.2f}"
    assert read_text(text(rows)).totals["net"] == NET


def test_packed_items_stay_items(read_text):
    rows = orders()
    for row in rows:
        row["line_items"] = f"name:{row.pop('item')}|quantity:2|total:99.00|tax:7.00"
    reading = read_text(text(rows))
    assert reading.totals["net"] == NET
    assert "tax" not in reading.detected["mapping"]


def test_a_column_of_refunded_amounts_goes_before_packed_refunds(read_text):
    rows = orders(refunded_amount="0.00", refund_items="")
    rows[1] |= {"refunded_amount": "10.00", "refund_items": "amount:12.00|reason:"}
    assert read_text(text(rows)).totals["refunds"] == 10.0


def taxed(whole: str, part: str, **shipping: object) -> list[dict[str, object]]:
    """Orders with 20 % tax, the first refunded as a whole and the last in part."""
    rows = orders(tax="", order_total="", **shipping)
    for row in rows:
        goods = int(row["quantity"]) * 10
        row["tax"] = f"{goods * 0.2:.2f}"
        row["order_total"] = f"{goods * 1.2 + float(shipping.get('shipping', 0)):.2f}"
        row["refund_amount"] = "0.00"
    rows[0]["refund_amount"], rows[-1]["refund_amount"] = whole, part
    return rows


def codes(reading) -> list[str]:
    return [notice["code"] for notice in reading.notices]


@pytest.mark.parametrize("whole", ["24.00", "0.00"])
def test_a_part_refund_with_tax_is_taken_without_it(read_text, whole):
    reading = read_text(text(taxed(whole, "12.00")))
    assert reading.totals["refunds"] == (20.0 if whole == "24.00" else 0.0) + 10.0
    assert "refunds-with-tax" in codes(reading)


def test_a_part_refund_is_without_the_tax_of_orders_with_shipping_too(read_text):
    reading = read_text(text(taxed("29.00", "12.00", shipping="5.00")))
    assert reading.totals["refunds"] == 20.0 + 10.0


def test_a_part_refund_of_the_goods_stays_as_it_is(read_text):
    reading = read_text(text(taxed("20.00", "12.00")))
    assert reading.totals["refunds"] == 20.0 + 12.0
    assert "refunds-with-tax" not in codes(reading)


def test_a_part_refund_of_several_lines_is_without_tax(read_text):
    rows = taxed("24.00", "0.00")
    more = [{**row, "item": "Plate", "quantity": 1, "price": "10.00"} for row in rows]
    for row, line in zip(rows, more, strict=True):
        goods = int(row["quantity"]) * 10 + 10
        row |= {"tax": f"{goods * 0.2:.2f}", "order_total": f"{goods * 1.2:.2f}"}
        line |= {"tax": "", "order_total": "", "refund_amount": ""}
    rows[0]["refund_amount"], rows[2]["refund_amount"] = "36.00", "6.00"
    reading = read_text(text([r for pair in zip(rows, more, strict=True) for r in pair]))
    assert reading.totals["refunds"] == 30.0 + 5.0


def test_where_tax_is_inside_the_price_goods_and_refunds_are_without_it(read_text):
    rows = orders(tax="", order_total="", refund_amount="0.00")
    for row in rows:
        paid = int(row["quantity"]) * 10
        row |= {"tax": f"{paid / 6:.2f}", "order_total": f"{paid}.00"}
    rows[0]["refund_amount"], rows[3]["refund_amount"] = "20.00", "12.00"
    assert read_text(text(rows)).totals["refunds"] == 16.67 + 10.0


def test_without_totals_refunds_stay_as_they_are(read_text):
    rows = [{k: v for k, v in row.items() if k != "order_total"} for row in taxed("0.00", "12.00")]
    reading = read_text(text(rows))
    assert reading.totals["refunds"] == 12.0
    assert not codes(reading)
