"""What connected shops need of a system on this machine: a key, and addresses to be told at."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping

from launcher.checkout import PROJECT, REGION, STATE
from launcher.ports import HOST

KEY_FILE = STATE / "shop.key"


def shop_environment(ports: Mapping[str, int], *, has_web: bool) -> dict[str, str]:
    """For the functions: what seals credentials here, and where this start can be reached."""
    functions = f"http://{HOST}:{ports['functions']}/{PROJECT}/{REGION}"
    web = f"http://{HOST}:{ports['hosting']}" if has_web else functions
    return {
        "KINDRED_SHOP_KEY": shop_key(),
        "KINDRED_PUBLIC_URL": functions,
        "KINDRED_WEB_URL": web,
    }


def shop_key() -> str:
    """This checkout's own key, made once; readable by its user alone."""
    try:
        return KEY_FILE.read_text().strip()
    except FileNotFoundError:
        pass
    KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    made = os.open(KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "w") as file:
        file.write(key + "\n")
    return key
