"""Compares segments with groups that are known, by the adjusted Rand index.

    scripts/evaluate-segments [FILE TRUTH]

0 is chance, 1 is the very same groups. TRUTH is a CSV of `customer_id` and one column for each way
of grouping; without files it is the sample shop's. Beside our segments, from orders alone and with
what customers wrote, stands plain K-Means on recency, frequency and money with as many groups.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from kindred.pipeline.plain_file import segment_file
from kindred.sources.payloads import SourceOptions
from kindred.texts.local import local_service
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "fashion-shop.csv"
TRUTH = ROOT / "samples" / "fashion-shop-truth.csv"
RFM = ("recency_days", "frequency", "monetary")

Groups = dict[str, str]  # customer -> group


def main() -> None:
    """Print a line for each way of grouping."""
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate-segments", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("truth", nargs="?", type=Path, default=TRUTH)
    options = parser.parse_args()
    ours, rfm = segments_of(options.file, with_texts=False)
    heard, _ = segments_of(options.file, with_texts=True)
    truths = read_truths(options.truth)
    print(f"{'adjusted Rand index':24}" + "".join(f"{name:>14}" for name in truths))
    for name, groups in (("orders", ours), ("orders and words", heard), ("K-Means on RFM", rfm)):
        scores = [agreement(truth, groups) for truth in truths.values()]
        print(f"{name:24}" + "".join(f"{score:14.3f}" for score in scores))


def read_truths(path: Path) -> dict[str, Groups]:
    """Each column of a file of truths: what group a customer is in."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ways = [name for name in rows[0] if name != "customer_id"]
    return {way: {row["customer_id"]: row[way] for row in rows} for way in ways}


def segments_of(path: Path, *, with_texts: bool) -> tuple[Groups, Groups]:
    """Our segments of a file, and as many groups by plain K-Means on RFM."""
    with tempfile.TemporaryDirectory() as folder:
        _, result = segment_file(
            path,
            options=SourceOptions(),
            folder=Path(folder),
            scoring=(lambda: local_service(ROOT / "ml_service")) if with_texts else None,
        )
        assert result
        table = pq.read_table(result.customers, columns=["customer_id", "segment_key", *RFM])
    customers = table.to_pandas().dropna().set_index("customer_id")
    means = KMeans(len(result.segments), n_init=10, random_state=0)
    plain = means.fit_predict(StandardScaler().fit_transform(customers[list(RFM)]))
    return (
        dict(customers["segment_key"]),
        {who: str(group) for who, group in zip(customers.index, plain, strict=True)},
    )


def agreement(truth: Groups, groups: Groups) -> float:
    """The adjusted Rand index over the customers that both know."""
    both = sorted(truth.keys() & groups.keys())
    return float(adjusted_rand_score([truth[who] for who in both], [groups[who] for who in both]))


if __name__ == "__main__":
    main()
