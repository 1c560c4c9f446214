"""Documents name what is there: files, commands, rings, settings, limits."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from kindred import settings, tables
from kindred.reading.limits import Limits
from launcher.rings import RINGS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for pattern in (
        *("*.md", "docs/*.md", "scripts/*.md", "hosting/*.md", "ml_service/*.md"),
        "integrations/*.md",
    )
    for path in ROOT.glob(pattern)
)
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The names that headings get on the web."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def marked(name: str, what: str) -> str:
    """The part of a document between its two marks."""
    found = re.search(rf"<!-- {what}: .*?-->(.*?)<!-- end of {what} -->", read(name), re.DOTALL)
    assert found, f"{name} has no part marked '{what}'"
    return found[1]


def rows(part: str) -> dict[str, list[str]]:
    """A table by its first column, which is code."""
    cells = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in cells}


# Links and names ---------------------------------------------------------------------------


def test_the_documents_are_there() -> None:
    wanted = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/deploying.md", "docs/costs.md"}
    assert wanted <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    broken = []
    for link in LINK.findall(read(name)):
        if re.match(r"\w+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (ROOT / name).parent / place if place else ROOT / name
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_scripts_exists(name: str) -> None:
    commands = set(re.findall(r"(?<![\w/.])scripts/([a-z][\w-]*)(?![\w/.-])", read(name)))
    ours = {path.name for path in (ROOT / "scripts").iterdir()}
    assert commands - ours == set()
    runnable = {path.name for path in (ROOT / "scripts").iterdir() if path.stat().st_mode & 0o100}
    assert {c for c in commands if (ROOT / "scripts" / c).is_file()} <= runnable


@pytest.mark.parametrize("name", NAMES)
def test_every_path_in_code_exists(name: str) -> None:
    shown = re.findall(r"`([^`\n]+)`", read(name))
    rooms = r"(?:functions|ml_service|hosting|integrations|scripts|tests|samples|docs)/[\w./-]+"
    made = re.compile(r"/(venv|node_modules|\.env)\b")  # not in a fresh checkout
    paths = {path for path in shown if re.fullmatch(rooms, path) and not made.search(path)}
    folder = (ROOT / name).parent
    assert {p for p in paths if not (ROOT / p).exists() and not (folder / p).exists()} == set()


def test_every_command_is_explained() -> None:
    runnable = {
        path.name
        for path in (ROOT / "scripts").iterdir()
        if path.is_file() and path.stat().st_mode & 0o100
    }
    assert set(re.findall(r"^\| `scripts/([\w-]+)", read("scripts/README.md"), re.M)) == runnable


def flags_in(text: str, command: str) -> set[str]:
    """Flags that follow a command on its line."""
    lines = re.findall(rf"scripts/{command}\b([^\n`]*)", text)
    return {flag for line in lines for flag in re.findall(r"(?<!\S)\[?(--[a-z][\w-]*)", line)}


@pytest.mark.parametrize(
    ("command", "source"),
    [
        ("segment", "functions/kindred/command/arguments.py"),
        ("demo", "scripts/launcher/demo.py"),
        ("measure-job", "scripts/evaluating/jobs.py"),
        ("measure-quotes", "scripts/evaluating/quotes.py"),
        ("bench", "scripts/benching/bench.py"),
        ("measure-reading", "scripts/measure-reading"),
        ("evaluate-prediction", "scripts/evaluating/prediction.py"),
        ("test", "scripts/launcher/rings.py"),
        ("lock", "scripts/launcher/locking.py"),
    ],
)
def test_commands_take_the_flags_that_documents_give_them(command: str, source: str) -> None:
    given = set().union(*(flags_in(read(name), command) for name in NAMES))
    assert {flag for flag in given if f'"{flag}"' not in read(source)} == set()


def test_pictures_are_shown_and_small() -> None:
    shown = {
        ((ROOT / name).parent / link).resolve()
        for name in NAMES
        for link in [*LINK.findall(read(name)), *re.findall(r'src="([^"]+)"', read(name))]
        if link.endswith((".png", ".svg"))
    }
    pictures = set((ROOT / "docs" / "images").iterdir())
    assert shown == pictures
    assert pictures
    begins = {".png": b"\x89PNG", ".svg": b"<svg "}
    for picture in pictures:
        assert picture.stat().st_size < 250_000, picture.name
        assert picture.read_bytes().startswith(begins[picture.suffix]), picture.name


def test_what_git_ignores_is_not_named_as_part_of_the_house() -> None:
    folders = re.findall(r"^(\w[\w.]*)/?  ", marked("README.md", "tree"), re.MULTILINE)
    assert folders
    ran = subprocess.run(
        ["git", "check-ignore", *folders], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.stdout.split() == []
    assert [folder for folder in folders if not (ROOT / folder).exists()] == []


# Tables ------------------------------------------------------------------------------------


def told_settings() -> Iterator[tuple[str, Any]]:
    """Each variable that settings.py reads, with its default."""
    tree = ast.parse(read("functions/kindred/settings.py"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_text", "_number", "_flag"):
            name = node.args[0]
            if isinstance(name, ast.Constant):
                default = node.args[1] if len(node.args) > 1 else node.keywords[0].value
                yield name.value, getattr(default, "value", None)


def test_every_setting_is_explained_with_its_default() -> None:
    part = marked("docs/deploying.md", "settings")
    told = {name: row[0].strip("`") for name, row in rows(part).items()}
    known = dict(told_settings())
    given_by_platform = {n for n in known if not n.startswith(("KINDRED_", "ML_"))}
    assert set(told) == set(known) - given_by_platform
    for name, default in told.items():
        if name != "KINDRED_BUCKET":  # the project's
            assert default == str(known[name]).replace("True", "true").replace("False", "false")
    for name in given_by_platform:
        assert f"`{name}`" in read("docs/deploying.md")


def test_the_sample_of_an_environment_names_every_setting_with_its_default() -> None:
    part = marked("docs/deploying.md", "settings")
    told = {name: row[0].strip("`") for name, row in rows(part).items()}
    lines = re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", read("samples/env.example"), re.MULTILINE)
    assert len(lines) == len(dict(lines))
    shown = dict(lines) | {"KINDRED_BUCKET": told["KINDRED_BUCKET"]}  # the project's own
    assert shown == told


def test_settings_have_names_that_firebase_takes() -> None:
    for name in rows(marked("docs/deploying.md", "settings")):
        assert re.fullmatch(r"[A-Z_][A-Z0-9_]*", name)
        assert not name.startswith(("X_GOOGLE_", "FIREBASE_", "EXT_", "KIT_")), name


def test_only_settings_reads_the_environment() -> None:
    modules = (ROOT / "functions" / "kindred").rglob("*.py")
    readers = {p.name for p in modules if re.search(r"environ\b|getenv", p.read_text())}
    assert readers <= {"settings.py", "confined.py", "local.py"}  # these hand it to a process


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("orders", tables.ORDERS),
        ("customers", tables.CUSTOMERS),
        ("products", tables.PRODUCTS),
        ("texts", tables.TEXTS),
        ("events", tables.EVENTS),
        ("customer_texts", tables.CUSTOMER_TEXTS),
    ],
)
def test_every_column_of_the_canonical_tables_is_explained(
    name: str, schema: Mapping[str, tables.Column]
) -> None:
    explained = [(column, cells) for column, cells in rows(marked("docs/data.md", name)).items()]
    assert explained == [
        (column, [about.type, about.unit, about.meaning]) for column, about in schema.items()
    ]


def test_the_version_of_the_canonical_tables_is_named() -> None:
    assert f"Schema version {tables.SCHEMA_VERSION};" in read("docs/data.md")


def test_every_ring_of_tests_is_explained() -> None:
    assert list(rows(marked("CONTRIBUTING.md", "rings"))) == [ring.name for ring in RINGS]


def test_the_limits_told_are_those_of_the_code() -> None:
    limits, told = Limits(), marked("README.md", "limits")
    for number in (
        f"{limits.file_bytes // 1_000_000} MB",
        f"{limits.columns} columns",
        f"{limits.rows:,} rows",
        f"{limits.line_bytes // 1_000_000} MB in one line",
        f"{limits.spreadsheet_bytes // 1_000_000} MB, {limits.spreadsheet_cells:,} cells",
        f"{limits.customer_id_bytes} bytes",
        f"{settings.KEPT_RUNS} runs",
        f"{settings.WORKER['timeout_sec'] // 60} minutes",
        f"{settings.WORKER['max_instances']} at once",
        f"{settings.MAX_ATTEMPTS} attempts",
        f"{settings.WAIT_FOR_FILE_HOURS} hours",
    ):
        assert number in told, number
