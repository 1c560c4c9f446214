"""Names of the files that this room leaves."""

from __future__ import annotations

from typing import Final

SCORES: Final = "text_scores.parquet"  # by text, for the next run
CUSTOMER_TEXTS: Final = "customer_texts.parquet"  # by customer, for segments
