"""A made-up WooCommerce shop to connect to: ``PYTHONPATH=tests python -m shops.woocommerce``."""

from __future__ import annotations

import argparse
import sys

from shops.serving import serve
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import Shop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read-only", action="store_true", help="keys that may only read")
    given = parser.parse_args()
    site = Site(Shop(orders=given.orders, seed=given.seed))
    site.permission = "read" if given.read_only else "read_write"
    server = serve(site, given.port)
    sys.stdout.write(
        f"address          {site.address}\nconsumer key     {KEY}\nconsumer secret  {SECRET}\n"
        "Ctrl-C ends it.\n"
    )
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
