"""What is uploaded and installed by a deploy: nothing missing, nothing that doesn't belong."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

from launcher.installing import NPM_INSTALL
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
FIREBASE = json.loads((ROOT / "firebase.json").read_text())
(CODEBASE,) = FIREBASE["functions"]
REQUIREMENTS = re.findall(r"^\w\S*", (FUNCTIONS / "requirements.in").read_text(), re.MULTILINE)


# Paths -------------------------------------------------------------------------------------


def test_every_file_that_firebase_json_names_is_there() -> None:
    named = [
        CODEBASE["source"],
        FIREBASE["firestore"]["rules"],
        FIREBASE["firestore"]["indexes"],
        FIREBASE["storage"]["rules"],
    ]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_pages_that_hosting_serves_are_what_its_build_makes() -> None:
    hosting = FIREBASE["hosting"]
    package = json.loads((ROOT / "hosting" / "package.json").read_text())
    install, build = hosting["predeploy"]
    # As the launcher installs: `npm ci` refuses a lock that lacks other systems' packages.
    assert set(install.split()) <= {"--prefix", "hosting", *NPM_INSTALL}
    assert install.startswith("npm --prefix hosting install ")
    assert build.removeprefix("npm --prefix hosting run ") in package["scripts"]
    assert hosting["public"] == "hosting/dist"  # where Vite builds unless told otherwise
    assert "outDir" not in (ROOT / "hosting" / "vite.config.ts").read_text()
    assert (ROOT / "hosting" / "package-lock.json").is_file()


def test_functions_run_on_the_python_that_they_are_tested_on() -> None:
    assert CODEBASE["runtime"] == "python311"
    assert sys.version_info[:2] == (3, 11)


# Files -------------------------------------------------------------------------------------


def is_ignored(path: Path, patterns: Iterable[str]) -> bool:
    """Whether firebase-tools leaves a file or folder out: minimatch with `matchBase`."""
    for pattern in patterns:
        if "/" not in pattern:
            if fnmatch(path.name, pattern):
                return True
        elif re.fullmatch(_expression(pattern), path.as_posix()):
            return True
    return False


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*/|/\*\*|\*)", pattern)
    meaning = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*"}
    return "".join(meaning.get(part, re.escape(part)) for part in parts)


def uploaded(folder: Path, patterns: list[str]) -> Iterator[Path]:
    """The files below ``folder`` that a deploy packs."""
    for path in sorted(folder.iterdir()):
        if not is_ignored(path, patterns):
            if path.is_dir():
                yield from uploaded(path, patterns)
            else:
                yield path


def test_a_deploy_packs_the_code_and_nothing_that_work_leaves_behind(tmp_path: Path) -> None:
    code = ["main.py", "requirements.txt", ".env", ".env.my-project", "kindred/edge.py",
            "kindred/py.typed", "kindred/reading/columns/fields.py"]  # fmt: skip
    debris = ["venv/bin/python", "venv/lib/python3.11/site-packages/x.py", ".env.local",
              ".secret.local", "__pycache__/main.cpython-311.pyc", "firebase-debug.log",
              "kindred/uploads/__pycache__/fields.cpython-311.pyc", ".mypy_cache/3.11/x.json",
              "requirements.in", "requirements-dev.in", "requirements-dev.txt",
              ".ruff_cache/x", ".pytest_cache/v/x"]  # fmt: skip
    for name in (*code, *debris):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    packed = {p.relative_to(tmp_path).as_posix() for p in uploaded(tmp_path, CODEBASE["ignore"])}
    assert packed == set(code)


def test_what_is_packed_is_small_and_holds_no_tests() -> None:
    packed = list(uploaded(FUNCTIONS, CODEBASE["ignore"]))
    names = {path.relative_to(FUNCTIONS).as_posix() for path in packed}
    assert {"main.py", "requirements.txt", "kindred/settings.py"} <= names
    assert [name for name in names if re.search(r"(^|/)(tests?[/_]|venv)", name)] == []
    assert {path.suffix for path in packed if not path.name.startswith(".env")} <= {
        ".py", ".txt", ".typed", ".json",
    }  # fmt: skip
    assert sum(path.stat().st_size for path in packed) < 3_000_000


def test_a_deploy_of_the_text_service_sends_no_environment_and_no_training() -> None:
    service = ROOT / "ml_service"
    left_out = (service / ".gcloudignore").read_text().splitlines()
    sent = {
        path.name
        for path in service.iterdir()
        if not {f"/{path.name}/", f"{path.name}/", path.name} & set(left_out)
    }
    copied = re.findall(r"^COPY (?!--from)(\S+)", (service / "Dockerfile").read_text(), re.M)
    assert set(copied) <= sent
    assert not {"venv", "training"} & sent


# Packages ----------------------------------------------------------------------------------


MODULES = {FUNCTIONS / "main.py", *(FUNCTIONS / "kindred").rglob("*.py")}
#: What no function imports may come with the environment that the command line runs on.
COMMAND = FUNCTIONS / "kindred" / "command"


def imported(paths: Iterable[Path]) -> set[str]:
    """Modules that these import from elsewhere, the standard library apart."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {n for n in found if n.split(".")[0] not in {*sys.stdlib_module_names, "kindred"}}


def unlisted(paths: Iterable[Path], requirements: Iterable[str]) -> dict[str, set[str]]:
    """Modules that these import from packages which no requirement names."""
    shipped = metadata.packages_distributions()
    required = {_plain(Requirement(line).name) for line in requirements}
    missing = {}
    for module in imported(paths):
        owners = {_plain(name) for name in shipped.get(module.split(".")[0], [])}
        if module.startswith("google."):  # a name that many packages share
            owners = {name for name in owners if _holds(name, module)}
        if not required & owners:
            missing[module] = owners
    return missing


def test_every_package_that_is_imported_is_required() -> None:
    command = set(COMMAND.rglob("*.py"))
    assert command
    assert unlisted(MODULES - command, REQUIREMENTS) == {}
    lines = (FUNCTIONS / "requirements-dev.in").read_text().splitlines()
    assert unlisted(command, [*REQUIREMENTS, *(line for line in lines if line[:1].isalpha())]) == {}


def test_every_package_that_is_required_is_imported() -> None:
    shipped = metadata.packages_distributions()
    # What runs main.py; `ibis`, under its name; and what is there to hold it below a version.
    used = {"functions-framework", "ibis-framework", "sqlglot"}
    for module in imported(MODULES):
        owners = {_plain(name) for name in shipped.get(module.split(".")[0], [])}
        used |= {n for n in owners if not module.startswith("google.") or _holds(n, module)}
    assert {_plain(Requirement(line).name) for line in REQUIREMENTS} - used == set()


def _holds(distribution: str, module: str) -> bool:
    """Whether the module, or the one that it is a name of, is a file of the distribution."""
    path = module.replace(".", "/")
    places = {f"{one}{end}" for one in (path, path.rpartition("/")[0]) for end in _MODULES}
    return any(file.as_posix() in places for file in metadata.files(distribution) or [])


_MODULES = (".py", "/__init__.py")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
