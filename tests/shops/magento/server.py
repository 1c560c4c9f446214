"""A made-up shop on Magento 2 and its REST interface: searches, pages, rights, faults.

The same for the same seed. What it refuses, and that a page after the last is the last one again,
follows Magento 2.4.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "0123456789abcdefghijklmnopqrstuv"
FIRST = datetime(2024, 1, 1, 8, tzinfo=UTC)
LAST = datetime(2026, 11, 20, 20, tzinfo=UTC)
STATES = ("complete",) * 8 + ("processing", "closed", "canceled", "pending_payment", "holded")
_RIGHTS = {
    "orders": "Magento_Sales::sales", "creditmemos": "Magento_Sales::sales",
    "creditmemo": "Magento_Sales::sales", "customers": "Magento_Customer::customer",
    "products": "Magento_Catalog::products", "categories": "Magento_Catalog::categories",
    "carts": "Magento_Cart::manage", "store": "Magento_Backend::store",
}  # fmt: skip


@dataclass
class Site:
    """A shop of ``orders`` orders; every tenth is refunded, every third is a guest's."""

    orders: int = 120
    products: int = 12
    seed: int = 1
    zone: str = "Europe/Berlin"
    currency: str = "EUR"
    lacks: frozenset[str] = frozenset()  # rights that the integration hasn't
    takes_tokens: bool = True  # alone, without a signature
    changed: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    gone: set[tuple[str, int]] = field(default_factory=set)
    faults: list[Callable[[str], Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        parts = urlsplit(target)
        self.asked.append(target)
        for fault in self.faults:
            if (found := fault(target)) is not None:
                return found
        path = parts.path.removeprefix("/rest/V1/")
        if path == parts.path or path.split("/")[0] not in _RIGHTS:
            return _made(404, {"message": "Request does not match any route."})
        right = _RIGHTS[path.split("/")[0]]
        is_known = headers.get("authorization") == f"Bearer {TOKEN}" and self.takes_tokens
        if not is_known or right in self.lacks:
            return _made(401, {
                "message": "The consumer isn't authorized to access %resources.",
                "parameters": {"resources": right},
            })  # fmt: skip
        if path == "store/storeConfigs":
            return _made(200, [{
                "id": 1, "code": "default", "base_currency_code": self.currency,
                "timezone": self.zone, "base_url": f"{self.address}/",
            }])  # fmt: skip
        if found := re.fullmatch(r"(orders|creditmemo|customers|carts)/(\d+)", path):
            kind = {"creditmemo": "creditmemos"}.get(found[1], found[1])
            one = self.one(kind, int(found[2]))
            if one is None:
                return _made(404, {"message": "No such entity with %fieldName = %fieldValue"})
            return _made(200, one)
        kind = path.split("/")[0]
        return _made(200, self._search(kind, dict(parse_qsl(parts.query))))

    # Searches -----------------------------------------------------------------------------

    def _search(self, kind: str, params: dict[str, str]) -> dict[str, Any]:
        found = [one for number in self._ids(kind) if (one := self.one(kind, number)) is not None]
        place = 0
        while field_name := params.get(_filter(place, "field")):
            condition = params[_filter(place, "condition_type")]
            wanted = params[_filter(place, "value")]
            found = [one for one in found if _holds(one, kind, field_name, condition, wanted)]
            place += 1
        size = int(params["searchCriteria[pageSize]"])
        page = int(params["searchCriteria[currentPage]"])
        last = max(-(-len(found) // size), 1)
        if page > last and kind != "products":
            page = last
        return {
            "items": found[(page - 1) * size : page * size],
            "search_criteria": {},
            "total_count": len(found),
        }

    def _ids(self, kind: str) -> list[int]:
        match kind:
            case "orders":
                return list(range(1, self.orders + 1))
            case "creditmemos":
                return [n for n in range(1, self.orders + 1) if n % 10 == 0]
            case "customers":
                return list(range(1, max(self.orders // 3, 1) + 1))
            case "categories":
                return [3, 4, 5]
            case "carts":
                return list(range(1, 8))
        return list(range(1, self.products * 2 + 1))

    def one(self, kind: str, number: int) -> dict[str, Any] | None:
        if (kind, number) in self.gone or number not in self._ids(kind):
            return None
        made = getattr(self, f"_{kind}")(number)
        return {**made, **self.changed.get((kind, number), {})}

    def change(self, kind: str, number: int, at: datetime, **fields: Any) -> None:
        there = self.changed.setdefault((kind, number), {})
        there.update(fields, updated_at=_time(at))

    # Objects ------------------------------------------------------------------------------

    def _chance(self, *what: object) -> random.Random:
        return random.Random(f"{self.seed}:{what}")

    def _orders(self, number: int) -> dict[str, Any]:
        chance = self._chance("order", number)
        made = FIRST + (LAST - FIRST) * (number - 1) / self.orders
        customer = chance.randrange(1, max(self.orders // 3, 1) + 1)
        is_guest = number % 3 == 0
        product = chance.randrange(1, self.products + 1)
        price = Decimal(chance.randrange(500, 9000)) / 100
        quantity = chance.choice((1, 1, 2))
        off = (price * quantity * chance.choice((0, 10)) / 100).quantize(Decimal("0.01"))
        tax = ((price * quantity - off) * Decimal("0.19")).quantize(Decimal("0.01"))
        whole = {
            "item_id": number * 10, "order_id": number, "product_id": product,
            "product_type": "configurable", "sku": f"sku{product}-s", "name": f"Shirt {product}",
            "qty_ordered": quantity, "base_price": float(price),
            "base_row_total": float(price * quantity), "base_discount_amount": float(off),
            "base_tax_amount": float(tax), "base_discount_tax_compensation_amount": 0,
        }  # fmt: skip
        part = {
            **whole, "item_id": number * 10 + 1, "parent_item_id": number * 10,
            "product_id": product + self.products, "product_type": "simple", "base_price": 0,
            "base_row_total": 0, "base_discount_amount": 0, "base_tax_amount": 0,
        }  # fmt: skip
        return {
            "entity_id": number,
            "increment_id": f"{number:09}",
            "state": chance.choice(STATES),
            "status": "a-status",
            "created_at": _time(made),
            "updated_at": _time(made + timedelta(hours=chance.randrange(1, 90))),
            "customer_id": None if is_guest else customer,
            "customer_is_guest": int(is_guest),
            "customer_email": f"buyer{customer}@example.com",
            "customer_firstname": None if is_guest else "Ada",
            "customer_lastname": None if is_guest else f"N{customer}",
            "base_currency_code": self.currency,
            "order_currency_code": "USD",
            "base_grand_total": float(price * quantity - off + tax + 5),
            "grand_total": 1.0,
            "base_shipping_amount": 5,
            "items": [whole, part],
            "billing_address": {
                "firstname": "Ada", "lastname": f"N{customer}", "city": "Berlin",
                "country_id": "DE", "telephone": f"+49301{customer:06}",
            },
        }  # fmt: skip

    def _creditmemos(self, number: int) -> dict[str, Any]:
        order = self._orders(number)
        whole, part = order["items"]
        at = datetime.fromisoformat(order["updated_at"]) + timedelta(hours=1)
        shared = ("base_row_total", "base_tax_amount", "base_discount_amount")
        return {
            "entity_id": number,
            "order_id": number,
            "state": 1 if number % 50 == 0 else 2,
            "created_at": str(at),
            "updated_at": str(at),
            "base_currency_code": self.currency,
            "base_grand_total": order["base_grand_total"] - 5,
            "base_shipping_amount": 0,
            "base_adjustment_positive": 0,
            "base_adjustment_negative": 0,
            "items": [
                {"entity_id": n, "order_item_id": item["item_id"], "qty": whole["qty_ordered"],
                 **{name: item[name] for name in shared}}
                for n, item in ((1, whole), (2, part))
            ],
            "comments": [{"comment": "Too small"}],
        }  # fmt: skip

    def _customers(self, number: int) -> dict[str, Any]:
        made = FIRST + timedelta(days=number)
        return {
            "id": number, "group_id": 1, "created_at": _time(made), "updated_at": _time(made),
            "email": f"buyer{number}@example.com", "firstname": "Ada", "lastname": f"N{number}",
            "addresses": [{"city": "Berlin", "country_id": "DE", "telephone": "1",
                           "default_billing": True}],
            "extension_attributes": {"is_subscribed": number % 2 == 0},
        }  # fmt: skip

    def _products(self, number: int) -> dict[str, Any]:
        is_variant = number > self.products
        base = number - self.products if is_variant else number
        return {
            "id": number,
            "sku": f"sku{base}" + ("-s" if is_variant else ""),
            "name": f"Shirt {base}",
            "price": 12.5 if is_variant else 0,
            "status": 2 if number % 11 == 0 else 1,
            "type_id": "simple" if is_variant else "configurable",
            "created_at": _time(FIRST),
            "updated_at": _time(FIRST + timedelta(days=base)),
            "extension_attributes": {"website_ids": [1]},
            "custom_attributes": [
                {"attribute_code": "category_ids", "value": ["3", str(4 + base % 2)]},
                {"attribute_code": "url_key", "value": f"shirt-{number}"},
                {"attribute_code": "image", "value": f"/s/h/shirt-{number}.jpg"},
                {"attribute_code": "cost", "value": "4.200000"},
            ],
        }

    def _categories(self, number: int) -> dict[str, Any]:
        return {"id": number, "name": {3: "Clothes", 4: "Shirts", 5: "Sale &amp; more"}[number]}

    def _carts(self, number: int) -> dict[str, Any]:
        at = LAST - timedelta(hours=number)
        return {
            "id": number,
            "created_at": _time(at),
            "updated_at": _time(at),
            "is_active": number != 2,
            "items_count": 0 if number == 3 else 1,
            "items": [{"item_id": 1, "sku": "sku1-s", "qty": 2, "price": 12.5}],
            "customer": {"id": None, "email": None}
            if number == 4
            else {"id": number, "email": f"buyer{number}@example.com", "firstname": "Ada"},
            "billing_address": {"city": None, "country_id": None},
            "currency": {"quote_currency_code": "EUR"},
        }


def _filter(place: int, name: str) -> str:
    return f"searchCriteria[filter_groups][{place}][filters][0][{name}]"


def _holds(one: dict[str, Any], kind: str, name: str, condition: str, wanted: str) -> bool:
    if name == "entity_id" and "entity_id" not in one:
        name = "id"
    value = str(one[name])
    match condition:
        case "eq":
            return value == wanted
        case "in":
            return value in wanted.split(",")
        case "gteq":
            return value >= wanted
        case "lt":
            return value < wanted
    raise AssertionError(f"no condition {condition} of {kind}")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _made(status: int, made: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(made).encode()
