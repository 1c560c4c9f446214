"""Firestore's own messages, for what a shop page waits for: a document by key, and new ones.

The client library wraps every request, reply and value, which costs more time here than Firestore
takes to answer; these calls use its channel, its credentials and its errors, and nothing else of
it. ``wait`` holds ``timeout`` (seconds) and ``retry`` of a request, as the library takes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from google.api_core.exceptions import NotFound, from_grpc_error
from google.cloud.firestore_v1.types import document, firestore, write
from grpc import RpcError

from kindred import clients

_SERVICE: Final = "/google.firestore.v1.Firestore"
#: What each call is answered with.
_REPLIES: Final[Mapping[str, Any]] = {
    "GetDocument": document.Document,
    "Commit": firestore.CommitResponse,
}
_Get: Final = firestore.GetDocumentRequest.pb()
_Commit: Final = firestore.CommitRequest.pb()
_Document: Final = document.Document.pb()
_Write: Final = write.Write.pb()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read(path: str, *, wait: Mapping[str, Any]) -> dict[str, Any] | None:
    """A document's fields; None if it isn't there."""
    name = f"{clients.firestore()._database_string}/documents/{path}"
    try:
        request = _Get(name=name).SerializeToString()
        found = call("GetDocument", request, f"name={quote(name, safe='/')}", wait)
    except NotFound:
        return None
    return {name: _taken(value) for name, value in found.fields.items()}


def encoded(fields: Mapping[str, Any]) -> bytes:
    """Fields as the protocol sends them; those of one document may be put together."""
    made = _Document()
    places = made.fields
    for name, value in fields.items():
        _put(places[name], value)
    return bytes(made.SerializeToString())


def create(new: Mapping[str, bytes], *, wait: Mapping[str, Any]) -> None:
    """Make documents of `encoded` fields, by path, that aren't there yet: all of them, or none.

    Raises `AlreadyExists`.
    """
    root = clients.firestore()._database_string
    parts = [_part(_Commit, "database", root.encode())]
    for path, fields in new.items():
        name = _part(_Document, "name", f"{root}/documents/{path}".encode())
        one = _part(_Write, "update", name + fields) + _IF_NEW
        parts.append(_part(_Commit, "writes", one))
    call("Commit", b"".join(parts), f"database={quote(root, safe='/')}", wait)


def count_writes(request: bytes) -> int:
    """How many documents a commit is about."""
    return len(_Commit.FromString(request).writes)


def _part(message: Any, name: str, content: bytes) -> bytes:
    """A field of a message that holds a text or a message, as the protocol has it on the wire.

    Messages that were made before would be taken apart, and put together again, to be nested.
    """
    size, head = len(content), bytearray((_number(message, name) << 3 | 2,))
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + content


@cache
def _number(message: Any, name: str) -> int:
    return int(message.DESCRIPTOR.fields_by_name[name].number)


#: Of a write: the document isn't there yet.
_IF_NEW: Final = _Write(current_document={"exists": False}).SerializeToString()


def call(name: str, request: bytes, routing: str, wait: Mapping[str, Any]) -> Any:
    """The reply to one call; raises `google.api_core.exceptions.GoogleAPICallError`."""
    client = clients.firestore()
    stub = _stub(client._firestore_api.transport.grpc_channel, name)
    metadata = [*client._rpc_metadata, ("x-goog-request-params", routing)]

    def once() -> Any:
        try:
            return stub(request, timeout=wait["timeout"], metadata=metadata)
        except RpcError as err:
            raise _error_of(err) from err

    return wait["retry"](once)()


def _error_of(err: RpcError) -> Exception:
    found: Exception = from_grpc_error(err)  # type: ignore[no-untyped-call]
    return found


@cache
def _stub(channel: Any, name: str) -> Any:
    return channel.unary_unary(
        f"{_SERVICE}/{name}",
        request_serializer=bytes,
        response_deserializer=_REPLIES[name].pb().FromString,
    )


def _put(place: Any, value: object) -> None:
    """Put a plain value into a message of the protocol."""
    match value:
        case None:
            place.null_value = 0
        case bool():
            place.boolean_value = value
        case int():
            place.integer_value = value
        case float():
            place.double_value = value
        case str():
            place.string_value = value
        case datetime():
            since = value - _EPOCH
            place.timestamp_value.seconds = since.days * 86_400 + since.seconds
            place.timestamp_value.nanos = since.microseconds * 1_000
        case Mapping():
            place.map_value.SetInParent()
            for name, inner in value.items():
                _put(place.map_value.fields[name], inner)
        case list() | tuple():
            place.array_value.SetInParent()
            for inner in value:
                _put(place.array_value.values.add(), inner)
        case _:
            raise TypeError(f"{type(value).__name__} is no plain value of a document")


def _taken(place: Any) -> Any:
    """The plain value of a message of the protocol."""
    kind = place.WhichOneof("value_type")
    match kind:
        case "null_value":
            return None
        case "timestamp_value":
            return place.timestamp_value.ToDatetime(tzinfo=UTC)
        case "map_value":
            return {name: _taken(inner) for name, inner in place.map_value.fields.items()}
        case "array_value":
            return [_taken(inner) for inner in place.array_value.values]
        case "boolean_value" | "integer_value" | "double_value" | "string_value" | "bytes_value":
            return getattr(place, kind)
    raise TypeError(f"{kind} is no plain value of a document")
