"""Two years of a fashion shop: its customers, their orders and what they wrote."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sampling.products import Product, make_products
from sampling.reviews import write_review
from sampling.temperaments import KINDS, OWN_VOICE, Kind

OPENED = datetime.fromisoformat("2024-01-01 08:00")  # local time, as shops export it
CLOSED = datetime.fromisoformat("2025-12-31 22:00")
CITIES = (
    ("Berlin", "Germany"), ("Köln", "Germany"), ("München", "Germany"), ("Leipzig", "Germany"),
    ("Wien", "Austria"), ("Graz", "Austria"), ("Zürich", "Switzerland"), ("Genève", "Switzerland"),
    ("Paris", "France"), ("Nîmes", "France"), ("Orléans", "France"), ("Lyon", "France"),
    ("Málaga", "Spain"), ("A Coruña", "Spain"), ("Madrid", "Spain"), ("Milano", "Italy"),
    ("Forlì", "Italy"), ("Århus", "Denmark"), ("Malmö", "Sweden"), ("Gent", "Belgium"),
)  # fmt: skip
FIRST_NAMES = [
    "ada",
    "ben",
    "cara",
    "dan",
    "eva",
    "finn",
    "gil",
    "hana",
    "ivo",
    "jana",
    "kim",
    "lea",
    "max",
    "nora",
    "otto",
    "paula",
    "quinn",
    "rosa",
    "sam",
    "tina",
    "uwe",
    "zoe",
]


@dataclass(frozen=True)
class Customer:
    """A customer with its hidden kind and its own way of varying around it."""

    customer_id: str
    email: str
    city: str
    country: str
    consent: str
    kind: Kind
    categories: tuple[str, ...]
    orders_a_month: float


@dataclass(frozen=True)
class OrderLine:
    """One line of an order, or of a return when `quantity` is negative; money in cents."""

    ordered_at: datetime
    customer: Customer
    product: Product
    quantity: int
    discount: int
    rating: int | None = None
    review_title: str = ""
    review_text: str = ""
    order_id: str = ""


def make_shop(seed: int, customer_count: int) -> tuple[list[Customer], list[OrderLine]]:
    """Customers and their order lines in the order of time, orders numbered."""
    dice = random.Random(seed)
    products = make_products(dice)
    categories = sorted({product.category for product in products})
    customers = [_make_customer(n, categories, dice) for n in range(1, customer_count + 1)]
    orders = [order for who in customers for order in _orders_of(who, products, dice)]
    orders.sort(key=lambda lines: lines[0].ordered_at)
    numbered: list[OrderLine] = []
    for number, lines in enumerate(orders, start=100001):
        numbered += [replace(line, order_id=f"F-{number}") for line in lines]
    return customers, numbered


def _make_customer(number: int, categories: list[str], dice: random.Random) -> Customer:
    kind = dice.choices(KINDS, [kind.weight for kind in KINDS])[0]
    city, country = dice.choice(CITIES)
    identity = f"C{number:05}"
    return Customer(
        customer_id=identity,
        email=f"{dice.choice(FIRST_NAMES)}.{identity.lower()}@example.com",
        city=city,
        country=country,
        consent="yes" if dice.random() < 0.62 else "no",
        kind=kind,
        categories=tuple(dice.sample(categories, kind.buying.breadth)),
        orders_a_month=kind.buying.orders_a_month * dice.lognormvariate(0, 0.45),
    )


def _orders_of(
    who: Customer, products: list[Product], dice: random.Random
) -> list[list[OrderLine]]:
    orders = []
    for moment in _moments(who, dice):
        lines = list(_lines(who, moment, products, dice))
        orders.append(lines)
        returned = [line for line in lines if dice.random() < who.kind.buying.returned]
        back = moment + timedelta(days=dice.randint(3, 25), minutes=dice.randrange(300))
        if returned and back < CLOSED:
            orders.append([_sent_back(line, back) for line in returned])
    return orders


def _sent_back(line: OrderLine, moment: datetime) -> OrderLine:
    return OrderLine(moment, line.customer, line.product, -line.quantity, -line.discount)


def _moments(who: Customer, dice: random.Random) -> Iterator[datetime]:
    """When a customer orders: at least once, with its own gaps, bursts and hours."""
    buying = who.kind.buying
    span = (CLOSED - OPENED).days
    joined = span - dice.uniform(3, 85) if buying.newcomer else span * dice.random() ** 1.6 * 0.9
    leaves = span + 1.0
    if dice.random() < buying.lapses:
        leaves = joined + (span - joined) * dice.uniform(0.25, 0.8)
    gap_days = 30.4 / who.orders_a_month
    day = joined
    while day < min(leaves, span):
        yield _at_its_hour(OPENED + timedelta(days=int(day)), buying.late, dice)
        if dice.random() < buying.bursts:
            day += dice.uniform(0.5, 4)
        else:
            even = buying.regularity
            day += gap_days * (even * dice.uniform(0.8, 1.2) + (1 - even) * dice.expovariate(1))
        day = max(day, joined + 0.5)


def _at_its_hour(day: datetime, late: float, dice: random.Random) -> datetime:
    hour = dice.gauss(22.0, 1.6) if dice.random() < late else dice.gauss(13.5, 3.0)
    minutes = int(min(max(hour, 6.0), 24.9) * 60)
    return min(day.replace(hour=0) + timedelta(minutes=minutes), CLOSED)


def _lines(
    who: Customer, moment: datetime, products: list[Product], dice: random.Random
) -> Iterator[OrderLine]:
    buying = who.kind.buying
    count = 1 + min(int(dice.expovariate(1) * (buying.lines_an_order - 0.7)), 6)
    tiers = dice.choices(range(3), buying.tiers, k=count)
    in_basket: set[Product] = set()
    for tier in tiers:
        category = dice.choice(who.categories)
        product = dice.choice([p for p in products if p.category == category and p.tier == tier])
        if product in in_basket:
            continue  # two lines alike would look like a row exported twice
        in_basket.add(product)
        quantity = 1 if dice.random() < 0.92 else 2
        discount = 0
        if dice.random() < buying.discounted:
            discount = product.price * quantity * dice.choice([10, 15, 20, 30, 50]) // 100
        line = OrderLine(moment, who, product, quantity, discount)
        yield _reviewed(line, dice) if dice.random() < who.kind.reviews else line


def _reviewed(line: OrderLine, dice: random.Random) -> OrderLine:
    voice = line.customer.kind.voice if dice.random() < OWN_VOICE else "plain"
    title, text, stars = write_review(voice, line.product, dice)
    return replace(line, rating=stars, review_title=title, review_text=text)
