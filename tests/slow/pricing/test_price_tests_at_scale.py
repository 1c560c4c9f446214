"""Simulated price tests, looked at every day: chance alone is rarely taken for a difference.

`scripts/evaluate-price-tests` prints the figures. Bounds leave room for the chance of so few
simulated tests.
"""

from __future__ import annotations

import pytest
from evaluating.price_tests import SHOPS, Shop, calibration, false_alarms, false_stops, found

TESTS = 200
#: Of those without a difference, as many as the promise is about.
WITHOUT_A_DIFFERENCE = 1_000


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: str(shop.name))
def test_looking_every_day_raises_no_more_false_alarms(shop: Shop) -> None:
    alarms = false_alarms(shop, tests=WITHOUT_A_DIFFERENCE)
    assert alarms.sequential <= 0.05
    assert alarms.told <= alarms.sequential
    assert alarms.once <= 0.075  # a true 5 % shows more once in some thousand times
    assert alarms.naive > 0.12  # what the sequence is for


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: str(shop.name))
def test_intervals_hold_a_real_difference(shop: Shop) -> None:
    figures = found(shop, 0.25, tests=TESTS)
    assert figures["t_test_held"] >= 0.9
    assert figures["sequence_held"] >= 0.95


def test_a_real_difference_is_found() -> None:
    assert found(SHOPS[0], 0.25, tests=TESTS)["found"] > 0.5


def test_the_stop_rule_as_a_whole_rarely_ends_a_test_without_a_difference() -> None:
    stops = false_stops(tests=TESTS)
    assert sum(share for state, share in stops.items() if state != "no_difference") <= 0.05


def test_a_chance_that_is_told_is_how_often_it_comes_true() -> None:
    for told, better, tests in calibration(tests=8_000):
        spread = (told * (1 - told) / tests) ** 0.5
        assert abs(told - better) <= 4 * spread + 0.01
