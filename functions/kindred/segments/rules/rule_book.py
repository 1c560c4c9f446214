"""The rule book: plain rules that a merchant can read, beside what is learned.

Each dimension is a list of rules in order; the first that fits counts. What happens when two fit,
or none, is therefore fixed: see RuleBook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from kindred.engine import Engine

MonthDay = tuple[int, int]

#: Whole words by which a category is known to be for whom. The first list that fits counts, so
#: 'boys' is for kids, and 'women' is not found in 'men'.
AUDIENCES: Mapping[str, str] = {
    "Kids": r"\b(kids?|child|children|bab(y|ies)|infants?|toddlers?|boys?|girls?|teens?)\b",
    "Womens": r"\b(wom[ae]n|womens|lad(y|ies)|females?)\b",
    "Mens": r"\b(m[ae]n|mens|gents?|gentlem[ae]n|males?)\b",
}


@dataclass(frozen=True)
class RuleBook:
    """Thresholds, in days and in the source's currency. Shares are 0-1.

    Purchase frequency, first that fits: *New* (one purchase), *Loyal* (many lately), *Seasonal*
    (mostly in festive periods; before *Lapsed*, since it explains the pause), *Lapsed* (none
    lately), else *Regular*. Spending: *High* before *Low*, else *Medium*. Category: one audience,
    else *Family*, else *Mixed*; NULL where the file has no categories. Customers without an order
    have NULL throughout.
    """

    new_purchases: int = 1
    loyal_purchases: int = 5
    loyal_days: int = 182
    lapsed_days: int = 90
    seasonal_share: float = 0.8
    #: First and last day of each festive period, in any year; by default Christmas and the new
    #: years of April.
    festive: tuple[tuple[MonthDay, MonthDay], ...] = (((12, 1), (12, 31)), ((4, 1), (4, 20)))
    high_order: float = 15_000.0
    high_lifetime: float = 150_000.0
    low_lifetime: float = 10_000.0
    audience_share: float = 0.7
    family_share: float = 0.3
    audiences: Mapping[str, str] = field(default_factory=lambda: dict(AUDIENCES))


def rule_book(thresholds: Mapping[str, Any]) -> RuleBook:
    """The rule book with some thresholds changed; ``festive`` as ``MM-DD/MM-DD`` each."""
    changed = dict(thresholds)
    if "festive" in changed:
        changed["festive"] = tuple(_period(text) for text in changed["festive"])
    return RuleBook(**changed)


def _period(text: str) -> tuple[MonthDay, MonthDay]:
    first, last = text.split("/")
    return _month_day(first), _month_day(last)


def _month_day(text: str) -> MonthDay:
    month, day = text.split("-")
    return int(month), int(day)


#: Shares of customers below which the merchant's own thresholds lie.
OWN_HIGH, OWN_LOW = 0.9, 0.4


def settle_rules(engine: Engine, features: Table, rules: RuleBook, *, own: bool) -> RuleBook:
    """The rules, with spending thresholds of the merchant's ``own`` if asked for."""
    if not own:
        return rules
    row = engine.row(own_thresholds(features))
    return rules if None in row.values() else with_own_thresholds(rules, row)


def own_thresholds(features: Table) -> Table:
    """One row: the merchant's own quantiles, for :func:`with_own_thresholds`."""
    bought = features.filter(_.frequency > 0)
    return bought.aggregate(
        high_order=_.average_order_value.quantile(OWN_HIGH),
        high_lifetime=_.monetary.quantile(OWN_HIGH),
        low_lifetime=_.monetary.quantile(OWN_LOW),
    )


def with_own_thresholds(rules: RuleBook, row: Mapping[str, float]) -> RuleBook:
    """The same rules, spending measured by what is much and little in this shop."""
    return replace(
        rules,
        high_order=float(row["high_order"]),
        high_lifetime=float(row["high_lifetime"]),
        low_lifetime=float(row["low_lifetime"]),
    )


def apply_rules(features: Table, orders: Table | None, rules: RuleBook, *, as_of: date) -> Table:
    """``customer_id, rule_purchase_frequency, rule_spending, rule_category`` for everyone."""
    table = features.select(
        "customer_id", "frequency", "recency_days", "monetary", "average_order_value"
    )
    for part in (
        [_timing(orders, rules, as_of), _audiences(orders, rules)] if orders is not None else []
    ):
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    absent = {
        name: ibis.null("float64")
        for name in ("lately", "festive_share", *rules.audiences, "sorted_lines")
        if name not in table.columns
    }
    table = table.mutate(**absent)
    return table.select(
        "customer_id",
        rule_purchase_frequency=ibis.ifelse(_.frequency > 0, _frequency(table, rules), None),
        rule_spending=ibis.ifelse(_.frequency > 0, _spending(table, rules), None),
        rule_category=_category(table, rules),
    )


def _frequency(table: Table, rules: RuleBook) -> ibis.expr.types.StringValue:
    return ibis.cases(
        (table.frequency <= rules.new_purchases, "New"),
        (table.lately.fill_null(0) >= rules.loyal_purchases, "Loyal"),
        (table.festive_share.fill_null(0) >= rules.seasonal_share, "Seasonal"),
        (table.recency_days.fill_null(0) >= rules.lapsed_days, "Lapsed"),
        else_="Regular",
    )


def _spending(table: Table, rules: RuleBook) -> ibis.expr.types.StringValue:
    high = (table.average_order_value.fill_null(0) >= rules.high_order) | (
        table.monetary >= rules.high_lifetime
    )
    return ibis.cases((high, "High"), (table.monetary <= rules.low_lifetime, "Low"), else_="Medium")


def _category(table: Table, rules: RuleBook) -> ibis.expr.types.StringValue:
    shares = {name: table[name].fill_null(0) for name in rules.audiences}
    one = [(share >= rules.audience_share, name) for name, share in shares.items()]
    several = sum(
        ((share >= rules.family_share).cast("int64") for share in shares.values()), ibis.literal(0)
    )
    return ibis.cases(
        (table.sorted_lines.fill_null(0) == 0, None), *one, (several >= 2, "Family"), else_="Mixed"
    )


def _timing(orders: Table, rules: RuleBook, as_of: date) -> Table:
    """Orders of the last half year, and the share of all that fell into festive periods."""
    sales = orders.filter(_.customer_id.notnull(), _.kind == "sale")
    made = sales.group_by("customer_id", "order_id").aggregate(at=_.ordered_at.min())
    since = ibis.literal(as_of - timedelta(days=rules.loyal_days))
    return made.group_by("customer_id").aggregate(
        lately=(made.at.date() >= since).sum().cast("float64"),
        festive_share=_festive(made, rules).cast("float64").mean(),
    )


def _festive(made: Table, rules: RuleBook) -> BooleanValue:
    number = made.at.month() * 100 + made.at.day()
    inside: BooleanValue = ibis.literal(False)
    for (from_month, from_day), (to_month, to_day) in rules.festive:
        first, last = from_month * 100 + from_day, to_month * 100 + to_day
        if first <= last:
            inside = inside | number.between(first, last)
        else:  # over the turn of the year
            inside = inside | (number >= first) | (number <= last)
    return inside


def _audiences(orders: Table, rules: RuleBook) -> Table:
    """The share of a customer's lines for each audience, of those that have a category."""
    lines = orders.filter(_.customer_id.notnull(), _.kind == "sale", _.category.notnull())
    text = lines.category.lower()
    audience = ibis.cases(
        *((text.re_search(words), name) for name, words in rules.audiences.items()), else_=None
    )
    lines = lines.mutate(audience=audience)
    shares = {
        name: (lines.audience == name).fill_null(False).cast("float64").mean()
        for name in rules.audiences
    }
    return lines.group_by("customer_id").aggregate(sorted_lines=_.count().cast("float64"), **shares)
