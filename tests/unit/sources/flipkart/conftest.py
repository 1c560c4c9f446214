"""A made-up Flipkart that is asked over HTTP, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shops.flipkart import shop as made_up
from shops.flipkart.seller import Seller, connected
from shops.loopback import Loopback


@pytest.fixture
def shop() -> made_up.Shop:
    return made_up.Shop()


@pytest.fixture
def seller(shop: made_up.Shop) -> Iterator[Seller]:
    with Loopback(shop.answer) as server:
        yield connected(shop, server).renewed()
