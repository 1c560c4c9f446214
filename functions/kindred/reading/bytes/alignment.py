"""Which cells a header's names stand over, where the rows have one cell more than it has names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from kindred.errors import UploadRejected
from kindred.reading.columns.fields import BY_NAME
from kindred.reading.columns.matching import fit, header_scores
from kindred.reading.columns.profiles import Profile, profile

_CLEARLY = 0.4  # about what one column gains by standing where it fits


def align(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """``names`` with a blank one for the cell that has none: before all (statistics programs
    leave the row names without a header), or after all.

    Raises :class:`UploadRejected` where the names fit only if the cell is in between: then a value
    was cut in two, and everything behind it would be read as something else.
    """
    width = len(names) + 1
    cells = [[row[place] for row in rows if len(row) == width] for place in range(width)]
    profiles = [profile(column) for column in cells]
    here = [_fits(name, profiles[place]) for place, name in enumerate(names)]
    moved = [_fits(name, profiles[place + 1]) for place, name in enumerate(names)]
    # gained[j]: how well the names fit with the blank one at place j.
    before, after = list(accumulate(here, initial=0.0)), list(accumulate(moved, initial=0.0))
    gained = [round(before[place] + after[-1] - after[place], 6) for place in range(width)]
    best = max(range(width), key=lambda place: (gained[place], place))
    if gained[best] > max(gained[0], gained[-1]) + _CLEARLY:
        raise UploadRejected(
            f"The rows have {width} cells, the header names {len(names)}: from"
            f" '{names[best][:60]}' on they don't fit.",
            code="cells-dont-fit",
            hint="A number or text may hold the delimiter without quotes around it. Export again"
            " with quotes, or with semicolons between the cells.",
        )
    first = gained[0] > gained[-1] + _CLEARLY
    return ["", *names] if first else [*names, ""]


def _fits(name: str, found: Profile) -> float:
    scores = header_scores(name)
    return max((s * fit(BY_NAME[role], found, s) for role, s in scores.items()), default=0.0)
