"""What a merchant sees before the whole file is there."""

from __future__ import annotations

import gzip

from kindred.reading.files import preview_head
from kindred.reading.types import ReadOptions

HEADER = "Order ID,Customer ID,Order Date,Amount\n"
ROWS = "".join(f"{i},C{i % 5},2024-01-{1 + i % 28:02},{i}.00\n" for i in range(1, 40))


def test_the_first_rows_the_mapping_and_the_errors_so_far():
    seen = preview_head((HEADER + "x,C1,yesterday,1\n" + ROWS).encode(), ReadOptions())
    assert seen["error"] is None
    assert seen["columns"] == ["Order ID", "Customer ID", "Order Date", "Amount"]
    assert seen["rows"][1] == ["1", "C1", "2024-01-02", "1.00"]
    assert seen["detected"]["mapping"]["order_date"]["column"] == "Order Date"
    assert [(e["line"], e["code"]) for e in seen["errors"]] == [(2, "type-error")]


def test_a_cut_gzip_is_previewed_as_far_as_it_goes():
    packed = gzip.compress((HEADER + ROWS * 2000).encode(), 1)
    seen = preview_head(packed[: len(packed) // 2], ReadOptions())
    assert seen["error"] is None
    assert len(seen["rows"]) == 20


def test_an_unclear_mapping_comes_with_the_guesses():
    seen = preview_head(b"who,spent\nann,5\nben,6\n", ReadOptions())
    assert seen["error"]["code"] == "mapping-needed"
    assert seen["detected"]["columns"] == ["who", "spent"]


def test_a_mapping_of_the_merchant_is_taken():
    text = "a,b,c\nann,2024-01-05,5.00\nben,2024-01-06,6.00\n"
    options = ReadOptions(column_mapping={"customer_id": "a", "order_date": "b", "amount": "c"})
    seen = preview_head(text.encode(), options)
    assert seen["error"] is None
    assert seen["report"]["rows_accepted"] == 2


def test_a_file_that_cannot_be_used_says_why():
    assert preview_head(b"%PDF-1.4", ReadOptions())["error"]["code"] == "binary-file"


def test_a_mapping_to_a_column_that_is_not_there_is_refused():
    seen = preview_head((HEADER + ROWS).encode(), ReadOptions(column_mapping={"email": "Mail"}))
    assert seen["error"]["code"] == "unknown-column"
