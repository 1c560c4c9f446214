"""Functions' processes that begin with their libraries loaded: `functions-framework` by a fork.

Each process of a function would load the same libraries for a second or two before its first
answer. So one process, `serve`, loads them once and knows nothing of Kindred; `start`, which the
emulators run where they would run `functions-framework`, asks it for a copy of itself. The copy
gets the environment, folder, input and outputs of `start`, loads Kindred's code as it is then, and
ends with it. For Linux alone: elsewhere a fork after such libraries isn't safe. What only `serve`
needs is imported there, since `start` runs for every process and has to be quick.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
from typing import Any

LENGTH = struct.Struct("!I")
#: What functions load of others, as a light one does and as a job does.
LIBRARIES = (
    "annotated_types",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "firebase_admin.auth",
    "firebase_admin.functions",
    "firebase_functions.firestore_fn",
    "firebase_functions.https_fn",
    "firebase_functions.scheduler_fn",
    "firebase_functions.storage_fn",
    "firebase_functions.tasks_fn",
    "functions_framework._http.gunicorn",
    "google.cloud.firestore",
    "google.cloud.storage",
    "gunicorn.workers.gthread",
    "httpx",
    "pydantic.fields",
    "pydantic.json_schema",
    "pydantic.main",
    "pydantic.plugin._loader",
    "pydantic.types",
    "requests",
    "statistics",
    "ibis.backends.duckdb",
    "pandas",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.cluster",
    "sklearn.mixture",
    "sklearn.preprocessing",
)


def start(address: str) -> int:
    """Be a function's process, by a copy of the one that serves; its status, once it has ended."""
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(address)
    except OSError:
        os.execvp("functions-framework", ["functions-framework"])  # noqa: S606 - no shell on purpose
    told = json.dumps({"cwd": os.getcwd(), "environ": dict(os.environ)}).encode()
    socket.send_fds(server, [LENGTH.pack(len(told))], [0, 1, 2])
    server.sendall(told)
    return int(server.recv(16) or 1)


def serve(address: str) -> None:
    """Make copies for whoever asks at `address`, until the input ends."""
    import gc
    import importlib
    import selectors

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(256)
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()  # so that copies share the memory
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ, None)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                _end_all(selector)
                return
            if key.fileobj is listener:
                _start_copy(selector, listener.accept()[0])
            elif key.data is not None:
                _end(selector, *key.data)


def _start_copy(selector: Any, client: socket.socket) -> None:
    import selectors

    try:
        with contextlib.closing(client.makefile("rb", buffering=0)) as more:
            head, inherited, _, _ = socket.recv_fds(client, LENGTH.size, 3)
            left, parts = LENGTH.unpack(head)[0], []
            while left and (part := more.read(left)):
                parts.append(part)
                left -= len(part)
        told = json.loads(b"".join(parts))
    except (OSError, ValueError, struct.error):
        client.close()  # it ended before it had said what it wants
        return
    pid = os.fork()
    if pid == 0:
        for key in list(selector.get_map().values()):
            if key.fileobj is not sys.stdin:
                os.close(key.fd)
        client.close()
        selector.close()
        _become(told["cwd"], told["environ"], inherited)
    for fd in inherited:
        os.close(fd)
    ended = os.pidfd_open(pid)
    both = (ended, client, pid)
    selector.register(ended, selectors.EVENT_READ, both)
    selector.register(client, selectors.EVENT_READ, both)  # which ends with its process


def _become(cwd: str, environ: dict[str, str], inherited: list[int]) -> None:
    """Go on as `functions-framework` does, in this copy; never comes back."""
    status = 1
    try:
        for fd, own in zip(inherited, (0, 1, 2), strict=True):
            os.dup2(fd, own)
            os.close(fd)
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(cwd)
        # Looked up when it was loaded, in another folder.
        os.environ.setdefault("FUNCTION_SOURCE", os.path.join(cwd, "main.py"))
        with open("/proc/self/comm", "w") as name:  # tells a function's processes apart
            name.write(environ.get("FUNCTION_TARGET", "function")[:15])
        from functions_framework._cli import _cli

        _cli(args=[], prog_name="functions-framework", standalone_mode=False)
        status = 0
    except SystemExit as err:
        status = err.code if isinstance(err.code, int) else 1
    except BaseException:  # noqa: BLE001 - it is printed, and this process ends
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(status)


def _end(selector: Any, ended: int, client: socket.socket, pid: int) -> None:
    """Its process has ended, or who asked for it has: neither is there without the other."""
    import signal

    if ended not in selector.get_map():
        return  # both were told at once
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        selector.unregister(client)
        client.close()
        return
    with contextlib.suppress(OSError):
        client.sendall(str(abs(os.waitstatus_to_exitcode(status))).encode())
    with contextlib.suppress(KeyError, ValueError):
        selector.unregister(client)
    client.close()
    selector.unregister(ended)
    os.close(ended)


def _end_all(selector: Any) -> None:
    import signal

    for pid in {key.data[2] for key in selector.get_map().values() if key.data is not None}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    what, place = sys.argv[1:]
    if what == "start":
        sys.exit(start(place))
    serve(place)
    os._exit(0)  # nothing is left to be put in order
