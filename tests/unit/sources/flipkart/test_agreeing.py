"""A seller is sent to Flipkart to agree, and comes back: named after what happens to the seller."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from kindred.errors import InvalidInput
from kindred.sources.shops.agreements import agreement_of
from kindred.sources.shops.authorizing import Authorizes
from kindred.sources.shops.platform import Credentials, Delivery
from shops.flipkart import shop as made_up
from shops.flipkart.seller import Seller

CALLBACK = "https://kindred.example/hooks/flipkart/callback"
STATE = "id.uid.1.signature"
SELLER = "seller-1"


@pytest.fixture
def agreement() -> Authorizes:
    found = agreement_of("flipkart")
    assert found is not None
    return found


def given(seller: Seller, **more: str) -> dict[str, str]:
    keys = {"app_id": made_up.APP, "app_secret": made_up.SECRET, "seller_id": SELLER}
    return {"mode": "authorization_code", "base": seller.server.base, **keys, **more}


def url_of(agreement: Authorizes, keys: dict[str, str], *, local: bool = True) -> str:
    return agreement.authorize_url(
        None, keys, state=STATE, callback=CALLBACK, return_url="https://kindred.example/back",
        local=local,
    )  # fmt: skip


def brought(url: str) -> Delivery:
    """What the browser of a seller, who answers at once, brings back."""
    there = requests.get(url, timeout=30, allow_redirects=False)
    assert there.status_code == 302
    return Delivery("GET", there.headers["Location"], {}, b"")


def exchange(
    agreement: Authorizes, seller: Seller, keys: dict[str, str], answer: Delivery
) -> Credentials:
    shop, credentials, options = agreement.exchange(
        None, keys, answer, seller.client, state=STATE, now=seller.shop.now, local=True
    )
    assert (shop, options) == (SELLER, {"base": seller.server.base})
    seller.connection = replace(seller.connection, shop=shop, credentials=credentials)
    return credentials


def agreed(agreement: Authorizes, seller: Seller) -> Credentials:
    keys = given(seller)
    return exchange(agreement, seller, keys, brought(url_of(agreement, keys)))


def opens(seller: Seller) -> bool:
    return len({record.id for record in seller.records("orders")}) == 120


def test_a_seller_is_asked_at_flipkart_with_nothing_secret_in_the_address(
    agreement: Authorizes, seller: Seller
) -> None:
    keys = given(seller)
    del keys["base"]
    url = url_of(agreement, keys, local=False)
    assert url.startswith("https://api.flipkart.net/oauth-service/oauth/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "client_id": [made_up.APP], "redirect_uri": [CALLBACK], "response_type": ["code"],
        "scope": ["Seller_Api"], "state": [STATE],
    }  # fmt: skip
    assert made_up.SECRET not in url


def test_a_seller_who_agrees_is_connected_and_the_code_is_good_once(
    agreement: Authorizes, seller: Seller
) -> None:
    keys = given(seller)
    answer = brought(url_of(agreement, keys))
    assert agreement.state_of(answer) == STATE
    made = exchange(agreement, seller, keys, answer)
    assert (made.mode, made.expires_at) == (
        "authorization_code", seller.shop.now + timedelta(days=60),
    )  # fmt: skip
    assert {"app_id", "app_secret", "access_token", "refresh_token"} == set(made.values)
    asked = seller.server.requests[-1]
    assert (asked.query["redirect_uri"], asked.query["state"]) == (CALLBACK, STATE)
    assert not {"app_id", "app_secret", made_up.SECRET} & {*asked.query, *asked.query.values()}
    assert opens(seller)
    with pytest.raises(InvalidInput) as used:
        exchange(agreement, seller, keys, answer)
    assert used.value.code == "access-ended"


def test_a_seller_who_refuses_has_connected_nothing(agreement: Authorizes, seller: Seller) -> None:
    seller.shop.refuses = True
    answer = brought(url_of(agreement, given(seller)))
    assert agreement.state_of(answer) == STATE
    before = len(seller.server.requests)
    with pytest.raises(InvalidInput) as refused:
        exchange(agreement, seller, given(seller), answer)
    assert refused.value.code == "authorization-refused"
    assert len(seller.server.requests) == before


def test_an_answer_is_a_browsers_with_one_state(agreement: Authorizes) -> None:
    for method, query in (
        ("POST", f"code=x&state={STATE}"),
        ("GET", f"code=x&state={STATE}&state=y"),
        ("GET", "code=x"),
    ):
        assert agreement.state_of(Delivery(method, f"{CALLBACK}?{query}", {}, b"")) is None


def test_a_code_that_was_sent_elsewhere_opens_nothing_and_no_secret_is_told(
    agreement: Authorizes, seller: Seller
) -> None:
    keys = given(seller)
    answer = brought(url_of(agreement, keys))
    code = parse_qs(urlsplit(answer.url).query)["code"][0]
    elsewhere = replace(answer, url=answer.url.replace("kindred.example", "other.example"))
    with pytest.raises(InvalidInput) as refused:
        exchange(agreement, seller, keys, elsewhere)
    assert refused.value.code == "access-ended"
    told = repr(refused.value) + str(refused.value.as_dict()) + repr(refused.value.__cause__)
    assert made_up.SECRET not in told
    assert code not in told


@pytest.mark.parametrize("rotates", [False, True])
def test_a_consent_is_renewed_each_sixty_days_and_ends_after_180(
    agreement: Authorizes, seller: Seller, rotates: bool
) -> None:
    seller.shop.rotates = rotates
    first = agreed(agreement, seller)
    for _ in range(2):
        seller.shop.now += timedelta(days=60)
        assert opens(seller.renewed())
    held = seller.connection.credentials.values
    assert (held["refresh_token"] != first.values["refresh_token"]) is rotates
    seller.shop.now += timedelta(days=60)
    with pytest.raises(InvalidInput) as ended:
        seller.renewed()
    assert ended.value.code == "access-ended"
    assert "Connect Flipkart again" in ended.value.hint
    assert not [one for one in held.values() if one in str(ended.value.as_dict())]
    agreed(agreement, seller)
    assert opens(seller)


def test_a_page_is_only_for_who_asks_for_it(agreement: Authorizes, seller: Seller) -> None:
    keys = given(seller)
    assert agreement.wants(None, keys)
    own = {name: keys[name] for name in ("app_id", "app_secret")}
    assert not agreement.wants(None, own)
    code = {"code": made_up.CODE, "redirect_uri": "https://app.example.com/back"}
    assert not agreement.wants(None, keys | code), "a code got elsewhere is a key"
    shop, credentials, _ = seller.flipkart.accept(None, keys | code, local=True)
    assert (shop, credentials.mode) == (SELLER, "authorization_code")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("app_id", "", "flipkart-keys"),
        ("app_secret", " ", "flipkart-keys"),
        ("seller_id", " ", "credentials-incomplete"),
        ("base", "https://evil.example.com", "invalid-input"),
    ],
)
def test_what_is_missing_is_said_before_the_seller_is_sent_away(
    agreement: Authorizes, seller: Seller, name: str, value: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        url_of(agreement, given(seller, **{name: value}), local=False)
    assert (refused.value.code, bool(refused.value.hint)) == (code, True)
