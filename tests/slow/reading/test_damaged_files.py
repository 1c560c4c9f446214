"""Whatever bytes come: rows that add up, or a refusal with a name."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kindred.errors import KindredError

HEADER = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price"
PIECES = [b'"', b"\n", b",", b"\0", b"\xff", b"'", b"\\", b"\r", b'""', b"=", b";", b"\x1e"]
LINES = [
    f"{1000 + i},C{i % 7},2024-{1 + i % 9:02}-{10 + i % 18},Item {i % 5},{1 + i % 3},{9 + i % 4}.50"
    for i in range(40)
]


@given(st.data())
@settings(
    derandomize=True,
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_damage_anywhere_leaves_every_row_accounted_for(read_text, data):
    """Cut, doubled, quoted and garbled pieces: rows add up, or the file is refused by name."""
    content = bytearray("\n".join([HEADER, *LINES, ""]).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.sampled_from(PIECES))
        if data.draw(st.booleans()):
            content[at:at] = piece
        else:
            del content[at : at + data.draw(st.integers(1, 30))]
    try:
        report = read_text(bytes(content)).report
    except KindredError as err:
        assert err.code  # noqa: PT017
        return
    assert report["rows_read"] == report["rows_accepted"] + report["rows_rejected"]
    assert sum(report["rejected_by_code"].values()) == report["rows_rejected"]
    assert report["rows_accepted"] >= 20


@given(st.binary(max_size=400))
@settings(
    derandomize=True,
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_are_read_or_refused(read_text, content):
    try:
        read_text(content)
    except KindredError as err:
        assert err.hint  # noqa: PT017
