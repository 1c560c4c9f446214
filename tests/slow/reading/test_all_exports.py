"""Every export of the corpus: its fields found, none invented, its orders and money right."""

from __future__ import annotations

import pytest
import reading_corpus as corpus

ORDERS = corpus.make_orders()


def columns_of(mapping: dict[str, dict[str, object]], field: str) -> set[str]:
    column = mapping.get(field, {}).get("column", [])
    return {column} if isinstance(column, str) else set(column)  # type: ignore[call-overload]


@pytest.mark.parametrize("export", corpus.EXPORTS, ids=lambda export: export.name)
def test_an_export_is_understood(read_text, export):
    reading = read_text(corpus.render(export, ORDERS))
    mapping = reading.detected["mapping"]
    expected, tolerated = export.fields(), export.tolerated()
    for field, columns in expected.items():
        right = {" ".join(c.split()) for c in columns | tolerated.get(field, set())}
        assert columns_of(mapping, field) & right, field
    for field in mapping:
        right = expected.get(field, set()) | tolerated.get(field, set())
        assert columns_of(mapping, field) <= {" ".join(c.split()) for c in right}, field
    assert reading.report["rejected_by_code"] == {}
    if export.money and export.rows != "customer":
        for name, value in corpus.expected(ORDERS, statuses=export.statuses).items():
            assert reading.totals[name] == pytest.approx(value, abs=0.01), name
