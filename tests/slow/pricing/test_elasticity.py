"""Elasticities of made-up shops are found as well as promised, and better than by plain ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evaluating.elasticity import measure_world
from evaluating.priced_shops import HOSTILE, WORLDS

#: Not those that the figures of the documents come from.
SEEDS = [301, 302]


@pytest.fixture(scope="module")
def worlds() -> list[dict[str, Any]]:
    return [measure_world(world, SEEDS) for world in WORLDS]


def test_errors_and_intervals_are_as_promised(worlds: list[dict[str, Any]]) -> None:
    ours = [found["ours"] for found in worlds]
    assert np.mean([one["error"] for one in ours]) <= 0.12
    assert 0.85 <= np.mean([one["held"] for one in ours]) <= 0.95
    assert min(one["given"] for one in ours) >= 0.8  # a tenth of the prices never moves
    cells = [found["cells"] for found in worlds]
    assert 0.85 <= np.mean([one["held"] for one in cells]) <= 0.95
    assert np.mean([one["sure_held"] for one in (*ours, *cells)]) >= 0.85


def test_plain_regressions_are_worse_in_every_world(worlds: list[dict[str, Any]]) -> None:
    for found in worlds:
        for way in ("naive", "controls"):
            assert found["ours"]["error"] < found[way]["error"]


def test_where_goods_sell_out_figures_hold_and_none_is_sure() -> None:
    (world,) = (world for world in HOSTILE if world.name == "sold out")
    ours = measure_world(world, SEEDS[:1])["ours"]
    assert ours["held"] >= 0.8
    assert ours["sure"] <= 0.25


def test_a_short_past_widens_intervals_rather_than_deceives() -> None:
    (world,) = (world for world in HOSTILE if world.name == "20 weeks")
    ours = measure_world(world, SEEDS)["ours"]
    assert ours["held"] >= 0.75
    assert ours["given"] < 0.9
