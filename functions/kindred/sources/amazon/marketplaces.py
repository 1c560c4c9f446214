"""Amazon's marketplaces: which region's servers know them, their currency and their clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kindred.errors import InvalidInput


@dataclass(frozen=True)
class Marketplace:
    """One of Amazon's stores. ``taxed``: its prices are shown with tax."""

    id: str
    country: str
    region: str  # na, eu, fe
    currency: str
    zone: str
    domain: str
    taxed: bool = True


#: https://developer-docs.amazon.com/sp-api/docs/marketplace-ids; India is on Europe's servers.
MARKETPLACES: Final[tuple[Marketplace, ...]] = (
    Marketplace("A2EUQ1WTGCTBG2", "CA", "na", "CAD", "America/Toronto", "amazon.ca", taxed=False),
    Marketplace(
        "ATVPDKIKX0DER", "US", "na", "USD", "America/Los_Angeles", "amazon.com", taxed=False
    ),
    Marketplace("A1AM78C64UM0Y8", "MX", "na", "MXN", "America/Mexico_City", "amazon.com.mx"),
    Marketplace("A2Q3Y263D00KWC", "BR", "na", "BRL", "America/Sao_Paulo", "amazon.com.br"),
    Marketplace("A28R8C7NBKEWEA", "IE", "eu", "EUR", "Europe/Dublin", "amazon.ie"),
    Marketplace("A1RKKUPIHCS9HS", "ES", "eu", "EUR", "Europe/Madrid", "amazon.es"),
    Marketplace("A1F83G8C2ARO7P", "GB", "eu", "GBP", "Europe/London", "amazon.co.uk"),
    Marketplace("A13V1IB3VIYZZH", "FR", "eu", "EUR", "Europe/Paris", "amazon.fr"),
    Marketplace("AMEN7PMS3EDWL", "BE", "eu", "EUR", "Europe/Brussels", "amazon.com.be"),
    Marketplace("A1805IZSGTT6HS", "NL", "eu", "EUR", "Europe/Amsterdam", "amazon.nl"),
    Marketplace("A1PA6795UKMFR9", "DE", "eu", "EUR", "Europe/Berlin", "amazon.de"),
    Marketplace("APJ6JRA9NG5V4", "IT", "eu", "EUR", "Europe/Rome", "amazon.it"),
    Marketplace("A2NODRKZP88ZB9", "SE", "eu", "SEK", "Europe/Stockholm", "amazon.se"),
    Marketplace("AE08WJ6YKNBMC", "ZA", "eu", "ZAR", "Africa/Johannesburg", "amazon.co.za"),
    Marketplace("A1C3SOZRARQ6R3", "PL", "eu", "PLN", "Europe/Warsaw", "amazon.pl"),
    Marketplace("ARBP9OOSHTCHU", "EG", "eu", "EGP", "Africa/Cairo", "amazon.eg"),
    Marketplace("A33AVAJ2PDY3EV", "TR", "eu", "TRY", "Europe/Istanbul", "amazon.com.tr"),
    Marketplace("A17E79C6D8DWNP", "SA", "eu", "SAR", "Asia/Riyadh", "amazon.sa"),
    Marketplace("A2VIGQ35RCS4UG", "AE", "eu", "AED", "Asia/Dubai", "amazon.ae"),
    Marketplace("A21TJRUUN4KGV", "IN", "eu", "INR", "Asia/Kolkata", "amazon.in"),
    Marketplace("A19VAU5U5O7RUS", "SG", "fe", "SGD", "Asia/Singapore", "amazon.sg"),
    Marketplace("A39IBJ37TRP1C6", "AU", "fe", "AUD", "Australia/Sydney", "amazon.com.au"),
    Marketplace("A1VC38T7YXB528", "JP", "fe", "JPY", "Asia/Tokyo", "amazon.co.jp"),
)
BY_ID: Final = {market.id: market for market in MARKETPLACES}
_BY_NAME: Final = {
    **{market.country: market for market in MARKETPLACES},
    "UK": BY_ID["A1F83G8C2ARO7P"],
}
REGIONS: Final = ("na", "eu", "fe")


def named(text: str) -> tuple[Marketplace, ...]:
    """The marketplaces that a merchant names by country or by Amazon's id, in their order.

    Raises `InvalidInput` for a name that is none.
    """
    names = [name for name in re.split(r"[\s,;]+", text.strip()) if name]
    found = [BY_ID.get(name.upper()) or _BY_NAME.get(name.upper()) for name in names]
    unknown = [name for name, market in zip(names, found, strict=True) if market is None]
    if unknown:
        raise InvalidInput(
            f"Amazon has no marketplace {unknown[0][:30]!r}.",
            code="amazon-marketplace-unknown",
            hint="Give countries, such as DE, FR, or marketplace ids, such as A1PA6795UKMFR9.",
        )
    return tuple(dict.fromkeys(market for market in found if market is not None))


def currency(ids: str) -> str:
    """The currency of marketplaces, given as ids with commas, which share one."""
    return BY_ID[ids.split(",", 1)[0]].currency


def region_of(currency: str) -> str:
    """Where a currency's marketplaces are: each is of one region. Empty for others."""
    return next((market.region for market in MARKETPLACES if market.currency == currency), "")


def of_address(shop_url: str | None) -> Marketplace | None:
    """The marketplace of an address such as ``https://www.amazon.de`` or Seller Central's."""
    host = re.sub(r"^[a-z]+://", "", (shop_url or "").strip().lower())
    host = re.split(r"[/:?#]", host, maxsplit=1)[0]
    own = re.sub(r"^(?:www|sellercentral)\.", "", host)
    return next((market for market in MARKETPLACES if market.domain == own), None)


def is_amazon(shop_url: str | None) -> bool:
    """Whether an address is one of Amazon's shops, or of where sellers sign in."""
    host = re.sub(r"^[a-z]+://", "", (shop_url or "").strip().lower())
    host = re.split(r"[/:?#]", host, maxsplit=1)[0]
    own = re.sub(r"^(?:www|sellercentral(?:-[a-z]+)?)\.", "", host)
    return any(market.domain == own for market in MARKETPLACES)


def together(markets: Iterable[Marketplace]) -> None:
    """Raises `InvalidInput` unless the marketplaces share region and currency.

    Sums of several currencies are never added, so each currency is a source of its own.
    """
    markets = tuple(markets)
    currencies = sorted({market.currency for market in markets})
    if len(currencies) > 1:
        groups = "; ".join(
            f"{currency}: {', '.join(m.country for m in markets if m.currency == currency)}"
            for currency in currencies
        )
        raise InvalidInput(
            f"These marketplaces have {len(currencies)} currencies ({groups}).",
            code="amazon-currencies",
            hint="Connect Amazon once for each currency, with the marketplaces of that one.",
        )
    if len({market.region for market in markets}) > 1:
        raise InvalidInput(
            "These marketplaces are in several of Amazon's regions.",
            code="amazon-regions",
            hint="Connect Amazon once for each region: each has a refresh token of its own.",
        )
