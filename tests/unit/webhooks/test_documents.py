"""What docs/data.md says of webhooks is what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from kindred import settings
from kindred.webhooks import deliveries, payloads, sending

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "data.md").read_text("utf-8")


def test_every_event_is_explained_and_can_be_asked_for() -> None:
    part = re.search(r"<!-- events of webhooks: .*?<!-- end of events of webhooks", TEXT, re.DOTALL)
    assert part
    told = re.findall(r"^\| `([\w.]+)`", part[0], re.MULTILINE)
    assert told == [*deliveries.EVENTS, deliveries.TEST_EVENT]
    assert get_args(payloads.Event) == deliveries.EVENTS


def test_the_numbers_are_those_of_the_code() -> None:
    part = TEXT.split("## Webhooks")[1].split("\n## ")[0]
    for told in (
        f"{deliveries.MAX_BODY_BYTES:,} bytes at most",
        f"within {sending.TOTAL_SECONDS:.0f} seconds",
        f"{len(deliveries.SCHEDULE)} tries in a bit more than three days",
        f"kept for {deliveries.KEPT.days} days",
    ):
        assert told in part
    assert 3 < sum(deliveries.SCHEDULE) / 86_400 < 3.5
    assert deliveries.GIVE_UP.days == 5
    assert deliveries.MAX_ENDPOINTS == 10
    assert deliveries.AT_ONCE == 3
    # A merchant can't take all places of the queue.
    limits = settings.NOTIFIER["rate_limits"]
    assert limits.max_concurrent_dispatches > deliveries.MAX_ENDPOINTS * deliveries.AT_ONCE
