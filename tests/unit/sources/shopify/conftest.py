"""A made-up Shopify shop for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema
from shops.shopify import executing
from shops.shopify.connected import ConnectedShop, connect
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer


def specs() -> Path | None:
    folder = os.environ.get("KINDRED_SPECS")
    return Path(folder) if folder and (Path(folder) / "shopify").is_dir() else None


@pytest.fixture(scope="session")
def published() -> Callable[[str], GraphQLSchema]:
    """Shopify's published schema of a version; skips where its folder isn't known."""

    def load(version: str) -> GraphQLSchema:
        folder = specs()
        if folder is None or not (folder / "shopify" / f"admin_{version}.json.gz").exists():
            pytest.skip(f"KINDRED_SPECS names no folder with Shopify's schema of {version}")
        return executing.published(folder, version)

    return load


@pytest.fixture
def open_shop() -> Iterator[Callable[..., ConnectedShop]]:
    """Opens made-up shops of any size, by Shopify's own schema where it is at hand."""
    servers: list[ShopifyServer] = []
    folder = specs()
    schema = executing.published(folder) if folder else None

    def open_one(orders: int = 120, **how: Any) -> ConnectedShop:
        server = ShopifyServer(MadeUpShop(orders, **how), schema=schema)
        servers.append(server.__enter__())
        return connect(server)

    yield open_one
    for server in servers:
        server.__exit__()


@pytest.fixture
def shop(open_shop: Callable[..., ConnectedShop]) -> ConnectedShop:
    return open_shop()
