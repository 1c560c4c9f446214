"""The canonical tables of a shop as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from kindred.sources.shops import people, reconciling
from kindred.sources.shops.ledger import Ledger, judge_orders, judge_refunds, order_rows
from kindred.tables import CUSTOMERS, EVENTS, ORDERS, PRODUCTS, TEXTS, Column, Tables

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine
    from kindred.sources.shops.compacting import Current

#: Types of `kindred.tables`, as Ibis calls them.
_TYPES: Final = {
    "BIGINT": "int64",
    "BOOLEAN": "boolean",
    "DECIMAL(20, 4)": "decimal(20, 4)",
    "DOUBLE": "float64",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "string",
}


@dataclass(frozen=True)
class Written:
    tables: Tables
    report: dict[str, Any]
    notices: tuple[dict[str, str], ...]
    counts: reconciling.Counts


def write_tables(
    current: Current, folder: Path, *, engine: Engine, currency: str | None
) -> Written:
    """Write the canonical tables below ``folder``.

    ``currency``: the shop's; None: the one that most orders have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = current.tables
    currency = currency or _usual_currency(tables["orders"], engine)
    named = [tables[name] for name in ("orders", "reviews", "carts")]
    guests = people.keep_guests(tables["customers"], current.aliases, named, engine=engine)

    def whose(rows: Table) -> Table:
        return people.with_customer(rows, current.aliases, guests)

    def keep(name: str, rows: Table) -> Table:
        """As a file, so that what is asked of it isn't asked of all that it comes from."""
        return engine.read(_write(rows, folder / f"judged-{name}.parquet", engine))

    orders = whose(judge_orders(tables["orders"], currency))
    judged = keep("orders", orders.drop("lines", "attributes", "version", "updated_at", "seen_at"))
    refunds = keep("refunds", judge_refunds(tables["refunds"], judged, currency))
    ledger = Ledger(orders, judged, refunds)
    reviews = keep("reviews", whose(_judge_reviews(tables["reviews"])))
    carts = keep("carts", whose(_judge_carts(tables["carts"])))
    met = [
        rows.filter(_.verdict == "ok").mutate(at=rows[column])
        for rows, column in ((judged, "ordered_at"), (reviews, "said_at"), (carts, "left_at"))
    ]
    customers = people.customer_rows(tables["customers"], current.aliases, met, engine=engine)
    products = tables["products"]
    made: dict[str, tuple[Table, Mapping[str, Column]]] = {
        "customers": (_customers(customers), CUSTOMERS),
        "orders": (order_rows(ledger, products, engine=engine), ORDERS),
        "texts": (_texts(reviews, ledger), TEXTS),
        "events": (_events(carts, currency), EVENTS),
        "products": (_products(products, currency), PRODUCTS),
    }
    paths = {
        name: _write(_typed(rows, schema), folder / f"{name}.parquet", engine)
        for name, (rows, schema) in made.items()
    }
    found = {name: path for name, path in paths.items() if name == "customers" or has_rows(path)}
    verdicts = {
        "customers": _judge(tables["customers"]),
        "orders": judged,
        "refunds": refunds,
        "products": _judge(products),
        "reviews": reviews,
        "carts": carts,
    }
    sold = engine.read(found["orders"]) if "orders" in found else None
    report = reconciling.report_of(verdicts, ledger, sold, currency, engine=engine)
    counts = reconciling.count_objects(tables, engine=engine)
    for judged_file in folder.glob("judged-*.parquet"):
        judged_file.unlink()  # the folder may be memory
    written = Tables(**found, currency=currency)
    return Written(written, report, reconciling.notices_of(report), counts)


def has_rows(path: Path) -> bool:
    """Whether a Parquet file holds any."""
    import pyarrow.parquet as pq

    return bool(pq.read_metadata(path).num_rows)


def _usual_currency(orders: Table, engine: Engine) -> str | None:
    counted = (
        orders.filter(_.currency.notnull(), _.state == "placed")
        .group_by("currency")
        .aggregate(n=_.count())
        .order_by([ibis.desc("n"), "currency"])
        .limit(1)
    )
    found = engine.fetch(counted, most=1)
    return str(found["currency"].iloc[0]) if len(found) else None


def _judge(rows: Table) -> Table:
    return rows.filter(~_.is_deleted).mutate(verdict=_.fault.coalesce("ok"))


def _judge_reviews(reviews: Table) -> Table:
    verdict = ibis.cases(
        (reviews.fault.notnull(), reviews.fault),
        (~reviews.is_shown, "hidden-review"),
        (reviews.title.isnull() & reviews.text.isnull(), "review-without-words"),
        else_="ok",
    )
    return reviews.filter(~_.is_deleted).mutate(verdict=verdict)


def _judge_carts(carts: Table) -> Table:
    verdict = ibis.cases(
        (carts.fault.notnull(), carts.fault),
        (carts.is_recovered, "recovered-cart"),
        (carts.left_at.isnull(), "without-date"),
        else_="ok",
    )
    return carts.filter(~_.is_deleted).mutate(verdict=verdict)


def _customers(rows: Table) -> Table:
    given = rows.mutate(
        given_orders=ibis.null("int64"),
        given_net=ibis.null("decimal(20, 4)"),
        given_first_order=ibis.null("timestamp"),
        given_last_order=ibis.null("timestamp"),
        platform_customer_id=people.is_guest(rows.customer_id).ifelse(
            ibis.null("string"), rows.customer_id
        ),
    )
    return given.order_by("customer_id")


def _texts(reviews: Table, ledger: Ledger) -> Table:
    """Reviews, and what buyers wrote when they sent something back."""
    written = reviews.filter(_.verdict == "ok").select(
        "id", "said_at", "title", "text", "rating", "product_id", customer_id=_.whose
    )
    notes = ledger.refunds.filter(_.verdict == "ok", _.note.notnull()).select(
        "id",
        said_at=_.refunded_at,
        title=ibis.null("string"),
        text=_.note,
        rating=ibis.null("float64"),
        product_id=ibis.null("string"),
        customer_id=_.whose,
    )
    every = written.mutate(what=ibis.literal("review")).union(
        notes.mutate(what=ibis.literal("note"))
    )
    order = [ibis.asc("said_at", nulls_first=True), ibis.asc("what"), ibis.asc("id")]
    return every.mutate(line=ibis.row_number().over(order_by=order) + 1).order_by("line")


def _events(carts: Table, currency: str | None) -> Table:
    left = carts.filter(_.verdict == "ok")
    is_own = left.currency.isnull() | (left.currency == (currency or ""))
    order = [ibis.asc("left_at"), ibis.asc("id")]
    return left.select(
        "product_id",
        "properties",
        line=ibis.row_number().over(order_by=order) + 1,
        customer_id=left.whose,
        event_type=ibis.literal("cart_abandoned"),
        event_at=left.left_at,
        value=is_own.ifelse(left.value, ibis.null("decimal(20, 4)")),
        session_id=left.id,
    ).order_by("line")


def _products(products: Table, currency: str | None) -> Table:
    known = _judge(products).filter(_.verdict == "ok")
    own = ibis.literal(currency, type="string")
    return known.mutate(
        product_id=_.id, platform_product_id=_.id, currency=_.currency.coalesce(own)
    ).order_by("product_id")


def _typed(rows: Table, schema: Mapping[str, Column]) -> Table:
    return rows.select(
        **{name: rows[name].cast(_TYPES[column.type]) for name, column in schema.items()}
    )


def _write(rows: Table, path: Path, engine: Engine) -> Path:
    engine.write(rows, path)
    return path
