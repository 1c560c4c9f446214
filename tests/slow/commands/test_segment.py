"""`scripts/segment`: the engine on a plain file, its exit status and its JSON."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from kindred.__main__ import DONE, FILE_UNUSABLE, main


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of 150 customers over two years, in rupees."""
    chance = random.Random(7)
    lines = ["Customer_ID,Order_ID,Date,Total_Amount_LKR,Product_Category"]
    for n in range(900):
        customer = int(150 * chance.random() ** 2)
        day = date(2023, 1, 1) + timedelta(days=chance.randrange(720))
        amount = round(chance.lognormvariate(8.5, 0.8), 2)
        lines.append(f"C{customer:03},O{n},{day},{amount},{chance.choice(['Shoes', 'Hats'])}")
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(shop: Path, out: Path, *more: str) -> tuple[int, dict[str, Any]]:
    status = main([str(shop), "--json", str(out), *more])
    return status, json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    status, found = run(shop, tmp_path_factory.mktemp("out") / "out.json")
    assert status == DONE
    return found


def test_its_json_accounts_for_every_row_and_customer(result: dict[str, Any]) -> None:
    report, totals = result["report"], result["totals"]
    assert report["rows_read"] == 900 == report["rows_accepted"] + report["rows_rejected"]
    assert totals["currency"] == "LKR"
    assert totals["customers"] == len(result["customers"])
    assert totals["orders"] == sum(customer["frequency"] for customer in result["customers"])
    spent = sum(customer["monetary"] for customer in result["customers"])
    assert spent == pytest.approx(totals["net"])
    assert totals["net"] == pytest.approx(totals["gross"] - totals["refunds"])


def test_its_segments_are_six_to_ten_distinct_and_whole(result: dict[str, Any]) -> None:
    segments = {segment["segment_key"]: segment for segment in result["segments"]}
    assert 6 <= len(segments) <= 10
    assert len({segment["name"] for segment in segments.values()}) == len(segments)
    assert sum(segment["share"] for segment in segments.values()) == pytest.approx(1, abs=1e-12)
    for key, segment in segments.items():
        members = [c for c in result["customers"] if c["segment_key"] == key]
        assert len(members) == segment["customer_count"]
        assert {c["segment"] for c in members} == {segment["name"]}
        assert segment["reasons"]
    rules = result["customers"][0]["segmentation"]
    assert set(rules) == {"purchase_frequency", "spending", "category"}


def test_the_same_file_gives_the_same_json(
    shop: Path, result: dict[str, Any], tmp_path: Path
) -> None:
    copy = tmp_path / "copy of it.csv"
    copy.write_bytes(shop.read_bytes())
    assert run(copy, tmp_path / "out.json")[1] == result


def test_an_output_is_made_again_only_when_something_changed(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, copy = tmp_path / "out.json", tmp_path / "orders.csv"
    copy.write_bytes(shop.read_bytes())
    check = ("--check-freshness", "--as-of", "2025-01-01")
    assert run(copy, out, *check)[0] == DONE
    before = out.stat().st_mtime_ns
    assert run(copy, out, *check)[0] == DONE
    assert out.stat().st_mtime_ns == before
    assert "up to date" in capsys.readouterr().err
    for change in (("--as-of", "2025-02-01"), ("--rules", '{"lapsed_days": 30}')):
        run(copy, out, *check, *change)
        assert out.stat().st_mtime_ns != before, change
        before = out.stat().st_mtime_ns
    copy.write_text(copy.read_text() + "\nC001,O9999,2024-12-01,10.00,Hats", encoding="utf-8")
    run(copy, out, *check)
    assert out.stat().st_mtime_ns != before


def test_the_rule_book_follows_its_settings(
    shop: Path, result: dict[str, Any], tmp_path: Path
) -> None:
    def told(found: dict[str, Any], rule: str) -> set[str]:
        return {customer["segmentation"][rule] for customer in found["customers"]}

    mean_rules = '{"high_order": 1, "new_purchases": 100000}'
    _, everyone_high = run(shop, tmp_path / "out.json", "--rules", mean_rules)
    assert told(everyone_high, "spending") == {"High"}
    assert told(everyone_high, "purchase_frequency") == {"New"}
    rules = tmp_path / "rules.json"
    rules.write_text('{"own": true}')
    _, own = run(shop, tmp_path / "out.json", "--rules", str(rules))
    assert told(own, "spending") == {"High", "Medium", "Low"}
    assert told(result, "spending") != told(everyone_high, "spending")


def test_reading_alone_gives_each_customer_s_orders_and_net(
    shop: Path, result: dict[str, Any], tmp_path: Path
) -> None:
    status, found = run(shop, tmp_path / "out.json", "--read-only")
    assert status == DONE
    assert "segments" not in found
    assert found["totals"] == result["totals"]
    segmented = {customer["customer_id"]: customer for customer in result["customers"]}
    assert len(found["customers"]) == len(segmented)
    for customer in found["customers"]:
        assert set(customer) == {"customer_id", "orders", "net", "first_order", "last_order"}
        assert customer["orders"] == segmented[customer["customer_id"]]["frequency"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"a,b\n", "no-rows"),
        (b"a,b,c\nx,y,z\n" * 30, "mapping-needed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, content: bytes, code: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    status, found = run(path, tmp_path / "out.json")
    assert status == FILE_UNUSABLE
    assert set(found["error"]) == {"code", "message", "hint"}
    assert code in (None, found["error"]["code"])
    assert found["error"]["message"] in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as-of", "tomorrow"),
        ("--rules", "{"),
        ("--rules", '{"bogus": 1}'),
        ("--mapping", '["Client"]'),
        ("--mapping", '{"customer_id": "Nobody"}'),
        ("--currency", "rupees"),
    ],
)
def test_a_wrong_setting_says_why(shop: Path, tmp_path: Path, wrong: tuple[str, str]) -> None:
    status, found = run(shop, tmp_path / "out.json", *wrong)
    assert status == FILE_UNUSABLE
    assert found["error"]["message"]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    status, found = run(tmp_path / "nothing.csv", tmp_path / "out.json")
    assert status == FILE_UNUSABLE
    assert found["error"]["code"] == "no-file"
