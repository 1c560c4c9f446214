"""What is sealed opens for its own purpose, by this deployment, and for nobody else."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from kindred.errors import Conflict
from kindred.paths import Source
from kindred.sources.shops.secrets import (
    KeyRing,
    hash_of,
    is_same,
    key_id,
    new_hook_secret,
    parse_keys,
    purpose_of,
)

OLD, NEW = b"o" * 32, b"n" * 32
RING = KeyRing((NEW, OLD))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def in_text(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


@given(TEXTS, TEXTS)
def test_a_sealed_text_comes_back_as_it_was(text: str, purpose: str) -> None:
    sealed = RING.seal(text, purpose)
    assert RING.open(sealed, purpose) == text
    assert sealed.isascii()


@given(TEXTS.filter(lambda text: len(text) > 6))
def test_a_sealed_text_shows_nothing_of_it_and_is_never_the_same_twice(text: str) -> None:
    one, two = RING.seal(text, "p"), RING.seal(text, "p")
    assert text not in one
    assert one != two
    assert not set(one.split(".")[2:]) & set(two.split(".")[2:])


@given(st.floats(0, 1, exclude_max=True), st.sampled_from("ABCDEFabcdef0123456789._-"))
def test_a_changed_letter_anywhere_is_noticed(where: float, letter: str) -> None:
    sealed = RING.seal("ck_secret", "u/shopify/s1/credentials")
    at = int(where * len(sealed))
    changed = sealed[:at] + letter + sealed[at + 1 :]
    # The last letter of a part has bits that stand for nothing.
    assume(_bytes(changed) != _bytes(sealed))
    with pytest.raises(Conflict) as refused:
        RING.open(changed, "u/shopify/s1/credentials")
    assert refused.value.code == "secret-unreadable"


def _bytes(sealed: str) -> list[str | bytes]:
    version, key, *parts = sealed.split(".")
    try:
        return [version, key, *(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in parts)]
    except ValueError:
        return [sealed]


@pytest.mark.parametrize(
    "elsewhere",
    [
        Source("ann", "shopify", "s2"),
        Source("bob", "shopify", "s1"),
        Source("ann", "woocommerce", "s1"),
    ],
    ids=str,
)
def test_a_sealed_text_that_was_moved_to_another_source_stays_shut(elsewhere: Source) -> None:
    own = purpose_of(Source("ann", "shopify", "s1"), "credentials")
    sealed = RING.seal("{}", own)
    for purpose in (
        purpose_of(elsewhere, "credentials"),
        purpose_of(Source("ann", "shopify", "s1"), "hooks"),
    ):
        with pytest.raises(Conflict):
            RING.open(sealed, purpose)
    assert RING.open(sealed, own) == "{}"


def test_the_parts_of_two_sealed_texts_cant_be_mixed() -> None:
    one, two = (RING.seal(text, "p").split(".") for text in ("mine", "yours"))
    with pytest.raises(Conflict):
        RING.open(".".join((*one[:3], two[3])), "p")


def test_an_older_key_opens_and_the_newest_seals() -> None:
    before = KeyRing((OLD,)).seal("token", "p")
    assert RING.open(before, "p") == "token"
    assert not RING.is_current(before)
    after = RING.seal("token", "p")
    assert RING.is_current(after)
    with pytest.raises(Conflict) as refused:
        KeyRing((OLD,)).open(after, "p")
    assert refused.value.code == "secret-unreadable"
    assert "token" not in str(refused.value.as_dict())


def test_a_signature_is_good_for_its_text_and_purpose_alone() -> None:
    made = KeyRing((OLD,)).sign("state", "oauth")
    assert RING.is_signed("state", made, "oauth"), "signed before the key was changed"
    assert not RING.is_signed("state", made, "other")
    assert not RING.is_signed("stat", made, "oauth")
    assert not RING.is_signed("state", made + "ä", "oauth")
    assert made != KeyRing((OLD,)).sign("state", "other")


@pytest.mark.parametrize(
    "text",
    ["", "   ", "short", in_text(b"x" * 31), f"{in_text(NEW)},", "not base64!", in_text(b"x" * 64)],
)
def test_a_setting_that_holds_no_key_says_who_has_to_do_what(text: str) -> None:
    with pytest.raises(Conflict) as refused:
        parse_keys(text)
    assert refused.value.code == "no-shop-key"
    assert "KINDRED_SHOP_KEY" in refused.value.hint
    assert not text.strip() or text not in str(refused.value.as_dict())


@pytest.mark.parametrize("between", [",", " ", "\n", ", "])
def test_keys_are_read_in_order_whatever_stands_between(between: str) -> None:
    text = between.join((in_text(NEW), in_text(OLD)))
    assert parse_keys(text) == RING
    assert (
        parse_keys(f" {base64.urlsafe_b64encode(b'~?>' + NEW[3:]).decode()}\n").keys[0][:1] == b"~"
    )


def test_a_key_is_in_no_repr_and_its_id_tells_nothing() -> None:
    key = os.urandom(32)
    ring = KeyRing((key,))
    assert repr(ring) == "KeyRing()"
    assert len(key_id(key)) == 16
    assert key_id(key) not in key.hex()


def test_secrets_of_webhooks_are_drawn_and_kept_as_hashes() -> None:
    drawn = {new_hook_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(one) == 43 for one in drawn)
    assert is_same(hash_of("a"), hash_of("a"))
    assert not is_same(hash_of("a"), hash_of("b"))
