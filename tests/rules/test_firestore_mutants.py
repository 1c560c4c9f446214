"""Break the Firestore rules in one place at a time: some row of the table must notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rules.firestore_rest import Firestore, Outage
from rules.firestore_table import ROWS, Row
from rules.mutants import Mutant, mutants_of
from rules.test_firestore_rules import restore
from rules.witnesses import Search

RULES = (Path(__file__).parents[2] / "firestore.rules").read_text()
MUTANTS = tuple(mutants_of(RULES))


@pytest.fixture(scope="module")
def search() -> Iterator[Search[Row]]:
    found = Search("firestore.rules", ROWS, MUTANTS)
    yield found
    found.keep()


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])
def test_a_broken_rule_is_noticed(
    firestore: Firestore, search: Search[Row], mutant: Mutant
) -> None:
    firestore.load_rules(mutant.text)
    for row in search.rows_for(mutant):
        if _is_red(firestore, row):
            search.has_noticed(mutant, row)
            return
    pytest.fail(f"no row of the table notices {mutant.name}")


def _is_red(firestore: Firestore, row: Row) -> bool:
    answer = row.ask(firestore)
    if answer.status == 200:
        restore(firestore, row)
    try:
        return answer.allowed is not row.allowed
    except Outage:
        return False
