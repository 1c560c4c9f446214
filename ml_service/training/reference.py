"""Export the models that the literature names to what the service loads: ``scripts/export-models``.

Each is downloaded from the Hugging Face hub, exported to ONNX, quantised to int8, compared with
PyTorch on a stored batch of texts, and written to ``models/reference-TASK-1/`` with its card. Start
the service with ``ML_SERVICE_PROFILE=reference`` to use them. The hub's licences apply: read each
model's page before you serve it.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from scoring import encoding
from scoring.scorer import Scorer, activate, load_model
from scoring.session import OnnxSession
from tokenizers import Tokenizer
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
)

from training.measuring import write_card

MODELS = Path(__file__).resolve().parent.parent / "models"
MAX_PIECES = 256

#: What the exported graph is held to PyTorch with: feelings, length, case, marks and nothing.
PARITY_TEXTS = (
    "I love this dress, thank you so much!",
    "I am not happy with it at all, it broke after two days and nobody answered.",
    "it is a book",
    "WHY IS THIS SO EXPENSIVE???",
    "wow, i didn't expect that",
    "I'm worried that it won't arrive in time for the wedding.",
    "ok",
    "The quality is fine, the colour is not what the picture shows, and the sleeves are too long, "
    "but my daughter wears it every day and says that it is her favourite, so four stars from us.",
)
#: Largest difference of a probability that int8 may make on the batch above; fp32 none that counts.
QUANTISED_TOLERANCE = 0.15
PLAIN_TOLERANCE = 1e-4


class ParityLost(Exception):
    """An exported graph that doesn't say what PyTorch says; the message has the difference."""


@dataclass(frozen=True)
class Reference:
    """A model of the hub: which task, and how its outputs are to be read."""

    task: str
    repository: str
    activation: str
    renamed: Mapping[str, str]  # the hub's label -> ours; the others in lower case


REFERENCES = (
    Reference("emotions", "SamLowe/roberta-base-go_emotions", "sigmoid", {}),
    Reference(
        "sentiment", "distilbert/distilbert-base-uncased-finetuned-sst-2-english", "softmax", {}
    ),
    # Its five outputs are not named on the hub; the order is that of the model's page.
    Reference(
        "personality",
        "Minej/bert-base-personality",
        "none",
        {
            "label_0": "extraversion",
            "label_1": "neuroticism",
            "label_2": "agreeableness",
            "label_3": "conscientiousness",
            "label_4": "openness",
        },
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/export-models", description=__doc__)
    parser.add_argument("--task", choices=[reference.task for reference in REFERENCES])
    parser.add_argument("--revision", help="commit on the hub; default: the newest")
    parser.add_argument("--models", type=Path, default=MODELS)
    arguments = parser.parse_args()
    for reference in REFERENCES:
        if arguments.task in (None, reference.task):
            print(export_from_hub(reference, arguments.revision, arguments.models))


def export_from_hub(reference: Reference, revision: str | None, models: Path) -> Path:
    """Download and export one model."""
    model = AutoModelForSequenceClassification.from_pretrained(
        reference.repository, revision=revision
    )
    tokenizer = AutoTokenizer.from_pretrained(
        reference.repository, revision=revision, use_fast=True
    )
    return export_model(
        reference,
        model.eval(),
        tokenizer.backend_tokenizer,
        models / f"reference-{reference.task}-1",
        pad_id=tokenizer.pad_token_id,
        commit=str(getattr(model.config, "_commit_hash", None) or revision),
    )


def export_model(
    reference: Reference,
    model: PreTrainedModel,
    tokenizer: Tokenizer,
    folder: Path,
    *,
    pad_id: int,
    commit: str,
) -> Path:
    """Write ``folder`` as the service loads it. Raises :class:`ParityLost`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"))
    labels = [
        reference.renamed.get(label.lower(), label.lower())
        for _, label in sorted(model.config.id2label.items())
    ]
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _trace(model, plain)
        _quantise(plain, folder / "model.onnx", Path(scratch))
        card = _describe(reference, labels, folder, pad_id, commit)
        activation = reference.activation
        expected = _probability(_run_pytorch(model, tokenizer, activation, pad_id), activation)
        differences = {}
        for name, graph, tolerance in (
            ("fp32", plain, PLAIN_TOLERANCE),
            ("int8", folder / "model.onnx", QUANTISED_TOLERANCE),
        ):
            found = _probability(_run_graph(folder, card, graph), activation)
            differences[name] = float(np.abs(found - expected).max())
            if differences[name] > tolerance:
                raise ParityLost(
                    f"{reference.repository}: {name} differs by {differences[name]:.4f}."
                )
    card["parity"] = {
        "texts": len(PARITY_TEXTS),
        "largest_difference": {name: round(value, 6) for name, value in differences.items()},
    }
    write_card(folder, card)
    return folder


def _trace(model: PreTrainedModel, target: Path) -> None:
    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.model(
                input_ids=input_ids, attention_mask=attention_mask
            ).logits
            return logits

    ids = torch.full((2, 9), 7)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0  # with a mask of ones alone the tracer would leave masking out
    axes = {name: {0: "rows", 1: "length"} for name in ("input_ids", "attention_mask")}
    model.config._attn_implementation = "eager"  # the tracer can't follow the fused kernels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits().eval(),  # else the export leaves the model in training, with dropout
            (ids, mask),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes=axes | {"logits": {0: "rows"}},
            opset_version=17,
            dynamo=False,
        )


def _quantise(plain: Path, target: Path, scratch: Path) -> None:
    shaped = scratch / "shaped.onnx"
    quant_pre_process(str(plain), str(shaped), skip_symbolic_shape=True)
    quantize_dynamic(
        str(shaped),
        str(target),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def _run_pytorch(
    model: PreTrainedModel, tokenizer: Tokenizer, activation: str, pad_id: int
) -> NDArray[np.float32]:
    chunks = encoding.cut_chunks(tokenizer, PARITY_TEXTS, MAX_PIECES)
    ids, mask = encoding.pad(chunks, pad_id)
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask)).logits
    return activate(logits.numpy(), activation)


def _run_graph(folder: Path, card: Mapping[str, Any], graph: Path) -> NDArray[np.float32]:
    """The parity batch by the service's own code, with the graph of ``graph``."""
    write_card(folder, dict(card))
    loaded = load_model(folder, OnnxSession(graph))
    with ThreadPoolExecutor(1) as workers:
        scorer = Scorer([loaded], workers)
        return scorer.run_heads(loaded, loaded.card.heads, PARITY_TEXTS, lambda: True)[0]


def _probability(scores: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    return activate(scores, "sigmoid") if activation == "none" else scores


def _describe(
    reference: Reference, labels: Sequence[str], folder: Path, pad_id: int, commit: str
) -> dict[str, Any]:
    return {
        "name": f"reference-{reference.task}",
        "version": "1",
        "profile": "reference",
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest(),
        "preparation": 0,
        "max_pieces": MAX_PIECES,
        "pad_id": pad_id,
        "languages": ["en"],
        "heads": {
            reference.task: {
                "output": "logits",
                "labels": list(labels),
                "activation": reference.activation,
                "thresholds": [0.5] * len(labels) if reference.activation == "sigmoid" else [],
            }
        },
        "base": {"model": reference.repository, "commit": commit, "weights": "int8 by channel"},
        "training_data": "see the model's page on the hub",
        "intended_use": "Comparison with the bundled model, and merchants who prefer it.",
        "limits": ["The licence and the data of the model's page apply."],
    }


if __name__ == "__main__":
    main()
