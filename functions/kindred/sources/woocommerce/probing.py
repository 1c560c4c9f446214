"""Finds out what a WooCommerce shop is and gives: address, clock, currency, and each capability."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from kindred.errors import InvalidInput, NotAllowed, NotFound
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import Answer, AnswerUnusable
from kindred.sources.shops.platform import Capability, CapabilityName, Probe
from kindred.sources.woocommerce.asking import Asking, said
from kindred.sources.woocommerce.mapping import DRAFT, made_at

_OLDEST: Final = (5, 8)  # modified_after came with it; earlier ones ignore it without a word
#: Zones for offsets that have no name such as Etc/GMT-2, by minutes east of Greenwich.
_PART_HOURS: Final = {
    -570: "Pacific/Marquesas", -210: "America/St_Johns", 210: "Asia/Tehran", 270: "Asia/Kabul",
    330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon", 525: "Australia/Eucla",
    570: "Australia/Darwin", 630: "Australia/Lord_Howe", 765: "Pacific/Chatham",
}  # fmt: skip
_FULL: Final = Capability("full")
_CARTS: Final = Capability(
    "partial",
    "Only carts of the block checkout, from when the buyer has typed in an e-mail address. The "
    "shop deletes them after a day, so carts from before connecting don't come.",
    "For the classic checkout, send carts from the shop with Kindred's plugin.",
)
_MESSAGES: Final = Capability(
    "none", "WooCommerce holds notes on orders, no messages of customers.", "Connect a help desk."
)
_BROWSING: Final = Capability(
    "none",
    "WooCommerce doesn't tell who looked at what.",
    "Put Kindred's snippet into the shop.",
)
_READ_ONLY: Final = "The keys may only read."
_WRITE: Final = "Give the keys the permission Read/Write and rotate them in Kindred."


def probe(asking: Asking) -> Probe:
    """Ask the shop; its keys are tried with a list of orders. Fills in ``asking.options``.

    Raises `InvalidInput`: ``no-woocommerce`` where there is none at the address,
    ``woocommerce-too-old``, and for keys that are refused.
    """
    site = _site(asking)
    if asking.is_plain:
        _learn_home(asking, site)
    first, _ = asking.list_of("orders", {"orderby": "date", "order": "asc", "per_page": "1"})
    oldest = made_at(Fields.read(first[0], "the first order")) if first else None
    return Probe(
        name=site.label("name") or "WooCommerce",
        currency=_version_and_currency(asking),
        zone=zone_of(site),
        capabilities=_capabilities(asking),
        options=asking.options,
        oldest={"orders": oldest} if oldest else {},
    )


def _site(asking: Asking) -> Fields:
    """The site's index, by pretty permalinks or else by query; sets which way it was."""
    for way in ("pretty", "route"):
        found = _index(asking.index(way))
        if found is None:
            continue
        if "wc/v3" not in (found.of.get("namespaces") or []):
            raise InvalidInput(
                "That site runs WordPress, but no WooCommerce that can be asked.",
                code="no-woocommerce",
                hint="Switch the plugin WooCommerce on, in version 5.8 or later.",
            )
        asking.options.pop("path", None)
        if way == "route":
            asking.options["path"] = "route"
        return found
    raise InvalidInput(
        "No WooCommerce shop answers at that address.",
        code="no-woocommerce",
        hint="Give the address of the site's front page, with the folder that WordPress is in. "
        "If it is right, a security plugin may block its REST interface (/wp-json/).",
    )


def _index(answer: Answer) -> Fields | None:
    if answer.status != 200:
        return None
    try:
        found: Any = answer.json()
    except AnswerUnusable as err:
        if err.code == "shop-prints-warnings":
            raise
        return None
    return Fields(found, "the site") if isinstance(found, dict) and "namespaces" in found else None


def _learn_home(asking: Asking, site: Fields) -> None:
    """Signatures are of the site's own address, whatever address it was asked by."""
    home = (site.text("home", 500) or "").rstrip("/")
    if re.fullmatch(r"https?://[^\s?#]+", home):
        asking.options["home"] = f"http://{home.partition('://')[2]}"


def zone_of(site: Fields) -> str:
    """The site's zone; where it is set as hours from UTC, one without summer time."""
    name = site.text("timezone_string", 60)
    if name:
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            return "UTC"
    minutes = int((site.number("gmt_offset") or 0) * 60)
    if minutes % 60:
        return _PART_HOURS.get(minutes, "UTC")
    hours = minutes // 60
    return f"Etc/GMT{-hours:+d}" if hours and -12 <= hours <= 14 else "UTC"


def _version_and_currency(asking: Asking) -> str | None:
    try:
        status = asking.object_of(
            "system_status", {"_fields": "environment.version,settings.currency"}
        )
    except (NotAllowed, NotFound):
        status = {}
    given = Fields(status, "the shop's status")
    version = given.part("environment").text("version", 40) or ""
    parts = re.match(r"(\d+)\.(\d+)", version)
    if parts and (int(parts[1]), int(parts[2])) < _OLDEST:
        raise InvalidInput(
            f"The shop runs WooCommerce {version}.",
            code="woocommerce-too-old",
            hint="Update it to 5.8 or later: earlier ones can't say what has changed.",
        )
    currency = given.part("settings").text("currency", 3)
    if currency is None:
        setting = _object_or_none(asking, "settings/general/woocommerce_currency")
        currency = Fields(setting, "the currency").text("value", 3)
    return currency if currency and re.fullmatch(r"[A-Z]{3}", currency) else None


def _object_or_none(asking: Asking, path: str) -> Mapping[str, Any]:
    try:
        return asking.object_of(path)
    except (NotAllowed, NotFound):
        return {}


def _capabilities(asking: Asking) -> Mapping[CapabilityName, Capability]:
    can_write = _can_write(asking)
    return {
        "customers": _listed(asking, "customers", {"role": "all"}, _FULL),
        "orders": _FULL,
        "products": _listed(asking, "products", {}, _FULL),
        "abandoned": _listed(asking, "orders", {"status": DRAFT}, _CARTS),
        "reviews": _listed(asking, "products/reviews", {}, _FULL),
        "messages": _MESSAGES,
        "browsing": _BROWSING,
        "webhooks": _FULL
        if can_write
        else Capability("none", _READ_ONLY, f"{_WRITE} Until then it is asked every hour."),
        "discounts": Capability(
            "partial", "Coupons for single customers with an e-mail address; no other prices."
        )
        if can_write
        else Capability("none", _READ_ONLY, _WRITE),
    }


def _listed(
    asking: Asking, path: str, params: Mapping[str, str], there: Capability
) -> Capability:  # fmt: skip
    try:
        asking.list_of(path, {**params, "per_page": "1"})
    except (InvalidInput, NotAllowed, NotFound) as err:
        return Capability("none", err.message, err.hint)
    return there


def _can_write(asking: Asking) -> bool:
    """Whether the keys may write: an empty coupon is refused for its contents, or for the keys.

    Nothing is made: a coupon without a code can't be.
    """
    answer = asking.ask("POST", "coupons", body={}, allowed={400, 401, 403})
    return answer.status == 400 and said(answer)[0].startswith("rest_missing")
