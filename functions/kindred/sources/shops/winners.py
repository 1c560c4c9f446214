"""Of all rows of an object the one that counts, and the whole of a table in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine


def current_rows(rows: Table, name: str, *, engine: Engine) -> Table:
    """One row for each id: the one of the greatest version, see `parts`.

    The keys are chosen first, so that no row is sorted with all it holds. A row that stands in two
    files is rare (a page stored twice; a base file beside what it was made of): only then is there
    more to do.
    """
    latest = rows.group_by("id").aggregate(version=_.version.max())
    latest = engine.keep(f"{name}_latest", latest)
    chosen = rows.semi_join(latest, ["id", "version"])
    twice = chosen.count().as_scalar() - latest.count().as_scalar()
    if not engine.value(twice):
        return chosen
    # What was erased from one of two equal rows is erased.
    order = [ibis.desc("is_deleted")]
    if "person_key" in rows.columns:
        order.append(ibis.asc("person_key", nulls_first=True))
    numbered = chosen.mutate(copy=ibis.row_number().over(group_by="id", order_by=order))
    return numbered.filter(_.copy == 0).drop("copy")
