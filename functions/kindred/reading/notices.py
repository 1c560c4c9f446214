"""What a merchant should know about how a file was read, before its rows are judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kindred.reading.bytes.lines import TextFacts
from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.fields import MONEY
from kindred.reading.columns.formats import Formats
from kindred.reading.columns.header_scores import has_known_header
from kindred.reading.columns.platforms import Platform
from kindred.reading.columns.profiles import Profile
from kindred.reading.types import CutFile

# What a message shows of the file: characters of a name and of a value, columns.
_SHOWN_NAME: Final = 60
_SHOWN_VALUE: Final = 20
_SHOWN_COLUMNS: Final = 10
_ORDER_NAMES: Final = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

#: ``(code, message)``
Notice = tuple[str, str]


def notices_of(
    file: CutFile,
    mapping: ColumnMap,
    formats: Formats,
    profiles: Sequence[Profile],
    platform: Platform | None = None,
) -> list[dict[str, str]]:
    """``{code, message}`` of what was assumed, rounded, taken or left out."""
    notices = (
        *_about_header(file, mapping),
        *_about_formats(formats),
        *_about_rounded_ids(mapping, profiles),
        *_about_currencies(mapping),
        *_about_platform(mapping, platform),
        *_about_names(mapping),
        *_about_text(file.records.text),
        *_about_secrets(mapping),
    )
    return [{"code": code, "message": message} for code, message in notices]


def _about_header(file: CutFile, mapping: ColumnMap) -> Iterator[Notice]:
    if file.dialect.header_line is None:
        yield "no-header", "The file has no header row; its columns were told by their values."
    elif not mapping.given and not has_known_header(mapping.names):
        yield (
            "unknown-header",
            "No column has a known name; the columns were told by their values.",
        )


def _about_formats(formats: Formats) -> Iterator[Notice]:
    if not formats.date_decided:
        order = _ORDER_NAMES.get(formats.date_order or "", formats.date_order)
        yield (
            "date-order-assumed",
            f"The dates don't show whether day or month comes first; {order} was taken.",
        )
    if formats.decimal_open:
        mark = "comma" if formats.decimal == "," else "point"
        yield (
            "decimal-assumed",
            f"Numbers such as {formats.decimal_open[:_SHOWN_VALUE]} don't show which mark is the"
            f" decimal one; the {mark} was taken.",
        )


def _about_rounded_ids(mapping: ColumnMap, profiles: Sequence[Profile]) -> Iterator[Notice]:
    for role in ("customer_id", "order_id"):
        column = mapping.column(role)
        if column is not None and profiles[column].exponent:
            yield (
                "ids-rounded",
                f"{mapping.names[column][:_SHOWN_NAME]} holds numbers such as 4.5E+11, whose digits"
                " a spreadsheet left out; export again and don't save the file in a spreadsheet.",
            )


def _about_currencies(mapping: ColumnMap) -> Iterator[Notice]:
    """Of two columns that differ in their currency alone, one is taken."""
    taken = {c for role in MONEY if (c := mapping.column(role)) is not None}
    currencies = {
        c: code for c, name in enumerate(mapping.names) if (code := headers.currency_in(name))
    }
    for column in sorted(taken & currencies.keys()):
        name = mapping.names[column]
        for other in currencies.keys() - taken:
            other_name = mapping.names[other]
            same = headers.without_currency(other_name) == headers.without_currency(name)
            if same and currencies[other] != currencies[column]:
                yield (
                    "currency-columns",
                    f"{name[:_SHOWN_NAME]} was taken; {other_name[:_SHOWN_NAME]} is the same in"
                    " another currency.",
                )


def _about_platform(mapping: ColumnMap, platform: Platform | None) -> Iterator[Notice]:
    columns = [c for role in MONEY if (c := mapping.column(role)) is not None]
    named = any(headers.currency_in(mapping.names[c]) for c in columns)
    if platform and platform.currency and not (named or mapping.has("currency")):
        yield (
            "currency-of-platform",
            f"The file names no currency; {platform.currency} was taken, since it is from"
            f" {platform.name}.",
        )


def _about_names(mapping: ColumnMap) -> Iterator[Notice]:
    """Of who bought, the file has a name alone."""
    parts = [c for r in ("name", "first_name", "last_name") if (c := mapping.column(r)) is not None]
    if parts and not any(map(mapping.has, ("customer_id", "email", "phone"))):
        names = ", ".join(mapping.names[c][:_SHOWN_NAME] for c in parts)
        yield (
            "name-as-id",
            f"Customers are told apart by their name alone ({names}); two with the same name count"
            " as one.",
        )


def _about_text(text: TextFacts) -> Iterator[Notice]:
    if text.is_mixed:
        yield (
            "mixed-encodings",
            f"{text.legacy_lines} lines aren't UTF-8 like the rest;"
            " they were read as Windows-1252.",
        )
    if text.nul_bytes:
        yield "nul-bytes", f"{text.nul_bytes} NUL bytes were left out."


def _about_secrets(mapping: ColumnMap) -> Iterator[Notice]:
    if mapping.personal:
        names = ", ".join(mapping.names[c][:_SHOWN_NAME] for c in mapping.personal[:_SHOWN_COLUMNS])
        yield "personal-data", f"These columns look like secrets and were left out: {names}."
