"""Every customer on exactly one page and in its bucket, whatever the ids are like."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from kindred import paths
from kindred.customers import pages

# At most 256 bytes, as reading lets through: any script, quotes, backslashes, controls.
hostile_ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=256).filter(
    lambda text: len(text.encode()) <= 256
)
cells = st.one_of(st.none(), st.floats(), st.integers(-(2**40), 2**40))


def customers_of(ids: list[str], **columns: list[Any]) -> pa.Table:
    return pa.table({"customer_id": ids, "rank": list(range(len(ids))), **columns})


def is_json(text: str) -> Any:
    """The parsed text; fails on NaN and infinity, which JSON doesn't have."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@given(st.lists(hostile_ids, max_size=60, unique=True), st.data())
def test_pages_hold_every_customer_once_and_in_order(ids: list[str], data: st.DataObject) -> None:
    column = data.draw(st.lists(cells, min_size=len(ids), max_size=len(ids)))
    values = [None if cell is None else float(cell) for cell in column]
    table = customers_of(ids, monetary=pa.array(values, pa.float64()))
    made = list(pages.build_pages("r1", "s01", table))
    assert [i for page, _ in made for i in page.customer_ids] == ids
    assert [page.id for page, _ in made] == [
        paths.page_id("r1", "s01", number) for number in range(len(made))
    ]
    read = [value for page, _ in made for value in is_json(page.columns)["monetary"]]
    for given_value, value in zip(values, read, strict=True):
        if given_value is None or not math.isfinite(given_value):
            assert value is None
        else:
            assert value == pytest.approx(given_value, rel=1e-9, abs=1e-6)


@given(st.lists(hostile_ids, max_size=40, unique=True), st.integers(1, 7))
def test_each_customer_is_found_by_key_in_its_bucket(ids: list[str], buckets: int) -> None:
    table = customers_of(ids, r=[3] * len(ids), mood=["joy"] * len(ids), note=["x"] * len(ids))
    entries = {}
    for page, columns in pages.build_pages("r1", "s01", table):
        for customer_id, entry in pages.index_entries(page, columns, segment_id="r1-s01"):
            assert 0 <= paths.bucket_of(customer_id, buckets) < buckets
            entries[customer_id] = is_json(entry)
            assert customer_id in page.customer_ids
            assert entries[customer_id]["page_id"] == page.id
    assert entries.keys() == set(ids)
    for entry in entries.values():
        assert entry.keys() == {"segment_id", "page_id", "r", "mood"}


@hypothesis_settings(max_examples=12)
@given(st.integers(1, 1600), st.integers(1, 64), st.integers(0, 3000))
def test_pages_stay_within_500_customers_and_700_kilobytes(
    count: int, symbols: int, width: int
) -> None:
    ids = [f"{n:06}" + "🛍" * min(symbols, 62) for n in range(count)]
    table = customers_of(ids, remark=["ß" * width] * count)
    made = [page for page, _ in pages.build_pages("r1", "s01", table)]
    assert sum(len(page.customer_ids) for page in made) == count
    for page in made:
        assert len(page.customer_ids) <= 500
        size = len(page.columns.encode()) + sum(len(i.encode()) for i in page.customer_ids)
        assert size <= 700_000


def test_a_segment_without_customers_has_no_page() -> None:
    assert (
        list(
            pages.build_pages(
                "r1",
                "s01",
                customers_of([]).cast(
                    pa.schema([("customer_id", pa.string()), ("rank", pa.int64())])
                ),
            )
        )
        == []
    )


def test_a_page_repeats_neither_ids_nor_segment_in_its_columns() -> None:
    table = customers_of(["a"], segment_key=["s01"], r=[5])
    ((page, _),) = pages.build_pages("r1", "s01", table)
    assert is_json(page.columns) == {"r": [5]}


@given(st.integers(0, 3_000_000))
def test_a_bucket_holds_about_250_customers(count: int) -> None:
    buckets = pages.count_buckets(count)
    assert buckets >= 1
    assert count / buckets <= 250


def test_customers_spread_evenly_over_buckets() -> None:
    buckets = 40
    sizes = [0] * buckets
    for n in range(10_000):
        sizes[paths.bucket_of(f"C{n}", buckets)] += 1
    assert max(sizes) < 2 * 250


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (-math.inf, None),
        (np.float32("nan"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (True, True),
        (0.1 + 0.2, 0.3),
        (Decimal("12.50"), 12.5),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (date(2026, 2, 1), "2026-02-01"),
        (datetime(2026, 2, 1, 12, tzinfo=UTC), "2026-02-01T12:00:00+00:00"),
        (np.array([1.0, math.nan]), [1.0, None]),
        ({"a": (1, None), 2: {"b": math.nan}}, {"a": [1, None], "2": {"b": None}}),
        (10**30, 10**30),
    ],
)
def test_whatever_isnt_json_becomes_json(value: Any, expected: Any) -> None:
    assert is_json(pages.to_json(value)) == expected


@given(
    st.recursive(
        cells | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_json_says_the_same_again(value: Any) -> None:
    once = is_json(pages.to_json(value))
    assert is_json(pages.to_json(once)) == once
