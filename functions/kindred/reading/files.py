"""Reads a merchant's file into the canonical tables, whatever made it.

``read_file`` is a pipeline of small steps, each in a module of its own: bytes to lines
(``decoding``), lines to records (``records``), records to cells (``rawtable``), columns to fields
(``profiles``, ``columns``, ``platforms``, ``shapes``), cells to values (``formats``, ``amounts``,
``orders``), values to tables (``canonical``, ``changes``). No step holds more than a block of the
file in Python's memory.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.errors import KindredError, MappingNeeded, UploadRejected
from kindred.reading.bytes import decoding, dialects, sheets
from kindred.reading.bytes.raw_table import RawTable, load, save
from kindred.reading.bytes.records import write_records
from kindred.reading.columns import headers, sums, unnamed
from kindred.reading.columns.formats import Formats, detect_formats
from kindred.reading.columns.matching import SURE, ColumnMap, map_columns, tell_anything
from kindred.reading.columns.platforms import Platform, apply, recognise
from kindred.reading.columns.profiles import Profile, profile
from kindred.reading.columns.shapes import CUSTOMERS, EVENTS, REVIEWS, fit_mapping, tell_shape
from kindred.reading.limits import Limits
from kindred.reading.rows import judging, rejects
from kindred.reading.rows.plan import IDENTITY, PAID
from kindred.reading.types import Reading, ReadOptions, Taken, Understood
from kindred.reading.values.quoting import quoted
from kindred.spreadsheets import GUARDED

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

SAMPLE_ROWS = 600
PREVIEW_ROWS = 20
MAX_DETECTED = 30_000  # bytes; the contract allows 32 kB


def no_stage(_name: str, _fraction: float) -> None:
    """Nobody listens."""


def read_file(
    path: Path,
    options: ReadOptions,
    out_dir: Path,
    *,
    engine: Backend,
    on_stage: Callable[[str, float], None] = no_stage,
) -> Reading:
    """Read ``path`` into Parquet tables in ``out_dir``.

    Raises :class:`UploadRejected` for what can't be used and :class:`MappingNeeded` for a table
    whose columns aren't clear enough.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    before = path.stat()
    with tempfile.TemporaryDirectory(dir=out_dir, prefix="reading-") as scratch:
        on_stage("reading", 0.0)
        taken = _take_in(path, options, Path(scratch), engine, on_stage)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise UploadRejected(
                "The file changed while it was read.",
                code="file-changed",
                hint="Upload it again when nothing writes to it any more.",
            )
        on_stage("reading", 1.0)
        understood = _understand(taken, options, engine)
        reading = judging.judge(
            taken, understood, options, out_dir, Path(scratch), engine, on_stage
        )
        if not options.keep_rows:
            return reading
        rows = out_dir / "rows.parquet"
        save(taken.raw, engine, rows, left_out=understood.mapping.personal)
        return replace(reading, rows=rows)


def _take_in(
    path: Path,
    options: ReadOptions,
    scratch: Path,
    engine: Backend,
    on_stage: Callable[[str, float], None],
) -> Taken:
    limits = options.limits
    head = decoding.read_head(path, limits)
    spreadsheet = head.startswith(sheets.ZIP)
    if spreadsheet:
        sheets.refuse_archive(path)
        sheets.write_as_csv(path, scratch / "sheet.csv", limits)
        path = scratch / "sheet.csv"
        head = decoding.read_head(path, limits)
    decoding.refuse_binary(head)
    dialect = dialects.detect(decoding.head_text(head), complete=len(head) < decoding.HEAD)
    names = headers.unique_names(dialect.header or [""] * dialect.width)
    if not names:
        raise UploadRejected(
            "The file has no values.", code="empty-file", hint="Export it again, with its rows."
        )
    _refuse_width(names, limits)
    records = write_records(path, dialect, limits, scratch)
    on_stage("reading", 0.6)
    raw = _own_columns(load(records, dialect, names, engine, scratch))
    if not raw.rows and not raw.rejected_by_code:
        raise UploadRejected(
            "The file has a header but no rows.",
            code="no-rows",
            hint="Export it again, with its rows.",
        )
    return Taken(dialect, records, raw, spreadsheet)


def _refuse_width(names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise UploadRejected(
            f"The file has {len(names):,} columns.",
            code="too-many-columns",
            hint=f"The limit is {limits.columns} columns. Leave out what isn't about customers"
            " and orders.",
        )


def _own_columns(raw: RawTable) -> RawTable:
    """A rejects file that comes back corrected, without the columns that we added."""
    lead = len(rejects.REJECT_COLUMNS)
    if raw.names[:lead] != rejects.REJECT_COLUMNS or raw.names[-1] != rejects.REJECT_TEXT:
        return raw
    names = raw.names[lead:-1]
    cells = ", ".join(
        f"CASE WHEN regexp_matches({cell}, {quoted(GUARDED)}) THEN {cell}[2:] ELSE {cell} END"
        f" AS c{i}"
        for i, cell in enumerate(f"c{place}" for place in range(lead, lead + len(names)))
    )
    return replace(
        raw, relation=f"(SELECT line, {cells} FROM {raw.relation})", names=names, lead=lead
    )


def _understand(taken: Taken, options: ReadOptions, engine: Backend) -> Understood:
    raw, dialect = taken.raw, taken.dialect
    has_header = dialect.header_line is not None
    rows = sample_rows(engine, raw)
    profiles = [profile(cells) for cells in zip(*rows, strict=True)]
    mapping = map_columns(raw.names, profiles, has_header=has_header, given=options.column_mapping)
    if not mapping.given and not (has_header and tell_anything(raw.names)):
        mapping = unnamed.tell(mapping, profiles, rows)
    elif has_header:
        mapping = sums.settle(mapping, profiles, rows)
    platform = recognise(raw.names) if has_header else None
    if platform:
        mapping = apply(platform, mapping)
    shape = tell_shape(mapping, profiles)
    mapping = fit_mapping(mapping, shape)
    formats = detect_formats(
        engine,
        raw.relation,
        mapping,
        date_order=options.date_order,
        usual_order=platform.date_order if platform else None,
        base=options.base,
        usual_decimal="," if dialect.delimiter == ";" else ".",
    )
    detected = describe(taken, mapping, formats, shape, platform)
    require(mapping, shape, detected)
    notices = _notices(taken, mapping, formats, profiles)
    return Understood(mapping, shape, formats, profiles, platform, detected, notices)


def sample_rows(engine: Backend, raw: RawTable) -> Sequence[Sequence[str | None]]:
    """Cells of the first rows and of as many spread over the file; a blank row if it has none."""
    step = max(1, raw.rows // SAMPLE_ROWS)
    columns = ", ".join(f"left({c}, 500)" for c in raw.columns)  # patterns needn't see more
    rows = engine.con.execute(
        f"SELECT {columns} FROM {raw.relation} WHERE line <= {SAMPLE_ROWS} OR line % {step} = 0"
        f" ORDER BY line LIMIT {2 * SAMPLE_ROWS}"
    ).fetchall()
    return rows or [[None] * len(raw.names)]


def describe(
    taken: Taken,
    mapping: ColumnMap,
    formats: Formats,
    shape: str,
    platform: Platform | None,
) -> dict[str, Any]:
    """The upload's ``detected``."""
    found = {
        "encoding": taken.records.text.found_encoding,
        "delimiter": taken.dialect.delimiter,
        "quote": taken.dialect.quote,
        "header_row": taken.dialect.header_line,
        "date_order": formats.date_order,
        "decimal": formats.decimal,
        "shape": shape,
        "platform": platform.name if platform else None,
        "columns": [name[:80] for name in mapping.names][:200],
        "left_out": [mapping.names[c][:80] for c in mapping.personal][:50],
        "mapping": mapping.as_detected(),
    }
    if len(json.dumps(found, ensure_ascii=False).encode()) > MAX_DETECTED:
        found["columns"] = []
    return found


def require(mapping: ColumnMap, shape: str, detected: dict[str, Any]) -> None:
    """Raise :class:`MappingNeeded` unless the shape's fields are clear: who, when, how much."""

    def unclear(*roles: str) -> bool:
        found = (mapping.guesses.get(role) for role in roles)
        return not any(guess and guess.confidence >= SURE for guess in found)

    missing = []
    if unclear(*IDENTITY):
        missing.append("who the customer is (customer_id or email)")
    if shape == EVENTS:
        if unclear("event_time", "order_date"):
            missing.append("when it happened (event_time)")
    elif shape == REVIEWS:
        if unclear("review_text", "review_title", "rating"):
            missing.append("what was said (review_text)")
    elif shape == CUSTOMERS:
        if unclear("amount", "orders_count", "last_order", "first_order"):
            missing.append("what they bought (order_date and amount, or totals of each customer)")
    else:
        if unclear("order_date"):
            missing.append("when they ordered (order_date)")
        if unclear("amount", "subtotal", "order_total", "unit_price"):
            missing.append("how much they paid (amount, or unit_price and quantity)")
    if missing:
        raise MappingNeeded(
            f"No column clearly says {', '.join(missing)}.",
            detected=detected,
            hint="Say which column holds each field.",
        )


def _notices(
    taken: Taken, mapping: ColumnMap, formats: Formats, profiles: Sequence[Profile]
) -> list[dict[str, str]]:
    notices = []

    def say(code: str, message: str) -> None:
        notices.append({"code": code, "message": message})

    if taken.dialect.header_line is None:
        say("no-header", "The file has no header row; its columns were told by their values.")
    elif not mapping.given and not tell_anything(mapping.names):
        say("unknown-header", "No column has a known name; the columns were told by their values.")
    if not formats.date_decided:
        words = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
        taken_as = words.get(formats.date_order or "", formats.date_order)
        say(
            "date-order-assumed",
            f"The dates don't show whether day or month comes first; {taken_as} was taken.",
        )
    if formats.decimal_open:
        mark = "comma" if formats.decimal == "," else "point"
        say(
            "decimal-assumed",
            f"Numbers such as {formats.decimal_open[:20]} don't show which mark is the decimal one;"
            f" the {mark} was taken.",
        )
    for role in ("customer_id", "order_id"):
        column = mapping.column(role)
        if column is not None and profiles[column].exponent:
            say(
                "ids-rounded",
                f"{mapping.names[column][:60]} holds numbers such as 4.5E+11, whose digits a"
                " spreadsheet left out; export again and don't save the file in a spreadsheet.",
            )
    for column, other in other_currencies(mapping):
        say(
            "currency-columns",
            f"{mapping.names[column][:60]} was taken; {mapping.names[other][:60]} is the same in"
            " another currency.",
        )
    text = taken.records.text
    if text.is_mixed:
        say(
            "mixed-encodings",
            f"{text.legacy_lines} lines aren't UTF-8 like the rest;"
            " they were read as Windows-1252.",
        )
    if text.nul_bytes:
        say("nul-bytes", f"{text.nul_bytes} NUL bytes were left out.")
    if mapping.personal:
        columns = ", ".join(mapping.names[c][:60] for c in mapping.personal[:10])
        say("personal-data", f"These columns look like secrets and were left out: {columns}.")
    return notices


def other_currencies(mapping: ColumnMap) -> list[tuple[int, int]]:
    """``(column that was taken, column that differs from it in the currency alone)``."""
    taken = {c for role in PAID if (c := mapping.column(role)) is not None}
    named = {c: code for c, name in enumerate(mapping.names) if (code := headers.currency_in(name))}
    return [
        (column, other)
        for column in sorted(taken & named.keys())
        for other in named.keys() - taken
        if named[other] != named[column]
        and headers.without_currency(mapping.names[other])
        == headers.without_currency(mapping.names[column])
    ]


def peek_header_hash(path: Path, options: ReadOptions) -> str:
    """The header hash of a file from its first bytes, to look up a remembered mapping by.

    Raises :class:`UploadRejected` as :func:`read_file` does for what is no table.
    """
    with tempfile.TemporaryDirectory() as folder:
        head = decoding.read_head(path, options.limits)
        if head.startswith(sheets.ZIP):
            sheets.refuse_archive(path)
            sheets.write_as_csv(path, Path(folder) / "sheet.csv", options.limits)
            head = decoding.read_head(Path(folder) / "sheet.csv", options.limits)
    decoding.refuse_binary(head)
    dialect = dialects.detect(decoding.head_text(head), complete=len(head) < decoding.HEAD)
    names = headers.unique_names(dialect.header or [""] * dialect.width)
    lead = len(rejects.REJECT_COLUMNS)
    ours = names[:lead] == rejects.REJECT_COLUMNS and names[-1:] == (rejects.REJECT_TEXT,)
    return headers.header_hash(names[lead:-1] if ours else names)


def preview_head(head: bytes, options: ReadOptions, *, file_name: str = "") -> dict[str, Any]:
    """The first rows as they would be read, from the first bytes of a file.

    ``{columns, rows, detected, report, notices, errors, error}``: ``errors`` are the first rejected
    rows, ``error`` is what stands in the way of reading (also an unclear mapping), or None.
    """
    from kindred.engine import open_engine

    found: dict[str, Any] = {
        "file_name": file_name,
        "columns": [],
        "rows": [],
        "detected": None,
        "report": None,
        "notices": [],
        "errors": [],
        "error": None,
    }
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        scratch = Path(folder)
        path = scratch / "head"
        path.write_bytes(_whole_lines(head))
        try:
            taken = _take_in(path, options, scratch, engine, no_stage)
            found["columns"] = list(taken.raw.names)
            found["rows"] = _first_rows(engine, taken.raw)
            understood = _understand(taken, options, engine)
            found["detected"], found["notices"] = understood.detected, understood.notices
            reading = judging.judge(taken, understood, options, scratch, scratch, engine, no_stage)
            found["report"], found["notices"] = reading.report, reading.notices
            found["errors"] = _first_errors(reading.rejects)
        except MappingNeeded as err:
            found["detected"], found["error"] = err.detected, err.as_dict()
        except KindredError as err:
            found["error"] = err.as_dict()
    return found


def _whole_lines(head: bytes) -> bytes:
    """The head without its last, cut line; gzip unpacked as far as it goes."""
    if head.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
        try:
            head = unpacker.decompress(head, 4 << 20)
        except zlib.error:
            return head
    if head.startswith(sheets.ZIP) or len(head) < 1 << 16:
        return head
    encoding, _ = decoding.detect_encoding(head)
    end = "\n".encode(encoding)
    at = head.rfind(end)
    return head[: at + len(end)] if at > 0 else head


def _first_rows(engine: Backend, raw: RawTable) -> list[list[str | None]]:
    rows = engine.con.execute(
        f"SELECT {', '.join(raw.columns)} FROM {raw.relation} ORDER BY line LIMIT {PREVIEW_ROWS}"
    ).fetchall()
    return [[cell[:300] if cell else cell for cell in row] for row in rows]


def _first_errors(rejects: Path | None) -> list[dict[str, Any]]:
    import csv

    if rejects is None:
        return []
    with rejects.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [
            {"line": int(row[0]), "code": row[1], "reason": row[2]}
            for row, _ in zip(rows, range(PREVIEW_ROWS), strict=False)
        ]
