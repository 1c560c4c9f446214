"""Every error Kindred raises on purpose, in one tree.

KindredError                    code, message, hint; knows how it crosses the wire
 +-- InvalidInput               what the caller sent can't be used            (invalid-argument)
 |    +-- UploadRejected        a file that can't be read as customer data
 |    |    +-- MappingNeeded    readable, but its columns aren't clear enough
 |    +-- OptionRefused         an option that doesn't exist or isn't built
 +-- NotSignedIn                no caller                                     (unauthenticated)
 +-- NotAllowed                 a caller who may not do this                  (permission-denied)
 +-- NotFound                   no such source, run, customer, invitation     (not-found)
 |    +-- SourceGone            the source's document isn't there (any more)
 +-- Conflict                   the state doesn't allow it now                (failed-precondition)
 |    +-- JobCancelled          the merchant asked this job to stop
 |    +-- LeaseLost             another worker has taken this job over
 +-- Unavailable                may pass by itself; worth another try         (unavailable)

`message` says what happened, `hint` what the user can do. Neither holds data of customers.
"""

from __future__ import annotations

from typing import ClassVar


class KindredError(Exception):
    """An expected failure. ``code`` is stable; clients and tests may rely on it."""

    wire_code: ClassVar[str] = "internal"
    default_code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint

    def as_dict(self) -> dict[str, str]:
        """``{code, message, hint}`` as documents, callables and the command line show it."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class InvalidInput(KindredError):
    wire_code = "invalid-argument"
    default_code = "invalid-input"


class UploadRejected(InvalidInput):
    default_code = "file-unusable"


class MappingNeeded(UploadRejected):
    """The file is readable but a needed field can't be told from its columns.

    ``detected`` is the JSON-able ``detected`` of the upload document, with the guesses filled in.
    """

    default_code = "mapping-needed"

    def __init__(self, message: str, *, detected: dict[str, object], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.detected = detected


class OptionRefused(InvalidInput):
    default_code = "option-refused"


class NotSignedIn(KindredError):
    wire_code = "unauthenticated"
    default_code = "not-signed-in"


class NotAllowed(KindredError):
    wire_code = "permission-denied"
    default_code = "not-allowed"


class NotFound(KindredError):
    wire_code = "not-found"
    default_code = "not-found"


class SourceGone(NotFound):
    default_code = "no-source"

    def __init__(
        self, message: str = "This source doesn't exist (any more).", *, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)


class Conflict(KindredError):
    wire_code = "failed-precondition"
    default_code = "conflict"


class JobCancelled(Conflict):
    default_code = "cancelled"


class LeaseLost(Conflict):
    default_code = "lease-lost"


class Unavailable(KindredError):
    wire_code = "unavailable"
    default_code = "unavailable"
