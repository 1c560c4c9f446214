"""A made-up Magento shop to connect to: ``PYTHONPATH=tests python -m shops.magento``."""

from __future__ import annotations

import argparse
import sys

from shops.magento.server import TOKEN, Site
from shops.serving import serve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000)
    parser.add_argument("--port", type=int, default=8097)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    site = Site(orders=given.orders, seed=given.seed)
    server = serve(site, given.port)
    sys.stdout.write(f"address       {site.address}\naccess token  {TOKEN}\nCtrl-C ends it.\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
