"""Who is who in a shop: ids of guests, and customers that are one.

A customer's canonical id is the platform's. A guest's is made from the e-mail, else the phone
number, else the order, so that the same guest has the same id in every sync and in every order.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

_GUEST: Final = "guest-"
_LEAST_DIGITS: Final = 7  # of a phone number; fewer are an extension, or nonsense


def guest_id(what: str, value: str) -> str:
    """The id of whom nothing but ``value`` tells; ``what`` it is keeps kinds apart."""
    return _GUEST + hashlib.sha256(f"{what}:{value}".encode()).hexdigest()[:24]


def is_guest_id(customer_id: str) -> bool:
    """Whether a canonical id is one that `guest_id` made: no account of the shop has it."""
    return customer_id.startswith(_GUEST)


def plain_email(email: str | None) -> str | None:
    """As it is compared: in small letters, no blanks around; None for what is no address."""
    plain = unicodedata.normalize("NFC", email or "").strip().lower()
    name, at, host = plain.rpartition("@")
    return plain if at and name and host and not re.search(r"\s", plain) else None


def plain_phone(phone: str | None) -> str | None:
    """As it is compared: its digits, without the zeros of an international call."""
    digits = "".join(str(unicodedata.digit(c)) for c in phone or "" if c.isdecimal())
    digits = digits.removeprefix("00") if not (phone or "").strip().startswith("+") else digits
    return digits if len(digits) >= _LEAST_DIGITS else None


class Alias(NamedTuple):
    """``id`` is no more, ``kept_id`` goes on; ``version`` orders what was said by when it was."""

    id: str
    kept_id: str
    version: str


def resolve(aliases: Iterable[Alias]) -> Mapping[str, str]:
    """Who each merged customer is in the end: ``{id: id that goes on}``.

    Follows chains. Where merges go in a circle, the one who was kept last goes on. Any order of the
    aliases gives the same. Takes one small entry of memory for each merged customer.
    """
    said = {alias.id: alias for alias in aliases if alias.id != alias.kept_id}
    goes_on: dict[str, str] = {}
    for start in sorted(said):
        path: list[str] = []
        here = start
        seen: set[str] = set()
        while here in said and here not in goes_on and here not in seen:
            path.append(here)
            seen.add(here)
            here = said[here].kept_id
        if here in seen:  # a circle: the merge said last has the last word
            circle = path[path.index(here) :]
            here = max((said[one] for one in circle), key=lambda a: (a.version, a.id)).kept_id
        end = goes_on.get(here, here)
        goes_on.update(dict.fromkeys(path, end))
    return {one: end for one, end in goes_on.items() if one != end}
