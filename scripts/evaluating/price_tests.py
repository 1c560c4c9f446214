"""Evaluate the statistics of price tests on simulated ones, looked at every day for four weeks.

The first table has tests in which nothing differs: how often each reading says that something does,
at any look. The second has tests in which an arm is better by a known share: how often that is
found, and how often intervals hold the truth. The third asks whether chances are what they say.

Exit status 0 if sequential false alarms are within 5 %, 1 if they aren't.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from kindred.pricing.experiments.bayesian import believe
from kindred.pricing.experiments.distributions import t_tails
from kindred.pricing.experiments.frequentist import t_test
from kindred.pricing.experiments.reading import ALPHA, ENOUGH_ORDERS, ENOUGH_TIME, read
from kindred.pricing.experiments.sequential import always_valid
from kindred.pricing.experiments.statistics import Effect as Statistic
from kindred.pricing.experiments.statistics import (
    Moments,
    PairSums,
    difference,
    lift,
    mean,
    proportion,
    ratio,
)
from kindred.pricing.experiments.tallies import ArmTotals
from kindred.pricing.payloads import Arm, Effect, Place, PriceTest

DAYS = 28
TESTS = 1_000

Chance = np.random.Generator


@dataclass(frozen=True)
class Look:
    """What a test shows at the end of a day, and by how much the arm is truly better."""

    control: Moments
    arm: Moments
    orders: int  # of the arm that has fewer
    truth: float


@dataclass(frozen=True)
class Shop:
    """A kind of shop, and how its figure is compared: shares by their lift, money as money."""

    name: str
    looks: Callable[[Chance, float], list[Look]]
    compare: Callable[[Moments, Moments], Statistic | None]


@dataclass(frozen=True)
class FalseAlarms:
    """Shares of tests in which a reading saw a difference where none is."""

    told: float  # the sequence, once there is enough data to tell anything
    sequential: float  # the sequence at any look, from the first day on
    naive: float  # a t-test at any look
    once: float  # a t-test at the last look alone


# Shops -------------------------------------------------------------------------------------


def conversions(chance: Chance, rise: float, *, customers: int, share: float) -> list[Look]:
    """New customers every day, of whom a share buys."""
    sides = [
        np.cumsum(chance.binomial(customers, share * factor, DAYS)) for factor in (1, 1 + rise)
    ]
    return [
        Look(proportion(int(a), n), proportion(int(b), n), int(min(a, b)), rise)
        for a, b, n in zip(*sides, range(customers, customers * (DAYS + 1), customers), strict=True)
    ]


def spending(chance: Chance, rise: float, *, customers: int, spread: float) -> list[Look]:
    """New customers every day; one in ten buys, for very different sums of money."""

    def side(factor: float) -> list[tuple[Moments, int]]:
        buys = chance.random((DAYS, customers)) < 0.1
        money = chance.lognormal(3.0, spread, (DAYS, customers)) * factor * buys
        totals, squares = np.cumsum(money.sum(axis=1)), np.cumsum((money**2).sum(axis=1))
        orders = np.cumsum(buys.sum(axis=1))
        sums = zip(range(1, DAYS + 1), totals, squares, orders, strict=True)
        return [(mean(customers * day, float(x), float(xx)), int(n)) for day, x, xx, n in sums]

    truth = rise * 0.1 * math.exp(3.0 + spread**2 / 2)
    return _looks(side(1), side(1 + rise), [truth] * DAYS)


def returning(chance: Chance, rise: float, *, customers: int) -> list[Look]:
    """The same customers all the time, who buy again and again, some of them often."""

    def side(factor: float) -> list[tuple[Moments, int]]:
        rates = chance.gamma(0.4, 0.1, customers) * factor
        orders = np.cumsum(chance.poisson(rates, (DAYS, customers)), axis=0)
        return [
            (mean(customers, 20.0 * float(day.sum()), 400.0 * float((day**2).sum())), day.sum())
            for day in orders
        ]

    truths = [rise * 0.04 * 20.0 * day for day in range(1, DAYS + 1)]
    return _looks(side(1), side(1 + rise), truths)


def _looks(
    control: list[tuple[Moments, int]], arm: list[tuple[Moments, int]], truths: list[float]
) -> list[Look]:
    return [
        Look(a, b, min(n, m), truth)
        for (a, n), (b, m), truth in zip(control, arm, truths, strict=True)
    ]


SHOPS = (
    Shop("conversion, 300 new customers a day and arm",
         lambda chance, rise: conversions(chance, rise, customers=300, share=0.06), lift),
    Shop("conversion, 30 a day",
         lambda chance, rise: conversions(chance, rise, customers=30, share=0.06), lift),
    Shop("revenue with a heavy tail, 300 a day",
         lambda chance, rise: spending(chance, rise, customers=300, spread=1.5), difference),
    Shop("revenue of 1,000 returning customers",
         lambda chance, rise: returning(chance, rise, customers=1_000), difference),
)  # fmt: skip


# Questions ---------------------------------------------------------------------------------


def false_alarms(shop: Shop, *, tests: int = TESTS, seed: int = 1) -> FalseAlarms:
    """Of tests in which nothing differs."""
    told = sequential = naive = once = 0
    for test in range(tests):
        p_always, p_once, p_told = [1.0], [1.0], [1.0]
        for day, look in enumerate(shop.looks(np.random.default_rng([seed, test]), 0.0), 1):
            effect = shop.compare(look.control, look.arm)
            if effect is not None:
                p_always.append(always_valid(effect).p)
                p_once.append(t_tails(effect.estimate / effect.error, effect.degrees))
                if _is_enough(day, look):
                    p_told.append(p_always[-1])
        told += min(p_told) < ALPHA
        sequential += min(p_always) < ALPHA
        naive += min(p_once) < ALPHA
        once += p_once[-1] < ALPHA
    return FalseAlarms(told / tests, sequential / tests, naive / tests, once / tests)


def found(shop: Shop, rise: float, *, tests: int = TESTS, seed: int = 2) -> dict[str, float]:
    """Of tests in which the arm is better: how often it is seen, when, and how often intervals hold
    the truth: the t-test's at the end, the sequence's at every look that is told."""
    stopped: list[int] = []
    held_once = held_always = 0
    for test in range(tests):
        looks = shop.looks(np.random.default_rng([seed, test]), rise)
        days = [(day, look) for day, look in enumerate(looks, 1) if _is_enough(day, look)]
        effects = [(day, look, shop.compare(look.control, look.arm)) for day, look in days]
        always = [(day, look.truth, always_valid(one)) for day, look, one in effects if one]
        stopped += [day for day, _, one in always if one.low > 0][:1]
        held_always += all(one.low <= truth <= one.high for _, truth, one in always)
        last = shop.compare(looks[-1].control, looks[-1].arm)
        if last is not None:
            end = t_test(last)
            held_once += end.low <= looks[-1].truth <= end.high
    return {
        "found": len(stopped) / tests,
        "median_day": float(np.median(stopped)) if stopped else float("nan"),
        "t_test_held": held_once / tests,
        "sequence_held": held_always / tests,
    }


def _is_enough(day: int, look: Look) -> bool:
    return timedelta(days=day) >= ENOUGH_TIME and look.orders >= ENOUGH_ORDERS


def calibration(*, tests: int = 20_000, seed: int = 3) -> list[tuple[float, float, int]]:
    """Chances told beside how often the arm was better: tests of all sizes, lifts around zero.

    By tenths: the mean chance told, the share that was better, and how many tests it was told of.
    """
    chance = np.random.default_rng(seed)
    told, better = [], []
    for _ in range(tests):
        rise = chance.normal(0, 0.5)  # wide beside what the tests can tell: the flat prior's world
        n = int(chance.integers(2_000, 40_000))
        share = min(0.06 * max(1 + rise, 0.01), 0.5)
        effect = lift(
            proportion(int(chance.binomial(n, 0.06)), n),
            proportion(int(chance.binomial(n, share)), n),
        )
        if effect is not None:
            told.append(believe(effect).chance)
            better.append(rise > 0)
    tenth = np.minimum((np.array(told) * 10).astype(int), 9)
    rows = []
    for part in range(10):
        of_it = tenth == part
        rows.append(
            (float(np.array(told)[of_it].mean()), float(np.array(better)[of_it].mean()),
             int(of_it.sum()))
        )  # fmt: skip
    return rows


def false_stops(*, tests: int = TESTS, seed: int = 4) -> dict[str, float]:
    """Of tests in which nothing differs, by state: how often the stop rule ends them so.

    All that it looks at counts: the split, three guard rails, and who wins.
    """
    states: dict[str, int] = {}
    for test in range(tests):
        chance = np.random.default_rng([seed, test])
        a, b = _orders(chance), _orders(chance)
        for day in range(DAYS):
            state = read(
                _TEST, {"control": a(day), "less": b(day)}, timedelta(days=day + 1)
            ).verdict
            if state.may_stop:
                states[state.state] = states.get(state.state, 0) + 1
                break
    return {state: count / tests for state, count in sorted(states.items())}


_TEST = PriceTest(
    name="A/A",
    source=Place(kind="csv", id="up1"),
    products=("p",),
    arms=(Arm(id="control"), Arm(id="less", effect=Effect(kind="discount", percent=0.0))),
    seed="aa",
    holdout=0.0,
)


def _orders(chance: Chance, customers: int = 600) -> Callable[[int], ArmTotals]:
    """An arm of a shop: new customers every day, one in fifteen buys one or more pieces."""
    seen = np.cumsum(chance.binomial(2 * customers, 0.5, DAYS))
    n = int(seen[-1])
    pieces = (chance.random(n) < 1 / 15) * (1 + chance.poisson(0.3, n))
    back = chance.binomial(pieces, 0.08)
    price = chance.lognormal(8.0, 0.7, n)
    money = pieces * 0.0 + (pieces - back) * price
    sums = {
        name: np.cumsum(values)
        for name, values in {
            "buyers": pieces > 0, "money": money, "money2": money**2, "pieces": pieces,
            "back": back, "pieces2": pieces**2, "back2": back**2, "both": pieces * back,
        }.items()
    }  # fmt: skip

    def at(day: int) -> ArmTotals:
        m = int(seen[day])
        s = {name: float(values[m - 1]) for name, values in sums.items()}
        buyers = int(s["buyers"])
        revenue = mean(m, s["money"], s["money2"])
        pairs = PairSums(m, s["back"], s["pieces"], s["back2"], s["pieces2"], s["both"])
        return ArmTotals(
            "", m, m, buyers, buyers, 0, int(s["money"]), 0.0, proportion(buyers, m), revenue,
            Moments(m, revenue.mean * 0.4, revenue.variance * 0.16), ratio(pairs),
        )  # fmt: skip

    return at


# The command -------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate-price-tests", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--tests", type=int, default=TESTS, help="simulated tests of each kind")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures as JSON")
    asked = parser.parse_args(arguments)
    figures: dict[str, Any] = {"tests": asked.tests, "false_alarms": {}, "found": {}}
    print(f"{asked.tests} tests of each kind, {DAYS} daily looks\n\nNothing differs")
    print(f"{'':45}{'as told':>8}{'sequence':>9}{'t-test daily':>13}{'t-test once':>12}")
    for shop in SHOPS:
        one = false_alarms(shop, tests=asked.tests)
        figures["false_alarms"][shop.name] = vars(one)
        shares = f"{one.told:8.1%}{one.sequential:9.1%}{one.naive:13.1%}{one.once:12.1%}"
        print(f"{shop.name:45}{shares}", flush=True)
    stops = false_stops(tests=asked.tests)
    figures["false_stops"] = stops
    print("stop rule, any reason but too small to matter:", _stops(stops))
    print("\nThe arm is better")
    print(f"{'':45}{'by':>5}{'found':>7}{'day':>5}{'t-test holds':>13}{'sequence holds':>15}")
    for shop in SHOPS:
        for rise in (0.1, 0.25):
            row = found(shop, rise, tests=asked.tests)
            figures["found"][f"{shop.name}, {rise}"] = row
            print(
                f"{shop.name:45}{rise:5.0%}{row['found']:7.0%}{row['median_day']:5.0f}"
                f"{row['t_test_held']:13.1%}{row['sequence_held']:15.1%}",
                flush=True,
            )
    figures["calibration"] = calibration(tests=20 * asked.tests)
    print("\nChance told to be better, and how often it was")
    for told, better, tests in figures["calibration"]:
        print(f"{told:6.1%}{better:8.1%}  ({tests} tests)")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")
    worst = max(one["sequential"] for one in figures["false_alarms"].values())
    return int(worst > ALPHA)


def _stops(stops: dict[str, float]) -> str:
    wrong = sum(share for state, share in stops.items() if state != "no_difference")
    return f"{wrong:.1%} " + str({state: f"{share:.1%}" for state, share in stops.items()})


if __name__ == "__main__":
    sys.exit(main())
