"""Whether there are groups, or a continuum that groups are cut through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kindred.segments.clustering.axes import AXES, TEXT_AXES
from kindred.segments.clustering.candidates import Candidate, agreement_of
from kindred.segments.clustering.grouping import SEED, Points, fit_kmeans, sample_indices
from kindred.segments.clustering.space import Space

SHUFFLES = 2
SHUFFLED_POINTS = 2_000
COMPARED_SIZES = 3  # numbers of groups, from the smallest
#: Agreement above that of shuffled customers from which groups count as found. Orders at random,
#: 2 days to 2 years of them, reached 0.06, since features are made of the same orders; simulated
#: temperaments, also weak ones, had 0.2 and more.
LEAST_LEAD = 0.08
DERIVED_WEIGHT = 0.35  # in this comparison, of axes that go together by the way they are made


@dataclass(frozen=True)
class Structure:
    """Agreement of resampled groupings: of the customers, and with their features shuffled."""

    agreement: float
    shuffled: float

    @property
    def found(self) -> bool:
        return self.agreement >= self.shuffled + LEAST_LEAD

    def as_dict(self) -> dict[str, Any]:
        return {
            "found": self.found,
            "agreement": round(self.agreement, 4),
            "shuffled": round(self.shuffled, 4),
        }


def even_weights(space: Space) -> Points:
    """What to multiply coordinates by so that the axes' weights are the same.

    Else shuffled customers fall into groups along the heaviest axes, as real ones do.
    """
    kinds = {kind.name: kind for kind in (*AXES, *TEXT_AXES)}
    mine = [kinds[name] for name in space.names]
    return np.array([(DERIVED_WEIGHT if kind.derived else 1.0) / kind.weight for kind in mine])


def find_structure(
    points: Points, candidates: Sequence[Candidate], weights: Points
) -> Structure | None:
    """Compares customers with the same ones after their features were shuffled against each other.

    Shuffling keeps what each feature is like and takes away what makes kinds of customers: that
    features go together. Groups that come back no better than from shuffled customers are cuts
    through a continuum. ``weights``: of `even_weights`. None where there are too few customers to
    tell.
    """
    sizes = [c.grouping.count for c in candidates if c.resampled][:COMPARED_SIZES]
    if not sizes:
        return None
    some = points[sample_indices(len(points), SHUFFLED_POINTS, SEED + 3)] * weights
    random = np.random.default_rng(SEED)
    shuffled = [
        np.column_stack([random.permutation(column) for column in some.T]) for _ in range(SHUFFLES)
    ]
    return Structure(
        agreement=_mean_agreement(some, sizes),
        shuffled=float(np.mean([_mean_agreement(one, sizes) for one in shuffled])),
    )


def _mean_agreement(points: Points, sizes: Sequence[int]) -> float:
    return float(np.mean([agreement_of(points, fit_kmeans(points, k, starts=1)) for k in sizes]))
