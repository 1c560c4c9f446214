"""A made-up WooCommerce shop: the same for the same seed, of any size, objects made when asked for.

What a test changes (an order edited, refunded, deleted) is kept over what follows from the seed.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

FIRST = datetime(2024, 1, 1, 8, tzinfo=UTC)
LAST = datetime(2026, 11, 20, 20, tzinfo=UTC)
NAMES = ("Ada", "Ben", "Cleo", "Dev", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jon")
CITIES = (("Berlin", "DE"), ("Paris", "FR"), ("Pune", "IN"), ("Leeds", "GB"), ("Austin", "US"))
GOODS = ("Mug", "Lamp", "Scarf", "Notebook", "Bowl", "Blanket", "Vase", "Candle")
FINISHED = ("completed",) * 12 + ("processing", "processing", "on-hold", "cancelled", "failed",
            "pending")  # fmt: skip


@dataclass
class Shop:
    """``orders`` of about half as many customers, a third of them guests; ids as WordPress counts.

    Orders have ids from 1,000,000 on, drafts from 9,000,000 on, refunds their order's plus
    20,000,000.
    """

    orders: int = 200
    drafts: int = 3
    products: int = 24
    reviews: int = 40
    seed: int = 1
    zone: str = "Europe/Berlin"
    currency: str = "EUR"
    name: str = "Made-up shop"
    prices_include_tax: bool = False
    changed: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    gone: set[tuple[str, int]] = field(default_factory=set)
    webhooks: dict[int, dict[str, Any]] = field(default_factory=dict)
    coupons: dict[int, dict[str, Any]] = field(default_factory=dict)
    _times: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in ("orders", "products", "reviews", "customers"):
            self._times[kind] = sorted(
                (self._modified(kind, number), number) for number in self._ids(kind)
            )

    # Lists --------------------------------------------------------------------------------

    @property
    def customers(self) -> int:
        return max(self.orders // 3, 1)

    def _ids(self, kind: str) -> Iterator[int]:
        match kind:
            case "orders":
                yield from range(1_000_000, 1_000_000 + self.orders)
                yield from range(9_000_000, 9_000_000 + self.drafts)
            case "products":
                yield from range(100, 100 + self.products)
            case "reviews":
                yield from range(1, self.reviews + 1)
            case "customers":
                yield from range(2, self.customers + 2)

    def ids(self, kind: str, *, after: int | None = None, before: int | None = None) -> list[int]:
        """Ids of what was changed after and before (seconds, neither included), oldest first."""
        times = self._times[kind]
        start = 0 if after is None else bisect_right(times, (after, 1 << 60))
        end = len(times) if before is None else bisect_left(times, (before, 0))
        return [number for _, number in times[start:end]]

    def is_draft(self, number: int) -> bool:
        status = self.changed.get(("orders", number), {}).get("status")
        return status == "checkout-draft" if status else number >= 9_000_000

    def modified(self, kind: str, number: int) -> int:
        time = self.changed.get((kind, number), {}).get("date_modified_gmt")
        if time is None:
            return self._modified(kind, number)
        return int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp())

    def created(self, kind: str, number: int) -> int:
        if kind == "customers":
            return int((FIRST + (LAST - FIRST) * (number - 2) / self.customers).timestamp())
        if kind == "products":
            days = self._chance(kind, number).randrange(1, 300)
            return int((FIRST - timedelta(days=days)).timestamp())
        if kind == "reviews":
            return int((FIRST + (LAST - FIRST) * number / (self.reviews + 1)).timestamp())
        if number >= 9_000_000:
            return int((LAST - timedelta(hours=number - 9_000_000)).timestamp())
        return int(
            (FIRST + (LAST - FIRST) * (number - 1_000_000) / max(self.orders, 1)).timestamp()
        )

    def _modified(self, kind: str, number: int) -> int:
        later = crc32(f"{self.seed}:{kind}:{number}".encode()) % (5 * 86_400)
        if kind in ("reviews", "customers") or number >= 9_000_000:
            later = 0
        return min(self.created(kind, number) + later, int(LAST.timestamp()))

    # What happens in it -------------------------------------------------------------------

    def change(self, kind: str, number: int, at: datetime, **fields: Any) -> None:
        """Somebody edits an object: it has these fields, and a new time of change."""
        old = self.modified(kind, number)
        time = at.astimezone(UTC).replace(microsecond=0)
        there = self.changed.setdefault((kind, number), {})
        there.update(fields, date_modified_gmt=time.replace(tzinfo=None).isoformat())
        if (old, number) in self._times[kind]:
            self._times[kind].remove((old, number))
        self.gone.discard((kind, number))
        insort(self._times[kind], (int(time.timestamp()), number))

    def delete(self, kind: str, number: int) -> None:
        """For good: nothing tells of it."""
        self._times[kind].remove((self.modified(kind, number), number))
        self.gone.add((kind, number))

    # Objects ------------------------------------------------------------------------------

    def one(self, kind: str, number: int) -> dict[str, Any] | None:
        """An object as the interface shows it; None where there is none."""
        if (kind, number) in self.gone:
            return None
        if self._is_made(kind, number):
            made = getattr(self, f"_{kind}")(number)
        elif (kind, number) in self.changed:
            made = {"id": number}
        else:
            return None
        return self._with_local_times({**made, **self.changed.get((kind, number), {})})

    def _is_made(self, kind: str, number: int) -> bool:
        match kind:
            case "orders":
                return (
                    1_000_000 <= number < 1_000_000 + self.orders
                    or 9_000_000 <= number < 9_000_000 + self.drafts
                )
            case "products":
                return 100 <= number < 100 + self.products
            case "reviews":
                return 1 <= number <= self.reviews
        return 2 <= number < self.customers + 2

    def refunds(self, order_id: int) -> list[dict[str, Any]]:
        order = self.one("orders", order_id)
        if order is None or not order["refunds"]:
            return []
        if isinstance(order["refunds"][0].get("line_items"), list):
            return order["refunds"]  # a test's own
        line = order["line_items"][0]
        return [
            {
                "id": order_id + 20_000_000,
                "date_created": order["date_modified"],
                "date_created_gmt": order["date_modified_gmt"],
                "amount": money(Decimal(line["total"]) + Decimal(line["total_tax"])),
                "reason": "Didn't fit",
                "refunded_by": 1,
                "refunded_payment": True,
                "meta_data": [],
                "line_items": [
                    {
                        **line,
                        "id": line["id"] + 500_000,
                        "quantity": -line["quantity"],
                        "subtotal": f"-{line['subtotal']}",
                        "total": f"-{line['total']}",
                        "total_tax": f"-{line['total_tax']}",
                        "meta_data": [
                            {"id": 1, "key": "_refunded_item_id", "value": str(line["id"])}
                        ],
                    }
                ],
                "shipping_lines": [],
                "fee_lines": [],
                "tax_lines": [],
            }
        ]

    def variations(self, product_id: int) -> list[dict[str, Any]]:
        product = self.one("products", product_id)
        return (
            [] if product is None else [self.variation(number) for number in product["variations"]]
        )

    def variation(self, number: int) -> dict[str, Any]:
        product = self.one("products", number // 100)
        assert product is not None
        size = ("Small", "Large")[number % 100 - 1]
        return {
            "id": number,
            "type": "variation",
            "parent_id": number // 100,
            "date_created_gmt": product["date_created_gmt"],
            "date_modified_gmt": product["date_modified_gmt"],
            "sku": f"{product['sku']}-{size[0]}",
            "price": money(Decimal(product["price"]) + number % 100),
            "status": "publish",
            "stock_quantity": number % 7,
            "permalink": f"{product['permalink']}?size={size}",
            "image": None,
            "attributes": [{"id": 1, "name": "Size", "option": size}],
        }

    def _chance(self, *what: object) -> random.Random:
        return random.Random(f"{self.seed}:{what}")

    def _price(self, product_id: int) -> Decimal:
        return Decimal(self._chance("price", product_id).randrange(300, 9900)) / 100

    def _is_variable(self, product_id: int) -> bool:
        return product_id % 4 == 0

    def _orders(self, number: int) -> dict[str, Any]:
        chance = self._chance("orders", number)
        is_draft = number >= 9_000_000
        customer = chance.randrange(2, self.customers + 2)
        is_guest = customer % 3 == 0
        lines = [
            self._line(number * 10 + place, chance.randrange(100, 100 + self.products), chance)
            for place in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        shipping = Decimal(chance.choice(("0.00", "4.90", "9.90")))
        goods = sum(Decimal(line["total"]) for line in lines)
        tax = sum(Decimal(line["total_tax"]) for line in lines)
        refunded = not is_draft and chance.random() < 0.03
        first = lines[0]
        back = Decimal(first["total"]) + Decimal(first["total_tax"])
        created = utc(self.created("orders", number))
        return {
            "id": number,
            "parent_id": 0,
            "status": "checkout-draft" if is_draft else chance.choice(FINISHED),
            "currency": self.currency,
            "version": "9.8.5",
            "prices_include_tax": self.prices_include_tax,
            "date_created_gmt": created,
            "date_modified_gmt": utc(self._modified("orders", number)),
            "discount_total": money(
                sum(Decimal(line["subtotal"]) - Decimal(line["total"]) for line in lines)
            ),
            "shipping_total": money(shipping),
            "shipping_tax": "0.00",
            "total": money(goods + tax + shipping),
            "total_tax": money(tax),
            "customer_id": 0 if is_guest or is_draft else customer,
            "billing": self._billing(customer),
            "payment_method": "card",
            "created_via": "store-api" if is_draft or number % 5 == 0 else "checkout",
            "date_paid_gmt": None if is_draft else created,
            "number": str(number),
            "meta_data": [],
            "line_items": lines,
            "tax_lines": [],
            "shipping_lines": [],
            "fee_lines": [],
            "coupon_lines": [],
            "refunds": [{"id": number + 20_000_000, "reason": "", "total": f"-{money(back)}"}]
            if refunded
            else [],
            "payment_url": f"https://shop.example.com/checkout/order-pay/{number}/",
        }

    def _line(self, number: int, product_id: int, chance: random.Random) -> dict[str, Any]:
        variation = product_id * 100 + chance.choice((1, 2)) if self._is_variable(product_id) else 0
        price = self._price(product_id) + (variation % 100 if variation else 0)
        quantity = chance.choice((1, 1, 1, 2, 3))
        before = price * quantity
        off = (before * chance.choice((0, 0, 0, 10)) / 100).quantize(Decimal("0.01"))
        tax = ((before - off) * Decimal("0.19")).quantize(Decimal("0.01"))
        return {
            "id": number,
            "name": f"{GOODS[product_id % len(GOODS)]} {product_id}",
            "product_id": product_id,
            "variation_id": variation,
            "quantity": quantity,
            "subtotal": money(before),
            "subtotal_tax": money(before * Decimal("0.19")),
            "total": money(before - off),
            "total_tax": money(tax),
            "meta_data": [],
            "sku": f"sku{product_id}",
            "price": float(price),
        }

    def _billing(self, customer: int) -> dict[str, Any]:
        city, country = CITIES[customer % len(CITIES)]
        return {
            "first_name": NAMES[customer % len(NAMES)],
            "last_name": f"N{customer}",
            "city": city,
            "country": country,
            "email": f"buyer{customer}@example.com",
            "phone": f"+49301{customer:06}",
        }

    def _customers(self, number: int) -> dict[str, Any]:
        billing = self._billing(number)
        return {
            "id": number,
            "date_created_gmt": utc(self.created("customers", number)),
            "date_modified_gmt": utc(self._modified("customers", number)),
            "email": billing["email"],
            "first_name": billing["first_name"],
            "last_name": billing["last_name"],
            "role": "administrator" if number == 2 else "customer",
            "username": f"u{number}",
            "billing": billing,
            "is_paying_customer": number != 2,
        }

    def _products(self, number: int) -> dict[str, Any]:
        variations = [number * 100 + 1, number * 100 + 2] if self._is_variable(number) else []
        return {
            "id": number,
            "name": f"{GOODS[number % len(GOODS)]} &amp; more {number}",
            "permalink": f"https://shop.example.com/product/{number}/",
            "date_created_gmt": utc(self.created("products", number)),
            "date_modified_gmt": utc(self._modified("products", number)),
            "type": "variable" if variations else "simple",
            "status": "draft" if number % 23 == 0 else "publish",
            "sku": f"sku{number}",
            "price": money(self._price(number)),
            "regular_price": money(self._price(number)),
            "stock_quantity": None,
            "parent_id": 0,
            "categories": [{"id": 15, "name": GOODS[number % len(GOODS)], "slug": "x"}],
            "images": [{"id": 1, "src": f"https://shop.example.com/{number}.jpg"}],
            "attributes": [],
            "variations": variations,
        }

    def _reviews(self, number: int) -> dict[str, Any]:
        chance = self._chance("reviews", number)
        words = chance.choice(("Lovely &amp; warm", "Broke after a week", "Fine", "My favourite"))
        return {
            "id": number,
            "date_created_gmt": utc(self.created("reviews", number)),
            "product_id": chance.randrange(100, 100 + self.products),
            "status": "hold" if number % 10 == 0 else "approved",
            "reviewer": f"{NAMES[number % len(NAMES)]} N{number}",
            "reviewer_email": f"buyer{number + 2}@example.com",
            "review": f"<p>{words}.</p>\n",
            "rating": chance.randrange(1, 6),
            "verified": True,
        }

    def _with_local_times(self, made: dict[str, Any]) -> dict[str, Any]:
        """Each ``…_gmt`` once more in the shop's own time, as WordPress has them."""
        for name in [name for name in made if name.endswith("_gmt") and made[name]]:
            time = datetime.fromisoformat(made[name]).replace(tzinfo=UTC)
            local = time.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
            made[name.removesuffix("_gmt")] = local.isoformat()
        return made


def utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def money(amount: Decimal | int) -> str:
    return f"{Decimal(amount):.2f}"
