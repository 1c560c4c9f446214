"""All that a shop has told, in parts, into the canonical tables.

The same parts give the same tables, in whatever files and order they come, and so do the base files
that replace them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.sources.shops.records import TABLES
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine import Engine

#: What the engine keeps until the base files are written, and until the tables are.
_OF_BASE: Final = ("redacted_family", "redacted_keys", "gone")
_OF_TABLES: Final = (
    "aliases_resolved", "guests", "customers_own", "customers_listed", "product_names",
)  # fmt: skip

#: Called with a stage's name and how much of it is done, 0 to 1.
OnStage = Callable[[str, float], None]


@dataclass(frozen=True)
class ShopFacts:
    """What is known of a shop beside its parts.

    ``redacted``: customers of whom nothing may remain, by the platform's id, or a guest's canonical
    one; ``aliases_undone``: merged customers who are themselves again, by the id they had.
    """

    kind: str
    currency: str | None
    zone: str
    redacted: frozenset[str] = frozenset()
    aliases_undone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Merged:
    """The canonical tables of a shop, and what is to be said of them.

    ``report``, ``notices`` and ``detected`` are JSON-able, as `feeders.Feed` has them. ``oldest``
    and ``counts`` are by stream: the oldest moment on the shop's clock, and how many objects there
    are in each year (``undated`` for those without a time). ``compacted``: by table one file that
    takes the place of all its parts.
    """

    tables: Tables
    report: dict[str, Any]
    notices: tuple[dict[str, str], ...]
    detected: dict[str, Any]
    oldest: dict[str, datetime]
    counts: dict[str, dict[str, int]]
    compacted: Mapping[str, Path]


def merge(
    parts: Mapping[str, Sequence[Path]],
    folder: Path,
    *,
    engine: Engine,
    shop: ShopFacts,
    on_stage: OnStage = lambda stage, done: None,
) -> Merged:
    """Make the canonical tables of all parts, below ``folder``.

    ``parts``: by table of `records.TABLES` the files that `parts.write_part` wrote, or an earlier
    merge as ``compacted``. Memory stays within what the engine may take, whatever the shop's size.
    """
    from kindred.sources.shops import canonical, compacting

    folder.mkdir(parents=True, exist_ok=True)
    current = compacting.compact(parts, folder / "base", engine=engine, shop=shop)
    _release([*(f"{name}_latest" for name in TABLES), *_OF_BASE], engine)
    on_stage("checking", 0.5)
    made = canonical.write_tables(current, folder / "tables", engine=engine, currency=shop.currency)
    _release(_OF_TABLES, engine)
    on_stage("checking", 1)
    return Merged(
        tables=made.tables,
        report=made.report,
        notices=made.notices,
        detected={"platform": shop.kind, "currency": made.tables.currency, "zone": shop.zone},
        oldest=made.counts.oldest,
        counts=made.counts.by_year,
        compacted={
            name: current.files[name] for name in TABLES if canonical.has_rows(current.files[name])
        },
    )


def _release(names: Iterable[str], engine: Engine) -> None:
    """Give back the memory of what was kept under ``names``: the same engine goes on to segment."""
    import pandas as pd

    for name in names:
        engine.keep(name, pd.DataFrame({"key": pd.Series(dtype="int64")}))
