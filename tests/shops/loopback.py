"""A server on this machine that stands in for a marketplace, and a pace that only takes notes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What came, its path still encoded; header names are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What is answered: ``body`` as JSON, or bytes as they are."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Loopback:
    """Serves ``answer`` on a free port while it is open; ``requests`` is all that was asked."""

    def __init__(self, answer: Callable[[Request], Reply], port: int = 0) -> None:
        self.requests: list[Request] = []
        asked = self.requests

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(length),
                )
                asked.append(request)
                reply = answer(request)
                body = reply.body
                payload = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(reply.status)
                for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Tests print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until the process ends, or `__exit__`."""
        self._server.serve_forever(poll_interval=0.01)


class Noted:
    """Keeps `Paces` without waiting."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.learnt: dict[str, tuple[float | None, float | None]] = {}
        self.refused: list[tuple[str, float | None]] = []

    def take(self, operation: str, cost: float = 1) -> None:
        self.taken.append(operation)

    def learn(
        self,
        operation: str,
        *,
        capacity: float | None = None,
        per_second: float | None = None,
        available: float | None = None,
    ) -> None:
        self.learnt[operation] = (capacity, per_second)

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        self.refused.append((operation, seconds))
