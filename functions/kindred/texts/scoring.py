"""Scores what a source's customers wrote and sums it up per customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kindred.tables import TRAITS, Tables
from kindred.texts.aggregates import evidence_of, recency_weights, weighted_means
from kindred.texts.cache import ScoreCache, read_cache, write_cache
from kindred.texts.cleaning import MAX_CHARACTERS, join_review, text_key
from kindred.texts.personality import GATE_WORDS, WEAK_WORDS, profile_customers
from kindred.texts.scores import ScoredTexts

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import Table

    from kindred.engine import Engine

Score = Callable[[Sequence[str]], ScoredTexts]
OnStage = Callable[[str, float], None]

STAGE: Final = "texts"
AT_ONCE: Final = 2_048  # texts between two looks at progress and cancellation
MOST_TEXTS: Final = 10_000_000


@dataclass(frozen=True)
class TextResult:
    """``customer_texts``: ``tables.CUSTOMER_TEXTS`` and ``emotion_<label>``; None without any.

    ``cache`` is None where nothing was ever scored. ``counts`` are JSON-able.
    """

    customer_texts: Path | None
    cache: Path | None
    counts: dict[str, Any]
    notices: list[dict[str, str]]


@dataclass(frozen=True)
class Shard:
    """What one task of a chain did: the renewed cache, and how many texts are left."""

    cache: Path
    remaining: int


def score_customers(
    tables: Tables,
    out_dir: Path,
    *,
    engine: Engine,
    score: Score,
    cache: Path | None,
    as_of: date,
    on_stage: OnStage = lambda stage, fraction: None,
) -> TextResult:
    """Score the texts that ``cache`` doesn't know, and sum up all of them per customer.

    Writes ``text_scores.parquet`` (the cache, renewed) and ``customer_texts.parquet`` into
    ``out_dir``. The cache is written even when ``score`` or ``on_stage`` raises (cancelled, service
    away), so that the next try starts where this one stopped.
    """
    texts = _read_texts(tables, engine)
    if texts.empty:
        return TextResult(None, cache, {"texts": 0}, [])
    target = out_dir / "text_scores.parquet"
    known = read_cache(cache)
    before = len(known.missing(texts["key"].tolist()))
    with _kept(known, target):
        _score_missing(known, texts, score, on_stage, limit=None)
    rows = texts.merge(known.frame(), on="key", how="left", sort=False)
    told = rows[rows["skipped"] == ""]
    counts = _count(rows, told, known, before)
    path = None
    if not told.empty:
        path = out_dir / "customer_texts.parquet"
        _sum_up(told, known.labels, as_of).to_parquet(path, index=False)
    on_stage(STAGE, 1.0)
    return TextResult(path, target, counts, _notices(counts))


def score_shard(
    tables: Tables,
    out_dir: Path,
    *,
    engine: Engine,
    score: Score,
    cache: Path | None,
    limit: int,
    on_stage: OnStage = lambda stage, fraction: None,
) -> Shard:
    """Score at most ``limit`` more texts into the cache: one link of a chain of tasks.

    ``on_stage`` gets how far the whole chain is. It ends when ``remaining`` is 0, and
    :func:`score_customers` then finds all scores cached. Run twice, it scores the next texts, or
    none: nothing is scored again.
    """
    texts = _read_texts(tables, engine)
    target = out_dir / "text_scores.parquet"
    known = read_cache(cache)
    wanted = texts["key"].unique().tolist()
    left = len(known.missing(wanted))

    def show(stage: str, done: float) -> None:
        on_stage(stage, (len(wanted) - left + min(limit, left) * done) / len(wanted))

    with _kept(known, target):
        _score_missing(known, texts, score, show, limit=limit)
    return Shard(target, len(known.missing(wanted)))


def count_unscored(tables: Tables, *, engine: Engine, cache: Path | None) -> int:
    """How many texts a run would send: what a chain is planned by."""
    texts = _read_texts(tables, engine)
    return len(read_cache(cache).missing(texts["key"].tolist()))


@contextmanager
def _kept(cache: ScoreCache, target: Path) -> Iterator[None]:
    try:
        yield
    finally:
        if len(cache):
            write_cache(cache, target)


def _read_texts(tables: Tables, engine: Engine) -> pd.DataFrame:
    """One row per customer and distinct text: customer_id, text, key, age of the newest saying."""
    import pandas as pd

    empty = pd.DataFrame({"customer_id": [], "said_at": [], "text": [], "key": [], "declined": []})
    if tables.texts is None:
        return empty
    rows = engine.fetch(_said_by_customers(engine, tables.texts, tables.customers), most=MOST_TEXTS)
    rows = rows.drop(columns="line")
    if rows.empty:
        return empty
    rows = rows.astype({"title": object, "text": object})
    rows[["title", "text"]] = rows[["title", "text"]].where(rows[["title", "text"]].notna(), "")
    rows["text"] = [
        join_review(title, text) for title, text in zip(rows["title"], rows["text"], strict=True)
    ]
    rows = rows[rows["text"] != ""].drop(columns="title")
    rows["key"] = [text_key(text) for text in rows["text"]]
    # Said twice by the same customer is said once, at the later time.
    rows = rows.sort_values("said_at", kind="stable", na_position="first")
    distinct: pd.DataFrame = rows.drop_duplicates(["customer_id", "key"], keep="last")
    return distinct.reset_index(drop=True)


def _said_by_customers(engine: Engine, texts: Path, customers: Path) -> Table:
    """Texts of known customers as they lie in the file, and whether their writer has declined."""
    from ibis import _

    asked = engine.read(customers).group_by("customer_id").aggregate(agreed=_.consent.all())
    said = engine.read(texts).filter(_.customer_id.notnull(), _.text.notnull() | _.title.notnull())
    return (
        said.left_join(asked, "customer_id")
        .select(
            "line",
            "customer_id",
            "said_at",
            title=_.title.left(4 * MAX_CHARACTERS),
            text=_.text.left(4 * MAX_CHARACTERS),
            declined=(~_.agreed).fill_null(False),
        )
        .order_by("line")
    )


def _score_missing(
    cache: ScoreCache, texts: pd.DataFrame, score: Score, on_stage: OnStage, *, limit: int | None
) -> None:
    """Fill ``cache``, reporting progress; starts over once if the service has a newer model."""
    wording = dict(zip(texts["key"], texts["text"], strict=True))
    missing = cache.missing(list(wording))[:limit]
    done = 0
    while done < len(missing):
        on_stage(STAGE, done / len(missing))
        keys = missing[done : done + AT_ONCE]
        if cache.add(keys, score([wording[key] for key in keys])):
            missing, done = cache.missing(list(wording))[:limit], 0
            continue
        done += len(keys)


def _sum_up(told: pd.DataFrame, labels: Sequence[str], as_of: date) -> pd.DataFrame:
    """One row per customer who wrote something that was scored."""
    import pandas as pd

    codes, customers = pd.factorize(told["customer_id"], sort=True)
    owner, count = codes.astype(np.int64), len(customers)
    moment = pd.Timestamp(datetime.combine(as_of, datetime.min.time()))
    age = (moment - pd.to_datetime(told["said_at"])) / pd.Timedelta(days=1)
    weights = recency_weights(np.array(age, dtype=np.float64))
    names = [f"emotion_{label}" for label in labels]
    values = told[["sentiment", *names]].to_numpy(dtype=float)
    means = weighted_means(values, weights, owner, count)
    scatter = weighted_means((values[:, :1] - means[owner, :1]) ** 2, weights, owner, count)
    words = told["words"].to_numpy(dtype=np.int64)
    texts = np.bincount(owner, minlength=count)
    total = np.bincount(owner, words, count).astype(np.int64)
    traits = told[list(TRAITS)].to_numpy(dtype=float)
    per_word = weighted_means(traits, np.maximum(words, 1e-9), owner, count)
    agreed = ~told.groupby(codes)["declined"].any().to_numpy(dtype=bool)
    profiles = profile_customers(per_word, np.where(agreed, total, 0))
    columns: dict[str, Any] = {
        "customer_id": customers,
        "texts": texts,
        "words": total,
        "evidence": evidence_of(texts, total),
        "sentiment": means[:, 0],
        "sentiment_spread": np.where(texts > 1, np.sqrt(scatter[:, 0]), np.nan),
    }
    for at, trait in enumerate(TRAITS):
        columns[trait] = profiles.value[:, at]
        columns[f"{trait}_low"] = profiles.low[:, at]
        columns[f"{trait}_high"] = profiles.high[:, at]
    columns |= {name: means[:, at + 1] for at, name in enumerate(names)}
    frame = pd.DataFrame(columns)
    return frame.astype({"texts": "int64", "words": "int64"})


def _count(
    rows: pd.DataFrame, told: pd.DataFrame, cache: ScoreCache, scored_now: int
) -> dict[str, Any]:
    agreed = told[~told["declined"].astype(bool)]
    words = agreed.groupby("customer_id")["words"].sum()
    left_out = Counter(rows.loc[rows["skipped"] == "language", "language"])
    return {
        "texts": len(rows),
        "distinct_texts": int(rows["key"].nunique()),
        "scored_now": scored_now,
        "from_cache": int(rows["key"].nunique()) - scored_now,
        "left_out_language": sum(left_out.values()),
        "left_out_empty": int((rows["skipped"] == "empty").sum()),
        "languages_left_out": dict(left_out.most_common(5)),
        "customers": int(told["customer_id"].nunique()),
        "customers_with_personality": int((words >= GATE_WORDS).sum()),
        "customers_with_weak_personality": int(words.between(GATE_WORDS, WEAK_WORDS - 1).sum()),
        "model": cache.model,
    }


def _notices(counts: dict[str, Any]) -> list[dict[str, str]]:
    notices = []
    if counts["left_out_language"]:
        found = [code.replace("und", "unclear") for code in counts["languages_left_out"]]
        languages = ", ".join(found)
        notices.append(
            {
                "code": "texts-in-other-languages",
                "message": f"{counts['left_out_language']:,} of {counts['texts']:,} texts were "
                f"left out: the model reads English only (found: {languages}).",
            }
        )
    return notices
