"""The edge: who calls, is it valid, what may they learn on failure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import flask
import pytest
from firebase_functions import https_fn, tasks_fn
from kindred import clients, edge, errors
from kindred.edge import MAY_CHANGE, MAY_DELETE, MAY_READ, OWNER_ONLY, Caller
from kindred.wire import Payload

SECRET = "ann.smith@example.com"


class Greeting(Payload):
    name: str


def request(data: Any = None, uid: str | None = "merchant", **token: Any) -> Any:
    token = {"email_verified": True, **token}
    auth = SimpleNamespace(uid=uid, token=token) if uid is not None else None
    return SimpleNamespace(auth=auth, data={"name": "x"} if data is None else data)


@pytest.fixture(autouse=True)
def erased(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The accounts that are no more."""
    gone: set[str] = set()
    monkeypatch.setattr(Caller, "is_erased", lambda caller: caller.uid in gone)
    return gone


def every_error() -> list[type[errors.KindredError]]:
    found, waiting = [], [errors.KindredError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__ == "kindred.errors"]


def make_error(kind: type[errors.KindredError]) -> errors.KindredError:
    if kind is errors.MappingNeeded:
        return errors.MappingNeeded("Columns.", detected={"mapping": {}}, hint="Say which.")
    return kind("What happened.", hint="What to do.")


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: str(kind.__name__))
def test_an_expected_error_crosses_the_wire_with_its_code(kind: type[errors.KindredError]) -> None:
    error = make_error(kind)

    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> None:
        raise error

    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request())
    assert refused.value.code == https_fn.FunctionsErrorCode(kind.wire_code)
    assert refused.value.details == error.as_dict()
    assert set(error.as_dict()) == {"code", "message", "hint"}


@pytest.mark.parametrize(
    ("error", "wire_code"),
    [
        (errors.NotSignedIn, "unauthenticated"),
        (errors.NotAllowed, "permission-denied"),
        (errors.NotFound, "not-found"),
        (errors.InvalidInput, "invalid-argument"),
        (errors.UploadRejected, "invalid-argument"),
        (errors.Conflict, "failed-precondition"),
        (errors.Unavailable, "unavailable"),
    ],
)
def test_wire_codes_are_those_clients_rely_on(
    error: type[errors.KindredError], wire_code: str
) -> None:
    assert error.wire_code == wire_code


def test_an_unexpected_error_gives_a_reference_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> None:
        raise RuntimeError(f"{greeting.name} is broken")

    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request({"name": SECRET}, email=SECRET, name=SECRET))
    assert refused.value.code == https_fn.FunctionsErrorCode.INTERNAL
    told = f"{refused.value.message} {refused.value.details}"
    assert SECRET not in told
    reference = refused.value.message.split("reference ")[1].rstrip(").")
    logged = capsys.readouterr().err
    assert reference in logged, "the reference leads to the log"
    assert "RuntimeError" in logged
    assert SECRET not in logged


@pytest.mark.parametrize("uid", [None, ""])
def test_nobody_gets_in_without_a_name(uid: str | None) -> None:
    called = []

    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> None:
        called.append(caller)

    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request(uid=uid))
    assert refused.value.code == https_fn.FunctionsErrorCode.UNAUTHENTICATED
    assert not called


def test_who_is_nobody_learns_nothing_about_the_request() -> None:
    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> None:
        raise AssertionError

    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request({"wrong": 1}, uid=None))
    assert refused.value.code == https_fn.FunctionsErrorCode.UNAUTHENTICATED


def test_a_handler_gets_the_caller_and_what_they_asked() -> None:
    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> dict[str, Any]:
        return {"who": caller.uid, "name": greeting.name}

    assert greet(request()) == {"who": "merchant", "name": "x"}
    assert greet.__name__ == "greet", "functions are deployed by their name"


@pytest.mark.parametrize("claim", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_nothing_but_what_says_so(claim: Any) -> None:
    @edge.callable_function(Greeting)
    def greet(caller: Caller, greeting: Greeting) -> None:
        raise AssertionError

    @edge.callable_function(Greeting, unverified=True)
    def leave(caller: Caller, greeting: Greeting) -> bool:
        return caller.email_verified

    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request({"wrong": 1}, email_verified=claim))
    assert refused.value.code == https_fn.FunctionsErrorCode.PERMISSION_DENIED
    assert refused.value.details["code"] == "email-not-verified"
    assert leave(request(email_verified=claim)) is False, "only a true claim counts"
    assert leave(request()) is True


@pytest.mark.parametrize("unverified", [True, False])
def test_the_token_of_an_account_that_is_no_more_opens_nothing(
    erased: set[str], unverified: bool
) -> None:
    @edge.callable_function(Greeting, unverified=unverified)
    def greet(caller: Caller, greeting: Greeting) -> None:
        raise AssertionError

    erased.add("merchant")
    with pytest.raises(https_fn.HttpsError) as refused:
        greet(request())
    assert refused.value.code == https_fn.FunctionsErrorCode.UNAUTHENTICATED


def test_a_callers_address_does_not_show_when_they_are_printed() -> None:
    assert SECRET not in repr(Caller("u", email=SECRET))


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: str(kind.__name__))
def test_a_task_is_tried_again_only_for_what_may_pass(kind: type[errors.KindredError]) -> None:
    @edge.task_function(Greeting)
    def work(greeting: Greeting) -> None:
        raise make_error(kind)

    if issubclass(kind, errors.Unavailable):
        with pytest.raises(https_fn.HttpsError):
            work(request())
    else:
        assert work(request()) == {}


def test_a_task_is_tried_again_for_what_nobody_foresaw(capsys: pytest.CaptureFixture[str]) -> None:
    @edge.task_function(Greeting)
    def work(greeting: Greeting) -> None:
        raise RuntimeError(greeting.name)

    with pytest.raises(https_fn.HttpsError) as failed:
        work(request({"name": SECRET}))
    assert failed.value.code == https_fn.FunctionsErrorCode.INTERNAL
    logged = capsys.readouterr().err
    assert "RuntimeError" in logged
    assert SECRET not in logged


def test_nor_does_the_sdk_log_what_a_failed_task_was_about(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(greeting: Greeting) -> None:
        raise RuntimeError(greeting.name)

    deployed = tasks_fn.on_task_dispatched()(edge.task_function(Greeting)(work))
    with flask.Flask("x").test_request_context(json={"data": {"name": SECRET}}, method="POST"):
        answer = deployed(flask.request)
    assert answer.status_code == 500, "else Cloud Tasks takes it for done"
    assert SECRET not in answer.get_data(as_text=True) + caplog.text


@pytest.mark.parametrize("data", [{}, {"name": 1}, [], "x", {"name": "x", "more": 1}])
def test_rubbish_in_a_task_ends_it_without_work(data: Any) -> None:
    @edge.task_function(Greeting)
    def work(greeting: Greeting) -> None:
        raise AssertionError("worked on rubbish")

    assert work(request(data)) == {}


class Members:
    """Member documents by path, as the client gives them."""

    def __init__(self, **roles: Any) -> None:
        self.roles = roles
        self.asked: list[str] = []

    def document(self, path: str) -> Any:
        self.asked.append(path)
        member = path.removeprefix("users/owner/members/")
        found = {"role": self.roles[member]} if member in self.roles else None
        snapshot = SimpleNamespace(exists=found is not None, to_dict=lambda: found)
        return SimpleNamespace(get=lambda: snapshot)


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch) -> Members:
    made = Members(
        adam="admin", anna="analyst", vera="viewer", eve="owner", bad="superuser", none=None
    )
    monkeypatch.setattr(clients, "firestore", lambda: made)
    return made


@pytest.mark.parametrize(
    ("uid", "allowed"),
    [
        ("owner", {"read", "change", "delete", "own"}),
        ("adam", {"read", "change", "delete"}),
        ("anna", {"read", "change"}),
        ("vera", {"read"}),
        ("eve", set()),  # nobody becomes owner by a member document
        ("bad", set()),
        ("none", set()),
        ("stranger", set()),
    ],
)
def test_roles_may_what_the_table_says(members: Members, uid: str, allowed: set[str]) -> None:
    for act, roles in {
        "read": MAY_READ,
        "change": MAY_CHANGE,
        "delete": MAY_DELETE,
        "own": OWNER_ONLY,
    }.items():
        if act in allowed:
            assert Caller(uid).require("owner", roles)
        else:
            with pytest.raises(errors.NotAllowed):
                Caller(uid).require("owner", roles)


def test_the_owner_pays_no_read(members: Members) -> None:
    Caller("owner").require("owner", MAY_DELETE)
    assert members.asked == []


def test_a_token_does_not_stand_for_a_member_document(members: Members) -> None:
    @edge.callable_function(Greeting)
    def read(caller: Caller, greeting: Greeting) -> None:
        caller.require("owner", MAY_READ)

    with pytest.raises(https_fn.HttpsError) as refused:
        read(request(uid="stranger", roles={"owner": "admin"}))
    assert refused.value.code == https_fn.FunctionsErrorCode.PERMISSION_DENIED


@pytest.mark.parametrize("owner", ["", "../x", "a/b", "__x__"])
def test_a_merchant_that_climbs_is_refused(members: Members, owner: str) -> None:
    with pytest.raises(errors.InvalidInput):
        Caller("stranger").require(owner, MAY_READ)
    assert members.asked == []
