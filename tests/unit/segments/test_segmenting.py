"""A whole segmentation on simulated shops."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.errors import Conflict, OptionRefused
from kindred.segments.definitions.conditions import LONGEST_WORD
from kindred.segments.segmentation import Segmentation
from kindred.segments.segmenting import SegmentOptions, segment_customers
from kindred.tables import CUSTOMERS, ORDERS, TRAITS, Tables
from simulated_shops import FASHION, make_shop, write_table

SHOP = make_shop(FASHION, 300, seed=5)


def segment(tables: Tables, out: Path, **kwargs: object) -> tuple[Segmentation, pd.DataFrame]:
    options = SegmentOptions(**{k: v for k, v in kwargs.items() if k in ("algorithm", "as_of")})
    out.mkdir(parents=True, exist_ok=True)
    with open_engine(out) as engine:
        result = segment_customers(
            tables,
            options,
            out,
            engine=engine,
            previous=kwargs.get("previous"),
            previous_customers=kwargs.get("previous_customers"),
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
    again, rows = segment(tables, tmp_path, previous=stored, previous_customers=result.customers)
    pd.testing.assert_frame_equal(rows, customers, check_exact=True)
    assert [s.name for s in again.segments] == [s.name for s in result.segments]
    assert again.charts["movement"]["data"]["moved"] == 0


def test_another_method_on_the_same_orders_moves_nobody(first, tmp_path):
    tables, result, _customers = first
    stored = {**json.loads(json.dumps(result.model)), "asked": "dbscan"}
    again, rows = segment(tables, tmp_path, previous=stored, previous_customers=result.customers)
    movement = again.charts["movement"]
    assert movement["data"]["moved"] == 0
    assert movement["data"]["stayed"] == len(rows)
    assert movement["data"]["flows"] == []
    assert "nobody moved" in movement["takeaway"]


def test_movement_calls_a_segment_that_is_gone_by_its_name(first, tmp_path):
    tables, result, customers = first
    gone = customers.assign(segment_key="s77", frequency=customers["frequency"] - 1)
    before = tmp_path / "before.parquet"
    gone.to_parquet(before)
    names = {**result.model["names"], "s77": "Weekend Shoppers"}
    stored = {**json.loads(json.dumps(result.model)), "names": names, "asked": "dbscan"}
    again, _rows = segment(tables, tmp_path, previous=stored, previous_customers=before)
    movement = again.charts["movement"]
    assert {flow["from_name"] for flow in movement["data"]["flows"]} == {"Weekend Shoppers"}
    assert "formed anew" in movement["takeaway"]


def test_a_model_keeps_names_also_without_the_customers_it_was_learned_from(first, tmp_path):
    """Such as one stored with a row per customer, by an earlier version."""
    tables, result, customers = first
    stored = {**result.model, "members": {"s01": {"customers": ["c000001"], "orders": [1]}}}
    again, rows = segment(tables, tmp_path, previous=stored)
    assert [s.name for s in again.segments] == [s.name for s in result.segments]
    pd.testing.assert_series_equal(rows["segment_key"], customers["segment_key"])
    assert "movement" not in again.charts


def test_a_category_that_is_a_whole_story_is_cut_to_what_a_definition_can_name(first, tmp_path):
    _tables, _result, customers = first
    story = " and so on" * 2_000
    tables = SHOP.write(tmp_path / "tables")
    orders = pd.read_parquet(tables.orders)
    orders["category"] = orders["category"] + story
    write_table(orders, ORDERS, tables.orders)
    _, told = segment(tables, tmp_path / "out")
    longest = told["dominant_category"].dropna().str.len()
    assert (longest == LONGEST_WORD).all()
    assert len(longest) == customers["dominant_category"].notna().sum() > 100


def test_a_file_without_customers_is_refused(tmp_path):
    write_table(pd.DataFrame({"customer_id": []}), CUSTOMERS, tmp_path / "c.parquet")
    with pytest.raises(Conflict) as caught:
        segment(Tables(tmp_path / "c.parquet"), tmp_path / "o")
    assert caught.value.code == "no-customers"


def test_an_algorithm_that_does_not_exist_is_refused(first, tmp_path):
    with pytest.raises(OptionRefused):
        segment(first[0], tmp_path, algorithm="magic")


def write_texts(path: Path, worried: list[str], others: list[str]) -> Path:
    """What `texts` makes of words: some customers worried, others content, the rest silent."""
    rows = [
        {
            "customer_id": customer,
            "texts": 3,
            "words": 60,
            "evidence": 0.8,
            "sentiment": -0.3 if customer in worried else 0.5,
            "sentiment_spread": 0.1,
            "emotion_nervousness": 0.6 if customer in worried else 0.02,
            "emotion_joy": 0.1 if customer in worried else 0.5,
            "emotion_neutral": 0.3,
            **{
                f"{trait}{part}": 0.5 + bump if customer in worried else None
                for trait in TRAITS
                for part, bump in (("", 0.0), ("_low", -0.1), ("_high", 0.1))
            },
        }
        for customer in [*worried, *others]
    ]
    pd.DataFrame(rows).to_parquet(path, index=False)
    return path


def test_words_join_the_features_and_are_told_and_the_silent_are_not_set_apart(tmp_path):
    tables = SHOP.write(tmp_path / "t")
    ids = sorted(SHOP.truth.index)
    texts = write_texts(tmp_path / "texts.parquet", ids[:60], ids[60:150])
    options = SegmentOptions(names={"s01": "Our Best"})
    with open_engine(tmp_path) as engine:
        result = segment_customers(tables, options, tmp_path, engine=engine, customer_texts=texts)
    customers = pd.read_parquet(result.customers).set_index("customer_id")
    assert (customers.loc[ids[:60], "mood"] == "nervousness").all()
    assert (customers.loc[ids[:60], "emotion_group"] == "Worried").all()
    assert customers.loc[ids[150:], "mood"].isna().all()
    spoke = [s for s in result.segments if s.evidence == "behaviour+text"]
    assert spoke
    assert all(0 <= share <= 1 for s in spoke for share in (s.emotions or {}).values())
    # All who wrote enough have the same profile: nothing sets a segment apart.
    assert not any(s.personality for s in result.segments)
    assert any("ervousness" in r.text for s in result.segments for r in s.reasons)
    silent = customers.loc[ids[150:], "segment_key"].value_counts(normalize=True)
    assert silent.max() < 0.6
    assert [s.name for s in result.segments if s.segment_key == "s01"] == ["Our Best"]
