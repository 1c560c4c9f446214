"""Which feeder brings which kind of source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from kindred.errors import Conflict
from kindred.paths import CSV, PLATFORMS
from kindred.sources.feeders import Feeder


def _csv() -> Feeder:
    from kindred.sources.csv.feeder import CsvFeeder

    return CsvFeeder()


def _shop(kind: str) -> Feeder:
    from kindred.sources.shops.feeder import ShopFeeder
    from kindred.sources.shops.platforms import platform_of

    return ShopFeeder(platform_of(kind))


#: A feeder is imported when the first source of its kind needs it.
FEEDERS: Final[dict[str, Callable[[], Feeder]]] = {
    CSV: _csv,
    **{kind: partial(_shop, kind) for kind in PLATFORMS},
}


def feeder_of(kind: str) -> Feeder:
    """The feeder of a kind; raises `Conflict` ``no-feeder`` where nothing fetches such a source."""
    make = FEEDERS.get(kind)
    if make is None:
        raise Conflict(
            "Nothing fetches data of this kind of source yet.",
            code="no-feeder",
            hint="Upload an export of it as a CSV file.",
        )
    return make()
