"""The second step of reading: what the columns of a file mean, and what a row of it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import MappingNeeded
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.confidence import SURE
from kindred.reading.columns.fields import IDENTITY, MONEY
from kindred.reading.columns.formats import Formats, detect_formats
from kindred.reading.columns.header_scores import has_known_header
from kindred.reading.columns.line_money import choose_lines
from kindred.reading.columns.matching import map_columns
from kindred.reading.columns.money_columns import choose_goods
from kindred.reading.columns.platforms import Platform, apply_platform, recognise_platform
from kindred.reading.columns.profiles import Profile, profile_column
from kindred.reading.columns.shapes import (
    CUSTOMERS,
    EVENTS,
    REVIEWS,
    detect_shape,
    mapping_for_shape,
)
from kindred.reading.columns.side_by_side import join_parts
from kindred.reading.columns.structure import complete
from kindred.reading.columns.unnamed_columns import map_unnamed
from kindred.reading.notices import notices_of
from kindred.reading.rows.packed_money import unpack_money
from kindred.reading.types import CutFile, Interpretation, ReadOptions

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Rows from the start, and as many spread over the file, that columns are told by. A share of 600
#: rows is off by 0.04 at most in 19 of 20 files, which is less than thresholds lie apart.
_SAMPLE_ROWS: Final = 600
_SAMPLE_CHARACTERS: Final = 500  # of a cell; patterns needn't see more
#: Bytes of `detected` as JSON; the contract (docs/data.md) allows 32 kB.
_MOST_DETECTED_BYTES: Final = 30_000
# What of a file's names is shown in `detected`: characters of a name, columns.
_SHOWN_NAME: Final = 80
_SHOWN_COLUMNS: Final = 200
_SHOWN_LEFT_OUT: Final = 50
_FIGURES: Final = 0.9  # of the cells of a column that may hold money
#: Shape -> what it needs: roles of which one at least is clear, and what they say.
_ORDER_NEEDS: Final = (
    (("order_date",), "when they ordered (order_date)"),
    (MONEY, "how much they paid (amount, or unit_price and quantity)"),
)
_NEEDS: Final = {
    EVENTS: ((("event_time", "order_date"), "when it happened (event_time)"),),
    REVIEWS: ((("review_text", "review_title", "rating"), "what was said (review_text)"),),
    CUSTOMERS: (
        (
            ("amount", "orders_count", "last_order", "first_order"),
            "what they bought (order_date and amount, or totals of each customer)",
        ),
    ),
}


def interpret(file: CutFile, options: ReadOptions, engine: DuckDB) -> Interpretation:
    """What the cells of a file mean.

    Raises :class:`MappingNeeded` where a field without which it can't be read isn't clear, and
    :class:`InvalidInput` where the merchant's mapping doesn't fit the file.
    """
    raw, dialect = file.raw, file.dialect
    has_header = dialect.header_line is not None
    rows = _sample_rows(engine, raw)
    profiles = [profile_column(cells) for cells in zip(*rows, strict=True)]
    platform = recognise_platform(raw.names) if has_header else None
    mapping = map_columns(raw.names, profiles, has_header=has_header, given=options.column_mapping)
    if not mapping.given and not (has_header and has_known_header(raw.names)):
        mapping = map_unnamed(mapping, profiles, rows)
    elif has_header:
        mapping = choose_goods(join_parts(mapping, profiles, rows), profiles, rows)
        mapping = choose_lines(complete(mapping, profiles, rows), profiles, rows)
    if platform:
        mapping = apply_platform(platform, mapping)
    mapping, relation = unpack_money(mapping, raw.relation, engine)
    shape = detect_shape(mapping, profiles)
    mapping = mapping_for_shape(mapping, shape)
    formats = detect_formats(
        engine,
        relation,
        mapping,
        date_order=options.date_order,
        usual_order=platform.date_order if platform else None,
        base=options.base,
        usual_decimal="," if dialect.delimiter == ";" else ".",
    )
    detected = _as_detected(file, mapping, formats, shape, platform)
    _require_clear(mapping, shape, detected)
    _require_money(mapping, shape, profiles, detected)
    notices = notices_of(file, mapping, formats, profiles, platform)
    return Interpretation(mapping, shape, formats, profiles, platform, detected, notices, relation)


def _sample_rows(engine: DuckDB, raw: RawTable) -> Sequence[Sequence[str | None]]:
    """Cells of the first rows and of as many spread over the file; a blank row if it has none."""
    step = max(1, raw.rows // _SAMPLE_ROWS)
    columns = ", ".join(f"left({c}, {_SAMPLE_CHARACTERS})" for c in raw.columns)
    rows = engine.con.execute(
        f"SELECT {columns} FROM {raw.relation} WHERE line <= {_SAMPLE_ROWS} OR line % {step} = 0"
        f" ORDER BY line LIMIT {2 * _SAMPLE_ROWS}"
    ).fetchall()
    return rows or [[None] * len(raw.names)]


def _as_detected(
    file: CutFile,
    mapping: ColumnMap,
    formats: Formats,
    shape: str,
    platform: Platform | None,
) -> dict[str, Any]:
    """The document's ``detected``, of a bounded size."""
    detected = {
        "encoding": file.records.text.encoding_name,
        "delimiter": file.dialect.delimiter,
        "quote": file.dialect.quote,
        "header_row": file.dialect.header_line,
        "date_order": formats.date_order,
        "decimal": formats.decimal,
        "shape": shape,
        "platform": platform.name if platform else None,
        "columns": [name[:_SHOWN_NAME] for name in mapping.names][:_SHOWN_COLUMNS],
        "left_out": [mapping.names[c][:_SHOWN_NAME] for c in mapping.personal][:_SHOWN_LEFT_OUT],
        "mapping": mapping.as_detected(),
    }
    if len(json.dumps(detected, ensure_ascii=False).encode()) > _MOST_DETECTED_BYTES:
        detected["columns"] = []
    return detected


def _require_clear(mapping: ColumnMap, shape: str, detected: dict[str, Any]) -> None:
    """Raise :class:`MappingNeeded` unless the shape's fields are clear: who, when, how much."""
    needs = (
        (IDENTITY, "who the customer is (customer_id or email)"),
        *_NEEDS.get(shape, _ORDER_NEEDS),
    )
    missing = [what for roles, what in needs if not _is_any_clear(mapping, roles)]
    if missing:
        raise MappingNeeded(
            f"No column clearly says {', '.join(missing)}.",
            detected=detected,
            hint="Say which column holds each field.",
        )


def _require_money(
    mapping: ColumnMap, shape: str, profiles: Sequence[Profile], detected: dict[str, Any]
) -> None:
    """Raise :class:`MappingNeeded` for a list of customers whose money isn't clear, but is there.

    A merchant who said what columns hold has answered already.
    """
    if shape != CUSTOMERS or mapping.given or _is_any_clear(mapping, MONEY):
        return
    free = set(range(len(profiles))) - mapping.used() - set(mapping.personal)
    guessed = {c for role in MONEY if (c := mapping.column(role)) is not None}
    if any(profiles[c].number > _FIGURES for c in free | guessed):
        raise MappingNeeded(
            "No column clearly says how much each customer spent (amount).",
            detected=detected,
            hint="Say which column holds it, or which of the other fields the columns hold.",
        )


def _is_any_clear(mapping: ColumnMap, roles: Sequence[str]) -> bool:
    guesses = map(mapping.guesses.get, roles)
    return any(guess and guess.confidence >= SURE for guess in guesses)
