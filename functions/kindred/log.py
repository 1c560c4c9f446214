"""One JSON line per event, as Cloud Logging reads it.

Never payloads, e-mail addresses, tokens, file names or anything a customer wrote: ids, counts,
codes and durations only.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback


def event(name: str, *, severity: str = "INFO", **fields: str | int | float | bool | None) -> None:
    """Write ``name`` with its fields, one line."""
    line = {"severity": severity, "message": name, **fields}
    print(json.dumps(line, default=str), file=sys.stderr, flush=True)  # noqa: T201


def keep_out_values_of(package: str) -> None:
    """Let a package that logs what callers send say only where it did.

    A value may hold personal data, or a line break and a forged line behind it.
    """
    within = f"{os.sep}{package}{os.sep}"

    def without_values(record: logging.LogRecord) -> bool:
        if within in record.pathname:
            place = f"{package}, {record.module}.{record.funcName}, line {record.lineno}"
            record.msg, record.args, record.exc_info = place, (), None
        return True

    logging.getLogger().addFilter(without_values)


def failure(name: str, error: BaseException, **fields: str | int | float | bool | None) -> None:
    """Write an unexpected error with where it was raised.

    The frames are ours; the error's own text stays out, since libraries quote data in theirs.
    """
    frames = "".join(traceback.format_tb(error.__traceback__)[-6:])
    event(name, severity="ERROR", error=type(error).__name__, frames=frames, **fields)
