"""A token says where its key lies, and nothing else is a token."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from kindred.keys.tokens import (
    MAX_LENGTH,
    Token,
    hash_secret,
    is_same,
    new_token,
    parse_token,
)

UIDS = st.from_regex(r"[A-Za-z0-9_\-]{1,128}", fullmatch=True).filter(
    lambda uid: not uid.startswith("__")
)


@given(UIDS)
def test_a_new_token_reads_back_as_itself(uid: str) -> None:
    token = new_token(uid)
    assert parse_token(str(token)) == token
    assert len(str(token)) <= MAX_LENGTH
    assert re.fullmatch(r"kk_[A-Za-z0-9._\-]+", str(token))  # what a header takes as it is


def test_no_two_tokens_are_alike() -> None:
    tokens = [new_token("u") for _ in range(200)]
    assert len({token.key_id for token in tokens}) == len({t.secret for t in tokens}) == 200


def test_a_new_secret_of_a_key_keeps_its_id() -> None:
    first = new_token("u")
    second = new_token("u", first.key_id)
    assert second.key_id == first.key_id
    assert second.secret != first.secret


@given(st.text())
@example("kk_")
@example("kk_" + "a" * 20 + ".u." + "b" * 43 + "\n")
@example("kk_" + "a" * 20 + ".__u." + "b" * 43)
@example("kk_" + "a" * 20 + ".u/x." + "b" * 43)
@example("kk_" + "a" * 20 + ".." + "b" * 43)
@example("KK_" + "a" * 20 + ".u." + "b" * 43)
@example("kk_" + "á" * 20 + ".u." + "b" * 43)
@example("kk_" + "a" * 20 + ".u." + "٣" * 43)
@example("kk_" + "a" * 20 + ".u." + "b" * 42)
@example("x" * 1_000_000)
def test_what_anybody_sends_is_no_token(text: str) -> None:
    assert parse_token(text) is None


@given(UIDS, st.integers(0, MAX_LENGTH), st.characters())
def test_a_changed_sign_makes_another_token_or_none(uid: str, place: int, sign: str) -> None:
    token = new_token(uid)
    text = str(token)
    changed = parse_token(text[:place] + sign + text[place + 1 :])
    if changed is not None:
        assert str(changed) == text[:place] + sign + text[place + 1 :]


def test_a_token_in_a_log_or_a_traceback_keeps_its_secret() -> None:
    token = Token("a" * 20, "u", "s" * 43)
    assert "ssss" not in repr(token)


def test_hashes_are_compared_and_nothing_is_like_none() -> None:
    assert is_same(hash_secret("a"), hash_secret("a"))
    assert not is_same(hash_secret("a"), hash_secret("b"))
    assert not is_same(hash_secret("a"), None)
