# ruff: noqa: E501
"""Reads a merchant's file into the canonical tables, whatever made it.

``read_file`` is a pipeline of small steps, each in a module of its own: bytes to lines
(``decoding``), lines to records (``records``), records to cells (``rawtable``), columns to fields
(``profiles``, ``columns``), cells to values (``formats``, ``orders``), values to tables
(``canonical``). No step holds more than a block of the file in Python's memory.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.errors import MappingNeeded, UploadRejected
from kindred.tables import Tables
from kindred.uploads import canonical, decoding, dialects, headers, orders
from kindred.uploads.columns import SURE, ColumnMap, map_columns
from kindred.uploads.formats import Formats, detect_formats
from kindred.uploads.limits import Limits
from kindred.uploads.profiles import Profile, profile
from kindred.uploads.rawtable import RawTable, load
from kindred.uploads.records import Records, write_records

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class ReadOptions:
    """What a merchant may decide about reading: the keys of an upload's ``options``."""

    column_mapping: Mapping[str, str | Sequence[str]] | None = None
    duplicate_customers: str = "merge"  # merge | keep_last | reject
    date_order: str = "auto"  # auto | dmy | mdy | ymd
    currency: str | None = None
    keep_equal_rows: bool = False  # else rows that are equal in every cell count once
    rates: Mapping[str, str] | None = None  # currency -> rate into `currency`, decimal strings
    base: Tables | None = None  # append: the earlier version's tables
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Reading:
    """A file as canonical tables, and all that is to be said about it."""

    tables: Tables
    report: dict[str, Any]
    detected: dict[str, Any]
    notices: list[dict[str, str]]
    rejects: Path | None
    totals: dict[str, Any]
    header_hash: str


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
        head = decoding.read_head(path, options.limits)
        decoding.refuse_binary(head)
        dialect = dialects.detect(decoding.head_text(head), complete=len(head) < decoding.HEAD)
        names = headers.unique_names(dialect.header or [""] * dialect.width)
        refuse_width(names, options.limits)
        records = write_records(path, dialect, options.limits, Path(scratch))
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise UploadRejected(
                "The file changed while it was read.",
                code="file-changed",
                hint="Upload it again when nothing writes to it any more.",
            )
        on_stage("reading", 0.5)
        raw = load(records, dialect, names, engine, Path(scratch))
        on_stage("reading", 1.0)
        return _Reader(path, options, out_dir, Path(scratch), engine, on_stage).read(
            dialect, records, raw
        )


def refuse_width(names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise UploadRejected(
            f"The file has {len(names):,} columns.",
            code="too-many-columns",
            hint=f"The limit is {limits.columns} columns. Leave out what isn't about customers"
            " and orders.",
        )


@dataclass
class _Reader:
    path: Path
    options: ReadOptions
    out_dir: Path
    scratch: Path
    engine: Backend
    on_stage: Callable[[str, float], None]

    def read(self, dialect: dialects.Dialect, records: Records, raw: RawTable) -> Reading:
        if not raw.rows and not sum(raw.rejected_by_code.values()):
            raise UploadRejected(
                "The file has a header but no rows.",
                code="no-rows",
                hint="Export it again, with its rows.",
            )
        profiles = sample_profiles(self.engine, raw)
        mapping = map_columns(
            raw.names,
            profiles,
            has_header=dialect.header_line is not None,
            given=self.options.column_mapping,
        )
        formats = detect_formats(
            self.engine,
            raw.relation,
            mapping,
            date_order=self.options.date_order,
            delimiter=dialect.delimiter,
        )
        detected = describe(dialect, records, mapping, formats)
        require(mapping, detected)
        return self._orders(dialect, records, raw, profiles, mapping, formats, detected)

    def _orders(
        self,
        dialect: dialects.Dialect,
        records: Records,
        raw: RawTable,
        profiles: Sequence[Profile],
        mapping: ColumnMap,
        formats: Formats,
        detected: dict[str, Any],
    ) -> Reading:
        engine = self.engine
        currency = self.options.currency or header_currency(mapping)
        plan = orders.Plan(
            mapping=mapping,
            formats=formats,
            goods=goods_sql(mapping),
            limits=self.options.limits,
            currency=currency,
            attributes=tuple(
                i
                for i in range(len(raw.names))
                if i not in mapping.used() and i not in mapping.personal
            )[:30],
        )
        typed = self.scratch / "typed.parquet"
        orders.write_typed(plan, raw.relation, engine, typed)
        self.on_stage("checking", 0.5)
        rows = f"read_parquet('{typed}')"
        good = f"(SELECT *, CASE WHEN is_refunded THEN amount END AS refunded_now FROM {rows} WHERE code IS NULL)"
        duplicates = canonical.one(
            engine,
            f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM {good} GROUP BY h1, h2 HAVING n > 1)",
        )[0]
        if duplicates and not self.options.keep_equal_rows:
            good = (
                f"(SELECT * FROM {good} WHERE line NOT IN (SELECT unnest(lines[2:]) FROM"
                f" (SELECT list(line ORDER BY line) AS lines FROM {rows} WHERE code IS NULL GROUP BY h1, h2 HAVING count(*) > 1)))"
            )
        out = self.out_dir / "orders.parquet"
        canonical.write_orders(engine, good, out)
        customers = self.out_dir / "customers.parquet"
        canonical.write_customers(engine, good, customers, keep_last=False)
        self.on_stage("checking", 0.9)
        totals = canonical.order_totals(engine, out, currency)
        rejects = self.out_dir / "rejects.csv"
        by_code: Counter[str] = canonical.write_rejects(engine, raw, rows, rejects)
        rejected = sum(by_code.values())
        read = raw.rows + sum(raw.rejected_by_code.values())
        anonymous = canonical.one(
            engine,
            f"SELECT count(*), count(DISTINCT order_id), sum(amount) FROM read_parquet('{out}') WHERE customer_id IS NULL",
        )
        counts = canonical.one(
            engine,
            f"""SELECT count(*) FILTER (customer_id IS NULL),
                count(*) FILTER (is_cancelled OR (is_negative AND regexp_matches(order_id, '^[Cc][0-9]'))),
                count(*) FILTER ((is_negative AND NOT regexp_matches(order_id, '^[Cc][0-9]') OR is_refunded) AND NOT is_cancelled)
            FROM {rows} WHERE code IS NULL""",
        )
        report = {
            "rows_read": read,
            "rows_accepted": read - rejected,
            "rows_rejected": rejected,
            "rejected_by_code": dict(sorted(by_code.items())),
            "rows_without_customer": int(counts[0]),
            "rows_cancelled": int(counts[1]),
            "rows_refunded": int(counts[2]),
            "duplicate_rows": int(duplicates),
            "duplicates_merged": 0,
            "first_order": totals["first_order"],
            "last_order": totals["last_order"],
            "currency": currency,
            "shape": "order lines",
            "without_customer": {
                "rows": int(anonymous[0]),
                "orders": int(anonymous[1]),
                "net": canonical.money(anonymous[2], currency),
            },
        }
        if not totals["customers"]:
            raise UploadRejected(
                "No row could be used.", code="no-usable-rows", hint="The rejected rows say why."
            )
        self.on_stage("checking", 1.0)
        return Reading(
            tables=Tables(customers=customers, orders=out, currency=currency),
            report=report,
            detected=detected,
            notices=[],
            rejects=rejects if rejects.exists() else None,
            totals=totals,
            header_hash=header_hash(raw.names),
        )


def sample_profiles(engine: Backend, raw: RawTable) -> list[Profile]:
    """Profiles of all columns, from the first rows and as many spread over the file."""
    step = max(1, raw.rows // SAMPLE_ROWS)
    columns = ", ".join(raw.columns)
    rows = engine.con.execute(
        f"SELECT {columns} FROM {raw.relation} WHERE line <= {SAMPLE_ROWS} OR line % {step} = 0"
        f" ORDER BY line LIMIT {2 * SAMPLE_ROWS}"
    ).fetchall()
    if not rows:
        return [profile([]) for _ in raw.names]
    return [profile(cells) for cells in zip(*rows, strict=True)]


def goods_sql(mapping: ColumnMap) -> str:
    if mapping.has("amount"):
        return "v_amount"
    if mapping.has("quantity", "unit_price"):
        return "CAST(CAST(v_quantity AS DECIMAL(18, 4)) * CAST(v_unit_price AS DECIMAL(18, 4)) AS DECIMAL(20, 4))"
    return "v_unit_price"


def header_currency(mapping: ColumnMap) -> str | None:
    for role in ("amount", "unit_price"):
        column = mapping.column(role)
        if column is not None:
            found = headers.currency_in(mapping.names[column])
            if found:
                return found
    return None


def describe(
    dialect: dialects.Dialect, records: Records, mapping: ColumnMap, formats: Formats
) -> dict[str, Any]:
    """The upload's ``detected``."""
    return {
        "encoding": records.text.found_encoding,
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "header_row": dialect.header_line,
        "date_order": formats.date_order,
        "decimal": formats.decimal,
        "mapping": mapping.as_detected(),
    }


def require(mapping: ColumnMap, detected: dict[str, Any]) -> None:
    """Raise :class:`MappingNeeded` unless who, when and how much are clear."""
    missing = []
    if not any(_sure(mapping, role) for role in orders.IDENTITY):
        missing.append("who the customer is (customer_id or email)")
    if not _sure(mapping, "order_date"):
        missing.append("when (order_date)")
    if not _sure(mapping, "amount") and not _sure(mapping, "unit_price"):
        missing.append("how much (amount, or unit_price and quantity)")
    if missing:
        raise MappingNeeded(
            f"No column clearly says {', '.join(missing)}.",
            detected=detected,
            hint="Say which column holds each field.",
        )


def _sure(mapping: ColumnMap, role: str) -> bool:
    guess = mapping.guesses.get(role)
    return guess is not None and guess.confidence >= SURE


def header_hash(names: Sequence[str]) -> str:
    """The same for files with the same headers in the same order, however they are spelt."""
    text = "\n".join(headers.key(name) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
