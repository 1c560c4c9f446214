"""Lists of customers: parts of totals are added up, and money that isn't clear is asked for."""

from __future__ import annotations

import pytest
from kindred.errors import MappingNeeded

CHANNELS = (
    "master_id,first_order_date,last_order_date,order_num_total_ever_online,"
    "order_num_total_ever_offline,customer_value_total_ever_offline,"
    "customer_value_total_ever_online",
    ("m-01,2020-10-30,2021-02-26,4.0,1.0,139.99,799.38",
     "m-02,2017-02-08,2021-02-16,19.0,2.0,159.97,1853.58",
     "m-03,2019-11-27,2020-11-27,3.0,2.0,189.97,395.35"),
)  # fmt: skip
GERMAN = (
    "Kundennummer,Letzte Bestellung,Bestellungen Web,Bestellungen Filiale,Umsatz Web,"
    "Umsatz Filiale",
    ("K1,2024-03-01,2,5,40.50,210.00", "K2,2024-02-11,1,0,19.99,0", "K3,2024-01-05,3,1,80,12.01"),
)
THREE = (
    "Customer ID,Last purchase,App orders,Desk orders,Phone orders,App spend,Desk spend,"
    "Phone spend",
    ("A,2024-03-01,1,2,0,10.10,20.20,0", "B,2024-03-04,0,1,3,0,5.50,30", "C,2024-05-04,2,,,9,,"),
)
FRENCH = (
    "id client,dernière commande,nombre de commandes boutique,nombre de commandes internet,"
    "montant boutique,montant internet",
    ("1001,2024-03-01,4,1,100.00,9.50", "1002,2024-02-01,1,1,20.00,30.25"),
)


def file_of(header: str, lines: tuple[str, ...]) -> str:
    return "\n".join([header, *lines]) + "\n"


@pytest.mark.parametrize(
    ("file", "orders", "net"),
    [(CHANNELS, 31, 3538.24), (GERMAN, 12, 362.5), (THREE, 9, 74.8), (FRENCH, 7, 159.75)],
)
def test_parts_of_a_total_side_by_side_are_added_up(read_text, file, orders, net):
    reading = read_text(file_of(*file))
    assert reading.report["shape"] == "customers"
    assert (reading.totals["orders"], reading.totals["net"]) == (orders, net)
    assert len(reading.detected["mapping"]["amount"]["column"]) > 1


def test_a_total_beside_its_parts_counts_once(read_text):
    header = "Customer ID,Last order,Web orders,Store orders,Web spend,Store spend,Total spend"
    lines = ("A,2024-03-01,1,2,10.10,20.20,30.30", "B,2024-03-04,2,1,7.25,5.50,12.75",
             "C,2024-05-04,2,4,9.10,1.20,10.30")  # fmt: skip
    assert read_text(file_of(header, lines)).totals["net"] == 53.35


@pytest.mark.parametrize(
    "header",
    [
        "Customer ID,Email,Last order,Metric A,Bucket",
        "member id,email,last purchase,x1,kpi",
        "Kundennummer,E-Mail,Letzte Bestellung,Feld 7,Feld 8",
    ],
)
def test_a_list_of_customers_whose_money_is_not_clear_asks(read_text, header):
    lines = tuple(f"{1000 + i},a{i}@example.com,2024-03-0{i},{i * 7.25},{i}" for i in range(1, 9))
    with pytest.raises(MappingNeeded) as needed:
        read_text(file_of(header, lines))
    assert "spent" in needed.value.message


def test_a_list_without_any_figure_is_read_as_it_is(read_text):
    lines = tuple(f"{1000 + i},a{i}@example.com,2024-03-0{i}" for i in range(1, 9))
    reading = read_text(file_of("Customer ID,Email,Last order", lines))
    assert reading.totals["customers"] == 8
