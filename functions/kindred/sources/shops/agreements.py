"""Which platforms' shops are opened by a page of their own, and how each does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from kindred.errors import InvalidInput
from kindred.sources.shops.authorizing import Authorizes, refused
from kindred.sources.shops.platform import Credentials, Delivery

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client


class ShopifyAgreement:
    """OAuth's authorization code, for the merchant's own app: its id and secret are given.

    Asked for by ``mode`` ``authorization_code`` among the credentials, since an app of the shop's
    own organization needs no page (`client_credentials`).
    """

    def wants(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return given.get("mode") == "authorization_code"

    def authorize_url(
        self, shop_url: str | None, given: Mapping[str, str], *, state: str, callback: str,
        return_url: str, local: bool,
    ) -> str:  # fmt: skip
        from kindred.sources.shopify import authorization

        shop = authorization.shop_of(shop_url, local=local)
        client_id, _ = _app(given)
        return authorization.authorize_url(shop, client_id, callback, state)

    def state_of(self, answer: Delivery) -> str | None:
        # Only a browser is given the proof that takes up what was granted.
        return _query(answer).get("state") if answer.method == "GET" else None

    def exchange(
        self, shop_url: str | None, given: Mapping[str, str], answer: Delivery, client: Client,
        *, state: str, now: datetime, local: bool,
    ) -> tuple[str, Credentials, Mapping[str, str]]:  # fmt: skip
        from kindred.sources.shopify import authorization

        client_id, client_secret = _app(given)
        query = _query(answer)
        shop = authorization.shop_of_callback(query, [client_secret], now=now, local=local)
        if shop != authorization.shop_of(shop_url, local=local):
            raise refused()  # another shop of the same app than the one that was asked
        code = query.get("code", "")
        if not code:
            raise _not_let_in()
        credentials = authorization.exchange_code(
            client, shop, client_id=client_id, client_secret=client_secret, code=code, now=now
        )
        return shop, credentials, {}


class WooCommerceAgreement:
    """``wc-auth``: the merchant agrees in the shop, and the shop sends keys to our address."""

    def wants(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return bool(shop_url) and not any(
            given.get(name) for name in ("consumer_key", "consumer_secret")
        )

    def authorize_url(
        self, shop_url: str | None, given: Mapping[str, str], *, state: str, callback: str,
        return_url: str, local: bool,
    ) -> str:  # fmt: skip
        from kindred.sources.woocommerce import authorizing
        from kindred.sources.woocommerce.platform import base_url

        shop = base_url(shop_url, local=local)
        return authorizing.authorize_url(
            shop, state=state, return_url=return_url, callback_url=callback
        )

    def state_of(self, answer: Delivery) -> str | None:
        try:
            body: Any = json.loads(answer.body)
        except (ValueError, RecursionError):
            return None
        state = body.get("user_id") if isinstance(body, dict) else None
        return state if isinstance(state, str) else None

    def exchange(
        self, shop_url: str | None, given: Mapping[str, str], answer: Delivery, client: Client,
        *, state: str, now: datetime, local: bool,
    ) -> tuple[str, Credentials, Mapping[str, str]]:  # fmt: skip
        from kindred.sources.woocommerce import authorizing
        from kindred.sources.woocommerce.platform import base_url

        keys = authorizing.keys_of_callback(answer.body, state)
        return base_url(shop_url, local=local), keys, {}


class FlipkartAgreement:
    """OAuth's authorization code, for an app that sellers let in: its id and secret are given.

    Asked for by ``mode`` ``authorization_code``, since a seller's own app needs no page. A code
    that was got elsewhere, with its ``redirect_uri``, is accepted as keys are. Flipkart signs
    nothing: what proves its answer is ``state``.
    """

    def wants(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return given.get("mode") == "authorization_code" and not given.get("code")

    def authorize_url(
        self, shop_url: str | None, given: Mapping[str, str], *, state: str, callback: str,
        return_url: str, local: bool,
    ) -> str:  # fmt: skip
        from kindred.sources.flipkart import signing_in

        return signing_in.authorize_url(given, state=state, redirect_uri=callback, local=local)

    def state_of(self, answer: Delivery) -> str | None:
        # Only a browser is given the proof that takes up what was granted.
        return _query(answer).get("state") if answer.method == "GET" else None

    def exchange(
        self, shop_url: str | None, given: Mapping[str, str], answer: Delivery, client: Client,
        *, state: str, now: datetime, local: bool,
    ) -> tuple[str, Credentials, Mapping[str, str]]:  # fmt: skip
        from kindred.sources.flipkart import signing_in

        code = _query(answer).get("code", "")
        if not code:
            raise _not_let_in()
        return signing_in.exchange_code(
            client, given, code=code, state=state, redirect_uri=answer.url.partition("?")[0],
            now=now,
        )  # fmt: skip


#: By kind of platform.
AGREEMENTS: Final[dict[str, Callable[[], Authorizes]]] = {
    "shopify": ShopifyAgreement,
    "woocommerce": WooCommerceAgreement,
    "flipkart": FlipkartAgreement,
}


def agreement_of(kind: str) -> Authorizes | None:
    """How a platform's shops are asked to agree; None where they can't be."""
    make = AGREEMENTS.get(kind)
    return make() if make else None


def _app(given: Mapping[str, str]) -> tuple[str, str]:
    client_id, client_secret = (given.get(n, "").strip() for n in ("client_id", "client_secret"))
    if not client_id or not client_secret:
        raise InvalidInput(
            "The app's client ID or its secret is missing.",
            code="credentials-incomplete",
            hint="Both stand in Shopify's Dev Dashboard, in your app's settings.",
        )
    return client_id, client_secret


def _not_let_in() -> InvalidInput:
    return InvalidInput(
        "The shop didn't let us in.",
        code="authorization-refused",
        hint="Begin again, and agree to what Kindred asks for.",
    )


def _query(answer: Delivery) -> dict[str, str]:
    """What an address says behind its question mark; of a name that comes twice nothing."""
    pairs = parse_qsl(urlsplit(answer.url).query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}
