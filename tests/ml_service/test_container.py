"""The container holds what the service needs and nothing else, as far as its recipe tells.

`tests/image` builds it.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ML_SERVICE = Path(__file__).resolve().parents[2] / "ml_service"
# What a package is called when imported, where that differs from its name in requirements.in.
PACKAGE_OF = {"spellchecker": "pyspellchecker", "google": "google-auth", "starlette": "fastapi"}


def imported() -> set[str]:
    modules: set[str] = set()
    for path in (ML_SERVICE / "scoring").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    return modules - set(sys.stdlib_module_names) - {"scoring"}


def test_the_service_imports_only_what_its_container_installs() -> None:
    needed = {PACKAGE_OF.get(module, module) for module in imported()}
    pinned = re.findall(r"^([\w-]+)==", (ML_SERVICE / "requirements.in").read_text(), re.MULTILINE)
    assert needed <= set(pinned)
    assert not {"torch", "transformers", "onnx"} & needed


def test_only_one_file_knows_onnxruntime() -> None:
    knowing = [
        path.name
        for path in (ML_SERVICE / "scoring").glob("*.py")
        if re.search(r"\bimport onnxruntime\b", path.read_text())
    ]
    assert knowing == ["session.py"]


def test_the_container_installs_the_same_requirements_and_starts_the_same_entry() -> None:
    dockerfile = (ML_SERVICE / "Dockerfile").read_text()
    assert "COPY requirements.txt" in dockerfile
    assert "pip install --no-cache-dir --require-hashes -r requirements.txt" in dockerfile
    assert 'CMD ["/packages/bin/python", "-m", "scoring"]' in dockerfile


def test_the_container_has_a_base_that_is_named_by_its_digest() -> None:
    dockerfile = (ML_SERVICE / "Dockerfile").read_text()
    (base,) = re.findall(r"^ARG BASE=(\S+)$", dockerfile, re.MULTILINE)
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", base)
    assert re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE) == ["${BASE}", "${BASE}"]


def test_the_container_runs_as_a_user_without_rights() -> None:
    lines = (ML_SERVICE / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users == ["10001"]
    assert lines.index("USER 10001") < next(
        at for at, line in enumerate(lines) if line.startswith("CMD")
    )


def test_the_container_gets_neither_training_nor_tests() -> None:
    ignored = (ML_SERVICE / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert {line for line in ignored if line.startswith("!")} == {
        "!requirements.txt",
        "!scoring",
        "!models",
    }


def test_committed_models_are_small() -> None:
    sizes = [file.stat().st_size for file in (ML_SERVICE / "models").glob("kindred-*/*")]
    assert 0 < sum(sizes) <= 16_000_000
