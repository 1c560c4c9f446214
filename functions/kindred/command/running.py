"""One run: a file in, an output and its records out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kindred.command import freshness, results
from kindred.command.run_records import RunRecords, replacing
from kindred.errors import KindredError, MappingNeeded
from kindred.pipeline.plain_file import segment_file
from kindred.texts.local import local_service

if TYPE_CHECKING:
    from kindred.pipeline.configuration import Configuration
    from kindred.reading.types import Reading
    from kindred.segments.segmentation import Segmentation

DONE: Final = 0
FILE_UNUSABLE: Final = 2
#: In a checkout; deployed functions reach the service by its address.
ML_SERVICE: Final = Path(__file__).parents[3] / "ml_service"
STANDARD_OUTPUT: Final = Path("-")


@dataclass(frozen=True)
class Run:
    """What is done with each file. ``output`` None: tables for people on standard output."""

    configuration: Configuration
    output: Path | None = None
    format: str = "full"
    read_only: bool = False
    check_freshness: bool = False
    records: RunRecords = field(default_factory=lambda: RunRecords(None, None))
    on_stage: Callable[[str, float], None] = lambda stage, fraction: None

    def settings(self) -> dict[str, Any]:
        """All that an output follows from, the file apart."""
        return {
            "configuration": self.configuration.model_dump(mode="json"),
            "read_only": self.read_only,
            "format": self.format,
        }


def run_file(file: Path, run: Run, *, name: str = "") -> int:
    """Exit status: 0 done, 2 the file or a setting can't be used; the reason is told and kept."""
    run.records.start(name or str(file))
    try:
        figures = _run(file, run)
    except KindredError as err:
        explain(err, run.output)
        run.records.end("failed", error=err.as_dict())
        return FILE_UNUSABLE
    except BrokenPipeError:
        raise
    except Exception as err:
        run.records.end("failed", error={"code": "internal", "message": type(err).__name__})
        raise
    run.records.end("unchanged" if figures is None else "done", **(figures or {}))
    return DONE


def _run(file: Path, run: Run) -> dict[str, Any] | None:
    """The run's figures; None where the output is there already."""
    check_folder(run.output)
    made_from = freshness.made_from(file, run.settings())
    if run.check_freshness and run.output and freshness.is_fresh(run.output, made_from):
        print(f"{run.output} is up to date.", file=sys.stderr)
        return None

    def on_stage(stage: str, fraction: float) -> None:
        run.on_stage(stage, fraction)
        run.records.stage(stage, fraction)

    with tempfile.TemporaryDirectory(prefix="kindred-") as folder:
        reading, result = segment_file(
            file,
            configuration=run.configuration,
            read_only=run.read_only,
            folder=Path(folder),
            scoring=lambda: local_service(ML_SERVICE),
            on_stage=on_stage,
        )
        if run.output:
            _write(run, made_from, reading, result, Path(folder))
    if run.output != STANDARD_OUTPUT:
        results.print_tables(reading, result)
    return _figures(reading, result)


def _write(
    run: Run, made_from: str, reading: Reading, result: Segmentation | None, folder: Path
) -> None:
    assert run.output is not None
    with opened(run.output) as target:
        if run.format == "rules" and result is not None:
            results.write_rules(target, result, folder)
        else:
            results.write_full(target, made_from, reading, result, folder)
    if run.format == "rules" and run.output != STANDARD_OUTPUT:
        freshness.note_beside(run.output).write_text(made_from, "utf-8")


def _figures(reading: Reading, result: Segmentation | None) -> dict[str, Any]:
    figures = {
        "rows_read": reading.report["rows_read"],
        "rows_rejected": reading.report["rows_rejected"],
        "customers": reading.totals["customers"],
    }
    return figures if result is None else {**figures, "segments": len(result.segments)}


@contextmanager
def opened(output: Path) -> Iterator[IO[str]]:
    """A file that takes the place of an earlier one when it is whole; or standard output."""
    if output == STANDARD_OUTPUT:
        with open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False) as target:
            yield target
        return
    if output.exists() and not output.is_file():  # such as /dev/null, or a pipe
        with output.open("w", encoding="utf-8") as target:
            yield target
        return
    with replacing(output) as target:
        yield target


def check_folder(output: Path | None) -> None:
    """`KindredError` ``no-folder`` before any work, where there is no place for the output."""
    if output and output != STANDARD_OUTPUT and not output.absolute().parent.is_dir():
        raise KindredError(
            f"There is no folder {output.parent}.", code="no-folder", hint="Make it first."
        )


def explain(err: KindredError, output: Path | None) -> None:
    """Say what is wrong, and leave ``{error, detected}`` where the output would have been."""
    print(f"{err.message} {err.hint}".strip(), file=sys.stderr)
    if output is None or err.code == "no-folder":
        return
    detected = err.detected if isinstance(err, MappingNeeded) else None
    with opened(output) as target:
        target.write(results.as_json({"error": err.as_dict(), "detected": detected}) + "\n")
    if output != STANDARD_OUTPUT:
        freshness.note_beside(output).unlink(missing_ok=True)
