"""Anybody may send to these addresses: what is too large isn't parsed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Request
from kindred.errors import NotAllowed, NotFound
from kindred.sources.shops import authorizations, hooks, serving_hooks
from werkzeug.test import EnvironBuilder

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALLBACK = "/hooks/woocommerce/callback"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the bodies are that came through to who parses them."""
    lengths: list[int] = []

    def refuse(kind: str, delivery: Any, asking: Any, *, now: datetime) -> str:
        lengths.append(len(delivery.body))
        raise NotAllowed("no such state", code="state-unknown")

    def nobody(token: Any, delivery: Any, *, now: datetime) -> str:
        lengths.append(len(delivery.body))
        raise NotFound("nothing is here", code="no-hook")

    monkeypatch.setattr(authorizations, "answer", refuse)
    monkeypatch.setattr(hooks, "receive", nobody)
    return lengths


def post(path: str, length: int, *, says_length: bool = True) -> int:
    body = b"x" * length
    builder = EnvironBuilder(method="POST", path=path, data=body)
    environ = builder.get_environ()
    if not says_length:
        del environ["CONTENT_LENGTH"]
        environ |= {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True}
    return serving_hooks.answer(Request(environ), now=NOW).status_code


@pytest.mark.parametrize("says_length", [True, False])
def test_an_answer_of_a_shop_is_small(taken: list[int], says_length: bool) -> None:
    assert post(CALLBACK, 10_000, says_length=says_length) == 401
    assert post(CALLBACK, 10_001, says_length=says_length) == 413
    assert taken == [10_000]
