"""Which reason of each segment comes first: no two segments have the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from kindred.segments.segmentation import Reason


def first_reasons(told: Mapping[str, tuple[Reason, ...]]) -> dict[str, tuple[Reason, ...]]:
    """The same reasons, one moved to the front where another segment has it there.

    Each segment gets a first reason of its own (feature and direction), as near to the front of
    its list as possible. Where there are too few for that, at least the sentences differ.
    """
    kinds = sorted({_kind(reason) for reasons in told.values() for reason in reasons})
    keys = list(told)
    none, never = len(keys) * (len(kinds) + 1.0) ** 2, 1e12  # none: above all ranks together
    cost = np.full((len(keys), len(kinds) + len(keys)), none)
    cost[:, : len(kinds)] = never
    for row, key in enumerate(keys):
        for rank, reason in enumerate(told[key]):
            cost[row, kinds.index(_kind(reason))] = rank**2
    rows, columns = linear_sum_assignment(cost)
    firsts = {keys[r]: kinds[c] for r, c in zip(rows, columns, strict=True) if c < len(kinds)}
    led = {key: _led_by(told[key], kind) for key, kind in firsts.items()}
    for key in keys:
        if key not in led:
            used = {reasons[0].text for reasons in led.values() if reasons}
            led[key] = tuple(sorted(told[key], key=lambda reason: reason.text in used))
            if led[key] and led[key][0].text in used:
                led[key] = ()
    return led


def _led_by(reasons: tuple[Reason, ...], first: tuple[str, str]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: _kind(reason) != first))  # else in their order


def _kind(reason: Reason) -> tuple[str, str]:
    return reason.feature, reason.direction
