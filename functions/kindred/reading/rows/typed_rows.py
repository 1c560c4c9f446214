"""One row per record: canonical values, and code and reason where the row can't be used."""

from __future__ import annotations

from kindred.reading.columns import headers
from kindred.reading.rows.checks import checked_sql
from kindred.reading.rows.expressions import (
    boolean_of,
    cancelled,
    id_of,
    refunded,
)
from kindred.reading.rows.goods import goods_sql, line_share_sql
from kindred.reading.rows.parsing import parsed_sql
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.refunds import refund_sql
from kindred.reading.values.quoting import quoted
from kindred.tables import MONEY


def typed_sql(plan: Plan, relation: str) -> str:
    """One row per record: canonical values, and ``code`` and ``reason`` where it is bad."""
    valued = goods_sql(plan.model, f"({parsed_sql(plan, relation)})")
    return f"SELECT {_canonical(plan)}, {checked_sql(plan)} FROM {valued}"


def _canonical(plan: Plan) -> str:
    """The canonical columns of one row."""
    has = plan.mapping.has
    is_cancelled, is_refunded, is_negative = _outcome(plan)
    names = "nullif(concat_ws(' ', t_first_name, t_last_name), '')"
    return f"""line, customer_id, raw_customer, coalesce(t_name, {names}) AS name,
        lower(t_email) AS email, t_phone AS phone, t_city AS city, t_country AS country,
        {boolean_of("t_consent") if has("consent") else "NULL::BOOLEAN"} AS consent,
        k AS order_id, ordered_at, {plan.has_times} AS has_time,
        {is_cancelled} AS is_cancelled, {is_refunded} AS is_refunded, {is_negative} AS is_negative,
        is_duplicate, counts, {_signed("goods", is_negative)} AS amount,
        CAST(v_quantity AS DOUBLE) AS quantity, CAST(v_unit_price AS {MONEY}) AS unit_price,
        abs(v_discount) AS discount, {refund_sql(plan)} AS refund, v_amount AS given_amount,
        {_share(plan, "tax", is_negative)} AS tax,
        {_share(plan, "shipping", is_negative)} AS shipping, t_status AS status,
        {id_of("t_product_id") if has("product_id") else "NULL::VARCHAR"} AS product_id,
        t_product_name AS product_name, t_category AS category, attributes,
        t_review_title AS title, t_review_text AS text, CAST(v_rating AS DOUBLE) AS rating,
        lower(t_event_type) AS event_type, at_event_time AS event_at, at_first_order AS first_order,
        at_last_order AS last_order, CAST(v_orders_count AS BIGINT) AS orders_count,
        {_currency(plan)} AS currency"""


def _outcome(plan: Plan) -> tuple[str, str, str]:
    """The SQL of whether a row is cancelled, was refunded, is itself money that went back."""
    has = plan.mapping.has
    is_cancelled = cancelled("t_status") if has("status") else "false"
    is_refunded = refunded("t_status") if has("status") else "false"
    if has("cancelled_at"):
        is_cancelled = f"({is_cancelled} OR t_cancelled_at IS NOT NULL)"
    if has("cancelled"):
        is_cancelled = f"({is_cancelled} OR coalesce({boolean_of('t_cancelled')}, false))"
    # A discount line or a credit is negative whatever its quantity; a returned piece is too.
    is_negative = "(coalesce(v_quantity, 0) < 0 OR coalesce(goods, 0) < 0)"
    if has("status") and _tells_rows_apart(plan):
        is_negative, is_refunded = f"({is_negative} OR {is_refunded})", "false"
    if has("returned"):
        is_refunded = f"({is_refunded} OR coalesce({boolean_of('t_returned')}, false))"
    return is_cancelled, is_refunded, is_negative


def _currency(plan: Plan) -> str:
    """A row's currency: its column, a sign beside its amount, or what the file is in."""
    own = ["nullif(upper(t_currency), '')"] if plan.mapping.has("currency") else []
    files = [quoted(plan.currency)] if plan.currency else []
    return f"coalesce({', '.join([*own, 'sign_currency', *files])})"


def _signed(money: str, is_negative: str) -> str:
    """Money of a line with the sign of its amount; what doesn't fit is rejected (`checks`)."""
    return f"TRY_CAST(CASE WHEN {is_negative} THEN -abs({money}) ELSE {money} END AS {MONEY})"


def _share(plan: Plan, role: str, is_negative: str) -> str:
    """A line's tax or shipping, NULL where the file has none."""
    if not plan.mapping.has(role):
        return f"NULL::{MONEY}"
    return _signed(line_share_sql(plan.model, role), is_negative)


def _tells_rows_apart(plan: Plan) -> bool:
    """Whether the status is a type of row (sale, return), not what became of an order.

    A row of type *return* is the refund itself; the sale stands in a row of its own.
    """
    return "type" in headers.tokens(plan.header("status"))
