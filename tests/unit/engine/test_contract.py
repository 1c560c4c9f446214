"""What every table engine promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest
from ibis import _
from kindred.engine import Engine, TooManyRows, open_engine

#: Every engine there is, opened on a folder for what it has to put down.
ENGINES: dict[str, Callable[[Path], AbstractContextManager[Engine]]] = {"duckdb": open_engine}
PEOPLE = pd.DataFrame({"name": ["ann", "bob", "cid"], "orders": [3, 1, 2]})


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with ENGINES[request.param](tmp_path / "scratch") as engine:
        yield engine


def test_a_file_is_read_as_a_table(engine: Engine, tmp_path: Path) -> None:
    PEOPLE.to_parquet(tmp_path / "people.parquet")
    people = engine.read(tmp_path / "people.parquet")
    assert engine.fetch(people.order_by("name"), most=3).to_dict("list") == PEOPLE.to_dict("list")


def test_several_files_are_read_as_one_table(engine: Engine, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.parquet" for number in range(3)]
    for number, path in enumerate(paths):
        PEOPLE.iloc[number : number + 1].to_parquet(path)
    people = engine.read(paths)
    assert engine.fetch(people.order_by("name"), most=3).to_dict("list") == PEOPLE.to_dict("list")


def test_a_frame_and_an_expression_are_kept(engine: Engine) -> None:
    kept = engine.keep("people", PEOPLE)
    doubled = engine.keep("doubled", kept.mutate(orders=_.orders * 2))
    assert engine.value(doubled.orders.sum()) == 12


def test_a_kept_table_outlives_the_file_it_came_from(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    PEOPLE.to_parquet(path)
    kept = engine.keep("people", engine.read(path))
    path.unlink()
    assert engine.value(kept.count()) == 3


def test_a_kept_table_takes_the_place_of_an_earlier_one(engine: Engine) -> None:
    engine.keep("people", PEOPLE)
    other = engine.keep("people", pd.DataFrame({"city": ["Oslo"]}))
    assert engine.fetch(other, most=1).to_dict("list") == {"city": ["Oslo"]}


def test_a_kept_table_can_be_made_from_the_earlier_one(engine: Engine) -> None:
    kept = engine.keep("people", PEOPLE)
    fewer = engine.keep("people", kept.filter(_.orders > 1))
    assert engine.value(fewer.count()) == 2


def test_a_frame_holds_no_more_rows_than_allowed(engine: Engine) -> None:
    kept = engine.keep("people", PEOPLE)
    assert len(engine.fetch(kept, most=3)) == 3
    with pytest.raises(TooManyRows):
        engine.fetch(kept, most=2)


def test_frames_come_in_the_order_asked_for(engine: Engine) -> None:
    kept = engine.keep("people", PEOPLE)
    assert list(engine.fetch(kept.order_by("orders"), most=3)["name"]) == ["bob", "cid", "ann"]
    backwards = kept.order_by(ibis.desc("orders"))
    assert list(engine.fetch(backwards, most=3)["name"]) == ["ann", "cid", "bob"]


def test_an_empty_frame_has_its_columns(engine: Engine) -> None:
    frame = engine.fetch(engine.keep("people", PEOPLE).filter(_.orders > 9), most=0)
    assert frame.empty
    assert list(frame.columns) == ["name", "orders"]


def test_a_row_holds_plain_values(engine: Engine) -> None:
    rows = engine.keep("people", PEOPLE)
    row = engine.row(
        rows.aggregate(
            count=rows.count(),
            mean=rows.orders.mean(),
            first=rows.name.min(),
            none=rows.orders.sum(where=rows.orders > 9),
            when=ibis.timestamp("2024-03-01 12:30:00"),
        )
    )
    assert row == {
        "count": 3,
        "mean": 2.0,
        "first": "ann",
        "none": None,
        "when": datetime.fromisoformat("2024-03-01T12:30"),
    }
    assert [type(value) for value in row.values()] == [int, float, str, type(None), datetime]


@pytest.mark.parametrize("more_than", [0, 9])
def test_a_row_is_the_only_one(engine: Engine, more_than: int) -> None:
    with pytest.raises(ValueError, match="unpack"):
        engine.row(engine.keep("people", PEOPLE).filter(_.orders > more_than))


def test_a_value_is_plain_and_a_null_is_none(engine: Engine) -> None:
    rows = engine.keep("people", PEOPLE)
    assert type(engine.value(rows.count())) is int
    assert engine.value(rows.name.max()) == "cid"
    assert engine.value(rows.orders.max(where=rows.orders > 9)) is None


def test_batches_hold_all_rows_once_in_the_order_asked_for(engine: Engine) -> None:
    many = engine.keep("many", pd.DataFrame({"n": range(300_000)}))
    batches = list(engine.batches(many.order_by(ibis.desc("n")), 70_000))
    assert max(len(batch) for batch in batches) <= 70_000
    assert pd.concat(batches)["n"].tolist() == list(range(299_999, -1, -1))


def test_between_two_batches_other_things_may_be_asked(engine: Engine) -> None:
    kept = engine.keep("people", PEOPLE)
    seen = []
    for batch in engine.batches(kept.order_by("name"), 1):
        engine.keep("one", batch)
        engine.keep("people", pd.DataFrame({"name": ["nobody"], "orders": [0]}))
        seen += batch["name"].tolist()
    assert seen == ["ann", "bob", "cid"]


def test_no_rows_make_no_batch(engine: Engine) -> None:
    assert list(engine.batches(engine.keep("people", PEOPLE).filter(_.orders > 9), 10)) == []


def test_batches_leave_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    kept = engine.keep("people", PEOPLE)
    list(engine.batches(kept, 1))
    unfinished = engine.batches(kept, 1)
    next(unfinished)
    unfinished.close()  # type: ignore[attr-defined]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nulls_come_through_frames_and_batches_alike(engine: Engine) -> None:
    kept = engine.keep(
        "gaps",
        pd.DataFrame(
            {
                "at": [1, 2],
                "word": pd.Series(["a", None], dtype="str"),
                "number": [1.5, None],
                "when": pd.to_datetime(["2024-03-01", None]),
                "is_so": pd.Series([True, None], dtype="boolean"),
            }
        ),
    ).order_by("at")
    frame = engine.fetch(kept, most=2)
    assert frame.iloc[0].to_dict() == {
        "at": 1, "word": "a", "number": 1.5, "when": pd.Timestamp("2024-03-01"), "is_so": True,
    }  # fmt: skip
    assert frame.iloc[1].isna().to_dict() == {
        "at": False, "word": True, "number": True, "when": True, "is_so": True,
    }  # fmt: skip
    (batch,) = engine.batches(kept, 2)
    pd.testing.assert_frame_equal(batch, frame)


def test_an_absent_number_is_no_number(engine: Engine) -> None:
    """A NaN of a frame is a null: it can't be above anything, and no sum is lost to it."""
    kept = engine.keep("gaps", pd.DataFrame({"number": [1.5, None]}))
    assert engine.value(kept.number.sum()) == 1.5
    assert engine.value(kept.number.notnull().sum()) == 1


def test_a_written_table_keeps_order_and_types(engine: Engine, tmp_path: Path) -> None:
    kept = engine.keep("many", pd.DataFrame({"n": range(300_000)}))
    typed = kept.mutate(
        money=(_.n / 4).cast("decimal(20, 4)"),
        number=_.n / 2,
        word=_.n.cast("string"),
        day=ibis.date("2024-02-29"),
        moment=ibis.timestamp("2024-02-29 23:59:59"),
        is_even=_.n % 2 == 0,
        none=ibis.null("float64"),
    )
    typed = engine.keep("typed", typed)
    path = tmp_path / "made.parquet"
    engine.write(typed.order_by(ibis.desc("n")), path)
    assert pq.read_table(path, columns=["n"])["n"].to_pylist() == list(range(299_999, -1, -1))
    again = engine.read(path)
    assert again.schema() == typed.schema()
    row = engine.row(again.filter(_.n == 3))
    assert repr(row["money"]) == "Decimal('0.7500')"
    assert repr(engine.value(again.money.max())).startswith("Decimal(")
    assert row["word"] == "3"
    assert row["moment"] == datetime.fromisoformat("2024-02-29T23:59:59")
    assert not row["is_even"]
    assert row["none"] is None
