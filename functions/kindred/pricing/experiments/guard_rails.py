"""What a price test must not harm: margin, conversion, and that goods stay with customers. Pure.

Looked at whenever somebody likes, so only what always holds counts as harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kindred.pricing.experiments.sequential import always_valid
from kindred.pricing.experiments.statistics import (
    Effect,
    Interval,
    difference,
    lift,
    proportion_of_few,
    scaled_difference,
)
from kindred.pricing.experiments.tallies import ArmTotals

Rail = Literal["margin", "conversion", "refunds"]
State = Literal["holds", "broken", "unknown"]

#: Orders an arm below which a guard rail isn't judged; harm is to be seen before a win.
ENOUGH_ORDERS: Final = 100
#: By how much conversion may fall: dearer goods sell less often, which the margin may be worth.
CONVERSION_MAY_FALL: Final = 0.05


@dataclass(frozen=True)
class GuardRail:
    """How an arm stands with one of them.

    Margin and conversion as shares of the control's, refunds in points: of pieces, or of buyers
    where those of the control or of the arm sent nothing back.
    """

    name: Rail
    state: State
    interval: Interval | None


def guard_rails(control: ArmTotals, arm: ArmTotals, *, alpha: float) -> tuple[GuardRail, ...]:
    """The three, for one arm beside the control; they share the chance ``alpha`` to be wrong."""
    enough = min(control.orders, arm.orders) >= ENOUGH_ORDERS
    effects: dict[Rail, Effect | None] = {
        "margin": scaled_difference(control.margin, arm.margin)
        if control.margin and arm.margin
        else None,
        "conversion": lift(control.conversion, arm.conversion),
        "refunds": difference(control.refunds, arm.refunds) or _of_few(control, arm),
    }
    found: list[GuardRail] = []
    for name, effect in effects.items():
        interval = always_valid(effect, alpha=alpha / len(effects)) if effect else None
        state = _state(name, interval) if enough else "unknown"
        found.append(GuardRail(name, state, interval))
    return tuple(found)


def _of_few(control: ArmTotals, arm: ArmTotals) -> Effect | None:
    """By how much more of an arm's buyers sent something back, where one side's sent nothing.

    The usual error is 0 there, and would see nothing. Half a customer more on either side of each
    share (Agresti and Caffo, The American Statistician 54, 2000) gives one that doesn't.
    """
    shares = [
        proportion_of_few(one.returned, one.buyers) for one in (control, arm) if one.buyers > 0
    ]
    return difference(*shares) if len(shares) == 2 else None


def _state(name: Rail, interval: Interval | None) -> State:
    if interval is None:
        return "unknown"
    harmed = {
        "margin": interval.high < 0,
        "conversion": interval.high < -CONVERSION_MAY_FALL,
        "refunds": interval.low > 0,
    }
    return "broken" if harmed[name] else "holds"
