"""An address of webhooks names one source and nothing beside it; a state is good for its moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import NotAllowed
from kindred.paths import PLATFORMS, Source
from kindred.sources.shops.authorizing import LASTS, State, read_state, sign_state
from kindred.sources.shops.hook_addresses import HookToken, callback_url, hook_url, parse_path
from kindred.sources.shops.secrets import KeyRing, new_hook_secret

IDS = st.from_regex(r"(?!__)[A-Za-z0-9_\-]{1,128}", fullmatch=True)
BASE = "https://kindred.test"
RING = KeyRing((b"k" * 32,))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(IDS, st.sampled_from(PLATFORMS), IDS)
def test_an_address_is_read_as_it_was_made(uid: str, kind: str, id_: str) -> None:
    token = HookToken(Source(uid, kind, id_), new_hook_secret())
    path = hook_url(BASE, token).removeprefix(BASE)
    for asked in (path, path.removeprefix("/hooks")):  # through Hosting, and straight
        place = parse_path(asked)
        assert place is not None
        assert place.token == token


@given(st.text(max_size=200))
def test_any_path_is_an_address_or_none(path: str) -> None:
    place = parse_path(path)
    assert place is None or place.kind


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/shopify/s1.ann.short",
        "/hooks/shopify/../s1.ann." + "a" * 43,
        "/hooks/shopify/s1.ann." + "a" * 43 + "/",
        "/hooks/shopify/s1.ann." + "a" * 43 + "\n",
        "/hooks/shopify/s1/ann." + "a" * 43,
        "/hooks/csv/s1.ann." + "a" * 43,
        "/hooks/SHOPIFY/s1.ann." + "a" * 43,
        "/hooks/shopify/__s1__.ann." + "a" * 43,
        "/hooks/shopify/s1.__ann.x." + "a" * 43,
        "/hooks//s1.ann." + "a" * 43,
        "hooks/shopify/s1.ann." + "a" * 43,
        "",
        "/",
    ],
)
def test_what_is_no_address_names_nothing(path: str) -> None:
    place = parse_path(path)
    assert place is None


def test_answers_of_shops_have_a_place_of_their_own() -> None:
    place = parse_path(callback_url(BASE, "shopify").removeprefix(BASE))
    assert place is not None
    assert (place.kind, place.token) == ("shopify", None)


def test_a_token_does_not_show_its_secret() -> None:
    token = HookToken(Source("ann", "shopify", "s1"), new_hook_secret())
    assert token.secret not in repr(token)


# States ------------------------------------------------------------------------------------


def test_a_state_is_good_for_a_quarter_of_an_hour() -> None:
    state = State("a" * 32, "ann")
    text = sign_state(state, RING, now=NOW)
    assert read_state(text, RING, now=NOW + LASTS - timedelta(seconds=1)) == state
    with pytest.raises(NotAllowed):
        read_state(text, RING, now=NOW + LASTS)


@given(st.integers(0, 200), st.sampled_from("abcXYZ019._-"))
def test_a_state_that_was_touched_is_none_of_ours(at: int, letter: str) -> None:
    text = sign_state(State("a" * 32, "ann"), RING, now=NOW)
    changed = text[: at % len(text)] + letter + text[at % len(text) + 1 :]
    if changed == text or at % len(text) == len(text) - 1:  # its last bits stand for nothing
        return
    with pytest.raises(NotAllowed) as refused:
        read_state(changed, RING, now=NOW)
    assert refused.value.code == "authorization-ended"


@given(st.none() | st.text(max_size=400))
def test_any_text_that_we_have_not_signed_is_refused(text: str | None) -> None:
    with pytest.raises(NotAllowed):
        read_state(text, RING, now=NOW)


def test_a_state_of_another_deployment_is_refused() -> None:
    text = sign_state(State("a" * 32, "ann"), KeyRing((b"x" * 32,)), now=NOW)
    with pytest.raises(NotAllowed):
        read_state(text, RING, now=NOW)
    assert read_state(text, KeyRing((b"k" * 32, b"x" * 32)), now=NOW).uid == "ann"
