"""Columns whose headers say little: whose name, which state, which currency."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("header", ["email,name", "E-Mail,Name", "correo,nombre"])
def test_a_name_beside_an_email_is_whose_it_is(read_text, header):
    lines = ("ann@example.com,Ann,1,2024-01-05,10.00", "ben@example.com,Ben,2,2024-01-06,20.00")
    reading = read_text("\n".join([f"{header},order id,date,total", *lines]) + "\n")
    mapping = reading.detected["mapping"]
    assert mapping["name"]["column"] == header.split(",")[1]
    assert "product_name" not in mapping


def test_a_name_that_comes_again_with_many_emails_is_of_goods(read_text):
    lines = [
        f"u{i}@example.com,{'Mug' if i % 2 else 'Tote'},{i},2024-01-05,{i}.50" for i in range(12)
    ]
    reading = read_text("\n".join(["email,name,order id,date,total", *lines]) + "\n")
    assert reading.detected["mapping"]["product_name"]["column"] == "name"


@pytest.mark.parametrize(("header", "role"), [("order state", "status"), ("Region", "country")])
def test_codes_of_states_are_no_status_and_no_country(read_text, header, role):
    states = ("CA", "NY", "TX", "WA", "OR", "FL", "DE", "NV", "OH", "UT")
    lines = [f"{i},C{i % 9},2024-01-{10 + i % 18},{states[i % 10]},{i}.50" for i in range(60)]
    reading = read_text("\n".join([f"order id,customer id,date,{header},amount", *lines]) + "\n")
    assert role not in reading.detected["mapping"]


def test_a_name_alone_as_the_customers_id_is_said(read_text):
    lines = [f"{i},Ann Ash,2024-01-0{i},{i}.50" for i in range(1, 8)]
    reading = read_text("\n".join(["order id,buyer name,date,amount", *lines]) + "\n")
    assert "name-as-id" in [notice["code"] for notice in reading.notices]


def test_the_currency_of_a_platform_of_one_country_is_filled_in_and_said(read_text):
    head = "Ordered On,ORDER ITEM ID,Order Id,Order State,SKU,Invoice Amount,"
    head += "Selling Price Per Item,Quantity,Buyer name"
    lines = [f"2024-01-0{i},{i},OD{i},Delivered,MUG,20,20,1,Ann Ash" for i in range(1, 8)]
    reading = read_text("\n".join([head, *lines]) + "\n")
    assert reading.totals["currency"] == "INR"
    assert "currency-of-platform" in [notice["code"] for notice in reading.notices]
