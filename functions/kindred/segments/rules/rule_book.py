"""The rule book: plain rules that a merchant can read, beside what is learned.

Each dimension is a list of rules in order; the first that fits counts. What happens when two fit,
or none, is therefore fixed: see RuleBook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, NumericValue, Table

from kindred.engine import Engine

MonthDay = tuple[int, int]


def whole_words(words: Iterable[str]) -> str:
    """A pattern that finds any of the words, in lower case, and no part of a longer one."""
    found = "|".join(re.escape(word.lower()) for word in words)
    return rf"(^|[^\pL\pN])({found})($|[^\pL\pN])"


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

    Spending thresholds that are None are settled by :func:`settle_rules` from the shop's own
    customers; without a customer, nobody is *High* or *Low*.

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
    #: None: the shop's own, by the quantiles below.
    high_order: float | None = None
    high_lifetime: float | None = None
    low_lifetime: float | None = None
    audience_share: float = 0.7
    family_share: float = 0.3
    audiences: Mapping[str, str] = field(default_factory=lambda: dict(AUDIENCES))


#: Spending thresholds in rupees, as rule books of Indian shops have them.
RUPEES: Mapping[str, float] = {
    "high_order": 15_000.0,
    "high_lifetime": 150_000.0,
    "low_lifetime": 10_000.0,
}


def rule_book(thresholds: Mapping[str, Any]) -> RuleBook:
    """The rule book with some thresholds changed; ``festive`` as ``MM-DD/MM-DD`` each.

    With ``own`` false, spending thresholds that aren't given are `RUPEES`.
    """
    changed = dict(thresholds)
    if not changed.pop("own", True):
        changed = {**RUPEES, **changed}
    if "festive" in changed:
        changed["festive"] = tuple(_period(text) for text in changed["festive"])
    return RuleBook(**changed)


def _period(text: str) -> tuple[MonthDay, MonthDay]:
    first, last = text.split("/")
    return _month_day(first), _month_day(last)


def _month_day(text: str) -> MonthDay:
    month, day = text.split("-")
    return int(month), int(day)


#: Shares of customers below which the shop's own thresholds lie.
OWN_HIGH, OWN_LOW = 0.9, 0.4


def settle_rules(engine: Engine, features: Table, rules: RuleBook) -> RuleBook:
    """The rules with every spending threshold: what isn't given follows from the customers."""
    bought = features.filter(_.frequency > 0)
    own = engine.row(
        bought.aggregate(
            high_order=_.average_order_value.quantile(OWN_HIGH),
            high_lifetime=_.monetary.quantile(OWN_HIGH),
            low_lifetime=_.monetary.quantile(OWN_LOW),
        )
    )
    return replace(
        rules,
        high_order=_or_own(rules.high_order, own["high_order"]),
        high_lifetime=_or_own(rules.high_lifetime, own["high_lifetime"]),
        low_lifetime=_or_own(rules.low_lifetime, own["low_lifetime"]),
    )


def _or_own(given: float | None, own: float | None) -> float | None:
    return own if given is None else given


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
    high = _reaches(table.average_order_value.fill_null(0), rules.high_order) | _reaches(
        table.monetary, rules.high_lifetime
    )
    low = (
        ibis.literal(False)
        if rules.low_lifetime is None
        else (table.monetary <= rules.low_lifetime)
    )
    return ibis.cases((high, "High"), (low, "Low"), else_="Medium")


def _reaches(value: NumericValue, threshold: float | None) -> BooleanValue:
    return ibis.literal(False) if threshold is None else value >= threshold


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
