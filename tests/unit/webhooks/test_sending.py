"""A message goes to the address that was checked, for a bounded time, whatever the receiver does.

The receivers are real servers on this machine.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kindred.webhooks import sending
from kindred.webhooks.deliveries import Answer

BODY = b'{"type":"price.changed"}'
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}


@dataclass
class Receiver:
    """Hands each connection to ``behave``, and keeps what it was sent first."""

    behave: Callable[[socket.socket], None]
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def receiver(behave: Callable[[socket.socket], None]) -> Iterator[Receiver]:
    made = Receiver(behave)
    listening = socket.create_server(("127.0.0.1", 0))
    made.port = listening.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                made.heard.append(_read(connection))
                try:
                    made.behave(connection)
                except OSError:
                    continue  # the sender has gone, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def _read(connection: socket.socket) -> bytes:
    """A request, its body too."""
    got = b""
    while b"\r\n\r\n" not in got or not got.endswith(BODY):
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    return got


def answering(*pieces: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(b"".join(pieces))


def send(url: str, **more: object) -> Answer:
    return sending.send(url, BODY, HEADERS, local=True, **more)  # type: ignore[arg-type]


def test_a_message_arrives_as_it_was_signed() -> None:
    with receiver(answering(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        assert send(server.url("/hook?token=a%20b")) == Answer(204)
        (request,) = server.heard
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /hook?token=a%20b HTTP/1.1"
        assert body == BODY
        sent = dict(line.split(": ", 1) for line in lines[1:])
        assert sent == {
            **HEADERS,
            "Host": f"127.0.0.1:{server.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(BODY)),
            "User-Agent": sending.USER_AGENT,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


@pytest.mark.parametrize(
    ("status", "retry_after", "answer"),
    [
        (500, "", Answer(500, "status")),
        (404, "", Answer(404, "status")),
        (410, "", Answer(410, "status")),
        (429, "120", Answer(429, "status", 120)),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", Answer(503, "status", 0)),
        (503, "-5", Answer(503, "status", 0)),
        (503, "9" * 40, Answer(503, "status", 0)),
    ],
)
def test_what_a_receiver_answers_is_told(status: int, retry_after: str, answer: Answer) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nRetry-After: {retry_after}\r\n\r\n"
    with receiver(answering(head.encode())) as server:
        assert send(server.url()) == answer


def test_a_redirect_is_not_followed() -> None:
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as elsewhere:
        moved = f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url()}\r\nContent-Length: 0\r\n\r\n"
        with receiver(answering(moved.encode())) as server:
            assert send(server.url()) == Answer(307, "status")
        assert elsewhere.heard == []


def test_of_an_endless_answer_a_little_is_read() -> None:
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while sent < 500_000_000:
            sent += connection.send(b"x" * 65536)

    with receiver(flood) as server:
        assert send(server.url()) == Answer(200)
    assert sent < 50_000_000  # what the buffers of two sockets took


def test_headers_without_end_are_an_error() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(10_000):
            connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")

    with receiver(flood) as server:
        assert send(server.url()) == Answer(None, "connection")


@pytest.mark.parametrize(
    "behave",
    [
        lambda connection: time.sleep(0),
        answering(b"\x16\x03\x01 no HTTP at all\r\n\r\n"),
        answering(b"HTTP/1.1 banana\r\n\r\n"),
    ],
    ids=["hangs up", "rubbish", "odd status"],
)
def test_what_is_no_answer_is_an_error(behave: Callable[[socket.socket], None]) -> None:
    with receiver(behave) as server:
        assert send(server.url()) == Answer(None, "connection")


def test_a_receiver_that_drips_its_answer_is_left_in_the_end() -> None:
    gone = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not gone.is_set():  # ends by the sender's hanging up
            connection.sendall(b"H")
            gone.wait(0.05)

    with receiver(drip) as server:
        assert send(server.url(), total_seconds=0.5) == Answer(None, "timeout")
        gone.set()


def test_a_receiver_that_says_nothing_is_left_in_the_end() -> None:
    gone = threading.Event()
    with receiver(lambda connection: gone.wait(60) and None) as server:
        assert send(server.url(), total_seconds=0.3) == Answer(None, "timeout")
        gone.set()


def test_a_cut_that_comes_while_it_connects_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    original = socket.create_connection

    def slow(*arguments: object) -> socket.socket:
        made = original(*arguments)  # type: ignore[arg-type]
        time.sleep(0.2)  # so that the end comes before the socket is known
        return made

    monkeypatch.setattr(socket, "create_connection", slow)
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        for url in (server.url(), server.url().replace("http://", "https://")):
            assert send(url, total_seconds=0.01) == Answer(None, "timeout")
        assert b"".join(server.heard) == b""


def test_a_cut_before_tls_begins_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    original = ssl.SSLContext.wrap_socket

    def slow(*arguments: object, **more: object) -> ssl.SSLSocket:
        time.sleep(0.3)  # so that the end comes first, and the receiver answers to it
        return original(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", slow)
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        url = server.url().replace("http://", "https://")
        # A socket that is left open is a warning, and each of them fails a test.
        assert send(url, total_seconds=0.1) == Answer(None, "timeout")


def test_nobody_there_is_an_error() -> None:
    with receiver(answering(b"")) as server:
        url = server.url()
    assert send(url) == Answer(None, "connection")


def test_who_speaks_no_tls_is_told_nothing() -> None:
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        url = server.url().replace("http://", "https://")
        # Its first bytes aren't the request, so the receiver waits for more and is cut off.
        assert send(url, total_seconds=0.5).status is None
        assert b"msg_1" not in b"".join(server.heard)


# Where it goes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["93.184.215.14", "10.0.0.5"],  # one of them inside is enough
        [],
    ],
)
def test_a_name_that_means_something_inside_is_not_connected_to(
    found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> socket.socket:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = sending.send(
        "https://shop.example.com/", BODY, HEADERS, resolve=lambda host, port: found
    )
    assert answer == Answer(None, "address-refused")


def test_a_name_is_looked_up_once_and_that_address_is_connected_to() -> None:
    """A name that means this machine when it is used, but another when it was checked."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        # The name has no address at all: who would look it up again could not connect.
        url = server.url(host="rebinding.example.com")
        assert send(url, resolve=rebinding) == Answer(200)
        assert f"Host: rebinding.example.com:{server.port}".encode() in server.heard[0]
    assert asked == ["rebinding.example.com"]


def test_a_second_address_is_tried_where_the_first_is_silent() -> None:
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        found = ["127.0.0.2", "127.0.0.1"]  # nobody listens on the first
        assert send(server.url(), resolve=lambda host, port: found) == Answer(200)


def test_a_name_that_nobody_knows_is_told() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert send("https://nobody.example.com/", resolve=unknown) == Answer(None, "name-unknown")


def test_a_url_that_was_saved_before_a_rule_is_refused_by_the_rule() -> None:
    assert sending.send("http://127.0.0.1/", BODY, HEADERS) == Answer(None, "url-refused")


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(answering(b"HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
            assert send(server.url()) == Answer(200)
        assert proxy.heard == []


def test_a_line_break_in_a_header_is_not_sent() -> None:
    with receiver(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        headers = {**HEADERS, "webhook-id": "a\r\nX-Evil: 1"}
        assert sending.send(server.url(), BODY, headers, local=True) == Answer(None, "connection")
        assert b"Evil" not in b"".join(server.heard)


def test_this_machines_own_name_is_looked_up() -> None:
    assert set(sending.resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


# TLS ---------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for ``name`` that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key_pem)
    return context


@contextmanager
def tls_receiver(context: ssl.SSLContext) -> Iterator[tuple[int, list[bytes], list[str | None]]]:
    """A server that answers 200 to whom it gets through the handshake with."""
    heard: list[bytes] = []
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    with context.wrap_socket(connection, server_side=True) as safe:
                        heard.append(_read(safe))
                        safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], heard, names
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def send_by_tls(name: str, port: int) -> Answer:
    url = f"https://{name}:{port}/hook"
    return send(url, resolve=lambda host, port: ["127.0.0.1"])


def test_the_certificate_has_to_be_for_the_name_though_an_address_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = certificate(tmp_path, "shop.example.com")
    trusted = str(tmp_path / "shop.example.com.pem")
    monkeypatch.setattr(sending, "DEFAULT_CA_BUNDLE_PATH", trusted)
    with tls_receiver(context) as (port, heard, names):
        assert send_by_tls("shop.example.com", port) == Answer(200)
        assert send_by_tls("other.example.com", port) == Answer(None, "tls")
        assert len(heard) == 1
        assert names == ["shop.example.com", "other.example.com"]


def test_a_certificate_of_nobody_known_is_not_trusted(tmp_path: Path) -> None:
    with tls_receiver(certificate(tmp_path, "shop.example.com")) as (port, heard, _):
        assert send_by_tls("shop.example.com", port) == Answer(None, "tls")
        assert heard == []


def test_a_handshake_that_never_ends_is_left_in_the_end() -> None:
    gone = threading.Event()

    def wait(connection: socket.socket) -> None:
        gone.wait(60)

    with receiver(wait) as server:
        url = server.url().replace("http://", "https://")
        assert send(url, total_seconds=0.3) == Answer(None, "timeout")
        gone.set()
