"""The document says what is served, and whatever it allows or forbids is answered as it says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kindred.api.routes import ROUTES
from schemathesis import GenerationMode, checks
from unit.api.shop_doors import ONE, OUTCOMES, PRICES, Doors, open_doors

#: Of what came back; the others send requests of their own, which test_serving does.
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.positive_data_acceptance,
]


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    return open_doors(monkeypatch)


@pytest.fixture
def document(doors: Doors) -> dict[str, Any]:
    found: dict[str, Any] = doors.send("GET", "/api/v1/openapi.json").get_json()
    return found


WAYS = [
    (route.name, mode)
    for route in ROUTES
    for mode in GenerationMode
    if route.bodies or mode is GenerationMode.POSITIVE  # else nothing can be wrong
]


@pytest.mark.parametrize(("name", "mode"), WAYS)
def test_whatever_is_asked_is_answered_as_the_document_says(
    doors: Doors, name: str, mode: GenerationMode
) -> None:
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", doors.app)
    asked = api.find_operation_by_id(name).as_strategy(generation_mode=mode)
    seen: Counter[int] = Counter()

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(case=asked, has_key=st.integers(0, 9).map(bool), is_own=st.booleans())
    def ask(case: schemathesis.Case, has_key: bool, is_own: bool) -> None:
        headers = {"Authorization": f"Bearer {doors.key() if has_key else 'kk_none'}"}
        if is_own and mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            own = {"source": ONE["source"], "quote_id": "q1"}
            case.body = {**case.body, **{key: own[key] for key in own.keys() & case.body.keys()}}
        answer = case.call(headers=headers)
        seen[answer.status_code] += 1
        case.validate_response(answer, headers=headers, checks=CHECKS)

    ask()
    assert not [status for status in seen if status >= 500]
    assert (200 if mode is GenerationMode.POSITIVE else 400) in seen, seen


def test_the_document_has_the_routes_of_the_table_and_no_others(document: dict[str, Any]) -> None:
    told = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert told == {(route.method, route.path) for route in ROUTES}


def test_each_operation_says_whether_it_needs_a_key(document: dict[str, Any]) -> None:
    for route in ROUTES:
        told = document["paths"][route.path][route.method.lower()]
        assert told["operationId"] == route.name
        assert told["security"] == ([{"key": []}] if route.scope else [])
        assert ("401" in told["responses"]) is (route.scope is not None)
        assert ("requestBody" in told) is bool(route.bodies)
        assert ("409" in told["responses"]) is (route.name == "recordOutcome")


def schema_of(document: dict[str, Any], path: str, *, reply: bool) -> dict[str, Any]:
    """The schema of what is sent to an address or comes back, complete in itself."""
    operation = document["paths"][path]["post"]
    holder = operation["responses"]["200"] if reply else operation["requestBody"]
    return {**holder["content"]["application/json"]["schema"], "components": document["components"]}


@pytest.mark.parametrize(
    ("path", "body"), [(PRICES, ONE), (OUTCOMES, {"quote_id": "q1", "outcome": "refunded"})]
)
def test_what_is_sent_and_answered_is_what_the_document_says(
    doors: Doors, document: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    assert jsonschema_rs.is_valid(schema_of(document, path, reply=False), body)
    assert not jsonschema_rs.is_valid(schema_of(document, path, reply=False), {**body, "x": 1})
    answer = doors.send(path=path, key=doors.key(), json=body).get_json()
    assert jsonschema_rs.is_valid(schema_of(document, path, reply=True), answer)
    assert not jsonschema_rs.is_valid(schema_of(document, path, reply=True), {})


def test_both_forms_of_a_price_request_are_told_and_not_their_mixture(
    document: dict[str, Any],
) -> None:
    schema = schema_of(document, PRICES, reply=False)
    many = {"source": ONE["source"], "items": [{"customer_id": "C1", "product_id": "P1"}]}
    assert jsonschema_rs.is_valid(schema, many)
    for wrong in ({**many, **ONE}, {"source": ONE["source"]}, {**many, "items": []}):
        assert not jsonschema_rs.is_valid(schema, wrong)
