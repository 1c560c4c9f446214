"""Serves a made-up shop on this machine: whatever has ``answer`` and takes an ``address``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


class Site(Protocol):
    address: str

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        """``(status, headers, bytes)`` of a request; header names are in small letters."""


def serve(site: Site, port: int = 0) -> ThreadingHTTPServer:
    """A server on this machine; ``site.address`` says where. `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, made = site.answer(self.command, self.path, headers, body)
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(made)))
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked has given up
                self.wfile.write(made)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    return server


@contextmanager
def running(site: Site) -> Iterator[str]:
    """The site's address, while it is served."""
    server = serve(site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
