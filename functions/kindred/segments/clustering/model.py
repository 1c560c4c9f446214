"""A fitted segmentation, which the next run of the source starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kindred.segments.clustering.grouping import Grouping, Points
from kindred.segments.clustering.space import Space

VERSION = 1


@dataclass(frozen=True)
class Model:
    """A fitted segmentation: enough to place any customer, and what segments were called."""

    space: Space
    grouping: Grouping
    keys: tuple[str, ...]  # per group
    names: Mapping[str, str]
    archetypes: Mapping[str, str | None]
    algorithm: str
    asked: str  # the algorithm that was asked for
    distance: float  # mean distance to the prototypes when fitted
    choice: Mapping[str, Any]
    directions: Points
    stability: Mapping[str, float]
    as_of: str
    next_key: int = 1

    @property
    def is_continuum(self) -> bool:
        """Whether the groups are cut through a continuum; a model that doesn't know says no."""
        structure = self.choice.get("structure")
        return structure is not None and not structure["found"]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; `load_model` makes the same model of it."""
        return {
            "version": VERSION,
            "space": self.space.as_dict(),
            "centres": np.round(self.grouping.centres, 6).tolist(),
            "groups": self.grouping.groups.tolist(),
            "keys": list(self.keys),
            "names": dict(self.names),
            "archetypes": dict(self.archetypes),
            "algorithm": self.algorithm,
            "asked": self.asked,
            "distance": self.distance,
            "choice": dict(self.choice),
            "directions": np.round(self.directions, 6).tolist(),
            "stability": dict(self.stability),
            "as_of": self.as_of,
            "next_key": self.next_key,
        }


def load_model(stored: Mapping[str, Any] | None) -> Model | None:
    """The model of an earlier run; None if there is none that this version can read."""
    if not stored or stored.get("version") != VERSION:
        return None
    return Model(
        space=Space.from_dict(stored["space"]),
        grouping=Grouping(
            np.array(stored["centres"], dtype=float), np.array(stored["groups"], dtype=np.int64)
        ),
        keys=tuple(stored["keys"]),
        names=stored["names"],
        archetypes=stored["archetypes"],
        algorithm=stored["algorithm"],
        asked=stored["asked"],
        distance=float(stored["distance"]),
        choice=stored["choice"],
        directions=np.array(stored["directions"], dtype=float),
        stability=stored["stability"],
        as_of=stored["as_of"],
        next_key=int(stored["next_key"]),
    )
