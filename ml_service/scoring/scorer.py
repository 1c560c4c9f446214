"""Texts in, scores out: language, then every task a loaded model or the lexicon can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scoring import encoding, personality
from scoring.cards import Card, Head, read_card
from scoring.language import detect_language
from scoring.preparation import clean_text, prepare_text
from scoring.session import OnnxSession, Session
from scoring.unknown_words import UnknownWords

DECIMALS = 4
LEXICON = "word-use-1"


class DeadlinePassed(Exception):
    """The caller no longer waits; scoring stopped between two texts."""


@dataclass(frozen=True)
class Model:
    """A checked card with its graph and tokenizer in memory, and what it makes of unknown words."""

    card: Card
    session: Session
    tokenizer: Tokenizer
    unknown_words: UnknownWords | None


@dataclass(frozen=True)
class TaskScores:
    """One row per text, None where the text was left out."""

    model: str
    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    rows: list[list[float] | None]


@dataclass(frozen=True)
class Scores:
    """All that was found out about some texts, in their order.

    ``skipped`` is ``''`` for a scored text, else why not: ``empty`` or ``language``.
    """

    languages: list[str]
    words: list[int]
    skipped: list[str]
    tasks: dict[str, TaskScores]


def load_model(folder: Path, session: Session | None = None) -> Model:
    """The model of ``folder``. Raises :class:`scoring.cards.ModelRefused`."""
    card = read_card(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # A text that spells "[SEP]" is a text, not a command.
    tokenizer.encode_special_tokens = True
    unknown_words = UnknownWords(tokenizer) if card.preparation else None
    return Model(card, session or OnnxSession(folder / "model.onnx"), tokenizer, unknown_words)


class Scorer:
    """Scores texts with loaded models on ``workers``, a batch of work each.

    A text's scores depend on that text alone.
    """

    def __init__(self, models: Sequence[Model], workers: Executor) -> None:
        self.models = tuple(models)
        self._workers = workers
        self._languages = frozenset.intersection(
            *(frozenset(model.card.languages) for model in models)
        )
        self._vocabulary = frozenset(
            piece for piece in models[0].tokenizer.get_vocab() if piece.isalpha() and len(piece) > 1
        )

    def score(
        self, texts: Sequence[str], tasks: Sequence[str], still_wanted: Callable[[], bool]
    ) -> Scores:
        """Scores of ``texts`` for ``tasks``. Raises :class:`DeadlinePassed`."""
        clean = [clean_text(text) for text in texts]
        words = [personality.count_words(text) for text in clean]
        languages = [detect_language(text, self._vocabulary) for text in clean]
        skipped = [
            "empty"
            if not any(map(str.isalnum, text))
            else ""
            if language in self._languages
            else "language"
            for text, language in zip(clean, languages, strict=True)
        ]
        kept = [index for index, why in enumerate(skipped) if not why]
        done: dict[str, TaskScores] = {}
        for model in self.models:
            heads = [head for head in model.card.heads if head.task in tasks]
            if heads:
                rows = self.run_heads(model, heads, [clean[index] for index in kept], still_wanted)
                for head, scores in zip(heads, rows, strict=True):
                    done[head.task] = TaskScores(
                        model.card.id, head.labels, head.thresholds, _spread(scores, kept, texts)
                    )
        if "personality" in tasks and "personality" not in done:
            traits = [personality.score_traits(clean[index]) for index in kept]
            done["personality"] = TaskScores(
                LEXICON, personality.TRAITS, (), _spread(traits, kept, texts)
            )
        return Scores(languages, words, skipped, done)

    def run_heads(
        self,
        model: Model,
        heads: Sequence[Head],
        texts: Sequence[str],
        still_wanted: Callable[[], bool],
    ) -> list[NDArray[np.float32]]:
        """Scores of clean ``texts`` by some heads of one model, whatever language they are in."""
        if not texts:
            return [np.zeros((0, len(head.labels)), dtype=np.float32) for head in heads]
        if model.unknown_words:
            texts = [model.unknown_words.replace(prepare_text(text)) for text in texts]
        chunks = encoding.cut_chunks(model.tokenizer, texts, model.card.max_pieces)
        outputs = [head.output for head in heads]

        def run_alone(chunk: encoding.Chunk) -> list[NDArray[np.float32]]:
            # An int8 graph takes the range of its activations from all that it is given at once:
            # beside others, or padded, a text would be rounded by them.
            if not still_wanted():
                raise DeadlinePassed
            ids, mask = encoding.pad([chunk], model.card.pad_id)
            return model.session.run(outputs, {"input_ids": ids, "attention_mask": mask})

        def run(batch: list[int]) -> list[NDArray[np.float32]]:
            alone = [run_alone(chunks[index]) for index in batch]
            return [np.concatenate(logits) for logits in zip(*alone, strict=True)]

        batches = list(encoding.make_batches(chunks))
        scores = [np.empty((len(chunks), len(head.labels)), dtype=np.float32) for head in heads]
        for batch, logits in zip(batches, self._workers.map(run, batches), strict=True):
            for head, target, values in zip(heads, scores, logits, strict=True):
                target[batch] = activate(values, head.activation)
        return [encoding.combine(values, chunks, len(texts)) for values in scores]


def activate(logits: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    """Probabilities from ``logits``: each label by itself (sigmoid) or one of all (softmax)."""
    if activation == "none":
        return logits
    if activation == "sigmoid":
        single: NDArray[np.float32] = np.reciprocal(1.0 + np.exp(-np.clip(logits, -30, 30)))
        return single
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shared: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return shared


def _spread(
    scores: Sequence[NDArray[np.floating]] | NDArray[np.float32],
    kept: Sequence[int],
    texts: Sequence[str],
) -> list[list[float] | None]:
    rows: list[list[float] | None] = [None] * len(texts)
    if kept:
        rounded = np.round(np.asarray(scores, dtype=np.float64), DECIMALS).tolist()
        for index, row in zip(kept, rounded, strict=True):
            rows[index] = row
    return rows
