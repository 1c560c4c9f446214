# ruff: noqa: E501
"""Order files: every row checked, turned into canonical order lines, or rejected with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kindred.uploads import ordersql as x
from kindred.uploads.columns import ColumnMap
from kindred.uploads.formats import Formats
from kindred.uploads.limits import Limits
from kindred.uploads.numbers import NumberFormat, currency_sql

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

#: Roles that belong to the order, not to its lines: an export may give them on the first line only.
ORDER_LEVEL = (
    "customer_id", "email", "phone", "name", "first_name", "last_name", "order_date", "order_time",
    "currency", "status", "city", "country", "consent", "cancelled_at",
)  # fmt: skip
IDENTITY = ("customer_id", "email", "phone", "name")


@dataclass(frozen=True)
class Plan:
    """All that was decided about a file before its rows are read."""

    mapping: ColumnMap
    formats: Formats
    goods: str  # SQL over the parsed money columns: the line's goods, before signs
    limits: Limits
    currency: str | None = None
    currency_column: int | None = None
    rates: Mapping[str, str] = field(default_factory=dict)
    sign_columns: tuple[int, ...] = ()  # money columns whose cells name a currency
    fill_down: bool = False
    sub_orders: bool = False
    attributes: tuple[int, ...] = ()
    duplicate_customers: str = "merge"


def typed_sql(plan: Plan, relation: str) -> str:
    """A query with one row per record: canonical values, ``code`` and ``reason`` where it's bad."""
    checks = x.Checks()
    source = _filled_down(plan, relation) if plan.fill_down else relation
    return f"""
        WITH cells AS (SELECT line, {_cells(plan)} FROM {source}),
        parsed AS (SELECT *, {_parsed(plan)} FROM cells),
        identified AS (SELECT *, {_identity(plan)} FROM parsed),
        valued AS (SELECT *, {plan.goods} AS goods FROM identified)
        SELECT {_canonical(plan)}, {_judged(plan, checks)} FROM valued"""


def _column(plan: Plan, role: str) -> str | None:
    column = plan.mapping.column(role)
    return None if column is None else f"c{column}"


def _cells(plan: Plan) -> str:
    """The text of each role, ``t_<role>``, the attributes and what tells duplicates apart."""
    parts = []
    for role, guess in plan.mapping.guesses.items():
        cells = [x.text_of(f"c{c}") for c in guess.columns]
        if len(cells) == 1 or role in ("order_date", "event_time"):
            parts.append(f"{cells[0]} AS t_{role}")
        else:
            parts.append(f"nullif(concat_ws(' ', {', '.join(cells)}), '') AS t_{role}")
    all_columns = ", ".join(f"c{i}" for i in range(len(plan.mapping.names)))
    parts.append(f"hash({all_columns}) AS h1, hash('2', {all_columns}) AS h2")
    parts.append(
        "coalesce("
        + ", ".join(f"nullif(trim(c{i}), '')" for i in range(len(plan.mapping.names)))
        + ") IS NULL AS is_blank"
    )
    named = {plan.mapping.names[c]: x.text_of(f"c{c}") for c in plan.attributes}
    parts.append(f"{x.struct(named)} AS attributes")
    signs = [currency_sql(f"c{c}") for c in plan.sign_columns]
    parts.append(
        f"coalesce({', '.join(signs)}, NULL) AS sign_currency"
        if signs
        else "NULL::VARCHAR AS sign_currency"
    )
    return ", ".join(parts)


def _filled_down(plan: Plan, relation: str) -> str:
    """Cells of the order, given on its first line only, repeated on the later ones."""
    order = _column(plan, "order_id")
    columns = sorted(
        {
            c
            for role in ORDER_LEVEL
            if role in plan.mapping.guesses
            for c in plan.mapping.guesses[role].columns
        }
    )
    firsts = ", ".join(f"arg_min(c{c}, line) FILTER (trim(c{c}) <> '') AS f{c}" for c in columns)
    picked = ", ".join(
        f"coalesce(nullif(trim(r.c{i}), ''), o.f{i}) AS c{i}" if i in columns else f"r.c{i}"
        for i in range(len(plan.mapping.names))
    )
    return (
        f"(SELECT r.line, {picked} FROM {relation} r LEFT JOIN (SELECT {order} AS k, {firsts}"
        f" FROM {relation} WHERE trim({order}) <> '' GROUP BY 1) o ON o.k = r.{order})"
    )


def number_format(plan: Plan, role: str) -> NumberFormat:
    column = plan.mapping.column(role)
    return plan.formats.numbers.get(
        column if column is not None else -1, NumberFormat(plan.formats.decimal)
    )


def _parsed(plan: Plan) -> str:
    parts = []
    for role in ("amount", "unit_price", "quantity", "discount", "tax", "shipping", "refund"):
        if plan.mapping.has(role):
            parts.append(f"{x.money(f't_{role}', number_format(plan, role))} AS v_{role}")
        else:
            parts.append(f"NULL::DECIMAL(20, 4) AS v_{role}, NULL::VARCHAR AS t_{role}")
    parts.append(f"{moment_sql(plan, 'order_date', 'order_time')} AS ordered_at")
    return ", ".join(parts)


def moment_sql(plan: Plan, role: str, time_role: str | None = None) -> str:
    """The time a row happened: its date column, with the time column where there is one."""
    column = plan.mapping.column(role)
    fmt = plan.formats.dates.get(column) if column is not None else None
    if fmt is None:
        return "NULL::TIMESTAMP"
    if time_role and plan.mapping.has(time_role) and not fmt.has_time:
        day = x.moment(f"t_{role}", fmt)
        return f"{day} + coalesce({time_of_day(f't_{time_role}')} - TIMESTAMP '1900-01-01', INTERVAL 0 DAY)"
    return x.moment(f"t_{role}", fmt)


def time_of_day(column: str) -> str:
    formats = [
        "%H:%M:%S",
        "%H:%M",
        "%I:%M:%S %p",
        "%I:%M %p",
        "%I:%M%p",
        "%I %p",
        "%I%p",
        "%H:%M:%S.%f",
        "%H",
    ]
    return f"try_strptime(upper({column}), [{', '.join(x.q(f) for f in formats)}])"


def _identity(plan: Plan) -> str:
    """Who bought: the id, or what stands for it."""
    options = []
    if plan.mapping.has("customer_id"):
        own = x.id_of("t_customer_id")
        options.append(
            f"CASE WHEN regexp_matches({own}, '@') THEN lower({own}) WHEN {own} IN ('0', '-', 'NULL', 'null', 'None', 'nan', 'NaN', 'N/A', 'n/a', '#N/A') THEN NULL ELSE {own} END"
        )
    if plan.mapping.has("email"):
        options.append("CASE WHEN contains(t_email, '@') THEN lower(t_email) END")
    if not options and plan.mapping.has("phone"):
        options.append("nullif(regexp_replace(t_phone, '[^0-9+]', '', 'g'), '')")
    if (
        not plan.mapping.has("customer_id")
        and not plan.mapping.has("email")
        and plan.mapping.has("name")
    ):
        options.append("regexp_replace(lower(t_name), '\\s+', ' ', 'g')")
    return (
        f"coalesce({', '.join(options)}, NULL) AS customer_id"
        if options
        else "NULL::VARCHAR AS customer_id"
    )


def _canonical(plan: Plan) -> str:
    """The canonical columns of one row."""
    has = plan.mapping.has

    def text(role: str) -> str:
        return f"t_{role}" if has(role) else "NULL::VARCHAR"

    own_order = x.id_of("t_order_id") if has("order_id") else "NULL::VARCHAR"
    if plan.sub_orders:
        own_order = f"regexp_replace({own_order}, '_[0-9]+$', '')"
    fmt = plan.formats.dates.get(plan.mapping.column("order_date") or 0)
    timed = has("order_time") or bool(fmt and fmt.has_time)
    stamp = (
        "strftime(ordered_at, '%Y-%m-%dT%H:%M:%S')" if timed else "strftime(ordered_at, '%Y-%m-%d')"
    )
    made = f"concat(coalesce(customer_id, 'line ' || line), ' ', {stamp})"
    status = "t_status" if has("status") else "NULL::VARCHAR"
    is_cancelled = f"({x.cancelled(status)})" if has("status") else "false"
    if has("cancelled_at"):
        is_cancelled = f"({is_cancelled} OR t_cancelled_at IS NOT NULL)"
    is_refunded = f"({x.refunded(status)})" if has("status") else "false"
    negative = "(coalesce(v_quantity, 0) < 0 OR goods < 0)"
    name = text("name")
    if has("first_name") or has("last_name"):
        parts = f"nullif(concat_ws(' ', {text('first_name')}, {text('last_name')}), '')"
        name = f"coalesce({name}, {parts})" if has("name") else parts
    return f"""line, customer_id, {text("customer_id")} AS raw_customer, {name} AS name,
        lower({text("email")}) AS email, {text("phone")} AS phone, {text("city")} AS city, {text("country")} AS country,
        {x.boolean_of("t_consent") if has("consent") else "NULL::BOOLEAN"} AS consent,
        coalesce({own_order}, {made}) AS order_id, ordered_at, {timed} AS has_time,
        {is_cancelled} AS is_cancelled, {is_refunded} AS is_refunded,
        {negative} AS is_negative,
        CASE WHEN {negative} THEN -abs(goods) ELSE goods END AS amount,
        CAST(v_quantity AS DOUBLE) AS quantity, v_unit_price AS unit_price, abs(v_discount) AS discount,
        abs(v_refund) AS refund, {x.id_of("t_product_id") if has("product_id") else "NULL::VARCHAR"} AS product_id,
        {text("product_name")} AS product_name, {text("category")} AS category, attributes, h1, h2,
        {_currency(plan)} AS currency"""


def _currency(plan: Plan) -> str:
    parts = []
    if plan.mapping.has("currency"):
        parts.append("upper(t_currency)")
    parts.append("sign_currency")
    if plan.currency:
        parts.append(x.q(plan.currency))
    return f"coalesce({', '.join(parts)}, NULL)"


def _judged(plan: Plan, checks: x.Checks) -> str:
    has = plan.mapping.has
    names = plan.mapping.names

    def name(role: str) -> str:
        column = plan.mapping.column(role)
        return names[column] if column is not None else role

    checks.add("is_blank", "blank-row", x.q("The row has no values."))
    checks.add(
        "t_order_date IS NULL", "constraint-error", x.q(f"{name('order_date')} is required.")
    )
    x.unreadable(
        "t_order_date", "ordered_at", name("order_date"), "a date as this column has them", checks
    )
    checks.add(
        f"year(ordered_at) NOT BETWEEN {x.FIRST_YEAR} AND {x.LAST_YEAR}",
        "constraint-error",
        x.q(f"{name('order_date')}: the year is out of range."),
    )
    for role in ("quantity", "unit_price", "amount", "discount", "tax", "shipping", "refund"):
        if has(role):
            x.unreadable(
                f"t_{role}", f"v_{role}", name(role), "a number as this column has them", checks
            )
    money = [name(role) for role in ("amount", "quantity", "unit_price") if has(role)]
    checks.add("goods IS NULL", "constraint-error", x.q(f"{' and '.join(money)} can't be empty."))
    checks.add("abs(goods) >= 1e12", "constraint-error", x.q("The amount is out of range."))
    checks.add(
        f"octet_length(encode(customer_id)) > {plan.limits.customer_id_bytes}",
        "constraint-error",
        x.q(f"A customer id may have at most {plan.limits.customer_id_bytes} bytes."),
    )
    return f"{checks.code()} AS code, {checks.reason()} AS reason"


def write_typed(plan: Plan, relation: str, engine: Backend, path: Path) -> None:
    engine.con.execute(f"COPY ({typed_sql(plan, relation)}) TO {x.q(path)} (FORMAT parquet)")
