"""A shop is connected once, by who may, with keys that nobody sees, and let go without a trace."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from emulator.places import document_of, estate_of
from emulator.sources.shops_of_tests import NOW, PUBLIC, World, send, world
from emulator.workers import Killed, Works, Writes, raise_killed
from kindred import clients, documents, paths
from kindred.errors import Conflict, InvalidInput, KindredError, NotAllowed, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources import service as sources_service
from kindred.sources.shops import authorizations, connecting, connections, hooks, keeping, tending
from kindred.sources.shops.connecting import Connected, Wish
from kindred.sources.shops.platform import Credentials, Delivery
from shops.pretend import MARK

__all__ = ["world"]

UID = "merchant"


def error_of(call: Any, *args: Any, **kwargs: Any) -> KindredError:
    with pytest.raises(KindredError) as refused:
        call(*args, **kwargs)
    return refused.value


def with_tokens(source: Source, world: World) -> None:
    """Credentials that end in a minute, as an hour's token before its end."""
    shop = world.platform.shops["tea.example.com"]
    values = {"refresh": shop.refresh, "token": shop.token}
    ending = Credentials("tokens", values, NOW + timedelta(minutes=1))
    connections.store_credentials(source, ending, now=NOW)


def test_a_connected_shop_says_what_it_gives_and_is_synced(world: World) -> None:
    made = world.connect(UID, label="My tea")
    assert made.source is not None
    document = document_of(made.source)
    assert (document["kind"], document["shop"]) == ("flipkart", "tea.example.com")
    assert (document["label"], document["status"]) == ("My tea", "ready")
    assert (document["zone"], document["currency"]) == ("Europe/Berlin", "EUR")
    assert document["capabilities"]["customers"]["instead"] == "Import a CSV."
    assert document["streams"]["orders"]["state"] == "waiting"
    assert document["streams"]["customers"]["state"] == "none"
    assert document["connection"]["state"] == "connected"
    assert document["hooks"]["state"] == made.webhooks == "active"
    assert world.syncs.started == [(made.source.id, "connected")]
    connection = connections.load(made.source)
    assert connection.credentials.values == world.platform.keys()
    assert connection.options == {"region": "x"}


def test_no_secret_is_in_a_document_a_log_line_or_a_refusal(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    source = world.source(UID)
    told = str(error_of(world.connect, UID).as_dict())
    wrong = Wish(None, "tea.example.com", {"app_key": f"{MARK}-wrong"})
    told += str(error_of(connecting.connect, "other", wrong, by=UID, now=NOW).as_dict())
    with_tokens(source, world)
    connections.fresh(source, world.platform, connecting.client(), now=NOW)
    world.platform.shops["tea.example.com"].has_put_us_out = True
    told += str(error_of(keeping.rotate_credentials, source, world.platform.keys(), now=NOW))
    stored = [*estate_of(source).documents.values()]
    assert len(stored) == 3
    shown = json.dumps(stored, default=str) + told + repr(connections.load(source))
    out, err = capfd.readouterr()
    assert "shop_connected" in err
    for text in (shown, out, err):
        assert MARK not in text
    secrets = hooks.load_entries(source, now=NOW)[0].secrets
    assert not [one for one in secrets if one in shown + out + err]


def test_keys_that_open_nothing_leave_nothing(world: World) -> None:
    wrong = Wish(None, "tea.example.com", {"app_key": "no"})
    assert error_of(connecting.connect, UID, wrong, by=UID, now=NOW).code == "keys-refused"
    world.platform.shops["tea.example.com"].is_down = True
    assert isinstance(error_of(world.connect, UID), Unavailable)
    source = connecting.source_of(UID, "flipkart", "tea.example.com")
    assert estate_of(source).places == set()


def test_without_a_key_of_the_deployment_no_shop_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.settings.SHOP_KEY", "")
    assert error_of(world.connect, UID).code == "no-shop-key"
    assert world.platform.shops["tea.example.com"].asked == []


def test_twenty_who_connect_one_shop_at_once_connect_it_once(world: World) -> None:
    def try_once(_: int) -> str:
        try:
            made = world.connect(UID)
        except Conflict as err:
            return err.code
        except Unavailable:
            return "already-connected"  # others were in the way for too long
        return "connected" if made.source else ""

    with ThreadPoolExecutor(20) as pool:
        came = list(pool.map(try_once, range(20)))
    assert came.count("connected") == 1
    assert came.count("already-connected") == 19
    found = clients.firestore().collection(f"users/{UID}/data_sources").stream()
    assert len(list(found)) == 1


def test_twenty_shops_are_connected_at_once_each_with_its_own_keys(world: World) -> None:
    names = [f"shop{n}.example.com" for n in range(20)]
    for name in names:
        world.platform.open(name)
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda name: world.source(UID, name), names))
    assert len({source.id for source in made}) == 20
    for name, source in zip(names, made, strict=True):
        assert connections.load(source).credentials.values == world.platform.keys(name)


def test_one_shop_too_many_is_refused_before_it_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.settings.MAX_SHOPS", 2)
    names = [f"shop{n}.example.com" for n in range(3)]
    shops = [world.platform.open(name) for name in names]
    first = world.source(UID, names[0])
    world.source(UID, names[1])
    assert error_of(world.connect, UID, names[2]).code == "too-many-shops"
    assert shops[2].asked == []
    assert error_of(world.connect, UID, names[1]).code == "already-connected", "it takes no room"
    world.source("rival", names[2])
    keeping.disconnect(first, erase=False, now=NOW)
    world.source(UID, names[2])
    assert error_of(world.connect, UID, names[0]).code == "too-many-shops"


def rotate_key(monkeypatch: pytest.MonkeyPatch, *keys: bytes) -> None:
    text = ",".join(base64.b64encode(key * 32).decode() for key in keys)
    monkeypatch.setattr("kindred.settings.SHOP_KEY", text)


def test_after_a_sync_with_a_new_key_the_old_one_can_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = world.source(UID)
    before = connections.load(source)
    entries = hooks.load_entries(source, now=NOW)
    version = (documents.get(source.credentials) or {})["version"]
    rotate_key(monkeypatch, b"n", b"k")
    connections.fresh(source, world.platform, connecting.client(), now=NOW)
    rotate_key(monkeypatch, b"n")
    assert connections.load(source) == before
    assert hooks.load_entries(source, now=NOW) == entries
    assert (documents.get(source.credentials) or {})["version"] == version, "none was renewed"


def test_a_shop_that_was_let_go_is_still_heard_after_the_old_key_went(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = world.source(UID)
    entries = hooks.load_entries(source, now=NOW)
    keeping.disconnect(source, erase=False, now=NOW)
    rotate_key(monkeypatch, b"n", b"k")
    tomorrow = NOW + timedelta(days=1)
    assert hooks.list_due(tomorrow) == [source]
    tending.tend(source, "hooks", now=tomorrow)
    assert hooks.list_due(tomorrow) == []
    rotate_key(monkeypatch, b"n")
    assert hooks.load_entries(source, now=NOW) == entries


def test_without_being_sealed_again_the_old_key_is_needed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = world.source(UID)
    rotate_key(monkeypatch, b"n")
    assert error_of(connections.load, source).code == "secret-unreadable"


def test_two_merchants_with_one_shop_have_a_source_each(world: World) -> None:
    mine, theirs = world.source(UID), world.source("rival")
    assert mine.id != theirs.id
    keeping.disconnect(theirs, erase=False, now=NOW)
    assert connections.load(mine).shop == "tea.example.com"


def test_credentials_that_were_copied_to_another_merchants_source_stay_shut(world: World) -> None:
    mine, theirs = world.source(UID), world.source("rival")
    stolen = documents.get(mine.credentials)
    assert stolen is not None
    clients.firestore().document(theirs.credentials).set(stolen)
    assert error_of(connections.load, theirs).code == "secret-unreadable"


def test_no_shop_is_connected_for_an_account_that_goes(world: World) -> None:
    clients.firestore().document(paths.erased_account_path(UID)).set({"since": NOW})
    assert error_of(world.connect, UID).code == "account-deleted"
    source = connecting.source_of(UID, "flipkart", "tea.example.com")
    assert estate_of(source).places == set()


# Letting go --------------------------------------------------------------------------------


def test_a_shop_that_is_let_go_can_be_opened_by_nothing_that_is_left(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    (address,) = shop.subscriptions
    assert keeping.disconnect(source, erase=False, now=NOW) == ("disconnected", "removed")
    assert shop.subscriptions == {}
    # What a shop says of customers who have to go is heard for as long as there are data.
    assert estate_of(source).places == {source.document, source.hook_secrets}
    assert document_of(source)["connection"]["state"] == "revoked"
    assert error_of(connections.load, source).code == "not-connected"
    assert send(shop.deliver(address, {"what": "ping"})).status_code == 200
    assert keeping.disconnect(source, erase=False, now=NOW) == ("disconnected", "none")


def test_a_shop_that_is_down_is_let_go_all_the_same(world: World) -> None:
    source = world.source(UID)
    world.platform.shops["tea.example.com"].is_down = True
    assert keeping.disconnect(source, erase=False, now=NOW) == ("disconnected", "left")
    assert estate_of(source).places == {source.document, source.hook_secrets}


def test_an_erased_shop_is_gone_with_all_that_is_below_it(world: World, works: Works) -> None:
    source = world.source(UID)
    address = next(iter(world.platform.shops["tea.example.com"].subscriptions))
    told = {"what": "redact_customer", "stream": "customers", "object_id": "7"}
    send(world.platform.shops["tea.example.com"].deliver(address, told))
    clients.bucket().blob(source.private_file("shop/orders/part.parquet")).upload_from_string("x")
    assert keeping.disconnect(source, erase=True, now=NOW)[0] == "deleting"
    world.tasks.waiting = [one for one in world.tasks.waiting if one[0] != "tendShop"]
    works.until_idle(source)
    assert estate_of(source).places == set()
    assert error_of(connections.load, source).code == "no-source"


@pytest.mark.parametrize("is_down", [False, True])
def test_a_source_that_is_deleted_leaves_no_webhook_at_the_shop_if_it_lets_us(
    world: World, works: Works, is_down: bool
) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    assert shop.subscriptions
    shop.is_down = is_down
    sources_service.delete_source(source, now=NOW)
    works.until_idle(source)
    assert estate_of(source).places == set()
    assert bool(shop.subscriptions) is is_down


def test_a_shop_can_be_connected_again_and_keeps_what_it_had(world: World) -> None:
    source = world.source(UID, label="Mine")
    kept = {"label": "Renamed", "current_run": "r1", "streams": {"orders": {"state": "ready"}}}
    clients.firestore().document(source.document).update(kept)
    keeping.disconnect(source, erase=False, now=NOW)
    clock = document_of(source)["zone"]
    world.platform.zone = "Asia/Tokyo"
    assert world.source(UID) == source
    document = document_of(source)
    assert {name: document[name] for name in kept} == kept
    assert document["zone"] == clock == "Europe/Berlin", "by which stored parts have their times"
    assert document["connection"]["state"] == "connected"
    assert connections.load(source).credentials.values == world.platform.keys()


def test_a_shop_whose_data_are_going_is_not_connected_again_meanwhile(world: World) -> None:
    source = world.source(UID)
    keeping.disconnect(source, erase=True, now=NOW)
    assert error_of(world.connect, UID).code == "source-deleting"


# New keys ----------------------------------------------------------------------------------


def test_new_keys_have_to_open_the_same_shop(world: World) -> None:
    source = world.source(UID)
    other = world.platform.open("coffee.example.com")
    error = error_of(keeping.rotate_credentials, source, {"app_key": other.key}, now=NOW)
    assert error.code == "keys-refused"
    assert connections.load(source).credentials.values == world.platform.keys()
    shop = world.platform.shops["tea.example.com"]
    shop.key = f"{MARK}-new-key"
    (address,) = shop.subscriptions
    rotated = keeping.rotate_credentials(source, {"app_key": shop.key}, now=NOW)
    assert rotated == ("active", address)
    assert connections.load(source).credentials.values == {"app_key": shop.key}


def test_a_rotation_keeps_the_address_and_hears_the_secret_before_for_a_day(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    ((address, before),) = shop.secrets.items()
    keeping.rotate_credentials(source, world.platform.keys(), now=NOW)
    assert list(shop.subscriptions) == [address], "somebody may have typed it in by hand"
    assert shop.secrets[address] != before
    ping = {"what": "ping"}
    soon, late = NOW + timedelta(hours=23), NOW + timedelta(hours=25)
    for at in (soon, late):
        assert send(shop.deliver(address, ping), now=at).status_code == 200
    assert send(shop.deliver(address, ping, secret=before), now=soon).status_code == 200
    assert send(shop.deliver(address, ping, secret=before), now=late).status_code == 401


def test_new_keys_open_a_shop_again_that_had_put_us_out(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    connections.end(source, "uninstalled", now=NOW)
    assert error_of(connections.load, source).code == "not-connected"
    keeping.rotate_credentials(source, {"app_key": shop.key}, now=NOW)
    assert document_of(source)["connection"]["state"] == "connected"
    assert connections.load(source).options == {"region": "x"}


# Tokens that end ---------------------------------------------------------------------------


def test_one_worker_renews_and_the_others_use_what_it_got(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    with_tokens(source, world)
    together = threading.Barrier(8)

    def work(_: int) -> str:
        together.wait()
        found = connections.fresh(source, world.platform, connecting.client(), now=NOW)
        return found.credentials.values["token"]

    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(work, range(8)))
    assert tokens == {shop.token}
    assert shop.renewals == 1
    assert connections.load(source).credentials.values["refresh"] == shop.refresh


def test_a_token_that_lasts_is_not_renewed_and_nothing_is_written(
    world: World, writes: Writes
) -> None:
    source = world.source(UID)
    writes.count = 0
    connections.fresh(source, world.platform, connecting.client(), now=NOW)
    assert writes.count == 0


@pytest.mark.parametrize("afterwards", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_worker_killed_while_renewing_leaves_a_pair_that_works(
    world: World, writes: Writes, at: int, afterwards: bool
) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    with_tokens(source, world)
    writes.plan(at, raise_killed, afterwards=afterwards)
    with pytest.raises(Killed):
        connections.fresh(source, world.platform, connecting.client(), now=NOW)
    writes.revive()
    later = NOW + connections.LEASE + timedelta(seconds=1)
    found = connections.fresh(source, world.platform, connecting.client(), now=later)
    assert found.credentials.values["token"] == shop.token
    assert shop.renewals <= 2


def test_a_token_that_is_refused_before_its_end_is_renewed_unless_another_came(
    world: World,
) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    with_tokens(source, world)
    refused = connections.fresh(source, world.platform, connecting.client(), now=NOW).credentials
    connections.end_token(source, refused, now=NOW)
    found = connections.fresh(source, world.platform, connecting.client(), now=NOW)
    assert (shop.renewals, found.credentials.values["token"]) == (2, shop.token)
    later = replace(refused, expires_at=NOW + timedelta(minutes=30))
    connections.end_token(source, later, now=NOW)  # another worker's, which is gone
    connections.fresh(source, world.platform, connecting.client(), now=NOW)
    assert shop.renewals == 2


def test_access_that_has_ended_is_told_the_merchant(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    with_tokens(source, world)
    shop.has_put_us_out = True
    error = error_of(connections.fresh, source, world.platform, connecting.client(), now=NOW)
    assert error.code == "access-ended"
    connection = document_of(source)["connection"]
    assert connection["state"] == "expired"
    assert NOW <= connection["since"] < NOW + timedelta(minutes=1)
    assert connection["hint"]
    shop.has_put_us_out = False
    assert world.source(UID) == source, "connected again"


def test_a_renewal_that_may_pass_leaves_the_way_free(world: World) -> None:
    source, shop = world.source(UID), world.platform.shops["tea.example.com"]
    with_tokens(source, world)
    shop.is_down = True
    assert isinstance(
        error_of(connections.fresh, source, world.platform, connecting.client(), now=NOW),
        Unavailable,
    )
    shop.is_down = False
    connections.fresh(source, world.platform, connecting.client(), now=NOW)
    assert shop.renewals == 1


# Agreeing in the shop ----------------------------------------------------------------------


def begin(world: World) -> tuple[Connected, Delivery]:
    wish = Wish("flipkart", "tea.example.com", {"mode": "agree"}, label="Agreed")
    begun = connecting.connect(UID, wish, by=UID, now=NOW)
    assert begun.authorize_url is not None
    state = begun.authorize_url.partition("state=")[2]
    body = json.dumps({"state": state, "agreed": True}).encode()
    return begun, Delivery("POST", f"{PUBLIC}/hooks/flipkart/callback", {}, body)


def take_up(begun: Connected, *, by: str = UID, minutes: float = 0) -> Source | None:
    assert begun.authorization is not None
    at = NOW + timedelta(minutes=minutes)
    return connecting.finish(UID, begun.authorization, by=by, now=at).source


def test_who_agreed_in_the_shop_takes_it_up_once(world: World) -> None:
    begun, agreed = begin(world)
    assert begun.source is None
    assert isinstance(error_of(take_up, begun), NotAllowed)
    assert send(agreed).status_code == 200
    assert send(agreed).status_code == 401, "a state is good for one answer"
    source = take_up(begun)
    assert source is not None
    assert document_of(source)["label"] == "Agreed"
    opened = connections.load(source)
    assert (opened.credentials.values, opened.options) == (world.platform.keys(), {"region": "y"})
    assert isinstance(error_of(take_up, begun), NotAllowed)
    left = clients.firestore().collection(f"users/{UID}/shop_authorizations").stream()
    assert list(left) == []


def test_nobody_else_takes_up_what_was_granted_and_nobody_late(world: World) -> None:
    begun, agreed = begin(world)
    assert send(agreed, now=NOW + timedelta(minutes=16)).status_code == 401
    assert send(agreed, now=NOW + timedelta(minutes=14)).status_code == 200
    assert isinstance(error_of(take_up, begun, by="rival"), NotAllowed)
    assert isinstance(error_of(take_up, begun, minutes=30), NotAllowed)
    assert take_up(begun, minutes=28) is not None


def test_a_state_that_was_touched_is_refused_and_its_keys_are_sealed(world: World) -> None:
    begun, agreed = begin(world)
    assert begun.authorization is not None
    path = paths.shop_authorization_path(UID, begun.authorization)
    told = json.loads(agreed.body)
    for state in (told["state"][:-1], f"x{told['state']}", "", "a.b.1.c", None, 7):
        body = json.dumps({**told, "state": state}).encode()
        answer = send(Delivery("POST", agreed.url, {}, body))
        assert answer.status_code in (401, 500), state
        assert (documents.get(path) or {})["state"] == "waiting"
    send(agreed)
    assert MARK not in json.dumps(documents.get(path), default=str)


def test_a_browser_that_brings_an_answer_goes_on_in_the_web_app(world: World) -> None:
    begun, agreed = begin(world)
    answer = send(agreed, method="GET")
    assert answer.status_code == 303
    back = authorizations.return_url(begun.authorization)
    assert answer.headers["Location"].startswith(f"{back}-")
    again = send(agreed, method="GET")
    assert again.headers["Location"].endswith("?error=authorization-ended")
    assert again.headers["Cache-Control"] == "private, no-store"


def test_who_began_gets_nothing_of_a_shop_where_somebody_else_was_made_to_agree(
    world: World,
) -> None:
    """The attacker sends a link to who owns a shop, whose browser brings the shop's answer."""
    begun, agreed = begin(world)
    location = send(agreed, method="GET").headers["Location"]
    brought = location.partition("authorization=")[2]
    assert isinstance(error_of(take_up, begun), NotAllowed), "the attacker has no proof"
    guessed = replace(begun, authorization=f"{begun.authorization}-{'x' * 43}")
    assert isinstance(error_of(take_up, guessed), NotAllowed)
    with_proof = replace(begun, authorization=brought)
    assert isinstance(error_of(take_up, with_proof, by="owner"), NotAllowed)
    error = error_of(connecting.finish, "owner", brought, by="owner", now=NOW)
    assert isinstance(error, NotAllowed), "nor is it connected to the owner's account"
    assert take_up(with_proof) is not None, "who began and agreed in one browser goes on"


def test_a_merchant_who_refuses_has_connected_nothing(world: World) -> None:
    begun, agreed = begin(world)
    refused = json.dumps({**json.loads(agreed.body), "agreed": False}).encode()
    assert send(Delivery("POST", agreed.url, {}, refused)).status_code == 401
    assert isinstance(error_of(take_up, begun), NotAllowed)


# Whatever happens --------------------------------------------------------------------------


def test_a_kill_at_any_write_leaves_a_shop_connected_or_nothing(
    world: World, writes: Writes
) -> None:
    source = connecting.source_of(UID, "flipkart", "tea.example.com")
    for at in range(1, 30):
        writes.plan(at, raise_killed)
        try:
            world.connect(UID)
            break
        except Killed:
            writes.revive()
        there = document_of(source)
        if there:
            connections.load(source)
            assert there["next_sync_at"] or world.syncs.started
            assert there["hooks_due_at"] is not None
            assert [one.id for one in hooks.list_due(NOW + hooks.CHECK_EVERY * 2)] == [source.id]
        else:
            assert estate_of(source).places == set()
        clients.firestore().recursive_delete(
            clients.firestore().collection(f"users/{UID}/data_sources")
        )
    else:
        pytest.fail("never gets through")
    writes.revive()
    assert at > 2
    assert connections.load(source).shop == "tea.example.com"


def test_a_source_that_is_gone_is_said_to_be(world: World) -> None:
    source = Source(UID, "flipkart", "none")
    for call in (
        lambda: keeping.disconnect(source, erase=True, now=NOW),
        lambda: keeping.sync_source(source, streams=None, full=False, now=NOW),
        lambda: keeping.rotate_credentials(source, {}, now=NOW),
    ):
        assert isinstance(error_of(call), SourceGone)


def test_a_sync_is_asked_for_where_none_runs(world: World) -> None:
    source = world.source(UID)
    assert keeping.sync_source(source, streams=["orders"], full=True, now=NOW).source == source
    world.syncs.is_busy = True
    error = error_of(keeping.sync_source, source, streams=None, full=False, now=NOW)
    assert error.code == "job-active"
    keeping.disconnect(source, erase=False, now=NOW)
    error = error_of(keeping.sync_source, source, streams=None, full=False, now=NOW)
    assert error.code == "not-connected"


def test_a_shop_that_gives_nothing_to_recognise_it_by_is_asked_about(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        connecting.connect(UID, Wish(None, None, {"x": "1"}), by=UID, now=NOW)
    assert refused.value.code == "platform-unknown"
