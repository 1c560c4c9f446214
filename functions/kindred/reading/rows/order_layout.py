"""How a file lays its orders out, by its rows: order ids, blanks below, sums, both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.fields import IDENTITY
from kindred.reading.rows.amounts import decide_amounts
from kindred.reading.rows.expressions import (
    text_of,
)
from kindred.reading.rows.order_key import find_key_parts
from kindred.reading.rows.parsing import TOTAL_WORDS, parsed_sql, with_runs
from kindred.reading.rows.plan import NUMBER_ROLES, Plan
from kindred.reading.rows.refunds import find_refunds_with_tax
from kindred.reading.values.quoting import quoted
from kindred.tables import Tables

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: How many lines decide how all are read: enough for some thousand orders, little to compute.
SAMPLE_LINES: Final = 30_000
#: Shares of a file's rows, or of its orders, from which on what they show is how the file is made.
#: Chosen by hand, as the figures of `amounts` are.
_BELOW: Final = 0.1  # rows that say what was bought and nothing of the order
_ELSEWHERE: Final = 0.3  # orders that leave a cell blank on one line and have it on another
_SUB_ORDERS: Final = 0.8  # order ids that end in the number of a part
_SUMMARIES: Final = 0.8  # orders of several lines whose first names no product
#: Roles of an order that say nothing of what was bought.
_NO_PRODUCT: Final = ("currency", "country", "city", "status", "consent")


def with_order_ids(mapping: ColumnMap, relation: str, engine: DuckDB) -> str:
    """``relation`` with the order's id on each of its lines, where it stands on the first only.

    So look reports with merged cells: a line below says what was bought and nothing of the order.
    """
    order = mapping.column("order_id")
    if order is None or mapping.column("order_date") is None:
        return relation
    of_order = _columns(mapping, "order_id", "order_date", *IDENTITY, "first_name", "last_name")
    product = _columns(mapping, "product_name", "product_id", "line_items")
    rest = product or set(range(len(mapping.names))) - of_order - _columns(mapping, *_NO_PRODUCT)
    blank = " AND ".join(f"trim(coalesce(c{c}, '')) = ''" for c in sorted(of_order))
    words = f"concat_ws(chr(31), {', '.join(f'c{c}' for c in sorted(rest)) or 'NULL'})"
    # Figures alone below an order are its sums, and so are figures beside such a word.
    below = (
        f"({blank} AND regexp_matches({words}, '\\pL')"
        f" AND NOT regexp_matches(lower({words}), {quoted(TOTAL_WORDS)}))"
    )
    rows, lines_below, first = engine.con.execute(
        f"SELECT count(*), count(*) FILTER ({below}), arg_min({below}, line)"
        f" FROM {_first_lines(relation)}"
    ).fetchone()
    if first or lines_below < _BELOW * rows:
        return relation
    last = f"last_value(nullif(trim(c{order}), '') IGNORE NULLS) OVER (ORDER BY line)"
    return (
        f"(SELECT * REPLACE (CASE WHEN {below} THEN {last} ELSE c{order} END AS c{order})"
        f" FROM {relation})"
    )


def _first_lines(relation: str) -> str:
    """The sample of a relation that decides how all of it is read."""
    last = f"SELECT min(line) + {SAMPLE_LINES} FROM {relation}"
    return f"(SELECT * FROM {relation} WHERE line <= ({last}))"


def _columns(mapping: ColumnMap, *roles: str) -> set[int]:
    return {c for role in roles if (g := mapping.guesses.get(role)) for c in g.columns}


def decide_by_rows(plan: Plan, relation: str, engine: DuckDB, base: Tables | None) -> Plan:
    """The plan with all that the rows themselves decide."""
    plan = replace(plan, sub_orders=_has_sub_orders(plan, relation, engine))
    plan = replace(plan, key_parts=find_key_parts(plan, relation, engine, base))
    plan = replace(plan, fill_down=_has_blanks_below(plan, relation, engine))
    plan = replace(plan, other_party=_other_party(plan, relation, engine))
    source = _first_lines(relation)
    engine.con.execute(f"CREATE OR REPLACE TEMP TABLE order_sample AS {parsed_sql(plan, source)}")
    plan = replace(plan, summary_rows=_has_summary_rows(plan, engine))
    if plan.summary_rows:
        engine.con.execute(
            f"CREATE OR REPLACE TEMP TABLE order_sample AS {parsed_sql(plan, source)}"
        )
    roles = frozenset(role for role in NUMBER_ROLES if plan.mapping.has(role))
    sample = "(SELECT * FROM order_sample WHERE counts)"
    model = decide_amounts(
        engine,
        sample,
        roles,
        line_price=plan.line_price,
        discount_is_share="discount" in roles and headers.is_share(plan.header("discount")),
    )
    shown = plan.mapping.column(model.order_value or model.column or "unit_price")
    if shown is not None and headers.is_without_tax(plan.mapping.names[shown]):
        model = replace(model, less=tuple(role for role in model.less if role != "tax"))
    plan = replace(plan, model=model)
    return replace(plan, refunds_with_tax=find_refunds_with_tax(plan, engine))


def _has_blanks_below(plan: Plan, relation: str, engine: DuckDB) -> bool:
    """Whether later lines of an order leave out what its first line says."""
    order = plan.column("order_id")
    roles = ("order_date", *IDENTITY, "status", "currency")
    given = sorted({c for role in roles if (c := plan.column(role))})
    if order is None or not given:
        return False
    blanks = ", ".join(f"count(*) FILTER (trim(coalesce({c}, '')) = '')" for c in given)
    row = engine.con.execute(
        f"SELECT {blanks} FROM {relation} WHERE trim({order}) <> ''"
    ).fetchone()
    return any(
        blank and _given_elsewhere(engine, with_runs(plan, relation), order, column)
        for column, blank in zip(given, row, strict=True)
    )


def _given_elsewhere(engine: DuckDB, relation: str, order: str, column: str) -> bool:
    """Whether orders that leave ``column`` blank on some line mostly have it on another."""
    orders, elsewhere = engine.con.execute(
        f"""SELECT count(*), count(*) FILTER (given > 0) FROM (
            SELECT count(*) FILTER (trim({column}) <> '') AS given FROM {relation}
            WHERE trim({order}) <> '' GROUP BY {order}, run
            HAVING count(*) FILTER (trim(coalesce({column}, '')) = '') > 0)"""
    ).fetchone()
    return bool(elsewhere and elsewhere >= _ELSEWHERE * orders)


def _has_sub_orders(plan: Plan, relation: str, engine: DuckDB) -> bool:
    """Whether order ids are of parts of orders: ``7712345_1``, ``7712345_2``."""
    column = plan.column("order_id")
    if column is None or "sub" not in headers.key(plan.header("order_id")):
        return False
    row = engine.con.execute(
        f"""SELECT count(*),
            count(*) FILTER (regexp_matches({column}, '^\\D*[0-9A-Za-z]+[_-][0-9]+$'))
        FROM (SELECT {column} FROM {relation} WHERE {column} IS NOT NULL LIMIT 5000)"""
    ).fetchone()
    return bool(row and row[0] and row[1] > _SUB_ORDERS * row[0])


def _other_party(plan: Plan, relation: str, engine: DuckDB) -> tuple[int, str] | None:
    """Where each payment names both sides: the other side's column, and the shop's own e-mail."""
    payer, payee = plan.mapping.column("email"), plan.mapping.column("payee_email")
    if payer is None or payee is None:
        return None
    text = text_of(f"c{payee}")
    row = engine.con.execute(f"SELECT mode(lower({text})) FROM {relation}").fetchone()
    return (payee, str(row[0])) if row and row[0] else None


def _has_summary_rows(plan: Plan, engine: DuckDB) -> bool:
    """Whether orders of several lines start with a line that only sums them up."""
    if not plan.mapping.has("order_id") or not (
        plan.mapping.has("product_id") or plan.mapping.has("product_name")
    ):
        return False
    row = engine.con.execute("""
        SELECT count(*), count(*) FILTER (blanks = 1 AND n > 1 AND first_blank)
        FROM (SELECT count(*) AS n, count(*) FILTER (t_product IS NULL) AS blanks,
                arg_min(t_product IS NULL, line) AS first_blank
            FROM order_sample WHERE k IS NOT NULL GROUP BY k HAVING count(*) > 1)""").fetchone()
    return bool(row and row[0] >= 1 and row[1] >= _SUMMARIES * row[0])
