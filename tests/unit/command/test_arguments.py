"""The command line: which options go together, and what comes before what."""

from __future__ import annotations

from pathlib import Path

import pytest
from kindred.command.arguments import configuration_of, read_arguments
from kindred.errors import InvalidInput


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.csv", "--watch", "folder"],
        ["a.csv", "--source", "mongodb", "--database", "d", "--collection", "c"],
        ["--source", "mongodb", "--database", "d"],
        ["--watch", "folder", "--json", "out.json"],
        ["a.csv", "--check-freshness"],
        ["a.csv", "--check-freshness", "--json", "-"],
        ["a.csv", "--read-only", "--format", "rules"],
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_the_rules_alone_go_to_standard_output_unless_a_file_is_named() -> None:
    assert read_arguments(["a.csv", "--format", "rules"]).json == "-"
    assert read_arguments(["a.csv", "--format", "rules", "--json", "out"]).json == "out"


SETTINGS = """
currency = "EUR"
as_of = 2026-01-31
[mapping]
customer_id = "Client"
[rules]
lapsed_days = 60
new_purchases = 2
[[custom_rules]]
name = "care"
[[custom_rules.rules]]
value = "Call"
when = { trait = "monetary", is = ">", value = 1000 }
"""


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kindred.toml"
    file.write_text(SETTINGS)
    more = ["--currency", "GBP", "--rules", '{"lapsed_days": 30}']
    made = configuration_of(read_arguments(["a.csv", "--config", str(file), *more]))
    assert made.currency == "GBP"
    assert str(made.as_of) == "2026-01-31"
    assert made.mapping == {"customer_id": "Client"}
    assert made.thresholds() == {"own": True, "lapsed_days": 30, "new_purchases": 2}
    (care,) = made.dimensions()
    assert (care.name, [value for value, _ in care.rules]) == ("care", ["Call"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", "{", "can't be read"),
        ("a.toml", "a = ", "can't be read"),
        ("a.json", "[1]", "no settings"),
        ("none.json", None, "can't be read"),
        ("a.json", '{"lapsed_dys": 3}', "lapsed_dys"),
        ("a.json", '{"rules": {"lapsed_days": -3}}', "rules.lapsed_days"),
        ("a.json", '{"custom_rules": [{"name": "spending", "rules": []}]}', "custom_rules"),
        ("a.json", '{"audiences": {"Pets": []}}', "audiences.Pets"),
    ],
)
def test_a_configuration_that_is_wrong_says_where(
    name: str, content: str | None, told: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    with pytest.raises(InvalidInput) as err:
        configuration_of(read_arguments(["a.csv", "--config", str(file)]))
    assert told in err.value.message
    assert err.value.code == "invalid-configuration"


@pytest.mark.parametrize("name", ["spending", "category", "purchase_frequency", "twice"])
def test_a_dimensions_name_is_its_own(name: str, tmp_path: Path) -> None:
    rule = '{"value": "Yes", "when": {"trait": "frequency", "is": ">", "value": 1}}'
    dimension = f'{{"name": "{name}", "rules": [{rule}]}}'
    file = tmp_path / "a.json"
    file.write_text(f'{{"custom_rules": [{dimension}, {dimension}]}}')
    with pytest.raises(InvalidInput, match="taken"):
        configuration_of(read_arguments(["a.csv", "--config", str(file)]))
