"""One source's tables on the engine, as of one day: what every step of a segmentation looks at."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from kindred.errors import Conflict
from kindred.segments.clustering.grouping import Points
from kindred.segments.clustering.space import Space
from kindred.segments.features.customers import customer_features
from kindred.segments.features.moods import join_moods
from kindred.segments.features.orders import Support, support_of
from kindred.segments.segmentation import default_as_of
from kindred.tables import Tables
from kindred.totals import Totals, totals_of

if TYPE_CHECKING:
    from kindred.engine import Engine


class Shop:
    """Features of every customer, and the tables they come from.

    Raises `Conflict` ``no-customers`` where there is nobody.
    """

    def __init__(
        self, tables: Tables, engine: Engine, *, as_of: date | None, texts: Path | None
    ) -> None:
        self.engine, self.currency = engine, tables.currency
        self.customers = engine.read(tables.customers)
        all_orders = engine.read(tables.orders) if tables.orders else None
        self.texts = engine.read(texts) if texts else None
        events = engine.read(tables.events) if tables.events else None
        if engine.value(self.customers.count()) == 0:
            raise Conflict(
                "No customer is known in this file, so there is nobody to segment.",
                code="no-customers",
                hint="Check which column holds the customer's id, e-mail or phone.",
            )
        self.totals = _totals(engine, self.customers, all_orders, self.currency)
        self.as_of = as_of or default_as_of(self.totals["last_order"])
        self.orders = None
        self.support = Support()
        if all_orders is not None:
            self.orders = all_orders.filter(_.ordered_at < ibis.literal(self.as_of))
            self.support = Support.from_row(engine.row(support_of(self.orders)))
        features = customer_features(
            self.customers, self.orders, events, as_of=self.as_of, support=self.support
        )
        self.features = engine.keep("segment_features", join_moods(features, self.texts))
        self.buyers = self.features.filter(_.frequency > 0)
        self.buyer_count = int(engine.value(self.buyers.count()))
        self.customer_count = int(engine.value(self.features.count()))

    def sample(self, most: int) -> pd.DataFrame:
        """A seeded sample of buyers in order of their ids; everyone, if they are few."""
        buyers = self.buyers
        if self.buyer_count > most:
            buyers = buyers.order_by(buyers.customer_id.hexdigest("md5")).limit(most)
        return self.engine.fetch(buyers.order_by("customer_id"), most=most)

    def coordinates_of(self, axes: Space, sample: pd.DataFrame) -> Points:
        """Where the customers of a sample stand, in its order."""
        placed = axes.coordinates(self.buyers)
        if len(sample) < self.buyer_count:
            ids = self.engine.keep("segment_sample", sample[["customer_id"]])
            placed = placed.semi_join(ids, "customer_id")
        frame = self.engine.fetch(placed.order_by("customer_id"), most=len(sample))
        points: Points = frame[axes.names].to_numpy(dtype=float)
        return points


def _totals(
    engine: Engine, customers: Table, orders: Table | None, currency: str | None
) -> dict[str, Any]:
    """What the file holds of known customers; money of goods, without tax and shipping."""
    totals = Totals.from_row(engine.row(totals_of(customers, orders)), currency)
    first, last = totals.first_order, totals.last_order
    return {
        "customers": totals.customers,
        "orders": totals.orders,
        **totals.figures(),
        "first_order": first.date().isoformat() if first else None,
        "last_order": last.date().isoformat() if last else None,
        "currency": currency,
    }
