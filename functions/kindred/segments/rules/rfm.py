"""RFM scores and the eleven groups that merchants know them by."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

#: Group by recency score (rows, 5 first) and the mean of frequency and monetary scores (columns:
#: up to 1.5, 2.5, 3.5, 4.5, above), as most shop systems draw it.
GRID: dict[int, tuple[str, str, str, str, str]] = {
    5: ("New", "Promising", "Active", "Champions", "Champions"),
    4: ("Promising", "Promising", "Active", "Loyal", "Champions"),
    3: ("Needs attention", "Needs attention", "Needs attention", "Loyal", "Loyal"),
    2: ("Almost lost", "Almost lost", "At risk", "At risk", "Previously loyal"),
    1: ("Dormant", "Dormant", "Almost lost", "Previously loyal", "Previously loyal"),
}
PROSPECTS = "Prospects"  # no order yet
GROUPS = (
    "Champions", "Loyal", "Active", "New", "Promising", "Needs attention", "At risk",
    "Previously loyal", "Almost lost", "Dormant", PROSPECTS,
)  # fmt: skip


def rfm_scores(features: Table) -> Table:
    """``customer_id, r, f, m, rfm_group`` for everyone; scores are NULL without an order.

    A score is 1 plus the whole fifths of customers who are strictly worse, so equal customers have
    equal scores, and someone with the commonest, lowest value has 1.
    """
    bought = features.filter(_.frequency > 0)
    scored = bought.select(
        "customer_id",
        r=_score(-bought.recency_days),
        f=_score(bought.frequency),
        m=_score(bought.monetary),
    )
    scored = scored.mutate(rfm_group=_group(scored))
    prospects = features.filter(_.frequency == 0).select(
        "customer_id",
        r=ibis.null("int64"),
        f=ibis.null("int64"),
        m=ibis.null("int64"),
        rfm_group=ibis.literal(PROSPECTS),
    )
    return scored.union(prospects)


def group_of(r: int, f: int, m: int) -> str:
    """The group of one customer: what :func:`rfm_scores` says, for a single row."""
    return GRID[r][_column((f + m) / 2)]


def _column(mean: float) -> int:
    return sum(mean > edge for edge in (1.5, 2.5, 3.5, 4.5))


def _score(value: ibis.expr.types.NumericValue) -> ibis.expr.types.IntegerValue:
    worse = ibis.percent_rank().over(ibis.window(order_by=value))
    score = ((worse * 5).floor().cast("int64") + 1).clip(upper=5)
    return ibis.ifelse(value.notnull(), score, None)


def _group(scored: Table) -> StringValue:
    mean = (scored.f + scored.m) / 2
    column = sum(((mean > edge).cast("int64") for edge in (1.5, 2.5, 3.5, 4.5)), ibis.literal(0))
    r = scored.r.fill_null(3)  # a file without dates
    branches = [
        ((r == row) & (column == i), name)
        for row, names in GRID.items()
        for i, name in enumerate(names)
    ]
    return ibis.cases(*branches, else_="Needs attention")
