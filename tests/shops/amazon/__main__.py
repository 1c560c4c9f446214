"""A made-up Amazon on this machine: `PYTHONPATH=functions:tests python -m shops.amazon`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from shops.amazon import shop as made_up
from shops.loopback import Loopback


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9101)
    parser.add_argument("--orders", type=int, default=2000)
    chosen = parser.parse_args()
    shop = made_up.Shop(chosen.orders)
    shop.now = datetime.now(UTC)
    server = Loopback(shop.answer, chosen.port)
    print(f"Amazon at {server.base}. Connect with these, allowed on emulators alone:")  # noqa: T201
    for name, value in (
        ("base", server.base), ("seller_id", made_up.SELLER), ("marketplaces", "DE, FR"),
        ("client_id", made_up.CLIENT), ("client_secret", made_up.SECRET),
        ("refresh_token", made_up.REFRESH),
    ):  # fmt: skip
        print(f"  {name}: {value}")  # noqa: T201
    server.serve()


if __name__ == "__main__":
    main()
