"""What crosses the wire about what prices did."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from kindred.pricing.payloads import Name, Word
from kindred.wire import Payload, SourceRef


class PriceTestRequest(Payload):
    owner_uid: Word | None = None  # a merchant other than the caller
    test_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class PriceAnalytics(Payload):
    source: SourceRef
    days: Annotated[int, Field(ge=1, le=400)] = 90


class FairnessReport(Payload):
    source: SourceRef
    days: Annotated[int, Field(ge=1, le=400)] = 90
    attribute: Name | None = None  # of customers: a column of theirs, or one of the file's own
