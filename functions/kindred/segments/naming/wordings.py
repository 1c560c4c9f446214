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
            "spend {here} per order; all customers: {all}",
            "spend only {here} per order; all customers: {all}"),
    Wording("tenure_days", "tenure", "days",
            "customers for {here}; all customers: {all}",
            "customers for only {here}; all customers: {all}"),
    Wording("gap_mean_days", "cadence", "days",
            "order only every {here}; all customers: {all}",
            "order every {here}; all customers: {all}"),
    Wording("burstiness", "burstiness", "spread",
            "the time between orders varies by {here}; all customers: {all}",
            "the time between orders varies by only {here}; all customers: {all}",
            Claim("irregular, several orders close together and then a long break", least=0.0),
            Claim("regular", most=-1 / 3)),
    Wording("overdue", "overdue", "ratio",
            "no order for {here} the usual time between orders; all customers: {all}",
            "no order for only {here} the usual time between orders; all customers: {all}",
            Claim("late", least=1.5),
            Claim("on schedule, the last order is recent for how often they buy", most=1.5)),
    Wording("spending_trend", "trend", "growth",
            "later orders are {here} as large as earlier ones; all customers: {all}",
            "later orders are only {here} as large as earlier ones; all customers: {all}"),
    Wording("category_variety", "variety", "share",
            "two purchases are from different categories {here} of the time; all customers: {all}",
            "two purchases are from different categories only {here} of the time; "
            "all customers: {all}",
            Claim("buy from many categories", least=0.7),
            Claim("buy from few categories", most=0.6)),
    Wording("product_repetition", "repetition", "share",
            "two purchases are the same product {here} of the time; all customers: {all}",
            "two purchases are the same product only {here} of the time; all customers: {all}",
            Claim("buy the same products again", least=0.3),
            Claim("rarely buy a product twice", most=0.05)),
    Wording("price_position", "price_position", "share",
            "choose pricier products, dearer than {here} of similar ones; all customers: {all}",
            "choose cheaper products, dearer than only {here} of similar ones; "
            "all customers: {all}"),
    Wording("discount_share", "discounts", "share",
            "discounts take {here} off the list price; all customers: {all}",
            "discounts take only {here} off the list price; all customers: {all}",
            denial=Claim("pay full price", most=0.05)),
    Wording("refund_share", "refunds", "share",
            "send back {here} of what they buy; all customers: {all}",
            "send back only {here} of what they buy; all customers: {all}",
            denial=Claim("keep what they buy", most=0.05)),
    Wording("weekend_share", "weekends", "share",
            "{here} of orders on weekends; all customers: {all}",
            "only {here} of orders on weekends; all customers: {all}"),
    Wording("night_share", "nights", "share",
            "{here} of orders between 21:00 and 6:00; all customers: {all}",
            "only {here} of orders between 21:00 and 6:00; all customers: {all}"),
    Wording("units_per_order", "units", "count",
            "buy {here} units per order; all customers: {all}",
            "buy only {here} units per order; all customers: {all}"),
    Wording("visits", "visits", "count",
            "visited on {here} days; all customers: {all}",
            "visited on only {here} days; all customers: {all}"),
    Wording("carts", "carts", "count",
            "filled {here} carts; all customers: {all}",
            "filled only {here} carts; all customers: {all}"),
    Wording("sentiment", "sentiment", "score",
            "sentiment of their texts {here}, from -1 to 1; all customers: {all}",
            "sentiment of their texts {here}, from -1 to 1; all customers: {all}",
            Claim("positive reviews", least=0.1), Claim("negative reviews", most=-0.1)),
    *(
        Wording(mood, mood, "share",
                f"{words} in {{here}} of their texts; all customers: {{all}}",
                f"{words} in only {{here}} of their texts; all customers: {{all}}")
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
