"""Money packed into a cell, as shops pack refunds, taxes and coupons: its sum is the value.

``amount:54.00|reason:late;amount:6.00|reason:``, ``[{"amount": "54.00"}, {"amount": "6.00"}]`` and
the like. Which of the keys holds the money is told as a column is told: by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import SURE
from kindred.reading.columns.header_scores import score_header
from kindred.reading.values import numbers
from kindred.reading.values.quoting import quoted

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: What is packed beside line items, and the keys' fields that may hold its money.
_PACKED_ROLES: Final = ("refund", "tax", "discount", "shipping")
_MONEY_ROLES: Final = ("amount", "order_total", "subtotal", "unit_price")
#: Scores of a header's words, and of a key's; values that are packed say the rest.
_HEADER: Final = 0.4
_KEY: Final = 0.6
_OWN_ROLE: Final = 0.1  # a key that names the column's own field is the better one
_CELLS: Final = 200  # filled cells that are looked at
_PACKED: Final = 0.8  # of them
_BEFORE: Final = r"""(?:^|[|;,{\[\n"'(])\s*"""
_AFTER: Final = r"""["']?\s*[:=]\s*["']?[^\d"'|;,{}\[\]\n-]{0,4}"""
_NUMBER: Final = r"(-?\d(?:[\d.,]*\d)?)"
#: A key with a number that nothing follows: a date is none.
_PAIR: Final = re.compile(rf"""{_BEFORE}([^\W\d_][\w .-]*?){_AFTER}{_NUMBER}(?=["'|;,}}\])\s]|$)""")
#: What a packed cell looks like, with or without money.
_RECORD: Final = re.compile(rf"""{_BEFORE}[^\W\d_][\w .-]*["']?\s*[:=]""")


def unpack_money(mapping: ColumnMap, relation: str, engine: DuckDB) -> tuple[ColumnMap, str]:
    """The mapping with the columns of packed money, and ``relation`` with their sums in place.

    A field that has a column of its own keeps it.
    """
    sums: dict[int, str] = {}
    for column, role in _candidates(mapping):
        own = mapping.guesses.get(role)
        if column in sums or (own is not None and own.columns != (column,)):
            continue
        cells = engine.con.execute(
            f"SELECT c{column} FROM {relation} WHERE trim(c{column}) <> '' LIMIT {_CELLS}"
        ).fetchall()
        key = _money_key([cell for (cell,) in cells], role)
        if key:
            sums[column] = _sum_sql(f"c{column}", *key)
            others = [r for r, g in mapping.guesses.items() if column in g.columns and r != role]
            mapping = mapping.without(*others).with_(role, own or Guess((column,), SURE))
    if not sums:
        return mapping, relation
    replaced = ", ".join(f"{text} AS c{column}" for column, text in sums.items())
    return mapping, f"(SELECT * REPLACE ({replaced}) FROM {relation})"


def _candidates(mapping: ColumnMap) -> list[tuple[int, str]]:
    """Columns that a header's words may make one of the fields, the best first."""
    taken = {c for role in mapping.given for c in mapping.guesses[role].columns}
    scored = [
        (score, -column, role)
        for column, name in enumerate(mapping.names)
        if column not in mapping.personal
        for role, score in _header_scores(name).items()
        if role in _PACKED_ROLES and score >= _HEADER
        if column not in taken or mapping.column(role) == column
    ]
    return [(-place, role) for _, place, role in sorted(scored, reverse=True)]


def _header_scores(name: str) -> dict[str, float]:
    """Scores of a header as it stands and of each word without its plural."""
    singular = " ".join(token.removesuffix("s") for token in headers.tokens(name))
    scores = dict(score_header(singular))
    for role, score in score_header(name).items():
        scores[role] = max(score, scores.get(role, 0.0))
    return scores


def _money_key(cells: Sequence[str], role: str) -> tuple[str, numbers.NumberFormat] | None:
    """The key of the money in packed cells, and how its numbers are written."""
    if not cells or sum(1 for c in cells if _is_packed(c)) < _PACKED * len(cells):
        return None
    pairs = [pair for cell in cells for pair in _PAIR.findall(cell)]
    scores = {key: _key_score(key, role) for key, _ in pairs}
    best = max(scores, key=scores.__getitem__, default="")
    if not best or scores[best] < _KEY:
        return None
    found = Counter(number for key, number in pairs if key == best)
    return best, numbers.choose(*numbers.decimal_votes(found.items()), default=".")


def _is_packed(cell: str) -> bool:
    return bool(_RECORD.search(cell)) or cell.strip() in ("[]", "{}")


def _key_score(key: str, role: str) -> float:
    scores = score_header(key)
    if headers.is_share(key):
        return 0.0
    own = scores.get(role, 0.0)
    return max(own + _OWN_ROLE * (own > 0), *(scores.get(r, 0.0) for r in _MONEY_ROLES))


def _sum_sql(cell: str, key: str, fmt: numbers.NumberFormat) -> str:
    """The SQL of the sum in a packed cell, as text; a plain number stays, an empty list is NULL.

    A key may stand deeper in a JSON cell again: its outermost values count alone.
    """
    name = re.escape(key)
    pattern = quoted(f"{_BEFORE}{name}{_AFTER}{_NUMBER}")
    written = f"regexp_extract_all({cell}, {pattern}, 1)"
    path = '."' + key + '"'
    listed = f"json_extract_string({cell}, {quoted('$[*]' + path)})"
    single = f"[json_extract_string({cell}, {quoted('$' + path)})]"
    outer = (
        f"CASE WHEN NOT coalesce(json_valid({cell}), false) THEN []"
        f" WHEN prefix(trim({cell}), '[') THEN {listed} ELSE {single} END"
    )
    is_outer = f"len([x FOR x IN {outer} IF x IS NOT NULL]) > 0"
    texts = f"(CASE WHEN {is_outer} THEN {outer} ELSE {written} END)"
    value = numbers.sql("x", fmt)
    is_packed = f"regexp_matches({cell}, '[:=]') OR trim({cell}) IN ('[]', '{{}}')"
    total = f"CAST(list_sum([{value} FOR x IN {texts}]) AS VARCHAR)"
    return f"CASE WHEN {is_packed} THEN {total} ELSE {cell} END"
