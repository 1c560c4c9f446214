"""What was tried by owners with malice, people who were removed, and accounts that are no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from emulator.merchants import Person, Upload, join, sign_up, start_upload, tiny
from emulator.places import address
from google.api_core.exceptions import InvalidArgument
from kindred import clients, jobs, paths, settings
from kindred.accounts.store import FirebaseEstate
from kindred.paths import Source
from kindred.pipeline import accounts, sweeping
from kindred.sources import service as sources_service
from kindred.sources import store as sources_store
from rules.firestore_table import FIELDS, GOOD_MAPPINGS, GOOD_OPTIONS

pytestmark = pytest.mark.usefixtures("behind_the_doors")
HANG_SECONDS = 600
#: Of the letters that weigh most: four bytes each.
HEAVY = "\N{MUSICAL SYMBOL G CLEF}"


def until(happens: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while not happens():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.fixture(scope="module")
def owner() -> Person:
    return sign_up("owner")


# Values that only the keys of are checked --------------------------------------------------


#: For each field that a client may write, the largest values that the rules allow.
LARGEST: dict[str, list[Any]] = {
    "file_name": [HEAVY * 100, "x" * 200],
    "label": [HEAVY * 100, "x" * 200],
    "column_mapping": [
        {name: [HEAVY * 1600] for name in FIELDS},
        {name: [""] * 201 for name in FIELDS},
        *(mapping for _, mapping in GOOD_MAPPINGS[-5:]),
    ],
    "options": [
        {"rules": {"own": HEAVY * 75, "high_order": HEAVY * 75, "festive": [HEAVY * 245]}},
        {"rules": {"festive": [""] * 36}},
        *(options for _, options in GOOD_OPTIONS[-5:]),
    ],
    "based_on": [{"upload_id": "x" * 128, "mode": "append"}],
}


def largest() -> list[dict[str, Any]]:
    alone = [{name: value} for name, values in LARGEST.items() for value in values]
    return [*alone, {name: values[0] for name, values in LARGEST.items()}]


def test_whatever_the_rules_allow_can_be_cancelled_deleted_and_erased() -> None:
    merchant = sign_up("greedy")
    made = [
        start_upload(merchant, None, **{"file_name": "orders.csv", **fields})
        for fields in largest()
    ]
    for n, upload in enumerate(made):
        assert merchant.call("cancel_job", source=upload.source) == {"status": "cancelled"}
        if n % 2:
            merchant.call("delete_source", source=upload.source)
    until(lambda: all(not u.read() for u in made[1::2]), "sources that can't be deleted")
    merchant.call("delete_account")
    profile = f"users/{merchant.uid}"
    until(lambda: merchant.get(profile).status_code == 404, "an account that can't be erased")
    assert FirebaseEstate().sources(merchant.uid) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"options": {"rules": {"own": "x" * 500_000}}},
        {"column_mapping": {"email": [""] * 60_000}},
    ],
    ids=["a long text", "many texts"],
)
def test_a_document_that_nothing_more_fits_into_still_ends(fields: dict[str, Any]) -> None:
    """As rules once allowed. The owner's own fields make room."""
    merchant = sign_up("full")
    waiting = {"status": "waiting_for_file", "file_name": "orders.csv", **fields}
    waiting["created_at"] = datetime.now(UTC) - timedelta(days=2)
    waiting["label"] = "x" * longest_label(merchant, waiting)
    ends = {end: Upload(merchant, f"full-{end}", "orders.csv") for end in ("stopped", "expired")}
    ends |= {end: Upload(merchant, f"full-{end}", "orders.csv") for end in ("deleted", "erasing")}
    for upload in ends.values():
        clients.firestore().document(upload.path).set(waiting)
        with pytest.raises(InvalidArgument):
            clients.firestore().document(upload.path).update({"progress": 1, "stage": "reading"})
    stopped = merchant.call("cancel_job", source=ends["stopped"].source)
    assert stopped == {"status": "cancelled"}
    document = sources_store.load(ends["expired"].place)
    assert sources_service.recover(document, now=jobs.utc_now()) == "expired"
    merchant.call("delete_source", source=ends["deleted"].source)
    until(lambda: not ends["deleted"].read(), "a source that can't be deleted")
    merchant.call("delete_account")
    profile = f"users/{merchant.uid}"
    until(lambda: merchant.get(profile).status_code == 404, "an account that can't be erased")


def longest_label(merchant: Person, document: dict[str, Any]) -> int:
    """How long a label Firestore takes beside these fields; tried where no function hears of it."""
    path = f"users/{merchant.uid}/csv_upload_/full-deleted"  # a document's path counts too
    fits, too_long = 0, 1_048_576
    while too_long - fits > 8:
        length = (fits + too_long) // 2
        try:
            clients.firestore().document(path).set({**document, "label": "x" * length})
            fits = length
        except InvalidArgument:
            too_long = length
    clients.firestore().document(path).delete()
    return fits


# Foreign formats ---------------------------------------------------------------------------


def test_a_workbook_that_asks_for_everything_fails_at_once(owner: Person) -> None:
    from unit.reading.test_hostile_spreadsheets import two_corners

    upload = start_upload(owner, two_corners(), file_name="orders.xlsx")
    document = upload.wait()
    assert (document["status"], document["attempt"]) == ("failed", 1)
    assert document["error"]["code"] == "spreadsheet-too-large"
    owner.call("preview_upload", upload_id=upload.id)  # the function lives


# Accounts that are no more -----------------------------------------------------------------


def test_an_erased_account_does_not_come_back() -> None:
    merchant = sign_up("leaver")
    join(merchant, "analyst")
    kept = start_upload(merchant, tiny())
    kept.wait_until_ready()
    merchant.call("delete_account")
    tree = f"users/{merchant.uid}"
    assert merchant.call("delete_account"), "asking twice is no mistake"
    with pytest.raises(AssertionError, match="PERMISSION_DENIED"):
        start_upload(merchant, None)
    until(lambda: merchant.get(tree).status_code == 404, "an account that isn't erased")
    assert merchant.create(tree, {"business_name": "Back"}).status_code == 403
    with pytest.raises(AssertionError, match="PERMISSION_DENIED"):
        start_upload(merchant, tiny())
    for function in ("preview_upload", "sign_out_everywhere", "find_customer", "accept_invite"):
        assert merchant.refused(function)[0] == "UNAUTHENTICATED", function
    assert FirebaseEstate().is_empty(merchant.uid)
    _leave_something(merchant)
    accounts.sweep(jobs.utc_now() + timedelta(hours=3))
    until(lambda: FirebaseEstate().is_empty(merchant.uid), "what a last token has left")
    mark = clients.firestore().document(paths.erased_account_path(merchant.uid))
    assert mark.get().exists
    until(lambda: merchant.get(tree).status_code == 404, "a tree that comes back")
    accounts.sweep(jobs.utc_now() + timedelta(hours=6))
    assert not mark.get().exists, "no token needs it any more"


def _leave_something(person: Person) -> None:
    """A file by the token that still lives, and a document as a late server might write it."""
    name = f"csv_uploads/{person.uid}/late/orders.csv"
    assert person.put_file(name, tiny()) == 200
    clients.firestore().document(f"users/{person.uid}/csv_uploads/late").set({"status": "ready"})


def test_a_file_whose_merchant_is_erased_starts_nothing(owner: Person) -> None:
    merchant = sign_up("leaver")
    upload = start_upload(merchant, None)
    mark = clients.firestore().document(paths.erased_account_path(merchant.uid))
    mark.set({"since": datetime.now(UTC)})
    assert merchant.put_file(upload.raw_file, tiny()) == 200
    document = upload.wait()
    assert (document["status"], document["error"]["code"]) == ("failed", "uploader-gone")
    assert merchant.get_file(upload.raw_file).status_code == 404


# People who were removed -------------------------------------------------------------------


def test_a_removed_admins_invitations_are_worth_nothing(owner: Person) -> None:
    admin = join(owner, "admin")
    friend, other = sign_up("friend"), sign_up("other")
    asked = {"owner_uid": owner.uid, "role": "viewer"}
    first = admin.call("invite_member", email=friend.email, **asked)
    second = admin.call("invite_member", email=other.email, **asked)
    owner.call("set_role", member_uid=admin.uid, role="viewer")
    invitations = owner.list(f"users/{owner.uid}/invitations")
    for made, person in ((first, friend), (second, other)):
        assert invitations[made["invitation_id"]]["status"] == "withdrawn"
        told = person.refused(
            "accept_invite",
            owner_uid=owner.uid,
            invitation_id=made["invitation_id"],
            token=made["link_token"],
        )
        assert told == ("NOT_FOUND", "no-invitation")


def test_an_invitation_is_void_whose_sender_may_not_invite_any_more(owner: Person) -> None:
    """Also one that was sent while its sender was being removed."""
    admin, friend = join(owner, "admin"), sign_up("friend")
    made = admin.call("invite_member", email=friend.email, role="viewer", owner_uid=owner.uid)
    owner.call("remove_member", member_uid=admin.uid)
    invitation = clients.firestore().document(
        f"users/{owner.uid}/invitations/{made['invitation_id']}"
    )
    invitation.update({"status": "pending"})
    told = friend.refused(
        "accept_invite",
        owner_uid=owner.uid,
        invitation_id=made["invitation_id"],
        token=made["link_token"],
    )
    assert told[0] == "NOT_FOUND"


@pytest.mark.parametrize("how", ["removed", "made a viewer"])
def test_a_file_of_somebody_who_was_removed_is_not_used(owner: Person, how: str) -> None:
    analyst = join(owner, "analyst")
    upload = start_upload(owner, None, by=analyst)
    if how == "removed":
        owner.call("remove_member", member_uid=analyst.uid)
    else:
        owner.call("set_role", member_uid=analyst.uid, role="viewer")
    assert analyst.put_file(upload.raw_file, tiny()) == 200, "its token lives for an hour"
    document = upload.wait()
    assert (document["status"], document["error"]["code"]) == ("failed", "uploader-gone")
    assert owner.get_file(upload.raw_file).status_code == 404


# Files -------------------------------------------------------------------------------------


def test_no_page_can_be_served_from_a_merchants_bucket(owner: Person) -> None:
    upload = start_upload(owner, None)
    page = b"<script>alert(document.domain)</script>"
    about = {"name": upload.raw_file, "contentType": "text/html"}
    url = f"{address('STORAGE_EMULATOR_HOST')}/v0/b/{settings.BUCKET}/o"
    headers = {"Authorization": f"Firebase {owner.token}", "Content-Type": "text/html"}
    answer = requests.post(url, params=about, data=page, headers=headers, timeout=30)
    assert answer.status_code == 403


def test_a_stored_file_opens_by_no_link_and_in_no_browser(owner: Person) -> None:
    upload = start_upload(owner, None)
    url = f"{address('STORAGE_EMULATOR_HOST')}/v0/b/{settings.BUCKET}/o"
    headers = {"Authorization": f"Firebase {owner.token}", "Content-Type": "text/plain"}
    answer = requests.post(
        url, params={"name": upload.raw_file}, data=tiny(), headers=headers, timeout=30
    )
    token = answer.json()["downloadTokens"]
    upload.wait_until_ready()
    link = f"{url}/{requests.utils.quote(upload.raw_file, safe='')}"
    by_link = requests.get(link, params={"alt": "media", "token": token}, timeout=30)
    assert by_link.status_code == 403
    by_session = owner.get_file(upload.raw_file)
    assert by_session.content == tiny()
    assert by_session.headers["Content-Type"] == "application/octet-stream"
    assert by_session.headers["Content-Disposition"].startswith("attachment")


def test_a_file_of_another_name_goes(owner: Person) -> None:
    upload = start_upload(owner, None)
    other = upload.raw_file.replace("orders.csv", "other.csv")
    assert owner.put_file(other, tiny()) == 200
    until(lambda: owner.get_file(other).status_code == 404, "a file that nobody asked for")
    assert owner.put_file(upload.raw_file, tiny()) == 200
    upload.wait_until_ready()


# Requests that lie -------------------------------------------------------------------------


def test_a_source_goes_by_the_kind_that_is_stored(owner: Person) -> None:
    shop = Source(owner.uid, "shopify", f"shop-{time.time_ns()}")
    clients.firestore().document(shop.document).set({"kind": "shopify", "status": "ready"})
    clients.bucket().blob(shop.private_file("r1/orders.parquet")).upload_from_string("x")
    lies = {"uid": owner.uid, "kind": "woocommerce", "id": shop.id}
    for function in ("delete_source", "cancel_job", "regenerate_segments"):
        assert owner.refused(function, source=lies)[0] == "NOT_FOUND", function
    assert clients.firestore().document(shop.document).get().exists
    owner.call("delete_source", source={**lies, "kind": "shopify"})
    until(lambda: not clients.firestore().document(shop.document).get().exists, "a shop that stays")
    assert not list(clients.bucket().list_blobs(prefix=shop.derived))


def test_an_unverified_account_has_its_profile_and_nothing_else() -> None:
    nobody = sign_up("nobody", verified=False)
    profile = f"users/{nobody.uid}"
    assert nobody.create(profile, {"business_name": "Shop"}).status_code == 200
    assert nobody.change(profile, business_name="Shop").status_code == 200
    assert nobody.read(profile) == {"business_name": "Shop"}
    with pytest.raises(AssertionError, match="PERMISSION_DENIED"):
        start_upload(nobody, None)
    assert nobody.put_file(f"csv_uploads/{nobody.uid}/u1/orders.csv", tiny()) == 403
    assert nobody.refused("preview_upload", head="YQ==") == (
        "PERMISSION_DENIED",
        "email-not-verified",
    )
    assert nobody.refused("invite_member", email="a@example.com", role="viewer")[1] == (
        "email-not-verified"
    )
    assert nobody.call("delete_account")


# Many of them ------------------------------------------------------------------------------


def test_one_upload_too_many_fails_at_once_and_room_comes_back() -> None:
    merchant = sign_up("greedy")
    shelf = clients.firestore().collection(f"users/{merchant.uid}/csv_uploads")
    batch = clients.firestore().batch()
    waiting = {"status": "waiting_for_file", "file_name": "a", "created_at": datetime.now(UTC)}
    for n in range(settings.MAX_UNFINISHED_UPLOADS - 1):
        batch.set(shelf.document(f"w{n}"), waiting)
    batch.commit()
    last = start_upload(merchant, None)
    surplus = start_upload(merchant, None)
    document = surplus.wait()
    assert (document["status"], document["error"]["code"]) == ("failed", "too-many-uploads")
    assert last.read()["status"] == "waiting_for_file"
    assert merchant.put_file(surplus.raw_file, tiny()) == 200
    told = merchant.refused("regenerate_segments", source=surplus.source)
    assert told == ("FAILED_PRECONDITION", "too-many-uploads")
    merchant.call("cancel_job", source={"uid": merchant.uid, "kind": "csv", "id": "w1"})
    assert start_upload(merchant, tiny()).wait()["status"] == "ready"
    FirebaseEstate().erase(merchant.uid)


def test_no_merchant_keeps_the_sweep_from_another(
    quiet_place: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real queries and a real limit, which greedy merchants fill on both sides."""
    client = clients.firestore()
    waiting = {"status": "waiting_for_file", "file_name": "a", "created_at": datetime.now(UTC)}
    for greedy in ("Aa-greedy", "Zz-greedy", "zz-greedy"):
        for start in range(0, 900, 300):
            batch = client.batch()
            for n in range(start, start + 300):
                batch.set(client.document(f"users/{greedy}/csv_uploads/w{n:04}"), waiting)
            batch.commit()
    patient = ("0patient", "Mpatient", "patient", "zzz-patient")
    for uid in patient:
        client.document(f"users/{uid}/csv_uploads/-first").set(waiting)
        client.document(f"users/{uid}/csv_uploads/zlast").set(waiting)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for hours in range(12):
        listed = list(sources_store.list_unfinished(now + timedelta(hours=hours)))
        found = [document.source.uid for document in listed]
        assert {uid: found.count(uid) for uid in patient} == dict.fromkeys(patient, 2)
        for greedy in ("Aa-greedy", "Zz-greedy", "zz-greedy"):
            assert 1 <= found.count(greedy) <= 2 * settings.MAX_UNFINISHED_UPLOADS
    # A limit on all of them is met by somebody else each time.
    few: set[str] = set()
    for hours in range(24):
        moment = now + timedelta(hours=hours)
        few |= {one.source.uid for one in sources_store.list_unfinished(moment, limit=150)}
    assert set(patient) <= few
    monkeypatch.setattr(sources_service, "recover", lambda document, now: None)
    assert sweeping.sweep(now=now) == 0
