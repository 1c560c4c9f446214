"""A Shopify shop on this machine: tokens, GraphQL with its throttle, exports and webhooks.

    with ShopifyServer(MadeUpShop(500)) as server:
        ... connect to server.url with server.token

What tests turn is public: the clock, the bucket, scopes, the version that answers, and answers
that come instead of the right one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from graphql import GraphQLSchema
from shops.shopify.executing import Admin, own
from shops.shopify.made_up_shop import MadeUpShop

VERSION = "2026-10"
HOUR = timedelta(hours=1)


@dataclass
class Bucket:
    """Shopify's leaky bucket of points, on the shop's clock."""

    most: float = 2000.0
    per_second: float = 100.0
    single: float = 1000.0  # what one query may want
    left: float = 2000.0
    at: datetime | None = None

    def fill(self, now: datetime) -> None:
        if self.at is not None:
            run = (now - self.at).total_seconds() * self.per_second
            self.left = min(self.most, self.left + run)
        self.at = now

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": self.most,
            "currentlyAvailable": int(self.left),
            "restoreRate": self.per_second,
        }


@dataclass
class Instead:
    """An answer that comes instead of the right one."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class ShopifyServer:
    """One shop at ``url``. ``clock`` moves only when a test moves it."""

    client_id = "made-up-client-id-0001"
    client_secret = "shpss_made-up-secret-0001"
    token = "shpat_made0up0token0that0does0not0end"

    def __init__(
        self, shop: MadeUpShop, *, port: int = 0, schema: GraphQLSchema | None = None
    ) -> None:
        self.clock = shop.today
        self.bucket = Bucket()
        self.version = VERSION
        self.instead: list[Instead] = []
        self.requests: list[dict[str, Any]] = []
        self.tokens: dict[str, datetime | None] = {self.token: None}
        self.refresh_tokens: dict[str, str] = {}  # to the one that it replaced
        self.codes: set[str] = set()
        self.public_key: Any = None  # of app-only tokens
        self.is_live_clock = False  # else it stands still until it is moved
        self._made = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.admin = Admin(shop, self.url, schema or own())
        self.shop = shop

    def __enter__(self) -> Self:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def serve(self) -> None:
        """Serve in this thread, until it is interrupted."""
        self._http.serve_forever()

    def tick(self) -> None:
        if self.is_live_clock:
            self.clock = datetime.now(self.clock.tzinfo)

    def forward(self, seconds: float) -> None:
        """Let time pass in the shop."""
        self.clock += timedelta(seconds=seconds)

    def code(self) -> str:
        """A code as a callback carries it after a merchant agreed."""
        self._made += 1
        made = f"code-{self._made}"
        self.codes.add(made)
        return made

    def signed(self, params: Mapping[str, str]) -> dict[str, str]:
        """A callback's parameters with Shopify's signature."""
        plain = "&".join(f"{key}={value}" for key, value in sorted(params.items()))
        made = hmac.new(self.client_secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
        return {**params, "hmac": made}

    def webhook(
        self, topic: str, body: Mapping[str, Any], *, number: int = 1, secret: str | None = None
    ) -> tuple[dict[str, str], bytes]:
        """Headers and bytes of a webhook, signed."""
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        key = (secret or self.client_secret).encode()
        signature = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
        return {
            "content-type": "application/json",
            "x-shopify-topic": topic,
            "x-shopify-hmac-sha256": signature,
            "x-shopify-shop-domain": self.shop.domain,
            "x-shopify-webhook-id": f"webhook-{number}",
            "x-shopify-event-id": f"event-{number}",
            "x-shopify-triggered-at": self.clock.isoformat(),
            "x-shopify-api-version": self.version,
        }, raw

    def tell(self, topic: str, body: Mapping[str, Any], *, number: int = 1) -> list[int]:
        """Post a webhook to whoever registered its topic; the statuses they answered."""
        headers, raw = self.webhook(topic, body, number=number)
        name = topic.upper().replace("/", "_")
        answered = []
        for hook in self.admin.webhooks.values():
            if hook["topic"] == name:
                request = urllib.request.Request(hook["uri"], data=raw, headers=headers)
                with urllib.request.urlopen(request, timeout=20) as response:
                    answered.append(response.status)
        return answered

    # Answers.

    def graphql(self, token: str, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        with self._lock:
            ends = self.tokens.get(token, self.clock)
            if ends is not None and ends <= self.clock:
                return 401, {"errors": "[API] Invalid API key or access token"}
            query, variables = str(asked.get("query")), dict(asked.get("variables") or {})
            self.bucket.fill(self.clock)
            _, errors = self.admin.document(query)
            if errors:
                return 200, {"errors": [error.formatted for error in errors]}
            cost = self.admin.cost_of(query, variables)
            if cost > self.bucket.single:
                return 200, self._refused(cost, "MAX_COST_EXCEEDED", "Query cost exceeds the max.")
            if cost > self.bucket.left:
                return 200, self._refused(cost, "THROTTLED", "Throttled")
            self.bucket.left -= cost
            reply = self.admin.execute(query, variables)
            reply["extensions"] = self._cost(cost, cost)
            return 200, reply

    def _refused(self, cost: float, code: str, message: str) -> dict[str, Any]:
        return {
            "errors": [{"message": message, "extensions": {"code": code}}],
            "extensions": self._cost(cost, None),
        }

    def _cost(self, asked: float, actual: float | None) -> dict[str, Any]:
        return {
            "cost": {
                "requestedQueryCost": asked,
                "actualQueryCost": actual,
                "throttleStatus": self.bucket.status(),
            }
        }

    def access_token(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Shopify's four grants."""
        with self._lock:
            if asked.get("client_id") != self.client_id:
                return 400, {"error": "invalid_client"}
            if asked.get("client_assertion"):
                good = self._is_asserted(str(asked["client_assertion"]))
                return (200, self._new(HOUR)) if good else (400, {"error": "invalid_client"})
            if asked.get("client_secret") != self.client_secret:
                return 400, {"error": "invalid_client"}
            if asked.get("grant_type") == "client_credentials":
                return 200, self._new(24 * HOUR)
            if asked.get("grant_type") == "refresh_token":
                return self._refreshed(str(asked.get("refresh_token")))
            code = str(asked.get("code"))
            if code not in self.codes:
                return 400, {"error": "invalid_request"}
            self.codes.remove(code)
            if str(asked.get("expiring")) != "1":
                return 200, {"access_token": self.token, "scope": ""}
            return 200, self._new(HOUR, refreshes="")

    def _new(self, life: timedelta, refreshes: str | None = None) -> dict[str, Any]:
        self._made += 1
        token = f"shpat_made0up0token0number{self._made:06}"
        self.tokens[token] = self.clock + life
        reply: dict[str, Any] = {
            "access_token": token,
            "scope": ",".join(sorted(self.admin.scopes)),
            "expires_in": int(life.total_seconds()) - 1,
        }
        if refreshes is not None:
            made = f"shprt_made0up0refresh{self._made:06}"
            self.refresh_tokens[made] = refreshes
            reply |= {"refresh_token": made, "refresh_token_expires_in": 90 * 86_400}
        return reply

    def _refreshed(self, used: str) -> tuple[int, dict[str, Any]]:
        """A new pair. The one before ends when its successor is first used."""
        if used not in self.refresh_tokens:
            return 400, {"error": "invalid_grant"}
        self.refresh_tokens.pop(self.refresh_tokens[used], None)
        return 200, self._new(HOUR, refreshes=used)

    def _is_asserted(self, assertion: str) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        message, _, signature = assertion.rpartition(".")
        try:
            self.public_key.verify(
                _unbase64(signature), message.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            return False
        claims = json.loads(_unbase64(message.split(".")[1]))
        now = self.clock.timestamp()
        return bool(
            claims["iss"] == claims["sub"] == self.client_id
            and claims["aud"] == f"{self.url}/admin/oauth/access_token"
            and claims["iat"] - 60 <= now < claims["exp"] <= claims["iat"] + 300
        )

    def authorize(self, query: str) -> str:
        """Where a merchant's browser is sent after agreeing, which they do at once."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        params = self.signed(
            {
                "code": self.code(),
                "shop": self.url,
                "state": asked.get("state", ""),
                "timestamp": str(int(self.clock.timestamp())),
            }
        )
        return f"{asked['redirect_uri']}?{urlencode(params)}"


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _handler(server: ShopifyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            server.tick()
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            path = urlsplit(self.path).path
            if server.instead:
                planned = server.instead.pop(0)
                self._send(planned.status, planned.body, planned.headers)
                return
            asked = json.loads(raw)
            server.requests.append(
                {"path": path, "asked": asked, "agent": self.headers.get("user-agent")}
            )
            if path == "/admin/oauth/access_token":
                self._json(*server.access_token(asked))
            elif re.fullmatch(r"/admin/api/[a-z0-9-]+/graphql\.json", path):
                token = self.headers.get("x-shopify-access-token", "")
                self._json(*server.graphql(token, asked))
            else:
                self._json(404, {"errors": "Not Found"})

        def do_GET(self) -> None:
            server.tick()
            parts = urlsplit(self.path)
            body = server.admin.files.get(parts.path.removeprefix("/exports/"))
            if parts.path == "/admin/oauth/authorize":
                self._send(302, b"", {"location": server.authorize(parts.query)})
            elif body is None:
                self._send(404, b"gone", {})
            else:
                self._stretch(body)

        def _stretch(self, body: bytes) -> None:
            found = re.match(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
            if found is None:
                self._send(200, body, {})
                return
            start, end = int(found[1]), min(int(found[2]), len(body) - 1)
            if start >= len(body):
                self._send(416, b"", {})
                return
            told = {"content-range": f"bytes {start}-{end}/{len(body)}"}
            self._send(206, body[start : end + 1], told)

        def _json(self, status: int, reply: Mapping[str, Any]) -> None:
            told = {"content-type": "application/json; charset=utf-8"}
            self._send(status, json.dumps(reply).encode(), told)

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            self.send_header("x-shopify-api-version", server.version)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(server.clock, usegmt=True)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name upstream)
            """Say nothing: tests read what was asked from `requests`."""

    return Handler
