"""Purchases come from the engine in batches of whole customers, and batches change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table
from kindred.engine import Engine, open_engine
from kindred.predicting.histories import histories_at
from kindred.predicting.horizon import horizon_of
from kindred.predicting.predictions import COLUMNS, predict_customers
from kindred.predicting.purchases import store_purchases
from kindred.predicting.simulated_futures import HIGH, LOW, RunningInterval
from shop_purchases import ShopPurchases, predict_shop
from simulated_shops import make_purchases

AS_OF = date(2024, 12, 30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(tmp_path) as engine:
        yield engine


def orders_of(engine: Engine, frame: pd.DataFrame, kind: str = "sale") -> Table:
    """Canonical orders of ``customer_id, ordered_on, amount``, as far as predictions need them."""
    days = pd.to_datetime(frame["ordered_on"])
    return engine.keep(
        "orders_of_a_test",
        pd.DataFrame(
            {
                "customer_id": frame["customer_id"],
                "ordered_at": days + pd.Timedelta(hours=13),
                "kind": kind,
                "amount": [Decimal(f"{amount:.4f}") for amount in frame["amount"]],
            }
        ),
    )


def test_several_orders_of_a_day_are_one_purchase(engine: Engine) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "ordered_on": ["2024-01-01", "2024-01-01", "2024-01-15", "2024-01-01"],
            "amount": [1.0, 2.0, 5.0, 4.0],
        }
    )
    purchases = store_purchases(engine, orders_of(engine, frame))
    assert purchases is not None
    assert (purchases.first_day, purchases.last_day) == (date(2024, 1, 1), 14)
    assert purchases.repeat_purchases == 1
    known = histories_at(purchases, 21)
    assert known.repeats.tolist() == [1, 0]
    assert known.last.tolist() == [2, 0]
    assert known.age.tolist() == [3, 3]
    assert known.mean_amount[0] == 5
    assert known.first_amount.tolist() == [3, 4]


def test_a_batch_ends_between_two_customers(engine: Engine) -> None:
    frame = make_purchases(60, seed=5)
    purchases = store_purchases(engine, orders_of(engine, frame), batch_rows=7)
    assert purchases is not None
    seen: list[int] = []
    batches = list(purchases.batches())
    for batch in batches:
        customers = np.unique(batch.customer).tolist()
        assert not set(customers) & set(seen)
        seen += customers
    assert seen == list(range(60))
    assert len(batches) > 10


def test_the_size_of_a_batch_changes_no_digit(engine: Engine) -> None:
    orders = orders_of(engine, make_purchases(60, seed=5))
    small = store_purchases(engine, orders, batch_rows=7)
    assert small is not None
    histories = histories_at(small, 600)
    large = store_purchases(engine, orders)
    assert large is not None
    again = histories_at(large, 600)
    for name in ("customer", "repeats", "last", "age", "mean_amount", "first_amount"):
        np.testing.assert_array_equal(getattr(histories, name), getattr(again, name), name)
    assert horizon_of(small, 600) == horizon_of(large, 600)


def test_everybody_who_bought_gets_a_row_under_their_id(engine: Engine, tmp_path: Path) -> None:
    frame = make_purchases(80, seed=5)
    prediction = predict_customers(engine, orders_of(engine, frame), AS_OF, tmp_path)
    assert prediction is not None
    stored = engine.fetch(prediction.customers.order_by("customer_id"), most=80)
    _, expected = predict_shop(ShopPurchases(frame), AS_OF)
    expected = expected.sort_index().round(4)
    assert stored["customer_id"].tolist() == expected.index.tolist()
    for name in COLUMNS:
        assert stored[name].tolist() == expected[name].tolist(), name
    assert not list(tmp_path.glob("*/predictions.parquet")), "the file was temporary"


@pytest.mark.parametrize("kind", ["sale", "refund"])
def test_nothing_is_predicted_from_too_little(engine: Engine, tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "ordered_on": ["2024-01-01", "2024-02-01"], "amount": [1, 2]}
    )
    orders = orders_of(engine, frame, kind)
    assert predict_customers(engine, orders, AS_OF, tmp_path) is None


@pytest.mark.parametrize("futures", [60, 61, 137, 200])
def test_an_interval_that_runs_along_is_that_of_all_futures(futures: int) -> None:
    drawn = np.random.default_rng(futures).poisson(3, (futures, 9)).astype(np.float32)
    interval = RunningInterval(futures, 9)
    for future in drawn:
        interval.add(future)
    low, high = interval.of(slice(2, 7))
    expected = np.quantile(drawn[:, 2:7], [LOW, HIGH], axis=0)
    np.testing.assert_array_equal(low, expected[0])
    np.testing.assert_array_equal(high, expected[1])
