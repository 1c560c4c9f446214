"""Whatever JSON a caller sends, the answer is a refusal or a result, never a failure of ours."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import main
import pytest
from emulator.doors.test_who_gets_in import (
    CHANGING,
    DELETING,
    OF_ACCOUNTS,
    OF_KEYS,
    OF_SHOPS,
    OF_WEBHOOKS,
    READING,
    requests_for,
)
from emulator.merchants import Person, Upload, sign_up, start_upload
from emulator.places import some_customers
from flask import Flask
from flask.testing import FlaskClient
from functions_framework import create_app

pytestmark = pytest.mark.usefixtures("behind_the_doors")

CALLABLES = (*READING, *CHANGING, *DELETING, *OF_ACCOUNTS, *OF_KEYS, *OF_WEBHOOKS, *OF_SHOPS)
TRIES = 40
DEEP: Any = []
for _ in range(100):
    DEEP = [DEEP]
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, 1e308, -0.0, "", " ", "x" * 10_000, [], {}, [[]], [None]),
    *(
        "__x__",
        "__",
        ".",
        "..",
        "../x",
        "a/b",
        "a\x00b",
        "\ud800",
        "\u202e",
        "é",
        "a b",
        "-",
        "%2F",
    ),
    *({"__proto__": 1}, {"$ne": 1}, {"": ""}, {"x": {"y": [1, {"z": None}]}}, DEEP),
    *("2026-02-30", "NaN", "ann@example.com\r\nx", "csv", "shopify", "r1", "EUR", "auto"),
    {"all": [{"trait": "frequency", "is": ">=", "value": 10**400}]},
    {"any": [{"not": {"all": []}}]},
    "x" * 200_000,
)


@pytest.fixture(scope="module")
def owner() -> Person:
    return sign_up("owner")


@pytest.fixture(scope="module")
def upload(owner: Person) -> Upload:
    made = start_upload(owner, some_customers(30))
    made.wait_until_ready()
    return made


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a JSON value."""
    yield at
    if isinstance(value, dict):
        inner: Iterable[tuple[Any, Any]] = value.items()
    else:
        inner = enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*at, key))


def spoilt(request: Any, chance: random.Random) -> Any:
    """A right request with one to three of its values replaced, removed or added."""
    made = copy.deepcopy(request)
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice([place for place in places(made) if place] or [("x",)])
        holder = made
        for key in way:
            holder = holder[key]
        odd = copy.deepcopy(chance.choice(ODD))
        match chance.randint(0, 4):
            case 0 if isinstance(holder, dict):
                holder.pop(last, None)
            case 1 if isinstance(holder, dict):
                holder[chance.choice(("source", "uid", "id", "kind", "run_id", "x", ""))] = odd
            case _:
                holder[last] = odd
    return made


def right_requests(owner: Person, upload: Upload) -> dict[str, dict[str, Any]]:
    """Requests that reach what a function does; those of accounts name nobody who is there."""
    own = {"owner_uid": owner.uid}
    shop = {"uid": owner.uid, "kind": "shopify", "id": "none"}
    head = {"head": "YSxiCjEsMgo=", "file_name": "a.csv", "column_mapping": {"email": "a"}}
    run = {**upload.source, "run_id": upload.read()["current_run"]}
    rules = {"own": True, "festive": ["12-01/12-31"], "high_order": 1.5}
    options = {"rules": rules, "rates": {"USD": "0.9"}, "as_of": "2026-01-31"}
    return {
        **requests_for(upload),
        "compare_sources": {"a": run, "b": run},
        "preview_upload": {**own, **head, "options": options},
        "regenerate_segments": {"source": {**upload.source, "id": "none"}, "options": options},
        "delete_source": {"source": {**upload.source, "id": "none"}},
        "edit_rows": {
            "source": {**upload.source, "id": "none"},
            "edits": [{"row": 0, "column": "City", "value": "Rome"}],
        },
        "invite_member": {**own, "email": "nobody@example.com", "role": "viewer"},
        "withdraw_invite": {**own, "invitation_id": "none"},
        "accept_invite": {**own, "invitation_id": "none", "token": "x"},
        "set_role": {**own, "member_uid": "none", "role": "viewer"},
        "remove_member": {**own, "member_uid": "none"},
        "create_key": {
            **own,
            "name": "Shop",
            "scopes": ["prices"],
            "sources": [{"kind": "csv", "id": upload.id}],
            "origins": ["https://shop.example"],
        },
        "list_keys": own,
        "revoke_key": {**own, "key_id": "a" * 20},
        "rotate_key": {**own, "key_id": "a" * 20, "overlap_hours": 1},
        # Nobody listens there: what a request gets saved is told nothing.
        "save_webhook": {**own, "url": "http://127.0.0.1:9/x", "events": ["price.changed"]},
        "list_webhooks": {**own, "webhook_id": "none", "state": "dead"},
        "delete_webhook": {**own, "webhook_id": "none"},
        "rotate_webhook_secret": {**own, "webhook_id": "none"},
        "test_webhook": {**own, "webhook_id": "none"},
        "replay_webhook": {**own, "webhook_id": "none", "delivery_id": "none"},
        # An address inside, which is asked nothing, so that no shop is connected.
        "connect_ecommerce": {
            **own,
            "platform": "woocommerce",
            "shop_url": "http://10.0.0.1",
            "credentials": {"consumer_key": f"ck_{'0' * 40}", "consumer_secret": f"cs_{'0' * 40}"},
            "label": "Shop",
        },
        "disconnect_ecommerce": {"source": shop, "erase": True},
        "plan_discount": {
            "source": shop,
            "title": "Spring",
            "way": "codes",
            "segment_key": "loyal",
            "percent": 10.0,
            "product_ids": ["1"],
            "starts_at": "2026-11-29T12:00:00Z",
            "ends_at": "2026-12-29T12:00:00Z",
        },
        "apply_discount": {"source": shop, "discount_id": "none"},
        "undo_discount": {"source": shop, "discount_id": "none"},
        "sync_source": {"source": shop, "streams": ["orders"], "full": True},
        "rotate_credentials": {"source": shop, "credentials": {"access_token": "x"}},
        # Whoever these succeed for is no more: they are asked for another.
        "delete_account": {"owner_uid": "somebody-else"},
        "sign_out_everywhere": {"owner_uid": "somebody-else"},
    }


def test_every_callable_is_tried() -> None:
    endpoints = {n: getattr(f, "__firebase_endpoint__", None) for n, f in vars(main).items()}
    callables = {
        name for name, e in endpoints.items() if e is not None and e.callableTrigger is not None
    }
    assert callables == set(CALLABLES)


def door_of(function: str) -> FlaskClient:
    """The function as its framework serves it, in this process: thousands of requests are quick."""
    app: Flask = create_app(function, main.__file__, "http")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


@pytest.mark.parametrize("function", CALLABLES)
def test_no_request_is_odd_enough_to_break_a_function(
    owner: Person, upload: Upload, function: str
) -> None:
    chance = random.Random(f"kindred {function}")
    right = right_requests(owner, upload)[function]
    asked = [right, *(spoilt(right, chance) for _ in range(TRIES))]
    if function in ("delete_account", "sign_out_everywhere"):
        asked = [{"owner_uid": "somebody-else", "x": one} for one in asked]
    bodies = [json.dumps({"data": one}) for one in asked]

    door = door_of(function)
    headers = {"Authorization": f"Bearer {owner.token}", "Content-Type": "application/json"}
    answers = [door.post("/", data=body, headers=headers) for body in bodies]
    broken = [
        (body[:500], answer.status_code, answer.text[:300])
        for body, answer in zip(bodies, answers, strict=True)
        if answer.status_code >= 500 or "internal" in answer.text[:300]
    ]
    assert broken == []
