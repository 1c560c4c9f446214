"""Texts per second for all three tasks, beside PyTorch with the models that the literature names.

``scripts/evaluate-models --speed`` scores texts of 20 words with the service's own code, and some
of them with RoBERTa-base + DistilBERT + BERT-base in PyTorch ``transformers``. Those have random
weights, which needs no download and takes the same time; they get the same batches, sorted by
length. Then it starts the service as a process: seconds until ready, and the memory it ever needed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from scoring import encoding
from scoring.cards import TASKS
from scoring.scorer import Scorer, load_model
from scoring.settings import find_models
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from training import augmentation

ML_SERVICE = Path(__file__).resolve().parent.parent
WORDS = 20
ROUNDS = 5


@dataclass(frozen=True)
class Speed:
    """Texts a second by the clock, and by CPU time: the latter also holds on a busy machine."""

    by_clock: float
    by_cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/evaluate-models --speed", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--texts", type=int, default=2048, help="scored by the service's code")
    parser.add_argument("--slow-texts", type=int, default=96, help="scored by PyTorch")
    parser.add_argument(
        "--python",
        default=ML_SERVICE / "venv/bin/python",
        help="the service's own interpreter, for start and memory",
    )
    arguments = parser.parse_args()
    texts = make_texts(max(arguments.texts, arguments.slow_texts))
    threads = arguments.threads
    few = texts[: arguments.slow_texts]
    with ThreadPoolExecutor(threads) as workers:
        many = texts[: arguments.texts]
        fast, slow = time_in_turn(
            (service_run(many, workers, threads), len(many)),
            (pytorch_run(few, threads), len(few)),
        )
    seconds, megabytes = start_service(arguments.python, arguments.threads)
    print(
        f"{arguments.threads} threads, texts of {WORDS} words, all three tasks, best of {ROUNDS}:"
    )
    print(f"{'':36}{'texts/s':>10}{'texts per CPU second':>24}")
    for name, speed in (("this service", fast), ("PyTorch RoBERTa + DistilBERT + BERT", slow)):
        print(f"{name:36}{speed.by_clock:>10.1f}{speed.by_cpu:>24.1f}")
    clock, cpu = fast.by_clock / slow.by_clock, fast.by_cpu / slow.by_cpu
    print(f"{'ratio':36}{clock:>10.1f}{cpu:>24.1f}")
    print(f"start to ready {seconds:.2f} s, {megabytes:.0f} MB at most after scoring")


def make_texts(count: int) -> list[str]:
    """``count`` different English texts of 20 words, of our own template sentences."""
    chance = random.Random(3)
    labels = sorted({label for _, marks, _ in augmentation.WRITTEN for label in marks or ()})
    texts: dict[str, None] = {}
    while len(texts) < count:
        words: list[str] = []
        while len(words) < WORDS:
            words += augmentation.write_sentences(1, labels, chance)[0].text.split()
        texts[" ".join(words[:WORDS])] = None
    return list(texts)


def service_run(texts: list[str], workers: Executor, threads: int) -> Callable[[], None]:
    """Scores ``texts`` by the service's own code, without HTTP."""
    scorer = Scorer([load_model(find_models("bundled")[0])], workers)
    requests = [texts[start : start + 256] for start in range(0, len(texts), 256)]

    def run() -> None:
        # Several requests at once, as the functions' client sends them.
        with ThreadPoolExecutor(threads) as callers:
            list(callers.map(lambda part: scorer.score(part, TASKS, lambda: True), requests))

    return run


def pytorch_run(texts: list[str], threads: int) -> Callable[[], None]:
    """Runs three base models over ``texts``, one after the other."""
    torch.set_num_threads(threads)
    tokenizer = load_model(find_models("bundled")[0]).tokenizer
    models = [
        RobertaForSequenceClassification(RobertaConfig(num_labels=28)).eval(),
        DistilBertForSequenceClassification(DistilBertConfig(num_labels=2)).eval(),
        BertForSequenceClassification(BertConfig(num_labels=5)).eval(),
    ]

    def run() -> None:
        chunks = encoding.cut_chunks(tokenizer, texts, 128)
        with torch.inference_mode():
            for batch in encoding.make_batches(chunks):
                ids, mask = encoding.pad([chunks[at] for at in batch], 1)
                for model in models:
                    model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask))

    return run


def time_in_turn(
    first: tuple[Callable[[], None], int], second: tuple[Callable[[], None], int]
) -> tuple[Speed, Speed]:
    """Best speeds of two runs that take turns, so that a busy moment hits both alike."""
    turns = [(_time(*first), _time(*second)) for _ in range(ROUNDS)]
    best = [
        Speed(max(one.by_clock for one in runs), max(one.by_cpu for one in runs))
        for runs in zip(*turns, strict=True)
    ]
    return best[0], best[1]


def start_service(python: Path, threads: int) -> tuple[float, float]:
    """Seconds until a fresh process is ready, and its peak memory in MB (Linux; else 0)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"PORT": str(port), "ML_SERVICE_TOKEN": "speed", "ML_SERVICE_THREADS": str(threads)}
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own service
        [str(python), "-m", "scoring"], cwd=ML_SERVICE, env=os.environ | told
    )
    try:
        while time.monotonic() - started < 60:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.02)
        seconds = time.monotonic() - started
        _score_over_http(port)
        status = Path(f"/proc/{process.pid}/status")
        peak = 0.0
        if status.exists():
            (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
            peak = int(line.split()[1]) / 1024
        return seconds, peak
    finally:
        process.terminate()
        process.wait(20)


def _score_over_http(port: int) -> None:
    body = json.dumps({"texts": make_texts(256)}).encode()
    headers = {"Authorization": "Bearer speed", "Content-Type": "application/json"}
    for _ in range(4):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/score", body, headers)
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310


def _time(run: Callable[[], None], texts: int) -> Speed:
    clock, cpu = time.perf_counter(), time.process_time()
    run()
    return Speed(texts / (time.perf_counter() - clock), texts / (time.process_time() - cpu))


if __name__ == "__main__":
    main()
