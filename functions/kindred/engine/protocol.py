"""What Kindred needs of a table engine, whichever it is.

Tables are Ibis expressions, which compute nothing until one of these methods asks for a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import Table, Value


class TooManyRows(Exception):
    """A result that must stay small has more rows than its caller allows: a fault in the code."""


class Engine(Protocol):
    """Computes tables that may be larger than memory.

    Where nulls are kept apart from other values, it says so; in frames they are what pandas makes
    of them (NaN, NaT, None), so a column of whole numbers with a null holds floats.
    """

    def read(self, path: Path | Sequence[Path]) -> Table:
        """The table in a Parquet file, or in several of the same columns; they have to stay there.

        Several files have no order.
        """
        ...

    def keep(self, name: str, made: Table | pd.DataFrame) -> Table:
        """Compute ``made`` now and keep its rows under ``name``, in place of an earlier table.

        ``made`` may itself come from the earlier table of that name.
        """
        ...

    def fetch(self, expression: Table, *, most: int) -> pd.DataFrame:
        """All rows, in the expression's order; raises `TooManyRows` if there are over ``most``."""
        ...

    def row(self, expression: Table) -> dict[str, Any]:
        """The only row of a table, as plain Python values by column; a null is None.

        Raises `ValueError` for any other number of rows.
        """
        ...

    def value(self, expression: Value) -> Any:
        """One computed number or word, as a plain Python value; a null is None."""
        ...

    def batches(self, expression: Table, rows: int) -> Iterator[pd.DataFrame]:
        """All rows in the expression's order, at most ``rows`` at a time; none for no rows.

        The engine may be asked for other things between two batches.
        """
        ...

    def write(self, expression: Table, path: Path) -> None:
        """Write all rows, in the expression's order, as one Parquet file."""
        ...
