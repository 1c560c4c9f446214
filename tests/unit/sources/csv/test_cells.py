"""Stored cells: listed a page at a time, and written again with some of them changed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.engine import open_engine
from kindred.errors import InvalidInput
from kindred.reading.bytes import raw_table
from kindred.reading.files import read_file
from kindred.reading.types import ReadOptions
from kindred.sources.csv import cells

LINES = [
    ["Note", "note", "Customer", "Date", "Total", "Password"],
    *(
        [f"o{n}", f'said "{n}", so', f"c{n % 7}", f"2026-01-{n % 28 + 1:02}", f"{n}.50", "hunter2"]
        for n in range(95)
    ),
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> pq.ParquetFile:
    folder = tmp_path_factory.mktemp("rows")
    text = io.StringIO()
    csv.writer(text).writerows(LINES)
    (folder / "file.csv").write_text(text.getvalue(), encoding="utf-8")
    patched = pytest.MonkeyPatch()
    patched.setattr(raw_table, "SAVED_GROUP", 2_048)
    with open_engine(folder) as engine:
        options = ReadOptions(keep_rows=True)
        reading = read_file(folder / "file.csv", options, folder / "out", engine=engine)
    patched.undo()
    assert reading.rows is not None
    return pq.ParquetFile(reading.rows)


def written(stored: pq.ParquetFile, edits: cells.Edits) -> list[list[str]]:
    target = io.BytesIO()
    cells.write_csv(stored, edits, target)
    return list(csv.reader(io.StringIO(target.getvalue().decode("utf-8"))))


def test_secrets_are_not_kept(stored: pq.ParquetFile) -> None:
    assert cells.column_names(stored) == LINES[0][:-1]
    assert "hunter2" not in repr(stored.read().to_pylist())


@given(offset=st.integers(0, 120), limit=st.integers(1, 120))
def test_a_page_is_that_part_of_the_file(stored: pq.ParquetFile, offset: int, limit: int) -> None:
    expected = [line[:-1] for line in LINES[1:]][offset : offset + limit]
    assert cells.list_cells(stored, offset, limit) == expected


def test_a_page_is_found_in_whatever_row_group_it_lies(tmp_path: Path) -> None:
    import pyarrow as pa

    table = pa.table({"line": range(50), "c0": [f"v{n}" for n in range(50)]})
    named = table.replace_schema_metadata({raw_table.SAVED_NAMES: '["Value"]'})
    pq.write_table(named, tmp_path / "rows.parquet", row_group_size=7)
    stored = pq.ParquetFile(tmp_path / "rows.parquet")
    for offset in range(52):
        expected = [[f"v{n}"] for n in range(50)][offset : offset + 9]
        assert cells.list_cells(stored, offset, 9) == expected, offset


def test_written_unchanged_it_is_the_same_file(stored: pq.ParquetFile) -> None:
    assert written(stored, {}) == [line[:-1] for line in LINES]


def test_only_the_changed_cells_change(
    stored: pq.ParquetFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "BATCH_ROWS", 10)
    changes = [(0, "Note", "new"), (94, "Total", '1,"x"\n2'), (40, "note", ""), (0, "Note", "o")]
    expected = [list(line[:-1]) for line in LINES]
    for row, column, value in changes:
        expected[row + 1][LINES[0].index(column)] = value
    assert written(stored, cells.place_edits(stored, changes)) == expected


def test_columns_that_differ_in_case_alone_are_told_apart(stored: pq.ParquetFile) -> None:
    placed = cells.place_edits(stored, [(3, "Note", "upper"), (3, "note", "lower")])
    assert written(stored, placed)[4][:2] == ["upper", "lower"]


@pytest.mark.parametrize(
    ("edit", "code"), [((95, "Note", "x"), "invalid-row"), ((0, "Nobody", "x"), "invalid-column")]
)
def test_what_the_file_does_not_have_cannot_be_changed(
    stored: pq.ParquetFile, edit: tuple[int, str, str], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cells.place_edits(stored, [edit])
    assert refused.value.code == code
