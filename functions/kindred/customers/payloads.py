"""What crosses the wire about customers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from kindred.wire import Payload, SourceRef

CustomerId = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class CustomerRequest(Payload):
    source: SourceRef
    customer_id: CustomerId


class ExportSegments(Payload):
    source: SourceRef
    format: Literal["csv", "json"]
