"""The sample shop holds what its users count on."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from sampling.files import DIRTY_COLUMNS, dirty_file, events_file, orders_file, template_file
from sampling.shop import Customer, OrderLine, make_shop
from sampling.temperaments import Temperament


@pytest.fixture(scope="module")
def shop() -> tuple[list[Customer], list[OrderLine]]:
    return make_shop(7, 300)


def test_the_same_seed_makes_the_same_shop(shop: tuple[list[Customer], list[OrderLine]]) -> None:
    assert make_shop(7, 300) == shop
    assert make_shop(8, 300) != shop


def test_every_customer_has_ordered(shop: tuple[list[Customer], list[OrderLine]]) -> None:
    customers, lines = shop
    assert {line.customer.customer_id for line in lines} == {c.customer_id for c in customers}
    assert {who.kind.temperament for who in customers} == set(Temperament)


def test_no_row_of_the_clean_file_is_there_twice(
    shop: tuple[list[Customer], list[OrderLine]],
) -> None:
    rows = orders_file(shop[1]).splitlines()
    assert len(set(rows)) == len(rows)


def test_hardly_any_review_is_written_twice(shop: tuple[list[Customer], list[OrderLine]]) -> None:
    texts = Counter(line.review_text for line in shop[1] if line.review_text)
    assert texts.total() > 300
    assert len(texts) > 0.95 * texts.total()
    assert not any("{" in text for text in texts)


def test_a_return_follows_the_sale_it_undoes(shop: tuple[list[Customer], list[OrderLine]]) -> None:
    sold: Counter[tuple[str, str]] = Counter()
    for line in shop[1]:
        article = (line.customer.customer_id, line.product.product_id)
        sold[article] += line.quantity
        assert sold[article] >= 0


def test_the_dirty_twin_holds_the_same_orders(
    shop: tuple[list[Customer], list[OrderLine]],
) -> None:
    lines = shop[1]
    rows = list(csv.reader(io.StringIO(dirty_file(lines, 1).decode("cp1252")), delimiter=";"))
    assert rows[3] == list(DIRTY_COLUMNS)
    assert rows[-1][0] == "Summe"
    orders = {row[0] for row in rows if row and row[0].startswith("F-")}
    assert orders == {line.order_id for line in lines}
    assert len([row for row in rows if row and row[0].startswith("F-")]) > len(lines)
    assert any(row[2] == "" for row in rows[4:-1])


@pytest.mark.parametrize(
    "content", [template_file(), events_file(1, 60)], ids=["template", "events"]
)
def test_every_row_is_as_wide_as_its_header(content: bytes) -> None:
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert len(rows) > 3
    assert {len(row) for row in rows} == {len(rows[0])}


def test_money_in_the_clean_file_is_exact(shop: tuple[list[Customer], list[OrderLine]]) -> None:
    rows = list(csv.DictReader(io.StringIO(orders_file(shop[1]).decode())))
    cents = sum(
        int(row["Quantity"]) * int(row["Unit Price"].replace(".", ""))
        - int(row["Discount"].replace(".", ""))
        for row in rows
    )
    assert cents == sum(x.quantity * x.product.price - x.discount for x in shop[1])
