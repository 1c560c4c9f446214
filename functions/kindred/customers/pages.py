"""How customers are stored: pages of one segment, and an index by customer. Pure.

One document per customer would cost a write and a bill per customer; a page holds 500 in one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kindred import paths

if TYPE_CHECKING:
    import pyarrow as pa

PAGE_CUSTOMERS: Final = 500
PAGE_BYTES: Final = 700_000
CUSTOMERS_PER_BUCKET: Final = 250

#: Columns of a customer that answer a look-up by id without reading its page.
INDEX_COLUMNS: Final = (
    "r", "f", "m", "rfm_group", "recency_days", "frequency", "monetary", "average_order_value",
    "churn", "value", "mood", "consent",
)  # fmt: skip
#: Customers of one bucket that are looked for one by one.
_FEW: Final = 3
#: Columns that the page's own fields say already.
_ELSEWHERE: Final = frozenset({"customer_id", "segment_key", "rank"})


@dataclass(frozen=True)
class Page:
    """At most 500 customers of one segment, best first, and at most 700 kB."""

    id: str
    segment_key: str
    number: int
    customer_ids: tuple[str, ...]
    columns: str  # JSON: {column: [value per customer]}


Columns = Mapping[str, Sequence[Any]]


def build_pages(
    run_id: str, segment_key: str, customers: pa.Table
) -> Iterator[tuple[Page, Columns]]:
    """Pages of one segment with their columns, made `plain`; ``customers`` lie in their order."""
    number = start = 0
    while start < customers.num_rows:
        take = PAGE_CUSTOMERS
        while True:
            columns: dict[str, Sequence[Any]] = plain(customers.slice(start, take).to_pydict())
            ids = tuple(columns["customer_id"])
            text = _encode({name: columns[name] for name in columns if name not in _ELSEWHERE})
            size = len(text.encode()) + sum(len(i.encode()) + 1 for i in ids)
            if size <= PAGE_BYTES or take == 1:
                break
            take //= 2
        page_id = paths.page_id(run_id, segment_key, number)
        yield Page(page_id, segment_key, number, ids, text), columns
        number += 1
        start += len(ids)


def index_entries(page: Page, columns: Columns, *, segment_id: str) -> Iterator[tuple[str, str]]:
    """For each customer of a page: the id, and as JSON where it is and what a price needs.

    ``columns`` are of plain values, as `build_pages` gives them.
    """
    names = [name for name in INDEX_COLUMNS if name in columns]
    for position, customer_id in enumerate(page.customer_ids):
        known = {name: columns[name][position] for name in names}
        yield customer_id, _encode({"segment_id": segment_id, "page_id": page.id, **known})


def find_entries(entries: str, customer_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a bucket of the index says of those customers whom it has.

    Few are read where they stand: parsing all 250 would take longer than fetching them.
    """
    found: dict[str, dict[str, Any]] = {}
    for customer_id in customer_ids:
        entry = _entry_at(entries, customer_id) if len(customer_ids) <= _FEW else None
        if entry is None:
            every: dict[str, dict[str, Any]] = json.loads(entries)
            return {id_: every[id_] for id_ in customer_ids if id_ in every}
        found[customer_id] = entry
    return found


def _entry_at(entries: str, customer_id: str) -> dict[str, Any] | None:
    """One entry of a text as `index_entries` is joined to; None where it isn't found so."""
    key = json.dumps(customer_id, ensure_ascii=False) + ":{"
    at = entries.find(key)
    # Within a longer key, this one's first quotation mark has a backslash before it.
    while at > 0 and entries[at - 1] not in "{,":
        at = entries.find(key, at + 1)
    if at <= 0:
        return None
    entry: dict[str, Any] = json.JSONDecoder().raw_decode(entries, at + len(key) - 1)[0]
    return entry


def count_buckets(customer_count: int) -> int:
    return max(1, math.ceil(customer_count / CUSTOMERS_PER_BUCKET))


#: Made once: `json.dumps` makes one for every call that asks for more than its defaults.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def to_json(value: object) -> str:
    """Compact JSON; what isn't a number any more (NaN, infinity) becomes null."""
    return _encode(plain(value))


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: numbers rounded to six significant places after the unit."""
    if type(value) is float:  # most values are, and a class of their own is quick to tell
        return round(value, 6) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    number = float(value)
    return round(number, 6) if math.isfinite(number) else None
