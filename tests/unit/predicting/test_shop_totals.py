"""Intervals of a shop's totals on shops drawn from a larger one."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.predicting.shop_totals import coverage, totals_of
from shop_purchases import ShopPurchases
from simulated_shops import make_purchases

FRAME = make_purchases(160, seed=12)
PURCHASES = ShopPurchases(FRAME)
END = 500.0


def test_totals_are_compared_with_what_came_after() -> None:
    found = totals_of(PURCHASES, END)
    everybody = np.arange(len(PURCHASES.ids))
    orders, money = PURCHASES.bought_between(everybody, END, PURCHASES.last_day)
    assert (found.orders_then, found.value_then) == (orders.sum(), pytest.approx(money.sum()))
    assert found.orders.low < found.orders.value < found.orders.high
    assert found.value.holds(found.value.value)
    assert not found.value.holds(found.value.high + 1)


def test_drawn_shops_are_counted() -> None:
    found = coverage(PURCHASES, END, customers=60, shops=4)
    assert found is not None
    assert sum(found.grades.values()) == found.shops == 4
    assert found.orders * 4 in (0, 1, 2, 3, 4)
    assert found.orders > 0


def test_a_file_without_enough_customers_to_draw_from_draws_none() -> None:
    assert coverage(PURCHASES, END, customers=100) is None
