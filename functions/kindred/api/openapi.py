"""The OpenAPI document, made from the table of routes and the models that requests are held to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from kindred.api.payloads import ErrorReply
from kindred.api.table import Route

_SCHEMAS: Final = "#/components/schemas/"
_OPEN: Final = {404: "Nothing is at this address.", 503: "Nothing can be said just now."}
_WITH_KEY: Final = {
    401: "No key, or one that isn't right for this.",
    403: "The key isn't for that source.",
    429: "Too much in this minute: see Retry-After.",
}
_WITH_BODY: Final = {
    400: "The body isn't as it has to be.",
    413: "The body is too long.",
    415: "The body isn't JSON.",
}


@cache
def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The document of some routes, as OpenAPI 3.1 has it."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ErrorReply, "serialization")]
    for route in routes:
        models += [(form, "validation") for form in route.bodies]
        models += [(route.reply, "serialization")] if route.reply else []
    refs, schemas = models_json_schema(models, ref_template=_SCHEMAS + "{model}")
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kindred", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    refused = {**_OPEN, **dict(route.also)}
    if route.scope:
        refused |= _WITH_KEY
    if route.bodies:
        refused |= _WITH_BODY
    reply = refs[(route.reply, "serialization")] if route.reply else {"type": "object"}
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "security": [{"key": []}] if route.scope else [],
        "responses": {
            "200": {"description": "Done.", "content": _json(reply)},
            **{
                str(status): {
                    "description": what, "content": _json(refs[(ErrorReply, "serialization")])
                }
                for status, what in sorted(refused.items())
            },
        },
    }  # fmt: skip
    if route.bodies:
        forms = [refs[(form, "validation")] for form in route.bodies]
        content = _json(forms[0] if len(forms) == 1 else {"oneOf": forms})
        made["requestBody"] = {"required": True, "content": content}
    return made


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
