"""Seals what only servers may know: credentials of shops, and the secrets of their webhooks.

Envelope encryption. Each text is encrypted (AES-256-GCM) by a random key of its own, and that key
by the deployment's, which lies in Secret Manager and never in a document. What a sealed text is for
(which merchant's source, and what in it) is authenticated with it: moved anywhere else, it doesn't
open. Pure but for the keys and nonces, which must follow from nothing.

    v1.{id of the deployment's key}.{the text's key, sealed}.{the text, sealed}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kindred.errors import Conflict
from kindred.paths import Source

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = "v1"
_SEALED: Final = re.compile(r"v1\.([0-9a-f]{16})\.([A-Za-z0-9_\-]+)\.([A-Za-z0-9_\-]+)\Z")


@dataclass(frozen=True)
class KeyRing:
    """The deployment's keys: the first one seals, all of them open."""

    keys: tuple[bytes, ...] = field(repr=False)

    def seal(self, text: str, purpose: str) -> str:
        """``text`` as only this deployment can read it, and only for ``purpose``."""
        own = AESGCM.generate_key(KEY_BYTES * 8)
        bound = purpose.encode()
        wrapped = _encrypt(_derived(self.keys[0], "wrap"), own, bound)
        return ".".join(
            (_VERSION, key_id(self.keys[0]), wrapped, _encrypt(own, text.encode(), bound))
        )

    def open(self, sealed: str, purpose: str) -> str:
        """What was sealed for ``purpose``; raises `Conflict` ``secret-unreadable``."""
        found = _SEALED.match(sealed)
        key = found and next((key for key in self.keys if key_id(key) == found[1]), None)
        if not found or not key:
            raise _unreadable()
        bound = purpose.encode()
        own = _decrypt(_derived(key, "wrap"), found[2], bound)
        return _decrypt(own, found[3], bound).decode()

    def is_current(self, sealed: str) -> bool:
        """Whether the key that seals now has sealed this; else it is worth sealing again."""
        return sealed.startswith(f"{_VERSION}.{key_id(self.keys[0])}.")

    def sign(self, text: str, purpose: str) -> str:
        """A signature of ``text`` by a key that is good for ``purpose`` alone."""
        return _signature(self.keys[0], text, purpose)

    def is_signed(self, text: str, signature: str, purpose: str) -> bool:
        """Whether one of the keys made that signature."""
        made = [_signature(key, text, purpose) for key in self.keys]
        return any(hmac.compare_digest(one.encode(), signature.encode()) for one in made)


def parse_keys(text: str) -> KeyRing:
    """The keys that a setting holds: base64 of 32 bytes each, the one that seals first.

    Raises `Conflict` ``no-shop-key`` where there is none, or something else.
    """
    keys = []
    for word in re.split(r"[\s,]+", text.strip()):
        try:
            key = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise Conflict(
                "This Kindred has no key to keep a shop's credentials with.",
                code="no-shop-key",
                hint="Whoever runs it sets KINDRED_SHOP_KEY, as docs/deploying.md says.",
            )
        keys.append(key)
    return KeyRing(tuple(keys))


def key_id(key: bytes) -> str:
    """Tells the deployment's keys apart, and says nothing of them."""
    return _derived(key, "name").hex()[:16]


def purpose_of(source: Source, name: str) -> str:
    """What one secret of one source is for, as its sealed text is bound to it."""
    return f"{source.uid}/{source.kind}/{source.id}/{name}"


def new_hook_secret() -> str:
    """What a platform signs its webhooks with, and what the token in their address is made of."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored of a secret that is only compared: nobody tries out 256 drawn bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that doesn't tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _derived(key: bytes, purpose: str) -> bytes:
    info = f"kindred shops {purpose}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)


def _signature(key: bytes, text: str, purpose: str) -> str:
    made = hmac.new(_derived(key, f"sign {purpose}"), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _encrypt(key: bytes, content: bytes, bound: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    made = nonce + AESGCM(key).encrypt(nonce, content, bound)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _decrypt(key: bytes, text: str, bound: bytes) -> bytes:
    try:
        made = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return AESGCM(key).decrypt(made[:_NONCE_BYTES], made[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):  # binascii.Error is one
        raise _unreadable() from None


def _unreadable() -> Conflict:
    return Conflict(
        "What is kept to open this shop can't be read any more.",
        code="secret-unreadable",
        hint="Connect the shop again. Whoever runs Kindred may have dropped an old key.",
    )
