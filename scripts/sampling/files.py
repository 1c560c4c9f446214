"""The sample files, as texts."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sampling.shop import CLOSED, Customer, OrderLine, make_shop
from sampling.temperaments import Temperament

COLUMNS = [
    "Order ID",
    "Order Date",
    "Customer ID",
    "Email",
    "City",
    "Country",
    "Product ID",
    "Product",
    "Category",
    "Quantity",
    "Unit Price",
    "Discount",
    "Currency",
    "Marketing Consent",
    "Rating",
    "Review Title",
    "Review Text",
]
DIRTY_COLUMNS = [
    "Bestellung",
    "Datum",
    "Kunden-Nr.",
    "Ort",
    "Land",
    "Artikel",
    "Kategorie",
    "Menge",
    "Preis",
    "Rabatt",
]
TEMPLATE_COLUMNS = [
    "customer_id",
    "order_id",
    "order_date",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "discount",
    "currency",
    "email",
    "country",
    "consent",
    "rating",
    "review_text",
]


def orders_file(lines: Iterable[OrderLine]) -> bytes:
    """Order lines as a shop would export them when all goes well."""
    return _csv([COLUMNS, *(_clean_row(line) for line in lines)]).encode()


def truth_file(customers: Iterable[Customer]) -> bytes:
    """What was decided about each customer; never given to the engine."""
    rows = [(who.customer_id, who.kind.temperament, who.kind.behaviour) for who in customers]
    return _csv([("customer_id", "temperament", "behaviour"), *rows]).encode()


def template_file() -> bytes:
    """Every column that is understood, under the names that need no guessing, with three rows."""
    rows = [
        ("C001", "1001", "2025-03-14 10:32", "P10", "linen shirt", "Shirts", "2", "39.90", "0.00",
         "EUR", "ada@example.com", "Germany", "yes", "5", "Soft, fits well, I am happy with it."),
        ("C001", "1002", "2025-05-02 19:05", "P22", "leather belt", "Accessories", "1", "29.00",
         "2.90", "EUR", "ada@example.com", "Germany", "yes", "", ""),
        ("C002", "1003", "2025-05-03 08:47", "P10", "linen shirt", "Shirts", "1", "39.90", "0.00",
         "EUR", "ben@example.com", "France", "no", "2", "The seam came apart after a week."),
    ]  # fmt: skip
    return _csv([TEMPLATE_COLUMNS, *rows]).encode()


def dirty_file(lines: Sequence[OrderLine], seed: int) -> bytes:
    """The same orders as a person would send them: cp1252, semicolons, and all that goes wrong.

    Title lines, three ways to write a date, decimal commas with currency signs, the header
    repeated, exact duplicates, rows without a customer, and a line of totals at the end.
    """
    dice = random.Random(seed)
    rows: list[Sequence[str]] = [
        ("Modehaus Beispiel - Bestellungen",),
        ("Stand: 31.12.2025", "", "", "", "", "", "", "", "", ""),
        (),
        DIRTY_COLUMNS,
    ]
    for number, line in enumerate(lines, start=1):
        row = _dirty_row(line, dice)
        rows.append(row)
        if dice.random() < 0.01:
            rows.append(row)
        if number % 9000 == 0:
            rows.append(DIRTY_COLUMNS)
    total = sum(line.quantity * line.product.price - line.discount for line in lines)
    rows.append(("Summe", "", "", "", "", "", "", "", _german(total), ""))
    return _csv(rows, delimiter=";", end="\r\n").encode("cp1252")


def events_file(seed: int, customer_count: int) -> bytes:
    """Three months of what some customers did in the shop, from looking to buying."""
    dice = random.Random(seed)
    _, lines = make_shop(seed, customer_count)
    since = CLOSED - timedelta(days=92)
    rows: list[tuple[str, ...]] = []
    for number, line in enumerate(line for line in lines if line.ordered_at > since):
        if line.quantity > 0:
            rows += _visit(f"S{number:06}", line, dice)
    header = ("event_time", "event_type", "customer_id", "session_id", "product_id")
    return _csv([(*header, "product_name", "category", "price"), *sorted(rows)]).encode()


def _visit(session: str, line: OrderLine, dice: random.Random) -> Iterable[tuple[str, ...]]:
    curious = line.customer.kind.temperament is Temperament.CURIOUS_BROWSER
    looks = dice.randint(4, 14) if curious else dice.randint(1, 5)
    moment = line.ordered_at - timedelta(minutes=2 * looks + 5)
    product = line.product
    what = (product.product_id, product.name, product.category, f"{product.price / 100:.2f}")
    for step in range(looks + 2):
        kind = "view" if step < looks else ("add_to_cart", "purchase")[step - looks]
        moment += timedelta(seconds=dice.randint(10, 110))
        yield (f"{moment:%Y-%m-%d %H:%M:%S}", kind, line.customer.customer_id, session, *what)
        if kind == "add_to_cart" and dice.random() < 0.3:
            return  # left in the basket


def _clean_row(line: OrderLine) -> tuple[str, ...]:
    who, product = line.customer, line.product
    order = (line.order_id, f"{line.ordered_at:%Y-%m-%d %H:%M}", who.customer_id, who.email)
    article = (product.product_id, product.name, product.category, str(line.quantity))
    money = (f"{product.price / 100:.2f}", f"{line.discount / 100:.2f}", "EUR", who.consent)
    stars = "" if line.rating is None else str(line.rating)
    review = (stars, line.review_title, line.review_text)
    return (*order, who.city, who.country, *article, *money, *review)


def _dirty_row(line: OrderLine, dice: random.Random) -> tuple[str, ...]:
    who, product = line.customer, line.product
    form = dice.choices(["%d.%m.%Y", "%Y-%m-%d", "%d.%m.%Y %H:%M"], [7, 1, 2])[0]
    customer = "" if dice.random() < 0.004 else who.customer_id
    if dice.random() < 0.05:
        customer = f" {customer} "
    price, discount = _german(product.price), _german(line.discount)
    if dice.random() < 0.4:
        price = f"{price} €"
    discount = "" if line.discount == 0 else discount
    article = (product.name, product.category, str(line.quantity), price, discount)
    return (
        line.order_id,
        line.ordered_at.strftime(form),
        customer,
        who.city,
        who.country,
        *article,
    )


def _german(cents: int) -> str:
    """Cents as 1.234,50."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def _csv(rows: Iterable[Sequence[str]], *, delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()
