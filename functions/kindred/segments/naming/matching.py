"""Pairs segments and archetypes.

A profile is where a segment stands on readable axes, in standard deviations from the shop's mean.
An archetype's fit is how far the profile goes its way on the axes that it names, 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import linear_sum_assignment

from kindred.segments.naming.archetypes import ARCHETYPES, Archetype
from kindred.segments.naming.gates import Metrics, Profile
from kindred.segments.naming.plain_names import plain_names

LEAST_FIT = 0.5  # below, an archetype's name isn't given
NEAR_BEST = 0.1  # nor where another archetype fits better by more
CLEAR = 1.0  # standard deviations from which an axis counts in full
NEUTRAL_FIT = 0.2  # of a segment that leans neither way; one that goes all the way has 1
#: Axes that only texts or visits can show.
NOT_FROM_ORDERS = frozenset(
    {"desire", "worry", "devotion", "curiosity", "pride", "anger", "sentiment", "visits"}
)


@dataclass(frozen=True)
class Match:
    """What a segment is called, and what nearly won."""

    name: str
    archetype: str | None
    fit: float
    runner_up: tuple[str, float] | None


def match_archetypes(
    profiles: Sequence[Profile],
    *,
    figures: Sequence[Metrics],
    shop: Metrics = MappingProxyType({}),
    continuum: bool = False,
    earlier: Mapping[int, str | None] | None = None,
    names: Mapping[int, str] | None = None,
) -> list[Match]:
    """One name per segment, all different: the assignment with the greatest total fit.

    ``figures``: features per segment; ``shop``: of all customers. ``earlier`` and ``names``: what
    segments were matched to and called before, by index. They stay. A segment that fits no
    archetype well enough is named by the behaviour it differs in most. ``continuum``: there are no
    kinds of customers, so that none is named, only what they do.
    """
    earlier, names = earlier or {}, names or {}
    fits = np.array(
        [
            [
                0.0 if continuum and archetype.temperament else fit_of(p, archetype, mine, shop)
                for archetype in ARCHETYPES
            ]
            for p, mine in zip(profiles, figures, strict=True)
        ]
    )
    taken = _assigned(fits, earlier=earlier)
    unnamed = {i: p for i, p in enumerate(profiles) if i not in taken and i not in names}
    plain = plain_names(unnamed, set(names.values()))
    matches = []
    for index in range(len(profiles)):
        mine = taken.get(index)
        others = [int(c) for c in np.argsort(-fits[index], kind="stable") if c != mine]
        best = others[0]
        runner = (ARCHETYPES[best].id, float(fits[index, best])) if fits[index, best] > 0 else None
        archetype = None if mine is None else ARCHETYPES[mine]
        name = names.get(index) or (archetype.name if archetype else plain[index])
        fit = fits[index].max() if mine is None else fits[index, mine]
        matches.append(Match(name, archetype.id if archetype else None, float(fit), runner))
    return matches


def fit_of(
    profile: Profile,
    archetype: Archetype,
    figures: Metrics = MappingProxyType({}),
    shop: Metrics = MappingProxyType({}),
) -> float:
    """0-1: one half is 'leans that way', 1 is 'as far as its axes go'.

    The mean of the axes' deviations in the archetype's direction, each cut at one deviation either
    way, weighted, over the axes that the data have; less, the fewer of them there are. 0 where a
    need isn't met or a gate is closed. ``figures``: of the segment; ``shop``: of all customers.
    """
    if not _meets(profile, archetype.needs):
        return 0.0
    for gate in archetype.gates:
        if not any(bound.holds(profile, figures, shop) for bound in gate):
            return 0.0
    known = {axis: weight for axis, weight in archetype.axes.items() if axis in profile}
    possible = sum(abs(weight) for weight in known.values())
    reached = sum(w * float(np.clip(profile[a] / CLEAR, -1, 1)) for a, w in known.items())
    trusted = float(np.sqrt(min(1.0, possible / _shown_by_orders(archetype))))
    return float(np.clip(NEUTRAL_FIT + (1 - NEUTRAL_FIT) * reached / possible, 0, 1)) * trusted


def _assigned(fits: np.ndarray, *, earlier: Mapping[int, str | None]) -> dict[int, int]:
    """Segment -> archetype, by number; segments that fit none are left out."""
    number = {archetype.id: i for i, archetype in enumerate(ARCHETYPES)}
    taken = {i: number[a] for i, a in earlier.items() if a in number}
    least = np.maximum(LEAST_FIT, fits.max(axis=1, keepdims=True) - NEAR_BEST)
    leads = np.array([archetype.lead for archetype in ARCHETYPES])
    worth = np.where(fits >= least, fits + leads, 0.0)
    free_rows = [i for i in range(len(fits)) if i not in earlier]
    free_columns = [c for c in range(len(ARCHETYPES)) if c not in taken.values()]
    rows, columns = linear_sum_assignment(-worth[np.ix_(free_rows, free_columns)])
    for r, c in zip(rows, columns, strict=True):
        row, column = free_rows[r], free_columns[c]
        if worth[row, column] > 0:
            taken[row] = column
    return taken


def _shown_by_orders(archetype: Archetype) -> float:
    """Weight of an archetype's axes that orders alone can show."""
    return sum(abs(w) for a, w in archetype.axes.items() if a not in NOT_FROM_ORDERS)


def _meets(profile: Profile, needs: Mapping[str, float]) -> bool:
    """`a|b: x`: one of them is at least x (at most, where x is negative); absent axes can't be."""
    for axes, bound in needs.items():
        values = [profile[axis] for axis in axes.split("|") if axis in profile]
        if not values:
            return False
        if bound > 0 and max(values) < bound:
            return False
        if bound <= 0 and min(values) > bound:
            return False
    return True
