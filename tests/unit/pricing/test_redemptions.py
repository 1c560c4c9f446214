"""Which outcome of a quote may follow which, and how many pieces can come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import Conflict
from kindred.pricing.redemptions import Outcome, State, follow, read_outcome

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TOLD = st.tuples(st.sampled_from(get_args(State)), st.integers(1, 5))


def bought(quantity: int, refunded: int = 0, *, learned: bool = False) -> Outcome:
    return Outcome("refunded" if refunded else "bought", quantity, NOW, refunded, learned)


@given(st.lists(TOLD, max_size=12))
def test_no_more_comes_back_than_was_bought_and_the_same_again_changes_nothing(
    told: list[tuple[State, int]],
) -> None:
    outcome: Outcome | None = None
    redeemed = 0
    for state, quantity in told:
        try:
            after = follow(outcome, state, quantity, at=NOW)
        except Conflict:
            continue
        redeemed += state == "bought" and after is not None
        outcome = after or outcome
        assert outcome is not None
        assert 0 <= outcome.refunded <= outcome.quantity
        assert follow(outcome, state, quantity, at=NOW) is None
        assert read_outcome(outcome.as_fields()) == outcome
    assert redeemed <= 1


def test_what_was_bought_is_not_bought_again_or_undone() -> None:
    assert follow(bought(2), "bought", 2, at=NOW) is None
    for told, quantity in (("bought", 3), ("not_bought", 1)):
        with pytest.raises(Conflict) as refused:
            follow(bought(2), told, quantity, at=NOW)  # type: ignore[arg-type]
        assert refused.value.code == "already-bought"


def test_who_did_not_buy_may_have_bought_later_but_returns_nothing() -> None:
    left = follow(None, "not_bought", 1, at=NOW)
    assert left == Outcome("not_bought", 0, NOW)
    assert follow(left, "bought", 3, at=NOW) == bought(3)
    for before in (None, left):
        with pytest.raises(Conflict) as refused:
            follow(before, "refunded", 1, at=NOW)
        assert refused.value.code == "not-bought"


def test_refunds_are_told_as_all_that_came_back_so_far() -> None:
    assert follow(bought(3), "refunded", 2, at=NOW) == bought(3, 2)
    assert follow(bought(3, 2), "refunded", 1, at=NOW) is None
    with pytest.raises(Conflict) as refused:
        follow(bought(3, 2), "refunded", 4, at=NOW)
    assert refused.value.code == "over-refunded"


def test_what_order_lines_tell_yields_to_what_the_shop_says() -> None:
    assert follow(bought(3, learned=True), "bought", 2, at=NOW) == bought(2)
    assert follow(bought(3, learned=True), "not_bought", 1, at=NOW) == Outcome("not_bought", 0, NOW)


@pytest.mark.parametrize("fields", [None, {}, [], "bought", {"quantity": 1}])
def test_what_is_no_outcome_is_none(fields: object) -> None:
    assert read_outcome(fields) is None
