"""Judges every row, writes the canonical tables, and says what became of the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.errors import UploadRejected
from kindred.reading.columns import headers
from kindred.reading.columns.shapes import ORDER_LINES, ORDERS
from kindred.reading.rows import canonical, versions
from kindred.reading.rows.currency_conversion import convert_currencies
from kindred.reading.rows.equations import equations_of
from kindred.reading.rows.order_layout import with_order_ids
from kindred.reading.rows.people import merge_customers
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.planning import make_plan
from kindred.reading.rows.queries import parquet
from kindred.reading.rows.rejects import write_rejects
from kindred.reading.rows.report import report_of
from kindred.reading.rows.typed_rows import typed_sql
from kindred.reading.types import CutFile, Interpretation, OnStage, Reading, ReadOptions
from kindred.reading.values.quoting import quoted
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB


def judge(
    file: CutFile,
    meaning: Interpretation,
    options: ReadOptions,
    out_dir: Path,
    scratch: Path,
    engine: DuckDB,
    on_stage: OnStage,
) -> Reading:
    """The whole reading, from cells whose meaning is known."""
    on_stage("checking", 0.0)
    raw = file.raw
    source, meaning = _with_order_ids(meaning, engine)
    plan = make_plan(raw, source, meaning, options, engine)
    typed = _write_typed(plan, source, scratch, engine)
    on_stage("checking", 0.5)
    converted = convert_currencies(typed, plan, options, engine)
    rows, merged = merge_customers(converted.rows, plan, options, engine)
    tables = canonical.write_tables(
        f"(SELECT * FROM {rows} WHERE code IS NULL AND counts)",
        meaning.shape,
        plan,
        converted.currency,
        out_dir,
        engine,
        keep_last=options.duplicate_customers == "keep_last",
    )
    on_stage("checking", 0.8)
    by_code, rejects = write_rejects(engine, raw, rows, out_dir / "rejects.csv")
    report = report_of(rows, by_code, merged, file, meaning, tables, engine)
    report["equations"] = equations_of(plan, raw.relation, engine) if plan.needs_order else []
    report["changes"], tables = _with_earlier_version(
        tables, plan, options, report["rows_rejected"], scratch, engine
    )
    totals = canonical.totals(engine, tables)
    report["first_order"], report["last_order"] = totals["first_order"], totals["last_order"]
    if not totals["customers"] and not (options.base and options.append):
        raise _nothing_usable(by_code, report)
    on_stage("checking", 1.0)
    return Reading(
        tables=tables,
        report=report,
        detected=meaning.detected,
        notices=[*meaning.notices, *converted.notices],
        rejects=rejects,
        rows=None,
        totals=totals,
        header_hash=headers.header_hash(raw.names),
    )


def _with_order_ids(meaning: Interpretation, engine: DuckDB) -> tuple[str, Interpretation]:
    """The file's rows, each with its order's id; a file of orders may turn out to be of lines."""
    source = meaning.relation
    if meaning.shape in (ORDER_LINES, ORDERS):
        source = with_order_ids(meaning.mapping, source, engine)
    if meaning.shape == ORDERS and source != meaning.relation:
        meaning.detected["shape"] = ORDER_LINES
        meaning = replace(meaning, shape=ORDER_LINES)
    return source, meaning


def _write_typed(plan: Plan, source: str, scratch: Path, engine: DuckDB) -> str:
    """The typed rows (SQL), computed once: every step after reads them again."""
    path = scratch / "typed.parquet"
    engine.con.execute(f"COPY ({typed_sql(plan, source)}) TO {quoted(path)} (FORMAT parquet)")
    return parquet(path)


def _with_earlier_version(
    tables: Tables,
    plan: Plan,
    options: ReadOptions,
    rejected: int,
    scratch: Path,
    engine: DuckDB,
) -> tuple[dict[str, Any], Tables]:
    """What the file changes in the earlier version, and both as one if it is to be appended."""
    by_order = plan.mapping.has("order_id")
    changes = versions.compare(engine, tables, options.base, by_order=by_order, rejected=rejected)
    if options.base and options.append:
        tables = versions.append(engine, tables, options.base, by_order=by_order, scratch=scratch)
    return changes, tables


def _nothing_usable(by_code: Counter[str], report: dict[str, Any]) -> UploadRejected:
    why = f"{report['rows_without_customer']} rows say no customer"
    if by_code:
        why = ", ".join(f"{count} rows with {code}" for code, count in by_code.most_common(3))
    return UploadRejected(
        f"No row could be used: {why}.",
        code="no-usable-rows",
        hint="Check the columns that were taken for customer, date and amount.",
    )
