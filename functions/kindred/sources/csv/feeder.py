"""The feeder of CSV sources: an uploaded file, read into canonical tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred import jobs, log, settings
from kindred.errors import InvalidInput, SourceGone, UploadRejected
from kindred.sources import store as sources_store
from kindred.sources.csv import store
from kindred.sources.document import SourceDocument
from kindred.sources.feeders import Feed, Progress
from kindred.sources.older_tables import complete
from kindred.sources.payloads import SourceOptions

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB
    from kindred.reading.types import Reading, ReadOptions
    from kindred.tables import Tables

_READING_OPTIONS: Final = {"duplicate_customers", "date_order", "currency", "rates"}
_REMEMBERED: Final = {
    "code": "mapping-remembered",
    "message": "Columns were taken as you said for an earlier file with the same headers.",
}


class CsvFeeder:
    """Reads the raw file of an upload; see `feeders.Feeder`."""

    def tables_key(self, claim: jobs.Claim) -> str:
        return tables_key(store.parse_upload(claim.source, claim.document))

    def can_feed(self, document: SourceDocument) -> bool:
        return store.raw_file_exists(document.source, str(document.file_name))

    def feed(self, claim: jobs.Claim, folder: Path, *, engine: DuckDB, on_stage: Progress) -> Feed:
        upload = store.parse_upload(claim.source, claim.document)
        raw, sha256 = store.download_raw_file(upload.source, upload.file_name, folder)
        on_stage("reading", 0.1)
        reading = read(upload, raw, folder, engine=engine, on_stage=on_stage)
        raw.unlink()  # the folder is memory
        return Feed(
            tables=reading.tables,
            report=reading.report,
            detected=reading.detected,
            notices=tuple(reading.notices),
            rejects=reading.rejects,
            rows=reading.rows,
            file_hash=sha256,
            same_as=store.find_same_file(upload.source, sha256),
        )


def tables_key(upload: store.Upload) -> str:
    """What the canonical tables depend on, the raw file apart (that is written once).

    As long as it is unchanged, stored tables needn't be read again.
    """
    options = upload.options.model_dump(mode="json", include=_READING_OPTIONS)
    based_on = upload.based_on.model_dump() if upload.based_on else None
    parts = [upload.file_name, upload.column_mapping, options, based_on]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load_base(upload: store.Upload, folder: Path, *, engine: DuckDB) -> Tables | None:
    """The tables of the version that an upload builds on; None where it builds on none.

    A file that replaces an earlier one stands alone if that one is gone; one that adds to it can't:
    `UploadRejected` ``base-missing``.
    """
    if upload.based_on is None or upload.base is None:
        return None
    stored = None
    if upload.base != upload.source:
        try:
            run = sources_store.load(upload.base).tables_run
        except SourceGone:
            run = None
        if run:
            stored = sources_store.load_reading(upload.base, run, folder, of_any_schema=True)
    if stored is None and upload.based_on.mode == "append":
        raise UploadRejected(
            "The upload that this file adds to has no rows (any more).",
            code="base-missing",
            hint="Wait until it is ready and generate again, or upload the whole file.",
        )
    return complete(stored[0], folder / "complete", engine=engine) if stored else None


def read(
    upload: store.Upload, raw: Path, folder: Path, *, engine: DuckDB, on_stage: Progress
) -> Reading:
    """Read an upload's raw file into canonical tables below ``folder``.

    With the merchant's own mapping, else the one remembered for the same headers, else by what is
    found. A mapping that was given and worked is remembered.
    """
    from kindred.reading.files import peek_header_hash, read_file

    tables = folder / "tables"
    options = replace(
        reading_options(upload.options, upload.column_mapping),
        base=load_base(upload, folder / "base", engine=engine),
        append=upload.based_on is not None and upload.based_on.mode == "append",
        keep_rows=True,
    )
    uid = upload.source.uid
    if upload.column_mapping:
        reading = read_file(raw, options, tables, engine=engine, on_stage=on_stage)
        store.remember_mapping(uid, reading.header_hash, upload.column_mapping, at=jobs.utc_now())
        return reading
    remembered = store.recall_mapping(uid, peek_header_hash(raw, options))
    if remembered:
        try:
            reading = read_file(
                raw,
                replace(options, column_mapping=remembered),
                tables,
                engine=engine,
                on_stage=on_stage,
            )
        except InvalidInput as err:
            log.event("remembered_mapping_unfit", code=err.code)
        else:
            reading.notices.append(_REMEMBERED)
            return reading
    return read_file(raw, options, tables, engine=engine, on_stage=on_stage)


def reading_options(
    options: SourceOptions, column_mapping: Mapping[str, str | list[str]] | None
) -> ReadOptions:
    """What of an upload's options is about reading."""
    from kindred.reading.limits import Limits
    from kindred.reading.types import ReadOptions

    return ReadOptions(
        column_mapping=column_mapping,
        duplicate_customers=options.duplicate_customers,
        date_order=options.date_order,
        currency=options.currency,
        rates=options.rates,
        limits=Limits(file_bytes=settings.MAX_FILE_BYTES),
    )


def read_plain_file(
    path: Path,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: SourceOptions,
    folder: Path,
    *,
    engine: DuckDB,
    on_stage: Progress,
) -> Reading:
    """Read a file of this machine as an upload would be read."""
    from kindred.reading.files import read_file

    chosen = reading_options(options, column_mapping)
    return read_file(path, chosen, folder / "tables", engine=engine, on_stage=on_stage)
