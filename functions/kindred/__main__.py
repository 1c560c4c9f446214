"""The engine on a plain file: what ``scripts/segment`` runs."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from argparse import Namespace
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from kindred import settings
from kindred.command.arguments import configuration_of, read_arguments
from kindred.command.run_records import RunRecords
from kindred.command.running import DONE, FILE_UNUSABLE, Run, explain, run_file
from kindred.errors import KindredError

INTERRUPTED: Final = 130  # as shells have it


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 2 the file or a setting can't be used, 1 our fault."""
    options = read_arguments(arguments)
    output = Path(options.json) if options.json else None
    try:
        run = Run(
            configuration=configuration_of(options),
            output=output,
            format=options.format,
            read_only=options.read_only,
            check_freshness=options.check_freshness and not options.force,
            records=RunRecords(_path(options.status), _path(options.log)),
            on_stage=_Progress(quiet=not sys.stderr.isatty()),
        )
        if options.watch is not None:
            return _watch(options, run)
        if options.source == "mongodb":
            return _segment_collection(options, run)
        return run_file(Path(options.file), run)
    except KindredError as err:
        explain(err, output)
        return FILE_UNUSABLE
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _segment_collection(options: Namespace, run: Run) -> int:
    from kindred.command.mongodb import export_collection

    uri = options.uri or settings.MONGODB_URI
    if not uri:
        raise KindredError(
            "There is no address of a database.",
            code="no-database",
            hint="Set KINDRED_MONGODB_URI, or use --uri.",
        )
    name = f"{options.database}.{options.collection}"
    with tempfile.TemporaryDirectory(prefix="kindred-") as folder:
        file = export_collection(uri, options.database, options.collection, Path(folder))
        return run_file(file, run, name=name)


def _watch(options: Namespace, run: Run) -> int:
    from kindred.command.watching import watch

    folder = Path(options.watch)
    out = Path(options.output) if options.output else folder / "segments"
    if folder.is_dir():
        out.mkdir(exist_ok=True)
    run = replace(
        run,
        check_freshness=not options.force,
        records=RunRecords(
            _path(options.status) or out / "status.json", _path(options.log) or out / "runs.jsonl"
        ),
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # how a watch is meant to end
        watch(
            folder,
            lambda file: run_file(file, replace(run, output=out / f"{file.name}.json")),
            goes_on=lambda: True,
        )
    return DONE


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


class _Progress:
    """One line on standard error, rewritten in place."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, stage: str, fraction: float) -> None:
        if not self._quiet:
            print(f"\r{stage} {fraction:4.0%}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
