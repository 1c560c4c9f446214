"""Sends one message, once: to the address that was checked, for a bounded time, and reads little.

On the standard library's HTTP, and not on a client that follows redirects, asks the environment for
proxies, keeps cookies or unpacks what comes: none of that may happen here.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from kindred import addresses
from kindred.errors import InvalidInput
from kindred.webhooks.deliveries import Answer

USER_AGENT: Final = "Kindred-Webhooks/1.0"
CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 20.0  # the specification: 15 to 30
MAX_ANSWER_BYTES: Final = 4096
_MAX_ADDRESSES: Final = 3  # that are tried, one after the other

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a name, as the machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # IPv4 first: functions reach the internet by it alone unless somebody has seen to IPv6.
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    local: bool = False,
    resolve: Resolve = resolve,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """POST ``body``; ``local``: also over http, and to this machine. Never raises.

    A name that has any address inside is refused, and the connection goes to one of the addresses
    that were looked at: what the name means a moment later doesn't matter.
    """
    try:
        target = addresses.parse_url(url, local=local)
        found = resolve(target.host, target.port)
    except InvalidInput:
        return Answer(None, "url-refused")
    except (OSError, UnicodeError):
        return Answer(None, "name-unknown")
    if not found or not all(addresses.is_public(one, local=local) for one in found):
        return Answer(None, "address-refused")
    connection = _Pinned(target, found[:_MAX_ADDRESSES])
    alarm = threading.Timer(total_seconds, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        return _ask(connection, target, body, headers)
    except ssl.SSLError:
        return Answer(None, "timeout" if connection.is_cut else "tls")
    except TimeoutError:
        return Answer(None, "timeout")
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(None, "timeout" if connection.is_cut else "connection")
    finally:
        alarm.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses, that speaks to the name."""

    def __init__(self, target: addresses.Target, found: Sequence[str]) -> None:
        super().__init__(target.host, target.port)
        self._is_tls = target.scheme == "https"
        self._addresses = found
        self.is_cut = False

    def connect(self) -> None:
        context = None
        if self._is_tls:
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
        reached = self._reach()
        reached.settimeout(TOTAL_SECONDS)
        if context is None:
            self.sock = reached
            self._stop_if_cut()
            return
        # `cut` gets to know the socket once it is wrapped: wrapping one that was ended, and was
        # answered meanwhile, fails and leaves a socket open that nobody knows of. The handshake
        # comes after that, so that it can be cut.
        wrapped = context.wrap_socket(
            reached, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = wrapped
        self._stop_if_cut()
        wrapped.do_handshake()
        self._stop_if_cut()

    def cut(self) -> None:
        """End what is going on, from another thread: each byte would start its time-out anew."""
        self.is_cut = True
        if self.sock is not None:
            with suppress(OSError):  # not connected any more
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _stop_if_cut(self) -> None:
        """For a cut that came while there was no socket to end."""
        if self.is_cut:
            raise TimeoutError

    def _reach(self) -> socket.socket:
        failed: OSError = TimeoutError()
        for address in self._addresses:
            if self.is_cut:
                break
            try:
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
            except OSError as err:
                failed = err
        raise failed


def _ask(
    connection: _Pinned, target: addresses.Target, body: bytes, headers: Mapping[str, str]
) -> Answer:
    is_usual = target.port == (443 if target.scheme == "https" else 80)
    sent = {
        **headers,
        "Host": target.host if is_usual else f"{target.host}:{target.port}",
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request("POST", target.path, body=body, headers=sent)
    response = connection.getresponse()
    if 200 <= response.status < 300:
        with suppress(OSError, http.client.HTTPException):  # it has said yes
            response.read1(MAX_ANSWER_BYTES)
        return Answer(response.status)
    return Answer(response.status, "status", _seconds(response.getheader("Retry-After")))


def _seconds(value: str | None) -> int:
    """The seconds of a Retry-After; a date or anything else is none."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 8 else 0
