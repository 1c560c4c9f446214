"""Small worlds whose elasticities are known, as panels: no order lines needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from kindred.pricing.elasticity.panel import Panel


def make_panel(
    elasticities: Sequence[float],
    *,
    weeks: int = 104,
    pieces: float = 400.0,
    moves: float = 0.15,
    shock: float = 0.05,
    common: float = 0.0,
    lasts: float = 0.0,
    reacts: float = 0.0,
    seed: int = 1,
    segments: Mapping[str, float] | None = None,
) -> Panel:
    """Products whose prices follow weeks that are good for all (``common``), and chance.

    A product's own shocks last by ``lasts``; its price ``reacts`` to how
    much more than usual was sold last week.

    ``segments``: how much more each reacts than the product's own elasticity says.
    """
    random = np.random.default_rng(seed)
    good = random.normal(0, 1, weeks)
    rows, cells = [], []
    parts = segments or {"s01": 0.0}
    for number, elasticity in enumerate(elasticities):
        own = shock * random.normal(0, 1, weeks)
        for week in range(1, weeks):
            own[week] += lasts * own[week - 1]
        price = common * 0.1 * good + moves * random.normal(0, 1, weeks)
        base = np.log(pieces) + common * 0.3 * good + own
        react = elasticity + np.array(list(parts.values()))
        drawn = np.zeros((len(parts), weeks), dtype=int)
        for week in range(weeks):
            drawn[:, week] = random.poisson(np.exp(base[week] + react * price[week]) / len(parts))
            if reacts and week + 1 < weeks:
                told = np.log(max(drawn[:, week].sum(), 1) / pieces)
                price[week + 1] += reacts * (told - elasticity * price[week])
        sold = dict(zip(parts, drawn, strict=True))
        total = drawn.sum(axis=0)
        id_ = f"p{number:02}"
        for week in np.nonzero(total)[0]:
            rows.append((id_, week, total[week], total[week], 10 * np.exp(price[week]), 0.0, 7.0))
            cells += [(id_, key, week, one[week], one[week]) for key, one in sold.items()]
    products = pd.DataFrame(
        rows, columns=["product_id", "week", "pieces", "orders", "price", "promoted", "until"]
    )
    names = ["product_id", "segment_key", "week", "pieces", "orders"]
    by_segment = pd.DataFrame(cells, columns=names)
    by_segment = by_segment[by_segment["pieces"] > 0]
    if segments is None:
        by_segment = by_segment.iloc[:0]
    return Panel(products, by_segment, pd.DataFrame(), weeks, None)
