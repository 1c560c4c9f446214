"""What is predicted of the whole shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kindred.segments.charts.chart import chart


def prediction_chart(prediction: Mapping[str, Any]) -> dict[str, Any]:
    """What is predicted of the shop, and how the candidates did on its own past."""
    value, currency = prediction["value_12m"], prediction["currency"] or ""
    takeaway = (
        f"In 12 months today's customers bring {value['value']:,.0f} {currency}".rstrip()
        + f", most likely between {value['low']:,.0f} and {value['high']:,.0f}."
    )
    return chart("What is to be expected", takeaway, dict(prediction))
