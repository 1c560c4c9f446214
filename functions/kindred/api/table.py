"""What a route is: one row of the table that requests are served by and the document says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from kindred.keys.key import KeyHolder, Scope
from kindred.wire import Payload


@dataclass(frozen=True)
class Asked:
    """A request that was let in: by whom, for what, when."""

    holder: KeyHolder | None  # None where no key is asked for
    body: Any  # one of the route's bodies
    now: datetime


class Json(str):
    """A reply that is JSON already: parts of it were encoded before, for others."""

    __slots__ = ()


@dataclass(frozen=True)
class Route:
    """Who may ask for what at an address, what is sent there and what comes back."""

    method: Literal["GET", "POST"]
    path: str
    name: str  # of the operation, for programs made from the document
    summary: str
    serve: Callable[[Asked], Any]
    scope: Scope | None = None  # None: open to all
    bodies: tuple[type[Payload], ...] = ()  # forms in which it may be asked
    reply: type[BaseModel] | None = None
    also: tuple[tuple[int, str], ...] = ()  # further statuses, and when they come
    is_for_servers: bool = False  # keys that stand in web pages aren't enough
    units: Callable[[Any], int] = lambda body: 1  # of the key's limit that a body takes

    def form_of(self, value: object) -> type[Payload]:
        """Which form a body is meant to have: the first whose fields are there, else the last."""
        named = value.keys() if isinstance(value, dict) else set()
        for form in self.bodies:
            if {name for name, about in form.model_fields.items() if about.is_required()} <= named:
                return form
        return self.bodies[-1]


def at(routes: Iterable[Route], path: str) -> dict[str, Route]:
    """The routes of an address by their methods."""
    return {route.method: route for route in routes if route.path == path}
