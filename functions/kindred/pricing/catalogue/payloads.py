"""What crosses the wire about products."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from kindred.pricing.payloads import Currency
from kindred.wire import Payload, SourceRef


class ImportProducts(Payload):
    """Products from a source's own order lines, or from the text of a CSV file."""

    source: SourceRef
    csv: Annotated[str, StringConstraints(min_length=1, max_length=400_000)] | None = None
    currency: Currency | None = None  # where neither the file nor the source says
    tax_included: bool = True  # where the file doesn't say
    overwrite: bool = False  # also what the merchant may have edited since
