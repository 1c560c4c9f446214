"""Scores what a source's customers wrote and sums it up per customer, in batches of texts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from kindred.tables import Tables
from kindred.texts import files
from kindred.texts.cache import ScoreCache
from kindred.texts.customers import write_customers
from kindred.texts.distinct import DistinctTexts, distinct_texts
from kindred.texts.personality import GATE_WORDS, WEAK_WORDS
from kindred.texts.scores import ScoredTexts

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

Score = Callable[[Sequence[str]], ScoredTexts]
OnStage = Callable[[str, float], None]

STAGE: Final = "texts"
AT_ONCE: Final = 2_048  # texts between two looks at progress and cancellation
LANGUAGES_NAMED: Final = 5


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

    Writes `files.SCORES` (the cache, renewed) and `files.CUSTOMER_TEXTS` into ``out_dir``. The
    cache is written even when ``score`` or ``on_stage`` raises (cancelled, service away), so that
    the next try starts where this one stopped.
    """
    target = out_dir / files.SCORES
    with distinct_texts(tables, engine) as texts:
        if texts is None:
            return TextResult(None, cache, {"texts": 0}, [])
        with _open_cache(engine, cache, target) as score_cache:
            unscored = _count(engine, texts.missing(score_cache.scores()))
            _score_missing(score_cache, texts, engine, score, on_stage, limit=None)
            scores = score_cache.scores()
            assert scores is not None
            rows = texts.said.left_join(scores, "key").drop("key_right")
            counts = _counts(engine, rows, score_cache.model, unscored)
            path = None
            if counts["customers"]:
                path = out_dir / files.CUSTOMER_TEXTS
                write_customers(
                    engine, rows.filter(_.skipped == ""), score_cache.labels, as_of, path
                )
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
    target = out_dir / files.SCORES
    with distinct_texts(tables, engine) as texts:
        if texts is None:
            return Shard(target, 0)
        with _open_cache(engine, cache, target) as score_cache:
            total = _count(engine, texts.missing(None))
            left = _count(engine, texts.missing(score_cache.scores()))

            def show(stage: str, done: float) -> None:
                on_stage(stage, (total - left + min(limit, left) * done) / total)

            _score_missing(score_cache, texts, engine, score, show, limit=limit)
            remaining = _count(engine, texts.missing(score_cache.scores()))
    return Shard(target, remaining)


def count_unscored(tables: Tables, *, engine: Engine, cache: Path | None) -> int:
    """How many texts a run would send: what a chain is planned by."""
    with distinct_texts(tables, engine) as texts, tempfile.TemporaryDirectory() as scratch:
        if texts is None:
            return 0
        return _count(engine, texts.missing(ScoreCache(engine, cache, Path(scratch)).scores()))


@contextmanager
def _open_cache(engine: Engine, cache: Path | None, target: Path) -> Iterator[ScoreCache]:
    """The scores so far, written to ``target`` whatever happens."""
    with tempfile.TemporaryDirectory() as scratch:
        score_cache = ScoreCache(engine, cache, Path(scratch))
        try:
            yield score_cache
        finally:
            score_cache.write(target)


def _count(engine: Engine, table: Table) -> int:
    return int(engine.value(table.count()))


def _score_missing(
    score_cache: ScoreCache,
    texts: DistinctTexts,
    engine: Engine,
    score: Score,
    on_stage: OnStage,
    *,
    limit: int | None,
) -> None:
    """Fill the cache, reporting progress; starts over once if the service has a newer model."""
    missing = texts.missing(score_cache.scores()).order_by("place").limit(limit)
    count, done = _count(engine, missing), 0
    for frame in engine.batches(missing, AT_ONCE):
        on_stage(STAGE, done / count)
        if score_cache.add(frame["key"].tolist(), score(frame["text"].tolist())):
            _score_missing(score_cache, texts, engine, score, on_stage, limit=limit)
            return
        done += len(frame)


def _counts(engine: Engine, rows: Table, model: str, scored_now: int) -> dict[str, Any]:
    """What was scored and what was left out, JSON-able."""
    scored = rows.filter(_.skipped == "")
    row = engine.row(
        rows.aggregate(
            texts=_.count(),
            distinct_texts=_.key.nunique(),
            left_out_language=_.count(where=_.skipped == "language"),
            left_out_empty=_.count(where=_.skipped == "empty"),
            customers=_.customer_id.nunique(where=_.skipped == ""),
        )
    )
    by_customer = scored.filter(~_.declined).group_by("customer_id").aggregate(words=_.words.sum())
    profiles = engine.row(
        by_customer.aggregate(
            any=_.count(where=_.words >= GATE_WORDS),
            weak=_.count(where=_.words.between(GATE_WORDS, WEAK_WORDS - 1)),
        )
    )
    return {
        "texts": row["texts"],
        "distinct_texts": row["distinct_texts"],
        "scored_now": scored_now,
        "from_cache": row["distinct_texts"] - scored_now,
        "left_out_language": row["left_out_language"],
        "left_out_empty": row["left_out_empty"],
        "languages_left_out": _languages_left_out(engine, rows),
        "customers": row["customers"],
        "customers_with_personality": profiles["any"],
        "customers_with_weak_personality": profiles["weak"],
        "model": model,
    }


def _languages_left_out(engine: Engine, rows: Table) -> dict[str, int]:
    """The commonest; of equally common ones those that came first."""
    languages = (
        rows.filter(_.skipped == "language")
        .group_by("language")
        .aggregate(texts=_.count(), place=_.place.min())
        .order_by(ibis.desc("texts"), "place")
        .limit(LANGUAGES_NAMED)
    )
    commonest = engine.fetch(languages, most=LANGUAGES_NAMED)
    return dict(zip(commonest["language"].tolist(), commonest["texts"].tolist(), strict=True))


def _notices(counts: dict[str, Any]) -> list[dict[str, str]]:
    notices = []
    if counts["left_out_language"]:
        codes = counts["languages_left_out"]
        languages = ", ".join(code.replace("und", "unclear") for code in codes)
        notices.append(
            {
                "code": "texts-in-other-languages",
                "message": f"{counts['left_out_language']:,} of {counts['texts']:,} texts were "
                f"left out: the model reads English only (found: {languages}).",
            }
        )
    return notices
