"""What products cost, as far as order lines tell: the median of what was asked lately. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.money import minor_digits
from kindred.pricing.catalogue.listing import MOST, Listing

if TYPE_CHECKING:
    from kindred.engine import Engine

#: Of a product's own last days with a sale: what it cost before is no list price any more.
_RECENT_DAYS: Final = 90


def list_products(
    orders: Path, engine: Engine, *, currency: str, tax_included: bool
) -> list[Listing]:
    """A product for each that was sold at a price, those sold most often first."""
    import ibis

    lines = engine.read(orders)
    sold = lines.filter(
        lines.product_id.notnull(), lines.product_id != "", lines.kind == "sale", lines.quantity > 0
    )
    # What a unit price is given as may be less than the list: after the discount, or without tax.
    tax = sold.tax.fill_null(0) if tax_included else 0
    whole = (sold.amount + sold.discount.fill_null(0) + tax).cast("float64") / sold.quantity
    asked = ibis.greatest(ibis.coalesce(sold.unit_price.cast("float64"), whole), whole)
    priced = sold.mutate(asked=asked)
    last = priced.group_by("product_id").mutate(last=priced.ordered_at.max())
    recent = last.filter(
        last.asked > 0, last.ordered_at >= last["last"] - ibis.interval(days=_RECENT_DAYS)
    )
    # The lower median: a price that was asked, not one between two.
    of_product = ibis.window(group_by="product_id", order_by="asked")
    places = recent.mutate(
        place=ibis.row_number().over(of_product),
        lines=recent.count().over(ibis.window(group_by="product_id")),
    )
    recent = places.mutate(
        median=(places.place == (places.lines - 1) // 2).ifelse(places.asked, ibis.null())
    )
    products = (
        recent.group_by("product_id")
        .aggregate(
            price=recent["median"].max(),
            name=recent.product_name.argmax(recent.ordered_at),
            category=recent.category.argmax(recent.ordered_at),
            lines=recent.count(),
        )
        .order_by(ibis.desc("lines"), "product_id")
        .limit(MOST)
    )
    found = engine.fetch(products, most=MOST).to_dict("records")
    made = [_listing(row, currency, tax_included) for row in found]
    return [listing for listing in made if listing is not None]


def _listing(row: Mapping[Any, Any], currency: str, tax_included: bool) -> Listing | None:
    product_id = str(row["product_id"])
    scaled = Decimal(repr(float(row["price"]))).scaleb(minor_digits(currency))
    price = int(scaled.to_integral_value(ROUND_HALF_UP))
    if len(product_id) > 256 or not 0 < price <= 10**12:
        return None
    name = _text(row["name"], 200) or product_id[:200]
    return Listing(product_id, name, currency, price, _text(row["category"], 128), tax_included)


def _text(value: object, most: int) -> str | None:
    """A text on one line; None for what isn't one, such as a frame's NaN."""
    if not isinstance(value, str):
        return None
    plain = " ".join("".join(c if c >= " " else " " for c in value).split())
    return plain[:most] or None
