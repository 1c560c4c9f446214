"""The engine without Firebase: a file of this machine in, its segments out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kindred import settings
from kindred.engine import open_engine
from kindred.pipeline.flow import segment
from kindred.segments.rules.custom_rules import add_dimensions
from kindred.segments.segmentation import default_as_of
from kindred.sources.csv.feeder import read_plain_file
from kindred.sources.feeders import Progress
from kindred.texts import service as texts_service

if TYPE_CHECKING:
    from kindred.pipeline.configuration import Configuration
    from kindred.reading.types import Reading
    from kindred.segments.segmentation import Segmentation
    from kindred.texts.client import ScoringClient


def segment_file(
    path: Path,
    *,
    configuration: Configuration,
    read_only: bool = False,
    folder: Path,
    scoring: Callable[[], AbstractContextManager[ScoringClient | None]] | None = None,
    on_stage: Progress = lambda stage, fraction: None,
) -> tuple[Reading, Segmentation | None]:
    """Read a plain file, and unless ``read_only`` segment it.

    ``scoring`` starts what scores texts; without it, segments rest on behaviour alone. Raises
    `UploadRejected` or `MappingNeeded` for a file that can't be used. What is made lies in
    ``folder``.
    """
    dimensions = configuration.dimensions()
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        reading = read_plain_file(
            path,
            configuration.mapping,
            configuration,
            folder,
            engine=engine,
            on_stage=on_stage,
        )
        if read_only:
            return reading, None
        scored = texts_service.Scored(None, None)
        if reading.tables.texts is not None:
            with scoring() if scoring else nullcontext() as client:
                scored = texts_service.score_texts(
                    reading.tables,
                    folder / "texts",
                    engine=engine,
                    client=client,
                    scores=None,
                    as_of=configuration.as_of or default_as_of(reading.totals["last_order"]),
                    on_stage=on_stage,
                )
        result = segment(
            reading.tables,
            configuration,
            folder,
            engine,
            on_stage,
            customer_texts=scored.customer_texts,
        )
        add_dimensions(
            result.customers,
            dimensions,
            reading.tables,
            as_of=date.fromisoformat(result.as_of),
            engine=engine,
        )
    notices = (*scored.notices, *result.notices)
    return reading, replace(result, notices=notices)
