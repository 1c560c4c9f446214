"""What crosses the wire about uploaded files."""

from __future__ import annotations

import base64
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from kindred.errors import InvalidInput
from kindred.sources.payloads import SourceOptions
from kindred.wire import Payload, SourceRef

#: The start of a file as a callable takes it, before and after base64.
MAX_HEAD_BYTES = 1 << 20
MAX_HEAD_TEXT = 4 * -(-MAX_HEAD_BYTES // 3)

Column = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Columns = Annotated[list[Column], Field(max_length=50)]
FieldName = Annotated[str, StringConstraints(max_length=40)]
ColumnMapping = Annotated[dict[FieldName, Column | Columns], Field(max_length=50)]


class Mapped(Payload):
    """``column_mapping`` of an upload document; a field that is given nothing is not mapped."""

    column_mapping: ColumnMapping | None = None

    @field_validator("column_mapping", mode="before")
    @classmethod
    def _only_what_is_given(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {field: column for field, column in value.items() if column not in ("", [], None)}


class PreviewUpload(Payload):
    """Read the start of a file: of an upload, or of one that isn't uploaded yet (``head``)."""

    owner_uid: str | None = None  # the caller's own account
    upload_id: str | None = None
    head: Annotated[str, StringConstraints(max_length=MAX_HEAD_TEXT)] | None = None  # base64
    file_name: Annotated[str, StringConstraints(max_length=200)] = ""
    column_mapping: ColumnMapping | None = None
    options: SourceOptions | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> PreviewUpload:
        if (self.upload_id is None) == (self.head is None):
            raise ValueError("give either upload_id or head")
        return self

    def head_bytes(self) -> bytes:
        try:
            return base64.b64decode(self.head or "", validate=True)
        except ValueError as err:
            raise InvalidInput(
                "The start of the file isn't valid base64.", code="invalid-request"
            ) from err


class ListRows(Payload):
    source: SourceRef
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class RowEdit(Payload):
    """One cell: ``row`` counts from 0 as `list_rows` lists them."""

    row: Annotated[int, Field(ge=0)]
    column: Column
    value: Annotated[str, StringConstraints(max_length=10_000)]


class EditRows(Payload):
    source: SourceRef
    edits: Annotated[list[RowEdit], Field(min_length=1, max_length=1_000)]
