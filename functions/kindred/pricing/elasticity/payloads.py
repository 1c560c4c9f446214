"""What crosses the wire about what prices do."""

from __future__ import annotations

from kindred.pricing.payloads import Word
from kindred.wire import Payload, SourceRef


class LearnPrices(Payload):
    """Have what prices do learned from a source's orders."""

    source: SourceRef


class SuggestPrices(Payload):
    """Which prices the evidence supports now."""

    source: SourceRef


class LearnPricesTask(Payload):
    """The same as a task: for the run that was current when it was asked for."""

    source: SourceRef
    run_id: Word
