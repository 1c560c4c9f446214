"""What the REST API answers instead of a result: a status, a code and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kindred.errors import (
    Conflict,
    InvalidInput,
    KindredError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
)

#: Errors of ours by the status that says the same over HTTP; the first that fits.
_STATUS: Final[Mapping[type[KindredError], int]] = {
    InvalidInput: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
RETRY_SECONDS: Final = 5  # after what passes by itself
MAX_RETRY_SECONDS: Final = 60
_GO_ON: Final = "Show the public price, and ask again in a minute."


class Refusal(KindredError):
    """An answer that isn't 2xx, with headers of its own."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.status = status
        self.headers = dict(headers or {})


def refusal_of(err: KindredError) -> Refusal:
    """What an error of ours is over HTTP."""
    if isinstance(err, Refusal):
        return err
    status = next((status for kind, status in _STATUS.items() if isinstance(err, kind)), 503)
    if status == 503:
        return Refusal(
            503, "unavailable", err.message, hint=err.hint or _GO_ON,
            headers={"Retry-After": str(RETRY_SECONDS)},
        )  # fmt: skip
    return Refusal(status, err.code, err.message, hint=err.hint)


def no_such_path() -> Refusal:
    return Refusal(
        404, "no-such-path", "There is nothing at this address.",
        hint="GET /api/v1/openapi.json says what there is.",
    )  # fmt: skip


def other_methods(allowed: str) -> Refusal:
    return Refusal(
        405, "method-not-allowed", "This address is asked in another way.",
        hint=f"Send {allowed}.", headers={"Allow": allowed},
    )  # fmt: skip


def no_key() -> Refusal:
    """The same without a key and with one that doesn't fit, however it doesn't."""
    return Refusal(
        401, "key-refused", "This needs a key that is right for it.",
        hint="Send `Authorization: Bearer kk_…` with a key that works, has the scope, and lists the"
        " page's origin; a key without origins is for servers.",
        headers={"WWW-Authenticate": 'Bearer realm="kindred"'},
    )  # fmt: skip


def not_this_source() -> Refusal:
    """The same whether the source exists or not."""
    return Refusal(
        403, "source-refused", "This key isn't for that source.",
        hint="Ask for one of the sources that the key was made for.",
    )  # fmt: skip


def too_many(seconds: int) -> Refusal:
    after = min(max(1, seconds), MAX_RETRY_SECONDS)
    return Refusal(
        429, "too-many-requests", "That was too much in this minute.",
        hint="Ask again after the seconds in Retry-After, and for many products at once.",
        headers={"Retry-After": str(after)},
    )  # fmt: skip


def failed(reference: str) -> Refusal:
    return Refusal(
        503, "unavailable", f"Something went wrong on our side (reference {reference}).",
        hint=_GO_ON,
        headers={"Retry-After": str(RETRY_SECONDS)},
    )  # fmt: skip
