"""What becomes of what a shop tells: its canonical tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from kindred.engine import open_engine
from kindred.sources.shops.merging import ShopFacts, merge
from kindred.sources.shops.reconciling import LEFT_OUT
from kindred.sources.shops.records import (
    CartRecord,
    CustomerRecord,
    OrderRecord,
    Person,
    ProductRecord,
    ReviewRecord,
)
from shop_records import (
    Shop,
    alias,
    day,
    gone,
    make_customer,
    make_line,
    make_order,
    make_refund,
    returned,
    rows_of,
    tables_of,
)

from tests.unit.tables.test_writers import check


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_every_table_is_written_as_documented(shop: Shop) -> None:
    person = Person(customer_id="c1", email="ann@example.com")
    shop.tell(
        make_customer("c1", name="Ann", email="ann@example.com"),
        make_order(person=person, shipping=Decimal(5)),
        make_refund("r1", "1", returned("4"), note="Too small."),
        ProductRecord(id="p1", updated_at=day(0), name="Shirt", price=Decimal(10)),
        ReviewRecord(id="v1", updated_at=day(0), said_at=day(2), person=person, text="Lovely."),
        CartRecord(id="k1", updated_at=day(0), left_at=day(3), person=person, value=Decimal(7)),
    )
    check(shop.merge().tables, {"customers", "orders", "texts", "events", "products"})


def test_a_table_that_nothing_was_told_of_is_missing(shop: Shop) -> None:
    shop.tell(make_customer("c1", email="ann@example.com"))
    check(shop.merge().tables, {"customers"})


def test_nothing_told_is_an_empty_shop(shop: Shop) -> None:
    merged = shop.merge()
    assert tables_of(merged)["customers"] == []
    assert merged.report["rows_read"] == 0
    assert merged.compacted == {}


def test_a_record_that_changed_while_pages_were_read_counts_as_it_is_now(shop: Shop) -> None:
    shop.tell(make_order("1", make_line("10"), updated_at=day(1)))
    shop.tell(make_order("1", make_line("30"), updated_at=day(3)))
    shop.tell(make_order("1", make_line("20"), updated_at=day(2)), seen=200)
    assert [row["amount"] for row in tables_of(shop.merge())["orders"]] == [Decimal(30)]


def test_of_two_rows_changed_at_once_the_one_seen_last_counts(shop: Shop) -> None:
    shop.tell(make_order("1", make_line("20")), seen=102)
    shop.tell(make_order("1", make_line("10")), seen=101)
    assert [row["amount"] for row in tables_of(shop.merge())["orders"]] == [Decimal(20)]


def test_a_deleted_order_is_in_no_table_and_no_older_row_brings_it_back(shop: Shop) -> None:
    shop.tell(make_order("1"), make_refund("r1", "1", returned("5")), make_order("2"))
    shop.tell(gone(OrderRecord, "1"))
    first = shop.merge()
    assert {row["order_id"] for row in tables_of(first)["orders"]} == {"2"}
    shop.parts = {table: [path] for table, path in first.compacted.items()}
    shop.tell(make_order("1", updated_at=day(4)), seen=300)
    assert {row["order_id"] for row in tables_of(shop.merge())["orders"]} == {"2"}


def test_drafts_and_tests_are_left_out_and_a_cancelled_order_has_no_money(shop: Shop) -> None:
    shop.tell(
        make_order("1", state="draft"),
        make_order("2", state="test"),
        make_order("3", make_line(tax=Decimal("1.9")), state="cancelled", shipping=Decimal(5)),
        make_order("4"),
        make_refund("r3", "3", returned("10")),
    )
    merged = shop.merge()
    rows = {row["order_id"]: row for row in tables_of(merged)["orders"]}
    assert {key: row["kind"] for key, row in rows.items()} == {"3": "cancelled", "4": "sale"}
    assert [rows["3"][name] for name in ("amount", "tax", "shipping")] == [0, 0, 0]
    assert merged.report["left_out"] == {
        "draft-order": 1,
        "refund-of-cancelled-order": 1,
        "test-order": 1,
    }
    assert merged.report["rows_read"] == merged.report["rows_accepted"] == 2


def test_a_refund_is_negative_on_its_own_day_and_names_what_went_back(shop: Shop) -> None:
    shop.tell(
        ProductRecord(id="p1", updated_at=day(0), name="Shirt", category="Clothes"),
        make_order("1", make_line("10", "a"), make_line("20", "b", product_id="p1"), status="paid"),
        make_refund("r1", "1", returned("8", "b"), shipping=Decimal("2.5"), other=Decimal(1)),
    )
    sales = [row for row in tables_of(shop.merge())["orders"] if row["kind"] == "refund"]
    line, other = sorted(sales, key=lambda row: row["line"])
    assert line["ordered_at"] == datetime(2024, 3, 2, 13, tzinfo=UTC).replace(tzinfo=None)
    assert (line["amount"], line["quantity"]) == (Decimal(-8), -1.0)
    assert (line["product_id"], line["product_name"], line["category"]) == (
        "p1", "Shirt", "Clothes",
    )  # fmt: skip
    assert (other["amount"], other["product_id"]) == (Decimal(-1), None)
    assert line["shipping"] + other["shipping"] == Decimal("-2.5")


def test_a_refund_of_shipping_alone_takes_no_goods_back(shop: Shop) -> None:
    shop.tell(make_order("1"), make_refund("r1", "1", shipping=Decimal("4.9")))
    row = next(row for row in tables_of(shop.merge())["orders"] if row["kind"] == "refund")
    assert (row["amount"], row["shipping"], row["quantity"]) == (0, Decimal("-4.9"), None)


def test_only_refunds_that_are_done_count(shop: Shop) -> None:
    shop.tell(
        make_order("1", make_line("100")),
        make_refund("r1", "1", returned("10"), state="pending"),
        make_refund("r2", "1", returned("20"), state="failed"),
        make_refund("r3", "1", returned("30")),
        make_refund("r4", "missing", returned("40")),
    )
    merged = shop.merge()
    assert sum(row["amount"] for row in tables_of(merged)["orders"]) == 70
    assert merged.report["left_out"] == {"failed-refund": 1, "pending-refund": 1}
    assert merged.report["rejected_by_code"] == {"refund-without-order": 1}
    assert [notice["code"] for notice in merged.notices] == [
        "refunds-without-orders", "orders-without-buyer",
    ]  # fmt: skip


def test_a_refund_larger_than_its_order_counts_and_is_noticed(shop: Shop) -> None:
    shop.tell(make_order("1"), make_refund("r1", "1", returned("12")))
    shop.tell(make_order("2"), make_refund("r2", "2", returned("10")))
    merged = shop.merge()
    assert sum(row["amount"] for row in tables_of(merged)["orders"]) == -2
    assert merged.report["refunds_exceed_orders"] == 1
    assert "refunds-exceed-orders" in {notice["code"] for notice in merged.notices}


def test_currencies_are_never_added(shop: Shop) -> None:
    shop.tell(
        make_order("1"),
        make_order("2", currency="USD"),
        make_order("3", currency=None),
        make_order("4", currency="CHF"),
        make_refund("r2", "2", returned("3"), currency="USD"),
    )
    merged = shop.merge()
    assert {row["order_id"] for row in tables_of(merged)["orders"]} == {"1", "3"}
    assert merged.report["other_currencies"] == {"CHF": 1, "USD": 2}
    assert merged.report["rejected_by_code"] == {"other-currency": 3}
    assert merged.report["rows_read"] == merged.report["rows_accepted"] + 3
    assert "another currency than EUR" in merged.notices[0]["message"]


def test_a_shop_that_names_no_currency_has_the_one_of_most_orders(shop: Shop) -> None:
    shop.tell(*(make_order(str(n), currency=code) for n, code in enumerate(("USD", "EUR", "USD"))))
    merged = shop.merge(currency=None)
    assert merged.tables.currency == "USD"
    assert len(tables_of(merged)["orders"]) == 2


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e30"])
def test_an_impossible_amount_costs_no_other_order(shop: Shop, amount: str) -> None:
    shop.tell(make_order("1", make_line(amount)), make_order("2"))
    merged = shop.merge()
    assert {row["order_id"] for row in tables_of(merged)["orders"]} == {"2"}
    assert merged.report["rejected_by_code"] == {"amount-unusable": 1}
    assert "amounts-unusable" in {notice["code"] for notice in merged.notices}


def test_lines_that_exceed_the_orders_total_are_noticed(shop: Shop) -> None:
    shop.tell(
        make_order("1", make_line("10", tax=Decimal("1.9")), total=Decimal("11.9")),
        make_order("2", make_line("10", tax=Decimal("1.9")), total=Decimal("9.9")),
    )
    assert shop.merge().report["lines_exceed_totals"] == 1


def test_a_line_is_of_a_product_by_its_id_or_else_by_its_number(shop: Shop) -> None:
    shop.tell(
        ProductRecord(id="p1", updated_at=day(0), name="Shirt", category="Clothes", sku="S"),
        ProductRecord(id="p2", updated_at=day(0), name="Hat", sku="p1"),
        make_order(
            "1",
            make_line(line_id="1", product_id="p1", name="As it was called"),
            make_line(line_id="2", sku="S"),
            make_line(line_id="3", sku="unknown"),
            make_line(line_id="4", product_id="no more"),
        ),
    )
    rows = tables_of(shop.merge())["orders"]
    found = [(row["product_id"], row["product_name"], row["category"]) for row in rows]
    assert found == [
        ("p1", "As it was called", "Clothes"),
        ("p1", "Shirt", "Clothes"),
        ("unknown", None, None),
        ("no more", None, None),
    ]


def test_reviews_that_arent_shown_and_carts_that_were_bought_are_left_out(shop: Shop) -> None:
    shop.tell(
        ReviewRecord(id="1", updated_at=day(0), text="Spam.", is_shown=False),
        ReviewRecord(id="2", updated_at=day(0), rating=Decimal(4)),
        ReviewRecord(id="3", updated_at=day(0), text="Lovely.", rating=Decimal(5)),
        CartRecord(id="1", updated_at=day(0), left_at=day(0), is_recovered=True),
        CartRecord(id="2", updated_at=day(0), left_at=day(0), product_ids=("p1", "p1")),
    )
    merged = shop.merge()
    tables = tables_of(merged)
    assert [row["text"] for row in tables["texts"]] == ["Lovely."]
    event = tables["events"][0]
    assert (event["event_type"], event["product_id"], event["session_id"]) == (
        "cart_abandoned", "p1", "2",
    )  # fmt: skip
    assert merged.report["left_out"] == {
        "hidden-review": 1,
        "recovered-cart": 1,
        "review-without-words": 1,
    }


def test_what_a_buyer_wrote_about_a_refund_is_a_text(shop: Shop) -> None:
    shop.tell(
        make_order("1", person=Person(customer_id="c1")),
        make_refund("r1", "1", returned("1"), note="It broke.", reason="damaged"),
    )
    text = tables_of(shop.merge())["texts"][0]
    assert (text["customer_id"], text["text"], text["title"]) == ("c1", "It broke.", None)


def test_counts_by_year_and_the_oldest_day_are_told_for_each_stream(shop: Shop) -> None:
    shop.tell(
        make_order("1", at=-400),
        make_order("2", state="test"),
        make_order("3", ordered_at=None),
        make_order("4"),
        gone(OrderRecord, "5"),
        ProductRecord(id="p1", updated_at=day(0)),
    )
    merged = shop.merge()
    assert merged.counts == {
        "orders": {"undated": 1, "2023": 1, "2024": 2},
        "products": {"undated": 1},
    }
    assert merged.oldest == {"orders": datetime(2023, 1, 26, 13, tzinfo=UTC).replace(tzinfo=None)}
    assert merged.report["rejected_by_code"] == {"without-date": 1}
    assert merged.report["first_order"] == "2023-01-26T13:00:00"


def test_lines_name_their_order_buyer_and_place(shop: Shop) -> None:
    shop.tell(
        make_customer("c1", email="ann@example.com"),
        make_order("77", make_line(), number="#1001", person=Person(customer_id="c1")),
    )
    row = tables_of(shop.merge())["orders"][0]
    assert row["platform_order_id"] == row["order_id"] == "77"
    assert row["platform_customer_id"] == row["customer_id"] == "c1"
    assert row["attributes"] == '{"number": "#1001"}'
    assert row["line"] == 1


def test_a_merged_customer_goes_on_as_the_other(shop: Shop) -> None:
    shop.tell(
        make_customer("old", email="old@example.com", name="Old"),
        make_customer("new", email="new@example.com", name="New"),
        make_order("1", person=Person(customer_id="old")),
        make_order("2", person=Person(email="OLD@example.com")),
        alias("old", "new"),
        gone(CustomerRecord, "older"),
        make_order("3", person=Person(customer_id="older", name="Older")),
        alias("older", "old"),
    )
    tables = tables_of(shop.merge())
    assert {row["customer_id"] for row in tables["orders"]} == {"new"}
    assert [row["name"] for row in tables["customers"]] == ["New"]
    tables = tables_of(shop.merge(aliases_undone=frozenset({"old", "older"})))
    assert {row["order_id"]: row["customer_id"] for row in tables["orders"]} == {
        "1": "old", "2": "old", "3": "older",
    }  # fmt: skip
    assert [row["name"] for row in tables["customers"]] == ["New", "Old", "Older"]


def test_base_files_keep_what_an_undone_merge_needs(shop: Shop) -> None:
    shop.tell(
        make_customer("old", email="old@example.com", name="Old"),
        make_order("1", person=Person(customer_id="old")),
        make_customer("new", name="New"),
        alias("old", "new"),
    )
    first = shop.merge()
    parts = {table: [path] for table, path in first.compacted.items()}
    again = shop.merge(parts, aliases_undone=frozenset({"old"}))
    assert {row["customer_id"] for row in rows_of(again.tables.orders)} == {"old"}


def test_texts_in_another_encoding_and_control_signs_cant_break_a_table(shop: Shop) -> None:
    shop.tell(make_customer("c1", name="A\x00nn \ud800", email="ann@example.com", city="   "))
    row = tables_of(shop.merge())["customers"][0]
    assert (row["name"], row["city"]) == ("Ann ?", None)


def test_the_document_names_what_is_left_out() -> None:
    text = (Path(__file__).parents[4] / "docs" / "data.md").read_text("utf-8")
    table = text.split("<!-- left out of a shop")[1].split("<!-- end of left out")[0]
    named = re.findall(r"`([a-z-]+)`", "\n".join(table.splitlines()[3:]))
    assert sorted(named) == sorted(LEFT_OUT)


def test_a_merge_leaves_nothing_in_the_engines_memory(shop: Shop, tmp_path: Path) -> None:
    shop.tell(make_customer("c1", name="Ann", email="ann@example.com"), alias("c0", "c1"))
    shop.tell(make_order("1", person=Person(email="ann@example.com")), make_refund())
    shop.tell(ProductRecord(id="p1", updated_at=day(0), name="Shirt"))
    facts = ShopFacts("shopify", "EUR", "Europe/Berlin", redacted=frozenset({"c9"}))
    with open_engine(tmp_path / "scratch") as engine:
        merge(shop.parts, tmp_path / "merged", engine=engine, shop=facts)
        kept = "SELECT table_name FROM duckdb_tables() WHERE estimated_size > 0"
        assert engine.con.execute(kept).fetchall() == []
