"""What was sold and what went back: the canonical orders of a shop.

A sale's lines are the order's; a refund's are its own, negative, on the day of the refund. So the
sum of `amount` is what orders say less what refunds that are done say, to the last of four places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from kindred.sources.shops.people import is_guest
from kindred.tables import ORDERS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine


@dataclass(frozen=True)
class Ledger:
    """Judged orders and refunds: each with ``verdict``, ``ok`` for what counts."""

    orders: Table  # `verdict`, `whose`
    judged: Table  # the same without `lines`, computed
    refunds: Table  # `verdict`, and of its order: `whose`, `order_status`, `order_channel`


def judge_orders(orders: Table, currency: str | None) -> Table:
    """Current orders with ``verdict``: ``ok``, or why one isn't in the tables."""
    verdict = ibis.cases(
        (orders.fault.notnull(), orders.fault),
        (orders.state == "draft", "draft-order"),
        (orders.state == "test", "test-order"),
        (orders.ordered_at.isnull(), "without-date"),
        (_is_foreign(orders, currency), "other-currency"),
        (orders.lines.length().fill_null(0) == 0, "without-lines"),
        else_="ok",
    )
    return orders.filter(~_.is_deleted).mutate(verdict=verdict)


def judge_refunds(refunds: Table, orders: Table, currency: str | None) -> Table:
    """Current refunds with ``verdict``, and what is to be known of their order.

    ``orders``: judged ones.
    """
    of_order = orders.select(
        known_id=_.id,
        order_state=_.state,
        order_verdict=_.verdict,
        order_status=_.status,
        order_channel=_.channel,
        whose=_.whose,
    )
    joined = refunds.filter(~_.is_deleted).left_join(of_order, _.order_id == of_order.known_id)
    verdict = ibis.cases(
        (joined.fault.notnull(), joined.fault),
        (joined.state == "pending", "pending-refund"),
        (joined.state == "failed", "failed-refund"),
        (joined.known_id.isnull(), "refund-without-order"),
        (_is_foreign(joined, currency), "other-currency"),
        (joined.order_verdict != "ok", "refund-of-left-out-order"),
        (joined.order_state == "cancelled", "refund-of-cancelled-order"),
        else_="ok",
    )
    return joined.mutate(verdict=verdict)


def _is_foreign(rows: Table, currency: str | None) -> Any:
    return rows.currency.notnull() & (rows.currency != (currency or ""))


def order_rows(ledger: Ledger, products: Table, *, engine: Engine) -> Table:
    """The canonical orders, by customer and time, so that one customer's lie together."""
    names = engine.keep("product_names", _product_names(products))
    rows = _sales(ledger.orders, names).union(_returns(ledger, names))
    return rows.order_by(
        "customer_id", "ordered_at", "order_id", ibis.desc("kind"), "platform_refund_id", "line"
    ).select(*ORDERS)


def _product_names(products: Table) -> Table:
    """What products are called, by the ``key`` of `parts.product_key`."""
    usable = products.filter(~_.is_deleted, _.fault.isnull())
    called = {"known_product": _.id, "known_name": _.name, "known_category": _.category}
    by_id = usable.select(key="id:" + _.id, **called)
    numbered = usable.filter(_.sku.notnull())
    first = numbered.group_by("sku").aggregate(id=_.id.min())
    by_sku = numbered.semi_join(first, ["sku", "id"])
    return by_id.union(by_sku.select(key="sku:" + _.sku, **called))


def _lines(orders: Table) -> Table:
    of_order = orders.select(
        order_id=_.id,
        whose=_.whose,
        ordered_at=_.ordered_at,
        state=_.state,
        status=_.status,
        channel=_.channel,
        attributes=_.attributes,
        lines=_.lines,
    )
    return of_order.unnest("lines").unpack("lines")


def _sales(orders: Table, names: Table) -> Table:
    lines = _lines(orders.filter(_.verdict == "ok"))
    lines = lines.left_join(names, lines.product_key == names.key)
    is_cancelled = lines.state == "cancelled"

    def none_left(money: Any) -> Any:
        nothing = ibis.literal(0).cast("decimal(20, 4)")
        return (is_cancelled & money.notnull()).ifelse(nothing, money)

    return _canonical(
        lines,
        kind=is_cancelled.ifelse("cancelled", "sale"),
        amount=none_left(lines.amount),
        tax=none_left(lines.tax),
        shipping=none_left(lines.shipping),
        unit_price=lines.unit_price,
        discount=lines.discount,
        attributes=lines.attributes,
        platform_refund_id=ibis.null("string"),
    )


def _returns(ledger: Ledger, names: Table) -> Table:
    done = ledger.refunds.filter(_.verdict == "ok")
    returned = done.select(
        "order_id",
        "whose",
        refund_id=_.id,
        ordered_at=_.refunded_at,
        status=_.order_status,
        channel=_.order_channel,
        lines=_.lines,
    )
    returned = returned.unnest("lines").unpack("lines")
    sold = _lines(ledger.orders.semi_join(done, ledger.orders.id == done.order_id))
    sold = sold.mutate(
        copy=ibis.row_number().over(group_by=["order_id", "line_id"], order_by="place")
    )
    sold = sold.filter(_.copy == 0, _.line_id.notnull()).select(
        of_order="order_id",
        of_line="line_id",
        **{name: _[name] for name in ("product_key", "product_id", "sku", "name", "category")},
    )
    told = returned.left_join(
        sold, [returned.order_id == sold.of_order, returned.line_id == sold.of_line]
    )
    told = told.left_join(names, told.product_key == names.key)
    return _canonical(
        told,
        kind=ibis.literal("refund"),
        amount=told.amount,
        tax=told.tax,
        shipping=told.shipping,
        unit_price=ibis.null("decimal(20, 4)"),
        discount=ibis.null("decimal(20, 4)"),
        attributes=ibis.null("string"),
        platform_refund_id=told.refund_id,
    )


def _canonical(rows: Table, **own: Any) -> Table:
    """What both kinds of lines have in common, and what is ``own``."""
    whose = rows.whose
    columns: dict[str, Any] = {
        "line": rows.place,
        "customer_id": whose,
        "order_id": rows.order_id,
        "ordered_at": rows.ordered_at,
        "has_time": ibis.literal(True),
        "quantity": rows.quantity,
        "product_id": rows.known_product.coalesce(rows.product_id, rows.sku),
        "product_name": rows.name.coalesce(rows.known_name),
        "category": rows.category.coalesce(rows.known_category),
        "status": rows.status,
        "channel": rows.channel,
        "platform_order_id": rows.order_id,
        "platform_customer_id": is_guest(whose).ifelse(ibis.null("string"), whose),
        "platform_product_id": rows.product_id.coalesce(rows.known_product),
    }
    return rows.select(**{name: (columns | own)[name] for name in (*ORDERS, "platform_refund_id")})
