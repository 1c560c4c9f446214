"""What each customer said, each text once, ready to be scored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis
import pandas as pd
import pyarrow as pa
from ibis import _

from kindred.engine.parquet import open_writer
from kindred.texts.cleaning import MAX_CHARACTERS, join_review, text_key

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine
    from kindred.tables import Tables

READ_AT_ONCE: Final = 2_048  # texts in memory; the longest take 130 KB each before they are cut
LONGEST_READ: Final = 4 * MAX_CHARACTERS  # of title and of text, before cleaning

_CLEANED: Final = {
    "line": pa.int64(),
    "customer_id": pa.string(),
    "said_at": pa.timestamp("us"),
    "declined": pa.bool_(),
    "key": pa.string(),
    "text": pa.string(),
}


@dataclass(frozen=True)
class DistinctTexts:
    """``said`` has one row per customer and distinct text, ``wording`` what stands behind a key.

    ``said``: ``place`` (by the newest time it was said, those without one first, then by key and
    customer: the order of the file doesn't matter), ``customer_id``, ``said_at``, ``key``,
    ``declined`` (the customer doesn't want profiles).
    ``wording``: ``key``, ``text``.
    """

    said: Table
    wording: Table

    def missing(self, scores: Table | None) -> Table:
        """``place``, ``key``, ``text`` of every text without scores."""
        keys = self.said.group_by("key").aggregate(place=_.place.min())
        if scores is not None:
            keys = keys.anti_join(scores, "key")
        return keys.join(self.wording, "key").select("place", "key", "text")


@contextmanager
def distinct_texts(tables: Tables, engine: Engine) -> Iterator[DistinctTexts | None]:
    """The texts of known customers, in a temporary file; None where nothing was said."""
    if tables.texts is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cleaned.parquet"
        with open_writer(path, pa.schema(_CLEANED)) as write:
            for frame in engine.batches(_raw_texts(tables, engine), READ_AT_ONCE):
                write(_cleaned(frame))
        cleaned = engine.read(path)
        said = engine.keep("texts_said", _said(cleaned))
        wording = cleaned.group_by("key").aggregate(text=_.text.min())  # they are all the same
        yield DistinctTexts(said, wording) if engine.value(said.count()) else None


def _raw_texts(tables: Tables, engine: Engine) -> Table:
    assert tables.texts is not None
    texts = engine.read(tables.texts).filter(
        _.customer_id.notnull(), _.text.notnull() | _.title.notnull()
    )
    customers = engine.read(tables.customers).group_by("customer_id")
    consent = customers.aggregate(consent=_.consent.all())
    return texts.left_join(consent, "customer_id").select(
        "line",
        "customer_id",
        "said_at",
        title=_.title.left(LONGEST_READ),
        text=_.text.left(LONGEST_READ),
        declined=(~_.consent).fill_null(False),
    )


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Title and text as they are sent, and the key of that; rows without a word are left out."""
    said = frame[["title", "text"]].astype(object)
    said = said.where(said.notna(), "")
    texts = [
        join_review(title, text) for title, text in zip(said["title"], said["text"], strict=True)
    ]
    frame = frame.assign(text=texts, key=[text_key(text) for text in texts])
    return frame.loc[frame["text"] != "", list(_CLEANED)]


def _said(cleaned: Table) -> Table:
    """Said twice by the same customer is said once, at the later time."""
    latest_first = ibis.window(
        group_by=["customer_id", "key"],
        order_by=[ibis.desc("said_at", nulls_first=False), ibis.desc("line")],
    )
    said = cleaned.drop("text").mutate(said_before=ibis.row_number().over(latest_first))
    by_time = ibis.window(order_by=[ibis.asc("said_at", nulls_first=True), "key", "customer_id"])
    return (
        said.filter(_.said_before == 0)
        .drop("said_before")
        .mutate(place=ibis.row_number().over(by_time))
        .select("place", "customer_id", "said_at", "key", "declined")
    )
