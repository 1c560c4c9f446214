"""Whatever the document allows or forbids, with real keys, quotes and documents behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from emulator.pricing.shops import add_product, add_rule, history_of, make_shop, set_pricing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kindred.pricing import service as pricing_service
from schemathesis import GenerationMode, checks
from unit.api.shop_doors import Doors, open_doors

pytestmark = pytest.mark.usefixtures("quiet_place")

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
REAL = {name: getattr(pricing_service, name) for name in ("quote_prices", "record_outcome")}


@pytest.fixture
def doors(quiet_place: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The API as it is, but for keys, which are made here."""
    doors = open_doors(monkeypatch)
    for name, real in REAL.items():
        monkeypatch.setattr(pricing_service, name, real)
    pricing_service.forget()
    yield doors
    pricing_service.forget()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", ["quotePrices", "recordOutcome"])
def test_nothing_that_shops_may_send_is_an_error_of_ours(
    doors: Doors, name: str, mode: GenerationMode
) -> None:
    source = make_shop()
    add_product(source)
    add_rule(source)
    set_pricing(source, step=5, quotes_per_day=2)
    place = {"kind": source.kind, "id": source.id}
    known = {"customer_id": "ann", "product_id": "tea", "source": place}
    key = doors.key(source.uid, sources=((source.kind, source.id),))
    first = doors.send(key=key, json=known).get_json()["quotes"][0]
    known["quote_id"] = first["quote_id"]
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", doors.app)
    asked = api.find_operation_by_id(name).as_strategy(generation_mode=mode)
    seen: Counter[int] = Counter()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(case=asked, chosen=st.sets(st.sampled_from([*known])), has_key=st.integers(0, 9))
    def ask(case: schemathesis.Case, chosen: set[str], has_key: int) -> None:
        if isinstance(case.body, dict):
            case.body = with_known(case.body, {name: known[name] for name in chosen})
        headers = {"Authorization": f"Bearer {key if has_key else 'kk_none'}"}
        answer = case.call(headers=headers)
        seen[answer.status_code] += 1
        case.validate_response(answer, headers=headers, checks=CHECKS)

    ask()
    assert not [status for status in seen if status >= 500]
    expected = {GenerationMode.POSITIVE: {200, 401}, GenerationMode.NEGATIVE: {400, 401}}[mode]
    assert expected <= set(seen), seen
    assert first["quote_id"] in history_of(source)


def with_known(body: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """A body in which some fields, at the top or of items, name what is there."""
    changed = {**body, **{name: known[name] for name in known.keys() & body.keys()}}
    if isinstance(changed.get("items"), list):
        changed["items"] = [
            {**one, **{name: known[name] for name in known.keys() & one.keys()}}
            if isinstance(one, dict)
            else one
            for one in changed["items"]
        ]
    return changed
