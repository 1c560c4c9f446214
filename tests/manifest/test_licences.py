"""What ships has licences that go with ours; the text service's packages: tests/ml_service."""

from __future__ import annotations

import json
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from licences import CARRIED, carried, installed, is_compatible, licences_of, refused

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "functions" / "requirements.txt"
#: Packages that build the web app and leave code of their own in it.
LEFT_BY_BUILD = ("tailwindcss", "vite", "rolldown")


def test_packages_of_the_functions_have_licences_that_go_with_ours() -> None:
    assert len(list(installed(LOCK))) > 50
    assert refused(LOCK) == {}


def test_every_library_that_their_wheels_carry_is_known() -> None:
    assert carried(LOCK) <= set(CARRIED)


def test_packages_of_the_web_app_have_licences_that_go_with_ours() -> None:
    lock: dict[str, Any] = json.loads((ROOT / "hosting" / "package-lock.json").read_text())
    packages = lock["packages"]
    shipped = [name for name, about in packages.items() if name and not about.get("dev")]
    assert len(shipped) > 50
    shipped += [f"node_modules/{name}" for name in LEFT_BY_BUILD]
    told = {name: npm_licence(packages, name) for name in shipped}
    assert {name: said for name, said in told.items() if not is_compatible(said)} == {}


def npm_licence(packages: dict[str, Any], name: str) -> str:
    """What npm's lock says, or where it says nothing, the package itself if it is installed."""
    if told := packages[name].get("license"):
        return str(told)
    about = ROOT / "hosting" / name / "package.json"
    return str(json.loads(about.read_text()).get("license")) if about.is_file() else "not told"


def test_the_licence_is_the_one_that_pyproject_names() -> None:
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
    assert "Apache License" in (ROOT / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND Zlib", True),
        ("(MIT OR GPL-3.0-only) AND ISC", True),
        ("MIT AND AGPL-3.0-only", False),
        ("MIT OR GPL-3.0-only AND ISC", True),
        ("(MIT OR GPL-3.0-only) AND SSPL-1.0", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("GPL-3.0-only", False),
        ("(MIT", False),
        ("MIT License", False),
        ("None", False),
        ("", False),
    ],
)
def test_a_licence_that_does_not_go_with_ours_is_noticed(expression: str, fine: bool) -> None:
    assert is_compatible(expression) is fine


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"License-Expression": "MIT", "License": "GPL"}, ["MIT"]),
        ({"License": "Apache 2.0", "Classifier": "License :: Other"}, ["Apache-2.0"]),
        ({"License": "GPLv3", "Classifier": "License :: OSI Approved :: MIT License"}, ["GPLv3"]),
        ({"License": "All of\nits text", "Classifier": "License :: OSI Approved :: MIT License"},
         ["MIT"]),
        ({"Classifier": "Topic :: Text"}, []),
    ],
)  # fmt: skip
def test_what_metadata_say_is_read(fields: dict[str, str], told: list[str]) -> None:
    about = Message()
    for name, value in fields.items():
        about.add_header(name, value)
    assert licences_of(about) == told
