"""Work on a foreign file in a child process with limits: it may die and takes nothing with it.

A reader of a foreign format (a workbook, a compressed file) can be made to ask for any memory, to
run for hours, or to abort. So it runs as ``python -m kindred.confined``, whose operating system
limits it, and whose end, however sudden, is an error here.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Final, Literal

from kindred import log
from kindred.errors import UploadRejected

#: Where a runtime's libraries may be.
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME")
_BLOCK_BYTES: Final = 1 << 22
Limit = Literal["memory", "time", "written"]
#: What ends a child by which signal: native code that gets no memory aborts.
_ENDED_BY: Final[dict[int, Limit]] = {signal.SIGABRT: "memory", signal.SIGXCPU: "time"}


@dataclass(frozen=True)
class Bounds:
    """What the child may use."""

    memory_bytes: int  # of address space: Python itself takes about 100 MB of it
    seconds: int  # of processor time
    written_bytes: int  # to each file


class Exceeded(Exception):
    """The child met a limit, or broke. ``limit`` is None where it isn't known which."""

    def __init__(self, limit: Limit | None) -> None:
        super().__init__(limit or "the child died")
        self.limit = limit


def run(function: str, *arguments: str, bounds: Bounds) -> None:
    """Call ``function`` (``package.module:name``) in a child process.

    Raises the `UploadRejected` that it raises, and `Exceeded` if it met a limit or died.
    """
    deque(stream(function, *arguments, bounds=bounds), maxlen=0)


def stream(function: str, *arguments: str, bounds: Bounds) -> Iterator[bytes]:
    """The blocks of bytes that ``function`` yields in a child process; as `run` otherwise."""
    order = json.dumps({"function": function, "arguments": arguments, "bounds": asdict(bounds)})
    outcome, child_end = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", __name__, str(child_end), order],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(child_end,),
            env=_environment(),
        )
    finally:
        os.close(child_end)
    with os.fdopen(outcome, "rb") as told, child:
        assert child.stdout is not None
        try:
            while block := child.stdout.read(_BLOCK_BYTES):
                yield block
            _check(json.loads(told.read() or b"{}"), child.wait())
        finally:
            child.kill()  # where nobody wants the rest


def _environment() -> dict[str, str]:
    """What Python needs to start and to find us, and no secret."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}


def _check(outcome: dict[str, Any], status: int) -> None:
    """Raise what stopped the child: what it said, or what its end says."""
    if refused := outcome.get("refused"):
        raise UploadRejected(refused["message"], code=refused["code"], hint=refused["hint"])
    if outcome.get("done"):
        return
    limit = outcome.get("limit") or _ENDED_BY.get(-status)
    if limit is None:
        log.event("child_ended", severity="WARNING", status=status)
    raise Exceeded(limit)


def _work(told: BinaryIO, order: dict[str, Any]) -> None:
    """The child: limit itself, do what it is asked, and tell how it went."""
    bounds = Bounds(**order["bounds"])
    for kind, most in (
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_FSIZE, bounds.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # Told at the first limit, killed at the second: a kill doesn't say why.
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    module, name = order["function"].split(":")
    try:
        blocks: Iterable[bytes] | None = getattr(importlib.import_module(module), name)(
            *order["arguments"]
        )
        for block in blocks or ():
            sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()
        outcome: dict[str, Any] = {"done": True}
    except UploadRejected as err:
        outcome = {"refused": err.as_dict()}
    except MemoryError:
        outcome = {"limit": "memory"}
    except OSError as err:
        outcome = {"limit": "written" if err.errno == errno.EFBIG else None}
    told.write(json.dumps(outcome).encode())
    told.flush()


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1]), "wb") as told:
        _work(told, json.loads(sys.argv[2]))
