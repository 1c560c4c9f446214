"""`scripts/make-samples`: write every sample file into a folder."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from launcher.checkout import ROOT, say

from sampling.files import dirty_file, events_file, orders_file, template_file, truth_file
from sampling.shop import make_shop

SEED = 20260101


def make_samples() -> dict[str, bytes]:
    """Every sample file by its name; always the same bytes."""
    customers, lines = make_shop(SEED, 5000)
    _, few_lines = make_shop(SEED + 1, 120)
    return {
        "fashion-shop.csv": orders_file(lines),
        "fashion-shop-truth.csv": truth_file(customers),
        "fashion-shop-dirty.csv": dirty_file(lines, SEED + 2),
        "tiny.csv": orders_file(few_lines),
        "events.csv": events_file(SEED + 3, 900),
        "template.csv": template_file(),
    }


def main(arguments: Sequence[str]) -> int:
    """Write the files; exit status 0."""
    parser = argparse.ArgumentParser(prog="scripts/make-samples", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make_samples().items():
        (folder / name).write_bytes(content)
        say(f"{name}: {len(content):,} bytes")
    return 0
