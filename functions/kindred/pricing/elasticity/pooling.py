"""Estimates of many units, drawn towards each other as far as they are alike (random effects).

Products: elasticity ~ N(mean, between^2), each seen with its own error. Products in segments:
elasticity = product + segment + their own, seen with errors that are alike within a product, since
what moves its demand moves it in all segments. How far units differ is averaged over by likelihood.
Each gets the mean of what it may be, given all that was seen, and its standard error with that of
the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Spreads between products, and between a product's segments, that are looked at.
_SPREADS: Final = (0.05, 0.15, 0.3, 0.5, 0.8, 1.2)
#: Against the likeliest pair of them: less changes no figure.
_UNLIKELY: Final = 0.01


@dataclass(frozen=True)
class Pooled:
    """The mean of all, its error, the spread between them; then each one's value and error."""

    mean: float
    error: float
    between: float
    values: Array
    errors: Array


def pool(values: Array, errors: Array) -> Pooled:
    """Random effects by restricted likelihood; an endless error gets what others say."""
    import numpy as np

    grid = np.concatenate([[0.0], np.geomspace(0.02, 3, 120)])
    seen = np.isfinite(errors)
    fits = [_restricted(values[seen], errors[seen], between) for between in grid]
    # Averaged over what the spread may be, not picked: few units overstate likeness.
    chance = np.exp(np.array(fits) - max(fits))
    chance *= np.gradient(grid)
    between = float(np.sqrt((chance * grid**2).sum() / chance.sum()))
    weight = 1 / (between**2 + errors[seen] ** 2)
    mean = float((weight * values[seen]).sum() / weight.sum())
    error = float(weight.sum() ** -0.5)
    trust = np.where(seen, between**2 / (between**2 + np.where(seen, errors, 1) ** 2), 0.0)
    drawn = mean + trust * (np.where(seen, values, mean) - mean)
    within = np.where(seen, trust * np.where(seen, errors, 1) ** 2, between**2)
    return Pooled(mean, error, between, drawn, np.sqrt(within + ((1 - trust) * error) ** 2))


def _restricted(values: Array, errors: Array, between: float) -> float:
    """Restricted log-likelihood of a spread between units."""
    import numpy as np

    weight = 1 / (between**2 + errors**2)
    mean = (weight * values).sum() / weight.sum()
    fit = (weight * (values - mean) ** 2).sum()
    return float(0.5 * (np.log(weight).sum() - np.log(weight.sum()) - fit))


@dataclass(frozen=True)
class PooledCells:
    """Per segment its mean and error; per product (rows) and segment (columns) value and error."""

    means: Array
    mean_errors: Array
    values: Array
    errors: Array


def pool_cells(values: Array, errors: Array, alike: float) -> PooledCells:
    """``values`` of products (rows) by segments (columns); an endless error: not seen.

    ``alike`` is the correlation of the errors of two segments of one product.
    """
    import itertools

    import numpy as np

    ways = list(itertools.product(_SPREADS, _SPREADS))
    fits = np.array([_cells_fit(values, errors, alike, *way) for way in ways])
    chance = np.exp(fits - fits.max())
    chance = np.where(chance < _UNLIKELY, 0, chance)
    chance /= chance.sum()
    # Averaged over what the spreads may be, not picked: few products tell little of them.
    likely = [(one, _cells(values, errors, alike, *way))
              for one, way in zip(chance, ways, strict=True) if one]  # fmt: skip
    means, mean_errors = _mixed([(one, drawn.means, drawn.mean_errors) for one, drawn in likely])
    cells, cell_errors = _mixed([(one, drawn.values, drawn.errors) for one, drawn in likely])
    return PooledCells(means, mean_errors, cells, cell_errors)


def _mixed(parts: Sequence[tuple[float, Array, Array]]) -> tuple[Array, Array]:
    """Values and errors of a mixture: of its parts' errors, and of how far they are apart."""
    import numpy as np

    values: Array = np.sum([one * value for one, value, _ in parts], axis=0)
    variance = sum(one * (error**2 + (value - values) ** 2) for one, value, error in parts)
    return values, np.sqrt(variance)


def _cells_fit(values: Array, errors: Array, alike: float, product: float, own: float) -> float:
    import numpy as np

    normal, right, parts = _cell_normal(values, errors, alike, product, own)
    means = np.linalg.lstsq(normal, right, rcond=None)[0]
    total = -0.5 * float(np.linalg.slogdet(normal + 1e-9 * np.eye(len(normal)))[1])
    for seen, inverse, row in parts:
        off = row - means[seen]
        total += 0.5 * float(np.linalg.slogdet(inverse)[1] - off @ inverse @ off)
    return total


def _cell_normal(
    values: Array, errors: Array, alike: float, product: float, own: float
) -> tuple[Array, Array, list[tuple[Any, Array, Array]]]:
    import numpy as np

    many = values.shape[1]
    normal, right = np.zeros((many, many)), np.zeros(many)
    parts: list[tuple[Any, Array, Array]] = []
    for row, error in zip(values, errors, strict=True):
        seen = np.isfinite(error)
        if not seen.any():
            continue
        inverse = np.linalg.inv(
            product**2 + own**2 * np.eye(int(seen.sum())) + _noise(error[seen], alike)
        )
        normal[np.ix_(seen, seen)] += inverse
        right[seen] += inverse @ row[seen]
        parts.append((seen, np.asarray(inverse, dtype=np.float64), row[seen]))
    return normal, right, parts


def _cells(values: Array, errors: Array, alike: float, product: float, own: float) -> PooledCells:
    import numpy as np

    normal, right, _ = _cell_normal(values, errors, alike, product, own)
    covariance = np.linalg.pinv(normal, hermitian=True)
    means = covariance @ right
    many = values.shape[1]
    prior = product**2 + own**2 * np.eye(many)
    drawn, spread = np.tile(means, (len(values), 1)), np.zeros(values.shape)
    for index, (row, error) in enumerate(zip(values, errors, strict=True)):
        seen = np.isfinite(error)
        gain = np.zeros((many, many))
        if seen.any():
            noisy = prior[np.ix_(seen, seen)] + _noise(error[seen], alike)
            gain[:, seen] = prior[:, seen] @ np.linalg.inv(noisy)
            drawn[index] += gain[:, seen] @ (row[seen] - means[seen])
        rest = np.eye(many) - gain
        spread[index] = np.diag(rest @ prior + rest @ covariance @ rest.T)
    return PooledCells(means, np.sqrt(np.diag(covariance)), drawn, np.sqrt(np.maximum(spread, 0)))


def _noise(errors: Array, alike: float) -> Array:
    import numpy as np

    made: Array = np.outer(errors, errors) * (alike + (1 - alike) * np.eye(len(errors)))
    return made
