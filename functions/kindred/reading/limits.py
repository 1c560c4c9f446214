"""How much one file may hold. Every refusal names the limit it met."""

from __future__ import annotations

from dataclasses import dataclass

from kindred.confined import Bounds


@dataclass(frozen=True)
class Limits:
    """Bytes count after unpacking; a spreadsheet is measured as it was sent.

    Memory and time grow with them: `scripts/measure-reading speed` shows both. ``docs/csv.md``
    names them, which a test compares.
    """

    file_bytes: int = 500_000_000
    columns: int = 512
    rows: int = 20_000_000
    line_bytes: int = 1_000_000
    spreadsheet_bytes: int = 20_000_000  # a workbook is unpacked in memory
    spreadsheet_cells: int = 10_000_000
    # Of the process that reads a foreign format; a workbook of 18 MB and 2.4 M cells needs 400 MB.
    unpacking_memory: int = 1_300_000_000
    unpacking_seconds: int = 300  # of processor time
    customer_id_bytes: int = 256  # a longer cell is no id but a text in the wrong column

    @property
    def unpacking(self) -> Bounds:
        """What the process that reads a foreign format may use."""
        return Bounds(self.unpacking_memory, self.unpacking_seconds, self.file_bytes)


def megabytes(count: int) -> str:
    """``500 MB``, ``1 MB``, ``12 kB``: as messages show limits."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:g} MB"
    return f"{count / 1000:g} kB"
