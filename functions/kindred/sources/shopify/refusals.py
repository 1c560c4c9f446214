"""What Shopify's refusals mean: every way that a request can fail told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Lacking
from kindred.sources.shops.quoting import without_secrets


class TooCostly(Unavailable):
    """The query asks for more at once than Shopify allows: smaller pages are needed."""

    default_code = "shop-query-too-large"


class AccessDenied(Lacking):
    """The app may not read this at all; ``field`` is what Shopify calls it."""

    default_code = "shop-access-denied"

    def __init__(self, field: str) -> None:
        super().__init__(
            f"Shopify doesn't let this app use {field!r}.",
            hint="Give the app the missing scope in Shopify, and connect the shop again. "
            "Names and e-mail addresses need Shopify's approval for protected customer data.",
        )
        self.field = field


def refuse_user_errors(payload: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The payload of a mutation; `InvalidInput` with Shopify's own words where it refused."""
    if payload is None:
        raise AnswerUnusable("Shopify answered nothing to a change.", hint="We try again.")
    errors = payload.get("userErrors") or []
    if errors:
        said = without_secrets("; ".join(message_of(error) for error in errors[:3]), 400)
        raise InvalidInput(
            f"Shopify refused: {said}",
            code="shop-refused",
            hint="Put right what Shopify names, and try again.",
        )
    return payload


def stale_token() -> Unavailable:
    """A new one is had before the next try."""
    return Unavailable(
        "The shop's access token has ended.",
        code="shop-token-expired",
        hint="It is renewed, and the sync goes on by itself.",
    )


def access_ended(why: str) -> InvalidInput:
    """The merchant has to connect the shop again."""
    return InvalidInput(
        f"Shopify doesn't open this shop to us any more: {why}",
        code="access-ended",
        hint="Connect the shop again. If you took the app away in Shopify, that is why.",
    )


def check_status(status: int, *, ends_at: datetime | None, at: datetime | None) -> None:
    """Raise for a status that holds no answer; ``ends_at``: the token's end, ``at``: now."""
    if 200 <= status < 300:
        return
    if status == 401:
        if ends_at is not None and at is not None and at >= ends_at:
            raise stale_token()
        raise access_ended("the token is wrong, or was taken back.")
    if status == 402:
        raise InvalidInput(
            "The shop is frozen at Shopify.",
            code="shop-frozen",
            hint="Pay or reactivate the shop in Shopify; the next sync goes on.",
        )
    if status == 403:
        raise AccessDenied("the shop")
    if status == 404:
        raise InvalidInput(
            "There is no shop of that name at Shopify.",
            code="shop-not-found",
            hint="Look for the name that ends with .myshopify.com: Settings, Domains.",
        )
    if status == 423:
        raise Unavailable(
            "Shopify has locked the shop for now.",
            code="shop-locked",
            hint="Ask Shopify's support why, if it stays so. We try again.",
        )
    raise AnswerUnusable(f"Shopify answered with {status}.", hint="We try again.")


def code_of(error: object) -> str:
    """The code of an error in an answer; empty for none."""
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def message_of(error: object) -> str:
    """What it says, cut short."""
    return str(error.get("message", ""))[:200] if isinstance(error, dict) else ""


def field_of(error: Mapping[str, Any]) -> str:
    """The field an error is about, as the last name of its path."""
    path = error.get("path")
    names = [str(p) for p in path if isinstance(p, str)] if isinstance(path, Sequence) else []
    return names[-1] if names else ""
