"""The example of a server, beside an API that takes only what Kindred takes."""

from __future__ import annotations

import importlib.util
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
from kindred.errors import InvalidInput
from kindred.pricing.payloads import QuotePrices, RecordOutcome
from kindred.webhooks import deliveries, sending, signing
from kindred.wire import parse

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "integrations" / "server" / "kindred_server.py"
KEY = f"kk_{'k1' * 10}.{'u' * 28}.{'s' * 43}"
SECRET = signing.to_secret(bytes(range(32)))


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kindred_server", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Api:
    """Kindred's REST API as far as it is asked: strict about who asks, and what."""

    status: int = 200
    url: str = ""
    outcomes: list[RecordOutcome] = field(default_factory=list)

    def answer(self, path: str, token: str, body: Any) -> tuple[int, dict[str, Any]]:
        if self.status != 200:
            return self.status, {}
        if token != f"Bearer {KEY}":
            return 401, {}
        try:
            if path == "/api/v1/outcomes":
                self.outcomes.append(parse(RecordOutcome, body))
                return 200, {}
            asked = parse(QuotePrices, body)
        except InvalidInput as err:
            return 400, {"error": err.as_dict()}
        return 200, {"quotes": [self.quote(one.customer_id, one.product_id) for one in asked.items]}

    def quote(self, customer_id: str, product_id: str) -> dict[str, Any]:
        price = None if product_id == "unknown" else "14.99"
        named = {"customer_id": customer_id, "product_id": product_id}
        return {**named, "price": price, "currency": "EUR", "quote_id": f"q-{product_id}"}


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    made = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = made.answer(self.path, self.headers["Authorization"], body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with served(Handler) as url:
        made.url = url
        monkeypatch.setenv("KINDRED_ENDPOINT", url)
        monkeypatch.setenv("KINDRED_KEY", KEY)
        monkeypatch.setenv("KINDRED_SOURCE", "csv/u1")
        monkeypatch.setenv("KINDRED_WEBHOOK_SECRET", SECRET)
        yield made


@pytest.fixture
def shop(example: ModuleType, api: Api) -> Iterator[str]:
    quiet = {"log_message": lambda *_: None, "heard": {}}
    with served(type("Shop", (example.Shop,), quiet)) as url:
        yield url


def test_a_customers_prices_are_asked_as_the_api_takes_it(shop: str, api: Api) -> None:
    asked = {"product_ids": ["p1", "unknown", "p2"]}
    answer = requests.post(
        f"{shop}/prices", json=asked, headers={"X-Customer-Id": "C1"}, timeout=30
    )
    found = answer.json()["quotes"]
    assert [(one["product_id"], one["price"]) for one in found] == [
        ("p1", "14.99"),
        ("p2", "14.99"),
    ]
    assert {one["customer_id"] for one in found} == {"C1"}
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_who_is_not_signed_in_gets_no_price(shop: str, api: Api) -> None:
    answer = requests.post(f"{shop}/prices", json={"product_ids": ["p1"]}, timeout=30)
    assert answer.json() == {"quotes": []}


def test_without_kindred_there_are_the_shops_own_prices(
    example: ModuleType, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (302, 401, 429, 500):
        api.status = status
        assert example.quotes("C1", ["p1"]) == []
    monkeypatch.setenv("KINDRED_ENDPOINT", "http://127.0.0.1:9")
    assert example.quotes("C1", ["p1"]) == []


def test_an_outcome_is_told_as_the_api_takes_it(example: ModuleType, api: Api) -> None:
    example.record_outcome("q-p1", "bought", 2)
    (told,) = api.outcomes
    assert (told.quote_id, told.outcome, told.quantity) == ("q-p1", "bought", 2)
    with pytest.raises(requests.HTTPError):
        example.record_outcome("q-p1", "lost")


def test_a_webhook_of_ours_is_taken_and_kept_once(shop: str) -> None:
    delivery = deliveries.new_delivery(
        "merchant", "price.changed", {"product_id": "p1"}, event_id="e1", happened=datetime.now(UTC)
    )
    body = delivery.body.encode()
    for secrets in ([SECRET], [signing.to_secret(bytes(32)), SECRET]):
        headers = signing.headers(secrets, delivery.id, int(time.time()), body)
        assert sending.send(f"{shop}/hooks", body, headers, local=True).status == 200


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "early", "unsigned", "odd time"])
def test_a_webhook_of_somebody_else_is_refused(shop: str, example: ModuleType, wrong: str) -> None:
    body, now = b'{"type":"price.changed"}', int(time.time())
    late = {"old": now - 400, "early": now + 400}.get(wrong, now)
    secret = signing.to_secret(bytes(32)) if wrong == "secret" else SECRET
    headers = signing.headers([secret], "msg_1", late, body)
    if wrong == "unsigned":
        del headers["webhook-signature"]
    if wrong == "odd time":
        headers["webhook-timestamp"] = "x"
    sent = body + b" " if wrong == "body" else body
    assert sending.send(f"{shop}/hooks", sent, headers, local=True).status == 401
    assert not example.verify(headers, sent, SECRET, now)


def test_the_example_verifies_the_sample_of_the_specifications_libraries(
    example: ModuleType,
) -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,other v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert example.verify(headers, body, secret, 1614265330)
    assert not example.verify(headers, body, secret, 1614265330 + 301)


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 130
