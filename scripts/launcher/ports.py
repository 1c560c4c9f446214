"""Which port each emulator gets: its usual one, or a free one where that is taken."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
USUAL_PORTS = {
    "auth": 9099,
    "firestore": 8080,
    "firestore_websocket": 9150,
    "storage": 9199,
    "functions": 5001,
    "tasks": 9499,
    "eventarc": 9299,
    "hosting": 5000,
    "hub": 4400,
    "logging": 4500,
    "ml_service": 8090,
}


def choose_ports(usual: Mapping[str, int], take: Callable[[int], bool]) -> dict[str, int]:
    """A port for each name: the usual one if `take` gets it, else the next that it gets."""
    chosen: dict[str, int] = {}
    for name, port in usual.items():
        candidates = range(port, 65536) if port not in chosen.values() else range(port + 1, 65536)
        chosen[name] = next(p for p in candidates if p not in chosen.values() and take(p))
    return chosen


@contextmanager
def reserved_ports() -> Iterator[dict[str, int]]:
    """Ports for one start, kept from other launchers until the block ends.

    An emulator binds its port seconds after it was found free; the lock files keep two launchers
    that start together from choosing the same one.
    """
    folder = Path(tempfile.gettempdir()) / f"kindred-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    held: list[int] = []

    def take(port: int) -> bool:
        handle = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        if not is_free(port):
            os.close(handle)
            return False
        held.append(handle)
        return True

    try:
        yield choose_ports(USUAL_PORTS, take)
    finally:
        for handle in held:
            os.close(handle)


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) != 0
