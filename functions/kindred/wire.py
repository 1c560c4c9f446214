"""What crosses the wire, from callers and from documents: strict models, and how they are read."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kindred.errors import InvalidInput
from kindred.paths import Source

P = TypeVar("P", bound=BaseModel)


class Payload(BaseModel):
    """Strict, frozen, and nothing that wasn't asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceRef(Payload):
    """A source as callers name it; without ``uid``, one of their own."""

    uid: str | None = None
    kind: str
    id: str

    def to_source(self, caller_uid: str = "") -> Source:
        return Source(self.uid or caller_uid, self.kind, self.id)


def parse(model: type[P], data: object) -> P:
    """``data`` as ``model``, or `InvalidInput` that names the fields and never their values."""
    if not isinstance(data, dict):
        raise InvalidInput("The request has no fields.", hint="Send an object.")
    try:
        return model.model_validate(data)
    except ValidationError as err:
        ours = _fields_of(model)
        problems = [
            f"{_place(problem['loc'], ours)}: {problem['msg']}"
            for problem in err.errors(include_url=False, include_input=False)[:5]
        ]
        raise InvalidInput(
            "The request isn't right: " + "; ".join(problems), code="invalid-request"
        ) from err


def _place(location: tuple[int | str, ...], ours: frozenset[str]) -> str:
    """Where a problem is; names that the caller made up are as private as values."""
    parts = [str(part) if isinstance(part, int) or part in ours else "?" for part in location]
    return ".".join(parts) or "request"


@cache
def _fields_of(model: type[BaseModel]) -> frozenset[str]:
    return _field_names(model.model_json_schema())


def _field_names(schema: object) -> frozenset[str]:
    """Every name of a field in a JSON schema, at whatever depth."""
    if isinstance(schema, dict):
        inner = frozenset().union(*(_field_names(value) for value in schema.values()))
        return inner | frozenset(schema.get("properties", ()))
    if isinstance(schema, list):
        return frozenset().union(*(_field_names(item) for item in schema))
    return frozenset()
