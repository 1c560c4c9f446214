"""Break the Storage rules in one place at a time: some row of the table must notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rules.firestore_rest import Outage
from rules.mutants import Mutant, mutants_of
from rules.storage_rest import Storage
from rules.storage_table import ROWS, Row
from rules.test_storage_rules import restore, with_test_limit
from rules.witnesses import Search

RULES = with_test_limit((Path(__file__).parents[2] / "storage.rules").read_text())
MUTANTS = tuple(mutants_of(RULES))


@pytest.fixture(scope="module")
def search() -> Iterator[Search[Row]]:
    found = Search("storage.rules", ROWS, MUTANTS)
    yield found
    found.keep()


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])
def test_a_broken_rule_is_noticed(storage: Storage, search: Search[Row], mutant: Mutant) -> None:
    storage.load_rules(mutant.text)
    for row in search.rows_for(mutant):
        if _is_red(storage, row):
            search.has_noticed(mutant, row)
            return
    pytest.fail(f"no row of the table notices {mutant.name}")


def _is_red(storage: Storage, row: Row) -> bool:
    try:
        allowed = row.ask(storage)
    except Outage:
        return False
    if allowed:
        restore(storage, row)
    return allowed is not row.allowed
