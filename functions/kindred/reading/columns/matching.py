"""Which column holds which field: header and values together, one field per column at most.

Every pair of column and role gets a score from 0 to 1, header evidence times how well the values
fit; the best assignment of all columns at once wins (so that ``Order Date`` and ``Ship Date`` don't
compete for one field, and a good second choice isn't taken by an earlier column).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kindred.errors import InvalidInput
from kindred.reading.columns import corrections, headers
from kindred.reading.columns.column_map import SHOWN_ALTERNATIVES, ColumnMap, Guess
from kindred.reading.columns.confidence import SURE
from kindred.reading.columns.fields import BY_NAME, CANONICAL, FIELDS, IDENTITY, Field
from kindred.reading.columns.header_scores import has_known_header, score_header
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.secret_columns import is_secret
from kindred.reading.columns.value_scores import score_values, score_values_alone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Scores, 0 to 1, and what is added to them or multiplied with them. They were chosen on the corpus:
# `scripts/measure-reading mapping` finds all fields and no false one with them.
_ACCEPTED: Final = 0.5  # a field with less has no column
_ALTERNATIVE: Final = 0.3  # a column with less isn't shown as what else it could be
_MOST_SURE: Final = 0.99  # only what the merchant said is certain
#: Kinds whose values hardly anything else has: they make a vague header sure.
_TELLING_KINDS: Final = frozenset(
    {"email", "date", "currency", "country", "event", "status", "rating", "time"}
)
_TELLING_GAIN: Final = 0.35  # of what is missing to 1
#: Fields whose values say so, whatever the header says.
_TOLD_BY_VALUES: Final = ("email", "currency")
#: In a file whose other headers are known, one that isn't known says something too.
_UNKNOWN_AMONG_KNOWN: Final = 0.8
#: Who bought is the same in all of so many rows: the shop itself, or an account that every row is
#: booked to.
_ONE_FOR_ALL_ROWS: Final = 10
_ONE_FOR_ALL: Final = 0.5
# Between columns that are named alike.
_TAKES_BACK: Final = 0.03  # a status that tells of cancelled and refunded orders
_ALL_ZERO: Final = 0.03  # taken off for money that is nothing everywhere
_ZERO_SHARE: Final = 0.98
_IS_SHARE: Final = 0.03  # taken off for a discount in hundredths, where money says more
_FILLED: Final = 0.001  # per share of filled cells: the fuller one
# Between equal scores: the earlier column, then the earlier role. Small beside all of the above.
_LATER_COLUMN: Final = 1e-6
_LATER_ROLE: Final = 1e-5
# Characters of names from the file that an error shows.
_SHOWN_FIELD: Final = 60
_SHOWN_COLUMN: Final = 100
_SHOWN_COLUMNS: Final = 600


def map_columns(
    names: Sequence[str],
    profiles: Sequence[Profile],
    *,
    has_header: bool = True,
    given: Mapping[str, str | Sequence[str]] | None = None,
) -> ColumnMap:
    """The best assignment of roles to columns.

    ``given`` are the merchant's own columns by role, which stay. Raises :class:`InvalidInput` for
    a role or a column that doesn't exist.
    """
    personal = tuple(
        column
        for column, (name, profile) in enumerate(zip(names, profiles, strict=True))
        if is_secret(name, profile)
    )
    fixed = _given_columns(names, given or {})
    roles = [field for field in FIELDS if field.name not in fixed]
    left_out = {column for columns in fixed.values() for column in columns}.union(personal)
    names_known = has_header and has_known_header(names)
    scores = _score_all(names, profiles, roles, left_out, has_header=has_header)
    guesses = {role: Guess(columns, 1.0) for role, columns in fixed.items()}
    guesses |= _assign(roles, scores)
    mapping = ColumnMap(tuple(names), guesses, personal, frozenset(fixed))
    return corrections.correct(mapping, profiles) if names_known else mapping


def _score_all(
    names: Sequence[str],
    profiles: Sequence[Profile],
    roles: Sequence[Field],
    left_out: set[int],
    *,
    has_header: bool,
) -> NDArray[np.float64]:
    """How well each column (across) fits each role (down); 0 for the columns ``left_out``."""
    import numpy as np

    names_known = has_header and has_known_header(names)
    others_identify = _has_identity(names, profiles)
    scores = np.zeros((len(roles), len(names)))
    for column, (name, profile) in enumerate(zip(names, profiles, strict=True)):
        if column in left_out:
            continue
        by_header = score_header(name) if has_header else {}
        for place, role in enumerate(roles):
            header = by_header.get(role.name, 0.0)
            if header:
                values = score_values(role, profile, header)
                if role.name in IDENTITY and others_identify and _is_one_for_all(profile):
                    values *= _ONE_FOR_ALL
                score = _combine(role, header, values) + _preference(role, name, profile)
                scores[place, column] = score
            elif not by_header or not names_known or role.name in _TOLD_BY_VALUES:
                factor = _UNKNOWN_AMONG_KNOWN if names_known else 1.0
                scores[place, column] = score_values_alone(role, profile) * factor
    return scores


def _has_identity(names: Sequence[str], profiles: Sequence[Profile]) -> bool:
    """Whether a column with several values is surely named as one that says who bought."""
    return any(
        profile.distinct > 1 and any(score_header(name).get(role, 0.0) >= SURE for role in IDENTITY)
        for name, profile in zip(names, profiles, strict=True)
    )


def _is_one_for_all(profile: Profile) -> bool:
    return profile.distinct == 1 and profile.count >= _ONE_FOR_ALL_ROWS


def _combine(role: Field, header: float, values: float) -> float:
    """Header and values together; values that hardly anything else has make a vague header sure."""
    score = header * values
    if values == 1.0 and role.kind in _TELLING_KINDS:
        score += (1 - score) * _TELLING_GAIN
    return score


def _preference(role: Field, name: str, profile: Profile) -> float:
    """What decides between columns that are named alike."""
    takes_back = _TAKES_BACK if role.name == "status" and profile.undone else 0.0
    all_zero = _ALL_ZERO if role.kind == "money" and profile.zero > _ZERO_SHARE else 0.0
    is_share = _IS_SHARE if role.name == "discount" and headers.is_share(name) else 0.0
    return takes_back - all_zero - is_share + _FILLED * profile.filled


def _assign(roles: Sequence[Field], scores: NDArray[np.float64]) -> dict[str, Guess]:
    """The guesses with the highest sum of scores, one column for each role at most."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    count = scores.shape[1]
    later = _LATER_COLUMN * np.arange(count)[None, :] + _LATER_ROLE * np.arange(len(roles))[:, None]
    places, columns = linear_sum_assignment(-(scores - later * (scores > 0)))
    guesses = {}
    for place, column in zip(places.tolist(), columns.tolist(), strict=True):
        score = float(scores[place, column])
        if score < _ACCEPTED:
            continue
        others = [
            int(other)
            for other in np.argsort(-scores[place], kind="stable")
            if other != column and scores[place, other] >= _ALTERNATIVE
        ]
        alternatives = tuple(others[:SHOWN_ALTERNATIVES])
        guesses[roles[place].name] = Guess((column,), min(_MOST_SURE, score), alternatives)
    return guesses


def _given_columns(
    names: Sequence[str], given: Mapping[str, str | Sequence[str]]
) -> dict[str, tuple[int, ...]]:
    """The merchant's columns by role, found by their names as written or as compared."""
    places = {name: i for i, name in reversed(list(enumerate(names)))}
    places_by_key = {headers.key(name): i for i, name in reversed(list(enumerate(names)))}
    fixed: dict[str, tuple[int, ...]] = {}
    for role, wanted in given.items():
        if role not in BY_NAME:
            raise InvalidInput(
                f"'{role[:_SHOWN_FIELD]}' isn't a field that a column can be mapped to.",
                code="unknown-field",
                hint=f"Fields are {', '.join(CANONICAL)}.",
            )
        columns = []
        for name in [wanted] if isinstance(wanted, str) else list(wanted or ()):
            place = places.get(name, places_by_key.get(headers.key(name)))
            if place is None:
                raise InvalidInput(
                    f"The file has no column '{name[:_SHOWN_COLUMN]}'.",
                    code="unknown-column",
                    hint=f"Its columns are {', '.join(names)[:_SHOWN_COLUMNS]}.",
                )
            columns.append(place)
        if columns:
            fixed[role] = tuple(columns)
    return fixed
