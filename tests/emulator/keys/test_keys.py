"""Keys through the real callables: who makes them, what is kept, whose are never touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from emulator.merchants import ANYBODY, Person, join, sign_up
from emulator.places import address
from emulator.pricing.shops import make_shop
from kindred import clients, paths
from kindred.keys.tokens import hash_secret, parse_token
from kindred.paths import Source

pytestmark = pytest.mark.usefixtures("behind_the_doors")


@pytest.fixture
def owner() -> Person:
    return sign_up("owner")


@pytest.fixture
def shop(owner: Person, behind_the_doors: None) -> Source:
    return make_shop(owner.uid)


def wish(source: Source, **changes: Any) -> dict[str, Any]:
    places = [{"kind": source.kind, "id": source.id}]
    return {
        "owner_uid": source.uid,
        "name": "Shop",
        "scopes": ["prices"],
        "sources": places,
    } | changes


def kept(uid: str, key_id: str) -> dict[str, Any]:
    return clients.firestore().document(paths.api_key_path(uid, key_id)).get().to_dict() or {}


def test_a_key_is_told_once_and_kept_as_a_hash(owner: Person, shop: Source) -> None:
    made = owner.call("create_key", **wish(shop))
    token = parse_token(made["key"])
    assert token
    assert (token.key_id, token.uid) == (made["key_id"], owner.uid)
    document = kept(owner.uid, token.key_id)
    assert document["hash"] == hash_secret(token.secret)
    assert token.secret not in json.dumps(document, default=str)
    (listed,) = owner.call("list_keys")["keys"]
    assert (listed["name"], listed["last4"]) == ("Shop", token.secret[-4:])
    assert not {name for name in listed if "hash" in name}
    assert document["hash"] not in json.dumps(listed)
    assert owner.get(paths.api_key_path(owner.uid, token.key_id)).status_code == 403


def test_only_who_manages_a_merchant_has_to_do_with_its_keys(owner: Person, shop: Source) -> None:
    people = {role: join(owner, role) for role in ("admin", "analyst", "viewer")}
    made = people["admin"].call("create_key", **wish(shop))
    named = {"owner_uid": owner.uid, "key_id": made["key_id"]}
    requests_ = {
        "create_key": wish(shop),
        "list_keys": {"owner_uid": owner.uid},
        "rotate_key": named,
        "revoke_key": named,
    }
    strangers = (people["analyst"], people["viewer"], sign_up("rival"), ANYBODY)
    before = kept(owner.uid, made["key_id"])
    for person in strangers:
        for function, request in requests_.items():
            status, _ = person.refused(function, **request)
            assert status in ("PERMISSION_DENIED", "UNAUTHENTICATED"), function
    assert kept(owner.uid, made["key_id"]) == before
    for function, request in requests_.items():
        people["admin"].call(function, **request)


def test_a_merchant_has_no_hand_on_anothers_keys(owner: Person, shop: Source) -> None:
    made = owner.call("create_key", **wish(shop))
    rival = sign_up("rival")
    for function in ("rotate_key", "revoke_key"):
        assert rival.refused(function, key_id=made["key_id"]) == ("NOT_FOUND", "no-key")
    theirs = wish(shop) | {"owner_uid": rival.uid}
    assert rival.refused("create_key", **theirs) == ("NOT_FOUND", "no-source")
    assert rival.call("list_keys") == {"keys": []}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sources": []}, "invalid-request"),
        ({"sources": [{"kind": "csv", "id": "none"}]}, "no-source"),
        ({"sources": [{"kind": "csv", "id": "../x"}]}, "invalid-id"),
        ({"scopes": ["everything"]}, "invalid-request"),
        ({"scopes": []}, "invalid-request"),
        ({"scopes": ["read"], "origins": ["https://shop.example"]}, "public-read"),
        ({"origins": ["https://shop.example/"]}, "invalid-origin"),
        ({"origins": ["*"]}, "invalid-origin"),
        ({"name": "a\nb"}, "invalid-request"),
    ],
    ids=str,
)
def test_a_key_for_nothing_or_for_everything_is_not_made(
    owner: Person, shop: Source, changes: dict[str, Any], code: str
) -> None:
    assert owner.refused("create_key", **wish(shop, **changes))[1] == code
    assert owner.call("list_keys") == {"keys": []}


def test_a_rotated_key_has_a_new_secret_and_the_old_one_for_a_while(
    owner: Person, shop: Source
) -> None:
    made = owner.call("create_key", **wish(shop))
    first = kept(owner.uid, made["key_id"])
    turned = owner.call("rotate_key", key_id=made["key_id"], overlap_hours=2)
    document = kept(owner.uid, made["key_id"])
    assert turned["key"] != made["key"]
    assert document["old_hash"] == first["hash"]
    assert document["old_until"].isoformat() == turned["old_works_until"]
    owner.call("rotate_key", key_id=made["key_id"], overlap_hours=0)
    assert kept(owner.uid, made["key_id"])["old_hash"] is None


def test_a_revoked_key_holds_nothing_that_opens_and_stays_revoked(
    owner: Person, shop: Source
) -> None:
    made = owner.call("create_key", **wish(shop))
    for _ in range(2):
        assert owner.call("revoke_key", key_id=made["key_id"]) == {"status": "revoked"}
    document = kept(owner.uid, made["key_id"])
    assert (document["hash"], document["old_hash"]) == (None, None)
    assert owner.refused("rotate_key", key_id=made["key_id"])[1] == "key-revoked"
    assert owner.call("list_keys")["keys"][0]["revoked_at"]


def test_a_merchant_has_fifty_keys_at_once(owner: Person, shop: Source) -> None:
    client = clients.firestore()
    made = owner.call("create_key", **wish(shop))
    copy = kept(owner.uid, made["key_id"])
    for number in range(49):
        client.document(paths.api_key_path(owner.uid, f"{number:020}")).set(copy)
    assert owner.refused("create_key", **wish(shop))[1] == "too-many-keys"
    owner.call("revoke_key", key_id=made["key_id"])
    owner.call("create_key", **wish(shop))


def test_no_key_is_made_for_an_account_that_goes(owner: Person, shop: Source) -> None:
    admin = join(owner, "admin")
    clients.firestore().document(paths.erased_account_path(owner.uid)).set({"since": 1})
    assert admin.refused("create_key", **wish(shop))[1] == "account-deleted"


def test_a_key_that_is_sent_as_an_id_is_refused_without_repeating_it(
    owner: Person, shop: Source
) -> None:
    made = owner.call("create_key", **wish(shop))
    answer = requests.post(
        f"{address('FUNCTIONS_BASE_URL')}/revoke_key",
        json={"data": {"key_id": made["key"]}},
        headers={"Authorization": f"Bearer {owner.token}"},
        timeout=60,
    )
    assert answer.status_code == 400
    assert made["key"] not in answer.text
