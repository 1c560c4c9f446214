"""Judges every row, writes the canonical tables, and says what became of the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.errors import InvalidInput, UploadRejected
from kindred.money import currency_codes, figure
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.shapes import CUSTOMERS, EVENTS, ORDER_LINES, ORDERS, REVIEWS
from kindred.reading.rows import amounts, canonical, changes, orders
from kindred.reading.rows.canonical import one, parquet
from kindred.reading.rows.expressions import q
from kindred.reading.types import CutFile as Taken
from kindred.reading.types import Interpretation as Understood
from kindred.reading.types import Reading, ReadOptions
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend


MAX_ATTRIBUTES = 30
#: What a column of row numbers is called, by `headers.key`; the first has no header.
_ROW_NUMBER = frozenset({"column1", "unnamed0", "index", "rownames"})
#: By customer, so that one customer's orders are found without reading everyone's.
_ORDERS_LIE = "customer_id, line, kind DESC"
#: Roles of which one at least says how much was paid.
MONEY = ("amount", "subtotal", "order_total", "unit_price")


#: Money columns of a row, all in its currency.
_CONVERTED = (
    "amount", "unit_price", "discount", "refund", "given_amount", "tax", "shipping",
)  # fmt: skip


@dataclass
class _Judgement:
    """What was found while judging; filled step by step."""

    rows: str  # SQL: judged rows
    currency: str | None = None
    duplicates: int = 0
    merged: int = 0
    rejects: Path | None = None
    by_code: Counter[str] | None = None


def judge(
    taken: Taken,
    understood: Understood,
    options: ReadOptions,
    out_dir: Path,
    scratch: Path,
    engine: Backend,
    on_stage: Callable[[str, float], None],
) -> Reading:
    """The whole reading, from cells whose meaning is known."""
    on_stage("checking", 0.0)
    raw, shape = taken.raw, understood.shape
    notices = list(understood.notices)
    source = raw.relation
    if shape in (ORDER_LINES, ORDERS):
        source = orders.carried(understood.mapping, source, engine)
    if shape == ORDERS and source != raw.relation:
        shape = understood.detected["shape"] = ORDER_LINES
        understood = replace(understood, shape=shape)
    plan = _plan(raw, source, understood, options, engine)
    typed = scratch / "typed.parquet"
    canonical.copy(engine, orders.typed_sql(plan, source), typed)
    on_stage("checking", 0.5)
    found = _Judgement(parquet(typed))
    _settle_currency(found, plan, options, engine, notices)
    _settle_customers(found, plan, options, engine)
    good = f"(SELECT * FROM {found.rows} WHERE code IS NULL AND counts)"
    tables = _write_tables(found, good, shape, plan, options, out_dir, engine)
    on_stage("checking", 0.8)
    rejects = out_dir / "rejects.csv"
    found.by_code, found.rejects = canonical.write_rejects(engine, raw, found.rows, rejects)
    report = _report(taken, understood, found, tables, engine)
    new, base = tables, options.base
    report["changes"] = changes.changes(
        engine, new, base, by_order=plan.mapping.has("order_id"), rejected=report["rows_rejected"]
    )
    if base and options.append:
        tables = changes.append(
            engine, new, base, out_dir, by_order=plan.mapping.has("order_id"), scratch=scratch
        )
    totals = canonical.totals(engine, tables)
    report["first_order"], report["last_order"] = totals["first_order"], totals["last_order"]
    if not totals["customers"] and not (base and options.append):
        raise UploadRejected(
            f"No row could be used: {_why(found.by_code, report)}.",
            code="no-usable-rows",
            hint="Check the columns that were taken for customer, date and amount.",
        )
    on_stage("checking", 1.0)

    return Reading(
        tables=tables,
        report=report,
        detected=understood.detected,
        notices=notices,
        rejects=found.rejects,
        rows=None,
        totals=totals,
        header_hash=headers.header_hash(raw.names),
    )


def _why(by_code: Counter[str], report: dict[str, Any]) -> str:
    if by_code:
        return ", ".join(f"{count} rows with {code}" for code, count in by_code.most_common(3))
    return f"{report['rows_without_customer']} rows say no customer"


# Deciding --------------------------------------------------------------------------------------


def _plan(
    raw: RawTable, source: str, understood: Understood, options: ReadOptions, engine: Backend
) -> orders.Plan:
    mapping = understood.mapping
    plan = orders.Plan(
        mapping=mapping,
        formats=understood.formats,
        limits=options.limits,
        model=orders.NO_MODEL,
        currency=_expected_currency(mapping, options),
        sign_columns=_signed_columns(mapping, understood.profiles),
        attributes=_attributes(raw, mapping, understood.shape),
        line_price=bool(understood.platform and understood.platform.line_price),
        keep_equal_rows=options.keep_equal_rows,
        needs_order=understood.shape in (ORDER_LINES, ORDERS),
    )
    if understood.shape in (ORDER_LINES, ORDERS):
        plan = replace(plan, duplicates=_find_duplicates(raw, source, understood, engine))
        plan = orders.make_plan(plan, source, engine)
        if plan.model.column:
            understood.detected["mapping"] = _shown_amount(plan)
    elif understood.shape == CUSTOMERS:
        plan = replace(plan, model=amounts.AmountModel("v_amount", "amount"))
        understood.detected["mapping"] = _shown_dates(mapping)
    else:
        plan = replace(plan, duplicates=_find_duplicates(raw, source, understood, engine))
        if understood.shape == EVENTS:
            plan = replace(plan, model=_event_model(mapping))
    return plan


def _event_model(mapping: ColumnMap) -> amounts.AmountModel:
    if mapping.has("amount"):
        return amounts.AmountModel("v_amount", "amount")
    if mapping.has("order_total"):
        return amounts.AmountModel("v_order_total", "order_total")
    if mapping.has("unit_price"):
        return amounts.AmountModel(
            "CAST(v_unit_price * CAST(coalesce(v_quantity, 1) AS DECIMAL(14, 0))"
            " AS DECIMAL(20, 4))",
            None,
        )
    return orders.NO_MODEL


def _shown_amount(plan: orders.Plan) -> dict[str, Any]:
    """The mapping with the column that the amount really comes from under ``amount``."""
    shown = plan.mapping
    role = plan.model.column
    others = [
        c
        for other in amounts.TOTALS
        if other != role and (guess := shown.guesses.get(other))
        for c in guess.columns
    ]
    guess = shown.guesses.get(role or "")
    if guess:
        shown = shown.with_("amount", replace(guess, alternatives=tuple(others)))
    return shown.as_detected()


def _shown_dates(mapping: ColumnMap) -> dict[str, Any]:
    """A customer list's last order under ``order_date``, since the contract has no other name."""
    guess = mapping.guesses.get("last_order")
    return (mapping.with_("order_date", guess) if guess else mapping).as_detected()


def _attributes(raw: RawTable, mapping: ColumnMap, shape: str) -> tuple[int, ...]:
    """Unknown columns, kept as they are."""
    left = {*mapping.used(), *mapping.personal}
    return tuple(i for i in range(len(raw.names)) if i not in left)[:MAX_ATTRIBUTES]


def _find_duplicates(raw: RawTable, source: str, understood: Understood, engine: Backend) -> bool:
    """Fill ``duplicate_lines`` with all but the first of exactly equal lines."""
    cells = ", ".join(raw.columns[_numbers_rows(raw, source, understood, engine) :])
    engine.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE duplicate_lines AS
        WITH hashed AS (
            SELECT line, hash({cells}) AS a, hash('2', {cells}) AS b FROM {source}
        ), several AS (
            SELECT a, b, min(line) AS first FROM hashed GROUP BY a, b HAVING count(*) > 1
        )
        SELECT line FROM hashed JOIN several USING (a, b) WHERE line <> first""")
    return bool(one(engine, "SELECT count(*) FROM duplicate_lines")[0])


def _numbers_rows(raw: RawTable, source: str, understood: Understood, engine: Backend) -> bool:
    """Whether the first column only counts the rows, as programs do that save a table."""
    named = headers.key(raw.names[0]) not in _ROW_NUMBER or 0 in understood.mapping.used()
    if named or understood.detected["header_row"] is None or len(raw.names) == 1:
        return False
    rows, kinds, span = one(
        engine,
        f"SELECT count(*), count(DISTINCT n), max(n) - min(n) + 1"
        f" FROM (SELECT TRY_CAST({raw.columns[0]} AS BIGINT) AS n FROM {source})",
    )
    return bool(rows == kinds == span)


def _expected_currency(mapping: ColumnMap, options: ReadOptions) -> str | None:
    if options.currency:
        code = options.currency.strip().upper()
        if code not in currency_codes():
            raise InvalidInput(
                f"'{options.currency[:20]}' isn't a currency code.",
                code="unknown-currency",
                hint="Use three letters, such as EUR.",
            )
        return code
    for role in ("amount", "order_total", "subtotal", "unit_price"):
        column = mapping.column(role)
        named = headers.currency_in(mapping.names[column]) if column is not None else None
        if named:
            return named
    return options.base.currency if options.base else None


def _signed_columns(mapping: ColumnMap, profiles: Any) -> tuple[int, ...]:
    """Money columns whose cells may name a currency."""
    columns = [mapping.column(role) for role in MONEY]
    return tuple(c for c in columns if c is not None and _may_have_sign(profiles[c]))


def _may_have_sign(p: Profile) -> bool:
    return p.money_sign > 0 or p.letters > 0


# Settling --------------------------------------------------------------------------------------


def _settle_currency(
    found: _Judgement,
    plan: orders.Plan,
    options: ReadOptions,
    engine: Backend,
    notices: list[dict[str, str]],
) -> None:
    """One currency for the file: others are converted by the merchant's rates, or rejected."""
    counted = engine.con.execute(
        f"SELECT currency, count(*) FROM {found.rows} WHERE code IS NULL AND amount IS NOT NULL"
        " AND currency IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    wanted = plan.currency if (options.currency or options.base) else None
    found.currency = wanted or (counted[0][0] if counted else plan.currency)
    others = [(str(code), int(n)) for code, n in counted if code != found.currency]
    if not others:
        return
    rates = {
        code.strip().upper(): _rate(code, text) for code, text in (options.rates or {}).items()
    }
    cases = " ".join(f"WHEN {q(code)} THEN {rate}" for code, rate in rates.items())
    rate = f"CASE currency {cases} END" if cases else "NULL::DECIMAL(18, 8)"
    foreign = f"(currency IS NOT NULL AND currency <> {q(found.currency)})"
    columns = ", ".join(
        f"CASE WHEN {foreign} THEN"
        f" CAST(CAST({c} AS DECIMAL(18, 4)) * CAST({rate} AS DECIMAL(18, 8)) AS DECIMAL(20, 4))"
        f" ELSE {c} END AS {c}"
        for c in _CONVERTED
    )
    reason = (
        f"'The row is in ' || currency || ', the file in {found.currency}, and no rate was given.'"
    )
    found.rows = f"""(SELECT * REPLACE ({columns},
        CASE WHEN code IS NULL AND {foreign} AND {rate} IS NULL
            THEN 'currency-without-rate' ELSE code END AS code,
        CASE WHEN code IS NULL AND {foreign} AND {rate} IS NULL
            THEN {reason} ELSE reason END AS reason) FROM {found.rows})"""
    listed = ", ".join(f"{code} ({n} rows)" for code, n in others[:8])
    missing = [code for code, _ in others if code not in rates]
    done = (
        f"rows in {', '.join(missing[:8])} were rejected, since no rate was given"
        if missing
        else "they were converted by the rates given"
    )
    message = f"The file is in {found.currency}, but also in {listed}: {done}."
    notices.append({"code": "several-currencies", "message": message})


def _rate(code: str, text: str) -> Decimal:
    try:
        rate = Decimal(str(text))
    except InvalidOperation:
        rate = Decimal(0)
    if (
        code.strip().upper() not in currency_codes()
        or not Decimal("1e-8") <= rate < Decimal(10) ** 9
    ):
        raise InvalidInput(
            f"The rate for '{code[:10]}' can't be used.",
            code="invalid-rate",
            hint='Give rates as {"USD": "0.92"}: what one unit is worth in the file\'s currency.',
        )
    return rate


def _settle_customers(
    found: _Judgement, plan: orders.Plan, options: ReadOptions, engine: Backend
) -> None:
    """The same person under several spellings becomes one customer, as the merchant chose."""
    has = plan.mapping.has
    if has("customer_id") and has("email"):
        engine.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE aliases AS
            WITH people AS (
                SELECT customer_id, arg_min(email, line) AS email, min(line) AS first
                FROM {found.rows} WHERE code IS NULL AND customer_id IS NOT NULL
                    AND contains(email, '@') GROUP BY 1
            )
            SELECT customer_id AS alias, first_value(customer_id) OVER (
                PARTITION BY email ORDER BY contains(customer_id, '@'), first) AS owner
            FROM people QUALIFY alias <> owner""")
        if one(engine, "SELECT count(*) FROM aliases")[0]:
            found.rows = f"""(SELECT r.* REPLACE (coalesce(a.owner, r.customer_id) AS customer_id)
                FROM {found.rows} r LEFT JOIN aliases a ON a.alias = r.customer_id)"""
    if not any(has(role) for role in orders.IDENTITY):
        return
    row = one(
        engine,
        f"""SELECT count(DISTINCT raw_customer), count(DISTINCT customer_id),
            count(*) FILTER (customer_id IS NOT NULL)
        FROM {found.rows}
        WHERE code IS NULL AND raw_customer IS NOT NULL AND customer_id IS NOT NULL""",
    )
    repeated = not plan.needs_order and plan.model.column == "amount"
    found.merged = int(row[2] - row[1]) if repeated else max(0, int(row[0] - row[1]))
    if options.duplicate_customers == "reject" and found.merged:
        _reject_duplicates(found, repeated=repeated)


def _reject_duplicates(found: _Judgement, *, repeated: bool) -> None:
    """Rows of a customer who stood there before under another spelling are rejected."""
    before = "line" if repeated else "raw_customer"
    found.rows = f"""(
        SELECT * EXCLUDE (original) REPLACE (
            CASE WHEN code IS NULL AND {before} <> original
                THEN 'unique-error' ELSE code END AS code,
            CASE WHEN code IS NULL AND {before} <> original
                THEN 'The customer stands in an earlier row.' ELSE reason END AS reason)
        FROM (SELECT *, arg_min({before}, line) FILTER (code IS NULL AND customer_id IS NOT NULL)
            OVER (PARTITION BY customer_id) AS original FROM {found.rows}))"""
    found.merged = 0


# Writing ---------------------------------------------------------------------------------------


def _write_tables(
    found: _Judgement,
    good: str,
    shape: str,
    plan: orders.Plan,
    options: ReadOptions,
    out_dir: Path,
    engine: Backend,
) -> Tables:
    paths: dict[str, Path | None] = {"orders": None, "texts": None, "events": None}

    def write(name: str, query: str, order: str) -> None:
        path = out_dir / f"{name}.parquet"
        meta = json.dumps({"date_order": plan.formats.date_order, "decimal": plan.formats.decimal})
        engine.con.execute(
            f"COPY ({query} ORDER BY {order}) TO {q(path)}"
            f" (FORMAT parquet, KV_METADATA {{kindred: {q(meta)}}})"
        )
        paths[name] = path

    people = good
    if shape in (ORDER_LINES, ORDERS):
        write("orders", canonical.orders_sql(good), _ORDERS_LIE)
        people = f"(SELECT * REPLACE (NULL AS attributes, NULL AS given_amount) FROM {good})"
    if shape == EVENTS:
        write("events", canonical.events_sql(good), "line")
        bought = (
            f"(SELECT * REPLACE (event_at AS ordered_at) FROM {good}"
            f" WHERE {canonical.is_purchase()} AND amount IS NOT NULL)"
        )
        if one(engine, f"SELECT count(*) FROM {bought}")[0]:
            made = f"{_event_order(plan)} AS order_id, true AS has_time"
            bought = f"(SELECT * REPLACE ({made}) FROM {bought})"
            write("orders", canonical.orders_sql(bought), _ORDERS_LIE)
        people = f"(SELECT * REPLACE (NULL AS attributes, NULL AS given_amount) FROM {good})"
    if shape == REVIEWS or plan.mapping.has("review_text"):
        if one(engine, f"SELECT count(*) FROM {good} WHERE coalesce(text, title) IS NOT NULL")[0]:
            write("texts", canonical.texts_sql(good), "line")
        if shape == REVIEWS:
            people = f"(SELECT * REPLACE (NULL AS attributes, NULL AS given_amount) FROM {good})"
    keep_last = options.duplicate_customers == "keep_last"
    write("customers", canonical.customers_sql(people, keep_last=keep_last), "customer_id")
    customers = paths["customers"]
    assert customers is not None
    return Tables(
        customers=customers,
        orders=paths["orders"],
        texts=paths["texts"],
        events=paths["events"],
        currency=found.currency,
    )


def _event_order(plan: orders.Plan) -> str:
    if plan.mapping.has("order_id"):
        return "order_id"
    return (
        "concat(coalesce(customer_id, 'line ' || line), ' ',"
        " strftime(event_at, '%Y-%m-%dT%H:%M:%S'))"
    )


def _report(
    taken: Taken,
    understood: Understood,
    found: _Judgement,
    tables: Tables,
    engine: Backend,
) -> dict[str, Any]:
    cancel_id = "regexp_matches(order_id, '^[Cc][0-9]')"
    (
        judged,
        total_rows,
        header_rows,
        anonymous,
        cancelled,
        refunded,
        duplicates,
    ) = one(
        engine,
        f"""SELECT count(*), count(*) FILTER (code = '{orders.TOTAL_ROW}'),
            count(*) FILTER (code = '{orders.HEADER_ROW}'),
            count(*) FILTER (code IS NULL AND customer_id IS NULL),
            count(*) FILTER (code IS NULL AND (is_cancelled OR is_negative AND {cancel_id})),
            count(*) FILTER (code IS NULL AND NOT is_cancelled
                AND (is_negative AND NOT {cancel_id} OR is_refunded OR coalesce(refund, 0) > 0)),
            count(*) FILTER (code IS NULL AND is_duplicate)
        FROM {found.rows}""",
    )
    by_code = found.by_code or Counter()
    rejected = sum(by_code.values())
    read = judged - total_rows - header_rows + sum(taken.raw.rejected_by_code.values())
    records = taken.records
    report: dict[str, Any] = {
        "rows_read": int(read),
        "rows_accepted": int(read - rejected),
        "rows_rejected": rejected,
        "rejected_by_code": dict(sorted(by_code.items())),
        "rows_without_customer": int(anonymous),
        "rows_cancelled": int(cancelled),
        "rows_refunded": int(refunded),
        "duplicate_rows": int(duplicates),
        "duplicates_merged": found.merged,
        "first_order": None,
        "last_order": None,
        "currency": found.currency,
        "shape": understood.shape,
        "left_out": {
            "title_lines": max(0, (taken.dialect.header_line or 1) - 1),
            "blank_lines": records.blank_lines,
            "repeated_headers": records.repeated_headers + int(header_rows),
            "total_rows": int(total_rows),
        },
        "without_customer": {"rows": 0, "orders": 0, "net": 0.0},
    }
    if tables.orders:
        rows, count, net = one(
            engine,
            f"""SELECT count(*), count(DISTINCT order_id) FILTER (kind = 'sale'), sum(amount)
            FROM {parquet(tables.orders)} WHERE customer_id IS NULL""",
        )
        report["without_customer"] = {
            "rows": int(rows),
            "orders": int(count),
            "net": figure(net, found.currency),
        }
    return report
