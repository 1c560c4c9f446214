"""A made-up Flipkart on this machine: `PYTHONPATH=functions:tests python -m shops.flipkart`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from shops.flipkart import shop as made_up
from shops.loopback import Loopback


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9102)
    parser.add_argument("--orders", type=int, default=2000)
    chosen = parser.parse_args()
    shop = made_up.Shop(chosen.orders)
    shop.now = datetime.now(UTC)
    server = Loopback(shop.answer, chosen.port)
    shop.base = server.base
    print(f"Flipkart at {server.base}. Connect with these, allowed on emulators alone:")  # noqa: T201
    for name, value in (
        ("base", server.base), ("app_id", made_up.APP), ("app_secret", made_up.SECRET),
    ):  # fmt: skip
        print(f"  {name}: {value}")  # noqa: T201
    print("To be sent here to agree: mode authorization_code, and any seller_id.")  # noqa: T201
    server.serve()


if __name__ == "__main__":
    main()
