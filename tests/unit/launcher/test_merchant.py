"""Firestore's way of writing values, there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from launcher.merchant import from_firestore, to_firestore

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=10,
)


@given(values)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert from_firestore(to_firestore(value)) == value


def test_a_time_is_written_in_utc() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert to_firestore(moment) == {"timestampValue": "2026-01-02T03:04:05Z"}
