"""`from kindred import segment_file`: a file segmented from a program of the merchant's own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.command import results
from kindred.command.running import ML_SERVICE
from kindred.pipeline import plain_file
from kindred.pipeline.configuration import configure, read_settings
from kindred.texts.local import local_service

if TYPE_CHECKING:
    import pandas as pd

    from kindred.segments.segmentation import Segment


@dataclass(frozen=True)
class SegmentedFile:
    """What is known of a file's customers; every field as in the output of `scripts/segment`.

    ``customers`` is a data frame with a row for each, best first within a segment: `segment` is
    the name of theirs, ``rule_…`` what the rule book says.
    """

    report: Mapping[str, Any]
    detected: Mapping[str, Any]
    notices: tuple[Mapping[str, str], ...]
    totals: Mapping[str, Any]
    as_of: str
    choice: Mapping[str, Any]
    segments: tuple[Segment, ...]
    charts: Mapping[str, Any]
    customers: pd.DataFrame


def segment_file(
    path: str | Path, *, configuration: str | Path | None = None, **settings: Any
) -> SegmentedFile:
    """Segment the customers in a file of orders, on this machine.

    ``configuration`` is a TOML or JSON file; ``settings`` are the same by name (``mapping``,
    ``currency``, ``rules``, …: see docs/segments.md) and come before it. Texts are scored where
    the text service is installed. Raises `KindredError`: `MappingNeeded` where a column has to be
    named, `UploadRejected` for a file that can't be used, `InvalidInput` for a setting.
    """
    import pyarrow.parquet as pq

    given = read_settings(Path(configuration)) if configuration is not None else {}
    with tempfile.TemporaryDirectory(prefix="kindred-") as folder:
        reading, result = plain_file.segment_file(
            Path(path),
            configuration=configure({**given, **settings}),
            folder=Path(folder),
            scoring=lambda: local_service(ML_SERVICE),
        )
        assert result is not None  # nothing asked to stop after reading
        customers = pq.read_table(result.customers).to_pandas()
    names = {segment.segment_key: segment.name for segment in result.segments}
    return SegmentedFile(
        report=reading.report,
        detected=reading.detected,
        notices=tuple(results.notices(reading, result)),
        totals=result.totals,
        as_of=result.as_of,
        choice=result.choice,
        segments=result.segments,
        charts=result.charts,
        customers=customers.assign(segment=customers.segment_key.map(names)),
    )
