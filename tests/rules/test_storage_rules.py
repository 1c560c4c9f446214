"""Every row of the Storage table gets the answer the table says."""

from __future__ import annotations

from collections import Counter

import pytest
from rules.storage_rest import Storage
from rules.storage_table import LIMIT, ROWS, SEEDS, TEST_LIMIT, Row


@pytest.fixture(scope="module", autouse=True)
def _small_files(storage: Storage, storage_rules: str) -> None:
    storage.load_rules(with_test_limit(storage_rules))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
def test_storage_answers_as_the_table_says(storage: Storage, row: Row) -> None:
    allowed = row.ask(storage)
    if allowed:
        restore(storage, row)
    assert allowed is row.allowed


def test_every_row_of_the_table_is_another_request() -> None:
    twice = [name for name, times in Counter(row.name for row in ROWS).items() if times > 1]
    assert twice == []


def with_test_limit(rules: str) -> str:
    """The rules with a limit that a test can cross."""
    assert rules.count(LIMIT) == 1
    return rules.replace(LIMIT, str(TEST_LIMIT))


def restore(storage: Storage, row: Row) -> None:
    """Undo what an allowed write has done, so that rows don't depend on their order."""
    if not row.touches:
        return
    storage.remove(row.touches)
    if row.touches in SEEDS:
        storage.seed(row.touches)
