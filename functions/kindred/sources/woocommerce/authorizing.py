"""WooCommerce's own way to hand out keys: the merchant agrees in the shop, the shop sends them.

The shop's message isn't signed. What proves it is ``state``, which nobody else can know: it goes to
the shop as ``user_id`` and has to come back.
"""

from __future__ import annotations

import hmac
import json
import re
from typing import Any, Final

from kindred.errors import InvalidInput, NotAllowed
from kindred.sources.shops.platform import Credentials
from kindred.sources.woocommerce import signing

KEY: Final = re.compile(r"ck_[0-9A-Za-z]{16,80}")
SECRET: Final = re.compile(r"cs_[0-9A-Za-z]{16,80}")


def authorize_url(shop: str, *, state: str, return_url: str, callback_url: str) -> str:
    """Where to send a merchant who has typed in the shop's address; both URLs have to be https."""
    asked = {
        "app_name": "Kindred",
        "scope": "read_write",
        "user_id": state,
        "return_url": return_url,
        "callback_url": callback_url,
    }
    return f"{shop}/wc-auth/v1/authorize?{signing.query(asked)}"


def keys_of_callback(body: bytes, state: str) -> Credentials:
    """The keys in what the shop posted to the callback.

    Raises `NotAllowed` where it doesn't hold ``state``, and `InvalidInput` for keys that are none,
    or that may not read.
    """
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    given = found if isinstance(found, dict) else {}
    came = str(given.get("user_id", "")).encode("utf-8", "replace")
    if not state or not hmac.compare_digest(came, state.encode()):
        raise NotAllowed(
            "These keys weren't asked for.",
            code="state-unknown",
            hint="Begin again with Connect in Kindred.",
        )
    key, secret = given.get("consumer_key"), given.get("consumer_secret")
    if given.get("key_permissions") not in ("read", "read_write"):
        raise InvalidInput(
            "The shop gave keys that may not read.",
            code="keys-too-weak",
            hint="Begin again, and agree to Read/Write.",
        )
    return credentials(key, secret, is_plain=False)


def credentials(key: object, secret: object, *, is_plain: bool) -> Credentials:
    """A pair of keys of the right shape; raises `InvalidInput` that says which is wrong."""
    wrong = [
        name
        for name, value, shape in (
            ("consumer key (ck_…)", key, KEY),
            ("consumer secret (cs_…)", secret, SECRET),
        )
        if not (isinstance(value, str) and shape.fullmatch(value.strip()))
    ]
    if wrong:
        raise InvalidInput(
            f"The {' and the '.join(wrong)} can't be right.",
            code="keys-unusable",
            hint="Copy both whole from WooCommerce, Settings, Advanced, REST API.",
        )
    values = {"consumer_key": str(key).strip(), "consumer_secret": str(secret).strip()}
    return Credentials("oauth1" if is_plain else "basic", values)
