"""A whole segmentation on simulated shops."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.errors import Conflict, OptionRefused
from kindred.segments.segmentation import Segmentation
from kindred.segments.segmenting import SegmentOptions, segment_customers
from kindred.tables import CUSTOMERS, Tables
from simulated_shops import FASHION, make_shop, write_table

SHOP = make_shop(FASHION, 300, seed=5)


def segment(tables: Tables, out: Path, **kwargs: object) -> tuple[Segmentation, pd.DataFrame]:
    options = SegmentOptions(**{k: v for k, v in kwargs.items() if k in ("algorithm", "as_of")})
    out.mkdir(parents=True, exist_ok=True)
    with open_engine(out) as engine:
        result = segment_customers(
            tables, options, out, engine=engine, previous=kwargs.get("previous")
        )
    return result, pd.read_parquet(result.customers)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Segmentation, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("shop")
    tables = SHOP.write(folder / "tables")
    return tables, *segment(tables, folder / "out")


def test_every_customer_is_in_exactly_one_of_six_to_ten_segments_with_names_of_their_own(first):
    _tables, result, customers = first
    assert 6 <= len(result.segments) <= 10
    assert len({segment.name for segment in result.segments}) == len(result.segments)
    assert sum(segment.share for segment in result.segments) == pytest.approx(1, abs=1e-12)
    assert sorted(customers["customer_id"]) == sorted(SHOP.truth.index)
    counts = customers["segment_key"].value_counts().to_dict()
    assert counts == {s.segment_key: s.customer_count for s in result.segments}


def test_reasons_carry_numbers_and_point_the_way_they_say(first):
    _tables, result, _customers = first
    for segment_ in result.segments:
        assert segment_.reasons
        for reason in segment_.reasons:
            assert any(character.isdigit() for character in reason.text)
            assert (reason.effect > 0) == (reason.direction == "higher")


def test_ranks_run_from_the_best_customer_of_a_segment(first):
    _tables, _result, customers = first
    for _key, part in customers.groupby("segment_key"):
        assert part["rank"].tolist() == list(range(len(part)))
        assert part["monetary"].is_monotonic_decreasing


def test_a_second_run_on_the_same_data_with_the_earlier_model_changes_nothing(first, tmp_path):
    tables, result, customers = first
    stored = json.loads(json.dumps(result.model))
    again, rows = segment(tables, tmp_path, previous=stored)
    pd.testing.assert_frame_equal(rows, customers, check_exact=True)
    assert [s.name for s in again.segments] == [s.name for s in result.segments]
    assert again.charts["movement"]["data"]["moved"] == 0


def test_a_file_without_customers_is_refused(tmp_path):
    write_table(pd.DataFrame({"customer_id": []}), CUSTOMERS, tmp_path / "c.parquet")
    with pytest.raises(Conflict) as caught:
        segment(Tables(tmp_path / "c.parquet"), tmp_path / "o")
    assert caught.value.code == "no-customers"


def test_an_algorithm_that_does_not_exist_is_refused(first, tmp_path):
    with pytest.raises(OptionRefused):
        segment(first[0], tmp_path, algorithm="magic")
