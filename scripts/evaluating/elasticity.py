"""Learn from an order file what prices do to demand; or measure how well that is learned.

    scripts/evaluate-elasticity FILE [--json OUT]
    scripts/evaluate-elasticity --simulate [--seeds N ...] [--hostile] [--json OUT]

`--simulate` makes shops whose elasticities are known and prints, world by world, the mean absolute
error and how often 90 % intervals held the truth: of ours, of a naive regression of log pieces on
log price, and of one with trend, season and promotion as controls. `sure` is the share of figures
whose verdict is `identified`, and how often those intervals held. `--hostile` adds worlds in which
what the estimate rests on isn't so.

Exit status 0 done, 2 the file can't be used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from kindred.engine import open_engine
from kindred.errors import InvalidInput, KindredError
from kindred.pricing.elasticity.estimates import Learnt, learn
from kindred.pricing.elasticity.panel import EVERYBODY, Panel, weekly_panel
from kindred.reading.files import read_file
from kindred.reading.types import ReadOptions

if TYPE_CHECKING:
    from evaluating.priced_shops import PricedShop, World

#: The documents have their figures; they were drawn after the last change of the estimate.
SEEDS = (501, 502, 503)
Z90 = 1.6449
#: The truth, a value, its interval, and whether it was called identified.
Row = tuple[float, float, float, float, bool]
YEAR = 365.2425 / 7


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate-elasticity", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, nargs="?", help="any order file Kindred can read")
    parser.add_argument("--simulate", action="store_true", help="made-up shops, truth known")
    parser.add_argument("--hostile", action="store_true", help="with worlds that break promises")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures as JSON")
    asked = parser.parse_args(arguments)
    if bool(asked.file) == asked.simulate:
        parser.error("give a FILE, or --simulate")
    try:
        found = simulated(asked.seeds, asked.hostile) if asked.simulate else of_file(asked.file)
    except (KindredError, OSError) as err:
        print(f"{asked.file}: {err} {getattr(err, 'hint', '')}".strip(), file=sys.stderr)
        return 2
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


# A file -----------------------------------------------------------------------------------


def of_file(path: Path) -> dict[str, Any]:
    """Read, learn, and print a line for each product."""
    options = ReadOptions(keep_equal_rows=True)  # a day's equal orders are orders all the same
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        tables = read_file(path, options, Path(folder), engine=engine).tables
        if tables.orders is None:
            raise InvalidInput("This file has no orders, only totals per customer.")
        panel = weekly_panel(engine, engine.read(tables.orders), None)
    if not panel.weeks or not len(panel.products):
        raise InvalidInput("This file has no whole week in which products were sold for money.")
    learnt = learn(panel)
    print(as_table(learnt))
    return as_figures(learnt)


def as_figures(learnt: Learnt) -> dict[str, Any]:
    pooled = learnt.pooled
    return {
        "products": [
            {
                "product_id": product_id,
                "elasticity": one.elasticity,
                "low": one.low,
                "high": one.high,
                "verdict": one.verdict,
                "why": one.why,
                "n": one.n_orders,
                "weeks": one.n_weeks,
                "needed": None if one.needed is None else vars(one.needed),
            }
            for product_id, one in _everybody(learnt)
        ],
        "pooled": vars(pooled),
    }


def as_table(learnt: Learnt) -> str:
    lines = [f"{'product':<24}{'orders':>8}{'weeks':>6}{'elasticity':>11}  {'90 % interval':<16}"]
    for product_id, one in _everybody(learnt):
        told = f"{product_id[:23]:<24}{one.n_orders:>8,}{one.n_weeks:>6}"
        if one.elasticity is None:
            told += f"{'':>11}  {'':<16}"
        else:
            told += f"{one.elasticity:>11.2f}  {f'{one.low:.2f} … {one.high:.2f}':<16}"
        needed = f"; a test of {one.needed.orders:,} orders tells" if one.needed else ""
        lines.append(f"{told}{one.verdict}{f' ({one.why})' if one.why else ''}{needed}")
    pooled = learnt.pooled
    if pooled.elasticity is not None:
        lines.append(
            f"\nAll: {pooled.elasticity:.2f} ({pooled.low:.2f} … {pooled.high:.2f}), from"
            f" {pooled.products} products and {pooled.weeks} weeks; products differ by"
            f" {pooled.spread:.2f} (standard deviation)."
        )
    return "\n".join(lines)


def _everybody(learnt: Learnt) -> Iterable[tuple[str, Any]]:
    return ((product_id, found[EVERYBODY]) for product_id, found in learnt.products.items())


# Made-up shops ----------------------------------------------------------------------------


def simulated(seeds: list[int], hostile: bool) -> dict[str, Any]:
    """A table of worlds; figures are over all products of all seeds."""
    from evaluating.priced_shops import HOSTILE, WORLDS

    worlds = WORLDS + (HOSTILE if hostile else ())
    told, plain = (
        f"{'error':>7}{'held':>7}{'given':>6}{'sure':>6}{'held':>7} ",
        f"{'error':>7}{'held':>7} ",
    )
    print(f"{'':22}{'ours':^34}{'by segment':^34}{'naive':^15}{'controls':^15}")
    print(f"{'world':22}{told * 2}{plain * 2}")
    found: dict[str, Any] = {}
    for world in worlds:
        found[world.name] = measure_world(world, seeds)
        print(_line(world.name, found[world.name]), flush=True)
    return found


def _line(name: str, one: dict[str, Any]) -> str:
    told = f"{name:22}"
    for way in ("ours", "cells", "naive", "controls"):
        figures = one[way]
        told += f"{figures['error']:>7.3f}{figures['held']:>7.1%}"
        if way in ("ours", "cells"):
            told += f"{figures['given']:>6.0%}{figures['sure']:>6.0%}{figures['sure_held']:>7.1%}"
        told += " "
    return told.rstrip()


def measure_world(world: World, seeds: list[int]) -> dict[str, Any]:
    rows: dict[str, list[Row]] = {}
    for seed in seeds:
        from evaluating.priced_shops import simulate

        shop = simulate(world, seed)
        with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
            orders, segments = engine.keep("o", shop.orders), engine.keep("s", shop.segments)
            panel = weekly_panel(engine, orders, segments)
        for way, found in _ways(shop, panel).items():
            rows.setdefault(way, []).extend(found)
    return {way: _figures(found) for way, found in rows.items()}


def _ways(shop: PricedShop, panel: Panel) -> dict[str, list[Row]]:
    """By way of estimating; NaN where a way gives no figure.

    The naive ways are judged where ours gives a figure, so that all are about the same products.
    """
    learnt = learn(panel)
    truth = dict(zip(shop.products["product_id"], shop.products["elasticity"], strict=True))
    cells = {(p, s): e for p, s, e in shop.cells.itertuples(index=False)}
    found: dict[str, list[Row]] = {
        "ours": [], "naive": [], "controls": [], "cells": [],
    }  # fmt: skip
    for product_id, estimates in learnt.products.items():
        for key, one in estimates.items():
            way = "ours" if key == EVERYBODY else "cells"
            true = truth[product_id] if key == EVERYBODY else cells[product_id, key]
            known = _or_nan(one.elasticity, one.low, one.high)
            found[way].append((true, *known, one.verdict == "identified"))
        if estimates[EVERYBODY].elasticity is None:
            continue
        rows = panel.products[panel.products["product_id"] == product_id]
        for way in ("naive", "controls"):
            found[way].append((truth[product_id], *plain(rows, controls=way == "controls"), True))
    return found


def plain(rows: Any, *, controls: bool) -> tuple[float, float, float]:
    """Least squares of one product's log pieces on its log price, with the usual 90 % interval."""
    week = rows["week"].to_numpy(float)
    columns = [np.log(rows["price"].to_numpy(float)), np.ones(len(rows))]
    if controls:
        angle = 2 * np.pi * week / YEAR
        columns += [week / YEAR, np.sin(angle), np.cos(angle), rows["promoted"].to_numpy(float)]
    design, target = np.column_stack(columns), np.log(rows["pieces"].to_numpy(float))
    inverse = np.linalg.pinv(design.T @ design)
    fitted = inverse @ design.T @ target
    rest = target - design @ fitted
    error = (float(rest @ rest) / max(len(rows) - len(columns), 1) * inverse[0, 0]) ** 0.5
    return fitted[0], fitted[0] - Z90 * error, fitted[0] + Z90 * error


def _or_nan(*values: float | None) -> tuple[float, float, float]:
    value, low, high = (float("nan") if one is None else one for one in values)
    return value, low, high


def _figures(rows: list[Row]) -> dict[str, float]:
    true, value, low, high, is_sure = np.array(rows, dtype=float).reshape(-1, 5).T
    given = ~np.isnan(value)
    off, held = (value - true)[given], ((low <= true) & (true <= high))[given]
    sure = is_sure[given] == 1
    return {
        "error": _mean(np.abs(off)),
        "bias": _mean(off),
        "held": _mean(held),
        "given": _mean(given),
        "sure": _mean(sure),
        "sure_held": _mean(held[sure]),
        "number": len(rows),
    }


def _mean(values: Any) -> float:
    """NaN of nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


if __name__ == "__main__":
    sys.exit(main())
