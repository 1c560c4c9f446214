"""Why a segment is what it is: the features it differs in most, in plain words with numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from kindred.segments.naming.figures import figure, shown
from kindred.segments.naming.first_reasons import first_reasons
from kindred.segments.naming.gates import Metrics
from kindred.segments.naming.wordings import WORDINGS, Wording
from kindred.segments.segmentation import Reason

Axes = Mapping[str, float]
#: Cohen's d of a 'small' and of a 'medium' effect (Cohen 1988).
LEAST_EFFECT = 0.2
CLEAR_EFFECT = 0.5
LEAST_DIFFERENCE = 0.15  # of the shop's figure; of half the scale, for scores around 0
MOST_REASONS = 5
_MEDIANS = frozenset({"days", "times", "count", "money", "ratio"})  # units with long tails


def find_reasons(
    effects: Mapping[str, Axes],
    figures: Mapping[str, Metrics],
    everyone: Metrics,
    *,
    currency: str | None,
    name_axes: Mapping[str, Axes] = MappingProxyType({}),
) -> dict[str, tuple[Reason, ...]]:
    """Per segment, the strongest effects as sentences; before all others, what its name says.

    All by segment: ``effects``, Cohen's d per axis; ``figures``, of its customers; ``name_axes``,
    the axes of the archetype that gave the name, with its directions. ``everyone``: figures of all.
    A feature is told by the same measure, mean or median, for all segments, and no two of them
    have the same first reason.
    """
    measures = {w.feature: _measure(w, effects, figures, everyone) for w in WORDINGS}
    told = {
        key: _told(mine, figures[key], everyone, measures, currency, name_axes.get(key, {}))
        for key, mine in effects.items()
    }
    return {key: reasons[:MOST_REASONS] for key, reasons in first_reasons(told).items()}


def _told(
    effects: Axes,
    here: Metrics,
    everyone: Metrics,
    measures: Mapping[str, str],
    currency: str | None,
    name_axes: Axes,
) -> tuple[Reason, ...]:
    """All that may be said of one segment, the best first."""

    def order(wording: Wording) -> tuple[bool, float, str]:
        effect = round(effects.get(wording.axis, 0.0), 3)  # the last digits are noise
        agrees = effect * name_axes.get(wording.axis, 0.0) > 0 and abs(effect) >= CLEAR_EFFECT
        return (not agrees, -abs(effect), wording.axis)

    reasons = []
    for wording in sorted(WORDINGS, key=order):
        effect, feature = effects.get(wording.axis, 0.0), wording.feature
        if not _differs(wording, effect, here, everyone, measures[feature]):
            continue
        text = _sentence(wording, effect, here, everyone, measures[feature], currency)
        direction = "higher" if effect > 0 else "lower"
        reasons.append(Reason(feature, direction, round(effect, 3), text))
    return tuple(reasons)


def _differs(
    wording: Wording, effect: float, here: Metrics, everyone: Metrics, measure: str
) -> bool:
    """Whether the figures as shown bear the effect out, and by enough to be worth a sentence.

    The effect is measured on a transformed scale, so it may be there while these figures are equal
    or differ the other way.
    """
    if abs(effect) < LEAST_EFFECT or wording.feature not in here:
        return False
    mine, all_ = (shown(one[wording.feature][measure], wording.unit) for one in (here, everyone))
    if math.isinf(mine) or math.isinf(all_) or (mine - all_) * effect <= 0:
        return False
    scale = 1.0 if wording.unit == "score" else abs(all_)
    return abs(mine - all_) >= LEAST_DIFFERENCE * scale


def _sentence(
    wording: Wording,
    effect: float,
    here: Metrics,
    everyone: Metrics,
    measure: str,
    currency: str | None,
) -> str:
    mine = here[wording.feature][measure]
    pattern = wording.higher if effect > 0 else wording.lower
    text = pattern.format(
        here=figure(mine, wording.unit, currency),
        all=figure(everyone[wording.feature][measure], wording.unit, currency),
    )
    claim = wording.claim if effect > 0 else wording.denial
    if claim is not None and claim.least <= mine <= claim.most:
        text = f"{claim.words}: {text}"
    if measure == "mean" and wording.unit in _MEDIANS:
        text += ", on average"  # most figures with such units are medians
    return text[0].upper() + text[1:]


def _measure(
    wording: Wording,
    effects: Mapping[str, Axes],
    figures: Mapping[str, Metrics],
    everyone: Metrics,
) -> str:
    """Mean or median, whichever shows more of the segments' differences; else the median."""
    if wording.unit not in _MEDIANS:
        return "mean"

    def tells(measure: str) -> int:
        return sum(
            _differs(wording, mine.get(wording.axis, 0.0), figures[key], everyone, measure)
            for key, mine in effects.items()
        )

    return max(("median", "mean"), key=tells)
