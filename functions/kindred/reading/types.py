"""What the steps of reading hand to each other, and what comes out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kindred.errors import InvalidInput
from kindred.reading.bytes.dialects import Dialect
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.bytes.records import Records
from kindred.reading.columns.formats import Formats
from kindred.reading.columns.matching import ColumnMap
from kindred.reading.columns.platforms import Platform
from kindred.reading.columns.profiles import Profile
from kindred.reading.limits import Limits
from kindred.tables import Tables

_CHOICES = {
    "duplicate_customers": ("merge", "keep_last", "reject"),
    "date_order": ("auto", "dmy", "mdy", "ymd"),
}


@dataclass(frozen=True)
class ReadOptions:
    """What a merchant may decide about reading: the keys of an upload's ``options``."""

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
class Taken:
    """A file cut into cells."""

    dialect: Dialect
    records: Records
    raw: RawTable
    spreadsheet: bool


@dataclass(frozen=True)
class Understood:
    """What the cells mean."""

    mapping: ColumnMap
    shape: str
    formats: Formats
    profiles: Sequence[Profile]
    platform: Platform | None
    detected: dict[str, Any]
    notices: list[dict[str, str]]


@dataclass(frozen=True)
class Reading:
    """A file as canonical tables, and all that is to be said about it."""

    tables: Tables
    report: dict[str, Any]
    detected: dict[str, Any]
    notices: list[dict[str, str]]
    rejects: Path | None
    rows: Path | None  # the file's cells (`rawtable.save`), where the options ask for them
    totals: dict[str, Any]
    header_hash: str
