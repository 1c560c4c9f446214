"""Products from the text of a CSV file, row by row: one bad row never spoils a file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kindred.errors import InvalidInput
from kindred.money import currency_codes, minor_digits
from kindred.pricing.catalogue.listing import MOST, Listing, minor_of

#: What each column may be called, in small letters and with underscores.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "product_id": ("product_id", "sku", "id", "product", "item_id", "variant_sku"),
    "name": ("name", "title", "product_name"),
    "price": ("price", "base_price", "list_price", "regular_price", "variant_price"),
    "currency": ("currency",),
    "category": ("category", "type", "product_type", "categories"),
    "cost": ("cost", "unit_cost", "cost_per_item", "purchase_price"),
    "stock": ("stock", "quantity", "inventory", "variant_inventory_qty"),
    "tax_included": ("tax_included", "tax_inclusive"),
}
_NEEDED: Final = ("product_id", "price")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True)
class RowError:
    """What is wrong with one line of a file, as an editor counts them."""

    line: int
    message: str


def read_products(
    text: str, *, currency: str | None, tax_included: bool
) -> tuple[list[Listing], list[RowError]]:
    """Products of a file and what is wrong with its other rows; `InvalidInput` for no such file.

    ``currency`` and ``tax_included`` hold where a row says nothing.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_delimiter(text))
    rows = _rows(reader)
    columns = _columns(next(rows, (1, []))[1])
    listings: dict[str, Listing] = {}
    errors: list[RowError] = []
    for line, cells in rows:
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        read = _listing(row, currency, tax_included)
        if isinstance(read, str):
            errors.append(RowError(line, read))
        elif read.product_id in listings:
            errors.append(RowError(line, f"{read.product_id!r} is in the file twice."))
        elif len(listings) == MOST:
            raise InvalidInput(
                f"The file has more than {MOST} products.", code="too-many-products",
                hint="Send it in parts.",
            )  # fmt: skip
        else:
            listings[read.product_id] = read
    return list(listings.values()), errors


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max((",", ";", "\t"), key=header.count)


def _columns(header: list[str]) -> dict[str, int]:
    told = ["_".join(name.strip().lower().split()) for name in header]
    columns = {
        field: told.index(name)
        for field, names in _NAMES.items()
        for name in [next((name for name in names if name in told), "")]
        if name
    }
    for field in _NEEDED:
        if field not in columns:
            raise InvalidInput(
                f"The file has no column for the {field.replace('_', ' ')}.",
                code="no-column",
                hint=f"Call one of its columns {' or '.join(_NAMES[field][:3])}.",
            )
    return columns


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that aren't blank, with their lines."""
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield getattr(reader, "line_num", 0), cells
    except csv.Error as err:
        raise InvalidInput("This is no CSV file.", code="file-unusable") from err


def _listing(row: Mapping[str, str], currency: str | None, tax_included: bool) -> Listing | str:
    """A row as a product, or what is wrong with it."""
    product_id = row["product_id"]
    code = row.get("currency", "").upper() or currency
    if not 1 <= len(product_id) <= 256:
        return "A product needs an id of at most 256 letters."
    if code is None or code not in currency_codes():
        return "The currency isn't known; write a code such as EUR."
    if (price := minor_of(row["price"], code)) is None:
        return (
            f"The price isn't one; write it as 14.99, with at most {minor_digits(code)} decimals."
        )
    cost = minor_of(row["cost"], code) if row.get("cost") else None
    if row.get("cost") and cost is None:
        return "The cost isn't one; write it as 9.50."
    if (stock := _pieces(row.get("stock", ""))) == -1:
        return "The stock isn't a number of pieces."
    told = row.get("tax_included", "").lower()
    if told and told not in (*_YES, *_NO):
        return "Whether tax is included is said by true or false."
    name = _plain(row.get("name", "")) or product_id
    category = _plain(row.get("category", "")) or None
    if len(name) > 200 or len(category or "") > 128:
        return "A name has at most 200 letters, a category 128."
    included = told in _YES if told else tax_included
    return Listing(product_id, name, code, price, category, included, cost, stock)


def _pieces(text: str) -> float | None:
    """How many are left, None where the row doesn't say, -1 for what is no number of pieces."""
    if not text:
        return None
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def _plain(text: str) -> str:
    """A text on one line."""
    return " ".join("".join(letter if letter >= " " else " " for letter in text).split())
