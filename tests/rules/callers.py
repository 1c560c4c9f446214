"""Who asks: one merchant's people and everybody who isn't one of them."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

MERCHANT = "merchant-uid"
RIVAL = "rival-uid"
ERASED = "erased-uid"

#: caller -> uid. `removed` was an analyst of the merchant once: only the mirror is left.
#: `unverified` is the owner, by an account whose address nobody has shown to be theirs. `erased`
#: deleted their account, and still has a token.
UIDS = {
    "owner": MERCHANT,
    "admin": "admin-uid",
    "analyst": "analyst-uid",
    "viewer": "viewer-uid",
    "removed": "removed-uid",
    "rival": RIVAL,
    "unverified": MERCHANT,
    "erased": ERASED,
}
CALLERS = ("anonymous", *UIDS)

OWNER = frozenset({"owner"})
MANAGERS = frozenset({"owner", "admin"})
WORKERS = frozenset({"owner", "admin", "analyst"})
READERS = frozenset({"owner", "admin", "analyst", "viewer"})
NOBODY: frozenset[str] = frozenset()

#: The custom claim `roles`, as the server sets it.
CLAIMS: dict[str, dict[str, Any]] = {
    "admin": {"roles": {MERCHANT: "admin"}},
    "analyst": {"roles": {MERCHANT: "analyst"}},
    "viewer": {"roles": {MERCHANT: "viewer"}},
    "removed": {"roles": {}},
    "rival": {"roles": {"someone-else": "admin"}},
    "unverified": {"email_verified": False},
}


def token(caller: str, project: str) -> str | None:
    """An unsigned token as the emulators take it; None for the anonymous caller."""
    if caller == "anonymous":
        return None
    uid, now = UIDS[caller], int(time.time())
    payload = {
        "iss": f"https://securetoken.google.com/{project}",
        "aud": project,
        "iat": now,
        "auth_time": now,
        "exp": now + 3600,
        "sub": uid,
        "user_id": uid,
        "email_verified": True,
        "firebase": {"sign_in_provider": "password", "identities": {}},
        **CLAIMS.get(caller, {}),
    }
    parts = ({"alg": "none", "typ": "JWT"}, payload)
    return (
        ".".join(
            base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts
        )
        + "."
    )
