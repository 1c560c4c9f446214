"""Whole segmentations of unusual files, and how well temperaments are found again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.segments.segmentation import Segmentation
from kindred.segments.segmenting import SegmentOptions, segment_customers
from kindred.tables import CUSTOMERS, Tables
from simulated_shops import FASHION, RECIPES, make_shop, write_table
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

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


def test_the_result_is_the_same_a_second_time_and_wherever_rows_lie(first, tmp_path):
    _tables, result, customers = first
    shuffled = SHOP.orders.sample(frac=1, random_state=3)
    again, rows = segment(type(SHOP)(shuffled, SHOP.truth).write(tmp_path / "t"), tmp_path / "o")
    pd.testing.assert_frame_equal(rows, customers, check_exact=True)
    assert again.segments == result.segments


def test_customers_without_an_order_have_a_segment_of_their_own(tmp_path):
    tables = SHOP.write(tmp_path / "t")
    everyone = pd.DataFrame({"customer_id": [*SHOP.truth.index, "window-shopper", "z"]})
    write_table(everyone, CUSTOMERS, tables.customers)
    result, customers = segment(tables, tmp_path / "o")
    mine = customers.set_index("customer_id").loc["window-shopper"]
    assert mine["segment_key"] == "no-orders"
    assert mine["rfm_group"] == "Prospects"
    assert pd.isna(mine["recency_days"])
    assert result.segments[-1].customer_count == 2
    assert len(result.segments) <= 10


@pytest.mark.parametrize("count", [1, 2, 7, 29])
def test_few_customers_get_fewer_segments_and_are_told_so(tmp_path, count):
    shop = make_shop(FASHION, count, seed=2)
    result, customers = segment(shop.write(tmp_path / "t"), tmp_path / "o")
    assert 1 <= len(result.segments) <= max(1, count // 5)
    assert len(customers) == count
    assert [notice["code"] for notice in result.notices] == ["few-customers"]


def test_what_a_file_cannot_support_is_absent_not_zero(tmp_path):
    poor = make_shop(FASHION, 80, seed=4, without=(
        "has_time", "discount", "category", "product_id", "quantity", "unit_price"))  # fmt: skip
    _result, customers = segment(poor.write(tmp_path / "t"), tmp_path / "o")
    for column in ("night_share", "discount_share", "category_breadth", "price_position"):
        assert customers[column].isna().all(), column
    assert customers["refund_share"].notna().any()


def test_a_file_of_one_row_per_customer_is_segmented_by_its_totals(tmp_path):
    orders = SHOP.orders[SHOP.orders["kind"] == "sale"]
    given = orders.groupby("customer_id").agg(
        given_orders=("order_id", "nunique"),
        given_net=("amount", "sum"),
        given_first_order=("ordered_at", "min"),
        given_last_order=("ordered_at", "max"),
    )
    write_table(given.reset_index(), CUSTOMERS, tmp_path / "customers.parquet")
    result, customers = segment(Tables(tmp_path / "customers.parquet"), tmp_path / "o")
    assert 6 <= len(result.segments) <= 10
    orders_of = customers.set_index("customer_id")["frequency"].sort_index()
    assert orders_of.tolist() == given["given_orders"].sort_index().tolist()


def test_dbscan_gives_everyone_a_segment_too(first, tmp_path):
    result, customers = segment(first[0], tmp_path, algorithm="dbscan")
    assert result.choice["algorithm"] == "dbscan"
    assert 6 <= len(result.segments) <= 10
    assert customers["segment_key"].notna().all()


def plain_kmeans_on_rfm(customers: pd.DataFrame, k: int) -> pd.Series:
    bought = customers[customers["frequency"] > 0]
    scaled = StandardScaler().fit_transform(bought[["recency_days", "frequency", "monetary"]])
    labels = KMeans(k, n_init=10, random_state=0).fit_predict(scaled)
    return pd.Series(labels, index=bought["customer_id"])


# "stages" are nothing but recency and frequency: there RFM is the truth.
@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe != "stages"])
def test_temperaments_are_found_again_far_better_than_by_rfm(tmp_path, recipe):
    shop = make_shop(RECIPES[recipe], 700, seed=17)
    result, customers = segment(shop.write(tmp_path / "t"), tmp_path / "o")
    ours = adjusted_rand_score(shop.truth[customers["customer_id"]], customers["segment_key"])
    rfm = plain_kmeans_on_rfm(customers, len(result.segments))
    assert ours >= adjusted_rand_score(shop.truth[rfm.index], rfm) + 0.1


@pytest.mark.parametrize("which", ["latest", "scattered"])
def test_customers_without_a_new_order_keep_their_segment(tmp_path, which):
    shop = make_shop(FASHION, 700, seed=23)
    orders = shop.orders.sort_values("ordered_at", kind="stable")
    ids = orders["order_id"].drop_duplicates()
    cut = int(len(ids) * 0.9)
    kept = ids.iloc[:cut] if which == "latest" else ids.sample(cut, random_state=1)
    earlier = orders[orders["order_id"].isin(kept)]
    first, before = segment(type(shop)(earlier, shop.truth).write(tmp_path / "a"), tmp_path / "x")
    second, after = segment(
        shop.write(tmp_path / "b"),
        tmp_path / "y",
        previous=first.model,
        previous_customers=first.customers,
    )
    new = set(orders.loc[~orders["order_id"].isin(kept), "customer_id"])
    both = before.merge(after, on="customer_id", suffixes=("_before", "_after"))
    both = both[~both["customer_id"].isin(new) & (both["segment_key_before"] != "no-orders")]
    assert len(both) > 100
    agreement = adjusted_rand_score(both["segment_key_before"], both["segment_key_after"])
    assert agreement >= 0.9
    assert (both["segment_key_before"] == both["segment_key_after"]).mean() >= 0.9
    names = {s.segment_key: s.name for s in first.segments}
    assert all(names.get(s.segment_key, s.name) == s.name for s in second.segments)
    moved = second.charts["movement"]["data"]
    assert moved["stayed"] + moved["moved"] + moved["arrived"] == len(after)


def test_a_few_wholesale_buyers_do_not_swallow_the_space(tmp_path):
    shop = make_shop(FASHION, 700, seed=29)
    _result, before = segment(shop.write(tmp_path / "a"), tmp_path / "x")
    large = shop.orders[shop.orders["customer_id"].isin(["c000001", "c000002"])].copy()
    large["customer_id"] = "wholesale-" + large["customer_id"]
    large["order_id"] = "w" + large["order_id"]
    large[["amount", "quantity"]] *= 400
    orders = pd.concat([shop.orders, large], ignore_index=True)
    truth = pd.concat([shop.truth, pd.Series("wholesale", index=large["customer_id"].unique())])
    result, after = segment(type(shop)(orders, truth).write(tmp_path / "b"), tmp_path / "y")
    both = before.merge(after, on="customer_id", suffixes=("_before", "_after"))
    assert adjusted_rand_score(both["segment_key_before"], both["segment_key_after"]) >= 0.8
    assert max(s.share for s in result.segments) <= 0.6
    assert min(s.customer_count for s in result.segments) >= 5
