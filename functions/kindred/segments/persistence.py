"""What one run leaves to the next, so that segments keep their keys, names and customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from kindred.segments.clustering import Grouping, Points
from kindred.segments.space import Space

VERSION = 1
MOST_REMEMBERED = 300_000  # customers whose segment is kept with the model
AGED = 1.3  # mean distance to the prototypes, over that at fitting, from which the fit is redone
SAME_SEGMENT = 1 / 3  # Jaccard similarity from which a refitted group keeps an earlier key


@dataclass(frozen=True)
class Model:
    """A fitted segmentation: places any customer, and knows what segments were called."""

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
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    next_key: int = 1

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
            "members": {key: dict(value) for key, value in self.members.items()},
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
        members=stored["members"],
        next_key=int(stored["next_key"]),
    )


def members_of(customers: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Per segment: who was in it and with how many orders. Empty for very many customers."""
    if len(customers) > MOST_REMEMBERED:
        return {}
    return {
        str(key): {
            "customers": part["customer_id"].tolist(),
            "orders": part["frequency"].astype(int).tolist(),
        }
        for key, part in customers.groupby("segment_key", sort=True)
    }


def remembered(model: Model) -> pd.DataFrame:
    """``customer_id, segment_key, frequency`` as the earlier run left them."""
    parts = [
        pd.DataFrame(
            {"customer_id": held["customers"], "segment_key": key, "frequency": held["orders"]}
        )
        for key, held in model.members.items()
    ]
    columns = ["customer_id", "segment_key", "frequency"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def match_keys(before: pd.DataFrame, after: pd.DataFrame, groups: int) -> list[str | None]:
    """The earlier key of each new group: the pairing that keeps most customers where they were.

    ``before``: ``customer_id, segment_key``; ``after``: ``customer_id, group``. None for a group
    that shares less than a third with its partner: that is a new segment.
    """
    joined = before.merge(after, on="customer_id")
    keys = sorted(before["segment_key"].unique())
    shared = np.zeros((groups, len(keys)))
    np.add.at(
        shared,
        (
            joined["group"].to_numpy(dtype=int),
            joined["segment_key"].map({key: i for i, key in enumerate(keys)}).to_numpy(dtype=int),
        ),
        1,
    )
    either = shared.sum(axis=1)[:, None] + shared.sum(axis=0)[None, :] - shared
    jaccard = shared / np.maximum(either, 1)
    rows, columns = linear_sum_assignment(-jaccard)
    matched: list[str | None] = [None] * groups
    for row, column in zip(rows, columns, strict=True):
        if jaccard[row, column] >= SAME_SEGMENT:
            matched[int(row)] = str(keys[int(column)])
    return matched


def movement(before: pd.DataFrame, after: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Any]:
    """Who moved from where to where since the last run, and why.

    ``before``, ``after``: ``customer_id, segment_key, frequency``. Why: customers with a new order
    moved by what they did, others because time passed.
    """
    joined = before.merge(after, on="customer_id", how="outer", suffixes=("_before", "_after"))
    came = joined["segment_key_before"].isna()
    went = joined["segment_key_after"].isna()
    both = joined[~came & ~went]
    moved = both[both["segment_key_before"] != both["segment_key_after"]]
    ordered = moved["frequency_after"] > moved["frequency_before"]
    flows = (
        moved.assign(ordered=ordered)
        .groupby(["segment_key_before", "segment_key_after"], sort=True)
        .agg(customers=("customer_id", "size"), ordered=("ordered", "sum"))
        .reset_index()
        .sort_values(
            ["customers", "segment_key_before", "segment_key_after"], ascending=[False, True, True]
        )
    )
    return {
        "stayed": len(both) - len(moved),
        "moved": len(moved),
        "arrived": int(came.sum()),
        "left": int(went.sum()),
        "flows": [
            {
                "from": row["segment_key_before"],
                "from_name": names.get(row["segment_key_before"], row["segment_key_before"]),
                "to": row["segment_key_after"],
                "to_name": names.get(row["segment_key_after"], row["segment_key_after"]),
                "customers": int(row["customers"]),
                "after_an_order": int(row["ordered"]),
                "by_time_alone": int(row["customers"]) - int(row["ordered"]),
            }
            for row in flows.head(60).to_dict("records")
        ],
    }
