"""From scores of texts to one row per customer, some customers at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray

from kindred.engine.parquet import open_writer
from kindred.tables import CUSTOMER_TEXTS, TRAITS
from kindred.texts.aggregates import decay, evidence_of, recency_weights, weighted_means
from kindred.texts.cache import EMOTION
from kindred.texts.personality import GATE_WORDS, Profiles, profile_customers

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

ROWS_AT_ONCE: Final = 20_000

_ARROW: Final = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


def write_customers(
    engine: Engine, scored: Table, labels: Sequence[str], as_of: date, path: Path
) -> None:
    """`tables.CUSTOMER_TEXTS` and ``emotion_<label>`` of every customer in ``scored``, by id.

    ``scored``: `DistinctTexts.said` joined with scores, scored texts alone.
    """
    emotions = [f"{EMOTION}{label}" for label in labels]
    moment = pd.Timestamp(datetime.combine(as_of, datetime.min.time()))
    undated = _undated_weight(engine, scored, moment)
    peers = _Peers()
    with tempfile.TemporaryDirectory() as folder:
        sums = Path(folder) / "sums.parquet"
        with open_writer(sums, _sums_schema(emotions)) as write:
            for texts in whole_customers(engine, scored):
                frame = _sum_up(texts, emotions, moment, undated)
                peers.add(frame)
                write(frame)
        profiles, done = peers.profiles(), 0
        with open_writer(path, _schema(emotions)) as write:
            ordered = engine.read(sums).order_by("customer_id")
            for frame in engine.batches(ordered, ROWS_AT_ONCE):
                enough = has_profile(frame)
                end = done + int(enough.sum())
                write(_with_profiles(frame, enough, profiles, slice(done, end)))
                done = end


def whole_customers(engine: Engine, scored: Table) -> Iterator[pd.DataFrame]:
    """Texts in batches of whole customers, by id, each one's in the order of ``place``.

    In one order, whatever the batch: sums of floating point numbers depend on it.
    """
    started: pd.DataFrame | None = None  # texts of a customer who may have more in the next part
    for part in engine.batches(scored.order_by("customer_id", "place"), ROWS_AT_ONCE):
        joined = part if started is None else pd.concat([started, part], ignore_index=True)
        same = joined["customer_id"] == joined["customer_id"].iloc[-1]
        if not same.all():
            yield joined[~same].reset_index(drop=True)
        started = joined[same].reset_index(drop=True)
    if started is not None:
        yield started


class _Peers:
    """Customers with words enough for a profile: a profile says where one stands among them all.

    Six numbers of each are kept, in plain arrays.
    """

    def __init__(self) -> None:
        self._traits: list[NDArray[np.float64]] = []
        self._words: list[NDArray[np.int64]] = []

    def add(self, frame: pd.DataFrame) -> None:
        enough = has_profile(frame)
        self._traits.append(frame.loc[enough, list(TRAITS)].to_numpy(dtype=float))
        self._words.append(frame.loc[enough, "words"].to_numpy(dtype=np.int64))

    def profiles(self) -> Profiles:
        """One row for each, in the order in which they were added."""
        return profile_customers(np.concatenate(self._traits), np.concatenate(self._words))


def has_profile(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which customers wrote enough, and don't decline."""
    enough: NDArray[np.bool_] = (
        (frame["words"] >= GATE_WORDS) & ~frame["declined"].astype(bool)
    ).to_numpy()
    return enough


def _undated_weight(engine: Engine, scored: Table, moment: pd.Timestamp) -> float | None:
    """What a text without a date weighs: as the average dated one; None where all have one.

    One number per dated text is kept for it, since the exact mean depends on all of them in order.
    """
    if not engine.value(scored.said_at.isnull().any()):
        return None
    dated = scored.filter(_.said_at.notnull()).order_by("place").select("said_at")
    parts = [
        decay(_age_days(frame["said_at"], moment)) for frame in engine.batches(dated, ROWS_AT_ONCE)
    ]
    return float(np.concatenate(parts).mean()) if parts else 1.0


def _age_days(said_at: pd.Series[Any], moment: pd.Timestamp) -> NDArray[np.float64]:
    age = (moment - pd.to_datetime(said_at)) / pd.Timedelta(days=1)
    return np.array(age, dtype=np.float64)


def _sum_up(
    texts: pd.DataFrame, emotions: Sequence[str], moment: pd.Timestamp, undated: float | None
) -> pd.DataFrame:
    """One row per customer: sums, means, and per-word traits in place of profiles."""
    codes, customers = pd.factorize(texts["customer_id"], sort=True)
    owner, count = codes.astype(np.int64), len(customers)
    weights = recency_weights(_age_days(texts["said_at"], moment), undated)
    values = texts[["sentiment", *emotions]].to_numpy(dtype=float)
    means = weighted_means(values, weights, owner, count)
    scatter = weighted_means((values[:, :1] - means[owner, :1]) ** 2, weights, owner, count)
    words = texts["words"].to_numpy(dtype=np.int64)
    total = np.bincount(owner, words, count).astype(np.int64)
    said = np.bincount(owner, minlength=count)
    traits = texts[list(TRAITS)].to_numpy(dtype=float)
    per_word = weighted_means(traits, np.maximum(words, 1e-9), owner, count)
    columns: dict[str, Any] = {
        "customer_id": customers,
        "texts": said,
        "words": total,
        "evidence": evidence_of(said, total),
        "sentiment": means[:, 0],
        "sentiment_spread": np.where(said > 1, np.sqrt(scatter[:, 0]), np.nan),
        "declined": texts.groupby(codes)["declined"].any().to_numpy(dtype=bool),
    }
    columns |= {trait: per_word[:, at] for at, trait in enumerate(TRAITS)}
    columns |= {name: means[:, at + 1] for at, name in enumerate(emotions)}
    return pd.DataFrame(columns)


def _with_profiles(
    frame: pd.DataFrame, enough: NDArray[np.bool_], profiles: Profiles, rows: slice
) -> pd.DataFrame:
    """The same with traits as profiles: ``rows`` of them where words are ``enough``, else NaN."""
    columns: dict[str, NDArray[np.float64]] = {}
    for part, numbers in (("", profiles.value), ("_low", profiles.low), ("_high", profiles.high)):
        spread = np.full((len(frame), len(TRAITS)), np.nan)
        spread[enough] = numbers[rows]
        columns |= {f"{trait}{part}": spread[:, at] for at, trait in enumerate(TRAITS)}
    return frame.assign(**columns)


def _sums_schema(emotions: Sequence[str]) -> pa.Schema:
    bounds = {f"{trait}{part}" for trait in TRAITS for part in ("_low", "_high")}
    fields = [field for field in _schema(emotions) if field.name not in bounds]
    return pa.schema([*fields, pa.field("declined", pa.bool_())])


def _schema(emotions: Sequence[str]) -> pa.Schema:
    types = {name: column.type for name, column in CUSTOMER_TEXTS.items()}
    columns = {**types, **dict.fromkeys(emotions, "DOUBLE")}
    return pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
