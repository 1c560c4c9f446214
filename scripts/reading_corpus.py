# ruff: noqa: E501, DTZ001
"""Exports as shops know them, written from one set of orders: what `measure-reading` measures.

Each :class:`Export` follows the documentation of a platform, a tutorial or a language. Every column
names the field it should be read as, or none, and how its cells come from an order, so that the
right answer (fields, orders, money) is known for each file.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Customer:
    id: str
    first: str
    last: str
    email: str
    phone: str
    city: str
    country: str
    code: str
    consent: bool

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Line:
    sku: str
    title: str
    category: str
    quantity: int
    price: Decimal
    discount: Decimal

    @property
    def list_total(self) -> Decimal:
        return self.price * self.quantity

    @property
    def goods(self) -> Decimal:
        return self.list_total - self.discount


@dataclass(frozen=True)
class Order:
    id: int
    when: datetime
    customer: Customer
    lines: tuple[Line, ...]
    shipping: Decimal
    status: str  # paid | cancelled | refunded

    @property
    def list_total(self) -> Decimal:
        return sum((line.list_total for line in self.lines), Decimal())

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), Decimal())

    @property
    def goods(self) -> Decimal:
        return self.list_total - self.discount

    @property
    def tax(self) -> Decimal:
        return sum((tax(line) for line in self.lines), Decimal())

    @property
    def total(self) -> Decimal:
        return self.goods + self.tax + self.shipping


def tax(line: Line) -> Decimal:
    return (line.goods * Decimal("0.1")).quantize(CENT, ROUND_HALF_UP)


_FIRST = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Elena",
    "Finn",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kavya",
    "Liam",
    "Mira",
    "Noah",
    "Olga",
    "Priya",
    "Ravi",
    "Sofia",
    "Tom",
    "Uma",
]
_LAST = [
    "Schmidt",
    "Garcia",
    "Patel",
    "Dubois",
    "Rossi",
    "Novak",
    "Kumar",
    "Silva",
    "Jansen",
    "Okafor",
    "Fernando",
    "Weber",
]
_PLACES = (("Berlin", "Germany", "DE"), ("Lyon", "France", "FR"), ("Madrid", "Spain", "ES"),
           ("Mumbai", "India", "IN"), ("Austin", "United States", "US"), ("Leeds", "United Kingdom", "GB"))  # fmt: skip
_GOODS = (("Linen Shirt", "Shirts", "39.90"), ("Wool Scarf", "Accessories", "24.50"), ("Denim Jacket", "Jackets", "89.00"),
          ("Canvas Bag, large", "Bags", "19.99"), ("Silk Dress", "Dresses", "129.00"), ('Belt 38" brown', "Accessories", "29.95"),
          ("Cotton Socks 3-pack", "Basics", "9.50"), ("Rain Coat", "Jackets", "1099.00"))  # fmt: skip
_SAID = (
    "Lovely fabric and it fits perfectly, I would buy it again without thinking twice.",
    "The colour was not as shown in the picture and the delivery took three weeks.",
    "Good value for the money, although the zip feels a little cheap to me.",
    "My daughter loves it, she wears it every day and it still looks new.",
)


def make_orders(count: int = 60, seed: int = 7) -> list[Order]:
    """The same orders for every export: prices with cents, discounts, cancelled and paid back."""
    rng = random.Random(seed)
    people = []
    for index in range(max(5, count // 3)):
        first, last = _FIRST[index % len(_FIRST)], _LAST[index // 2 % len(_LAST)]
        city, country, code = rng.choice(_PLACES)
        people.append(
            Customer(
                f"C{1001 + index}",
                first,
                last,
                f"{first}.{last}{index}@example.com".lower(),
                f"+49 151 {rng.randint(1000000, 9999999)}",
                city,
                country,
                code,
                rng.random() < 0.5,
            )
        )
    when = datetime(2024, 1, 3, 9, 15)
    orders = []
    for index in range(count):
        when += timedelta(hours=rng.randint(5, 140), minutes=rng.randint(0, 59))
        lines = []
        for place in rng.sample(range(len(_GOODS)), rng.choice((1, 1, 2, 3))):
            title, category, price = _GOODS[place]
            quantity = rng.choice((1, 1, 1, 2, 3))
            amount = Decimal(price)
            cut = (amount * quantity * Decimal("0.1")).quantize(CENT, ROUND_HALF_UP)
            lines.append(
                Line(
                    f"SKU-{100 + place}",
                    title,
                    category,
                    quantity,
                    amount,
                    cut if rng.random() < 0.3 else Decimal("0.00"),
                )
            )
        status = "cancelled" if index % 17 == 5 else "refunded" if index % 13 == 7 else "paid"
        orders.append(
            Order(
                5001 + index,
                when,
                rng.choice(people),
                tuple(lines),
                rng.choice((Decimal("4.90"), Decimal("0.00"), Decimal("9.99"))),
                status,
            )
        )
    return orders


def expected(orders: list[Order], *, statuses: bool = True) -> dict[str, Any]:
    """Orders and net goods that a reader must find; ``statuses``: the export tells them."""
    kept = [o for o in orders if o.status == "paid"] if statuses else orders
    sold = [o for o in orders if o.status != "cancelled"] if statuses else orders
    return {
        "orders": len(sold),
        "net": float(sum((o.goods for o in kept), Decimal())),
        "customers": len({o.customer.id for o in orders}),
    }


# Columns ---------------------------------------------------------------------------------------

Make = Callable[["Order", "Line", int], object]


def _blank_later(make: Make) -> Make:
    return lambda o, line, i: make(o, line, i) if i == 0 else ""


def _status(paid: str, cancelled: str, refunded: str) -> Make:
    words = {"paid": paid, "cancelled": cancelled, "refunded": refunded}
    return lambda o, line, i: words[o.status]


def _eu(amount: Decimal) -> str:
    """``1.234,50``"""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


_SPANISH = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre")  # fmt: skip
_PORTUGUESE = ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro")  # fmt: skip

MAKERS: dict[str, Make] = {
    "oid": lambda o, line, i: o.id,
    "oid#": lambda o, line, i: f"#{o.id}",
    "oidA": lambda o, line, i: f"{o.id:03}-{o.id * 7919 % 10**7:07}-{o.id * 104729 % 10**7:07}",
    "oidFK": lambda o, line, i: f"OD{o.id * 7919 % 10**9:09}000",
    "suboid": lambda o, line, i: f"{o.id * 100003}_{i + 1}",
    "lineid": lambda o, line, i: f"{o.id * 10 + i}",
    "invoice": lambda o, line, i: f"INV-{o.id}",
    "cid": lambda o, line, i: o.customer.id,
    "cnum": lambda o, line, i: o.customer.id[1:],
    "cnum.0": lambda o, line, i: o.customer.id[1:] + ".0",
    "user": lambda o, line, i: o.customer.email.split("@")[0].replace(".", "_"),
    "email": lambda o, line, i: o.customer.email,
    "Email": lambda o, line, i: o.customer.email.upper() if i % 2 else o.customer.email,
    "phone": lambda o, line, i: o.customer.phone,
    "name": lambda o, line, i: o.customer.name,
    "first": lambda o, line, i: o.customer.first,
    "last": lambda o, line, i: o.customer.last,
    "city": lambda o, line, i: o.customer.city,
    "country": lambda o, line, i: o.customer.country,
    "cc": lambda o, line, i: o.customer.code,
    "consent": lambda o, line, i: "yes" if o.customer.consent else "no",
    "iso": lambda o, line, i: f"{o.when:%Y-%m-%d %H:%M:%S}",
    "isotz": lambda o, line, i: f"{o.when:%Y-%m-%d %H:%M:%S} -0500",
    "isoT": lambda o, line, i: f"{o.when:%Y-%m-%dT%H:%M:%S}+00:00",
    "isoZ": lambda o, line, i: f"{o.when:%Y-%m-%dT%H:%M:%S}Z",
    "day": lambda o, line, i: f"{o.when:%Y-%m-%d}",
    "mdy": lambda o, line, i: f"{o.when.month}/{o.when.day}/{o.when:%Y}",
    "mdy2": lambda o, line, i: f"{o.when:%m/%d/%y}",
    "mdyt": lambda o, line, i: f"{o.when.month}/{o.when.day}/{o.when:%Y %H:%M}",
    "dmy": lambda o, line, i: f"{o.when:%d/%m/%Y}",
    "dmyt": lambda o, line, i: f"{o.when:%d/%m/%Y %H:%M}",
    "dmy.": lambda o, line, i: f"{o.when:%d.%m.%Y}",
    "dmy.t": lambda o, line, i: f"{o.when:%d.%m.%Y %H:%M}",
    "dmy-": lambda o, line, i: f"{o.when:%d-%m-%Y}",
    "mon": lambda o, line, i: f"{o.when:%b-%d-%y}",
    "monlong": lambda o, line, i: f"{o.when:%B %d, %Y %I:%M %p}",
    "fk": lambda o, line, i: f"{o.when:%b %d, %Y %H:%M:%S}",
    "unix": lambda o, line, i: int((o.when - datetime(1970, 1, 1)).total_seconds()),
    "time": lambda o, line, i: f"{o.when:%H:%M:%S}",
    "time12": lambda o, line, i: f"{o.when:%I:%M %p}",
    "sku": lambda o, line, i: line.sku,
    "asin": lambda o, line, i: "B0" + line.sku[-3:] + "XK7Q9",
    "pnum": lambda o, line, i: line.sku[-3:] + "00417",
    "title": lambda o, line, i: line.title,
    "cat": lambda o, line, i: line.category,
    "qty": lambda o, line, i: line.quantity,
    "nitems": lambda o, line, i: sum(x.quantity for x in o.lines),
    "price": lambda o, line, i: line.price,
    "unitnet": lambda o, line, i: (line.goods / line.quantity).quantize(Decimal("0.0001")),
    "list": lambda o, line, i: line.list_total,
    "goods": lambda o, line, i: line.goods,
    "ldisc": lambda o, line, i: line.discount,
    "-ldisc": lambda o, line, i: -line.discount,
    "ltax": lambda o, line, i: tax(line),
    "ltotal": lambda o, line, i: line.goods + tax(line),
    "olist": lambda o, line, i: o.list_total,
    "ogoods": lambda o, line, i: o.goods,
    "odisc": lambda o, line, i: o.discount,
    "otax": lambda o, line, i: o.tax,
    "goodship": lambda o, line, i: line.goods + (o.shipping if i == 0 else 0),
    "oship": lambda o, line, i: o.shipping,
    "lship": lambda o, line, i: o.shipping if i == 0 else Decimal("0.00"),
    "ototal": lambda o, line, i: o.total,
    "orefund": lambda o, line, i: o.total if o.status == "refunded" else Decimal("0.00"),
    "cur": lambda o, line, i: "EUR",
    "inr": lambda o, line, i: "INR",
    "finstatus": lambda o, line, i: {"paid": "paid", "cancelled": "voided", "refunded": "refunded"}[o.status],
    "status": lambda o, line, i: {"paid": "completed", "cancelled": "cancelled", "refunded": "refunded"}[o.status],
    "Status": lambda o, line, i: {"paid": "Delivered", "cancelled": "Cancelled", "refunded": "Returned"}[o.status],
    "status_de": lambda o, line, i: {"paid": "Bezahlt", "cancelled": "Storniert", "refunded": "Erstattet"}[o.status],
    "status_fr": lambda o, line, i: {"paid": "Payée", "cancelled": "Annulée", "refunded": "Remboursée"}[o.status],
    "status_es": lambda o, line, i: {"paid": "Pagado", "cancelled": "Cancelado", "refunded": "Reembolsado"}[o.status],
    "status_hi": lambda o, line, i: {"paid": "डिलीवर", "cancelled": "रद्द", "refunded": "वापस"}[o.status],
    "fk_state": lambda o, line, i: {"paid": "DELIVERED", "cancelled": "CANCELLED", "refunded": "RETURNED"}[o.status],
    "meesho": lambda o, line, i: {"paid": "DELIVERED", "cancelled": "CANCELLED", "refunded": "RTO_COMPLETE" if False else "RETURNED"}[o.status],
    "amzstatus": lambda o, line, i: {"paid": "Shipped", "cancelled": "Cancelled", "refunded": "Returned"}[o.status],
    "cancelled_at": lambda o, line, i: f"{o.when:%Y-%m-%d %H:%M:%S} -0500" if o.status == "cancelled" else "",
    "unfulfilled": lambda o, line, i: "fulfilled" if o.status == "paid" else "unfulfilled",
    "said": lambda o, line, i: _SAID[o.id % 4],
    "headline": lambda o, line, i: ("Great", "Not what I hoped", "Good value", "Love it!")[o.id % 4],
    "stars": lambda o, line, i: (5, 2, 4, 5)[o.id % 4],
    "event": lambda o, line, i: ("view", "cart", "purchase", "view")[(o.id + i) % 4],
    "page_event": lambda o, line, i: ("page_view", "add_to_cart", "purchase")[(o.id + i) % 3],
    "zip": lambda o, line, i: f"{10000 + o.id % 89999}",
    "street": lambda o, line, i: f"{o.id % 97} Market Street",
    "state": lambda o, line, i: "BW",
    "empty": lambda o, line, i: "",
    "0": lambda o, line, i: "0.00",
    "true": lambda o, line, i: "true",
    "no": lambda o, line, i: "no",
    "web": lambda o, line, i: "web",
    "pay": lambda o, line, i: "PayPal",
    "std": lambda o, line, i: "Standard",
    "eur": lambda o, line, i: "Eurozone 19%",
    "hsn": lambda o, line, i: "61091000",
    "size": lambda o, line, i: "M",
    "url": lambda o, line, i: f"https://shop.example/p/{line.sku}",
    "age": lambda o, line, i: 20 + o.id % 50,
    "gender": lambda o, line, i: "F" if o.customer.first[-1] == "a" else "M",
    "rowno": lambda o, line, i: o.id * 10 + i - 50000,
    "items": lambda o, line, i: "; ".join(x.title for x in o.lines),
    "wooitem1": lambda o, line, i: _woo(o, 0),
    "wooitem2": lambda o, line, i: _woo(o, 1),
    "wooitem3": lambda o, line, i: _woo(o, 2),
    "ydm": lambda o, line, i: f"{o.when:%Y-%d-%m %H:%M:%S}",
    "ydmd": lambda o, line, i: f"{o.when:%Y-%d-%m}",
    "jpt": lambda o, line, i: f"{o.when:%Y/%m/%d %H:%M}",
    "lz": lambda o, line, i: f"{o.when:%d %b %Y %H:%M}",
    "etsy": lambda o, line, i: f"{o.when:%m/%d/%y}",
    "squaremoney": lambda o, line, i: f"${line.goods:,.2f}",
    "eurprice": lambda o, line, i: f"{_eu(line.price)} €",
    "eurgoods": lambda o, line, i: f"{_eu(line.goods)} €",
    "usd$": lambda o, line, i: f"${o.total:,.2f}",
    "usdg": lambda o, line, i: f"${o.goods:,.2f}",
    "usdp": lambda o, line, i: f"${line.price:,.2f}",
    "usdl": lambda o, line, i: f"${line.goods:,.2f}",
    "statpl": _status("Opłacone", "Anulowane", "Zwrot"),
    "statpt": _status("Entregue", "Cancelado", "Devolvido"),
    "statit": _status("Completato", "Annullato", "Rimborsato"),
    "statnl": _status("Voltooid", "Geannuleerd", "Terugbetaald"),
    "stattr": _status("Teslim Edildi", "İptal Edildi", "İade Edildi"),
    "statid": _status("Selesai", "Batal", "Dikembalikan"),
    "zal": _status("shipped", "canceled", "returned"),
    "lazst": _status("delivered", "canceled", "returned"),
    "wixpay": _status("Paid", "Canceled", "Fully refunded"),
    "bcstat": _status("Completed", "Cancelled", "Refunded"),
    "psen": _status("Payment accepted", "Canceled", "Refunded"),
    "mag": _status("complete", "canceled", "closed"),
    "ecwpay": _status("PAID", "CANCELLED", "REFUNDED"),
    "swstate": _status("Abgeschlossen", "Abgebrochen", "Erstattet"),
    "otto": _status("SENT", "CANCELLED_BY_MARKETPLACE", "RETURNED"),
    "cdis": _status("Expédiée", "Annulée", "Remboursée"),
    "orefgoods": lambda o, line, i: o.goods if o.status == "refunded" else Decimal("0.00"),
    "orefblank": lambda o, line, i: o.total if o.status == "refunded" else "",
    "gid": lambda o, line, i: f"3{o.id * 1237:017}",
    "hash": lambda o, line, i: f"#{o.id}",
    "uuid": lambda o, line, i: f"{o.id:08x}-0a1b-4c2d-8e3f-{o.id * 7919:012x}",
    "bill": lambda o, line, i: f"{o.customer.name}, {o.id % 97} Market Street, {o.customer.city}",
    "dmyt.s": lambda o, line, i: f"{o.when:%d.%m.%Y, %H:%M:%S}",
    "us12": lambda o, line, i: f"{o.when.month}/{o.when.day}/{o.when:%Y, %I:%M %p}",
    "wixd": lambda o, line, i: f"{o.when:%b} {o.when.day}, {o.when:%Y}",
    "dmt": lambda o, line, i: f"{o.when:%d-%m-%Y %H:%M}",
    "spday": lambda o, line, i: f"{o.when.day} de {_SPANISH[o.when.month - 1]} de {o.when:%Y %H:%M} hs.",
    "ptday": lambda o, line, i: f"{o.when.day} de {_PORTUGUESE[o.when.month - 1]} de {o.when:%Y %H:%M}",
    "isoms": lambda o, line, i: f"{o.when:%Y-%m-%dT%H:%M:%S}.123+02:00",
    "1": lambda o, line, i: "1",
    "store": lambda o, line, i: "Main Store",
    "rto": lambda o, line, i: f"{(o.when + timedelta(days=3)):%Y-%m-%d %H:%M:%S}",
    "paidat": lambda o, line, i: f"{(o.when + timedelta(minutes=3)):%Y-%m-%d %H:%M:%S}",
    "isotzcancel": lambda o, line, i: f"{o.when:%Y-%m-%d %H:%M:%S}" if o.status == "cancelled" else "",
    "fee": lambda o, line, i: (o.goods * Decimal("0.03")).quantize(Decimal("0.01")),
    "goodsfee": lambda o, line, i: o.goods - (o.goods * Decimal("0.03")).quantize(Decimal("0.01")),
    "prodstr": lambda o, line, i: "|".join(f"Product ID: {x.sku[-3:]}, Product Qty: {x.quantity}, Product SKU: {x.sku}, Product Name: {x.title}, Product Unit Price: {x.price}, Product Total Price: {x.list_total}" for x in o.lines),
    "nolines": lambda o, line, i: len(o.lines),
    "cents": lambda o, line, i: int(o.goods * 100),
    "mdyz": lambda o, line, i: f"{o.when:%m/%d/%Y}",
    "ship": lambda o, line, i: f"{o.when + timedelta(days=2):%Y-%m-%d}",
    "shipmdy": lambda o, line, i: f"{o.when + timedelta(days=2):%m/%d/%Y}",
    "usdgo": lambda o, line, i: f"${line.goods:,.2f}",
    "usdtx": lambda o, line, i: f"${tax(line):,.2f}",
    "usdlt": lambda o, line, i: f"${(line.goods + tax(line)):,.2f}",
    "txn": lambda o, line, i: f"txn_{o.id * 7919:014x}",
    "repc": _status("charge", "charge", "charge"),
    "ch": lambda o, line, i: f"ch_{o.id * 104729:014x}",
    "cus": lambda o, line, i: f"cus_{o.customer.id}Xy",
    "rtype": _status("Sale", "Sale", "Refund"),
    "cost": lambda o, line, i: (line.goods * Decimal("0.7")).quantize(CENT),
    "profit": lambda o, line, i: (line.goods * Decimal("0.3")).quantize(CENT),
    "owner": lambda o, line, i: "Sam Seller",
    "clst": _status("Closed", "Cancelled", "Closed"),
    "hex": lambda o, line, i: f"{int(o.customer.id[1:]) * 7919**9:064x}",
    "pkst": _status("complete", "canceled", "order_refunded"),
    "mdyd": lambda o, line, i: f"{o.when.month}/{o.when.day}/{o.when.year}",
    "pkbi": _status("Net", "Gross", "Valid"),
    "yr": lambda o, line, i: o.when.year,
    "mo": lambda o, line, i: o.when.month,
    "my": lambda o, line, i: f"{o.when.month}-{o.when.year}",
    "fy": lambda o, line, i: "FY24",
    "wcuser": lambda o, line, i: int(o.customer.id[1:]) - 1000,
    "flofirst": lambda o, line, i: f"{o.when - timedelta(days=300 + o.id % 90):%Y-%m-%d}",
    "flonum": lambda o, line, i: f"{1 + o.id % 4}.0",
    "flov": lambda o, line, i: f"{(o.goods / 2).quantize(CENT)}",
    "flocat": lambda o, line, i: "[KADIN, AKTIFSPOR]",
    "trst": _status("Tamamlandı", "İptal", "İade"),
    "eve": lambda o, line, i: "purchase",
    "volst": _status("Shipped", "Cancelled", "Returned"),
    "yn": lambda o, line, i: "Yes" if o.id % 2 else "No",
    "wcst": _status("wc-completed", "wc-cancelled", "wc-refunded"),
    "x20day": lambda o, line, i: f"{o.when:%Y%m%d}",
    "micro": lambda o, line, i: int((o.when - datetime(1970, 1, 1)).total_seconds() * 1_000_000),
    "pseudo": lambda o, line, i: f"{int(o.customer.id[1:]) * 1234567}.{1600000000 + int(o.customer.id[1:])}",
    "brutto": lambda o, line, i: ((line.goods * Decimal("1.1")) / line.quantity).quantize(Decimal("0.01")),
    "pct10": lambda o, line, i: "10",
    "disc100": lambda o, line, i: "10" if line.discount else "0",
    "tnst": _status("Abierta", "Cancelada", "Abierta"),
    "tnpay": _status("Recibido", "Anulado", "Reintegrado"),
    "env": lambda o, line, i: "Enviado",
    "otsh": lambda o, line, i: o.goods + o.shipping,
    "norders": lambda o, line, i: "",  # per customer: filled in by `render`
    "spent": lambda o, line, i: "",
    "firstday": lambda o, line, i: "",
    "lastday": lambda o, line, i: "",
}  # fmt: skip


def _woo(order: Order, place: int) -> str:
    if place >= len(order.lines):
        return ""
    line = order.lines[place]
    return (
        f"name:{line.title}|product_id:{line.sku[-3:]}|sku:{line.sku}|quantity:{line.quantity}"
        f"|total:{line.goods}|sub_total:{line.list_total}"
    )


# Exports ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Export:
    """One file's layout. ``columns`` are ``(header, field or '', maker)``; a maker with a leading
    ``^`` is given on an order's first line only."""

    name: str
    rows: str  # line | order | customer
    columns: tuple[tuple[str, str, str], ...]
    statuses: bool = False  # cancelled and refunded orders can be told
    money: bool = True
    delimiter: str = ","
    decimal: str = "."
    also: dict[str, tuple[str, ...]] = field(default_factory=dict)  # further right answers

    def fields(self) -> dict[str, set[str]]:
        """Field -> headers that are right for it."""
        right: dict[str, set[str]] = {}
        for header, name, _ in self.columns:
            if name and not name.startswith("("):
                right.setdefault(name, set()).add(header)
        for name, more in self.also.items():
            right.setdefault(name, set()).update(more)
        return right

    def tolerated(self) -> dict[str, set[str]]:
        """Answers that are neither right nor false, marked ``(field)`` in the columns."""
        found: dict[str, set[str]] = {}
        for header, name, _ in self.columns:
            if name.startswith("("):
                for one in name.strip("()").split("|"):
                    found.setdefault(one, set()).add(header)
        return found


def columns(text: str) -> tuple[tuple[str, str, str], ...]:
    """``header > field > maker`` per line or ``;``; no field: ``header >> maker``."""
    found = []
    for part in text.replace("\n", ";").split(";"):
        if part.strip():
            header, name, maker = (p.strip() for p in part.split(">"))
            found.append((header, name, maker))
    return tuple(found)


def render(export: Export, orders: list[Order]) -> str:
    """The export as a CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=export.delimiter, lineterminator="\n")
    writer.writerow([header for header, _, _ in export.columns])
    for row in _rows(export, orders):
        writer.writerow([_cell(value, export.decimal) for value in row])
    return out.getvalue()


def _rows(export: Export, orders: list[Order]) -> list[list[object]]:
    rows: list[list[object]] = []
    if export.rows == "customer":
        by_customer: dict[str, list[Order]] = {}
        for order in orders:
            by_customer.setdefault(order.customer.id, []).append(order)
        for group in by_customer.values():
            sums = {
                "norders": len(group),
                "spent": sum((o.goods for o in group), Decimal()),
                "firstday": f"{group[0].when:%Y-%m-%d}",
                "lastday": f"{group[-1].when:%Y-%m-%d}",
            }
            rows.append(
                [
                    sums.get(m, MAKERS[m](group[-1], group[-1].lines[0], 0))
                    for _, _, m in export.columns
                ]
            )
        return rows
    for order in orders:
        for i, line in enumerate(order.lines):
            if export.rows == "order" and i:
                break
            rows.append(
                [
                    MAKERS[m.lstrip("^")](order, line, i) if i == 0 or not m.startswith("^") else ""
                    for _, _, m in export.columns
                ]
            )
    return rows


def _cell(value: object, decimal: str) -> str:
    if isinstance(value, Decimal) and decimal == ",":
        return f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return str(value)


EXPORTS: tuple[Export, ...] = (
    Export("shopify orders", "line", columns("""
        Name > order_id > oid#; Email > email > ^email; Financial Status > status > ^finstatus; Paid at > (order_date) > ^isotz
        Fulfillment Status > (status) > ^unfulfilled; Fulfilled at >> ^isotz; Accepts Marketing > consent > ^consent; Currency > currency > ^cur
        Subtotal > amount > ^ogoods; Shipping > shipping > ^oship; Taxes > tax > ^otax; Total > amount > ^ototal; Discount Code >> empty
        Discount Amount > discount > ^odisc; Shipping Method >> ^std; Created at > order_date > isotz; Lineitem quantity > quantity > qty
        Lineitem name > product_name > title; Lineitem price > unit_price > price; Lineitem compare at price >> empty; Lineitem sku > product_id > sku
        Lineitem requires shipping >> true; Lineitem taxable >> true; Lineitem fulfillment status >> unfulfilled; Billing Name > name > ^name
        Billing Street >> ^street; Billing City > city > ^city; Billing Zip >> ^zip; Billing Country > country > ^cc; Billing Phone > phone > ^phone
        Shipping Name > (name) > ^name; Shipping Street >> ^street; Shipping City > (city) > ^city; Shipping Zip >> ^zip; Shipping Country > (country) > ^cc
        Shipping Phone > (phone) > ^phone; Notes >> empty; Note Attributes >> empty; Cancelled at >> ^cancelled_at; Payment Method >> ^pay; Payment Reference >> empty
        Refunded Amount >> ^orefund; Vendor >> web; Outstanding Balance >> ^0; Employee >> empty; Location >> empty; Device ID >> empty; Id > (order_id) > ^lineid; Tags >> empty; Risk Level >> std
        Source >> web; Lineitem discount > (discount) > ldisc; Tax 1 Name >> ^eur; Tax 1 Value > (tax) > ^otax; Phone > (phone) > ^phone; Receipt Number >> empty"""), statuses=True),
    Export("shopify customers", "customer", columns("""
        Customer ID > customer_id > cnum; First Name > name > first; Last Name > name > last; Email > email > email; Accepts Email Marketing > consent > consent
        Default Address Company >> empty; Default Address Address1 >> street; Default Address City > city > city; Default Address Province Code >> state; Default Address Country Code > country > cc
        Default Address Zip >> zip; Default Address Phone > (phone) > phone; Phone > phone > phone; Accepts SMS Marketing > (consent) > no; Total Spent > amount > spent; Total Orders >> norders; Note >> empty; Tax Exempt >> no; Tags >> empty""")),
    Export("woocommerce customer/order csv export", "line", columns("""
        order_id > order_id > oid; order_number > (order_id) > oid; order_date > order_date > iso; status > status > status; shipping_total > shipping > oship; shipping_tax_total >> 0; fee_total >> 0
        tax_total > tax > otax; discount_total > discount > odisc; order_total > (amount) > ototal; refunded_total >> orefund; order_currency > currency > cur; payment_method >> pay; shipping_method >> std
        customer_id > customer_id > cnum; billing_first_name > name > first; billing_last_name > name > last; billing_email > email > email; billing_phone > phone > phone; billing_address_1 >> street; billing_city > city > city
        billing_postcode >> zip; billing_country > country > cc; shipping_first_name > (name) > first; shipping_last_name > (name) > last; shipping_city > (city) > city; shipping_country > (country) > cc; customer_note >> empty
        item_id >> lineid; item_product_id > (product_id) > pnum; item_name > product_name > title; item_sku > product_id > sku; item_quantity > quantity > qty; item_subtotal > (amount) > list; item_subtotal_tax >> 0; item_total > amount > goods; item_total_tax > (tax) > ltax; item_refunded >> 0"""), statuses=True),
    Export("woocommerce advanced order export", "line", columns("""
        Order Number > order_id > oid; Order Status > status > Status; Order Date > order_date > dmyt; Customer Note >> empty; First Name (Billing) > name > first; Last Name (Billing) > name > last; Company (Billing) >> empty; Address 1&2 (Billing) >> street
        City (Billing) > city > city; State Code (Billing) >> state; Postcode (Billing) >> zip; Country Code (Billing) > country > cc; Email (Billing) > email > email; Phone (Billing) > phone > phone; First Name (Shipping) > (name) > first; Last Name (Shipping) > (name) > last
        City (Shipping) > (city) > city; Country Code (Shipping) > (country) > cc; Payment Method Title >> pay; Cart Discount Amount > (discount) > odisc; Order Subtotal Amount > amount > olist; Shipping Method Title >> std; Order Shipping Amount > shipping > oship
        Order Refund Amount >> orefund; Order Total Amount > amount > ototal; Order Total Tax Amount > tax > otax; SKU > product_id > sku; Item # >> lineid; Item Name > product_name > title; Quantity (- Refund) > (quantity) > qty; Item Cost > unit_price > price; Coupon Code >> empty; Discount Amount > discount > odisc"""), statuses=True),
    Export("woocommerce webtoffee", "order", columns("""
        order_id > (order_id) > oid; order_number > order_id > oid; order_date > order_date > iso; status > status > status; shipping_total > shipping > oship; tax_total > tax > otax; discount_total > discount > odisc; order_total > (amount) > ototal; order_subtotal > amount > olist
        order_currency > currency > cur; customer_id > customer_id > cnum; customer_email > email > email; billing_first_name > name > first; billing_last_name > name > last; billing_phone > phone > phone; billing_city > city > city; billing_country > country > cc
        line_item_1 > product_name > wooitem1; line_item_2 > product_name > wooitem2; line_item_3 > product_name > wooitem3"""), statuses=True),
    Export("amazon all orders", "line", columns("""
        amazon-order-id > order_id > oidA; merchant-order-id > (order_id) > oid; purchase-date > order_date > isoT; last-updated-date >> isoT; order-status > status > amzstatus; fulfillment-channel >> web; sales-channel >> web; order-channel >> empty; url >> empty
        ship-service-level >> std; product-name > product_name > title; sku > product_id > sku; asin > (product_id) > asin; item-status > (status) > amzstatus; quantity > quantity > qty; currency > currency > cur; item-price > (amount|unit_price) > list; item-tax > tax > ltax
        shipping-price > shipping > lship; shipping-tax >> 0; gift-wrap-price >> empty; gift-wrap-tax >> empty; item-promotion-discount > discount > ldisc; ship-promotion-discount >> empty; buyer-email > email > email; ship-city > city > city; ship-state >> state; ship-postal-code >> zip; ship-country > country > cc; promotion-ids >> empty"""), statuses=True, delimiter="\t"),
    Export("amazon new orders", "line", columns("""
        order-id > order_id > oidA; order-item-id >> lineid; purchase-date > order_date > isoT; payments-date > (order_date) > isoT; buyer-email > email > email; buyer-name > name > name; buyer-phone-number > phone > phone; sku > product_id > sku; product-name > product_name > title
        quantity-purchased > quantity > qty; currency > currency > cur; item-price > (amount|unit_price) > list; item-tax > tax > ltax; shipping-price > shipping > lship; shipping-tax >> 0; ship-service-level >> std; recipient-name > (name) > name; ship-address-1 >> street; ship-city > city > city; ship-state >> state; ship-postal-code >> zip; ship-country > country > cc; item-promotion-discount > discount > ldisc"""), delimiter="\t"),
    Export("flipkart", "line", columns("""
        Ordered On > order_date > fk; Shipment ID >> lineid; ORDER ITEM ID >> lineid; Order Id > order_id > oidFK; HSN CODE >> hsn; Order State > status > fk_state; Order Type >> std; FSN > (product_id) > asin; SKU > product_id > sku; Product > product_name > title; Invoice No. > (order_id) > lineid
        Invoice Date (mm/dd/yy) > (order_date) > mdy2; Invoice Amount > (amount) > goods; Selling Price Per Item > unit_price > price; Quantity > quantity > qty; Discount > discount > ldisc; Buyer name > name > name; Ship to name > (name) > name; Buyer Phone > phone > phone; Address Line 1 >> street; City > city > city; State >> state; PIN Code >> zip"""), statuses=True),
    Export("meesho", "line", columns("""
        Reason for Credit Entry > status > meesho; Sub Order No > order_id > suboid; Order Date > order_date > day; Customer Name > name > name; Customer Phone > phone > phone; Customer State >> state; Product Name > product_name > title; SKU > product_id > sku; Size >> size; Quantity > quantity > qty
        Supplier Listed Price (Incl. GST + Commission) > (unit_price) > price; Supplier Discounted Price (Incl GST and Commision) > unit_price > unitnet; Packet Id >> lineid"""), statuses=True),
    Export("etsy order items", "line", columns("""
        Sale Date > order_date > mdy2; Item Name > product_name > title; Buyer > customer_id > user; Quantity > quantity > qty; Price > unit_price > price; Coupon Code >> empty; Coupon Details >> empty; Discount Amount > discount > ldisc; Shipping Discount >> 0; Order Shipping > shipping > oship; Order Sales Tax > tax > otax
        Item Total > amount > list; Currency > currency > cur; Transaction ID > (order_id) > lineid; Listing ID > (product_id) > pnum; Date Paid > (order_date) > mdy2; Date Shipped >> mdy2; Ship Name > name > name; Ship Address1 >> street; Ship City > city > city; Ship State >> state; Ship Zipcode >> zip; Ship Country > country > country; Order ID > order_id > oid; Variations >> size; Order Type >> web; SKU > product_id > sku""")),
    Export("etsy orders", "order", columns("""
        Sale Date > order_date > mdy2; Order ID > order_id > oid; Buyer User ID > customer_id > user; Full Name > name > name; First Name > (name) > first; Last Name > (name) > last; Number of Items > quantity > nitems; Payment Method >> pay; Date Shipped >> mdy2; Street 1 >> street; Ship City > city > city; Ship State >> state; Ship Zipcode >> zip; Ship Country > country > country
        Currency > currency > cur; Order Value > amount > olist; Coupon Code >> empty; Discount Amount > discount > odisc; Shipping Discount >> 0; Shipping > shipping > oship; Sales Tax > tax > otax; Order Total > amount > ototal; Status > status > status; Card Processing Fees >> 0; Order Net > (amount) > ogoods""")  , statuses=True),
    Export("square items", "line", columns("""
        Date > order_date > mdy2; Time > order_time > time; Time Zone >> web; Category > category > cat; Item > product_name > title; Qty > quantity > qty; Price Point Name >> std; SKU > product_id > sku; Modifiers Applied >> empty; Gross Sales > (amount) > list; Discounts > discount > -ldisc; Net Sales > amount > goods; Tax > tax > ltax; Transaction ID > order_id > oid; Payment ID > (order_id) > lineid
        Device Name >> web; Notes >> empty; Details >> url; Event Type > (status) > pay; Location > (city) > web; Dining Option >> empty; Customer ID > customer_id > cid; Customer Name > name > name; Customer Reference ID > (customer_id) > empty""")),
    Export("ebay", "line", columns("""
        Sales Record Number > (order_id) > lineid; Order Number > order_id > oidA; Buyer Username > customer_id > user; Buyer Name > name > name; Buyer Email > email > email; Buyer Note >> empty; Buyer Address 1 >> street; Buyer City > city > city; Buyer State >> state; Buyer Zip >> zip; Buyer Country > country > country; Ship To Name > (name) > name; Ship To Phone > phone > phone; Ship To City > (city) > city; Ship To Country > (country) > country
        Item Number > (product_id) > pnum; Item Title > product_name > title; Custom Label > product_id > sku; Sold Via Promoted Listings >> no; Quantity > quantity > qty; Sold For > unit_price > unitnet; Shipping And Handling > shipping > ^oship; eBay Collected Tax > tax > ltax; Payment Method >> pay; Sale Date > order_date > mon; Paid On Date > (order_date) > mon; Ship By Date >> mon; Tracking Number >> empty""")),
    Export("judge.me reviews", "line", columns("""
        title > review_title > headline; body > review_text > said; rating > rating > stars; review_date > event_time > iso; source >> web; curated >> std; reviewer_name > name > name; reviewer_email > email > email; product_id > product_id > pnum; product_handle > (product_id|product_name) > url; reply >> empty; reply_date >> empty; picture_urls >> empty; ip_address >> empty; location > (city) > empty"""), money=False),
    Export("uci online retail", "line", columns("InvoiceNo > order_id > oid; StockCode > product_id > sku; Description > product_name > title; Quantity > quantity > qty; InvoiceDate > order_date > mdyt; UnitPrice > unit_price > unitnet; CustomerID > customer_id > cnum.0; Country > country > country")),
    Export("uci online retail ii", "line", columns("Invoice > order_id > oid; StockCode > product_id > sku; Description > product_name > title; Quantity > quantity > qty; InvoiceDate > order_date > iso; Price > unit_price > unitnet; Customer ID > customer_id > cnum.0; Country > country > country")),
    Export("lkr orders", "order", columns("Customer_ID > customer_id > cid; Order_ID > order_id > oid; Date > order_date > day; Total_Amount_LKR > amount > ogoods; Product_Category > category > cat")),
    Export("rfm tutorial 1", "order", columns("CustomerID > customer_id > cnum; PurchaseDate > order_date > day; TransactionAmount > amount > ogoods; ProductInformation > product_name > title; OrderID > order_id > oid; Location > (city) > city")),
    Export("rfm tutorial 2", "order", columns("customer_id > customer_id > cid; order_date > order_date > day; revenue > amount > ogoods")),
    Export("rfm tutorial 3", "order", columns("customer > customer_id > cid; transaction_date > order_date > mdy; amount > amount > ogoods")),
    Export("rfm customers", "customer", columns("customer_id > customer_id > cid; revenue > amount > spent; most_recent_visit > order_date > lastday; number_of_orders >> norders")),
    Export("superstore", "line", columns("Row ID >> rowno; Order ID > order_id > oidA; Order Date > order_date > mdy; Ship Date >> mdy; Ship Mode >> std; Customer ID > customer_id > cid; Customer Name > name > name; Segment >> web; Country > country > country; City > city > city; State >> state; Postal Code >> zip; Region >> std; Product ID > product_id > sku; Category > category > cat; Sub-Category > (category) > cat; Product Name > product_name > title; Sales > amount > goods; Quantity > quantity > qty; Profit >> 0")),
    Export("olist", "line", columns("order_id > order_id > oid; customer_unique_id > customer_id > cid; order_status > status > status; order_purchase_timestamp > order_date > iso; order_delivered_customer_date >> iso; product_id > product_id > sku; product_category_name > category > cat; price > unit_price > goods; freight_value > shipping > lship; customer_city > city > city; customer_state >> state"), statuses=True),
    Export("retail sales kaggle", "line", columns("Transaction ID > order_id > oid; Date > order_date > day; Customer ID > customer_id > cid; Gender >> gender; Age >> age; Product Category > category > cat; Quantity > quantity > qty; Price per Unit > unit_price > unitnet; Total Amount > amount > goods")),
    Export("rees46 events", "line", columns("event_time > event_time > isoZ; event_type > event_type > event; product_id > product_id > pnum; category_id >> hsn; category_code > (category) > cat; brand > (product_name) > web; price > unit_price > price; user_id > customer_id > cnum; user_session > (order_id) > oid"), money=False),
    Export("ga events", "line", columns("user_pseudo_id >> empty; user_id > customer_id > cnum; event_name > event_type > page_event; event_timestamp > event_time > unix; item_id > product_id > sku; value > (amount) > price"), money=False),
    Export("german shop", "line", columns("Bestellnummer > order_id > oid; Bestelldatum > order_date > dmy.; Uhrzeit > order_time > time; Kundennummer > customer_id > cid; Kundenname > name > name; E-Mail-Adresse > email > email; Artikelnummer > product_id > sku; Artikelbezeichnung > product_name > title; Menge > quantity > qty; Einzelpreis > unit_price > price; Rabatt > discount > ldisc; MwSt. > tax > ltax; Versandkosten > shipping > lship; Währung > currency > cur; Ort > city > city; Land > country > country; Status > status > status_de"), statuses=True, delimiter=";", decimal=","),
    Export("german orders", "order", columns("Auftragsnummer > order_id > oid; Bestelldatum > order_date > dmy.t; Kunden-Nr. > customer_id > cid; Vorname > name > first; Nachname > name > last; Telefon > phone > phone; PLZ >> zip; Stadt > city > city; Nettobetrag > amount > ogoods; MwSt-Betrag > tax > otax; Versand > shipping > oship; Gesamtbetrag > amount > ototal; Bestellstatus > status > status_de"), statuses=True, delimiter=";", decimal=","),
    Export("french shop", "line", columns("N° commande > order_id > oid; Date de commande > order_date > dmy; Heure > order_time > time; N° client > customer_id > cid; Nom du client > name > name; Adresse e-mail > email > email; Référence produit > product_id > sku; Désignation > product_name > title; Quantité > quantity > qty; Prix unitaire HT > unit_price > price; Remise > discount > ldisc; TVA > tax > ltax; Frais de port > shipping > lship; Devise > currency > cur; Ville > city > city; Pays > country > country; Statut > status > status_fr"), statuses=True, delimiter=";", decimal=","),
    Export("prestashop fr", "order", columns("Référence commande > order_id > invoice; Date > order_date > dmyt; Client > customer_id > cid; Courriel > email > email; Montant HT > amount > ogoods; Total TTC > amount > ototal; Taxe > tax > otax; Livraison > shipping > oship; État > status > status_fr"), statuses=True, delimiter=";", decimal=","),
    Export("spanish shop", "line", columns("Nº de pedido > order_id > oid; Fecha del pedido > order_date > dmy; Hora > order_time > time; ID cliente > customer_id > cid; Nombre del cliente > name > name; Correo electrónico > email > email; Teléfono > phone > phone; Código de producto > product_id > sku; Descripción > product_name > title; Categoría > category > cat; Cantidad > quantity > qty; Precio unitario > unit_price > price; Descuento > discount > ldisc; IVA > tax > ltax; Gastos de envío > shipping > lship; Moneda > currency > cur; Ciudad > city > city; País > country > country; Estado > status > status_es"), statuses=True, delimiter=";", decimal=","),
    Export("spanish orders", "order", columns("Número de pedido > order_id > oid; Fecha > order_date > dmyt; Código cliente > customer_id > cid; Importe > amount > ogoods; Estado del pedido > status > status_es"), statuses=True, delimiter=";", decimal=","),
    Export("hindi shop", "line", columns("ऑर्डर आईडी > order_id > oid; ऑर्डर की तारीख > order_date > dmy; ग्राहक आईडी > customer_id > cid; ग्राहक का नाम > name > name; ईमेल > email > email; मोबाइल नंबर > phone > phone; उत्पाद कोड > product_id > sku; उत्पाद का नाम > product_name > title; श्रेणी > category > cat; मात्रा > quantity > qty; मूल्य > unit_price > price; छूट > discount > ldisc; कर > tax > ltax; शहर > city > city; स्थिति > status > status_hi"), statuses=True),
    Export("hindi orders", "order", columns("आदेश संख्या > order_id > oid; दिनांक > order_date > dmy-; ग्राहक संख्या > customer_id > cid; कुल राशि > amount > ogoods; भुगतान >> pay")),
    Export("bigcommerce", "order", columns("Order ID > order_id > oid; Customer ID > customer_id > cnum; Customer Name > name > name; Customer Email > email > email; Customer Phone > phone > phone; Order Date > order_date > dmy; Order Status > status > Status; Subtotal (ex tax) > amount > ogoods; Tax Total > tax > otax; Shipping Cost (ex tax) > shipping > oship; Order Total (inc tax) > amount > ototal; Payment Method >> pay; Order Currency Code > currency > cur; Billing City > city > city; Billing Country > country > country; Shipping Zip >> zip"), statuses=True),
    Export("magento", "order", columns("ID > order_id > oid; Purchase Point >> web; Purchase Date > order_date > iso; Bill-to Name > name > name; Ship-to Name > (name) > name; Grand Total (Purchased) > amount > ototal; Subtotal > amount > ogoods; Status > status > status; Billing Address >> street; Shipping Information >> std; Customer Email > email > email; Customer Group >> web; Shipping and Handling > shipping > oship; Tax > tax > otax; Payment Method >> pay; Total Refunded >> orefund"), statuses=True),
    Export("wix", "line", columns("Order number > order_id > oid; Date created > order_date > day; Time > order_time > time; Total order quantity > (quantity) > nitems; Contact email > email > email; Note from customer >> empty; Item > product_name > title; SKU > product_id > sku; Qty > quantity > qty; Price > unit_price > unitnet; Billing name > name > name; Billing phone > phone > phone; Billing country > country > cc; Billing city > city > city; Currency > currency > cur; Payment status > (status) > pay")),
    Export("squarespace", "line", columns("Order ID > order_id > oid; Email > email > ^email; Financial Status > status > ^finstatus; Paid at > order_date > ^isotz; Currency > currency > ^cur; Subtotal > amount > ^ogoods; Shipping > shipping > ^oship; Taxes > tax > ^otax; Amount Refunded >> ^orefund; Total > amount > ^ototal; Discount Amount > discount > ^odisc; Lineitem quantity > quantity > qty; Lineitem name > product_name > title; Lineitem price > unit_price > price; Lineitem sku > product_id > sku; Billing Name > name > ^name; Billing City > city > ^city; Billing Country > country > ^cc; Billing Phone > phone > ^phone"), statuses=True),
    Export("stripe payments", "order", columns("id > order_id > invoice; Created (UTC) > order_date > iso; Amount > amount > ogoods; Amount Refunded >> 0; Currency > currency > cur; Description >> web; Fee >> 0; Customer ID > customer_id > cid; Customer Email > email > email; Card ID >> empty; Status > status > finstatus"), statuses=True),
    Export("paypal", "order", columns("Date > order_date > mdy; Time > order_time > time; TimeZone >> web; Name > name > name; Status > status > status; Currency > currency > cur; Gross > amount > ogoods; Fee >> 0; From Email Address > email > email; Transaction ID > order_id > invoice"), statuses=True),
    Export("pos tickets", "line", columns("Ticket No > order_id > oid; Date > order_date > mdy; Time > order_time > time12; Customer > customer_id > cid; Item > product_name > title; Department > category > cat; Units > quantity > qty; Unit Price > unit_price > unitnet")),
    Export("snake case warehouse", "line", columns("order_key > order_id > oid; customer_key > customer_id > cid; ordered_at > order_date > isoZ; sku > product_id > sku; product_title > product_name > title; units > quantity > qty; net_revenue > amount > goods; discount_amount > (discount) > ldisc; currency_code > currency > cur")),
    Export("shouting", "order", columns("CUSTOMER NUMBER > customer_id > cnum; ORDER NUMBER > order_id > oid; ORDER DATE > order_date > day; ORDER AMOUNT > amount > ogoods")),
    Export("misspelt", "line", columns("Custmer ID > customer_id > cid; Order Nmber > order_id > oid; Order Dat > order_date > day; Quantitiy > quantity > qty; Unit Prise > unit_price > unitnet; Prodct Name > product_name > title; Catagory > category > cat")),
    Export("camel", "line", columns("orderId > order_id > oid; customerId > customer_id > cid; orderDate > order_date > isoZ; productId > product_id > sku; productName > product_name > title; itemQuantity > quantity > qty; unitPrice > unit_price > unitnet; emailAddress > email > email")),
    Export("blanks and dots", "order", columns(" Customer  Id  > customer_id > cid; order.id > order_id > oid; order.date > order_date > day; total.price > amount > ogoods")),
    Export("grocery baskets", "line", columns("basket_id > order_id > oid; household_key > customer_id > cnum; day > order_date > day; product_id > product_id > sku; quantity > quantity > qty; sales_value > amount > goods; store_id >> hsn")),
    Export("trustpilot reviews", "line", columns("Review Id >> lineid; Created > event_time > isoZ; Consumer Name > name > name; Consumer Email > email > email; Stars > rating > stars; Title > review_title > headline; Review > review_text > said; Order Reference > (order_id) > oid"), money=False),
    Export("amazon reviews", "line", columns("Id >> lineid; ProductId > product_id > sku; UserId > customer_id > user; ProfileName > name > name; Score > rating > stars; Time > event_time > unix; Summary > review_title > headline; Text > review_text > said"), money=False),
    Export("yotpo reviews", "line", columns("Review ID >> lineid; Review Title > review_title > headline; Review Content > review_text > said; Review Score > rating > stars; Review Creation Date > event_time > day; Reviewer Name > name > name; Reviewer Email > email > email; Product ID > product_id > sku; Product Title > product_name > title"), money=False),
    Export("german reviews", "line", columns("Bewertungstitel > review_title > headline; Bewertungstext > review_text > said; Sterne > rating > stars; Datum > event_time > dmy.; Kunden-E-Mail > email > email; Artikelnummer > product_id > sku"), money=False, delimiter=";"),
    Export("mailchimp audience", "customer", columns("Email Address > email > email; First Name > name > first; Last Name > name > last; Phone Number > phone > phone; Total Orders >> norders; Total Spent > amount > spent; Last Order Date > order_date > lastday; Country > country > country")),
    Export("klaviyo profiles", "customer", columns("Email > email > email; First Name > name > first; Last Name > name > last; City > city > city; Country > country > country; Historic Number Of Orders >> norders; Historic Customer Lifetime Value > amount > spent; Last Purchase > order_date > lastday; Email Marketing Consent > consent > consent")),
    Export("german customers", "customer", columns("Kundennummer > customer_id > cid; Vorname > name > first; Nachname > name > last; E-Mail > email > email; Ort > city > city; Land > country > country; Anzahl Bestellungen >> norders; Umsatz > amount > spent; Letzte Bestellung > order_date > lastday; Newsletter > consent > consent"), delimiter=";", decimal=","),
    Export("french customers", "customer", columns("ID client > customer_id > cid; Prénom > name > first; Nom > name > last; Email > email > email; Ville > city > city; Nombre de commandes >> norders; Chiffre d'affaires > amount > spent; Dernière commande > order_date > lastday"), delimiter=";", decimal=","),
    Export("spanish customers", "customer", columns("ID cliente > customer_id > cid; Nombre > name > first; Apellidos > name > last; Correo electrónico > email > email; Ciudad > city > city; Número de pedidos >> norders; Total gastado > amount > spent; Última compra > order_date > lastday"), delimiter=";", decimal=","),
    Export("loyalty", "order", columns("Member ID > customer_id > cid; Receipt No > order_id > oid; Receipt Date > order_date > dmy; Amount Spent > amount > ogoods; Store >> web; Points >> age")),
    Export("lightspeed", "line", columns("Sale ID > order_id > oid; Sale Date > order_date > iso; Customer > customer_id > cid; Description > product_name > title; Qty > quantity > qty; Retail > (unit_price) > price; Subtotal > (amount) > list; Discounts > discount > ldisc; Total > amount > goods; Category > category > cat")),
    Export("quickbooks sales", "line", columns("Date > order_date > mdy; Transaction Type >> web; Num > order_id > oid; Product/Service > product_name > title; Customer > customer_id > cid; Qty > quantity > qty; Sales Price > unit_price > unitnet; Amount > amount > goods")),
    Export("unix events", "line", columns("uid > customer_id > cnum; action > event_type > event; ts > event_time > unix; page >> url"), money=False),
    Export("portuguese", "order", columns("ID do pedido > order_id > oid; Data do pedido > order_date > dmy; ID do cliente > customer_id > cid; Valor do pedido > amount > ogoods; Cidade > city > city"), delimiter=";", decimal=","),
    Export("italian", "order", columns("Numero ordine > order_id > oid; Data ordine > order_date > dmy; Codice cliente > customer_id > cid; Importo > amount > ogoods; Città > city > city"), delimiter=";", decimal=","),
    Export("dutch", "order", columns("Ordernummer > order_id > oid; Besteldatum > order_date > dmy-; Klantnummer > customer_id > cid; Totaalbedrag > amount > ogoods; Plaats > city > city"), delimiter=";", decimal=","),
    Export("flipkart2","line",columns("""Order Item ID >> lineid; Order ID > order_id > oidFK; Fulfilment Source >> web; Order Date > order_date > iso; Order Approval Date >> iso; SKU > product_id > sku; FSN > (product_id) > asin; Product Title > product_name > title; Event Type > (status) > pay; Item Quantity > quantity > qty; Price before discount > (unit_price|amount) > list; Total Discount > discount > ldisc; Price after discount (Price before discount-Total discount) > (amount|unit_price) > goods; Shipping Charges > shipping > lship; Final Invoice Amount (Price after discount+Shipping Charges) > (amount) > goodship; Taxable Value (Final Invoice Amount -Taxes) > (amount|tax) > goods; Customer's Billing Pincode >> zip; Customer's Billing State >> state; Buyer Name > name > name""")),
    Export("mercadolibre","order",columns("""# de venta > order_id > oid; Fecha de venta > order_date > dmyt; Estado > status > status_es; Unidades > quantity > nitems; Ingresos por productos (EUR) > amount > ogoods; Comprador > (name|customer_id) > name; Título de la publicación > product_name > items; SKU > product_id > sku"""),statuses=True),
    Export("walmart","line",columns("""PO# > order_id > oid; Order# > (order_id) > oid; Order Date > order_date > day; Customer Name > name > name; Customer Phone Number > phone > phone; City > city > city; State >> state; Zip >> zip; SKU > product_id > sku; Item Description > product_name > title; Qty > quantity > qty; Item Cost > (unit_price|amount) > unitnet; Shipping Cost > shipping > lship; Tax > tax > ltax; Status > status > Status"""),statuses=True),
    Export("tiktok","line",columns("""Order ID > order_id > oid; Order Status > status > Status; SKU ID > product_id > pnum; Seller SKU > (product_id) > sku; Product Name > product_name > title; Variation >> size; Quantity > quantity > qty; SKU Unit Original Price > unit_price > price; SKU Seller Discount > discount > ldisc; SKU Subtotal After Discount > amount > goods; Shipping Fee After Discount > shipping > oship; Order Amount > (amount) > ototal; Created Time > order_date > dmyt; Buyer Username > customer_id > user; Phone # > phone > phone; Country > country > country; City > city > city"""),statuses=True),
    Export("daraz","line",columns("""orderItemId >> lineid; orderNumber > order_id > oid; createTime > order_date > iso; customerName > name > name; customerEmail > email > email; paidPrice > (amount|unit_price) > unitnet; unitPrice > unit_price > unitnet; quantity > quantity > qty; itemName > product_name > title; sellerSku > product_id > sku; status > status > status; billingCity > city > city"""),statuses=True),
    Export("opencart","order",columns("""order_id > order_id > oid; firstname > name > first; lastname > name > last; email > email > email; telephone > phone > phone; total > amount > ogoods; order_status > status > status; date_added > order_date > iso; currency_code > currency > cur; payment_city > city > city; payment_country > country > country"""),statuses=True),
    Export("shopware de","line",columns("""Bestellnr. > order_id > oid; Bestellzeit > order_date > dmy.t; Kundennr. > customer_id > cid; Artikelnr. > product_id > sku; Artikel > product_name > title; Anzahl > quantity > qty; Stückpreis > unit_price > unitnet; Gesamt > amount > goods; Lieferland > (country) > country"""),delimiter=";",decimal=","),
    Export("fr2","line",columns("""Commande > order_id > oid; Date > order_date > dmy; Client > customer_id > cid; Produit > product_name > title; Qté > quantity > qty; P.U. > unit_price > unitnet; Montant > amount > goods; Catégorie > category > cat"""),delimiter=";",decimal=","),
    Export("es2","line",columns("""Pedido > order_id > oid; Fecha compra > order_date > dmy-; Cliente > customer_id > cid; Artículo > product_name > title; Cant. > quantity > qty; Precio > unit_price > unitnet; Importe > amount > goods; Localidad > city > city"""),delimiter=";",decimal=","),
    Export("hi2","order",columns("""क्रम संख्या >> rowno; ग्राहक क्रमांक > customer_id > cid; नाम > name > name; शहर > city > city; ऑर्डर नंबर > order_id > oid; तारीख > order_date > dmy; रकम > amount > ogoods""")),
    Export("kaggle ecommerce","line",columns("""CID > customer_id > cnum; TID > order_id > oid; Gender >> gender; Age Group >> age; Purchase Date > order_date > dmyt; Product Category > category > cat; Discount Availed >> no; Discount Amount (INR) > (discount) > ldisc; Gross Amount > (amount) > list; Net Amount > amount > goods; Purchase Method >> pay; Location > (city) > city""")),
    Export("sales data sample","line",columns("""ORDERNUMBER > order_id > oid; QUANTITYORDERED > quantity > qty; PRICEEACH > unit_price > unitnet; ORDERLINENUMBER >> age; SALES > amount > goods; ORDERDATE > order_date > mdyt; STATUS > status > status; QTR_ID >> age; MONTH_ID >> age; YEAR_ID >> zip; PRODUCTLINE > category > cat; MSRP >> price; PRODUCTCODE > product_id > sku; CUSTOMERNAME > (customer_id|name) > name; PHONE > phone > phone; CITY > city > city; COUNTRY > country > country; CONTACTLASTNAME > (name) > last; CONTACTFIRSTNAME > (name) > first; DEALSIZE >> size"""),statuses=True),
    Export("instacart-ish","line",columns("""order_id > order_id > oid; user_id > customer_id > cnum; order_date > order_date > day; product_id > product_id > pnum; product_name > product_name > title; aisle >> cat; department > category > cat; price > unit_price > goods""")),
    Export("rfm 4","order",columns("""Customer Name > (name|customer_id) > name; Invoice Date > order_date > dmy; Invoice Number > order_id > oid; Invoice Total > amount > ogoods""")),
    Export("rfm 5","order",columns("""cust_id > customer_id > cid; trans_date > order_date > mon; tran_amount > amount > ogoods""")),
    Export("square tx","order",columns("""Date > order_date > mdy2; Time > order_time > time12; Gross Sales > (amount) > olist; Discounts > discount > odisc; Net Sales > amount > ogoods; Tax > tax > otax; Total Collected > (amount) > ototal; Source >> web; Transaction ID > order_id > invoice; Customer Name > name > name; Customer ID > customer_id > cid""")),
    Export("stamped reviews","line",columns("""reviewId >> lineid; dateCreated > event_time > iso; authorName > name > name; authorEmail > email > email; reviewTitle > review_title > headline; reviewMessage > review_text > said; reviewRating > rating > stars; productId > product_id > pnum"""),money=False),
    Export("loox","line",columns("""created_at > event_time > iso; reviewer > name > name; email > email > email; rating > rating > stars; review > review_text > said; product_handle > (product_name|product_id) > url; verified >> true"""),money=False),
    Export("customers2","customer",columns("""id > customer_id > cnum; full_name > name > name; email > email > email; orders_count >> norders; total_spent > amount > spent; last_order_date > order_date > lastday; city > city > city; accepts_marketing > consent > consent""")),
    Export("customers3","customer",columns("""Kunde > customer_id > cid; Anzahl Bestellungen >> norders; Gesamtumsatz > amount > spent; Erste Bestellung > (order_date) > firstday; Letzte Bestellung > order_date > lastday"""),delimiter=";",decimal=","),
    Export("segment events","line",columns("""event > event_type > event; timestamp > event_time > isoZ; userId > customer_id > cnum; properties.product_id > product_id > pnum; properties.price > (unit_price) > price; context.page.url >> url"""),money=False),
    Export("headers with units","line",columns("""Order No. > order_id > oid; Order Date (DD/MM/YYYY) > order_date > dmy; Customer ID# > customer_id > cid; Qty (pcs) > quantity > qty; Unit Price (EUR) > unit_price > unitnet; Product Desc. > product_name > title; Line Total (EUR) > amount > goods""")),
    Export("dup headers","line",columns("""Order ID > order_id > oid; Date > order_date > day; Date >> day; Customer ID > customer_id > cid; Name > (name|product_name) > name; Price > unit_price > unitnet; Qty > quantity > qty""")),
    Export("two names","line",columns("""ORDER_ID > order_id > oid; ORDER_TS > order_date > isoT; CUST_ID > customer_id > cid; PROD_ID > product_id > sku; PROD_NAME > product_name > title; QTY > quantity > qty; UNIT_PRC > unit_price > unitnet; LINE_AMT > amount > goods""")),
    Export("ebay2","line",columns("""Sales record number > (order_id) > lineid; Order number > order_id > oidA; Buyer username > customer_id > user; Buyer name > name > name; Buyer email > email > email; Buyer city > city > city; Buyer country > country > country; Item number > (product_id) > pnum; Item title > product_name > title; Custom label > product_id > sku; Quantity > quantity > qty; Sold for > unit_price > unitnet; Postage and packaging > shipping > ^oship; eBay collected tax > tax > ltax; Total price > (amount) > empty; Sale date > order_date > mon"""),),
    Export("shopee", "line", columns("Order ID > order_id > oidFK; Order Status > status > Status; Return / Refund Status >> empty; Tracking Number* >> lineid; Shipping Option >> std; Shipment Method >> std; Order Creation Date > order_date > dmyt; Order Paid Time >> paidat; Parent SKU Reference No. > (product_id) > sku; Product Name > product_name > title; SKU Reference No. > product_id > sku; Variation Name >> size; Original Price > (unit_price) > price; Deal Price > unit_price > unitnet; Quantity > quantity > qty; Product Subtotal > amount > goods; Total Discount > (discount) > ldisc; Seller Rebate >> 0; Shopee Rebate >> 0; SKU Total Weight >> 1; No of product in order >> nolines; Voucher Code >> empty; Seller Voucher >> 0; Shopee Voucher >> 0; Total Amount > (amount) > ogoods; Buyer Paid Shipping Fee > shipping > oship; Transaction Fee >> 0; Commission Fee >> 0; Service Fee >> 0; Grand Total > (amount) > ototal; Username (Buyer) > customer_id > user; Receiver Name > name > name; Phone Number > phone > phone; Delivery Address >> street; Town >> empty; District >> empty; City > city > city; Province >> state; Country > country > cc; Zip Code >> zip; Remark from buyer >> empty; Order Complete Time >> rto; Note >> empty"), statuses=True),
    Export("lazada", "line", columns("orderItemId >> lineid; orderType >> std; Guarantee >> no; deliveryType >> std; lazadaId >> pnum; sellerSku > product_id > sku; lazadaSku > (product_id) > sku; wareHouse >> store; createTime > order_date > lz; updateTime >> rto; rtaSla >> empty; orderNumber > order_id > oidFK; invoiceRequired >> no; invoiceNumber >> empty; deliveredDate >> empty; customerName > name > name; customerEmail > email > email; nationalRegistrationNumber >> empty; shippingName > (name) > name; shippingAddress >> street; shippingCity > (city) > city; shippingPhone > (phone) > phone; shippingPostCode >> zip; shippingCountry > (country) > country; billingName > (name) > name; billingPhone > phone > phone; billingCity > city > city; billingCountry > country > country; payMethod >> pay; paidPrice > (amount|unit_price) > goods; unitPrice > (unit_price|amount) > goods; sellerDiscountTotal > (discount) > 0; shippingFee > shipping > 0; walletCredit >> 0; itemName > product_name > title; variation >> size; shippingProvider >> web; status > status > lazst; buyerFailedDeliveryReturnInitiator >> empty; bundleId >> empty"), statuses=True, delimiter=";"),
    Export("allegro", "line", columns("Numer zamówienia > order_id > uuid; Data zamówienia > order_date > dmyt; Login kupującego > customer_id > user; Email kupującego > email > email; Imię i nazwisko > name > name; Telefon > phone > phone; Nazwa produktu > product_name > title; SKU > product_id > sku; Ilość > quantity > qty; Cena > unit_price > unitnet; Wartość > amount > goods; Waluta > currency > cur; Status > status > statpl; Miasto > city > city; Kraj > country > cc"), statuses=True, delimiter=";", decimal=","),
    Export("zalando", "line", columns("Order number > order_id > oidFK; Order date > order_date > isoT; Customer number > customer_id > cnum; Article number > product_id > sku; EAN > (product_id) > hsn; Article name > product_name > title; Quantity > quantity > qty; Price > unit_price > unitnet; Currency > currency > cur; Line item status > status > zal; Return reason >> empty; Shipping country > country > cc"), statuses=True),
    Export("myntra", "line", columns("seller id >> 1; warehouse id >> 1; store order id > order_id > oidFK; order release id > (order_id) > lineid; order line id >> lineid; seller order id >> lineid; created on > order_date > iso; style id > (product_id) > pnum; seller sku code > product_id > sku; sku id > (product_id) > pnum; myntra sku code > (product_id) > sku; size >> size; vendor article number > (product_id) > sku; brand > (product_name) > store; style name > product_name > title; article type > category > cat; order status > status > Status; packet id >> lineid; courier code >> std; customer name > name > name; city > city > city; state >> state; zipcode >> zip; final amount > amount > goods; total mrp > (unit_price|subtotal|amount) > list; discount > (discount) > ldisc; coupon discount > (discount) > 0; shipping charge > shipping > 0; tax recovery >> 0; quantity > quantity > qty"), statuses=True),
    Export("rakuten jp", "line", columns("注文番号 > order_id > uuid; 注文日時 > order_date > jpt; 注文者氏名 > name > name; 注文者メールアドレス > email > email; 商品名 > product_name > title; 商品番号 > product_id > sku; 個数 > quantity > qty; 単価 > unit_price > unitnet")),
    Export("shopware6 en", "order", columns("Order number > order_id > oid; Order date > order_date > isoms; Customer number > customer_id > cnum; First name > name > first; Last name > name > last; Email address > email > email; Net total > amount > ogoods; Shipping costs > shipping > oship; Total amount > (amount) > ototal; Payment status > status > status; Order status > (status) > unfulfilled; Currency > currency > cur; Sales channel >> web"), statuses=True, delimiter=";"),
    Export("shopware6 de", "line", columns("Bestellnummer > order_id > oid; Bestelldatum > order_date > dmyt.s; Kundennummer > customer_id > cnum; Vorname > name > first; Nachname > name > last; E-Mail-Adresse > email > email; Produktname > product_name > title; Produktnummer > product_id > sku; Anzahl > quantity > qty; Stückpreis > unit_price > eurprice; Gesamt > amount > eurgoods; Bestellstatus > status > swstate; Zahlungsart >> pay; Rechnungsland > country > country"), statuses=True, delimiter=";", decimal=","),
    Export("prestashop sql", "line", columns("id_order > order_id > oid; reference > (order_id) > invoice; id_customer > customer_id > cnum; firstname > name > first; lastname > name > last; email > email > email; date_add > order_date > iso; product_id > product_id > pnum; product_name > product_name > title; product_quantity > quantity > qty; unit_price_tax_excl > unit_price > unitnet; total_price_tax_excl > amount > goods; total_price_tax_incl > (amount) > ltotal; total_paid > (amount) > ototal; total_shipping > shipping > oship; order_state > status > psen; iso_code > (currency) > cur"), statuses=True, delimiter=";"),
    Export("ecwid", "line", columns("order_number > order_id > oid; email > email > email; order_datetime > order_date > iso; subtotal > amount > ^ogoods; discount > (discount) > ^0; tax > tax > ^otax; shipping > shipping > ^oship; total > (amount) > ^ototal; payment_status > status > ^ecwpay; fulfillment_status > (status) > unfulfilled; customer_name > name > ^name; bill_city > city > ^city; bill_country > country > ^country; bill_phone > phone > ^phone; item_sku > product_id > sku; item_name > product_name > title; item_quantity > quantity > qty; item_price > unit_price > unitnet"), statuses=True),
    Export("otto", "line", columns("Bestellnummer > order_id > oidFK; Positions-ID >> lineid; Bestelldatum > order_date > isoms; Artikelnummer > product_id > sku; SKU > (product_id) > sku; Produkttitel > product_name > title; Status > status > otto; Preis brutto > unit_price > goods; Währung > currency > cur; MwSt-Satz >> eur; Rechnungsempfänger > name > name; Ort > city > city; Land > country > cc; PLZ >> zip"), statuses=True, delimiter=";", decimal=","),
    Export("cdiscount", "line", columns("Référence commande > order_id > oidFK; Date de commande > order_date > dmyt; Statut > status > cdis; Nom du client > name > name; Ville > city > city; Pays > country > country; Référence vendeur > (product_id) > sku; EAN > (product_id) > hsn; Désignation produit > product_name > title; Quantité > quantity > qty; Prix unitaire TTC > unit_price > unitnet; Montant total > amount > goods; Frais de port > shipping > lship"), statuses=True, delimiter=";", decimal=","),
    Export("mercado livre", "line", columns("N.º de venda > order_id > oid; Data da venda > order_date > ptday; Estado > status > statpt; Comprador > (name|customer_id) > name; Unidades > quantity > qty; Receita por produtos (BRL) > amount > goods; Título do anúncio > product_name > title; SKU > product_id > sku; # de anúncio > (product_id) > asin; Cidade > city > city; País > country > country"), statuses=True, delimiter=";", decimal=","),
    Export("mercado libre ar", "order", columns("# de venta > order_id > gid; Fecha de venta > order_date > spday; Estado > status > status_es; Unidades > quantity > nitems; Ingresos por productos (ARS) > amount > ogoods; Comprador > (name|customer_id) > name; DNI > (customer_id) > cnum; Ciudad > city > city; Estado.1 >> state; País > country > country"), statuses=True),
    Export("trendyol", "line", columns("Sipariş Numarası > order_id > oid; Sipariş Tarihi > order_date > dmyt; Müşteri Adı > name > name; E-posta > email > email; Ürün Adı > product_name > title; Barkod > product_id > hsn; Adet > quantity > qty; Birim Fiyatı > unit_price > unitnet; Satış Tutarı > amount > goods; Sipariş Statüsü > status > stattr; İl > city > city; Ülke > country > country"), statuses=True, delimiter=";", decimal=","),
    Export("tokopedia", "line", columns("Nomor Invoice > order_id > invoice; Tanggal Pembayaran > order_date > dmyt; Status Terakhir > status > statid; Nama Produk > product_name > title; Nomor SKU > product_id > sku; Jumlah Produk Dibeli > quantity > qty; Harga Jual (IDR) > unit_price > unitnet; Nama Pembeli > name > name; No Telp Pembeli > phone > phone; Kota > city > city"), statuses=True),
    Export("bol.com nl", "line", columns("Bestelnummer > order_id > oid; Besteldatum > order_date > dmt; Klantnaam > name > name; E-mail > email > email; Artikel > product_name > title; EAN > product_id > hsn; Aantal > quantity > qty; Prijs > unit_price > unitnet; Status > status > statnl; Plaats > city > city; Land > country > cc"), statuses=True, delimiter=";", decimal=","),
    Export("italian woo", "line", columns("Numero d'ordine > order_id > oid; Data dell'ordine > order_date > dmyt; Stato dell'ordine > status > statit; Nome (fatturazione) > name > first; Cognome (fatturazione) > name > last; Email (fatturazione) > email > email; Telefono (fatturazione) > phone > phone; Città (fatturazione) > city > city; Nome articolo > product_name > title; Quantità > quantity > qty; Costo articolo > unit_price > unitnet; Importo totale ordine > (amount) > ototal; Spedizione > (shipping) > oship"), statuses=True, delimiter=";", decimal=","),
    Export("swedish", "line", columns("Ordernummer > order_id > oid; Orderdatum > order_date > day; Kundnummer > customer_id > cnum; Kundnamn > name > name; Artikelnummer > product_id > sku; Benämning > product_name > title; Antal > quantity > qty; Pris > unit_price > unitnet; Belopp > amount > goods; Stad > city > city"), delimiter=";", decimal=","),
    Export("bigcommerce v3", "order", columns("Order ID > order_id > oid; Customer ID > customer_id > cnum; Customer Name > name > name; Customer Email > email > email; Customer Phone > phone > phone; Order Date > order_date > mdy; Order Status > status > bcstat; Subtotal (inc tax) >> 0; Subtotal (ex tax) > amount > ogoods; Tax Total > tax > otax; Shipping Cost (inc tax) > (shipping) > oship; Shipping Cost (ex tax) > shipping > oship; Ship Method >> std; Handling Cost (inc tax) >> 0; Coupon Value > (discount) > 0; Order Total (inc tax) > (amount) > ototal; Order Total (ex tax) > (amount) > ogoods; Customer Group >> empty; Payment Method >> pay; Total Quantity > quantity > nitems; Total Shipped >> nitems; Date Shipped >> empty; Order Currency Code > currency > cur; Exchange Rate >> 1; Order Notes >> empty; Customer Message >> empty; Billing Name > (name) > name; Billing Company >> empty; Billing Suburb > city > city; Billing Country > country > country; Product Details > product_name > prodstr; Refund Amount >> 0"), statuses=True),
    Export("magento grid", "order", columns("ID > order_id > oid; Purchase Point >> store; Purchase Date > order_date > wixd; Bill-to Name > name > name; Ship-to Name > (name) > name; Grand Total (Base) > (amount) > usd$; Grand Total (Purchased) > (amount) > usd$; Status > status > mag; Billing Address >> bill; Shipping Address >> bill; Shipping Information >> std; Customer Email > email > email; Customer Group >> std; Subtotal > amount > usdg; Shipping and Handling > shipping > oship; Customer Name > (name) > name; Payment Method >> pay; Total Refunded >> orefblank; Allocated sources >> std"), statuses=True),
    Export("wix new", "line", columns("Order number > order_id > oid; Date created > order_date > wixd; Time > order_time > time12; Total order quantity > (quantity) > nitems; Contact email > email > email; Note from customer >> empty; Additional checkout info >> empty; Item > product_name > title; Variant >> size; SKU > product_id > sku; Qty > quantity > qty; Quantity refunded >> 0; Price > unit_price > unitnet; Weight >> 1; Custom text >> empty; Deposit amount >> 0; Delivery method >> std; Delivery time >> empty; Recipient name > (name) > name; Recipient phone > (phone) > phone; Delivery country > country > cc; Delivery city > (city) > city; Billing name > name > name; Billing phone > phone > phone; Billing city > city > city; Payment status > status > wixpay; Payment method >> pay; Coupon code >> empty; Gift card amount >> 0; Shipping rate > shipping > oship; Total tax > tax > otax; Total > amount > ototal; Currency > currency > cur; Refunded amount >> orefund; Net amount > (amount) > ototal; Additional fees >> 0; Fulfillment status > (status) > unfulfilled; Tracking number >> empty"), statuses=True),
    Export("squarespace 2", "line", columns("Order ID > order_id > oid; Email > email > ^email; Financial Status > status > ^finstatus; Paid at > order_date > ^isotz; Fulfillment Status > (status) > ^unfulfilled; Fulfilled at >> ^isotz; Currency > currency > ^cur; Subtotal > amount > ^ogoods; Shipping > shipping > ^oship; Taxes > tax > ^otax; Amount Refunded >> ^orefund; Total > (amount) > ^ototal; Discount Code >> ^empty; Discount Amount > discount > ^0; Shipping Method >> ^std; Created at > (order_date) > ^isotz; Lineitem quantity > quantity > qty; Lineitem name > product_name > title; Lineitem price > unit_price > unitnet; Lineitem sku > product_id > sku; Lineitem variant >> size; Billing Name > name > ^name; Billing City > city > ^city; Billing Country > country > ^cc; Billing Phone > phone > ^phone; Payment Method >> ^pay"), statuses=True),
    Export("lightspeed retail", "line", columns("ID > order_id > oid; Date > order_date > us12; Customer > (customer_id|name) > name; Item > product_name > title; Custom SKU > product_id > sku; Category > category > cat; Qty. > quantity > qty; Retail > (unit_price) > usdp; Subtotal > (amount) > list; Discount > discount > ldisc; Total > amount > usdl")),
    Export("vend", "line", columns("Sale Date > order_date > iso; Invoice Number > order_id > oid; Receipt Number > (order_id) > invoice; Line Type >> std; Customer Code > customer_id > cid; Customer Name > name > name; Customer email > email > email; Product > product_name > title; SKU > product_id > sku; Quantity > quantity > qty; Subtotal > amount > goods; Sales Tax > tax > ltax; Discount > (discount) > ldisc; Total > (amount) > ltotal; Paid >> 0; Register >> store; User >> store; Status > status > status"), statuses=True),
    Export("walmart us", "line", columns("PO# > (order_id) > gid; Order# > order_id > oidFK; Order Date > order_date > day; Ship By >> day; Delivery Date >> day; Customer Name > name > name; Customer Shipping Address >> bill; Customer Phone Number > phone > phone; Ship to Address 1 >> street; Ship to City > city > city; State >> state; Zip >> zip; Segment >> std; FLIDS >> 1; Line# >> 1; UPC > (product_id) > hsn; Status > status > Status; Item Description > product_name > title; Shipping Method >> std; Qty > quantity > qty; SKU > product_id > sku; Item Cost > unit_price > unitnet; Shipping Cost > shipping > lship; Tax > tax > ltax; Requested Carrier Method >> empty; Carrier >> web; Tracking Number >> lineid"), statuses=True, delimiter="\t"),
    Export("tiktok sea", "line", columns("Order ID > order_id > gid; Order Status > status > Status; Order Substatus > (status) > Status; Cancelation/Return Type >> empty; Normal or Pre-order >> std; SKU ID > product_id > pnum; Seller SKU > (product_id) > sku; Product Name > product_name > title; Variation >> size; Quantity > quantity > qty; Sku Quantity of return >> 0; SKU Unit Original Price > unit_price > price; SKU Subtotal Before Discount > (amount) > list; SKU Platform Discount >> 0; SKU Seller Discount > (discount) > ldisc; SKU Subtotal After Discount > amount > goods; Shipping Fee After Discount > shipping > oship; Original Shipping Fee > (shipping) > oship; Taxes > tax > otax; Order Amount > (amount) > ototal; Order Refund Amount >> orefund; Created Time > order_date > dmyt; Paid Time >> dmyt; Cancelled Time >> isotzcancel; Tracking ID >> lineid; Buyer Username > customer_id > user; Recipient > name > name; Phone # > phone > phone; Country > country > country; Province >> state; District > (city) > city; Payment Method >> pay; Product Category > category > cat"), statuses=True),
    Export("flipkart new", "line", columns("Shipment ID >> lineid; ORDER ITEM ID >> lineid; Order Id > order_id > oidFK; HSN CODE >> hsn; Order State > status > fk_state; Order Type >> std; FSN > (product_id) > asin; SKU > product_id > sku; Product > product_name > title; Invoice No. > (order_id) > invoice; CGST > (tax) > 0; Selling Price Per Item > unit_price > unitnet; Shipping Charge per item > shipping > 0; Quantity > quantity > qty; Price inc. FKMP Contribution & Subsidy > (amount) > goods; Buyer name > name > name; Ship to name > (name) > name; City > city > city; PIN Code >> zip; Ordered On > order_date > dmy-; Dispatch by date >> rto; Invoice Amount > (amount) > goods"), statuses=True),
    Export("etsy orders 2", "order", columns("Sale Date > order_date > etsy; Order ID > order_id > oid; Buyer User ID > customer_id > user; Full Name > name > name; First Name > (name) > first; Last Name > (name) > last; Number of Items > quantity > nitems; Payment Method >> pay; Date Shipped >> etsy; Street 1 >> street; Street 2 >> empty; Ship City > city > city; Ship State >> state; Ship Zipcode >> zip; Ship Country > country > country; Currency > currency > cur; Order Value > amount > olist; Coupon Code >> empty; Coupon Details >> empty; Discount Amount > discount > odisc; Shipping Discount >> 0; Shipping > shipping > oship; Sales Tax > tax > otax; Order Total > (amount) > ototal; Status > (status) > empty; Card Processing Fees >> fee; Order Net >> goodsfee; Adjusted Order Total >> 0; Adjusted Card Processing Fees >> 0; Adjusted Net Order Amount >> 0; Buyer > (customer_id) > name; Order Type >> std; Payment Type >> pay; InPerson Discount >> 0; InPerson Location >> empty; VAT Paid by Buyer >> 0; SKU > product_id > sku")),
    Export("ebay eu", "line", columns("Sales Record Number > (order_id) > lineid; Order Number > order_id > oidA; Buyer Username > customer_id > user; Buyer Name > name > name; Buyer Email > email > email; Buyer Note >> empty; Buyer City > city > city; Buyer Country > country > country; Item Number > (product_id) > pnum; Item Title > product_name > title; Custom Label > product_id > sku; Sold Via Promoted Listings >> no; Quantity > quantity > qty; Sold For > unit_price > unitnet; Shipping And Handling > shipping > lship; Item Location >> store; eBay Collect And Remit Tax Rate >> eur; Seller Collected Tax > tax > ltax; eBay Collected Tax > (tax) > 0; Total Price > (amount) > ltotal; Payment Method >> pay; Sale Date > order_date > mon; Paid On Date >> mon; Ship By Date >> mon; Feedback Left >> no; Transaction ID >> lineid; Variation Details >> size")),
    Export("square items 2", "line", columns("Date > order_date > day; Time > order_time > time; Time Zone >> std; Category > category > cat; Item > product_name > title; Qty > quantity > qty; Price Point Name >> size; SKU > product_id > sku; Modifiers Applied >> empty; Gross Sales > (amount) > list; Discounts > discount > -ldisc; Net Sales > amount > squaremoney; Tax > tax > ltax; Transaction ID > order_id > uuid; Payment ID > (order_id) > uuid; Device Name >> store; Notes >> empty; Details >> url; Event Type > status > pay; Location >> store; Dining Option >> empty; Customer ID > customer_id > cid; Customer Name > name > name; Customer Reference ID > (customer_id) > empty; Unit >> std; Count > (quantity) > qty; Itemization Type >> std; Commission >> empty; Employee >> store")),
    Export("toast pos", "line", columns("Location >> store; Order Id > order_id > gid; Order # > (order_id) > oid; Sent Date >> us12; Order Date > order_date > us12; Check Id >> gid; Server >> store; Table >> empty; Dining Area >> empty; Service >> std; Item Id >> lineid; Master Id >> pnum; SKU > (product_id) > sku; Menu Item > product_name > title; Menu Group > (category) > cat; Sales Category > category > cat; Gross Price > (amount|unit_price|subtotal) > list; Discount > discount > ldisc; Net Price > (amount|unit_price) > goods; Qty > quantity > qty; Tax > tax > ltax; Void? >> no; Guest Email > email > email")),
    Export("mollie", "order", columns("Date > order_date > iso; Payment method >> pay; Currency > currency > cur; Amount > amount > ogoods; Status > status > finstatus; ID > order_id > uuid; Description >> hash; Consumer name > (name|customer_id) > name; Consumer bank account >> empty; Consumer BIC >> empty; Settlement currency >> cur; Settlement amount >> goodsfee; Settlement reference >> empty; Amount refunded >> orefgoods"), statuses=True),
    Export("odoo grouped", "line", columns("Order Reference > order_id > ^invoice; Order Date > order_date > ^iso; Customer > customer_id > ^name; Customer/Email > email > ^email; Order Lines/Product > product_name > title; Order Lines/Quantity > quantity > qty; Order Lines/Unit Price > unit_price > unitnet; Order Lines/Subtotal > amount > goods; Total > (amount) > ^ototal")),
    Export("xero", "line", columns("*ContactName > (name|customer_id) > name; EmailAddress > email > email; POCity > city > city; POCountry > country > country; *InvoiceNumber > order_id > invoice; Reference >> empty; *InvoiceDate > order_date > dmy; *DueDate >> dmy; Total > (amount) > ototal; InventoryItemCode > product_id > sku; *Description > product_name > title; *Quantity > quantity > qty; *UnitAmount > unit_price > unitnet; Discount > (discount) > empty; LineAmount > amount > goods; *AccountCode >> 1; *TaxType >> eur; TaxAmount > tax > ltax; Currency > currency > cur")),
    Export("two currencies", "order", columns("order_id > order_id > oid; customer_id > customer_id > cid; order_date > order_date > day; amount_usd > (amount) > ogoods; amount_eur > (amount) > ogoods")),
    Export("ydm", "order", columns("order_id > order_id > oid; customer_id > customer_id > cid; order_date > order_date > ydm; amount > amount > ogoods")),
    Export("ydm day", "line", columns("order_id > order_id > oid; customer_id > customer_id > cid; order_date > order_date > ydmd; product > product_name > title; quantity > quantity > qty; price > unit_price > unitnet")),
    Export("adventureworks", "line", columns("SalesOrderID > order_id > oid; SalesOrderDetailID >> lineid; OrderDate > order_date > iso; DueDate >> rto; ShipDate >> rto; OnlineOrderFlag >> true; SalesOrderNumber > (order_id) > invoice; CustomerID > customer_id > cnum; OrderQty > quantity > qty; ProductID > product_id > pnum; UnitPrice > unit_price > unitnet; UnitPriceDiscount > (discount) > 0; LineTotal > amount > goods; SubTotal > (amount) > ogoods; TaxAmt > tax > otax; Freight > shipping > oship; TotalDue > (amount) > ototal")),
    Export("northwind", "line", columns("OrderID > order_id > oid; CustomerID > customer_id > cid; EmployeeID >> 1; OrderDate > order_date > iso; RequiredDate >> rto; ShippedDate >> rto; Freight > shipping > oship; ShipName > (name) > name; ShipCity > city > city; ShipCountry > country > country; ProductID > product_id > pnum; ProductName > product_name > title; UnitPrice > unit_price > unitnet; Quantity > quantity > qty; Discount > discount > 0")),
    Export("klarna", "order", columns("order_id > order_id > uuid; capture_date > order_date > isoZ; merchant_reference1 > (order_id) > hash; customer_email > email > email; purchase_currency > currency > cur; order_amount_cents > amount > cents; type >> std")),
    Export("amazon order history", "line", columns("Order Date > order_date > mdyz; Order ID > order_id > oidA; Title > product_name > title; Category > category > cat; ASIN/ISBN > product_id > asin; UNSPSC Code >> hsn; Website >> web; Release Date >> ship; Condition >> std; Seller >> store; List Price Per Unit > (unit_price) > usdp; Purchase Price Per Unit > unit_price > usdp; Quantity > quantity > qty; Payment Instrument Type >> pay; Purchase Order Number >> empty; PO Line Number >> empty; Ordering Customer Email > email > email; Shipment Date >> shipmdy; Shipping Address Name > (name) > name; Shipping Address Street 1 >> street; Shipping Address City > city > city; Shipping Address State >> state; Shipping Address Zip >> zip; Order Status > status > amzstatus; Carrier Name & Tracking Number >> lineid; Item Subtotal > amount > usdgo; Item Subtotal Tax > tax > usdtx; Item Total > (amount) > usdlt; Buyer Name > name > name; Currency > currency > cur; Group Name >> empty"), statuses=True),
    Export("stripe balance", "order", columns("balance_transaction_id > order_id > txn; created_utc > order_date > iso; created > (order_date) > iso; available_on_utc >> rto; currency > currency > cur; gross > amount > ogoods; fee >> fee; net > (amount) > goodsfee; reporting_category >> repc; source_id >> ch; description >> empty; customer_id > customer_id > cus; customer_email > email > email; customer_name > name > name; charge_id > (order_id) > ch; payment_method_type >> pay; card_brand >> pay; card_country >> cc")),
    Export("loyverse", "line", columns("Date > order_date > us12; Receipt number > order_id > invoice; Receipt type > status > rtype; Category > category > cat; SKU > product_id > sku; Item > product_name > title; Variant >> size; Modifiers applied >> empty; Quantity > quantity > qty; Gross sales > (amount) > list; Discounts > discount > ldisc; Net sales > amount > goods; Cost of goods >> cost; Gross profit >> profit; Taxes > tax > ltax; Dining option >> empty; POS >> store; Store >> store; Cashier name >> owner; Customer name > name > name; Customer contacts > (email|phone) > email; Comment >> empty; Status > (status) > clst"), statuses=True),
    Export("clover", "line", columns("Line Item Date > order_date > monlong; Order ID > order_id > gid; Order Employee Name >> owner; Customer Name > name > name; Customer Email > email > email; Item ID > (product_id) > pnum; Item Name > product_name > title; Item SKU > product_id > sku; Category Name > category > cat; Quantity > quantity > qty; Item Revenue > amount > goods; Tax Amount > tax > ltax; Item Total > (amount) > ltotal; Payment State > (status) > pay")),
    Export("lightspeed ecom", "order", columns("Order_ID > (order_id) > oid; Order_number > order_id > invoice; Date_created > order_date > iso; Status > status > status; Firstname > name > first; Lastname > name > last; E-mail > email > email; Phone > phone > phone; City > city > city; Country > country > cc; Total_Excl_VAT > amount > ogoods; Total_VAT > tax > otax; Total_Incl_VAT > (amount) > ototal; Shipment_Price > (shipping) > oship"), statuses=True, delimiter=";"),
    Export("olist joined", "line", columns("order_id > order_id > uuid; customer_id > (customer_id) > uuid; order_status > status > bcstat; order_purchase_timestamp > order_date > iso; order_approved_at >> paidat; order_delivered_carrier_date >> rto; order_delivered_customer_date >> rto; order_estimated_delivery_date >> ship; order_item_id >> 1; product_id > product_id > pnum; seller_id >> hex; shipping_limit_date >> rto; price > unit_price > goods; freight_value > shipping > lship; payment_sequential >> 1; payment_type >> pay; payment_installments >> 1; payment_value > (amount) > ototal; review_score > rating > stars; review_comment_title > review_title > headline; review_comment_message > review_text > said; customer_unique_id > customer_id > cid; customer_zip_code_prefix >> zip; customer_city > city > city; customer_state >> state; product_category_name_english > category > cat; product_weight_g >> 1"), statuses=True),
    Export("pakistan e-commerce", "line", columns("item_id >> lineid; status > status > pkst; created_at > order_date > mdyd; sku > product_id > sku; price > unit_price > price; qty_ordered > quantity > qty; grand_total > amount > ogoods; increment_id > order_id > oid; category_name_1 > category > cat; sales_commission_code >> empty; discount_amount > discount > odisc; payment_method >> pay; Working Date >> mdyd; BI Status >> pkbi;  MV  >> list; Year >> yr; Month >> mo; Customer Since >> my; M-Y >> my; FY >> fy; Customer ID > customer_id > wcuser"), statuses=True),
    Export("flo customers", "customer", columns("master_id > customer_id > uuid; order_channel >> web; last_order_channel >> web; first_order_date > (order_date) > flofirst; last_order_date > order_date > day; last_order_date_online >> day; last_order_date_offline >> flofirst; order_num_total_ever_online >> flonum; order_num_total_ever_offline >> flonum; customer_value_total_ever_offline > (amount) > flov; customer_value_total_ever_online > amount > flov; interested_in_categories_12 > (category) > flocat")),
    Export("turkish shop", "line", columns("Müşteri No > customer_id > cnum; Sipariş No > order_id > oid; Sipariş Tarihi > order_date > dmy.; Ürün Kodu > product_id > sku; Ürün Adı > product_name > title; Kategori > category > cat; Adet > quantity > qty; Birim Fiyat > unit_price > unitnet; Toplam Tutar > amount > goods; Şehir > city > city; Sipariş Durumu > status > trst"), statuses=True, delimiter=";", decimal=","),
    Export("klaviyo", "order", columns("Event Timestamp > order_date > isoT; Email > email > email; First Name > name > first; Last Name > name > last; Event Name >> eve; $event_id > order_id > oid; $value > amount > ogoods; Item Names > product_name > items; Item Count > quantity > nitems; Currency > currency > cur")),
    Export("magento 1 items", "line", columns("Order Number > order_id > gid; Order Date > order_date > iso; Order Status > status > mag; Order Purchased From >> store; Order Payment Method >> pay; Order Shipping Method >> std; Order Subtotal > (amount) > olist; Order Tax > (tax) > otax; Order Shipping > shipping > oship; Order Discount > (discount) > odisc; Order Grand Total > (amount) > ototal; Order Base Grand Total > (amount) > ototal; Order Paid >> ototal; Order Refunded > (refund) > orefund; Order Due >> 0; Total Qty Items Ordered > (quantity) > nitems; Customer Name > name > name; Customer Email > email > email; Shipping Name > (name) > name; Shipping Zip >> zip; Shipping City > (city) > city; Shipping Country > (country) > cc; Billing Name > (name) > name; Billing City > city > city; Billing Country > country > cc; Order Item Increment >> 1; Item Name > product_name > title; Item Status > (status) > pay; Item SKU > product_id > sku; Item Options >> size; Item Original Price > (unit_price) > price; Item Price > unit_price > price; Item Qty Ordered > quantity > qty; Item Qty Invoiced >> qty; Item Qty Shipped >> qty; Item Qty Canceled >> 0; Item Qty Refunded >> 0; Item Tax > tax > ltax; Item Discount > discount > ldisc; Item Total > (amount) > ltotal"), statuses=True),
    Export("volusion", "order", columns("orderid > order_id > oid; customerid > customer_id > cnum; orderdate > order_date > mdyt; orderstatus > status > volst; paymentamount > (amount) > ototal; total_payment_received >> ototal; salestax1 > tax > otax; totalshippingcost > shipping > oship; paymentmethodid >> 1; billingfirstname > name > first; billinglastname > name > last; billingcity > city > city; billingcountry > country > country; billingphonenumber > phone > phone; ordernotes >> empty; shipped >> yn"), statuses=True),
    Export("woocommerce sql", "order", columns("ID > order_id > oid; post_date > order_date > iso; post_status > status > wcst; _billing_email > email > email; _billing_first_name > name > first; _billing_last_name > name > last; _billing_city > city > city; _billing_country > country > cc; _order_total > amount > ototal; _order_tax > tax > otax; _order_shipping > shipping > oship; _cart_discount > (discount) > odisc; _order_currency > currency > cur; _customer_user > customer_id > wcuser; _payment_method >> pay"), statuses=True),
    Export("ga4", "line", columns("event_date > (order_date|event_time) > x20day; event_timestamp > (order_date|event_time) > micro; event_name > (event_type) > eve; user_pseudo_id > customer_id > pseudo; transaction_id > order_id > oid; purchase_revenue > (amount) > ogoods; item_id > product_id > sku; item_name > product_name > title; item_category > category > cat; price > unit_price > unitnet; quantity > quantity > qty; geo_country > country > country; geo_city > city > city")),
    Export("jtl", "line", columns("Auftragsnummer > order_id > invoice; Kundennummer > customer_id > cnum; Erstelldatum > order_date > dmy.t; Vorname > name > first; Nachname > name > last; E-Mail > email > email; Ort > city > city; Land > country > country; Artikelnummer > product_id > sku; Artikelname > product_name > title; Warengruppe > category > cat; Menge > quantity > qty; VK Netto > unit_price > unitnet; VK Brutto > (unit_price) > brutto; MwSt > (tax) > pct10; Währung > currency > cur; Zahlungsart >> pay; Versandart >> std; Auftragsstatus > status > status_de"), statuses=True, delimiter=";", decimal=","),
    Export("freshbooks", "line", columns("Client Name > (name|customer_id) > name; Invoice # > order_id > invoice; Date Issued > order_date > day; Invoice Status > (status) > pay; Date Paid > (order_date) > ship; Item Name > product_name > title; Item Description > (product_name) > title; Rate > unit_price > price; Quantity > quantity > qty; Discount Percentage > (discount) > disc100; Line Subtotal > (amount) > goods; Tax 1 Type >> std; Tax 1 Amount > tax > ltax; Line Total > (amount) > ltotal; Currency > currency > cur")),
    Export("tiendanube", "line", columns("Número de orden > order_id > oid; Email > email > ^email; Fecha > order_date > ^dmyt; Estado de la orden > (status) > ^tnst; Estado del pago > status > ^tnpay; Estado del envío >> ^env; Moneda > currency > ^cur; Subtotal de productos > (amount) > ^ogoods; Descuento > (discount) > ^0; Costo de envío > shipping > ^oship; Total > (amount) > ^otsh; Nombre del comprador > name > ^name; DNI / CUIT >> ^empty; Teléfono > phone > ^phone; Ciudad > city > ^city; País > country > ^country; Medio de pago >> ^pay; Nombre del producto > product_name > title; Precio del producto > unit_price > unitnet; Cantidad del producto > quantity > qty; SKU > product_id > sku; Canal >> ^web"), statuses=True, delimiter=";"),
    Export("shopee id", "line", columns("No. Pesanan > order_id > oidFK; Status Pesanan > status > statid; Alasan Pembatalan >> empty; No. Resi >> lineid; Opsi Pengiriman >> std; Waktu Pesanan Dibuat > order_date > iso; Waktu Pembayaran Dilakukan > (order_date) > iso; Metode Pembayaran >> pay; SKU Induk > (product_id) > sku; Nama Produk > product_name > title; Nomor Referensi SKU > product_id > sku; Nama Variasi >> size; Harga Awal > (unit_price) > price; Harga Setelah Diskon > unit_price > unitnet; Jumlah > quantity > qty; Total Harga Produk > amount > goods; Berat Produk >> 1; Ongkos Kirim Dibayar oleh Pembeli > shipping > oship; Total Pembayaran > (amount) > ototal; Username (Pembeli) > customer_id > user; Nama Penerima > name > name; No. Telepon > phone > phone; Alamat Pengiriman >> bill; Kota/Kabupaten > city > city; Provinsi >> state"), statuses=True),
)  # fmt: skip
