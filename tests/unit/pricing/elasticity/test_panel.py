"""Order lines become weeks: whole ones, of what was sold for money."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.engine.duckdb import DuckDB
from kindred.pricing.elasticity import panel as panels
from kindred.pricing.elasticity.panel import Panel, weekly_panel

MONDAY = datetime(2024, 1, 1, 12)  # noqa: DTZ001 - the shop's own clock


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with open_engine(tmp_path) as opened:
        yield opened


def line(day: int, **fields: Any) -> dict[str, Any]:
    return {
        "customer_id": "ann", "order_id": f"o{day}", "ordered_at": MONDAY + timedelta(days=day),
        "kind": "sale", "amount": 10.0, "quantity": 1.0, "discount": None,
        "product_id": "tea", "product_name": "Tea",
        **fields,
    }  # fmt: skip


def panel_of(engine: DuckDB, lines: list[dict[str, Any]], segments: bool = False) -> Panel:
    frame = pd.DataFrame(lines)
    frame["discount"] = frame["discount"].astype(float)
    frame["product_id"] = frame["product_id"].astype("string")
    known = pd.DataFrame({"customer_id": ["ann", "ben"], "segment_key": ["s01", "s02"]})
    return weekly_panel(
        engine, engine.keep("o", frame), engine.keep("c", known) if segments else None
    )


def test_weeks_that_are_not_whole_are_left_out(engine: DuckDB) -> None:
    found = panel_of(engine, [line(day) for day in range(2, 26)])  # Wednesday to Friday
    assert (found.weeks, found.first_day) == (2, date(2024, 1, 8))
    assert list(found.products["week"]) == [0, 1]
    assert list(found.products["pieces"]) == [7, 7]


def test_refunds_gifts_and_cancelled_lines_are_no_sales(engine: DuckDB) -> None:
    others = [
        line(1, kind="refund", amount=-10.0, quantity=-1.0),
        line(2, kind="cancelled", amount=0.0),
        line(3, amount=0.0),
    ]
    found = panel_of(engine, [*(line(day) for day in range(7)), *others])
    assert list(found.products["pieces"]) == [7]


def test_products_without_an_id_go_by_their_name(engine: DuckDB) -> None:
    lines = [line(day, product_id=None) for day in range(7)]
    found = panel_of(engine, [*lines, line(3, product_id=None, product_name=None)])
    assert set(found.products["product_id"]) == {"Tea"}
    assert list(found.products["pieces"]) == [7]


def test_the_price_is_what_was_paid_and_a_discount_is_a_promotion(engine: DuckDB) -> None:
    lines = [line(day, amount=16.0, quantity=2.0, discount=4.0) for day in range(6)]
    found = panel_of(engine, [*lines, line(6, amount=8.0)]).products.iloc[0]
    assert found["price"] == pytest.approx(8.0)
    assert found["promoted"] == pytest.approx(6 / 7)


def test_one_large_order_does_not_make_the_weeks_price(engine: DuckDB) -> None:
    lines = [*(line(day) for day in range(7)), line(3, amount=3000.0, quantity=600.0)]
    assert panel_of(engine, lines).products.iloc[0]["price"] > 9


def test_each_day_counts_the_same_in_a_weeks_price(engine: DuckDB) -> None:
    """Else a week whose price falls would look cheaper than it was: more is sold after it fell."""
    before = [line(day) for day in range(4)]
    after = [line(4 + number % 3, order_id=f"x{number}", amount=5.0) for number in range(30)]
    found = panel_of(engine, before + after).products.iloc[0]
    assert found["price"] == pytest.approx(10 ** (4 / 7) * 5 ** (3 / 7))


def test_the_day_that_a_product_was_sold_last_on_is_told(engine: DuckDB) -> None:
    lines = [line(day) for day in range(7)] + [line(day, product_id="mate") for day in (0, 3)]
    found = panel_of(engine, lines).products
    assert dict(zip(found["product_id"], found["until"], strict=True)) == {"tea": 7, "mate": 4}


def test_segments_are_counted_apart_and_strangers_nowhere(engine: DuckDB) -> None:
    lines = [line(day, customer_id=("ann", "ben", None)[day % 3]) for day in range(7)]
    found = panel_of(engine, lines, segments=True)
    assert dict(zip(found.cells["segment_key"], found.cells["pieces"], strict=True)) == {
        "s01": 3,
        "s02": 2,
    }
    assert list(found.products["pieces"]) == [7]


def test_only_the_best_sellers_and_the_last_years_are_kept(
    engine: DuckDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "MOST_PRODUCTS", 1)
    monkeypatch.setattr(panels, "MOST_WEEKS", 3)
    lines = [line(day) for day in range(70)]
    dear = [line(day, product_id="gold", amount=99.0) for day in range(70)]
    found = panel_of(engine, lines + dear)
    assert set(found.products["product_id"]) == {"gold"}
    assert (found.weeks, found.first_day) == (3, date(2024, 2, 19))


def test_orders_of_a_few_days_make_no_week(engine: DuckDB) -> None:
    assert panel_of(engine, [line(1), line(2)]).weeks == 0


def test_the_tax_of_a_product_is_a_share_of_what_was_paid_where_lines_tell_it(
    engine: DuckDB,
) -> None:
    tea = [line(day, tax=1.9 if day % 2 else None) for day in range(7)]
    free = [line(day, product_id="book", tax=0.0) for day in range(7)]
    mate = [line(day, product_id="mate", tax=None) for day in range(7)]
    assert panel_of(engine, [*tea, *free, *mate]).taxes == {
        "tea": pytest.approx(0.19),
        "book": 0.0,
    }
    assert panel_of(engine, [line(day) for day in range(7)]).taxes == {}


def test_the_order_of_lines_changes_no_digit(engine: DuckDB) -> None:
    chance = random.Random(1)
    lines = [
        line(
            chance.randrange(70), order_id=f"o{n}", customer_id=chance.choice(["ann", "ben"]),
            amount=round(chance.uniform(1, 90), 2), quantity=chance.choice([1.0, 3.0, 0.7]),
            discount=chance.choice([None, 3.3]), product_id=f"p{n % 5}", tax=n % 7 / 10,
        )
        for n in range(4_000)
    ]  # fmt: skip
    first = panel_of(engine, lines, segments=True)
    for _ in range(3):
        chance.shuffle(lines)
        again = panel_of(engine, lines, segments=True)
        for name in ("products", "cells", "segments"):
            frames = getattr(first, name), getattr(again, name)
            pd.testing.assert_frame_equal(*frames, check_exact=True)
        assert again.taxes == first.taxes
