"""From a checkpoint to what the service loads: ``python -m training.export --data DIR --run DIR``.

Writes ``models/kindred-small-VERSION/{model.onnx, tokenizer.json, card.json}``: weights in int8 by
output channel (activations are quantised as they come), thresholds per label tuned on GoEmotions
dev with the quantised model itself. ``scripts/evaluate-models`` adds the figures to the card.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from scoring import preparation

from training import corpora
from training.measuring import (
    best_threshold,
    best_thresholds,
    group_scores,
    group_truth,
    indicator,
    score_task,
    write_card,
)
from training.network import KEPT_LAYERS, UPSTREAM, UPSTREAM_SHA256, Network

NAME = "kindred-small"
MAX_PIECES = 128
AVERAGED = 3  # last epochs whose weights are averaged
MAX_BYTES = 16_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("KINDRED_DATA"))
    parser.add_argument("--run", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--version", default="3")
    arguments = parser.parse_args()
    folder = export(
        Path(arguments.data), arguments.run, arguments.models, version=arguments.version
    )
    print(folder)


def export(data: Path, run: Path, models: Path, *, version: str) -> Path:
    """The folder of the model that ``run`` made, checked by loading it."""
    checkpoints = sorted(run.glob("epoch-*.pt"), key=_epoch)[-AVERAGED:]
    weights = average_weights(checkpoints)
    labels = corpora.labels(data)
    network = Network(weights["words.weight"].shape[0], len(labels), len(KEPT_LAYERS)).eval()
    network.load_state_dict(weights)
    folder = models / f"{NAME}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(run / "tokenizer.json", folder / "tokenizer.json")
    quantise(network, folder / "model.onnx")
    card = describe(folder, labels, version=version, epochs=_epoch(checkpoints[-1]))
    write_card(folder, card)
    card["heads"]["emotions"] |= tune(folder, data)
    write_card(folder, card)
    size = sum(file.stat().st_size for file in folder.iterdir())
    if size > MAX_BYTES:
        raise SystemExit(f"{folder} has {size:,} bytes; at most {MAX_BYTES:,} may be committed.")
    return folder


def average_weights(checkpoints: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several epochs: better on dev than any single one."""
    states = [torch.load(path, weights_only=True)["averaged"] for path in checkpoints]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def _epoch(checkpoint: Path) -> int:
    return int(checkpoint.stem.split("-")[1])


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
            "epochs": f"{epochs}, mean of the last {AVERAGED}",
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
            "Known names and places, and capitalised strangers within a sentence, don't move a "
            "score. Names on no list elsewhere do so by .013 on average, but a single text can "
            "turn (largest seen .93): read means.",
            "Irony, quotations and mixed feelings are often misread.",
            "Praise by denial or contrast (can't complain) is mostly misread, and words of a "
            "product (pest killer) at times count as worry.",
            "Grief, relief, pride, nervousness and embarrassment are rare in training and weak.",
        ],
    }


def tune(folder: Path, data: Path) -> dict[str, Any]:
    """Thresholds of labels and groups with the best F1 on GoEmotions dev, by the shipped graph."""
    examples = corpora.goemotions(data, "dev")
    scores = score_task(folder, [example.text for example in examples], "emotions")
    truth = indicator([example.emotions or () for example in examples], scores.shape[1])
    tuned: dict[str, Any] = {
        "thresholds": best_thresholds(scores, truth),
        "one_threshold": best_threshold(scores, truth),
        "groups": {},
    }
    for kind in ("ekman", "sentiment"):
        members = corpora.groups(data, kind)
        thresholds = best_thresholds(
            group_scores(scores, members.values()), group_truth(truth, members.values())
        )
        tuned["groups"][kind] = dict(zip(members, thresholds, strict=True))
    return tuned


if __name__ == "__main__":
    main()
