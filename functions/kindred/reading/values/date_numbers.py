"""Dates that are one number: Unix time, and the days that spreadsheets count."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

UNIX_SECONDS, UNIX_MILLIS, SERIAL = "unix seconds", "unix milliseconds", "serial"
_SERIAL_DAYS: Final = (20_000, 65_000)  # days since 1899-12-30 in a spreadsheet: 1954 to 2077
_UNIX_RANGE: Final = (3e8, 4.2e9)  # seconds since 1970: 1979 to 2103


def kind_of_number(text: str) -> str | None:
    """Which of them a cell may be, or None."""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and _within(text, _SERIAL_DAYS):
        return SERIAL
    if re.fullmatch(r"\d{9,10}(?:\.\d+)?", text) and _within(text, _UNIX_RANGE):
        return UNIX_SECONDS
    if re.fullmatch(r"\d{12,13}", text):
        return UNIX_MILLIS
    return None


def _within(text: str, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= float(text) <= bounds[1]


def parse_number(text: str, special: str) -> datetime | None:
    """The naive time of a cell of this kind, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    if special == SERIAL:
        return datetime(1899, 12, 30) + timedelta(seconds=round(value * 86400))  # noqa: DTZ001
    seconds = value / (1000 if special == UNIX_MILLIS else 1)
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001


def number_sql(column: str, special: str) -> str:
    """A DuckDB expression for :func:`parse_number`."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    if special == SERIAL:
        seconds = f"CAST(round({number} * 86400) AS BIGINT)"
        return (
            f"CASE WHEN {number} BETWEEN 1 AND 200000"
            f" THEN TIMESTAMP '1899-12-30' + to_seconds({seconds}) END"
        )
    scale = 1000 if special == UNIX_SECONDS else 1
    return (
        f"CASE WHEN {number} BETWEEN 0 AND 1e14 THEN"
        f" make_timestamp(CAST(round({number} * {scale}) AS BIGINT) * 1000) END"
    )
