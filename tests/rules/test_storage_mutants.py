"""Break the Storage rules in one place at a time: some row of the table must notice."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest
from rules.firestore_rest import Outage
from rules.mutants import Mutant, likely_first, mutants_of
from rules.storage_rest import Storage
from rules.storage_table import ROWS, Row
from rules.test_storage_rules import restore, with_test_limit

RULES = with_test_limit((Path(__file__).parents[2] / "storage.rules").read_text())
MUTANTS = tuple(mutants_of(RULES))


#: Rows that noticed the last mutants; the next one is often broken nearby.
noticed: deque[Row] = deque(maxlen=25)


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])
def test_a_broken_rule_is_noticed(storage: Storage, mutant: Mutant) -> None:
    storage.load_rules(mutant.text)
    for row in (*noticed, *likely_first(ROWS, mutant)):
        if _is_red(storage, row):
            noticed.appendleft(row)
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
