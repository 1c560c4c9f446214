"""docs/api.md names the errors and the limits that the code has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from kindred import edge, settings
from kindred.api import bodies
from kindred.api.payloads import PricesRequest
from kindred.keys import gate, key
from kindred.keys.payloads import CreateKey, RotateKey

ROOT = Path(__file__).parents[2]
KINDRED = ROOT / "functions" / "kindred"
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def part(what: str) -> str:
    return TEXT.split(f"<!-- {what}: ")[1].split(f"<!-- end of {what} -->")[0]


def told() -> dict[str, int]:
    """Each code of the table with its status."""
    rows = re.findall(r"^\| (\d{3}) \| ([^|]+) \|", part("errors"), re.MULTILINE)
    return {code: int(status) for status, cells in rows for code in re.findall("`(.+?)`", cells)}


def made() -> dict[str, int]:
    """Each code that the API room itself answers with."""
    found = {}
    for path in (KINDRED / "api").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal":
                status, code, *_ = [*node.args, None, None]
                if isinstance(status, ast.Constant) and isinstance(code, ast.Constant):
                    found[str(code.value)] = int(str(status.value))
    return found


def test_every_refusal_is_told_with_its_status() -> None:
    assert len(made()) > 8
    assert {code: told().get(code) for code in made()} == made()


def test_every_error_that_is_told_exists() -> None:
    others = "".join(
        path.read_text(encoding="utf-8")
        for path in [*(KINDRED / "pricing").rglob("*.py"), *KINDRED.glob("*.py")]
    )
    assert [code for code in told().keys() - made().keys() if f'"{code}"' not in others] == []


def test_the_limits_that_are_told_are_those_of_the_code() -> None:
    most = PricesRequest.model_json_schema()["properties"]["items"]["maxItems"]
    numbers = (
        f"{bodies.MAX_BYTES:,} bytes",
        f"{edge.MAX_DEPTH} deep",
        f"one request | {most} |",
        f"{settings.KEY_QUOTES_PER_MINUTE:,} a minute",
        f"{gate.BAD_KEYS:,} a minute for one instance",
    )
    assert [number for number in numbers if number not in part("limits of the API")] == []


def test_the_figures_of_keys_are_those_of_the_code() -> None:
    overlap = RotateKey.model_json_schema()["properties"]["overlap_hours"]
    sources = CreateKey.model_json_schema()["properties"]["sources"]["maxItems"]
    for said in (
        f"{overlap['default']} unless you say otherwise, at most {overlap['maximum']}",
        f"1 to {sources} sources",
        f"at most {key.MAX_KEYS} keys that work; of revoked ones the last {key.MAX_REVOKED}",
        f"remember a key for {gate.FRESH.seconds} seconds",
        f"everywhere within {gate.UNKNOWN.seconds}",
        f"the last {gate.IN_NEED.seconds // 60} minutes",
    ):
        assert said in TEXT, said
