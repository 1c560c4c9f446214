"""Which platform serves which kind of shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kindred.errors import InvalidInput
from kindred.sources.shops.platform import Platform


def _shopify() -> Platform:
    from kindred.sources.shopify.platform import Shopify

    return Shopify()


def _woocommerce() -> Platform:
    from kindred.sources.woocommerce.platform import WooCommerce

    return WooCommerce()


def _amazon() -> Platform:
    from kindred.sources.amazon.platform import Amazon

    return Amazon()


def _flipkart() -> Platform:
    from kindred.sources.flipkart.platform import Flipkart

    return Flipkart()


def _magento() -> Platform:
    from kindred.sources.magento.platform import Magento

    return Magento()


#: A platform is imported when its first shop needs it.
PLATFORMS: Final[dict[str, Callable[[], Platform]]] = {
    "shopify": _shopify,
    "woocommerce": _woocommerce,
    "amazon": _amazon,
    "flipkart": _flipkart,
    "magento": _magento,
}


def platform_of(kind: str) -> Platform:
    """The platform of a kind of source; raises `InvalidInput` ``no-platform`` for other kinds."""
    make = PLATFORMS.get(kind)
    if make is None:
        raise InvalidInput(
            "That isn't a platform we can connect.",
            code="no-platform",
            hint=f"We connect {', '.join(PLATFORMS)}.",
        )
    return make()
