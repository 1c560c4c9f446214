"""A merchant's server is saved, told, turned away and told again, by the running system."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from emulator.merchants import ANYBODY, Person, join, sign_up
from emulator.webhooks.receivers import HANG_SECONDS, Receiver, receiver
from kindred import clients, paths
from kindred.webhooks import service, signing
from kindred.webhooks.store import FirestoreWebhooks

DATA = {"product_id": "p1", "price": "14.99", "price_minor": 1499, "currency": "EUR"}


@pytest.fixture
def owner() -> Person:
    return sign_up("owner")


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def save(person: Person, url: str, **more: Any) -> tuple[str, str]:
    made = person.call("save_webhook", url=url, events=["price.changed"], **more)
    return made["webhook_id"], made["secret"]


def announce(owner: Person, event_id: str) -> None:
    service.announce(
        owner.uid,
        "price.changed",
        DATA,
        event_id=event_id,
        webhooks=FirestoreWebhooks(),
        now=datetime.now(UTC),
    )


def wait_for(
    owner: Person, webhook_id: str, reached: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """An endpoint's deliveries, as soon as they are as expected."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        found: list[dict[str, Any]] = owner.call("list_webhooks", webhook_id=webhook_id)[
            "deliveries"
        ]
        if reached(found):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def is_over(deliveries: list[dict[str, Any]]) -> bool:
    return bool(deliveries) and all(one["state"] != "pending" for one in deliveries)


def test_an_event_is_told_once_signed_and_listed(
    owner: Person, server: Receiver, behind_the_doors: None
) -> None:
    webhook_id, secret = save(owner, server.url)
    for _ in range(3):
        announce(owner, "e1")
    (delivery,) = wait_for(owner, webhook_id, is_over)
    announce(owner, "e1")
    announce(owner, "e2")
    first, second = server.wait(2)
    wait_for(owner, webhook_id, lambda found: len(found) == 2 and is_over(found))
    assert len(server.heard) == 2
    assert (delivery["state"], delivery["status"]) == ("delivered", 204)
    assert (delivery["delivery_id"], delivery["event_id"]) == (first.id, "e1")
    assert json.loads(first.body)["data"] == DATA
    stamp = int(first.headers["webhook-timestamp"])
    assert first.headers["webhook-signature"] == signing.sign(secret, first.id, stamp, first.body)
    assert second.id != first.id


def test_the_task_of_other_rooms_announces(
    owner: Person, server: Receiver, behind_the_doors: None
) -> None:
    webhook_id, _ = save(owner, server.url)
    task = {
        "uid": owner.uid,
        "event": "price.changed",
        "event_id": "e1",
        "at": datetime.now(UTC).isoformat(),
        "data": DATA,
    }
    for attempt in range(2):
        clients.enqueue(
            "announceEvent", task, task_id=f"{owner.uid}-{attempt}", deadline_seconds=60
        )
    server.wait(1)
    wait_for(owner, webhook_id, is_over)
    assert len(server.heard) == 1


def test_a_server_that_is_gone_is_disabled_saved_again_and_told_again(
    owner: Person, server: Receiver, behind_the_doors: None
) -> None:
    webhook_id, _ = save(owner, server.url)
    server.status = 410
    announce(owner, "e1")
    (dead,) = wait_for(owner, webhook_id, is_over)
    assert (dead["state"], dead["status"]) == ("dead", 410)
    (endpoint,) = owner.call("list_webhooks")["webhooks"]
    assert (endpoint["state"], endpoint["reason"]) == ("disabled", "gone")
    listed = owner.call("list_webhooks", webhook_id=webhook_id, state="dead")["deliveries"]
    assert [one["delivery_id"] for one in listed] == [dead["delivery_id"]]
    server.status = 200
    again = owner.call(
        "save_webhook", url=server.url, events=["price.changed"], webhook_id=webhook_id
    )
    assert "secret" not in again
    owner.call("replay_webhook", webhook_id=webhook_id, delivery_id=dead["delivery_id"])
    (delivered,) = wait_for(owner, webhook_id, is_over)
    assert delivered["state"] == "delivered"
    assert [message.id for message in server.heard] == [dead["delivery_id"]] * 2


def test_a_test_is_heard_and_both_secrets_sign_while_one_rotates(
    owner: Person, server: Receiver
) -> None:
    webhook_id, old = save(owner, server.url)
    new = owner.call("rotate_webhook_secret", webhook_id=webhook_id)["secret"]
    owner.call("test_webhook", webhook_id=webhook_id)
    (message,) = server.wait(1)
    assert json.loads(message.body)["type"] == "webhook.test"
    stamp = int(message.headers["webhook-timestamp"])
    signatures = [signing.sign(one, message.id, stamp, message.body) for one in (new, old)]
    assert message.headers["webhook-signature"] == " ".join(signatures)


def test_a_deleted_endpoint_leaves_nothing(
    owner: Person, server: Receiver, behind_the_doors: None
) -> None:
    webhook_id, _ = save(owner, server.url)
    announce(owner, "e1")
    wait_for(owner, webhook_id, is_over)
    owner.call("delete_webhook", webhook_id=webhook_id)
    assert owner.call("list_webhooks") == {"webhooks": []}
    told = clients.firestore().collection(paths.deliveries_path(owner.uid, webhook_id))
    assert list(told.stream()) == []


def test_what_is_inside_is_refused_on_the_emulator_too(owner: Person) -> None:
    for url in ("http://169.254.169.254/", "http://10.0.0.1/", "http://a@127.0.0.1/"):
        told = owner.refused("save_webhook", url=url, events=["price.changed"])
        assert told == ("INVALID_ARGUMENT", "webhook-url-refused")


def test_an_eleventh_endpoint_is_refused(owner: Person, server: Receiver) -> None:
    for _ in range(10):
        save(owner, server.url)
    told = owner.refused("save_webhook", url=server.url, events=["price.changed"])
    assert told == ("FAILED_PRECONDITION", "too-many-webhooks")


# Who may -----------------------------------------------------------------------------------


def requests_for(owner: Person, webhook_id: str, delivery_id: str) -> dict[str, dict[str, Any]]:
    own = {"owner_uid": owner.uid}
    one = {**own, "webhook_id": webhook_id}
    return {
        "save_webhook": {**own, "url": "http://127.0.0.1:9/", "events": ["price.changed"]},
        "list_webhooks": one,
        "rotate_webhook_secret": one,
        "test_webhook": one,
        "replay_webhook": {**one, "delivery_id": delivery_id},
        "delete_webhook": one,
    }


def test_only_managers_touch_endpoints_and_nobody_reads_the_documents(
    owner: Person, server: Receiver, behind_the_doors: None
) -> None:
    webhook_id, secret = save(owner, server.url)
    announce(owner, "e1")
    (delivery,) = wait_for(owner, webhook_id, is_over)
    rival = sign_up("rival")
    theirs, _ = save(rival, server.url)
    people = {
        "rival": rival,
        "viewer": join(owner, "viewer"),
        "analyst": join(owner, "analyst"),
        "unverified": sign_up("unverified", verified=False),
        "anybody": ANYBODY,
    }
    asked = requests_for(owner, webhook_id, delivery["delivery_id"])
    for name, person in people.items():
        for function, request in asked.items():
            status, _ = person.refused(function, **request)
            expected = "PERMISSION_DENIED" if person.token else "UNAUTHENTICATED"
            assert status == expected, (name, function)
    # Another merchant's endpoint and delivery in one's own name: there are none.
    for function, request in asked.items():
        if function in ("rotate_webhook_secret", "test_webhook", "replay_webhook"):
            status, _ = rival.refused(function, **{**request, "owner_uid": rival.uid})
            assert status == "NOT_FOUND", function
    mixed = {"webhook_id": theirs, "delivery_id": delivery["delivery_id"]}
    assert rival.refused("replay_webhook", **mixed) == ("NOT_FOUND", "no-delivery")
    for person in (owner, *people.values()):
        assert person.get(paths.webhook_path(owner.uid, webhook_id)).status_code == 403
    assert len(server.heard) == 1
    admin = join(owner, "admin")
    listed = admin.ask("list_webhooks", **asked["list_webhooks"]).text
    assert webhook_id in listed
    assert secret not in listed
    for function in ("test_webhook", "replay_webhook", "rotate_webhook_secret", "delete_webhook"):
        admin.call(function, **asked[function])
