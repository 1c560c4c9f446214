"""SQL expressions of what a cell says: an id, a name, a status, yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kindred.reading.columns.profiles import EXPONENT
from kindred.reading.values.blanks import AROUND, missing_sql
from kindred.reading.values.quoting import quoted
from kindred.reading.values.words import BOOLEANS, CANCEL_WORDS, REFUND_WORDS


def text_of(column: str) -> str:
    """A cell without blanks around it, NULL when nothing is left.

    Trimming a set of characters takes five times as long as trimming blanks, which are the only
    ones of `AROUND` that a cell of ASCII without a tab can have.
    """
    is_simple = f"strlen({column}) = length({column}) AND NOT contains({column}, chr(9))"
    trimmed = f"CASE WHEN {is_simple} THEN trim({column}) ELSE trim({column}, {quoted(AROUND)}) END"
    return f"nullif({trimmed}, '')"


def said(text: str) -> str:
    """A text, NULL where it says that there is nothing."""
    return f"CASE WHEN {missing_sql(text)} THEN NULL ELSE {text} END"


def id_of(text: str) -> str:
    """An id as text: ``="0012"`` and ``'0012`` unwrapped, ``17850.0`` as 17850.

    ``text`` is as `text_of` gives it, here and below: trimming a cell twice costs as much again.
    """
    is_wrapped = " OR ".join(f"prefix({text}, {quoted(mark)})" for mark in ("=", "'", '"'))
    return (
        f"CASE WHEN {is_wrapped}"
        f" THEN nullif(trim(regexp_replace({text}, '^[=''\"]+|[\"'']+$', '', 'g')), '')"
        f" WHEN suffix({text}, '0') AND regexp_matches({text}, '^[0-9]+[.,]0+$')"
        f" AND NOT suffix({text}, ',000') THEN regexp_extract({text}, '^[0-9]+')"
        f" ELSE {text} END"
    )


def lost_digits(text: str) -> str:
    """Whether a spreadsheet rounded an id: ``4.50012E+11`` stands for many numbers."""
    return f"coalesce(contains({text}, 'E+') AND regexp_matches({text}, {quoted(EXPONENT)}), false)"


def item_name(text: str) -> str:
    """The name in ``name:Linen Shirt|sku:LS-1|quantity:2``, as shops pack an item into a cell."""
    packed = f"contains({text}, '|') AND regexp_matches({text}, '(^|\\|)\\s*name:')"
    name = f"regexp_extract({text}, '(?:^|\\|)\\s*name:\\s*([^|]*)', 1)"
    return f"CASE WHEN {packed} THEN nullif(trim({name}), '') ELSE {text} END"


def words_match(column: str, words: Sequence[str]) -> str:
    """Whether a status says one of these words."""
    pattern = "|".join(words)
    return f"coalesce(regexp_matches(lower({column}), {quoted(pattern)}), false)"


def cancelled(column: str) -> str:
    """Whether a status says that nothing was paid in the end."""
    return words_match(column, CANCEL_WORDS)


def refunded(column: str) -> str:
    """Whether a status says that all was paid back."""
    partial = "partial|teilweise|partiel|parcial|आंशिक|not returned|non-return"
    return f"({words_match(column, REFUND_WORDS)} AND NOT {words_match(column, [partial])})"


def boolean_of(column: str) -> str:
    """True, false or NULL by the words that files have for them."""
    yes = ", ".join(quoted(w) for w, value in BOOLEANS.items() if value)
    no = ", ".join(quoted(w) for w, value in BOOLEANS.items() if not value)
    text = f"lower(trim({column}))"
    return f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END"


def struct(columns: Mapping[str, str]) -> str:
    """JSON of the columns that have a value, or NULL."""
    if not columns:
        return "NULL::VARCHAR"
    pairs = ", ".join(f"{quoted(name)}, {column}" for name, column in columns.items())
    return f"json_object({pairs})"
