"""Replays what was recorded of a real WooCommerce 9.8.5, from the folder KINDRED_SPECS names."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_FILES = ("customers", "err_404", "err_per_page", "orders_draft", "orders_page1", "orders_page2",
          "products", "reviews", "system_status", "webhooks")  # fmt: skip
#: What tells the recorded requests of one path apart.
_TELLING = ("status", "page", "per_page", "modified_after")


def folder() -> Path | None:
    """Where the recordings are; None where nobody has said, or they aren't there."""
    named = os.environ.get("KINDRED_SPECS")
    found = Path(named) / "woocommerce" / "recorded-wc9.8.5" if named else None
    return found if found and found.is_dir() else None


def recorded(name: str) -> Any:
    found = folder()
    assert found is not None
    return json.loads((found / f"{name}.json").read_bytes())


def deliveries() -> list[tuple[dict[str, str], bytes, str]]:
    """``(headers, body, secret)`` of every webhook that was recorded."""
    return [
        (
            {name.lower(): value for name, value in one["headers"].items()},
            base64.b64decode(one["body_b64"]),
            one["secret"],
        )
        for one in recorded("webhook_deliveries")
    ]


@dataclass
class RecordedSite:
    """Answers a request as the real shop did one with the same path and the most of its params."""

    address: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        self.asked.append(target)
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query))
        if parts.path == "/wp-json/":
            # Only its routes were recorded; the rest is what any site says.
            routes = recorded("index")
            names = sorted({routes.get("namespace", "wc/v3")})
            return _made(200, {}, {"name": "Recorded", "namespaces": names, "home": self.address})
        best: tuple[int, Any] | None = None
        for name in _FILES:
            one = recorded(name)
            there = urlsplit(one["request"]["url"])
            if there.path != parts.path or method != one["request"]["method"]:
                continue
            params = dict(parse_qsl(there.query))
            same = sum(params.get(key) == asked.get(key) for key in _TELLING)
            if one["status"] >= 400 and same < len(_TELLING):
                continue  # refused for its parameters
            if best is None or same > best[0]:
                best = (same, one)
        if best is None:
            gone = {"code": "rest_no_route", "message": "No route", "data": {"status": 404}}
            return _made(404, {}, gone)
        one = best[1]
        kept = {k: v for k, v in one["headers"].items() if k.lower().startswith("x-wp")}
        return _made(one["status"], kept, one["body"])


def _made(status: int, headers: dict[str, str], body: Any) -> tuple[int, dict[str, str], bytes]:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return status, {**headers, **kind}, json.dumps(body).encode()
