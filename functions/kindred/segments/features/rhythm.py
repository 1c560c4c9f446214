"""When customers order: how recently, how regularly, at what growth."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table


def order_gaps(by_order: Table) -> Table:
    """Days between the days a customer ordered on: mean, spread, burstiness.

    ``burstiness`` is (s - m) / (s + m) of the gaps: -1 like clockwork, 0 at random, towards 1 in
    bursts (Goh and Barabási 2008).
    """
    days = by_order.select("customer_id", "ordered_on").distinct()
    turn = ibis.window(group_by="customer_id", order_by="ordered_on")
    gaps = days.mutate(before=_.ordered_on.lag().over(turn)).filter(_.before.notnull())
    gaps = gaps.mutate(gap=gaps.ordered_on.delta(gaps.before, unit="day").cast("float64"))
    made = gaps.group_by("customer_id").aggregate(
        gap_count=_.count().cast("float64"),
        gap_mean_days=_.gap.mean(),
        gap_sd_days=_.gap.std(how="sample"),
    )
    return made.mutate(
        gap_variation=_.gap_sd_days / _.gap_mean_days,
        burstiness=(_.gap_sd_days - _.gap_mean_days) / (_.gap_sd_days + _.gap_mean_days),
    )


def spending_trend(by_order: Table) -> Table:
    """Logarithm of the mean order of the later half over that of the earlier; from four orders."""
    mine = ibis.window(group_by="customer_id")
    turn = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    halves = by_order.mutate(
        later=ibis.row_number().over(turn) * 2 >= _.count().over(mine),
        of=_.count().over(mine),
    ).filter(_.of >= 4)
    later = halves.order_size.mean(where=halves.later)
    earlier = halves.order_size.mean(where=~halves.later)
    return halves.group_by("customer_id").aggregate(spending_trend=later - earlier)
