"""Who may manage whom, and what fits into a claim."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from firebase_admin._auth_utils import validate_custom_claims
from hypothesis import given
from hypothesis import strategies as st
from kindred.accounts.members import (
    MEMBER_ROLES,
    ActorRole,
    check_may_manage,
    check_not_owner,
    with_roles,
)
from kindred.errors import Conflict, NotAllowed

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_owner_manages_everybody() -> None:
    for role in MEMBER_ROLES:
        check_may_manage("owner", role)


def test_an_admin_manages_analysts_and_viewers_but_no_admins() -> None:
    check_may_manage("admin", "analyst", "viewer")
    with pytest.raises(NotAllowed):
        check_may_manage("admin", "admin")
    with pytest.raises(NotAllowed):
        check_may_manage("admin", "viewer", "admin")


@pytest.mark.parametrize("actor", ["analyst", "viewer"])
def test_nobody_else_manages_anybody(actor: ActorRole) -> None:
    for role in MEMBER_ROLES:
        with pytest.raises(NotAllowed):
            check_may_manage(actor, role)
    with pytest.raises(NotAllowed):
        check_may_manage(actor)


def test_the_owner_is_no_member() -> None:
    check_not_owner("owner", "member")
    with pytest.raises(Conflict, match="owner"):
        check_not_owner("owner", "owner")


def test_roles_replace_the_old_ones_and_leave_other_claims() -> None:
    claims = {"roles": {"a": "admin"}, "plan": "pro"}
    assert with_roles(claims, {"b": "viewer"}) == {"plan": "pro", "roles": {"b": "viewer"}}
    assert with_roles(claims, {}) == {"plan": "pro"}
    assert claims["roles"] == {"a": "admin"}


@given(
    st.dictionaries(st.text("abcXYZ09", min_size=28, max_size=28), st.sampled_from(MEMBER_ROLES))
)
def test_claims_fit_or_are_refused(roles: dict[str, str]) -> None:
    try:
        merged = with_roles({}, roles)
    except Conflict:
        with pytest.raises(ValueError, match="must not exceed"):
            validate_custom_claims(json.dumps({"roles": roles}))
    else:
        validate_custom_claims(json.dumps(merged))  # as the SDK does before it sends them
        assert merged.get("roles", {}) == roles


@pytest.mark.parametrize("count", range(20, 27))
def test_teams_are_refused_exactly_where_firebase_would(count: int) -> None:
    roles = {f"{n:028}": "analyst" for n in range(count)}
    try:
        validate_custom_claims(json.dumps({"roles": roles}))
    except ValueError:
        with pytest.raises(Conflict):
            with_roles({}, roles)
    else:
        assert with_roles({}, roles) == {"roles": roles}
