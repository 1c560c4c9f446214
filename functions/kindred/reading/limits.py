"""How much one file may hold. Every refusal names the limit it met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bytes count after unpacking; a spreadsheet is measured as it was sent."""

    file_bytes: int = 500_000_000
    columns: int = 512
    rows: int = 20_000_000
    line_bytes: int = 1_000_000
    spreadsheet_bytes: int = 20_000_000
    spreadsheet_cells: int = 25_000_000
    customer_id_bytes: int = 256


def megabytes(count: int) -> str:
    """``500 MB``, ``1 MB``, ``12 kB``: as limits are told to people."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:g} MB"
    return f"{count / 1000:g} kB"
