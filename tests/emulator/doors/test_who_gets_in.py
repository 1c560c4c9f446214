"""Who isn't one of a merchant's people gets in by no door; who is gets as far as their role."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import main
import pytest
import requests
from emulator.merchants import ANYBODY, Person, Upload, join, sign_up, start_upload
from emulator.places import address, estate_of, some_customers

SMALL = some_customers(40)

#: Functions that people call, besides those of teams and accounts (tests/emulator/accounts).
READING = (
    "find_customer",
    "get_customer",
    "export_segments",
    "list_rows",
    "preview_segment",
    "compare_sources",
    "preview_upload",
    "read_price_test",
    "price_analytics",
    "fairness_report",
    "preview_prices",
    "suggest_prices",
)
CHANGING = (
    "regenerate_segments",
    "cancel_job",
    "edit_rows",
    "name_segment",
    "start_price_test",
    "stop_price_test",
    "quote_price",
    "quote_prices",
    "record_outcome",
    "opt_out_customer",
    "import_products",
    "learn_prices",
)
DELETING = ("delete_source",)
OF_ACCOUNTS = (
    "accept_invite",
    "delete_account",
    "invite_member",
    "remove_member",
    "set_role",
    "sign_out_everywhere",
    "withdraw_invite",
)
#: By managers of a merchant, on keys: tests/emulator/keys.
OF_KEYS = ("create_key", "list_keys", "revoke_key", "rotate_key")
#: Asked with a key and no token: tests/emulator/api.
WITH_A_KEY = ("api",)
#: By managers of a merchant, on servers that are told of events: tests/emulator/webhooks.
OF_WEBHOOKS = (
    "delete_webhook",
    "list_webhooks",
    "replay_webhook",
    "rotate_webhook_secret",
    "save_webhook",
    "test_webhook",
)
#: By managers of a merchant and analysts, on connected shops: tests/emulator/sources.
OF_SHOPS = (
    "apply_discount",
    "connect_ecommerce",
    "disconnect_ecommerce",
    "plan_discount",
    "rotate_credentials",
    "sync_source",
    "undo_discount",
)
#: Asked by platforms at an address of its own: tests/emulator/sources.
BY_PLATFORMS = ("hooks",)
TASKS = (
    "processUpload",
    "processShop",
    "scoreTexts",
    "eraseSource",
    "eraseAccount",
    "learnPrices",
    "announceEvent",
    "deliverWebhook",
    "tendShop",
    "giveDiscount",
)
EVENTS = (
    "on_csv_uploaded",
    "on_upload_created",
    "on_upload_updated",
    "on_pricing_rule_written",
    "on_pricing_settings_written",
    "on_product_written",
    "sweep_jobs",
)


def test_no_function_is_left_out_here() -> None:
    called = {*READING, *CHANGING, *DELETING, *OF_ACCOUNTS, *OF_KEYS, *OF_WEBHOOKS, *OF_SHOPS}
    told = {*called, *WITH_A_KEY, *BY_PLATFORMS, *TASKS, *EVENTS}
    assert told == set(main.__all__)


@pytest.fixture(scope="module")
def owner() -> Person:
    return sign_up("owner")


@pytest.fixture(scope="module")
def upload(owner: Person) -> Upload:
    made = start_upload(owner, SMALL)
    made.wait_until_ready()
    owner.call("export_segments", source=made.source, format="csv")
    sell(made)
    return made


def sell(upload: Upload) -> None:
    """A product of the upload's source, as its merchant writes it."""
    place = {"kind": "csv", "id": upload.id}
    product = {"name": "Tea", "source": place, "currency": "EUR", "base_price": 2000}
    path = f"users/{upload.owner.uid}/products/{upload.id}"
    assert upload.owner.create(path, product).status_code == 200


@pytest.fixture(scope="module")
def strangers(upload: Upload) -> dict[str, Person]:
    """Another merchant with a source of the same id, nobody at all, and who may be anybody."""
    rival = sign_up("rival")
    unverified = sign_up("unverified", verified=False)
    twin = Upload(rival, upload.id, "orders.csv")
    document = {**start_upload(rival, None).read(), "created_at": datetime.now(UTC)}
    assert rival.create(twin.path, document).status_code == 200
    return {"another merchant": rival, "anybody": ANYBODY, "the owner unverified": unverified}


def requests_for(upload: Upload) -> dict[str, dict[str, Any]]:
    source = {"source": upload.source}
    page = next(iter(upload.of_run("customers", upload.read()["current_run"]).values()))
    customer = {**source, "customer_id": page["customer_ids"][0]}
    price_test = {"owner_uid": upload.owner.uid, "test_id": f"t{upload.id}"}
    draft = {
        "name": "Spring",
        "source": {"kind": "csv", "id": upload.id},
        "products": ["p1"],
        "arms": [{"id": "control"}, {"id": "less", "effect": {"kind": "discount", "percent": 5.0}}],
        "seed": upload.id,
    }
    place = f"users/{upload.owner.uid}/price_tests/{price_test['test_id']}"
    assert upload.owner.create(place, draft).status_code in (200, 409)
    return {
        "read_price_test": price_test,
        "start_price_test": price_test,
        "stop_price_test": price_test,
        "price_analytics": {**source, "days": 30},
        "fairness_report": {**source, "days": 30},
        "find_customer": customer,
        "get_customer": customer,
        "export_segments": {**source, "format": "csv"},
        "list_rows": source,
        "preview_segment": {
            **source,
            "definition": {"all": [{"trait": "frequency", "is": ">=", "value": 1}]},
        },
        "compare_sources": {"a": upload.source, "b": upload.source},
        "preview_upload": {"owner_uid": upload.owner.uid, "upload_id": upload.id},
        "regenerate_segments": source,
        "cancel_job": source,
        "edit_rows": {**source, "edits": [{"row": 0, "column": "City", "value": "Rome"}]},
        "name_segment": {**source, "segment_key": page["segment_id"].split("-")[1], "name": "Ours"},
        "learn_prices": source,
        "suggest_prices": source,
        "delete_source": source,
        **_about_prices(upload, customer),
    }


def _about_prices(upload: Upload, customer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    source = {"source": upload.source}
    asked = {"customer_id": customer["customer_id"], "product_id": upload.id}
    return {
        "quote_price": {**source, **asked},
        "quote_prices": {**source, "items": [asked]},
        "preview_prices": {**source, "product_id": upload.id},
        "record_outcome": {
            "owner_uid": upload.owner.uid,
            "quote_id": "q1",
            "outcome": "bought",
        },
        "opt_out_customer": customer,
        "import_products": {**source, "csv": "sku,price\nA,1.00\n", "currency": "EUR"},
    }


@pytest.mark.parametrize("function", [*READING, *CHANGING, *DELETING])
def test_strangers_are_refused_by_every_function(
    upload: Upload, strangers: dict[str, Person], function: str
) -> None:
    request = requests_for(upload)[function]
    before = estate_of(upload.place)
    for name, person in strangers.items():
        status, _ = person.refused(function, **request)
        expected = "PERMISSION_DENIED" if person.token else "UNAUTHENTICATED"
        assert status == expected, name
    assert estate_of(upload.place) == before


def test_a_refusal_does_not_tell_what_exists(upload: Upload, strangers: dict[str, Person]) -> None:
    rival = strangers["another merchant"]
    real = rival.ask("find_customer", source=upload.source, customer_id="C00084").json()
    invented = {"uid": "nobody-at-all", "kind": "csv", "id": "none"}
    assert rival.ask("find_customer", source=invented, customer_id="C00084").json() == real


def test_one_of_two_compared_sources_must_not_be_a_strangers(
    upload: Upload, strangers: dict[str, Person]
) -> None:
    rival = strangers["another merchant"]
    mine = {**upload.source, "uid": rival.uid}
    for a, b in ((mine, upload.source), (upload.source, mine)):
        assert rival.refused("compare_sources", a=a, b=b)[0] == "PERMISSION_DENIED"


def test_a_preview_for_another_merchant_is_refused(
    upload: Upload, strangers: dict[str, Person]
) -> None:
    """It would use, and so tell, the mappings that merchant has taught."""
    head = base64.b64encode(SMALL[:1000]).decode()
    rival = strangers["another merchant"]
    told = rival.refused("preview_upload", owner_uid=upload.owner.uid, head=head)
    assert told[0] == "PERMISSION_DENIED"
    assert rival.call("preview_upload", head=head)["mapping"]


def test_strangers_are_refused_at_every_document(
    upload: Upload, strangers: dict[str, Person], behind_the_doors: None
) -> None:
    documents = [
        *estate_of(upload.place).documents,
        f"users/{upload.owner.uid}",
        f"users/{upload.owner.uid}/column_mappings/h1",
        f"users/{upload.owner.uid}/members/{strangers['another merchant'].uid}x",
    ]
    collections = sorted({path.rsplit("/", 1)[0] for path in documents if path.count("/") > 1})
    for person in strangers.values():
        for path in documents:
            assert person.get(path).status_code == 403, path
            assert person.change(path, label="mine").status_code == 403, path
            assert person.remove(path).status_code == 403, path
        for collection in collections:
            listed = requests.get(
                f"{address('FIRESTORE_EMULATOR_HOST')}/v1/projects/demo-kindred/databases/"
                f"(default)/documents/{collection}",
                headers={"Authorization": f"Bearer {person.token}"} if person.token else {},
                timeout=30,
            )
            assert listed.status_code == 403, collection
            assert person.create(f"{collection}/planted", {"a": 1}).status_code == 403, collection


def test_strangers_are_refused_at_every_file(
    upload: Upload, strangers: dict[str, Person], behind_the_doors: None
) -> None:
    files = list(estate_of(upload.place).files)
    assert any("/private/" in name for name in files)
    assert any("/exports/" in name for name in files)
    for person in strangers.values():
        for name in files:
            assert person.get_file(name).status_code == 403, name
            assert person.remove_file(name).status_code == 403, name
            assert person.put_file(name, b"planted") == 403, name
        for folder in (upload.derived, f"{upload.derived}exports/", f"{upload.raw_file}/"):
            assert person.list_files(folder).status_code == 403, folder
        assert person.put_file(f"{upload.derived}exports/planted.csv", b"x") == 403
        assert person.put_file(f"csv_uploads/{upload.owner.uid}/planted/a.csv", b"x") == 403


def test_not_even_the_owner_reads_or_writes_what_is_the_servers(
    upload: Upload, owner: Person, behind_the_doors: None
) -> None:
    estate = estate_of(upload.place)
    for name in estate.files:
        readable = "/private/" not in name
        assert (owner.get_file(name).status_code == 200) == readable, name
        assert owner.put_file(name, b"planted") == 403, name
    for path in estate.documents:
        assert owner.get(path).status_code == 200, path
        assert owner.remove(path).status_code == 403, path
        if path != upload.path:
            assert owner.change(path, run_id="other").status_code == 403, path
    for name, value in {
        "status": "queued",
        "current_run": "r1",
        "lease": {},
        "attempt": 0,
    }.items():
        assert owner.change(upload.path, **{name: value}).status_code == 403, name
    assert owner.change(upload.path, label="Spring").status_code == 200


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
def test_a_member_may_what_the_role_says(owner: Person, role: str) -> None:
    person = join(owner, role)
    upload = start_upload(owner, SMALL)
    upload.wait_until_ready()
    sell(upload)
    asked = requests_for(upload)
    for function in READING:
        person.call(function, **asked[function])
    for function in CHANGING:
        if role == "viewer":
            assert person.refused(function, **asked[function])[0] == "PERMISSION_DENIED", function
    if role == "viewer":
        assert person.create(f"{upload.path}x", {}).status_code == 403
    else:
        person.call("name_segment", **asked["name_segment"])
        quote = person.call("quote_price", **asked["quote_price"])
        outcome = {**asked["record_outcome"], "quote_id": quote["quote_id"]}
        assert person.call("record_outcome", **outcome)["recorded"]
        assert person.call("quote_prices", **asked["quote_prices"])["quotes"] == [quote]
        person.call("opt_out_customer", **asked["opt_out_customer"])
        assert person.call("import_products", **asked["import_products"])["created"] == 1
        theirs = start_upload(owner, SMALL, by=person)
        assert theirs.read()["uploaded_by"] == person.uid
        person.call("cancel_job", source=theirs.source)
        person.call("regenerate_segments", **asked["regenerate_segments"])
        upload.wait_until_ready()
    if role == "admin":
        person.call("delete_source", source=upload.source)
    else:
        assert person.refused("delete_source", source=upload.source)[0] == "PERMISSION_DENIED"
    assert person.get_file(f"{upload.derived}private/x").status_code == 403


# Tasks and events --------------------------------------------------------------------------


RUBBISH: tuple[Any, ...] = (
    {},
    {"data": None},
    {"data": {}},
    {"data": {"source": "x"}},
    {"data": {"source": {"uid": "../x", "kind": "csv", "id": "a"}, "run_id": "r", "attempt": 1}},
    {"data": {"uid": 1}},
    [1, 2],
    "rubbish",
)


@pytest.mark.parametrize("task", TASKS)
def test_rubbish_sent_to_a_task_does_nothing(
    upload: Upload, task: str, behind_the_doors: None
) -> None:
    before = estate_of(upload.place)
    url = f"{address('FUNCTIONS_BASE_URL')}/{task}"
    run = before.documents[upload.path]["current_run"]
    near = {"source": upload.source, "run_id": run, "attempt": 2, "part": 0}
    bodies = [*(json.dumps(body) for body in RUBBISH), "{", "", json.dumps({"data": near})]
    for body in bodies:
        if task in ("eraseSource", "eraseAccount") and "run_id" in body and upload.id in body:
            continue
        requests.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=60)
    erasing = {"data": {"source": upload.source}}
    if task == "eraseSource":  # nobody asked for it
        requests.post(url, json=erasing, timeout=60)
    assert estate_of(upload.place) == before


@pytest.mark.parametrize("function", [*READING, *CHANGING, *DELETING])
def test_odd_requests_are_told_so_and_nothing_of_ours(owner: Person, function: str) -> None:
    source = {"uid": owner.uid, "kind": "csv", "id": "none"}
    odd: list[dict[str, Any]] = [
        {},
        {"source": None},
        {"source": {**source, "id": "../x"}},
        {"source": {**source, "kind": "unheard-of"}, "customer_id": "x", "format": "csv"},
        {"source": source, "surprise": "ann@example.com"},
        {"source": {"uid": {"$ne": 1}}},
        {"a": 1, "b": 2},
    ]
    for request in odd:
        answer = owner.ask(function, **request)
        error = answer.json()["error"]
        assert error["status"] in ("INVALID_ARGUMENT", "NOT_FOUND", "PERMISSION_DENIED"), request
        assert "ann@" not in answer.text
        assert "Traceback" not in answer.text
    for body in ("[]", '{"data": 7}', '{"data": []}', "{}"):
        answer = requests.post(
            f"{address('FUNCTIONS_BASE_URL')}/{function}",
            data=body,
            headers={"Authorization": f"Bearer {owner.token}", "Content-Type": "application/json"},
            timeout=60,
        )
        assert 400 <= answer.status_code < 500, body
