"""Amazon's own static sandbox: the cases of its API models, by the parameters of a request.

The models aren't part of the project; `KINDRED_SPECS` names the folder that holds them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shops.loopback import Reply, Request

_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Case:
    """One static case: with these parameters comes this reply."""

    operation: str
    method: str
    path: str
    parameters: Mapping[str, Any]
    status: int
    response: Any


def folder() -> Path | None:
    """Where the models are, or None."""
    found = os.environ.get("KINDRED_SPECS")
    place = Path(found) / "amazon" if found else None
    return place if place is not None and place.is_dir() else None


def model(name: str) -> dict[str, Any]:
    place = folder()
    assert place is not None
    found: dict[str, Any] = json.loads((place / f"{name}.json").read_text("utf-8"))
    return found


def cases(name: str) -> list[Case]:
    """Every static case of a model."""
    found = []
    for path, methods in model(name)["paths"].items():
        for method, operation in methods.items():
            if method not in _METHODS:
                continue
            for status, response in operation["responses"].items():
                for case in (response.get("x-amzn-api-sandbox") or {}).get("static") or ():
                    parameters = (case.get("request") or {}).get("parameters") or {}
                    found.append(
                        Case(
                            operation["operationId"], method.upper(), path,
                            {name: p.get("value") for name, p in parameters.items() if p},
                            int(status), case.get("response"),
                        )
                    )  # fmt: skip
    return found


def parameters(name: str, operation_id: str) -> dict[str, dict[str, Any]]:
    """The parameters that a model has for an operation, by name."""
    for methods in model(name)["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation.get("operationId") == operation_id:
                return {p["name"]: p for p in operation.get("parameters", ())}
    raise LookupError(operation_id)


def answer(known: list[Case], request: Request) -> Reply:
    """The reply of the case whose parameters the request has, most of them first.

    ``value``s of lists are compared as sets: an API reads them so.
    """
    if request.path == "/auth/o2/token":
        return Reply(200, {"access_token": "Atza|sandbox", "expires_in": 3600})
    fitting = [case for case in known if _fits(case, request)]
    if not fitting:
        return Reply(400, {"errors": [{"code": "InvalidInput", "message": "No such case."}]})
    best = max(fitting, key=lambda case: len(case.parameters))
    return Reply(best.status, b"" if best.status == 204 else best.response)


def _fits(case: Case, request: Request) -> bool:
    names = re.findall(r"{(\w+)}", case.path)
    shape = re.sub(r"{\w+}", "([^/]*)", case.path)
    found = re.fullmatch(shape, request.path)
    if case.method != request.method or found is None:
        return False
    given: dict[str, str] = {**request.query, **dict(zip(names, found.groups(), strict=True))}
    return all(
        _same_body(value, request.body) if name == "body" else _same(value, given.get(name))
        for name, value in case.parameters.items()
    )


def _same_body(value: Any, given: bytes) -> bool:
    try:
        return bool(json.loads(given) == value)
    except ValueError:
        return False


def _same(value: Any, given: str | None) -> bool:
    if given is None:
        return False
    if isinstance(value, list):
        return {str(one) for one in value} == set(given.split(","))
    return str(value) == given
