"""A made-up seller on Amazon, the same for the same seed, as the Selling Partner API shows it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from shops.loopback import Reply, Request

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MARKETS = {
    "A1PA6795UKMFR9": ("EUR", "Amazon.de", "DE"),
    "A13V1IB3VIYZZH": ("EUR", "Amazon.fr", "FR"),
    "A1F83G8C2ARO7P": ("GBP", "Amazon.co.uk", "GB"),
    "A21TJRUUN4KGV": ("INR", "Amazon.in", "IN"),
}
GERMANY, FRANCE, BRITAIN, INDIA = MARKETS
SELLER = "A2EXAMPLESELLER"
REFRESH = "Atzr|made-up-refresh-token-0001"
CLIENT = "amzn1.application-oa2-client.0123456789abcdef"
SECRET = "amzn1.oa2-cs.v1.made-up-secret"
_RATE = {"x-amzn-RateLimit-Limit": "0.0056", "x-amzn-RequestId": "made-up"}


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def euros(minor: int, currency: str) -> dict[str, str]:
    return {"amount": f"{minor // 100}.{minor % 100:02}", "currencyCode": currency}


class Shop:
    """The state of a shop and what it answers. Change it, and the next answer shows it."""

    def __init__(
        self,
        orders: int = 250,
        *,
        listings: int = 45,
        seed: int = 7,
        markets: tuple[str, ...] = (GERMANY, FRANCE),
        roles: frozenset[str] = frozenset({"buyers", "listings", "finances"}),
        listings_shown: int = 1000,
    ) -> None:
        chance = random.Random(seed)
        self.now = NOW
        self.roles = set(roles)
        self.markets = markets
        self.listings_shown = listings_shown
        self.orders = [_order(chance, n, markets) for n in range(orders)]
        self.listings = [_listing(n, markets) for n in range(listings)]
        self.transactions = [
            _refund(n, order)
            for n, order in enumerate(self.orders)
            if n % 9 == 4 and order["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
        ]
        self.tokens: dict[str, datetime] = {}
        self.issued = 0
        self.refuse_next = 0  # requests that are answered with 429
        self.page_tokens_known = True

    def answer(self, request: Request) -> Reply:
        if request.path == "/auth/o2/token":
            return self._token(dict(_form(request.body)))
        token = request.headers.get("x-amz-access-token", "")
        if token not in self.tokens:
            return _refused(403, "Unauthorized", "Access to requested resource is denied.")
        if self.tokens[token] <= self.now:
            return _refused(403, "Unauthorized", "The access token you provided has expired.")
        if self.refuse_next > 0:
            self.refuse_next -= 1
            return Reply(429, _error("QuotaExceeded", "You exceeded your quota."), _RATE)
        if request.path == "/sellers/v1/marketplaceParticipations":
            return Reply(200, {"payload": [_participation(m) for m in self.markets]}, _RATE)
        if request.path == "/orders/2026-01-01/orders":
            return self._search(request.query)
        if request.path.startswith("/orders/2026-01-01/orders/"):
            return self._order(request.path.rsplit("/", 1)[1], request.query)
        if request.path.startswith("/listings/2021-08-01/items/"):
            return self._listings(request)
        if request.path == "/finances/2024-06-19/transactions":
            return self._transactions(request.query)
        return _refused(404, "NotFound", "The resource doesn't exist.")

    def _token(self, form: dict[str, str]) -> Reply:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Reply(401, {"error": "invalid_client"})
        grants = {
            "refresh_token": form.get("refresh_token"),
            "authorization_code": form.get("code"),
        }
        if grants.get(form.get("grant_type", "")) not in (REFRESH, "made-up-code"):
            return Reply(400, {"error": "invalid_grant"})
        self.issued += 1
        token = f"Atza|made-up-{self.issued}"
        self.tokens[token] = self.now + timedelta(hours=1)
        said = {"access_token": token, "token_type": "bearer", "expires_in": 3600}
        return Reply(200, said | {"refresh_token": REFRESH})

    def _search(self, query: Any) -> Reply:
        after, before = query.get("lastUpdatedAfter"), query.get("lastUpdatedBefore")
        if ("createdAfter" in query) == ("lastUpdatedAfter" in query) or not after or not before:
            return _refused(400, "InvalidInput", "Exactly one of createdAfter, lastUpdatedAfter.")
        if _time(before) > self.now - timedelta(minutes=2):
            return _refused(400, "InvalidInput", "lastUpdatedBefore is less than two minutes old.")
        if "BUYER" in query["includedData"] and "buyers" not in self.roles:
            return _refused(403, "Unauthorized", "Access to requested resource is denied.")
        hidden = self.now - timedelta(days=730)
        places = query["marketplaceIds"].split(",")
        found = sorted(
            (
                order
                for order in self.orders
                if order["salesChannel"]["marketplaceId"] in places
                and _time(after) <= _time(order["lastUpdatedTime"]) <= _time(before)
                and _time(order["createdTime"]) >= hidden
            ),
            key=lambda order: (order["lastUpdatedTime"], order["orderId"]),
        )
        size, asked = int(query.get("maxResultsPerPage", "100")), query.get("paginationToken")
        if asked and not self.page_tokens_known:
            return _refused(400, "InvalidInput", "paginationToken is invalid or has expired.")
        start = json.loads(asked)["start"] if asked else 0
        body: dict[str, Any] = {
            "orders": [_shown(order, query) for order in found[start : start + size]]
        }
        if start + size < len(found):
            body["pagination"] = {"nextToken": json.dumps({"start": start + size})}
        return Reply(200, body, _RATE)

    def _order(self, order_id: str, query: Any) -> Reply:
        for order in self.orders:
            if order["orderId"] == order_id:
                return Reply(200, {"order": _shown(order, query)}, {})
        return _refused(404, "NotFound", "The order doesn't exist.")

    def _listings(self, request: Request) -> Reply:
        if "listings" not in self.roles:
            return _refused(403, "Unauthorized", "Access to requested resource is denied.")
        parts = request.path.removeprefix("/listings/2021-08-01/items/").split("/")
        if len(parts) == 2:
            found = [item for item in self.listings if item["sku"] == parts[1]]
            return Reply(200, found[0]) if found else _refused(404, "NOT_FOUND", "No such SKU.")
        query = request.query
        after = _time(query.get("lastUpdatedAfter", "2000-01-01T00:00:00Z"))
        before = _time(query.get("lastUpdatedBefore", iso(self.now)))
        found = [i for i in self.listings if after <= _changed(i) <= before]
        found.sort(key=lambda item: (_changed(item), item["sku"]))
        total, found = len(found), found[: self.listings_shown]
        start, size = int(query.get("pageToken", "0")), int(query.get("pageSize", "10"))
        body: dict[str, Any] = {"numberOfResults": total, "items": found[start : start + size]}
        if start + size < len(found):
            body["pagination"] = {"nextToken": str(start + size)}
        return Reply(200, body)

    def _transactions(self, query: Any) -> Reply:
        if "finances" not in self.roles:
            return _refused(403, "Unauthorized", "Access to requested resource is denied.")
        found = self.transactions
        if "relatedIdentifierValue" in query:
            found = [t for t in found if query["relatedIdentifierValue"] in json.dumps(t)]
        else:
            after, before = _time(query["postedAfter"]), _time(query["postedBefore"])
            found = [t for t in found if after <= _time(t["postedDate"]) < before]
        start = int(query.get("nextToken", "0"))
        payload: dict[str, Any] = {"transactions": found[start : start + 10]}
        if start + 10 < len(found):
            payload["nextToken"] = str(start + 10)
        return Reply(200, {"payload": payload})


def _order(chance: random.Random, n: int, markets: tuple[str, ...]) -> dict[str, Any]:
    market = chance.choice(markets)
    currency, name, _ = MARKETS[market]
    created = NOW - timedelta(days=chance.randrange(1, 700), seconds=chance.randrange(86_400))
    status = chance.choices(["SHIPPED", "UNSHIPPED", "CANCELLED", "PENDING"], [80, 8, 8, 4])[0]
    by_amazon = chance.random() < 0.3
    items = []
    for k in range(chance.randrange(1, 4)):
        minor, pieces = chance.randrange(500, 9000), chance.randrange(1, 4)
        tax = minor * pieces * 19 // 100
        items.append(
            {
                "orderItemId": f"{n:08}{k:02}",
                "quantityOrdered": pieces,
                "product": {
                    "asin": f"B0{n % 45:08}",
                    "title": f"Thing {(n + k) % 45}",
                    "sellerSku": f"SKU-{(n + k) % 45:03}",
                    "price": {"unitPrice": euros(minor, currency)},
                },
                "proceeds": {
                    "proceedsTotal": euros(minor * pieces + tax, currency),
                    "breakdowns": [
                        {"type": "ITEM", "subtotal": euros(minor * pieces, currency)},
                        {"type": "TAX", "subtotal": euros(tax, currency)},
                    ],
                },
                "fulfillment": {"quantityFulfilled": pieces, "quantityUnfulfilled": 0},
            }
        )
    total = sum(
        int(i["proceeds"]["proceedsTotal"]["amount"].replace(".", ""))
        for i in items  # type: ignore[index]
    )
    return {
        "orderId": f"302-{n:07}-0000001",
        "createdTime": iso(created),
        "lastUpdatedTime": iso(created + timedelta(hours=20)),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": market,
            "marketplaceName": name,
        },
        "buyer": {} if by_amazon else {"buyerEmail": f"b{n % 60}@marketplace.amazon.example"},
        "proceeds": {"grandTotal": euros(total, currency)},
        "fulfillment": {
            "fulfillmentStatus": status,
            "fulfilledBy": "AMAZON" if by_amazon else "MERCHANT",
        },
        "orderItems": items,
    }


def _shown(order: dict[str, Any], query: Any) -> dict[str, Any]:
    """The parts that were asked for."""
    asked = query.get("includedData", "").split(",")
    hidden = {"BUYER": "buyer", "PROCEEDS": "proceeds", "FULFILLMENT": "fulfillment"}
    left_out = {name for part, name in hidden.items() if part not in asked}
    return {name: value for name, value in order.items() if name not in left_out}


def _listing(n: int, markets: tuple[str, ...]) -> dict[str, Any]:
    changed = NOW - timedelta(days=100) + timedelta(hours=n // 3)  # three at each moment
    return {
        "sku": f"SKU-{n:03}",
        "summaries": [
            {
                "marketplaceId": market,
                "asin": f"B0{n:08}",
                "productType": "HOME_LIGHTING",
                "status": ["BUYABLE"] if n % 5 else [],
                "itemName": f"Thing {n}",
                "createdDate": iso(changed),
                "lastUpdatedDate": iso(changed),
                "mainImage": {"link": f"https://images.example.com/{n}.png"},
            }
            for market in markets
        ],
        "offers": [
            {
                "marketplaceId": markets[0],
                "offerType": "B2C",
                "price": euros(1000 + n, MARKETS[markets[0]][0]),
            }
        ],
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": n}],
    }


def _changed(item: dict[str, Any]) -> datetime:
    return _time(item["summaries"][0]["lastUpdatedDate"])


def _refund(n: int, order: dict[str, Any]) -> dict[str, Any]:
    """The first item of an order, its goods and tax given back and a commission returned."""
    item = order["orderItems"][0]
    sums = {b["type"]: float(b["subtotal"]["amount"]) for b in item["proceeds"]["breakdowns"]}
    currency = order["proceeds"]["grandTotal"]["currencyCode"]

    def money(value: float) -> dict[str, Any]:
        return {"currencyAmount": round(value, 2), "currencyCode": currency}

    return {
        "relatedIdentifiers": [
            {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order["orderId"]},
            {"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": f"refund-{n}"},
        ],
        "transactionType": "Refund",
        "transactionId": f"transaction-{n}",
        "transactionStatus": "RELEASED",
        "description": "Refund Order",
        "postedDate": iso(_time(order["lastUpdatedTime"]) + timedelta(hours=30)),
        "totalAmount": money(-sums["ITEM"] - sums["TAX"] + 1.5),
        "marketplaceDetails": {"marketplaceId": order["salesChannel"]["marketplaceId"]},
        "items": [
            {
                "totalAmount": money(-sums["ITEM"] - sums["TAX"] + 1.5),
                "breakdowns": [
                    _breakdown("ProductCharges", "OurPricePrincipal", money(-sums["ITEM"])),
                    _breakdown("Tax", "OurPriceTax", money(-sums["TAX"])),
                    _breakdown("AmazonFees", "Commission", money(1.5)),
                ],
                "contexts": [
                    {
                        "contextType": "ProductContext",
                        "sku": item["product"]["sellerSku"],
                        "quantityShipped": item["quantityOrdered"],
                    }
                ],
            }
        ],
        "breakdowns": [],
    }


def _breakdown(outer: str, inner: str, amount: dict[str, Any]) -> dict[str, Any]:
    return {
        "breakdownType": outer,
        "breakdownAmount": amount,
        "breakdowns": [{"breakdownType": inner, "breakdownAmount": amount, "breakdowns": []}],
    }


def _participation(market: str) -> dict[str, Any]:
    currency, name, country = MARKETS[market]
    return {
        "marketplace": {
            "id": market,
            "countryCode": country,
            "name": name,
            "defaultCurrencyCode": currency,
        },
        "storeName": "Made Up",
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
    }


def _form(body: bytes) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(body.decode())


def _error(code: str, message: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "details": ""}]}


def _refused(status: int, code: str, message: str) -> Reply:
    return Reply(status, _error(code, message))
