"""A model's card: what it is, what it gives, and the checksum that its file must have."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring import preparation

TASKS = ("emotions", "sentiment", "personality")
ACTIVATIONS = ("sigmoid", "softmax", "none")  # none: log-odds, 0 is average


class ModelRefused(Exception):
    """A model folder that can't be trusted or used; the message says why."""


@dataclass(frozen=True)
class Head:
    """One task of a model: the graph's output, its labels, and how logits become scores."""

    task: str
    output: str
    labels: tuple[str, ...]
    activation: str
    thresholds: tuple[float, ...]


@dataclass(frozen=True)
class Card:
    """What ``card.json`` says, as far as loading needs it; ``document`` is the whole of it."""

    name: str
    version: str
    sha256: str
    tokenizer_sha256: str
    preparation: int  # 0: cleaned only; else the version of scoring.preparation
    max_pieces: int
    pad_id: int
    languages: tuple[str, ...]
    heads: tuple[Head, ...]
    document: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.name}-{self.version}"


def read_card(folder: Path) -> Card:
    """The card of ``folder``, its model and tokenizer checked against it.

    Raises :class:`ModelRefused` when a file is missing, changed, or meant for other code.
    """
    try:
        document = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        card = _parse(document)
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ModelRefused(f"{folder.name}: card.json can't be read ({err!r}).") from err
    for file, expected in (
        ("model.onnx", card.sha256),
        ("tokenizer.json", card.tokenizer_sha256),
    ):
        try:
            found = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        except OSError as err:
            raise ModelRefused(f"{folder.name}: {file} is missing.") from err
        if found != expected:
            raise ModelRefused(
                f"{folder.name}: {file} isn't the file that its card describes "
                f"(checksum {found[:12]}…, expected {expected[:12]}…)."
            )
    if card.preparation not in (0, preparation.VERSION):
        raise ModelRefused(
            f"{folder.name} was trained with text preparation {card.preparation}; "
            f"this service has {preparation.VERSION}."
        )
    return card


def _parse(document: dict[str, Any]) -> Card:
    heads = tuple(
        Head(
            task=task,
            output=head["output"],
            labels=tuple(head["labels"]),
            activation=head["activation"],
            thresholds=tuple(head.get("thresholds", ())),
        )
        for task, head in document["heads"].items()
    )
    if not heads or any(
        head.task not in TASKS or head.activation not in ACTIVATIONS for head in heads
    ):
        raise ValueError("a task or activation that isn't known")
    return Card(
        name=document["name"],
        version=document["version"],
        sha256=document["sha256"],
        tokenizer_sha256=document["tokenizer_sha256"],
        preparation=document["preparation"],
        max_pieces=document["max_pieces"],
        pad_id=document["pad_id"],
        languages=tuple(document["languages"]),
        heads=heads,
        document=document,
    )
