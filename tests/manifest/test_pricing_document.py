"""`docs/pricing.md` says what the code of prices does: fields, steps, limits, laws."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from kindred.pricing import shoppers, steps
from kindred.pricing.jurisdictions import Row, table
from kindred.pricing.payloads import Group, PriceTest, Product, Rule, Settings
from kindred.pricing.quotes import STEPS
from kindred.wire import Payload
from manifest.test_documents import marked, read, rows

DOCUMENT = "docs/pricing.md"
BLOCKED = {"nobody": "allowed", "food": "not for food", "everybody": "not allowed"}


@pytest.mark.parametrize(
    ("part", "model"),
    [("product", Product), ("rule", Rule), ("settings", Settings), ("test", PriceTest)],
)
def test_every_field_of_a_document_is_explained(part: str, model: type[Payload]) -> None:
    assert list(rows(marked(DOCUMENT, part))) == list(model.model_fields)


def test_the_defaults_told_are_those_of_the_code() -> None:
    told = {name: cells[0] for name, cells in rows(marked(DOCUMENT, "settings")).items()}
    for name, value in Settings().model_dump().items():
        if value is None or value == ():
            assert told[name] == "none", name
        elif not isinstance(value, dict):
            number = f"{value:g}" if isinstance(value, float) else str(value)
            assert told[name] == f"`{number.replace('False', 'false')}`", name


def test_every_step_mode_and_limit_is_explained() -> None:
    modes = get_args(Group.model_fields["mode"].annotation)
    assert tuple(rows(marked(DOCUMENT, "steps"))) == STEPS
    assert tuple(rows(marked(DOCUMENT, "modes"))) == modes
    assert set(rows(marked(DOCUMENT, "limits"))) == set(steps.SAID)


def test_what_evidence_moves_is_told_as_it_is() -> None:
    told = rows(marked(DOCUMENT, "steps"))
    history = told["purchase_history"][0]
    assert f"chance of {shoppers.LAPSING_FROM} or more" in history
    assert f"{shoppers.LOYAL_FROM} orders or more" in history
    assert (shoppers.LAPSING_SHARE, shoppers.LOYAL_SHARE, shoppers.MOOD_SHARE) == (0.5, 0.25, 0.25)
    moods = re.search(r"\*\*Unpleasant moods\*\*[^.]*\.", read(DOCUMENT))
    assert moods
    assert set(re.findall(r"`(\w+)`", moods[0])) == shoppers.NEGATIVE_MOODS


def test_the_table_of_laws_is_that_of_the_data() -> None:
    lines = [line for line in marked(DOCUMENT, "law").splitlines() if line.startswith("| `")]
    assert lines == [_line(row) for row in table().rows]


def _line(row: Row) -> str:
    text, lowest = row.disclosure, row.lowest_price
    step_by_step = ", step by step" if lowest and lowest.progressive else ""
    only = "if raised: " if text and text.when == "raise" else ""
    cells = (
        f"`{row.jurisdiction}`",
        "" if row.first_day.year == 1970 else str(row.first_day),
        str(row.last_day or ""),
        BLOCKED[row.blocks.personal_prices],
        BLOCKED[row.blocks.personal_raises],
        f"{only}{text.text}" if text else "",
        f"{lowest.days} days{step_by_step}" if lowest else "",
        row.source,
    )
    return f"| {' | '.join(cells)} |"
