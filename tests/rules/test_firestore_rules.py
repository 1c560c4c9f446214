"""Every row of the Firestore table gets the answer the table says."""

from __future__ import annotations

from collections import Counter

import pytest
from rules.firestore_rest import Firestore
from rules.firestore_table import ROWS, Row, seeds

SEEDS = seeds()


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
def test_firestore_answers_as_the_table_says(firestore: Firestore, row: Row) -> None:
    answer = row.ask(firestore)
    try:
        assert answer.allowed is row.allowed, answer.text[:600]
    finally:
        if answer.status == 200:
            restore(firestore, row)


def test_every_row_of_the_table_is_another_request() -> None:
    twice = [name for name, times in Counter(row.name for row in ROWS).items() if times > 1]
    assert twice == []


def restore(firestore: Firestore, row: Row) -> None:
    """Undo what an allowed write has done, so that rows don't depend on their order."""
    for path in row.touches:
        if path in SEEDS:
            firestore.seed({path: SEEDS[path]})
        else:
            firestore.remove(path)
