"""What one run leaves to the next, so that segments keep their keys, names and customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table
from scipy.optimize import linear_sum_assignment

from kindred.segments.clustering import Grouping, Points
from kindred.segments.space import Space

VERSION = 1
AGED = 1.3  # mean distance to the prototypes, over that at fitting, from which the fit is redone
MOST_FLOWS = 60  # of customers from one segment to another, in the chart
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


def match_keys(shared: pd.DataFrame, groups: int) -> list[str | None]:
    """The earlier key of each new group: the pairing that keeps most customers where they were.

    ``shared``: ``segment_key, group, customers``, the latter in both; ``group`` is missing for
    customers who are in none. None for a group that shares less than a third with its partner: that
    is a new segment.
    """
    keys = sorted(shared["segment_key"].unique())
    number = {key: i for i, key in enumerate(keys)}
    both = np.zeros((groups, len(keys)))
    for pair in shared.dropna(subset="group").to_dict("records"):
        both[int(pair["group"]), number[pair["segment_key"]]] = pair["customers"]
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    jaccard = both / np.maximum(either, 1)
    rows, columns = linear_sum_assignment(-jaccard)
    matched: list[str | None] = [None] * groups
    for row, column in zip(rows, columns, strict=True):
        if jaccard[row, column] >= SAME_SEGMENT:
            matched[int(row)] = str(keys[int(column)])
    return matched


def customers_moved(before: Table, after: Table) -> Table:
    """``before, after, customers, ordered``: who is in which segment now and was in which.

    ``before``, ``after``: ``customer_id, segment_key, frequency``. NULL stands for customers of one
    run only; ``ordered`` counts those with a new order.
    """
    earlier = before.select("customer_id", before=_.segment_key, orders_before=_.frequency)
    now = after.select("customer_id", after=_.segment_key, orders_after=_.frequency)
    return (
        earlier.outer_join(now, "customer_id")
        .group_by("before", "after")
        .aggregate(customers=_.count(), ordered=(_.orders_after > _.orders_before).sum())
    )


def movement(counted: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Any]:
    """Who moved from where to where since the last run, and why; from :func:`customers_moved`.

    Why: customers with a new order moved by what they did, others because time passed.
    """
    came, went = counted["before"].isna(), counted["after"].isna()
    both = counted[~came & ~went]
    moved = both[both["before"] != both["after"]]
    flows = moved.sort_values(["customers", "before", "after"], ascending=[False, True, True])
    return {
        "stayed": int(both["customers"].sum()) - int(moved["customers"].sum()),
        "moved": int(moved["customers"].sum()),
        "arrived": int(counted.loc[came, "customers"].sum()),
        "left": int(counted.loc[went, "customers"].sum()),
        "flows": [
            {
                "from": row["before"],
                "from_name": names.get(row["before"], row["before"]),
                "to": row["after"],
                "to_name": names.get(row["after"], row["after"]),
                "customers": int(row["customers"]),
                "after_an_order": int(row["ordered"]),
                "by_time_alone": int(row["customers"]) - int(row["ordered"]),
            }
            for row in flows.head(MOST_FLOWS).to_dict("records")
        ],
    }
