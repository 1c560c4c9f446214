"""What the README says that a run prints is what one prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from kindred.__main__ import DONE, main

ROOT = Path(__file__).parents[3]


def is_near(shown: str, now: float) -> bool:
    """Within 3 %: how a processor multiplies small whole numbers decides on some texts.

    With and without VNNI a text's score differs in the third digit, and a few customers of
    thousands change their segment.
    """
    return float(shown.strip("%").replace(",", "")) == pytest.approx(now, rel=0.03)


def words(reason: str) -> str:
    return re.sub(r"-?[\d.,]*\d", "#", reason)


def test_the_readme_shows_segments_of_the_sample_shop_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main([str(ROOT / "samples" / "fashion-shop.csv"), "--json", str(out)]) == DONE
    run = json.loads(out.read_text("utf-8"))
    segments = {segment["name"]: segment for segment in run["segments"]}
    shown = (ROOT / "README.md").read_text("utf-8").split("```")[1]
    shown = re.sub(r"\n {6}(?=\S)", " ", shown)  # long reasons are wrapped
    rows = re.findall(
        r"^(\S.*?) {2,}([\d,]+) +([\d.]+%) +([\d.]+%) +([\d.]+) +([\d,.]+)$", shown, re.M
    )
    assert len(rows) == 3
    for name, customers, share, revenue, orders, spent in rows:
        segment, metrics = segments[name], segments[name]["metrics"]
        assert is_near(customers, segment["customer_count"])
        assert is_near(share, 100 * segment["share"])
        assert is_near(revenue, 100 * segment["revenue_share"])
        assert is_near(orders, metrics["frequency"]["mean"])
        assert is_near(spent, metrics["monetary"]["mean"])
    reasons = {words(reason["text"]) for name, *_ in rows for reason in segments[name]["reasons"]}
    told = re.findall(r"^    · (.+)$", shown, re.M)
    assert len(set(map(words, told)) & reasons) >= len(told) - 2
    report, totals = run["report"], run["totals"]
    assert shown.rstrip().endswith(
        f"{report['rows_read']:,} rows read, {report['rows_rejected']} of them rejected; "
        f"{totals['customers']:,} customers, orders from {totals['first_order']} to "
        f"{totals['last_order']}; {len(segments)} segments"
    )
