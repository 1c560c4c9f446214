"""A team's life against the emulators: invited, joined, promoted, removed, gone."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
import requests
from emulator import merchants

PROJECT = os.environ.get("GCLOUD_PROJECT", "demo-kindred")
HANG_SECONDS = 600  # what takes longer never happens


def _host(name: str) -> str:
    address = os.environ.get(name, "")
    if not address:
        pytest.fail(f"{name} isn't set: run this ring by scripts/test emulator", pytrace=False)
    return address if address.startswith("http") else f"http://{address}"


@dataclass
class Person:
    """Somebody signed in, with the token of the moment."""

    email: str
    uid: str
    token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def refresh(self) -> requests.Response:
        answer = requests.post(
            f"{_host('FIREBASE_AUTH_EMULATOR_HOST')}/securetoken.googleapis.com/v1/token?key=x",
            json={"grant_type": "refresh_token", "refresh_token": self.refresh_token},
            timeout=30,
        )
        if answer.ok:
            self.token = answer.json()["id_token"]
        return answer

    def is_known(self) -> bool:
        """Whether Auth still takes this session's token."""
        lookup = "identitytoolkit.googleapis.com/v1/accounts:lookup?key=x"
        url = f"{_host('FIREBASE_AUTH_EMULATOR_HOST')}/{lookup}"
        return requests.post(url, json={"idToken": self.token}, timeout=30).ok

    @property
    def roles(self) -> dict[str, str]:
        payload = self.token.split(".")[1]
        padded = payload + "=" * (-len(payload) % 4)
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
        return dict(claims.get("roles", {}))

    def call(self, function: str, **data: Any) -> tuple[int, dict[str, Any]]:
        """Status, and the result or the error's details."""
        answer = requests.post(
            f"{_host('FUNCTIONS_BASE_URL')}/{function}",
            json={"data": data},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        )
        body = answer.json()
        return answer.status_code, body.get("result") or body["error"].get("details") or {}

    def read(self, path: str) -> requests.Response:
        root = f"{_host('FIRESTORE_EMULATOR_HOST')}/v1/projects/{PROJECT}/databases/(default)"
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get(f"{root}/documents/{path}", headers=headers, timeout=30)

    def put_file(self, name: str) -> int:
        """Try to put a file that no document waits for; the status."""
        bucket = os.environ["STORAGE_BUCKET"]
        return requests.post(
            f"{_host('STORAGE_EMULATOR_HOST')}/v0/b/{bucket}/o",
            params={"name": name},
            data=b"a,b\n1,2\n",
            headers={"Authorization": f"Firebase {self.token}", "Content-Type": "text/csv"},
            timeout=30,
        ).status_code

    def get_file(self, name: str) -> int:
        bucket, place = os.environ["STORAGE_BUCKET"], quote(name, safe="")
        headers = {"Authorization": f"Firebase {self.token}"}
        url = f"{_host('STORAGE_EMULATOR_HOST')}/v0/b/{bucket}/o/{place}"
        return requests.get(url, headers=headers, timeout=30).status_code


def sign_up(name: str, *, verified: bool = True) -> Person:
    """A new account; verified as if its owner had opened the link."""
    made = merchants.sign_up(name, verified=verified)
    return Person(made.email, made.uid, str(made.token), made.refresh_token)


@pytest.fixture(scope="module")
def owner() -> Person:
    return sign_up("owner")


def invite(owner: Person, email: str, role: str) -> dict[str, str]:
    status, made = owner.call("invite_member", email=email, role=role)
    assert status == 200, made
    return {
        "owner_uid": owner.uid,
        "invitation_id": made["invitation_id"],
        "token": made["link_token"],
    }


def join(owner: Person, name: str, role: str) -> Person:
    person = sign_up(name)
    status, _ = person.call("accept_invite", **invite(owner, person.email, role))
    assert status == 200
    person.refresh()
    return person


def test_a_colleague_joins_works_and_is_out_at_once(owner: Person) -> None:
    ann, tree = sign_up("ann"), f"users/{owner.uid}"
    assert ann.read(f"{tree}/csv_uploads").status_code == 403
    link = invite(owner, ann.email.upper(), "viewer")
    assert ann.call("accept_invite", **{**link, "token": "guess"})[0] == 404
    assert ann.call("accept_invite", **link) == (200, {"owner_uid": owner.uid, "role": "viewer"})
    ann.refresh()
    assert ann.roles == {owner.uid: "viewer"}
    assert ann.read(f"{tree}/csv_uploads").status_code == 200
    assert ann.read(f"users/{ann.uid}/memberships/{owner.uid}").status_code == 200
    assert ann.read(f"{tree}/members").status_code == 403
    raw = f"csv_uploads/{owner.uid}/none-{uuid.uuid4().hex}/a.csv"
    assert ann.put_file(raw) == 403

    assert owner.call("set_role", member_uid=ann.uid, role="analyst")[0] == 200
    ann.refresh()
    assert ann.roles == {owner.uid: "analyst"}
    assert ann.put_file(raw) == 200
    assert ann.get_file(raw) == 200

    for _ in range(2):
        assert owner.call("remove_member", member_uid=ann.uid)[0] == 200
    assert ann.read(f"{tree}/csv_uploads").status_code == 403
    ann.refresh()
    assert ann.roles == {}
    assert ann.get_file(raw) == 403
    assert ann.call("accept_invite", **link)[0] == 404


def test_a_link_is_for_its_address_and_works_once(owner: Person) -> None:
    ann, eve, bob = sign_up("ann"), sign_up("eve"), sign_up("bob", verified=False)
    link = invite(owner, ann.email, "admin")
    status, refused = eve.call("accept_invite", **link)
    assert (status, refused["code"]) == (403, "invitation-of-another")
    assert ann.call("accept_invite", **link)[0] == 200
    assert ann.call("accept_invite", **link)[0] == 200  # her own, again
    assert eve.call("accept_invite", **link)[0] == 404
    status, refused = bob.call("accept_invite", **invite(owner, bob.email, "viewer"))
    assert (status, refused["code"]) == (403, "email-not-verified")
    status, refused = owner.call("accept_invite", **invite(owner, owner.email, "viewer"))
    assert (status, refused["code"]) == (400, "owner-unchangeable")


def test_nobody_reads_what_an_invitation_is_made_of(owner: Person) -> None:
    admin = join(owner, "admin", "admin")
    link = invite(owner, "someone@example.com", "viewer")
    shown = f"users/{owner.uid}/invitations/{link['invitation_id']}"
    hidden = f"users/{owner.uid}/invitation_tokens/{link['invitation_id']}"
    for person in (owner, admin):
        found = person.read(shown)
        assert found.status_code == 200
        assert link["token"] not in found.text
        assert person.read(hidden).status_code == 403
    assert owner.call("withdraw_invite", invitation_id=link["invitation_id"])[0] == 200
    assert "withdrawn" in owner.read(shown).text


def test_members_manage_only_whom_they_may(owner: Person) -> None:
    admin, analyst = join(owner, "admin", "admin"), join(owner, "analyst", "analyst")
    theirs = {"owner_uid": owner.uid}
    new = {"email": "new@example.com", **theirs}
    assert admin.call("invite_member", role="viewer", **new)[0] == 200
    assert admin.call("invite_member", role="admin", **new)[0] == 403
    assert admin.call("set_role", member_uid=analyst.uid, role="admin", **theirs)[0] == 403
    assert admin.call("set_role", member_uid=owner.uid, role="viewer", **theirs)[0] == 400
    assert admin.call("remove_member", member_uid=owner.uid, **theirs)[0] == 400
    assert analyst.call("invite_member", role="viewer", **new)[0] == 403
    assert analyst.call("set_role", member_uid=analyst.uid, role="admin", **theirs)[0] == 403
    assert analyst.call("remove_member", member_uid=admin.uid, **theirs)[0] == 403
    assert analyst.call("delete_account", **theirs)[0] == 403
    stranger = sign_up("stranger")
    assert stranger.call("invite_member", role="viewer", **new)[0] == 403
    assert stranger.call("remove_member", member_uid=analyst.uid, **theirs)[0] == 403
    assert analyst.call("remove_member", member_uid=analyst.uid, **theirs)[0] == 200
    assert analyst.read(f"users/{owner.uid}/csv_uploads").status_code == 403


@pytest.mark.parametrize(
    "request_data",
    [
        {"email": "not an address", "role": "viewer"},
        {"email": "a@example.com", "role": "owner"},
        {"email": "a@example.com", "role": "viewer", "extra": 1},
        {"email": "a@example.com", "role": "viewer", "owner_uid": "../x"},
        {"role": "viewer"},
    ],
)
def test_odd_requests_are_told_so(owner: Person, request_data: dict[str, Any]) -> None:
    assert owner.call("invite_member", **request_data)[0] in (400, 403)


def test_signing_out_everywhere_ends_the_sessions() -> None:
    person = sign_up("roamer")
    assert person.is_known()
    time.sleep(1.1)  # Auth counts in seconds
    assert person.call("sign_out_everywhere")[0] == 200
    assert not person.is_known()


def test_an_account_goes_with_everything_in_it() -> None:
    owner = sign_up("leaver")
    member = join(owner, "member", "viewer")
    elsewhere = sign_up("elsewhere")
    assert owner.call("accept_invite", **invite(elsewhere, owner.email, "analyst"))[0] == 200
    assert owner.call("delete_account")[0] == 200
    deadline = time.monotonic() + HANG_SECONDS
    while owner.refresh().ok or elsewhere.read(f"users/{elsewhere.uid}/members/{owner.uid}").ok:
        assert time.monotonic() < deadline, "the account is still there"
        time.sleep(1)
    while owner.read(f"users/{owner.uid}").status_code != 404:
        assert time.monotonic() < deadline, "the tree is still there"
        time.sleep(1)
    assert owner.read(f"users/{owner.uid}/invitations").json() == {}
    assert member.read(f"users/{owner.uid}/csv_uploads").status_code == 403
    assert member.read(f"users/{member.uid}/memberships").json() == {}
