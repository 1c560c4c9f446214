"""A shop's own server beside Kindred: it quotes prices, tells outcomes, and is told of changes.

    KINDRED_ENDPOINT=https://my-project.web.app KINDRED_KEY=kk_… KINDRED_SOURCE=csv/u1 \
    KINDRED_WEBHOOK_SECRET=whsec_… python kindred_server.py

An example to copy from, in Python 3.9 or later with `requests`. Apache-2.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import requests

TIMEOUT = 1.5  # seconds: a shop page doesn't wait for longer, and shows its own price
TOLERANCE = 300  # seconds that a message may be old


def ask(path: str, body: Mapping[str, Any], timeout: float = TIMEOUT) -> dict[str, Any]:
    """What Kindred answers; raises `requests.RequestException` if it doesn't, or refuses."""
    answer = requests.post(
        os.environ["KINDRED_ENDPOINT"] + path,
        json=body,
        headers={"Authorization": f"Bearer {os.environ['KINDRED_KEY']}"},
        timeout=timeout,
        allow_redirects=False,
    )
    if answer.status_code != 200:
        raise requests.HTTPError(f"Kindred answered {answer.status_code}.", response=answer)
    return dict(answer.json())


def quotes(customer_id: str, product_ids: list[str]) -> list[dict[str, Any]]:
    """A customer's prices for up to a hundred products; none where Kindred doesn't answer."""
    kind, _, source_id = os.environ["KINDRED_SOURCE"].partition("/")
    items = [{"customer_id": customer_id, "product_id": one} for one in product_ids[:100]]
    try:
        found = ask("/api/v1/prices", {"source": {"kind": kind, "id": source_id}, "items": items})
    except (requests.RequestException, ValueError):
        return []  # the shop's own prices
    return [quote for quote in found["quotes"] if quote["price"] is not None]


def record_outcome(quote_id: str, outcome: str, quantity: int = 1) -> None:
    """Say what became of a quote (bought, not_bought, refunded); the same again changes nothing."""
    body = {"quote_id": quote_id, "outcome": outcome, "quantity": quantity}
    ask("/api/v1/outcomes", body, timeout=10)


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Whether a message is Kindred's, and of now: `standardwebhooks` on PyPI does the same."""
    stamp = headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    wanted = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(wanted, one) for one in given)  # two while a secret rotates


class Shop(BaseHTTPRequestHandler):
    """`POST /prices` for the snippet, `POST /hooks` for Kindred."""

    # By message: a real shop keeps the ids in its database.
    heard: ClassVar[dict[str, dict[str, Any]]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 100_000))
        if self.path == "/hooks":
            self._hear(body)
        elif self.path == "/prices":
            # Your session says who this is. Here a proxy that has looked at it says so in a header,
            # and takes away what a browser sends under this name.
            customer_id = self.headers.get("X-Customer-Id", "")
            asked = [str(one) for one in json.loads(body)["product_ids"]] if customer_id else []
            self._answer(200, {"quotes": quotes(customer_id, asked) if asked else []})
        else:
            self._answer(404, {})

    def _hear(self, body: bytes) -> None:
        if not verify(self.headers, body, os.environ["KINDRED_WEBHOOK_SECRET"], time.time()):
            return self._answer(401, {})
        # The same message may come again: what is known by its id is done.
        self.heard.setdefault(self.headers["webhook-id"], json.loads(body))
        return self._answer(200, {})

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Shop).serve_forever()
