"""The text of a key: where it lies, and a secret. Pure but for the secret itself.

    kk_{key id}.{merchant's uid}.{secret}

It names its document, so that looking it up is one read by key. The merchant's uid is no secret
(whoever is refused is refused alike, with it or without), so a shopper who sees it in a page may
do nothing more than before; it lets them see that two shops have one owner.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "kk_"
_TOKEN: Final = re.compile(
    r"kk_(?P<id>[a-z0-9]{20})\.(?P<uid>(?!__)[A-Za-z0-9_\-]{1,128})\.(?P<secret>[A-Za-z0-9_\-]{43})\Z"
)
#: No token is longer.
MAX_LENGTH: Final = 3 + 20 + 1 + 128 + 1 + 43
_ID_SIGNS: Final = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class Token:
    """A key as its holder sends it."""

    key_id: str
    uid: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"{PREFIX}{self.key_id}.{self.uid}.{self.secret}"

    @property
    def hash(self) -> str:
        return hash_secret(self.secret)

    @property
    def last4(self) -> str:
        return self.secret[-4:]


def parse_token(text: str) -> Token | None:
    """The token that a text is; None for all else."""
    if len(text) > MAX_LENGTH:
        return None
    found = _TOKEN.match(text)
    return Token(found["id"], found["uid"], found["secret"]) if found else None


def new_token(uid: str, key_id: str | None = None) -> Token:
    """256 random bits for a merchant: a key of its own, or a new secret for one that is there."""
    if key_id is None:
        key_id = "".join(secrets.choice(_ID_SIGNS) for _ in range(20))
    return Token(key_id, uid, secrets.token_urlsafe(32))


def hash_secret(secret: str) -> str:
    """What is stored of a secret.

    Slow hashes are for what people think up. These 256 bits are drawn, nobody tries them out, and
    each price would wait for the slowness.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(one: str, other: str | None) -> bool:
    """Whether two hashes are the same, in a time that doesn't tell where they differ."""
    return hmac.compare_digest(one, other or "")
