"""The edge: who calls, is it valid, what may they learn on failure. Once, for all functions."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from firebase_functions import https_fn
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


# The SDK verifies callers' tokens with the default app, before any handler runs.
clients.admin_app()

P = TypeVar("P", bound=BaseModel)
CallHandler = Callable[[Caller, P], Any]
TaskHandler = Callable[[P], None]


def callable_function(
    payload: type[P],
) -> Callable[[CallHandler[P]], Callable[[https_fn.CallableRequest[Any]], Any]]:
    """Make ``handler(caller, payload)`` the body of an HTTPS callable."""

    def decorate(handler: CallHandler[P]) -> Callable[[https_fn.CallableRequest[Any]], Any]:
        @functools.wraps(handler)
        def call(request: https_fn.CallableRequest[Any]) -> Any:
            try:
                return handler(_caller(request), parse(payload, request.data))
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


def _caller(request: https_fn.CallableRequest[Any]) -> Caller:
    auth = request.auth
    if auth is None or not auth.uid:
        raise NotSignedIn("Sign in first.")
    token: dict[str, Any] = dict(auth.token or {})
    return Caller(
        uid=auth.uid,
        email=str(token.get("email", "")),
        email_verified=token.get("email_verified") is True,
    )


def _https_error(err: KindredError) -> https_fn.HttpsError:
    return https_fn.HttpsError(
        https_fn.FunctionsErrorCode(err.wire_code), err.message, err.as_dict()
    )
