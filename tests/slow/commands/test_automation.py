"""What merchants automate: rules as data, the plain output, a database, a folder, a program."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import mongomock
import pandas as pd
import pymongo
import pytest
from kindred.__main__ import DONE, FILE_UNUSABLE, main

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "tiny.csv"


def documented(language: str) -> list[str]:
    """The examples of a language under 'Automating it' in the documentation."""
    text = (ROOT / "docs" / "segments.md").read_text("utf-8")
    part = text.split("## Automating it")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings that the documentation shows."""
    (shown,) = documented("toml")
    path = tmp_path_factory.mktemp("settings") / "kindred.toml"
    path.write_text(shown, "utf-8")
    return path


def test_the_plain_output_has_every_rule_of_each_customer_and_is_kept_fresh(
    settings_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, log = tmp_path / "out.json", tmp_path / "runs.jsonl"
    command = [str(SAMPLE), "--config", str(settings_file), "--format", "rules", "--json", str(out),
               "--check-freshness", "--log", str(log)]  # fmt: skip
    assert main(command) == DONE
    rows: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
    assert {tuple(row) for row in rows} == {("customer_id", "segmentation")}
    dimensions = ("purchase_frequency", "spending", "category", "care")
    assert {tuple(row["segmentation"]) for row in rows} == {dimensions}
    assert {row["segmentation"]["care"] for row in rows} <= {"Call", "Write", "Leave"}
    written = out.stat().st_mtime_ns
    assert main(command) == DONE
    assert out.stat().st_mtime_ns == written
    assert main([*command, "--force"]) == DONE
    assert out.stat().st_mtime_ns != written
    states = [json.loads(line)["state"] for line in log.read_text().splitlines()]
    assert states == ["done", "unchanged", "done"]
    capsys.readouterr()


def test_the_preset_in_rupees_is_the_specified_one(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    preset = str(ROOT / "samples" / "rules-rupees.json")
    assert main([str(SAMPLE), "--config", preset, "--json", str(out)]) == DONE
    for customer in json.loads(out.read_text("utf-8"))["customers"]:
        if customer["frequency"]:
            high = customer["average_order_value"] >= 15_000 or customer["monetary"] >= 150_000
            low = customer["monetary"] <= 10_000
            expected = "High" if high else "Low" if low else "Medium"
            assert customer["segmentation"]["spending"] == expected


def test_a_collection_gives_what_the_same_rows_in_a_file_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = pd.read_csv(SAMPLE)
    frame = lines.astype(object).where(lines.notna(), None)
    server = mongomock.MongoClient("mongodb://shop.example/")
    server.shop.orders.insert_many(
        {"order": {str(name): value for name, value in row.items()}}
        for row in frame.to_dict("records")
    )
    monkeypatch.setattr(pymongo, "MongoClient", lambda uri, **options: server)
    out = tmp_path / "out.json"
    source = ["--source", "mongodb", "--database", "shop", "--collection", "orders"]
    assert main([*source, "--uri", "mongodb://shop.example/", "--json", str(out)]) == DONE
    found = json.loads(out.read_text("utf-8"))
    assert main([str(SAMPLE), "--json", str(out)]) == DONE
    from_file = json.loads(out.read_text("utf-8"))
    assert found["totals"] == from_file["totals"]
    assert found["customers"] == from_file["customers"]


def test_a_collection_without_an_address_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.settings.MONGODB_URI", "")
    source = ["--source", "mongodb", "--database", "shop", "--collection", "orders"]
    out = tmp_path / "out.json"
    assert main([*source, "--json", str(out)]) == FILE_UNUSABLE
    assert json.loads(out.read_text())["error"]["code"] == "no-database"


def test_the_documented_program_runs(tmp_path: Path) -> None:
    (program,) = documented("python")
    file = tmp_path / "program.py"
    file.write_text(program.replace("orders.csv", str(SAMPLE)), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "functions")}
    ran = subprocess.run(
        [sys.executable, str(file)], env=environment, capture_output=True, text=True, timeout=280
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^\S.*: \d+ customers$", ran.stdout, re.MULTILINE)


def test_a_folder_is_watched_until_it_is_told_to_end_and_starts_where_it_was(
    tmp_path: Path,
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(SAMPLE.read_bytes())
    bad.write_text("a,b,c\n" + "x,y,z\n" * 30)
    out = tmp_path / "segments"
    for expected in (["failed", "done"], ["failed", "unchanged"]):
        runs = watched(tmp_path, lines=len(expected))
        assert [run["state"] for run in runs] == expected
        (out / "runs.jsonl").unlink()
    assert json.loads((out / "bad.csv.json").read_text())["error"]["code"] == "mapping-needed"
    assert json.loads((out / "good.csv.json").read_text())["segments"]
    assert json.loads((out / "status.json").read_text())["state"] == "unchanged"


def watched(folder: Path, *, lines: int) -> list[dict[str, Any]]:
    """Watch until the log has so many lines, then end it as a service manager does."""
    log = folder / "segments" / "runs.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "functions")}
    command = [sys.executable, "-m", "kindred", "--watch", str(folder)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            ends = time.monotonic() + 250
            while time.monotonic() < ends and process.poll() is None:
                if log.exists() and len(log.read_text().splitlines()) >= lines:
                    break
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == DONE
    return [json.loads(line) for line in log.read_text().splitlines()]
