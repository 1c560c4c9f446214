"""What became of a shop's objects: the report, notices, and counts to compare with the shop's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from kindred.money import figure
from kindred.sources.shops.ledger import Ledger

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

#: Which stream brings a table, and when its objects happened; None: they have no time.
STREAMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "customers": ("customers", "created_at"),
    "orders": ("orders", "ordered_at"),
    "refunds": ("returns", "refunded_at"),
    "products": ("products", None),
    "reviews": ("reviews", "said_at"),
    "carts": ("abandoned", "left_at"),
}
#: Verdicts of what was never meant to count. Anything else but ``ok`` is a row that can't be used.
LEFT_OUT: Final = frozenset(
    {"draft-order", "test-order", "pending-refund", "failed-refund", "refund-of-cancelled-order",
     "hidden-review", "review-without-words", "recovered-cart"}
)  # fmt: skip
#: Most verdicts, currencies or years that there may be.
_MOST: Final = 10_000
UNDATED: Final = "undated"


@dataclass(frozen=True)
class Counts:
    """How many objects of each stream there are by year of the shop's clock, and since when."""

    by_year: dict[str, dict[str, int]]
    oldest: dict[str, datetime]


def count_objects(current: Mapping[str, Table], *, engine: Engine) -> Counts:
    """Over current rows; deleted ones are none."""
    moments = []
    for table, (stream, column) in STREAMS.items():
        rows = current[table].filter(~_.is_deleted)
        at = rows[column].cast("timestamp") if column else ibis.null("timestamp")
        moments.append(rows.select(stream=ibis.literal(stream), at=at))
    years = ibis.union(*moments).mutate(year=_.at.year().fill_null(0)).group_by("stream", "year")
    found = years.aggregate(n=_.count(), first=_.at.min()).order_by("stream", "year")
    by_year: dict[str, dict[str, int]] = {}
    oldest: dict[str, datetime] = {}
    for row in engine.fetch(found, most=_MOST).to_dict("records"):
        counted = by_year.setdefault(row["stream"], {})
        counted[str(row["year"] or UNDATED)] = int(row["n"])
        if row["year"]:
            oldest.setdefault(row["stream"], row["first"].to_pydatetime())
    return Counts(by_year, oldest)


def report_of(
    verdicts: Mapping[str, Table],
    ledger: Ledger,
    orders: Table | None,
    currency: str | None,
    *,
    engine: Engine,
) -> dict[str, Any]:
    """The report of a shop's objects: read = accepted + rejected.

    ``verdicts``: the objects of each table, each with its ``verdict``; ``orders``: canonical.
    """
    by_verdict: Counter[str] = Counter()
    by_table: Counter[str] = Counter()
    for table, verdict, number in _counted(verdicts, "verdict", engine):
        by_verdict[verdict] += number
        by_table[table] += number
    left_out = {code: by_verdict[code] for code in sorted(by_verdict) if code in LEFT_OUT}
    rejected = {
        code: by_verdict[code] for code in sorted(by_verdict) if code not in {*LEFT_OUT, "ok"}
    }
    return {
        "rows_read": by_verdict["ok"] + sum(rejected.values()),
        "rows_accepted": by_verdict["ok"],
        "rows_rejected": sum(rejected.values()),
        "rejected_by_code": rejected,
        "left_out": left_out,
        "objects": dict(by_table),
        "currency": currency,
        "other_currencies": _other_currencies(ledger, engine) if rejected else {},
        **_of_lines(orders, currency, engine),
        **_doubts(ledger, engine),
    }


def _counted(
    tables: Mapping[str, Table], column: str, engine: Engine
) -> Iterator[tuple[str, str, int]]:
    """``(table, value, how many)`` of one column of several tables."""
    named = [
        table.select(table=ibis.literal(name), value=table[column])
        for name, table in tables.items()
    ]
    counted = ibis.union(*named).group_by("table", "value").aggregate(n=_.count())
    found = engine.fetch(counted.order_by("table", "value"), most=_MOST)
    row: Any
    for row in found.itertuples(index=False):
        yield row.table, row.value, int(row.n)


def notices_of(report: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """``{code, message}`` of what a merchant should know."""
    return tuple({"code": code, "message": text} for code, text in _notices(report))


def _notices(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    others, own = report["other_currencies"], report["currency"]
    if others:
        named = ", ".join(f"{number:,} in {code}" for code, number in others.items())
        yield (
            "other-currencies",
            f"Orders and refunds in another currency than {own} aren't counted: {named}.",
        )
    if number := report["refunds_exceed_orders"]:
        yield (
            "refunds-exceed-orders",
            f"More went back for {number:,} orders than their goods cost. All of it counts.",
        )
    if number := report["lines_exceed_totals"]:
        yield (
            "lines-exceed-totals",
            f"The lines of {number:,} orders come to more than the order's total. A discount may"
            " be missing from them.",
        )
    if number := report["rejected_by_code"].get("refund-without-order"):
        yield (
            "refunds-without-orders",
            f"{number:,} refunds are of orders that the shop doesn't show us. They aren't counted.",
        )
    if number := report["rejected_by_code"].get("amount-unusable"):
        yield (
            "amounts-unusable",
            f"{number:,} objects have an amount that can't be one. They aren't counted.",
        )
    if number := report["orders_known_by_order_only"]:
        yield (
            "orders-without-buyer",
            f"{number:,} orders name no customer, address or number. Each is a customer of its"
            " own.",
        )


def _other_currencies(ledger: Ledger, engine: Engine) -> dict[str, int]:
    foreign = {
        name: table.filter(_.verdict == "other-currency")
        for name, table in (("orders", ledger.judged), ("refunds", ledger.refunds))
    }
    found: Counter[str] = Counter()
    for _table, code, number in _counted(foreign, "currency", engine):
        found[code] += number
    return dict(sorted(found.items()))


def _of_lines(orders: Table | None, currency: str | None, engine: Engine) -> dict[str, Any]:
    empty = {"rows": 0, "orders": 0, "net": 0.0}
    nothing = {"first_order": None, "last_order": None, "rows_without_customer": 0,
               "without_customer": empty, "order_lines": 0}  # fmt: skip
    if orders is None:
        return nothing
    nobody, is_sale = orders.customer_id.isnull(), orders.kind == "sale"
    row = engine.row(
        orders.aggregate(
            lines=orders.count(),
            first=orders.ordered_at.min(where=is_sale),
            last=orders.ordered_at.max(where=is_sale),
            rows=nobody.sum(),
            orders=orders.order_id.nunique(where=nobody & is_sale),
            net=orders.amount.sum(where=nobody),
        )
    )
    return {
        "first_order": row["first"].isoformat() if row["first"] else None,
        "last_order": row["last"].isoformat() if row["last"] else None,
        "order_lines": int(row["lines"]),
        "rows_without_customer": int(row["rows"]),
        "without_customer": {
            "rows": int(row["rows"]),
            "orders": int(row["orders"]),
            "net": figure(row["net"], currency),
        },
    }


def _doubts(ledger: Ledger, engine: Engine) -> dict[str, int]:
    """Orders whose lines don't fit, that name nobody, of which more went back than was paid."""
    usable = ledger.judged.filter(_.verdict == "ok")
    is_unnamed = usable.whose.notnull() & (usable.whose == usable.person_key)
    for key in ("customer_id", "email_key", "phone_key"):
        is_unnamed &= usable[key].isnull()
    row = engine.row(
        usable.aggregate(
            over=usable.is_over.fill_null(False).sum(where=usable.state == "placed"),
            unnamed=is_unnamed.sum(),
        )
    )
    done = ledger.refunds.filter(_.verdict == "ok")
    back = _sums(done.select(of="order_id", lines="lines"))
    orders = ledger.orders.filter(_.verdict == "ok").select(of="id", lines="lines")
    sold = _sums(orders.semi_join(back, "of"))
    both = back.join(sold, back.of == sold.of)
    exceeded = engine.value(both.filter(sold.amount + back.amount < 0).count())
    return {
        "lines_exceed_totals": int(row["over"] or 0),
        "orders_known_by_order_only": int(row["unnamed"] or 0),
        "refunds_exceed_orders": int(exceeded),
    }


def _sums(lines: Table) -> Table:
    unpacked = lines.unnest("lines").unpack("lines")
    return unpacked.group_by("of").aggregate(amount=_.amount.sum())
