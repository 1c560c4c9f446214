"""Why a segment is what it is: the features it differs in most, in plain words with numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kindred.segments.segmentation import Reason

LEAST_EFFECT = 0.2  # Cohen's 'small'
CLEAR_EFFECT = 0.5  # Cohen's 'medium'
MOST_REASONS = 5
_MEDIANS = frozenset({"days", "times", "count", "money", "ratio"})  # units with long tails


@dataclass(frozen=True)
class Wording:
    """How a feature is told: the axis it is judged on, its unit, and both directions."""

    feature: str
    axis: str
    unit: str  # one of those that `_say` knows: days, times, money, …
    higher: str
    lower: str


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
            "orders in bursts: the time between orders varies by {here}; all customers: {all}",
            "orders evenly: the time between orders varies by only {here}; all customers: {all}"),
    Wording("overdue", "overdue", "ratio",
            "has been away for {here} their usual gap; all customers: {all}",
            "is within rhythm: away for {here} their usual gap; all customers: {all}"),
    Wording("spending_trend", "trend", "growth",
            "later orders are {here} as large as earlier ones; all customers: {all}",
            "later orders are only {here} as large as earlier ones; all customers: {all}"),
    Wording("category_variety", "variety", "share",
            "two purchases differ in category {here} of the time; all customers: {all}",
            "keeps to its categories: two purchases differ {here} of the time; all: {all}"),
    Wording("product_repetition", "repetition", "share",
            "{here} of pairs of purchases are the same product; all customers: {all}",
            "hardly buys a product twice: {here} of pairs, all customers {all}"),
    Wording("price_position", "price_position", "share",
            "buys what costs more than {here} of its kind; all customers: {all}",
            "buys what costs more than only {here} of its kind; all customers: {all}"),
    Wording("discount_share", "discounts", "share",
            "{here} of the list price is taken off by discounts; all customers: {all}",
            "pays full price: only {here} off by discounts, all customers {all}"),
    Wording("refund_share", "refunds", "share",
            "sends back {here} of what it buys; all customers: {all}",
            "keeps what it buys: {here} sent back, all customers {all}"),
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
            "writes kindly: sentiment {here} of -1 to 1, all customers {all}",
            "writes unkindly: sentiment {here} of -1 to 1, all customers {all}"),
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


def explain(
    effects: Mapping[str, float],
    here: Mapping[str, Mapping[str, float]],
    everyone: Mapping[str, Mapping[str, float]],
    *,
    currency: str | None,
    name_axes: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Reason, ...]:
    """The strongest effects as sentences; before all others, what the segment's name says.

    ``effects``: Cohen's d per axis. ``here``, ``everyone``: feature -> {mean, median}.
    ``name_axes``: the axes of the archetype that gave the name, with its directions.
    """

    def order(wording: Wording) -> tuple[bool, float, str]:
        effect = round(effects.get(wording.axis, 0.0), 3)  # the last digits are noise
        bears_out = effect * name_axes.get(wording.axis, 0.0) > 0 and abs(effect) >= CLEAR_EFFECT
        return (not bears_out, -abs(effect), wording.axis)

    reasons = []
    for wording in sorted(WORDINGS, key=order):
        effect = effects.get(wording.axis, 0.0)
        if abs(effect) < LEAST_EFFECT or wording.feature not in here:
            continue
        measure = _measure(wording, here[wording.feature], everyone[wording.feature], effect)
        mine, all_of = (figures[wording.feature][measure] for figures in (here, everyone))
        told = [_say(value, wording.unit, currency) for value in (mine, all_of)]
        if (mine - all_of) * effect <= 0 or told[0] == told[1]:
            continue  # true of the scale that is clustered on, but these figures don't show it
        text = (wording.higher if effect > 0 else wording.lower).format(here=told[0], all=told[1])
        if measure == "mean" and wording.unit in _MEDIANS:
            text += ", on average"  # else it would contradict a typical figure told elsewhere
        reasons.append(
            Reason(
                wording.feature,
                "higher" if effect > 0 else "lower",
                round(effect, 3),
                text[0].upper() + text[1:],
            )
        )
        if len(reasons) == MOST_REASONS:
            break
    return tuple(reasons)


def _measure(
    wording: Wording, here: Mapping[str, float], everyone: Mapping[str, float], effect: float
) -> str:
    """Which figures are told: medians, unless they hide the difference, then means."""
    shown = (here["median"] - everyone["median"]) * effect > 0
    return "median" if shown and wording.unit in _MEDIANS else "mean"


def _say(value: float, unit: str, currency: str | None) -> str:
    if unit == "days":
        return f"{value:,.0f} days" if value >= 1.5 else f"{value:,.1f} days"
    if unit == "money":
        return f"{value:,.2f}{' ' + currency if currency else ''}"
    if unit == "share":
        return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.1%}"
    if unit == "ratio":
        return f"{value:.1f} times"
    if unit == "spread":  # burstiness told as what it is made of, deviation over mean
        return f"{(1 + value) / (1 - value):.0%}" if value < 1 else "any time"
    if unit == "growth":  # of logarithms
        return f"{math.exp(value):.2g} times"
    if unit == "times" and value == 1:
        return "once"
    if unit == "times":
        return f"{_say(value, 'count', currency)} times"
    if unit == "count":
        return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"
    return f"{value:+.2f}"
