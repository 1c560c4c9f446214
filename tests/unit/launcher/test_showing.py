"""What the demo shows."""

from __future__ import annotations

from typing import Any

from launcher.showing import progress_line, reading_line, segments_table, why_it_ended


def make_segment(name: str, count: int, share: float) -> dict[str, Any]:
    return {
        "name": name,
        "customer_count": count,
        "share": share,
        "revenue_share": 0.5,
        "metrics": {"frequency": {"mean": 7.84, "median": 7}, "monetary": {"mean": 1234.5}},
        "reasons": [{"text": "They order more often than others: every 12 days instead of 61."}],
    }


def test_segments_stand_in_the_order_of_their_size_with_their_reasons() -> None:
    table = segments_table([make_segment("Small", 5, 0.05), make_segment("Large", 95, 0.95)], 80)
    lines = table.splitlines()
    assert [line.split()[0] for line in lines if line[0] not in " ─"] == [
        "segment",
        "Large",
        "Small",
    ]
    assert "95.0%" in lines[2]
    assert "1,234.50" in lines[2]
    assert lines[3].strip() == "· They order more often than others: every 12 days instead of 61."


def test_long_reasons_are_wrapped_to_the_width() -> None:
    segment = make_segment("Large", 95, 0.95) | {"reasons": [{"text": "word " * 60}]}
    reasons = segments_table([segment], 60).splitlines()[3:]
    assert len(reasons) > 4
    assert max(map(len, reasons)) <= 60


def test_progress_names_the_stage() -> None:
    assert progress_line({"status": "running", "stage": "reading", "progress": 50}) == (
        "████████████············  50 %  reading"
    )
    assert "waiting_for_file" in progress_line({"status": "waiting_for_file"})


def test_a_file_that_needs_a_mapping_says_what_was_recognised_and_what_to_do() -> None:
    upload = {
        "status": "needs_mapping",
        "error": {"code": "x", "message": "No column holds the customer.", "hint": "Choose one."},
        "detected": {"mapping": {"order_date": {"column": "Datum", "confidence": 0.9}}},
    }
    said = why_it_ended(upload)
    assert said.startswith("No column holds the customer.\nChoose one.")
    assert "Datum  (90%)" in said


def test_what_was_read_is_summed_up() -> None:
    report = {"rows_read": 1000, "rows_rejected": 3}
    report |= {"first_order": "2024-01-02T03:04:05", "last_order": "2025-06-07"}
    line = reading_line({"report": report, "customer_count": 90, "segment_count": 7})
    assert line == (
        "1,000 rows read, 3 of them rejected; 90 customers, "
        "orders from 2024-01-02 to 2025-06-07; 7 segments"
    )
