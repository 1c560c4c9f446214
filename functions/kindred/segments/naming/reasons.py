"""Why a segment is what it is: the features it differs in most, in plain words with numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from kindred.segments.naming.wordings import WORDINGS, Wording
from kindred.segments.segmentation import Reason

LEAST_EFFECT = 0.2  # Cohen's 'small'
CLEAR_EFFECT = 0.5  # Cohen's 'medium'
MOST_REASONS = 5
_MEDIANS = frozenset({"days", "times", "count", "money", "ratio"})  # units with long tails


def find_reasons(
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
