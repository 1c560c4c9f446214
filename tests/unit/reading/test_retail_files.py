"""The two order files that everybody has: the retail lines and the plain order list."""

from __future__ import annotations

import pytest

RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850.0,United Kingdom
536365,71053,"METAL LANTERN, ""OLD\"\"",6,12/1/2010 8:26,3.39,17850,United Kingdom
536365,71053,"METAL LANTERN, ""OLD\"\"",6,12/1/2010 8:26,3.39,17850,United Kingdom
536366,22633,HAND WARMER \xa3,2,12/13/2010 9:02,1.85,,United Kingdom
C536367,85123A,WHITE HANGING HEART,-1,12/14/2010 9:34,2.55,17850,United Kingdom
536368,85123A,WHITE HANGING HEART,x,12/14/2010 9:34,2.55,13047,United Kingdom
536369,85123A,WHITE HANGING HEART,2,12/15/2010 9:34,2.55,13047,United Kingdom
"""


def test_retail_lines_are_all_accounted_for(read_text):
    reading = read_text(RETAIL.encode("latin-1"))
    report = reading.report
    assert report["rows_read"] == 8 - 1
    assert report["rows_accepted"] + report["rows_rejected"] == report["rows_read"]
    assert report["rejected_by_code"] == {"type-error": 1}
    assert report["rows_without_customer"] == 1
    assert report["duplicate_rows"] == 1
    assert report["rows_cancelled"] == 1
    assert reading.detected["encoding"] == "iso-8859-1"
    assert reading.detected["date_order"] == "mdy"
    assert reading.totals == {
        "customers": 2,
        "orders": 2,
        "gross": pytest.approx(6 * 2.55 + 6 * 3.39 + 2 * 2.55),
        "refunds": 2.55,
        "net": pytest.approx(6 * 2.55 + 6 * 3.39 + 2 * 2.55 - 2.55),
        "first_order": "2010-12-01T08:26:00",
        "last_order": "2010-12-15T09:34:00",
        "currency": None,
    }


def test_a_currency_in_the_header_is_taken(read_text):
    reading = read_text(
        "Customer_ID,Order_ID,Date,Total_Amount_LKR,Product_Category\n"
        "C1,O1,2024-01-05,1500.50,Shoes\nC2,O2,2024-02-05,99,Hats\nC1,O3,2024-03-01,10,Hats\n"
    )
    assert reading.totals["net"] == 1609.5
    assert reading.totals["currency"] == "LKR"
    assert reading.totals["first_order"] == "2024-01-05"
