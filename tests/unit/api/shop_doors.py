"""The REST API as a server in this process, with keys and prices that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, Response, request
from kindred.api.routes import ROUTES
from kindred.api.serving import Server
from kindred.errors import NotFound
from kindred.keys.gate import Gate
from kindred.keys.key import Key, Scope
from kindred.keys.service import open_gate
from kindred.keys.tokens import Token, new_token
from kindred.paths import Source
from kindred.pricing import service as pricing_service
from kindred.pricing.payloads import QuoteItem, RecordOutcome
from werkzeug.test import TestResponse

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SHOP = "https://shop.example"
PRICES, OUTCOMES = "/api/v1/prices", "/api/v1/outcomes"
ONE = {"source": {"kind": "csv", "id": "up1"}, "customer_id": "C1", "product_id": "P1"}
JSON = {"Content-Type": "application/json"}


def quote(item: QuoteItem) -> dict[str, Any]:
    """A quote as the pricing room sends it."""
    return {
        "customer_id": item.customer_id, "product_id": item.product_id, "price": "14.99",
        "price_minor": 1499, "base_price": "19.99", "reference_price": None, "lowest_30d": "19.99",
        "currency": "EUR", "tax_included": True,
        "factors": [
            {"name": "public_price", "base": "19.99", "effect": "0.00", "result": "19.99",
             "reason": "The public price."},
        ],
        "rule_ids": [], "limits_hit": [], "valid_until": "2026-11-29T13:00:00Z", "quote_id": "q1",
        "arm": None, "personalized": True, "disclosure": None, "model_version": "r1",
        "logged": True,
    }  # fmt: skip


@dataclass
class Prices:
    """The pricing room: what it was asked, and what it answers."""

    asked: list[tuple[Source, list[QuoteItem]]] = field(default_factory=list)
    outcomes: list[tuple[str, RecordOutcome]] = field(default_factory=list)
    fails: Exception | None = None

    def quote_prices(
        self, source: Source, items: Sequence[QuoteItem], *, now: datetime, in_page: bool
    ) -> list[dict[str, Any]]:
        if self.fails:
            raise self.fails
        self.asked.append((source, list(items)))
        return [quote(item) for item in items]

    def record_outcome(
        self, uid: str, request: RecordOutcome, *, now: datetime, sources: Any
    ) -> dict[str, Any]:
        if self.fails:
            raise self.fails
        if request.quote_id != "q1":
            raise NotFound("There is no such quote.", code="no-quote")
        self.outcomes.append((uid, request))
        told = {"quote_id": "q1", "outcome": request.outcome, "quantity": request.quantity}
        return {**told, "refunded": 0, "recorded": True}


@dataclass
class Doors:
    """A server with its keys."""

    app: Flask
    prices: Prices
    kept: dict[tuple[str, str], Key]
    gates: list[Gate]

    def key(
        self,
        uid: str = "merchant",
        *,
        origins: tuple[str, ...] = (),
        scopes: tuple[Scope, ...] = ("prices",),
        sources: tuple[tuple[str, str], ...] = (("csv", "up1"),),
    ) -> str:
        token = new_token(uid)
        self.kept[uid, token.key_id] = _key(token, scopes, sources, origins)
        return str(token)

    def send(
        self, method: str = "POST", path: str = PRICES, *, key: str | None = None, **more: Any
    ) -> TestResponse:
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **more.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **more)


def _key(
    token: Token,
    scopes: tuple[Scope, ...],
    sources: tuple[tuple[str, str], ...],
    origins: tuple[str, ...],
) -> Key:
    return Key(
        token.key_id, "Shop", scopes, sources, origins, created_at=NOON, created_by=token.uid,
        last4=token.last4, hash=token.hash, used_on="2026-11-29",
    )  # fmt: skip


def open_doors(patch: pytest.MonkeyPatch, *, per_minute: int = 10_000_000) -> Doors:
    """A server that answers at every path, as the function does."""
    prices = Prices()
    kept: dict[tuple[str, str], Key] = {}
    gate = open_gate(
        per_minute=per_minute,
        find=lambda uid, key_id: kept.get((uid, key_id)),
        lease=lambda uid, key_id, window, wanted, pool: wanted,
    )
    doors = Doors(Flask(__name__), prices, kept, [gate])
    patch.setattr(pricing_service, "quote_prices", prices.quote_prices)
    patch.setattr(pricing_service, "record_outcome", prices.record_outcome)
    server = Server(ROUTES, lambda: doors.gates[0], lambda: NOON)
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

    def answer(path: str = "") -> Response:
        return server.answer(request)

    for rule in ("/", "/<path:path>"):
        doors.app.add_url_rule(
            rule, f"all {rule}", answer, methods=methods, provide_automatic_options=False
        )
    return doors


def error_code(answer: TestResponse) -> str:
    """The code of an error that has its one shape."""
    body = answer.get_json()
    assert body.keys() == {"error"}, body
    assert body["error"].keys() == {"code", "message", "hint"}
    assert all(isinstance(text, str) for text in body["error"].values())
    code: str = body["error"]["code"]
    return code
