"""Shops of two platforms through the real functions: who may, what is told, what is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from emulator.merchants import ANYBODY, DONE, Person, join, sign_up
from emulator.places import document_of, estate_of
from kindred import clients
from kindred.paths import Source
from launcher.checkout import STATE
from shops.flipkart import shop as flipkart
from shops.loopback import Loopback
from shops.serving import running
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer
from shops.woocommerce.server import KEY, SECRET, Site, delivery
from shops.woocommerce.shop import Shop

DISCOUNT = {"title": "Spring", "way": "codes", "segment_key": "loyal", "percent": 10.0}

pytestmark = pytest.mark.usefixtures("behind_the_doors")


@dataclass
class Served:
    """A shop that runs on this machine, and what a merchant knows of it."""

    platform: str
    address: str
    keys: dict[str, str]
    shop: Any

    @property
    def addresses(self) -> set[str]:
        """Where the shop was asked to tell."""
        if self.platform == "shopify":
            return {str(hook["uri"]) for hook in self.shop.admin.webhooks.values()}
        return {hook["delivery_url"] for hook in self.shop.shop.webhooks.values()}

    @property
    def signing(self) -> dict[str, str]:
        """What its deliveries are signed with, that we drew ourselves."""
        if self.platform == "shopify":
            return {}
        return {str(id_): hook["secret"] for id_, hook in self.shop.shop.webhooks.items()}

    def tell(self, *, secret: str | None = None) -> list[int]:
        """Tell of a changed order wherever the shop was asked to; what we answered."""
        if self.platform == "shopify":
            headers, body = self.shop.webhook("orders/updated", {"id": 450789}, secret=secret)
        else:
            hook = next(iter(self.shop.shop.webhooks.values()))
            order = {"id": 1_000_001, "date_modified_gmt": "2026-01-01T00:00:00"}
            headers, body = delivery("order.updated", order, secret or hook["secret"])
        return [
            requests.post(url, data=body, headers=headers, timeout=60).status_code
            for url in self.addresses
        ]


@pytest.fixture(params=["woocommerce", "shopify"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    if request.param == "woocommerce":
        site = Site(Shop(orders=5, drafts=0, reviews=0, products=3))
        with running(site) as address:
            keys = {"consumer_key": KEY, "consumer_secret": SECRET}
            yield Served("woocommerce", address, keys, site)
        return
    with ShopifyServer(MadeUpShop(orders_wanted=5)) as server:
        server.is_live_clock = True
        keys = {"access_token": server.token, "client_secret": server.client_secret}
        yield Served("shopify", server.url, keys, server)


@pytest.fixture
def owner() -> Person:
    return sign_up("owner")


def wish(served: Served) -> dict[str, Any]:
    return {
        "platform": served.platform,
        "shop_url": served.address,
        "credentials": served.keys,
    }


def connect(owner: Person, served: Served) -> Source:
    made = owner.call("connect_ecommerce", **wish(served))
    assert made["webhooks"] == "active"
    return Source(owner.uid, made["source"]["kind"], made["source"]["id"])


def named(source: Source) -> dict[str, Any]:
    return {"source": {"uid": source.uid, "kind": source.kind, "id": source.id}}


def test_a_shop_is_connected_heard_and_let_go_without_a_trace(
    owner: Person, served: Served
) -> None:
    source = connect(owner, served)
    assert owner.refused("connect_ecommerce", **wish(served))[1] == "already-connected"
    (address,) = served.addresses
    assert set(served.tell()) == {200}
    assert set(served.tell(secret="another")) == {401}
    stranger = address[:-3] + "abc"
    assert requests.post(stranger, data=b"{}", timeout=60).status_code == 404
    document = owner.read(source.document)
    assert document["connection"]["state"] == "connected"
    shown = json.dumps(document, default=str)
    assert not [value for value in served.keys.values() if value in shown]
    for path in estate_of(source).documents:
        servers = path.removeprefix(source.document).split("/")[1:2]
        if servers and servers[0] in ("secrets", "hooks", "sync", "redactions"):
            assert owner.get(path).status_code == 403, path
    gone = owner.call("disconnect_ecommerce", **named(source), erase=True)
    assert gone == {"status": "deleting", "webhooks": "removed", "discounts": 0}
    assert served.addresses == set()
    wait_until_gone(source)
    assert estate_of(source).places == set()
    assert requests.post(address, data=b"{}", timeout=60).status_code == 404


def wait_until_gone(source: Source) -> None:
    import time

    deadline = time.monotonic() + 600
    while document_of(source):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_only_who_manages_a_merchant_connects_and_disconnects(
    owner: Person, served: Served
) -> None:
    people = {role: join(owner, role) for role in ("admin", "analyst", "viewer")}
    theirs = {**wish(served), "owner_uid": owner.uid}
    strangers = (people["viewer"], people["analyst"], sign_up("rival"), ANYBODY)
    for person in strangers:
        status, _ = person.refused("connect_ecommerce", **theirs)
        assert status in ("PERMISSION_DENIED", "UNAUTHENTICATED")
    assert served.addresses == set()
    made = people["admin"].call("connect_ecommerce", **theirs)
    source = Source(owner.uid, made["source"]["kind"], made["source"]["id"])
    asked = {
        "disconnect_ecommerce": {**named(source), "erase": True},
        "rotate_credentials": {**named(source), "credentials": served.keys},
    }
    for person in strangers:
        for function, request in asked.items():
            assert person.refused(function, **request)[0] in (
                "PERMISSION_DENIED",
                "UNAUTHENTICATED",
            )
        if person is not people["analyst"]:
            assert person.refused("sync_source", **named(source))[0] in (
                "PERMISSION_DENIED",
                "UNAUTHENTICATED",
            )
    made_up = {**named(source), "discount_id": "d1"}
    discounts = {
        "plan_discount": {**named(source), **DISCOUNT},
        "apply_discount": made_up,
        "undo_discount": made_up,
    }
    for function, request in discounts.items():
        for person in strangers:
            if person is not people["analyst"]:
                assert person.refused(function, **request)[0] in (
                    "PERMISSION_DENIED",
                    "UNAUTHENTICATED",
                )
        if function != "plan_discount":
            assert people["analyst"].refused(function, **request)[1] == "no-discount"
    assert document_of(source)["connection"]["state"] == "connected"
    answer = people["analyst"].ask("sync_source", **named(source))
    assert answer.status_code == 200 or "job-active" in answer.text
    assert people["viewer"].read(source.document)["kind"] == served.platform
    assert people["viewer"].change(source.document, label="Mine").status_code == 403
    assert people["analyst"].change(source.document, label="Ours").status_code == 200
    people["admin"].call("rotate_credentials", **asked["rotate_credentials"])
    people["admin"].call("disconnect_ecommerce", **asked["disconnect_ecommerce"])


def test_keys_that_open_nothing_are_told_to_the_merchant_alone(
    owner: Person, served: Served
) -> None:
    wrong = {name: value[:-4] + "0000" for name, value in served.keys.items()}
    answer = owner.ask("connect_ecommerce", **{**wish(served), "credentials": wrong})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["hint"]
    assert not [value for value in wrong.values() if value in answer.text]
    assert owner.list(f"users/{owner.uid}/data_sources") == {}


def test_a_file_is_no_shop(owner: Person) -> None:
    source = {"kind": "csv", "id": "u1"}
    for function in ("sync_source", "disconnect_ecommerce"):
        assert owner.refused(function, source=source) == ("NOT_FOUND", "no-shop")
    assert owner.refused("plan_discount", source=source, **DISCOUNT) == ("NOT_FOUND", "no-shop")


def test_a_merchant_agrees_in_the_shop_and_takes_it_up(owner: Person, served: Served) -> None:
    asked = wish(served)
    if served.platform == "shopify":
        app = {"client_id": served.shop.client_id, "client_secret": served.shop.client_secret}
        asked["credentials"] = {"mode": "authorization_code", **app}
    else:
        del asked["credentials"]
    begun = owner.call("connect_ecommerce", **asked)
    taken = {"authorization": begun["authorization"]}
    assert owner.refused("connect_ecommerce", **taken)[0] == "PERMISSION_DENIED"
    if brought := agree(served, begun["authorize_url"]):
        assert owner.refused("connect_ecommerce", **taken)[0] == "PERMISSION_DENIED"
        taken = {"authorization": brought}
    assert sign_up("rival").refused("connect_ecommerce", **taken)[0] == "PERMISSION_DENIED"
    made = owner.call("connect_ecommerce", **taken)
    assert made["source"]["kind"] == served.platform
    assert owner.refused("connect_ecommerce", **taken)[0] == "PERMISSION_DENIED"
    source = Source(owner.uid, served.platform, made["source"]["id"])
    owner.call("disconnect_ecommerce", **named(source), erase=True)


def test_a_seller_agrees_at_flipkart_and_takes_it_up(owner: Person) -> None:
    seller = flipkart.Shop(5, listings=2)
    seller.now = datetime.now(UTC)
    with Loopback(seller.answer) as server:
        keys = {"app_id": flipkart.APP, "app_secret": flipkart.SECRET, "base": server.base}
        credentials = {"mode": "authorization_code", "seller_id": "seller-1", **keys}
        begun = owner.call("connect_ecommerce", platform="flipkart", credentials=credentials)
        assert flipkart.SECRET not in json.dumps(begun)
        there = requests.get(begun["authorize_url"], timeout=60, allow_redirects=False)
        came = there.headers["Location"]
        back = requests.get(came, timeout=60, allow_redirects=False)
        taken = {"authorization": back.headers["Location"].partition("authorization=")[2]}
        again = requests.get(came, timeout=60, allow_redirects=False)
        assert again.headers["Location"].endswith("?error=authorization-ended")
        for person in (sign_up("rival"), owner):
            without = {"authorization": begun["authorization"]}
            assert person.refused("connect_ecommerce", **without)[0] == "PERMISSION_DENIED"
        assert sign_up("thief").refused("connect_ecommerce", **taken)[0] == "PERMISSION_DENIED"
        made = owner.call("connect_ecommerce", **taken)
        source = Source(owner.uid, "flipkart", made["source"]["id"])
        assert document_of(source)["shop"] == "seller-1"
        told = "\n".join(everything_below(clients.firestore().document(f"users/{owner.uid}")))
        assert not [one for one in (flipkart.SECRET, flipkart.REFRESH) if one in told]
        owner.call("disconnect_ecommerce", **named(source), erase=True)
    log = Path(STATE / "logs" / "latest" / "emulators.log").read_text(errors="replace")
    assert not [one for one in (flipkart.SECRET, flipkart.REFRESH) if one in log]


def agree(served: Served, url: str) -> str | None:
    """What a merchant's browser, and the shop, do once the merchant agrees.

    What the browser brings back, if the shop's answer came by it.
    """
    if served.platform == "shopify":
        served.shop.is_live_clock = True
        requests.get(url, timeout=60, allow_redirects=False)  # the shop's clock is now
        there = requests.get(url, timeout=60, allow_redirects=False).headers["location"]
        back = requests.get(there, timeout=60, allow_redirects=False)
        assert back.status_code == 303
        return back.headers["Location"].partition("authorization=")[2]
    query = parse_qs(urlsplit(url).query)
    keys = {"user_id": query["user_id"][0], "key_permissions": "read_write", **served.keys}
    sent = requests.post(query["callback_url"][0], json={"key_id": 1, **keys}, timeout=60)
    assert sent.status_code == 200
    return None


#: Keys that open nothing, in whose refusal nothing of them may stand either.
WRONG = {"consumer_key": f"ck_{'0a' * 20}", "consumer_secret": f"cs_{'0b' * 20}"}


def everything_below(document: Any) -> Iterator[str]:
    """What a document says, and all that lie below it, whoever may read them."""
    yield f"{document.path} {document.get().to_dict()}"
    for collection in document.collections():
        for below in collection.list_documents():
            yield from everything_below(below)


def test_no_secret_is_in_what_the_functions_have_logged_or_stored(
    owner: Person, served: Served
) -> None:
    source = connect(owner, served)
    served.tell()
    names = {**served.keys, **served.signing}
    addresses = {address.rsplit("/", 1)[1] for address in served.addresses}
    refused = owner.refused("rotate_credentials", **named(source), credentials=WRONG)
    stored = "\n".join(everything_below(clients.firestore().document(f"users/{owner.uid}")))
    assert source.id in stored
    told = [*(repr(file) for file in estate_of(source).files.values()), stored, str(refused)]
    assert [name for name, value in names.items() for text in told if value in text] == []
    assert not [value for value in (*WRONG.values(), *addresses) if value in stored]
    owner.call("disconnect_ecommerce", **named(source))
    log = Path(STATE / "logs" / "latest" / "emulators.log").read_text(errors="replace")
    assert "shop_disconnected" in log
    found = [name for name, value in {**names, **WRONG}.items() if value in log]
    assert found == []
    assert document_of(source)["connection"]["state"] == "revoked"
    assert document_of(source)["status"] in (*DONE, "queued", "running")
    assert source.credentials not in estate_of(source).documents
