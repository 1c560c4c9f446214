"""A chart is one document, which holds 1 MiB at most."""

from __future__ import annotations

import pandas as pd
import pytest
from kindred.customers import pages
from kindred.segments.charts.affinity import AFFINITY_PAIRS, affinity_chart
from kindred.segments.charts.customer_map import MAP_CUSTOMERS, map_chart


@pytest.mark.parametrize("symbol", ["x", "客", "🛍", '"', "\\"])
@pytest.mark.parametrize("length", [6, 60, 250])
def test_the_map_fits_whatever_ids_are_like(symbol: str, length: int) -> None:
    count = MAP_CUSTOMERS
    sample = pd.DataFrame(
        {
            "customer_id": [
                f"{n:05}" + symbol * ((length - 5) // len(symbol.encode())) for n in range(count)
            ],
            "segment_key": [f"s{n % 7}" for n in range(count)],
            "x": [n / 7919 - 0.123456 for n in range(count)],
            "y": [n / 104729 - 0.654321 for n in range(count)],
        }
    )
    drawn = map_chart(sample, {f"s{n}": f"Segment {n}" for n in range(7)}, 0.6)
    assert len(pages.to_json(drawn["data"]).encode()) < 950_000
    shown = [i for segment in drawn["data"]["segments"] for i in segment["customer_ids"]]
    assert len(shown) == len(set(shown))
    assert len(shown) >= count / 5
    if length < 60:
        assert len(shown) == count


def test_pairs_of_products_fit_whatever_they_are_called() -> None:
    story = "A lamp for every room. " * 2_000
    found = pd.DataFrame(
        {
            "a": [f"{n:02}{story}" for n in range(30)],
            "b": [f"x{n:02}{story}" for n in range(30)],
            "a_customers": 10,
            "b_customers": 10,
            "both": 9,
        }
    )
    titles = {product: f"{product} {story}" for product in found["a"]}
    drawn = affinity_chart(found, 100, titles, "product")
    assert len(drawn["data"]["pairs"]) == AFFINITY_PAIRS
    assert len(pages.to_json(drawn).encode()) < 50_000
