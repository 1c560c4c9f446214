"""The config and the addresses of one start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from launcher.checkout import ROOT
from launcher.emulators import addresses_of, emulator_config
from launcher.ports import USUAL_PORTS

PORTS = {name: port + 1 for name, port in USUAL_PORTS.items()}


@pytest.fixture
def config() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "firebase.json").read_text())
    return found


def test_every_emulator_listens_on_the_port_chosen_for_it(
    config: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "web").mkdir()
    made = emulator_config(config, PORTS, tmp_path)["emulators"]
    for name in ("auth", "firestore", "storage", "functions", "tasks", "eventarc", "hosting"):
        assert made[name] == made[name] | {"host": "127.0.0.1", "port": PORTS[name]}
    assert made["firestore"]["websocketPort"] == PORTS["firestore_websocket"]
    assert made["ui"] == {"enabled": False}


def test_paths_are_as_seen_from_the_folder_of_the_start(
    config: dict[str, Any], tmp_path: Path
) -> None:
    made = emulator_config(config, PORTS, tmp_path)
    assert (tmp_path / made["functions"][0]["source"]).resolve() == ROOT / "functions"
    assert made["firestore"]["rules"] == str(ROOT / "firestore.rules")
    assert made["functions"][0]["runtime"] == "python311"


def test_the_web_app_may_reach_the_emulators_here_and_nothing_else_more(
    config: dict[str, Any], tmp_path: Path
) -> None:
    def policy(hosting: dict[str, Any]) -> dict[str, list[str]]:
        (of_pages,) = [rule for rule in hosting["headers"] if rule["source"] == "**"]
        headers = {h["key"]: h["value"] for h in of_pages["headers"]}
        parts = [part.split() for part in headers["Content-Security-Policy"].split(";")]
        return {name: allowed for name, *allowed in parts}

    (tmp_path / "web").mkdir()
    deployed, here = (
        policy(config["hosting"]),
        policy(emulator_config(config, PORTS, tmp_path)["hosting"]),
    )
    assert deployed["script-src"] == ["'self'"]
    assert not [allowed for allowed in deployed["connect-src"] if allowed.startswith("http:")]
    added = set(here.pop("connect-src")) - set(deployed.pop("connect-src"))
    assert added == {
        f"http://127.0.0.1:{PORTS[name]}" for name in ("auth", "firestore", "storage", "functions")
    }
    assert here == deployed


def test_without_a_web_app_there_is_no_hosting(config: dict[str, Any], tmp_path: Path) -> None:
    made = emulator_config(config, PORTS, tmp_path)
    assert "hosting" not in made
    assert "hosting" not in made["emulators"]
    assert "HOSTING_URL" not in addresses_of(PORTS, has_web=False)


def test_programs_learn_the_addresses_they_are_promised() -> None:
    addresses = addresses_of(USUAL_PORTS, has_web=True)
    promised = {
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080",
        "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099",
        "STORAGE_EMULATOR_HOST": "http://127.0.0.1:9199",
        "FUNCTIONS_BASE_URL": "http://127.0.0.1:5001/demo-kindred/us-central1",
        "HOSTING_URL": "http://127.0.0.1:5000",
        "GCLOUD_PROJECT": "demo-kindred",
        "STORAGE_BUCKET": "demo-kindred.appspot.com",
    }
    assert promised.items() <= addresses.items()
