"""What every chart is."""

from __future__ import annotations

from typing import Any


def chart(title: str, takeaway: str, data: Any) -> dict[str, Any]:
    return {"title": title, "takeaway": takeaway, "data": data}
