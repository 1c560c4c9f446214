"""Measures whole jobs on made-up shops: seconds, memory, documents, and what they would cost.

    scripts/measure-job [--customers 5000 ...] [--texts] [--json OUT]

Each size is a process of its own. Nothing is sent anywhere: documents are counted where they would
be committed. Prices are list prices in US dollars, see docs/costs.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SEED = 20260101
SIZES = (1_000, 10_000, 50_000)

ML_SERVICE = Path(__file__).resolve().parents[2] / "ml_service"

# Cloud Run, billed by request, regions of tier 1; Firestore, multi-region nam5 (a single region is
# cheaper). Free quotas are not taken off.
VCPU_SECOND = 0.000024
GIB_SECOND = 0.0000025
WRITE = 0.18 / 100_000


def main() -> int:
    """Print a line for each size; 0 if all could be measured."""
    parser = argparse.ArgumentParser(
        prog="scripts/measure-job", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--customers", type=int, nargs="+", default=SIZES)
    parser.add_argument("--texts", action="store_true", help="have reviews scored, on this machine")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)  # one job, in its own process
    options = parser.parse_args()
    if options.file:
        print(json.dumps(measure(options.file, with_texts=options.texts)))
        return 0
    found = []
    for customers in options.customers:
        one = measure_shop(customers, with_texts=options.texts)
        if not found:
            print(" ".join(f"{name:>12}" for name in one))
        print(" ".join(f"{number:12,.{_DIGITS.get(name, 0)}f}" for name, number in one.items()))
        found.append(one)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    return 0


_DIGITS = {"seconds": 1, "cpu_seconds": 1, "compute_usd": 5, "writes_usd": 5}


def measure_shop(customers: int, *, with_texts: bool) -> dict[str, float]:
    """The job of a shop like the sample with so many customers, in a process of its own."""
    from sampling.files import orders_file
    from sampling.shop import make_shop

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(orders_file(make_shop(SEED, customers)[1]))
        command = [sys.executable, __file__, "--file", str(path)]
        if with_texts:
            command.append("--texts")
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
        return found


def measure(path: Path, *, with_texts: bool) -> dict[str, float]:
    """One job: read, check, segment, and lay out every document.

    ``peak_mb`` is the process's own memory; ``kept_mb`` lies in its temporary folder at the end,
    which on Cloud Run is memory too, as is the raw file while it is read.
    """
    from kindred import documents, settings
    from kindred.paths import Source
    from kindred.pipeline.configuration import configure
    from kindred.pipeline.flow import publish
    from kindred.pipeline.plain_file import segment_file
    from kindred.texts.local import local_service

    written = document_bytes = 0

    def commit(batch: list[tuple[str, dict[str, Any]]]) -> None:  # one at a time: see documents
        nonlocal written, document_bytes
        written += len(batch)
        document_bytes += sum(len(json.dumps(document, default=str)) for _, document in batch)

    documents._commit, documents._WRITERS = commit, 1  # type: ignore[assignment, misc]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        reading, result = segment_file(
            path,
            configuration=configure({}),
            folder=Path(folder),
            scoring=(lambda: local_service(ML_SERVICE)) if with_texts else None,
        )
        assert result
        published = publish(
            Source("merchant", "csv", "upload"), "run", result, created_at=datetime.now(UTC)
        )
        kept = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    gib = settings.WORKER["memory"] / 1024
    per_second = settings.WORKER["cpu"] * VCPU_SECOND + gib * GIB_SECOND
    return {
        "customers": published.customers,
        "rows": reading.report["rows_read"],
        "file_mb": path.stat().st_size / 1e6,
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
        "kept_mb": kept / 1e6,
        "documents": written,
        "document_mb": document_bytes / 1e6,
        "compute_usd": seconds * per_second,
        "writes_usd": written * WRITE,
    }


if __name__ == "__main__":
    sys.exit(main())
