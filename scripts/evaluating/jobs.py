"""Measures whole jobs on made-up shops: seconds, memory, documents, and what they would cost.

    scripts/measure-job [--customers 5000 ...] [--json OUT]

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

# Cloud Run, billed by request, regions of tier 1; Firestore, multi-region nam5 (a single region is
# cheaper). Free quotas are not taken off.
VCPU_SECOND = 0.000024
GIB_SECOND = 0.0000025
WRITE = 0.18 / 100_000
READ = 0.06 / 100_000
DELETE = 0.02 / 100_000


def main() -> int:
    """Print a line for each size; 0 if all could be measured."""
    parser = argparse.ArgumentParser(
        prog="scripts/measure-job", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--customers", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)  # one job, in its own process
    options = parser.parse_args()
    if options.file:
        print(json.dumps(measure(options.file)))
        return 0
    found = []
    print("customers      rows   MB   seconds  CPU s  peak MB  documents   MB   compute   writes")
    for customers in options.customers:
        one = measure_shop(customers)
        found.append(one)
        print(
            f"{one['customers']:>9,} {one['rows']:>9,} {one['file_mb']:>4.0f} {one['seconds']:>9.1f}"
            f" {one['cpu_seconds']:>6.1f} {one['peak_mb']:>8,} {one['documents']:>10,}"
            f" {one['documents_mb']:>4.0f} {one['compute_usd']:>9.5f} {one['writes_usd']:>8.5f}",
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    return 0


def measure_shop(customers: int) -> dict[str, Any]:
    """The job of a shop like the sample with so many customers."""
    from sampling.files import orders_file
    from sampling.shop import make_shop

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(orders_file(make_shop(SEED, customers)[1]))
        ran = subprocess.run(
            [sys.executable, __file__, "--file", str(path)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return found


def measure(path: Path) -> dict[str, Any]:
    """One job: read, check, segment on behaviour, and lay out every document."""
    from kindred import pipeline, settings
    from kindred.paths import Source
    from kindred.segments import store
    from kindred.uploads.payloads import UploadOptions

    documents: list[tuple[str, dict[str, Any]]] = []
    store._commit = documents.extend  # type: ignore[assignment]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        reading, result = pipeline.segment_file(path, options=UploadOptions(), folder=Path(folder))
        assert result
        customers, _ = store.publish(
            Source("merchant", "csv", "upload"), "run", result, created_at=datetime.now(UTC)
        )
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    gib = settings.WORKER["memory"] / 1024
    per_second = settings.WORKER["cpu"] * VCPU_SECOND + gib * GIB_SECOND
    return {
        "customers": customers,
        "rows": reading.report["rows_read"],
        "file_mb": path.stat().st_size / 1e6,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "documents": len(documents),
        "documents_mb": sum(len(json.dumps(d, default=str)) for _, d in documents) / 1e6,
        "compute_usd": seconds * per_second,
        "writes_usd": len(documents) * WRITE,
    }


if __name__ == "__main__":
    sys.exit(main())
