"""A shop with known elasticities is uploaded; what prices do is learned, read and suggested."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from emulator.merchants import HANG_SECONDS, Person, Upload, sign_up, start_upload
from evaluating.priced_shops import PricedShop, World, simulate
from kindred import clients, documents, paths
from kindred.pricing.elasticity import service, store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = [
    "order_id", "ordered_at", "customer_id", "product_id", "quantity", "unit_price", "discount",
    "amount",
]  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> PricedShop:
    world = World("small", "promotions", weeks=80, products=10, pieces=40.0, shock=0.05)
    return simulate(world, 5)


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


@pytest.fixture(scope="module")
def upload(merchant: Person, shop: PricedShop) -> Upload:
    content = shop.orders.to_csv(index=False, columns=COLUMNS).encode()
    made = start_upload(merchant, content)
    made.wait_until_ready()
    return made


@pytest.fixture(scope="module")
def learned(upload: Upload) -> dict[str, dict[str, Any]]:
    """Every model's document by its product, learned through the front door."""
    asked = upload.owner.call("learn_prices", source=upload.source)
    assert asked["state"] == "queued"
    wait_until_learned(upload)
    found = upload.of_run("price_models", asked["run_id"])
    return {document["product_id"]: document for document in found.values()}


def wait_until_learned(upload: Upload) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while (state := prices(upload)["state"]) in ("queued", "learning"):
        assert time.monotonic() < deadline, f"still {state}"
        time.sleep(0.2)
    assert state == "ready", prices(upload)


def prices(upload: Upload) -> dict[str, Any]:
    run_id = upload.read()["current_run"]
    found: dict[str, Any] = upload.owner.read(f"{upload.path}/runs/{run_id}").get("prices") or {}
    return found


def test_known_elasticities_are_learned_and_fixed_prices_are_not(
    shop: PricedShop, upload: Upload, learned: dict[str, dict[str, Any]]
) -> None:
    held = []
    for product in shop.products.itertuples():
        found = learned[product.product_id]["segments"]["all"]
        if product.fixed_price:
            assert (found["verdict"], found["elasticity"]) == ("not identifiable", None)
            assert found["needed"]["orders"] > 300
        else:
            held.append(found["low"] <= product.elasticity <= found["high"])
            assert found["verdict"] in ("identified", "uncertain")
    assert sum(held) >= len(held) - 2
    assert prices(upload)["pooled"]["products"] == len(held)
    assert len(next(iter(learned.values()))["segments"]) > 1


def test_suggestions_need_a_cost_and_come_with_drafts(
    merchant: Person, upload: Upload, learned: dict[str, dict[str, Any]]
) -> None:
    everybody = {id_: document["segments"]["all"] for id_, document in learned.items()}
    sure = {id_: one for id_, one in everybody.items() if one["verdict"] == "identified"}
    product_id = min(sure, key=lambda id_: float(sure[id_]["elasticity"]))
    usual = learned[product_id]["segments"]["all"]["seen_prices"][1]
    before = suggestion_of(upload, product_id)
    assert (before["suggestion"], before["why"]) == (None, "cost-unknown")
    place = {"kind": "csv", "id": upload.id}
    cost = round(usual * 0.3)
    fields = {"name": "Tea", "source": place, "currency": "EUR", "base_price": usual, "cost": cost}
    document = clients.firestore().document(paths.product_path(merchant.uid, product_id))
    document.set(fields)
    taxed = suggestion_of(upload, product_id)  # no line of these orders tells a tax
    assert (taxed["suggestion"], taxed["why"]) == (None, "tax-unknown")
    document.update({"tax_included": False})
    after = suggestion_of(upload, product_id)
    assert after["why"] == "better-at-both-ends"
    assert usual / 2 <= after["suggestion"]["price"] < usual
    assert after["rule"]["active"] is False
    assert after["test"]["status"] == "draft"
    assert merchant.call("learn_prices", source=upload.source)["state"] == "queued"
    wait_until_learned(upload)  # else it would write into what the next tests look at


def suggestion_of(upload: Upload, product_id: str) -> dict[str, Any]:
    found = upload.owner.call("suggest_prices", source=upload.source)["suggestions"]
    (one,) = (x for x in found if x["product_id"] == product_id and x["segment"] == "all")
    return dict(one)


def test_learning_again_and_after_a_kill_gives_the_same(
    upload: Upload, learned: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = upload.read()["current_run"]
    service.learn_prices(upload.place, run_id, now=NOW)
    first = upload.of_run("price_models", run_id)
    assert {one["product_id"] for one in first.values()} == set(learned)

    class Killed(BaseException):
        pass

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(documents, "_commit", kill)
        store.delete_models(upload.place, run_id)
        with pytest.raises(Killed):
            service.learn_prices(upload.place, run_id, now=NOW)
    assert prices(upload)["state"] == "learning"
    service.learn_prices(upload.place, run_id, now=NOW)
    assert upload.of_run("price_models", run_id) == first
    assert prices(upload)["state"] == "ready"


def test_asking_twice_learns_once(upload: Upload, learned: dict[str, Any]) -> None:
    run_id = upload.read()["current_run"]
    assert store.hold(upload.place, run_id, NOW)
    assert not store.ask(upload.place, run_id, NOW)
    half = store.LEASE / 2
    store.renew(upload.place, run_id, NOW + half)
    assert not store.ask(upload.place, run_id, NOW + store.LEASE)
    # A worker that was killed renews nothing: who asks then needn't wait.
    assert store.ask(upload.place, run_id, NOW + store.LEASE + half)
    assert not store.ask(upload.place, run_id, NOW + store.LEASE + half)
    assert store.ask(upload.place, run_id, NOW + store.LEASE + half + store.PATIENCE)


def test_a_run_that_is_not_shown_any_more_is_not_learned(
    upload: Upload, learned: dict[str, Any]
) -> None:
    service.learn_prices(upload.place, "r20200101t000000000000", now=NOW)
    assert upload.of_run("price_models", "r20200101t000000000000") == {}


def test_of_a_run_that_goes_meanwhile_nothing_is_left(
    upload: Upload, learned: dict[str, Any]
) -> None:
    """Last: it takes the run's summary away."""
    run_id = upload.read()["current_run"]
    original = store.save_models

    def save_and_lose(*args: Any) -> None:
        original(*args)
        clients.firestore().document(f"{upload.place.runs}/{run_id}").delete()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "save_models", save_and_lose)
        service.learn_prices(upload.place, run_id, now=NOW)
    assert upload.of_run("price_models", run_id) == {}
