"""The edge: who calls, is it valid, what may they learn on failure. Once, for all functions."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from firebase_functions import https_fn
from flask import Request, Response
from pydantic import BaseModel

from kindred import clients, log, paths
from kindred.errors import KindredError, NotAllowed, NotSignedIn, Unavailable
from kindred.wire import parse

Role = Literal["owner", "admin", "analyst", "viewer"]

MAY_READ: Final[tuple[Role, ...]] = ("owner", "admin", "analyst", "viewer")
MAY_CHANGE: Final[tuple[Role, ...]] = ("owner", "admin", "analyst")
MAY_DELETE: Final[tuple[Role, ...]] = ("owner", "admin")
OWNER_ONLY: Final[tuple[Role, ...]] = ("owner",)


@dataclass(frozen=True)
class Caller:
    """A signed-in user. What they may do with a merchant's data is asked for with `require`."""

    uid: str
    email: str = field(default="", repr=False)
    email_verified: bool = False

    def is_erased(self) -> bool:
        """Whether the account has been deleted since its token was made."""
        mark = clients.firestore().document(paths.erased_account_path(self.uid)).get()
        return bool(mark.exists)

    def role(self, owner_uid: str) -> Role | None:
        """This caller's role with a merchant; the owner needs no member document."""
        if self.uid == paths.check_id(owner_uid, "user id"):
            return "owner"
        member = clients.firestore().document(paths.member_path(owner_uid, self.uid)).get()
        role = (member.to_dict() or {}).get("role") if member.exists else None
        return role if role in ("admin", "analyst", "viewer") else None

    def require(self, owner_uid: str, roles: tuple[Role, ...]) -> Role:
        """Return the caller's role, or raise `NotAllowed`: the same for 'no such merchant'."""
        role = self.role(owner_uid)
        if role not in roles:
            raise NotAllowed(
                "You may not do that with this merchant's data.",
                hint="Ask the owner or an admin for access.",
            )
        return role


#: Of a callable's body; those that take more say so.
MAX_BODY_BYTES: Final = 100_000
MAX_DEPTH: Final = 60

# The SDK verifies callers' tokens with the default app, before any handler runs.
clients.admin_app()
log.keep_out_values_of("firebase_functions")

P = TypeVar("P", bound=BaseModel)
CallHandler = Callable[[Caller, P], Any]
TaskHandler = Callable[[P], None]


def on_call(
    *, max_body_bytes: int = MAX_BODY_BYTES, **options: Any
) -> Callable[[Callable[..., Any]], Callable[[Request], Response]]:
    """`https_fn.on_call` behind a check that the body is a callable's at all.

    The SDK answers a body that is no JSON with 500, logs what it doesn't know as it came, and holds
    what it parses in some 25 times the memory, whoever sent it.
    """

    def decorate(function: Callable[..., Any]) -> Callable[[Request], Response]:
        made: Any = https_fn.on_call(**options)(function)
        answer: Callable[[Request], Response] = made  # what it is, not what it is annotated

        @functools.wraps(answer)
        def guarded(request: Request) -> Response:
            if request.method == "POST" and not _is_call(request, max_body_bytes):
                log.event("call_unreadable", severity="NOTICE", function=function.__name__)
                return Response(_UNREADABLE, 400, content_type="application/json")
            return answer(request)

        return guarded

    return decorate


_UNREADABLE: Final = json.dumps(
    {
        "error": {
            "status": "INVALID_ARGUMENT",
            "message": "Send JSON: an object with only `data`, not too long and not too deep.",
        }
    }
)


def _is_call(request: Request, max_bytes: int) -> bool:
    """Whether a request's body is what the callable protocol says, of a size and depth to parse."""
    if request.mimetype != "application/json":
        return False
    if not 0 < (request.content_length or 0) <= max_bytes:  # callables' clients say it
        return False
    try:
        body = json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.keys() == {"data"} and not is_deep(body)


def is_deep(body: object) -> bool:
    """Whether values lie in more than `MAX_DEPTH` others; found without recursion."""
    level: list[object] = [body]
    for _ in range(MAX_DEPTH):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = inner
    return bool(level)


def callable_function(
    payload: type[P], *, unverified: bool = False, erased: bool = False
) -> Callable[[CallHandler[P]], Callable[[https_fn.CallableRequest[Any]], Any]]:
    """Make ``handler(caller, payload)`` the body of an HTTPS callable.

    ``unverified``: also for accounts whose address isn't verified; ``erased``: also for those that
    are being erased.
    """

    def decorate(handler: CallHandler[P]) -> Callable[[https_fn.CallableRequest[Any]], Any]:
        @functools.wraps(handler)
        def call(request: https_fn.CallableRequest[Any]) -> Any:
            try:
                caller = _caller(request, unverified=unverified, erased=erased)
                return handler(caller, parse(payload, request.data))
            except KindredError as err:
                log.event(
                    "call_refused",
                    severity="NOTICE",
                    function=handler.__name__,
                    code=err.code,
                )
                raise _https_error(err) from err
            except Exception as err:
                reference = uuid.uuid4().hex[:12]
                log.failure("call_failed", err, function=handler.__name__, reference=reference)
                raise https_fn.HttpsError(
                    https_fn.FunctionsErrorCode.INTERNAL,
                    f"Something went wrong on our side (reference {reference}).",
                    {"code": "internal", "message": "", "hint": "Try again in a minute."},
                ) from err

        return call

    return decorate


def task_function(
    payload: type[P],
) -> Callable[[TaskHandler[P]], Callable[[https_fn.CallableRequest[Any]], Any]]:
    """Make ``handler(payload)`` the body of a task.

    Only what may pass by itself (`Unavailable`, or an error we didn't foresee) leads to a retry;
    any other failure is logged and ends the task, since the platform retries every non-2xx.
    """

    def decorate(handler: TaskHandler[P]) -> Callable[[https_fn.CallableRequest[Any]], Any]:
        @functools.wraps(handler)
        def run(request: https_fn.CallableRequest[Any]) -> Any:
            try:
                handler(parse(payload, request.data))
            except Unavailable as err:
                log.event("task_postponed", function=handler.__name__, code=err.code)
                raise _https_error(err) from err
            except KindredError as err:
                log.event(
                    "task_refused", severity="ERROR", function=handler.__name__, code=err.code
                )
            except Exception as err:
                log.failure("task_failed", err, function=handler.__name__)
                # Not the error itself: the SDK would log its text, which may quote a customer.
                raise https_fn.HttpsError(
                    https_fn.FunctionsErrorCode.INTERNAL, "This task failed."
                ) from err
            return {}

        return run

    return decorate


def event_function(handler: Callable[[Any], None]) -> Callable[[Any], None]:
    """Make ``handler(event)`` the body of an event: what fails is logged without a file's name."""

    @functools.wraps(handler)
    def run(event: Any) -> None:
        try:
            handler(event)
        except Exception as err:  # noqa: BLE001 - another is raised in its place
            log.failure("event_failed", err, function=handler.__name__)
            # Not the error itself: the platform would log its text, with the path of a file.
            raise RuntimeError("This event failed.") from None

    return run


def _caller(request: https_fn.CallableRequest[Any], *, unverified: bool, erased: bool) -> Caller:
    auth = request.auth
    if auth is None or not auth.uid:
        raise NotSignedIn("Sign in first.")
    token: dict[str, Any] = dict(auth.token or {})
    caller = Caller(
        uid=auth.uid,
        email=str(token.get("email", "")),
        email_verified=token.get("email_verified") is True,
    )
    if not caller.email_verified and not unverified:
        raise NotAllowed(
            "Your address isn't verified yet.",
            code="email-not-verified",
            hint="Open the link in the verification mail, sign in again, and come back.",
        )
    if not erased and caller.is_erased():
        raise NotSignedIn("This account was deleted.")
    return caller


def _https_error(err: KindredError) -> https_fn.HttpsError:
    return https_fn.HttpsError(
        https_fn.FunctionsErrorCode(err.wire_code), err.message, err.as_dict()
    )
