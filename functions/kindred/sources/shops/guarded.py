"""Connections to shops: to addresses that were looked at, and never for longer than was agreed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Final, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from kindred import addresses

CONNECT_SECONDS: Final = 10
_MAX_ADDRESSES: Final = 3  # that are tried, one after the other


class Refused(OSError):
    """A name means an address inside."""


class Alarm:
    """Ends what goes on after so many ``seconds``: each byte would start a read's time-out anew."""

    def __init__(self, seconds: float) -> None:
        self._is_over = seconds <= 0
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(seconds, 0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self.check()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._watched:
                one.close()
            self._watched.clear()

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection, too, when the time is over; raises `TimeoutError` if it is."""
        with self._lock:
            # A socket of its own to the same connection, since TLS takes the first one over.
            self._watched.append(connected.dup())
        self.check()

    def check(self) -> None:
        """Raise `TimeoutError` once the time is over."""
        if self._is_over:
            raise TimeoutError

    def _cut(self) -> None:
        with self._lock:
            self._is_over = True
            for one in self._watched:
                with suppress(OSError):  # not connected any more
                    one.shutdown(socket.SHUT_RDWR)


class Guarded(HTTPAdapter):
    """Connects by checked addresses alone; ``alarm`` cuts each connection.

    ``local``: also to this machine.
    """

    def __init__(self, local: bool, alarm: Alarm) -> None:
        self._local = local
        self._alarm = alarm
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._local, self._alarm)


def _pool_classes(local: bool, alarm: Alarm) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, local, alarm)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, local, alarm)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(connection: HTTPConnection, local: bool, alarm: Alarm) -> socket.socket:
    """Connect to an address that was looked at, so that what the name means next is no matter."""
    host, port = connection.host, connection.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as err:
        raise NewConnectionError(connection, "the name is unknown") from err
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    if not found or not all(addresses.is_public(str(e[4][0]), local=local) for e in found):
        raise Refused
    failed: OSError = OSError()
    for entry in found[:_MAX_ADDRESSES]:
        alarm.check()
        try:
            made = socket.create_connection(
                (str(entry[4][0]), port), timeout=connection.timeout or CONNECT_SECONDS
            )
        except OSError as err:
            failed = err
        else:
            alarm.watch(made)
            return made
    raise NewConnectionError(connection, "no connection") from failed
