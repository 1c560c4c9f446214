"""Who is let in: what one instance remembers of keys, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from kindred.errors import Unavailable
from kindred.keys.gate import BAD_KEYS, Gate, TooManyBadKeys
from kindred.keys.key import Key, KeyHolder, Scope
from kindred.keys.service import open_gate
from kindred.keys.tokens import Token, new_token

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SHOP = "https://shop.example"
SECOND = timedelta(seconds=1)


@dataclass
class Keys:
    """Keys of a Firestore that counts what it is asked, and can be down."""

    kept: dict[tuple[str, str], Key] = field(default_factory=dict)
    asked: int = 0
    used: list[str] = field(default_factory=list)
    is_down: bool = False

    def find(self, uid: str, key_id: str) -> Key | None:
        self.asked += 1
        if self.is_down:
            raise Unavailable("down")
        return self.kept.get((uid, key_id))

    def make(
        self, uid: str = "merchant", *, origins: tuple[str, ...] = (),
        scopes: tuple[Scope, ...] = ("prices",),
    ) -> Token:  # fmt: skip
        token = new_token(uid)
        self.kept[uid, token.key_id] = Key(
            token.key_id, "Shop", scopes, (("csv", "up1"),), origins, created_at=NOON,
            created_by=uid, last4=token.last4, hash=token.hash, used_on="2026-11-29",
        )  # fmt: skip
        return token

    def change(self, token: Token, change: Callable[[Key], Key]) -> None:
        name = (token.uid, token.key_id)
        self.kept[name] = change(self.kept[name])

    def gate(self) -> Gate:
        gate = open_gate(find=self.find, lease=lambda *_: 0)
        gate.note_use = lambda uid, key_id, day: self.used.append(day)
        return gate


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_a_key_speaks_for_its_merchant_and_its_sources(keys: Keys) -> None:
    token = keys.make()
    holder = keys.gate().verify(str(token), "prices", None, now=NOON)
    assert holder == KeyHolder("merchant", token.key_id, (("csv", "up1"),))


def test_looking_up_is_one_question_a_minute(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    for _ in range(100):
        assert gate.verify(str(token), "prices", None, now=NOON)
    assert keys.asked == 1
    gate.verify(str(token), "prices", None, now=NOON + 44 * SECOND)
    assert keys.asked == 1
    for _ in range(100):
        gate.verify(str(token), "prices", None, now=NOON + 60 * SECOND)
    assert keys.asked == 2


def test_a_key_is_read_again_by_one_request_while_others_go_on(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    gate.verify(str(token), "prices", None, now=NOON)
    seen: list[bool] = []

    def find(uid: str, key_id: str) -> Key | None:
        others = gate.verify(str(token), "prices", None, now=NOON + 50 * SECOND)
        seen.append(others is not None)
        return keys.find(uid, key_id)

    gate.find = find
    assert gate.verify(str(token), "prices", None, now=NOON + 50 * SECOND)
    assert (seen, keys.asked) == ([True], 2)


def test_a_revoked_key_is_let_in_for_a_minute_at_most(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    assert gate.verify(str(token), "prices", None, now=NOON)
    keys.change(token, lambda key: replace(key, hash=None, revoked_at=NOON))
    assert gate.verify(str(token), "prices", None, now=NOON + 60 * SECOND) is None


def test_what_is_wrong_makes_no_difference(keys: Keys) -> None:
    public = keys.make(origins=(SHOP,))
    own = keys.make()
    revoked = keys.make()
    keys.change(revoked, lambda key: replace(key, hash=None, revoked_at=NOON))
    gate = keys.gate()
    for text, scope, origin in (
        (str(own), "events", None),
        (str(own), "prices", SHOP),  # a secret key in a page
        (str(public), "prices", None),
        (str(public), "prices", "https://shop.example:8443"),
        (str(public), "prices", "https://shop.example.evil.example"),
        (str(public), "prices", "null"),
        (str(revoked), "prices", None),
        (str(new_token("merchant")), "prices", None),
        (str(new_token("merchant", own.key_id)), "prices", None),
        (str(Token(own.key_id, "other", own.secret)), "prices", None),
        ("", "prices", None),
        ("kk_", "prices", None),
    ):
        assert gate.verify(text, scope, origin, now=NOON) is None, (text, scope, origin)
    assert gate.verify(str(public), "prices", SHOP, now=NOON)


def test_an_old_secret_works_until_its_time(keys: Keys) -> None:
    old = keys.make()
    new = new_token(old.uid, old.key_id)
    until = NOON + timedelta(hours=24)
    keys.change(old, lambda key: replace(key, hash=new.hash, old_hash=old.hash, old_until=until))
    gate = keys.gate()
    for now, is_let_in in ((NOON, True), (until - SECOND, True), (until, False)):
        assert bool(gate.verify(str(old), "prices", None, now=now)) is is_let_in
        assert gate.verify(str(new), "prices", None, now=now)


def test_a_new_secret_works_in_seconds_where_the_old_one_is_remembered(keys: Keys) -> None:
    old, gate = keys.make(), keys.gate()
    assert gate.verify(str(old), "prices", None, now=NOON)
    new = new_token(old.uid, old.key_id)
    keys.change(old, lambda key: replace(key, hash=new.hash, last4=new.last4))
    assert gate.verify(str(new), "prices", None, now=NOON + 11 * SECOND)


def test_a_wrong_secret_of_a_known_key_does_not_ask_each_time(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    gate.verify(str(token), "prices", None, now=NOON)
    for _ in range(50):
        wrong = new_token(token.uid, token.key_id)
        assert gate.verify(str(wrong), "prices", None, now=NOON + 11 * SECOND) is None
    assert keys.asked <= 2


def test_guesses_are_remembered_and_fill_no_memory(keys: Keys) -> None:
    gate = keys.gate()
    guess = str(new_token("merchant"))
    for _ in range(10):
        gate.verify(guess, "prices", None, now=NOON)
    assert keys.asked == 1
    for minute in range(20):
        for _ in range(250):
            gate.verify(
                str(new_token("m" * 128)), "prices", None, now=NOON + timedelta(minutes=minute + 1)
            )
    assert len(gate.unknown) <= 1_000
    assert len(gate.known) == 0


def test_too_many_guesses_are_no_longer_looked_up_but_known_keys_go_on(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    assert gate.verify(str(token), "prices", None, now=NOON)
    refused = 0
    for _ in range(BAD_KEYS + 100):
        try:
            gate.verify(str(new_token("merchant")), "prices", None, now=NOON)
        except TooManyBadKeys as err:
            refused += 1 <= err.seconds <= 60
    assert refused == 101  # the last that was looked up, too
    assert keys.asked == BAD_KEYS + 1
    assert gate.verify(str(token), "prices", None, now=NOON)
    assert gate.verify(str(token), "prices", None, now=NOON + 59 * SECOND)
    # Without telling which of them are: a wrong secret of a known key is answered alike.
    with pytest.raises(TooManyBadKeys):
        gate.verify(str(new_token(token.uid, token.key_id)), "prices", None, now=NOON)
    assert gate.verify(str(new_token("merchant")), "prices", None, now=NOON + 60 * SECOND) is None


def test_what_costs_no_read_shuts_nobody_out(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    for _ in range(2 * BAD_KEYS):
        assert gate.verify("xxxxxxxxxx", "prices", None, now=NOON) is None
    assert gate.verify(str(token), "prices", None, now=NOON)


def test_guessing_the_secret_of_a_public_key_keeps_no_customer_out(keys: Keys) -> None:
    token, gate = keys.make(origins=(SHOP,)), keys.gate()
    for _ in range(500):
        try:
            gate.verify(str(new_token(token.uid, token.key_id)), "prices", SHOP, now=NOON)
        except TooManyBadKeys:
            continue
    assert gate.verify(str(token), "prices", SHOP, now=NOON)
    assert gate.verify(str(token), "prices", SHOP, now=NOON + 61 * SECOND)


def test_while_firestore_is_down_what_was_known_lately_is_believed(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    assert gate.verify(str(token), "prices", None, now=NOON)
    keys.is_down = True
    for minutes in (2, 9):
        assert gate.verify(str(token), "prices", None, now=NOON + timedelta(minutes=minutes))
    with pytest.raises(Unavailable):
        gate.verify(str(token), "prices", None, now=NOON + timedelta(minutes=11))
    with pytest.raises(Unavailable):
        gate.verify(str(keys.make()), "prices", None, now=NOON)


def test_a_firestore_that_is_down_is_not_waited_for_by_each_request(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    gate.verify(str(token), "prices", None, now=NOON)
    keys.is_down = True
    later = NOON + timedelta(minutes=2)
    for _ in range(100):
        assert gate.verify(str(token), "prices", None, now=later)
    assert keys.asked == 2
    keys.is_down = False
    gate.verify(str(token), "prices", None, now=later + 5 * SECOND)
    assert keys.asked == 3


def test_use_is_written_once_a_day(keys: Keys) -> None:
    token, gate = keys.make(), keys.gate()
    for now in (NOON, NOON + timedelta(hours=12), NOON + timedelta(hours=12, seconds=30)):
        gate.verify(str(token), "prices", None, now=now)
    assert keys.used == ["2026-11-30"]
