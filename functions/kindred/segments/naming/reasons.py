"""Why a segment is what it is: the features it differs in most, in plain words with numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from kindred.segments.naming.wordings import WORDINGS, Wording
from kindred.segments.segmentation import Reason

Metrics = Mapping[str, Mapping[str, float]]  # feature -> {mean, median}

#: Cohen's d of a 'small' and of a 'medium' effect (Cohen 1988).
LEAST_EFFECT = 0.2
CLEAR_EFFECT = 0.5
MOST_REASONS = 5
_MEDIANS = frozenset({"days", "times", "count", "money", "ratio"})  # units with long tails


def find_reasons(
    effects: Mapping[str, float],
    here: Metrics,
    everyone: Metrics,
    *,
    currency: str | None,
    name_axes: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Reason, ...]:
    """The strongest effects as sentences; before all others, what the segment's name says.

    ``effects``: Cohen's d per axis. ``here``, ``everyone``: figures of the segment and of all.
    ``name_axes``: the axes of the archetype that gave the name, with its directions.
    """

    def order(wording: Wording) -> tuple[bool, float, str]:
        effect = round(effects.get(wording.axis, 0.0), 3)  # the last digits are noise
        agrees = effect * name_axes.get(wording.axis, 0.0) > 0 and abs(effect) >= CLEAR_EFFECT
        return (not agrees, -abs(effect), wording.axis)

    reasons = []
    for wording in sorted(WORDINGS, key=order):
        effect = effects.get(wording.axis, 0.0)
        if abs(effect) < LEAST_EFFECT or wording.feature not in here:
            continue
        text = _sentence(
            wording, here[wording.feature], everyone[wording.feature], effect, currency
        )
        if text is not None:
            direction = "higher" if effect > 0 else "lower"
            reasons.append(Reason(wording.feature, direction, round(effect, 3), text))
        if len(reasons) == MOST_REASONS:
            break
    return tuple(reasons)


def _sentence(
    wording: Wording,
    here: Mapping[str, float],
    everyone: Mapping[str, float],
    effect: float,
    currency: str | None,
) -> str | None:
    """What a feature says about a segment; None where its figures as shown don't say it.

    The effect is measured on a transformed scale, so it may be there while these figures are equal
    or differ the other way.
    """
    measure = _measure(wording, here, everyone, effect)
    difference = here[measure] - everyone[measure]
    figures = [_say(one[measure], wording.unit, currency) for one in (here, everyone)]
    if difference * effect <= 0 or figures[0] == figures[1]:
        return None
    pattern = wording.higher if effect > 0 else wording.lower
    text = pattern.format(here=figures[0], all=figures[1])
    if measure == "mean" and wording.unit in _MEDIANS:
        text += ", on average"  # other reasons give the median of the same feature
    return text[0].upper() + text[1:]


def _measure(
    wording: Wording, here: Mapping[str, float], everyone: Mapping[str, float], effect: float
) -> str:
    """Which figures are shown: medians, unless they hide the difference, then means."""
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
    if unit == "spread":  # burstiness shown as what it is made of, deviation over mean
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
