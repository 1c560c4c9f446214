"""What has to be true of a segment before a name may say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

Profile = Mapping[str, float]  # axis -> standard deviations from the shop's mean
Metrics = Mapping[str, Mapping[str, float]]  # feature -> {mean, median}


@dataclass(frozen=True)
class Bound:
    """One figure of a segment and the range it has to lie in."""

    of: Literal["axis", "mean", "ratio"]
    name: str
    least: float = -inf
    most: float = inf
    unknown: bool = False  # whether a figure that the file doesn't tell is in the range

    def holds(self, profile: Profile, here: Metrics, everyone: Metrics) -> bool:
        """Whether the figure lies in the range."""
        if self.of == "axis":
            return self._holds(profile[self.name]) if self.name in profile else self.unknown
        if self.name not in here or (self.of == "ratio" and self.name not in everyone):
            return self.unknown
        if self.of == "mean":
            return self._holds(here[self.name]["mean"])
        # Either may be shown, so neither may say the opposite of the name.
        own, shop = here[self.name], everyone[self.name]
        return all(
            self.least * shop[measure] <= own[measure] <= self.most * shop[measure]
            for measure in ("mean", "median")
        )

    def _holds(self, value: float) -> bool:
        return self.least <= value <= self.most


Gate = tuple[Bound, ...]  # open where one of the bounds holds


def axis(name: str, *, least: float = -inf, most: float = inf) -> Bound:
    """Standard deviations from the shop's mean."""
    return Bound("axis", name, least, most)


def mean(feature: str, *, least: float = -inf, most: float = inf, unknown: bool = False) -> Bound:
    """The segment's own mean, where the name speaks of it whatever the shop is like."""
    return Bound("mean", feature, least, most, unknown)


def than_shop(feature: str, *, most: float) -> Bound:
    """The segment's mean and median over those of all customers; both are above zero."""
    return Bound("ratio", feature, 0.0, most)
