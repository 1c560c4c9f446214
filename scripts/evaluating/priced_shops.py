"""Made-up shops whose customers react to prices in a known way, while prices react to demand.

Nothing here knows how elasticities are estimated. Each world sets prices by a policy of its own; in
all of them demand has a season by category, common weeks, shocks that last, segments of customers
who react differently, and chance (Poisson) in how many buy on a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

START = pd.Timestamp("2023-01-02")
CATEGORIES = 5
SEGMENTS = ("steady", "hunters", "luxury", "new")
_SHARE = np.array([0.35, 0.30, 0.15, 0.20])
_REACTS = np.array([0.0, -0.7, 0.8, 0.45])  # beside the product's own; its mean by share is zero
_REACTS = _REACTS - float(_REACTS @ _SHARE)
_WEEKDAYS = np.array([1.0, 0.9, 0.9, 1.0, 1.1, 1.2, 0.9])


@dataclass(frozen=True)
class World:
    """How a shop sets its prices, and how its demand moves."""

    name: str
    policy: str  # promotions, costs, season
    weeks: int = 156
    products: int = 50
    pieces: float = 200.0  # of a typical product in a week
    shock: float = 0.12  # size of what moves a product's demand and lasts
    lasts: float = 0.5  # of a shock, into the next week
    knows_shock: float = 0.0  # how far prices react to this week's own shock
    stockpiling: float = 0.0  # demand that a promotion takes from the week after it
    sells_out: bool = False  # stock ends in some weeks
    moves: float = 1.0  # how far prices move, against what the policy says
    alike: bool = True  # shocks of all products are of one size and last as long


WORLDS = (
    World("promotions", "promotions"),
    World("costs", "costs"),
    World("season", "season"),
)
#: Where the estimate rests on what isn't so; no promise is made here, and the figures are printed.
HOSTILE = (
    World("smaller, noisier", "promotions", weeks=130, pieces=90.0, shock=0.2),
    World("20 weeks", "promotions", weeks=20),
    World("a season in 60 weeks", "season", weeks=60),
    World("prices hardly move", "promotions", moves=0.05),
    World("prices move little", "promotions", moves=0.2),
    World("unlike shocks", "costs", shock=0.2, lasts=0.6, alike=False),
    World("few sales", "costs", pieces=4.0),
    World("lasting shocks", "costs", shock=0.35, lasts=0.9),
    World("last week's sales", "season", shock=0.35, lasts=0.8),
    World("stockpiling", "promotions", stockpiling=0.6),
    World("sold out", "promotions", sells_out=True),
    World("knows demand", "costs", knows_shock=0.5),
)


@dataclass(frozen=True)
class PricedShop:
    """Canonical order lines, the truth per product, and per product and segment."""

    orders: pd.DataFrame
    segments: pd.DataFrame  # customer_id, segment_key
    products: pd.DataFrame  # product_id, elasticity, fixed_price
    cells: pd.DataFrame  # product_id, segment_key, elasticity


def simulate(world: World, seed: int) -> PricedShop:
    """A shop of ``world``; the same seed, the same shop."""
    random = np.random.default_rng([seed, len(world.name), world.weeks])
    count = world.products
    own = np.clip(random.normal(-2, 0.8, count), -4.5, -0.2)
    reacts = own[:, None] + _REACTS[None, :] * random.uniform(0.6, 1.4, (count, 1))
    category = np.arange(count) % CATEGORIES
    fixed = random.random(count) < 0.1
    base = np.round(np.exp(random.normal(3.2, 0.7, count)), 2)
    level = np.log(world.pieces) + random.normal(0, 0.6, count)
    season, common = _season(world, category, random)
    shocks = _lasting(random, count, world)
    policy = {"promotions": _Promotions, "costs": _Costs, "season": _Season}[world.policy]
    prices = policy(world, category, season, random)
    lift = random.normal(0.2, 0.1, count)
    lines: list[np.ndarray] = []
    seen = np.zeros(count)  # what the merchant saw of last week's demand, against what is usual
    promoted_before = np.zeros(count)
    usual = np.full(count, np.nan)
    for week in range(world.weeks):
        known = seen + world.knows_shock * shocks[:, week]
        log_price, promoted = prices.week(week, known)
        log_price = world.moves * log_price
        log_price = np.where(fixed[:, None], 0.004 * random.standard_normal((count, 1)), log_price)
        promoted = np.where(fixed, False, promoted)
        demand = (
            level + season[:, week] + common[week] + shocks[:, week] + lift * promoted
            - world.stockpiling * 0.4 * promoted_before * ~promoted
        )  # fmt: skip
        sold = _days(random, demand, reacts, log_price, world)
        lines.append(_lines(week, sold, base, log_price, promoted))
        pieces = sold.sum(axis=(1, 2))
        told = np.log(pieces + 1)
        usual = np.where(np.isnan(usual), told, 0.9 * usual + 0.1 * told)
        seen = 0.5 * seen + 0.5 * (told - usual)
        promoted_before = promoted.astype(float)
    return _shop(random, np.concatenate(lines), own, reacts, fixed, category, world)


def _season(
    world: World, category: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    week = np.arange(world.weeks)
    phase = random.uniform(0, 2 * np.pi, CATEGORIES)
    size = random.uniform(0.1, 0.5, CATEGORIES) * (1.5 if world.policy == "season" else 1)
    wave = size[:, None] * np.sin(2 * np.pi * week[None, :] / 52.18 + phase[:, None])
    drift = random.normal(0, 0.25, len(category))[:, None] * (week / 104)[None, :]
    common = random.normal(0, 0.08, world.weeks) + 0.5 * np.isin(week % 52, (46, 47, 49, 50))
    return wave[category] + drift, common


def _lasting(random: np.random.Generator, count: int, world: World) -> np.ndarray:
    """Shocks that fade week by week, with ``world.shock`` as their standard deviation."""
    size, lasts = np.full(count, world.shock), np.full(count, world.lasts)
    if not world.alike:
        size, lasts = size * random.uniform(0.3, 1.5, count), random.uniform(0.05, 0.97, count)
    fresh = random.normal(0, 1, (count, world.weeks)) * (size * np.sqrt(1 - lasts**2))[:, None]
    shocks = np.empty_like(fresh)
    shocks[:, 0] = random.normal(0, size)
    for week in range(1, world.weeks):
        shocks[:, week] = lasts * shocks[:, week - 1] + fresh[:, week]
    return shocks


class _Promotions:
    """Rare changes of the list price; promotions where sales were weak, and before holidays."""

    def __init__(
        self, world: World, category: np.ndarray, season: np.ndarray, random: np.random.Generator
    ) -> None:
        self._random, self._count = random, len(category)
        self._list = np.zeros(self._count)
        self._often = random.uniform(0.1, 0.3, self._count)

    def week(self, week: int, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        random = self._random
        changes = random.random(self._count) < 0.04
        self._list = np.where(changes, random.normal(0.0, 0.12, self._count), self._list)
        holiday = week % 52 in (46, 47, 49, 50)
        chance = np.clip(self._often + 0.25 * holiday - 0.5 * known, 0.02, 0.8)
        promoted = random.random(self._count) < chance
        cut = -np.log1p(-random.choice([0.05, 0.1, 0.15, 0.2, 0.3, 0.4], self._count))
        price = self._list - cut * promoted
        return np.repeat(price[:, None], 7, axis=1), promoted


class _Costs:
    """Costs wander by category and product and are passed on in steps; margins follow demand."""

    def __init__(
        self, world: World, category: np.ndarray, season: np.ndarray, random: np.random.Generator
    ) -> None:
        self._random, self._category = random, category
        count = len(category)
        self._cost, self._price = np.zeros(count), np.zeros(count)
        self._stock = np.ones(count)

    def week(self, week: int, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        random, count = self._random, len(self._category)
        step = random.normal(0, 0.015, CATEGORIES)[self._category]
        jump = random.normal(0, 0.2, count) * (random.random(count) < 0.06)
        self._cost = 0.98 * self._cost + step + jump + random.normal(0, 0.02, count)
        self._stock = np.clip(self._stock + random.uniform(-0.2, 0.2, count) - known * 0.2, 0, 2)
        wanted = self._cost + 0.25 * known + 0.1 * (self._stock < 0.3) - 0.15 * (self._stock > 1.7)
        before = self._price
        changes = np.abs(wanted - before) > random.uniform(0.02, 0.12, count)
        self._price = np.where(changes, wanted, before)
        day = int(random.integers(0, 7))
        daily = np.where(np.arange(7)[None, :] < day, before[:, None], self._price[:, None])
        return daily, np.zeros(count, dtype=bool)


class _Season:
    """Dear in season and marked down after it; further down where a product didn't sell."""

    def __init__(
        self, world: World, category: np.ndarray, season: np.ndarray, random: np.random.Generator
    ) -> None:
        self._random, self._season, self._count = random, season, len(category)
        self._rival = np.zeros(self._count)
        self._follows = random.uniform(0.1, 0.5, self._count)

    def week(self, week: int, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        random = self._random
        moved = random.random(self._count) < 0.15
        self._rival = np.where(moved, random.normal(0, 0.15, self._count), self._rival)
        markdown = random.random(self._count) < np.clip(0.08 - 0.6 * known, 0.02, 0.7)
        cut = markdown * random.uniform(0.05, 0.35, self._count)
        price = self._follows * self._season[:, week] + self._rival + 0.1 * known - cut
        return np.repeat(price[:, None], 7, axis=1), markdown


def _days(
    random: np.random.Generator,
    demand: np.ndarray,
    reacts: np.ndarray,
    log_price: np.ndarray,
    world: World,
) -> np.ndarray:
    """Pieces by product, segment and day."""
    rate = np.exp(
        demand[:, None, None]
        + np.log(_SHARE)[None, :, None]
        + reacts[:, :, None] * log_price[:, None, :]
    ) * (_WEEKDAYS / 7 / _WEEKDAYS.mean())
    sold = random.poisson(rate)
    if world.sells_out:
        left = np.exp(demand + random.normal(0.5, 0.5, len(demand)))
        before = sold.sum(axis=1).cumsum(axis=1) - sold.sum(axis=1)
        sold = sold * (before < left[:, None])[:, None, :]
    return sold


def _lines(
    week: int, sold: np.ndarray, base: np.ndarray, log_price: np.ndarray, promoted: np.ndarray
) -> np.ndarray:
    """product, segment, day, pieces, list price, price paid: a row for what one customer takes."""
    product, segment, day = np.nonzero(sold)
    pieces = sold[product, segment, day]
    twos = pieces // 4  # a quarter of the baskets hold two
    rows = [(pieces - 2 * twos, 1), (twos, 2)]
    found = []
    for number, taken in rows:
        at = np.repeat(np.arange(len(pieces)), number)
        paid = np.round(base[product[at]] * np.exp(log_price[product[at], day[at]]), 2)
        paid = np.maximum(paid, 0.01)
        was = np.where(promoted[product[at]], np.round(paid * 1.2, 2), paid)
        found.append(
            np.column_stack(
                [product[at], segment[at], week * 7 + day[at], np.full(len(at), taken), was, paid]
            )
        )
    return np.concatenate(found)


def _names(form: str, count: int) -> np.ndarray:
    return np.array([form.format(index) for index in range(count)], dtype=object)


def _shop(
    random: np.random.Generator,
    lines: np.ndarray,
    own: np.ndarray,
    reacts: np.ndarray,
    fixed: np.ndarray,
    category: np.ndarray,
    world: World,
) -> PricedShop:
    names = _names("p{:02}", len(own))
    product, segment = lines[:, 0].astype(int), lines[:, 1].astype(int)
    many = 400
    who = segment * many + random.integers(0, many, len(lines))
    quantity, was, paid = lines[:, 3], lines[:, 4], lines[:, 5]
    number = np.arange(1, len(lines) + 1)
    came_back = random.random(len(lines)) < 0.03
    sign = np.where(came_back, -1.0, 1.0)
    orders = pd.DataFrame(
        {
            "line": number,
            "customer_id": _names("c{:04}", many * len(SEGMENTS))[who],
            "order_id": pa.array(number).cast(pa.string()).to_pandas(),
            "ordered_at": START + pd.to_timedelta(lines[:, 2] * 24 + 12, unit="h"),
            "kind": np.where(came_back, "refund", "sale"),
            "amount": sign * np.round(paid * quantity, 2),
            "quantity": sign * quantity,
            "unit_price": was,
            "discount": sign * np.round((was - paid) * quantity, 2),
            "product_id": names[product],
            "product_name": names[product],
            "category": _names("k{}", CATEGORIES)[category[product]],
        }
    )
    share = np.zeros((len(own), len(SEGMENTS)))
    np.add.at(share, (product, segment), quantity)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1)
    cells = [
        (names[i], SEGMENTS[s], reacts[i, s]) for i in range(len(own)) for s in range(len(SEGMENTS))
    ]
    return PricedShop(
        orders,
        pd.DataFrame(
            {
                "customer_id": _names("c{:04}", many * len(SEGMENTS)),
                "segment_key": np.repeat(SEGMENTS, many),
            }
        ),
        pd.DataFrame(
            {
                "product_id": names,
                "elasticity": (share * reacts).sum(axis=1),
                "fixed_price": fixed,
            }
        ),
        pd.DataFrame(cells, columns=["product_id", "segment_key", "elasticity"]),
    )
