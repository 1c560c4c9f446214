"""Amazon's own static sandbox, replayed: our client speaks as the API models say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kindred.errors import InvalidInput
from kindred.sources.amazon import asking, listings, orders
from kindred.sources.amazon.asking import Operation
from shops.amazon import sandbox
from shops.amazon.seller import Seller, connected
from shops.amazon.shop import Shop
from shops.loopback import Loopback, Request

pytestmark = pytest.mark.skipif(
    sandbox.folder() is None, reason="KINDRED_SPECS names no folder with Amazon's API models"
)

#: Operations of ours that Amazon's copied models have, by the file of their model.
MODELS = {
    "orders_2026-01-01": (asking.SEARCH_ORDERS, asking.GET_ORDER),
    "listingsItems_2021-08-01": (asking.SEARCH_LISTINGS, asking.GET_LISTING),
    "sellers": (asking.PARTICIPATIONS,),
}
OURS = {operation.name: (name, operation) for name, ops in MODELS.items() for operation in ops}


def known() -> list[sandbox.Case]:
    if sandbox.folder() is None:
        return []
    return [case for name in MODELS for case in sandbox.cases(name) if case.operation in OURS]


@pytest.fixture
def seller() -> Iterator[Seller]:
    cases = known()
    with Loopback(lambda request: sandbox.answer(cases, request)) as server:
        yield connected(Shop(0), server).renewed()


@pytest.mark.parametrize("case", known(), ids=lambda c: f"{c.operation}-{c.status}")
def test_every_static_case_is_read_as_amazon_answers_it(seller: Seller, case: sandbox.Case) -> None:
    operation = OURS[case.operation][1]
    names = re.findall(r"{(\w+)}", case.path)
    parts = [str(case.parameters.get(name, "anything")) for name in names]
    params = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in case.parameters.items()
        if name not in (*names, "body")
    }
    if case.status != 200:
        with pytest.raises(InvalidInput):
            asking.ask(seller.connection, seller.client, operation, *parts, params=params)
        return
    found, _ = asking.ask(seller.connection, seller.client, operation, *parts, params=params)
    assert found == case.response
    _read(operation, found)


def test_all_161_static_cases_come_by_their_parameters_through_our_client() -> None:
    """Those of operations that we don't use, too: how requests are made is the same for all."""
    place = sandbox.folder()
    assert place is not None
    cases = [case for file in sorted(place.glob("*.json")) for case in sandbox.cases(file.stem)]
    assert len(cases) == 161
    with Loopback(lambda request: sandbox.answer(cases, request)) as server:
        seller = connected(Shop(0), server)
        for case in cases:
            alike = [
                one for one in cases
                if (one.operation, one.path, one.parameters)
                == (case.operation, case.path, case.parameters)
            ]  # fmt: skip
            answer = _asked(seller, server.base, case)
            told = [
                (one.status, None if one.status == 204 else _as_read(one.response)) for one in alike
            ]
            assert answer in told, (case.operation, case.parameters)


def _as_read(response: Any) -> Any:
    """As our client reads it: figures with a point are text."""
    return json.loads(json.dumps(response), parse_float=str)


def _asked(seller: Seller, base: str, case: sandbox.Case) -> tuple[int, Any]:
    names = re.findall(r"{(\w+)}", case.path)
    path = case.path
    for name in names:
        part = str(case.parameters.get(name, "anything"))  # Amazon refuses '' in cases of its own
        path = path.replace(f"{{{name}}}", part and asking.quoted(part))
    params = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in case.parameters.items()
        if name not in (*names, "body")
    }
    answer = seller.client.ask(
        case.method, base + path, params=params, json_body=case.parameters.get("body")
    )
    return answer.status, answer.json() if answer.body else None


def _read(operation: Operation, found: Any) -> None:
    """What comes is made into records, and its sums are Amazon's."""
    if operation in (asking.SEARCH_ORDERS, asking.GET_ORDER):
        rows = found["orders"] if "orders" in found else [found["order"]]
        for row in rows:
            made = orders.record(row)
            assert made is not None
            assert made.total is not None
            assert sum(line.amount + (line.tax or 0) for line in made.lines) == made.total
            assert made.currency == row["proceeds"]["grandTotal"]["currencyCode"]
            assert (made.person.customer_id is None) == ("buyer" not in row)
    if operation in (asking.SEARCH_LISTINGS, asking.GET_LISTING):
        for row in found.get("items", [found]):
            made_ = listings.record(row, ["ATVPDKIKX0DER"], "USD")
            assert (str(made_.price), str(made_.stock)) == ("100.00", "100")


@pytest.mark.parametrize("operation", [op for ops in MODELS.values() for op in ops])
def test_paces_are_the_models(operation: Operation) -> None:
    text = next(
        method["description"]
        for methods in sandbox.model(OURS[operation.name][0])["paths"].values()
        for method in methods.values()
        if isinstance(method, dict) and method.get("operationId") == operation.name
    )
    found = re.search(r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|", text)
    assert found is not None
    assert (operation.rate, operation.burst) == (float(found[1]), int(found[2]))


def test_what_a_sync_asks_is_what_the_models_allow() -> None:
    """Every request of a whole sync has only parameters, and values, that its model has."""
    shop = Shop(30, listings=5)
    with Loopback(shop.answer) as server:
        seller = connected(shop, server).renewed().probed()
        for name in ("orders", "products", "returns"):
            seller.pages(name)
        for name, object_id in (("orders", "302-0000001-0000001"), ("products", "SKU-001")):
            seller.amazon.read(seller.connection, seller.client, seller.stream(name), object_id)
        seen = [_checked(request) for request in server.requests]
    assert set(seen) - {None} == set(OURS)


def _checked(request: Request) -> str | None:
    for name, (model, operation) in OURS.items():
        if re.fullmatch(re.sub(r"{}", "[^/]+", re.escape(operation.path).replace(r"\{\}", "{}")),
                        request.path):  # fmt: skip
            allowed = sandbox.parameters(model, name)
            for key, value in request.query.items():
                assert key in allowed, (name, key)
                _check_value(allowed[key], value)
            required = {n for n, p in allowed.items() if p.get("required") and p["in"] == "query"}
            assert required <= set(request.query)
            return name
    return None


def _check_value(parameter: dict[str, Any], value: str) -> None:
    checks: dict[str, Callable[[str], bool]] = {
        "integer": lambda v: 1 <= int(v) <= parameter.get("maximum", 100),
        "array": lambda v: (
            set(v.split(",")) <= set(parameter.get("items", {}).get("enum") or v.split(","))
        ),
    }
    assert checks.get(parameter.get("type", ""), lambda _: True)(value), (parameter["name"], value)
    assert not parameter.get("enum") or value in parameter["enum"]
