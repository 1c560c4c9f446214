"""What a week's demand is explained by, apart from its price.

A *unit* is a product, or a product among the customers of one segment. From its first to its last
sale every week counts, also those in which nothing was sold: their price is the last one paid. A
week in which a product that sells daily is gone from some day on counts as what was sold until then
would have made in a whole one: it was sold out, and dear weeks, which are less often, would look as
good as cheap ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: A unit with fewer weeks isn't looked at.
LEAST_WEEKS: Final = 12
#: Effects of a week need so many units that were sold in it.
_LEAST_UNITS: Final = 8
YEAR: Final = 365.2425 / 7
#: Pieces that were to be expected of the days after the last sale: by chance alone there is none in
#: one week of a thousand.
_MISSED: Final = 7.0
#: A product's week usually ends on the day on which, or before which, this share of its weeks end.
_USUAL_END: Final = 0.9


@dataclass(frozen=True)
class Unit:
    """One product's weeks: pieces, log of the price, and what else moves demand.

    ``own`` get a coefficient for this unit (level, trend, season, promotion), ``common`` one for
    all units (promotion, last week's promotion and price).
    """

    product_id: str
    week: NDArray[np.int64]
    pieces: NDArray[np.float64]
    log_price: NDArray[np.float64]
    own: NDArray[np.float64]
    common: NDArray[np.float64]
    orders: float  # in all weeks
    moves: int  # how often the price changed by a percent or more
    sold_out: float  # share of weeks

    @property
    def told(self) -> NDArray[np.float64]:
        """Log of the pieces and half of one: its mean is nearest to the log of what to expect."""
        import numpy as np

        return np.log(self.pieces + 0.5)


def units_of(sold: pd.DataFrame, prices: pd.DataFrame) -> list[Unit]:
    """A unit for each product of ``sold`` (product_id, week, pieces, orders) with weeks enough."""
    prices = prices.assign(whole=_whole(prices))
    by_product = dict(tuple(prices.groupby("product_id", sort=True)))
    found = []
    for product_id, rows in sold.groupby("product_id", sort=True):
        unit = _unit(str(product_id), rows, by_product[product_id])
        if unit is not None:
            found.append(unit)
    return found


def _whole(prices: pd.DataFrame) -> pd.Series[float]:
    """By which factor a week's pieces grow to those of a whole one; 1 where it wasn't sold out.

    A week ends when the shop's does (closed on Sundays) and when the product's usually does.
    """
    import numpy as np

    shop = prices.groupby("week")["until"].transform("max")
    usual = prices.groupby("product_id")["until"].transform("quantile", _USUAL_END)
    end = np.minimum(shop, np.ceil(usual))
    missed = prices["pieces"] / prices["until"] * (end - prices["until"])
    whole: pd.Series[float] = (end / prices["until"]).where(missed > _MISSED, 1.0)
    return whole


def _unit(product_id: str, rows: pd.DataFrame, prices: pd.DataFrame) -> Unit | None:
    import numpy as np

    first, last = int(rows["week"].min()), int(rows["week"].max())
    if last - first + 1 < LEAST_WEEKS:
        return None
    every = np.arange(first, last + 1)
    sold = rows.set_index("week").reindex(every)
    price = prices.set_index("week").reindex(every)
    whole = price["whole"].fillna(1).to_numpy(float)
    pieces = sold["pieces"].fillna(0).to_numpy(float) * whole
    log_price = np.log(price["price"].ffill().bfill().to_numpy(float))
    promoted = price["promoted"].fillna(0).to_numpy(float)
    centre = log_price - log_price.mean()
    years = (every - every.mean()) / YEAR
    own = [np.ones(len(every))]
    if len(every) >= 26:
        own.append(years)
    if len(every) >= 26:
        angle = 2 * np.pi * every / YEAR
        own += [np.sin(angle), np.cos(angle)]
    if 0.05 < promoted.mean() < 0.95:
        own.append(promoted)
    common = [promoted, _last_week(promoted), _last_week(centre)]
    return Unit(
        product_id,
        every,
        pieces,
        centre,
        np.column_stack(own),
        np.column_stack(common),
        float(rows["orders"].sum()),
        int((np.abs(np.diff(log_price)) > 0.01).sum()),
        float((whole > 1).mean()),
    )


def _last_week(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the first week, its own."""
    import numpy as np

    made: NDArray[np.float64] = np.concatenate([values[:1], values[:-1]])
    return made


def common_weeks(units: list[Unit], weeks: int) -> NDArray[np.int64]:
    """For each week the number of its effect, or -1 where too few units were sold in it."""
    import numpy as np

    sold = np.zeros(weeks, dtype=int)
    for unit in units:
        sold[unit.week[unit.pieces > 0]] += 1
    number = np.cumsum(sold >= _LEAST_UNITS) - 1
    return np.where(sold >= _LEAST_UNITS, number, -1)
