"""The shape of every chart."""

from __future__ import annotations

from typing import Any


def chart(title: str, takeaway: str, data: Any) -> dict[str, Any]:
    """``takeaway``: what the chart shows, in a sentence; ``data``: JSON-able."""
    return {"title": title, "takeaway": takeaway, "data": data}
