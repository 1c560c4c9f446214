"""Run a made-up Shopify shop on this machine, and connect to it.

    PYTHONPATH=tests functions/venv/bin/python -m shops.shopify --port 8765 --orders 500

It prints its address and what opens it. On the emulators (`scripts/dev`) connect a Shopify source
with that address as the shop's and the token, or client ID and secret, as credentials. Its past
ends now; every start with the same seed and size makes the same shop. Ctrl-C ends it.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m shops.shopify", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--recent-orders-only", action="store_true", help="without the scope read_all_orders"
    )
    asked = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    server = ShopifyServer(MadeUpShop(asked.orders, seed=asked.seed, today=now), port=asked.port)
    server.is_live_clock = True
    if asked.recent_orders_only:
        server.admin.scopes.discard("read_all_orders")
    print(f"shop          {server.url}", flush=True)  # noqa: T201
    print(f"access token  {server.token}", flush=True)  # noqa: T201
    print(f"client ID     {server.client_id}", flush=True)  # noqa: T201
    print(f"client secret {server.client_secret}", flush=True)  # noqa: T201
    try:
        server.serve()
    except KeyboardInterrupt:
        print("closed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
