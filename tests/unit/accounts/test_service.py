"""Inviting, joining, changing, leaving, deleting: with teams and sign-ins in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from kindred.accounts import service
from kindred.accounts.invitations import MAX_PENDING
from kindred.accounts.members import MAX_CLAIMS_LENGTH, ActorRole, Member, MemberRole
from kindred.errors import Conflict, NotAllowed, NotFound, Unavailable
from kindred.paths import Source
from unit.accounts.fakes import FakeDirectory, FakeEstate, FakeTeams

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANN = "ann@example.com"


class World:
    def __init__(self) -> None:
        self.teams, self.directory, self.estate = FakeTeams(), FakeDirectory(), FakeEstate()
        for uid in ("owner", "ann", "bob"):
            self.directory.custom[uid] = {}

    def invite(
        self, email: str = ANN, role: MemberRole = "analyst", actor: ActorRole = "owner"
    ) -> tuple[str, str]:
        invitation, secret = service.invite_member(
            "owner", email, role, actor=actor, actor_uid="owner", teams=self.teams, now=NOW
        )
        return invitation.id, secret

    def accept(
        self, link: tuple[str, str], uid: str = "ann", email: str = ANN, days: float = 0
    ) -> str:
        return service.accept_invite(
            "owner",
            *link,
            uid=uid,
            email=email,
            email_verified=True,
            teams=self.teams,
            directory=self.directory,
            now=NOW + timedelta(days=days),
        )

    def join(self, uid: str = "ann", role: MemberRole = "analyst") -> None:
        self.accept(self.invite(f"{uid}@example.com", role), uid, f"{uid}@example.com")

    def set_role(self, uid: str, role: MemberRole, actor: ActorRole = "owner") -> None:
        service.set_role(
            "owner", uid, role, actor=actor, teams=self.teams, directory=self.directory
        )

    def remove(self, uid: str, actor: ActorRole | None = "owner", by: str = "owner") -> None:
        service.remove_member(
            "owner", uid, actor=actor, actor_uid=by, teams=self.teams, directory=self.directory
        )

    def erase(self, deleted: list[Source] | None = None, *, now: datetime = NOW) -> None:
        service.erase_account(
            "owner",
            estate=self.estate,
            teams=self.teams,
            directory=self.directory,
            delete_source=(deleted if deleted is not None else []).append,
            now=now,
        )


@pytest.fixture
def world() -> World:
    return World()


def test_joining_makes_member_mirror_and_claim(world: World) -> None:
    link = world.invite(role="viewer")
    assert world.accept(link) == "viewer"
    assert world.teams.roles("owner") == {"ann": "viewer"}
    assert world.teams.mirrors == {("ann", "owner"): "viewer"}
    assert world.directory.custom["ann"] == {"roles": {"owner": "viewer"}}
    assert world.teams.hashes == {}


def test_a_link_works_once(world: World) -> None:
    link = world.invite()
    world.accept(link)
    world.remove("ann")
    with pytest.raises(NotFound):
        world.accept(link)
    with pytest.raises(NotFound):
        world.accept(link, uid="bob")
    assert world.teams.roles("owner") == {}


def test_joining_again_repairs_a_claim_that_failed_to_follow(world: World) -> None:
    link = world.invite()
    world.accept(link)
    world.directory.custom["ann"] = {}
    assert world.accept(link, days=30) == "analyst"
    assert world.directory.custom["ann"] == {"roles": {"owner": "analyst"}}


def test_the_owner_does_not_join_their_own_team(world: World) -> None:
    with pytest.raises(Conflict):
        world.accept(world.invite("owner@example.com"), uid="owner", email="owner@example.com")


def test_a_second_invitation_makes_the_first_worthless(world: World) -> None:
    first = world.invite()
    second = world.invite("ANN@example.com", "viewer")
    with pytest.raises(NotFound):
        world.accept(first)
    assert world.accept(second) == "viewer"


def test_a_withdrawn_invitation_is_worthless(world: World) -> None:
    link = world.invite()
    service.withdraw_invite("owner", link[0], actor="owner", teams=world.teams)
    service.withdraw_invite("owner", link[0], actor="owner", teams=world.teams)
    with pytest.raises(NotFound):
        world.accept(link)


def test_withdrawing_after_the_fact_does_not_undo_it(world: World) -> None:
    link = world.invite()
    world.accept(link)
    service.withdraw_invite("owner", link[0], actor="owner", teams=world.teams)
    assert world.teams.invitations["owner", link[0]].status == "accepted"


def test_a_member_is_not_invited_again(world: World) -> None:
    world.join()
    with pytest.raises(Conflict) as refused:
        world.invite()
    assert refused.value.code == "already-member"


def test_open_invitations_are_limited(world: World) -> None:
    for number in range(MAX_PENDING):
        world.invite(f"p{number}@example.com")
    with pytest.raises(Conflict) as refused:
        world.invite("one-more@example.com")
    assert refused.value.code == "too-many-invitations"
    world.invite("p0@example.com")  # takes the place of its first


def test_an_admin_neither_invites_nor_touches_admins(world: World) -> None:
    world.join("ann", "admin")
    with pytest.raises(NotAllowed):
        world.invite("new@example.com", "admin", actor="admin")
    with pytest.raises(NotAllowed):
        world.set_role("ann", "viewer", actor="admin")
    with pytest.raises(NotAllowed):
        world.remove("ann", actor="admin", by="other")
    link = world.invite("boss@example.com", "admin")
    with pytest.raises(NotAllowed):
        service.withdraw_invite("owner", link[0], actor="admin", teams=world.teams)
    with pytest.raises(NotAllowed):
        world.invite("boss@example.com", "viewer", actor="admin")
    world.join("bob", "viewer")
    with pytest.raises(NotAllowed):
        world.set_role("bob", "admin", actor="admin")
    world.set_role("bob", "analyst", actor="admin")
    world.remove("bob", actor="admin", by="ann")
    assert world.teams.roles("owner") == {"ann": "admin"}


def test_a_role_changes_everywhere_at_once(world: World) -> None:
    world.join()
    for _ in range(2):
        world.set_role("ann", "admin")
        assert world.teams.roles("owner") == {"ann": "admin"}
        assert world.teams.mirrors == {("ann", "owner"): "admin"}
        assert world.directory.custom["ann"] == {"roles": {"owner": "admin"}}


def test_nobody_gets_a_role_without_having_joined(world: World) -> None:
    with pytest.raises(NotFound):
        world.set_role("bob", "admin")
    assert world.directory.custom["bob"] == {}


def test_the_owner_cannot_be_demoted_or_removed(world: World) -> None:
    with pytest.raises(Conflict):
        world.set_role("owner", "viewer")
    with pytest.raises(Conflict):
        world.remove("owner")


def test_removing_takes_everything_and_may_be_repeated(world: World) -> None:
    world.join()
    for _ in range(2):
        world.remove("ann")
        assert world.teams.member_documents == {}
        assert world.teams.mirrors == {}
        assert world.directory.custom["ann"] == {}


def test_everybody_may_leave_but_not_take_others_along(world: World) -> None:
    world.join("ann", "viewer")
    world.join("bob", "viewer")
    with pytest.raises(NotAllowed):
        world.remove("bob", actor=None, by="ann")
    world.remove("ann", actor=None, by="ann")
    assert world.teams.roles("owner") == {"bob": "viewer"}


def test_other_claims_and_other_teams_stay(world: World) -> None:
    world.directory.custom["ann"] = {"plan": "pro"}
    world.teams.mirrors["ann", "elsewhere"] = "admin"
    world.join()
    world.remove("ann")
    assert world.directory.custom["ann"] == {"plan": "pro", "roles": {"elsewhere": "admin"}}


def test_too_many_teams_are_refused_before_anything_is_written(world: World) -> None:
    for number in range(24):
        world.teams.mirrors["ann", f"{number:028}"] = "analyst"
    with pytest.raises(Conflict) as refused:
        world.accept(world.invite())
    assert refused.value.code == "too-many-teams"
    assert world.teams.member_documents == {}


def test_other_claims_take_their_room_too(world: World) -> None:
    world.directory.custom["ann"] = {"plan": "p" * 990}
    with pytest.raises(Conflict):
        world.accept(world.invite())
    assert world.teams.member_documents == {}


def test_a_role_whose_name_no_longer_fits_is_refused_before_it_is_written(world: World) -> None:
    world.join("ann", "admin")
    room = MAX_CLAIMS_LENGTH - len(json.dumps({"plan": "", "roles": {"owner": "admin"}}))
    world.directory.custom["ann"] = {"plan": "p" * room, "roles": {"owner": "admin"}}
    with pytest.raises(Conflict):
        world.set_role("ann", "analyst")
    assert world.teams.roles("owner") == {"ann": "admin"}


def test_two_changes_that_meet_end_in_what_the_documents_say(world: World) -> None:
    world.join()

    def meanwhile(teams: FakeTeams) -> None:
        teams.before_next = lambda later: later.mirrors.update({("ann", "x"): "viewer"})

    world.teams.before_next = meanwhile
    service.sync_claims("ann", teams=world.teams, directory=world.directory)
    assert world.directory.custom["ann"] == {"roles": {"owner": "analyst", "x": "viewer"}}


def test_deleting_an_account_needs_the_mark(world: World) -> None:
    with pytest.raises(Conflict):
        world.erase()
    assert world.estate.erased == []
    assert world.directory.closed == set()


def test_an_account_goes_step_by_step_and_wholly(world: World) -> None:
    world.join()
    world.teams.member_documents["elsewhere", "owner"] = Member("owner", "viewer", "", NOW, "x")
    world.teams.mirrors["owner", "elsewhere"] = "viewer"
    source, going = Source("owner", "csv", "u1"), Source("owner", "csv", "u2")
    world.estate.found = {source: "ready", going: "deleting"}
    enqueued: list[str] = []
    service.delete_account(
        "owner", estate=world.estate, now=NOW, enqueue=lambda uid, now: enqueued.append(uid)
    )
    assert enqueued == ["owner"]

    deleted: list[Source] = []
    with pytest.raises(Unavailable):
        world.erase(deleted)
    assert deleted == [source]
    assert world.directory.closed == {"owner"}
    assert world.teams.member_documents == {}
    assert world.directory.custom["ann"] == {}
    assert "owner" in world.directory.custom

    world.estate.found = {}
    world.erase()
    assert world.estate.erased == ["owner"]
    assert "owner" not in world.directory.custom
    world.erase()
    assert world.estate.erased == ["owner"], "there is nothing left"


def test_no_single_source_keeps_an_account_from_going(world: World) -> None:
    stuck = Source("owner", "csv", "u1")
    world.directory.custom["owner"] = {}
    world.estate.found = {stuck: "deleting"}
    world.estate.mark_deleting("owner", NOW)
    with pytest.raises(Unavailable):
        world.erase(now=NOW + timedelta(hours=5))
    world.erase(now=NOW + timedelta(hours=7))
    assert world.estate.erased == ["owner"]


def test_a_source_that_cannot_be_marked_goes_with_the_tree(world: World) -> None:
    def refuse(source: Source) -> None:
        raise ValueError("it is too large")

    world.directory.custom["owner"] = {}
    world.estate.found = {Source("owner", "csv", "u1"): "ready"}
    world.estate.mark_deleting("owner", NOW)
    service.erase_account(
        "owner",
        estate=world.estate,
        teams=world.teams,
        directory=world.directory,
        delete_source=refuse,
        now=NOW,
    )
    assert world.estate.erased == ["owner"]


@pytest.mark.parametrize("room", ["estate", "directory"])
def test_an_account_that_went_halfway_goes_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    world.estate.mark_deleting("owner", NOW)
    if room == "estate":
        world.estate.fails = ["the network has gone"]
    delete, calls = world.directory.delete, []

    def flaky(uid: str) -> None:
        calls.append(uid)
        if room == "directory" and len(calls) == 1:
            raise ConnectionError("the network has gone")
        delete(uid)

    monkeypatch.setattr(world.directory, "delete", flaky)
    with pytest.raises(ConnectionError):
        world.erase()
    world.erase()
    assert world.estate.erased == ["owner"]
    assert "owner" not in world.directory.custom, "an address that nobody would remove any more"
