"""From a checkpoint to what the service loads: ``python -m training.export --data DIR --run DIR``.

Writes ``models/kindred-small-VERSION/{model.onnx, tokenizer.json, card.json}``: weights in int8 by
output channel (activations are quantised as they come), thresholds per label tuned on GoEmotions
dev with the quantised model itself. ``scripts/evaluate-models`` adds the figures to the card.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from scoring import preparation
from scoring.scorer import Scorer, load_model

from training import corpora
from training.network import UPSTREAM, UPSTREAM_SHA256, Network
from training.train import KEPT_LAYERS

NAME = "kindred-small"
MAX_PIECES = 128
MAX_BYTES = 16_000_000
ONE_THRESHOLD_GRID = np.linspace(0.05, 0.9, 86)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("KINDRED_DATA"))
    parser.add_argument("--run", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--version", default="1")
    arguments = parser.parse_args()
    folder = export(
        Path(arguments.data), arguments.run, arguments.models, version=arguments.version
    )
    print(folder)


def export(data: Path, run: Path, models: Path, *, version: str) -> Path:
    """The folder of the newest checkpoint of ``run``, checked by loading it."""
    checkpoint = max(run.glob("epoch-*.pt"), key=lambda path: int(path.stem.split("-")[1]))
    labels = corpora.labels(data)
    weights = torch.load(checkpoint, weights_only=True)["averaged"]
    network = Network(weights["words.weight"].shape[0], len(labels), len(KEPT_LAYERS)).eval()
    network.load_state_dict(weights)
    folder = models / f"{NAME}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(run / "tokenizer.json", folder / "tokenizer.json")
    quantise(network, folder / "model.onnx")
    card = describe(folder, labels, version=version, epochs=int(checkpoint.stem.split("-")[1]))
    write_card(folder, card)
    thresholds, single = tune_thresholds(folder, data)
    card["heads"]["emotions"]["thresholds"] = thresholds
    card["heads"]["emotions"]["one_threshold"] = single
    write_card(folder, card)
    size = sum(file.stat().st_size for file in folder.iterdir())
    if size > MAX_BYTES:
        raise SystemExit(f"{folder} has {size:,} bytes; at most {MAX_BYTES:,} may be committed.")
    return folder


def quantise(network: Network, target: Path) -> None:
    """Write ``network`` as an int8 graph with free batch and length."""
    ids = torch.randint(5, 100, (2, 9))
    axes = {name: {0: "rows", 1: "length"} for name in ("input_ids", "attention_mask")}
    axes |= {name: {0: "rows"} for name in ("emotions", "sentiment")}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is announced to go; pinned here
        plain, shaped = Path(scratch) / "plain.onnx", Path(scratch) / "shaped.onnx"
        torch.onnx.export(
            network,
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["emotions", "sentiment"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(str(plain), str(shaped), skip_symbolic_shape=True)
        quantize_dynamic(
            str(shaped),
            str(target),
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )


def describe(folder: Path, labels: tuple[str, ...], *, version: str, epochs: int) -> dict[str, Any]:
    """The card, without thresholds and figures."""
    return {
        "name": NAME,
        "version": version,
        "profile": "bundled",
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest(),
        "preparation": preparation.VERSION,
        "max_pieces": MAX_PIECES,
        "pad_id": 0,
        "languages": ["en"],
        "heads": {
            "emotions": {
                "output": "emotions",
                "labels": list(labels),
                "activation": "sigmoid",
                "thresholds": [],
            },
            "sentiment": {
                "output": "sentiment",
                "labels": ["negative", "neutral", "positive"],
                "activation": "softmax",
                "thresholds": [],
            },
        },
        "base": {
            "model": UPSTREAM,
            "sha256": UPSTREAM_SHA256,
            "kept": f"layers {', '.join(map(str, KEPT_LAYERS))}",
            "epochs": epochs,
            "weights": "int8 by output channel",
        },
        "training_data": [
            {"name": "GoEmotions train (Demszky et al. 2020)", "licence": "CC BY 4.0"},
            {
                "name": "Women's E-Commerce Clothing Reviews, four fifths by hash of the text",
                "licence": "CC0",
            },
            {
                "name": "Sentiment Labelled Sentences (Kotzias et al. 2015): half of Amazon and "
                "of Yelp by hash of the text, IMDb whole",
                "licence": "CC BY 4.0",
            },
            {"name": "template sentences of our own (training/augmentation.py)", "licence": "ours"},
        ],
        "metrics": {},
        "intended_use": "Emotion and sentiment of short English texts that customers write, "
        "summed up over many texts of many people.",
        "limits": [
            "English only; other languages are left out, not guessed.",
            "Emotions were learnt from Reddit comments: on reviews nobody has measured them.",
            "One text says little about a person: read means over many, never a verdict on one.",
            "Irony, quotations and mixed feelings are often misread.",
            "Grief, relief, pride, nervousness and embarrassment are rare in training and weak.",
        ],
    }


def write_card(folder: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, indent=1, ensure_ascii=False)
    # One list of numbers or labels to a line, so that a change of figures reads as one.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def score_emotions(folder: Path, texts: list[str]) -> NDArray[np.float64]:
    """Emotion scores as the service would give them, but for language: all texts are scored."""
    return score_task(folder, texts, "emotions")


def score_task(folder: Path, texts: list[str], task: str) -> NDArray[np.float64]:
    """Scores of one task by the service's own code, language taken as known."""
    model = load_model(folder)
    head = next(head for head in model.card.heads if head.task == task)
    with ThreadPoolExecutor(2) as workers:
        scorer = Scorer([model], workers)
        clean = [preparation.clean_text(text) or "." for text in texts]
        return np.asarray(scorer.run_heads(model, [head], clean, lambda: True)[0], dtype=float)


def tune_thresholds(folder: Path, data: Path) -> tuple[list[float], float]:
    """Per label the threshold with the best F1 on dev, and the one best for all labels.

    The F1 curve is smoothed over its neighbours: with six rows to a label the best single point is
    luck.
    """
    examples = corpora.goemotions(data, "dev")
    scores = score_emotions(folder, [example.text for example in examples])
    truth = indicator([example.emotions or () for example in examples], scores.shape[1])
    curves = np.stack([f1_by_label(scores > cut, truth) for cut in ONE_THRESHOLD_GRID])
    kernel = np.hanning(17)[1:-1]
    edge = len(kernel) // 2
    padded = np.pad(curves, ((edge, edge), (0, 0)), mode="edge")
    smooth = np.stack([np.convolve(curve, kernel / kernel.sum(), "valid") for curve in padded.T])
    each = [round(float(ONE_THRESHOLD_GRID[best]), 2) for best in smooth.argmax(axis=1)]
    return each, round(float(ONE_THRESHOLD_GRID[curves.mean(axis=1).argmax()]), 2)


def indicator(labels: list[tuple[int, ...]], width: int) -> NDArray[np.bool_]:
    truth = np.zeros((len(labels), width), dtype=bool)
    for row, marks in enumerate(labels):
        truth[row, list(marks)] = True
    return truth


def f1_by_label(chosen: NDArray[np.bool_], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """F1 of each column; 0 where there is nothing to find and nothing found."""
    hits = (chosen & truth).sum(axis=0)
    total = chosen.sum(axis=0) + truth.sum(axis=0)
    f1: NDArray[np.float64] = np.where(total > 0, 2 * hits / np.maximum(total, 1), 0.0)
    return f1


if __name__ == "__main__":
    main()
