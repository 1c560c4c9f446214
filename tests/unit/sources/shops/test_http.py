"""What a shop can't do to who asks it: hold it, fill its memory, or have keys quoted."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from kindred.errors import Conflict, InvalidInput, Unavailable
from kindred.sources.shops import connecting, quoting
from kindred.sources.shops.http import Answer, AnswerUnusable, Client
from shops.loopback import Loopback, Noted, Reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
KEY = "ck_" + "0123456789abcdef" * 2


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """The address of a shop that sends ``head``, then ``drop`` again and again."""
    is_done = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                connection.sendall(head)
                while not is_done.wait(0.02):
                    connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        worker = threading.Thread(target=serve, daemon=True)
        worker.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            is_done.set()
            worker.join(5)


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"Connection: close\r\n\r\n[1]", b" "),  # its end is the connection's
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://b.example\r\nContent-Length: 999\r\n\r\n", b" "),
    ],
    ids=["length", "chunks", "until closed", "headers", "redirect"],
)
def test_a_shop_that_drips_is_left_when_the_time_is_over(head: bytes, drop: bytes) -> None:
    with dripping(head, drop) as url:
        began = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            Client(Noted(), local=True, total_seconds=0.5).ask("GET", url)
    assert caught.value.code == "shop-unreachable"
    assert time.monotonic() - began < 5  # a read alone may take sixty


def test_all_requests_of_a_client_may_share_one_end() -> None:
    with Loopback(lambda _: Reply(200, [1])) as shop:
        asking = Client(Noted(), local=True, ends_at=time.monotonic() + 30)
        assert asking.ask("GET", shop.base).json() == [1]
        late = Client(Noted(), local=True, ends_at=time.monotonic() - 1)
        with pytest.raises(Unavailable) as caught:
            late.ask("GET", shop.base)
        assert caught.value.code == "shop-unreachable"
        assert len(shop.requests) == 1


def test_a_shop_that_may_not_be_asked_any_more_hears_nothing() -> None:
    left = [None]

    def before() -> None:
        if not left:
            raise Conflict("This shop isn't connected any more.", code="not-connected")
        left.pop()

    with Loopback(lambda _: Reply(200, [1])) as shop:
        client = Client(Noted(), local=True, before=before)
        client.ask("GET", shop.base)
        with pytest.raises(Conflict):
            client.ask("POST", shop.base)
        assert len(shop.requests) == 1


def test_an_answer_has_the_most_that_its_client_takes() -> None:
    with Loopback(lambda _: Reply(200, b" " * 2_500_000)) as shop:
        assert len(Client(Noted(), local=True).ask("GET", shop.base).body) == 2_500_000
        asking = Client(Noted(), local=True, max_bytes=connecting.client().max_bytes)
        with pytest.raises(Unavailable) as caught:
            asking.ask("GET", shop.base)
        assert caught.value.code == "shop-answer-too-large"
        assert len(asking.ask("GET", shop.base, max_bytes=3_000_000).body) == 2_500_000


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://new.example/shop?key=1", "https://new.example."),
        ("http://[x", "address bar"),
        ("javascript:alert(1)", "address bar"),
        ("", "address bar"),
        (f"https://{KEY}.example", "https://….example"),
    ],
)
def test_a_shop_that_sends_elsewhere_is_not_followed(location: str, told: str) -> None:
    with Loopback(lambda _: Reply(302, b"moved", {"Location": location})) as shop:
        with pytest.raises(InvalidInput) as caught:
            Client(Noted(), local=True).ask("GET", shop.base)
        assert caught.value.code == "shop-redirects"
        assert told in str(caught.value.hint)
        assert len(shop.requests) == 1


def unusable(kind: str, body: bytes) -> str:
    with pytest.raises(AnswerUnusable) as caught:
        Answer(200, {"content-type": kind}, body).json()
    return caught.value.message


def test_of_a_page_its_title_is_quoted_without_keys_and_addresses() -> None:
    page = (
        f"<html><head><TITLE>\nBlocked: /?consumer_key={KEY} &amp; ann@example.com</TITLE></head>"
        f"<body>{KEY} Ann Example, ann@example.com</body>"
    )
    assert unusable("text/html; charset=UTF-8", page.encode()) == (
        "The shop answered with text/html where data were asked for: "
        "'Blocked: /?consumer_key=… & …'."
    )


@pytest.mark.parametrize(
    ("kind", "body", "named"),
    [
        ("application/json", b'[{"email": "ann@example.com", "name": "Ann', "application/json"),
        ("text/plain", b"<title>Ann</title>", "text/plain"),
        ("text/html", b"Ann Example", "text/html"),
        (f"text/{KEY.replace('_', '-')}", b"", "text/…"),
        ("Ann Example", b"", "no type"),
        ("", b"", "no type"),
    ],
)
def test_of_other_bodies_nothing_is_quoted(kind: str, body: bytes, named: str) -> None:
    assert unusable(kind, body) == f"The shop answered with {named} where data were asked for."


def test_a_quotation_is_short_and_in_one_line() -> None:
    assert quoting.title(b"<title>" + b"word " * 100 + b"</title>") == ("word " * 16)[:80]
    assert quoting.without_secrets("a\x00b\r\n\u202ec", 80) == "a b c"
    assert quoting.without_secrets("no ann%40example.com here", 80) == "no … here"


@pytest.mark.parametrize("text", ["@" * 1_000_000, "a" * 1_000_000, "<title>" * 100_000])
@pytest.mark.parametrize("quote", [lambda t: quoting.without_secrets(t, 80),
                                   lambda t: quoting.title(t.encode())])  # fmt: skip
def test_a_long_text_is_quoted_as_fast(text: str, quote: Callable[[str], str]) -> None:
    began = time.process_time()
    assert len(quote(text)) <= 80
    assert time.process_time() - began < 2
