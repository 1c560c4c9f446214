"""How the demo shows an upload: its progress, its segments with their reasons, its failure."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

BAR = 24
OVER = ("ready", "checked", "needs_mapping", "failed", "cancelled")


def progress_line(upload: Mapping[str, Any]) -> str:
    """One line about a job that is under way."""
    percent = int(upload.get("progress") or 0)
    bar = "█" * (percent * BAR // 100)
    stage = upload.get("stage") or upload.get("status") or ""
    return f"{bar:·<{BAR}} {percent:3} %  {stage}"


def segments_table(segments: Sequence[Mapping[str, Any]], width: int | None = None) -> str:
    """Segments by size, each with its reasons below."""
    columns = width or min(shutil.get_terminal_size((110, 24)).columns, 130)
    lines = [
        f"{'segment':42} {'customers':>9} {'share':>7} {'revenue':>8} {'orders':>7} {'spent':>10}"
    ]
    lines.append("─" * min(len(lines[0]), columns))
    for segment in sorted(segments, key=lambda s: (-s["customer_count"], s["name"])):
        lines.append(
            f"{segment['name'][:42]:42} {segment['customer_count']:9,} {segment['share']:7.1%} "
            f"{segment['revenue_share']:8.1%} {_mean(segment, 'frequency', 1):>7} "
            f"{_mean(segment, 'monetary', 2):>10}"
        )
        for reason in segment.get("reasons", []):
            wrapped = textwrap.wrap(reason["text"], columns - 6)
            lines += [f"    · {wrapped[0]}", *(f"      {rest}" for rest in wrapped[1:])]
    return "\n".join(lines)


def reading_line(upload: Mapping[str, Any]) -> str:
    """What was read, in one line."""
    report = upload.get("report") or {}
    read, rejected = report.get("rows_read", 0), report.get("rows_rejected", 0)
    first, last = (str(report.get(key) or "?")[:10] for key in ("first_order", "last_order"))
    customers, segments = upload.get("customer_count") or 0, upload.get("segment_count") or 0
    return (
        f"{read:,} rows read, {rejected:,} of them rejected; {customers:,} customers, "
        f"orders from {first} to {last}; {segments} segments"
    )


def why_it_ended(upload: Mapping[str, Any]) -> str:
    """Why there are no segments, and what the user can do."""
    status = upload.get("status")
    error = upload.get("error") or {}
    lines = [error.get("message") or f"The job ended: {status}."]
    if hint := error.get("hint"):
        lines.append(hint)
    if status == "needs_mapping":
        mapping = (upload.get("detected") or {}).get("mapping") or {}
        lines.append("These columns were recognised:" if mapping else "No column was recognised.")
        for field, found in mapping.items():
            lines.append(
                f"    {field:14} {found.get('column')}  ({found.get('confidence', 0):.0%})"
            )
        lines.append("In the web app you can say which column holds what.")
    return "\n".join(lines)


def _mean(segment: Mapping[str, Any], feature: str, digits: int) -> str:
    mean = (segment.get("metrics") or {}).get(feature, {}).get("mean")
    return "" if mean is None else f"{mean:,.{digits}f}"
