"""Flipkart's OpenAPI document: whether requests and answers have the shapes that it says.

The document isn't part of the project; `KINDRED_SPECS` names the folder that holds it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
from shops.loopback import Reply, Request


def path() -> Path | None:
    """Where the document is, or None."""
    found = os.environ.get("KINDRED_SPECS")
    place = Path(found) / "flipkart/flipkart_seller_v3_openapi.json" if found else None
    return place if place is not None and place.is_file() else None


class Document:
    """The operations of the document; ``used`` are those that were asked for."""

    def __init__(self) -> None:
        place = path()
        assert place is not None
        self._paths: dict[str, Any] = json.loads(place.read_text("utf-8"))["paths"]
        self.used: set[str] = set()

    def check(self, request: Request, reply: Reply) -> None:
        """Raises `AssertionError` for a request, or an answer, that the document doesn't have."""
        if request.path.startswith("/oauth-service/"):
            return
        operation = self._operation(request)
        self.used.add(operation["operationId"])
        allowed = {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == "query"}
        # Pages of returns are asked for by a URL of Flipkart's, whose parameters are its own.
        own = {"next_token"} if request.path == "/sellers/v2/returns" else set()
        assert set(request.query) - own <= set(allowed), (operation["operationId"], request.query)
        assert "authorization" in request.headers
        body = operation.get("requestBody")
        if body is not None:
            (content,) = body["content"].values()
            _valid(content["schema"], request.json(), closed=True)
        if reply.status == 200:
            (answered,) = operation["responses"]["200"]["content"].values()
            _valid(answered["schema"], _as_documented(reply.body), closed=False)

    def _operation(self, request: Request) -> dict[str, Any]:
        for known in sorted(self._paths, key=lambda p: p.count("{")):
            shape = re.sub(r"{\w+}", "[^/]+", known)
            method = self._paths[known].get(request.method.lower())
            if method is not None and re.fullmatch(shape, request.path):
                return dict(method)
        raise AssertionError(f"no operation for {request.method} {request.path}")


def _as_documented(body: Any) -> Any:
    """The document shows a search's listings as one, where Flipkart has a list of them."""
    if isinstance(body, dict) and isinstance(body.get("listings"), list):
        return body | {"listings": (body["listings"] or [{}])[0]}
    return body


def _valid(schema: Any, value: Any, *, closed: bool) -> None:
    """``closed``: nothing but what the schema names, so that a misspelt filter is found."""
    jsonschema_rs.Draft7Validator(_closed(schema) if closed else schema).validate(value)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(value) for name, value in schema.items()}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made
