"""The bench measures what it says, and fails where a ratio doesn't hold."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from benching.bench import FLOORS, Row
from benching.orders import COLUMNS, write_orders
from benching.picture import draw
from benching.runs import in_turn, measure


def test_a_shop_has_exactly_as_many_lines_as_asked_and_is_the_same_every_time(
    tmp_path: Path,
) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    write_orders(first, 2_345)
    write_orders(again, 2_345)
    assert first.read_bytes() == again.read_bytes()
    with first.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2_345
    assert tuple(rows[0]) == COLUMNS
    assert 200 < len({row["Customer ID"] for row in rows}) < 300
    buyers = {(row["Order ID"], row["Customer ID"], row["Order Date"]) for row in rows}
    assert len(buyers) == len({row["Order ID"] for row in rows})


def test_a_ratio_above_its_floor_does_not_hold() -> None:
    name, floor = next(iter(FLOORS.items()))
    assert Row(name, floor, floor, 1.0, "s").holds
    assert not Row(name, floor * 1.01, floor, 1.0, "s").holds
    assert Row("a row that nobody holds", 1e9, 1e9, 1.0, "s").holds


def test_a_program_that_fails_is_no_measurement() -> None:
    with pytest.raises(Exception, match="exit status 3"):
        measure(["-c", "raise SystemExit(3)"])


def test_programs_take_turns(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = f"import sys; open({str(log)!r}, 'a').write(sys.argv[1])"
    taken = in_turn({"a": (["-c", note], ["a"]), "b": (["-c", note], ["b"])}, 3)
    assert log.read_text() == "ababab"
    assert all(one.seconds > 0 and one.peak_mib > 1 for one in taken.values())


def test_the_picture_has_a_bar_for_each_row_whatever_its_name() -> None:
    rows = [{"name": "a < b & c", "ratio": 0.5}, {"name": "far off", "ratio": 1e9}]
    svg = ElementTree.fromstring(draw(rows))  # noqa: S314 - our own
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b & c" in texts
    bars = [
        bar for bar in svg.iter("{http://www.w3.org/2000/svg}rect") if bar.get("fill") != "#ffffff"
    ]
    assert len(bars) == len(rows)
    assert bars[0].get("fill") != bars[1].get("fill")
