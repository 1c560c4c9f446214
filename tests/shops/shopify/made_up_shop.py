"""A shop that isn't there: customers, products, orders, refunds and checkouts by a seed.

Objects are dictionaries in the shape that Shopify's schema gives them; a list under a field that is
a connection is paged by whoever answers. The same seed and size give the same shop.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Object = dict[str, Any]
TODAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
_CENT = Decimal("0.01")
_FIRST = ("Ada", "Grace", "Edsger", "Barbara", "Alan", "Katherine", "Tim", "Radia", "Linus", "Mary")
_LAST = ("Keller", "Okafor", "Silva", "Novak", "Rossi", "Tanaka", "Haddad", "Larsen", "Moreau")
_CITIES = (("Berlin", "DE"), ("Paris", "FR"), ("London", "GB"), ("Pune", "IN"), ("Boston", "US"))
_THINGS = ("Shirt", "Jacket", "Scarf", "Boots", "Bag", "Mug", "Candle", "Lamp", "Notebook", "Pen")


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class MadeUpShop:
    """What the shop holds, by kind, oldest id first. Change it and tell when by `touch`."""

    orders_wanted: int = 200
    seed: int = 7
    today: datetime = TODAY
    currency: str = "EUR"
    zone: str = "Europe/Berlin"
    name: str = "The Made-up Shop"
    domain: str = "made-up.myshopify.com"
    taxes_included: bool = True
    days: int = 700  # how far back orders go
    customers: list[Object] = field(default_factory=list)
    products: list[Object] = field(default_factory=list)
    orders: list[Object] = field(default_factory=list)
    checkouts: list[Object] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self._make_products(chance)
        self._make_customers(chance)
        for number in range(self.orders_wanted):
            self._add_order(chance, number)
        self._make_checkouts(chance)

    def money(self, amount: Decimal | int | str) -> Object:
        """A bag whose buyer paid in another currency, which nobody may add."""
        exact = Decimal(amount).quantize(_CENT)
        return {
            "shopMoney": {"amount": str(exact), "currencyCode": self.currency},
            "presentmentMoney": {"amount": str(exact * 2), "currencyCode": "USD"},
        }

    def by_id(self, wanted: str) -> Object | None:
        """Whatever has this global id."""
        return next((found for found in self.everything() if found["id"] == wanted), None)

    def everything(self) -> Iterator[Object]:
        for order in self.orders:
            yield order
            yield from order["refunds"]
        for product in self.products:
            yield product
            yield from product["variants"]
        yield from self.customers
        yield from self.checkouts

    def touch(self, changed: Object, at: datetime, **fields: Any) -> None:
        """Change an object at a moment."""
        changed.update(fields)
        changed["updatedAt"] = stamp(at)

    def add_refund(
        self,
        order: Object,
        *,
        lines: int = 1,
        status: str | None = "SUCCESS",
        kept: Decimal = Decimal(0),
        more: Decimal = Decimal(0),
        at: datetime | None = None,
    ) -> Object:
        """Give back the first ``lines`` whole; ``kept`` of it not, ``more`` for no line."""
        when = at or self._past(datetime.fromisoformat(order["createdAt"]) + timedelta(days=5))
        number = int(order["id"].rsplit("/", 1)[1]) * 10 + len(order["refunds"])
        taken = []
        for line in order["lineItems"][:lines]:
            unit = Decimal(line["originalUnitPriceSet"]["shopMoney"]["amount"])
            off = sum(
                (Decimal(d["allocatedAmountSet"]["shopMoney"]["amount"])
                 for d in line["discountAllocations"]), Decimal(0),
            )  # fmt: skip
            tax = Decimal(line["taxLines"][0]["priceSet"]["shopMoney"]["amount"])
            taken.append(
                {
                    "__typename": "RefundLineItem",
                    "id": gid("RefundLineItem", number * 100 + len(taken)),
                    "quantity": line["quantity"],
                    "subtotalSet": self.money(unit * line["quantity"] - off),
                    "totalTaxSet": self.money(tax),
                    "lineItem": line,
                }
            )
        adjustments = []
        if kept or more:
            adjustments.append(
                {
                    "__typename": "OrderAdjustment",
                    "id": gid("OrderAdjustment", number),
                    "reason": "RESTOCK" if kept else "CUSTOMER",
                    "amountSet": self.money(kept - more),
                }
            )
        refund: Object = {
            "__typename": "Refund",
            "id": gid("Refund", number),
            "createdAt": stamp(when),
            "processedAt": stamp(when),
            "updatedAt": stamp(when),
            "note": "Didn't fit",
            "order": order,
            "totalRefundedSet": self.money(0),
            "refundLineItems": taken,
            "refundShippingLines": [],
            "orderAdjustments": adjustments,
            "transactions": []
            if status is None
            else [
                {
                    "__typename": "OrderTransaction",
                    "id": gid("OrderTransaction", number),
                    "status": status,
                }
            ],
        }
        order["refunds"].append(refund)
        self.touch(order, when, displayFinancialStatus="PARTIALLY_REFUNDED")
        return refund

    def _past(self, at: datetime) -> datetime:
        """Nothing has changed in the last hour."""
        return min(at, self.today - timedelta(hours=1))

    def _make_products(self, chance: random.Random) -> None:
        for number in range(max(8, self.orders_wanted // 40)):
            changed = self.today - timedelta(days=chance.randrange(5, 400))
            many = 7 if number % 5 == 0 else 1 + number % 3
            product: Object = {
                "__typename": "Product",
                "id": gid("Product", 5000 + number),
                "title": f"{_THINGS[number % len(_THINGS)]} {number}",
                "productType": "" if number % 4 == 0 else "Clothing",
                "status": "ARCHIVED" if number % 7 == 6 else "ACTIVE",
                "onlineStoreUrl": f"https://shop.example.com/products/{number}",
                "updatedAt": stamp(changed),
                "category": {
                    "__typename": "TaxonomyCategory",
                    "id": gid("TaxonomyCategory", number),
                    "name": "Goods",
                },
                "featuredMedia": {
                    "__typename": "MediaImage",
                    "id": gid("MediaImage", number),
                    "preview": {"image": {"url": f"https://cdn.example.com/{number}.jpg"}},
                },
            }
            product["variants"] = [
                {
                    "__typename": "ProductVariant",
                    "id": gid("ProductVariant", 6000 + number * 10 + position),
                    "title": "Default Title" if many == 1 else f"Size {position}",
                    "sku": f"SKU-{number}-{position}",
                    "price": str(Decimal(chance.randrange(500, 9000)) / 100),
                    "inventoryQuantity": chance.randrange(0, 80),
                    "updatedAt": stamp(changed),
                    "inventoryItem": {
                        "__typename": "InventoryItem",
                        "id": gid("InventoryItem", number * 10 + position),
                        "unitCost": {"amount": "3.50", "currencyCode": self.currency},
                    },
                    "product": product,
                }
                for position in range(many)
            ]
            self.products.append(product)

    def _make_customers(self, chance: random.Random) -> None:
        for number in range(max(5, self.orders_wanted // 3)):
            since = self.today - timedelta(days=chance.randrange(2, self.days))
            first, last = chance.choice(_FIRST), chance.choice(_LAST)
            city, country = chance.choice(_CITIES)
            self.customers.append(
                {
                    "__typename": "Customer",
                    "id": gid("Customer", 1000 + number),
                    "createdAt": stamp(since),
                    "updatedAt": stamp(self._past(since + timedelta(days=1))),
                    "firstName": first,
                    "lastName": last,
                    "locale": "de",
                    "tags": ["vip"] if number % 9 == 0 else [],
                    "state": "ENABLED",
                    "defaultEmailAddress": {
                        "emailAddress": f"{first}.{last}.{number}@example.com".lower(),
                        "marketingState": "SUBSCRIBED" if number % 2 else "UNSUBSCRIBED",
                    },
                    "defaultPhoneNumber": {"phoneNumber": f"+49151{number:07}"},
                    "defaultAddress": self._address(number, f"{first} {last}", city, country),
                }
            )

    def _address(self, number: int, name: str, city: str, country: str) -> Object:
        return {
            "__typename": "MailingAddress",
            "id": gid("MailingAddress", number),
            "name": name,
            "city": city,
            "countryCodeV2": country,
        }

    def _add_order(self, chance: random.Random, number: int) -> None:
        share = (number + 1) / (self.orders_wanted + 1)
        placed = self.today - timedelta(days=self.days) * (1 - share)
        customer = None if number % 10 == 3 else chance.choice(self.customers)
        mail = (
            f"guest{number % 30}@example.com"
            if customer is None
            else customer["defaultEmailAddress"]["emailAddress"]
        )
        count = 12 if number % 25 == 7 else chance.randrange(1, 4)
        lines = [self._line(chance, number, position) for position in range(count)]
        shipping = Decimal("4.90")
        total = shipping + sum(
            (Decimal(line["originalUnitPriceSet"]["shopMoney"]["amount"]) * line["quantity"]
             - Decimal(line["discountAllocations"][0]["allocatedAmountSet"]["shopMoney"]["amount"])
             for line in lines), Decimal(0),
        )  # fmt: skip
        if not self.taxes_included:
            total += self._included(shipping) + sum(
                (Decimal(line["taxLines"][0]["priceSet"]["shopMoney"]["amount"]) for line in lines),
                Decimal(0),
            )
        order: Object = {
            "__typename": "Order",
            "id": gid("Order", 100_000 + number),
            "name": f"#{1001 + number}",
            "createdAt": stamp(placed),
            "processedAt": stamp(placed),
            "updatedAt": stamp(self._past(placed + timedelta(hours=1))),
            "cancelledAt": stamp(placed + timedelta(hours=1)) if number % 40 == 11 else None,
            "test": number % 50 == 5,
            "sourceName": "web",
            "currencyCode": self.currency,
            "taxesIncluded": self.taxes_included,
            "displayFinancialStatus": "PAID",
            "email": mail,
            "phone": None,
            "customer": customer,
            "displayAddress": self._address(number, "A Buyer", *chance.choice(_CITIES)),
            "totalPriceSet": self.money(total),
            "totalTipReceivedSet": self.money(0),
            "originalTotalDutiesSet": None,
            "shippingLine": {
                "discountedPriceSet": self.money(shipping),
                "taxLines": [{"title": "VAT", "priceSet": self.money(self._included(shipping))}],
            },
            "refunds": [],
            "lineItems": lines,
        }
        self.orders.append(order)
        if number % 12 == 4:
            status = "PENDING" if number % 36 == 4 else "SUCCESS"
            self.add_refund(order, lines=count if number % 24 == 4 else 1, status=status)

    def _included(self, gross: Decimal) -> Decimal:
        """The tax of 19 % inside a price, or upon it."""
        share = Decimal(19) / (119 if self.taxes_included else 100)
        return (gross * share).quantize(_CENT, ROUND_HALF_UP)

    def _line(self, chance: random.Random, number: int, position: int) -> Object:
        product = chance.choice(self.products)
        variant = chance.choice(product["variants"])
        quantity = chance.randrange(1, 4)
        price = Decimal(variant["price"])
        off = (price * quantity / 10).quantize(_CENT) if number % 3 == 0 else Decimal(0)
        return {
            "__typename": "LineItem",
            "id": gid("LineItem", 1_000_000 + number * 20 + position),
            "name": product["title"],
            "sku": variant["sku"],
            "quantity": quantity,
            "isGiftCard": False,
            "originalUnitPriceSet": self.money(price),
            "discountAllocations": [{"allocatedAmountSet": self.money(off)}],
            "taxLines": [
                {
                    "title": "VAT",
                    "priceSet": self.money(self._included(price * quantity - off)),
                }
            ],
            "product": product,
            "variant": variant,
        }

    def _make_checkouts(self, chance: random.Random) -> None:
        for number in range(max(4, self.orders_wanted // 10)):
            left = self.today - timedelta(days=chance.randrange(1, 80), hours=number % 24)
            variants = [chance.choice(chance.choice(self.products)["variants"]) for _ in range(8)]
            some = variants[: 8 if number % 6 == 2 else 2]
            self.checkouts.append(
                {
                    "__typename": "AbandonedCheckout",
                    "id": gid("AbandonedCheckout", 30_000 + number),
                    "createdAt": stamp(left),
                    "updatedAt": stamp(left),
                    "completedAt": stamp(left + timedelta(hours=2)) if number % 4 == 1 else None,
                    "abandonedCheckoutUrl": f"https://shop.example.com/recover/{number}",
                    "customer": None if number % 5 == 0 else chance.choice(self.customers),
                    "billingAddress": None,
                    "subtotalPriceSet": self.money(sum(Decimal(v["price"]) for v in some)),
                    "lineItems": [
                        {
                            "__typename": "AbandonedCheckoutLineItem",
                            "id": gid("AbandonedCheckoutLineItem", number * 10 + position),
                            "variant": variant,
                        }
                        for position, variant in enumerate(some)
                    ],
                }
            )
