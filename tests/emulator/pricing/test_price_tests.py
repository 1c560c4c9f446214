"""A price test from draft to verdict, and what prices did, on a history as servers write it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from emulator.merchants import Person, Upload, sign_up, start_upload
from kindred import clients, documents, paths
from kindred.paths import Source
from kindred.pipeline import prices
from kindred.pricing.experiments import service as experiments_service
from kindred.pricing.experiments import store as experiments_store
from kindred.pricing.experiments.assignment import assign
from kindred.pricing.experiments.reading import ENOUGH_ORDERS
from kindred.pricing.payloads import PriceTest
from kindred.wire import parse

pytestmark = pytest.mark.usefixtures("behind_the_doors")

NOW = datetime.now(UTC)
CITIES = ("Rome", "Oslo")
CUSTOMERS = [f"C{number}" for number in range(2_000)]


def orders_file() -> bytes:
    """A few customers of two cities: those that the fairness report finds an attribute of."""
    lines = ["customer,order,date,amount,city"]
    for number in range(60):
        for nth in range(1 + number % 4):
            day = f"2026-{1 + (number + nth) % 9:02}-{1 + number % 28:02}"
            lines.append(f"C{number},O{number}-{nth},{day},{20 + number}.00,{CITIES[number % 2]}")
    return "\n".join(lines).encode()


def quote_document(source: Source, customer: str, **other: Any) -> dict[str, Any]:
    """A quote as the price history has it; ``sold`` pieces were bought."""
    sold, price = other.pop("sold", 0), other.pop("price", 1000)
    return {
        "customer_id": customer,
        "product_id": "tea",
        "source": {"kind": source.kind, "id": source.id},
        "segment_key": "s01",
        "price": f"{price // 100}.{price % 100:02}",
        "price_minor": price,
        "base_price": "10.00",
        "currency": "EUR",
        "factors": json.dumps([
            {"name": "limits", "base": "8.50", "effect": "0.50", "result": "9.00", "reason": "."}
        ]),
        "arm": None,
        "created_at": NOW - timedelta(days=1),
        "inputs": json.dumps({"cost": 600, "stock": None, "competitor": None, "country": "IT"}),
        "outcome": {
            "state": "bought" if sold else "not_bought", "quantity": sold, "refunded": 0, "at": NOW,
        },
        **other,
    }  # fmt: skip


def keep(source: Source, name: str, quotes: Iterator[dict[str, Any]]) -> None:
    documents.commit_all(
        (paths.price_quote_path(source.uid, f"{name}{number}"), quote, 2_000)
        for number, quote in enumerate(quotes)
    )


def draft(source: Source, seed: str, **other: Any) -> dict[str, Any]:
    effect = {"kind": "discount", "percent": 10.0}
    return {
        "name": f"Test {seed}",
        "source": {"kind": source.kind, "id": source.id},
        "products": ["tea"],
        "arms": [{"id": "control"}, {"id": "less", "effect": effect}],
        "seed": seed,
        **other,
    }


def product(source: Source, **other: Any) -> dict[str, Any]:
    return {
        "name": "Tea",
        "source": {"kind": source.kind, "id": source.id},
        "currency": "EUR",
        "base_price": 1000,
        **other,
    }


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


@pytest.fixture(scope="module")
def uploads(merchant: Person) -> tuple[Upload, ...]:
    made = tuple(start_upload(merchant, orders_file()) for _ in range(3))
    for upload in made:
        upload.wait_until_ready()
    return made


@pytest.fixture
def make(merchant: Person) -> Any:
    def made(collection: str, name: str, fields: dict[str, Any]) -> str:
        answer = merchant.create(f"users/{merchant.uid}/{collection}/{name}", fields)
        assert answer.status_code == 200, answer.text
        return name

    return made


def run_test(source: Source, test_id: str, test: PriceTest) -> None:
    """Two weeks of a test in which the cheaper arm sells nearly twice as often."""
    chance = random.Random(1)

    def quotes() -> Iterator[dict[str, Any]]:
        for customer in CUSTOMERS:
            arm = assign(test, customer).arm
            name = arm.id if arm else "holdout"
            sold = int(chance.random() < (0.9 if name == "less" else 0.5))
            price = 950 if name == "less" else 1000
            day = NOW - timedelta(days=chance.randint(1, 13))
            label = f"{test_id}:{name}"
            yield quote_document(
                source, customer, arm=label, sold=sold, price=price, created_at=day
            )

    keep(source, test_id, quotes())


def test_a_price_test_from_draft_to_verdict(
    merchant: Person, uploads: tuple[Upload, ...], make: Any
) -> None:
    source, other = uploads[0].place, uploads[1].place
    make("products", "tea", product(source))
    make("price_tests", "spring", draft(source, "spring"))
    assert merchant.call("read_price_test", test_id="spring")["verdict"]["state"] == (
        "not_enough_data"
    )
    assert merchant.refused("stop_price_test", test_id="spring")[1] == "test-not-running"
    started = merchant.call("start_price_test", test_id="spring")
    assert started["status"] == "running"
    assert merchant.call("start_price_test", test_id="spring") == started

    place = paths.price_test_path(merchant.uid, "spring")
    clients.firestore().document(place).update({"starts": NOW - timedelta(days=14)})
    run_test(source, "spring", parse(PriceTest, documents.get(place)))
    # The same test's name in another source's history is nothing of it.
    keep(other, "other", (quote_document(other, c, arm="spring:less") for c in CUSTOMERS[:50]))

    found = merchant.call("read_price_test", test_id="spring")
    assert found["verdict"]["state"] == "arm_wins"
    assert (found["verdict"]["arm"], found["verdict"]["metric"]) == ("less", "margin")
    assert found["history"] == {
        "quotes": len(CUSTOMERS), "oldest": found["first_quote"], "complete": True
    }  # fmt: skip
    totals = {arm["id"]: arm for arm in found["totals"]}
    assert list(totals) == ["control", "less", "holdout"]
    assert sum(arm["customers"] for arm in totals.values()) == len(CUSTOMERS)
    assert min(totals["control"]["orders"], totals["less"]["orders"]) >= ENOUGH_ORDERS
    assert not found["ratio"]["alarm"]
    sold = found["arms"][0]["comparisons"][0]
    assert sold["sequential"]["low"] > 0
    assert sold["bayesian"]["chance"] > 0.99

    stopped = merchant.call("stop_price_test", test_id="spring")
    assert stopped["status"] == "stopped"
    assert merchant.call("stop_price_test", test_id="spring") == stopped
    assert merchant.refused("start_price_test", test_id="spring")[1] == "test-stopped"


def test_a_test_that_would_mislead_is_not_started(
    merchant: Person, uploads: tuple[Upload, ...], make: Any
) -> None:
    source, other = uploads[0].place, uploads[1].place
    make("products", "mug", product(source))
    make("products", "pan", product(source, currency="USD"))
    make("products", "pot", product(other))
    make("price_tests", "first", draft(source, "first", products=["mug"]))
    merchant.call("start_price_test", test_id="first")
    dearer = [{"id": "control"}, {"id": "x", "effect": {"kind": "premium", "percent": 5.0}}]
    wrong = {
        "overlaps": ({"products": ["mug"]}, "running on one of its products"),
        "seed": ({"seed": "first", "products": ["pan"]}, "same seed"),
        "foreign": ({"products": ["pot"]}, "aren't this source's"),
        "unknown": ({"products": ["nothing"]}, "can't be used"),
        "money": ({"products": ["mug", "pan"]}, "several currencies"),
        "dearer": ({"products": ["pan"], "arms": dearer}, "premiums are switched off"),
        "alone": ({"products": ["pan"], "arms": dearer[1:] * 2, "holdout": 0.0}, "compare with"),
        "over": ({"products": ["pan"], "ends": NOW - timedelta(days=1)}, "before it starts"),
    }
    for name, (fields, why) in wrong.items():
        make("price_tests", name, draft(source, **{"seed": name, **fields}))
        answer = merchant.ask("start_price_test", test_id=name).json()["error"]
        assert answer["details"]["code"] == "test-not-ready", name
        assert why in answer["message"]
        place = paths.price_test_path(merchant.uid, name)
        assert (documents.get(place) or {}).get("status", "draft") == "draft"
    merchant.call("stop_price_test", test_id="first")
    merchant.call("start_price_test", test_id="overlaps")


def test_thompson_sampling_gets_the_weights_of_the_day(
    merchant: Person, uploads: tuple[Upload, ...], make: Any
) -> None:
    source = uploads[0].place
    make("products", "cup", product(source))
    make("price_tests", "bandit", draft(source, "bandit", products=["cup"], thompson=True))
    merchant.call("start_price_test", test_id="bandit")
    place = paths.price_test_path(merchant.uid, "bandit")
    run_test(source, "bandit", parse(PriceTest, documents.get(place)))
    found = merchant.call("read_price_test", test_id="bandit")
    assert found["chances"][1] > 0.99
    assert "weights_day" not in (documents.get(place) or {})  # whoever looks changes nothing
    day = datetime.now(UTC)
    assert (merchant.uid, "bandit") in experiments_store.list_adaptive()
    prices.move_weights(now=day)
    assert not experiments_service.move_weights(merchant.uid, "bandit", now=day)
    kept = parse(PriceTest, documents.get(place))
    assert list(kept.weights) == pytest.approx(found["weights"], abs=1e-6)
    shares = [assign(kept, customer).arm for customer in CUSTOMERS]
    assert sum(arm is not None and arm.id == "less" for arm in shares) > 0.8 * len(CUSTOMERS)


def test_analytics_and_fairness_are_of_one_source(
    merchant: Person, uploads: tuple[Upload, ...]
) -> None:
    source, other = uploads[2].place, uploads[0].place
    cities = {f"C{number}": CITIES[number % 2] for number in range(60)}

    def quotes() -> Iterator[dict[str, Any]]:
        for number, (customer, city) in enumerate(cities.items()):
            price = 1000 if city == "Rome" else 900
            yield quote_document(source, customer, price=price, sold=number % 3 == 0)
        yield quote_document(source, "C0", currency="USD", sold=1)
        yield quote_document(source, "C0", created_at=NOW - timedelta(days=100), sold=1)

    keep(source, "shop", quotes())
    before = merchant.call("price_analytics", source=vars(other), days=400)
    found = merchant.call("price_analytics", source=vars(source), days=30)
    euros, dollars = found["currencies"]
    assert (euros["currency"], euros["customers"], euros["orders"]) == ("EUR", 60, 20)
    assert dollars["quotes"] == 1
    assert euros["limited"] == {"orders": 20, "raised": 20 * 50, "lowered": 0}
    assert euros["segments"][0]["acceptance"]["value"] == pytest.approx(1 / 3)
    assert all(effect["per_customer"] is None for effect in euros["effects"])
    assert merchant.call("price_analytics", source=vars(other), days=400) == before

    fair = merchant.call("fairness_report", source=vars(source), days=30, attribute="city")
    by_name = {one["name"]: one for one in fair["attributes"] if one["currency"] == "EUR"}
    groups = {group["value"]: group for group in by_name["city"]["groups"]}
    assert all(group["flagged"] for group in groups.values())
    assert groups["Rome"]["mean_reduction"] == pytest.approx(0)
    assert groups["Oslo"]["difference"] == pytest.approx(0.1)
    assert not any(group["flagged"] for group in by_name["country"]["groups"])
    told = merchant.refused("fairness_report", source=vars(source), days=30, attribute="shoe size")
    assert told == ("NOT_FOUND", "no-attribute")


def test_a_test_that_is_not_there_or_a_strangers_is_not_read(merchant: Person) -> None:
    assert merchant.refused("read_price_test", test_id="nothing") == ("NOT_FOUND", "no-price-test")
    assert merchant.refused("read_price_test", test_id="a/b")[0] == "INVALID_ARGUMENT"
    rival = sign_up("rival")
    for function in ("read_price_test", "start_price_test", "stop_price_test"):
        told = rival.refused(function, owner_uid=merchant.uid, test_id="spring")
        assert told[0] == "PERMISSION_DENIED"
