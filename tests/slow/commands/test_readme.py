"""What the README says that a run prints is what one prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kindred.__main__ import DONE, main

ROOT = Path(__file__).parents[3]


def test_the_readme_shows_segments_of_the_sample_shop_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main([str(ROOT / "samples" / "fashion-shop.csv"), "--json", str(out)]) == DONE
    run = json.loads(out.read_text("utf-8"))
    segments = {segment["name"]: segment for segment in run["segments"]}
    shown = (ROOT / "README.md").read_text("utf-8").split("```")[1]
    rows = re.findall(
        r"^(\S.*?) {2,}([\d,]+) +([\d.]+%) +([\d.]+%) +([\d.]+) +([\d,.]+)$", shown, re.M
    )
    assert len(rows) == 3
    for name, customers, share, revenue, orders, spent in rows:
        segment, metrics = segments[name], segments[name]["metrics"]
        assert customers == f"{segment['customer_count']:,}"
        assert (share, revenue) == (f"{segment['share']:.1%}", f"{segment['revenue_share']:.1%}")
        assert orders == f"{metrics['frequency']['mean']:.1f}"
        assert spent == f"{metrics['monetary']['mean']:,.2f}"
    reasons = {reason["text"] for name, *_ in rows for reason in segments[name]["reasons"]}
    assert set(re.findall(r"^    · (.+)$", shown, re.M)) == reasons
    report, totals = run["report"], run["totals"]
    assert shown.rstrip().endswith(
        f"{report['rows_read']:,} rows read, {report['rows_rejected']} of them rejected; "
        f"{totals['customers']:,} customers, orders from {totals['first_order']} to "
        f"{totals['last_order']}; {len(segments)} segments"
    )
