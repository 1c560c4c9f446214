"""How each feature is worded in a reason."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Claim:
    """Words that hold of a segment by itself, not against the shop: from a figure on, or up to it.

    Where the segment's figure doesn't bear them out, they are left away.
    """

    words: str
    least: float = -inf
    most: float = inf


@dataclass(frozen=True)
class Wording:
    """The axis that a feature is judged on, its unit, and a phrase for each direction."""

    feature: str
    axis: str
    unit: str  # one that `reasons` can write: days, times, money, …
    higher: str
    lower: str
    claim: Claim | None = None  # said before `higher`
    denial: Claim | None = None  # said before `lower`


#: `{here}` is the segment's typical customer, `{all}` the typical customer of the shop.
WORDINGS = (
    Wording("recency_days", "recency", "days",
            "last ordered {here} ago; all customers: {all}",
            "ordered as recently as {here} ago; all customers: {all}"),
    Wording("frequency", "frequency", "times",
            "ordered {here}; all customers: {all}",
            "ordered only {here}; all customers: {all}"),
    Wording("average_order_value", "order_value", "money",
            "spends {here} an order; all customers: {all}",
            "spends only {here} an order; all customers: {all}"),
    Wording("tenure_days", "tenure", "days",
            "a customer for {here}; all customers: {all}",
            "a customer for only {here}; all customers: {all}"),
    Wording("gap_mean_days", "cadence", "days",
            "lets {here} pass between orders; all customers: {all}",
            "comes back every {here}; all customers: {all}"),
    Wording("burstiness", "burstiness", "spread",
            "the time between orders varies by {here}; all customers: {all}",
            "the time between orders varies by only {here}; all customers: {all}",
            Claim("orders in bursts", least=0.0), Claim("orders evenly", most=-1 / 3)),
    Wording("overdue", "overdue", "ratio",
            "has been away for {here} their usual gap; all customers: {all}",
            "has been away for only {here} their usual gap; all customers: {all}",
            denial=Claim("is within rhythm", most=1.5)),
    Wording("spending_trend", "trend", "growth",
            "later orders are {here} as large as earlier ones; all customers: {all}",
            "later orders are only {here} as large as earlier ones; all customers: {all}"),
    Wording("category_variety", "variety", "share",
            "two purchases differ in category {here} of the time; all customers: {all}",
            "two purchases differ in category only {here} of the time; all customers: {all}",
            denial=Claim("keeps to its categories", most=0.6)),
    Wording("product_repetition", "repetition", "share",
            "{here} of pairs of purchases are the same product; all customers: {all}",
            "only {here} of pairs of purchases are the same product; all customers: {all}",
            denial=Claim("hardly buys a product twice", most=0.05)),
    Wording("price_position", "price_position", "share",
            "buys what costs more than {here} of its kind; all customers: {all}",
            "buys what costs more than only {here} of its kind; all customers: {all}"),
    Wording("discount_share", "discounts", "share",
            "{here} of the list price is taken off by discounts; all customers: {all}",
            "only {here} of the list price is taken off by discounts; all customers: {all}",
            denial=Claim("pays full price", most=0.05)),
    Wording("refund_share", "refunds", "share",
            "sends back {here} of what it buys; all customers: {all}",
            "sends back only {here} of what it buys; all customers: {all}",
            denial=Claim("keeps what it buys", most=0.05)),
    Wording("weekend_share", "weekends", "share",
            "{here} of orders on weekends; all customers: {all}",
            "only {here} of orders on weekends; all customers: {all}"),
    Wording("night_share", "nights", "share",
            "{here} of orders between 21:00 and 6:00; all customers: {all}",
            "only {here} of orders between 21:00 and 6:00; all customers: {all}"),
    Wording("units_per_order", "units", "count",
            "takes {here} units an order; all customers: {all}",
            "takes only {here} units an order; all customers: {all}"),
    Wording("visits", "visits", "count",
            "looked in on {here} days; all customers: {all}",
            "looked in on only {here} days; all customers: {all}"),
    Wording("carts", "carts", "count",
            "filled {here} carts; all customers: {all}",
            "filled only {here} carts; all customers: {all}"),
    Wording("sentiment", "sentiment", "score",
            "sentiment {here} of -1 to 1; all customers: {all}",
            "sentiment {here} of -1 to 1; all customers: {all}",
            Claim("writes kindly", least=0.1), Claim("writes unkindly", most=-0.1)),
    *(
        Wording(mood, mood, "share",
                f"{words} in {{here}} of what it wrote; all customers: {{all}}",
                f"{words} in only {{here}} of what it wrote; all customers: {{all}}")
        for mood, words in (
            ("desire", "excitement, desire or joy"),
            ("worry", "nervousness, fear or confusion"),
            ("devotion", "love, admiration, gratitude or approval"),
            ("curiosity", "curiosity, surprise or realisation"),
            ("pride", "pride"),
            ("anger", "annoyance, anger, disappointment or disgust"),
        )
    ),
)  # fmt: skip
