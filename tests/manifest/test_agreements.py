"""What several parts say for themselves, since they share no code, they say alike."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from kindred import paths, settings
from kindred.pricing import payloads as pricing
from kindred.reading.columns.fields import CANONICAL
from kindred.reading.limits import Limits
from kindred.segments.naming.archetypes import ARCHETYPES
from kindred.sources.csv import feeder
from kindred.sources.payloads import BasedOn, SourceOptions
from kindred.sources.shops import payloads as shops
from kindred.sources.shops import platforms, recognising
from pydantic import BaseModel

ROOT = Path(__file__).parents[2]
WEB = ROOT / "hosting" / "src"
#: Fields of a product that servers alone write.
LOGGED = {"public_prices", "asked_prices", "asked_until"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def product(factors: str) -> int:
    """``500 * 1000`` as a number."""
    result = 1
    for factor in factors.split("*"):
        result *= int(factor.replace("_", ""))
    return result


def rules_function(name: str) -> str:
    """The body of a function of firestore.rules."""
    found = re.search(rf"function {name}\(.*?\n    \}}", text_of("firestore.rules"), re.DOTALL)
    assert found
    return found[0]


def test_every_place_that_names_platforms_names_all() -> None:
    """Whoever adds one finds here what is missing."""
    web = {
        name: re.search(pattern, text_of(f"hosting/src/features/sources/{name}"), re.DOTALL)
        for name, pattern in {
            "text.ts": r"platforms: \{(.*?)\}",
            "shops/text.ts": r"platforms: \{(.*?)\} as Record",
            "shops/platforms.ts": r"(.*)",
        }.items()
    }
    words = {name: found[1] for name, found in web.items() if found}
    place = re.search(r"place\.kind in \[(.*?)\]", rules_function("isPlace"))
    shown = re.search(r"connected shop \(kind (.*?)\)", text_of("docs/data.md"))
    assert place
    assert shown
    told = {
        "sources/shops/platforms.py": set(platforms.PLATFORMS),
        "sources/shops/payloads.py": set(get_args(shops.Kind)),
        "sources/shops/recognising.py": set(recognising.NAMES),
        "firestore.rules": set(re.findall(r"'(\w+)'", place[1])) - {paths.CSV},
        "docs/data.md": set(re.findall(r"`(\w+)`", shown[1])),
        "text.ts": set(re.findall(r"(\w+): '", words["text.ts"])),
        "shops/text.ts": set(re.findall(r"^    (\w+): \{", words["shops/text.ts"], re.MULTILINE)),
        "shops/platforms.ts": set(re.findall(r"kind: '(\w+)'", words["shops/platforms.ts"])),
    }
    assert {name: kinds for name, kinds in told.items() if kinds != set(paths.PLATFORMS)} == {}


def test_rules_settings_reading_and_web_app_agree_on_the_size_of_a_file() -> None:
    rules = re.search(r"request\.resource\.size <= ([\d *]+);", text_of("storage.rules"))
    web = re.search(
        r"MAX_BYTES = ([\d_ *]+)", text_of("hosting/src/features/reading/file-check.ts")
    )
    assert rules
    assert web
    told = {
        "storage.rules": product(rules[1]),
        "settings": settings.MAX_FILE_BYTES,
        "reading": Limits().file_bytes,
        "web app": product(web[1]),
    }
    assert set(told.values()) == {500_000_000}, told


def test_a_smaller_limit_in_the_settings_is_the_one_that_reading_keeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "MAX_FILE_BYTES", 5_000)
    assert feeder.reading_options(SourceOptions(), None).limits.file_bytes == 5_000


def test_rules_paths_and_web_app_agree_on_the_length_of_a_file_name() -> None:
    assert f"upload.file_name.size() <= {paths.MAX_FILE_NAME}" in rules_function("isNewUpload")
    assert f"value.size() <= {paths.MAX_FILE_NAME}" in text_of("storage.rules")
    web = text_of("hosting/src/features/reading/file-check.ts")
    assert f"const MAX_NAME = {paths.MAX_FILE_NAME}\n" in web


def test_rules_reading_and_web_app_know_the_same_fields() -> None:
    rules = rules_function("isMapping")
    assert set(re.findall(r"mapping\.get\('(\w+)'", rules)) == set(CANONICAL)
    assert set(re.findall(r"'(\w+)'", rules)) == set(CANONICAL)
    shown = re.search(
        r"\n  fields: \{(.*?)\n  \}", text_of("hosting/src/features/reading/text.ts"), re.DOTALL
    )
    assert shown
    assert set(re.findall(r"^    (\w+):", shown[1], re.MULTILINE)) == set(CANONICAL)


def test_the_web_app_has_a_name_and_an_icon_for_every_archetype() -> None:
    known = {archetype.id for archetype in ARCHETYPES}
    for name, start in (
        ("text.ts", r"\n  archetypes: "),
        ("archetypes.tsx", r"\nconst \w+[^=]*= "),
    ):
        text = text_of(f"hosting/src/features/segments/{name}")
        listed = re.search(start + r"\{\n(.*?)\n *\}", text, re.DOTALL)
        assert listed, name
        assert set(re.findall(r"^ *'?([\w-]+)'?: ", listed[1], re.MULTILINE)) == known, name


def test_rules_and_server_know_the_same_options() -> None:
    rules = rules_function("isOptions")
    listed = re.search(r"hasOnly\(\[(.*?)\]\)", rules, re.DOTALL)
    assert listed
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(SourceOptions.model_fields)


@pytest.mark.parametrize("name", ["algorithm", "duplicate_customers", "date_order"])
def test_rules_and_server_take_the_same_values_of_an_option(name: str) -> None:
    found = re.search(rf"get\('{name}', '(\w+)'\) in \[(.*?)\]", rules_function("isOptions"))
    assert found
    option = SourceOptions.model_fields[name]
    assert found[1] == option.default
    assert set(re.findall(r"'(\w+)'", found[2])) == set(get_args(option.annotation))


def test_rules_and_server_know_the_same_kinds_of_version() -> None:
    found = re.search(r"base\.mode in \[(.*?)\]", rules_function("isBasedOn"))
    assert found
    modes = get_args(BasedOn.model_fields["mode"].annotation)
    assert set(re.findall(r"'(\w+)'", found[1])) == set(modes)


@pytest.mark.parametrize(
    ("function", "model", "servers"),
    [
        ("isNewProduct", pricing.Product, LOGGED),
        ("isProductChange", pricing.Product, LOGGED),
        ("isPricingRule", pricing.Rule, set()),
        ("isEffect", pricing.Effect, set()),
        ("isRange", pricing.Range, set()),
        ("isScope", pricing.Scope, set()),
        ("isWho", pricing.Who, set()),
        ("isSchedule", pricing.Schedule, set()),
        ("isGroup", pricing.Group, set()),
        ("isPlace", pricing.Place, set()),
        ("isNewPriceTest", pricing.PriceTest, {"weights", "weights_day"}),
        ("isPricing", pricing.Settings, set()),
        ("isPremiums", pricing.Premiums, set()),
        ("isEvidence", pricing.Evidence, set()),
        ("isStockEffect", pricing.StockEffect, set()),
        ("isCompetitorEffect", pricing.CompetitorEffect, set()),
    ],
)
def test_rules_and_server_know_the_same_fields_of_prices(
    function: str, model: type[BaseModel], servers: set[str]
) -> None:
    listed = re.search(r"hasOnly\(\[(.*?)\]\)", rules_function(function), re.DOTALL)
    assert listed
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(model.model_fields) - servers


def test_the_template_that_the_web_app_offers_is_the_one_in_samples() -> None:
    sample = (ROOT / "samples" / "template.csv").read_bytes()
    assert (ROOT / "hosting" / "public" / "template.csv").read_bytes() == sample


def test_everything_has_one_version() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert json.loads(text_of("hosting/package.json"))["version"] == project
    assert f"## [{project}]" in text_of("CHANGELOG.md")
