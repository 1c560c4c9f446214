"""The plugin is PHP that can be read, and does what its scenarios say, a process each."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from kindred.keys.tokens import parse_token

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "integrations" / "woocommerce" / "kindred-prices" / "kindred-prices.php"
SCENARIOS = Path(__file__).parent / "woocommerce" / "scenarios.php"
TEXT = PLUGIN.read_text("utf-8")


def php(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["php", "-d", "display_errors=stderr", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def names() -> list[str]:
    """Found without PHP, so that the tests are listed where there is none."""
    return re.findall(r"^\t'(\w+)' => static function \(\)", SCENARIOS.read_text("utf-8"), re.M)


@pytest.mark.parametrize("path", [PLUGIN, SCENARIOS, SCENARIOS.with_name("stubs.php")], ids=str)
def test_php_can_read_it(path: Path) -> None:
    ran = php("-l", str(path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Deprecated" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("name", names())
def test_the_plugin_in_a_scenario(name: str) -> None:
    ran = php(str(SCENARIOS), name)
    assert ran.returncode == 0, ran.stderr


def test_every_scenario_is_run() -> None:
    assert php(str(SCENARIOS)).stdout.split() == names()


def test_the_keys_of_the_scenarios_are_such_as_kindred_makes() -> None:
    keys = re.findall(r"'(kk_[^']*)'", SCENARIOS.with_name("stubs.php").read_text("utf-8"))
    assert len(keys) == 2
    assert [key for key in keys if not parse_token(key)] == []


def test_the_plugin_hangs_on_the_filters_that_prices_go_through() -> None:
    for hook in (
        "woocommerce_product_get_price",
        "woocommerce_product_get_sale_price",
        "woocommerce_product_variation_get_price",
        "woocommerce_variation_prices_price",
        "woocommerce_get_variation_prices_hash",
    ):
        assert f"'{hook}'" in TEXT


def test_the_plugin_runs_no_text_as_code_and_asks_by_wordpress_alone() -> None:
    words = r"\b(eval|create_function|exec|shell_exec|system|passthru|unserialize|extract|curl_\w+"
    assert re.findall(rf"{words}|file_get_contents|base64_decode|assert)\s*\(", TEXT) == []
    assert "sslverify" not in TEXT


def test_what_the_plugin_prints_is_escaped() -> None:
    printed = re.findall(r"<\?php echo (.*?); \?>", TEXT)
    assert printed
    assert [one for one in printed if not re.match(r"esc_(html|attr)\( ", one)] == []


def test_every_name_of_the_plugin_is_its_own() -> None:
    functions = re.findall(r"^function &?(\w+)\(", TEXT, re.M)
    constants = re.findall(r"^const (\w+)", TEXT, re.M)
    assert len(functions) > 30
    assert [name for name in functions if not name.startswith("kindred_prices_")] == []
    assert [name for name in constants if not name.startswith("KINDRED_PRICES_")] == []
    assert "defined( 'ABSPATH' ) || exit;" in TEXT


def test_the_licence_of_the_plugin_is_that_of_kindred_and_goes_with_wordpress() -> None:
    head = TEXT.split("*/")[0]
    assert re.search(r"License: +Apache-2\.0\n", head)
    assert "GPL version 3" in head
