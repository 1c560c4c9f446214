"""Orders, week by week: what was sold of each product, to which segment, and at what price.

Computed by the engine; what is fetched is bounded by products, segments and weeks, never by lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import Table

    from kindred.engine import Engine

#: Products that are learned about, those with the highest sales first.
MOST_PRODUCTS: Final = 500
#: The last three years; older demand says little of today's.
MOST_WEEKS: Final = 156
#: Rows that are fetched are bounded by it; there are ten or so.
MOST_SEGMENTS: Final = 100
#: Taken off a line for a reason that customers see; less is a rounding.
PROMOTED_FROM: Final = 0.03
EVERYBODY: Final = "all"


@dataclass(frozen=True)
class Panel:
    """``products``: product_id, week (0, 1, …), pieces, orders, price, promoted, until; ``cells``:
    product_id, segment_key, week, pieces, orders; ``segments``: what a segment's orders are like;
    ``taxes``: by product, the tax as a share of what was paid without it, where lines tell it.

    ``price`` is what was paid for a piece, the geometric mean over a day's lines (one large order
    of a reseller's is a line) and then over days; ``promoted`` the share of lines with a discount,
    the same way; ``until`` the day (1 to 7) that it was sold last on. Weeks without a sale have no
    row. Figures are rounded far below what they can tell: an engine adds up in any order, and what
    is searched for in them would follow their last digits.
    """

    products: pd.DataFrame
    cells: pd.DataFrame
    segments: pd.DataFrame
    weeks: int
    first_day: date | None
    taxes: Mapping[str, float] = field(default_factory=dict)


def weekly_panel(engine: Engine, orders: Table, segments: Table | None) -> Panel:
    """The panel of whole weeks; ``segments`` has a row of customer_id and segment_key each."""
    import ibis
    import pandas as pd
    from ibis import _

    lines = _sales(orders)
    span = engine.row(lines.aggregate(first=_.ordered_at.min(), last=_.ordered_at.max()))
    weeks, first = _whole_weeks(span["first"], span["last"])
    empty = pd.DataFrame()
    if first is None:
        return Panel(empty, empty, empty, 0, None)
    start = ibis.date(first.year, first.month, first.day)
    lines = lines.mutate(day=_.ordered_at.date().delta(start, unit="day"))
    lines = lines.mutate(week=_.day // 7, day=_.day % 7)
    lines = lines.filter(_.week >= 0, _.week < weeks)
    if segments is None:
        lines = lines.mutate(segment_key=ibis.null("string"))
    else:
        lines = lines.left_join(segments, "customer_id").drop("customer_id_right")
    lines = engine.keep("price_lines", _of_best_sellers(lines))
    sold = {"pieces": _.quantity.sum().round(6), "orders": _.order_id.nunique()}
    products = (
        lines.group_by("product_id", "week")
        .aggregate(**sold)
        .inner_join(_prices(lines), ["product_id", "week"])
    )
    known = lines.filter(_.segment_key.notnull())
    cells = known.group_by("product_id", "segment_key", "week").aggregate(**sold)
    most = MOST_PRODUCTS * weeks
    return Panel(
        engine.fetch(products.order_by("product_id", "week"), most=most),
        engine.fetch(
            cells.order_by("segment_key", "product_id", "week"), most=most * MOST_SEGMENTS
        ),
        engine.fetch(_segments(known), most=1000),
        weeks,
        first,
        _taxes(engine, lines),
    )


def _prices(lines: Table) -> Table:
    """A week's price: of each day the mean over lines, then the mean over days.

    Not over all lines at once: a price that changes within a week sells more on its lower side, and
    the week would look cheaper than it was, the more so the more customers react.
    """
    from ibis import _

    days = lines.group_by("product_id", "week", "day").aggregate(
        price=_.paid.ln().mean(), promoted=_.promoted.mean()
    )
    return days.group_by("product_id", "week").aggregate(
        price=_.price.mean().exp().round(9),
        promoted=_.promoted.mean().round(9),
        until=_.day.max().cast("float64") + 1,
    )


def _taxes(engine: Engine, lines: Table) -> dict[str, float]:
    """The tax of each product, of the lines that tell it: a share of their amounts."""
    from ibis import _

    told = lines.filter(_.tax.notnull(), _.tax >= 0)
    shares = told.group_by("product_id").aggregate(share=(_.tax.sum() / _.amount.sum()).round(9))
    found = engine.fetch(shares, most=MOST_PRODUCTS).to_dict("records")
    return {str(row["product_id"]): float(row["share"]) for row in found}


def _sales(orders: Table) -> Table:
    """Lines that were sold for money, with what was paid for a piece.

    Where a file has no ids of products, their names are.
    """
    import ibis
    from ibis import _

    named = orders.mutate(product_id=ibis.coalesce(_.product_id, _.product_name))
    made = named.filter(
        _.kind == "sale", _.product_id.notnull(), _.quantity > 0, _.amount > 0
    ).select(
        "customer_id",
        "order_id",
        "ordered_at",
        "product_id",
        quantity=_.quantity.cast("float64"),
        amount=_.amount.cast("float64"),
        off=_.discount.cast("float64").fill_null(0).clip(lower=0),
        tax=(_.tax if "tax" in orders.columns else ibis.null()).cast("float64"),
    )
    share = made.off / (made.amount + made.off)
    return made.mutate(
        paid=made.amount / made.quantity, promoted=(share >= PROMOTED_FROM).cast("float64")
    )


def _of_best_sellers(lines: Table) -> Table:
    import ibis
    from ibis import _

    sales = lines.group_by("product_id").aggregate(sales=_.amount.sum().round(4))
    best = sales.order_by(ibis.desc("sales"), "product_id").limit(MOST_PRODUCTS)
    return lines.semi_join(best, "product_id")


def _segments(known: Table) -> Table:
    """Per segment: customers, orders, spend of an order, and how dear what it buys is.

    ``position`` is the mean place of what it buys between the shop's cheapest (0) and dearest (1).
    """
    import ibis
    from ibis import _

    usual = known.group_by("product_id").aggregate(usual=_.paid.median())
    priced = known.join(usual, "product_id")
    dear = ibis.percent_rank().over(ibis.window(order_by=_.usual))
    made = priced.mutate(position=dear)
    found = made.group_by("segment_key").aggregate(
        customers=_.customer_id.nunique(),
        orders=_.order_id.nunique(),
        spend=_.amount.sum().round(4),
        position=_.position.mean().round(9),
        promoted=_.promoted.mean().round(9),
    )
    return found.mutate(spend_per_order=(_.spend / _.orders).round(9)).order_by("segment_key")


def _whole_weeks(first: Any, last: Any) -> tuple[int, date | None]:
    """How many whole weeks there are, at most `MOST_WEEKS`, and the Monday that they start at."""
    from datetime import timedelta

    if first is None:
        return 0, None
    start = first.date() + timedelta(days=-first.weekday() % 7)
    end = last.date() + timedelta(days=1)
    end -= timedelta(days=end.weekday())  # the Monday after the last whole week
    weeks = max(0, (end - start).days // 7)
    kept = min(weeks, MOST_WEEKS)
    return (kept, end - timedelta(weeks=kept)) if kept else (0, None)
