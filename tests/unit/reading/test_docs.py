"""The format guide says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kindred.reading.bytes.raw_table import REASONS
from kindred.reading.columns.fields import BY_NAME, CANONICAL
from kindred.reading.limits import Limits

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "csv.md").read_text(encoding="utf-8")
#: Roles that are told under the canonical field that they serve.
PARTS = {
    "amount": ("subtotal", "order_total"),
    "name": ("first_name", "last_name"),
    "product_name": ("line_items",),
    "order_date": ("last_order", "first_order"),
}


def table() -> dict[str, list[str]]:
    """Field -> headers, as the guide lists them."""
    part = GUIDE.split("<!-- fields:")[1].split("<!-- end of fields -->")[0]
    rows = re.findall(r"^\| [`(](\w+)[`)] \| [^|]* \| (.*) \|$", part, re.MULTILINE)
    return {name: headers.split(", ") for name, headers in rows}


@pytest.mark.parametrize(
    "name",
    [*CANONICAL, "refund", "cancelled_at", "payee_email", "cancelled", "returned", "orders_count"],
)
def test_the_table_of_fields_is_that_of_the_code(name):
    accepted = []
    for role in (name, *PARTS.get(name, ())):
        accepted += [*BY_NAME[role].sure, *BY_NAME[role].likely]
    assert table()[name] == list(dict.fromkeys(accepted))


def test_every_field_of_the_code_is_in_the_table():
    told = set(table()) | {part for parts in PARTS.values() for part in parts}
    assert told == set(BY_NAME)


def test_every_code_is_explained():
    modules = (ROOT / "functions" / "kindred" / "reading").rglob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    codes = set(re.findall(r'code="([a-z-]+)"', text)) | set(REASONS)
    assert "file-changed" in codes
    for code in sorted(codes):
        if not code.startswith(("unknown-", "invalid-")):
            assert f"`{code}`" in GUIDE, code


def test_the_limits_are_those_of_the_code():
    limits = Limits()
    assert f"`too-many-rows` ({limits.rows:,})" in GUIDE
    assert f"`too-many-columns` ({limits.columns})" in GUIDE
    assert f"`file-too-large` ({limits.file_bytes // 1_000_000} MB)" in GUIDE
    assert (
        f"{limits.spreadsheet_bytes // 1_000_000} MB, {limits.spreadsheet_cells:,} cells" in GUIDE
    )


@pytest.mark.parametrize("shape", ["order_lines", "orders", "customers", "reviews", "events"])
def test_the_example_of_each_shape_is_read_as_that_shape(read_text, shape):
    example = GUIDE.split(f"(`{shape}`)")[1].split("```csv\n")[1].split("```")[0]
    assert read_text(example).report["shape"] == shape


def test_the_template_is_read_without_a_question(read_text):
    reading = read_text((ROOT / "samples" / "template.csv").read_bytes())
    assert reading.report["rows_rejected"] == 0
    assert reading.notices == []
