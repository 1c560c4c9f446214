"""From cells to values: SQL of the text and the value of every role, row by row."""

from __future__ import annotations

from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.fields import IDENTITY
from kindred.reading.rows import row_schema
from kindred.reading.rows.expressions import (
    id_of,
    item_name,
    lost_digits,
    said,
    struct,
    text_of,
)
from kindred.reading.rows.plan import (
    NUMBER_ROLES,
    ORDER_LEVEL,
    PRICE_DIGITS,
    TEXT_ROLES,
    VALUE_ROLES,
    Plan,
    value_type,
)
from kindred.reading.values import dates, numbers
from kindred.reading.values.currencies import currency_sql
from kindred.reading.values.quoting import quoted
from kindred.tables import MONEY

#: A cell of nothing but such a word marks the row as a sum of others, in all languages of headers.
TOTAL_WORDS: Final = (
    r"(?:^|\x1f)\s*(?:grand total|sub-?total|totals?|sum|summe|gesamt(?:summe|betrag)?|somme|"
    r"total g[eé]n[eé]ra?l|suma|totales|कुल(?: योग)?|average|durchschnitt|totale|count)"
    r"\s*:?\s*(?:$|\x1f)"
)
#: Ids of nobody: what shops write for who has no account, and what spreadsheets write for an error.
_NO_ID: Final = (
    "'0', 'guest', 'guest customer', 'guest user', 'walk-in', 'walk in', 'walk-in customer',"
    " 'walk in customer', 'cash customer', 'unknown', 'anonymous', '(not set)', '#ref!', '#value!',"
    " '#name?', '#num!', '#div/0!', '#null!', 'laufkunde', 'gast', 'consumidor final'"
)
#: Roles whose words are values: NA is Namibia, NONE may be a status.
_WORDS_COUNT: Final = ("currency", "country", "status", "consent", "event_type")
#: Roles that a check looks at: it has to know a missing value from one that can't be read.
_READ: Final = ("order_date", "event_time", "first_order", "last_order", "rating", "orders_count")


def parsed_sql(plan: Plan, relation: str) -> str:
    """Rows with the text (``t_``) and the value (``v_``) of every role, and whether they count."""
    return stages(plan, relation)["counted"]


def stages(plan: Plan, relation: str) -> dict[str, str]:
    """The queries from cells to counted rows, each upon the one before; see `row_schema`."""
    source = _filled_down(plan, relation) if plan.fill_down else relation
    counts = "true" if plan.keep_equal_rows else "NOT is_duplicate"
    if plan.summary_rows:
        counts += (
            " AND NOT (t_product IS NULL AND max(t_product) OVER (PARTITION BY k) IS NOT NULL)"
        )
    product = "coalesce(t_product_id, t_product_name)"
    cells = f"SELECT line, {_cells(plan)} FROM {source}"
    words = f"SELECT {_words(plan)} FROM ({cells})"
    values = f"SELECT *, {_values(plan)} FROM ({words})"
    people = f"SELECT *, {_identity(plan)} FROM ({values})"
    keyed = f"SELECT *, {_order_key(plan)} AS k, {product} AS t_product FROM ({people})"
    counted = f"SELECT *, {counts} AS counts FROM ({keyed})"
    queries = (cells, words, values, people, keyed, counted)
    return dict(zip(row_schema.PARSED_STAGES, queries, strict=True))


def _cells(plan: Plan) -> str:
    """The text of each role, the attributes, and what tells duplicates apart."""
    parts = [f"{_text(plan, role)} AS t_{role}" for role in TEXT_ROLES]
    who = next((r for r in IDENTITY if plan.mapping.has(r)), None)
    parts.append(f"{plan.column(who) if who else 'NULL::VARCHAR'} AS raw_customer")
    parts += [f"c{i}" for i in range(len(plan.mapping.names))]
    named = {plan.mapping.names[c]: text_of(f"c{c}") for c in plan.attributes}
    parts.append(f"{struct(named)} AS attributes")
    signs = [currency_sql(f"c{c}", plan.currency) for c in plan.sign_columns]
    parts.append(
        f"coalesce({', '.join([*signs, 'NULL::VARCHAR', 'NULL::VARCHAR'])}) AS sign_currency"
    )
    duplicate = "line IN (SELECT line FROM duplicate_lines)" if plan.duplicates else "false"
    parts.append(f"{duplicate} AS is_duplicate")
    return ", ".join(parts)


#: What stands between the cells of several columns that are one role.
_GLUE: Final = {"product_name": "; ", "review_text": "\n"}


def _text(plan: Plan, role: str) -> str:
    """The text of a role: one cell as it stands, or several by what they mean, put together."""
    guess = plan.mapping.guesses.get(role)
    if guess is None:
        return "NULL::VARCHAR"
    cells = [text_of(f"c{c}") for c in guess.columns]
    if not _stands_alone(plan, role):
        cells = [_without_fillers(role, cell) for cell in cells]
    if role == "email" and plan.other_party:
        # Who pays stands in one column or the other: refunds go back.
        other, own = plan.other_party
        paid_to = f"nullif(lower({text_of(f'c{other}')}), {quoted(own)})"
        cells = [f"CASE WHEN lower({c}) = {quoted(own)} THEN {paid_to} ELSE {c} END" for c in cells]
    if len(cells) == 1:
        return cells[0]
    return f"nullif(concat_ws({quoted(_GLUE.get(role, ' '))}, {', '.join(cells)}), '')"


def _stands_alone(plan: Plan, role: str) -> bool:
    """Whether a role's text is one cell as it stands."""
    return len(plan.mapping.guesses[role].columns) == 1 and not (
        role == "email" and plan.other_party
    )


def _without_fillers(role: str, cell: str) -> str:
    """A cell in its role: words for nothing are nothing, a packed item is its name."""
    if role not in (*_WORDS_COUNT, *NUMBER_ROLES, *_READ):
        cell = said(cell)
    return item_name(cell) if role == "product_name" else cell


def _words(plan: Plan) -> str:
    """All columns, single cells by what they mean: a step of its own, so each is trimmed once."""
    texts = {
        f"t_{role}": _without_fillers(role, f"t_{role}")
        for role in TEXT_ROLES
        if role in plan.mapping.guesses and _stands_alone(plan, role)
    }
    replaced = ", ".join(f"{text} AS {name}" for name, text in texts.items() if text != name)
    return f"* REPLACE ({replaced})" if replaced else "*"


def _filled_down(plan: Plan, relation: str) -> str:
    """Cells of the order, given on its first line only, repeated on the later ones."""
    order = plan.column("order_id")
    roles = [role for role in ORDER_LEVEL if role in plan.mapping.guesses]
    columns = sorted({c for role in roles for c in plan.mapping.guesses[role].columns})
    firsts = ", ".join(f"arg_min(c{c}, line) FILTER (trim(c{c}) <> '') AS f{c}" for c in columns)
    relation = with_runs(plan, relation)
    picked = ", ".join(
        f"coalesce(nullif(trim(r.c{i}), ''), o.f{i}) AS c{i}" if i in columns else f"r.c{i}"
        for i in range(len(plan.mapping.names))
    )
    return (
        f"(SELECT r.line, {picked} FROM {relation} r LEFT JOIN (SELECT {order} AS k, run, {firsts}"
        f" FROM {relation} WHERE trim({order}) <> '' GROUP BY 1, 2) o"
        f" ON o.k = r.{order} AND o.run = r.run)"
    )


def with_runs(plan: Plan, relation: str) -> str:
    """``relation`` with ``run``: lines of one number and run are of one order, blanks or not.

    Where numbers start again, these are lines that stand one below the other.
    """
    if not plan.key_parts:
        return f"(SELECT *, 0 AS run FROM {relation})"
    number = f"row_number() OVER (PARTITION BY {plan.column('order_id')} ORDER BY line)"
    return f"(SELECT *, row_number() OVER (ORDER BY line) - {number} AS run FROM {relation})"


def _values(plan: Plan) -> str:
    parts = [f"{_number(plan, role)} AS v_{role}" for role in VALUE_ROLES]
    parts.append(f"{_moment(plan, 'order_date', 'order_time')} AS ordered_at")
    parts += [f"{_moment(plan, r)} AS at_{r}" for r in ("event_time", "first_order", "last_order")]
    return ", ".join(parts)


def _number(plan: Plan, role: str) -> str:
    if not plan.mapping.has(role):
        return f"NULL::{value_type(role)}"
    digits = PRICE_DIGITS if role == "unit_price" else 4
    value = numbers.sql(f"t_{role}", plan.number_format(role), digits)
    parts = plan.mapping.guesses[role].columns
    if len(parts) > 1:
        values = [numbers.sql(text_of(f"c{c}"), plan.format_of(c), digits) for c in parts]
        total = " + ".join(f"coalesce({value}, 0)" for value in values)
        value = f"CASE WHEN coalesce({', '.join(values)}) IS NOT NULL THEN {total} END"
        value = f"CAST({value} AS {value_type(role)})"
    if headers.is_in_hundredths(plan.header(role)):
        value = f"CAST({value} / 100 AS {value_type(role)})"
    if role == "shipping" and "peritem" in headers.key(plan.header(role)):
        quantity = numbers.sql("t_quantity", plan.number_format("quantity"))
        pieces = f"CAST(coalesce({quantity}, 1) AS DECIMAL(14, 0))"
        value = f"CAST({value} * {pieces} AS {MONEY})"
    return value


def _moment(plan: Plan, role: str, time_role: str | None = None) -> str:
    """The time a row happened: its date column, with the time column where there is one."""
    column = plan.mapping.column(role)
    fmt = plan.formats.dates.get(column) if column is not None else None
    if fmt is None:
        return "NULL::TIMESTAMP"
    if time_role and plan.mapping.has(time_role) and not fmt.has_time:
        time = _time_of_day(f"t_{time_role}")
        clock = f"coalesce({time} - TIMESTAMP '1900-01-01', INTERVAL 0 DAY)"
        return f"{dates.sql(f't_{role}', fmt)} + {clock}"
    return dates.sql(f"t_{role}", fmt)


#: Times of day in a column of their own, the frequent ones first.
_TIMES: Final = (
    "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I:%M:%S%p", "%I %p", "%I%p",
    "%H:%M:%S.%f", "%H.%M", "%H.%M.%S", "%Hh%M", "%H",
)  # fmt: skip


def _time_of_day(column: str) -> str:
    """The time as a moment of 1900-01-01, where `try_strptime` begins."""
    listed = ", ".join(quoted(f) for f in _TIMES)
    return f"try_strptime(replace(upper({column}), ' UHR', ''), [{listed}])"


def _identity(plan: Plan) -> str:
    """Who bought: the id, or what stands for it."""
    options = identity_options(plan)
    if not options:
        return "NULL::VARCHAR AS customer_id"
    return f"coalesce({', '.join(options)}, NULL) AS customer_id"


def identity_options(plan: Plan) -> list[str]:
    """The SQL of each column that may say who bought, the best first."""
    options = []
    if plan.mapping.has("customer_id"):
        own = id_of("t_customer_id")
        lost = f" OR {lost_digits('t_customer_id')}" if plan.mapping.has("email") else ""
        options.append(
            f"CASE WHEN lower({own}) IN ({_NO_ID}){lost} THEN NULL"
            f" WHEN contains({own}, '@') THEN lower({own})"
            f" ELSE {own} END"
        )
    if plan.mapping.has("email"):
        options.append("CASE WHEN contains(t_email, '@') THEN lower(t_email) END")
    if not options and plan.mapping.has("phone"):
        options.append("nullif(regexp_replace(t_phone, '[^0-9+]', '', 'g'), '')")
    if not options and plan.mapping.has("name"):
        name = "regexp_replace(lower(t_name), '\\s+', ' ', 'g')"
        options.append(f"CASE WHEN {name} IN ({_NO_ID}) THEN NULL ELSE {name} END")
    return options


#: What an order's number may need beside it, besides a column of the file (``c7``).
KEY_DAY, KEY_CUSTOMER = "day", "customer"


def key_part_sql(part: str) -> str:
    """The text of a part of an order's key, from rows that say who bought and when."""
    if part == KEY_DAY:
        return "strftime(ordered_at, '%Y-%m-%d')"
    return "customer_id" if part == KEY_CUSTOMER else text_of(part)


def order_number(plan: Plan) -> str:
    """An order's number as the file gives it, NULL where the line has none."""
    own = f"CASE WHEN {lost_digits('t_order_id')} THEN NULL ELSE {id_of('t_order_id')} END"
    own = f"nullif({own}, '0')"
    return f"regexp_replace({own}, '[_-][0-9]+$', '')" if plan.sub_orders else own


def _order_key(plan: Plan) -> str:
    """The order a row belongs to: its number and what that needs, or customer and time."""
    stamp = "%Y-%m-%dT%H:%M:%S" if plan.has_times else "%Y-%m-%d"
    at = f"strftime(ordered_at, {quoted(stamp)})"
    made = f"concat(coalesce(customer_id, 'line ' || line), ' ', {at})"
    if not plan.mapping.has("order_id"):
        return made
    own = order_number(plan)
    if plan.key_parts:
        beside = ", ".join(key_part_sql(part) for part in plan.key_parts)
        own = f"{own} || ' ' || concat_ws(' ', {beside})"
    return f"coalesce({own}, {made})"
