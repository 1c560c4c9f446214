"""Who may accept an invitation, and what everybody else learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.accounts.invitations import (
    LIFETIME,
    Invitation,
    check_acceptable,
    hash_secret,
    new_secret,
    same_address,
)
from kindred.errors import Conflict, KindredError, NotAllowed, NotFound

NOW = datetime(2026, 3, 1, tzinfo=UTC)
INVITATION = Invitation(
    id="i1",
    email="ann@example.com",
    role="analyst",
    status="pending",
    created_at=NOW,
    expires_at=NOW + LIFETIME,
    invited_by="owner",
)


def accept(invitation: Invitation | None = INVITATION, **changes: Any) -> Invitation:
    sent = {
        "secret": "s",
        "email": "ann@example.com",
        "email_verified": True,
        "inviter": "owner",
        "now": NOW,
    }
    stored = changes.pop("stored", hash_secret("s"))
    return check_acceptable(invitation, stored, **{**sent, **changes})


def test_the_right_person_with_the_link_may_accept() -> None:
    assert accept() == INVITATION


@pytest.mark.parametrize("email", ["Ann@Example.com", " ann@example.com "])
def test_an_address_is_one_address_however_it_is_spelt(email: str) -> None:
    assert accept(email=email) == INVITATION


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("straße@example.com", "strasse@example.com"),
        ("\N{KELVIN SIGN}ate@example.com", "kate@example.com"),
        ("\N{LATIN SMALL LETTER LONG S}am@example.com", "sam@example.com"),
        ("ann@ex\N{LATIN SMALL LIGATURE FI}.com", "ann@exfi.com"),
        ("ÄNN@example.com", "änn@example.com"),
        ("İ@example.com", "i̇@example.com"),
    ],
)
def test_letters_that_only_look_alike_or_fold_together_make_two_addresses(
    one: str, other: str
) -> None:
    assert not same_address(one, other)
    with pytest.raises(NotAllowed):
        accept(replace(INVITATION, email=one), email=other)


@given(st.text(), st.text())
def test_addresses_are_the_same_only_if_letters_differ_by_ascii_case(one: str, other: str) -> None:
    if same_address(one, other):
        pairs = zip(one.strip(), other.strip(), strict=True)
        assert all(a == b or ((a + b).isascii() and a.lower() == b.lower()) for a, b in pairs)


@pytest.mark.parametrize(
    ("inviter", "role", "good"),
    [
        ("owner", "admin", True),
        ("admin", "analyst", True),
        ("admin", "viewer", True),
        ("admin", "admin", False),  # an owner's invitation can't pass for an admin's
        ("analyst", "viewer", False),
        ("viewer", "viewer", False),
        (None, "viewer", False),
    ],
)
def test_an_invitation_holds_while_its_sender_may_still_send_it(
    inviter: Any, role: Any, good: bool
) -> None:
    invitation = replace(INVITATION, role=role)
    if good:
        assert accept(invitation, inviter=inviter) == invitation
    else:
        with pytest.raises(NotFound):
            accept(invitation, inviter=inviter)


def test_a_wrong_secret_and_no_invitation_look_alike() -> None:
    def refusal(**changes: Any) -> dict[str, str]:
        with pytest.raises(NotFound) as refused:
            accept(**changes)
        return refused.value.as_dict()

    other = {"email": "eve@example.com", "email_verified": False}
    told = [
        refusal(invitation=None, stored=None),
        refusal(secret="wrong"),
        refusal(secret=""),
        refusal(secret="wrong", **other),
        refusal(stored=None, secret=""),
        refusal(invitation=replace(INVITATION, status="accepted")),
        refusal(invitation=replace(INVITATION, status="withdrawn")),
        refusal(secret="wrong", now=NOW + 2 * LIFETIME),
        refusal(inviter=None),
    ]
    assert all(answer == told[0] for answer in told)


def test_the_link_ends_after_seven_days() -> None:
    accept(now=NOW + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        accept(now=NOW + timedelta(days=7))
    assert refused.value.code == "invitation-expired"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "eve@example.com"}, "invitation-of-another"),
        ({"email": ""}, "invitation-of-another"),
        ({"email_verified": False}, "email-not-verified"),
    ],
)
def test_the_link_alone_is_not_enough(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        accept(**changes)
    assert refused.value.code == code


def test_no_two_secrets_are_alike_and_none_is_stored() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(len(secret) >= 40 and secret not in hash_secret(secret) for secret in made)


def test_errors_hold_no_address() -> None:
    with pytest.raises(KindredError) as refused:
        accept(email="eve@example.com")
    assert "@" not in str(refused.value.as_dict())
