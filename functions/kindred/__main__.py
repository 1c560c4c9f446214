"""The engine on a plain file: what ``scripts/segment`` runs."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kindred import __version__, settings
from kindred.customers import pages
from kindred.engine import open_engine
from kindred.errors import KindredError, MappingNeeded
from kindred.pipeline.plain_file import segment_file
from kindred.sources.payloads import SourceOptions
from kindred.texts.local import local_service
from kindred.wire import parse

if TYPE_CHECKING:
    from kindred.reading.types import Reading
    from kindred.segments.segmentation import Segmentation

DONE: Final = 0
FILE_UNUSABLE: Final = 2
#: How an output begins.
_FIRST: Final = '{"made_from": "'
#: In a checkout; deployed functions reach the service by its address.
_ML_SERVICE: Final = Path(__file__).parents[2] / "ml_service"


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 2 the file or a setting can't be used, 1 our fault."""
    options = _parser().parse_args(arguments)
    try:
        file, mapping = Path(options.file), _json_argument(options.mapping, "mapping")
        upload_options = _upload_options(options)
        chosen = {
            "mapping": mapping,
            "options": upload_options.model_dump(mode="json"),
            "read_only": options.read_only,
        }
        made_from = _made_from(file, chosen)
        if options.check_freshness and _is_fresh(options.json, made_from):
            print(f"{options.json} is up to date.", file=sys.stderr)
            return DONE
        with tempfile.TemporaryDirectory(prefix="kindred-") as folder:
            reading, result = segment_file(
                file,
                column_mapping=mapping,
                options=upload_options,
                read_only=options.read_only,
                folder=Path(folder),
                scoring=lambda: local_service(_ML_SERVICE),
                on_stage=_Progress(quiet=not sys.stderr.isatty()),
            )
            if options.json:
                with _target(options.json) as target:
                    _write_json(target, made_from, reading, result, Path(folder))
            if options.json != "-":
                _print_tables(reading, result)
    except KindredError as err:
        _explain(err, options.json)
        return FILE_UNUSABLE
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/segment",
        description="Segment the customers in a file of orders; no Firebase, nothing leaves here.",
    )
    parser.add_argument("file", metavar="FILE", help="a CSV, spreadsheet or gzip of orders")
    parser.add_argument("--json", metavar="OUT", help="write the result as JSON ('-': to stdout)")
    parser.add_argument("--read-only", action="store_true", help="stop after reading the file")
    parser.add_argument(
        "--mapping",
        metavar="JSON",
        help='which column is what: \'{"customer_id": "Client"}\', or a file that holds it',
    )
    parser.add_argument("--algorithm", choices=["auto", "kmeans", "dbscan"], default="auto")
    parser.add_argument(
        "--rules",
        metavar="JSON",
        help="thresholds of the rule book, '{\"lapsed_days\": 120}' or a file; "
        "'{\"own\": true}': by the shop's own customers",
    )
    parser.add_argument(
        "--check-freshness",
        action="store_true",
        help="do nothing if neither the file nor the settings changed since OUT was written",
    )
    parser.add_argument("--as-of", metavar="DATE", help="look from this day (YYYY-MM-DD)")
    parser.add_argument("--date-order", choices=["auto", "dmy", "mdy", "ymd"], default="auto")
    parser.add_argument("--currency", metavar="CODE", help="ISO code, where the file has none")
    parser.add_argument(
        "--duplicate-customers", choices=["merge", "keep_last", "reject"], default="merge"
    )
    return parser


def _upload_options(options: argparse.Namespace) -> SourceOptions:
    if options.as_of is not None:
        try:
            date.fromisoformat(options.as_of)
        except ValueError as err:
            raise KindredError(
                f"{options.as_of!r} isn't a day.", code="invalid-date", hint="Use YYYY-MM-DD."
            ) from err
    return parse(
        SourceOptions,
        {
            "algorithm": options.algorithm,
            "as_of": options.as_of,
            "date_order": options.date_order,
            "currency": options.currency,
            "duplicate_customers": options.duplicate_customers,
            "rules": _json_argument(options.rules, "rules"),
        },
    )


def _json_argument(text: str | None, what: str) -> dict[str, Any] | None:
    """A JSON object given as such, or in a file."""
    if not text:
        return None
    try:
        content = text if text.lstrip().startswith("{") else Path(text).read_text("utf-8")
        given = json.loads(content)
    except (OSError, ValueError) as err:
        raise KindredError(
            f"The {what} can't be read.",
            code=f"invalid-{what}",
            hint="Give a JSON object, or a file that holds one.",
        ) from err
    if not isinstance(given, dict):
        raise KindredError(f"The {what} must be a JSON object.", code=f"invalid-{what}")
    return given


def _made_from(file: Path, settings_of_run: Mapping[str, Any]) -> str:
    """What an output follows from: the file's bytes, every setting, and this version."""
    digest = hashlib.sha256(json.dumps([__version__, settings_of_run], sort_keys=True).encode())
    try:
        with file.open("rb") as content:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
    except OSError as err:
        raise KindredError(
            f"{file} can't be read: {err.strerror}.", code="no-file", hint="Give a file's path."
        ) from err
    return digest.hexdigest()


def _is_fresh(output: str | None, made_from: str) -> bool:
    """Whether an output was made from the same; it says so first of all."""
    if not output or output == "-":
        raise KindredError(
            "There is no output to check.",
            code="no-output",
            hint="Use --check-freshness with --json OUT.",
        )
    try:
        with open(output, encoding="utf-8") as earlier:
            return earlier.read(len(_FIRST) + len(made_from)) == _FIRST + made_from
    except (OSError, UnicodeDecodeError):
        return False


class _Progress:
    """One line on standard error, rewritten in place."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, stage: str, fraction: float) -> None:
        if not self._quiet:
            print(f"\r{stage} {fraction:4.0%}   ", end="", file=sys.stderr, flush=True)


def _target(name: str) -> IO[str]:
    if name == "-":
        return open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)
    return open(name, "w", encoding="utf-8")


def _write_json(
    target: IO[str],
    made_from: str,
    reading: Reading,
    result: Segmentation | None,
    folder: Path,
) -> None:
    """``{report, detected, totals, segments, customers}``; customers stream row by row."""
    head: dict[str, Any] = {
        "made_from": made_from,
        "report": reading.report,
        "detected": reading.detected,
        "notices": [*reading.notices, *(result.notices if result else ())],
        "totals": reading.totals if result is None else result.totals,
    }
    if result is not None:
        head["as_of"] = result.as_of
        head["choice"] = result.choice
        head["segments"] = [asdict(segment) for segment in result.segments]
        head["charts"] = result.charts
        customers = _segmented_customers(result)
    else:
        customers = _read_customers(reading, folder)
    target.write(_json(head)[:-1] + ',"customers":[')
    separator = ""
    for customer in customers:
        target.write(separator + _json(customer))
        separator = ",\n"
    target.write("]}\n")


def _json(value: Any) -> str:
    return json.dumps(_exact(value), ensure_ascii=False, allow_nan=False)


def _exact(value: Any) -> Any:
    """Like `pages.plain`, but shares keep every digit."""
    if isinstance(value, Mapping):
        return {
            str(key): item if key in ("share", "revenue_share") else _exact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return pages.plain(value)


def _segmented_customers(result: Segmentation) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    names = {segment.segment_key: segment.name for segment in result.segments}
    for batch in pq.ParquetFile(result.customers).iter_batches(10_000):
        for row in batch.to_pylist():
            rules = {
                name.removeprefix("rule_"): row.pop(name)
                for name in list(row)
                if name.startswith("rule_")
            }
            row["segment"] = names.get(row["segment_key"])
            if rules:
                row["segmentation"] = rules
            yield row


def _read_customers(reading: Reading, folder: Path) -> Iterator[dict[str, Any]]:
    """Each customer's orders and net, from the canonical tables."""
    from kindred.reading.rows.canonical import customer_totals

    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        yield from customer_totals(engine, reading.tables)


def _print_tables(reading: Reading, result: Segmentation | None) -> None:
    report, totals = reading.report, reading.totals
    print(
        f"{report['rows_read']:,} rows read, {report['rows_accepted']:,} accepted, "
        f"{report['rows_rejected']:,} rejected; {totals['customers']:,} customers, "
        f"{totals['orders']:,} orders, net {totals['net']:,} {totals['currency'] or ''}"
    )
    for notice in [*reading.notices, *(result.notices if result else ())]:
        print(f"note: {notice['message']}")
    if result is None:
        return
    for segment in result.segments:
        print(
            f"\n{segment.name}  ({segment.customer_count:,} customers, {segment.share:.1%}; "
            f"{segment.revenue_share:.1%} of revenue)"
        )
        for reason in segment.reasons:
            print(f"  - {reason.text}")


def _explain(err: KindredError, json_target: str | None) -> None:
    print(f"{err.message} {err.hint}".strip(), file=sys.stderr)
    if json_target:
        detected = err.detected if isinstance(err, MappingNeeded) else None
        with _target(json_target) as target:
            target.write(_json({"error": err.as_dict(), "detected": detected}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
