"""A workbook of a few bytes can ask for any memory: it is refused, and takes nothing with it."""

from __future__ import annotations

import gzip
import io
import random
import re
import resource
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from kindred.errors import UploadRejected
from kindred.reading.bytes.spreadsheets import write_as_csv
from kindred.reading.bytes.unpacking import BLOCK_BYTES, read_head, unpacked_blocks
from kindred.reading.files import preview_head
from kindred.reading.limits import Limits
from kindred.reading.types import ReadOptions

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(sheet: str, *, shared: str = "", more: str = "") -> bytes:
    """An .xlsx of one sheet, given as the XML inside it."""
    types = f'<Types xmlns="{PACKAGE}/content-types"></Types>'
    links = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    )
    top = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", top)
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", links)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{MAIN}">{more}<sheetData>{sheet}</sheetData></worksheet>',
        )
    return out.getvalue()


def cells(*places: str) -> str:
    row_of = re.compile(r"\d+")
    return "".join(
        f'<row r="{row_of.findall(place)[0]}"><c r="{place}"><v>1</v></c></row>' for place in places
    )


def two_corners() -> bytes:
    return workbook(cells("A1", "XFD1048576"))


def two_corners_that_say_so() -> bytes:
    return workbook(cells("A1", "XFD1048576"), more='<dimension ref="A1:XFD1048576"/>')


def two_corners_that_lie() -> bytes:
    return workbook(cells("A1", "XFD1048576"), more='<dimension ref="A1:B2"/>')


def a_hundred_million_cells() -> bytes:
    return workbook(cells("A1", "CV1000000"), more='<dimension ref="A1:CV1000000"/>')


def just_too_many_cells() -> bytes:
    return workbook(cells("A1", "K1000000"))


def one_long_text_many_times() -> bytes:
    row = '<row r="{0}"><c r="A{0}" t="s"><v>0</v></c></row>'
    rows = "".join(row.format(n) for n in range(1, 3001))
    return workbook(rows, shared=f"<si><t>{'x' * 1_000_000}</t></si>")


HOSTILE: tuple[Callable[[], bytes], ...] = (
    two_corners,
    two_corners_that_say_so,
    two_corners_that_lie,
    a_hundred_million_cells,
    just_too_many_cells,
    one_long_text_many_times,
)


def _most_of_a_child() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: str(make.__name__))
def test_what_a_workbook_asks_for_has_a_limit(tmp_path: Path, make: Callable[[], bytes]) -> None:
    book, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    book.write_bytes(make())
    assert book.stat().st_size < 100_000
    limits = replace(Limits(), file_bytes=100_000_000)
    started = time.monotonic()
    with pytest.raises(UploadRejected) as refused:
        write_as_csv(book, target, limits)
    assert refused.value.code == "spreadsheet-too-large"
    assert time.monotonic() - started < 30
    assert not target.exists() or target.stat().st_size <= limits.file_bytes
    assert _most_of_a_child() < limits.unpacking_memory


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: str(make.__name__))
def test_nor_does_a_preview_come_to_harm(make: Callable[[], bytes]) -> None:
    limits = replace(Limits(), file_bytes=100_000_000)
    shown = preview_head(make(), ReadOptions(limits=limits))
    assert shown["error"]["code"] == "spreadsheet-too-large"


def test_a_sheet_that_says_nothing_of_its_size_is_read(tmp_path: Path) -> None:
    book, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    book.write_bytes(workbook(cells("A1", "B2", "C3")))
    write_as_csv(book, target, Limits())
    assert target.read_text() == '"1","",""\n"","1",""\n"","","1"\n'


def test_a_header_and_one_row_are_a_table(tmp_path: Path) -> None:
    book, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    book.write_bytes(workbook(cells("A1", "A2")))
    write_as_csv(book, target, Limits())
    assert target.read_text() == '"1"\n"1"\n'


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """Some count cells that are only coloured."""
    book, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    book.write_bytes(workbook(cells("A1", "A2"), more='<dimension ref="A1:XFD1048576"/>'))
    write_as_csv(book, target, Limits())
    assert target.read_text() == '"1"\n"1"\n'


def test_as_many_cells_as_are_allowed_can_be_read(tmp_path: Path) -> None:
    book, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    rows = Limits().spreadsheet_cells // 20
    with (
        zipfile.ZipFile(io.BytesIO(workbook("SHEET"))) as empty,
        zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in empty.namelist():
            before, *after = empty.read(name).split(b"SHEET")
            with made.open(name, "w") as part:
                part.write(before)
                for _ in range(rows if after else 0):
                    part.write(b"<row>" + 20 * b"<c><v>7</v></c>" + b"</row>")
                part.write(b"".join(after))
    write_as_csv(book, target, Limits())
    with target.open() as file:
        assert sum(1 for _ in file) == rows


def test_time_is_limited_too(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(one_long_text_many_times())
    with pytest.raises(UploadRejected):
        write_as_csv(book, tmp_path / "sheet.csv", replace(Limits(), unpacking_seconds=1))


@pytest.mark.parametrize("cut", [-2, -1, 0, 1, 2])
def test_a_member_that_begins_at_a_block_is_read(tmp_path: Path, cut: int) -> None:
    """What `cat a.gz b.gz` makes, where the first ends about where a block does."""
    noise = random.Random(1).randbytes(BLOCK_BYTES - 200)
    first = gzip.compress(noise, compresslevel=0, mtime=0)
    padding = BLOCK_BYTES + cut - len(first)
    first = gzip.compress(noise + b"x" * padding, compresslevel=0, mtime=0)
    path = tmp_path / "two.gz"
    path.write_bytes(first + gzip.compress(b"the second", mtime=0))
    whole = b"".join(unpacked_blocks(path, Limits()))
    assert whole == gzip.decompress(path.read_bytes())


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """Half a megabyte that unpacks to half a gigabyte."""
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(500):
            file.write(b"a,b\n" * 250_000)
    return path


def test_a_gzip_bomb_is_let_go_at_the_limit(bomb: Path) -> None:
    assert bomb.stat().st_size < 3_000_000
    limits = replace(Limits(), file_bytes=50_000_000)
    with pytest.raises(UploadRejected) as refused:
        for _ in unpacked_blocks(bomb, limits):
            pass
    assert refused.value.code == "file-too-large"
    assert len(read_head(bomb, limits)) == 1 << 18
