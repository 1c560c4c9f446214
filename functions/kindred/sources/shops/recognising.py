"""Which platform a shop is on, told by its address and by the shape of its keys; asks nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from kindred.errors import InvalidInput
from kindred.sources.shops.platform import Platform

_MAX_URL: Final = 2000
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?!\d)")

NAMES: Final[Mapping[str, str]] = {
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "amazon": "Amazon",
    "flipkart": "Flipkart",
    "magento": "Magento",
}


def clean_address(shop_url: str | None) -> str | None:
    """An address as a merchant typed it, with a scheme and without spaces around it."""
    text = (shop_url or "").strip()
    if not text:
        return None
    if len(text) > _MAX_URL or not text.isprintable() or re.search(r"[\s\\]", text):
        raise InvalidInput(
            "That isn't the address of a shop.",
            code="shop-address-refused",
            hint="Give it as your browser shows it, such as https://shop.example.com.",
        )
    return text if _SCHEME.match(text) else f"https://{text}"


def recognise(
    shop_url: str | None,
    given: Mapping[str, str],
    platforms: Mapping[str, Callable[[], Platform]],
) -> str | None:
    """The one platform that an address and keys are of; None where they are of none.

    Raises `InvalidInput` ``platform-ambiguous`` where several would take them: keys are never sent
    to a host to find out.
    """
    found = [kind for kind, make in platforms.items() if make().recognise(shop_url, given)]
    if len(found) > 1:
        raise InvalidInput(
            f"This could be {_listed(found)}.",
            code="platform-ambiguous",
            hint="Say which one it is, by `platform`. Nothing was sent to the shop.",
        )
    return found[0] if found else None


def unknown() -> InvalidInput:
    """Of an address and keys that say nothing."""
    return InvalidInput(
        "We can't tell which platform this shop is on.",
        code="platform-unknown",
        hint=f"Say which one it is, by `platform`: {_listed(list(NAMES))}.",
    )


def is_woocommerce(index: object) -> bool:
    """Whether what a site says at ``/wp-json/`` is of one that has WooCommerce."""
    namespaces = index.get("namespaces") if isinstance(index, dict) else None
    return isinstance(namespaces, list) and "wc/v3" in namespaces


def index_url(shop_url: str) -> str:
    """Where a WordPress site says what it has, asked without any key."""
    bare = re.split(r"[?#]", shop_url, maxsplit=1)[0].rstrip("/")
    bare = bare.removesuffix("/wp-admin").removesuffix("/wp-json")
    return f"{bare}/wp-json/"


def _listed(kinds: list[str]) -> str:
    names = [NAMES.get(kind, kind) for kind in kinds]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
