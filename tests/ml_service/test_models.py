"""Model folders: what is loaded, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from scoring.cards import ModelRefused, read_card
from scoring.settings import SettingsRefused, find_models, read_settings

from tests.ml_service.conftest import make_model_folder


def test_a_card_is_read_with_its_checksums_checked(model_folder: Path) -> None:
    assert read_card(model_folder).id == "fake-1"


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_file_that_was_changed_is_refused(model_folder: Path, file: str) -> None:
    path = model_folder / file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelRefused, match="isn't the file that its card describes"):
        read_card(model_folder)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "card.json"])
def test_a_missing_file_is_refused(model_folder: Path, file: str) -> None:
    (model_folder / file).unlink()
    with pytest.raises(ModelRefused):
        read_card(model_folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"preparation": 99},
        {"heads": {}},
        {"heads": {"astrology": {"output": "x", "labels": ["y"], "activation": "sigmoid"}}},
        {"heads": {"emotions": {"output": "x", "labels": ["y"], "activation": "tanh"}}},
    ],
)
def test_a_card_meant_for_other_code_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ModelRefused):
        read_card(make_model_folder(tmp_path / "other", **changes))


def test_settings_refuse_to_start_open_to_everyone() -> None:
    with pytest.raises(SettingsRefused, match="who may call"):
        read_settings({})
    with pytest.raises(SettingsRefused, match="who may call"):
        read_settings({"ML_SERVICE_AUDIENCE": "https://scoring.example"})


def test_a_profile_without_models_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="scripts/export-models"):
        find_models("reference", tmp_path)
    with pytest.raises(SettingsRefused, match="bundled, reference"):
        find_models("best", tmp_path)


def test_the_newest_bundled_model_is_served_alone(tmp_path: Path) -> None:
    for version in ("1", "2"):
        (tmp_path / f"kindred-small-{version}").mkdir()
    (tmp_path / "reference-emotions-1").mkdir()
    (tmp_path / "reference-sentiment-1").mkdir()
    assert [folder.name for folder in find_models("bundled", tmp_path)] == ["kindred-small-2"]
    assert len(find_models("reference", tmp_path)) == 2
