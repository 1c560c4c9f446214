"""Order files: every row checked, turned into canonical order lines, or rejected with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.formats import Formats
from kindred.reading.limits import Limits
from kindred.reading.rows import amounts
from kindred.reading.rows import expressions as x
from kindred.reading.values.blanks import missing_sql
from kindred.reading.values.currencies import currency_sql
from kindred.reading.values.numbers import NumberFormat
from kindred.tables import MONEY

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

#: Roles that belong to the order, not to its lines: an export may give them on the first line only.
ORDER_LEVEL = (
    "customer_id", "email", "phone", "name", "first_name", "last_name", "order_date", "order_time",
    "currency", "status", "city", "country", "consent", "cancelled_at",
)  # fmt: skip
IDENTITY = ("customer_id", "email", "phone", "name")
_NO_PRODUCT = ("currency", "country", "city", "status", "consent")
NUMBERS = ("quantity", "unit_price", *amounts.MONEY_ROLES)
SAMPLE_LINES = 30_000
TOTAL_ROW, HEADER_ROW = "#total", "#header"  # rows that aren't data
_TOTAL_WORDS = (
    r"(?:^|\x1f)\s*(?:grand total|sub-?total|totals?|sum|summe|gesamt(?:summe|betrag)?|somme|"
    r"total g[eé]n[eé]ra?l|suma|totales|कुल(?: योग)?|average|durchschnitt|totale|count)"
    r"\s*:?\s*(?:$|\x1f)"
)
#: Ids of nobody: what shops write for who has no account, and what spreadsheets write for an error.
NO_ID = (
    "'0', 'guest', 'guest customer', 'guest user', 'walk-in', 'walk in', 'walk-in customer',"
    " 'walk in customer', 'cash customer', 'unknown', 'anonymous', '(not set)', '#ref!', '#value!',"
    " '#name?', '#num!', '#div/0!', '#null!', 'laufkunde', 'gast', 'consumidor final'"
)
#: Roles whose words are values: NA is Namibia, NONE may be a status.
_WORDS_COUNT = ("currency", "country", "status", "consent", "event_type")
#: Roles whose values a check reads: what is missing there is told from what can't be read.
_READ = ("order_date", "event_time", "first_order", "last_order", "rating", "orders_count")


@dataclass(frozen=True)
class Plan:
    """All that was decided about a file before its rows are read."""

    mapping: ColumnMap
    formats: Formats
    limits: Limits
    model: amounts.AmountModel
    currency: str | None = None
    sign_columns: tuple[int, ...] = ()  # money columns whose cells name a currency
    fill_down: bool = False
    sub_orders: bool = False
    summary_rows: bool = False
    duplicates: bool = False  # the table `duplicate_lines` names lines to leave out
    attributes: tuple[int, ...] = ()
    line_price: bool = False
    other_party: tuple[int, str] | None = None  # column of the other e-mail, and the shop's own
    keep_equal_rows: bool = False
    needs_order: bool = True  # date and money are required


NO_MODEL = amounts.AmountModel("NULL::DECIMAL(20, 4)", None)


def carried(mapping: ColumnMap, relation: str, engine: Backend) -> str:
    """``relation`` with the order's id on each of its lines, where it stands on the first only.

    So look reports with merged cells: a line below says what was bought and nothing of the order.
    """
    order = mapping.column("order_id")
    if order is None or mapping.column("order_date") is None:
        return relation
    said_once = _columns(mapping, "order_id", "order_date", *IDENTITY, "first_name", "last_name")
    product = _columns(mapping, "product_name", "product_id", "line_items")
    rest = product or set(range(len(mapping.names))) - said_once - _columns(mapping, *_NO_PRODUCT)
    blank = " AND ".join(f"trim(coalesce(c{c}, '')) = ''" for c in sorted(said_once))
    words = f"concat_ws(chr(31), {', '.join(f'c{c}' for c in sorted(rest)) or 'NULL'})"
    # Figures alone below an order are its sums, and so are figures beside such a word.
    below = (
        f"({blank} AND regexp_matches({words}, '\\pL')"
        f" AND NOT regexp_matches(lower({words}), {x.q(_TOTAL_WORDS)}))"
    )
    rows, found, first = engine.con.execute(
        f"SELECT count(*), count(*) FILTER ({below}), arg_min({below}, line)"
        f" FROM {_first_lines(relation)}"
    ).fetchone()
    if first or found < 0.1 * rows:
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


def make_plan(plan: Plan, relation: str, engine: Backend) -> Plan:
    """The plan with all that the rows themselves decide."""
    plan = replace(plan, fill_down=_has_blanks_below(plan, relation, engine))
    plan = replace(plan, sub_orders=_has_sub_orders(plan, relation, engine))
    plan = replace(plan, other_party=_other_party(plan, relation, engine))
    source = _first_lines(relation)
    engine.con.execute(f"CREATE OR REPLACE TEMP TABLE order_sample AS {parsed_sql(plan, source)}")
    plan = replace(plan, summary_rows=_has_summary_rows(plan, engine))
    if plan.summary_rows:
        engine.con.execute(
            f"CREATE OR REPLACE TEMP TABLE order_sample AS {parsed_sql(plan, source)}"
        )
    roles = frozenset(role for role in NUMBERS if plan.mapping.has(role))
    sample = "(SELECT * FROM order_sample WHERE counts)"
    model = amounts.decide(
        engine,
        sample,
        roles,
        line_price=plan.line_price,
        discount_is_share="discount" in roles and headers.is_share(_name(plan, "discount")),
    )
    shown = plan.mapping.column(model.order_value or model.column or "unit_price")
    if shown is not None and headers.is_without_tax(plan.mapping.names[shown]):
        model = replace(model, less=tuple(role for role in model.less if role != "tax"))
    return replace(plan, model=model)


def _column(plan: Plan, role: str) -> str | None:
    column = plan.mapping.column(role)
    return None if column is None else f"c{column}"


def _name(plan: Plan, role: str) -> str:
    column = plan.mapping.column(role)
    return "" if column is None else plan.mapping.names[column]


def _has_blanks_below(plan: Plan, relation: str, engine: Backend) -> bool:
    """Whether later lines of an order leave out what its first line says."""
    order = _column(plan, "order_id")
    roles = ("order_date", *IDENTITY, "status", "currency")
    given = sorted({c for role in roles if (c := _column(plan, role))})
    if order is None or not given:
        return False
    blanks = ", ".join(f"count(*) FILTER (trim(coalesce({c}, '')) = '')" for c in given)
    row = engine.con.execute(
        f"SELECT {blanks} FROM {relation} WHERE trim({order}) <> ''"
    ).fetchone()
    return any(
        blank and _given_elsewhere(engine, relation, order, column)
        for column, blank in zip(given, row, strict=True)
    )


def _given_elsewhere(engine: Backend, relation: str, order: str, column: str) -> bool:
    """Whether orders that leave ``column`` blank on some line mostly have it on another."""
    orders_, found = engine.con.execute(
        f"""SELECT count(*), count(*) FILTER (given > 0) FROM (
            SELECT count(*) FILTER (trim({column}) <> '') AS given FROM {relation}
            WHERE trim({order}) <> '' GROUP BY {order}
            HAVING count(*) FILTER (trim(coalesce({column}, '')) = '') > 0)"""
    ).fetchone()
    return bool(found and found >= 0.3 * orders_)


def _has_sub_orders(plan: Plan, relation: str, engine: Backend) -> bool:
    """Whether order ids are of parts of orders: ``7712345_1``, ``7712345_2``."""
    column = plan.mapping.column("order_id")
    if column is None or "sub" not in headers.key(plan.mapping.names[column]):
        return False
    row = engine.con.execute(
        f"""SELECT count(*),
            count(*) FILTER (regexp_matches(c{column}, '^\\D*[0-9A-Za-z]+[_-][0-9]+$'))
        FROM (SELECT c{column} FROM {relation} WHERE c{column} IS NOT NULL LIMIT 5000)"""
    ).fetchone()
    return bool(row and row[0] and row[1] > 0.8 * row[0])


def _other_party(plan: Plan, relation: str, engine: Backend) -> tuple[int, str] | None:
    """Where each payment names both sides: the other side's column, and the shop's own e-mail."""
    payer, payee = plan.mapping.column("email"), plan.mapping.column("payee_email")
    if payer is None or payee is None:
        return None
    text = x.text_of(f"c{payee}")
    row = engine.con.execute(f"SELECT mode(lower({text})) FROM {relation}").fetchone()
    return (payee, str(row[0])) if row and row[0] else None


def _has_summary_rows(plan: Plan, engine: Backend) -> bool:
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
    return bool(row and row[0] >= 1 and row[1] >= 0.8 * row[0])


# From cells to values --------------------------------------------------------------------------


def parsed_sql(plan: Plan, relation: str) -> str:
    """Rows with the text (``t_``) and the value (``v_``) of every role."""
    source = _filled_down(plan, relation) if plan.fill_down else relation
    counts = "true" if plan.keep_equal_rows else "NOT is_duplicate"
    if plan.summary_rows:
        counts += (
            " AND NOT (t_product IS NULL AND max(t_product) OVER (PARTITION BY k) IS NOT NULL)"
        )
    return f"""SELECT *, {counts} AS counts FROM (
        SELECT *, {_order_key(plan)} AS k, coalesce(t_product_id, t_product_name) AS t_product
        FROM (
        SELECT *, {_identity(plan)} FROM (
        SELECT *, {_values(plan)} FROM (SELECT {_told(plan)} FROM (
        SELECT line, {_cells(plan)} FROM {source})))))"""


def typed_sql(plan: Plan, relation: str) -> str:
    """One row per record: canonical values, and ``code`` and ``reason`` where it is bad."""
    valued = amounts.goods_sql(plan.model, f"({parsed_sql(plan, relation)})")
    return f"SELECT {_canonical(plan)}, {_judged(plan)} FROM {valued}"


_ALL_TEXTS = (
    *ORDER_LEVEL, "order_id", "product_id", "product_name", "category", *NUMBERS,
    "review_title", "review_text", "rating", "event_type", "event_time",
    "orders_count", "first_order", "last_order", "cancelled", "returned",
)  # fmt: skip


def _cells(plan: Plan) -> str:
    """The text of each role, the attributes, and what tells duplicates apart."""
    parts = []
    for role in _ALL_TEXTS:
        guess = plan.mapping.guesses.get(role)
        if guess is None:
            parts.append(f"NULL::VARCHAR AS t_{role}")
            continue
        cells = [x.text_of(f"c{c}") for c in guess.columns]
        if not _stands_alone(plan, role):
            cells = [_meant(role, cell) for cell in cells]
        if role == "email" and plan.other_party:
            # Who pays stands in one column or the other: refunds go back.
            other, own = plan.other_party
            paid_to = f"nullif(lower({x.text_of(f'c{other}')}), {x.q(own)})"
            cells = [
                f"CASE WHEN lower({c}) = {x.q(own)} THEN {paid_to} ELSE {c} END" for c in cells
            ]
        glue = {"product_name": "; ", "review_text": "\n"}.get(role, " ")
        text = (
            cells[0]
            if len(cells) == 1
            else f"nullif(concat_ws({x.q(glue)}, {', '.join(cells)}), '')"
        )
        parts.append(f"{text} AS t_{role}")
    who = next((r for r in IDENTITY if plan.mapping.has(r)), None)
    parts.append(f"{_column(plan, who) if who else 'NULL::VARCHAR'} AS raw_customer")
    parts += [f"c{i}" for i in range(len(plan.mapping.names))]
    named = {plan.mapping.names[c]: x.text_of(f"c{c}") for c in plan.attributes}
    parts.append(f"{x.struct(named)} AS attributes")
    signs = [currency_sql(f"c{c}", plan.currency) for c in plan.sign_columns]
    parts.append(
        f"coalesce({', '.join([*signs, 'NULL::VARCHAR', 'NULL::VARCHAR'])}) AS sign_currency"
    )
    duplicate = "line IN (SELECT line FROM duplicate_lines)" if plan.duplicates else "false"
    parts.append(f"{duplicate} AS is_duplicate")
    return ", ".join(parts)


def _stands_alone(plan: Plan, role: str) -> bool:
    """Whether a role's text is one cell as it stands."""
    return len(plan.mapping.guesses[role].columns) == 1 and not (
        role == "email" and plan.other_party
    )


def _meant(role: str, cell: str) -> str:
    """What a cell means in its role: words for nothing are nothing, a packed item is its name."""
    if role not in (*_WORDS_COUNT, *NUMBERS, *_READ):
        cell = x.said(cell)
    return x.item_name(cell) if role == "product_name" else cell


def _told(plan: Plan) -> str:
    """All columns, single cells by what they mean: a step of its own, so each is trimmed once."""
    meant = {
        f"t_{role}": _meant(role, f"t_{role}")
        for role in _ALL_TEXTS
        if role in plan.mapping.guesses and _stands_alone(plan, role)
    }
    replaced = ", ".join(f"{text} AS {name}" for name, text in meant.items() if text != name)
    return f"* REPLACE ({replaced})" if replaced else "*"


def _filled_down(plan: Plan, relation: str) -> str:
    """Cells of the order, given on its first line only, repeated on the later ones."""
    order = _column(plan, "order_id")
    roles = [role for role in ORDER_LEVEL if role in plan.mapping.guesses]
    columns = sorted({c for role in roles for c in plan.mapping.guesses[role].columns})
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
    default = NumberFormat(plan.formats.decimal)
    return plan.formats.numbers.get(column if column is not None else -1, default)


def _values(plan: Plan) -> str:
    parts = []
    for role in (*NUMBERS, "rating", "orders_count"):
        if plan.mapping.has(role):
            value = x.money(f"t_{role}", number_format(plan, role))
            column = plan.mapping.column(role)
            if headers.is_in_hundredths(_name(plan, role)):
                value = f"CAST({value} / 100 AS DECIMAL(20, 4))"
            if role == "shipping" and "peritem" in headers.key(plan.mapping.names[column or 0]):
                quantity = x.money("t_quantity", number_format(plan, "quantity"))
                pieces = f"CAST(coalesce({quantity}, 1) AS DECIMAL(14, 0))"
                value = f"CAST({value} * {pieces} AS DECIMAL(20, 4))"
            parts.append(f"{value} AS v_{role}")
        else:
            parts.append(f"NULL::DECIMAL(20, 4) AS v_{role}")
    parts.append(f"{moment_sql(plan, 'order_date', 'order_time')} AS ordered_at")
    parts += [
        f"{moment_sql(plan, r)} AS at_{r}" for r in ("event_time", "first_order", "last_order")
    ]
    return ", ".join(parts)


def moment_sql(plan: Plan, role: str, time_role: str | None = None) -> str:
    """The time a row happened: its date column, with the time column where there is one."""
    column = plan.mapping.column(role)
    fmt = plan.formats.dates.get(column) if column is not None else None
    if fmt is None:
        return "NULL::TIMESTAMP"
    if time_role and plan.mapping.has(time_role) and not fmt.has_time:
        clock = (
            f"coalesce({time_of_day(f't_{time_role}')} - TIMESTAMP '1900-01-01', INTERVAL 0 DAY)"
        )
        return f"{x.moment(f't_{role}', fmt)} + {clock}"
    return x.moment(f"t_{role}", fmt)


def time_of_day(column: str) -> str:
    formats = (
        "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I:%M:%S%p", "%I %p", "%I%p",
        "%H:%M:%S.%f", "%H.%M", "%H.%M.%S", "%Hh%M", "%H",
    )  # fmt: skip
    listed = ", ".join(x.q(f) for f in formats)
    return f"try_strptime(replace(upper({column}), ' UHR', ''), [{listed}])"


def _identity(plan: Plan) -> str:
    """Who bought: the id, or what stands for it."""
    options = []
    if plan.mapping.has("customer_id"):
        own = x.id_of("t_customer_id")
        lost = f" OR {x.lost_digits('t_customer_id')}" if plan.mapping.has("email") else ""
        options.append(
            f"CASE WHEN lower({own}) IN ({NO_ID}){lost} THEN NULL"
            f" WHEN contains({own}, '@') THEN lower({own})"
            f" ELSE {own} END"
        )
    if plan.mapping.has("email"):
        options.append("CASE WHEN contains(t_email, '@') THEN lower(t_email) END")
    if not options and plan.mapping.has("phone"):
        options.append("nullif(regexp_replace(t_phone, '[^0-9+]', '', 'g'), '')")
    if not options and plan.mapping.has("name"):
        name = "regexp_replace(lower(t_name), '\\s+', ' ', 'g')"
        options.append(f"CASE WHEN {name} IN ({NO_ID}) THEN NULL ELSE {name} END")
    if not options:
        return "NULL::VARCHAR AS customer_id"
    return f"coalesce({', '.join(options)}, NULL) AS customer_id"


def _order_key(plan: Plan) -> str:
    """The order a row belongs to: its id, or customer and time."""
    timed = is_timed(plan)
    stamp = "%Y-%m-%dT%H:%M:%S" if timed else "%Y-%m-%d"
    made = (
        f"concat(coalesce(customer_id, 'line ' || line), ' ', strftime(ordered_at, {x.q(stamp)}))"
    )
    if not plan.mapping.has("order_id"):
        return made
    own = f"CASE WHEN {x.lost_digits('t_order_id')} THEN NULL ELSE {x.id_of('t_order_id')} END"
    own = f"nullif({own}, '0')"
    if plan.sub_orders:
        own = f"regexp_replace({own}, '[_-][0-9]+$', '')"
    return f"coalesce({own}, {made})"


def is_timed(plan: Plan) -> bool:
    column = plan.mapping.column("order_date")
    fmt = plan.formats.dates.get(column) if column is not None else None
    return plan.mapping.has("order_time") or bool(fmt and fmt.has_time)


def _canonical(plan: Plan) -> str:
    """The canonical columns of one row."""
    has = plan.mapping.has
    is_cancelled = x.cancelled("t_status") if has("status") else "false"
    if has("cancelled_at"):
        is_cancelled = f"({is_cancelled} OR t_cancelled_at IS NOT NULL)"
    is_refunded = x.refunded("t_status") if has("status") else "false"
    if has("cancelled"):
        is_cancelled = f"({is_cancelled} OR coalesce({x.boolean_of('t_cancelled')}, false))"
    # A discount line or a credit is negative whatever its quantity; a returned piece is too.
    negative = "(coalesce(v_quantity, 0) < 0 OR coalesce(goods, 0) < 0)"
    if has("status") and _tells_rows_apart(plan):
        negative, is_refunded = f"({negative} OR {is_refunded})", "false"
    if has("returned"):
        is_refunded = f"({is_refunded} OR coalesce({x.boolean_of('t_returned')}, false))"
    parts = "nullif(concat_ws(' ', t_first_name, t_last_name), '')"
    currency = [x.q(plan.currency)] if plan.currency else []
    if has("currency"):
        currency = ["nullif(upper(t_currency), '')", *currency]
        currency.insert(1, "sign_currency")
    else:
        currency.insert(0, "sign_currency")
    return f"""line, customer_id, raw_customer, coalesce(t_name, {parts}) AS name,
        lower(t_email) AS email, t_phone AS phone, t_city AS city, t_country AS country,
        {x.boolean_of("t_consent") if has("consent") else "NULL::BOOLEAN"} AS consent,
        k AS order_id, ordered_at, {is_timed(plan)} AS has_time,
        {is_cancelled} AS is_cancelled, {is_refunded} AS is_refunded, {negative} AS is_negative,
        is_duplicate, counts, CASE WHEN {negative} THEN -abs(goods) ELSE goods END AS amount,
        CAST(v_quantity AS DOUBLE) AS quantity, v_unit_price AS unit_price,
        abs(v_discount) AS discount, {_refund(plan)} AS refund, v_amount AS given_amount,
        {_signed(plan, "tax", negative)} AS tax, {_signed(plan, "shipping", negative)} AS shipping,
        t_status AS status,
        {x.id_of("t_product_id") if has("product_id") else "NULL::VARCHAR"} AS product_id,
        t_product_name AS product_name, t_category AS category, attributes,
        t_review_title AS title, t_review_text AS text, CAST(v_rating AS DOUBLE) AS rating,
        lower(t_event_type) AS event_type, at_event_time AS event_at, at_first_order AS first_order,
        at_last_order AS last_order, CAST(v_orders_count AS BIGINT) AS orders_count,
        {f"coalesce({', '.join(currency)})"} AS currency"""


def _signed(plan: Plan, role: str, negative: str) -> str:
    """A line's tax or shipping with the sign of its amount, NULL where the file has none."""
    if not plan.mapping.has(role):
        return f"NULL::{MONEY}"
    share = amounts.line_share_sql(plan.model, role)
    return f"CASE WHEN {negative} THEN -abs({share}) ELSE {share} END"


def _tells_rows_apart(plan: Plan) -> bool:
    """Whether the status is a type of row (sale, return), not what became of an order.

    A row of type *return* is the refund itself; the sale stands in a row of its own.
    """
    column = plan.mapping.column("status")
    return column is not None and "type" in headers.tokens(plan.mapping.names[column])


def _refund(plan: Plan) -> str:
    """What of a line's goods was paid back, where the file gives refunded amounts.

    A refund of the whole total gives back all the goods, whatever tax and shipping it holds.
    """
    if not plan.mapping.has("refund"):
        return "NULL::DECIMAL(20, 4)"
    levels = plan.model.levels
    if levels.get("refund", "line") == "line" and not plan.model.per_order:
        whole = (
            " OR ".join(f"abs(v_refund) >= v_{r}" for r in ("order_total",) if plan.mapping.has(r))
            or "false"
        )
        return (
            f"CASE WHEN v_refund IS NULL OR v_refund = 0 THEN NULL WHEN {whole} THEN goods"
            " ELSE least(abs(v_refund), abs(goods)) END"
        )
    over = " FILTER (counts) OVER (PARTITION BY k)"
    back = amounts.order_value("refund", levels, over)
    goods = f"sum(goods){over}"
    whole = "false"
    if plan.mapping.has("order_total"):
        total = amounts.order_value("order_total", levels, over)
        whole = f"({back} >= {total} - 0.01 AND {total} > 0)"
    share = f"CASE WHEN {whole} OR {back} >= {goods} THEN 1 ELSE {back} / {goods} END"
    return (
        f"CASE WHEN {back} = 0 OR coalesce({goods}, 0) <= 0 THEN NULL"
        f" ELSE CAST(goods * ({share}) AS DECIMAL(20, 4)) END"
    )


def _judged(plan: Plan) -> str:
    """``code`` and ``reason``: the first check that a row fails."""
    has = plan.mapping.has
    checks = x.Checks()

    def name(role: str) -> str:
        column = plan.mapping.column(role)
        return plan.mapping.names[column][:80] if column is not None else role

    values = ", ".join(f"nullif(trim(c{i}), '')" for i in range(len(plan.mapping.names)))
    empty = f"coalesce({values}, NULL) IS NULL"
    checks.add(
        f"ordered_at IS NULL AND {empty}" if plan.needs_order else empty,
        "blank-row",
        x.q("The row has no values."),
    )
    when = "order_date" if plan.needs_order else ""
    if when:
        cells = ", ".join(f"c{i}" for i in range(min(len(plan.mapping.names), 40)))
        alone = f"regexp_matches(lower(concat_ws(chr(31), {cells})), {x.q(_TOTAL_WORDS)})"
        checks.add(f"ordered_at IS NULL AND {alone}", TOTAL_ROW, "NULL")
        checks.add(
            f"ordered_at IS NULL AND lower(t_order_date) = {x.q(name(when).lower())}",
            HEADER_ROW,
            "NULL",
        )
        checks.add(
            f"t_order_date IS NULL OR ordered_at IS NULL AND {missing_sql('t_order_date')}",
            "constraint-error",
            x.q(f"{name(when)} is required."),
        )
    for role, value in (
        ("order_date", "ordered_at"),
        ("event_time", "at_event_time"),
        ("first_order", "at_first_order"),
        ("last_order", "at_last_order"),
    ):
        if has(role):
            what = "a date as this column has them"
            x.unreadable(f"t_{role}", value, name(role), what, checks)
            checks.add(
                f"year({value}) NOT BETWEEN {x.FIRST_YEAR} AND {x.LAST_YEAR}",
                "constraint-error",
                x.q(f"{name(role)}: the year is out of range."),
            )
    for role in (*NUMBERS, "rating", "orders_count"):
        if has(role):
            x.unreadable(
                f"t_{role}", f"v_{role}", name(role), "a number as this column has them", checks
            )
    if plan.needs_order:
        money = [
            name(r)
            for r in ("amount", "subtotal", "order_total", "quantity", "unit_price")
            if has(r)
        ]
        checks.add("goods IS NULL", "constraint-error", x.q(f"{' and '.join(money)}: no amount."))
        checks.add("abs(goods) >= 1e12", "constraint-error", x.q("The amount is out of range."))
    checks.add(
        f"strlen(customer_id) > {plan.limits.customer_id_bytes}",
        "constraint-error",
        x.q(f"A customer id may have at most {plan.limits.customer_id_bytes} bytes."),
    )
    return f"{checks.code()} AS code, {checks.reason()} AS reason"
