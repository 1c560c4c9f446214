"""Imports within reading point one way, and none leads to another room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "functions"
READING = ROOT / "kindred" / "reading"
#: From above to below: a module imports from its own folder and from those below it.
ORDER = ("files", "rows", "types", "bytes", "columns", "values")
#: The steps that `files.py` puts together stand where it stands; limits are known to all.
PLACES = {"cutting": "files", "interpreting": "files", "notices": "files", "limits": "values"}
#: What all rooms stand on, as far as reading needs it.
GROUND = {
    "kindred.confined",
    "kindred.engine",
    "kindred.errors",
    "kindred.money",
    "kindred.spreadsheets",
    "kindred.tables",
    "kindred.totals",
}
#: The platform: reading is pure.
PLATFORM = {"firebase_admin", "firebase_functions", "google", "requests"}

MODULES = sorted(path for path in READING.rglob("*.py") if path.name != "__init__.py")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions and for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            module = node.module or ""
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if (ROOT / (whole.replace(".", "/") + ".py")).exists() else module


def place_of(module: str) -> int:
    """Where a module of reading stands in `ORDER`, from above."""
    part = module.removeprefix("kindred.reading.").split(".")[0]
    return ORDER.index(PLACES.get(part, part))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    for imported in imports_of(path):
        if imported.startswith("kindred.reading."):
            assert place_of(imported) >= place_of(name_of(path)), imported


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_leads_to_another_room_or_to_the_platform(path: Path) -> None:
    for imported in imports_of(path):
        if imported.startswith("kindred."):
            room = ".".join(imported.split(".")[:2])
            assert room in {"kindred.reading", *GROUND}, imported
        assert imported.split(".")[0] not in PLATFORM, imported


def test_no_module_imports_itself_over_others() -> None:
    imports = {
        name_of(path): {i for i in imports_of(path) if i.startswith("kindred.reading.")}
        for path in MODULES
    }
    while free := [name for name, needed in imports.items() if not needed & imports.keys()]:
        for name in free:
            del imports[name]
    assert not imports, "these import each other in a circle"


def test_every_folder_has_its_place() -> None:
    parts = {path.relative_to(READING).with_suffix("").parts[0] for path in MODULES}
    assert parts == {*ORDER, *PLACES}
