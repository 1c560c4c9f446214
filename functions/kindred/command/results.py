"""What a run without Firebase leaves: JSON with everything, the rule book alone, or tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kindred import settings
from kindred.command import json_rows
from kindred.customers import pages
from kindred.engine import open_engine
from kindred.reading.rows.canonical import customer_totals

if TYPE_CHECKING:
    from kindred.reading.types import Reading
    from kindred.segments.segmentation import Segmentation

FORMATS: Final = ("full", "rules")


def write_full(
    target: IO[str], made_from: str, reading: Reading, result: Segmentation | None, folder: Path
) -> None:
    """``{made_from, report, detected, notices, totals, segments, charts, customers}``.

    Customers stream, some thousand at a time.
    """
    head: dict[str, Any] = {
        "made_from": made_from,
        "report": reading.report,
        "detected": reading.detected,
        "notices": notices(reading, result),
        "totals": reading.totals if result is None else result.totals,
    }
    if result is not None:
        head["as_of"] = result.as_of
        head["choice"] = result.choice
        head["segments"] = [asdict(segment) for segment in result.segments]
        head["charts"] = result.charts
    target.write(as_json(head)[:-1] + ',"customers":')
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        if result is None:
            _write_list(target, customer_totals(engine, reading.tables))
        else:
            names = {segment.segment_key: segment.name for segment in result.segments}
            json_rows.write_customers(target, engine, result.customers, names)
    target.write("}\n")


def write_rules(target: IO[str], result: Segmentation, folder: Path) -> None:
    """``[{customer_id, segmentation: {purchase_frequency, spending, category, …}}]``."""
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        json_rows.write_rules(target, engine, result.customers)
    target.write("\n")


def _write_list(target: IO[str], rows: Iterator[dict[str, Any]]) -> None:
    target.write("[")
    separator = ""
    for row in rows:
        target.write(separator + as_json(row))
        separator = ",\n"
    target.write("]")


def notices(reading: Reading, result: Segmentation | None) -> list[Mapping[str, str]]:
    return [*reading.notices, *(result.notices if result else ())]


def as_json(value: Any) -> str:
    return json.dumps(_exact(value), ensure_ascii=False, allow_nan=False)


def _exact(value: Any) -> Any:
    """Like `pages.plain`, but shares keep every digit."""
    if isinstance(value, Mapping):
        return {
            str(key): item if key in ("share", "revenue_share") else _exact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return pages.plain(value)


def print_tables(reading: Reading, result: Segmentation | None) -> None:
    report, totals = reading.report, reading.totals
    print(
        f"{report['rows_read']:,} rows read, {report['rows_accepted']:,} accepted, "
        f"{report['rows_rejected']:,} rejected; {totals['customers']:,} customers, "
        f"{totals['orders']:,} orders, net {totals['net']:,} {totals['currency'] or ''}"
    )
    for notice in notices(reading, result):
        print(f"note: {notice['message']}")
    if result is None:
        return
    for segment in result.segments:
        print(
            f"\n{segment.name}  ({segment.customer_count:,} customers, {segment.share:.1%}; "
            f"{segment.revenue_share:.1%} of revenue)"
        )
        for reason in segment.reasons:
            print(f"  - {reason.text}")
