"""A made-up seller on Flipkart, the same for the same seed, as the seller API shows it."""

from __future__ import annotations

import base64
import email.utils
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, unquote, urlencode

from shops.loopback import Reply, Request

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
APP = "6113ca4a-made-up-app"
SECRET = "669a57f4-made-up-secret"
CODE = "made-up-code"
REFRESH = "made-up-refresh-token"
_INDIA = timezone(timedelta(hours=5, minutes=30))
_LISTS = {
    "preDispatch": {"APPROVED", "PACKING_IN_PROGRESS", "FORM_FAILED", "PACKED",
                    "READY_TO_DISPATCH"},
    "postDispatch": {"PICKUP_COMPLETE", "SHIPPED", "DELIVERED", "RETURN_REQUESTED", "RETURNED",
                     "COMPLETED"},
    "cancelled": {"CANCELLED"},
}  # fmt: skip


def iso(at: datetime) -> str:
    return at.astimezone(_INDIA).isoformat(timespec="milliseconds")


class Shop:
    """The state of a shop and what it answers. Change it, and the next answer shows it.

    A seller who is sent to agree does so at once, unless it ``refuses``; ``rotates``: a refresh
    gives a new refresh token, for what is left of the consent's 180 days.
    ``absolute``: next pages are told as whole URLs; ``filter_name``: how the search for listings
    spells its filter; ``check``: looks at each request and answer, as a test wants.
    """

    def __init__(self, orders: int = 120, *, listings: int = 33, seed: int = 5) -> None:
        chance = random.Random(seed)
        self.now = NOW
        self.base = ""
        self.absolute = False
        self.filter_name = "lisitng_status"
        self.next_page: str | None = None  # what is told instead of the right one
        self.shipments = [s for n in range(orders) for s in _shipments(chance, n)]
        self.listings = {f"SKU {n:03}": _listing(n) for n in range(listings)}
        self.returns = [
            _return(n, shipment["orderItems"][0], shipment)
            for n, shipment in enumerate(self.shipments)
            if n % 7 == 3 and shipment["orderItems"][0]["status"] == "DELIVERED"
        ]
        self.tokens: dict[str, datetime] = {}
        self.refuses = False
        self.rotates = False
        self.codes: dict[str, str | None] = {CODE: None}  # the address that each was sent to
        self.consents: dict[str, datetime] = {}  # refresh tokens, and when they end
        self.refuse_next = 0
        self.check: Callable[[Request, Reply], None] = lambda request, reply: None

    def answer(self, request: Request) -> Reply:
        reply = self._answer(request)
        self.check(request, reply)
        return reply

    def _answer(self, request: Request) -> Reply:
        if request.path == "/oauth-service/oauth/token":
            return self._token(request)
        if request.path == "/oauth-service/oauth/authorize":
            return self._authorize(request.query)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, NOW - timedelta(days=1)) <= self.now:
            return Reply(401, {"error": "invalid_token"})
        if self.refuse_next > 0:
            self.refuse_next -= 1
            return Reply(429, {}, {"Retry-After": "7"})
        if request.path == "/sellers/v3/shipments/filter":
            return self._filter(request)
        if request.path == "/sellers/v3/shipments":
            return self._details(request.query)
        if request.path == "/sellers/v2/returns":
            return self._returns(request.query)
        if request.path == "/sellers/listings/v3/search":
            return self._search(request.json())
        if request.path.startswith("/sellers/listings/v3/"):
            return self._listings(request.path.removeprefix("/sellers/listings/v3/"))
        return Reply(404, {})

    def _token(self, request: Request) -> Reply:
        basic = base64.b64encode(f"{APP}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return Reply(401, {"error": "unauthorized"})
        query = dict(request.query)
        ends = self._consent(query)
        if ends is None or ends <= self.now:
            return Reply(400, {"error": "invalid_grant"})
        token = f"made-up-{len(self.tokens)}"
        self.tokens[token] = self.now + timedelta(days=60)
        said: dict[str, Any] = {"access_token": token, "expires_in": 5_184_000}
        if query["grant_type"] != "client_credentials":
            refresh = query.get("refresh_token")
            if refresh is None or self.rotates:
                self.consents.pop(refresh or "", None)
                refresh = REFRESH if refresh is None else f"{refresh}-next"
                self.consents[refresh] = ends
            said["refresh_token"] = refresh
        return Reply(200, said)

    def _consent(self, query: Mapping[str, str]) -> datetime | None:
        """Until when a token may be asked for like this; None: it may not."""
        lasts = self.now + timedelta(days=180)
        match query.get("grant_type"):
            case "client_credentials" if query.get("scope") == "Seller_Api":
                return lasts
            case "authorization_code" if query.get("code") in self.codes:
                sent_to = self.codes.pop(query["code"])  # it is good once
                came = query.get("redirect_uri")
                return lasts if came and sent_to in (None, came) else None
            case "refresh_token":
                return self.consents.get(query.get("refresh_token", ""))
        return None

    def _authorize(self, query: Mapping[str, str]) -> Reply:
        """Where the browser of a seller who was sent to agree goes on."""
        asked = {name: query.get(name) for name in ("client_id", "response_type", "scope")}
        if asked != {"client_id": APP, "response_type": "code", "scope": "Seller_Api"}:
            return Reply(400, {"error": "invalid_request"})
        said = {"error": "access_denied"}
        if not self.refuses:
            said = {"code": f"made-up-code-{len(self.codes)}"}
            self.codes[said["code"]] = query["redirect_uri"]
        back = urlencode(said | {"state": query["state"]})
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{back}"})

    def _filter(self, request: Request) -> Reply:
        if request.method == "POST":
            asked = request.json()
            start = 0
        else:
            asked = json.loads(request.query["next_token"])
            start = asked.pop("start")
        wanted, since = asked["filter"], asked["filter"]["modifiedDate"]
        low, high = (datetime.fromisoformat(since[name]) for name in ("from", "to"))
        found = sorted(
            (
                shipment
                for shipment in self.shipments
                if _status(shipment) in _LISTS[wanted["type"]] & set(wanted["states"])
                and low <= datetime.fromisoformat(shipment["updatedAt"]) <= high
            ),
            key=lambda shipment: (shipment["updatedAt"], shipment["shipmentId"]),
        )
        size = asked["pagination"]["pageSize"]
        token = json.dumps(asked | {"start": start + size})
        return self._page("shipments", found, start, size, "nextPageUrl",
                          "/v3/shipments/filter", token)  # fmt: skip

    def _page(
        self, name: str, found: list[Any], start: int, size: int, link: str, path: str, token: str
    ) -> Reply:
        body: dict[str, Any] = {name: found[start : start + size], "hasMore": False}
        if start + size < len(found):
            url = f"{path}?next_token={quote(token, safe='')}"
            if self.absolute:
                url = f"{self.base}/sellers{url}"
            body |= {"hasMore": True, link: self.next_page or url}
        return Reply(200, body)

    def _details(self, query: Any) -> Reply:
        ((name, ids),) = query.items()
        wanted = set(ids.split(","))
        if len(wanted) > 100:
            return Reply(400, {})
        field = {"orderIds": "orderId", "orderItemIds": "orderItemId"}.get(name)
        found = [
            shipment
            for shipment in self.shipments
            if (field is None and shipment["shipmentId"] in wanted)
            or (field and wanted & {item[field] for item in shipment["orderItems"]})
        ]
        return Reply(200, {"shipments": found})

    def _returns(self, query: Any) -> Reply:
        if "returnIds" in query:
            wanted = query["returnIds"].split(",")
            return Reply(200, {"returnItems": [r for r in self.returns if r["returnId"] in wanted]})
        asked, start = dict(query), 0
        if "next_token" in query:
            asked = json.loads(query["next_token"])
            start = asked.pop("start")
        low, high = (datetime.fromisoformat(asked[f"modified{n}"]) for n in ("After", "Before"))
        found = [
            row
            for row in self.returns
            if row["type"] == asked["source"]
            and low <= datetime.fromisoformat(row["updatedDate"]) <= high
        ]
        token = json.dumps(asked | {"start": start + 5})
        return self._page("returnItems", found, start, 5, "nextUrl", "/v2/returns", token)

    def _search(self, asked: Any) -> Reply:
        if set(asked["filters"]) != {self.filter_name}:
            return Reply(400, {"errors": ["unknown filter"]})
        status = asked["filters"][self.filter_name]
        skus = [sku for sku, one in self.listings.items() if one["listing_status"] == status]
        start = int(asked.get("page_id", "0"))
        rows = [
            {"listing_id": f"LST{sku}", "product_id": f"FSN{sku}", "sku_id": sku}
            for sku in skus[start : start + 15]
        ]
        body: dict[str, Any] = {"listings": rows, "has_more": start + 15 < len(skus)}
        return Reply(200, body | ({"next_page_id": str(start + 15)} if body["has_more"] else {}))

    def _listings(self, path: str) -> Reply:
        skus = [unquote(part) for part in path.split(",")]
        if len(skus) > 10:
            return Reply(400, {})
        known = {sku: self.listings[sku] for sku in skus if sku in self.listings}
        return Reply(200, {"available": known, "unavailable": [s for s in skus if s not in known]})


def signed(url: str, body: bytes, *, at: datetime = NOW, epoch: bool = True) -> dict[str, str]:
    """The headers of a notification, as Flipkart signs it: body left out."""
    date = email.utils.format_datetime(at, usegmt=True)
    stamp = str(int(at.timestamp())) if epoch else date
    made = hashlib.sha1(f"{stamp}{url}POST{SECRET}".encode(), usedforsecurity=False).hexdigest()
    login = base64.b64encode(f"{APP}:{made}".encode()).decode()
    return {"x_date": date, "x_authorization": f"FKLOGIN {login}"}


def _status(shipment: dict[str, Any]) -> str:
    return str(shipment["orderItems"][0]["status"])


def _shipments(chance: random.Random, n: int) -> list[dict[str, Any]]:
    """An order of one or two shipments."""
    ordered = NOW - timedelta(days=chance.randrange(2, 300), minutes=chance.randrange(1440))
    made = []
    for k in range(chance.choice([1, 1, 2])):
        status = chance.choices(["DELIVERED", "APPROVED", "SHIPPED", "CANCELLED"], [7, 1, 1, 1])[0]
        price, pieces = chance.randrange(100, 3000), chance.randrange(1, 4)
        ship = chance.choice([0, 40])
        made.append(
            {
                "shipmentId": f"shipment-{n:05}-{k}",
                "updatedAt": iso(ordered + timedelta(days=1, minutes=k)),
                "locationId": "LOC1",
                "hold": False,
                "orderItems": [
                    {
                        "orderItemId": f"1{n:07}{k}",
                        "orderId": f"OD{n:07}",
                        "orderDate": iso(ordered),
                        "paymentType": "PREPAID",
                        "status": status,
                        "quantity": pieces,
                        "sku": f"SKU {n % 33:03}",
                        "listingId": f"LST{n % 33}",
                        "title": f"Thing {n % 33}",
                        "priceComponents": {
                            "sellingPrice": float(price),
                            "totalPrice": float(price * pieces + ship),
                            "shippingCharge": float(ship),
                            "customerPrice": float(price),
                            "flipkartDiscount": 0.0,
                        },
                        "is_replacement": False,
                    }
                ],
            }
        )
    return made


def _return(n: int, item: dict[str, Any], shipment: dict[str, Any]) -> dict[str, Any]:
    created = datetime.fromisoformat(shipment["updatedAt"]) + timedelta(days=2)
    return {
        "returnId": f"return-{n}",
        "orderItemId": item["orderItemId"],
        "orderId": item["orderId"],
        "shipmentId": shipment["shipmentId"],
        "quantity": 1,
        "orderDate": item["orderDate"],
        "createdDate": iso(created),
        "updatedDate": iso(created + timedelta(hours=9)),
        "status": ("RETURN_COMPLETED", "RETURN_CREATED", "RETURN_CANCELLED")[n % 3],
        "type": ("customer_return", "courier_return")[n % 2],
        "reason": "DEFECTIVE_PRODUCT",
        "subReason": "STOPPED_WORKING",
        "comments": f"It stopped after {n} days",
    }


def _listing(n: int) -> dict[str, Any]:
    return {
        "listing_id": f"LST{n}",
        "product_id": f"FSN{n}",
        "price": {"mrp": 2000 + n, "selling_price": 1000 + n, "currency": "INR"},
        "listing_status": "ACTIVE" if n % 4 else "INACTIVE",
        "fulfillment_profile": "NON_FBF",
        "locations": [
            {"id": "LOC1", "status": "ENABLED", "inventory": n},
            {"id": "LOC2", "status": "DISABLED", "inventory": 900},
        ],
    }
