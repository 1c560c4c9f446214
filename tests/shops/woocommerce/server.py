"""Serves a made-up shop as WooCommerce does: keys and signatures, lists, webhooks, coupons, faults.

What it refuses, and in which words, follows WooCommerce 9.8.5.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from zoneinfo import ZoneInfo

from shops.woocommerce.shop import Shop

KEY = "ck_0123456789abcdef0123456789abcdef01234567"
SECRET = "cs_89abcdef0123456789abcdef0123456789abcdef"
#: What a fault answers: status, headers, body. None: as if there were no fault.
Fault = Callable[["Asked"], tuple[int, dict[str, str], bytes] | None]
HTML = {"Content-Type": "text/html; charset=UTF-8"}
CANNOT = "Sorry, you cannot list resources."


@dataclass(frozen=True)
class Asked:
    """A request as the site sees it."""

    method: str
    path: str  # of the interface: /wc/v3/orders
    params: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def is_secure(self) -> bool:
        """What WordPress thinks, by what the proxy before it says."""
        return self.headers.get("x-forwarded-proto") == "https"


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class Site:
    """A WordPress site with a shop, and how its host behaves."""

    shop: Shop
    permission: str = "read_write"  # of the keys
    permalinks: bool = True
    drops_authorization: bool = False
    version: str = "9.8.5"
    namespaces: tuple[str, ...] = ("wp/v2", "wc/v3")
    missing: frozenset[str] = frozenset()  # paths without a route
    faults: list[Fault] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    asked: list[Asked] = field(default_factory=list)
    address: str = ""
    _nonces: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        """``(status, headers, bytes)`` of a request."""
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "rest_route" in params:
            path = params["rest_route"]
        elif parts.path.startswith("/wp-json") and self.permalinks:
            path = parts.path.removeprefix("/wp-json") or "/"
        else:
            return 404, HTML, b"<!doctype html><title>Page not found</title>"
        asked = Asked(method, path, params, headers, json.loads(body) if body else None)
        self.asked.append(asked)
        for fault in list(self.faults):
            found = fault(asked)
            if found is not None:
                return found
        with self._lock:
            try:
                status, extra, made = self._route(asked, parts.path)
            except Refused as err:
                made = {"code": err.code, "message": err.message, "data": {"status": err.status}}
                status, extra = err.status, {}
        kind = {"Content-Type": "application/json; charset=UTF-8"}
        return status, {**kind, **extra}, json.dumps(made).encode()

    # Who asks ------------------------------------------------------------------------------

    def _check_keys(self, asked: Asked, url_path: str) -> None:
        known = self._has_keys(asked) if asked.is_secure else self._is_signed(asked, url_path)
        if not known:
            raise Refused(401, "woocommerce_rest_cannot_view", CANNOT)
        needed = "read" if asked.method == "GET" else "write"
        if needed not in self.permission:
            raise Refused(
                401, "woocommerce_rest_authentication_error",
                f"The API key provided does not have {needed} permissions.",
            )  # fmt: skip

    def _has_keys(self, asked: Asked) -> bool:
        key, secret = asked.params.get("consumer_key"), asked.params.get("consumer_secret")
        given = asked.headers.get("authorization", "")
        if not key and given.startswith("Basic ") and not self.drops_authorization:
            key, _, secret = base64.b64decode(given[6:]).decode().partition(":")
        if key != KEY:
            return False
        if secret != SECRET:
            raise Refused(
                401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."
            )
        return True

    def _is_signed(self, asked: Asked, url_path: str) -> bool:
        given = dict(asked.params)
        if not any(name.startswith("oauth_") for name in given):
            return False

        def wrong(message: str) -> Refused:
            return Refused(401, "woocommerce_rest_authentication_error", message)

        if given.get("oauth_consumer_key") != KEY:
            raise wrong("Consumer key is invalid.")
        signature = given.pop("oauth_signature", "")
        home = self.address + ("" if url_path == "/" else url_path)
        pairs = [f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(given.items())]
        to_sign = "&".join((asked.method, quote(home, safe="~"), quote("&".join(pairs), safe="~")))
        expected = hmac.new(f"{SECRET}&".encode(), to_sign.encode(), hashlib.sha256).digest()
        if signature != base64.b64encode(expected).decode():
            raise wrong("Invalid signature - provided signature does not match.")
        if abs(int(given["oauth_timestamp"]) - self.clock()) > 15 * 60:
            raise wrong("Invalid timestamp.")
        if given["oauth_nonce"] in self._nonces:
            raise wrong("Invalid nonce - nonce has already been used.")
        self._nonces.add(given["oauth_nonce"])
        return True

    # What is asked -------------------------------------------------------------------------

    def _route(self, asked: Asked, url_path: str) -> tuple[int, dict[str, str], Any]:
        if asked.path in ("", "/"):
            return 200, {}, self._index()
        route = asked.path.removeprefix("/wc/v3/").rstrip("/")
        if not asked.path.startswith("/wc/v3/") or route.split("/")[0] in self.missing:
            raise _no_route()
        self._check_keys(asked, url_path)
        if route == "system_status":
            status = {
                "environment": {"version": self.version},
                "settings": {"currency": self.shop.currency},
            }
            return 200, {}, status
        if found := re.fullmatch(r"(webhooks|coupons)(?:/(\d+))?", route):
            return self._kept(asked, found[1], int(found[2] or 0))
        if asked.method != "GET" or route in self.missing:
            raise _no_route()
        if route == "products/reviews":
            return self._page(asked, self._reviews(asked))
        if found := re.fullmatch(r"products/reviews/(\d+)", route):
            return self._one("reviews", int(found[1]))
        if found := re.fullmatch(r"orders/(\d+)/refunds", route):
            return self._page(asked, self.shop.refunds(int(found[1])))
        if found := re.fullmatch(r"products/(\d+)/variations", route):
            return self._page(asked, self.shop.variations(int(found[1])))
        if found := re.fullmatch(r"(orders|products|customers)/(\d+)", route):
            return self._one(found[1], int(found[2]))
        if route in ("orders", "products", "customers"):
            return self._list(asked, route)
        raise _no_route()

    def _index(self) -> dict[str, Any]:
        return {
            "name": self.shop.name,
            "home": self.address,
            "url": self.address,
            "gmt_offset": 1,
            "timezone_string": self.shop.zone,
            "namespaces": list(self.namespaces),
        }

    def _one(self, kind: str, number: int) -> tuple[int, dict[str, str], Any]:
        if kind == "products" and number >= 10_000 and self.shop.one("products", number // 100):
            return 200, {}, self.shop.variation(number)
        made = self.shop.one(kind, number)
        if made is None:
            raise Refused(404, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.")
        return 200, {}, made

    def _list(self, asked: Asked, kind: str) -> tuple[int, dict[str, str], Any]:
        """Ids alone until the page is known, so that a large shop is listed quickly."""
        params = asked.params
        limits: dict[str, int] = {}
        if kind != "customers":  # which ignore the limits without a word
            zone = UTC if params.get("dates_are_gmt") == "true" else ZoneInfo(self.shop.zone)
            for name in ("after", "before"):
                if text := params.get(f"modified_{name}"):
                    limits[name] = int(_time(text, zone).timestamp())
        ids = self.shop.ids(kind, **limits)
        if params.get("status") == "checkout-draft":
            ids = [
                number
                for number in ids
                if self.shop.one(kind, number)["status"] == "checkout-draft"
            ]  # type: ignore[index]
        match params.get("orderby"):
            case "id":
                ids = sorted(ids)
            case "modified":
                pass
            case _:
                ids = sorted(ids, key=lambda number: self.shop.created(kind, number))
        return self._page(asked, ids, make=lambda number: self.shop.one(kind, number))

    def _reviews(self, asked: Asked) -> list[int]:
        ids = [number for number in self.shop.ids("reviews") if self._is_listed(asked, number)]
        return sorted(ids)

    def _is_listed(self, asked: Asked, number: int) -> bool:
        made = self.shop.created("reviews", number)
        for name, sign in (("after", 1), ("before", -1)):
            text = asked.params.get(name)
            zone = ZoneInfo(self.shop.zone)
            if text and sign * (made - _time(text, zone).timestamp()) <= 0:
                return False
        one = self.shop.one("reviews", number)
        return one is not None and one["status"] == asked.params.get("status", "approved")

    def _page(
        self, asked: Asked, listed: list[Any], make: Callable[[Any], Any] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        size = int(asked.params.get("per_page", 10))
        if not 1 <= size <= 100:
            raise Refused(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        if asked.params.get("order") != "asc" and make is not None:
            listed = listed[::-1]
        start = int(asked.params.get("offset") or (int(asked.params.get("page", 1)) - 1) * size)
        page = listed[start : start + size]
        if page and isinstance(page[0], int) and make is None:
            page = [self.shop.one("reviews", number) for number in page]
        elif make is not None:
            page = [make(one) for one in page]
        total = len(listed)
        counts = {"X-WP-Total": str(total), "X-WP-TotalPages": str(-(-total // size))}
        return 200, counts, page

    def _kept(self, asked: Asked, kind: str, number: int) -> tuple[int, dict[str, str], Any]:
        kept = getattr(self.shop, kind)
        if number and number not in kept:
            raise Refused(404, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.")
        match asked.method:
            case "GET" if number:
                return 200, {}, _shown(kept[number])
            case "GET":
                code = asked.params.get("code")
                listed = [_shown(one) for one in kept.values() if code in (None, one.get("code"))]
                return self._page(asked, listed)
            case "DELETE":
                return 200, {}, _shown(kept.pop(number))
            case "PUT":
                kept[number].update(asked.body)
                return 200, {}, _shown(kept[number])
        needed = ("topic", "delivery_url") if kind == "webhooks" else ("code",)
        lacking = [name for name in needed if not asked.body.get(name)]
        if lacking:
            raise Refused(
                400, "rest_missing_callback_param", f"Missing parameter(s): {', '.join(lacking)}"
            )
        if kind == "coupons" and any(
            one["code"] == asked.body["code"].lower() for one in kept.values()
        ):
            raise Refused(
                400, "woocommerce_rest_coupon_code_already_exists",
                "The coupon code already exists",
            )  # fmt: skip
        made = {"status": "active", **asked.body, "id": max(kept, default=0) + 1}
        if kind == "coupons":
            made["code"] = made["code"].lower()
        kept[made["id"]] = made
        return 201, {}, _shown(made)


def _shown(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != "secret"}


def _no_route() -> Refused:
    return Refused(404, "rest_no_route", "No route was found matching the URL and request method.")


def _time(text: str, zone: Any) -> datetime:
    """As WordPress reads a time: without a zone it is in the site's own."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


# Deliveries ----------------------------------------------------------------------------------


def delivery(
    topic: str, made: Any, secret: str, *, number: int = 1
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a webhook as the shop sends it."""
    body = json.dumps(made, separators=(",", ":")).replace("/", "\\/").encode()
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    resource, _, event = topic.partition(".")
    return {
        "content-type": "application/json",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        "x-wc-webhook-signature": signature.decode(),
        "x-wc-webhook-id": "1",
        "x-wc-webhook-delivery-id": hashlib.sha256(body + topic.encode()).hexdigest()[:32],
    }, body


# Faults --------------------------------------------------------------------------------------


def html_at_200(path: str) -> Fault:
    """A maintenance page or a firewall's question, with status 200."""
    page = b"<!doctype html><title>Just a moment</title><p>Checking your browser</p>"
    return lambda asked: (200, HTML, page) if path in asked.path else None


def php_warning(path: str) -> Fault:
    """A warning that PHP prints before the JSON."""
    text = b"<br />\n<b>Warning</b>:  Undefined array key in <b>/srv/x.php</b> on line <b>7</b>[]"
    return lambda asked: (200, HTML, text) if path in asked.path else None


def out_of_memory(path: str, most: int, *, status: int = 500) -> Fault:
    """More than ``most`` objects in a page are too many for the server."""
    text = b"<b>Fatal error</b>: Allowed memory size of 67108864 bytes exhausted"

    def fault(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        size = int(asked.params.get("per_page", 10))
        return (status, HTML, text) if asked.path.endswith(path) and size > most else None

    return fault


def slow(path: str, most: int, seconds: float) -> Fault:
    """More than ``most`` objects in a page take the server ``seconds``."""

    def fault(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        if asked.path.endswith(path) and int(asked.params.get("per_page", 10)) > most:
            time.sleep(seconds)
        return None

    return fault


def busy(path: str, seconds: int, times: int = 1) -> Fault:
    """503 with a time to come again, the first ``times`` times."""
    left = [times]

    def fault(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        if path not in asked.path or not left[0]:
            return None
        left[0] -= 1
        return 503, {"Retry-After": str(seconds)}, b""

    return fault


def limited(path: str, most: int, seconds: int) -> Fault:
    """429 for pages of more than ``most`` objects."""

    def fault(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        is_large = int(asked.params.get("per_page", 10)) > most
        if not asked.path.endswith(path) or not is_large:
            return None
        return 429, {"Retry-After": str(seconds)}, b""

    return fault


def down(path: str, times: int) -> Fault:
    """500 to the first ``times`` requests, but to those that only count."""
    left = [times]

    def fault(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        is_count = asked.params.get("per_page") == "1"
        if not asked.path.endswith(path) or is_count or not left[0]:
            return None
        left[0] -= 1
        return 500, HTML, b""

    return fault
