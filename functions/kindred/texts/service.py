"""Use cases of texts: score what a source's customers wrote, in one go or shard by shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred import settings
from kindred.errors import Unavailable
from kindred.paths import Source
from kindred.tables import Tables
from kindred.texts import files, store

if TYPE_CHECKING:
    from kindred.engine import Engine
    from kindred.texts.client import ScoringClient

Progress = Callable[[str, float], None]

#: Values of a source's ``texts_state``; None where it has no texts.
SCORED: Final = "scored"
PENDING: Final = "pending"  # segmented without its texts; the sweep goes on when they can be scored
REFUSED: Final = "refused"  # the service turns us away: somebody has to look at the set-up
OFF: Final = "off"  # there is no service

_NOTICES: Final[Mapping[str, Mapping[str, str]]] = {
    PENDING: {
        "code": "texts-pending",
        "message": "The service that reads texts doesn't answer; these segments rest on behaviour "
        "alone. Texts are added by themselves when it is back.",
    },
    REFUSED: {
        "code": "texts-refused",
        "message": "The service that reads texts turned us away; these segments rest on behaviour "
        "alone. Check its set-up, then generate segments again.",
    },
    OFF: {
        "code": "texts-off",
        "message": "No service that reads texts is set up; these segments rest on behaviour alone.",
    },
}


@dataclass(frozen=True)
class Scored:
    """``customer_texts`` is None where nothing could be scored; ``state`` says why."""

    customer_texts: Path | None
    state: str | None
    notices: tuple[Mapping[str, str], ...] = ()


def score_texts(
    tables: Tables,
    folder: Path,
    *,
    engine: Engine,
    client: ScoringClient | None,
    scores: Path | None,
    as_of: date,
    on_stage: Progress,
    keep: Callable[[Path], None] = lambda scores: None,
) -> Scored:
    """Score all texts that ``scores`` doesn't know, and sum up all of them per customer.

    A service that stays away or turns us away is no failure: there is a notice instead. ``keep``
    gets the renewed scores, also of a try that was cut short.
    """
    from kindred.texts.client import ScoringRefused
    from kindred.texts.scoring import score_customers

    if tables.texts is None:
        return Scored(None, None)
    if client is None:
        return without(OFF)
    with _renewed_scores(folder, keep):
        try:
            result = score_customers(
                tables,
                folder,
                engine=engine,
                score=client.score,
                cache=scores,
                as_of=as_of,
                on_stage=on_stage,
            )
        except Unavailable:
            return without(PENDING)
        except ScoringRefused:
            return without(REFUSED)
    return Scored(result.customer_texts, SCORED, tuple(result.notices))


@contextmanager
def _renewed_scores(folder: Path, keep: Callable[[Path], None]) -> Iterator[None]:
    """``keep`` gets the scores that were written to ``folder``, whatever happened meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if (folder / files.SCORES).exists():
            keep(folder / files.SCORES)


@dataclass(frozen=True)
class Shard:
    """``state`` says why nothing more can be scored; None where all is well."""

    remaining: int  # texts for further shards
    state: str | None = None


def score_shard(
    tables: Tables | None,
    folder: Path,
    *,
    engine: Engine,
    client: ScoringClient | None,
    scores: Path | None,
    limit: int,
    on_stage: Progress,
    keep: Callable[[Path], None],
) -> Shard:
    """Score at most ``limit`` more texts; ``keep`` gets the renewed scores."""
    from kindred.texts import scoring
    from kindred.texts.client import ScoringRefused

    if tables is None or tables.texts is None:
        return Shard(0)
    if client is None:
        return Shard(0, OFF)
    with _renewed_scores(folder, keep):
        try:
            shard = scoring.score_shard(
                tables,
                folder,
                engine=engine,
                score=client.score,
                cache=scores,
                limit=limit,
                on_stage=on_stage,
            )
        except Unavailable:
            return Shard(0, PENDING)
        except ScoringRefused:
            return Shard(0, REFUSED)
    return Shard(shard.remaining)


def count_unscored(tables: Tables, engine: Engine, scores: Path | None) -> int:
    """How many texts still have to be sent."""
    from kindred.texts import scoring

    return scoring.count_unscored(tables, engine=engine, cache=scores)


def without(state: str) -> Scored:
    """Going on without texts, and saying so."""
    return Scored(None, state, (_NOTICES[state],))


def load_scores(source: Source, based_on: Source | None, folder: Path) -> Path | None:
    """The scores to start from: the source's own, else those of the version it builds on."""
    own = store.load_scores(source, folder)
    if own is None and based_on is not None:
        return store.load_scores(based_on, folder)
    return own


@cache
def connected() -> ScoringClient | None:
    """The service that this deployment scores its texts with; None where none is set up."""
    from kindred.texts.client import connect

    if not settings.ML_SERVICE_URL:
        return None
    client = connect(settings.ML_SERVICE_URL, settings.ML_SERVICE_TOKEN)
    return replace(client, patience_seconds=settings.TEXT_PATIENCE_SECONDS)
