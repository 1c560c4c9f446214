"""What goes straight to Firestore is what the client library would send, and read of a reply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import AlreadyExists, DeadlineExceeded, ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.cloud.firestore import Client
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import CommitRequest, Document
from hypothesis import given
from hypothesis import strategies as st
from kindred import clients, direct

TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
    | st.text() | TIMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=20,
)  # fmt: skip
FIELDS = st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), VALUES, max_size=8)
RETRY = Retry(predicate=if_exception_type(ServiceUnavailable), initial=0.001, timeout=5)
WAIT = {"timeout": 2.0, "retry": RETRY}


class Refusal(grpc.RpcError):  # type: ignore[misc]
    """How a channel tells an error."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return "as told"

    def trailing_metadata(self) -> None:
        return None


class Channel:
    """A channel that keeps what was sent, and answers, or refuses, as it is told to."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, bytes, dict[str, Any]]] = []

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Any], bytes],
        response_deserializer: Callable[[bytes], Any],
    ) -> Callable[..., Any]:
        def ask(request: Any, **more: Any) -> Any:
            self.sent.append((method, request_serializer(request), more))
            answer = self.answers.pop(0) if self.answers else b""
            if isinstance(answer, Exception):
                raise answer
            return response_deserializer(answer)

        return ask


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Channel], Channel]:
    def use(channel: Channel) -> Channel:
        api = SimpleNamespace(transport=SimpleNamespace(grpc_channel=channel))
        client = SimpleNamespace(
            _database_string="projects/p/databases/(default)",
            _rpc_metadata=[("google-cloud-resource-prefix", "projects/p/databases/(default)")],
            _firestore_api=api,
        )
        monkeypatch.setattr(clients, "firestore", lambda: client)
        return channel

    return use


Use = Callable[[Channel], Channel]
NAME = "projects/p/databases/(default)/documents/a/b"


def sent(new: dict[str, dict[str, Any]]) -> CommitRequest:
    """The commit that would go out."""
    channel = Channel()
    client = SimpleNamespace(
        _database_string="projects/p/databases/(default)",
        _rpc_metadata=[],
        _firestore_api=SimpleNamespace(transport=SimpleNamespace(grpc_channel=channel)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "firestore", lambda: client)
        direct.create({path: direct.encoded(fields) for path, fields in new.items()}, wait=WAIT)
    ((method, request, _),) = channel.sent
    assert method == "/google.firestore.v1.Firestore/Commit"
    return CommitRequest.deserialize(request)


@given(FIELDS)
def test_what_is_sent_is_what_the_library_would_send(fields: dict[str, Any]) -> None:
    assert list(sent({"a/b": fields}).writes) == _helpers.pbs_for_create(NAME, fields)


@given(FIELDS)
def test_what_is_read_is_what_the_library_would_read(fields: dict[str, Any]) -> None:
    found = Document(name=NAME, fields=_helpers.encode_dict(fields))
    channel = Channel(Document.serialize(found))
    client = SimpleNamespace(
        _database_string="projects/p/databases/(default)",
        _rpc_metadata=[],
        _firestore_api=SimpleNamespace(transport=SimpleNamespace(grpc_channel=channel)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "firestore", lambda: client)
        assert direct.read("a/b", wait=WAIT) == fields


def test_fields_may_be_put_together_from_parts() -> None:
    parts = direct.encoded({"x": 1, "y": {"z": "w"}}) + direct.encoded({"v": [None]})
    whole = direct.encoded({"x": 1, "y": {"z": "w"}, "v": [None]})
    assert Document.deserialize(parts) == Document.deserialize(whole)


def test_all_go_in_one_commit_and_only_if_none_is_there() -> None:
    writes = sent({"a/b": {"x": 1}, "a/c": {"x": 2}}).writes
    assert [write.update.name[-3:] for write in writes] == ["a/b", "a/c"]
    assert not any(write.current_document.exists for write in writes)
    assert all("exists" in write.current_document for write in writes)


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, Client])
def test_what_is_no_plain_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        sent({"a/b": {"x": [value]}})


def test_a_request_says_its_database_its_route_and_how_long_it_waits(use: Use) -> None:
    channel = use(Channel())
    direct.read("a/b", wait=WAIT)
    ((method, _, more),) = channel.sent
    assert method == "/google.firestore.v1.Firestore/GetDocument"
    assert more["timeout"] == 2.0
    assert dict(more["metadata"]) == {
        "google-cloud-resource-prefix": "projects/p/databases/(default)",
        "x-goog-request-params": "name=projects/p/databases/%28default%29/documents/a/b",
    }


def test_a_document_that_isnt_there_is_none(use: Use) -> None:
    use(Channel(Refusal(grpc.StatusCode.NOT_FOUND)))
    assert direct.read("a/b", wait=WAIT) is None


def test_what_passes_is_tried_again_and_nothing_else(use: Use) -> None:
    channel = use(Channel(Refusal(grpc.StatusCode.UNAVAILABLE)))
    assert direct.read("a/b", wait=WAIT) == {}
    assert len(channel.sent) == 2
    channel = use(Channel(Refusal(grpc.StatusCode.DEADLINE_EXCEEDED)))
    with pytest.raises(DeadlineExceeded):
        direct.read("a/b", wait=WAIT)
    assert len(channel.sent) == 1


def test_documents_that_are_there_already_are_told_as_the_library_tells_it(use: Use) -> None:
    use(Channel(Refusal(grpc.StatusCode.ALREADY_EXISTS)))
    with pytest.raises(AlreadyExists):
        direct.create({"a/b": b""}, wait=WAIT)
