"""Exports of one and the same orders: every field is found, and the money agrees."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
import reading_corpus as corpus
from kindred.errors import MappingNeeded

ORDERS = corpus.make_orders()
#: A few that differ most; the slow ring reads them all.
MARKETPLACES = (
    "amazon all orders",
    "meesho",
    "ebay",
    "german shop",
)


def test_the_corpus_holds_at_least_sixty_header_sets():
    assert len(corpus.EXPORTS) >= 60
    assert len({export.name for export in corpus.EXPORTS}) == len(corpus.EXPORTS)


@pytest.mark.parametrize("name", MARKETPLACES)
def test_every_marketplace_gives_the_same_orders_and_money(read_text, name):
    export = next(e for e in corpus.EXPORTS if e.name == name)
    reading = read_text(corpus.render(export, ORDERS))
    expected = corpus.expected(ORDERS, statuses=export.statuses)
    assert reading.report["rejected_by_code"] == {}
    assert reading.totals["orders"] == expected["orders"]
    assert reading.totals["customers"] == expected["customers"]
    assert reading.totals["net"] == pytest.approx(expected["net"], abs=0.01)


def test_a_file_whose_columns_say_nothing_asks_for_a_mapping(read_text):
    with pytest.raises(MappingNeeded) as asked:
        read_text("alpha,beta,gamma\nred,blue,x\ngreen,blue,y\nred,pink,z\n")
    assert asked.value.code == "mapping-needed"
    assert "mapping" in asked.value.detected


def test_items_in_columns_of_their_own_are_named_together(read_text):
    reading = read_text(
        "order_id,order_date,customer_email,order_total,line_item_2,line_item_1,line_item_10\n"
        "1,2024-05-01,ann@example.com,39.90,name:Wool Scarf|sku:W|quantity:2,"
        "name:Linen Shirt|sku:L|quantity:1,name: Hat |sku:H\n"
        "2,2024-05-02,ben@example.com,19.90,,Cap | blue,\n"
    )
    columns = reading.detected["mapping"]["product_name"]["column"]
    assert columns == ["line_item_1", "line_item_2", "line_item_10"]
    names = pq.read_table(reading.tables.orders)["product_name"].to_pylist()
    assert names == ["Linen Shirt; Wool Scarf; Hat", "Cap | blue"]
