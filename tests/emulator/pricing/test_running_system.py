"""Prices in the running system: what people and events do, through its doors."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from emulator.merchants import HANG_SECONDS, Person, Upload, sign_up, start_upload
from emulator.places import some_customers


@pytest.fixture(scope="module")
def upload() -> Upload:
    made = start_upload(sign_up(), some_customers(40))
    made.wait_until_ready()
    return made


def product(upload: Upload, **fields: Any) -> dict[str, Any]:
    place = {"kind": "csv", "id": upload.id}
    return {"name": "Tea", "source": place, "currency": "EUR", "base_price": 2000, **fields}


def wait_for_prices(owner: Person, path: str, prices: list[int]) -> None:
    """Until the history of a product's public price is this one."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        known = [one["price"] for one in owner.read(path).get("public_prices") or []]
        if known == prices:
            return
        assert time.monotonic() < deadline, f"still {known}"
        time.sleep(0.15)


def test_a_changed_price_is_noted_by_the_system(upload: Upload) -> None:
    owner, path = upload.owner, f"users/{upload.owner.uid}/products/noted"
    assert owner.create(path, product(upload)).status_code == 200
    wait_for_prices(owner, path, [2000])
    assert owner.change(path, name="Green tea").status_code == 200
    assert owner.change(path, base_price=1500).status_code == 200
    wait_for_prices(owner, path, [2000, 1500])


def test_a_merchant_goes_from_an_upload_to_a_price(upload: Upload) -> None:
    owner, document = upload.owner, upload.read()
    told = owner.call("import_products", source=upload.source)
    assert told["created"] > 0
    user = f"users/{owner.uid}"
    ours = {
        id_: one
        for id_, one in owner.list(f"{user}/products").items()
        if one["source"]["id"] == upload.id and id_.startswith("p")
    }
    assert len(ours) == told["created"]
    id_, listed = next(iter(ours.items()))
    pages = upload.of_run("customers", document["current_run"]).values()
    customer = next(id_ for page in pages for id_ in _who_agreed(page))
    segment = owner.call("find_customer", source=upload.source, customer_id=customer)["segment"]
    rule = {
        "name": "First",
        "source": {"kind": "csv", "id": upload.id},
        "who": {"segments": [segment["segment_key"]]},
        "effect": {"kind": "discount", "percent": 10},
    }
    draft = {"source": upload.source, "product_id": id_, "rules": {"first": rule}}
    shown = owner.call("preview_prices", **draft, customer_ids=[customer])["quotes"]
    assert owner.create(f"{user}/pricing_rules/first", rule).status_code == 200
    asked = {"source": upload.source, "customer_id": customer, "product_id": listed["product_id"]}
    quote = owner.call("quote_price", **asked)
    assert quote["price_minor"] == shown[0]["price_minor"] < listed["base_price"]
    assert quote["rule_ids"] == ["first"]
    kept = owner.read(f"{user}/price_history/{quote['quote_id']}")
    assert (kept["price"], kept["customer_id"]) == (quote["price"], customer)
    told = owner.call("record_outcome", quote_id=quote["quote_id"], outcome="bought", quantity=2)
    assert told["recorded"]
    assert (
        owner.change(f"{user}/price_history/{quote['quote_id']}", price="0.01").status_code == 403
    )


def _who_agreed(page: dict[str, Any]) -> list[str]:
    consent = json.loads(page["columns"])["consent"]
    return [id_ for id_, said in zip(page["customer_ids"], consent, strict=True) if said]
