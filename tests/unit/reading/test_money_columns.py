"""Several columns of money: the goods' is told by what adds up, by its range and its cents."""

from __future__ import annotations

import pytest
from kindred.errors import MappingNeeded

START = "Bestellnummer,Kunde,Bestelldatum"


def file_of(header: str, *lines: str) -> str:
    whole = [f"{7000 + i},K{i % 3},2024-0{1 + i}-15,{line}" for i, line in enumerate(lines)]
    return "\n".join([f"{START},{header}", *whole]) + "\n"


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        (file_of("Gross,Fixed fee,Variable fee,Net", "50,-0.3,-5,44.7", "80,-0.3,-8,71.7",
                 "21,-0.3,-2.1,18.6"), 151.0),
        (file_of("product sales,shipping credits,commission,total", "100,8,-15,93",
                 "20,5,-3,22", "40,0,-6,34"), 160.0),
        (file_of("Ventes produits,Frais de service,Net", "90,9.9,80.1", "35,3.85,31.15",
                 "12.5,1.38,11.12"), 137.5),
        (file_of("Net amount,Item subtotal,Total paid", "93.96,100,108", "23.14,20,26.6",
                 "46.98,50,54"), 170.0),
        (file_of("Net proceeds,Goods value,Total paid", "41.10,45,49.5", "18.20,20,22",
                 "84.35,90,99"), 155.0),
    ],
)  # fmt: skip
def test_what_is_left_after_fees_is_no_customers_money(read_text, text, goods):
    assert read_text(text).totals["gross"] == goods


@pytest.mark.parametrize(
    ("header", "lines", "goods"),
    [
        ("Selling Price Per Item,Quantity,Shipping Charges,Invoice Amount",
         ("1599,3,0,4798", "2000,1,0,2000", "2000,2,0,4000", "720,1,0,720"), 11518.0),
        ("Einzelpreis,Menge,Gesamtpreis", ("3.33,3,10.00", "2.50,4,10.00", "0.67,3,2.00"), 22.0),
        ("Precio unitario,Cantidad,Importe total,IVA",
         ("33,3,100.4,1.4", "10,2,20,0", "67,3,202.4,1.4"), 320.0),
        ("Unit price,Qty,Shipping,Total", ("1.43,7,5,15.00", "2.00,3,5,11.00", "1.67,6,0,10.00"),
         26.0),
    ],
)  # fmt: skip
def test_a_lines_own_amount_goes_before_a_rounded_price_times_quantity(
    read_text, header, lines, goods
):
    assert read_text(file_of(header, *lines)).totals["gross"] == goods


@pytest.mark.parametrize(
    ("header", "lines", "goods"),
    [
        ("Product Name,Amount,Total", ("Latte,5,255000", "Mocha,2,90000", "Latte,1,51000"), 396e3),
        ("Item,Amount,Paid", ("Rug,1,45.90", "Mat,3,29.97", "Rug,2,91.80"), 167.67),
        ("Product,Total,Amount", ("Pen,15.00,6", "Ink,24.50,2", "Pen,5.00,2"), 44.5),
        ("Produkt,Amount,Summe", ("Tee,4,19.96", "Kanne,1,35.00", "Tee,2,9.98"), 64.94),
    ],
)
def test_an_amount_that_counts_pieces_is_no_money(read_text, header, lines, goods):
    reading = read_text(file_of(header, *lines))
    assert reading.totals["gross"] == pytest.approx(goods)
    column = header.split(",").index("Amount")
    assert reading.detected["mapping"]["quantity"]["column"] == header.split(",")[column]


def test_an_amount_of_whole_money_before_tax_stays_the_goods(read_text):
    lines = ("50,5,55.00", "20,2,22.00", "40,4,44.00", "10,1,11.00", "30,3,33.00")
    reading = read_text(file_of("Amount,Tax,Total", *lines))
    assert reading.totals["gross"] == 150.0
    assert reading.report["equations"] == [{"equation": "Amount + Tax = Total", "rows": 5, "of": 5}]


def test_a_discount_on_every_line_is_no_fee(read_text):
    lines = ("100,90,9,99", "50,45,4.5,49.5", "20,18,1.8,19.8")
    reading = read_text(file_of("Gross Sales,Net Sales,Tax,Total", *lines))
    assert reading.totals["gross"] == 153.0


def test_the_report_counts_the_rows_that_an_equation_holds_on(read_text):
    text = file_of("Gross,Fee,Net", "50,-5,45", "80,-8,72", "21,-2.1,18.9", "10,-1,9")
    text += file_of("", *["30,-3,26"]).split("\n", 1)[1]
    text += "\n".join(f"{i},K1,2024-03-01,{i},-{i / 10},{i * 9 / 10}" for i in range(20, 60))
    reading = read_text(text)
    assert reading.detected["mapping"]["amount"]["column"] == "Gross"
    assert reading.report["equations"] == [{"equation": "Gross + Fee = Net", "rows": 44, "of": 45}]


def test_a_platforms_sales_are_told_by_its_fees_where_nobody_is_named(read_text):
    text = (
        '"date/time","type","order id","sku","quantity","product sales","selling fees","total"\n'
        '"Jan 8, 2025 11:00:00 PM PDT","Order","1-1","MUG","4","100.00","-15.00","85.00"\n'
        '"Jan 9, 2025 9:00:00 AM PDT","Order","1-2","TOTE","1","20.00","-3.00","17.00"\n'
        '"Jan 9, 2025 9:30:00 AM PDT","Order","1-3","TOTE","2","40.00","-6.00","34.00"\n'
    )
    with pytest.raises(MappingNeeded) as needed:
        read_text(text)
    assert needed.value.detected["mapping"]["amount"]["column"] == "product sales"
