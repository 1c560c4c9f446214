"""What crosses the wire about keys. `owner_uid` names the merchant; none: the caller's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from kindred.keys.key import Scope
from kindred.wire import Payload

Uid = Annotated[str, StringConstraints(min_length=1, max_length=128)]
KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{20}$")]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
Origin = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class KeySource(Payload):
    """A source of the merchant whose key it is."""

    kind: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    id: Uid


class CreateKey(Payload):
    """A key for ``sources``. With ``origins`` it is for web pages, without for servers."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    sources: Annotated[list[KeySource], Field(min_length=1, max_length=50)]
    origins: Annotated[list[Origin], Field(default_factory=list, max_length=20)]
    owner_uid: Uid | None = None


class RotateKey(Payload):
    """A new secret; the old one works for ``overlap_hours`` more. 0: it ends now."""

    key_id: KeyId
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24
    owner_uid: Uid | None = None


class RevokeKey(Payload):
    key_id: KeyId
    owner_uid: Uid | None = None


class ListKeys(Payload):
    owner_uid: Uid | None = None
