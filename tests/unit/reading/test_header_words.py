"""Headers that no list holds, in many languages."""

from __future__ import annotations

import pytest
from kindred.reading.columns.header_scores import score_header


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Désignation produit", "product_name"),  # accents don't keep a word from being known
        ("Quantité commandée article", "quantity"),
        ("Numer zamówienia", "order_id"),
        ("Nazwa produktu", "product_name"),
        ("Sipariş Tarihi", "order_date"),
        ("Müşteri Adı", "name"),
        ("Costo articolo", "unit_price"),
        ("N.º de venda", "order_id"),
        ("Kundnamn", "name"),
        ("Nama Pembeli", "name"),
        ("Номер заказа", "order_id"),
        ("unit_price_tax_excl", "unit_price"),
        ("Order Total incl. VAT", "order_total"),
        ("Order Lines/Product", "product_name"),
        ("ASIN/ISBN", "product_id"),
        ("Product variant SKU", "product_id"),
        ("Tax 5%", "tax"),
        ("Item Subtotal Tax", "tax"),
        ("billingphonenumber", "phone"),
        ("totalshippingcost", "shipping"),
        ("Refunded to buyer amount", "refund"),
        ("Username Pembeli", "customer_id"),
        ("Número de orden", "order_id"),
        ("Product_Category_1", "category"),
        ("customer_value_total_ever_online", "amount"),
    ],
)
def test_a_header_is_read_by_its_words(header, field):
    scores = score_header(header)
    assert max(scores, key=lambda role: scores[role]) == field
    assert scores[field] >= 0.5


@pytest.mark.parametrize("header", ["Adjusted Order Total", "Converted Order Amount"])
def test_what_an_order_was_changed_to_isnt_its_total(header):
    assert all(score < 0.5 for score in score_header(header).values())


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Month", "amount"),
        ("Cost of goods", "unit_price"),
        ("card_country", "country"),
        ("City_Category", "city"),
        ("Customer type", "status"),
        ("sales_channel_id", "order_id"),
    ],
)
def test_a_word_alike_makes_no_field(header, field):
    assert score_header(header).get(field, 0.0) < 0.5
