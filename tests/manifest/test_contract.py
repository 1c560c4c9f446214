"""docs/data.md says what callables take, who may call them, and what documents hold."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from kindred.segments.segmentation import Segment
from kindred.sources.payloads import SourceOptions
from pydantic import BaseModel

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
#: What the page calls those whom `edge` lets through.
ROLES = {"MAY_READ": "reads", "MAY_CHANGE": "works", "MAY_DELETE": "manages", "OWNER_ONLY": "owner"}


def table(what: str) -> dict[str, list[str]]:
    """A marked table: its first column, and the other cells."""
    part = CONTRACT.split(f"<!-- {what}:")[1].split(f"<!-- end of {what} -->")[0]
    lines = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return {cells[0].strip(" `"): cells[1:] for cells in lines}


def callables() -> Iterator[tuple[str, type[BaseModel], set[str]]]:
    """Each callable with its payload and the roles that it asks for."""
    functions = ROOT / "functions"
    for path in sorted((functions / "kindred").rglob("triggers.py")):
        name = ".".join(path.relative_to(functions).with_suffix("").parts)
        module: Any = importlib.import_module(name)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for decorator in getattr(node, "decorator_list", []):
                if ast.unparse(decorator).startswith("edge.callable_function("):
                    assert isinstance(node, ast.FunctionDef)
                    name = ast.unparse(decorator.args[0])
                    payload = getattr(getattr(module, "payloads", module), name.split(".")[-1])
                    roles = set(re.findall(r"edge\.([A-Z_]+)\b", ast.unparse(node)))
                    yield node.name, payload, roles


CALLABLES = {name: (payload, roles) for name, payload, roles in callables()}


def test_every_callable_is_in_the_table() -> None:
    assert set(table("callables")) == set(CALLABLES)


@pytest.mark.parametrize("name", CALLABLES)
def test_a_callable_takes_the_fields_that_are_told(name: str) -> None:
    payload, _ = CALLABLES[name]
    told = set(re.findall(r"`(\w+)`", table("callables")[name][0]))
    assert told == set(payload.model_fields)


@pytest.mark.parametrize("name", CALLABLES)
def test_a_callable_lets_those_in_who_are_told(name: str) -> None:
    _, roles = CALLABLES[name]
    told = table("callables")[name][1]
    assert {word for word in ROLES.values() if re.search(rf"\b{word}\b", told)} == {
        ROLES[role] for role in roles
    }


def test_the_options_of_an_upload_are_told_with_their_values() -> None:
    told = table("options")
    assert set(told) == set(SourceOptions.model_fields)
    for name in ("algorithm", "duplicate_customers", "date_order"):
        values = get_args(SourceOptions.model_fields[name].annotation)
        assert told[name][0].split(", ") == list(values)


def test_every_field_of_a_segment_is_told() -> None:
    part = CONTRACT.split("<!-- segment:")[1].split("<!-- end of segment -->")[0]
    first = [line.split(" | ")[0] for line in part.splitlines() if line.startswith("| `")]
    told = {name for cell in first for name in re.findall(r"`(\w+)`", cell)}
    assert told == {field.name for field in fields(Segment)}
