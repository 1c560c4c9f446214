"""The only place in this room that knows Storage: scores and what was made of them, per source."""

from __future__ import annotations

from pathlib import Path

from kindred import clients
from kindred.paths import Source
from kindred.texts import files


def load_scores(source: Source, folder: Path) -> Path | None:
    """The source's scores by text hash, fetched into ``folder``; None if it has none yet."""
    return _load(source, files.SCORES, folder)


def save_scores(source: Source, scores: Path) -> None:
    """Keep scores for the next run; a source has one such file, whatever the run."""
    _save(source, files.SCORES, scores)


def load_customer_texts(source: Source, tables_run: str, folder: Path) -> Path | None:
    """What was made of the words of each customer, where the words themselves are gone."""
    return _load(source, f"{tables_run}/{files.CUSTOMER_TEXTS}", folder)


def save_customer_texts(source: Source, tables_run: str, customer_texts: Path) -> None:
    _save(source, f"{tables_run}/{files.CUSTOMER_TEXTS}", customer_texts)


def _load(source: Source, name: str, folder: Path) -> Path | None:
    blob = clients.bucket().get_blob(source.private_file(name))
    if blob is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / Path(name).name
    blob.download_to_filename(str(target), timeout=300)
    return target


def _save(source: Source, name: str, local: Path) -> None:
    blob = clients.bucket().blob(source.private_file(name))
    blob.upload_from_filename(str(local), timeout=300)
