"""A shop's order lines of any number, in seconds: what the bench reads.

The sample's shops are written review by review, which takes minutes for a million lines. These
have the same kinds of customers' rhythms and purses, and no texts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

SEED: Final = 20_260_101
LINES_PER_CUSTOMER: Final = 9.74
DAYS: Final = 730
BLOCK_CUSTOMERS: Final = 100_000
CATEGORIES: Final = (
    "Accessories", "Coats", "Dresses", "Jeans", "Knitwear", "Nightwear", "Shoes", "Sportswear",
    "Tops", "Trousers",
)  # fmt: skip
COUNTRIES: Final = ("Germany", "Austria", "Switzerland", "France", "Spain", "Italy")
#: (share of customers, orders in two years, days active, typical price, discount, breadth)
KINDS: Final = (
    (0.10, 18.0, 720, 180.0, 0.00, 2),
    (0.18, 14.0, 700, 28.0, 0.22, 4),
    (0.22, 5.0, 650, 45.0, 0.04, 3),
    (0.20, 3.0, 240, 60.0, 0.08, 6),
    (0.18, 1.6, 120, 35.0, 0.15, 2),
    (0.12, 4.0, 420, 320.0, 0.02, 1),
)
COLUMNS: Final = (
    "Order ID", "Order Date", "Customer ID", "Product ID", "Category", "Quantity", "Unit Price",
    "Discount", "Currency", "Country",
)  # fmt: skip


def write_orders(path: Path, lines: int, *, seed: int = SEED) -> None:
    """Write exactly ``lines`` order lines, of about a tenth as many customers, as CSV."""
    import pyarrow.csv as csv

    first_customer, first_order, written = 1, 100_001, 0
    random = np.random.default_rng(seed)
    with path.open("wb") as target:
        while written < lines:
            left = lines - written
            customers = min(BLOCK_CUSTOMERS, max(1, round(left / LINES_PER_CUSTOMER)))
            table = _block(random, customers, first_customer, first_order).slice(0, left)
            options = csv.WriteOptions(include_header=not written, quoting_style="none")
            csv.write_csv(table, target, options)
            written += table.num_rows
            first_customer += customers
            first_order += table.num_rows


def _block(random: np.random.Generator, customers: int, customer: int, order: int) -> Any:
    """The lines of some customers, in the order of time."""
    import pyarrow as pa

    traits = np.array(KINDS)
    kind = random.choice(len(KINDS), customers, p=traits[:, 0])
    own = random.lognormal(0, 0.4, customers)
    orders = 1 + random.poisson(traits[kind, 1] * own * 0.76)
    owner = np.repeat(np.arange(customers), orders)
    first_day = random.uniform(0, DAYS - traits[kind, 2])
    day = first_day[owner] + random.uniform(0, traits[kind, 2][owner])
    per_order = 1 + random.poisson(0.45, len(owner))
    in_time = np.argsort(day, kind="stable")
    line = np.repeat(in_time, per_order[in_time])
    who = owner[line]
    of = traits[kind[who]]
    favourite = (random.integers(0, len(CATEGORIES), customers)[who]
                 + random.integers(0, of[:, 5].astype(int))) % len(CATEGORIES)  # fmt: skip
    quantity = 1 + random.poisson(0.2, len(line))
    price = np.round(of[:, 3] * random.lognormal(0, 0.35, len(line)), 2)
    discount = np.round(price * quantity * of[:, 4] * random.uniform(0, 1.6, len(line)), 2)
    minutes = (day[line] * 24 * 60).astype("int64")
    numbers = np.repeat(np.arange(len(owner)), per_order[in_time]) + order
    values = (
        np.char.add("F-", numbers.astype(str)),
        (np.datetime64("2024-01-01T00:00") + minutes.astype("timedelta64[m]")).astype(str),
        np.char.add("C", np.char.zfill((who + customer).astype(str), 8)),
        np.char.add("P", (favourite * 20 + random.integers(0, 20, len(line))).astype(str)),
        np.array(CATEGORIES)[favourite],
        quantity, price, discount,
        np.full(len(line), "EUR"),
        np.array(COUNTRIES)[(who * 7 + customer) % len(COUNTRIES)],
    )  # fmt: skip
    return pa.table(dict(zip(COLUMNS, map(pa.array, values), strict=True)))
