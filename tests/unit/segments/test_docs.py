"""docs/segments.md says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.features.customers import FEATURES
from kindred.segments.naming.archetypes import ARCHETYPES
from kindred.segments.rules.rule_book import RUPEES, RuleBook

DOCS = (Path(__file__).parents[3] / "docs" / "segments.md").read_text()


@pytest.mark.parametrize("archetype", ARCHETYPES, ids=lambda archetype: archetype.id)
def test_every_archetype_is_in_the_table_with_its_axes(archetype):
    row = next(line for line in DOCS.splitlines() if line.startswith(f"| {archetype.name} |"))
    for axis, weight in archetype.axes.items():
        assert f"{'+' if weight > 0 else '−'}{axis.replace('_', ' ')} {abs(weight):g}" in row


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_explained(feature):
    assert f"`{feature}`" in DOCS


def test_the_definition_shown_can_be_read():
    shown = re.search(r"```json\n(.*?)```", DOCS, re.S)
    assert shown
    parse_definition(json.loads(shown.group(1)))


def test_the_thresholds_shown_are_the_defaults():
    rules = RuleBook()
    for number in RUPEES.values():
        assert f"{number:,.0f}" in DOCS
    assert f"{rules.loyal_days} days" in DOCS
    assert f"{rules.lapsed_days} days" in DOCS
    preset = Path(__file__).parents[3] / "samples" / "rules-rupees.json"
    assert json.loads(preset.read_text())["rules"] == RUPEES
