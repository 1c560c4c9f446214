"""Simulated shops whose customers' temperaments are known, as canonical tables.

Several recipes that differ in what sets customers apart and in what the file tells, so that nothing
is fitted to one of them. Seeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from kindred.tables import CUSTOMERS, ORDERS, Column, Tables

START = np.datetime64("2023-01-01T00:00:00")
DAYS = 730
SATURDAY = 6  # the first in the calendar is day 6: START is a Sunday
CATEGORIES = ("Dresses", "Shoes", "Knitwear", "Bags", "Jewellery", "Home", "Kids", "Sport")


@dataclass(frozen=True)
class Temperament:
    """How customers of one kind buy. Rates are per year; shares 0-1."""

    share: float
    orders: float = 4.0
    regularity: float = 1.0  # gamma shape of the gaps: 1 random, 8 like clockwork, 0.4 in bursts
    price: float = 0.5  # mean place in the price list, 0-1
    discounted: float = 0.2
    night: float = 0.15
    weekend: float | None = None  # None: any day
    favourite: float = 0.5  # chance that a purchase is of the favourite category
    refunds: float = 0.04
    units: float = 1.3
    stays: float = 1.0  # share of the period after which the customer stops
    joins: float = 0.5  # latest share of the period at which the customer starts
    since: float = 0.0  # earliest


FASHION = {
    "impulsive": Temperament(
        0.17, orders=6, regularity=0.35, night=0.6, discounted=0.25, price=0.5
    ),
    "anxious": Temperament(0.22, orders=4, discounted=0.8, price=0.25, refunds=0.08),
    "loyal": Temperament(
        0.18, orders=11, regularity=7, favourite=0.8, discounted=0.1, refunds=0.01
    ),
    "curious": Temperament(0.18, orders=2.5, favourite=0.1, discounted=0.25, price=0.4),
    "luxury": Temperament(0.1, orders=3.5, price=0.9, discounted=0.03, favourite=0.5),
    "frustrated": Temperament(0.15, orders=4, refunds=0.35, stays=0.55, joins=0.2),
}
#: A plainer world: fewer differences, all of them weaker.
MUTED = {
    "bargain": Temperament(0.3, orders=5, discounted=0.6, price=0.4),
    "regular": Temperament(0.25, orders=8, regularity=5, discounted=0.25),
    "night": Temperament(0.2, orders=5, night=0.5, discounted=0.25, regularity=0.5),
    "dear": Temperament(0.15, orders=4, price=0.75, discounted=0.15),
    "gone": Temperament(0.1, orders=5, stays=0.4, joins=0.1, refunds=0.15),
}
#: What orders are, not how many: temperaments share one rate and one spend.
HIDDEN = {
    "hunters": Temperament(0.2, orders=6, discounted=0.75),
    "owls": Temperament(0.2, orders=6, night=0.65),
    "explorers": Temperament(0.2, orders=6, favourite=0.05),
    "faithful": Temperament(0.2, orders=6, favourite=0.95),
    "returners": Temperament(0.2, orders=6, refunds=0.4),
}
#: Where customers are in their time with the shop, and nothing else.
STAGES = {
    "new": Temperament(0.2, orders=5, since=0.85, joins=0.97),
    "steady": Temperament(0.25, orders=6, joins=0.3),
    "heavy": Temperament(0.15, orders=20, joins=0.3),
    "gone": Temperament(0.25, orders=6, stays=0.45, joins=0.2),
    "seldom": Temperament(0.15, orders=1.2, joins=0.3),
}
#: What lies in the basket: how much, how dear, how many.
BASKETS = {
    "resellers": Temperament(0.15, orders=5, units=9, price=0.3),
    "gift": Temperament(0.25, orders=2, price=0.85),
    "pantry": Temperament(0.3, orders=14, price=0.2, favourite=0.9),
    "mixed": Temperament(0.3, orders=5, price=0.5, units=1.1, favourite=0.1),
}
#: When they order: the same goods, at other times.
RHYTHMS = {
    "clockwork": Temperament(0.25, orders=8, regularity=10),
    "bursts": Temperament(0.25, orders=8, regularity=0.3),
    "weekend": Temperament(0.25, orders=8, weekend=0.85),
    "night": Temperament(0.25, orders=8, night=0.75),
}
RECIPES = {
    "fashion": FASHION,
    "muted": MUTED,
    "hidden": HIDDEN,
    "stages": STAGES,
    "baskets": BASKETS,
    "rhythms": RHYTHMS,
}


@dataclass(frozen=True)
class Shop:
    """Orders as a frame in the canonical columns, and the truth per customer."""

    orders: pd.DataFrame
    truth: pd.Series = field(repr=False)  # type: ignore[type-arg]

    def write(self, folder: Path, *, currency: str | None = "EUR") -> Tables:
        folder.mkdir(parents=True, exist_ok=True)
        write_table(self.orders, ORDERS, folder / "orders.parquet")
        customers = pd.DataFrame({"customer_id": sorted(self.truth.index)})
        write_table(customers, CUSTOMERS, folder / "customers.parquet")
        return Tables(folder / "customers.parquet", folder / "orders.parquet", currency=currency)


def make_shop(
    recipe: dict[str, Temperament], customers: int, *, seed: int, without: tuple[str, ...] = ()
) -> Shop:
    """A shop of one recipe; ``without`` names canonical columns that the file doesn't have."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(recipe), customers, p=[t.share for t in recipe.values()])
    rows: list[dict[str, object]] = []
    for number, kind in enumerate(kinds):
        rows += _history(f"c{number:06}", recipe[kind], rng)
    orders = pd.DataFrame(rows)
    truth = pd.Series(kinds, index=[f"c{n:06}" for n in range(customers)])
    truth = truth[truth.index.isin(orders["customer_id"])]
    orders["line"] = np.arange(len(orders)) + 2
    for column in without:
        orders[column] = False if column == "has_time" else None
    return Shop(orders, truth)


def _history(customer: str, kind: Temperament, rng: np.random.Generator) -> list[dict[str, object]]:
    start = rng.uniform(kind.since, kind.joins) * DAYS
    stop = DAYS * min(1.0, kind.stays + rng.uniform(0, 0.1) * (kind.stays < 1))
    rate = kind.orders / 365 * rng.gamma(4, 1 / 4)
    shape = kind.regularity
    price_place = np.clip(rng.normal(kind.price, 0.12), 0.02, 0.98)
    favourite = rng.integers(len(CATEGORIES))
    rows: list[dict[str, object]] = []
    day, number = start, 0
    while day < stop:
        hour = (
            rng.choice([21, 22, 23, 0, 1, 2]) if rng.random() < kind.night else rng.integers(7, 21)
        )
        on = int(day)
        if kind.weekend is not None and rng.random() < kind.weekend:
            on += (SATURDAY - on) % 7
        when = START + np.timedelta64(on, "D") + np.timedelta64(int(hour) * 60, "m")
        order = f"{customer}-{number}"
        lines = 1 + rng.poisson(0.8)
        discounted = rng.random() < kind.discounted
        for _line in range(lines):
            category = favourite if rng.random() < kind.favourite else rng.integers(len(CATEGORIES))
            place = float(np.clip(rng.normal(price_place, 0.15), 0.01, 0.99))
            product = int(place * 40)
            price = round(float((8 + 4 * category) * np.exp(2.2 * product / 40)), 2)
            units = 1 + rng.poisson(kind.units - 1)
            full = price * units
            discount = round(full * rng.choice([0.1, 0.2, 0.3]), 2) if discounted else 0.0
            rows.append(
                _line_of(
                    customer,
                    order,
                    when,
                    "sale",
                    full - discount,
                    units,
                    price,
                    discount,
                    category,
                    product,
                )
            )
            if rng.random() < kind.refunds:
                back = when + np.timedelta64(int(rng.integers(3, 20)), "D")
                rows.append(
                    _line_of(
                        customer,
                        f"{order}r",
                        back,
                        "refund",
                        discount - full,
                        units,
                        price,
                        0.0,
                        category,
                        product,
                    )
                )
        number += 1
        day += max(0.02, rng.gamma(shape, 1 / (rate * shape)))
    return rows


def _line_of(
    customer: str,
    order: str,
    when: np.datetime64,
    kind: str,
    amount: float,
    units: int,
    price: float,
    discount: float,
    category: int,
    product: int,
) -> dict[str, object]:
    return {
        "customer_id": customer, "order_id": order, "ordered_at": when, "has_time": True,
        "kind": kind, "amount": round(amount, 2), "quantity": float(units), "unit_price": price,
        "discount": discount, "product_id": f"p{category}-{product}",
        "product_name": f"{CATEGORIES[category]} {product}", "category": CATEGORIES[category],
    }  # fmt: skip


_ARROW = {
    "BIGINT": pa.int64(), "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(), "DOUBLE": pa.float64(), "DECIMAL(20, 4)": pa.decimal128(20, 4),
}  # fmt: skip


def write_table(frame: pd.DataFrame, schema: Mapping[str, Column], path: Path) -> None:
    """A frame as a canonical Parquet file; columns that it lacks are NULL."""
    arrays = []
    for name, column in schema.items():
        values = frame[name].tolist() if name in frame else [None] * len(frame)
        values = [
            None if value is None or value is pd.NaT or value != value else value
            for value in values
        ]
        if column.type.startswith("DECIMAL"):
            values = [None if v is None else Decimal(str(round(float(v), 4))) for v in values]
        arrays.append(pa.array(values, type=_ARROW[column.type]))
    pq.write_table(pa.table(dict(zip(schema, arrays, strict=True))), path)


def make_purchases(
    customers: int,
    *,
    seed: int,
    weeks: float = 104.0,
    joining: float = 40.0,
    r: float = 0.5,
    alpha: float = 8.0,
    a: float = 0.8,
    b: float = 2.5,
    first_leaves: bool = False,
) -> pd.DataFrame:
    """``customer_id, ordered_on, amount`` of a shop that lives by BG/NBD and Gamma-Gamma.

    Customers join over the first ``joining`` weeks. ``first_leaves``: they may also be gone right
    after the first purchase (MBG/NBD).
    """
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, np.datetime64, float]] = []
    for number in range(customers):
        rate, drop = rng.gamma(r, 1 / alpha), rng.beta(a, b)
        scale = rng.gamma(4.0, 1 / 60.0)
        at = rng.uniform(0, joining)
        gone = first_leaves and rng.random() < drop
        while at < weeks:
            day = START.astype("datetime64[D]") + np.timedelta64(int(at * 7), "D")
            rows.append((f"c{number:06}", day, round(float(rng.gamma(6.0) / scale), 2)))
            if gone:
                break
            at += rng.exponential(1 / max(rate, 1e-9))
            gone = rng.random() < drop
    return pd.DataFrame(rows, columns=["customer_id", "ordered_on", "amount"])
