"""Which cells a header's names stand over, where the rows have one cell more than it has names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from kindred.errors import UploadRejected
from kindred.reading.columns.fields import BY_NAME
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile, profile_column
from kindred.reading.columns.value_scores import score_values

#: How much better a place has to fit, as a sum of scores: about what one column gains by standing
#: where it fits. `tests/unit/reading/test_odd_layouts.py` holds it.
_CLEARLY_BETTER: Final = 0.4
_SCORE_DIGITS: Final = 6  # sums of the same scores in another order stay equal


def align_header(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """``names`` with a blank one for the cell that has none: in front of all or behind all.

    In front is where statistics programs write the names of rows. Raises
    :class:`UploadRejected` where the names fit only if the cell is in between: then a value was
    cut in two, and everything behind it would be read as something else.
    """
    width = len(names) + 1
    cells = [[row[place] for row in rows if len(row) == width] for place in range(width)]
    profiles = [profile_column(column) for column in cells]
    unmoved = [_score(name, profiles[place]) for place, name in enumerate(names)]
    moved = [_score(name, profiles[place + 1]) for place, name in enumerate(names)]
    before, after = list(accumulate(unmoved, initial=0.0)), list(accumulate(moved, initial=0.0))
    # scores[j]: how well the names fit with the blank one at place j.
    scores = [
        round(before[place] + after[-1] - after[place], _SCORE_DIGITS) for place in range(width)
    ]
    best = max(range(width), key=lambda place: (scores[place], place))
    if scores[best] > max(scores[0], scores[-1]) + _CLEARLY_BETTER:
        raise UploadRejected(
            f"The rows have {width} cells, the header names {len(names)}: from"
            f" '{names[best][:60]}' on they don't fit.",
            code="cells-dont-fit",
            hint="A number or text may hold the delimiter without quotes around it. Export again"
            " with quotes, or with semicolons between the cells.",
        )
    in_front = scores[0] > scores[-1] + _CLEARLY_BETTER
    return ["", *names] if in_front else [*names, ""]


def _score(name: str, profile: Profile) -> float:
    """How well a column of this name and these values fits the field that suits it best."""
    return max(
        (
            score * score_values(BY_NAME[role], profile, score)
            for role, score in score_header(name).items()
        ),
        default=0.0,
    )
