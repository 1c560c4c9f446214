"""What the steps of reading hand to each other, and what comes out of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kindred.errors import InvalidInput
from kindred.reading.bytes.dialects import Dialect
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.bytes.records import Records
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.formats import Formats
from kindred.reading.columns.platforms import Platform
from kindred.reading.columns.profiles import Profile
from kindred.reading.limits import Limits
from kindred.tables import Tables

#: Told the stage, ``reading`` or ``checking``, and how much of it is done, 0 to 1.
OnStage = Callable[[str, float], None]

_CHOICES = {
    "duplicate_customers": ("merge", "keep_last", "reject"),
    "date_order": ("auto", "dmy", "mdy", "ymd"),
}


@dataclass(frozen=True)
class ReadOptions:
    """What may be decided about reading. Raises :class:`InvalidInput` for an unknown choice."""

    column_mapping: Mapping[str, str | Sequence[str]] | None = None
    duplicate_customers: str = "merge"
    date_order: str = "auto"
    currency: str | None = None
    keep_equal_rows: bool = False  # else rows that are equal in every cell count once
    rates: Mapping[str, str] | None = None  # currency -> rate into `currency`, decimal strings
    base: Tables | None = None  # the earlier version's tables, which this file is compared with
    append: bool = True  # whether the earlier version's rows stay
    keep_rows: bool = False  # keep the file's cells too, for who lists and edits them
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise InvalidInput(
                    f"{name} can't be '{str(getattr(self, name))[:40]}'.",
                    code="unknown-option",
                    hint=f"Choose one of {', '.join(choices)}.",
                )


@dataclass(frozen=True)
class CutFile:
    """A file cut into cells."""

    dialect: Dialect
    records: Records
    raw: RawTable


@dataclass(frozen=True)
class Interpretation:
    """What the cells of a file mean."""

    mapping: ColumnMap
    shape: str  # one of the constants of `columns.shapes`
    formats: Formats
    profiles: Sequence[Profile]  # of a sample, one for each column
    platform: Platform | None
    detected: dict[str, Any]  # the same for people, as documents and previews show it
    notices: list[dict[str, str]]  # {code, message}
    relation: str  # SQL of the file's cells, with packed money summed up


@dataclass(frozen=True)
class Reading:
    """A file as canonical tables, and all that is to be said about it."""

    tables: Tables
    report: dict[str, Any]  # how many rows were read, accepted, rejected, and why
    detected: dict[str, Any]
    notices: list[dict[str, str]]  # {code, message}
    rejects: Path | None  # a CSV file, where there are any
    rows: Path | None  # the file's cells (`raw_table.save`), where the options ask for them
    totals: dict[str, Any]
    header_hash: str
