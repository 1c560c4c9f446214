"""A merchant's server on this machine, which keeps what it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG_SECONDS = 600  # what takes longer never happens


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    url: str = ""
    status: int = 204
    heard: list[Message] = field(default_factory=list)

    def wait(self, count: int) -> list[Message]:
        """What was heard, as soon as it is so much."""
        deadline = time.monotonic() + HANG_SECONDS
        while len(self.heard) < count:
            assert time.monotonic() < deadline, f"{len(self.heard)} of {count} were heard"
            time.sleep(0.1)
        return self.heard


@contextmanager
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.heard.append(Message(headers, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: tests read `heard`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)
